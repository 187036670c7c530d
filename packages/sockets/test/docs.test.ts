import { describe, expect, it } from "vitest";
import { examplesOf, namesIn } from "../../../test/examples.ts";
import { parseNetstat } from "../src/index.ts";

const rows = examplesOf("sockets");

describe("docs/sockets.md", () => {
	it("has an example for each node", () => {
		expect(rows.length).toBeGreaterThanOrEqual(13);
	});

	it.each(rows)("$node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseNetstat(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});
});
