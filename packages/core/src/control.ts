import type { ParseResult } from "./parse.ts";

/**
 * Terminal noise: CSI sequences (colours, cursor), OSC (window titles), charset choices, other escapes,
 * and a character with the backspace that took it back. `script` and copied terminals hold all of these.
 */
const CONTROL =
	/\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b[()][0-9A-Za-z]|\x1b[@-Z\\^_=>78]|[\x08\ufeff]/g;

/** Text without terminal noise, and for each of its offsets the offset in the original. */
export interface CleanText {
	readonly text: string;
	readonly toOriginal: (offset: number) => number;
}

/** Whether a text needs {@link cleanText} at all; nearly none does. */
export function hasControl(text: string): boolean {
	return text.includes("\x1b") || text.includes("\x08") || text.startsWith("\ufeff");
}

/** Takes terminal noise and a byte order mark out of a text. */
export function cleanText(text: string): CleanText {
	const kept: string[] = [];
	// For each run of kept text: where it starts in the clean text, and in the original.
	const cleanStarts: number[] = [0];
	const originalStarts: number[] = [0];
	let length = 0;
	const keep = (start: number, end: number): void => {
		if (end <= start) return;
		cleanStarts.push(length);
		originalStarts.push(start);
		kept.push(text.slice(start, end));
		length += end - start;
	};
	let at = 0;
	for (const match of text.matchAll(CONTROL)) {
		keep(at, match.index);
		at = match.index + match[0].length;
		if (match[0] === "\x08") {
			const last = kept.at(-1);
			if (last !== undefined && !last.endsWith("\n")) {
				kept[kept.length - 1] = last.slice(0, -1);
				length--;
				if (last.length === 1) {
					kept.pop();
					cleanStarts.pop();
					originalStarts.pop();
				}
			}
		}
	}
	keep(at, text.length);
	const toOriginal = (offset: number): number => {
		if (offset <= 0) return 0;
		if (offset >= length) return text.length;
		let low = 0;
		let high = cleanStarts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (cleanStarts[middle]! <= offset) low = middle;
			else high = middle - 1;
		}
		return originalStarts[low]! + (offset - cleanStarts[low]!);
	};
	return { text: kept.join(""), toOriginal };
}

/**
 * Runs a parser on the clean text and gives its spans in offsets of the original. Printing such an AST
 * gives the text without the noise.
 */
export function parseClean<Ast>(text: string, parse: (text: string) => ParseResult<Ast>): ParseResult<Ast> {
	if (!hasControl(text)) return parse(text);
	const clean = cleanText(text);
	const { ast, diagnostics } = parse(clean.text);
	moveSpans(ast, clean.toOriginal);
	const moved = diagnostics.map((each) => ({
		...each,
		start: clean.toOriginal(each.start),
		end: clean.toOriginal(each.end),
	}));
	const note = {
		code: "core/control-sequences",
		severity: "info" as const,
		message: "colours and other terminal control sequences were taken out before reading",
		start: 0,
		end: 0,
	};
	return { ast, diagnostics: [note, ...moved] };
}

/** Moves every span below a node; the tree is fresh from a parser, so nobody else has seen it. */
function moveSpans(node: unknown, move: (offset: number) => number): void {
	if (typeof node !== "object" || node === null) return;
	if (Array.isArray(node)) {
		for (const child of node) moveSpans(child, move);
		return;
	}
	const record = node as Record<string, unknown>;
	for (const key of Object.keys(record)) {
		const value = record[key];
		if ((key === "start" || key === "end") && typeof value === "number") record[key] = move(value);
		else moveSpans(value, move);
	}
}
