import {
	type Blank,
	type Draft,
	type LineNode,
	type ParseResult,
	parseLines,
	type SourceLine,
	type Unparsed,
} from "@netfossil/core";
import { nodeOf, type Reading } from "@netfossil/core/grammar";

/** A line of the dump, or a part of one that `ip -o` wrote in place of a line. */
export interface Row {
	readonly start: number;
	/** Where its text ends, without blanks at the end. */
	readonly end: number;
	/** Where the next one starts. */
	readonly next: number;
	readonly indent: string;
	/** Without indentation and blanks at the end. */
	readonly body: string;
	readonly trailing: string;
	/** How the line ended, when not by "\n". */
	readonly eol: "" | "\r\n" | undefined;
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

/** The row from `start` to `end`, where the line end or a backslash follows. */
export function rowOf(text: string, start: number, end: number, next: number, eol?: "" | "\r\n"): Row {
	let from = start;
	while (from < end && isBlank(text.charCodeAt(from))) from++;
	let to = end;
	while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
	return {
		start,
		end: to,
		next,
		indent: text.slice(start, from),
		body: text.slice(from, to),
		trailing: text.slice(to, end),
		eol,
	};
}

/** The row of a whole line. */
export function rowOfLine(text: string, { start, end, next, eol }: SourceLine): Row {
	return rowOf(text, start, end, next, eol === "\n" ? undefined : eol);
}

/** A device may be called `\`: `3: \    inet 10.0.0.2/24` */
const LINE_END = /(?<!^\d+: )\\(?= {4}|\t)/g;

/** The rows of a line that `ip -o` wrote: `\` and an indentation, blanks or a tab, stand in place of each line end. */
export function rowsOf(text: string, line: SourceLine): Row[] {
	const rows: Row[] = [];
	let start = line.start;
	for (const match of text.slice(line.start, line.end).matchAll(LINE_END)) {
		const at = line.start + match.index;
		rows.push(rowOf(text, start, at, at + 1));
		start = at + 1;
	}
	rows.push(rowOf(text, start, line.end, line.next));
	return rows;
}

/** How far the tool indents each kind of line. */
export const INDENT = { head: "", property: "    ", more: "      ", lifetime: "       " } as const;

/** The span of a row, and what of its layout is not the tool's own. */
export function place(row: Row, indent: string, own: string): LineNode {
	return placed({ start: 0, end: 0 }, row, indent, own);
}

/** A new node with its place: the span of a row, and what of its layout is not the tool's own. */
export function placed<Node extends LineNode>(node: Node, row: Row, indent: string, own: string): Node {
	const draft: Draft<LineNode> = node;
	draft.start = row.start;
	draft.end = row.next;
	if (row.indent !== indent) draft.indent = row.indent;
	if (row.trailing !== own) draft.trailing = row.trailing;
	if (row.eol !== undefined) draft.eol = row.eol;
	return node;
}

/** The blanks at the end of a row, where they are not the tool's own. */
export function trailing(row: Row, own: string): { trailing?: string } {
	return row.trailing === own ? {} : { trailing: row.trailing };
}

/** A grammar for lines that stand by themselves. */
interface LineGrammar<Node> {
	readLine(text: string, start: number, end: number): Reading<Node>;
}

/** Reads a text in which each row is a statement and the tool prints no blanks around it. */
export function parseRows<Node extends LineNode>(
	text: string,
	dialect: string,
	grammar: LineGrammar<Node>,
): ParseResult<(Node | Blank | Unparsed)[]> {
	return parseLines(text, dialect, (line, report): Node | undefined => {
		const row = rowOfLine(text, line);
		const node = nodeOf(grammar.readLine(text, row.end - row.body.length, row.end), "iproute", report);
		return node && { ...node, ...place(row, "", "") };
	});
}
