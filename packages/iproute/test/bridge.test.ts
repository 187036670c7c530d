import { linesOf, type ParseResult, type PartReader, parseParts, type Span } from "@netfossil/core";
import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { BrctlParser } from "../src/brctl-show/parser.ts";
import { readFast } from "../src/bridge-fdb/fast.ts";
import { FdbParser, readByGrammar } from "../src/bridge-fdb/parser.ts";
import { PortParser } from "../src/bridge-link/parser.ts";
import { VlanParser } from "../src/bridge-vlan/parser.ts";
import { IfconfigParser } from "../src/ifconfig/parser.ts";
import {
	bridgeFdbParts,
	netstatRouteParts,
	parseBrctlShow,
	parseBridgeFdb,
	parseBridgeLink,
	parseBridgeVlan,
	parseIfconfig,
	parseNetstatRoute,
	printBrctlShow,
	printBridgeFdb,
	printBridgeLink,
	printBridgeVlan,
	printIfconfig,
	printNetstatRoute,
} from "../src/index.ts";
import { RouteParser } from "../src/netstat-route/parser.ts";
import { PairsParser } from "../src/pairs.ts";
import { BrctlShow, BridgeFdb, BridgeLink, BridgeVlan, Ifconfig, NetstatRoute } from "../src/schema.ts";
import {
	brctlShows,
	bridgeFdbs,
	bridgeLinks,
	bridgeVlans,
	ifconfigs,
	netstatRoutes,
} from "../src/testing.ts";
import { read, recorded } from "./recordings.ts";

type Tree = Span & { readonly statements: readonly Span[] };

interface Dialect {
	readonly parse: (text: string) => ParseResult<Tree>;
	readonly print: (ast: never) => string;
	readonly schema: z.ZodType;
	readonly trees: fc.Arbitrary<Tree>;
	readonly files: RegExp;
	/** How many recordings there are at least. */
	readonly least: number;
}

const dialects: Readonly<Record<string, Dialect>> = {
	"bridge-fdb": {
		parse: parseBridgeFdb,
		print: printBridgeFdb,
		schema: BridgeFdb,
		trees: bridgeFdbs(),
		files: /^bridge_(?:[ds]_)?fdb(?:\.v[\d.]+)?\.txt$/,
		least: 50,
	},
	"bridge-link": {
		parse: parseBridgeLink,
		print: printBridgeLink,
		schema: BridgeLink,
		trees: bridgeLinks(),
		files: /^bridge_(?:d_)?link\.txt$/,
		least: 16,
	},
	"bridge-vlan": {
		parse: parseBridgeVlan,
		print: printBridgeVlan,
		schema: BridgeVlan,
		trees: bridgeVlans(),
		files: /^bridge_(?:s_)?vlan(?:_tunnel)?\.txt$/,
		least: 8,
	},
	"brctl-show": {
		parse: parseBrctlShow,
		print: printBrctlShow,
		schema: BrctlShow,
		trees: brctlShows(),
		files: /^brctl_\w+\.txt$/,
		least: 9,
	},
	ifconfig: {
		parse: parseIfconfig,
		print: printIfconfig,
		schema: Ifconfig,
		trees: ifconfigs(),
		files: /^(?:busybox_)?(?:ifconfig\w*|netstat_ie?)\.txt$/,
		least: 50,
	},
	"netstat-route": {
		parse: parseNetstatRoute,
		print: printNetstatRoute,
		schema: NetstatRoute,
		trees: netstatRoutes(),
		files: /^(?:busybox_)?(?:route\w*|netstat_6?r\w*)\.txt$/,
		least: 50,
	},
};
const all = Object.entries(dialects);
const recordings = all.flatMap(([name, { files }]) => recorded(files).map((path) => [name, path] as const));

describe("grammars", () => {
	it("are valid for chevrotain", () => {
		for (const Grammar of [FdbParser, PortParser, VlanParser, BrctlParser, IfconfigParser, RouteParser]) {
			validateGrammar(() => new Grammar(false));
		}
		validateGrammar(() => new PairsParser(["hairpin", "guard"], false));
	});
});

