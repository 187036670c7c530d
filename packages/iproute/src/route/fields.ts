import type { Span } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { NumberValue, WordValue } from "../address/ast.ts";
import {
	type Codec,
	destination,
	FieldOrder,
	type FieldTable,
	host,
	integer,
	realms,
	seconds,
	word,
} from "../fields.ts";
import type { Gateway, RouteField, RouteFields, RouteMetric } from "./ast.ts";
import { printEncap } from "./encap.ts";

/** `fe80::1`, `inet6 fe80::1` */
const gateway: Codec<Gateway> = {
	read: (text, start) => {
		const end = start + text.length;
		const name = /^(inet6?)[ \t]+/.exec(text);
		if (name === null) {
			const address = host.read(text, start);
			return address && { address, start, end };
		}
		const family = { value: name[1]!, start, end: start + name[1]!.length };
		const address = host.read(text.slice(name[0].length), start + name[0].length);
		return address && { family, address, start, end };
	},
	print: ({ family, address }) =>
		family === undefined ? host.print(address) : `${family.value} ${host.print(address)}`,
};

/** What is made of several words has a reader of its own. */
const written = <Value>(print: (value: Value) => string): Codec<Value> => ({ read: () => undefined, print });

/** All fields. */
const FIELDS: FieldTable<RouteFields, RouteField> = {
	from: destination,
	nhid: integer,
	as: { ...word, title: "as to" },
	// `10.9.0.0/16  encap mpls  100/186 via …`: it brings a blank along.
	encap: { ...written(printEncap), title: "", gap: () => 2 },
	tos: word,
	id: integer,
	group: word,
	via: gateway,
	dev: word,
	weight: integer,
	table: word,
	proto: word,
	scope: word,
	src: host,
	metric: integer,
	flags: { ...written((flags) => flags.join(" ")), title: "" },
	mark: integer,
	realms: {
		read: realms.read,
		print: (value) => `${value.from === undefined ? "realm" : "realms"} ${realms.print(value)}`,
		title: "",
	},
	uid: integer,
	expires: seconds,
	error: integer,
	users: integer,
	used: integer,
	age: seconds,
	ipid: integer,
	ts: integer,
	tsage: seconds,
	metrics: { ...written((metrics) => metrics.map(printMetric).join(" ")), title: "" },
	iif: word,
	pref: word,
};

/** `cache <local,src-direct>` */
const CACHE_FIELDS: FieldTable<RouteFields, RouteField> = {
	...FIELDS,
	flags: { ...written((flags) => `<${flags.join(",")}>`), title: "" },
};

const names = (text: string): RouteField[] => text.split(" ") as RouteField[];

/** The fields of each line, in the order in which iproute2 7.1 prints them. */
export const ROUTE: FieldOrder<RouteFields, RouteField> = new FieldOrder(
	FIELDS,
	names(
		"from nhid as encap tos via dev table proto scope src metric flags mark realms uid expires error users used age metrics iif pref",
	),
);
export const NEXTHOP: FieldOrder<RouteFields, RouteField> = new FieldOrder(
	FIELDS,
	names("encap as via realms dev weight flags pref"),
);
export const INFO: FieldOrder<RouteFields, RouteField> = new FieldOrder(
	FIELDS,
	names("id group encap via dev scope proto flags"),
);
export const CACHE: FieldOrder<RouteFields, RouteField> = new FieldOrder(
	CACHE_FIELDS,
	names("flags expires error users used age ipid ts tsage metrics iif pref"),
);

const METRIC = /^([a-z_]+)[ \t]+(lock[ \t]+(?=[^ \t]))?(.*)$/;
const TIME = /^(\d+(?:\.\d+)?)(s|ms)$/;
const NUMBER = /^(?:\d+|0x[0-9a-f]+)$/;

export function readMetric(text: string, start: number): RouteMetric {
	const [, name = "", lock = "", rest = ""] = METRIC.exec(text) ?? [];
	const from = start + text.length - rest.length;
	const values = [...rest.matchAll(/[^ \t]+/g)].map((match) => metricValue(match[0], from + match.index));
	const span = { start, end: start + text.length };
	return lock === ""
		? { type: "metric", name, values, ...span }
		: { type: "metric", name, locked: true, values, ...span };
}

function metricValue(text: string, start: number): NumberValue | WordValue {
	const span: Span = { start, end: start + text.length };
	const time = TIME.exec(text);
	if (time !== null) {
		return { type: "number", value: Number(time[2] === "s" ? `${time[1]}e3` : time[1]), text, ...span };
	}
	if (!NUMBER.test(text)) return { type: "word", value: text, ...span };
	const value = Number(text);
	return String(value) === text
		? { type: "number", value, ...span }
		: { type: "number", value, text, ...span };
}

function printMetric({ name, locked, values }: RouteMetric): string {
	const texts = values.map((value) => (value.type === "number" ? printNumber(value) : value.value));
	return [name, ...(locked ? ["lock"] : []), ...texts].join(" ");
}
