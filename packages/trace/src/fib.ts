import { type Mark, markHolds } from "@netfossil/iptables/semantics";
import {
	type Bits,
	bitsOf,
	type Family,
	holds,
	isLimitedBroadcast,
	isMulticast,
	isZero,
	type Prefix,
} from "./address.ts";
import type { Gap } from "./fate.ts";
import { hasCarrier } from "./links.ts";
import type { Run } from "./run.ts";
import { type Namespace, type Nexthop, type PolicyRule, placeName, type Route } from "./state/kernel.ts";
import { vrfOf } from "./vrf.ts";

/** What a lookup asks, as `struct flowi`. */
export interface FlowKey {
	readonly family: Family;
	readonly dst: string;
	/** Absent: not chosen yet. */
	readonly src?: string;
	/** Absent: the machine itself sends. */
	readonly iif?: string;
	readonly oif?: string;
	readonly mark: Mark;
	readonly tos?: number;
	readonly protocol?: number;
	readonly sport?: number | null;
	readonly dport?: number | null;
}

/** What a lookup finds. */
export type FibResult = (Found & { readonly nexthop: Nexthop }) | NotFound;

interface Found {
	readonly type: "route";
	readonly route: Route;
	readonly rule: PolicyRule;
}

/** The errno that a lookup ends with. */
interface NotFound {
	readonly type: "error";
	readonly errno: Errno;
	readonly why: string;
	readonly route?: Route;
	readonly rule?: PolicyRule;
	/** No dump tells: there may be a route. */
	readonly open?: Gap;
}

/** Thrown where a packet's way hangs on a dump that is missing; the walk ends there. */
export class Undecided extends Error {
	readonly gap: Gap;

	constructor(gap: Gap) {
		super(gap.text);
		this.gap = gap;
	}
}

/** What a lookup finds, where only a dump's own word counts. */
export function decided(run: Run, namespace: Namespace, key: FlowKey): FibResult {
	const found = lookup(run, namespace, key);
	if (found.type === "error" && found.open !== undefined) throw new Undecided(found.open);
	return found;
}

export type Errno = "ENETUNREACH" | "EHOSTUNREACH" | "EACCES" | "EINVAL";

/** `fib_props` in net/ipv4/fib_semantics.c. */
const ERRORS: Readonly<Record<string, Errno>> = {
	unreachable: "EHOSTUNREACH",
	prohibit: "EACCES",
	blackhole: "EINVAL",
};
/** `fib4_rule_action` in net/ipv4/fib_rules.c: a rule that says unreachable is not what a route is that does. */
const RULE_ERRORS: Readonly<Record<string, Errno>> = {
	unreachable: "ENETUNREACH",
	prohibit: "EACCES",
	blackhole: "EINVAL",
};

/** The route to a destination, and of several ways that it has one. */
export function lookup(run: Run, namespace: Namespace, key: FlowKey): FibResult {
	const found = search(run, namespace, key);
	if (found.type === "error") return found;
	const nexthop = run.choose(
		{
			kind: "chance",
			text: `the route to ${key.dst} in ${namespace.host} has several ways`,
			weights: found.usable.map(({ weight }) => weight),
		},
		found.usable,
		({ via, dev }) => [via && `via ${via}`, dev && `dev ${dev}`].filter(Boolean).join(" "),
	);
	return { ...found, nexthop };
}

type Searched = (Found & { readonly usable: readonly Nexthop[] }) | NotFound;