describe("recordings", () => {
	it.each(all)("%s: are all here", (_, { files, least }) => {
		expect(recorded(files).length).toBeGreaterThanOrEqual(least);
	});

	it.each(recordings)("%s %s: read whole, printed back, valid", (name, path) => {
		const { parse, print, schema } = dialects[name]!;
		const text = read(path);
		const { ast, diagnostics } = parse(text);
		expect(diagnostics).toEqual([]);
		expect(unparsedIn(ast)).toEqual([]);
		expect(print(ast as never)).toBe(text);
		expect(schema.parse(ast)).toEqual(ast);
		// What a tool's own text needs no field for.
		expect(JSON.stringify(ast)).not.toMatch(/"(?:gaps?|tunnelGap|indent|trailing|eol)":/);
	});

	it("the colours of bridge -c are taken out", () => {
		const { ast, diagnostics } = parseBridgeVlan(read("ip/bridge_vlan/sw/bridge_c_vlan.txt"));
		expect(diagnostics.map(({ code }) => code)).toEqual(["core/control-sequences"]);
		expect(printBridgeVlan(ast)).toBe(read("ip/bridge_vlan/sw/bridge_vlan.txt"));
	});
});

describe("properties", () => {
	it.each(all)("%s: keeps the laws on any text", (_, { parse, print, files }) => {
		const texts = recorded(files).map((path) => read(path).slice(0, 1200));
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws({ parse, print: print as (ast: Tree) => string }, text);
			}),
			{ numRuns: 300 },
		);
	});

	it.each(all)(
		"%s: parse(print(ast)) equals ast, which the schema takes",
		(_, { parse, print, trees, schema }) => {
			fc.assert(
				fc.property(trees, (ast) => {
					expect(withoutSpans(parse(print(ast as never)).ast)).toEqual(withoutSpans(ast));
					expect(schema.safeParse(ast).success).toBe(true);
				}),
				{ numRuns: 200 },
			);
		},
	);

	it.each(all)(
		"%s: CRLF, lost trailing blanks and a deeper indentation change no fact",
		(_, { parse, files }) => {
			const layout = new Set(["start", "end", "indent", "trailing", "eol", "gap", "gaps", "text"]);
			const facts = (text: string): unknown =>
				JSON.parse(JSON.stringify(parse(text).ast, (key, value) => (layout.has(key) ? undefined : value)));
			for (const path of recorded(files)) {
				const text = read(path);
				expect(facts(text.replaceAll("\n", "\r\n")), path).toEqual(facts(text));
				// Without them a state is told from a bridge by the next word only.
				if (!path.includes("v3.10")) expect(facts(text.replace(/[ \t]+$/gm, "")), path).toEqual(facts(text));
			}
		},
	);

	it.each(all)("%s: spans quote what they stand for", (_, { parse, files }) => {
		for (const path of recorded(files)) {
			const text = read(path);
			const wrong: string[] = [];
			const visit = (node: unknown): void => {
				if (typeof node !== "object" || node === null) return;
				const { type, value, text: printed, start, end, human } = node as Record<string, never>;
				if (value !== undefined && typeof value !== "object" && type !== "prefix" && human === undefined) {
					const quote = text.slice(start, end);
					if (quote !== (printed ?? String(value))) wrong.push(`${quote} is not ${printed ?? value}`);
				}
				Object.values(node).forEach(visit);
			};
			visit(parse(text).ast);
			expect(wrong, path).toEqual([]);
		}
	});

	it.each([
		["bridge-fdb", bridgeFdbParts as () => PartReader<Span>, recorded(/^bridge_s_fdb\.txt$/)],
		[
			"netstat-route",
			netstatRouteParts as () => PartReader<Span>,
			recorded(/^(?:busybox_)?route_\w*n\w*\.txt$/),
		],
	])("%s: parts give the statements of the whole", async (name, reader, paths) => {
		const once = paths.map(read).join("");
		const text = once.repeat(Math.ceil(600_000 / once.length));
		const chunks = text.match(/[\s\S]{1,7001}/g)!;
		const statements: Span[] = [];
		let parts = 0;
		for await (const { ast, diagnostics } of parseParts(chunks, reader())) {
			expect(diagnostics).toEqual([]);
			statements.push(...ast);
			parts++;
		}
		expect(parts).toBeGreaterThan(1);
		expect(statements).toEqual(dialects[name]!.parse(text).ast.statements);
	});
});

