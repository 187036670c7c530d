import { execFileSync, spawnSync } from "node:child_process";
import { type IpPrefix, type Num, networkOf, type ParseResult, type Word } from "@netfossil/core";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import {
	type Gateway,
	type Neighbour,
	parseIpMaddr,
	parseIpNeigh,
	parseIpRoute,
	parseIpRule,
	printIpMaddr,
	printIpNeigh,
	printIpRoute,
	printIpRule,
	type Route,
	type Rule,
} from "../src/index.ts";
import { neighbours as neighbourTrees, routes as routeTrees, rules as ruleTrees } from "../src/testing.ts";
import { type AsJson, compare, empty, groups, neighbours, report, routes, rules } from "./routing-json.ts";

/*
 * A network namespace of its own is filled with what the arbitraries make and the kernel takes; then the text of
 * each command is compared with its JSON.
 */
const NAMESPACE = `netfossil-routing-${process.pid}`;
const limits = { encoding: "utf8", timeout: 5000 } as const;
const ip = (...words: string[]): string => execFileSync("ip", ["-n", NAMESPACE, ...words], limits);

/** Why there is no namespace to work in. */
const missing = ((): string | undefined => {
	if (process.getuid?.() !== 0) return "not root";
	const made = spawnSync("ip", ["netns", "add", NAMESPACE], limits);
	if (made.error !== undefined) return "no ip command";
	return made.status === 0 ? undefined : made.stderr.trim();
})();
if (missing !== undefined) console.log(`live routing test skipped: ${missing}`);
afterAll(() => {
	if (missing === undefined) execFileSync("ip", ["netns", "del", NAMESPACE], limits);
});

const at = { start: 0, end: 0 };
const word = (value: string): Word => ({ value, ...at });
const number = (value: number): Num => ({ value, ...at });

/** Lets ip run each command, and counts those that the kernel took; a wrong word would end a batch. */
function run(commands: readonly string[]): number {
	const loop = 'while read -r line; do ip -n "$0" $line 2>/dev/null && echo taken; done';
	const input = `${commands.join("\n")}\n`;
	const { stdout } = spawnSync("sh", ["-c", loop, NAMESPACE], { ...limits, input });
	return stdout.match(/^taken$/gm)?.length ?? 0;
}

const family = (route: Route): 4 | 6 =>
	route.destination.type === "prefix" || route.destination.type === "ip" ? route.destination.family : 4;

/** The network of a prefix: the kernel takes no other. */
function network(prefix: IpPrefix): IpPrefix {
	const [address = "", length] = networkOf(prefix.address, prefix.length).split("/");
	return { ...prefix, address, length: Number(length) };
}

/** A generated route, with the devices and gateways of the namespace and without what only the kernel sets. */
function possible(route: Route, index: number): Route {
	const { kind, destination: to, tos, metric, metrics, realms, proto, encap } = route;
	const is6 = family(route) === 6;
	const gateway: Gateway = {
		address: { type: "ip", family: is6 ? 6 : 4, value: is6 ? "fd01::7" : "10.1.0.7", ...at },
		...at,
	};
	const via = { via: gateway, dev: word("d0") };
	const goes = kind === undefined || kind.value === "unicast";
	const nexthops = route.nexthops?.map((_, weight) => ({
		type: "nexthop" as const,
		...via,
		weight: number(weight + 1),
		...at,
	}));
	return {
		type: "route",
		...(kind && { kind }),
		destination: to.type === "prefix" ? network(to) : to,
		...(goes && !nexthops && encap?.kind.value === "ip" && { encap }),
		...(tos && !is6 && { tos }),
		...(goes && !nexthops && (route.via ? via : { dev: word("d0") })),
		...(kind?.value === "local" && { dev: word("lo") }),
		table: word(String(100 + (index % 5))),
		...(proto && { proto }),
		metric: metric && index % 2 ? metric : number(index + 1),
		...(realms && !is6 && { realms: { to: word("4"), ...at } }),
		...(metrics && goes && { metrics }),
		...(goes && nexthops && { nexthops }),
		...at,
	};
}

const routeCommand = (route: Route): string =>
	`route add ${printIpRoute({ type: "ip-route", statements: [route], ...at }).replace(/\s+/g, " ")}`;

