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
