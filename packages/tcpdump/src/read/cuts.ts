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
	/** Where each cut stands in the text without them, and how much was cut before and by it. */
	const places: number[] = [];
	const lengths: number[] = [0];
	for (const { start, end } of cuts) {
		const before = lengths[lengths.length - 1]!;
		places.push(start - before);
		lengths.push(before + end - start);
	}
	move(node, (offset, behind) => offset + lengths[countUpTo(places, behind ? offset : offset - 1)]!);
}

function move(node: unknown, moved: (offset: number, behind: boolean) => number): void {
	if (typeof node !== "object" || node === null) return;
	const record = node as Record<string, unknown>;
	// What begins at a cut begins behind it, what ends at one ends before it.
	const { start, end } = record;
	if (typeof start === "number" && typeof end === "number") {
		record.start = moved(start, end > start);
		record.end = moved(end, false);
	}
	for (const key in record) if (typeof record[key] === "object") move(record[key], moved);
}

/** How many of ascending numbers are at most as large as one. */
function countUpTo(numbers: readonly number[], most: number): number {
	let low = 0;
	let high = numbers.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if (numbers[middle]! <= most) low = middle + 1;
		else high = middle;
	}
	return low;
}