describe("the fast reader of bridge fdb", () => {
	/** Holds that the fast reader gives nothing or what the grammar gives; how many lines it read. */
	const agrees = (text: string): number => {
		let fast = 0;
		for (const line of linesOf(text)) {
			const node = readFast(text, line);
			if (node === undefined) continue;
			fast++;
			const said: unknown[] = [];
			expect(node).toEqual(readByGrammar(text, line, (diagnostic) => said.push(diagnostic)));
			expect(said).toEqual([]);
		}
		return fast;
	};

	it("agrees with the grammar on recordings, and reads nearly all of their lines", () => {
		const text = recorded(/^bridge_fdb(?:\.v[\d.]+)?\.txt$/)
			.map(read)
			.join("");
		expect(agrees(text)).toBeGreaterThan(text.split("\n").length * 0.9);
	});

	it("agrees with the grammar on any text", () => {
		const texts = recorded(/^bridge_(?:s_)?fdb\.txt$/).map((path) => read(path).slice(0, 1500));
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				agrees(text);
			}),
			{ numRuns: 300 },
		);
	});

	it("agrees with the grammar on words of all kinds in any order", () => {
		const words =
			"dev dst vlan vni src_vni via nhid link-netnsid used self sticky offload extern_learn master";
		const word = fc.constantFrom(
			...words.split(" "),
			...[
				"permanent",
				"static",
				"stale",
				"state=0x40",
				"br0",
				"7",
				"007",
				"-1",
				"10.0.0.1",
				"fd00::1",
				"1/2",
				"",
				"\t",
				"ifindex",
				"x\ty",
			],
		);
		const lines = fc
			.tuple(
				fc.constantFrom("02:42:0a:00:00:03", "02:42:0A:00:00:03", "02:42", " 02:42:0a:00:00:03"),
				fc.array(word, { maxLength: 9 }),
			)
			.map(([mac, all]) => [mac, ...all].join(" "));
		fc.assert(
			fc.property(lines, fc.constantFrom("\n", " \n", "\r\n", ""), (line, end) => {
				agrees(line + end);
			}),
			{ numRuns: 3000 },
		);
		fc.assert(
			fc.property(bridgeFdbs(), (ast) => {
				agrees(printBridgeFdb(ast));
			}),
		);
	});
});

