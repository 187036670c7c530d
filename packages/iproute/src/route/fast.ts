import type { Draft, Word } from "@netfossil/core";
import { type Codec, destination, type FieldOrder } from "../fields.ts";
import type { Nexthop, Route, RouteField, RouteFields } from "./ast.ts";
import { NEXTHOP, ROUTE } from "./fields.ts";
import { FLAGS, ROUTE_TYPES } from "./tokens.ts";

/*
 * The commonest shape of a line, read without the grammar, which takes two and a half times as long: words parted by
 * one blank each, fields of one value in the tool's own order. Whatever else there is is left to the grammar
 * (undefined); a test holds that the two agree.
 */

/** Fields that are their name and one word. */
const SIMPLE: ReadonlySet<string> = new Set(
	"from nhid tos via dev table proto scope src metric mark uid expires error iif pref weight".split(" "),
);
const TYPES: ReadonlySet<string> = new Set(ROUTE_TYPES);
const FLAG_WORDS: ReadonlySet<string> = new Set(FLAGS);

interface Simple {
	readonly key: RouteField;
	readonly rank: number;
	readonly read: Codec<unknown>["read"];
}

const simple = (order: FieldOrder<RouteFields, RouteField>): ReadonlyMap<string, Simple> =>
	new Map(
		order.names
			.filter((name) => SIMPLE.has(name))
			.map((key) => [key, { key, rank: order.rank(key), read: order.table[key].read }]),
	);
const ROUTE_SIMPLE = simple(ROUTE);
const NEXTHOP_SIMPLE = simple(NEXTHOP);

/** Reads the line of a route. */
export function readFastRoute(text: string, start: number, end: number): Route | undefined {
	let from = start;
	let to = wordEnd(text, from, end);
	let kind: Word | undefined;
	let word = text.slice(from, to);
	if (TYPES.has(word)) {
		kind = { value: word, start: from, end: to };
		from = to + 1;
		to = wordEnd(text, from, end);
		if (to <= from) return undefined;
		word = text.slice(from, to);
	}
	const place = destination.read(word, from);
	if (place === undefined || place.type === "name" || place.type === "all") return undefined;
	const node: Draft<Route> =
		kind === undefined
			? { type: "route", start: 0, end: 0, destination: place }
			: { type: "route", start: 0, end: 0, kind, destination: place };
	return readFields(text, to, end, node, ROUTE_SIMPLE, ROUTE.rank("flags")) ? node : undefined;
}

/** Reads the line of a nexthop. */
export function readFastNexthop(text: string, start: number, end: number): Nexthop | undefined {
	const node: Nexthop = { type: "nexthop", start: 0, end: 0 };
	const from = start + "nexthop".length;
	if (from < end && text.charCodeAt(from) !== 32) return undefined;
	return readFields(text, from, end, node, NEXTHOP_SIMPLE, NEXTHOP.rank("flags")) ? node : undefined;
}

/** Reads the fields from the blank at `at` on into the node. */
function readFields(
	text: string,
	at: number,
	end: number,
	node: Draft<RouteFields>,
	fields: ReadonlyMap<string, Simple>,
	flagRank: number,
): boolean {
	let last = -1;
	while (at < end) {
		const from = at + 1;
		at = wordEnd(text, from, end);
		if (at <= from) return false;
		const word = text.slice(from, at);
		const field = fields.get(word);
		if (field === undefined) {
			if (!FLAG_WORDS.has(word) || last > flagRank) return false;
			if (last === flagRank) (node.flags as string[]).push(word);
			else node.flags = [word];
			last = flagRank;
			continue;
		}
		if (field.rank <= last) return false;
		last = field.rank;
		const start = at + 1;
		at = wordEnd(text, start, end);
		if (at <= start) return false;
		const value = text.slice(start, at);
		// `via inet6 fe80::1`
		if (field.key === "via" && value.startsWith("inet")) return false;
		const read = field.read(value, start);
		if (read === undefined) return false;
		(node as Record<string, unknown>)[field.key] = read;
	}
	return true;
}

/** The end of the word at `from`: a blank, or the end of the line. A tab makes the word none. */
function wordEnd(text: string, from: number, end: number): number {
	for (let at = from; at < end; at++) {
		const code = text.charCodeAt(at);
		if (code === 32) return at;
		if (code === 9) return -1;
	}
	return from < end ? end : -1;
}
