import { blank, ipAddress, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import { linkAddress } from "../address/schema.ts";
import { unknownText } from "../unknown-schema.ts";
import type { BridgeFdb as BridgeFdbAst, FdbEntry, FdbWord } from "./ast.ts";
import { FDB_WORDS } from "./words.ts";

const maybe = z.exactOptional;
const wordName: z.ZodType<FdbWord> = z.enum(FDB_WORDS);
const entry: z.ZodType<FdbEntry> = z.strictObject({
	type: z.literal("entry"),
	address: linkAddress,
	dev: maybe(word),
	dst: maybe(ipAddress),
	vlan: maybe(num),
	port: maybe(num),
	vni: maybe(num),
	srcVni: maybe(num),
	via: maybe(word),
	viaIndex: maybe(num),
	nhid: maybe(num),
	netnsid: maybe(num),
	used: maybe(z.strictObject({ used: z.int(), updated: z.int(), ...spanShape })),
	flags: z.array(z.string()),
	master: maybe(word),
	state: maybe(word),
	order: maybe(z.array(wordName)),
	unknown: maybe(z.array(unknownText(wordName))),
	...lineShape,
});

/** The schema of {@link BridgeFdbAst}. */
export const BridgeFdb: z.ZodType<BridgeFdbAst> = z.strictObject({
	type: z.literal("bridge-fdb"),
	statements: z.array(z.union([entry, blank, unparsed])),
	...spanShape,
});
