import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseList, parseSave } from "../src/index.ts";

const page = readFileSync(new URL("../../../docs/ipvsadm.md", import.meta.url), "utf8");
const [, list, save] = page.split("\n## ");

/** The rows of a section's table: the node or field, and an example. */
function rowsOf(section: string | undefined): { node: string; example: string }[] {
	return [...(section ?? "").matchAll(/^\| `([\w-]+)` \|.+\| `(.+)` \|$/gm)].map((match) => ({
		node: match[1]!,
		example: match[2]!,
	}));
}

/** Every type and every field in a tree. */
function namesIn(tree: unknown): string[] {
	if (typeof tree !== "object" || tree === null) return [];
	const own = (tree as { type?: unknown }).type;
	return [
		...(typeof own === "string" ? [own] : []),
		...Object.keys(tree),
		...Object.values(tree).flatMap(namesIn),
	];
}

describe("docs/ipvsadm.md", () => {
	it("has examples of both forms", () => {
		expect([rowsOf(list).length, rowsOf(save).length]).toEqual([10, 3]);
	});

	it.each(rowsOf(list))("list, $node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseList(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});

	it.each(rowsOf(save))("save, $node: $example", ({ node, example }) => {
		const { ast, diagnostics } = parseSave(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(namesIn(ast.statements)).toContain(node);
	});
});
