import type { NumberedRule } from "@netfossil/iptables";
import {
	effectOf,
	type Hook,
	marksAfter,
	type Packet as Seen,
	TABLES_AT,
	type TableName,
} from "@netfossil/iptables/semantics";
import { confirm, track, UNTRACKED } from "./conntrack.ts";
import type { Fate } from "./fate.ts";
import { decide, type HookPlace, seen } from "./matching.ts";
import { natTable, type Translate } from "./nat.ts";
import type { Packet } from "./packet.ts";
import type { Run } from "./run.ts";
import type { Chain } from "./state/chain.ts";
import { type Namespace, placeName, type RuleRef, type Table } from "./state/kernel.ts";

/** What the rules of a hook say. */
export type Verdict =
	| { readonly type: "accept" }
	| { readonly type: "drop"; readonly rule: RuleRef }
	| { readonly type: "policy"; readonly table: Table; readonly chain: string }
	| { readonly type: "reject"; readonly with: string; readonly rule: RuleRef }
	| { readonly type: "unknown"; readonly why: string; readonly rule?: RuleRef; readonly command?: string }
	/** Something between the tables took the packet and sent it on itself (IPVS). */
	| { readonly type: "stolen"; readonly fate: Fate };

const ACCEPT: Verdict = { type: "accept" };

/** The most rules that one table may be asked at one hook. */
const MOST_RULES = 200_000;

/** What may come between two tables of a hook. */
export type Between = (after: TableName) => Verdict | undefined;

/**
 * The tables of a hook in the kernel's order, with connection tracking and translation in their places.
 * `between` is asked after each: of packets of the machine's own mangle and nat may change the way, and IPVS has
 * its place behind the filter.
 */
export function runHook(
	run: Run,
	namespace: Namespace,
	hook: Hook,
	packet: Packet,
	place: HookPlace,
	between?: Between,
): Verdict {
	const unruled = withoutRules(run, namespace, packet.family);
	if (unruled !== undefined) return unruled;
	for (const name of TABLES_AT[hook]) {
		if (name === "nat") {
			const verdict = natTable(run, namespace, hook, packet, (translate) =>
				tables(run, namespace, hook, "nat", packet, place, translate),
			);
			if (verdict !== undefined && verdict.type !== "accept") return verdict;
		} else {
			const verdict = tables(run, namespace, hook, name, packet, place);
			if (verdict.type !== "accept") return verdict;
		}
		// nf_conntrack has the priority -200, between raw (-300) and mangle (-150).
		if (name === "raw") track(run, namespace, packet);
		const verdict = between?.(name);
		if (verdict !== undefined && verdict.type !== "accept") return verdict;
	}
	if (hook === "INPUT" || hook === "POSTROUTING") confirm(packet);
	return ACCEPT;
}

/**
 * Where no dump tells the rules, the walk goes on as if there were none, and says beside that they may say anything.
 * Docker puts none into the namespaces of its overlays' bridges.
 */
function withoutRules(run: Run, namespace: Namespace, family: 4 | 6): Verdict | undefined {
	const { ruled, ruledBy, netns, host, tables } = namespace;
	if (ruled.has(family)) return undefined;
	const command = family === 4 ? "iptables-save -c" : "ip6tables-save -c";
	const text = `no dump tells the rules of ${placeName(namespace)} for IPv${family}`;
	if (netns?.startsWith("1-")) {
		run.assume(namespace, `${text}: there are taken to be none`, command);
		return undefined;
	}
	if (ruledBy !== undefined && ruled.size === 0) {
		run.assume(namespace, `${text}: there are taken to be ${ruledBy}`, command);
		return undefined;
	}
	// Where Swarm balances there are rules, whatever they are, unless the question says otherwise.
	if (
		run.premises.noRules !== true &&
		tables.length === 0 &&
		netns !== null &&
		/^(?:ingress_sbox$|lb_)/.test(netns)
	)
		return { type: "unknown", why: text, command };
	const gap = { text, host, netns, command };
	const open = run.choose({ kind: "gap", text, gap, about: "rules" }, [false, true], (way) =>
		way ? "they may say anything" : `there are ${knownRules(namespace)}`,
	);
	return open ? { type: "unknown", why: text, command } : undefined;
}

/**
 * Filter and nat decide where packets end; the other tables seldom hold anything, and a container's that were not saved
 * neither: that is taken for granted.
 */
