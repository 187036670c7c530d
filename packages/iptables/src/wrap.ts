import { type CleanText, joinRuns, linesOf } from "@netfossil/core";

/** The widths that terminals and mail programs wrap at. Any other may be the length of a line that is whole. */
const WIDTHS: readonly number[] = [80, 100, 120, 132];

/**
 * The width at which a text was wrapped, or undefined if it was not. A wrapped text has its longest lines all
 * of one length, and each of them goes on in the next line, which by itself begins no statement:
 *
 * ```
 *     0     0 ACCEPT     6    --  *      *       0.0.0.0/0            0.0.0.0/0
 *          tcp dpt:22
 * ```
 */
export function wrapWidth(text: string, beginsStatement: RegExp): number | undefined {
	let width = 0;
	for (const { start, end } of linesOf(text)) width = Math.max(width, end - start);
	if (!WIDTHS.includes(width)) return undefined;
	let full = 0;
	let goesOn = false;
	for (const { start, end } of linesOf(text)) {
		if (goesOn && (start === end || beginsStatement.test(text.slice(start, end)))) return undefined;
		goesOn = end - start === width;
		if (goesOn) full++;
	}
	return full >= 2 && !goesOn ? width : undefined;
}

/** The text with its lines put together again. */
export function unwrap(text: string, width: number): CleanText {
	const lines = Array.from(linesOf(text), ({ start, end, next }) => ({
		start,
		end: end - start === width ? end : next,
	}));
	return joinRuns(text, lines);
}

/** Wraps what was printed at a width, as a terminal does. */
export function wrap(printed: string, width: number): string {
	const lines: string[] = [];
	for (const { start, end, eol } of linesOf(printed)) {
		for (let at = start; at < end || at === start; at += width) {
			const stop = Math.min(at + width, end);
			lines.push(printed.slice(at, stop), stop < end ? "\n" : eol);
		}
	}
	return lines.join("");
}