function ruleCommand(rule: Rule): string {
	const text = printIpRule({ type: "ip-rule", statements: [rule], ...at });
	return text
		.trim()
		.replace(/^(\d+):\s+/, "rule add priority $1 ")
		.replaceAll(/ \[(?:detached|unresolved)\]/g, "")
		.replace("lookup [l3mdev-table]", "l3mdev")
		.replace("ipproto-6", "tcp");
}

function neighbourCommand({ address, lladdr, states, flags = [] }: Neighbour): string {
	if (flags.includes("proxy")) return `neigh replace proxy ${address!.value} dev d0`;
	const link = lladdr?.type === "mac" ? lladdr.value : "02:00:00:00:00:07";
	const marks = flags.filter((flag) => flag === "router" || flag === "extern_learn").join(" ");
	// Of the other states the kernel gets rid by itself, while the test looks.
	const state = ["NOARP", "STALE", "REACHABLE"].find((each) => states?.includes(each)) ?? "PERMANENT";
	return `neigh replace ${address!.value} dev d0 lladdr ${link} nud ${state.toLowerCase()} ${marks}`;
}

/** A command as it is typed, with what reads its output. */
type Command = readonly [words: string, asJson: AsJson, again: (text: string) => string];

const printed =
	<Ast>(parse: (text: string) => ParseResult<Ast>, print: (ast: Ast) => string) =>
	(text: string): string => {
		const { ast, diagnostics } = parse(text);
		expect(diagnostics).toEqual([]);
		return print(ast);
	};
const route = printed(parseIpRoute, printIpRoute);
const rule = printed(parseIpRule, printIpRule);
const neigh = printed(parseIpNeigh, printIpNeigh);
const maddr = printed(parseIpMaddr, printIpMaddr);

/** Before there are rules, which may forbid the way. */
const asked: readonly Command[] = [
	["route get 10.1.0.9 mark 5", routes, route],
	["-o route get 10.1.0.1", routes, route],
	["-6 route get fd01::9", routes, route],
];
const commands: readonly Command[] = [
	["route show table all", routes, route],
	["-d route show table all", routes, route],
	["-N route show table all", routes, route],
	["-o route show table all", routes, route],
	["-6 route show table all", routes, route],
	["-6 -d route show table all", routes, route],
	["rule", rules, rule],
	["-d rule", rules, rule],
	["-N rule", rules, rule],
	["-6 rule", rules, rule],
	["neigh show nud all", neighbours, neigh],
	["-s neigh show nud all", neighbours, neigh],
	["neigh show proxy", neighbours, neigh],
	["maddr", groups, maddr],
];

/** Text and JSON of one state: the kernel may learn a neighbour meanwhile. */
function steady(words: readonly string[]): readonly [text: string, json: string] {
	for (let tries = 0; ; tries++) {
		const text = ip(...words);
		const json = ip("-j", ...words);
		if (tries === 5 || facts(ip(...words)) === facts(text)) return [text, json];
	}
}

/** A text without its clocks. */
const facts = (text: string): string => text.replace(/used \S+ ?\d*|expires \d+sec/g, "");

it.skipIf(missing !== undefined)(
	`routes, rules and neighbours of a kernel: text and JSON agree${missing === undefined ? "" : ` (skipped: ${missing})`}`,
	() => {
		ip("link", "add", "d0", "type", "veth", "peer", "name", "d1");
		const set = ["lo", "d0", "d1"].map((name) => `link set ${name} up`);
		expect(run([...set, "addr add 10.1.0.1/24 dev d0", "addr add fd01::1/64 dev d0 nodad"])).toBe(5);
		const count = empty();
		const check = ([words, asJson, again]: Command): void => {
			const [text, json] = steady(words.split(" "));
			expect(again(text), words).toBe(text);
			compare(asJson(text), JSON.parse(json || "[]") as unknown[], words, count, false);
		};
		asked.forEach(check);
		const taken = {
			routes: run(fc.sample(routeTrees(), 200).map((each, index) => routeCommand(possible(each, index)))),
			rules: run(fc.sample(ruleTrees(), 150).map(ruleCommand)),
			neighbours: run(fc.sample(neighbourTrees(), 100).map(neighbourCommand)),
		};
		console.log("the kernel took", JSON.stringify(taken));
		expect(Math.min(taken.routes, taken.rules, taken.neighbours)).toBeGreaterThan(20);
		commands.forEach(check);
		report("live", count);
		expect(count.facts).toBeGreaterThan(1000);
		expect(count.different).toEqual([]);
	},
	20_000,
);
