import {
	type Draft,
	type ParseResult,
	type PartReader,
	parseClean,
	parseLines,
	readIp,
	readPrefix,
	type SourceLine,
	wholeLines,
} from "@netfossil/core";
import { type IToken, nodeOf, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import { placed, type Row, rowOfLine } from "../rows.ts";
import type {
	NetstatRoute,
	NetstatRouteStatement,
	RouteColumns,
	RouteLayout,
	RouteName,
	RouteRow,
	RouteTitle,
} from "./ast.ts";
import { type Column, LAYOUTS, layoutOfTitles, layoutsOfRow, rowTrailing } from "./columns.ts";
import * as t from "./tokens.ts";

/**
 * A row of a table of routes; the columns are those of the titles above it:
 *
 * ```
 * row := CELL+
 * ```
 */
export class RouteParser extends StatementParser {
	#line = "";
	#titles: RouteLayout | undefined;

	constructor(skipValidations = true) {
		super(t.tokens, t.createRouteLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	/** Reads a row, in the layout of the titles where there were some. */
	readRow(text: string, start: number, end: number, titles?: RouteLayout): Reading<RouteRow> {
		this.#line = text.slice(start, end);
		this.#titles = titles;
		return this.read(this.row, text, start, end);
	}

	private row = this.RULE("row", (): RouteRow => {
		const cells: IToken[] = [];
		this.AT_LEAST_ONE(() => {
			cells.push(this.CONSUME(t.Cell));
		});
		return this.ACTION(() => this.build(cells));
	});

	private build(cells: readonly IToken[]): RouteRow {
		const images = cells.map(({ image }) => image);
		const layouts = this.#titles === undefined ? layoutsOfRow(this.#line, images) : [this.#titles];
		let odd: IToken = cells[0]!;
		let expected = "a row of a table of routes";
		for (const layout of layouts) {
			const { columns } = LAYOUTS[layout];
			if (columns.length !== cells.length) {
				odd = cells.at(-1)!;
				expected = `${columns.length} columns`;
				continue;
			}
			const node = { type: "route", start: 0, end: 0, layout } as Draft<RouteRow>;
			const wrong = columns.findIndex(([column], at) => !this.take(node, column, cells[at]!));
			if (wrong === -1) return node;
			odd = cells[wrong]!;
			expected = columns[wrong]![0];
		}
		return this.refuse(odd, expected);
	}

	/** Takes a cell into the node; false when it is none of the column's. */
	private take(node: Draft<RouteRow>, column: Column, cell: IToken): boolean {
		const { start, end } = this.span(cell);
		const { image } = cell;
		const named = (): RouteName => ({ type: "name", value: image, start, end });
		switch (column) {
			case "destination":
				node.destination = readIp(image, start) ?? readPrefix(image, start) ?? named();
				return true;
			case "gateway":
			case "netmask":
				node[column] = readIp(image, start) ?? named();
				return true;
			case "flags":
				node.flags = { value: image, start, end };
				return /^[A-Za-z!]+$/.test(image);
			case "interface":
				node.interface = { value: image, start, end };
				return true;
			default:
				if (image === "-") node[column] = image;
				else node[column] = readNumber(image, start, end);
				return /^(?:-?\d+|-)$/.test(image);
		}
	}
}

const TITLE = /^Kernel (IP|IPv6) routing (table|cache)$/;

let parser: RouteParser | undefined;

/** Reads what `route` and `netstat -r` print. */
export function parseNetstatRoute(input: string): ParseResult<NetstatRoute> {
	const { ast: statements, diagnostics } = netstatRouteParts().read(input);
	return { ast: { type: "netstat-route", start: 0, end: input.length, statements }, diagnostics };
}

/** Reads tables of routes in parts: see `parseParts`. */
export function netstatRouteParts(): PartReader<NetstatRouteStatement> {
	let layout: RouteLayout | undefined;
	const statement = (text: string, row: Row): Reading<RouteTitle | RouteColumns | RouteRow> => {
		const title = TITLE.exec(row.body);
		if (title !== null) {
			layout = undefined;
			const family = title[1] === "IP" ? 4 : 6;
			const of = title[2] as RouteTitle["of"];
			return { node: placed({ type: "title", start: 0, end: 0, family, of }, row, "", "") };
		}
		const titles = layoutOfTitles(row.body);
		if (titles !== undefined) {
			layout = titles;
			return { node: placed({ type: "columns", start: 0, end: 0, layout }, row, "", "") };
		}
		parser ??= new RouteParser();
		const reading = parser.readRow(text, row.end - row.body.length, row.end, layout);
		return "fault" in reading ? reading : { node: placed(reading.node, row, "", rowTrailing(reading.node)) };
	};
	return {
		whole: wholeLines,
		read: (part) =>
			parseClean(part, (text) =>
				parseLines(text, "route", (line: SourceLine, report) =>
					nodeOf(statement(text, rowOfLine(text, line)), "iproute", report),
				),
			),
	};
}
