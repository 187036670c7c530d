import {
	type Draft,
	eolOf,
	type IpAddress,
	lineAt,
	MAX_LINE,
	type MacAddress,
	type Num,
	type ParseResult,
	type Port,
	parseClean,
	type Report,
	readBlank,
	readIp,
	readMac,
	readPort,
	type SourceLine,
	type Span,
	tooLong,
	trimBlanksEnd,
	trimBlanksStart,
	unparsedLine,
	type Word,
} from "@netfossil/core";
import {
	type IToken,
	type Reading,
	readNumber,
	StatementParser,
	syntaxDiagnostic,
} from "@netfossil/core/grammar";
import type {
	Arp,
	Banner,
	ContinuationLine,
	Endpoint,
	Ethertype,
	HostName,
	Icmp,
	Icmp6,
	Icmp6Message,
	InnerPacket,
	InterfaceColumn,
	Ip,
	Ip6,
	Ip6Header,
	IpHeader,
	Layers,
	Link,
	Notice,
	Packet,
	Statement,
	Station,
	Summary,
	Tcp,
	Tcpdump,
	TcpPayload,
	Timestamp,
	Transport,
	Udp,
	UdpChecksum,
	VlanTag,
	Vxlan,
} from "./ast.ts";
import { readOptions } from "./options.ts";
import * as t from "./tokens.ts";

/** The fields of a token, taken out by its expression. */
class Fields {
	readonly #match: RegExpExecArray;
	readonly #base: number;
	readonly #place: { readonly lead: number; readonly gap: number } | undefined;

	/** `base`: where the text that was matched starts in the whole text. */
	constructor(match: RegExpExecArray, base: number, place?: { readonly lead: number; readonly gap: number }) {
		this.#match = match;
		this.#base = base;
		this.#place = place;
	}

	text(group: number): string | undefined {
		return this.#match[group];
	}