/** `fib_rules_lookup` in net/core/fib_rules.c: the rules in order, each with its table. */
function search(run: Run, namespace: Namespace, key: FlowKey): Searched {
	const dst = bitsOf(key.dst);
	if (dst === undefined) return { type: "error", errno: "EINVAL", why: `${key.dst} is no address` };
	if (namespace.unaddressed)
		return openEnd(namespace, key, "the machine's addresses, and what becomes of what is", "ip addr");
	const rules = namespace.rules[key.family];
	let at = 0;
	for (let steps = 0; at < rules.length && steps < 10_000; steps++) {
		const rule = rules[at++]!;
		if (!ruleHolds(run, namespace, rule, key)) continue;
		if (rule.goto !== undefined) {
			const to = rules.findIndex(({ priority }) => priority >= rule.goto!);
			// The kernel refuses to go back.
			if (to >= at) at = to;
			continue;
		}
		const errno = rule.action === undefined ? undefined : RULE_ERRORS[rule.action];
		if (errno !== undefined)
			return { type: "error", errno, why: `rule ${rule.priority} says ${rule.action}`, rule };
		const table = rule.vrf ? vrfOf(namespace, key.iif ?? key.oif)?.table : rule.table;
		if (table === undefined) continue;
		if (namespace.openRules.has(key.family) && table !== "local")
			return openEnd(
				namespace,
				key,
				"which table of routes is asked",
				key.family === 6 ? "ip -6 rule" : "ip rule",
			);
		// Of a table of its own nothing is known without a dump of the routes.
		const known = namespace.routed.has(key.family) || /^(?:local|main|default)$/.test(table);
		if (!known) return openEnd(namespace, key, `the routes of table ${table}`, "ip route show table all");
		const found = inTable(namespace, table, key, dst, rule.suppressLength);
		if (found !== undefined) return { ...found, rule };
	}
	const why = `no route to ${key.dst}`;
	if (!namespace.routed.has(key.family))
		return openEnd(namespace, key, "whether there is a route", "ip route show table all");
	return { type: "error", errno: "ENETUNREACH", why };
}

function openEnd(namespace: Namespace, { dst }: FlowKey, what: string, command: string): NotFound {
	const { host, netns } = namespace;
	const text = `no dump of ${placeName(namespace)} tells ${what} for ${dst}`;
	return {
		type: "error",
		errno: "ENETUNREACH",
		why: `no route to ${dst}`,
		open: { text, host, netns, command },
	};
}

function ruleHolds(run: Run, namespace: Namespace, rule: PolicyRule, key: FlowKey): boolean {
	const { from, to, iif, oif, fwmark, tos, protocol, sport, dport, open } = rule;
	const inside = (prefix: Prefix | undefined, address: string | undefined): boolean => {
		if (prefix === undefined || prefix.length === 0) return true;
		// Without a source yet the kernel compares 0.0.0.0.
		const bits: Bits | undefined =
			address === undefined ? { family: prefix.family, value: 0n } : bitsOf(address);
		return bits !== undefined && holds(prefix, bits);
	};
	const range = (wanted: readonly [number, number] | undefined, port: number | null | undefined): boolean =>
		wanted === undefined || (port != null && port >= wanted[0] && port <= wanted[1]);
	let matches =
		inside(from, key.src) &&
		inside(to, key.dst) &&
		// `iif lo` is what the machine itself sends.
		(iif === undefined || iif === (key.iif ?? "lo")) &&
		(oif === undefined || oif === key.oif) &&
		(tos === undefined || tos === 0 || tos === (key.tos ?? 0)) &&
		(protocol === undefined || protocol === key.protocol) &&
		range(sport, key.sport) &&
		range(dport, key.dport);
	if (matches && fwmark !== undefined) {
		const { result, reasons } = markHolds(key.mark, fwmark);
		matches =
			result === "undecided"
				? run.choose(
						{ kind: "gap", text: `rule ${rule.priority}: ${reasons[0]?.text ?? "the mark is not known"}` },
						[true, false],
						String,
					)
				: result;
	}
	if (matches && open !== undefined) {
		const text = `rule ${rule.priority} of ${namespace.host} asks for ${open}`;
		matches = run.choose({ kind: "gap", text }, [true, false], (way) =>
			way ? "it holds" : "it does not hold",
		);
	}
	return matches !== rule.not;
}

type InTable = Omit<Extract<Searched, { type: "route" }>, "rule"> | (NotFound & { readonly route: Route });

