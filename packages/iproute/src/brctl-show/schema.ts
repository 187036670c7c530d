import { blank, lineShape, macAddress, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type { BrctlBridge, BrctlPort, BrctlShow as BrctlShowAst, BrctlStatement } from "./ast.ts";

const maybe = z.exactOptional;
const gaps = maybe(z.array(z.string()));
const port: z.ZodType<BrctlPort> = z.strictObject({ type: z.literal("port"), name: word, ...lineShape });
const bridge: z.ZodType<BrctlBridge> = z.strictObject({
	type: z.literal("bridge"),
	name: word,
	id: word,
	stp: word,
	ports: z.array(port),
	gaps,
	...lineShape,
});
const statement: z.ZodType<BrctlStatement> = z.union([
	z.strictObject({
		type: z.literal("header"),
		of: z.enum(["bridges", "macs"]),
		text: maybe(z.string()),
		...lineShape,
	}),
	bridge,
	port,
	z.strictObject({
		type: z.literal("mac-entry"),
		port: num,
		address: macAddress,
		local: word,
		ageing: num,
		gaps,
		...lineShape,
	}),
	z.strictObject({ type: z.literal("stp-bridge"), name: word, ...lineShape }),
	z.strictObject({ type: z.literal("stp-port"), name: word, number: num, ...lineShape }),
	z.strictObject({
		type: z.literal("stp-values"),
		values: z.array(z.strictObject({ name: z.string(), value: word, ...spanShape })),
		gaps,
		...lineShape,
	}),
	blank,
	unparsed,
]);

/** The schema of {@link BrctlShowAst}. */
export const BrctlShow: z.ZodType<BrctlShowAst> = z.strictObject({
	type: z.literal("brctl-show"),
	statements: z.array(statement),
	...spanShape,
});
