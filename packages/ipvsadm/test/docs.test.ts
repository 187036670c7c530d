import { describe, expect, it } from "vitest";
import { examplesOf, namesIn } from "../../../test/examples.ts";
import { read } from "../../../test/workspace.ts";
import { parseList, parseProc, parseSave, printList, printProc, printSave } from "../src/index.ts";

const list = examplesOf("ipvsadm", 1);
const numbers = Array.from(
	read("docs/ipvsadm.md").matchAll(/^\| `(\w+)` \| `--[\w-]+` \| `(Prot .+?)` \| `(.+)` \|$/gm),
	([, field, titles, example]) => ({ field: field!, titles: titles!, example: example! }),
);
const errors = examplesOf("ipvsadm", 3);
const save = examplesOf("ipvsadm", 4);
const proc = examplesOf("ipvsadm", 5);
const procNumbers = Array.from(
	read("docs/ipvsadm.md").matchAll(/^\| `(\w+)` \| `ip_vs_stats` \| `(.+?)` \| `(.+)` \|$/gm),
	([, field, titles, example]) => ({ field: field!, titles: titles!, example: example! }),
);

describe("docs/ipvsadm.md", () => {
	it("has examples of all forms", () => {
		expect([list.length, numbers.length, errors.length, save.length]).toEqual([18, 5, 4, 11]);
		expect([proc.length, procNumbers.length]).toEqual([11, 2]);
	});

	it.each(list)("list, $node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseList(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(printList(ast)).toBe(`${example}\n`);
		expect(namesIn(ast.statements)).toContain(node);
	});

	it.each(numbers)("numbers, $field: $example", ({ field, titles, example }) => {
		const text = `${titles}\n${example}\n`;
		const { ast, diagnostics } = parseList(text);
		expect(diagnostics).toEqual([]);
		expect(printList(ast)).toBe(text);
		expect(ast.statements[1]).toHaveProperty(field);
	});

	it.each(errors)("error, $node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseList(`${example}\n`);
		expect(ast.statements).toMatchObject([{ type: "error", meaning: node }]);
		expect(diagnostics).toMatchObject([{ code: "ipvsadm/error" }]);
	});

	it.each(save)("save, $node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseSave(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(printSave(ast)).toBe(`${example}\n`);
		expect(namesIn(ast.statements)).toContain(node);
	});

	it.each(proc.filter(({ node }) => !procNumbers.some(({ field }) => field === node)))(
		"/proc, $node: $example",
		({ node, example }) => {
			const { ast, diagnostics } = parseProc(`${example}\n`);
			expect(diagnostics).toEqual([]);
			expect(printProc(ast)).toBe(`${example}\n`);
			expect(namesIn(ast.statements)).toContain(node);
		},
	);

	it.each(procNumbers)("/proc, $field: $example", ({ field, titles, example }) => {
		const text = `${titles}\n${example}\n`;
		const { ast, diagnostics } = parseProc(text);
		expect(diagnostics).toEqual([]);
		expect(printProc(ast)).toBe(text);
		expect(ast.statements[1]).toHaveProperty(field);
	});
});
