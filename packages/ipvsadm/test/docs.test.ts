import { describe, expect, it } from "vitest";
import { examplesOf, namesIn } from "../../../test/examples.ts";
import { parseList, parseSave } from "../src/index.ts";

const list = examplesOf("ipvsadm", 1);
const save = examplesOf("ipvsadm", 2);

describe("docs/ipvsadm.md", () => {
	it("has examples of both forms", () => {
		expect([list.length, save.length]).toEqual([10, 3]);
	});

	it.each(list)("list, $node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseList(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});

	it.each(save)("save, $node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseSave(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});
});
