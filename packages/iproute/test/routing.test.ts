import { type ParseResult, type PartReader, parseParts, type Span } from "@netfossil/core";
import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { expectInProportion } from "../../../test/growth.ts";
import {
	ipNeighParts,
	ipRouteParts,
	ipRuleParts,
	type MulticastInterface,
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
import { MaddrParser } from "../src/maddr/parser.ts";
import { NeighParser } from "../src/neigh/parser.ts";
import { RouteParser } from "../src/route/parser.ts";
import { RuleParser } from "../src/rule/parser.ts";
import { IpMaddrDump, IpNeighDump, IpRouteDump, IpRuleDump } from "../src/schema.ts";
import { ipMaddrDumps, ipNeighDumps, ipRouteDumps, ipRuleDumps } from "../src/testing.ts";
import { read, recorded } from "./recordings.ts";

type Dump = Span & { readonly type: string; readonly statements: readonly Span[] };

interface Dialect {
	readonly kind: string;
	readonly parse: (text: string) => ParseResult<Dump>;
	readonly print: (ast: never) => string;
	readonly schema: z.ZodType;
	readonly dumps: fc.Arbitrary<Dump>;
	readonly recordings: readonly string[];
	/** At least so many. */
	readonly least: number;
	readonly parts?: () => PartReader<Span>;
}

const dialects: readonly Dialect[] = [
	{
		kind: "ip-route",
		parse: parseIpRoute,
		print: printIpRoute,
		schema: IpRouteDump,
		dumps: ipRouteDumps(),
		recordings: recorded(/^(?:busybox_)?ip_(?:\w+_)?route.*\.txt$/),
		least: 180,
		parts: ipRouteParts,
	},
	{
		kind: "ip-rule",
		parse: parseIpRule,
		print: printIpRule,
		schema: IpRuleDump,
		dumps: ipRuleDumps(),
		recordings: recorded(/^(?:busybox_)?ip_(?:\w+_)?rule.*\.txt$/),
		least: 18,
		parts: ipRuleParts,
	},
	{
		kind: "ip-neigh",
		parse: parseIpNeigh,
		print: printIpNeigh,
		schema: IpNeighDump,
		dumps: ipNeighDumps(),
		recordings: recorded(/^(?:busybox_)?ip_(?:\w+_)?neigh.*\.txt$/),
		least: 33,
		parts: ipNeighParts,
	},
	{
		kind: "ip-maddr",
		parse: parseIpMaddr,
		print: printIpMaddr,
		schema: IpMaddrDump,
		dumps: ipMaddrDumps(),
		recordings: recorded(/^ip_maddr\.txt$/),
		least: 40,
	},
];

it("the grammars are valid for chevrotain", () => {
	validateGrammar(() => new RouteParser(false));
	validateGrammar(() => new RuleParser(false));
	validateGrammar(() => new NeighParser(false));
	validateGrammar(() => new MaddrParser(false));
});

describe.each(dialects)("$kind", ({ parse, print: printDump, schema, dumps, recordings, least, parts }) => {
	const print = printDump as (ast: Dump) => string;
	const texts = recordings.map((path) => read(path).slice(0, 2500));

	it("recordings are read whole, printed back, valid", () => {
		expect(recordings.length).toBeGreaterThanOrEqual(least);
		for (const path of recordings) {
			const text = read(path);
			const { ast, diagnostics } = parse(text);
			expect(diagnostics, path).toEqual([]);
			expect(unparsedIn(ast), path).toEqual([]);
			expect(print(ast), path).toBe(text);
			expect(schema.parse(ast)).toEqual(ast);
		}
	});

	it("spans quote what they stand for", () => {
		for (const path of recordings) {
			const text = read(path);
			const visit = (node: unknown): void => {
				if (typeof node !== "object" || node === null) return;
				const { type, value, text: printed, start, end } = node as Record<string, never>;
				if (value !== undefined && typeof value !== "object" && type !== "prefix") {
					expect(text.slice(start, end).replace(/[ \t]+\[detached\]$/, "")).toBe(printed ?? String(value));
				}
				Object.values(node).forEach(visit);
			};
			visit(parse(text).ast);
		}
	});

	it("keeps the laws on any text", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws({ parse, print }, text);
			}),
			{ numRuns: 400 },
		);
	});

	it("parse(print(ast)) equals ast, and the schema takes it", () => {
		fc.assert(
			fc.property(dumps, (ast) => {
				const text = print(ast);
				const again = parse(text);
				expect(again.diagnostics, text).toEqual([]);
				expect(withoutSpans(again.ast)).toEqual(withoutSpans(ast));
				expect(print(again.ast)).toBe(text);
				schema.parse(ast);
			}),
			{ numRuns: 300 },
		);
	});

	it("CRLF, indentation and blanks that are lost at the ends change no fact", () => {
		const facts = (text: string): unknown =>
			JSON.parse(
				JSON.stringify(withoutSpans(parse(text).ast.statements), (key, value) =>
					["indent", "trailing", "eol"].includes(key) ? undefined : value,
				),
			);
		for (const path of recordings.filter((each) => !/_o_/.test(each))) {
			const text = read(path);
			expect(facts(text.replaceAll("\n", "\r\n")), path).toEqual(facts(text));
			expect(facts(text.replace(/[ \t]+$/gm, "")), path).toEqual(facts(text));
			expect(facts(text.replace(/^(?=.)/gm, "  ")), path).toEqual(facts(text));
			expect(facts(text.replace(/^[ \t]+/gm, "")), path).toEqual(facts(text));
		}
	});

	it.skipIf(parts === undefined)("read in parts it gives the same statements", async () => {
		const once = recordings.map(read).join("");
		const text = once.repeat(Math.ceil(600_000 / once.length));
		for (const size of [997, 300_000]) {
			const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
				text.slice(at * size, (at + 1) * size),
			);
			const statements: Span[] = [];
			let count = 0;
			for await (const { ast } of parseParts(chunks, parts!())) {
				statements.push(...ast);
				count++;
			}
			expect(count).toBeGreaterThan(1);
			expect(JSON.stringify(statements)).toBe(JSON.stringify(parse(text).ast.statements));
		}
	});
});

