/**
 * The real tool judges: generated rules are loaded into a network namespace of their own and listed in every
 * form. Needs root, `unshare` and an iptables; says so where it is skipped.
 */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
	type IptablesList,
	type IptablesSave,
	parseList,
	parseSave,
	printList,
	printSave,
	type Rule,
	type SaveStatement,
} from "../src/index.ts";
import { type Family, loadable } from "../src/testing.ts";
import { differences } from "./comparable.ts";
import { ABSENT, type Backend, LOSSES, normalised } from "./oracle-tables.ts";

/** The listings of a table; `%` stands for its name. */
const FORMS = {
	S: "-t % -S",
	vS: "-t % -vS",
	L: "-t % -L",
	nL: "-t % -nL",
	nvL: "-t % -nvL",
	vnxL: "-t % -vnxL --line-numbers",
} as const;
type FormName = keyof typeof FORMS;
/** Rule sets for each tool, and the time after which no more are begun. */
const SETS = 12;
const SECONDS = 7;
const MARK = "=== netfossil ===";

interface Tool {
	readonly backend: Backend;
	readonly family: Family;
	/** `ip6tables-nft` */
	readonly program: string;
}

const run = (command: string, input = ""): { status: number | null; stdout: string; stderr: string } =>
	spawnSync("unshare", ["-n", "sh", "-c", command], {
		input,
		encoding: "utf8",
		maxBuffer: 1 << 28,
		// No name server answers here.
		env: { ...process.env, LC_ALL: "C", RES_OPTIONS: "timeout:1 attempts:1" },
	});

const tools: readonly Tool[] = (["nft", "legacy"] as const).flatMap((backend) =>
	([4, 6] as const).map((family) => ({
		backend,
		family,
		program: `${family === 4 ? "iptables" : "ip6tables"}-${backend}`,
	})),
);

/** Why a tool cannot be asked; undefined: it can. */
function obstacle({ program }: Tool): string | undefined {
	if (process.platform !== "linux") return "this is no Linux";
	if (process.getuid?.() !== 0) return "only root may load rules";
	if (run("true").status !== 0) return "no network namespace can be made (unshare -n)";
	if (run(`command -v ${program} ${program}-restore ${program}-save`).status !== 0)
		return `${program} is not installed`;
	const { status, stderr } = run(`${program} -w -S`);
	return status === 0 ? undefined : stderr.trim();
}

/** What one load showed: each listing by table and form, and the whole of -save. */
interface Shown {
	readonly listed: ReadonlyMap<string, Readonly<Record<FormName, string>>>;
	readonly saved: string;
}

const tablesOf = (ast: IptablesSave): string[] =>
	ast.statements.flatMap((node) => (node.type === "table" ? [node.name.value] : []));

/** Loads a rule set and lists it; the tool's message where it refuses. */
function show({ program }: Tool, ast: IptablesSave): Shown | string {
	const tables = tablesOf(ast);
	const commands = [
		...tables.flatMap((table) =>
			Object.values(FORMS).map((form) => `${program} -w ${form.replace("%", table)}`),
		),
		`${program}-save -c`,
	];
	const listing = commands.map((command) => `${command} && echo "${MARK}"`).join(" && ");
	const { status, stdout, stderr } = run(`${program}-restore -w -c && ${listing}`, printSave(ast));
	if (status !== 0) return complaint(stderr) || `status ${status}`;
	const texts = stdout.split(`${MARK}\n`);
	const listed = tables.map((table, index): [string, Record<FormName, string>] => {
		const own = texts.slice(index * Object.keys(FORMS).length);
		const forms = Object.keys(FORMS).map((form, at) => [form, own[at]!]);
		return [table, Object.fromEntries(forms)];
	});
	return { listed: new Map(listed), saved: texts.at(-2)! };
}

/** What a tool says on one line, but for warnings. */
const complaint = (stderr: string): string =>
	stderr
		.split("\n")
		.filter((line) => line !== "" && !/^warn/i.test(line))
		.join(" ");

interface Placed {
	readonly table: string;
	readonly rule: Rule;
}

function rulesOf(ast: IptablesSave): Placed[] {
	let table = "";
	return ast.statements.flatMap((node) => {
		if (node.type === "table") table = node.name.value;
		return node.type === "rule" ? [{ table, rule: node }] : [];
	});
}

function withRules(ast: IptablesSave, rules: readonly Placed[]): IptablesSave {
	const kept = new Set<SaveStatement>(rules.map(({ rule }) => rule));
	return { ...ast, statements: ast.statements.filter((node) => node.type !== "rule" || kept.has(node)) };
}

