import type { ParsedDump } from "@netfossil/capture";
import { chains, type IptablesList, type IptablesSave, type TableView } from "@netfossil/iptables";
import type { TableName } from "@netfossil/iptables/semantics";
import type { Family } from "../address.ts";
import { citer } from "./cite.ts";
import type { Table } from "./kernel.ts";

interface Candidate extends Table {
	/** How much the dump tells of the table. */
	readonly rank: number;
}

const NAMES: ReadonlySet<string> = new Set(["raw", "mangle", "nat", "filter", "security"]);

/** The tables of a namespace, each from the dump that tells most of it. */
export class Tables {
	readonly #candidates: Candidate[] = [];

	read(parsed: ParsedDump<IptablesList | IptablesSave>): void {
		const citeAt = citer(parsed);
		const backend = backendOf(parsed);
		for (const view of chains(parsed.ast)) {
			if (view.name === undefined || !NAMES.has(view.name)) continue;
			this.#candidates.push({
				family: familyOf(parsed, view),
				name: view.name as TableName,
				...(backend && { backend }),
				view,
				citeAt,
				rank: rankOf(parsed, view),
			});
		}
	}

	/** Those of every dump. */
	all(): readonly Table[] {
		return this.#candidates;
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
		return [...best.values()];
	}
}

function familyOf({ dump }: ParsedDump, view: TableView): Family {
	if (dump.command !== undefined && /\bip6tables/.test(dump.command)) return 6;
	return view.family?.family ?? 4;
}

function rankOf(
	{ dump, ast }: ParsedDump<IptablesList | IptablesSave>,
	{ chains: seen, named }: TableView,
): number {
	if (ast.type === "iptables-save") return named === undefined ? 3 : 4;
	// A list without -v keeps silent about interfaces.
	const blind = seen.some(({ rules }) => rules.some(({ rule }) => rule.interfaces === "not-listed"));
	return blind ? 0 : /\s-\S*x/.test(dump.command ?? "") ? 2 : 1;
}

function backendOf({ dump, ast }: ParsedDump<IptablesList | IptablesSave>): Table["backend"] {
	for (const node of ast.statements) if (node.type === "generated") return node.backend ?? "legacy";
	const said = /\b(?:ip6?tables|xtables)-(legacy|nft)/.exec(dump.command ?? "")?.[1];
	if (said === undefined) return undefined;
	return said === "nft" ? "nf_tables" : "legacy";
}