const routesOf = (text: string): Route[] =>
	parseIpRoute(text).ast.statements.filter((node) => node.type === "route");

describe("routes", () => {
	it.each<[line: string, fields: object]>([
		[
			"default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.5 metric 100 ",
			{
				destination: { type: "default" },
				via: { address: { value: "10.0.0.1" } },
				dev: { value: "eth0" },
				proto: { value: "dhcp" },
				src: { value: "10.0.0.5" },
				metric: { value: 100 },
			},
		],
		[
			"local 10.0.0.5 dev eth0 table local proto kernel scope host src 10.0.0.5 ",
			{
				kind: { value: "local" },
				destination: { type: "ip", value: "10.0.0.5" },
				table: { value: "local" },
				scope: { value: "host" },
			},
		],
		[
			"2 10.0.0.5 dev eth0 table 255 proto 2 scope 254 src 10.0.0.5 ",
			{ kind: { value: "2" }, table: { value: "255" } },
		],
		[
			"unreachable default dev lo table 7 metric 4294967295 error -101 pref medium",
			{ error: { value: -101 }, metric: { value: 4294967295 }, pref: { value: "medium" } },
		],
		[
			"unreachable default dev lo  table unspec  proto kernel  metric -1  error -101 ",
			{ metric: { value: -1 }, gaps: { table: 2, proto: 2, metric: 2, error: 2 } },
		],
		[
			"10.7.0.0/16 via inet6 fe80::1 dev eth0 ",
			{ via: { family: { value: "inet6" }, address: { value: "fe80::1" } } },
		],
		// A device may be called like a word of the format.
		["10.0.0.0/8 dev via proto static ", { dev: { value: "via" }, proto: { value: "static" } }],
		["10.0.0.0/8 dev onlink onlink ", { dev: { value: "onlink" }, flags: ["onlink"] }],
		[
			"10.2.0.0/16 via 10.1.0.2 dev d0 realm 4 mtu lock 1400 rtt 1s rto_min lock 5ms features ecn ",
			{
				realms: { to: { value: "4" } },
				metrics: [
					{ name: "mtu", locked: true, values: [{ value: 1400 }] },
					{ name: "rtt", values: [{ value: 1000, text: "1s" }] },
					{ name: "rto_min", locked: true, values: [{ value: 5, text: "5ms" }] },
					{ name: "features", values: [{ value: "ecn" }] },
				],
			},
		],
		[
			"10.9.0.0/16  encap mpls  100/186 ttl 5 via 100.1.2.3 dev d0 ",
			{
				encap: {
					kind: { value: "mpls" },
					attributes: [
						{ name: "labels", values: [{ value: "100/186" }] },
						{ name: "ttl", values: [{ value: 5 }] },
					],
				},
				via: { address: { value: "100.1.2.3" } },
			},
		],
		[
			"10.3.1.0/24  encap ip id 7 src 0.0.0.0 dst 10.1.0.9 ttl 0 tos 0 key csum seq tos 0x10 dev d0 src 10.1.0.1 ",
			{
				tos: { value: "0x10" },
				src: { value: "10.1.0.1" },
				encap: { attributes: { length: 8 } },
			},
		],
		[
			"fd08::/64  encap seg6 mode encap segs 2 [ fd00::1 fd00::2 ] dev d0 metric 1024 pref medium",
			{
				encap: {
					attributes: [
						{ name: "mode", values: [{ value: "encap" }] },
						{ name: "segs", values: [{ value: "fd00::1" }, { value: "fd00::2" }] },
					],
				},
			},
		],
		[
			"fd09::/64  encap seg6local action End.DT6 table 100 dev d0 table 7 metric 1024 pref medium",
			{
				encap: { attributes: [{ name: "action" }, { name: "table", values: [{ value: 100 }] }] },
				table: { value: "7" },
			},
		],
		[
			"10.5.0.0/16  encap glow bright 7 via 10.0.0.1 dev d0 ",
			{ encap: { kind: { value: "glow" }, attributes: [{ type: "unparsed", text: "bright 7" }] } },
		],
		[
			"100 as to 200/300 via inet 10.0.0.1 dev eth0 ",
			{ destination: { type: "label", value: "100" }, as: { value: "200/300" } },
		],
		["gateway.lan dev eth0 scope link ", { destination: { type: "name", value: "gateway.lan" } }],
		[
			"10.2.3.4 via 10.1.0.2 dev d0 src 10.1.0.1 mark 5 realm 4 uid 0 ",
			{ mark: { value: 5 }, uid: { value: 0 } },
		],
	])("%s", (line, fields) => {
		const text = `${line}\n`;
		const [node] = routesOf(text);
		expect(node).toMatchObject(fields);
		expect(node).not.toHaveProperty("order");
		expect(node).not.toHaveProperty("unknown");
		expect(printIpRoute(parseIpRoute(text).ast)).toBe(text);
		expect(IpRouteDump.parse(parseIpRoute(text).ast)).toBeDefined();
	});

	it("nexthops, their object and the cache stand in their route", () => {
		const text = [
			"unicast 10.78.0.0/16 nhid 101 table main proto boot scope global ",
			"\tnh_info id 101 group 1,2/2 scope global proto unspec ",
			"\tnexthop via 10.0.0.20 dev d0 weight 2 ",
			"\tnexthop via 10.1.0.20 dev d1 weight 1 onlink ",
			"local 10.1.0.1 from 10.1.0.7 dev lo ",
			"    cache <local> iif d0 ",
			"10.2.3.4 via 10.1.0.2 dev d0  src 10.1.0.1 ",
			"    cache  mtu 1400 rtt 1s ",
			"",
		].join("\n");
		const [one, two, three] = routesOf(text);
		expect(one?.info).toMatchObject({ id: { value: 101 }, group: { value: "1,2/2" } });
		expect(one?.nexthops).toMatchObject([
			{ weight: { value: 2 } },
			{ weight: { value: 1 }, flags: ["onlink"] },
		]);
		expect(two?.cache).toMatchObject({ flags: ["local"], iif: { value: "d0" } });
		expect(three?.cache).toMatchObject({ metrics: [{ name: "mtu" }, { name: "rtt" }], gaps: { metrics: 2 } });
		expect(printIpRoute(parseIpRoute(text).ast)).toBe(text);
		const line = text.replaceAll(/ \n(?=\t| {4})/g, " \\");
		expect(routesOf(line)).toMatchObject([{ layout: "one-line", nexthops: { length: 2 } }, {}, {}]);
		expect(printIpRoute(parseIpRoute(line).ast)).toBe(line);
	});

	it("words that nobody knows stay where they are, and the route stays whole", () => {
		const text = "10.0.0.0/8 via 10.0.0.1  shiny 7 of dev eth0 glowing metric 5 dev eth1 \n";
		const { ast, diagnostics } = parseIpRoute(text);
		expect(ast.statements).toMatchObject([
			{
				type: "route",
				dev: { value: "eth0" },
				metric: { value: 5 },
				unknown: [
					{ text: "shiny 7 of", after: "via", gap: 2 },
					{ text: "glowing", after: "dev" },
					{ text: "dev eth1", after: "metric" },
				],
			},
		]);
		expect(diagnostics.map(({ code, start, end }) => `${code} ${text.slice(start, end)}`)).toEqual([
			"iproute/unknown-attribute shiny 7 of",
			"iproute/unknown-attribute glowing",
			"iproute/unknown-attribute dev eth1",
		]);
		expect(printIpRoute(ast)).toBe(text);
	});

	it("fields in another order are read, and the order is kept", () => {
		const text = "10.0.0.0/8 metric 5 dev eth0 proto static \n";
		const { ast, diagnostics } = parseIpRoute(text);
		expect(diagnostics).toEqual([]);
		expect(ast.statements).toMatchObject([{ order: ["metric", "dev", "proto"], metric: { value: 5 } }]);
		expect(printIpRoute(ast)).toBe(text);
	});

	it("lines without their route are kept, and told of once", () => {
		const nexthop = "\tnexthop via 10.0.0.2 dev eth0 weight 1 \n";
		const { ast, diagnostics } = parseIpRoute(`${nexthop}${nexthop}10.0.0.0/8 \n${nexthop}\n${nexthop}`);
		expect(ast.statements.map(({ type }) => type)).toEqual([
			"nexthop",
			"nexthop",
			"route",
			"blank",
			"nexthop",
		]);
		expect(diagnostics).toMatchObject([
			{ code: "iproute/orphan", severity: "info", start: 0 },
			{ code: "iproute/orphan" },
		]);
	});

	it("sentences, prompts and lines of other tools are none", () => {
		for (const line of [
			"root@h:~# ip route",
			"the default route goes via the gateway",
			"RTNETLINK answers: Network is unreachable",
			"Kernel IP routing table",
			"10.0.0.0 0.0.0.0 255.0.0.0 U 0 0 0 eth0 x\\\tnexthop",
			"1: lo: <LOOPBACK> mtu 65536",
			"10.0.0.0/8 dev eth0 \\    gibberish",
		]) {
			const { ast, diagnostics } = parseIpRoute(`${line}\n`);
			expect(ast.statements, line).toMatchObject([{ type: "unparsed", text: line }]);
			expect(diagnostics, line).toMatchObject([{ code: "iproute/syntax" }]);
		}
	});

	it("many odd lines cost no more than their number", () => {
		const hop = "nexthop via 10.0.0.1 dev d0 weight 1 ";
		const texts: ((size: number) => string)[] = [
			(n) => "\n".repeat(n * 10),
			(n) => `10.0.0.0/8 \n${`\t${hop}\n`.repeat(n)}`,
			(n) => `\t${hop}\n`.repeat(n),
			(n) => `10.0.0.0/8 ${"x ".repeat(n * 2)}\n`,
			(n) => `10.0.0.0/8  encap ip ${"x ".repeat(n)}\n`,
			(n) => `10.0.0.0/8 ${"\\\tnexthop via 10.0.0.1 ".repeat(n)}\n`,
		];
		const read = (text: string): void => {
			expect(printIpRoute(parseIpRoute(text).ast)).toHaveLength(text.length);
		};
		for (const text of texts) expectInProportion(text, read, 1000, text(1));
	});
});