/** The rules that the tool refuses, found by halving. */
function refusedOf(tool: Tool, ast: IptablesSave, rules: readonly Placed[]): Map<Rule, string> {
	const { program } = tool;
	const { status, stderr } = run(`${program}-restore -w -c`, printSave(withRules(ast, rules)));
	if (status === 0) return new Map();
	if (rules.length === 1) return new Map([[rules[0]!.rule, complaint(stderr)]]);
	const half = Math.ceil(rules.length / 2);
	return new Map([...refusedOf(tool, ast, rules.slice(0, half)), ...refusedOf(tool, ast, rules.slice(half))]);
}

const extensionsOf = ({ matches, target }: Rule): string[] => [
	...matches.map(({ type }) => type),
	...(target && target.type !== "jump" ? [target.type] : []),
];

const lineOf = (rule: Rule): string =>
	printSave({ type: "iptables-save", statements: [rule], start: 0, end: 0 });

/** The rules of a listing by chain. */
function byChain(ast: IptablesList | IptablesSave): Map<string, Rule[]> {
	const chains = new Map<string, Rule[]>();
	let head = "";
	for (const node of ast.statements) {
		if (node.type === "chain-head") head = node.name.value;
		if (node.type !== "rule") continue;
		const name = node.chain?.value ?? head;
		chains.set(name, [...(chains.get(name) ?? []), node]);
	}
	return chains;
}

/** What is wrong with how a text is read and printed. */
function misread(what: string, text: string, isList: boolean): string[] {
	const { ast, diagnostics } = isList ? parseList(text) : parseSave(text);
	const printed = ast.type === "iptables-list" ? printList(ast) : printSave(ast);
	const lines = text.split("\n");
	const differing = printed
		.split("\n")
		.flatMap((line, at) =>
			line === lines[at] ? [] : [`${what}: printed ${JSON.stringify(line)} for ${JSON.stringify(lines[at])}`],
		);
	return [
		...diagnostics.map(
			({ message, start }) =>
				`${what}: ${message} in ${JSON.stringify(text.slice(text.lastIndexOf("\n", start) + 1).split("\n")[0])}`,
		),
		...differing,
	];
}

/** What is wrong with one table's listings. */
function faultsOf(
	tool: Tool,
	table: string,
	forms: Readonly<Record<FormName, string>>,
	given: readonly Rule[],
): string[] {
	const faults = Object.entries(forms).flatMap(([form, text]) =>
		misread(`${tool.program} ${FORMS[form as FormName].replace("%", table)}`, text, form.includes("L")),
	);
	const specified = byChain(parseSave(forms.S).ast);
	for (const [chain, rules] of byChain({ type: "iptables-save", statements: given, start: 0, end: 0 })) {
		const listed = specified.get(chain) ?? [];
		for (const [at, rule] of rules.entries()) {
			const wanted = lineOf(normalised(rule, tool)).trimEnd();
			const got = listed[at] && lineOf(listed[at]).trimEnd();
			if (wanted !== got) faults.push(`${tool.program} -S: ${got} for ${wanted}`);
		}
	}
	for (const form of ["vS", "L", "nL", "nvL", "vnxL"] as const) {
		const { ast } = form === "vS" ? parseSave(forms.vS) : parseList(forms[form]);
		for (const [chain, rules] of byChain(ast)) {
			for (const [at, rule] of rules.entries()) {
				const own = specified.get(chain)?.[at];
				const gaps = own === undefined ? ["is one too many"] : differences(rule, own);
				for (const gap of gaps.filter((each) => !LOSSES.some(({ path }) => path.test(each))))
					faults.push(`${tool.program} -${form} is not -S: ${gap} in ${own && JSON.stringify(lineOf(own))}`);
			}
		}
	}
	return faults;
}

/** What is wrong with what a tool shows of a rule set, without the rules that it refuses. */
function judged(
	tool: Tool,
	ast: IptablesSave,
	note: (rules: readonly Placed[], refused: ReadonlyMap<Rule, string>) => void,
): string[] {
	const rules = rulesOf(ast);
	let kept = rules;
	let refused = new Map<Rule, string>();
	let shown = show(tool, ast);
	if (typeof shown === "string") {
		refused = refusedOf(tool, ast, rules);
		kept = rules.filter(({ rule }) => !refused.has(rule));
		shown = show(tool, withRules(ast, kept));
	}
	note(rules, refused);
	if (typeof shown === "string") return [`not loaded: ${shown}`];
	return [
		...misread(`${tool.program}-save -c`, shown.saved, false),
		...[...shown.listed].flatMap(([table, forms]) => {
			const own = kept.filter((each) => each.table === table).map(({ rule }) => rule);
			return faultsOf(tool, table, forms, own);
		}),
	];
}

