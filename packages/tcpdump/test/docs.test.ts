import { describe, expect, it } from "vitest";
import { examplesOf, namesIn } from "../../../test/examples.ts";
import { parseTcpdump } from "../src/index.ts";

const rows = examplesOf("tcpdump");

describe("docs/tcpdump.md", () => {
	it("has an example for each node", () => {
		expect(rows.length).toBeGreaterThanOrEqual(110);
	});

	it.each(rows)("$node: $example", ({ node, example }) => {
		// In a table of Markdown there is room for one line, and a bar ends a cell.
		const text = example.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll("\\|", "|");
		const { ast, diagnostics } = parseTcpdump(`${text}\n`);
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});
});
