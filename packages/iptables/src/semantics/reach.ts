import type { ChainView, NumberedRule, TableView } from "../view.ts";
import { chainsOf, effectIn } from "./effect.ts";

/** A rule and the chain that it stands in. */
export interface RuleSite {
	/** Absent for rules whose chain line was cut away. */
	readonly chain?: string;
	readonly rule: NumberedRule;
}

/** A chain that can be reached. */
export interface ReachedChain {
	readonly name: string;
	readonly chain: ChainView;
	/** The rule that leads there first; absent for the chains that the walk begins at. */
	readonly by?: RuleSite;
}

/** A chain that a rule names and the table does not have. */
export interface MissingChain {
	readonly name: string;
	/** Absent for a chain that the walk was to begin at. */
	readonly by?: RuleSite;
}

export interface Reach {
	/** In the order in which a packet that every rule matches and every chain gives back would meet them. */
	readonly chains: readonly ReachedChain[];
	readonly missing: readonly MissingChain[];
	/** Ways back into a chain that is being walked, each as the rules that lead round. The kernel refuses them. */
	readonly loops: readonly (readonly RuleSite[])[];
	/** The table's other chains. */
	readonly unreached: readonly string[];
}

interface Frame {
	readonly name: string;
	readonly chain: ChainView;
	/** The rule that is to be looked at next. */
	next: number;
	/** The rule that led into this frame. */
	readonly by?: RuleSite;
}

/**
 * The chains that jumps and gotos lead to from a built-in chain (a hook) or any other, or from several; by
 * default from all built-in chains, so that `unreached` is what no packet ever meets. Whether rules match is
 * not asked: a jump after an unconditional DROP counts too.
 */
export function reachable(table: TableView, from?: string | readonly string[]): Reach {
	const byName = chainsOf(table);
	const starts = typeof from === "string" ? [from] : (from ?? builtIn(table));
	const reached = new Map<string, ReachedChain>();
	const missing = new Map<string, MissingChain>();
	const loops: RuleSite[][] = [];
	for (const start of starts) {
		const chain = byName.get(start);
		if (chain === undefined) missing.set(start, missing.get(start) ?? { name: start });
		else if (!reached.has(start)) walk({ name: start, chain, next: 0 });
	}
	return {
		chains: [...reached.values()],
		missing: [...missing.values()],
		loops,
		unreached: [...byName.keys()].filter((name) => !reached.has(name)),
	};

	/** Depth first, on a stack of its own: chains may be nested deeper than calls. */
	function walk(start: Frame): void {
		const stack: Frame[] = [start];
		const open = new Map<string, number>([[start.name, 0]]);
		reached.set(start.name, { name: start.name, chain: start.chain });
		for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
			const rule = frame.chain.rules[frame.next++];
			if (rule === undefined) {
				stack.pop();
				open.delete(frame.name);
				continue;
			}
			const effect = effectIn(byName, rule.rule.target);
			if (effect.type !== "jump") continue;
			const name = effect.chain;
			const by: RuleSite = { chain: frame.name, rule };
			const chain = byName.get(name);
			const depth = open.get(name);
			if (chain === undefined) {
				if (!missing.has(name)) missing.set(name, { name, by });
			} else if (depth !== undefined) {
				loops.push([...stack.slice(depth + 1).map((each) => each.by!), by]);
			} else if (!reached.has(name)) {
				reached.set(name, { name, chain, by });
				open.set(name, stack.length);
				stack.push({ name, chain, next: 0, by });
			}
		}
	}
}

function builtIn({ chains }: TableView): string[] {
	return chains.flatMap((chain) => (chain.builtIn && chain.name ? [chain.name.value] : []));
}
