import type { ParsedDump } from "@netfossil/capture";
import {
	chains,
	type IptablesList,
	type IptablesSave,
	type Rule,
	type SaveStatement,
	type TableView,
} from "@netfossil/iptables";
import type { TableName } from "@netfossil/iptables/semantics";
import type { Family } from "../address.ts";
import { chainsOf } from "./chain.ts";
import { bareRule, citer } from "./cite.ts";
import type { Cite, Cut, SavedTable, Table } from "./kernel.ts";

interface Candidate extends Omit<Table, "chains"> {
	/** How much the dump tells of the table. */
	readonly rank: number;
	/** The dump would show the other tables of the family too, if there were any. */
	readonly shownWithAll: boolean;
}

/** The least rank of rules in the form that iptables-save and `-S` print. */
const SAVED = 3;

const NAMES: ReadonlySet<TableName> = new Set(["raw", "mangle", "nat", "filter", "security"]);

/** The tables of a namespace, each from the dump that tells most of it. */
export class Tables {
	readonly #candidates: Candidate[] = [];

	read(parsed: ParsedDump<IptablesList | IptablesSave>): void {
		const citeAt = citer(parsed);
		const backend = backendOf(parsed);
		const lasts = lastLines(parsed.ast);
		for (const shown of chains(parsed.ast)) {
			const last = shown.named && lasts.get(shown.named.start);
			const view = last !== undefined && isStump(parsed) ? withoutRule(shown, last) : shown;
			const name = view.name ?? defaultName(view);
			if (!isTableName(name)) continue;
			// Lines that grep left are of no chain.
			if (view.chains.every((chain) => chain.name === undefined)) continue;
			this.#candidates.push({
				family: familyOf(parsed, view),
				name,
				...(backend && { backend }),
				view,
				citeAt,
				...(isFragment(view) && { fragment: true }),
				...(last !== undefined && { cut: cutAt(view, last, citeAt(last.start)) }),
				rank: last === undefined ? rankOf(parsed, view) : -0.5,
				shownWithAll: lasts.size === 0 && showsAll(parsed),
			});
		}
	}

	/** Rules that no dump has: these count where a dump tells none. */
	add(table: Omit<Table, "chains">): void {
		this.#candidates.push({ ...table, rank: -1, shownWithAll: false });
	}

	/** Takes the rules of lists without `-v`, which leave interfaces out, to name none; whether there are such. */
	takeNoInterfaces(): boolean {
		let blind = false;
		for (const [at, candidate] of this.#candidates.entries()) {
			if (!isBlind(candidate.view)) continue;
			blind = true;
			const seen = candidate.view.chains.map((chain) => ({
				...chain,
				rules: chain.rules.map((numbered) => {
					const { interfaces: _, ...rule } = numbered.rule;
					return { ...numbered, rule: rule as Rule };
				}),
			}));
			this.#candidates[at] = { ...candidate, view: { ...candidate.view, chains: seen } };
		}
		return blind;
	}

	/** Whether a dump has a table, and not only some rules of one. */
	get isWhole(): boolean {
		return this.#candidates.some(({ fragment }) => fragment !== true);
	}

	/** The tables that no dump shows, of a family of which some dump shows another one, and none shows all. */
	unshown(family: Family): Set<TableName> {
		const own = this.#candidates.filter((each) => each.family === family && !each.habit && !each.fragment);
		if (own.length === 0 || own.some(({ shownWithAll }) => shownWithAll)) return new Set();
		return new Set([...NAMES].filter((name) => !own.some((each) => each.name === name)));
	}

	/** Those of every dump. */
	saved(): readonly SavedTable[] {
		return this.#candidates.filter(({ habit }) => habit === undefined);
	}

	/**
	 * Dumps that say different rules of one table, as those of two times do: the first of them is walked. Lists print
	 * names or numbers, more columns or less, and are not compared.
	 */
	differing(): string[] {
		const firsts = new Map<string, Candidate>();
		return this.#candidates.flatMap((each) => {
			if (each.habit !== undefined || each.rank < SAVED) return [];
			const { family, name, backend = "", rank } = each;
			const key = `${family} ${name} ${backend} ${rank}`;
			const first = firsts.get(key);
			if (first === undefined) firsts.set(key, each);
			if (first === undefined || rulesOf(first) === rulesOf(each)) return [];
			return [
				`two dumps of the table ${name} for IPv${family} differ: ${fileOf(first)} is taken, not ${fileOf(each)}`,
			];
		});
	}

	/**
	 * One of each family, name and backend: the save form says all, a list with `-v` nearly all, a list without
	 * it leaves interfaces out. A dump that does not say its backend only counts where no other has the table.
	 */
	finish(): Table[] {
		const best = new Map<string, Candidate>();
		const named = new Set(
			this.#candidates.flatMap(({ family, name, backend }) => (backend ? [`${family} ${name}`] : [])),
		);
		for (const each of this.#candidates) {
			const key = `${each.family} ${each.name}`;
			if (each.backend === undefined && named.has(key)) continue;
			const full = `${key} ${each.backend ?? ""}`;
			const known = best.get(full);
			if (known === undefined || each.rank > known.rank) best.set(full, each);
		}
		return [...best.values()].map((each) => ({ ...each, chains: chainsOf(each.view) }));
	}
}

