import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseNetstat } from "../src/index.ts";

/** The rows of the page's tables of nodes: the node, what it is, an example. */
const rows = readFileSync(new URL("../../../docs/sockets.md", import.meta.url), "utf8")
	.split("\n")
	.flatMap((line) => {
		const match = /^\| `([\w-]+)` \|.+\| `(.+)` \|$/.exec(line);
		return match === null ? [] : [{ node: match[1]!, example: match[2]! }];
	});

/** Every type and every field in a tree. */
function namesIn(tree: unknown): string[] {
	if (typeof tree !== "object" || tree === null) return [];
	const own = (tree as { type?: unknown }).type;
	const names = typeof own === "string" ? [own] : [];
	return [...names, ...Object.keys(tree), ...Object.values(tree).flatMap(namesIn)];
}

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
