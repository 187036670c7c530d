import { num, port, spanShape, word } from "@netfossil/core/schema";
import { z } from "zod";
import type {
	Echo,
	GroupRecord,
	Icmp6,
	Icmp6Message,
	IcmpMessage,
	ParameterProblem,
	PlainMessage,
	Redirect,
	RouterAdvertisement,
	TimeExceeded,
	UnknownMessage,
	Unreachable,
} from "../ast.ts";
import { flag, host, optional, string, text } from "./common.ts";

const echo: z.ZodType<Echo> = z.strictObject({
	type: z.enum(["echo-request", "echo-reply", "extended-echo-request", "extended-echo-reply"]),
	id: optional(num),
	sequence: num,
	...spanShape,
});
const unreachable: z.ZodType<Unreachable> = z.strictObject({
	type: z.literal("unreachable"),
	what: z.enum(["net", "host", "protocol", "port", "fragmentation", "destination"]),
	address: optional(host),
	protocol: optional(string),
	port: optional(port),
	protocolNumber: optional(num),
	mtu: optional(num),
	reason: optional(string),
	source: optional(host),
	...spanShape,
});
const timeExceeded: z.ZodType<TimeExceeded> = z.strictObject({
	type: z.literal("time-exceeded"),
	what: optional(z.enum(["transit", "reassembly"])),
	code: optional(num),
	address: optional(host),
	...spanShape,
});
const redirect: z.ZodType<Redirect> = z.strictObject({
	type: z.literal("redirect"),
	destination: host,
	gateway: host,
	what: optional(z.enum(["net", "host"])),
	tos: flag,
	code: optional(num),
	...spanShape,
});
const parameterProblem: z.ZodType<ParameterProblem> = z.strictObject({
	type: z.literal("parameter-problem"),
	problem: optional(string),
	octet: optional(num),
	code: optional(num),
	...spanShape,
});
const routerAdvertisement: z.ZodType<RouterAdvertisement> = z.strictObject({
	type: z.literal("router-advertisement"),
	lifetime: optional(word),
	count: optional(num),
	size: optional(num),
	routers: optional(z.array(z.strictObject({ address: host, preference: num }))),
	...spanShape,
});
const plain: z.ZodType<PlainMessage> = z.strictObject({
	type: z.enum([
		"source-quench",
		"router-solicitation",
		"information-request",
		"information-reply",
		"inverse-neighbor-solicitation",
		"inverse-neighbor-advertisement",
	]),
	...spanShape,
});
const unknown: z.ZodType<UnknownMessage> = z.strictObject({
	type: z.literal("unknown"),
	number: num,
	...spanShape,
});
export const icmpMessage: z.ZodType<IcmpMessage> = z.union([
	echo,
	unreachable,
	timeExceeded,
	redirect,
	parameterProblem,
	z.strictObject({
		type: z.enum(["timestamp-request", "timestamp-reply"]),
		id: num,
		sequence: num,
		times: optional(z.strictObject({ originate: string, receive: string, transmit: string })),
		...spanShape,
	}),
	z.strictObject({
		type: z.enum(["address-mask-request", "address-mask-reply"]),
		mask: optional(num),
		...spanShape,
	}),
	routerAdvertisement,
	plain,
	unknown,
	text,
]);
export const groupRecord: z.ZodType<GroupRecord> = z.strictObject({
	group: host,
	mode: string,
	count: optional(num),
	sources: optional(z.array(host)),
	...spanShape,
});
const icmp6Message: z.ZodType<Icmp6Message> = z.union([
	echo,
	unreachable,
	z.strictObject({ type: z.literal("packet-too-big"), mtu: num, ...spanShape }),
	timeExceeded,
	parameterProblem,
	redirect,
	routerAdvertisement,
	z.strictObject({ type: z.literal("neighbor-solicitation"), target: host, ...spanShape }),
	z.strictObject({
		type: z.literal("neighbor-advertisement"),
		target: host,
		flags: optional(string),
		...spanShape,
	}),
	z.strictObject({
		type: z.enum(["listener-query", "listener-report", "listener-done"]),
		delay: num,
		group: host,
		blank: flag,
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("listener-query-v2"),
		delay: optional(num),
		group: host,
		remarks: optional(string),
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("listener-report-v2"),
		count: num,
		records: z.array(groupRecord),
		...spanShape,
	}),
	plain,
	unknown,
	text,
]);
export const icmp6: z.ZodType<Icmp6> = z.strictObject({
	type: z.literal("icmp6"),
	checksum: optional(string),
	message: icmp6Message,
	length: optional(num),
	lengthFirst: flag,
	remarks: optional(string),
	...spanShape,
});
