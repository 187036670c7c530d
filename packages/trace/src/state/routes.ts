import type { ParsedDump } from "@netfossil/capture";
import type { IpRouteDump, IpRuleDump, NetstatRoute } from "@netfossil/iproute";
import { anyOf, bitsOf, type Family, hostLength, type Prefix, prefixOf, textOf } from "../address.ts";
import { type Citer, citer } from "./cite.ts";
import type { Device, Nexthop, PolicyRule, Route } from "./kernel.ts";
import { RouteTable } from "./route-table.ts";

type RouteNode = Extract<IpRouteDump["statements"][number], { type: "route" }>;
type Hop = RouteNode | NonNullable<RouteNode["nexthops"]>[number];
type RuleNode = Extract<IpRuleDump["statements"][number], { type: "rule" }>;

const TABLES: Readonly<Record<string, string>> = { 255: "local", 254: "main", 253: "default", 0: "main" };

/** The kernel's own tables by their names. */
export const tableName = (name: string): string => TABLES[name] ?? name;

export function readRoutes(parsed: ParsedDump<IpRouteDump>): Route[] {
	const { command } = parsed.dump;
	const words = command?.split(/\s+/) ?? [];
	const asked = /\btable (\S+)/.exec(command ?? "")?.[1];
	const only = asked === undefined || asked === "all" || asked === "0" ? "main" : tableName(asked);
	const cite = citer(parsed);
	const routes: Route[] = [];
	for (const node of parsed.ast.statements) {
		if (node.type !== "route") continue;
		const route = routeOf(node, words.includes("-6") ? 6 : 4, only, cite);
		if (route !== undefined) routes.push(route);
	}
	return routes;
}

function routeOf(node: RouteNode, told: Family, only: string, cite: Citer): Route | undefined {
	const hops: readonly Hop[] = node.nexthops?.length ? node.nexthops : [node];
	const destination = prefixOfNode(node.destination, () => familyOfHop(hops, node, told));
	if (destination === undefined) return undefined;
	const from = node.from && prefixOfNode(node.from, () => destination.family);
	return {
		family: destination.family,
		table: tableName(node.table?.value ?? only),
		kind: node.kind?.value ?? "unicast",
		destination,
		...(from && { from }),
		tos: node.tos ? Number.parseInt(node.tos.value, 16) || 0 : 0,
		metric: node.metric?.value ?? 0,
		nexthops: hops.map(nexthop),
		...(node.src?.type === "ip" && { src: node.src.value }),
		...(node.scope && { scope: node.scope.value }),
		cite: cite(node.start),
	};
}

function nexthop(hop: Hop): Nexthop {
	const { via, dev, weight, flags } = hop;
	return {
		...(via?.address.type === "ip" && { via: via.address.value }),
		...(dev && { dev: dev.value }),
		weight: weight?.value ?? 1,
		dead: flags?.includes("dead") ?? false,
	};
}

/** A `default` does not say of which family it is: its gateway does, or `pref`, which only IPv6 has. */
function familyOfHop(hops: readonly Hop[], node: RouteNode, told: Family): Family {
	const gateway = hops.map(({ via }) => via?.address).find((each) => each?.type === "ip");
	if (gateway?.type === "ip") return gateway.family;
	return node.pref !== undefined ? 6 : told;
}

function prefixOfNode(
	node: RouteNode["destination"] | NonNullable<RuleNode["from"]>,
	family: () => Family,
): Prefix | undefined {
	switch (node.type) {
		case "ip":
			return prefixOf(node.value, hostLength(node.family));
		case "prefix":
			return prefixOf(node.address, node.length);
		case "default":
		case "all":
			return anyOf(family());
		default:
			return undefined;
	}
}

/** `route -n` and `netstat -rn`: the table main alone. */
export function readNetstatRoutes(parsed: ParsedDump<NetstatRoute>): Route[] {
	const cite = citer(parsed);
	const routes: Route[] = [];
	for (const node of parsed.ast.statements) {
		if (node.type !== "route") continue;
		const destination = netstatDestination(node.destination, node.netmask);
		if (destination === undefined) continue;
		const via =
			node.gateway.type === "ip" && bitsOf(node.gateway.value)?.value !== 0n ? node.gateway.value : undefined;
		routes.push({
			family: destination.family,
			table: "main",
			kind: node.flags.value.startsWith("!") ? "unreachable" : "unicast",
			destination,
			tos: 0,
			metric: typeof node.metric === "object" ? node.metric.value : 0,
			nexthops: [{ ...(via && { via }), dev: node.interface.value, weight: 1, dead: false }],
			cite: cite(node.start),
		});
	}
	return routes;
}

type Row = Extract<NetstatRoute["statements"][number], { type: "route" }>;

function netstatDestination(node: Row["destination"], netmask: Row["netmask"]): Prefix | undefined {
	if (node.type === "prefix") return prefixOf(node.address, node.length);
	if (node.type === "name") return node.value === "default" ? anyOf(4) : undefined;
	const mask = netmask?.type === "ip" ? bitsOf(netmask.value) : undefined;
	const length =
		mask === undefined ? hostLength(node.family) : mask.value.toString(2).replaceAll("0", "").length;
	return prefixOf(node.value, length);
}

