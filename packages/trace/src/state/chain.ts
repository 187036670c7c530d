import type { ChainView, TableView } from "@netfossil/iptables";
import { type Packet, RuleIndex } from "@netfossil/iptables/semantics";

/** From so many rules on it costs less to look up which may match than to ask each. */
const LONG = 32;

/** A chain, and which of its rules a packet is to be asked about. */
export class Chain {
	readonly view: ChainView;
	readonly #isLong: boolean;
	#index: RuleIndex | undefined;

	/** `long`: from how many rules on they are looked up. */
	constructor(view: ChainView, long: number = LONG) {
		this.view = view;
		this.#isLong = view.rules.length >= long;
	}

	/** The places of the rules that may match, in order. Those that are left out do not, whatever else is open. */
	candidates(packet: Packet): Iterator<number> {
		if (!this.#isLong) return this.view.rules.keys();
		this.#index ??= new RuleIndex(this.view.rules.map(({ rule }) => rule));
		return this.#index.of(packet);
	}
}

/** The chains of a table by name; of two with one name the first. */
export function chainsOf({ chains }: TableView, long?: number): ReadonlyMap<string, Chain> {
	const named = new Map<string, Chain>();
	for (const view of chains)
		if (view.name !== undefined && !named.has(view.name.value))
			named.set(view.name.value, new Chain(view, long));
	return named;
}
