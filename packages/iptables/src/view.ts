import type { Word } from "@netfossil/core";
import type {
	ChainCommand,
	ChainDeclaration,
	ChainHead,
	CommandLine,
	Counters,
	IptablesList,
	IptablesSave,
	ListStatement,
	NewChainLine,
	PolicyLine,
	Rule,
	SaveStatement,
} from "./ast.ts";
import { printWords } from "./save/print.ts";

/** The rules of a text by table and chain, in the order printed. */
export interface TableView {
	/** Absent when the text leaves several open; see `inferred`. */
	readonly name?: string;
	/** The line that names the table, `*nat`. */
	readonly named?: Word;
	/** Set when no line names the table. */
	readonly inferred?: TableInference;
	/** IPv4 or IPv6; absent where no line tells, or where lines of both families stand in one table. */
	readonly family?: FamilyInference;
	readonly chains: readonly ChainView[];
}

/** Why a table is taken to be one, or which it may be. */
export interface TableInference {
	readonly candidates: readonly string[];
	readonly reason: string;
}

/** A family, and what says so: the program that was called, or an address. */
export interface FamilyInference {
	readonly family: 4 | 6;
	readonly reason: string;
}

/** A chain with its rules. */
export interface ChainView {
	/** Absent for rules of a list whose chain line was cut away (`| grep 8080`). */
	readonly name?: Word;
	readonly builtIn: boolean;
	readonly policy?: Word;
	readonly references?: number | "unknown";
	readonly counters?: Counters;
	/** The statement that names the chain; absent in fragments. */
	readonly head?: ChainHead | ChainDeclaration | PolicyLine | NewChainLine;
	readonly rules: readonly NumberedRule[];
}

/** A rule with its place in the chain. */
export interface NumberedRule {
	/** As `--line-numbers` counts, from 1. Absent where rules may be missing before it. */
	readonly number?: number;
	readonly rule: Rule;
}

/** The built-in chains in hook order. */
const HOOKS: readonly string[] = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

/** The built-in chains of each table; the kernels before 2.6.36 had no INPUT in nat. */
const TABLES: readonly (readonly [string, readonly string[]])[] = [
	["filter", ["INPUT", "FORWARD", "OUTPUT"]],
	["nat", ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"]],
	["nat", ["PREROUTING", "OUTPUT", "POSTROUTING"]],
	["mangle", HOOKS],
	["raw", ["PREROUTING", "OUTPUT"]],
	["security", ["INPUT", "FORWARD", "OUTPUT"]],
];

/** Targets that the kernel allows in some tables only. */
const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
	DNAT: ["nat"],
	SNAT: ["nat"],
	MASQUERADE: ["nat"],
	REDIRECT: ["nat"],
	NETMAP: ["nat"],
	REJECT: ["filter"],
	CT: ["raw"],
	NOTRACK: ["raw"],
	TRACE: ["raw"],
	TPROXY: ["mangle"],
	TCPMSS: ["mangle", "filter"],
	DSCP: ["mangle"],
	TOS: ["mangle"],
	TTL: ["mangle"],
	HL: ["mangle"],
	CHECKSUM: ["mangle"],
	SECMARK: ["security", "mangle"],
	CONNSECMARK: ["security", "mangle"],
};

interface OpenChain {
	name?: Word;
	head?: NonNullable<ChainView["head"]>;
	rules: Rule[];
}

interface OpenTable {
	named?: Word;
	given?: string;
	/** A command that names no table works on this one. */
	assumed?: "filter";
	family?: FamilyInference;
	chains: OpenChain[];
	/** The chains that have a name. */
	byName: Map<string, OpenChain>;
}

const newTable = (facts: Omit<OpenTable, "chains" | "byName"> = {}): OpenTable => ({
	...facts,
	chains: [],
	byName: new Map(),
});

function addChain(table: OpenTable, chain: OpenChain): OpenChain {
	table.chains.push(chain);
	if (chain.name !== undefined) table.byName.set(chain.name.value, chain);
	return chain;
}

/** The rules of a list or a save text by table and chain, numbered. */
export function chains(ast: IptablesList | IptablesSave): TableView[] {
	const tables =
		ast.type === "iptables-list" ? listTables(ast.statements, ast.table) : saveTables(ast.statements);
	return tables.filter((table) => table.chains.length > 0 || table.named !== undefined).map(viewOf);
}

function listTables(statements: readonly ListStatement[], given: string | undefined): OpenTable[] {
	const open = (): OpenTable => newTable(given === undefined ? {} : { given });
	const tables: OpenTable[] = [open()];
	for (const node of statements) {
		const table = tables.at(-1)!;
		if (node.type === "table-title") {
			tables.push(newTable({ named: node.name }));
		} else if (node.type === "command-line") {
			if (node.family !== undefined) tables.push(commandTable(node));
		} else if (node.type === "chain-head") {
			if (startsTable(table, node.name.value)) tables.push(open());
			addChain(tables.at(-1)!, { name: node.name, head: node, rules: [] });
		} else if (node.type === "rule") {
			const chain = table.chains.at(-1) ?? addChain(table, { rules: [] });
			chain.rules.push(node);
		}
	}
	return tables;
}

