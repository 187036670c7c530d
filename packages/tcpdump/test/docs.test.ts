import { describe, expect, it } from "vitest";
import { examplesOf, namesIn } from "../../../test/examples.ts";
import { parseTcpdump } from "../src/index.ts";

const rows = examplesOf("tcpdump");

/** Heads that have lines below; in a table of Markdown a line has no room for its indentation. */
const HEADS: readonly (readonly [prefix: string, head: string])[] = [
	[
		"stp-",
		"11:31:28.765306 STP 802.1d, Config, Flags [none], bridge-id 8000.02:42:ce:2f:9e:dd.8001, length 35",
	],
	["lldp-", "11:31:28.805306 LLDP, length 29"],
	["router-timers", "23:40:06.323454 IP6 fe80::1 > ff02::1: ICMP6, router advertisement, length 56"],
	["neighbor-option", "23:40:06.323454 IP6 fe80::1 > ff02::1: ICMP6, router advertisement, length 56"],
];
const INDENTED = ["lldp-subtype", "lldp-capabilities", "neighbor-option"];

function textOf(node: string, example: string): string {
	const line = example.replaceAll("\\|", "|");
	const head = HEADS.find(([prefix]) => node.startsWith(prefix))?.[1];
	return head === undefined ? `${line}\n` : `${head}\n\t${INDENTED.includes(node) ? "  " : ""}${line}\n`;
}

describe("docs/tcpdump.md", () => {
	it("has an example for each node", () => {
		expect(rows.length).toBeGreaterThanOrEqual(28);
	});

	it.each(rows)("$node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseTcpdump(textOf(node, example));
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});
});
