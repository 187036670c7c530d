import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type IptablesList, type IptablesSave, parseList, printList, printSave } from "../src/index.ts";
import { readFast as readListed } from "../src/list/fast.ts";
import { type Layout, ListParser } from "../src/list/parser.ts";
import { readFast as readSaved } from "../src/save/fast.ts";
import { SaveParser } from "../src/save/parser.ts";
import { lists, saves } from "../src/testing.ts";

const root = new URL("../../../fixtures/iptables/rulesets/", import.meta.url);
const recorded = readdirSync(root, { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile() && entry.name.endsWith(".txt"))
	.map(({ parentPath, name }) => ({ name, text: readFileSync(`${parentPath}/${name}`, "utf8") }));
const isList = (name: string): boolean => name.includes("L.txt");
const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

const savedLines = recorded
	.filter(({ name }) => !isList(name))
	.flatMap(({ text }) => linesOf(text))
	.filter((line) => /^(?:\[\d+:\d+\] )?-A /.test(line));

/** The rules of a listing, each with the layout of its columns. */
function listedRules(text: string): { line: string; layout: Layout }[] {
	const rules: { line: string; layout: Layout }[] = [];
	let layout: Layout = { numbers: false, counters: false, interfaces: false, aligned: true };
	for (const node of parseList(text).ast.statements) {
		if (node.type === "columns") {
			const counters = node.counters !== undefined;
			layout = { ...layout, numbers: node.numbers === true, counters, interfaces: node.interfaces === true };
		}
		if (node.type === "rule") rules.push({ line: text.slice(node.start, node.end).trimEnd(), layout });
	}
	return rules;
}
const listedLines = recorded.filter(({ name }) => isList(name)).flatMap(({ text }) => listedRules(text));

const saveParser = new SaveParser();
const listParser = new ListParser();

/** Where the hand-written reader gives a rule, the grammar must give the same; else whether it gave one. */
function agreeOnSave(line: string): boolean {
	const fast = readSaved(line, 0, line.length);
	if (fast === undefined) return false;
	expect(saveParser.readLine(line, 0, line.length)).toEqual({ node: fast });
	return true;
}

function agreeOnList(line: string, layout: Layout): boolean {
	const fast = readListed(line, 0, line.length, layout);
	if (fast === undefined) return false;
	expect(listParser.readRule(line, 0, line.length, layout)).toEqual({ node: fast });
	return true;
}

/** A line with one of its places changed to what the two readers may see otherwise. */
const NOISE = [
	"",
	" ",
	"  ",
	"\t",
	"!",
	" ! ",
	'"',
	"\\",
	"-",
	"--",
	" -- ",
	" -f ",
	"[1:2]",
	"0",
	"K",
	"x",
	"é",
];
const noisy = (lines: fc.Arbitrary<string>): fc.Arbitrary<string> =>
	fc
		.tuple(lines, fc.array(fc.tuple(fc.nat(300), fc.nat(6), fc.constantFrom(...NOISE)), { maxLength: 3 }))
		.map(([line, edits]) =>
			edits.reduce(
				(text, [at, length, by]) =>
					text.slice(0, at % (text.length + 1)) + by + text.slice((at % (text.length + 1)) + length),
				line,
			),
		);

describe("the readers of the commonest rules agree with the grammars", () => {
	it("on recorded rules of the save form, nearly all of which they read but for those of -vS", () => {
		const withOption = savedLines.filter((line) => / -c \d+ \d+(?: |$)/.test(line));
		const read = savedLines.filter(agreeOnSave).length;
		expect(savedLines.length).toBeGreaterThan(1000);
		expect(read / (savedLines.length - withOption.length)).toBeGreaterThan(0.95);
	});

	it("on recorded rules of lists, nearly all of which they read", () => {
		const read = listedLines.filter(({ line, layout }) => agreeOnList(line, layout)).length;
		expect(listedLines.length).toBeGreaterThan(1000);
		expect(read / listedLines.length).toBeGreaterThan(0.95);
	});

	it("on generated and damaged rules of the save form", () => {
		const generated = saves().map(
			(ast: IptablesSave) => linesOf(printSave(ast)).find((line) => line.includes("-A ")) ?? "-A X",
		);
		fc.assert(
			fc.property(noisy(fc.oneof(fc.constantFrom(...savedLines), generated)), (line) => {
				agreeOnSave(line);
			}),
			{ numRuns: 2000 },
		);
	});

	it("on generated and damaged rules of lists", () => {
		const generated = lists().map((ast: IptablesList) => listedRules(printList(ast))[0] ?? listedLines[0]!);
		const rule = fc.oneof(fc.constantFrom(...listedLines), generated);
		fc.assert(
			fc.property(
				rule.chain(({ line, layout }) => fc.tuple(noisy(fc.constant(line)), fc.constant(layout))),
				([line, layout]) => {
					agreeOnList(line, layout);
				},
			),
			{ numRuns: 2000 },
		);
	});
});
