import fc from "fast-check";
import type { IptablesSave, Match, Rule, SaveStatement, Target } from "../ast.ts";
import { placeOf } from "./parts.ts";
import { bodies, counters, type Restrictions, savedRestrictions } from "./rules.ts";
import { type Family, nowhere } from "./setting.ts";

const HOOKS: Readonly<Record<string, readonly string[]>> = {
	filter: ["INPUT", "FORWARD", "OUTPUT"],
	nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
	mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
	raw: ["PREROUTING", "OUTPUT"],
	security: ["INPUT", "FORWARD", "OUTPUT"],
};
/** nat does not drop: it is left to the rules that need it. */
const COMMON = ["filter", "mangle", "raw", "security"];
/** The chain that jumps lead to, so that there is no loop. */
const LEAF = "LEAF";

/** What {@link loadable} leaves out, and how much it draws. */
export interface LoadableOptions {
	/** Extensions that are left out, for want of a module or of what they refer to. */
	readonly without?: readonly string[];
	/** How many rules there are at most. */
	readonly maxRules?: number;
}

/**
 * Saved tables that `iptables-restore -c` loads: tables, chains and interfaces as the kernel wants them for
 * each extension. Jumps lead to an empty chain `LEAF`.
 */
export function loadable(family: Family, options: LoadableOptions = {}): fc.Arbitrary<IptablesSave> {
	const { without = [], maxRules = 20 } = options;
	const rule = fc
		.tuple(
			bodies("save", family, without),
			savedRestrictions(family),
			counters("bracket"),
			fc.nat({ max: 999 }),
		)
		.map(([body, restrictions, counted, pick]) => placed(body, restrictions, counted, pick));
	return fc.array(rule, { minLength: 1, maxLength: maxRules, size: "max" }).map((drawn) => {
		const statements = Object.entries(HOOKS).flatMap(([table, hooks]) => {
			const rules = drawn.filter((each) => each.table === table).map((each) => each.rule);
			return rules.length === 0 ? [] : tableOf(table, hooks, rules);
		});
		return { type: "iptables-save", statements, ...nowhere };
	});
}

function tableOf(table: string, hooks: readonly string[], rules: readonly Rule[]): SaveStatement[] {
	const zero = { packets: { value: 0, ...nowhere }, bytes: { value: 0, ...nowhere }, ...nowhere };
	const chain = (name: string, policy?: string): SaveStatement => ({
		type: "chain-declaration",
		name: { value: name, ...nowhere },
		...(policy !== undefined && { policy: { value: policy, ...nowhere } }),
		counters: zero,
		...nowhere,
	});
	return [
		{ type: "table", name: { value: table, ...nowhere }, ...nowhere },
		...hooks.map((hook) => chain(hook, "ACCEPT")),
		chain(LEAF),
		chain("USER"),
		...rules,
		{ type: "commit", ...nowhere },
	];
}

/** A rule in a table and chain where the kernel takes it; `pick` decides among several. */
function placed(
	body: Pick<Rule, "matches" | "target" | "protocol">,
	restrictions: Restrictions,
	counted: Rule["counters"] & object,
	pick: number,
): { readonly table: string; readonly rule: Rule } {
	let tables: readonly string[] = COMMON;
	let hooks: readonly string[] | undefined;
	const parts = [...(body.target ? [body.target] : []), ...body.matches];
	const kept = parts.filter((part) => {
		const place = placeOf(part);
		const open =
			place.tables &&
			(tables === COMMON ? place.tables : tables.filter((each) => place.tables?.includes(each)));
		if (open?.length === 0) return false;
		tables = open ?? tables;
		hooks = place.hooks ? (hooks ?? place.hooks).filter((each) => place.hooks?.includes(each)) : hooks;
		return true;
	});
	const table = tables[pick % tables.length]!;
	const legal = HOOKS[table]!.filter((hook) => hooks?.includes(hook) ?? true);
	// No hook reaches the user's chain, so that the kernel takes everything there.
	const chain = [...legal, "USER"][Math.floor(pick / 5) % (legal.length + 1)]!;
	const { in: inside, out, ...rest } = restrictions;
	const comesIn = chain !== "OUTPUT" && chain !== "POSTROUTING";
	const goesOut = chain !== "PREROUTING" && chain !== "INPUT";
	const { target, matches } = body;
	const end = target && withoutObjects(target);
	const jump = end?.type === "jump" ? { ...end, chain: { value: LEAF, ...nowhere } } : end;
	const rule: Rule = {
		type: "rule",
		counters: counted,
		chain: { value: chain, ...nowhere },
		...rest,
		...(inside && comesIn && { in: inside }),
		...(out && goesOut && { out }),
		...(body.protocol && { protocol: body.protocol }),
		matches: matches.filter((match) => kept.includes(match)).flatMap((match) => withoutObjects(match) ?? []),
		...(jump && { target: jump }),
		...nowhere,
	};
	return { table, rule };
}

/** A node without the fields that name what is not there; undefined: it has no others. */
function withoutObjects<Node extends Match | Target>(node: Node): Node | undefined {
	const { objects = [] } = placeOf(node);
	if (!objects.some((key) => key in node)) return node;
	const fields = Object.entries(node).filter(([key]) => !objects.includes(key));
	return fields.length === Object.keys({ type: "", ...nowhere }).length
		? undefined
		: (Object.fromEntries(fields) as unknown as Node);
}
