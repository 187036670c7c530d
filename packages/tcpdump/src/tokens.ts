import { createLexer, createToken, type Lexer, type TokenType } from "@netfossil/core/grammar";

/*
 * One token for each part of a head line: a token for each word would make reading ten times slower. A token
 * is a regular expression for the part as a whole; the grammar takes its fields out by the same expression.
 * Parts that are only parts after another one (an indented line after an IP header) say so by `after`.
 */

const MAC = "[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}";
const STATION = `(${MAC}|Broadcast)(?: \\(oui ([^()\\r\\n]*)\\))?`;
const ETHERTYPE = "ethertype ([^,\\r\\n]+?) \\((0x[0-9a-f]+)\\)";
/** A port that stands for itself. */
const PORT = "[\\w-]+";
/** Whoever hid an address may have put blanks between brackets: `[REDACTED IP].443 > 10.0.0.1.5: Flags`. */
const END = "(?:\\[[^\\]\\r\\n]*\\]|<[^>\\r\\n]*>)\\S*|\\S+";
/** How a packet of IP begins on a line of its own, with `-v`. */
const DATAGRAM = "IP6?[ ,]|\\((?:tos|class|flowlabel|hlim) |truncated-ip|\\[total length ";
const EOL = "(?=[ \\t]*(?:\\r?\\n|$))";

/**
 * The expressions behind the tokens; `d` gives the place of each group, for the grammar to take fields out. It
 * makes matching three times slower, so that those of nearly every packet go without (see `places`).
 */
