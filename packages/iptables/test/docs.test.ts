import { readFileSync } from "node:fs";
import { withoutSpans } from "@netfossil/core/testing";
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

/** In a list no blank stands before their words. */
const GLUED = new Set(["bpf", "eui64"]);

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

	const all = [...matches.values(), ...targets.values()];

	it("tells what each form leaves out", () => {
		const unlisted = all.flatMap((reader) => [
			...(reader.hidden ? [reader.type] : []),
			...reader.unlisted.map((path) => `${reader.type}.${path}`),
		]);
		const paths = (key: "defaults" | "unsaved"): string[] =>
			all.flatMap((reader) => Object.keys(reader[key]).map((path) => `${reader.type}.${path}`)).sort();
		expect(rows("What a list leaves out").map(([field]) => field)).toEqual(unlisted.sort());
		expect(rows("Defaults, and what the save form loses").map(([field]) => field)).toEqual([
			...paths("defaults"),
			...paths("unsaved"),
		]);
	});

	it.each([
		["Matches", matches],
		["Targets", targets],
	] as const)("%s: shows the node of each save form", (title, readers) => {
		const shown = Array.from(
			section(title).matchAll(/^- `(\w+)`: [^`]+.*? `(\{.*\})`$/gm),
			([, type, json]) => [type, json],
		);
		const nodes = rows(title).map(([type, save]) => {
			const [rule] = parseSave(`-A OUTPUT ${save}\n`).ast.statements;
			if (rule?.type !== "rule") throw new Error(`no rule: ${save}`);
			return [type, JSON.stringify(withoutSpans(rule.matches[0] ?? rule.target))];
		});
		expect(nodes.map(([type]) => type)).toEqual([...readers.keys()].sort());
		expect(shown).toEqual(nodes);
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
			const tail = list === "" || list === undefined ? "" : `${GLUED.has(type!) ? "" : " "}${list}`;
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
