import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import { attributes, peer } from "../address/schema.ts";
import { unknownText } from "../unknown-schema.ts";
import type { BridgeLink as BridgeLinkAst, BridgePort, BridgePortDetails, PortWord } from "./ast.ts";
import { PORT_WORDS } from "./words.ts";

const maybe = z.exactOptional;
const wordName: z.ZodType<PortWord> = z.enum(PORT_WORDS);
const details: z.ZodType<BridgePortDetails> = z.strictObject({
	type: z.literal("details"),
	attributes,
	nameAgain: maybe(word),
	...lineShape,
});
const port: z.ZodType<BridgePort> = z.strictObject({
	type: z.literal("port"),
	layout: maybe(z.literal("one-line")),
	index: num,
	name: word,
	peer: maybe(peer),
	operstate: maybe(word),
	flags: z.array(z.string()),
	mtu: maybe(num),
	master: maybe(word),
	state: maybe(word),
	priority: maybe(num),
	cost: maybe(num),
	hwmode: maybe(word),
	unknown: maybe(z.array(unknownText(wordName))),
	nameAgain: maybe(word),
	details: maybe(details),
	...lineShape,
});

/** The schema of {@link BridgeLinkAst}. */
export const BridgeLink: z.ZodType<BridgeLinkAst> = z.strictObject({
	type: z.literal("bridge-link"),
	statements: z.array(z.union([port, details, blank, unparsed])),
	...spanShape,
});