const shapes = {
	number: /(\d+) {2}(?= {0,2}\S)/y,
	// A broken capture has more microseconds than a second: `06:58:21.1048579`.
	timestamp:
		/([ -])?(?:(?:(\d{4,}-\d\d-\d\d) )?(\d\d|[1-9]\d{2,8}):([0-5]\d):([0-5]\d)|(0|[1-9]\d{0,14}))\.(\d{6,10}) |\[Error converting time\] /y,
	interface: /(\S+) +(In|Out|B|M|P)(?:(?<=Out) |(?<=In) {2}|(?<= [BMP]) {3})/dy,
	ethernet: new RegExp(
		`${STATION} > ${STATION}, (?:${ETHERTYPE}|(802\\.3)|([^,\\r\\n]+)), length (\\d+): `,
		"dy",
	),
	cooked: new RegExp(
		`(?:( In|Out| {2}[BMP])|ifindex (\\d+)) (?:(${MAC}) (?:\\(oui ([^()\\r\\n]*)\\) )?)?(?:(?:${ETHERTYPE}|(802\\.[23])), length (\\d+): |(?<=:[0-9a-f]{2} |\\) )|(?=\\S+ > \\S+: |Re(?:quest|ply) |\\((?:tos|class|flowlabel|hlim) |truncated-ip|\\[total length ))`,
		"dy",
	),
	loopback: /(?:AF ([^()\r\n]+) \((\d+)\)|(IPv[46])), length (\d+): /dy,
	vlan: /vlan (\d+), p (\d+)(, DEI)?, (?:ethertype ([^,\r\n]+?)(?: \((0x[0-9a-f]+)\))?, |802\.3(?=LLC, )|((?!ethertype |LLC, |Request |Reply )(?:802\.1|[A-Z])[\w. -]*), |)/dy,
	mpls: new RegExp(
		`MPLS((?:(?: |\\r?\\n\\t)\\(label [^()\\r\\n]*(?:\\([^()\\r\\n]*\\)[^()\\r\\n]*)?\\))+)( (?=\\S)|\\r?\\n\\t(?=${DATAGRAM}))`,
		"dy",
	),
	pppoe: new RegExp(
		`PPPoE (?:(PAD[IORST])(?: \\[ses (0x[0-9a-f]+)\\])?((?: \\[[\\w-]+(?: (?:"[^"\\r\\n]*"|0x[0-9A-F]*))?\\])*)${EOL}| \\[ses (0x[0-9a-f]+)\\] (?=\\S))`,
		"dy",
	),
	// The word of nearly every packet without a link header is refused at once.
	ppp: /(?!IP6? [^(])(?:(In|Out) {1,2})?([A-Za-z][\w/.-]*(?: [\w/.-]+)*) \((0x[0-9a-f]{4})\), length (\d+): /dy,
	llc: /LLC, dsap ([^,()\r\n]+) \((0x[0-9a-f]+)\) (\w+), ssap ([^,()\r\n]+) \((0x[0-9a-f]+)\) (\w+), ctrl (0x[0-9a-f]+): (?:oui ([^,()\r\n]+) \((0x[0-9a-f]+)\), (pid|ethertype) ([^,()\r\n]+) \((0x[0-9a-f]+)\), length (\d+): )?/dy,
	missing: /truncated-ip6? - (\d+) bytes missing! ?|\[total length (\d+) > length (\d+)\] \(invalid\) /dy,
	ipHeader:
		/\(tos (0x[0-9a-f]+)(?:,(ECT\([01]\)|CE))?(?:, ttl (\d+))?, id (\d+), offset (\d+), flags \[([^\]\r\n]*)\], proto ([^()\r\n]+) \((\d+)\), length (\d+)((?:[^()\r\n]|\((?:[^()\r\n]|\([^()\r\n]*\))*\))*)\)/dy,
	ip6Header:
		/\((?:class (0x[0-9a-f]+), )?(?:flowlabel (0x[0-9a-f]+), )?hlim (\d+), next-header ([^()\r\n]+) \((\d+)\)(?: payload length: |(, payload length ))(\d+)\) /dy,
	endpoints: new RegExp(`(${END}) > (${END}): `, "y"),
	extension:
		/(?:HBH|DSTOPT) (?:\([^()\r\n]*\) ?)*|(?:RT6|srcrt) \([^()\r\n]*\) |frag \([^()\r\n]*\) ?|AH\((?:[^()\r\n]|\([^()\r\n]*\))*\): /y,
	ports: new RegExp(`(${PORT}) > (${PORT}): `, "dy"),
	arpHardware: /Ethernet \(len 6\), [^ \r\n]+ \(len \d+\), /dy,
	arpRequest: new RegExp(`Request who-has ([^\\s,]+)(?: \\(${STATION}\\))? tell ([^\\s,]+)`, "dy"),
	arpReply: new RegExp(`Reply ([^\\s,]+) is-at ${STATION}`, "dy"),
	flags: /Flags \[([^\]\r\n]*)\]/y,
	quietTcp: new RegExp(`tcp (\\d+)${EOL}`, "dy"),
	tcpChecksum: /, cksum (0x[0-9a-f]+) \((?:(correct|unverified)|incorrect -> (0x[0-9a-f]+))\)/dy,
	sequence: /, seq (\d+)(?::(\d+))?/y,
	ack: /, ack (\d+)/y,
	window: /, win (\d+)/y,
	urgent: /, urg (\d+)/y,
	options: /, options \[((?:[^[\]\r\n]|\[[^\]\r\n]*\])*)\](?=,|\r?\n|$)/y,
	udpChecksum: /\[(?:(udp sum ok)|(no cksum)|bad udp cksum (0x[0-9a-f]+) -> (0x[0-9a-f]+)!)\] /dy,
	udpLength: new RegExp(`UDP, (?:bad )?length (\\d+)(?: > (\\d+))?${EOL}`, "dy"),
	udpTruncated: new RegExp(`truncated-udplength (\\d+)${EOL}`, "dy"),
	vxlan: new RegExp(
		`(?:VXLAN, flags \\[([^\\]\\r\\n]*)\\] \\((0x[0-9a-f]+)\\), vni |OTV, flags \\[([^\\]\\r\\n]*)\\] \\((0x[0-9a-f]+)\\), overlay (\\d+), instance )(\\d+)${EOL}`,
		"dy",
	),
	gre: /GREv(\d)(?:, Flags \[([^\]\r\n]*)\])?(?:, sum (0x[0-9a-f]+))?(?:, off (0x[0-9a-f]+))?(?:, key=(0x[0-9a-f]+)|, call (\d+))?(?:, seq (\d+))?(?:, ack (\d+))?(?:, proto ([^(),\r\n]+) \((0x[0-9a-f]+)\))?, length (\d+)(?=: |\r?\n|$)/dy,
	geneve:
		/Geneve, Flags \[([^\]\r\n]*)\], vni (0x[0-9a-f]+)(?:, proto ([^(),\r\n]+) \((0x[0-9a-f]+)\))?(?:, options \[((?:[^[\]\r\n]|\[[^\]\r\n]*\])*)\])?(?=: |\r?\n|$)/dy,
	vxlanGpe: /VXLAN-GPE, flags \[([^\]\r\n]*)\], vni (\d+)(?=: (?!ERROR| )|\r?\n(?! {4}(?:ERROR| ))|$)/dy,
	icmpEcho: /ICMP echo (request|reply), id (\d+), seq (\d+)/dy,
	icmp: /ICMP (?:(?!, length \d)[^\r\n])*/dy,
	icmp6Checksum: /\[((?:icmp6 sum ok|bad icmp6 cksum [^\]\r\n]*))\] /dy,
	icmp6Echo: /ICMP6, echo (request|reply)(?:, length (\d+))?(?:, id (\d+))?, seq (\d+)/dy,
	icmp6: /ICMP6, (?:(?!, length \d)[^\r\n])*/dy,
	length: /, length (\d+)/y,
	quote: new RegExp(`\\r?\\n\\t(?=${DATAGRAM})`, "y"),
};

