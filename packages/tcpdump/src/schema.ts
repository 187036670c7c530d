import { blank, lineShape, num, port, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type {
	Arp,
	AsciiLine,
	Banner,
	ContinuationLine,
	Echo,
	Endpoint,
	Ethertype,
	Geneve,
	Gre,
	HexLine,
	Icmp,
	Icmp6,
	Igmp,
	InnerPacket,
	Ip,
	Ip6,
	Ip6Header,
	IpHeader,
	Link,
	Network,
	Packet,
	Splice,
	Statement,
	Summary,
	Tcp,
	Tcpdump as TcpdumpAst,
	Timestamp,
	Transport,
	Udp,
	Unreachable,
	VlanTag,
	Vxlan,
	VxlanGpe,
} from "./ast.ts";
import { application, esp, sctp } from "./schema/applications.ts";
import { option } from "./schema/options.ts";
import { host, station, text } from "./schema/shared.ts";

const optional = z.exactOptional;
const flag = optional(z.literal(true));
const string = z.string();

const endpoint: z.ZodType<Endpoint> = z.strictObject({ host, port: optional(port), ...spanShape });
const timestamp: z.ZodType<Timestamp> = z.strictObject({
	form: z.enum(["time", "date", "epoch", "delta"]),
	date: optional(string),
	seconds: z.int().min(0),
	nanoseconds: z.int().min(0).max(999_999_999),
	digits: optional(z.literal(9)),
	negative: flag,
	...spanShape,
});

const ethertype: z.ZodType<Ethertype> = z.strictObject({ name: string, code: optional(num), ...spanShape });
const vlan: z.ZodType<VlanTag> = z.strictObject({
	id: num,
	priority: z.int(),
	dropEligible: flag,
	ethertype,
	...spanShape,
});
const link: z.ZodType<Link> = z.union([
	z.strictObject({
		type: z.literal("ethernet"),
		source: station,
		destination: station,
		ethertype: optional(ethertype),
		length: num,
		vlans: optional(z.array(vlan)),
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("cooked"),
		direction: optional(word),
		interfaceIndex: optional(num),
		source: optional(station),
		ethertype,
		length: num,
		vlans: optional(z.array(vlan)),
		...spanShape,
	}),
]);

const protocol = z.strictObject({ name: string, number: z.int() });
const ipHeader: z.ZodType<IpHeader> = z.strictObject({
	tos: num,
	ecn: optional(string),
	ttl: num,
	id: num,
	offset: num,
	flags: string,
	protocol,
	length: num,
	remarks: optional(string),
	sameLine: flag,
	indent: optional(string),
	eol: optional(z.literal("\r\n")),
	...spanShape,
});
const ip: z.ZodType<Ip> = z.strictObject({
	type: z.literal("ip"),
	missing: optional(num),
	header: optional(ipHeader),
	source: endpoint,
	destination: endpoint,
	...spanShape,
});
const ip6Header: z.ZodType<Ip6Header> = z.strictObject({
	class: optional(num),
	flowLabel: optional(num),
	hopLimit: num,
	nextHeader: protocol,
	payloadLength: num,
	punctuation: optional(z.literal("5.0")),
	...spanShape,
});
const ip6: z.ZodType<Ip6> = z.strictObject({
	type: z.literal("ip6"),
	missing: optional(num),
	header: optional(ip6Header),
	source: endpoint,
	destination: endpoint,
	extensions: optional(string),
	...spanShape,
});
const arpShape = {
	type: z.literal("arp"),
	hardware: optional(string),
	length: optional(num),
	...spanShape,
};
const arp: z.ZodType<Arp> = z.union([
	z.strictObject({
		...arpShape,
		operation: z.literal("request"),
		target: host,
		targetMac: optional(station),
		sender: host,
	}),
	z.strictObject({ ...arpShape, operation: z.literal("reply"), sender: host, senderMac: station }),
	z.strictObject({ ...arpShape, operation: z.literal("other"), text: string }),
]);
const network: z.ZodType<Network> = z.union([
	ip,
	ip6,
	arp,
	text,
	z.strictObject({ type: z.literal("unparsed"), text: string, ...spanShape }),
]);

const igmp: z.ZodType<Igmp> = z.strictObject({
	type: z.literal("igmp"),
	message: z.enum(["query", "report", "leave"]),
	version: optional(num),
	group: optional(host),
	records: optional(num),
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
	key: optional(num),
	sequence: optional(num),
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
const echo: z.ZodType<Echo> = z.strictObject({
	type: z.enum(["echo-request", "echo-reply"]),
	id: optional(num),
	sequence: num,
	...spanShape,
});
const unreachable: z.ZodType<Unreachable> = z.strictObject({
	type: z.literal("unreachable"),
	what: z.enum(["net", "host", "protocol", "port", "fragmentation"]),
	address: host,
	protocol: optional(string),
	port: optional(port),
	protocolNumber: optional(num),
	mtu: optional(num),
	reason: optional(string),
	...spanShape,
});
const icmp: z.ZodType<Icmp> = z.strictObject({
	type: z.literal("icmp"),
	message: z.union([echo, unreachable, text]),
	length: optional(num),
	remarks: optional(string),
	...spanShape,
});
const icmp6: z.ZodType<Icmp6> = z.strictObject({
	type: z.literal("icmp6"),
	checksum: optional(string),
	message: z.union([
		echo,
		unreachable,
		z.strictObject({ type: z.literal("neighbor-solicitation"), target: host, ...spanShape }),
		z.strictObject({ type: z.literal("neighbor-advertisement"), target: host, ...spanShape }),
		z.strictObject({ type: z.literal("packet-too-big"), mtu: num, ...spanShape }),
		text,
	]),
	length: optional(num),
	lengthFirst: flag,
	remarks: optional(string),
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
	z.strictObject({ type: z.literal("ip-in-ip"), inner, ...spanShape }),
	text,
]);
const layers = { link: optional(link), network, transport: optional(transport) };

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
	continuation: optional(z.array(z.union([line, hexLine, ascii]))),
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