describe.each(tools)("what $program loads and lists", (tool) => {
	const why = obstacle(tool);
	if (why !== undefined) {
		console.warn(`skipped: ${tool.program} is not asked, for ${why}`);
		it.skip(`(${why})`, () => {});
		return;
	}
	const drawn = new Map<string, number>();
	const refused = new Map<string, number>();
	/** What the kernel here has not: the extensions of which it took no rule, with the tool's words. */
	const missing = new Map<string, string>();
	const totals = { rules: 0, loaded: 0, strange: 0 };

	const note = (rules: readonly Placed[], messages: ReadonlyMap<Rule, string>): void => {
		const add = (counts: Map<string, number>, { rule }: Placed): void => {
			for (const type of extensionsOf(rule)) counts.set(type, (counts.get(type) ?? 0) + 1);
		};
		for (const each of rules) add(drawn, each);
		for (const each of rules) if (messages.has(each.rule)) add(refused, each);
		for (const [type, count] of refused) {
			if (count < 3 || count < drawn.get(type)!) continue;
			const [, message = ""] = [...messages].find(([rule]) => extensionsOf(rule).includes(type)) ?? [];
			missing.set(type, message);
		}
		const strange = [...messages].filter(([rule]) => !extensionsOf(rule).some((type) => missing.has(type)));
		for (const [rule, message] of strange)
			console.log(`${tool.program} refuses ${lineOf(rule).trim()}\n    ${message}`);
		totals.rules += rules.length;
		totals.loaded += rules.length - messages.size;
		totals.strange += strange.length;
	};

	afterAll(() => {
		const counted = [...refused].map(([type, count]) => `${type} ${count} of ${drawn.get(type)}`);
		const skipped = [...Object.entries(ABSENT), ...missing].map(([type, reason]) => `${type} (${reason})`);
		console.log(
			[
				`${tool.program}: ${totals.rules} rules of ${drawn.size} extensions, ${totals.loaded} loaded and compared`,
				`refused by extension: ${counted.join(", ") || "none"}`,
				`not asked: ${skipped.join(", ")}`,
			].join("; "),
		);
	});

	// A list without `-n` has names for some of them: `icmp TOS-host-redirect`.
	it("has the same ICMP types and codes in every form", () => {
		const [protocol, option] =
			tool.family === 4 ? ["icmp", "icmp --icmp-type"] : ["ipv6-icmp", "icmp6 --icmpv6-type"];
		const codes = ["", ...Array.from({ length: 17 }, (_, code) => `/${code}`)];
		const types = Array.from({ length: 20 }, (_, type) => (tool.family === 4 ? [type] : [type, 125 + type]));
		const printed = types.flat().flatMap((type) => codes.map((code) => `${type}${code}`));
		if (tool.family === 4) printed.push("any");
		const rules = printed.map((each) => `-A T -p ${protocol} -m ${option} ${each}\n`);
		const { ast } = parseSave(`*filter\n:T - [0:0]\n${rules.join("")}COMMIT\n`);
		const refused: string[] = [];
		const faults = judged(tool, ast, (_, messages) => refused.push(...messages.values()));
		expect(rules.length).toBeGreaterThan(359);
		expect([...faults, ...refused]).toEqual([]);
	});

	it("is read, printed back, and the same in every form", () => {
		const seed = fc.readConfigureGlobal()?.seed ?? Date.now() % 2 ** 31;
		const until = performance.now() + SECONDS * 1000;
		const faults: string[] = [];
		for (let set = 0; set < SETS && performance.now() < until; set++) {
			const without = [...Object.keys(ABSENT), ...missing.keys()];
			const sets = loadable(tool.family, { without, maxRules: 200 });
			const [ast] = fc.sample(sets, { numRuns: 1, seed: seed + set });
			if (ast !== undefined) faults.push(...judged(tool, ast, note));
		}
		expect(faults, `FC_SEED=${seed} repeats it`).toEqual([]);
		expect(totals.loaded).toBeGreaterThan(0);
		expect(totals.strange / totals.rules).toBeLessThan(0.03);
	});
});