type Start = (string | number)[];

/** What a token's expression matched; Chevrotain hands it on as the token's payload. */
type Matched = RegExpExecArray & { payload?: RegExpExecArray };

function part(name: string, pattern: RegExp, label: string, start: Start): TokenType {
	return createToken({
		name,
		label,
		pattern: (text, offset) => match(pattern, text, offset),
		start_chars_hint: start,
		line_breaks: false,
	});
}

function match(pattern: RegExp, text: string, offset: number): Matched | null {
	pattern.lastIndex = offset;
	const found: Matched | null = pattern.exec(text);
	if (found !== null) found.payload = found;
	return found;
}

/** A part that stands only at the start of a packet, or after one of the given parts. */
function after(
	name: string,
	pattern: RegExp,
	label: string,
	start: Start,
	previous: readonly (TokenType | undefined)[],
	fits: (match: RegExpExecArray) => boolean = () => true,
): TokenType {
	return createToken({
		name,
		label,
		pattern: (text, offset, matched) => {
			if (!previous.includes(matched[matched.length - 1]?.tokenType)) return null;
			const found = match(pattern, text, offset);
			return found !== null && fits(found) ? found : null;
		},
		start_chars_hint: start,
		line_breaks: false,
	});
}

/** Any character at all but line ends. */
const ANY: number[] = [];
for (let code = 0; code < 0x10000; code += code < 256 ? 1 : 127) if (code !== 10) ANY.push(code);
const DIGITS = [..."0123456789"];
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"];
const HEX = [...DIGITS, ..."abcdefABCDEF"];

