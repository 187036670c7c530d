import { blank, lineShape, num, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import { attributes } from "../address/schema.ts";
import { destination, fieldsShape, host, realms } from "../shapes.ts";
import type {
	Encap,
	Gateway,
	IpRouteDump as IpRouteDumpAst,
	Nexthop,
	NexthopInfo,
	Route,
	RouteCache,
	RouteField,
	RouteMetric,
} from "./ast.ts";

const maybe = z.exactOptional;
const gateway: z.ZodType<Gateway> = z.strictObject({ family: maybe(word), address: host, ...spanShape });
const encap: z.ZodType<Encap> = z.strictObject({
	type: z.literal("encap"),
	kind: word,
	attributes,
	...spanShape,
});
const metric: z.ZodType<RouteMetric> = z.strictObject({
	type: z.literal("metric"),
	name: z.string(),
	locked: maybe(z.literal(true)),
	values: z.array(
		z.union([
			z.strictObject({
				type: z.literal("number"),
				value: z.number(),
				text: maybe(z.string()),
				...spanShape,
			}),
			z.strictObject({ type: z.literal("word"), value: z.string(), ...spanShape }),
		]),
	),
	...spanShape,
});
const values = {
	from: maybe(destination),
	nhid: maybe(num),
	as: maybe(word),
	encap: maybe(encap),
	tos: maybe(word),
	via: maybe(gateway),
	dev: maybe(word),
	table: maybe(word),
	proto: maybe(word),
	scope: maybe(word),
	src: maybe(host),
	metric: maybe(num),
	flags: maybe(z.array(z.string())),
	mark: maybe(num),
	realms: maybe(realms),
	uid: maybe(num),
	expires: maybe(num),
	error: maybe(num),
	users: maybe(num),
	used: maybe(num),
	age: maybe(num),
	ipid: maybe(num),
	ts: maybe(num),
	tsage: maybe(num),
	metrics: maybe(z.array(metric)),
	iif: maybe(word),
	pref: maybe(word),
	weight: maybe(num),
	id: maybe(num),
	group: maybe(word),
};
const fields = { ...values, ...fieldsShape(Object.keys(values) as RouteField[]) };
const nexthop: z.ZodType<Nexthop> = z.strictObject({ type: z.literal("nexthop"), ...fields, ...lineShape });
const info: z.ZodType<NexthopInfo> = z.strictObject({
	type: z.literal("nexthop-info"),
	...fields,
	...lineShape,
});
const cache: z.ZodType<RouteCache> = z.strictObject({ type: z.literal("cache"), ...fields, ...lineShape });
const route: z.ZodType<Route> = z.strictObject({
	type: z.literal("route"),
	layout: maybe(z.literal("one-line")),
	kind: maybe(word),
	destination: z.union([
		destination,
		z.strictObject({ type: z.literal("label"), value: z.string(), ...spanShape }),
	]),
	info: maybe(info),
	nexthops: maybe(z.array(nexthop)),
	cache: maybe(cache),
	...fields,
	...lineShape,
});

/** The schema of {@link IpRouteDumpAst}. */
export const IpRouteDump: z.ZodType<IpRouteDumpAst> = z.strictObject({
	type: z.literal("ip-route"),
	statements: z.array(z.union([route, nexthop, info, cache, blank, unparsed])),
	...spanShape,
});
