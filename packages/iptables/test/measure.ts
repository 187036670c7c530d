import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { chains, parseList, parseSave, printList, printSave, type Rule } from "../src/index.ts";
import { differences, savedDifferences } from "./comparable.ts";

/** How much of one form of one file is read, printed back and, for a list, says what `-S` says. */
export interface Count {
	readonly file: string;
	readonly form: string;
	readonly rules: number;
	readonly equal: number;
	readonly different: readonly Difference[];
}

/** A rule that is not equal, and why. */
export interface Difference {
	/** The extension that the reason is about; several if the whole rule is. */
	readonly extensions: readonly string[];
	readonly rule: string;
	readonly reason: string;
}

const RULE_FORMS = ["S", "save", "L", "Ln", "Lnv", "Lvnx"] as const;
type RuleForm = (typeof RULE_FORMS)[number];

/** The titles above a rule of each list form. */
const TITLES: Readonly<Record<Exclude<RuleForm, "S" | "save">, string>> = {
	L: "target     prot opt source               destination         \n",
	Ln: "target     prot opt source               destination         \n",
	Lnv: " pkts bytes target     prot opt in     out     source               destination         \n",
	Lvnx: "num      pkts      bytes target     prot opt in     out     source               destination         \n",
};

/** Measures recordings laid out as `fixtures/iptables` is: `rules/`, `rulesets/`, `releases/`. */
export function measure(root: string): Count[] {
	const texts = ["rulesets", "releases"]
		.flatMap((folder) => filesIn(join(root, folder)))
		.filter((file) => /\.(?:S|vS|L|nL|nvL|vnxL)\.txt$|save(?:-c)?\.txt$/.test(file));
	return [...recordedRules(root).flatMap(measureRules), ...texts.map(measureText)].map((count) => ({
		...count,
		file: count.file.slice(root.length).replace(/^\//, ""),
	}));
}

function filesIn(folder: string): string[] {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.sort();
}

/** What is wrong with the reading of a text, apart from what it means. */
function faults(text: string, list: boolean): { readonly rules: readonly Rule[]; readonly faults: string[] } {
	const { ast, diagnostics } = list ? parseList(text) : parseSave(text);
	const printed = ast.type === "iptables-list" ? printList(ast) : printSave(ast);
	const found = diagnostics.map(({ message }) => message);
	found.push(...unknownIn(ast).map((type) => `holds an ${type} node`));
	if (printed !== text) found.push(`printed as ${JSON.stringify(firstOther(printed, text))}`);
	const statements: readonly { readonly type: string }[] = ast.statements;
	return { rules: statements.filter((node): node is Rule => node.type === "rule"), faults: found };
}

function firstOther(printed: string, text: string): string | undefined {
	const lines = text.split("\n");
	return printed.split("\n").find((line, index) => line !== lines[index]);
}

function unknownIn(node: unknown): string[] {
	if (typeof node !== "object" || node === null) return [];
	const { type } = node as { readonly type?: unknown };
	if (typeof type === "string" && /^(?:unparsed|unknown-)/.test(type)) return [type];
	return Object.values(node).flatMap(unknownIn);
}

/** The names after `-m` and `-j` of a save line. */
function extensionsOf(saved: string): string[] {
	const names = Array.from(saved.matchAll(/ -[mj] (\S+)/g), ([, name]) => name!);
	return names.length === 0 ? ["no extension"] : [...new Set(names)];
}

/** One rule in each form; see the README of the fixtures. */
type Recorded = Readonly<Record<RuleForm, string>>;

/** The files of `rules/`: one rule a line. */
export function recordedRules(
	root: string,
): { readonly path: string; readonly rules: readonly Recorded[] }[] {
	return filesIn(join(root, "rules"))
		.filter((path) => path.endsWith(".jsonl"))
		.map((path) => ({
			path,
			rules: readFileSync(path, "utf8")
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line)),
		}));
}

