import { lineShape, num, spanShape, word } from "@netfossil/core/schema";
import { z } from "zod";
import type {
	Application,
	Dhcp,
	Dhcp6,
	Dhcp6Option,
	DhcpValue,
	Dns,
	DnsRecord,
	Esp,
	Http,
	Isakmp,
	Ntp,
	OtherApplication,
	Radius,
	Sctp,
	Snmp,
	StartLine,
	Syslog,
	TextLine,
	TextProtocol,
	Tftp,
	UdpEncap,
} from "../ast.ts";
import { flag, host, optional, station, string } from "./common.ts";
import { cut } from "./network.ts";

const line = z.strictObject(lineShape);
const textLine: z.ZodType<TextLine> = z.strictObject({
	type: z.literal("line"),
	text: string,
	...lineShape,
});

const question = z.strictObject({
	record: word,
	class: optional(string),
	answer: optional(z.enum(["QM", "QU"])),
	name: word,
	...spanShape,
});
const record: z.ZodType<DnsRecord> = z.strictObject({
	name: optional(string),
	class: optional(string),
	ttl: optional(string),
	record: string,
	data: optional(string),
	edns: optional(z.strictObject({ size: z.int(), flags: optional(string), options: optional(string) })),
});
const dns: z.ZodType<Dns> = z.strictObject({
	type: z.literal("dns"),
	id: optional(num),
	operation: optional(string),
	code: optional(word),
	flags: string,
	bits: optional(num),
	sections: optional(z.array(z.strictObject({ of: z.enum(["q", "a", "n", "au"]), count: z.int() }))),
	questions: optional(z.array(question)),
	counts: optional(z.strictObject({ answers: num, authority: num, additional: num })),
	answers: optional(z.array(record)),
	authority: optional(z.array(record)),
	additional: optional(z.array(record)),
	rest: optional(string),
	length: optional(num),
	truncated: optional(string),
	...spanShape,
});

const startLine: z.ZodType<StartLine> = z.union([
	z.strictObject({ type: z.literal("request"), method: word, target: word, version: word, ...lineShape }),
	z.strictObject({
		type: z.literal("status"),
		version: word,
		code: num,
		reason: optional(word),
		...lineShape,
	}),
	textLine,
]);
const messageShape = {
	length: optional(num),
	line: optional(startLine),
	headers: optional(
		z.array(
			z.union([
				z.strictObject({ type: z.literal("header"), name: word, value: optional(word), ...lineShape }),
				textLine,
			]),
		),
	),
	blank: optional(line),
	body: optional(z.array(textLine)),
	truncated: optional(string),
	...spanShape,
};
const http: z.ZodType<Http> = z.strictObject({ type: z.literal("http"), ...messageShape });
const textProtocol: z.ZodType<TextProtocol> = z.strictObject({
	type: z.literal("text-protocol"),
	name: word,
	...messageShape,
});

