import { type LineNode, printLine, printPlain } from "@netfossil/core";
import type { Column, DockerTable, TableHeader, TableStatement, Wrapped } from "../ast.ts";
import { printError } from "../errors.ts";
import { printLaidOut } from "../json/print.ts";
import { type Cell, cellOf, type Fields, LISTINGS, type Listing } from "./columns.ts";
import { wrap } from "./wrapped.ts";

/** Prints a listing as docker did. */
export function printTable(ast: DockerTable): string {
	const listing = LISTINGS[ast.type];
	let columns: readonly Column[] | undefined;
	return ast.statements
		.map((node: TableStatement): string => {
			switch (node.type) {
				case "columns":
					columns = node.gaps === undefined ? node.columns : placeless(node.columns);
					return printRow(node, headerBody(node));
				case "document":
					return printLaidOut(node);
				case "error":
					return printError(node);
				case "blank":
				case "unparsed":
					return printPlain(node);
				default: {
					const placed = columns ?? defaultColumns(listing);
					const cells = placed.map(({ title }) => cellOf(listing, title));
					return printRow(node, rowBody(node as unknown as Fields, placed, cells, node.gaps));
				}
			}
		})
		.join("");
}

/** A line of the table, which a terminal may have broken. */
function printRow(node: LineNode & { readonly wrapped?: Wrapped }, body: string): string {
	const line = printLine(node, body);
	if (node.wrapped === undefined) return line;
	const eol = node.eol ?? "\n";
	return wrap(line.slice(0, line.length - eol.length), node.wrapped, eol === "" ? "\n" : eol) + eol;
}

/** The columns of a listing without a header line, or of one that does not say where they are. */
export function defaultColumns(listing: Listing): readonly Column[] {
	return placeless(Object.keys(listing.columns).map((title) => ({ title, at: 0, start: 0, end: 0 })));
}

/** Columns all at the same place: no row can stand under them, so that each has its gaps. */
export function placeless(columns: readonly Column[]): readonly Column[] {
	return columns.map((column) => ({ ...column, at: 0 }));
}

export function headerBody({ columns, gaps }: Pick<TableHeader, "columns" | "gaps">): string {
	if (gaps !== undefined)
		return interleave(
			columns.map(({ title }) => title),
			gaps,
		);
	return placed(
		columns,
		columns.map(({ title }) => title),
	);
}

/** A row with the blanks that docker pads its cells with, or with those that it has. */
export function rowBody(
	row: Fields,
	columns: readonly Column[],
	cells: readonly Cell[],
	gaps: readonly string[] | undefined,
): string {
	const texts = cells.map((cell) => cell.print(row));
	if (gaps !== undefined)
		return interleave(
			texts.filter((text) => text !== undefined),
			gaps,
		);
	return placed(columns, texts);
}

function interleave(texts: readonly string[], gaps: readonly string[]): string {
	return texts.map((text, index) => text + (gaps[index] ?? "")).join("");
}

/** Texts at the places of their columns, which Go's tabwriter counts in code points. */
function placed(columns: readonly Column[], texts: readonly (string | undefined)[]): string {
	let body = "";
	let width = 0;
	for (const [index, { at }] of columns.entries()) {
		if (width < at) {
			body += " ".repeat(at - width);
			width = at;
		}
		const text = texts[index] ?? "";
		body += text;
		width += codePoints(text);
	}
	return body;
}

const SURROGATE = /[\ud800-\udfff]/;

/** How many characters Go counts in a text. */
export function codePoints(text: string): number {
	if (!SURROGATE.test(text)) return text.length;
	let count = 0;
	for (const _ of text) count++;
	return count;
}
