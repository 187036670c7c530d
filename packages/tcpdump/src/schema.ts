import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type {
	AsciiLine,
	Banner,
	ContinuationLine,
	Dhcp,
	Dns,
	Esp,
	Geneve,
	Gre,
	HexLine,
	Icmp,
	Igmp,
	InnerPacket,
	Ntp,
	Packet,
	Splice,
	Statement,
	Summary,
	Tcp,
	Tcpdump as TcpdumpAst,
	TcpOption,
	Timestamp,
	Transport,
	Udp,
	Vxlan,
} from "./ast.ts";
import { badChecksum, ethertype, flag, host, optional, station, string, text } from "./schemas/common.ts";
import { groupRecord, icmp6, icmpMessage } from "./schemas/icmp.ts";
import { detail } from "./schemas/lines.ts";
import { encapsulation, link } from "./schemas/link.ts";
import { cut, head, ipProtocol, network, noNextHeader } from "./schemas/network.ts";

const timestamp: z.ZodType<Timestamp> = z.strictObject({
	form: z.enum(["time", "date", "epoch", "delta", "unknown"]),
	date: optional(string),
	seconds: z.int().min(0),
	nanoseconds: z.int().min(0),
	digits: optional(z.literal(9)),
	negative: flag,
	...spanShape,
});

const option: z.ZodType<TcpOption> = z.union([
	z.strictObject({ type: z.enum(["nop", "eol", "sackOK"]), ...spanShape }),
	z.strictObject({ type: z.literal("mss"), size: num, ...spanShape }),
	z.strictObject({ type: z.literal("wscale"), shift: num, ...spanShape }),
	z.strictObject({ type: z.literal("timestamp"), value: num, echo: num, ...spanShape }),
	z.strictObject({
		type: z.literal("sack"),
		blocks: z.array(z.strictObject({ left: z.int(), right: z.int() })),
		...spanShape,
	}),
	z.strictObject({ type: z.literal("tfo"), cookie: optional(string), ...spanShape }),
	z.strictObject({ type: z.enum(["mptcp", "other"]), text: string, ...spanShape }),
]) as z.ZodType<TcpOption>;
const question = z.strictObject({
	record: word,
	answer: optional(z.enum(["QM", "QU"])),
	name: word,
	...spanShape,
});
const record = z.strictObject({
	name: optional(string),
	ttl: optional(string),
	record: string,
	data: optional(string),
});
const dns: z.ZodType<Dns> = z.strictObject({
	type: z.literal("dns"),
	id: num,
	operation: optional(string),
	code: optional(word),
	flags: string,
	sections: optional(z.array(z.strictObject({ of: z.enum(["q", "a", "n", "au"]), count: z.int() }))),
	questions: optional(z.array(question)),
	counts: optional(z.strictObject({ answers: num, authority: num, additional: num })),
	answers: optional(z.array(record)),
	authority: optional(z.array(record)),
	additional: optional(z.array(record)),
	length: num,
	...spanShape,
});
const dhcp: z.ZodType<Dhcp> = z.strictObject({
	type: z.literal("dhcp"),
	operation: z.enum(["request", "reply"]),
	client: optional(station),
	length: num,
	remarks: optional(string),
	...spanShape,
});
const ntp: z.ZodType<Ntp> = z.strictObject({
	type: z.literal("ntp"),
	version: num,
	mode: word,
	length: num,
	...spanShape,
});
const esp: z.ZodType<Esp> = z.strictObject({
	type: z.literal("esp"),
	spi: num,
	sequence: num,
	length: num,
	...spanShape,
});
const igmp: z.ZodType<Igmp> = z.strictObject({
	type: z.literal("igmp"),
	message: z.enum(["query", "report", "leave", "dvmrp", "pimv1"]),
	version: optional(num),
	group: optional(host),
	maxResponseTime: optional(string),
	count: optional(num),
	records: optional(z.array(groupRecord)),
	remarks: optional(string),
	...spanShape,
});
const tcp: z.ZodType<Tcp> = z.strictObject({
	type: z.literal("tcp"),
	flags: optional(word),
	checksum: optional(
		z.strictObject({
			value: num,
			state: z.enum(["correct", "incorrect", "unverified"]),
			expected: optional(num),
			...spanShape,
		}),
	),
	sequence: optional(z.strictObject({ first: num, next: optional(num), ...spanShape })),
	ack: optional(num),
	window: optional(num),
	urgent: optional(num),
	options: optional(z.array(option)),
	length: optional(num),
	payload: optional(
		z.union([
			z.strictObject({
				type: z.literal("http"),
				length: optional(num),
				line: optional(word),
				truncated: optional(string),
				...spanShape,
			}),
			z.strictObject({
				type: z.literal("text"),
				text: string,
				separator: optional(z.literal(" ")),
				...spanShape,
			}),
			dns,
		]),
	),
	flaw: optional(string),
	...spanShape,
});
const inner: z.ZodType<InnerPacket> = z.lazy(() =>
	z.strictObject({ type: z.literal("inner"), ...layers, ...spanShape }),
);
const vxlan: z.ZodType<Vxlan> = z.strictObject({
	type: z.literal("vxlan"),
	flags: string,
	flagBits: num,
	vni: num,
	overlay: optional(num),
	inner: optional(inner),
	eol: optional(z.literal("\r\n")),
	...spanShape,
});
const tunnelled = { inner: optional(inner), break: optional(z.enum(["\n", "\r\n"])) };
const geneve: z.ZodType<Geneve> = z.strictObject({
	type: z.literal("geneve"),
	flags: string,
	vni: num,
	protocol: optional(ethertype),
	options: optional(string),
	...tunnelled,
	...spanShape,
});
const gre: z.ZodType<Gre> = z.strictObject({
	type: z.literal("gre"),
	version: num,
	flags: optional(string),
	checksum: optional(num),
	offset: optional(num),
	key: optional(num),
	call: optional(num),
	sequence: optional(num),
	ack: optional(num),
	protocol: optional(ethertype),
	length: num,
	...tunnelled,
	...spanShape,
});
const udp: z.ZodType<Udp> = z.strictObject({
	type: z.literal("udp"),
	checksum: optional(
		z.strictObject({
			state: z.enum(["ok", "none", "bad"]),
			value: optional(num),
			expected: optional(num),
			...spanShape,
		}),
	),
	length: optional(num),
	available: optional(num),
	truncatedLength: optional(num),
	payload: optional(z.union([vxlan, geneve, dns, dhcp, ntp, text])),
	...spanShape,
});
const icmp: z.ZodType<Icmp> = z.strictObject({
	type: z.literal("icmp"),
	message: icmpMessage,
	length: optional(num),
	badChecksum: optional(badChecksum),
	remarks: optional(string),
	quoted: optional(inner),
	break: optional(z.literal("\r\n")),
	...spanShape,
});
const transport: z.ZodType<Transport> = z.union([
	tcp,
	udp,
	icmp,
	icmp6,
	igmp,
	esp,
	gre,
	z.strictObject({ type: z.enum(["ip-in-ip", "mpls-in-ip"]), inner, ...spanShape }),
	head,
	cut,
	ipProtocol,
	noNextHeader,
	text,
]) as z.ZodType<Transport>;
const layers = {
	link: optional(link),
	encapsulation: optional(z.array(encapsulation)),
	network,
	transport: optional(transport),
};

