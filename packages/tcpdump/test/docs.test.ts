import { describe, expect, it } from "vitest";
import { examplesOf, namesIn } from "../../../test/examples.ts";
import { parseTcpdump } from "../src/index.ts";

const rows = examplesOf("tcpdump");

describe("docs/tcpdump.md", () => {
	it("has an example for each node", () => {
		expect(rows.length).toBeGreaterThanOrEqual(28);
	});

	it.each(rows)("$node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseTcpdump(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});
});
