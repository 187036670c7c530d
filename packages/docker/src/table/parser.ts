import {
	type Diagnostic,
	type Draft,
	eolOf,
	type ParseResult,
	parseClean,
	parseLines,
	parseMoved,
	type Report,
	type SourceLine,
	type Span,
	trimBlanksEnd,
} from "@netfossil/core";
import type {
	Column,
	DockerNetworkLs,
	DockerNodeLs,
	DockerPs,
	DockerServiceLs,
	DockerServicePs,
	DockerTable,
	ErrorLine,
	JsonDocument,
	Row,
	TableHeader,
	TableKind,
	TableRows,
	TableStatement,
	Wrapped,
} from "../ast.ts";
import { errorDiagnostic, readError, strangeLine } from "../errors.ts";
import { readDocuments, readJsonLine } from "../json/parser.ts";
import { type Cell, cellOf, EARLIER, type Fields, LISTINGS, type Listing } from "./columns.ts";
import { codePoints, defaultColumns, headerBody, placeless, printTable, rowBody } from "./print.ts";
import { unwrap, widthsOf } from "./wrapped.ts";

/** Reads the table that `docker network ls` prints. */
export function parseNetworkLs(text: string): ParseResult<DockerNetworkLs> {
	return parseTable(text, "docker-network-ls");
}

/** Reads the table that `docker node ls` prints. */
export function parseNodeLs(text: string): ParseResult<DockerNodeLs> {
	return parseTable(text, "docker-node-ls");
}

/** Reads the table that `docker ps` prints. */
export function parsePs(text: string): ParseResult<DockerPs> {
	return parseTable(text, "docker-ps");
}

/** Reads the table that `docker service ls` prints. */
export function parseServiceLs(text: string): ParseResult<DockerServiceLs> {
	return parseTable(text, "docker-service-ls");
}

/** Reads the table that `docker service ps` prints. */
export function parseServicePs(text: string): ParseResult<DockerServicePs> {
	return parseTable(text, "docker-service-ps");
}

function parseTable<Kind extends TableKind>(input: string, kind: Kind): ParseResult<DockerTable<Kind>> {
	return parseClean(input, (text) => {
		const documents = readDocuments(text, kind);
		if (documents !== undefined) {
			const { statements, diagnostics } = documents;
			return { ast: { type: kind, start: 0, end: text.length, statements }, diagnostics };
		}
		const result = parseWhole(text, kind);
		return result.ast.statements.some(isUnread) ? (parseWrapped(text, kind, result) ?? result) : result;
	});
}

function parseWhole<Kind extends TableKind>(text: string, kind: Kind): ParseResult<DockerTable<Kind>> {
	const table = new TableReader(text, kind);
	const { ast, diagnostics } = parseLines(text, kind, (line, report) => table.read(line, report));
	// The listing of a kind gives that kind's rows.
	const statements = ast as readonly TableStatement<Kind>[];
	return { ast: { type: kind, start: 0, end: text.length, statements }, diagnostics };
}

const isUnread = (node: TableStatement): boolean => node.type === "unparsed";

/** Reads a listing whose rows a terminal broke; undefined when joining them makes no more of it. */
function parseWrapped<Kind extends TableKind>(
	text: string,
	kind: Kind,
	plain: ParseResult<DockerTable<Kind>>,
): ParseResult<DockerTable<Kind>> | undefined {
	let unread = plain.ast.statements.filter(isUnread).length;
	let best: ParseResult<DockerTable<Kind>> | undefined;
	for (const width of widthsOf(text)) {
		for (const trimmed of [false, true]) {
			const broken: Draft<TableHeader | Row>[] = [];
			let header: TableHeader | undefined;
			let strange = false;
			const wrapped: Wrapped = { width, ...(trimmed && { trimmed }) };
			const { ast, diagnostics } = parseMoved(unwrap(text, wrapped), (whole) => {
				const result = parseWhole(whole, kind);
				for (const node of result.ast.statements) {
					if (!isRow(node)) continue;
					if (node.type === "columns") header ??= node;
					const { start, end } = node;
					const characters = [...whole.slice(start, end).replace(/\r?\n$/, "")];
					if (characters.length <= width) continue;
					(node as Draft<TableHeader | Row>).wrapped = wrapped;
					broken.push(node);
					// Under a header that ends before the edge only the last cell goes over it, without a gap.
					strange ||= header?.wrapped === undefined && /^ {2}/.test(characters.slice(width).join(""));
				}
				return result;
			});
			const first = broken[0];
			const left = ast.statements.filter(isUnread).length;
			if (first === undefined || strange || left >= unread) continue;
			// Where the ends of the lines are lost, only a header that goes on below tells how wide the terminal was.
			if (header === undefined || (trimmed && header.wrapped === undefined)) continue;
			if (printTable(ast) !== text) continue;
			const note: Diagnostic = {
				code: "docker/wrapped",
				severity: "info",
				message: `a terminal of ${width} columns broke the rows of this listing; they are read as if it had not`,
				start: first.start,
				end: first.end,
			};
			unread = left;
			best = { ast, diagnostics: [note, ...diagnostics] };
		}
	}
	return best;
}

