import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseList, parseSave, printList, printSave, type Rule } from "../src/index.ts";
import { matches } from "../src/matches/index.ts";
import { targets } from "../src/targets/index.ts";
import { differences } from "./comparable.ts";

const page = readFileSync(new URL("../../../docs/iptables.md", import.meta.url), "utf8");
const section = (title: string): string => page.split(/^## /m).find((part) => part.startsWith(title)) ?? "";
/** The rows of a section's table: the cells, without the ticks. */
const rows = (title: string): string[][] =>
	Array.from(section(title).matchAll(/^\| `(.*)\|$/gm), ([, row]) =>
		`\`${row}`.split(" | ").map((cell) => cell.replace(/^`|`? ?$/g, "")),
	);

describe("docs/iptables.md", () => {
	it.each(rows("Statements of a list"))("list statement %s", (type, _, example = "") => {
		const { ast, diagnostics } = parseList(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(ast.statements.map((node) => node.type)).toEqual([type]);
		expect(printList(ast)).toBe(`${example}\n`);
	});

	it.each(rows("Statements of the save form"))("save statement %s", (type, _, example = "") => {
		const { ast, diagnostics } = parseSave(`${example}\n`);
		expect(diagnostics).toEqual([]);
		expect(ast.statements.map((node) => node.type)).toEqual([type]);
		expect(printSave(ast)).toBe(`${example}\n`);
	});

	it("lists every extension", () => {
		expect(rows("Matches").map(([type]) => type)).toEqual([...matches.keys()].sort());
		expect(rows("Targets").map(([type]) => type)).toEqual([...targets.keys()].sort());
	});

	it.each([...rows("Matches"), ...rows("Targets")])(
		"extension %s reads alike in both forms",
		(type, save, list) => {
			const rule = (ast: ReturnType<typeof parseSave>["ast"] | ReturnType<typeof parseList>["ast"]): Rule => {
				const [node] = ast.statements;
				if (node?.type !== "rule") throw new Error("no rule");
				return node;
			};
			const saved = parseSave(`-A OUTPUT ${save}\n`);
			const target = targets.has(type!) && !matches.has(type!) ? type! : "";
			const tail = list === "" || list === undefined ? "" : ` ${list}`;
			const text = `${target.padEnd(9)}  all  --  anywhere             anywhere            ${tail}\n`;
			const listed = parseList(text);
			expect([...saved.diagnostics, ...listed.diagnostics]).toEqual([]);
			expect(printSave(saved.ast)).toBe(`-A OUTPUT ${save}\n`);
			expect(printList(listed.ast)).toBe(text);
			const node = rule(saved.ast);
			expect([...node.matches, ...(node.target ? [node.target] : [])].map((each) => each.type)).toEqual([
				type,
			]);
			expect(differences(rule(listed.ast), node)).toEqual([]);
		},
	);
});