export const PacketNumber: TokenType = after("PacketNumber", shapes.number, "a packet number", DIGITS, [
	undefined,
]);
export const Timestamp: TokenType = after(
	"Timestamp",
	shapes.timestamp,
	"a timestamp",
	[...DIGITS, " ", "-", "["],
	[undefined, PacketNumber],
);
/** `tcpdump` pads with `%-5s %-3s `. */
export const Interface: TokenType = after(
	"Interface",
	shapes.interface,
	"an interface and a direction",
	ANY,
	[undefined, PacketNumber, Timestamp],
	([image, name, direction]) => image === `${name!.padEnd(5)} ${direction!.padEnd(3)} `,
);
/** What a head line begins with. */
const FIRST = [undefined, PacketNumber, Timestamp];
export const Ethernet: TokenType = part("Ethernet", shapes.ethernet, "an Ethernet header", [...HEX, "B"]);
export const Cooked: TokenType = after(
	"Cooked",
	shapes.cooked,
	"a cooked header",
	[" ", "O", "i"],
	[...FIRST, Interface],
);
export const Loopback: TokenType = after("Loopback", shapes.loopback, "a loopback header", ["A", "I"], FIRST);
export const Raw: TokenType = after("Raw", /ip: /y, "ip:", ["i"], FIRST);
export const Mpls: TokenType = part("Mpls", shapes.mpls, "MPLS labels", ["M"]);
export const Pppoe: TokenType = part("Pppoe", shapes.pppoe, "PPPoE", ["P"]);
export const Llc: TokenType = part("Llc", shapes.llc, "LLC", ["L"]);
export const Vlan: TokenType = part("Vlan", shapes.vlan, "a VLAN tag", ["v"]);
export const IpWord: TokenType = part("IpWord", /IP /y, "IP", ["I"]);
export const Ip6Word: TokenType = part("Ip6Word", /IP6 /y, "IP6", ["I"]);
export const ArpWord: TokenType = part("ArpWord", /ARP, /y, "ARP", ["A"]);
export const Missing: TokenType = part("Missing", shapes.missing, "truncated-ip", ["t", "["]);
export const IpHeader: TokenType = part("IpHeader", shapes.ipHeader, "an IP header in parentheses", ["("]);
export const Ip6Header: TokenType = part("Ip6Header", shapes.ip6Header, "an IPv6 header in parentheses", [
	"(",
]);
export const AfterHeader: TokenType = after(
	"AfterHeader",
	new RegExp(`(?:\\r?\\n[ \\t]+| )(?=(?:${END}) > (?:${END}): )`, "y"),
	"the line of the endpoints",
	["\r", "\n", " "],
	[IpHeader],
);
export const Endpoints: TokenType = part("Endpoints", shapes.endpoints, "SOURCE > DESTINATION:", ANY);
const beforeExtension: TokenType[] = [Endpoints];
export const Extension: TokenType = after(
	"Extension",
	shapes.extension,
	"an extension header",
	["H", "D", "R", "s", "f", "A"],
	beforeExtension,
);
beforeExtension.push(Extension);
export const Ports: TokenType = after(
	"Ports",
	shapes.ports,
	"PORT > PORT:",
	[...DIGITS, ...LETTERS],
	[Extension],
);
export const ArpHardware: TokenType = part("ArpHardware", shapes.arpHardware, "the kinds of addresses", [
	"E",
]);
export const ArpRequest: TokenType = part("ArpRequest", shapes.arpRequest, "Request who-has", ["R"]);
export const ArpReply: TokenType = part("ArpReply", shapes.arpReply, "Reply … is-at", ["R"]);
/** After the kinds of addresses, what is neither: `Reverse Request who-is …` */
export const ArpText: TokenType = after("ArpText", /(?:[^\r\n]|\r(?!\n))+/y, "an ARP packet", ANY, [
	ArpHardware,
]);
export const Flags: TokenType = part("Flags", shapes.flags, "Flags [", ["F"]);
export const QuietTcp: TokenType = part("QuietTcp", shapes.quietTcp, "tcp LENGTH", ["t"]);
export const TcpChecksum: TokenType = part("TcpChecksum", shapes.tcpChecksum, "cksum", [","]);
export const Sequence: TokenType = part("Sequence", shapes.sequence, "seq", [","]);
export const Ack: TokenType = part("Ack", shapes.ack, "ack", [","]);
export const Window: TokenType = part("Window", shapes.window, "win", [","]);
export const Urgent: TokenType = part("Urgent", shapes.urgent, "urg", [","]);
export const Options: TokenType = part("Options", shapes.options, "options [", [","]);
export const UdpChecksum: TokenType = part("UdpChecksum", shapes.udpChecksum, "a UDP checksum", ["["]);
export const UdpLength: TokenType = part("UdpLength", shapes.udpLength, "UDP, length", ["U"]);
export const UdpTruncated: TokenType = part("UdpTruncated", shapes.udpTruncated, "truncated-udplength", [
	"t",
]);
export const Vxlan: TokenType = part("Vxlan", shapes.vxlan, "VXLAN", ["V", "O"]);
export const InnerBreak: TokenType = after(
	"InnerBreak",
	new RegExp(`\\r?\\n(?=IP6? |ARP, |(?:${MAC}|Broadcast) (?:\\(oui [^()\\r\\n]*\\) )?> )`, "y"),
	"the inner packet's line",
	["\r", "\n"],
	[Vxlan],
);
export const Gre: TokenType = part("Gre", shapes.gre, "GRE", ["G"]);
export const Geneve: TokenType = part("Geneve", shapes.geneve, "Geneve", ["G"]);
export const VxlanGpe: TokenType = part("VxlanGpe", shapes.vxlanGpe, "VXLAN-GPE", ["V"]);
export const GpeBreak: TokenType = after(
	"GpeBreak",
	/(?:: |\r?\n {4})(?=\S)/y,
	"the inner packet",
	[":", "\r", "\n"],
	[VxlanGpe],
);
/** A dump of bytes may stand below too. */
export const TunnelBreak: TokenType = after(
	"TunnelBreak",
	/(?:: |\r?\n\t)(?=[^\s])(?!0x[0-9a-f]{4})/y,
	"the inner packet",
	[":", "\r", "\n"],
	[Gre, Geneve],
);
export const Ppp: TokenType = after("Ppp", shapes.ppp, "a PPP header", LETTERS, [
	...FIRST,
	Pppoe,
	TunnelBreak,
	Ethernet,
]);
export const IcmpEcho: TokenType = part("IcmpEcho", shapes.icmpEcho, "ICMP echo", ["I"]);
export const IcmpOther: TokenType = part("IcmpOther", shapes.icmp, "ICMP", ["I"]);
export const Icmp6Checksum: TokenType = part("Icmp6Checksum", shapes.icmp6Checksum, "[icmp6 sum …]", ["["]);
export const Icmp6Echo: TokenType = part("Icmp6Echo", shapes.icmp6Echo, "ICMP6, echo", ["I"]);
export const Icmp6Other: TokenType = part("Icmp6Other", shapes.icmp6, "ICMP6", ["I"]);
export const Length: TokenType = part("Length", shapes.length, "length", [","]);
/** The packet that a message of ICMP is about; the length and more may stand behind the message. */
export const QuoteBreak: TokenType = createToken({
	name: "QuoteBreak",
	label: "the quoted packet",
	pattern: (text, offset, matched) => {
		let last = matched.length - 1;
		while (last >= 0 && (matched[last]!.tokenType === Length || matched[last]!.tokenType === Rest)) last--;
		const above = matched[last]?.tokenType;
		return above === IcmpEcho || above === IcmpOther ? match(shapes.quote, text, offset) : null;
	},
	start_chars_hint: ["\r", "\n"],
	line_breaks: false,
});
export const Continuation: TokenType = part("Continuation", /\r?\n(?:[^\r\n]|\r(?!\n))*/y, "a further line", [
	"\r",
	"\n",
]);
/** Blanks at the end of a line, where the tool prints none. */
export const Trailing: TokenType = part("Trailing", /[ \t]+(?=\r?\n|$)/y, "blanks at the end", [" ", "\t"]);
/** Whatever else stands on the line, to its end. */
export const Rest: TokenType = part("Rest", /(?:[^\r\n]|\r(?!\n))+/y, "text", ANY);

