import { readFileSync } from "node:fs";
import type { ParseResult } from "@netfossil/core";
import { withoutSpans } from "@netfossil/core/testing";
import { describe, expect, it } from "vitest";
import { formatsOf, KINDS } from "../src/address/details.ts";
import {
	type Attribute,
	parseBrctlShow,
	parseBridgeFdb,
	parseBridgeLink,
	parseBridgeVlan,
	parseIfconfig,
	parseIpAddress,
	parseIpMaddr,
	parseIpNeigh,
	parseIpNetns,
	parseIpRoute,
	parseIpRule,
	parseNetnsLs,
	parseNetstatRoute,
	printBrctlShow,
	printBridgeFdb,
	printBridgeLink,
	printBridgeVlan,
	printIfconfig,
	printIpAddress,
	printIpMaddr,
	printIpNeigh,
	printIpNetns,
	printIpRoute,
	printIpRule,
	printNetnsLs,
	printNetstatRoute,
} from "../src/index.ts";
import { read, recorded, recordedAddresses } from "./recordings.ts";

const page = readFileSync(new URL("../../../docs/iproute.md", import.meta.url), "utf8");

/** Reads with a parser and prints with its printer; lines that belong to nobody are no problem in an example. */
function reader<Ast>(parse: (text: string) => ParseResult<Ast>, print: (ast: Ast) => string) {
	return (text: string): readonly [tree: unknown, printed: string, problems: number] => {
		const { ast, diagnostics } = parse(text);
		const problems = diagnostics.filter(({ code }) => code !== "iproute/orphan");
		return [withoutSpans(ast), print(ast), problems.length];
	};
}

/** What a section of the page reads its examples with: the tree without spans, and the text again. */
const readers: Record<string, (text: string) => readonly [tree: unknown, printed: string, problems: number]> =
	{
		"ip-address": (text) => {
			const { ast, diagnostics } = parseIpAddress(text);
			const problems = diagnostics.filter(({ code }) => code !== "iproute/orphan");
			return [withoutSpans(ast), printIpAddress(ast), problems.length];
		},
		"ip-maddr": (text) => {
			const { ast, diagnostics } = parseIpMaddr(text);
			return [withoutSpans(ast), printIpMaddr(ast), diagnostics.length];
		},
		"ip-neigh": (text) => {
			const { ast, diagnostics } = parseIpNeigh(text);
			return [withoutSpans(ast), printIpNeigh(ast), diagnostics.length];
		},
		"ip-netns": (text) => {
			const { ast, diagnostics } = parseIpNetns(text);
			return [withoutSpans(ast), printIpNetns(ast), diagnostics.length];
		},
		"ip-route": (text) => {
			const { ast, diagnostics } = parseIpRoute(text);
			return [withoutSpans(ast), printIpRoute(ast), diagnostics.length];
		},
		"ip-rule": (text) => {
			const { ast, diagnostics } = parseIpRule(text);
			return [withoutSpans(ast), printIpRule(ast), diagnostics.length];
		},
		"bridge-fdb": reader(parseBridgeFdb, printBridgeFdb),
		"bridge-link": reader(parseBridgeLink, printBridgeLink),
		"bridge-vlan": reader(parseBridgeVlan, printBridgeVlan),
		"brctl-show": reader(parseBrctlShow, printBrctlShow),
		ifconfig: reader(parseIfconfig, printIfconfig),
		"netstat-route": reader(parseNetstatRoute, printNetstatRoute),
		"netns-ls": (text) => {
			const { ast, diagnostics } = parseNetnsLs(text);
			return [withoutSpans(ast), printNetnsLs(ast), diagnostics.length];
		},
	};

const examples = page.split(/^## /m).flatMap((section) => {
	const kind = section.slice(0, section.indexOf("\n"));
	return section
		.split(/^### /m)
		.slice(1)
		.flatMap((part) => {
			const match = /^(\S+)\n[\s\S]*?^```text\n([\s\S]*?)^```\n\n```json\n([\s\S]*?)^```/m.exec(part);
			return match === null ? [] : [{ kind, node: match[1]!, text: match[2]!, json: match[3]! }];
		});
});

