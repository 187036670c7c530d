import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import { linkAddress } from "../address/schema.ts";
import { fieldsShape, host } from "../shapes.ts";
import type { IpNeighDump as IpNeighDumpAst, Neighbour, NeighField, Used } from "./ast.ts";

const maybe = z.exactOptional;
const used: z.ZodType<Used> = z.strictObject({ used: num, confirmed: num, updated: num, ...spanShape });
const values = {
	dev: maybe(word),
	lladdr: maybe(linkAddress),
	flags: maybe(z.array(z.string())),
	ref: maybe(num),
	used: maybe(used),
	probes: maybe(num),
	nhid: maybe(num),
	states: maybe(z.array(z.string())),
	proto: maybe(word),
};
const neighbour: z.ZodType<Neighbour> = z.strictObject({
	type: z.literal("neighbour"),
	address: maybe(host),
	brief: maybe(z.literal(true)),
	...values,
	...fieldsShape(Object.keys(values) as NeighField[]),
	...lineShape,
});

/** The schema of {@link IpNeighDumpAst}. */
export const IpNeighDump: z.ZodType<IpNeighDumpAst> = z.strictObject({
	type: z.literal("ip-neigh"),
	statements: z.array(z.union([neighbour, blank, unparsed])),
	...spanShape,
});