export const tokens: TokenType[] = [
	AfterHeader,
	InnerBreak,
	TunnelBreak,
	GpeBreak,
	QuoteBreak,
	Continuation,
	PacketNumber,
	Timestamp,
	Interface,
	Cooked,
	Trailing,
	Ethernet,
	Loopback,
	Raw,
	Ppp,
	Vlan,
	Mpls,
	Pppoe,
	Llc,
	IpWord,
	Ip6Word,
	ArpWord,
	Missing,
	IpHeader,
	Ip6Header,
	ArpHardware,
	ArpRequest,
	ArpReply,
	ArpText,
	Extension,
	Ports,
	Endpoints,
	Flags,
	QuietTcp,
	TcpChecksum,
	Sequence,
	Ack,
	Window,
	Urgent,
	Options,
	Length,
	UdpChecksum,
	UdpLength,
	UdpTruncated,
	Vxlan,
	VxlanGpe,
	Gre,
	Geneve,
	IcmpEcho,
	IcmpOther,
	Icmp6Checksum,
	Icmp6Echo,
	Icmp6Other,
	Rest,
];

/** Where the first two groups of a token stand. */
export interface Place {
	readonly lead: number;
	readonly gap: number;
}

/**
 * Where the groups of a token stand whose expression does not say it: how many characters before the first
 * one, and between the first and the second.
 */
export const places: ReadonlyMap<TokenType, Place> = new Map([
	[PacketNumber, { lead: 0, gap: 0 }],
	[Endpoints, { lead: 0, gap: " > ".length }],
	[Flags, { lead: "Flags [".length, gap: 0 }],
	[Sequence, { lead: ", seq ".length, gap: ":".length }],
	[Ack, { lead: ", ack ".length, gap: 0 }],
	[Window, { lead: ", win ".length, gap: 0 }],
	[Urgent, { lead: ", urg ".length, gap: 0 }],
	[Length, { lead: ", length ".length, gap: 0 }],
]);

export const createTcpdumpLexer = (): Lexer => createLexer(tokens);
