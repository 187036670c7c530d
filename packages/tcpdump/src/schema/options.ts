import { ipAddress, num, spanShape } from "@netfossil/core/schema";
import { z } from "zod";
import type { TcpOption } from "../ast.ts";

const optional = z.exactOptional;
const flag = optional(z.literal(true));
const string = z.string();

export const option: z.ZodType<TcpOption> = z.union([
	z.strictObject({ type: z.enum(["nop", "eol", "sackOK"]), ...spanShape }),
	z.strictObject({ type: z.literal("mss"), size: num, ...spanShape }),
	z.strictObject({ type: z.literal("wscale"), shift: num, ...spanShape }),
	z.strictObject({ type: z.literal("timestamp"), value: num, echo: num, ...spanShape }),
	z.strictObject({
		type: z.literal("sack"),
		blocks: z.array(z.strictObject({ left: z.int(), right: z.int() })),
		...spanShape,
	}),
	z.strictObject({ type: z.literal("tfo"), cookie: optional(string), experimental: flag, ...spanShape }),
	z.strictObject({ type: z.literal("uto"), value: num, seconds: num, ...spanShape }),
	z.strictObject({ type: z.literal("md5"), state: optional(string), digest: optional(string), ...spanShape }),
	z.strictObject({ type: z.literal("tcp-ao"), key: num, next: num, digest: optional(num), ...spanShape }),
	z.strictObject({
		type: z.enum(["echo", "echoreply", "cc", "ccnew", "ccecho"]),
		value: num,
		...spanShape,
	}),
	z.strictObject({ type: z.literal("experimental"), magic: string, ...spanShape }),
	z.strictObject({ type: z.literal("unknown"), kind: num, data: optional(string), ...spanShape }),
	z.strictObject({
		type: z.literal("mptcp"),
		length: optional(num),
		subtype: z.enum([
			"capable",
			"join",
			"dss",
			"add-addr",
			"rem-addr",
			"prio",
			"fail",
			"fast-close",
			"unknown",
		]),
		version: optional(num),
		checksums: flag,
		flags: optional(string),
		keys: optional(z.array(string)),
		backup: optional(z.boolean()),
		id: optional(num),
		token: optional(string),
		hmac: optional(string),
		nonce: optional(string),
		fin: flag,
		ack: optional(string),
		sequence: optional(string),
		subflowSequence: optional(num),
		dataLength: optional(num),
		checksum: optional(num),
		echo: flag,
		address: optional(ipAddress),
		port: optional(num),
		ids: optional(z.array(z.int())),
		...spanShape,
	}),
	z.strictObject({ type: z.literal("other"), text: string, ...spanShape }),
]) as z.ZodType<TcpOption>;
