import type { Num, Word } from "@netfossil/core";
import type {
	Address,
	ChainAction,
	ChainCommand,
	Counters,
	Interface,
	NewChainLine,
	PolicyLine,
	Protocol,
	Toggle,
} from "../ast.ts";
import type { Argument } from "../extension.ts";

/** One piece of a rule, in the order in which they stand. */
export type Element =
	| { readonly kind: "source" | "destination"; readonly value: Address }
	| { readonly kind: "in" | "out"; readonly value: Interface }
	| { readonly kind: "protocol"; readonly value: Protocol }
	| { readonly kind: "fragment"; readonly value: Toggle }
	| { readonly kind: "match" | "jump" | "goto"; readonly name: Word; readonly start: number }
	| { readonly kind: "argument"; readonly argument: Argument }
	| { readonly kind: "counters"; readonly value: Counters }
	| General;

/** What says where a command works; only people write it. */
export type General =
	| { readonly kind: "table"; readonly value: Word }
	| { readonly kind: "family"; readonly value: 4 | 6 }
	| { readonly kind: "wait" };

/** A rule as the grammar leaves it; which match an option belongs to is decided by the option tables. */
export interface RawRule {
	readonly type: "raw-rule";
	readonly action: "append" | "insert" | Extract<ChainAction, "delete" | "check" | "replace">;
	readonly counters?: Counters;
	readonly chain: Word;
	readonly number?: Num;
	readonly elements: readonly Element[];
}

export type Command = RawRule | PolicyLine | NewChainLine | ChainCommand;

/** A line as the grammar leaves it. */
export interface Line {
	readonly general: readonly General[];
	readonly command: Command;
	/** Whether it has words that the tool reads and does not print. */
	readonly byHand: boolean;
}

/** The order in which the tool prints the parts of a rule; what belongs to matches and target has none. */
const ORDER: { readonly [Kind in Element["kind"]]?: number } = {
	source: 0,
	destination: 1,
	in: 2,
	out: 3,
	protocol: 4,
	fragment: 5,
};

export function inOrder(elements: readonly Element[]): boolean {
	let last = 0;
	let hasTarget = false;
	for (const { kind } of elements) {
		const rank = ORDER[kind] ?? 6;
		if (rank < last || (hasTarget && (kind === "match" || kind === "counters"))) return false;
		last = rank;
		hasTarget ||= kind === "jump" || kind === "goto";
	}
	return true;
}
