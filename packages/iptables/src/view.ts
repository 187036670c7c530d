import type { Word } from "@netfossil/core";
import type {
	ChainDeclaration,
	ChainHead,
	Counters,
	IptablesList,
	IptablesSave,
	ListStatement,
	NewChainLine,
	PolicyLine,
	Rule,
	SaveStatement,
} from "./ast.ts";

/** The rules of a text by table and chain, in the order printed. */
export interface TableView {
	/** Absent when the text leaves several open; see `inferred`. */
	readonly name?: string;
	/** The line that names the table, `*nat`. */
	readonly named?: Word;
	/** Set when no line names the table. */
	readonly inferred?: TableInference;
	readonly chains: readonly ChainView[];
}

/** Why a table is taken to be one, or which it may be. */
export interface TableInference {
	readonly candidates: readonly string[];
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

/** The built-in chains of each table; the kernels before 2.6.34 had no INPUT in nat. */
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
	chains: OpenChain[];
}

/** The rules of a list or a save text by table and chain, numbered. */
export function chains(ast: IptablesList | IptablesSave): TableView[] {
	const tables =
		ast.type === "iptables-list" ? listTables(ast.statements, ast.table) : saveTables(ast.statements);
	return tables.filter((table) => table.chains.length > 0 || table.named !== undefined).map(viewOf);
}

function listTables(statements: readonly ListStatement[], given: string | undefined): OpenTable[] {
	const open = (): OpenTable => ({ ...(given !== undefined && { given }), chains: [] });
	const tables: OpenTable[] = [open()];
	for (const node of statements) {
		const table = tables.at(-1)!;
		if (node.type === "table-title") {
			tables.push({ named: node.name, chains: [] });
		} else if (node.type === "chain-head") {
			const chain: OpenChain = { name: node.name, head: node, rules: [] };
			if (startsTable(table, node.name.value)) tables.push({ ...open(), chains: [chain] });
			else table.chains.push(chain);
		} else if (node.type === "rule") {
			if (table.chains.length === 0) table.chains.push({ rules: [] });
			table.chains.at(-1)!.rules.push(node);
		}
	}
	return tables;
}

/** Built-in chains come first and in hook order, so that one out of order begins another table. */
function startsTable({ chains: seen }: OpenTable, name: string): boolean {
	if (seen.some((chain) => chain.name?.value === name)) return true;
	const last = seen.at(-1)?.name?.value;
	const hook = HOOKS.indexOf(name);
	if (last === undefined || hook === -1) return false;
	return HOOKS.indexOf(last) === -1 || HOOKS.indexOf(last) > hook;
}

function saveTables(statements: readonly SaveStatement[]): OpenTable[] {
	const tables: OpenTable[] = [{ chains: [] }];
	let byName = new Map<string, OpenChain>();
	const chain = (name: Word): OpenChain => {
		let known = byName.get(name.value);
		if (known === undefined) {
			known = { name, rules: [] };
			byName.set(name.value, known);
			tables.at(-1)!.chains.push(known);
		}
		return known;
	};
	const begin = (table: OpenTable): void => {
		tables.push(table);
		byName = new Map();
	};
	for (const node of statements) {
		switch (node.type) {
			case "table":
				begin({ named: node.name, chains: [] });
				break;
			case "commit":
				begin({ chains: [] });
				break;
			case "chain-declaration":
				chain(node.name).head = node;
				break;
			case "policy":
			case "new-chain":
				chain(node.chain).head = node;
				break;
			case "rule":
				if (node.chain) chain(node.chain).rules.push(node);
				break;
		}
	}
	return tables;
}

function viewOf(table: OpenTable): TableView {
	const { named, given } = table;
	const views = table.chains.map(chainView);
	if (named !== undefined) return { name: named.value, named, chains: views };
	if (given !== undefined) return { name: given, chains: views };
	const inferred = infer(table);
	const [only, ...others] = inferred.candidates;
	return { ...(only !== undefined && others.length === 0 && { name: only }), inferred, chains: views };
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

function infer({ chains: seen }: OpenTable): TableInference {
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