function nodes(tree: unknown, type: string): unknown[] {
	if (typeof tree !== "object" || tree === null) return [];
	const below = Object.values(tree).flatMap((each) => nodes(each, type));
	return (tree as { type?: unknown }).type === type ? [tree, ...below] : below;
}

function types(tree: unknown, into: Set<string>): void {
	if (typeof tree !== "object" || tree === null) return;
	const { type } = tree as { type?: unknown };
	if (typeof type === "string") into.add(type);
	for (const each of Object.values(tree)) types(each, into);
}

describe("docs/iproute.md", () => {
	it.each(examples)("$kind: $node", ({ kind, node, text, json }) => {
		const [tree, printed, problems] = readers[kind]!(text);
		expect(problems).toBe(0);
		expect(printed).toBe(text);
		expect(nodes(tree, node)).toContainEqual(expect.objectContaining(JSON.parse(json)));
	});

	const kinds = [...page.matchAll(/^\| `(\S+)` \| (?:none|`([^`]+)`) \| `([^`]+)` \|$/gm)];

	it("has the words of every kind of link as the parser has them", () => {
		const plain = (formats: string): string => formats.trim().replace(/\s+/g, " ");
		const said = kinds.map(([, kind, words = ""]) => [kind, words]);
		expect(Object.fromEntries(said)).toEqual(
			Object.fromEntries(Object.entries(KINDS).map(([kind, formats]) => [kind, plain(formats)])),
		);
	});

	it.each(kinds.map(([, kind = "", , line = ""]) => [kind, line]))(
		"%s: its example is read whole",
		(kind, line) => {
			const text = `    ${line} \n`;
			const { ast, diagnostics } = parseIpAddress(text);
			expect(diagnostics.filter(({ code }) => code !== "iproute/orphan")).toEqual([]);
			expect(ast.statements).toMatchObject([{ type: "details", kind: { value: kind } }]);
			expect(printIpAddress(ast)).toBe(text);
			const own = formatsOf(kind)!;
			for (const each of nodes(ast, "attribute") as Attribute[]) {
				const isListed = own.has(each.name) || KINDS[kind]!.includes(`(${each.name})`);
				expect(isListed || each.name === "flags", each.name).toBe(true);
			}
		},
	);

	it.each([
		["bridge-fdb", parseBridgeFdb, /^bridge_\w*fdb.*\.txt$/],
		["bridge-link", parseBridgeLink, /^bridge_\w*link\.txt$/],
		["bridge-vlan", parseBridgeVlan, /^bridge_s?_?vlan\w*\.txt$/],
		["brctl-show", parseBrctlShow, /^brctl_\w+\.txt$/],
		["ifconfig", parseIfconfig, /^(?:busybox_)?(?:ifconfig\w*|netstat_i)\.txt$/],
		["netstat-route", parseNetstatRoute, /^(?:busybox_)?route\w*\.txt$/],
	] as const)("%s: has an example of every node that the recordings hold", (kind, parse, files) => {
		const found = new Set<string>();
		for (const path of recorded(files)) types(parse(read(path)).ast, found);
		const elsewhere = [
			kind,
			"ip",
			"mac",
			"prefix",
			"hardware",
			"blank",
			"attribute",
			"number",
			"word",
			"ifindex",
		];
		for (const shared of elsewhere) found.delete(shared);
		if (kind === "bridge-link") found.delete("name");
		const documented = examples.filter((each) => each.kind === kind).map(({ node }) => node);
		expect(documented).toEqual(expect.arrayContaining([...found]));
	});

	it("has an example of every node that the recordings hold", () => {
		const found = new Set<string>();
		for (const path of recordedAddresses()) {
			types(parseIpAddress(read(path)).ast, found);
		}
		for (const shared of ["ip-address", "ip", "mac", "prefix"]) found.delete(shared);
		const documented = examples.filter(({ kind }) => kind === "ip-address").map(({ node }) => node);
		expect(documented).toEqual(expect.arrayContaining([...found]));
		expect(examples).toHaveLength(page.match(/^```text$/gm)!.length);
	});
});
