import { readdirSync, readFileSync } from "node:fs";
import type { ParseResult, Span } from "@netfossil/core";
import { parseParts } from "@netfossil/core";
import { checkLaws, hostileText, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { BondingParser } from "../src/bonding/parser.ts";
import { ConntrackParser } from "../src/conntrack/parser.ts";
import {
	bondOf,
	type Connection,
	conntrackParts,
	parseBonding,
	parseConntrack,
	parseSysctl,
	parseVlan,
	printBonding,
	printConntrack,
	printSysctl,
	printVlan,
	settings,
	sysctlParts,
	translationOf,
} from "../src/index.ts";
import { BondingDump, ConntrackDump, SysctlDump, VlanDump } from "../src/schema.ts";
import { SysctlParser } from "../src/sysctl/parser.ts";
import { bondingDumps, conntrackDumps, sysctlDumps, vlanDumps } from "../src/testing.ts";
import { VlanParser } from "../src/vlan/parser.ts";

const root = new URL("../../../fixtures/kernel/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const recorded = (folder: string): string[] =>
	readdirSync(new URL(`${folder}/`, root)).map((name) => `${folder}/${name}`);

interface Ast extends Span {
	readonly statements: readonly Span[];
}

interface Dialect {
	readonly folder: string;
	readonly parse: (text: string) => ParseResult<Ast>;
	readonly print: (ast: Ast) => string;
	readonly schema: z.ZodType;
	readonly dumps: () => fc.Arbitrary<Ast>;
}

const dialect = <Tree extends Ast>(
	folder: string,
	parse: (text: string) => ParseResult<Tree>,
	print: (ast: Tree) => string,
	schema: z.ZodType<Tree>,
	dumps: () => fc.Arbitrary<Tree>,
): Dialect => ({ folder, parse, print: print as (ast: Ast) => string, schema, dumps });

const dialects = [
	dialect("conntrack", parseConntrack, printConntrack, ConntrackDump, conntrackDumps),
	dialect("sysctl", parseSysctl, printSysctl, SysctlDump, sysctlDumps),
	dialect("bonding", parseBonding, printBonding, BondingDump, bondingDumps),
	dialect("vlan", parseVlan, printVlan, VlanDump, vlanDumps),
];

it("grammars are valid for chevrotain", () => {
	for (const Parser of [BondingParser, ConntrackParser, SysctlParser, VlanParser])
		validateGrammar(() => new Parser(false));
});

describe.each(dialects)("$folder", ({ folder, parse, print, schema, dumps }) => {
	it.each(recorded(folder))("%s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parse(text);
		expect(diagnostics).toEqual([]);
		expect(print(ast)).toBe(text);
		expect(schema.parse(ast)).toEqual(ast);
	});

	it("keeps the laws on whatever text", () => {
		const texts = recorded(folder).map(read);
		fc.assert(fc.property(hostileText(texts), (text) => checkLaws({ parse, print }, text)));
	});

	it("reads what it prints", () => {
		fc.assert(
			fc.property(dumps(), (ast) => {
				const again = parse(print(ast));
				expect(again.diagnostics).toEqual([]);
				expect(withoutSpans(again.ast)).toEqual(withoutSpans(ast));
				expect(() => schema.parse(again.ast)).not.toThrow();
			}),
		);
	});
});

describe("parts", () => {
	it.each([
		["conntrack", conntrackParts, parseConntrack, read("conntrack/list.txt").repeat(800)],
		["sysctl", sysctlParts, parseSysctl, read("sysctl/netns.txt").repeat(80)],
	] as const)("%s: the statements of the whole text", async (_, parts, parse, text) => {
		const chunks = text.match(/[\s\S]{1,65536}/g)!;
		const statements: Span[] = [];
		let count = 0;
		for await (const { ast } of parseParts<Span>(chunks, parts())) {
			statements.push(...ast);
			count++;
		}
		expect(count).toBeGreaterThan(1);
		expect(statements).toEqual(parse(text).ast.statements);
	});
});

const connections = (path: string): Connection[] =>
	parseConntrack(read(path)).ast.statements.filter((node) => node.type === "connection");

describe("conntrack", () => {
	it("says the same by the tool as the kernel by /proc, but for what only one of them prints", () => {
		const common = (path: string): object[] =>
			connections(path).map(({ protocol, state, original, reply, unreplied, attributes }) => {
				const kept = attributes.filter(({ type }) => type === "mark" || type === "flag");
				const node = withoutSpans({ protocol, state, original, reply, unreplied, kept });
				// The kernel writes IPv6 addresses in full.
				return JSON.parse(JSON.stringify(node, (key, value) => (key === "text" ? undefined : value)));
			});
		expect(common("conntrack/list.txt")).toHaveLength(5);
		expect(common("conntrack/proc.txt")).toEqual(common("conntrack/list.txt"));
		expect(common("conntrack/extended.txt")).toEqual(common("conntrack/list.txt"));
		const families = connections("conntrack/extended.txt").map(({ family }) => family?.number.value);
		expect(families).toEqual([2, 2, 10, 2, 2]);
	});

	it("counts the entries that the tool counted", () => {
		const summary = parseConntrack(read("conntrack/list.txt")).ast.statements.at(-1);
		expect(summary).toMatchObject({ type: "summary", version: { value: "1.4.7" }, count: { value: 5 } });
	});

	it("tells translated addresses", () => {
		// The recording's namespace had `-t nat -A OUTPUT -p tcp --dport 8080 -j REDIRECT --to-ports 80`.
		const [tcp] = connections("conntrack/list.txt").filter(({ protocol }) => protocol.name.value === "tcp");
		expect(translationOf(tcp!)).toEqual({ destination: { address: "127.0.0.1", port: 80 } });
		const others = connections("conntrack/list.txt").filter((each) => each.protocol.name.value !== "tcp");
		expect(others.map(translationOf)).toEqual([{}, {}, {}, {}]);
	});

	it("keeps a cut line and reads the others", () => {
		const text = read("conntrack/list.txt");
		const cut = text.slice(0, text.indexOf("sport") + 3);
		const { ast, diagnostics } = parseConntrack(cut);
		expect(ast.statements.map(({ type }) => type)).toEqual(["connection", "unparsed"]);
		expect(diagnostics).toMatchObject([
			{ code: "kernel/syntax", expected: expect.arrayContaining(["'src='"]) },
		]);
	});

	it("does not take a word for an address, a port or a number", () => {
		const line =
			"udp      17 29 src=::1 dst=::1 sport=1 dport=9 src=::1 dst=::1 sport=9 dport=1 mark=0 use=1\n";
		for (const [part, by] of [
			["src=::1", "src=here"],
			["sport=1 ", "sport= "],
			["src=::1 dst=::1 sport=9 dport=1", "src=::1 dst=::1 packets=x bytes=1"],
		] as const) {
			const { ast } = parseConntrack(line.replace(part, by));
			expect(ast.statements.map(({ type }) => type)).toEqual(["unparsed"]);
		}
	});

	it("keeps an attribute that nobody knows as text", () => {
		const line =
			"tcp      6 1 CLOSE src=::1 dst=::2 sport=1 dport=9 src=::2 dst=::1 sport=9 dport=1 color=red use=1\n";
		const { ast } = parseConntrack(line);
		expect(ast.statements[0]).toMatchObject({
			attributes: [{ type: "text", text: "color=red" }, { type: "use" }],
		});
	});
});

describe("sysctl", () => {
	it("gives values by key, with the path below /proc/sys", () => {
		const all = settings(parseSysctl(read("sysctl/netns.txt")).ast);
		expect(all.get("net.ipv4.conf.eth0/583.rp_filter")).toMatchObject({
			path: ["net", "ipv4", "conf", "eth0.583", "rp_filter"],
			numbers: [0],
		});
		expect(all.get("net.ipv4.ip_forward")?.numbers).toEqual([0]);
		expect(all.get("net.ipv4.tcp_rmem")?.numbers).toHaveLength(3);
	});

	it("reads files of sysctl.d, empty values and what sysctl says on stderr", () => {
		const text = "net.ipv4.ip_forward=1\nkernel.domainname =\nsysctl: permission denied on key 'a.b'\n";
		const { ast, diagnostics } = parseSysctl(text);
		expect(diagnostics).toEqual([]);
		expect(ast.statements.map(({ type }) => type)).toEqual(["setting", "setting", "notice"]);
		expect(printSysctl(ast)).toBe(text);
		expect(settings(ast).get("kernel.domainname")?.numbers).toBeUndefined();
	});
});

describe("bonding", () => {
	it("gives the bond and its slaves", () => {
		const active = bondOf(parseBonding(read("bonding/proc_net_bonding_bond0.txt")).ast);
		expect(withoutSpans(active)).toMatchObject({
			mode: { value: "fault-tolerance (active-backup)" },
			activeSlave: { value: "e00" },
			miiStatus: { value: "up" },
			slaves: [
				{
					name: { value: "e00" },
					miiStatus: { value: "up" },
					permanentAddress: { value: "e2:ef:71:2d:1f:8c" },
				},
				{ name: { value: "e01" }, permanentAddress: { value: "aa:7e:d3:d9:65:eb" } },
			],
		});
		const lacp = bondOf(parseBonding(read("bonding/proc_net_bonding_bond1.txt")).ast);
		expect(lacp.activeSlave).toBeUndefined();
		expect(lacp.aggregator?.value).toBe("1");
		expect(lacp.slaves.map(({ aggregator }) => aggregator?.value)).toEqual(["1", "2"]);
	});
});

describe("vlan", () => {
	it("gives the devices with what they are on", () => {
		const devices = parseVlan(read("vlan/proc_net_vlan_config.txt")).ast.statements.flatMap((node) =>
			node.type === "vlan" ? [[node.name.value, node.id.value, node.lower.value]] : [],
		);
		expect(devices).toEqual([
			["eth0.583", 583, "eth0"],
			["vlan586", 586, "eth0"],
			["q586.583", 583, "vlan586"],
			["down.584", 584, "eth0"],
		]);
	});
});