const line: z.ZodType<ContinuationLine> = z.strictObject({
	type: z.literal("continuation"),
	text: string,
	...lineShape,
});
const hexLine: z.ZodType<HexLine> = z.strictObject({
	type: z.literal("hex"),
	offset: num,
	bytes: string,
	ascii: optional(string),
	...lineShape,
});
const ascii: z.ZodType<AsciiLine> = z.strictObject({ type: z.literal("ascii"), text: string, ...lineShape });
const summary: z.ZodType<Summary> = z.strictObject({
	type: z.literal("summary"),
	count: num,
	of: z.enum(["captured", "received by filter", "dropped by kernel", "dropped by interface"]),
	interrupted: flag,
	...lineShape,
});
const splice: z.ZodType<Splice> = z.strictObject({
	after: z.int().min(0),
	summary: z.array(summary),
	...spanShape,
});
const packet: z.ZodType<Packet> = z.strictObject({
	type: z.literal("packet"),
	number: optional(num),
	timestamp: optional(timestamp),
	interface: optional(z.strictObject({ name: word, direction: word, ...spanShape })),
	...layers,
	continuation: optional(z.array(z.union([detail, line, hexLine, ascii]))),
	quote: optional(string),
	splices: optional(z.array(splice)),
	...lineShape,
});
const banner: z.ZodType<Banner> = z.strictObject({
	type: z.literal("banner"),
	of: z.enum(["listening", "reading"]),
	name: word,
	linkType: word,
	linkDescription: optional(string),
	limit: optional(num),
	limitName: optional(z.enum(["capture size", "snapshot length"])),
	prefixed: flag,
	...lineShape,
});
const statement: z.ZodType<Statement> = z.union([
	packet,
	banner,
	z.strictObject({ type: z.literal("notice"), text: string, ...lineShape }),
	summary,
	line,
	hexLine,
	blank,
	unparsed,
]);

/** The schema of {@link TcpdumpAst}. */
export const Tcpdump: z.ZodType<TcpdumpAst> = z.strictObject({
	type: z.literal("tcpdump"),
	statements: z.array(statement),
	...spanShape,
});
