import { blank, ipAddress, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import { linkAddress } from "../address/schema.ts";
import type {
	Ifconfig as IfconfigAst,
	IfconfigCounter,
	IfconfigInterface,
	IfconfigLine,
	IfconfigStatement,
} from "./ast.ts";

const maybe = z.exactOptional;
const layout = z.enum(["flags", "encap"]);
const line = { layout, ...lineShape };
const counter: z.ZodType<IfconfigCounter> = z.strictObject({
	of: maybe(z.enum(["RX", "TX"])),
	name: z.string(),
	value: z.number(),
	text: maybe(z.string()),
	human: maybe(z.string()),
	...spanShape,
});
const member: z.ZodType<IfconfigLine> = z.union([
	z.strictObject({
		type: z.literal("inet"),
		address: ipAddress,
		peer: maybe(ipAddress),
		broadcast: maybe(ipAddress),
		netmask: maybe(ipAddress),
		...line,
	}),
	z.strictObject({
		type: z.literal("inet6"),
		address: ipAddress,
		length: num,
		scope: word,
		scopeId: maybe(word),
		...line,
	}),
	z.strictObject({
		type: z.literal("link"),
		kind: word,
		address: maybe(linkAddress),
		txqueuelen: maybe(num),
		title: word,
		...line,
	}),
	z.strictObject({ type: z.literal("state"), flags: z.array(z.string()), mtu: num, metric: num, ...line }),
	z.strictObject({ type: z.literal("counters"), counters: z.array(counter), ...line }),
	z.strictObject({
		type: z.literal("device"),
		values: z.array(z.strictObject({ name: z.string(), value: word, ...spanShape })),
		...line,
	}),
	unparsed,
]);
const block: z.ZodType<IfconfigInterface> = z.strictObject({
	type: z.literal("interface"),
	layout,
	name: word,
	flagBits: maybe(num),
	flags: maybe(z.array(z.string())),
	mtu: maybe(num),
	metric: maybe(num),
	encapsulation: maybe(word),
	address: maybe(linkAddress),
	lines: z.array(member),
	...lineShape,
});
const statement: z.ZodType<IfconfigStatement> = z.union([
	block,
	member,
	z.strictObject({ type: z.literal("title"), ...lineShape }),
	z.strictObject({ type: z.literal("columns"), text: z.string(), ...lineShape }),
	z.strictObject({
		type: z.literal("row"),
		name: word,
		mtu: num,
		metric: maybe(num),
		counters: maybe(z.array(counter)),
		flags: word,
		gaps: maybe(z.array(z.string())),
		...lineShape,
	}),
	blank,
]);

/** The schema of {@link IfconfigAst}. */
export const Ifconfig: z.ZodType<IfconfigAst> = z.strictObject({
	type: z.literal("ifconfig"),
	statements: z.array(statement),
	...spanShape,
});