/** `fib_table_lookup` in net/ipv4/fib_trie.c: the longest destination, of these the first that is usable. */
function inTable(
	namespace: Namespace,
	table: string,
	key: FlowKey,
	dst: Bits,
	suppress: number | undefined,
): InTable | undefined {
	for (const route of namespace.routes[key.family].get(table)?.toward(dst) ?? []) {
		if (route.tos !== 0 && route.tos !== (key.tos ?? 0)) continue;
		if (route.from !== undefined && route.from.length > 0) {
			const src = key.src === undefined ? undefined : bitsOf(key.src);
			if (src === undefined || !holds(route.from, src)) continue;
		}
		if (route.kind === "throw") return undefined;
		if (suppress !== undefined && route.destination.length <= suppress) return undefined;
		const errno = ERRORS[route.kind];
		if (errno !== undefined)
			return { type: "error", errno, why: `the route to ${key.dst} is ${route.kind}`, route };
		const usable = route.nexthops.filter(({ dev, dead }) => !dead && isUsable(namespace, dev, route, key));
		if (usable.length === 0) continue;
		return { type: "route", route, usable };
	}
	return undefined;
}

function isUsable(namespace: Namespace, dev: string | undefined, route: Route, key: FlowKey): boolean {
	// `l3mdev_update_flow`: an interface that is a VRF names a table, not a way.
	const bound = key.oif === undefined || namespace.devices.get(key.oif)?.kind === "vrf" ? undefined : key.oif;
	if (bound !== undefined && dev !== undefined && dev !== bound && route.kind !== "local") return false;
	const device = dev === undefined ? undefined : namespace.devices.get(dev);
	// An interface that no dump shows is taken to be up, for its route is there.
	if (device === undefined || (device.up && hasCarrier(device))) return true;
	return device.up && !ignoresLinkdown(namespace, route, device.name);
}

/** `IN_DEV_IGNORE_ROUTES_WITH_LINKDOWN`: what leads to an interface without a carrier counts, if it is not forbidden. */
const ignoresLinkdown = ({ settings }: Namespace, { kind, family }: Route, dev: string): boolean =>
	kind === "unicast" &&
	["all", dev].some(
		(each) =>
			(settings.get(`net.ipv${family}.conf.${each.replaceAll(".", "/")}.ignore_routes_with_linkdown`) ??
				0) !== 0,
	);

/**
 * `inet_addr_type` in net/ipv4/fib_frontend.c: what an address is to a namespace, by its table local alone, and of one
 * interface if it is to be; `match_lookup_rt6` in net/netfilter/xt_addrtype.c asks all routes.
 */
export function addressType(
	run: Run,
	namespace: Namespace,
	address: string,
	family: Family,
	{ device, vrf }: { readonly device?: string | undefined; readonly vrf?: string | undefined } = {},
): string {
	const bits = bitsOf(address);
	if (bits === undefined) return "UNICAST";
	if (isMulticast(bits)) return "MULTICAST";
	if (family === 4 && (isLimitedBroadcast(bits) || isZero(bits))) return "BROADCAST";
	for (const { kind, nexthops } of namespace.routes[family].get("local")?.toward(bits) ?? []) {
		const here = device === undefined || nexthops.some(({ dev }) => dev === device);
		return here ? kind.toUpperCase() : "UNICAST";
	}
	if (family === 4 && vrf === undefined) return "UNICAST";
	const found = search(run, namespace, {
		family,
		dst: address,
		mark: 0,
		...(vrf !== undefined && { oif: vrf }),
	});
	if (found.type === "route") return found.route.kind.toUpperCase();
	return family === 4 ? "UNICAST" : "UNREACHABLE";
}

/** Whether an address is the machine's own, in one of its VRFs where that is given. */
export const isLocal = (
	run: Run,
	namespace: Namespace,
	address: string,
	family: Family,
	vrf?: string,
): boolean => addressType(run, namespace, address, family, { vrf }) === "LOCAL";
