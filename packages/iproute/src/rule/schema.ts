import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import { destination, fieldsShape, host, masked, range, realms } from "../shapes.ts";
import type { GotoTarget, IpRuleDump as IpRuleDumpAst, Rule, RuleField, RuleInterface } from "./ast.ts";

const maybe = z.exactOptional;
const device: z.ZodType<RuleInterface> = z.strictObject({
	value: z.string(),
	detached: maybe(z.literal(true)),
	...spanShape,
});
const target: z.ZodType<GotoTarget> = z.strictObject({
	priority: maybe(num),
	unresolved: maybe(z.literal(true)),
	...spanShape,
});
const values = {
	not: maybe(z.literal(true)),
	from: maybe(destination),
	to: maybe(destination),
	tos: maybe(word),
	dsfield: maybe(word),
	fwmark: maybe(masked),
	iif: maybe(device),
	oif: maybe(device),
	l3mdev: maybe(z.literal(true)),
	uidrange: maybe(range),
	ipproto: maybe(word),
	sport: maybe(range),
	dport: maybe(range),
	tun_id: maybe(num),
	lookup: maybe(word),
	suppress_prefixlength: maybe(num),
	suppress_ifgroup: maybe(word),
	realms: maybe(realms),
	"map-to": maybe(host),
	goto: maybe(target),
	action: maybe(word),
	proto: maybe(word),
	dscp: maybe(word),
	flowlabel: maybe(masked),
};
const rule: z.ZodType<Rule> = z.strictObject({
	type: z.literal("rule"),
	priority: num,
	separator: maybe(z.string()),
	...values,
	...fieldsShape(Object.keys(values) as RuleField[]),
	...lineShape,
});

/** The schema of {@link IpRuleDumpAst}. */
export const IpRuleDump: z.ZodType<IpRuleDumpAst> = z.strictObject({
	type: z.literal("ip-rule"),
	statements: z.array(z.union([rule, blank, unparsed])),
	...spanShape,
});
