import { describe, expect, it } from "vitest";
import { examplesOf, namesIn } from "../../../test/examples.ts";
import { parseNetstat, parseSs } from "../src/index.ts";

/** The sections of the page before those of ss: Statements, A socket. */
const NETSTAT = [1, 2];
const SS = [3, 4, 5];

const tools = [
	{
		tool: "netstat",
		parse: parseNetstat,
		rows: NETSTAT.flatMap((section) => examplesOf("sockets", section)),
	},
	{ tool: "ss", parse: parseSs, rows: SS.flatMap((section) => examplesOf("sockets", section)) },
];

describe("docs/sockets.md", () => {
	it("has an example for each node", () => {
		expect(tools.map(({ rows }) => rows.length)).toEqual([16, 23]);
		expect(examplesOf("sockets")).toHaveLength(39);
	});

	describe.each(tools)("$tool", ({ parse, rows }) => {
		it.each(rows)("$node: $example", ({ node, example }) => {
			const { ast, diagnostics } = parse(`${example}\n`);
			expect(diagnostics).toEqual([]);
			expect(namesIn(ast.statements)).toContain(node);
		});
	});
});
