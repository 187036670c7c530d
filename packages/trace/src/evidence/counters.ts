import type { ChainView, Counter, NumberedRule } from "@netfossil/iptables";
import { bareRule } from "../state/cite.ts";
import type { Cite, Kernel, RuleRef, SavedTable } from "../state/kernel.ts";

/** What one dump had counted of a rule when it was saved. */
export interface RuleCounter {
	readonly packets: number;
	/** `12K`: what the list rounded. */
	readonly rounded?: true;
	/** As far as the dump says it. Rules that nft made need not count; iptables shows 0 of them. */
	readonly backend?: "legacy" | "nf_tables";
	/** `file:line` */
	readonly source: string;
}

/** What was found of each rule, by its line: many flows meet the same ones. */
const known = new WeakMap<Kernel["saves"], Map<string, readonly RuleCounter[]>>();

/**
 * The counters of a rule: of the dump that was walked, and of each other dump of the table in which the chain has the
 * same rules, from the least on. None where no dump has counters.
 */
export function countersOf({ saves }: Kernel, rule: RuleRef): readonly RuleCounter[] {
	const memo = known.get(saves) ?? new Map<string, readonly RuleCounter[]>();
	known.set(saves, memo);
	// A rule that no dump has was counted by none.
	if (rule.cite === undefined || rule.assumed !== undefined) return [];
	const key = `${rule.cite.file}:${rule.cite.line}`;
	const counters = memo.get(key) ?? search(saves, rule, rule.cite);
	memo.set(key, counters);
	return counters;
}

function search(saves: Kernel["saves"], rule: RuleRef, cite: Cite): readonly RuleCounter[] {
	const { host, netns, family, table, chain, index } = rule;
	const alike = saves.filter(
		(save) =>
			save.host === host &&
			save.netns === netns &&
			save.table.name === table &&
			save.table.family === (family === "ipv4" ? 4 : 6),
	);
	const own = alike.find((save) => ruleAt(save.table, chain, index, cite) !== undefined)?.table;
	if (own === undefined) return [];
	const counters = alike.flatMap(({ table: other }): RuleCounter[] => {
		const numbered =
			other === own
				? ruleAt(own, chain, index, cite)
				: index !== undefined && sameBackend(other, own) && sameRules(other, own, chain)
					? chainOf(other, chain)?.rules[index - 1]
					: undefined;
		const counted = numbered?.rule.counters?.packets;
		if (numbered === undefined || counted === undefined) return [];
		const counting = other.citeAt(numbered.rule.start);
		if (counting === undefined) return [];
		const { file, line } = counting;
		return [
			{
				...counterOf(counted),
				...(other.backend && { backend: other.backend }),
				source: `${file}:${line}`,
			},
		];
	});
	return counters.sort((one, other) => one.packets - other.packets);
}

/** The counters of a chain's policy. A chain that nft made counts nothing, of which iptables-nft prints 0. */
export function policyCounter(kernel: Kernel, cite: Cite | undefined): RuleCounter | undefined {
	if (cite === undefined) return undefined;
	for (const { table } of kernel.saves) {
		if (table.backend !== "legacy") continue;
		for (const { head, counters } of table.view.chains) {
			if (head === undefined || counters === undefined) continue;
			const at = table.citeAt(head.start);
			if (at?.file === cite.file && at.line === cite.line)
				return { ...counterOf(counters.packets), backend: "legacy", source: `${at.file}:${at.line}` };
		}
	}
	return undefined;
}

const counterOf = ({ value, unit }: Counter): Pick<RuleCounter, "packets" | "rounded"> => ({
	packets: value,
	...(unit && { rounded: true as const }),
});

const chainOf = (table: SavedTable, name: string): ChainView | undefined =>
	table.view.chains.find((chain) => chain.name?.value === name);

/** The rule that stands on a line; where rules were cut away before it, it has no number. */
function ruleAt(
	table: SavedTable,
	chain: string,
	index: number | undefined,
	{ file, line }: Cite,
): NumberedRule | undefined {
	const rules = chainOf(table, chain)?.rules ?? [];
	const near = index === undefined ? rules : rules.slice(index - 1, index);
	return near.find(({ rule }) => {
		const cite = table.citeAt(rule.start);
		return cite?.line === line && cite.file === file;
	});
}

const sameBackend = (one: SavedTable, other: SavedTable): boolean =>
	one.backend === undefined || other.backend === undefined || one.backend === other.backend;

/** Whether a chain was the same in both: compared once. */
const compared = new WeakMap<ChainView, WeakMap<ChainView, boolean>>();

/** A list and the save form write rules differently; then what they lead to must do. */
function sameRules(table: SavedTable, otherTable: SavedTable, name: string): boolean {
	const [one, other] = [chainOf(table, name), chainOf(otherTable, name)];
	if (one === undefined || other === undefined) return false;
	const memo = compared.get(one) ?? new WeakMap<ChainView, boolean>();
	compared.set(one, memo);
	const before = memo.get(other);
	if (before !== undefined) return before;
	const same =
		one.rules.length === other.rules.length &&
		one.rules.every((numbered, at) => {
			const twin = other.rules[at]!;
			if (numbered.number === undefined || numbered.number !== twin.number) return false;
			if (target(numbered) !== target(twin)) return false;
			const sameForm = (numbered.rule.chain === undefined) === (twin.rule.chain === undefined);
			return !sameForm || bareRule(table, numbered) === bareRule(otherTable, twin);
		});
	memo.set(other, same);
	return same;
}

function target({ rule }: NumberedRule): string {
	const { target: to } = rule;
	if (to === undefined) return "";
	return to.type === "jump" ? to.chain.value : to.type;
}
