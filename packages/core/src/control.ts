import type { ParseResult } from "./parse.ts";

/**
 * Terminal noise: CSI sequences (colours, cursor), OSC (window titles), charset choices, other escapes,
 * backspaces, and the ends of lines, where a CR moves the cursor. `script` and copied terminals hold all of these.
 */
const CONTROL =
	/\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b[()][0-9A-Za-z]|\x1b[@-Z\\^_=>78]|[\x08\ufeff]|\r*\n|\r/g;

/** Text without terminal noise, and for each of its offsets the offset in the original. */
export interface CleanText {
	readonly text: string;
	readonly toOriginal: (offset: number) => number;
}

/** Whether a text needs {@link cleanText} at all; nearly none does. */
export function hasControl(text: string): boolean {
	return isTerminal(text) || text.startsWith("\ufeff");
}

/** Whether a terminal wrote the text: only then a CR within a line moved a cursor. */
function isTerminal(text: string): boolean {
	return text.includes("\x1b") || text.includes("\x08");
}

/** Columns of the narrowest terminal that people have. */
const NARROWEST = 80;

/** The line that a terminal shows, while it is written: runs of the original, and the cursor among them. */
class ScreenLine {
	readonly #text: string;
	readonly #runs: { start: number; end: number }[] = [];
	#width = 0;
	#cursor = 0;
	/** The columns of the terminal, once a typed line went on below. */
	#columns = 0;
	/** Whether a line is being typed: bash 5.1 says so by `ESC[?2004h` and `ESC[?2004l`. */
	#typing = false;

	constructor(text: string) {
		this.#text = text;
	}

	/** Text goes to the cursor. Programs that write over a line write all of it, so the rest is dropped. */
	put(start: number, end: number): void {
		if (end === start) return;
		this.#cut(this.#cursor);
		const last = this.#runs.at(-1);
		if (last?.end === start) last.end = end;
		else this.#runs.push({ start, end });
		this.#width += end - start;
		this.#cursor = this.#width;
	}

	/** A control sequence or character: what it does on this line. */
	control(sequence: string): void {
		if (sequence === "\x08") {
			this.#cursor = Math.max(0, this.#cursor - 1);
			this.#cut(this.#cursor);
			return;
		}
		if (sequence === "\r") {
			this.#carriageReturn();
			return;
		}
		if (sequence === "\x1b[?2004h" || sequence === "\x1b[?2004l") this.#typing = sequence.endsWith("h");
		const [, count, letter] = /^\x1b\[(\d*)([ACDK])$/.exec(sequence) ?? [];
		const steps = Number(count || 1);
		if (letter === "K" && (count === "" || count === "0")) this.#cut(this.#cursor);
		if (letter === "C") this.#cursor = Math.min(this.#width, this.#cursor + steps);
		if (letter === "D") this.#cursor = Math.max(0, this.#cursor - steps);
		if (letter === "A") this.#cursor = Math.max(0, this.#cursor - steps * this.#columns);
	}

	/** The line ends; the cursor may stand anywhere on it. */
	end(start: number, end: number): void {
		this.#cursor = this.#width;
		this.put(start, end);
	}

	/** The runs that are left of the line; the next line begins. */
	take(): { start: number; end: number }[] {
		const runs = this.#runs.splice(0);
		this.#width = 0;
		this.#cursor = 0;
		this.#columns = 0;
		this.#typing = false;
		return runs;
	}

	/**
	 * The cursor goes to the first column. Behind a single blank at the right edge it does so on the next line
	 * of the screen: readline writes these two when a typed line is longer than the terminal is wide.
	 */
	#carriageReturn(): void {
		const end = this.#cursor === this.#width ? (this.#runs.at(-1)?.end ?? 0) : 0;
		const blank = this.#text[end - 1] === " ";
		// zsh fills the line above its prompt with blanks.
		const typed = this.#typing || (this.#width > NARROWEST && this.#text[end - 2] !== " ");
		if (blank && typed) {
			this.#cut(this.#width - 1);
			this.#columns ||= this.#width;
			this.#cursor = this.#width;
		} else {
			this.#cursor = this.#columns === 0 ? 0 : this.#cursor - (this.#cursor % this.#columns);
		}
	}