function withoutTable(run: Run, namespace: Namespace, name: TableName, family: 4 | 6): Verdict | undefined {
	const { host, netns, ruledBy } = namespace;
	const unshown = namespace.unshown?.[family];
	if (!unshown?.has(name)) return undefined;
	const text = (names: readonly string[]): string =>
		`no dump shows the table${names.length > 1 ? "s" : ""} ${names.join(", ")} of ${placeName(namespace)} for IPv${family}`;
	const decides = (each: TableName): boolean =>
		ruledBy === undefined && (each === "filter" || each === "nat");
	const program = family === 4 ? "iptables" : "ip6tables";
	if (!decides(name)) {
		const idle = text([...unshown].filter((each) => !decides(each)));
		const why = ruledBy === undefined ? "" : `, for its rules are taken to be ${ruledBy}`;
		run.assume(namespace, `${idle}: taken to be empty${why}`, `${program}-save -c`);
		return undefined;
	}
	const gap = { text: text([name]), host, netns, command: `${program} -t ${name} -S` };
	const open = run.choose({ kind: "gap", text: gap.text, gap, about: "rules" }, [false, true], (way) =>
		way ? "it may say anything" : "it is empty",
	);
	return open ? { type: "unknown", why: gap.text, command: gap.command } : undefined;
}

function knownRules({ tables }: Namespace): string {
	if (tables.some(({ habit }) => habit !== undefined)) return "Docker's alone";
	return tables.length > 0 ? "those alone that a dump quotes" : "none";
}

/** The tables of one name: with both backends loaded, both are asked. */
function tables(
	run: Run,
	namespace: Namespace,
	hook: Hook,
	name: Table["name"],
	packet: Packet,
	place: HookPlace,
	translate?: Translate,
): Verdict {
	const unshown = withoutTable(run, namespace, name, packet.family);
	if (unshown !== undefined) return unshown;
	for (const table of namespace.tables) {
		if (table.name !== name || table.family !== packet.family) continue;
		const verdict = runTable(run, namespace, hook, table, packet, place, translate);
		if (verdict.type !== "accept") return verdict;
	}
	return ACCEPT;
}

interface Frame {
	readonly name: string;
	readonly chain: Chain;
	/** The rules that are still to be asked. */
	rest: Iterator<number>;
}

/** `ipt_do_table` in net/ipv4/netfilter/ip_tables.c. */
function runTable(
	run: Run,
	namespace: Namespace,
	hook: Hook,
	table: Table,
	packet: Packet,
	place: HookPlace,
	translate: Translate | undefined,
): Verdict {
	const base = table.chains.get(hook);
	if (base === undefined) return cutOff(table, hook) ?? ACCEPT;
	if (base.view.rules.length === 0) return cutOff(table, hook) ?? policy(run, namespace, table, base, hook);
	const view = seen(run, namespace, packet, place) as { -readonly [Key in keyof Seen]: Seen[Key] };
	const stack: Frame[] = [{ name: hook, chain: base, rest: base.candidates(view) }];
	for (let steps = 0; steps < MOST_RULES; steps++) {
		const frame = stack.at(-1)!;
		const { done, value: at } = frame.rest.next();
		if (done) {
			const lost = cutOff(table, frame.name);
			if (lost !== undefined) return lost;
			if (stack.length === 1) return policy(run, namespace, table, base, hook);
			stack.pop();
			continue;
		}
		const numbered = frame.chain.view.rules[at]!;
		const { rule, number = at + 1 } = numbered;
		if (
			!decide(
				run,
				namespace,
				table,
				rule,
				packet,
				view,
				place,
				`rule ${number} of ${frame.name} (${table.name})`,
			)
		)
			continue;
		const reference = ruleRef(namespace, table, frame.name, numbered);
		run.hit(reference);
		run.step(namespace, "rule", `${table.name} ${frame.name} ${whichRule(reference)}`, {
			rule: reference,
			...(reference.cite && { cite: reference.cite }),
		});
		const marks = marksAfter(rule, view);
		if (marks.mark !== undefined) packet.mark = view.mark = marks.mark;
		if (marks.connmark != null && packet.tracked?.connection)
			packet.tracked.connection.mark = view.connmark = marks.connmark;
		const { target } = rule;
		if (target?.type === "TTL" || target?.type === "HL") view.ttl = packet.ttl = ttlAfter(target, packet.ttl);
		if (target?.type === "TOS" || target?.type === "DSCP")
			view.tos = packet.tos = tosAfter(target, packet.tos);
		const effect = effectOf(target, table.view);
		switch (effect.type) {
			case "continue":
				break;
			case "notrack":
				packet.tracked = UNTRACKED;
				break;
			case "accept":
				return ACCEPT;
			case "drop":
				return { type: "drop", rule: reference };
			case "reject":
				return {
					type: "reject",
					with: effect.with ?? (table.family === 4 ? "icmp-port-unreachable" : "icmp6-port-unreachable"),
					rule: reference,
				};
			case "return":
				if (stack.length === 1) return policy(run, namespace, table, base, hook);
				stack.pop();
				break;
			case "jump": {
				const chain = table.chains.get(effect.chain);
				if (chain === undefined)
					return (
						cutOff(table, effect.chain) ?? {
							type: "unknown",
							why: `the table has no chain ${effect.chain}`,
							rule: reference,
						}
					);
				// A goto takes the place of the chain that it stands in; of a base chain the policy remains below.
				if (effect.goto && stack.length > 1) stack.pop();
				else if (effect.goto) frame.rest = [].values();
				if (stack.length > 500)
					return {
						type: "unknown",
						why: `the chains of ${table.name} lead round in a circle`,
						rule: reference,
					};
				stack.push({ name: effect.chain, chain, rest: chain.candidates(view) });
				break;
			}
			case "nat":
				if (translate === undefined || target === undefined)
					return { type: "unknown", why: "a translation outside of the nat table", rule: reference };
				return translate(target, reference, place) ?? ACCEPT;
			case "queue":
				if (effect.bypass) {
					run.assume(namespace, "no program is taken to listen to NFQUEUE");
					return ACCEPT;
				}
				return {
					type: "unknown",
					why: "a program that the dumps do not show decides (NFQUEUE)",
					rule: reference,
				};
			default:
				return {
					type: "unknown",
					why:
						effect.type === "unknown"
							? effect.reason
							: `what ${effect.type.toUpperCase()} does is not followed`,
					rule: reference,
				};
		}
	}
	return { type: "unknown", why: `the chains of ${table.name} do not come to an end` };
}

