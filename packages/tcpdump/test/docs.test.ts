import { describe, expect, it } from "vitest";
import { examplesOf, namesIn } from "../../../test/examples.ts";
import { parseTcpdump } from "../src/index.ts";

const rows = examplesOf("tcpdump");

describe("docs/tcpdump.md", () => {
	it("has an example for each node", () => {
		expect(rows.length).toBeGreaterThanOrEqual(72);
	});

	it.each(rows)("$node: $example", ({ node, example }) => {
		const text = example.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
		const { ast, diagnostics } = parseTcpdump(`${text}\n`);
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});
});