function isRow(node: TableStatement): node is TableHeader | Row {
	return !["blank", "unparsed", "error", "document"].includes(node.type);
}

/** The content of a line, without the blanks around it. */
interface Content extends Span {
	readonly indent: string;
	readonly trailing: string;
}

/** The cells of a row, as read. */
interface Filled {
	readonly fields: Fields;
	readonly gaps: readonly string[];
	readonly reports: readonly Diagnostic[];
}

/** Where the cells of rows are, as the titles say. */
interface RowLayout {
	/** None as long as there are no titles. */
	readonly columns: readonly Column[] | undefined;
	readonly cells: readonly Cell[];
	/** Before the titles. */
	readonly indent: string;
}

const GAP = /(?: *\t[ \t]*| {2,})/g;
const ID = /^(?:[0-9a-f]{12}|[0-9a-f]{64}|[0-9a-z]{12}|[0-9a-z]{25})$/;
const TITLE = /^[^\p{Ll}]+$/u;

/**
 * Reads a listing line by line:
 *
 * ```
 * header := TITLE {GAP TITLE}
 * row    := CELL {GAP CELL}
 * ```
 *
 * A title or cell may hold single blanks (`CONTAINER ID`, `Up 5 hours`) and a cell may be empty, so the places of
 * the titles say where the cells are. Rows that do not stand under the titles (copied tables, a cell of wide
 * characters) are cut at runs of two blanks and at tabs instead, and so are rows without a header.
 */
class TableReader {
	readonly #text: string;
	readonly #kind: TableKind;
	readonly #listing: Listing;
	/** What stands in every line of titles. */
	readonly #titled: RegExp;
	readonly #unplaced: readonly Column[];
	#layout: RowLayout;
	#said = false;

	constructor(text: string, kind: TableKind) {
		this.#text = text;
		this.#kind = kind;
		this.#listing = LISTINGS[kind];
		this.#titled = new RegExp(Object.keys(this.#listing.columns).join("|"));
		this.#unplaced = defaultColumns(this.#listing);
		this.#layout = { columns: undefined, cells: this.#cellsOf(this.#unplaced), indent: "" };
	}

