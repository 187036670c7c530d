import type { Span } from "@netfossil/core";

/** Parts of a text that are taken out before it is read, in their order. */
export type Cuts = readonly Span[];

/** A text without its cuts. */
export function without(text: string, cuts: Cuts): string {
	let rest = "";
	let from = 0;
	for (const { start, end } of cuts) {
		rest += text.slice(from, start);
		from = end;
	}
	return rest + text.slice(from);
}

/** Moves the spans of fresh nodes of such a text to where they stand in the whole one. */
export function restore(node: unknown, cuts: Cuts): void {
	if (typeof node !== "object" || node === null) return;
	const record = node as Record<string, unknown>;
	// What begins at a cut begins behind it, what ends at one ends before it.
	const { start, end } = record;
	if (typeof start === "number" && typeof end === "number") {
		record.start = moved(start, cuts, end > start);
		record.end = moved(end, cuts, false);
	}
	for (const key in record) if (typeof record[key] === "object") restore(record[key], cuts);
}

function moved(offset: number, cuts: Cuts, behind: boolean): number {
	let at = offset;
	for (const { start, end } of cuts) {
		if (behind ? start > at : start >= at) break;
		at += end - start;
	}
	return at;
}