	/** Drops what stands behind a column. */
	#cut(column: number): void {
		while (this.#width > column) {
			const last = this.#runs.at(-1)!;
			const dropped = Math.min(this.#width - column, last.end - last.start);
			last.end -= dropped;
			this.#width -= dropped;
			if (last.end === last.start) this.#runs.pop();
		}
	}
}

/**
 * Takes terminal noise and a byte order mark out of a text: what is left of a line is what the screen showed.
 * `terminal` says that the text is a part of one that a terminal wrote, where it shows no sign of that itself.
 */
export function cleanText(text: string, terminal: boolean = isTerminal(text)): CleanText {
	const runs: { start: number; end: number }[] = [];
	const line = new ScreenLine(text);
	const flush = (): void => {
		runs.push(...line.take());
	};
	let at = 0;
	for (const { 0: sequence, index } of text.matchAll(CONTROL)) {
		const end = index + sequence.length;
		if (sequence.endsWith("\n")) {
			line.put(at, index);
			// `script` writes CR CR LF where the program wrote CR LF; a line has one end.
			line.end(terminal ? Math.max(index, end - 2) : index, end);
			flush();
		} else if (sequence !== "\r" || terminal) {
			line.put(at, index);
			line.control(sequence);
		} else {
			continue;
		}
		at = end;
	}
	line.put(at, text.length);
	flush();
	return joinRuns(text, runs);
}

/** The text that the runs of another make, one after the other. */
export function joinRuns(text: string, runs: readonly { start: number; end: number }[]): CleanText {
	const kept: string[] = [];
	// For each run: where it starts in the clean text, and in the original.
	const cleanStarts: number[] = [0];
	const originalStarts: number[] = [0];
	let length = 0;
	for (const { start, end } of runs) {
		cleanStarts.push(length);
		originalStarts.push(start);
		kept.push(text.slice(start, end));
		length += end - start;
	}
	let run = 0;
	const toOriginal = (offset: number): number => {
		if (offset <= 0) return 0;
		if (offset >= length) return text.length;
		// Spans are asked for in the order of the text, more or less: most are in the run of the last one.
		if (offset < cleanStarts[run]! || offset >= (cleanStarts[run + 1] ?? Number.POSITIVE_INFINITY)) {
			let low = 0;
			let high = cleanStarts.length - 1;
			while (low < high) {
				const middle = (low + high + 1) >> 1;
				if (cleanStarts[middle]! <= offset) low = middle;
				else high = middle - 1;
			}
			run = low;
		}
		return originalStarts[run]! + (offset - cleanStarts[run]!);
	};
	return { text: kept.join(""), toOriginal };
}

/**
 * Runs a parser on the clean text and gives its spans in offsets of the original. Printing such an AST
 * gives the text without the noise.
 */
export function parseClean<Ast>(text: string, parse: (text: string) => ParseResult<Ast>): ParseResult<Ast> {
	if (!hasControl(text)) return parse(text);
	const { ast, diagnostics } = parseMoved(cleanText(text), parse);
	const note = {
		code: "core/control-sequences",
		severity: "info" as const,
		message: "colours and other terminal control sequences were taken out before reading",
		start: 0,
		end: 0,
	};
	return { ast, diagnostics: [note, ...diagnostics] };
}

/** Runs a parser on a text that was made from another, and gives its spans in offsets of that one. */
export function parseMoved<Ast>(
	{ text, toOriginal }: CleanText,
	parse: (text: string) => ParseResult<Ast>,
): ParseResult<Ast> {
	const { ast, diagnostics } = parse(text);
	moveSpans(ast, toOriginal);
	const moved = diagnostics.map((each) => ({
		...each,
		start: toOriginal(each.start),
		end: toOriginal(each.end),
	}));
	return { ast, diagnostics: moved };
}

/** Moves every span below a node; the tree is fresh from a parser, so nobody else has seen it. */
export function moveSpans(node: unknown, move: (offset: number) => number): void {
	if (typeof node !== "object" || node === null) return;
	if (Array.isArray(node)) {
		for (const child of node) moveSpans(child, move);
		return;
	}
	const record = node as Record<string, unknown>;
	if (typeof record.start === "number") record.start = move(record.start);
	if (typeof record.end === "number") record.end = move(record.end);
	for (const key in record) {
		const value = record[key];
		if (typeof value === "object") moveSpans(value, move);
	}
}