	#cellsOf(columns: readonly Column[]): Cell[] {
		return columns.map(({ title }) => cellOf(this.#listing, title));
	}

	read(
		line: SourceLine,
		report: Report,
	): TableHeader | TableRows[TableKind] | JsonDocument | ErrorLine | undefined {
		const error = readError(this.#text, line);
		if (error !== undefined) {
			report(errorDiagnostic(error));
			return error;
		}
		const document = readJsonLine(this.#text, line);
		if (document !== undefined) {
			document.diagnostics.forEach(report);
			return document.node;
		}
		const content = this.#content(line);
		const node = this.#header(line, content) ?? this.#row(line, content, report);
		if (node !== undefined) return node;
		const expected = ["a line of column titles", `a row of ${this.#kind}`, "a message of docker's"];
		report({ ...strangeLine(this.#text, line, this.#kind, expected), ...this.#untitled(content) });
		return undefined;
	}

	/** `--format '{{.ID}}\t{{.Names}}'` does not say what it prints. */
	#untitled(content: Content): { hint?: string } {
		if (this.#layout.columns !== undefined || !this.#text.slice(content.start, content.end).includes("\t"))
			return {};
		return { hint: "what these cells are, a line of titles says: save --format 'table …' or '{{json .}}'" };
	}

	/** Before the content may stand the marks of quoted mail: `> `. */
	#content(line: SourceLine): Content {
		let { start, end } = line;
		while (isBlank(this.#text[start]) || this.#text[start] === ">") start++;
		while (isBlank(this.#text[end - 1])) end--;
		return {
			indent: this.#text.slice(line.start, start),
			trailing: this.#text.slice(end, line.end),
			start,
			end,
		};
	}

	#header(line: SourceLine, content: Content): TableHeader | undefined {
		if (!this.#titled.test(this.#text.slice(content.start, content.end))) return undefined;
		const { texts, gaps } = this.#runs(content);
		const titles = texts.map(({ start, end }) => this.#text.slice(start, end));
		const known = titles.filter((title) => Object.hasOwn(this.#listing.columns, title)).length;
		// The title of a label is its name as it is: `zone`.
		const titled = known > 1 || (known === 1 && titles.every((title) => TITLE.test(title)));
		if (!titled || new Set(titles).size < titles.length) return undefined;
		const columns = texts.map(({ start, end }, index) => ({
			title: titles[index]!,
			at: codePoints(this.#text.slice(content.start, start)),
			start,
			end,
		}));
		const aligned = headerBody({ columns }) === this.#text.slice(content.start, content.end);
		this.#layout = {
			columns: aligned ? columns : placeless(columns),
			cells: this.#cellsOf(columns),
			indent: content.indent,
		};
		return {
			type: "columns",
			columns,
			...(aligned ? {} : { gaps }),
			...place(line, content, ""),
		};
	}

	#row(line: SourceLine, content: Content, report: Report): Row | undefined {
		const shifted = this.#withoutFirst(line, content);
		return (
			(shifted && this.#node(line, shifted, this.#fill(this.#underTitles(shifted)), report)) ??
			this.#node(
				line,
				content,
				this.#fill(this.#underTitles(content)) ?? this.#fill(this.#byRuns(content)),
				report,
			)
		);
	}

	/** The content of a row whose first cell may be empty, with the blanks that stand in its place. */
	#withoutFirst(line: SourceLine, content: Content): Content | undefined {
		const { columns, cells, indent } = this.#layout;
		if (columns === undefined || cells[0]?.key || content.indent.length <= indent.length) return undefined;
		if (!content.indent.startsWith(indent)) return undefined;
		return { ...content, indent, start: line.start + indent.length };
	}

	#node(line: SourceLine, content: Content, row: Filled | undefined, report: Report): Row | undefined {
		if (row === undefined) return undefined;
		const { columns, cells } = this.#layout;
		const body = rowBody(row.fields, columns ?? this.#unplaced, cells, undefined);
		const own = trimBlanksEnd(body);
		const aligned = own === this.#text.slice(content.start, content.end);
		// There are gaps between cells, and none before the first.
		if (!aligned && isBlank(this.#text[content.start])) return undefined;
		row.reports.forEach(report);
		if (columns === undefined) this.#sayHeaderless(content, report);
		const node = {
			type: this.#listing.row,
			...row.fields,
			...(aligned ? {} : { gaps: row.gaps }),
			...place(line, content, aligned ? body.slice(own.length) : ""),
		};
		// The listing's cells read exactly the fields of its row.
		return node as unknown as Row;
	}

	/** Says once that there are no titles. */
	#sayHeaderless({ start, end }: Content, report: Report): void {
		if (this.#said) return;
		this.#said = true;
		report({
			code: "docker/no-header",
			severity: "info",
			message: `no line of column titles stands above; the cells are taken for those of ${this.#kind} in their usual order`,
			start,
			end,
		});
	}

	/** The cells by the places of the titles; undefined when one runs over its column's edge. */
	#underTitles(content: Content): (Span | undefined)[] | undefined {
		const { columns, indent } = this.#layout;
		if (columns === undefined || content.indent !== indent) return undefined;
		if (columns.length > 1 && columns[1]!.at === 0) return undefined;
		const text = this.#text.slice(content.start, content.end);
		const offsetOf = offsetsIn(text);
		const spans: (Span | undefined)[] = [];
		for (const [index, { at }] of columns.entries()) {
			let start = offsetOf(at);
			if (start === undefined) {
				spans.push(undefined);
				continue;
			}
			const next = columns[index + 1];
			let end = (next && offsetOf(next.at)) ?? text.length;
			if (at > 0 && text[start - 1] !== " ") return undefined;
			while (end > start && text[end - 1] === " ") end--;
			if (text[start] === " " && end > start && !text.startsWith(EARLIER, start)) return undefined;
			start += content.start;
			end += content.start;
			spans.push(end === start ? undefined : { start, end });
		}
		return spans;
	}

	/** The cells by runs of blanks; undefined when they cannot be told to the columns. */
	#byRuns(content: Content): (Span | undefined)[] | undefined {
		const { columns, cells } = this.#layout;
		const { texts } = this.#runs(content);
		// `docker ps -q` prints ids and nothing else.
		if (columns === undefined && ID.test(this.#text.slice(content.start, content.end))) {
			return cells.map((_, index) => (index === 0 ? texts[0] : undefined));
		}
		if (texts.length > cells.length || (columns === undefined && texts.length < 2)) return undefined;
		const spans: (Span | undefined)[] = [];
		let next = 0;
		for (const [index, { optional }] of cells.entries()) {
			const span = texts[next];
			const short = texts.length - next < cells.length - index;
			const fits =
				span !== undefined &&
				(optional === undefined || !short || optional.test(this.#text.slice(span.start, span.end)));
			if (!fits && optional === undefined) return undefined;
			spans.push(fits ? span : undefined);
			if (fits) next++;
		}
		return next === texts.length ? spans : undefined;
	}

	#runs(content: Content): { texts: Span[]; gaps: string[] } {
		const text = this.#text.slice(content.start, content.end);
		const texts: Span[] = [];
		const gaps: string[] = [];
		let start = content.start;
		for (const match of text.matchAll(GAP)) {
			const next = match.index + match[0].length;
			// The blank before an earlier task's mark is its cell's own.
			const gap = text.startsWith(EARLIER, next - 1) ? match[0].slice(0, -1) : match[0];
			texts.push({ start, end: content.start + match.index });
			gaps.push(gap);
			start = content.start + match.index + gap.length;
		}
		texts.push({ start, end: content.end });
		return { texts, gaps };
	}

	/** Reads the cells; undefined when one of them is none of its column. */
	#fill(spans: readonly (Span | undefined)[] | undefined): Filled | undefined {
		if (spans === undefined) return undefined;
		const { columns, cells } = this.#layout;
		const reports: Diagnostic[] = [];
		const gaps: string[] = [];
		const fields: Record<string, unknown> = {};
		const others: unknown[] = [];
		let before: number | undefined;
		for (const [index, span] of spans.entries()) {
			if (span === undefined) continue;
			if (before !== undefined) gaps.push(this.#text.slice(before, span.start));
			before = span.end;
			const { form } = cells[index]!;
			if (columns === undefined && form?.test(this.#text.slice(span.start, span.end)) === false)
				return undefined;
			const read = cells[index]!.read(this.#text, span.start, span.end, (each) => reports.push(each));
			if (read === undefined) return undefined;
			if (read.others === undefined) Object.assign(fields, read);
			else others.push(...(read.others as unknown[]));
		}
		if (others.length > 0) fields.others = others;
		return { fields, gaps, reports };
	}
}

/** Where each code point of a text starts; undefined behind its end. */
function offsetsIn(text: string): (at: number) => number | undefined {
	if (codePoints(text) === text.length) return (at) => (at < text.length ? at : undefined);
	const offsets: number[] = [];
	for (let at = 0; at < text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) offsets.push(at);
	return (at) => offsets[at];
}

const isBlank = (character: string | undefined): boolean => character === " " || character === "\t";

function place(
	line: SourceLine,
	{ indent, trailing }: Content,
	own: string,
): { start: number; end: number; indent?: string; trailing?: string; eol?: "" | "\r\n" } {
	return {
		start: line.start,
		end: line.next,
		...(indent === "" ? {} : { indent }),
		...(trailing === own ? {} : { trailing }),
		...eolOf(line),
	};
}