describe("rules", () => {
	it.each<[line: string, fields: object]>([
		[
			"0:\tfrom all lookup local",
			{ priority: { value: 0 }, from: { type: "all" }, lookup: { value: "local" } },
		],
		[
			"384:\tnot from 10.0.0.0/8 lookup main suppress_prefixlength 0",
			{ not: true, from: { length: 8 }, suppress_prefixlength: { value: 0 } },
		],
		[
			"391:\tfrom all fwmark 0x25/0xff lookup 51",
			{ fwmark: { value: { value: 0x25, text: "0x25" }, mask: { value: 255 } } },
		],
		["389:\tfrom all iif gone0 [detached] lookup 53", { iif: { value: "gone0", detached: true } }],
		["500:\tfrom all goto 32766", { goto: { priority: { value: 32766 } } }],
		["501:\tfrom all goto 600 [unresolved]", { goto: { priority: { value: 600 }, unresolved: true } }],
		["1000:\tfrom all lookup [l3mdev-table]", { l3mdev: true }],
		["380:\tfrom 10.68.0.1 iif d0 8", { from: { type: "ip" }, action: { value: "8" } }],
		[
			"385:\tfrom all ipproto udp sport 53-99 dport 7 lookup 57",
			{ sport: { from: { value: 53 }, to: { value: 99 } }, dport: { from: { value: 7 } } },
		],
		[
			"379:\tfrom 10.69.0.0/16 lookup 58 realms 3/4",
			{ realms: { from: { value: "3" }, to: { value: "4" } } },
		],
		["9:\tfrom all lookup 7 ", { trailing: " " }],
		["9:      from all lookup 7", { separator: "      " }],
		["9:\tfrom all shiny 7 of lookup 7", { unknown: [{ text: "shiny 7 of", after: "from" }] }],
	])("%s", (line, fields) => {
		const text = `${line}\n`;
		const { ast } = parseIpRule(text);
		expect(ast.statements as Rule[]).toMatchObject([fields]);
		expect(printIpRule(ast)).toBe(text);
	});

	it("other lines are none", () => {
		for (const line of ["1: lo: <LOOPBACK>", "0:\tlookup main", "32766: to all lookup main", "from all"]) {
			expect(parseIpRule(`${line}\n`).diagnostics, line).toMatchObject([{ code: "iproute/syntax" }]);
		}
	});
});