/** The table that a command lists. */
function commandTable({ text, table, family }: CommandLine): OpenTable {
	const whole = /\biptables-save\b|\bip6tables-save\b/.test(text);
	return newTable({
		...(table !== undefined && { named: table }),
		// `for t in nat mangle; do iptables -t $t -L; done` names one that cannot be read here.
		...(table === undefined && !whole && !text.includes(" -t") && { assumed: "filter" as const }),
		...(family !== undefined && { family: calledAs(family) }),
	});
}

function calledAs(family: 4 | 6): FamilyInference {
	return { family, reason: `the command is ${family === 6 ? "ip6tables" : "iptables"}` };
}

/** Built-in chains come first and in hook order, so that one out of order begins another table. */
function startsTable({ chains: seen, byName }: OpenTable, name: string): boolean {
	if (byName.has(name)) return true;
	const last = seen.at(-1)?.name?.value;
	const hook = HOOKS.indexOf(name);
	if (last === undefined || hook === -1) return false;
	return HOOKS.indexOf(last) === -1 || HOOKS.indexOf(last) > hook;
}

/** The rules as they are after all lines, each of which may change what the lines before it made. */
function saveTables(statements: readonly SaveStatement[]): OpenTable[] {
	const tables: OpenTable[] = [];
	let section = newTable();
	let family: FamilyInference | undefined;
	/** Those of command lines, which may change between tables. */
	const commanded = new Map<string, OpenTable>();
	const begin = (table: OpenTable): void => {
		section = { ...(family && { family }), ...table };
		tables.push(section);
	};
	begin(section);
	const tableOf = (node: Edit): OpenTable => {
		if (node.command === undefined && node.table === undefined) return section;
		const key = `${node.table?.value ?? "filter"} ${node.family ?? ""}`;
		let table = commanded.get(key);
		if (table === undefined) {
			table = newTable({
				...(node.table === undefined ? { assumed: "filter" } : { named: node.table }),
				...(node.family !== undefined && { family: calledAs(node.family) }),
			});
			commanded.set(key, table);
			tables.push(table);
		}
		return table;
	};
	for (const node of statements) {
		switch (node.type) {
			case "generated":
				family = familyOfProgram(node.program);
				break;
			case "command-line":
				if (node.family === undefined) break;
				family = calledAs(node.family);
				begin(commandTable(node));
				break;
			case "table":
				begin(newTable({ named: node.name }));
				break;
			case "commit":
				begin(newTable());
				break;
			case "chain-declaration":
				chainOf(section, node.name).head = node;
				break;
			case "policy":
			case "new-chain": {
				// `-S` prints the policies first and in hook order, so that one out of order begins another table.
				const listed = node.type === "policy" && node.command === undefined && section.named === undefined;
				if (listed && startsTable(section, node.chain.value)) begin(newTable());
				chainOf(tableOf(node), node.chain).head = node;
				break;
			}
			case "rule":
				if (node.chain) insert(chainOf(tableOf(node), node.chain).rules, node);
				break;
			case "chain-command":
				apply(tableOf(node), node);
				break;
		}
	}
	return tables;
}

type Edit = PolicyLine | NewChainLine | ChainCommand | Rule;

function familyOfProgram(program: string): FamilyInference | undefined {
	const parts = /^(ip6?tables)(?!\*)/.exec(program);
	if (parts === null) return undefined;
	return { family: parts[1] === "ip6tables" ? 6 : 4, reason: `${program} wrote the table` };
}

function chainOf(table: OpenTable, name: Word): OpenChain {
	return table.byName.get(name.value) ?? addChain(table, { name, rules: [] });
}

function insert(rules: Rule[], rule: Rule): void {
	if (rule.insert === undefined) rules.push(rule);
	else rules.splice(rule.insert === "first" ? 0 : rule.insert.value - 1, 0, rule);
}

/** What a command leaves of a table. */
function apply(table: OpenTable, { action, chain: name, number, to, rule }: ChainCommand): void {
	const named = name && table.byName.get(name.value);
	const touched = name === undefined ? table.chains : named === undefined ? [] : [named];
	switch (action) {
		case "flush":
			for (const chain of touched) chain.rules = [];
			break;
		case "delete-chain":
			for (const chain of [...touched]) {
				const own = chain.name?.value ?? "";
				if (chain.rules.length > 0 || HOOKS.includes(own)) continue;
				table.chains.splice(table.chains.indexOf(chain), 1);
				table.byName.delete(own);
			}
			break;
		case "rename-chain":
			if (name === undefined || to === undefined || named === undefined) break;
			table.byName.delete(name.value);
			table.byName.set(to.value, named);
			named.name = to;
			break;
		case "delete":
		case "replace":
			for (const { rules } of touched) {
				const at = number === undefined ? rules.findIndex((each) => sameRule(each, rule)) : number.value - 1;
				if (at < 0 || at >= rules.length) continue;
				if (action === "delete") rules.splice(at, 1);
				else if (rule !== undefined) rules.splice(at, 1, rule);
			}
			break;
	}
}

