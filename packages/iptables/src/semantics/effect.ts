import type { Target } from "../targets/index.ts";
import type { ChainView, TableView } from "../view.ts";

/**
 * What the target of a rule that matched does to the packet. `terminating`: the packet leaves the table
 * here (`true`), goes on with the next rule (`false`), or that depends on more than the rule.
 */
export type Effect =
	/** ACCEPT: on to the next table of the hook. */
	| { readonly type: "accept"; readonly terminating: true }
	| { readonly type: "drop"; readonly terminating: true }
	/**
	 * REJECT: dropped, with an answer. `with` is absent where a hand-written rule is silent, and stands for
	 * icmp-port-unreachable, of ip6tables icmp6-port-unreachable.
	 */
	| { readonly type: "reject"; readonly terminating: true; readonly with?: string }
	/** RETURN: on with the rule after the jump; from a built-in chain, its policy. */
	| { readonly type: "return"; readonly terminating: false }
	/**
	 * `-j CHAIN` comes back to the next rule; `goto` (`-g CHAIN`) does not, its RETURN goes to the rule after
	 * the last jump.
	 */
	| { readonly type: "jump"; readonly terminating: false; readonly chain: string; readonly goto: boolean }
	/**
	 * QUEUE and NFQUEUE: a program decides. `bypass`: without a program the packet is accepted, otherwise dropped.
	 * `to` is above `from` where the queues share the packets.
	 */
	| {
			readonly type: "queue";
			readonly terminating: true;
			readonly from: number;
			readonly to: number;
			readonly bypass: boolean;
	  }
	/** LOG, MARK and the like, and a rule without a target: its counters rise, the packet goes on. */
	| { readonly type: "continue"; readonly terminating: false }
	/**
	 * A translation, which ends the nat table for the whole connection. `by-hook`: NETMAP changes the destination
	 * at PREROUTING and OUTPUT and the source at POSTROUTING and INPUT.
	 */
	| {
			readonly type: "nat";
			readonly terminating: true;
			readonly direction: "source" | "destination" | "by-hook";
	  }
	/** TPROXY: accepted, with its mark, if the machine has a fitting socket; dropped if not. */
	| { readonly type: "tproxy"; readonly terminating: true }
	/** SYNPROXY: takes a SYN and the ACK that answers it, lets other packets go on. */
	| { readonly type: "synproxy"; readonly terminating: "undecided" }
	/** NOTRACK, `CT --notrack`: the packet goes on, its `ctstate` is UNTRACKED. */
	| { readonly type: "notrack"; readonly terminating: false }
	| { readonly type: "unknown"; readonly terminating: "undecided"; readonly reason: string };

const CONTINUE: Effect = { type: "continue", terminating: false };
const NAT_SOURCE: Effect = { type: "nat", terminating: true, direction: "source" };
const NAT_DESTINATION: Effect = { type: "nat", terminating: true, direction: "destination" };

/** A table is asked once for each rule. */
const CHAINS = new WeakMap<TableView, ReadonlyMap<string, ChainView>>();

/** The chains of a table by name. */
export function chainsOf(table: TableView): ReadonlyMap<string, ChainView> {
	const known = CHAINS.get(table);
	if (known !== undefined) return known;
	const named = new Map<string, ChainView>();
	for (const chain of table.chains)
		if (chain.name && !named.has(chain.name.value)) named.set(chain.name.value, chain);
	CHAINS.set(table, named);
	return named;
}

/**
 * What a target does. With the table, a target that has the name of one of its chains is a jump there (a
 * machine without the extension AUDIT may have a chain of that name), and one to a chain that it does not have
 * is unknown.
 */
export function effectOf(target: Target | undefined, table?: TableView): Effect {
	const chains = table && chainsOf(table);
	const effect = effectIn(chains, target);
	if (effect.type !== "jump" || chains === undefined || chains.has(effect.chain)) return effect;
	return unknown(`the table has no chain ${effect.chain}`);
}

/** As {@link effectOf}, but a jump to a chain that does not exist stays one. */
export function effectIn(
	chains: ReadonlyMap<string, ChainView> | undefined,
	target: Target | undefined,
): Effect {
	if (target === undefined) return CONTINUE;
	const name = nameOf(target);
	const chain = chains?.get(name);
	if (chain?.builtIn === false) return jump(name, target.type === "jump" && target.goto === true);
	if (target.type === "jump") {
		// A target without options that is not read, as `-j ULOG`, looks like a jump.
		const known = chains && !target.goto && Object.hasOwn(EFFECTS, name);
		return known ? EFFECTS[name]! : jump(name, target.goto === true);
	}
	switch (target.type) {
		case "REJECT":
			return { type: "reject", terminating: true, ...(target.with && { with: target.with.value }) };
		case "NFQUEUE": {
			const from = target.balance?.from.value ?? target.number?.value ?? 0;
			const last = target.balance?.to;
			const to = last === undefined || last === "open" ? from : last.value;
			return { type: "queue", terminating: true, from, to, bypass: target.bypass !== undefined };
		}
		case "CT":
			return target.notrack ? { type: "notrack", terminating: false } : CONTINUE;
	}
	const effect = Object.hasOwn(EFFECTS, name) ? EFFECTS[name] : undefined;
	return effect ?? unknown(`what the target ${name} does is not known`);
}

function nameOf(target: Target): string {
	switch (target.type) {
		case "jump":
			return target.chain.value;
		case "unknown-target":
			return target.name.value;
		default:
			return target.type;
	}
}

function jump(chain: string, goto: boolean): Effect {
	return { type: "jump", terminating: false, chain, goto };
}

function unknown(reason: string): Effect {
	return { type: "unknown", terminating: "undecided", reason };
}

/** Targets by name, from the verdicts that their functions in net/netfilter/xt_*.c return. */
const EFFECTS: Readonly<Record<string, Effect>> = {
	ACCEPT: { type: "accept", terminating: true },
	DROP: { type: "drop", terminating: true },
	RETURN: { type: "return", terminating: false },
	QUEUE: { type: "queue", terminating: true, from: 0, to: 0, bypass: false },
	DNAT: NAT_DESTINATION,
	REDIRECT: NAT_DESTINATION,
	SNAT: NAT_SOURCE,
	MASQUERADE: NAT_SOURCE,
	NETMAP: { type: "nat", terminating: true, direction: "by-hook" },
	TPROXY: { type: "tproxy", terminating: true },
	SYNPROXY: { type: "synproxy", terminating: "undecided" },
	NOTRACK: { type: "notrack", terminating: false },
	AUDIT: CONTINUE,
	CHECKSUM: CONTINUE,
	CLASSIFY: CONTINUE,
	CONNMARK: CONTINUE,
	CONNSECMARK: CONTINUE,
	DNPT: CONTINUE,
	DSCP: CONTINUE,
	ECN: CONTINUE,
	HL: CONTINUE,
	HMARK: CONTINUE,
	IDLETIMER: CONTINUE,
	LED: CONTINUE,
	LOG: CONTINUE,
	MARK: CONTINUE,
	NFLOG: CONTINUE,
	RATEEST: CONTINUE,
	SECMARK: CONTINUE,
	SET: CONTINUE,
	SNPT: CONTINUE,
	TCPMSS: CONTINUE,
	TCPOPTSTRIP: CONTINUE,
	TEE: CONTINUE,
	TOS: CONTINUE,
	TRACE: CONTINUE,
	TTL: CONTINUE,
	ULOG: CONTINUE,
};
