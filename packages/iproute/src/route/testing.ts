/** Arbitraries of routes. Needs the optional peer `fast-check`. */
import { ipv4, ipv4Prefix, ipv6, ipv6Prefix, num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import { interfaceNames } from "../address/testing.ts";
import type {
	Encap,
	Gateway,
	IpRouteDump,
	Nexthop,
	NexthopInfo,
	Route,
	RouteCache,
	RouteFieldValues,
	RouteMetric,
} from "./ast.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const count = fc.nat({ max: 2 ** 31 - 1 });

const tables = word(fc.constantFrom("local", "main", "default", "77", "4294967295"));
const protocols = word(fc.constantFrom("kernel", "static", "boot", "dhcp", "ra", "bird", "208"));
const scopes = word(fc.constantFrom("link", "host", "global", "nowhere", "123"));
const flags = fc
	.subarray(["dead", "onlink", "pervasive", "offload", "linkdown", "unresolved"])
	.filter(({ length }) => length > 0);

function gateways(): fc.Arbitrary<Gateway> {
	return fc.oneof(
		{ weight: 3, arbitrary: fc.oneof(ipv4(), ipv6()).map((address) => ({ address, ...nowhere })) },
		ipv6().map((address) => ({ family: { value: "inet6", ...nowhere }, address, ...nowhere })),
	);
}

function metrics(): fc.Arbitrary<RouteMetric[]> {
	const number = fc
		.record({
			name: fc.constantFrom("mtu", "advmss", "window", "hoplimit", "initcwnd", "initrwnd", "quickack"),
			value: fc.nat(65535),
			locked: fc.boolean(),
		})
		.map(
			({ name, value, locked }): RouteMetric => ({
				type: "metric",
				name,
				...(locked && { locked: true }),
				values: [{ type: "number", value, ...nowhere }],
				...nowhere,
			}),
		);
	const time = fc
		.tuple(fc.constantFrom("rtt", "rttvar", "rto_min"), fc.integer({ min: 1, max: 5000 }))
		.map(([name, value]): RouteMetric => {
			// As `print_rta_metrics` has it: seconds from one second on.
			const text = value >= 1000 ? `${value / 1000}s` : `${value}ms`;
			return { type: "metric", name, values: [{ type: "number", value, text, ...nowhere }], ...nowhere };
		});
	const named = fc.constantFrom(["features", "ecn"], ["congctl", "reno"]).map(
		([name, value]): RouteMetric => ({
			type: "metric",
			name: name!,
			values: [{ type: "word", value: value!, ...nowhere }],
			...nowhere,
		}),
	);
	return fc.uniqueArray(fc.oneof(number, time, named), {
		minLength: 1,
		maxLength: 4,
		selector: ({ name }) => name,
	});
}

function encaps(): fc.Arbitrary<Encap> {
	const encap = (kind: string, attributes: Encap["attributes"]): Encap => ({
		type: "encap",
		kind: { value: kind, ...nowhere },
		attributes,
		...nowhere,
	});
	const attribute = (name: string, ...values: Encap["attributes"][number][] | unknown[]) =>
		({ type: "attribute", name, values, ...nowhere }) as Encap["attributes"][number];
	const number = (value: number) => ({ type: "number", value, ...nowhere });
	return fc.oneof(
		fc
			.tuple(fc.constantFrom("100", "100/186"), fc.option(fc.nat(255)))
			.map(([labels, ttl]) =>
				encap("mpls", [
					attribute("labels", { type: "word", value: labels, ...nowhere }),
					...(ttl === null ? [] : [attribute("ttl", number(ttl))]),
				]),
			),
		fc
			.tuple(fc.nat(), ipv4(), ipv4(), fc.nat(255), fc.subarray(["key", "csum", "seq"]))
			.map(([id, src, dst, ttl, flags]) =>
				encap("ip", [
					attribute("id", number(id)),
					attribute("src", src),
					attribute("dst", dst),
					attribute("ttl", number(ttl)),
					attribute("tos", number(0)),
					...flags.map((flag) => attribute(flag)),
				]),
			),
		fc
			.array(ipv6(), { minLength: 1, maxLength: 3 })
			.map((segments) =>
				encap("seg6", [
					attribute("mode", { type: "word", value: "encap", ...nowhere }),
					attribute("segs", ...segments),
				]),
			),
	);
}

/** A node of some of the fields. */
function some<Node>(
	fields: { readonly [Key in keyof Node]: fc.Arbitrary<NonNullable<Node[Key]>> },
): fc.Arbitrary<Partial<Node>> {
	return fc.record(fields, { requiredKeys: [] }) as fc.Arbitrary<Partial<Node>>;
}

const nexthops: fc.Arbitrary<Nexthop> = some<RouteFieldValues>({
	encap: encaps(),
	via: gateways(),
	dev: word(interfaceNames()),
	weight: num(fc.integer({ min: 1, max: 256 })),
	flags,
}).map((fields) => ({ type: "nexthop", ...fields, ...nowhere }));

const infos: fc.Arbitrary<NexthopInfo> = some<RouteFieldValues>({
	via: gateways(),
	dev: word(interfaceNames()),
	scope: scopes,
	proto: protocols,
}).map((fields) => ({ type: "nexthop-info", id: { value: 7, ...nowhere }, ...fields, ...nowhere }));

const caches: fc.Arbitrary<RouteCache> = some<RouteFieldValues>({
	flags: fc.subarray(["local", "redirected", "src-direct", "notify"]),
	expires: num(count),
	users: num(count),
	age: num(count),
	metrics: metrics(),
	iif: word(interfaceNames()),
}).map((fields) => ({ type: "cache", ...fields, ...nowhere }));

/** A route of the kind that `ip route add` takes: what a kernel would list. */
export function routes(): fc.Arbitrary<Route> {
	const fields = some<RouteFieldValues>({
		from: ipv6Prefix(),
		nhid: num(count),
		encap: encaps(),
		tos: word(fc.constantFrom("0x10", "lowdelay", "AF21")),
		via: gateways(),
		dev: word(interfaceNames()),
		table: tables,
		proto: protocols,
		scope: scopes,
		src: fc.oneof(ipv4(), ipv6()),
		metric: num(count),
		flags,
		mark: num(count),
		realms: fc
			.tuple(fc.option(fc.constantFrom("3", "cosmos")), fc.constantFrom("4", "7"))
			.map(([from, to]) => ({
				...(from !== null && { from: { value: from, ...nowhere } }),
				to: { value: to, ...nowhere },
				...nowhere,
			})),
		uid: num(count),
		expires: num(count),
		error: num(fc.integer({ min: -133, max: -1 })),
		metrics: metrics(),
		iif: word(interfaceNames()),
		pref: word(fc.constantFrom("low", "medium", "high")),
	});
	const below = fc.oneof(
		{ weight: 4, arbitrary: fc.constant({}) },
		fc.record(
			{
				info: infos,
				nexthops: fc.array(nexthops, { minLength: 1, maxLength: 3 }),
				cache: caches,
				layout: fc.constant("one-line" as const),
			},
			{ requiredKeys: ["nexthops"] },
		),
		caches.map((cache) => ({ cache })),
	);
	const heads = fc.record(
		{
			type: fc.constant("route" as const),
			...span,
			kind: word(fc.constantFrom("unicast", "local", "blackhole", "unreachable", "throw")),
			destination: fc.oneof(
				ipv4Prefix(),
				ipv6Prefix(),
				ipv4(),
				ipv6(),
				fc.constant({ type: "default" as const, ...nowhere }),
			),
		},
		{ requiredKeys: ["type", "start", "end", "destination"] },
	);
	return fc.tuple(heads, fields, below).map(([head, own, more]) => ({ ...head, ...own, ...more }) as Route);
}

/** What `ip route` prints. */
export function ipRouteDumps(): fc.Arbitrary<IpRouteDump> {
	return fc
		.array(routes(), { maxLength: 6 })
		.map((statements) => ({ type: "ip-route", statements, ...nowhere }));
}