/** Whether two rules are one to the kernel: the words that the tool would print are the same. */
function sameRule(one: Rule, other: Rule | undefined): boolean {
	return other !== undefined && specification(one) === specification(other);
}

function specification(rule: Rule): string {
	const { counters, insert: _, command, table, family, text, ...rest } = rule;
	return printWords(rest);
}

function viewOf(table: OpenTable): TableView {
	const { named, given } = table;
	const family = table.family ?? familyOf(table.chains);
	const rest = { ...(family && { family }), chains: table.chains.map(chainView) };
	if (named !== undefined) return { name: named.value, named, ...rest };
	if (given !== undefined) return { name: given, ...rest };
	const inferred = infer(table);
	const [only, ...others] = inferred.candidates;
	return { ...(only !== undefined && others.length === 0 && { name: only }), inferred, ...rest };
}

function chainView({ name, head, rules }: OpenChain): ChainView {
	const whole = head !== undefined;
	const numbered = rules.map((rule, index): NumberedRule => {
		const number = rule.number?.value ?? (whole ? index + 1 : undefined);
		return { ...(number !== undefined && { number }), rule };
	});
	return {
		...(name && { name }),
		builtIn: name !== undefined && HOOKS.includes(name.value),
		...(head && "policy" in head && head.policy && { policy: head.policy }),
		...(head?.type === "chain-head" && head.references !== undefined && { references: head.references }),
		...(head && "counters" in head && head.counters && { counters: head.counters }),
		...(head && { head }),
		rules: numbered,
	};
}

/** Matches and targets that only one of the families has. */
const ONLY_OF: Readonly<Record<string, 4 | 6>> = {
	icmp: 4,
	ttl: 4,
	TTL: 4,
	icmp6: 6,
	hl: 6,
	HL: 6,
	rt: 6,
	hbh: 6,
	dst: 6,
	frag: 6,
	mh: 6,
	srh: 6,
	ipv6header: 6,
	eui64: 6,
};

/** The family that the rules tell; none where they tell both. */
function familyOf(seen: readonly OpenChain[]): FamilyInference | undefined {
	let found: FamilyInference | undefined;
	for (const { rules } of seen) {
		for (const rule of rules) {
			const told = familyOfRule(rule);
			if (told === undefined) continue;
			if (found !== undefined && found.family !== told.family) return undefined;
			found ??= told;
		}
	}
	return found;
}

function familyOfRule(rule: Rule): FamilyInference | undefined {
	const { source, destination, fragment, matches, target } = rule;
	if (rule.family !== undefined) return { family: rule.family, reason: `-${rule.family} stands on the rule` };
	for (const address of [source, destination]) {
		if (address?.type === "prefix" || address?.type === "masked")
			return { family: address.family, reason: `${address.address} is an address of IPv${address.family}` };
		if (address?.type !== "any" || address.text === "anywhere") continue;
		const family = address.text.includes(":") ? 6 : 4;
		return { family, reason: `${address.text} is any address of IPv${family}` };
	}
	for (const { type } of target === undefined ? matches : [...matches, target]) {
		const family = ONLY_OF[type];
		if (family !== undefined) return { family, reason: `${type} is an extension of IPv${family}` };
	}
	if (target?.type === "REJECT" && target.with !== undefined) {
		const family = target.with.value.startsWith("icmp6-")
			? 6
			: target.with.value.startsWith("icmp-")
				? 4
				: undefined;
		if (family !== undefined) return { family, reason: `REJECT answers by ${target.with.value}` };
	}
	return fragment === undefined ? undefined : { family: 4, reason: "-f is an option of IPv4" };
}

function infer({ chains: seen, assumed }: OpenTable): TableInference {
	const names = HOOKS.filter((hook) => seen.some((chain) => chain.name?.value === hook));
	const headed = seen.some((chain) => chain.head !== undefined);
	const exact = headed ? TABLES.filter(([, hooks]) => hooks.join() === names.join()) : [];
	const fitting =
		exact.length > 0 ? exact : TABLES.filter(([, hooks]) => names.every((n) => hooks.includes(n)));
	let candidates = [...new Set(fitting.map(([table]) => table))];
	const reasons: string[] = [];
	if (names.length > 0) {
		const verb = exact.length > 0 ? "are those of" : "stand in";
		reasons.push(`the built-in chains ${names.join(", ")} ${verb} ${candidates.join(", ")}`);
	}
	if (assumed !== undefined && (candidates.includes(assumed) || names.length === 0))
		return { candidates: [assumed], reason: "the command names no table, which means filter" };
	for (const rule of seen.flatMap((chain) => chain.rules)) {
		const target = rule.target?.type === "unknown-target" ? rule.target.name.value : rule.target?.type;
		const allowed = target === undefined ? undefined : ONLY_IN[target];
		const kept = allowed && candidates.filter((each) => allowed.includes(each));
		if (kept === undefined || kept.length === 0 || kept.length === candidates.length) continue;
		candidates = kept;
		reasons.push(`the target ${target} is allowed in ${kept.join(", ")} only`);
	}
	return { candidates, reason: reasons.join("; ") || "no line tells the table" };
}
