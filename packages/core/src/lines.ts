import type { Span } from "./span.ts";

/** How a line ended in the input; empty only for a last line without a line end. */
export type LineEnd = "" | "\n" | "\r\n";

/** One line of a text: `[start, end)` is its content, `[end, next)` its line end. */
export interface SourceLine extends Span {
	readonly next: number;
	readonly eol: LineEnd;
}

/** The line that starts at `start`, or undefined at the end of the text. */
export function lineAt(text: string, start: number): SourceLine | undefined {
	if (start >= text.length) return undefined;
	const newline = text.indexOf("\n", start);
	if (newline === -1) return { start, end: text.length, next: text.length, eol: "" };
	const carriage = newline > start && text.charCodeAt(newline - 1) === 13;
	return { start, end: carriage ? newline - 1 : newline, next: newline + 1, eol: carriage ? "\r\n" : "\n" };
}

/** All lines of a text, in order; they tile it. */
export function* linesOf(text: string): Generator<SourceLine> {
	for (let line = lineAt(text, 0); line !== undefined; line = lineAt(text, line.next)) yield line;
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

/**
 * A text without the blanks at its end. Only blanks and tabs are blanks to a grammar; `trimEnd` takes form
 * feeds and no-break spaces too, which stand in words. A regex would take quadratic time on long runs.
 */
export function trimBlanksEnd(text: string): string {
	let end = text.length;
	while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
	return end === text.length ? text : text.slice(0, end);
}

/** A text without the blanks at its start, as {@link trimBlanksEnd}. */
export function trimBlanksStart(text: string): string {
	let start = 0;
	while (start < text.length && isBlank(text.charCodeAt(start))) start++;
	return start === 0 ? text : text.slice(start);
}