function measureRules({ path, rules }: ReturnType<typeof recordedRules>[number]): Count[] {
	return RULE_FORMS.map((form) => {
		const different = rules.flatMap((each): Difference[] => {
			const saved = faults(`${each.S}\n`, false).rules[0];
			const list = form !== "S" && form !== "save";
			const read = faults(`${list ? TITLES[form] : ""}${each[form]}\n`, list);
			const reasons = [...read.faults];
			const [rule] = read.rules;
			if (rule === undefined || saved === undefined) reasons.push("no rule was read");
			else reasons.push(...(list ? differences : savedDifferences)(rule, saved));
			return differenceOf(each.S, reasons, rule);
		});
		return count(path, form, rules.length, different);
	});
}

function count(file: string, form: string, rules: number, different: readonly Difference[]): Count {
	return { file, form, rules, equal: rules - different.length, different };
}

function differenceOf(rule: string, reasons: readonly string[], listed: Rule | undefined): Difference[] {
	const [first] = reasons;
	if (first === undefined) return [];
	const place = /^matches\.(\d+)|^target/.exec(first);
	const at = place?.[1] === undefined ? place && listed?.target : listed?.matches[Number(place[1])];
	const extensions = at ? [at.type] : extensionsOf(rule);
	return [{ extensions, rule, reason: reasons.join("; ") }];
}

/** A text of a whole ruleset; a list is compared with `-S` of the same table, chain by chain. */
function measureText(file: string): Count {
	const text = readFileSync(file, "utf8");
	const [form = ""] = /(?:S|vS|L|nL|nvL|vnxL|save|save-c)(?=\.txt$)/.exec(basename(file)) ?? [];
	const list = form.endsWith("L");
	const read = faults(text, list);
	const whole = read.faults.map((reason) => ({ extensions: ["the text"], rule: "", reason }));
	const states = join(dirname(file), basename(file).replace(`.${form}.txt`, ".S.txt"));
	const compared = list && existsSync(states) ? againstSaved(text, readFileSync(states, "utf8")) : [];
	return count(file, form, Math.max(read.rules.length, whole.length), [...whole, ...compared]);
}

function againstSaved(list: string, save: string): Difference[] {
	const byChain = (ast: Parameters<typeof chains>[0]): Map<string, readonly Rule[]> =>
		new Map(
			chains(ast).flatMap(({ chains: all }) =>
				all.map(({ name, rules }) => [name?.value ?? "", rules.map(({ rule }) => rule)] as const),
			),
		);
	const listed = byChain(parseList(list).ast);
	const saved = byChain(parseSave(save).ast);
	const names = new Set([...listed.keys(), ...saved.keys()]);
	return [...names].flatMap((name) => {
		const [left, right] = [listed.get(name) ?? [], saved.get(name) ?? []];
		if (left.length !== right.length) {
			const reason = `chain ${name} has ${left.length} rules listed and ${right.length} saved`;
			return [{ extensions: ["the chain"], rule: "", reason }];
		}
		return left.flatMap((rule, index) => {
			const text = save.slice(right[index]!.start, right[index]!.end).trimEnd();
			return differenceOf(text, differences(rule, right[index]!), rule);
		});
	});
}

/** The counts as text: a line for each file and form, then the extensions that differ, with their reasons. */
export function report(counts: readonly Count[]): string {
	const lines = counts.map(
		({ file, form, rules, equal, different }) =>
			`${file} ${form}: rules ${rules}, equal ${equal}, different ${different.length}`,
	);
	const byExtension = new Map<string, Map<string, number>>();
	for (const { different, form } of counts) {
		for (const { extensions, rule, reason } of different) {
			const name = extensions.join(" ");
			const reasons = byExtension.get(name) ?? new Map<string, number>();
			const text = `${form}: ${rule === "" ? "" : `${rule}: `}${reason}`;
			byExtension.set(name, reasons.set(text, (reasons.get(text) ?? 0) + 1));
		}
	}
	lines.push("", "by extension:");
	if (byExtension.size === 0) lines.push("  none differs");
	for (const [name, reasons] of [...byExtension].sort(([a], [b]) => (a < b ? -1 : 1))) {
		const total = [...reasons.values()].reduce((sum, each) => sum + each, 0);
		lines.push(`  ${name}: ${total}`);
		for (const [reason, times] of reasons) lines.push(`    ${times} × ${reason}`);
	}
	return `${lines.join("\n")}\n`;
}