/** The rules of a table without what they counted. */
const rulesOf = (table: Candidate): string =>
	table.view.chains
		.map(({ name, policy, rules }) =>
			[`${name?.value} ${policy?.value}`, ...rules.map((numbered) => bareRule(table, numbered))].join("\n"),
		)
		.sort()
		.join("\n");

const fileOf = ({ view, citeAt }: Candidate): string | undefined =>
	view.chains.flatMap(({ head, rules }) => citeAt((head ?? rules[0]?.rule)?.start ?? 0)?.file ?? [])[0];

/** The last lines of tables that no COMMIT ends, by where the name of the table stands: iptables-save always writes one. */
function lastLines(ast: IptablesList | IptablesSave): Map<number, SaveStatement> {
	const lasts = new Map<number, SaveStatement>();
	if (ast.type === "iptables-list") return lasts;
	let table: number | undefined;
	for (const node of ast.statements) {
		if (node.type === "table") table = node.name.start;
		if (table === undefined || node.type === "blank") continue;
		if (node.type === "commit") {
			lasts.delete(table);
			table = undefined;
		} else lasts.set(table, node);
	}
	return lasts;
}

/** The text ends within a line. */
const isStump = ({ dump: { source, end } }: ParsedDump): boolean =>
	end === source.text.length && !source.text.endsWith("\n");

/** `-A INPUT -p tc` would match other packets than the whole rule. */
const withoutRule = (view: TableView, last: SaveStatement): TableView => ({
	...view,
	chains: view.chains.map((chain) => ({
		...chain,
		rules: chain.rules.filter(({ rule }) => rule !== last),
	})),
});

/** iptables-save writes the rules of chains in the order in which it declares the chains. */
function cutAt({ chains: seen }: TableView, last: SaveStatement, { file, line }: Cite): Cut {
	const chain = last.type === "rule" ? last.chain?.value : undefined;
	const at = seen.findIndex(({ name }) => chain !== undefined && name?.value === chain);
	const whole = seen.slice(0, Math.max(at, 0)).flatMap(({ name }) => (name ? [name.value] : []));
	return { text: `${file} is cut at line ${line}: save it again`, whole: new Set(whole) };
}

/** `iptables -nvL` and `iptables -S` without `-t` list the table filter; security, whose chains have the same names, has to be asked for. */
function defaultName({ inferred, chains: seen }: TableView): "filter" | undefined {
	const headed = seen.some(({ head, builtIn }) => head !== undefined && builtIn);
	return headed && inferred?.candidates.includes("filter") ? "filter" : undefined;
}

const isTableName = (name: string | undefined): name is TableName =>
	(NAMES as ReadonlySet<string | undefined>).has(name);

/**
 * `iptables-save` prints every table that there is, and a script makes all that it means to; a list, `-S` and `-t` are
 * of one.
 */
function showsAll({ dump, ast }: ParsedDump<IptablesList | IptablesSave>): boolean {
	if (ast.type === "iptables-list" || /\s(?:-t|--table)\b/.test(dump.command ?? "")) return false;
	return ast.statements.some((node) => node.type === "table" || ("command" in node && node.command));
}

function familyOf({ dump }: ParsedDump, view: TableView): Family {
	if (dump.command !== undefined && /\bip6tables/.test(dump.command)) return 6;
	return view.family?.family ?? 4;
}

/** `-A` lines alone, as people quote "the rules that matter": neither the table is named, nor a chain declared. */
const isFragment = ({ named, chains: seen }: TableView): boolean =>
	named === undefined && seen.every(({ head }) => head === undefined);

/** A list without -v keeps silent about interfaces. */
const isBlind = ({ chains: seen }: TableView): boolean =>
	seen.some(({ rules }) => rules.some(({ rule }) => rule.interfaces === "not-listed"));

function rankOf({ dump, ast }: ParsedDump<IptablesList | IptablesSave>, view: TableView): number {
	if (isFragment(view)) return -2;
	if (ast.type === "iptables-save") return view.named === undefined ? SAVED : SAVED + 1;
	return isBlind(view) ? 0 : /\s-\S*x/.test(dump.command ?? "") ? 2 : 1;
}

function backendOf({ dump, ast }: ParsedDump<IptablesList | IptablesSave>): Table["backend"] {
	for (const node of ast.statements) if (node.type === "generated") return node.backend ?? "legacy";
	const said = /\b(?:ip6?tables|xtables)-(legacy|nft)/.exec(dump.command ?? "")?.[1];
	if (said === undefined) return undefined;
	return said === "nft" ? "nf_tables" : "legacy";
}
