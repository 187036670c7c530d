import type { KindName } from "./kinds.ts";
import { isBlank } from "./lines.ts";
import { RunFinder } from "./runs.ts";
import { belongs, opensAny, signatures } from "./signatures.ts";

/** Where another output begins in a file that seemed to hold one. */
export interface Seam {
	/** Line of the file, from 1. */
	readonly line: number;
	/** What begins there. */
	readonly kind: KindName;
	readonly text: string;
}

/** How many lines are looked at: what somebody glued together by hand is short. */
const LOOKED_AT = 20_000;

/**
 * Where the output of another command begins in a text of a kind: at a line that tells another kind, and cannot stand in
 * this one. Packets and JSON hold any line, so nothing is certain there.
 */
export function findSeam(kind: KindName, lines: readonly string[]): Seam | undefined {
	const { anyText, needs } = signatures[kind];
	if (anyText || needs) return undefined;
	const texts = lines.slice(0, LOOKED_AT);
	const runs = new RunFinder(texts);
	for (const [index, text] of texts.entries()) {
		if (isBlank(text) || belongs(kind, text) || !opensAny(text)) continue;
		const run = runs.find(index, texts.length);
		if (run === undefined || run.kind === kind) continue;
		// Of the whole text it was judged already whose it is: `ip neigh` may print what `ip route` could.
		if (index === 0 && texts.slice(run.end).every(isBlank)) return undefined;
		const before = texts[index - 1];
		// One odd line amid others may be of this kind after all: a comment of a rule holds any text.
		const apart = before === undefined || isBlank(before) || run.end - run.first > 1;
		if (apart) return { line: index + 1, kind: run.kind, text: text.trim() };
	}
	return undefined;
}
