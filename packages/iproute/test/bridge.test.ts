import { type ParseResult, type PartReader, parseParts, type Span } from "@netfossil/core";
import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { BrctlParser } from "../src/brctl-show/parser.ts";
import { FdbParser } from "../src/bridge-fdb/parser.ts";
import { PortParser } from "../src/bridge-link/parser.ts";
import { VlanParser } from "../src/bridge-vlan/parser.ts";
import { IfconfigParser } from "../src/ifconfig/parser.ts";
import {
	bridgeFdbReader,
	netstatRouteReader,
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
		["bridge-fdb", bridgeFdbReader as () => PartReader<Span>, recorded(/^bridge_s_fdb\.txt$/)],
		[
			"netstat-route",
			netstatRouteReader as () => PartReader<Span>,
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