describe("neighbours", () => {
	it.each<[line: string, fields: object]>([
		[
			"10.0.0.7 dev eth0 lladdr 52:54:00:59:25:b7  ref 1 used 24/25/26probes 0 REACHABLE ",
			{
				ref: { value: 1 },
				used: { used: { value: 24 }, confirmed: { value: 25 }, updated: { value: 26 } },
				probes: { value: 0 },
				states: ["REACHABLE"],
			},
		],
		["10.0.0.7 dev eth0  used 6/66/3 probes 3 FAILED", { gaps: { probes: 1 }, trailing: "" }],
		["10.0.0.7 dev tun0 lladdr 192.0.2.1 PERMANENT ", { lladdr: { type: "ip", value: "192.0.2.1" } }],
		["fe80::1 dev eth0 lladdr 02:42:ac:25:21:10 router STALE ", { flags: ["router"], states: ["STALE"] }],
		["10.0.0.9 dev eth0 proxy ", { flags: ["proxy"] }],
		["10.0.0.9 lladdr 02:42:ac:25:21:10 REACHABLE proto 44 ", { proto: { value: "44" } }],
		["10.0.0.9 ", { address: { value: "10.0.0.9" } }],
		[
			"dev v1 lladdr 33:33:00:00:00:01 PERMANENT ",
			{ dev: { value: "v1" }, lladdr: { value: "33:33:00:00:00:01" }, states: ["PERMANENT"] },
		],
		["lladdr 33:33:00:00:00:01 PERMANENT ", { lladdr: { value: "33:33:00:00:00:01" } }],
		[
			"dev v1 lladdr ae:b9:8e:c2:32:17  used 2/0/0REACHABLE ",
			{ used: { used: { value: 2 } }, states: ["REACHABLE"] },
		],
		[
			"10.1.0.50                               v0               02:00:00:00:00:50",
			{ brief: true, address: { value: "10.1.0.50" }, dev: { value: "v0" }, lladdr: { type: "mac" } },
		],
		["10.1.0.51                               v0               ", { brief: true, dev: { value: "v0" } }],
		["10.1.0.51                               v0", { brief: true, dev: { value: "v0" }, trailing: "" }],
		["10.1.0.50                               02:00:00:00:00:50", { brief: true, lladdr: { type: "mac" } }],
		["v0               33:33:00:00:00:01", { brief: true, dev: { value: "v0" } }],
		["33:33:00:00:00:01", { brief: true, lladdr: { value: "33:33:00:00:00:01" } }],
		["host.example                            v0               10.9.0.1", { address: { type: "name" } }],
		["fd00:1234:5678:9abc:def0:1234:5678:9abc proxy ", { flags: ["proxy"] }],
		["10.0.0.9 dev eth0 shiny 7 STALE ", { unknown: [{ text: "shiny 7", after: "dev" }], states: ["STALE"] }],
	])("%s", (line, fields) => {
		const text = `${line}\n`;
		const { ast } = parseIpNeigh(text);
		expect(ast.statements as Neighbour[]).toMatchObject([fields]);
		expect(printIpNeigh(ast)).toBe(text);
	});

	it("other lines are none", () => {
		for (const line of [
			"? (10.0.0.1) at 02:42:ac:25:21:10 [ether] on eth0",
			"STALE",
			"hello world",
			"proto 4 STALE",
		]) {
			expect(parseIpNeigh(`${line}\n`).diagnostics, line).toMatchObject([{ code: "iproute/syntax" }]);
		}
	});
});

