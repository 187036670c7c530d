import { describe, expect, it } from "vitest";
import { examplesOf, namesIn } from "../../../test/examples.ts";
import { parseBonding, parseConntrack, parseSysctl, parseVlan } from "../src/index.ts";

const sections = [
	["conntrack", 1, parseConntrack, 13],
	["sysctl", 2, parseSysctl, 2],
	["proc-net-bonding", 3, parseBonding, 2],
	["proc-net-vlan", 4, parseVlan, 3],
] as const;

describe.each(sections)("docs/kernel.md: %s", (_, section, parse, count) => {
	const rows = examplesOf("kernel", section);

	it("has an example for each node", () => {
		expect(rows).toHaveLength(count);
	});

	it.each(rows)("$node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parse(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});
});
