import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseList, parseSave, printList, printSave } from "../src/index.ts";

/** One recorded rule in each form; see the README of the fixtures. */
type Recorded = Readonly<Record<"S" | "save" | "Ln" | "Lnv" | "Lvnx" | "L", string>>;

const root = new URL("../../../fixtures/iptables/rules/", import.meta.url);
const recorded = (file: string): Recorded[] =>
	readFileSync(new URL(file, root), "utf8")
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));

const TITLES = {
	L: "target     prot opt source               destination         \n",
	Ln: "target     prot opt source               destination         \n",
	Lnv: " pkts bytes target     prot opt in     out     source               destination         \n",
	Lvnx: "num      pkts      bytes target     prot opt in     out     source               destination         \n",
};

/** Whether a form of a rule is read without a word left over, and printed back byte for byte. */
function holds(rule: Recorded, form: keyof Recorded): boolean {
	const list = form !== "S" && form !== "save";
	const text = `${list ? TITLES[form] : ""}${rule[form]}\n`;
	const { ast, diagnostics } = list ? parseList(text) : parseSave(text);
	const printed = ast.type === "iptables-list" ? printList(ast) : printSave(ast);
	return diagnostics.length === 0 && printed === text;
}

const extensionsOf = (rule: Recorded): string[] =>
	Array.from(rule.S.matchAll(/ -[mj] (\S+)/g), ([, name]) => name!);

describe("conformance with recorded single rules", () => {
	it.each([
		["rules-nft-4.jsonl", { S: 322, save: 322, Ln: 322, Lnv: 322, Lvnx: 322, L: 322 }],
		["rules-nft-6.jsonl", { S: 42, save: 42, Ln: 42, Lnv: 42, Lvnx: 42, L: 38 }],
	] as const)("%s", (file, reached) => {
		const rules = recorded(file);
		const forms = Object.keys(reached) as (keyof Recorded)[];
		const counts = forms.map((form) => [form, rules.filter((rule) => holds(rule, form)).length] as const);
		const open = rules.filter((rule) => !holds(rule, "S")).flatMap(extensionsOf);
		console.log(
			`${file}: rules ${rules.length}; ${counts.map(([form, count]) => `${form} ${count}`).join(", ")}; not all of: ${[...new Set(open)].sort().join(" ")}`,
		);
		for (const [form, count] of counts) expect(count, form).toBeGreaterThanOrEqual(reached[form]);
	});
});