export function readRules(parsed: ParsedDump<IpRuleDump>): PolicyRule[] {
	const family = / -6\b/.test(parsed.dump.command ?? "") ? 6 : 4;
	const cite = citer(parsed);
	return parsed.ast.statements.flatMap((node) => (node.type === "rule" ? ruleOf(node, family, cite) : []));
}

const PROTOCOLS: Readonly<Record<string, number>> = {
	icmp: 1,
	tcp: 6,
	udp: 17,
	"ipv6-icmp": 58,
	icmpv6: 58,
	sctp: 132,
};

function ruleOf(node: RuleNode, told: Family, cite: Citer): PolicyRule {
	const addressed = [node.from, node.to].find((each) => each?.type === "ip" || each?.type === "prefix");
	const family = addressed?.type === "ip" || addressed?.type === "prefix" ? addressed.family : told;
	const from = node.from && prefixOfNode(node.from, () => family);
	const to = node.to && prefixOfNode(node.to, () => family);
	const tos = node.tos ?? node.dsfield;
	const { fwmark, iif, oif, ipproto, sport, dport, lookup, goto, action } = node;
	const protocol = ipproto && (PROTOCOLS[ipproto.value] ?? Number(/\d+$/.exec(ipproto.value)?.[0] ?? -1));
	const open = node.uidrange ? "the user of the socket" : node.tun_id ? "the tunnel's id" : undefined;
	return {
		priority: node.priority.value,
		family,
		not: node.not === true,
		vrf: node.l3mdev === true,
		...(from && { from }),
		...(to && { to }),
		...(tos && { tos: Number.parseInt(tos.value, 16) }),
		...(fwmark && { fwmark: { value: fwmark.value.value, mask: fwmark.mask?.value ?? 0xffffffff } }),
		...(iif && { iif: iif.value }),
		...(oif && { oif: oif.value }),
		...(protocol !== undefined && { protocol }),
		...(sport && { sport: [sport.from.value, sport.to?.value ?? sport.from.value] as const }),
		...(dport && { dport: [dport.from.value, dport.to?.value ?? dport.from.value] as const }),
		...(open !== undefined && { open }),
		...(lookup && { table: tableName(lookup.value) }),
		...(goto?.priority && { goto: goto.priority.value }),
		...(action && { action: action.value }),
		...(node.suppress_prefixlength && { suppressLength: node.suppress_prefixlength.value }),
		cite: cite(node.start),
	};
}

/** The rules that every kernel starts with; IPv6 has no table `default`. */
export function defaultRules(family: Family): PolicyRule[] {
	const rule = (priority: number, table: string): PolicyRule => ({
		priority,
		family,
		not: false,
		vrf: false,
		table,
	});
	return [rule(0, "local"), rule(32766, "main"), ...(family === 4 ? [rule(32767, "default")] : [])];
}

/**
 * The routes that the kernel makes of an interface's addresses: to itself, and where asked to the link. Those of an
 * interface in a VRF are in the VRF's table.
 */
export function routesOfAddresses(
	devices: Iterable<Device>,
	family: Family,
	kinds: "local" | "main",
): Route[] {
	const routes: Route[] = [];
	const all = [...devices];
	for (const device of all) {
		if (!device.up) continue;
		const { table = kinds } = all.find(({ name }) => name === device.master) ?? {};
		for (const { address, network, family: own, broadcast, flags } of device.addresses) {
			if (own !== family) continue;
			const add = (kind: string, destination: Prefix | undefined, src?: string): void => {
				if (destination === undefined) return;
				const nexthops = [{ dev: device.name, weight: 1, dead: false }];
				const rest = { tos: 0, metric: family === 6 && kinds === "main" ? 256 : 0, nexthops };
				routes.push({ family, table, kind, destination, ...rest, ...(src && { src }) });
			};
			if (kinds === "local") {
				add("local", prefixOf(address, hostLength(family)), family === 4 ? address : undefined);
				if (device.name === "lo" && family === 4) add("local", network, address);
				if (broadcast !== undefined && device.name !== "lo")
					add("broadcast", prefixOf(broadcast, 32), address);
			} else if (device.name !== "lo" && !flags.includes("noprefixroute")) {
				add("unicast", network, family === 4 ? address : undefined);
			}
		}
	}
	return routes;
}

/** Routes of a family by table; of equal ones the first dump's stays. */
export function byTable(routes: readonly Route[]): Map<string, RouteTable> {
	const tables = new Map<string, Route[]>();
	const seen = new Set<string>();
	for (const route of routes) {
		const key = JSON.stringify([
			route.table,
			route.kind,
			textOf(route.destination),
			route.destination.length,
			route.from?.length,
			route.tos,
			route.metric,
			route.nexthops,
		]);
		if (seen.has(key)) continue;
		seen.add(key);
		const table = tables.get(route.table) ?? [];
		tables.set(route.table, table);
		table.push(route);
	}
	return new Map([...tables].map(([name, table]) => [name, new RouteTable(table)]));
}