const dhcpAddress = optional(z.strictObject({ address: host, ...lineShape }));
const dhcpName = optional(z.strictObject({ name: word, ...lineShape }));
const dhcpValue: z.ZodType<DhcpValue> = z.union([
	z.strictObject({ type: z.literal("addresses"), addresses: z.array(host) }),
	z.strictObject({ type: z.literal("number"), number: num }),
	z.strictObject({ type: z.enum(["string", "other"]), value: word }),
]) as z.ZodType<DhcpValue>;
const dhcpOption = z.strictObject({
	name: word,
	code: num,
	length: num,
	occurs: optional(num),
	value: optional(dhcpValue),
	lines: optional(
		z.array(
			z.union([
				z.strictObject({
					type: z.literal("names"),
					names: z.array(z.strictObject({ name: string, code: optional(z.int()) })),
					...lineShape,
				}),
				z.strictObject({
					type: z.literal("suboption"),
					name: word,
					code: num,
					length: num,
					value: word,
					...lineShape,
				}),
				textLine,
			]),
		),
	),
	spelling: optional(z.literal("Option")),
	...lineShape,
});
const dhcp: z.ZodType<Dhcp> = z.strictObject({
	type: z.literal("dhcp"),
	operation: z.enum(["request", "reply", "unknown"]),
	code: optional(num),
	client: optional(station),
	length: optional(num),
	hardwareType: optional(num),
	hardwareLength: optional(num),
	hops: optional(num),
	transaction: optional(num),
	seconds: optional(num),
	flags: optional(string),
	flagBits: optional(num),
	clientAddress: dhcpAddress,
	yourAddress: dhcpAddress,
	serverAddress: dhcpAddress,
	gatewayAddress: dhcpAddress,
	clientStation: optional(z.strictObject({ station, ...lineShape })),
	serverName: dhcpName,
	file: dhcpName,
	extensions: optional(line),
	cookie: optional(z.strictObject({ value: num, ...lineShape })),
	options: optional(z.array(dhcpOption)),
	truncated: optional(string),
	...spanShape,
});
const dhcp6Option: z.ZodType<Dhcp6Option> = z.lazy(() =>
	z.strictObject({ name: string, text: optional(string), options: optional(z.array(dhcp6Option)) }),
);
const dhcp6: z.ZodType<Dhcp6> = z.strictObject({
	type: z.literal("dhcp6"),
	message: word,
	transaction: optional(word),
	linkAddress: optional(host),
	peerAddress: optional(host),
	options: optional(z.array(dhcp6Option)),
	rest: optional(string),
	truncated: optional(string),
	...spanShape,
});
const ntp: z.ZodType<Ntp> = z.strictObject({
	type: z.literal("ntp"),
	version: num,
	mode: optional(word),
	length: num,
	status: optional(
		z.strictObject({
			mode: optional(word),
			leap: string,
			leapBits: num,
			stratum: optional(num),
			stratumName: optional(string),
			poll: optional(num),
			pollSeconds: optional(num),
			precision: optional(z.int()),
			text: optional(string),
			...lineShape,
		}),
	),
	root: optional(z.strictObject({ delay: word, dispersion: word, reference: word, ...lineShape })),
	timestamps: optional(
		z.array(
			z.strictObject({
				of: z.enum([
					"Reference",
					"Originator",
					"Receive",
					"Transmit",
					"Originator - Receive",
					"Originator - Transmit",
				]),
				value: word,
				date: optional(string),
				...lineShape,
			}),
		),
	),
	key: optional(z.strictObject({ id: num, ...lineShape })),
	authentication: optional(z.strictObject({ digest: word, ...lineShape })),
	truncated: optional(string),
	...spanShape,
});
const syslog: z.ZodType<Syslog> = z.strictObject({
	type: z.literal("syslog"),
	facility: optional(word),
	severity: optional(word),
	length: num,
	priority: optional(
		z.strictObject({
			facility: word,
			facilityCode: num,
			severity: word,
			severityCode: num,
			...lineShape,
		}),
	),
	message: optional(textLine),
	truncated: optional(string),
	...spanShape,
});
const tftp: z.ZodType<Tftp> = z.strictObject({
	type: z.literal("tftp"),
	length: num,
	operation: word,
	file: optional(word),
	mode: optional(word),
	block: optional(num),
	text: optional(string),
	punctuation: optional(z.literal("4.9")),
	...spanShape,
});
const snmp: z.ZodType<Snmp> = z.strictObject({
	type: z.literal("snmp"),
	flaw: optional(string),
	version: optional(word),
	community: optional(word),
	operation: word,
	size: num,
	request: optional(num),
	text: string,
	...spanShape,
});
const radius: z.ZodType<Radius> = z.strictObject({
	type: z.literal("radius"),
	message: optional(word),
	code: optional(num),
	id: optional(num),
	length: num,
	packet: optional(z.strictObject({ message: word, code: num, id: num, authenticator: word, ...lineShape })),
	attributes: optional(
		z.array(z.strictObject({ name: word, code: num, length: num, value: word, ...lineShape })),
	),
	truncated: optional(string),
	...spanShape,
});
export const esp: z.ZodType<Esp> = z.strictObject({
	type: z.literal("esp"),
	spi: num,
	sequence: num,
	length: num,
	...spanShape,
});
const udpEncap: z.ZodType<UdpEncap> = z.strictObject({
	type: z.literal("udp-encap"),
	esp: optional(esp),
	truncated: optional(string),
	...spanShape,
});
const isakmp: z.ZodType<Isakmp> = z.strictObject({
	type: z.literal("isakmp"),
	encapsulated: flag,
	version: optional(word),
	message: optional(word),
	cookies: optional(word),
	exchange: optional(string),
	...spanShape,
});
const other: z.ZodType<OtherApplication> = z.strictObject({
	type: z.literal("application"),
	name: word,
	version: optional(num),
	text: optional(string),
	length: optional(num),
	colon: optional(z.literal(false)),
	spaced: flag,
	...spanShape,
});
export const sctp: z.ZodType<Sctp> = z.strictObject({
	type: z.literal("sctp"),
	chunks: optional(
		z.array(
			z.strictObject({
				number: num,
				kind: word,
				flags: optional(string),
				fields: optional(z.array(z.strictObject({ name: string, value: num, colon: flag, ...spanShape }))),
				...spanShape,
			}),
		),
	),
	blocks: optional(
		z.array(
			z.union([
				z.strictObject({ type: z.literal("gap"), number: num, first: num, last: num, ...lineShape }),
				z.strictObject({ type: z.literal("duplicate"), number: num, tsn: num, ...lineShape }),
			]),
		),
	),
	flaw: optional(string),
	...spanShape,
});

export const application: z.ZodType<Application> = z.union([
	dns,
	http,
	textProtocol,
	dhcp,
	dhcp6,
	ntp,
	syslog,
	tftp,
	snmp,
	radius,
	udpEncap,
	isakmp,
	other,
	cut,
]);
