import { printNumber, readNumber } from "@netfossil/core/grammar";
import type { Counter, Statistics } from "./ast.ts";

const TITLES = /^(RX|TX)( errors)?:([ \t]+)/;

/** The row that a line of titles stands for, and how its numbers are aligned; undefined if it is none. */
export function readTitles(line: string): Pick<Statistics, "of" | "aligned"> | undefined {
	const match = TITLES.exec(line);
	if (match === null || columnsOf(line).length === 0) return undefined;
	const of = `${match[1]}${match[2] ?? ""}` as Statistics["of"];
	// Since 5.14 each column is as wide as its widest cell, which leaves at least two blanks here.
	return { of, aligned: match[3]!.length > 1 ? "right" : "left" };
}

/** The titles of a row: `["bytes", "packets", …]` */
export function titlesOf(titles: string): string[] {
	return columnsOf(titles).map(({ title }) => title);
}

export interface Column {
	readonly title: string;
	readonly start: number;
	readonly end: number;
}

/** Every interface has the same lines of titles, or nearly. */
const known = new Map<string, readonly Column[]>();
const KNOWN = 100;

/** Where the titles of a row stand. */
export function columnsOf(titles: string): readonly Column[] {
	const before = known.get(titles);
	if (before !== undefined) return before;
	const found: Column[] = [];
	const label = titles.indexOf(":") + 1;
	for (const match of titles.slice(label).matchAll(/[^ \t]+/g)) {
		const start = label + match.index;
		found.push({ title: match[0], start, end: start + match[0].length });
	}
	if (known.size >= KNOWN) known.clear();
	known.set(titles, found);
	return found;
}

type Titles = Pick<Statistics, "titles" | "aligned" | "of">;

/** The numbers below a line of titles, each in its column, with the blank that ends the line. */
export function printCounters(row: Titles, counters: readonly Counter[]): string {
	const places = columnsOf(row.titles);
	const cells = counters.map((counter, index) => {
		const text = printNumber(counter);
		const width = widthOf(row, places, index);
		return row.aligned === "right" ? text.padStart(width) : text.padEnd(width);
	});
	const indented = row.aligned === "left" && row.of.endsWith("errors");
	return `${indented ? " ".repeat(places[0]?.start ?? 0) : ""}${cells.join(" ")} `;
}

/** The blanks at the end of what {@link printCounters} gives. */
export function countersTrailing(row: Titles, counters: readonly Counter[]): string {
	const last = counters.at(-1);
	if (row.aligned === "right" || last === undefined) return " ";
	const { length } = printNumber(last);
	const width = widthOf(row, columnsOf(row.titles), counters.length - 1);
	return " ".repeat(Math.max(0, width - length) + 1);
}

function widthOf({ titles, aligned, of }: Titles, places: readonly Column[], index: number): number {
	const place = places[index];
	if (place === undefined) return 0;
	if (aligned === "right") {
		const before = places[index - 1];
		return place.end - (before === undefined ? 0 : before.end + 1);
	}
	const next = places[index + 1]?.start ?? titles.length;
	// The numbers of `RX:` begin below the R, those of `RX errors:` below the first title.
	const start = index === 0 && (of === "RX" || of === "TX") ? 0 : place.start;
	return next - start - 1;
}

const COUNTER = /^(-?\d+(?:\.\d+)?)([kKMGTPE]?i?)$/;
const POWERS = "kMGTPE";

/** Reads a counter; with `-h` it has a suffix (`1.2M`; `1.2Mi` with `-iec`). */
export function readCounter(name: string, text: string, start: number): Counter | undefined {
	const plain = readNumber(text, start, start + text.length);
	if (plain.text === undefined && plain.value >= 0 && Number.isInteger(plain.value)) {
		return { name, value: plain.value, start, end: plain.end };
	}
	const match = COUNTER.exec(text);
	if (match === null) return undefined;
	const [, digits, suffix = ""] = match;
	const power = suffix === "" ? 0 : POWERS.indexOf(suffix[0]!.replace("K", "k")) + 1;
	const value = Number(digits) * (suffix.endsWith("i") ? 1024 : 1000) ** power;
	const end = start + text.length;
	return String(value) === text ? { name, value, start, end } : { name, value, text, start, end };
}
