import { expect, it } from "vitest";
import { exists, read, recorded } from "./recordings.ts";
import { type AsJson, compare, empty, groups, neighbours, report, routes, rules } from "./routing-json.ts";

it.each<[name: string, texts: RegExp, asJson: AsJson, least: number]>([
	["ip route", /^ip_(?:\w+_)?route(?:_table_all)?\.txt$/, routes, 10_000],
	["ip rule", /^ip_(?:\w+_)?rule\.txt$/, rules, 300],
	["ip neigh", /^ip_(?:\w+_)?neigh(?:_\w+)?\.txt$/, neighbours, 900],
	["ip maddr", /^ip_maddr\.txt$/, groups, 2000],
])("what the text of %s says equals its JSON, both ways", (name, texts, asJson, least) => {
	const count = empty();
	for (const path of recorded(texts)) {
		const json = path.replace(/txt$/, "json");
		if (exists(json)) compare(asJson(read(path)), JSON.parse(read(json)) as unknown[], path, count, false);
	}
	report(`${name}, iproute2 6.1`, count);
	expect(count.facts).toBeGreaterThan(least);
	expect(count.different).toEqual([]);
});

it.each<[name: string, texts: RegExp, asJson: AsJson, least: number, different: readonly string[]]>([
	[
		"ip route",
		/^ip_route_table_all\.v[\d.]+\.txt$/,
		routes,
		1000,
		[
			// 4.9 takes an IPv4 address of an unlucky length for one of IPv6.
			"4.9 239.0.0.0/8 dst: text ef00:0:800:400:c00::/8, JSON 239.0.0.0/8",
			// They have no name for the feature.
			"2.6.39 10.98.0.0/16 metrics[0].1: text null, JSON undefined",
			"3.10 10.98.0.0/16 metrics[0].1: text null, JSON undefined",
			// They know of no encapsulation; the JSON gives the route's `dst`, then the tunnel's by the same key.
			"2.6.39 100.185.208.9 dst: text 10.10.0.0/16, JSON 100.185.208.9",
			"2.6.39 100/186 dst: text 10.9.0.0/16, JSON 100/186",
			"3.10 100.185.208.9 dst: text 10.10.0.0/16, JSON 100.185.208.9",
			"3.10 100/186 dst: text 10.9.0.0/16, JSON 100/186",
			// It takes a metric for a number with a sign.
			"2.6.39 default metric: text -16769024, JSON 4278198272",
			// It prints the preference of the whole route behind its last nexthop.
			"5.4 fd06::/64 nexthops[1].pref: text medium, JSON undefined",
		],
	],
	["ip rule", /^ip_rule\.v[\d.]+\.txt$/, rules, 200, []],
	["ip -s neigh", /^ip_s_neigh\.v[\d.]+\.txt$/, neighbours, 300, []],
])(
	"what other releases say of %s equals the JSON of 6.1 as far as they say it",
	(name, texts, asJson, least, known) => {
		const count = empty();
		for (const path of recorded(texts)) {
			const release = /\.v([\d.]+)\.txt$/.exec(path)![1]!;
			const json = JSON.parse(read(path.replace(/\.v[\d.]+\.txt$/, ".json"))) as unknown[];
			compare(asJson(read(path)), json, release, count, true);
		}
		report(`${name}, iproute2 2.6.39, 3.10, 4.9, 5.4, 7.1`, count);
		expect(count.facts).toBeGreaterThan(least);
		expect([...new Set(count.different)].sort()).toEqual([...known].sort());
	},
);
