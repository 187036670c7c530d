import { num, port, spanShape, word } from "@netfossil/core/schema";
import { z } from "zod";
import type {
	Arp,
	Cut,
	Endpoint,
	Extension,
	Head,
	InvalidIp,
	Ip,
	Ip6,
	Ip6Header,
	IpHeader,
	IpProtocol,
	Network,
	NoNextHeader,
} from "../ast.ts";
import { badChecksum, flag, host, optional, station, string, text } from "./common.ts";
import { lldp, stp } from "./link.ts";

const endpoint: z.ZodType<Endpoint> = z.strictObject({ host, port: optional(port), ...spanShape });
const protocol = z.strictObject({ name: string, number: z.int() });
const ipHeader: z.ZodType<IpHeader> = z.strictObject({
	tos: num,
	ecn: optional(string),
	ttl: optional(num),
	id: num,
	offset: num,
	flags: string,
	protocol,
	length: num,
	presumed: optional(string),
	options: optional(z.array(z.strictObject({ name: string, value: optional(string) }))),
	badChecksum: optional(badChecksum),
	remarks: optional(string),
	sameLine: flag,
	indent: optional(string),
	eol: optional(z.literal("\r\n")),
	...spanShape,
});
const extension: z.ZodType<Extension> = z.union([
	z.strictObject({
		type: z.enum(["hop-by-hop", "destination-options"]),
		options: optional(string),
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("routing"),
		word: z.enum(["RT6", "srcrt"]),
		length: num,
		routingType: num,
		deprecated: flag,
		segmentsLeft: num,
		remarks: optional(string),
		addresses: z.array(host),
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("fragment"),
		id: optional(num),
		offset: num,
		length: num,
		last: flag,
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("ah"),
		size: optional(z.strictObject({ words: num, bytes: num })),
		spi: num,
		sequence: num,
		icv: optional(string),
		sumLength: optional(num),
		...spanShape,
	}),
	z.strictObject({ type: z.literal("other"), text: string, ...spanShape }),
]);
const ends = {
	source: endpoint,
	destination: endpoint,
	extensions: optional(z.array(extension)),
	ports: optional(z.strictObject({ source: port, destination: port, ...spanShape })),
};
const ip: z.ZodType<Ip> = z.strictObject({
	type: z.literal("ip"),
	missing: optional(num),
	excess: optional(z.strictObject({ total: num, length: num, ...spanShape })),
	header: optional(ipHeader),
	...ends,
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
	...ends,
	...spanShape,
});
const arpShape = {
	type: z.literal("arp"),
	hardware: optional(string),
	length: optional(num),
	form: optional(z.literal("3.9")),
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
	z.strictObject({
		...arpShape,
		operation: z.enum(["reverse-request", "inverse-request"]),
		targetMac: station,
		senderMac: station,
	}),
	z.strictObject({
		...arpShape,
		operation: z.enum(["reverse-reply", "inverse-reply"]),
		mac: station,
		address: host,
	}),
	z.strictObject({ ...arpShape, operation: z.literal("unknown"), number: num }),
	z.strictObject({ ...arpShape, operation: z.literal("other"), text: string }),
]);
export const head: z.ZodType<Head> = z.strictObject({
	type: z.literal("head"),
	protocol: word,
	version: optional(num),
	message: optional(word),
	separator: optional(z.enum([" ", "-"])),
	fields: optional(string),
	length: optional(num),
	colon: flag,
	rest: optional(string),
	...spanShape,
});
export const cut: z.ZodType<Cut> = z.strictObject({
	type: z.literal("cut"),
	of: string,
	blank: flag,
	word: optional(z.enum(["IP", "IP6"])),
	...spanShape,
});
const invalidIp: z.ZodType<InvalidIp> = z.strictObject({
	type: z.literal("invalid-ip"),
	word: optional(string),
	header: optional(ip6Header),
	flaw: string,
	...spanShape,
});
export const ipProtocol: z.ZodType<IpProtocol> = z.strictObject({
	type: z.literal("ip-protocol"),
	number: optional(num),
	name: optional(word),
	length: optional(num),
	blank: flag,
	...spanShape,
});
export const noNextHeader: z.ZodType<NoNextHeader> = z.strictObject({
	type: z.literal("no-next-header"),
	...spanShape,
});
export const network: z.ZodType<Network> = z.union([
	ip,
	ip6,
	arp,
	stp,
	lldp,
	head,
	cut,
	invalidIp,
	text,
	z.strictObject({ type: z.literal("unparsed"), text: string, ...spanShape }),
]);
