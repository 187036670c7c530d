import { printNumber } from "@netfossil/core/grammar";
import type { Counter, Statistics } from "./ast.ts";

const TITLES = /^(RX|TX)( errors)?:([ \t]+)/;

/** The row that a line of titles stands for, and how its numbers are aligned; undefined if it is none. */
export function readTitles(line: string): Pick<Statistics, "of" | "aligned"> | undefined {
	const match = TITLES.exec(line);
	if (match === null || titlesOf(line).length === 0) return undefined;
	const of = `${match[1]}${match[2] ?? ""}` as Statistics["of"];
	// Since 5.14 each column is as wide as its widest cell, which leaves at least two blanks here.
	return { of, aligned: match[3]!.length > 1 ? "right" : "left" };
}

/** The titles of a row: `["bytes", "packets", …]` */
export function titlesOf(titles: string): string[] {
	return columns(titles).map(({ title }) => title);
}

interface Column {
	readonly title: string;
	readonly start: number;
	readonly end: number;
}

function columns(titles: string): Column[] {
	const found: Column[] = [];
	const label = titles.indexOf(":") + 1;
	for (const match of titles.slice(label).matchAll(/[^ \t]+/g)) {
		const start = label + match.index;
		found.push({ title: match[0], start, end: start + match[0].length });
	}
	return found;
}

/** The numbers below a line of titles, each in its column, with the blank that ends the line. */
export function printCounters(
	{ titles, aligned, of }: Pick<Statistics, "titles" | "aligned" | "of">,
	counters: readonly Counter[],
): string {
	const places = columns(titles);
	const cells = counters.map((counter, index) => {
		const text = printNumber(counter);
		const place = places[index];
		if (place === undefined) return text;
		if (aligned === "right") {
			const before = places[index - 1];
			return text.padStart(place.end - (before === undefined ? 0 : before.end + 1));
		}
		const next = places[index + 1]?.start ?? titles.length;
		// The numbers of `RX:` begin below the R, those of `RX errors:` below the first title.
		const start = index === 0 && (of === "RX" || of === "TX") ? 0 : place.start;
		return text.padEnd(next - start - 1);
	});
	const lead = aligned === "left" && of.endsWith("errors") ? " ".repeat(places[0]?.start ?? 0) : "";
	return `${lead}${cells.join(" ")} `;
}

const COUNTER = /^(\d+(?:\.\d+)?)([kKMGTPE]?i?)$/;
const POWERS = "kMGTPE";

/** Reads a counter; with `-h` it has a suffix (`1.2M`; `1.2Mi` with `-iec`). */
export function readCounter(name: string, text: string, start: number): Counter | undefined {
	const match = COUNTER.exec(text);
	if (match === null) return undefined;
	const [, digits, suffix = ""] = match;
	const power = suffix === "" ? 0 : POWERS.indexOf(suffix[0]!.replace("K", "k")) + 1;
	const value = Number(digits) * (suffix.endsWith("i") ? 1024 : 1000) ** power;
	const end = start + text.length;
	return String(value) === text ? { name, value, start, end } : { name, value, text, start, end };
}
