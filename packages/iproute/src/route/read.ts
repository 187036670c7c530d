import {
	type Draft,
	eolOf,
	type ParseResult,
	type PartReader,
	parseClean,
	partsOf,
	type SourceLine,
	unparsedLine,
} from "@netfossil/core";
import { syntaxDiagnostic } from "@netfossil/core/grammar";
import { BlockReader } from "../blocks.ts";
import { unknownDiagnostic, unknownDiagnostics } from "../fields.ts";
import { placed, type Row, rowsOf } from "../rows.ts";
import type {
	IpRouteDump,
	IpRouteStatement,
	Nexthop,
	NexthopInfo,
	Route,
	RouteCache,
	RouteFields,
} from "./ast.ts";
import { readFastNexthop, readFastRoute } from "./fast.ts";
import { RouteParser } from "./parser.ts";
import { indentOf, routeTrailing } from "./print.ts";

type More = Nexthop | NexthopInfo | RouteCache;

let parser: RouteParser | undefined;

/** Reads what `ip route` prints: tables, the cache, and the answer of `ip route get`. */
export function parseIpRoute(input: string): ParseResult<IpRouteDump> {
	return parseClean(input, (text) => {
		parser ??= new RouteParser();
		return new Reader(text, parser).read("ip-route");
	});
}

/** Reads a large table in parts: see `parseParts` of `@netfossil/core`. */
export function ipRouteParts(): PartReader<IpRouteStatement> {
	return partsOf(parseIpRoute, wholeRoutes);
}

const MORE = /^(?:nexthop|nh_info|cache)(?![^ \t])/;

/** Where the last route starts: lines that go on with it may follow. */
function wholeRoutes(text: string): number {
	let at = text.lastIndexOf("\n");
	while (at > 0) {
		const start = text.lastIndexOf("\n", at - 1) + 1;
		const body = text.slice(start, at).trimStart();
		if (!MORE.test(body)) return start;
		at = start - 1;
	}
	return 0;
}

/** Reads the lines of a text one after the other and joins those of a route. */
class Reader extends BlockReader<IpRouteStatement> {
	readonly #parser: RouteParser;
	/** The route that is open. */
	#route: Draft<Route> | undefined;
	/** Whether the line before was one that goes on with a route which is not here. */
	#orphaned = false;

	constructor(text: string, grammar: RouteParser) {
		super(text, "ip");
		this.#parser = grammar;
	}

	protected line(line: SourceLine, row: Row): void {
		if (MORE.test(row.body)) this.#more(line, row);
		else this.#head(line, row);
	}

	/** The line of a route; with `-o` the only one. */
	#head(line: SourceLine, whole: Row): void {
		const rows = whole.body.includes("\\") ? rowsOf(this.text, line) : [];
		const row = rows.length > 1 ? rows[0]! : whole;
		const start = row.end - row.body.length;
		const node =
			readFastRoute(this.text, start, row.end) ??
			this.take(this.#parser.readRoute(this.text, start, row.end));
		const more = node === undefined ? undefined : this.#parts(node, rows.slice(1));
		if (node === undefined || more === undefined) {
			this.alone(unparsedLine(this.text, line));
			return;
		}
		const route: Draft<Route> = placed(node, row, "", routeTrailing(node));
		this.#unknownIn(route);
		for (const each of more) this.#unknownIn(each);
		this.alone(route as Route);
		if (rows.length <= 1) {
			this.#route = route;
			return;
		}
		route.layout = "one-line";
		route.end = line.next;
		Object.assign(route, eolOf(line));
	}

	/** The lines that `ip -o` put behind a route; undefined: one is none of a route's, or not in its place. */
	#parts(route: Draft<Route>, rows: readonly Row[]): readonly More[] | undefined {
		const parts: More[] = [];
		for (const row of rows) {
			const node = MORE.test(row.body) ? this.#read(row) : undefined;
			if (node === undefined || !join(route, node)) {
				this.#complain(row);
				return undefined;
			}
			parts.push(node);
		}
		return parts;
	}

	/** A line that goes on with the route above it. */
	#more(line: SourceLine, row: Row): void {
		const node = this.#read(row);
		if (node === undefined) {
			this.alone(unparsedLine(this.text, line));
			return;
		}
		this.#unknownIn(node);
		if (this.#route !== undefined && join(this.#route, node)) {
			this.#route.end = node.end;
			return;
		}
		const first = !this.#orphaned;
		this.alone(node);
		this.#orphaned = true;
		if (!first) return;
		this.diagnostics.push({
			code: "iproute/orphan",
			severity: "info",
			message: "these lines belong to a route whose own line is not here",
			start: node.start,
			end: node.end,
			expected: ["the line of a route"],
		});
	}

	#read(row: Row): More | undefined {
		const node = this.#readBody(row.body, row.end - row.body.length, row.end);
		return node && placed(node, row, indentOf(node.type), routeTrailing(node));
	}

	#readBody(body: string, start: number, end: number): More | undefined {
		const text = this.text;
		if (body.startsWith("cache")) return this.take(this.#parser.readCache(text, start, end));
		if (body.startsWith("nh_info")) return this.take(this.#parser.readInfo(text, start, end));
		return readFastNexthop(text, start, end) ?? this.take(this.#parser.readNexthop(text, start, end));
	}

	protected alone(node: IpRouteStatement): void {
		this.statements.push(node);
		this.#route = undefined;
		this.#orphaned = false;
	}

	#complain({ body, end }: Row): void {
		const fault = { start: end - body.length, end, found: body, expected: ["nexthop", "nh_info", "cache"] };
		this.diagnostics.push(syntaxDiagnostic("iproute", fault));
	}

	#unknownIn(node: RouteFields): void {
		if (node.unknown !== undefined) this.diagnostics.push(...unknownDiagnostics(node));
		for (const each of node.encap?.attributes ?? [])
			if (each.type === "unparsed") this.diagnostics.push(unknownDiagnostic(each));
	}
}

/** Puts a line in its place in the route; false if it has none there. The tool prints them in this order. */
function join(route: Draft<Route>, node: More): boolean {
	if (route.cache !== undefined) return false;
	switch (node.type) {
		case "nexthop-info":
			if (route.info !== undefined || route.nexthops !== undefined) return false;
			route.info = node;
			return true;
		case "nexthop":
			route.nexthops ??= [];
			(route.nexthops as Nexthop[]).push(node);
			return true;
		case "cache":
			route.cache = node;
			return true;
	}
}
