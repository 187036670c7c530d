import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import { linkAddress } from "../address/schema.ts";
import type { IpMaddrDump as IpMaddrDumpAst, MulticastGroup, MulticastInterface } from "./ast.ts";

const maybe = z.exactOptional;
const group: z.ZodType<MulticastGroup> = z.strictObject({
	type: z.enum(["link", "inet", "inet6"]),
	address: linkAddress,
	users: maybe(num),
	static: maybe(z.literal(true)),
	unknown: maybe(z.strictObject({ type: z.literal("unparsed"), text: z.string(), ...spanShape })),
	...lineShape,
});
const multicastInterface: z.ZodType<MulticastInterface> = z.strictObject({
	type: z.literal("multicast-interface"),
	layout: maybe(z.literal("one-line")),
	index: num,
	name: word,
	separator: maybe(z.string()),
	groups: z.array(group),
	...lineShape,
});

/** The schema of {@link IpMaddrDumpAst}. */
export const IpMaddrDump: z.ZodType<IpMaddrDumpAst> = z.strictObject({
	type: z.literal("ip-maddr"),
	statements: z.array(z.union([multicastInterface, group, blank, unparsed])),
	...spanShape,
});
