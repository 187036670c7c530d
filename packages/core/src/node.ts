import { type SourceLine, trimBlanksEnd } from "./lines.ts";
import type { Span } from "./span.ts";

/** A printed word that a conclusion may quote: a name, an id, a keyword. */
export interface Word extends Span {
	readonly value: string;
}

/** A printed number that a conclusion may quote. `text` stands only when it is not `String(value)`. */
export interface Num extends Span {
	readonly value: number;
	/** The digits as printed, for example `0x102`. */
	readonly text?: string;
}

/**
 * What every statement that is one line has. The three texts stand only where the input differs from what
 * the tool prints, so that an AST straight from a tool is free of them.
 */
export interface LineNode extends Span {
	/** Blanks before the statement where the tool prints none (Markdown, quoted mail). */
	readonly indent?: string;
	/** Blanks at the end of the line, where they are not the tool's own. */
	readonly trailing?: string;
	/** How the line ended, when not by "\n"; empty for a last line that just stops. */
	readonly eol?: "" | "\r\n";
}

/**
 * A node while it is made. Where a node has many keys that may be absent, setting those that are there is
 * eight times faster than spreading an object for each.
 */
export type Draft<Node> = { -readonly [Key in keyof Node]: Node[Key] };

/** An empty line, or one of blanks only. */
export interface Blank extends LineNode {
	readonly type: "blank";
	/** The blanks, where there are some. */
	readonly text?: string;
}

/** Input that no rule knows, kept word for word; a diagnostic says why. */
export interface Unparsed extends LineNode {
	readonly type: "unparsed";
	readonly text: string;
}

/** The `eol` field of a line, as an object to spread: absent for "\n". */
export function eolOf(line: SourceLine): { eol?: "" | "\r\n" } {
	return line.eol === "\n" ? {} : { eol: line.eol };
}

/** The node of a line that holds only blanks, or undefined if there is something on it. */
export function readBlank(text: string, line: SourceLine): Blank | undefined {
	for (let at = line.start; at < line.end; at++) {
		const code = text.charCodeAt(at);
		if (code !== 32 && code !== 9) return undefined;
	}
	const blanks = line.end > line.start ? { text: text.slice(line.start, line.end) } : {};
	return { type: "blank", start: line.start, end: line.next, ...blanks, ...eolOf(line) };
}

/** The node of a line that no rule knows. */
export function unparsedLine(text: string, line: SourceLine): Unparsed {
	return {
		type: "unparsed",
		start: line.start,
		end: line.next,
		text: text.slice(line.start, line.end),
		...eolOf(line),
	};
}

/** Prints a one-line statement: `body` is the line as the tool prints it, with the tool's own trailing blanks. */
export function printLine(node: LineNode, body: string): string {
	const content = node.trailing === undefined ? body : trimBlanksEnd(body) + node.trailing;
	return (node.indent ?? "") + content + (node.eol ?? "\n");
}

/** Prints what needs no grammar: blank and unparsed lines. */
export function printPlain(node: Blank | Unparsed): string {
	return printLine(node, node.text ?? "");
}