	span(group: number): { start: number; end: number } {
		const match = this.#match;
		if (this.#place !== undefined) {
			const { lead, gap } = this.#place;
			const start = this.#base + match.index + lead + (group === 1 ? 0 : match[1]!.length + gap);
			return { start, end: start + match[group]!.length };
		}
		const [start, end] = match.indices![group]!;
		return { start: this.#base + start, end: this.#base + end };
	}

	word(group: number): Word {
		const { start, end } = this.span(group);
		return { value: this.#match[group]!, start, end };
	}

	num(group: number): Num {
		const { start, end } = this.span(group);
		return readNumber(this.#match[group]!, start, end);
	}

	has(group: number): boolean {
		return this.#match[group] !== undefined;
	}

	host(group: number): IpAddress | HostName {
		const { start } = this.span(group);
		return readHost(this.#match[group]!, start);
	}

	port(group: number): Port {
		return readPort(this.#match[group]!, this.span(group).start);
	}

	/** A station: the address, and in the next group who made it. */
	station(group: number): Station {
		const text = this.#match[group]!;
		const span = this.span(group);
		const mac: MacAddress =
			text === "Broadcast"
				? { type: "mac", value: "ff:ff:ff:ff:ff:ff", text, ...span }
				: readMac(text, span.start)!;
		const oui = this.#match[group + 1];
		if (oui === undefined) return { mac, ...span };
		return { mac, oui, start: span.start, end: this.span(group + 1).end };
	}
}

function readHost(text: string, start: number): IpAddress | HostName {
	return readIp(text, start) ?? { type: "name", value: text, start, end: start + text.length };
}

/** Text of protocols over IP that have no ports, and of fragments and flaws, which show none. */
const PORTLESS =
	/^(?:igmp |ESP\(|AH\(|GREv|ip-proto-|OSPFv|VRRPv|PIMv|EIGRP|CARP|RSVPv|pfsync|frag \(|DSTOPT |RT6 |no next header|(?:udp|tcp|icmp|sctp|icmp6|gre|esp|ah|ospf|igmp|pim|vrrp|l2tp|ipcomp)$| *\[\|(?:tcp|udp|icmp|icmp6|sctp)\]$| ip-proto-)/;

/**
 * How applications over UDP begin their text. A text of no known application may as well be one of DCCP,
 * SCTP or an old tcpdump's TCP; it stays a text.
 */
const OVER_UDP =
	/^(?:\d+[-+*|$%]*(?: .*)? \(\d+\)$|\d+[-+*|$%]* \[\|domain\]| \[\|domain\]$|BOOTP\/DHCP, |dhcp6 |NTPv|SYSLOG |TFTP, |SIP|Geneve, |UDP-encap: |isakmp|RIPv|ripng-|HSRPv|BFDv|NBT |Radius|RADIUS|sFlow|L2TP|l2tp:|VXLAN-GPE|LISP|GTP|RTP|rtp|rtcp|dhcpv6|\[bad udplen|WHOIS|quic|Quic|OLSRv|babel|VQPv|LWAPP|CAPWAP|mptcp|zephyr|kip |ptp|PTPv|UDPLite|RPC|NFS|kerberos|v[45]| v[45] | (?: |\{ )?(?:SNMPv|GetRequest|\[\d+ extra after iSEQ\])|\{ ?SNMPv)/;

/** An end of a packet whose text alone tells whether a port stands in it. */
interface CertainEnd {
	readonly ported: boolean;
	readonly end: Endpoint;
}

/** Splits an end where an address stands in it; undefined where a name does, which may hold dots. */
function readCertain(text: string, start: number): CertainEnd | undefined {
	const end = start + text.length;
	const whole = readIp(text, start);
	if (whole !== undefined) return { ported: false, end: { host: whole, start, end } };
	const dot = text.lastIndexOf(".");
	const host = readIp(text.slice(0, dot), start);
	if (host === undefined) return undefined;
	return { ported: true, end: splitEnd(text, start, host, dot) };
}

/** An end with a name: the last dot begins a port when the protocol that follows has ports. */
function readNamed(text: string, start: number, ported: boolean): Endpoint {
	const dot = text.lastIndexOf(".");
	if (!ported) return { host: readHost(text, start), start, end: start + text.length };
	return splitEnd(text, start, readHost(text.slice(0, dot), start), dot);
}

function splitEnd(text: string, start: number, host: Endpoint["host"], dot: number): Endpoint {
	const end = start + text.length;
	if (dot <= 0 || dot === text.length - 1) return { host: readHost(text, start), start, end };
	return { host, port: readPort(text.slice(dot + 1), start + dot + 1), start, end };
}

/** More packets within one another than any network nests, and few enough for the stack. */
const MAX_DEPTH = 16;

type Datagram = { readonly source: Endpoint; readonly destination: Endpoint };

/** The network layer and above: what stands after the link header. */
type Upper = Omit<Layers, "link">;

/**
 * A packet with all its lines. Tokens are whole parts of a line.
 *
 * ```
 * packet   := [NUMBER] [TIMESTAMP] [IFACE DIR] layers [BLANKS] { "\n" TEXT }
 * layers   := [ETHERNET | COOKED] { VLAN } network
 * network  := "IP " (ip | TEXT) | "IP6 " (ip6 | TEXT) | "ARP, " arp | ip | ip6 | arp | [TEXT]
 *                                          -- the words are printed exactly when no link header is
 * ip       := [MISSING] [IP-HEADER (" " | "\n" BLANKS)] ENDS [transport]
 * ip6      := [MISSING] [IP6-HEADER] ENDS ["HBH "] [transport]
 * arp      := [HARDWARE] (REQUEST | REPLY | TEXT) [LENGTH]
 * transport:= tcp | udp | icmp | icmp6 | ("IP " | "IP6 ") network | TEXT
 * tcp      := "tcp " N | FLAGS [CKSUM] [SEQ] [ACK] [WIN] [URG] [OPTIONS] [LENGTH] [TEXT]
 * udp      := [UDP-CKSUM] ("UDP, length " N | "truncated-udplength " N | VXLAN ["\n" layers] | TEXT)
 * icmp     := (ECHO | UNREACHABLE | TEXT) [LENGTH] [TEXT]
 * icmp6    := [CKSUM] (ECHO | NEIGHBOR | TOO-BIG | UNREACHABLE | TEXT) [LENGTH] [TEXT]
 * ```
 */
export class TcpdumpParser extends StatementParser {
	/** How many packets the one at hand is in. */
	#depth = 0;

	constructor(skipValidations = true) {
		super(t.tokens, t.createTcpdumpLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readPacket(text: string, start: number, end: number): Reading<Packet> {
		this.#depth = 0;
		return this.read(this.packet, text, start, end);
	}

	private packet = this.RULE("packet", (): Packet => {
		const number = this.OPTION(() => {
			const token = this.CONSUME(t.PacketNumber);
			return this.ACTION(() => this.fields(token).num(1));
		});
		const timestamp = this.OPTION1(() => this.timestampOf(this.CONSUME(t.Timestamp)));
		const column = this.OPTION2(() => this.interfaceOf(this.CONSUME(t.Interface)));
		const layers = this.SUBRULE(this.layers);
		const trailing = this.OPTION3(() => this.CONSUME(t.Trailing).image);
		const continuation: ContinuationLine[] = [];
		let eol: "\r\n" | undefined;
		this.MANY(() => {
			const token = this.CONSUME(t.Continuation);
			this.ACTION(() => {
				// The line end before this line is that of the line above.
				const crlf = token.image.startsWith("\r");
				const last = continuation.at(-1);
				if (crlf && last === undefined) eol = "\r\n";
				else if (crlf) continuation[continuation.length - 1] = { ...last!, eol: "\r\n" };
				const { start, end } = this.span(token);
				const skip = crlf ? 2 : 1;
				const previous = continuation.at(-1);
				if (previous !== undefined) {
					continuation[continuation.length - 1] = { ...previous, end: start + skip };
				}
				continuation.push({ type: "continuation", text: token.image.slice(skip), start: start + skip, end });
			});
		});
		return this.ACTION((): Packet => {
			const packet = { type: "packet", start: 0, end: 0 } as Draft<Packet>;
			if (number !== undefined) packet.number = number;
			if (timestamp !== undefined) packet.timestamp = timestamp;
			if (column !== undefined) packet.interface = column;
			Object.assign(packet, layers);
			if (trailing !== undefined) packet.trailing = trailing;
			if (eol !== undefined) packet.eol = eol;
			if (continuation.length > 0) packet.continuation = continuation;
			return packet;
		});
	});

	private layers = this.RULE("layers", (): Layers => {
		const link = this.OPTION(() => this.SUBRULE(this.link));
		const upper = this.SUBRULE(this.network, { ARGS: [link] });
		return link === undefined ? upper : { link, ...upper };
	});

	private link = this.RULE("link", (): Link => {
		const link = this.OR([
			{ ALT: () => this.ethernetOf(this.CONSUME(t.Ethernet)) },
			{ ALT: () => this.cookedOf(this.CONSUME(t.Cooked)) },
		]);
		const vlans: VlanTag[] = [];
		this.MANY(() => {
			const token = this.CONSUME(t.Vlan);
			this.ACTION(() => vlans.push(this.vlanOf(token)));
		});
		return this.ACTION(() =>
			vlans.length === 0 ? link : { ...link, vlans, end: vlans[vlans.length - 1]!.end },
		);
	});

	private network = this.RULE("network", (link: Link | undefined): Upper => {
		return this.OR([
			{ ALT: () => this.SUBRULE(this.worded, { ARGS: [link] }) },
			{ ALT: () => this.SUBRULE(this.arp, { ARGS: [link] }) },
			{ ALT: () => this.SUBRULE(this.datagram, { ARGS: [link, undefined] }) },
			{
				ALT: () => {
					const rest = this.OPTION1(() => this.CONSUME(t.Rest));
					return this.ACTION((): Upper => ({ network: this.textNetwork(link, rest) }));
				},
			},
		]);
	});

	/** `IP …`, `IP6 …`, `ARP, …` */
	private worded = this.RULE("worded", (link: Link | undefined): Upper => {
		return this.OR([
			{
				ALT: () => {
					const word = this.OR1([
						{ ALT: () => this.CONSUME(t.IpWord) },
						{ ALT: () => this.CONSUME(t.Ip6Word) },
					]);
					this.ACTION(() => {
						if (link !== undefined) this.refuse(word, "what the Ethernet type says");
					});
					return this.OR2([
						{ ALT: () => this.SUBRULE(this.datagram, { ARGS: [undefined, word] }) },
						{
							ALT: () => {
								// 5.0 prints a header and then that the rest is cut: `IP6 (hlim 64, …)  [|ip6]`.
								const header = this.OPTION(() => this.CONSUME(t.Ip6Header));
								const rest = this.CONSUME(t.Rest);
								return this.ACTION((): Upper => {
									const text = `${word.image}${header?.image ?? ""}${rest.image}`;
									return { network: { type: "text", text, ...this.spanFrom(word) } };
								});
							},
						},
					]);
				},
			},
			{
				ALT: () => {
					const word = this.CONSUME(t.ArpWord);
					this.ACTION(() => {
						if (link !== undefined) this.refuse(word, "what the Ethernet type says");
					});
					const upper = this.OR3([
						{ ALT: () => this.SUBRULE(this.arp, { ARGS: ["worded"] }) },
						{
							ALT: () => {
								const rest = this.CONSUME1(t.Rest);
								return this.ACTION((): Upper => ({ network: this.arpOf(rest) }));
							},
						},
					]);
					return this.ACTION((): Upper => {
						const { start } = this.span(word);
						return { ...upper, network: { ...upper.network, start } };
					});
				},
			},
		]);
	});

	/** What follows the word, or a link header that says the same. */
	private arp = this.RULE("arp", (before: Link | "worded" | undefined): Upper => {
		const hardware = this.OPTION(() => this.CONSUME(t.ArpHardware));
		const operation = this.OR([
			{ ALT: () => this.CONSUME(t.ArpRequest) },
			{ ALT: () => this.CONSUME(t.ArpReply) },
			{ ALT: () => this.CONSUME(t.ArpText) },
		]);
		const length = this.SUBRULE(this.lengthPart);
		return this.ACTION((): Upper => {
			const first = hardware ?? operation;
			if (before !== "worded" && !isArp(before)) this.refuse(first, "what the Ethernet type says");
			return {
				network: {
					...this.arpOf(operation),
					...(hardware && { hardware: hardware.image.slice(0, -2) }),
					...(length && { length }),
					...this.spanFrom(first),
				},
			};
		});
	});

	private lengthPart = this.RULE("lengthPart", (): Num | undefined =>
		this.OPTION(() => {
			const token = this.CONSUME(t.Length);
			return this.ACTION(() => this.fields(token).num(1));
		}),
	);

	private datagram = this.RULE(
		"datagram",
		(before: Link | "outer" | undefined, word: IToken | undefined): Upper => {
			const missing = this.OPTION(() => this.CONSUME(t.Missing));
			const header = this.OPTION1(() =>
				this.OR([{ ALT: () => this.SUBRULE(this.ipHeader) }, { ALT: () => this.CONSUME(t.Ip6Header) }]),
			);
			const ends = this.CONSUME(t.Endpoints);
			const hopByHop = this.OPTION2(() => this.CONSUME(t.HopByHop));
			const transport = this.OPTION3(() => this.SUBRULE(this.transport, { ARGS: [word === undefined] }));
			return this.ACTION((): Upper => {
				const family = this.familyOf(before, word, ends);
				const start = this.span(word ?? missing ?? ends).start;
				const { source, destination } = this.endsOf(ends, transport);
				const { end } = this.span(hopByHop ?? ends);
				const above = known(transport, source.port !== undefined);
				if (family === 4) {
					if (hopByHop !== undefined) this.refuse(hopByHop, "a protocol over IPv4");
					if (header !== undefined && !("tos" in header)) this.refuse(header, "an IPv4 header");
					const network = { type: "ip" } as Draft<Ip>;
					if (missing !== undefined) network.missing = this.fields(missing).num(1);
					if (header !== undefined) network.header = header;
					network.source = source;
					network.destination = destination;
					network.start = Math.min(start, header?.start ?? start);
					network.end = end;
					return above === undefined ? { network } : { network, transport: above };
				}
				if (header !== undefined && "tos" in header) this.refuse(ends, "an IPv6 header before it");
				const network = { type: "ip6" } as Draft<Ip6>;
				if (missing !== undefined) network.missing = this.fields(missing).num(1);
				if (header !== undefined) network.header = this.ip6HeaderOf(header);
				network.source = source;
				network.destination = destination;
				if (hopByHop !== undefined) network.extensions = hopByHop.image;
				network.start = Math.min(start, network.header?.start ?? start);
				network.end = end;
				return above === undefined ? { network } : { network, transport: above };
			});
		},
	);

	private ipHeader = this.RULE("ipHeader", (): IpHeader => {
		const token = this.CONSUME(t.IpHeader);
		const gap = this.CONSUME(t.AfterHeader);
		return this.ACTION(() => {
			const f = this.fields(token);
			const remarks = f.text(10);
			const between =
				gap.image === " "
					? { sameLine: true as const }
					: {
							...(gap.image.endsWith("\n    ") ? {} : { indent: gap.image.replace(/^\r?\n/, "") }),
							...(gap.image.startsWith("\r") && { eol: "\r\n" as const }),
						};
			return {
				tos: f.num(1),
				...(f.has(2) && { ecn: f.text(2)! }),
				ttl: f.num(3),
				id: f.num(4),
				offset: f.num(5),
				flags: f.text(6)!,
				protocol: { name: f.text(7)!, number: Number(f.text(8)) },
				length: f.num(9),
				...(remarks ? { remarks } : {}),
				...between,
				...this.span(token),
			};
		});
	});

	/** `linked`: a link header was printed, so that an inner packet has no word either. */
	private transport = this.RULE(
		"transport",
		(linked: boolean): Transport =>
			this.OR([
				{ ALT: () => this.SUBRULE(this.tcp) },
				{ ALT: () => this.SUBRULE(this.udp) },
				{ ALT: () => this.SUBRULE(this.icmp) },
				{ ALT: () => this.SUBRULE(this.icmp6) },
				{
					ALT: () => {
						this.ACTION(() => this.#depth++);
						const inner = this.OR1([
							{
								GATE: () => !linked && this.#depth <= MAX_DEPTH,
								ALT: () => this.SUBRULE(this.worded, { ARGS: [undefined] }),
							},
							{
								GATE: () => linked && this.#depth <= MAX_DEPTH,
								ALT: () => this.SUBRULE(this.datagram, { ARGS: ["outer", undefined] }),
							},
						]);
						return this.ACTION((): Transport => {
							this.#depth--;
							const where = { start: inner.network.start, end: this.span(this.LA(0)).end };
							return { type: "ip-in-ip", inner: { type: "inner", ...inner, ...where }, ...where };
						});
					},
				},
				{
					ALT: () => {
						const rest = this.CONSUME(t.Rest);
						return { type: "text" as const, text: rest.image, ...this.span(rest) };
					},
				},
			]),
	);

	private tcp = this.RULE(
		"tcp",
		(): Tcp =>
			this.OR([
				{
					ALT: () => {
						const token = this.CONSUME(t.QuietTcp);
						return this.ACTION(
							(): Tcp => ({
								type: "tcp",
								length: this.fields(token).num(1),
								...this.span(token),
							}),
						);
					},
				},
				{
					ALT: () => {
						const flags = this.CONSUME(t.Flags);
						const checksum = this.OPTION(() => this.CONSUME(t.TcpChecksum));
						const sequence = this.OPTION1(() => this.CONSUME(t.Sequence));
						const ack = this.OPTION2(() => this.CONSUME(t.Ack));
						const window = this.OPTION3(() => this.CONSUME(t.Window));
						const urgent = this.OPTION4(() => this.CONSUME(t.Urgent));
						const options = this.OPTION5(() => this.CONSUME(t.Options));
						const length = this.SUBRULE(this.lengthPart);
						const rest = this.OPTION6(() => this.CONSUME(t.Rest));
						return this.ACTION((): Tcp => {
							const tcp = { type: "tcp", flags: this.fields(flags).word(1) } as Draft<Tcp>;
							if (checksum !== undefined) tcp.checksum = this.tcpChecksumOf(checksum);
							if (sequence !== undefined) tcp.sequence = this.sequenceOf(sequence);
							if (ack !== undefined) tcp.ack = this.fields(ack).num(1);
							if (window !== undefined) tcp.window = this.fields(window).num(1);
							if (urgent !== undefined) tcp.urgent = this.fields(urgent).num(1);
							if (options !== undefined) {
								const start = this.span(options).start + ", options [".length;
								tcp.options = readOptions(this.fields(options).text(1)!, start);
							}
							if (length !== undefined) tcp.length = length;
							if (rest !== undefined)
								Object.assign(tcp, tcpRest(rest.image, this.span(rest), length !== undefined));
							return Object.assign(tcp, this.spanFrom(flags));
						});
					},
				},
			]),
	);

	private udp = this.RULE(
		"udp",
		(): Udp =>
			this.OR([
				{
					ALT: () => {
						const token = this.CONSUME(t.UdpChecksum);
						const body = this.OPTION(() => this.SUBRULE(this.udpBody));
						const rest = this.OPTION1(() => this.CONSUME(t.Rest));
						return this.ACTION((): Udp => {
							const checksum = this.udpChecksumOf(token);
							const text = rest && {
								payload: { type: "text" as const, text: rest.image, ...this.span(rest) },
							};
							return { type: "udp", checksum, ...body, ...text, ...this.spanFrom(token) };
						});
					},
				},
				{
					ALT: () => {
						const body = this.SUBRULE1(this.udpBody);
						return { type: "udp" as const, ...body };
					},
				},
			]),
	);

	private udpBody = this.RULE(
		"udpBody",
		(): Omit<Udp, "type" | "checksum"> =>
			this.OR([
				{
					ALT: () => {
						const token = this.CONSUME(t.UdpLength);
						return this.ACTION(() => {
							const f = this.fields(token);
							return { length: f.num(1), ...(f.has(2) && { available: f.num(2) }), ...this.span(token) };
						});
					},
				},
				{
					ALT: () => {
						const token = this.CONSUME(t.UdpTruncated);
						return this.ACTION(() => {
							const truncatedLength = this.fields(token).num(1);
							return { truncatedLength, ...this.span(token) };
						});
					},
				},
				{
					ALT: () => {
						const payload = this.SUBRULE(this.vxlan);
						return this.ACTION(() => ({ payload, start: payload.start, end: payload.end }));
					},
				},
			]),
	);

	private vxlan = this.RULE("vxlan", (): Vxlan => {
		const token = this.CONSUME(t.Vxlan);
		const below = this.OPTION({
			GATE: () => this.#depth < MAX_DEPTH,
			DEF: () => {
				const gap = this.CONSUME(t.InnerBreak);
				this.ACTION(() => this.#depth++);
				const layers = this.SUBRULE(this.layers);
				return this.ACTION(() => {
					this.#depth--;
					const start = this.span(gap).end;
					const inner: InnerPacket = { type: "inner", ...layers, start, end: this.spanFrom(gap).end };
					return { inner, ...(gap.image.startsWith("\r") && { eol: "\r\n" as const }) };
				});
			},
		});
		return this.ACTION((): Vxlan => {
			const f = this.fields(token);
			const flags = f.has(1) ? 1 : 3;
			return {
				type: "vxlan",
				flags: f.text(flags)!,
				flagBits: f.num(flags + 1),
				...(f.has(5) && { overlay: f.num(5) }),
				vni: f.num(6),
				...below,
				...this.spanFrom(token),
			};
		});
	});

	private icmp = this.RULE("icmp", (): Icmp => {
		const token = this.OR([
			{ ALT: () => this.CONSUME(t.IcmpEcho) },
			{ ALT: () => this.CONSUME(t.IcmpUnreachable) },
			{ ALT: () => this.CONSUME(t.IcmpOther) },
		]);
		const length = this.SUBRULE(this.lengthPart);
		const rest = this.OPTION(() => this.CONSUME(t.Rest));
		return this.ACTION(
			(): Icmp => ({
				type: "icmp",
				message: this.icmpMessageOf(token),
				...(length && { length }),
				...(rest && { remarks: rest.image }),
				...this.spanFrom(token),
			}),
		);
	});

	private icmp6 = this.RULE("icmp6", (): Icmp6 => {
		const checksum = this.OPTION(() => this.CONSUME(t.Icmp6Checksum));
		const token = this.OR([
			{ ALT: () => this.CONSUME(t.Icmp6Echo) },
			{ ALT: () => this.CONSUME(t.Icmp6Neighbor) },
			{ ALT: () => this.CONSUME(t.Icmp6TooBig) },
			{ ALT: () => this.CONSUME(t.Icmp6Unreachable) },
			{ ALT: () => this.CONSUME(t.Icmp6Other) },
		]);
		const length = this.SUBRULE(this.lengthPart);
		const rest = this.OPTION1(() => this.CONSUME(t.Rest));
		return this.ACTION((): Icmp6 => {
			const first = this.firstLengthOf(token);
			if (first !== undefined && length !== undefined) this.refuse(token, "one length");
			return {
				type: "icmp6",
				...(checksum && { checksum: this.fields(checksum).text(1)! }),
				message: this.icmp6MessageOf(token),
				...(length && { length }),
				...(first && { length: first, lengthFirst: true }),
				...(rest && { remarks: rest.image }),
				...this.spanFrom(checksum ?? token),
			};
		});
	});

	private fields(token: IToken): Fields {
		return new Fields(token.payload as RegExpExecArray, this.base, t.places.get(token.tokenType));
	}

	private timestampOf(token: IToken): Timestamp {
		return this.ACTION(() => {
			const f = this.fields(token);
			const fraction = f.text(7)!;
			const clock = f.has(3);
			const seconds = clock
				? Number(f.text(3)) * 3600 + Number(f.text(4)) * 60 + Number(f.text(5))
				: Number(f.text(6));
			const sign = f.text(1);
			if (sign === " " && !clock) this.refuse(token, "a timestamp");
			if (sign !== undefined && f.has(2)) this.refuse(token, "a timestamp");
			const { start, end } = this.span(token);
			const time = {
				form: f.has(2) ? "date" : !clock ? "epoch" : sign === undefined ? "time" : "delta",
			} as Draft<Timestamp>;
			if (f.has(2)) time.date = f.text(2)!;
			time.seconds = seconds;
			time.nanoseconds = Number(fraction) * (fraction.length === 9 ? 1 : 1000);
			if (fraction.length === 9) time.digits = 9;
			if (sign === "-") time.negative = true;
			time.start = start + (sign === " " ? 1 : 0);
			time.end = end - 1;
			return time;
		});
	}

	private interfaceOf(token: IToken): InterfaceColumn {
		return this.ACTION(() => {
			const f = this.fields(token);
			return { name: f.word(1), direction: f.word(2), ...this.span(token) };
		});
	}

	private ethernetOf(token: IToken): Link {
		return this.ACTION((): Link => {
			const f = this.fields(token);
			const ethertype: Ethertype | undefined = f.has(5)
				? { name: f.text(5)!, code: f.num(6), start: f.span(5).start, end: f.span(6).end }
				: f.has(8)
					? { name: f.text(8)!, ...f.span(8) }
					: undefined;
			const link = { type: "ethernet", source: f.station(1), destination: f.station(3) } as Draft<Link>;
			if (ethertype !== undefined) link.ethertype = ethertype;
			link.length = f.num(9);
			return Object.assign(link, this.span(token));
		});
	}

	private cookedOf(token: IToken): Link {
		return this.ACTION((): Link => {
			const f = this.fields(token);
			return {
				type: "cooked",
				...(f.has(1) && { direction: trimmed(f.word(1)) }),
				...(f.has(2) && { interfaceIndex: f.num(2) }),
				...(f.has(3) && { source: f.station(3) }),
				ethertype: { name: f.text(5)!, code: f.num(6), start: f.span(5).start, end: f.span(6).end },
				length: f.num(7),
				...this.span(token),
			};
		});
	}

	private vlanOf(token: IToken): VlanTag {
		const f = this.fields(token);
		return {
			id: f.num(1),
			priority: Number(f.text(2)),
			...(f.has(3) && { dropEligible: true as const }),
			ethertype: {
				name: f.text(4)!,
				...(f.has(5) && { code: f.num(5) }),
				start: f.span(4).start,
				end: f.span(f.has(5) ? 5 : 4).end,
			},
			...this.span(token),
		};
	}

	private textNetwork(link: Link | undefined, rest: IToken | undefined): Layers["network"] {
		if (rest === undefined) {
			const end = this.RECORDING_PHASE ? 0 : (link?.end ?? this.base);
			return { type: "text", text: "", start: end, end };
		}
		if (!isArp(link)) return { type: "text", text: rest.image, ...this.span(rest) };
		return { ...this.arpOf(rest), ...this.span(rest) };
	}

	private arpOf(token: IToken): Arp {
		const where = this.span(token);
		if (token.tokenType === t.ArpRequest) {
			const f = this.fields(token);
			const targetMac = f.has(2) ? { targetMac: f.station(2) } : {};
			return {
				type: "arp",
				operation: "request",
				target: f.host(1),
				...targetMac,
				sender: f.host(4),
				...where,
			};
		}
		if (token.tokenType === t.ArpReply) {
			const f = this.fields(token);
			return { type: "arp", operation: "reply", sender: f.host(1), senderMac: f.station(2), ...where };
		}
		const f = new Fields(ARP_TEXT.exec(token.image)!, where.start);
		const length = f.has(2) ? { length: f.num(2) } : {};
		return { type: "arp", operation: "other", text: f.text(1)!, ...length, ...where };
	}

	/** IPv4 or IPv6, by the word or else by the Ethernet type. */
	private familyOf(before: Link | "outer" | undefined, word: IToken | undefined, ends: IToken): 4 | 6 {
		if (word !== undefined) return word.tokenType === t.Ip6Word ? 6 : 4;
		if (before === "outer") return ends.image.slice(0, -2).includes(":") ? 6 : 4;
		const name = ethertypeOf(before)?.name;
		if (name === "IPv4") return 4;
		if (name === "IPv6") return 6;
		return this.refuse(ends, "IP or IP6");
	}

	private endsOf(token: IToken, transport: Transport | undefined): Datagram {
		const f = this.fields(token);
		const source = f.text(1)!;
		const destination = f.text(2)!;
		const from = f.span(1).start;
		const to = f.span(2).start;
		const first = readCertain(source, from);
		const second = readCertain(destination, to);
		// `host.name > other.name: ICMP` has no ports.
		const ported =
			first?.ported ??
			second?.ported ??
			(transport?.type === "tcp" ||
				transport?.type === "udp" ||
				(transport?.type === "text" && !PORTLESS.test(transport.text)));
		return {
			source: first?.end ?? readNamed(source, from, ported),
			destination: second?.end ?? readNamed(destination, to, ported),
		};
	}

	private ip6HeaderOf(token: IToken): Ip6Header {
		const f = this.fields(token);
		const { start, end } = this.span(token);
		return {
			...(f.has(1) && { class: f.num(1) }),
			...(f.has(2) && { flowLabel: f.num(2) }),
			hopLimit: f.num(3),
			nextHeader: { name: f.text(4)!, number: Number(f.text(5)) },
			payloadLength: f.num(7),
			...(f.has(6) && { punctuation: "5.0" as const }),
			start,
			end: end - 1,
		};
	}

	private tcpChecksumOf(token: IToken): NonNullable<Tcp["checksum"]> {
		const f = this.fields(token);
		const state = (f.text(2) ?? "incorrect") as "correct" | "incorrect" | "unverified";
		return { value: f.num(1), state, ...(f.has(3) && { expected: f.num(3) }), ...this.span(token) };
	}

	private sequenceOf(token: IToken): NonNullable<Tcp["sequence"]> {
		const f = this.fields(token);
		return { first: f.num(1), ...(f.has(2) && { next: f.num(2) }), ...this.span(token) };
	}

	private udpChecksumOf(token: IToken): UdpChecksum {
		const f = this.fields(token);
		if (f.has(1)) return { state: "ok", ...this.span(token) };
		if (f.has(2)) return { state: "none", ...this.span(token) };
		return { state: "bad", value: f.num(3), expected: f.num(4), ...this.span(token) };
	}

	private icmpMessageOf(token: IToken): Icmp["message"] {
		const { start, end } = this.span(token);
		const where = { start: start + "ICMP ".length, end };
		if (token.tokenType === t.IcmpEcho) {
			const f = this.fields(token);
			return { type: `echo-${f.text(1) as "request" | "reply"}`, id: f.num(2), sequence: f.num(3), ...where };
		}
		if (token.tokenType === t.IcmpUnreachable) {
			const f = this.fields(token);
			if (f.has(1)) {
				const what = f.text(1) as "net" | "host";
				const reason = f.has(3) ? { reason: f.text(3)! } : {};
				return { type: "unreachable", what, address: f.host(2), ...reason, ...where };
			}
			const address = f.host(4);
			if (f.has(5)) {
				return { type: "unreachable", what: "protocol", address, protocolNumber: f.num(5), ...where };
			}
			if (f.has(6)) {
				const protocol = f.text(6)!;
				return { type: "unreachable", what: "port", address, protocol, port: f.port(7), ...where };
			}
			const mtu = f.has(8) ? { mtu: f.num(8) } : {};
			return { type: "unreachable", what: "fragmentation", address, ...mtu, ...where };
		}
		return { type: "text", text: token.image.slice("ICMP ".length), ...where };
	}

	private firstLengthOf(token: IToken): Num | undefined {
		if (token.tokenType !== t.Icmp6Neighbor && token.tokenType !== t.Icmp6Echo) return undefined;
		const f = this.fields(token);
		if (token.tokenType === t.Icmp6Echo) return f.has(2) ? f.num(2) : undefined;
		if (f.has(1)) return f.num(1);
		return f.has(2) ? f.num(2) : undefined;
	}

	private icmp6MessageOf(token: IToken): Icmp6Message {
		const { start, end } = this.span(token);
		const where = { start: start + "ICMP6, ".length, end };
		switch (token.tokenType) {
			case t.Icmp6Echo: {
				const f = this.fields(token);
				const id = f.has(3) ? { id: f.num(3) } : {};
				return { type: `echo-${f.text(1) as "request" | "reply"}`, ...id, sequence: f.num(4), ...where };
			}
			case t.Icmp6Neighbor: {
				const f = this.fields(token);
				const type = token.image.includes(" solicitation")
					? "neighbor-solicitation"
					: "neighbor-advertisement";
				return { type, target: f.host(3), ...where };
			}
			case t.Icmp6TooBig:
				return { type: "packet-too-big", mtu: this.fields(token).num(1), ...where };
			case t.Icmp6Unreachable: {
				const f = this.fields(token);
				if (f.has(1)) {
					const port = { protocol: f.text(2)!, port: f.port(3) };
					return { type: "unreachable", what: "port", address: f.host(1), ...port, ...where };
				}
				const what = f.has(4) ? "host" : "net";
				return { type: "unreachable", what, address: f.host(5), ...where };
			}
			default:
				return { type: "text", text: token.image.slice("ICMP6, ".length), ...where };
		}
	}
}

const ARP_TEXT = /^(.*?)(?:, length (\d+))?$/ds;

function ethertypeOf(link: Link | undefined): Ethertype | undefined {
	return link?.vlans?.at(-1)?.ethertype ?? link?.ethertype;
}

function isArp(link: Link | undefined): boolean {
	return /(?:^|[ E])ARP$/.test(ethertypeOf(link)?.name ?? "");
}

function trimmed(word: Word): Word {
	const value = trimBlanksStart(word.value);
	return { value, start: word.end - value.length, end: word.end };
}

/** A text between ends with ports is an application's over UDP, where its beginning says so. */
function known(transport: Transport | undefined, ported: boolean): Transport | undefined {
	if (transport?.type !== "text" || !ported || !OVER_UDP.test(transport.text)) return transport;
	const { start, end } = transport;
	return { type: "udp", payload: transport, start, end };
}

const HTTP = /^HTTP(?:, length: (\d+)|: ([^\r\n]*?))?( \[[|!]http\])?$/d;

/** What stands after the length of a segment: its payload; without a length the header was cut. */
function tcpRest(
	text: string,
	{ start, end }: Span,
	ended: boolean,
): { payload: TcpPayload } | { flaw: string } {
	const colon = text.startsWith(": ");
	if (!ended || !(colon || text.startsWith(" "))) return { flaw: text };
	const skip = colon ? 2 : 1;
	const body = text.slice(skip);
	const where = { start: start + skip, end };
	const http = colon ? HTTP.exec(body) : null;
	if (http === null) {
		return { payload: { type: "text", text: body, ...(colon ? {} : { separator: " " }), ...where } };
	}
	const at = (group: number): Span => {
		const [from, to] = http.indices![group]!;
		return { start: where.start + from, end: where.start + to };
	};
	return {
		payload: {
			type: "http",
			...(http[1] !== undefined && {
				length: {
					value: Number(http[1]),
					...(String(Number(http[1])) === http[1] ? {} : { text: http[1] }),
					...at(1),
				},
			}),
			...(http[2] !== undefined && { line: { value: http[2], ...at(2) } }),
			...(http[3] !== undefined && { truncated: http[3] }),
			...where,
		},
	};
}

const TIME =
	/(?:\d{4,}-\d\d-\d\d )?(?:\d\d|[1-9]\d{2,8}):[0-5]\d:[0-5]\d\.\d{6}(?:\d{3})? |-?(?:0|[1-9]\d{0,14})\.\d{6}(?:\d{3})? /
		.source;
const HEAD = new RegExp(`^([ \\t]*)(?:(\\d+) {2}( ?))?(-?)(?:${TIME})`);
/** How a packet begins with `-t`; also how an inner packet begins below a VXLAN line. */
const UNTIMED =
	/^([ \t]*)(?:(\d+) {2})?(?:IP6? |ARP, |(?:Broadcast|(?:[0-9a-f]{2}:){5}[0-9a-f]{2}) (?:\(oui [^()]*\) )?> |STP 802\.1|LLDP, |MPLS \(|PPPoE |CDPv|EAPOL |RARP|Reverse |IS-IS, |LLC, |IP\d+ \(invalid\)$| ?\[\|\w+\]$|\S{1,15} +(?:In|Out|B|M|P) +(?:IP6? |ARP, |ifindex \d+ )|(?: In|Out| {2}[BMP]) (?:[0-9a-f]{2}:){5}[0-9a-f]{2} ethertype )/;
const BANNER =
	/^(tcpdump: )?(?:listening on (\S+)|reading from file (.+?)), link-type (\S+?)(?: \(([^\r\n]*?)\))?(?:, (capture size|snapshot length) (\d+)( bytes)?)?$/d;
const NOTICE = /^(?:tcpdump: |dropped privs to |Warning: |Maximum file limit reached: )/;
const SUMMARY =
	/^(\^C)?(?:tcpdump: )?(\d+) packets? (captured|received by filter|dropped by kernel|dropped by interface)$/d;
/** Longer lines are no banners; what the user named in them has limits of its own. */
const MAX_NOTE = 8192;
/** How the raw bytes of an IP, ARP or STP packet begin, in the text of `-A`. */
const RAW = /^(?:E.(?:\.|$)|`|\.\.|BB\.)/;

let parser: TcpdumpParser | undefined;

/** Reads what tcpdump printed, in any form that `docs/tcpdump.md` names. */
export function parseTcpdump(input: string): ParseResult<Tcpdump> {
	return parseClean(input, (text) => {
		const diagnostics: Parameters<Report>[0][] = [];
		const statements = readStatements(text, (diagnostic) => diagnostics.push(diagnostic));
		return { ast: { type: "tcpdump", start: 0, end: text.length, statements }, diagnostics };
	});
}

function readStatements(text: string, report: Report): Statement[] {
	const statements: Statement[] = [];
	const dump = { raw: false };
	let line = lineAt(text, 0);
	while (line !== undefined) {
		const body = text.slice(line.start, Math.min(line.end, line.start + MAX_LINE));
		if (line.end - line.start > MAX_LINE) {
			report(tooLong(line, "tcpdump"));
			statements.push(unparsedLine(text, line));
		} else if (HEAD.test(body) || UNTIMED.test(body)) {
			const own = margin(body);
			const block = packetLines(text, line, body, own.indent ?? "", dump);
			statements.push(readPacket(text, line, block, own, report));
			line = lineAt(text, block.next);
			continue;
		} else {
			statements.push(readBlank(text, line) ?? readOther(text, line, body, report));
		}
		line = lineAt(text, line.next);
	}
	return statements;
}

/**
 * The last line of the packet that begins on a line. `dump.raw`: the text was printed with `-A`, so that
 * every line to the next head may be payload.
 */
function packetLines(
	text: string,
	head: SourceLine,
	body: string,
	indent: string,
	dump: { raw: boolean },
): SourceLine {
	let last = head;
	let previous = body;
	for (let line = lineAt(text, head.next); line !== undefined; line = lineAt(text, line.next)) {
		if (line.end - line.start > MAX_LINE) break;
		const whole = text.slice(line.start, line.end);
		if (isHead(whole, indent) || SUMMARY.test(whole) || NOTICE.test(whole)) break;
		if (/^(?:listening on|reading from file) \S.*, link-type /.test(whole)) break;
		const own = whole.startsWith(indent) ? whole.slice(indent.length) : whole;
		if (isUntimedHead(own)) {
			// An inner packet stands at the start of the line, right below the tunnel's header.
			if (!dump.raw && !/(?:, vni|, instance) \d+$/.test(previous)) break;
		} else if (!/^(?:\t| {2})/.test(own) || trimBlanksStart(trimBlanksEnd(own)) === "") {
			dump.raw ||= RAW.test(own);
			// `-v` ends an HTTP header with a line of one tab.
			if (!dump.raw && own !== "\t") break;
		}
		previous = own;
		last = line;
	}
	return last;
}

/** Whether a line begins a packet without a timestamp; an indented one is a packet that another quotes. */
function isUntimedHead(line: string): boolean {
	const match = UNTIMED.exec(line);
	return match !== null && (match[1] === "" || match[2] !== undefined || line.startsWith(" [|"));
}

/**
 * Whether a line below a head of the given indentation is the next head. One that is indented further is
 * payload: `	12:00:00.000000 IP …` in the body of an HTTP answer, printed with `-v`.
 */
function isHead(line: string, indent: string): boolean {
	const match = HEAD.exec(line);
	if (match === null) return false;
	const blanks = match[1]!;
	return match[2] !== undefined || blanks === " " || blanks.length <= indent.length;
}

interface Margin {
	readonly indent?: string;
	readonly start: number;
}

/**
 * The blanks before a head line that tcpdump did not print, and where the head starts. `-#` pads the number
 * to five columns; one blank before a `-ttt` difference or before ` [|ip]` is the tool's own.
 */
function margin(body: string): Margin {
	const [, blanks = "", number] = HEAD.exec(body) ?? UNTIMED.exec(body)!;
	if (number !== undefined) {
		const own = " ".repeat(Math.max(0, 5 - number.length));
		return { start: blanks.length, ...(blanks === own ? {} : { indent: blanks }) };
	}
	if (blanks === " " && /^ (?:(?:\d\d|[1-9]\d{2,8}):|\[\|)/.test(body)) return { start: 0 };
	return { start: blanks.length, ...(blanks === "" ? {} : { indent: blanks }) };
}

function readPacket(
	text: string,
	head: SourceLine,
	last: SourceLine,
	{ indent: blanks, start: skip }: Margin,
	report: Report,
): Packet {
	parser ??= new TcpdumpParser();
	const start = head.start + skip;
	const reading = parser.readPacket(text, start, last.end);
	const packet = "node" in reading ? reading.node : opaque(text, start, head, last);
	if ("fault" in reading) report(syntaxDiagnostic("tcpdump", reading.fault));
	const lines = packet.continuation;
	if (lines === undefined) {
		const node: Draft<Packet> = packet;
		if (blanks !== undefined) node.indent = blanks;
		node.start = head.start;
		node.end = last.next;
		if (last.eol !== "\n") node.eol = last.eol;
		return node;
	}
	const { eol: _, ...rest } = packet;
	const indent = blanks === undefined ? {} : { indent: blanks };
	const place = { start: head.start, end: last.next };
	const continuation = [...lines.slice(0, -1), { ...lines.at(-1)!, end: last.next, ...eolOf(last) }];
	const eol = packet.eol === undefined ? {} : { eol: packet.eol };
	return { ...rest, ...indent, continuation, ...place, ...eol };
}

/** A packet whose head no rule knows: the time, and the rest as it stands. */
function opaque(text: string, start: number, head: SourceLine, last: SourceLine): Packet {
	const timed = /^(?:\d+ {2} ?)?[ -]?(?:\d|$)/.test(text.slice(start, head.end))
		? parser!.readPacket(text, start, timeEnd(text, start, head.end))
		: undefined;
	const skip = timed !== undefined && "node" in timed ? timeEnd(text, start, head.end) : start;
	const { number, timestamp } = timed !== undefined && "node" in timed ? timed.node : {};
	const continuation: ContinuationLine[] = [];
	for (
		let line = lineAt(text, head.next);
		line !== undefined && line.start <= last.start;
		line = lineAt(text, line.next)
	) {
		continuation.push({
			type: "continuation",
			text: text.slice(line.start, line.end),
			start: line.start,
			end: line.next,
			...eolOf(line),
		});
	}
	const lines = continuation.length === 0 ? {} : { continuation };
	const eol = head.eol === "\r\n" && continuation.length > 0 ? { eol: head.eol } : {};
	return {
		type: "packet",
		start,
		end: last.next,
		...(number && { number }),
		...(timestamp && { timestamp }),
		network: { type: "unparsed", text: text.slice(skip, head.end), start: skip, end: head.end },
		...lines,
		...eol,
	};
}

/** Where the text after number and timestamp begins. */
function timeEnd(text: string, start: number, end: number): number {
	const match = new RegExp(`^(?:\\d+ {2})?[ -]?(?:${TIME})`).exec(text.slice(start, end));
	return start + (match?.[0].length ?? 0);
}

function readOther(
	text: string,
	line: SourceLine,
	whole: string,
	report: Report,
): Banner | Notice | Summary | ReturnType<typeof unparsedLine> {
	let end = whole.length;
	// An expression would try each run of blanks within the line.
	while (end > 0 && (whole[end - 1] === " " || whole[end - 1] === "\t")) end--;
	const trailing = whole.slice(end);
	const indent = /^[ \t]*/.exec(whole.slice(0, end))![0];
	const body = whole.slice(indent.length, end);
	const at = line.start + indent.length;
	const place = {
		...(indent !== "" && { indent }),
		...(trailing !== "" && { trailing }),
		...eolOf(line),
		start: line.start,
		end: line.next,
	};
	const banner = body.length > MAX_NOTE ? null : BANNER.exec(body);
	if (banner) {
		const listening = banner[2] !== undefined;
		const bytes = banner[8] !== undefined;
		// A live capture says "bytes" after its limit, a file does not.
		if (banner[7] === undefined || bytes === listening) {
			const f = (group: number): Word => {
				const [from, to] = banner.indices![group]!;
				return { value: banner[group]!, start: at + from, end: at + to };
			};
			const limit = banner[7] !== undefined ? f(7) : undefined;
			return {
				type: "banner",
				of: listening ? "listening" : "reading",
				name: f(listening ? 2 : 3),
				linkType: f(4),
				...(banner[5] !== undefined && { linkDescription: banner[5] }),
				...(limit && {
					limit: {
						value: Number(limit.value),
						...(String(Number(limit.value)) === limit.value ? {} : { text: limit.value }),
						start: limit.start,
						end: limit.end,
					},
					limitName: banner[6] as "capture size" | "snapshot length",
				}),
				...(banner[1] !== undefined && { prefixed: true as const }),
				...place,
			};
		}
	}
	const summary = SUMMARY.exec(body);
	if (summary && !/^(?:\^C)?tcpdump/.test(body)) {
		const [from, to] = summary.indices![2]!;
		const count = readNumber(summary[2]!, at + from, at + to);
		const plural = body.includes(" packets ");
		if (plural === (count.value !== 1)) {
			return {
				type: "summary",
				count,
				of: summary[3] as Summary["of"],
				...(summary[1] !== undefined && { interrupted: true as const }),
				...place,
			};
		}
	}
	if (NOTICE.test(body)) return { type: "notice", text: body, ...place };
	report({
		...syntaxDiagnostic("tcpdump", {
			start: at,
			end: at + body.length,
			found: body.length > 60 ? `${body.slice(0, 60)}…` : body,
			expected: ["a packet", "a banner", "the closing summary"],
		}),
	});
	return unparsedLine(text, line);
}
