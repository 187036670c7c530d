import { lineShape, macAddress, num } from "@netfossil/core/schema";
import { z } from "zod";
import type { DetailLine } from "../ast.ts";
import { host, optional, string } from "./common.ts";
import { bridge } from "./link.ts";

export const detail: z.ZodType<DetailLine> = z.union([
	z.strictObject({
		type: z.literal("stp-timers"),
		messageAge: num,
		maxAge: num,
		helloTime: num,
		forwardingDelay: num,
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("stp-root"),
		root: bridge,
		cost: num,
		role: optional(string),
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("lldp-tlv"),
		name: string,
		number: num,
		length: num,
		value: optional(string),
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("lldp-subtype"),
		name: string,
		number: num,
		value: string,
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("lldp-capabilities"),
		of: z.enum(["System", "Enabled"]),
		names: string,
		bits: num,
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("router-timers"),
		hopLimit: num,
		flags: string,
		preference: string,
		lifetime: num,
		reachable: num,
		retransmit: num,
		form: optional(z.literal("3.9")),
		...lineShape,
	}),
	z.strictObject({
		type: z.literal("neighbor-option"),
		name: string,
		number: num,
		length: num,
		units: num,
		mac: optional(macAddress),
		mtu: optional(num),
		prefix: optional(
			z.strictObject({ address: host, length: num, flags: string, valid: string, preferred: string }),
		),
		servers: optional(z.strictObject({ lifetime: num, addresses: z.array(host) })),
		text: optional(string),
		...lineShape,
	}),
]);
