import { moveSpans } from "./control.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { ParseResult } from "./parse.ts";
import type { Span } from "./span.ts";

/**
 * How a dialect is read in parts. A reader may keep what later parts need (the titles of a table), so that
 * each text has a reader of its own.
 */
export interface PartReader<Statement> {
	/**
	 * How far a text that may go on holds whole statements: the offset at which the last one starts that more
	 * text could still change. 0: more text is needed.
	 */
	readonly whole: (text: string) => number;
	/** Reads whole statements. */
	readonly read: (text: string) => ParseResult<readonly Statement[]>;
	/**
	 * The same with spans that count from the start of the whole text, where the part starts at `start`: for a dialect of
	 * which so much is read that to move the spans afterwards would take a third of the time.
	 */
	readonly readAt?: (text: string, start: number) => ParseResult<readonly Statement[]>;
}

/** Whole statements of a text, with the text itself. Spans count characters from the start of the whole text. */
export interface Part<Statement> extends ParseResult<readonly Statement[]> {
	readonly text: string;
	/** Where the part starts in the whole text. */
	readonly start: number;
}

/** Characters that are read at once: enough that the work between parts does not count, few enough to stay small. */
const PART = 32 * 1024;

/**
 * Reads a text that comes in chunks, and gives its statements as they are whole, some thousand at a time: memory
 * does not grow with the text. A statement is never cut, so that one which does not end (a line without an
 * end) is held until the text ends.
 */
export async function* parseParts<Statement extends Span>(
	chunks: AsyncIterable<string> | Iterable<string>,
	reader: PartReader<Statement>,
): AsyncGenerator<Part<Statement>, void, undefined> {
	let held = "";
	let fresh: string[] = [];
	let length = 0;
	/** Where `held` starts in the whole text. */
	let base = 0;
	/** How much must have come before it is worth another look. */
	let wanted = PART;
	const part = (text: string): Part<Statement> => {
		const start = base;
		base += text.length;
		const { ast, diagnostics } = reader.readAt?.(text, start) ?? movedTo(reader.read(text), start);
		return { text, start, ast, diagnostics: start === 0 ? diagnostics : diagnostics.filter(isNews) };
	};
	for await (const chunk of chunks) {
		fresh.push(chunk);
		length += chunk.length;
		if (length < wanted) continue;
		held += fresh.join("");
		fresh = [];
		const whole = reader.whole(held);
		// A statement that is longer than a part is looked at again when twice as much has come.
		wanted = whole === 0 ? held.length * 2 : PART + held.length - whole;
		length = held.length - whole;
		if (whole === 0) continue;
		yield part(held.slice(0, whole));
		held = held.slice(whole);
	}
	held += fresh.join("");
	if (held !== "") yield part(held);
}

/** What was read of a part that starts at `start`, with spans that count from the start of the whole text. */
export function movedTo<Ast>({ ast, diagnostics }: ParseResult<Ast>, start: number): ParseResult<Ast> {
	if (start === 0) return { ast, diagnostics };
	moveSpans(ast, (offset) => offset + start);
	const moved = diagnostics.map((each) => ({ ...each, start: each.start + start, end: each.end + start }));
	return { ast, diagnostics: moved };
}

/** That colours were taken out is said once. */
function isNews({ code }: Diagnostic): boolean {
	return code !== "core/control-sequences";
}

/** Reads a dialect in parts whose statements need nothing of those before them. */
export function partsOf<Statement>(
	parse: (text: string) => ParseResult<{ readonly statements: readonly Statement[] }>,
	whole: (text: string) => number = wholeLines,
): PartReader<Statement> {
	return {
		whole,
		read: (text) => {
			const { ast, diagnostics } = parse(text);
			return { ast: ast.statements, diagnostics };
		},
	};
}

/** Where the last line starts that more text could change: the end of a text that ends with a line end. */
export function wholeLines(text: string): number {
	return text.lastIndexOf("\n") + 1;
}