describe("forms of which there is no recording here", () => {
	const wholly = (name: string, text: string): unknown => {
		const { parse, print, schema } = dialects[name]!;
		const { ast, diagnostics } = parse(text);
		expect(diagnostics).toEqual([]);
		expect(print(ast as never)).toBe(text);
		expect(schema.parse(ast)).toEqual(ast);
		return ast;
	};

	it("bridge fdb: words in another order are kept in theirs", () => {
		const ast = wholly("bridge-fdb", "02:42:0a:00:00:03 dev p0 vlan 7 self master br0 offload permanent\n");
		expect(ast).toMatchObject({
			statements: [
				{ flags: ["self", "offload"], order: ["dev", "vlan", "self", "master", "offload", "state"] },
			],
		});
	});

	it.each([
		["02:42:0a:00:00:03 dev p0 master permanent\n", { flags: ["master"], state: { value: "permanent" } }],
		[
			"02:42:0a:00:00:03 dev vx0 dst 192.0.2.1 via ifindex 4 link-netnsid 1 self permanent\n",
			{ viaIndex: { value: 4 } },
		],
		["02:42:0a:00:00:03 dev vx0 nhid 12 self permanent\n", { nhid: { value: 12 } }],
		[
			"02:42:0a:00:00:03 dev p0 vlan 1 activity_notify inactive used 1/2 master br0 static\n",
			{ flags: ["activity_notify", "inactive"] },
		],
		["02:42:0a:00:00:03 dev p0 master br0 state=0x40\n", { state: { value: "state=0x40" } }],
		["02:42:0a:00:00:03 dst 192.0.2.1 self permanent\n", { dst: { value: "192.0.2.1" } }],
		["00:00:00:00:fe:80:00:01 dev ib0 self permanent\n", { address: { type: "hardware" } }],
		["02:42:0a:00:00:03 dev self master dev stale\n", { dev: { value: "self" }, master: { value: "dev" } }],
	])("bridge fdb: %j", (text, fields) => {
		expect(wholly("bridge-fdb", text)).toMatchObject({ statements: [fields] });
	});

	it("bridge fdb: words that nobody knows stay as text, and the entry stays whole", () => {
		const text = "02:42:0a:00:00:03 dev p0 colour blue vlan x vlan 7 self permanent vlan 8 loud\n";
		const { ast, diagnostics } = parseBridgeFdb(text);
		expect(printBridgeFdb(ast)).toBe(text);
		expect(ast.statements).toMatchObject([
			{
				vlan: { value: 7 },
				state: { value: "permanent" },
				unknown: [
					{ text: "colour blue vlan x", after: "dev" },
					{ text: "vlan 8 loud", after: "state" },
				],
			},
		]);
		expect(diagnostics.map(({ code, start, end }) => `${code} ${text.slice(start, end)}`)).toEqual([
			"iproute/unknown-attribute colour blue vlan x",
			"iproute/unknown-attribute vlan 8 loud",
		]);
	});

	it("bridge fdb: what is no entry is told where it stops being one", () => {
		const text = "RTNETLINK answers: Operation not supported\n";
		const { ast, diagnostics } = parseBridgeFdb(text);
		expect(ast.statements).toMatchObject([{ type: "unparsed" }]);
		expect(diagnostics).toMatchObject([
			{ code: "iproute/syntax", start: 0, end: 9, expected: ["a link-layer address"] },
		]);
	});

	it("bridge link: the name at the end of the line, as of 4.15 to 5.2", () => {
		const text = [
			"2: ens3: <BROADCAST,UP> mtu 1500 master br-ens3 state forwarding priority 32 cost 100 ",
			"    hairpin off guard off isolated off ens3",
			"9: br-ens3: <BROADCAST,UP> mtu 1500 master br-ens3 br-ens3",
			"",
		].join("\n");
		expect(wholly("bridge-link", text)).toMatchObject({
			statements: [
				{ details: { nameAgain: { value: "ens3" } }, cost: { value: 100 } },
				{ name: { value: "br-ens3" }, master: { value: "br-ens3" }, nameAgain: { value: "br-ens3" } },
			],
		});
	});

	it.each([
		["28: veth1 state UP @(null): <UP> mtu 1500 master br1 state disabled priority 32 cost 2 \n", "(null)"],
		[
			"5: veth3 state UP @docker0: <UP> mtu 1500 master cbr0 state forwarding priority 32 cost 2 \n",
			"docker0",
		],
		["3: em1 state UP : <UP> mtu 1500 master br0 state forwarding priority 32 cost 4 \n", undefined],
	])("bridge link of releases before 4.14: %j", (text, peer) => {
		const ast = wholly("bridge-link", text) as ReturnType<typeof parseBridgeLink>["ast"];
		const [port] = ast.statements;
		expect(port).toMatchObject({ operstate: { value: "UP" }, state: {} });
		if (peer === undefined) expect(port).not.toHaveProperty("peer");
		else expect(port).toMatchObject({ peer: { name: { value: peer } } });
	});

	it("bridge link: a word that nobody knows stays in its line", () => {
		const text =
			"4: p0@q0: <UP> mtu 1500 master br0 colour blue state forwarding \n    hairpin on shiny guard off \n";
		const { ast, diagnostics } = parseBridgeLink(text);
		expect(printBridgeLink(ast)).toBe(text);
		expect(ast.statements).toMatchObject([
			{ state: { value: "forwarding" }, unknown: [{ text: "colour blue", after: "master" }], details: {} },
		]);
		expect(diagnostics.map(({ code, start, end }) => `${code} ${text.slice(start, end)}`)).toEqual([
			"iproute/unknown-attribute colour blue",
			"iproute/unknown-attribute shiny",
		]);
	});

	it("bridge vlan with tabs, as of releases before 4.20", () => {
		const text = "port\tvlan ids\nens3\t 1 PVID Egress Untagged\n\t 7-9\n\ndocker0\tNone\n";
		expect(wholly("bridge-vlan", text)).toMatchObject({
			statements: [
				{ type: "header" },
				{ name: { value: "ens3" }, vlans: [{ id: { value: 1 } }, { id: { value: 7 }, last: { value: 9 } }] },
				{ type: "blank" },
				{ name: { value: "docker0" }, vlans: [] },
			],
		});
	});

	it("bridge vlan: lines without their port are statements; a message of two lines is told once", () => {
		const text =
			"                  817 PVID\nRTNETLINK answers: Operation not supported\nDump terminated\nRTNETLINK once more\n";
		const { ast, diagnostics } = parseBridgeVlan(text);
		expect(ast.statements.map(({ type }) => type)).toEqual(["vlan", "error", "error", "unparsed"]);
		expect(diagnostics.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
			"iproute/orphan info",
			"iproute/error info",
			"iproute/syntax warning",
		]);
		expect(parseBridgeVlan("Dump terminated\n").diagnostics).toMatchObject([
			{ code: "iproute/error", severity: "warning", hint: expect.stringMatching(/as root/) },
		]);
		expect(printBridgeVlan(ast)).toBe(text);
	});

	it("brctl show: blanks in place of the tabs change no fact", () => {
		const text =
			"bridge name     bridge id               STP enabled     interfaces\nbr0             8000.1208ccdfcaa7       no              t0\n                                                        t1\n";
		expect(wholly("brctl-show", text)).toMatchObject({
			statements: [{ of: "bridges" }, { ports: [{ name: { value: "t0" } }, { name: { value: "t1" } }] }],
		});
	});

	it("netstat -i with a metric, as of net-tools 1", () => {
		const text =
			"Iface   MTU Met   RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\neth0       1500   0     1234      0      0      0      567      0      0      0 BMRU\n";
		expect(wholly("ifconfig", text)).toMatchObject({
			statements: [{}, { mtu: { value: 1500 }, metric: { value: 0 }, flags: { value: "BMRU" } }],
		});
	});

	it("ifconfig: a line that nobody knows stays in its block", () => {
		const text =
			"eth0: flags=4163<UP>  mtu 1500\n        colour blue\n        inet 10.0.0.1  netmask 255.0.0.0\n";
		const { ast, diagnostics } = parseIfconfig(text);
		expect(ast.statements).toMatchObject([{ lines: [{ type: "unparsed" }, { type: "inet" }] }]);
		expect(diagnostics).toHaveLength(1);
		expect(printIfconfig(ast)).toBe(text);
	});

	it.each([
		["0.0.0.0         172.18.0.1      0.0.0.0         UG        0 0          0 eth1\n", "netstat"],
		["10.244.116.0    0.0.0.0         255.255.255.0   U     0      0        0 cni0\n", "route"],
		["fe80::/64                      ::                         U    256 1      0 ens3\n", "ipv6"],
	])("a route without titles: %j is of %s", (text, layout) => {
		expect(wholly("netstat-route", text)).toMatchObject({ statements: [{ layout }] });
	});

	it("a row with a word for a number is no route", () => {
		const { ast, diagnostics } = parseNetstatRoute("10.0.0.0 0.0.0.0 255.0.0.0 U many 0 0 eth0\n");
		expect(ast.statements).toMatchObject([{ type: "unparsed" }]);
		expect(diagnostics).toMatchObject([{ code: "iproute/syntax", start: 29, end: 33 }]);
	});
});