describe("multicast groups", () => {
	const text = [
		"2:\teth0",
		"\tlink  01:00:5e:00:00:01 users 2 static",
		"\tinet  224.0.0.1",
		"\tinet6 ff02::1 users 3 shiny 7",
		"3:\tusers",
		"",
	].join("\n");

	it("stand in their interface", () => {
		const { ast, diagnostics } = parseIpMaddr(text);
		expect(ast.statements as MulticastInterface[]).toMatchObject([
			{
				index: { value: 2 },
				groups: [
					{ type: "link", users: { value: 2 }, static: true },
					{ type: "inet", address: { value: "224.0.0.1" } },
					{ type: "inet6", users: { value: 3 }, unknown: { text: "shiny 7" } },
				],
			},
			{ name: { value: "users" }, groups: [] },
		]);
		expect(diagnostics).toMatchObject([{ code: "iproute/unknown-attribute" }]);
		expect(printIpMaddr(ast)).toBe(text);
		const line = "1:\tlo\\\tinet  224.0.0.1\\\tinet6 ff02::1\n";
		const one = parseIpMaddr(line);
		expect(one.ast.statements).toMatchObject([{ layout: "one-line", groups: { length: 2 } }]);
		expect(printIpMaddr(one.ast)).toBe(line);
	});

	it("without an interface are told of", () => {
		const { ast, diagnostics } = parseIpMaddr("\tinet  224.0.0.1\n\tinet6 ff02::1\n\tinet  ff02::1\n");
		expect(ast.statements.map(({ type }) => type)).toEqual(["inet", "inet6", "unparsed"]);
		expect(diagnostics.map(({ code }) => code)).toEqual(["iproute/syntax", "iproute/orphan"]);
	});
});

it("a field that comes again is text, also behind one out of order", () => {
	const text =
		"multicast ff00::/8 dev t3 table local proto kernel via 10.0.0.1 dev eth0 table main proto boot\n";
	const { ast } = parseIpRoute(text);
	expect(ast.statements[0]).toMatchObject({
		dev: { value: "t3" },
		unknown: [{ text: "dev eth0 table main proto boot" }],
	});
	expect(printIpRoute(ast)).toBe(text);
	expect(parseIpRoute(printIpRoute(ast)).ast).toEqual(ast);
});