/** The rules that a cut took from the end of a chain may say anything. */
function cutOff({ cut, family }: Table, chain: string): Verdict | undefined {
	if (cut === undefined || cut.whole.has(chain)) return undefined;
	return { type: "unknown", why: cut.text, command: family === 4 ? "iptables-save -c" : "ip6tables-save -c" };
}

function whichRule({ assumed, index }: RuleRef): string {
	if (assumed === undefined) return `#${index ?? "?"}`;
	return assumed === true ? "(assumed)" : `(assumed, as in ${assumed})`;
}

function policy(run: Run, namespace: Namespace, table: Table, { view }: Chain, hook: Hook): Verdict {
	const dropped = view.policy?.value === "DROP" || view.policy?.value === "REJECT";
	if (!dropped) return ACCEPT;
	const cite = view.head && table.citeAt(view.head.start);
	run.step(namespace, "policy", `${table.name} ${hook}: policy ${view.policy?.value}`, cite ? { cite } : {});
	return { type: "policy", table, chain: hook };
}

export function ruleRef(
	{ host, netns }: Namespace,
	table: Table,
	chain: string,
	{ rule, number }: NumberedRule,
): RuleRef {
	const { habit } = table;
	const cite = table.citeAt(rule.start);
	// `[12:720] -A INPUT …`, as iptables-save -c has it.
	const quoted = cite?.text.replace(/^\[\d+:\d+\] /, "") ?? "";
	return {
		host,
		netns,
		family: table.family === 4 ? "ipv4" : "ipv6",
		table: table.name,
		chain,
		...(number !== undefined && habit === undefined && { index: number }),
		rule: habit?.ruleAt?.(rule.start) ?? quoted,
		...(cite && { cite }),
		...(habit && { assumed: habit.like ?? (true as const) }),
	};
}

interface TtlTarget {
	readonly set?: { readonly value: number };
	readonly decrement?: { readonly value: number };
	readonly increment?: { readonly value: number };
}

/** `ttl_tg` in net/netfilter/xt_HL.c. */
function ttlAfter(target: object, ttl: number): number {
	const { set, decrement, increment } = target as TtlTarget;
	if (set) return set.value;
	if (decrement) return Math.max(0, ttl - decrement.value);
	return increment ? Math.min(255, ttl + increment.value) : ttl;
}

interface TosTarget {
	readonly tos?: { readonly value: { readonly value: number }; readonly mask?: { readonly value: number } };
	readonly dscp?: { readonly value: number };
}

/** `tos_tg`, `dscp_tg` in net/netfilter/xt_DSCP.c; the lower two bits are ECN's. */
function tosAfter(target: object, before: number): number {
	const { tos, dscp } = target as TosTarget;
	if (dscp) return (before & 3) | (dscp.value << 2);
	return tos ? ((before & ~(tos.mask?.value ?? 0xff)) ^ tos.value.value) & 0xff : before;
}
