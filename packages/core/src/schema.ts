/**
 * Zod schemas of the nodes that all parsers share. Parsers do not load this entry point; whoever reads a
 * saved AST does. The shapes are given as records, for the schemas of the dialects to spread.
 */
import { z } from "zod";
import type { IpAddress, IpPrefix, MacAddress } from "./address.ts";
import type { Blank, Num, Unparsed, Word } from "./node.ts";
import type { Port } from "./services.ts";

const offset: z.ZodInt = z.int().min(0);

type SpanShape = { start: z.ZodInt; end: z.ZodInt };
type LineShape = SpanShape & {
	indent: z.ZodExactOptional<z.ZodString>;
	trailing: z.ZodExactOptional<z.ZodString>;
	eol: z.ZodExactOptional<z.ZodEnum<{ "": ""; "\r\n": "\r\n" }>>;
};

/** The fields of {@link Span}. */
export const spanShape: SpanShape = { start: offset, end: offset };

/** The fields of a one-line statement. */
export const lineShape: LineShape = {
	...spanShape,
	indent: z.exactOptional(z.string()),
	trailing: z.exactOptional(z.string()),
	eol: z.exactOptional(z.enum(["", "\r\n"])),
};

const printed = { text: z.exactOptional(z.string()) };
const family = z.union([z.literal(4), z.literal(6)]);

export const word: z.ZodType<Word> = z.strictObject({ value: z.string(), ...spanShape });
export const num: z.ZodType<Num> = z.strictObject({ value: z.number(), ...printed, ...spanShape });
export const ipAddress: z.ZodType<IpAddress> = z.strictObject({
	type: z.literal("ip"),
	family,
	value: z.string(),
	...printed,
	...spanShape,
});
export const ipPrefix: z.ZodType<IpPrefix> = z.strictObject({
	type: z.literal("prefix"),
	family,
	address: z.string(),
	length: z.int().min(0).max(128),
	...printed,
	...spanShape,
});
export const macAddress: z.ZodType<MacAddress> = z.strictObject({
	type: z.literal("mac"),
	value: z.string(),
	...printed,
	...spanShape,
});
export const port: z.ZodType<Port> = z.strictObject({
	type: z.literal("port"),
	number: z.exactOptional(z.int().min(0).max(65535)),
	name: z.exactOptional(z.string()),
	...spanShape,
});
export const blank: z.ZodType<Blank> = z.strictObject({ type: z.literal("blank"), ...printed, ...lineShape });
export const unparsed: z.ZodType<Unparsed> = z.strictObject({
	type: z.literal("unparsed"),
	text: z.string(),
	...lineShape,
});
