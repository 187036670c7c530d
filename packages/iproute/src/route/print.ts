import { printLine, printPlain, trimBlanksEnd } from "@netfossil/core";
import { destination, type FieldOrder } from "../fields.ts";
import type {
	IpRouteDump,
	IpRouteStatement,
	Nexthop,
	NexthopInfo,
	Route,
	RouteCache,
	RouteField,
	RouteFields,
} from "./ast.ts";
import { CACHE, INFO, NEXTHOP, ROUTE } from "./fields.ts";

/** Prints a dump as `ip route` does. */
export function printIpRoute(ast: IpRouteDump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: IpRouteStatement): string {
	switch (node.type) {
		case "route":
			return node.layout === "one-line" ? oneLine(node) : [head(node), ...below(node).map(more)].join("");
		case "blank":
		case "unparsed":
			return printPlain(node);
		default:
			return more(node);
	}
}

/** A line that goes on with a route. */
type More = Nexthop | NexthopInfo | RouteCache;

/** How far the tool indents each, and with what it begins. */
const STARTS: Readonly<Record<More["type"], readonly [string, string, FieldOrder<RouteFields, RouteField>]>> =
	{
		nexthop: ["\t", "nexthop", NEXTHOP],
		"nexthop-info": ["\t", "nh_info", INFO],
		cache: ["    ", "cache", CACHE],
	};

export function indentOf(type: More["type"]): string {
	return STARTS[type][0];
}

const head = (node: Route): string => printLine(node, body(node));

function body(node: Route): string {
	const { kind, destination: to } = node;
	const start = to.type === "label" ? to.value : destination.print(to);
	return (kind === undefined ? start : `${kind.value} ${start}`) + ROUTE.print(node) + routeTrailing(node);
}

function more(node: More): string {
	const [indent] = STARTS[node.type];
	return printLine(node.indent === undefined ? { ...node, indent } : node, moreBody(node));
}

function moreBody(node: More): string {
	const [, word, order] = STARTS[node.type];
	return word + order.print(node) + routeTrailing(node);
}

const below = ({ info, nexthops = [], cache }: Route): More[] => [
	...(info === undefined ? [] : [info]),
	...nexthops,
	...(cache === undefined ? [] : [cache]),
];

function oneLine(node: Route): string {
	const rows = below(node).map((each) => {
		const text = moreBody(each);
		const content = each.trailing === undefined ? text : trimBlanksEnd(text) + each.trailing;
		return (each.indent ?? indentOf(each.type)) + content;
	});
	const first = printLine({ ...node, eol: "" }, body(node));
	return [first, ...rows].join("\\") + (node.eol ?? "\n");
}

/** All fields but `pref`, which is the last one of each line, bring the blank after them along. */
export function routeTrailing({ pref, order, unknown }: RouteFields): string {
	const isLast = pref !== undefined && (order === undefined || order.at(-1) === "pref");
	return isLast && unknown?.at(-1)?.after !== "pref" ? "" : " ";
}
