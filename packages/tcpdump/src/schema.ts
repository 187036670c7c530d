import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type {
	AsciiLine,
	Banner,
	ContinuationLine,
	Geneve,
	Gre,
	HexLine,
	Icmp,
	Igmp,
	InnerPacket,
	Packet,
	Splice,
	Statement,
	Summary,
	Tcp,
	Tcpdump as TcpdumpAst,
	Timestamp,
	Transport,
	Udp,
	Vxlan,
	VxlanGpe,
} from "./ast.ts";
import { application, esp, sctp } from "./schema/applications.ts";
import { badChecksum, ethertype, flag, host, optional, string, text } from "./schema/common.ts";
import { detail } from "./schema/details.ts";
import { groupRecord, icmp6, icmpMessage } from "./schema/icmp.ts";
import { encapsulation, link } from "./schema/link.ts";
import { cut, head, ipProtocol, network, noNextHeader } from "./schema/network.ts";
import { option } from "./schema/tcp-options.ts";

const timestamp: z.ZodType<Timestamp> = z.strictObject({
	form: z.enum(["time", "date", "epoch", "delta", "unknown"]),
	date: optional(string),
	seconds: z.int().min(0),
	nanoseconds: z.int().min(0),
	digits: optional(z.literal(9)),
	negative: flag,
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
	form: optional(z.literal("3.9")),
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
			application,
			z.strictObject({
				type: z.literal("text"),
				text: string,
				separator: optional(z.literal(" ")),
				...spanShape,
			}),
		]),
	),
	reason: optional(word),
	spaced: flag,
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
	optionBytes: optional(num),
	options: optional(
		z.array(
			z.union([
				z.strictObject({
					type: z.literal("option"),
					class: word,
					classCode: num,
					kind: num,
					critical: flag,
					length: num,
					data: optional(string),
					...spanShape,
				}),
				text,
			]),
		),
	),
	...tunnelled,
	...spanShape,
});
const vxlanGpe: z.ZodType<VxlanGpe> = z.strictObject({
	type: z.literal("vxlan-gpe"),
	flags: string,
	vni: num,
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
	payload: optional(z.union([vxlan, vxlanGpe, geneve, application, text])),
	truncated: optional(string),
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
	sctp,
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
