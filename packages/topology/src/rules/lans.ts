import { networkOf } from "@netfossil/core";
import type { Context, Rule } from "../context.ts";
import { conclude, observed, proof, type Quote } from "../evidence.ts";
import { addressId, interfaceId, lanId } from "../ids.ts";
import type { Link } from "../links.ts";
import { append } from "../lists.ts";
import type { AddressLine, NeighbourRow } from "../observations.ts";
import { leadsOutside } from "./outside.ts";
import { ownSubnet } from "./subnets.ts";

/** The attribute of an address's edge to its LAN that names the hosts there. */
export const SHARED = "sharedWith";

/** An address on an interface that leads out of its host. */
interface Leg {
	readonly row: AddressLine;
	readonly host: string;
	readonly interface: string;
	readonly address: string;
}

/** What the host's neighbour tables say of two legs. */
type Verdict = { readonly says: "one" | "two"; readonly quotes: readonly Quote[] };

/** Which hosts share a LAN. */
export const lans: Rule = {
	id: "lan",
	concludes:
		"The address of an interface that leads out of its host is in its subnet. Interfaces of several hosts with addresses in one subnet are on one LAN (`sharedWith`): certainly where a neighbour table has one's address with its MAC on the other's interface, else it is assumed. Equal addresses, a neighbour of the address with another MAC, or other VLANs show that they are not.",
	certainty: ["observed", "derived", "assumed"],
	contradictedBy: "a neighbour table with another MAC for the address, or one address on both",
	apply(context: Context) {
		const bySubnet = new Map<string, Map<string, Leg>>();
		for (const row of context.seen.addresses) {
			const leg = legOf(context, row);
			if (leg === undefined) continue;
			const subnet = networkOf(row.address, row.length);
			const legs = bySubnet.get(subnet) ?? new Map<string, Leg>();
			const key = `${leg.interface} ${leg.address}`;
			if (!legs.has(key)) legs.set(key, leg);
			bySubnet.set(subnet, legs);
		}
		const neighbours = new Map<string, NeighbourRow[]>();
		for (const row of context.seen.neighbours) {
			if (row.dev === undefined) continue;
			const key = `${interfaceId(context.who.netns(row.scope), row.dev)} ${row.address}`;
			append(neighbours, key, row);
		}
		for (const [subnet, legs] of [...bySubnet].sort(([a], [b]) => (a < b ? -1 : 1))) {
			subnetLans(context, subnet, [...legs.values()].sort(byInterface), neighbours);
		}
	},
};

function legOf(context: Context, row: AddressLine): Leg | undefined {
	const { graph, who } = context;
	if (!ownSubnet(row) || row.peer !== undefined) return undefined;
	const id = interfaceId(who.netns(row.scope), row.interface);
	if (!graph.has(id) || graph.targets("attached-to-network", id).length > 0) return undefined;
	if (!leadsOutside(context, id)) return undefined;
	return { row, host: row.scope.host, interface: id, address: row.address };
}

const byInterface = (a: Leg, b: Leg): number =>
	a.interface < b.interface ? -1 : a.interface > b.interface ? 1 : a.address < b.address ? -1 : 1;

function subnetLans(
	context: Context,
	subnet: string,
	legs: readonly Leg[],
	neighbours: ReadonlyMap<string, readonly NeighbourRow[]>,
): void {
	const { graph, who } = context;
	const parent = legs.map((_, at) => at);
	const root = (at: number): number => (parent[at] === at ? at : root(parent[at]!));
	const proofs = new Map<number, Quote[]>();
	let split = false;
	for (let one = 0; one < legs.length; one++) {
		for (let two = one + 1; two < legs.length; two++) {
			const verdict = compare(context, legs[one]!, legs[two]!, neighbours);
			// In cleaned reports equal addresses are equal only where a MAC shows it.
			const strange = !context.cleaned.comparable(legs[one]!.host, legs[two]!.host);
			if (verdict?.says === "two" || (strange && verdict === undefined)) split = true;
			if (verdict?.says !== "one") continue;
			parent[root(one)] = root(two);
			for (const leg of [one, two]) proofs.set(leg, [...(proofs.get(leg) ?? []), ...verdict.quotes]);
		}
	}
	const hostsOf = (members: readonly number[]): string[] =>
		[...new Set(members.map((at) => legs[at]!.host))].sort();
	const groups = new Map<number, number[]>();
	for (const at of legs.keys()) {
		const key = split ? root(at) : 0;
		append(groups, key, at);
	}
	for (const members of groups.values()) {
		const hosts = hostsOf(members);
		const [first] = hosts;
		for (const at of members) {
			const { row } = legs[at]!;
			const said = observed(row.quote);
			const id = lanId(subnet, split ? first : undefined);
			graph.node("subnet", id, subnet, said);
			const seen = proofs.get(at);
			const edge = [addressId(who.netns(row.scope), row.address), id] as const;
			const lies = `${row.address}/${row.length} lies in ${subnet}`;
			graph.edge("in-subnet", ...edge, proof("derived", lans.id, [row.quote], lies));
			if (hosts.length === 1) continue;
			// Of two groups, each with its proof, nothing tells that both are on one LAN.
			const near = seen && hostsOf(members.filter((each) => root(each) === root(at)));
			const habit = `all interfaces in ${subnet} that lead out of their hosts are taken to be on one LAN`;
			const proven = "neighbours have each other's address with its MAC";
			const shared =
				seen === undefined
					? conclude("assumed", lans.id, [[said]], habit)
					: proof("derived", lans.id, [row.quote, ...seen], proven);
			graph.setOn("in-subnet", ...edge, SHARED, near ?? hosts, shared);
		}
	}
}

/** Whether two legs are on one LAN, as far as anything tells. */
function compare(
	{ graph, links }: Context,
	one: Leg,
	two: Leg,
	neighbours: ReadonlyMap<string, readonly NeighbourRow[]>,
): Verdict | undefined {
	if (one.interface === two.interface) return { says: "one", quotes: [] };
	// An address that two machines have is no address of one LAN; it may be a VIP that moves, but that is a guess.
	if (one.address === two.address) return { says: "two", quotes: [] };
	const vlans = [one, two].map((leg) => graph.get(leg.interface, "vlanId"));
	if (vlans[0] !== undefined && vlans[1] !== undefined && vlans[0] !== vlans[1])
		return { says: "two", quotes: [] };
	let denied: Verdict | undefined;
	for (const [from, to] of [
		[one, two],
		[two, one],
	] as const) {
		const rows = neighbours.get(`${from.interface} ${to.address}`) ?? [];
		const macs = macsBelow(graph, links.get(to.interface), links);
		const same = rows.find(({ mac }) => macs.has(mac));
		if (same !== undefined) return { says: "one", quotes: [same.quote] };
		if (rows.length > 0 && macs.size > 0) denied = { says: "two", quotes: rows.map(({ quote }) => quote) };
	}
	return denied;
}

/** A bridge or a bond may show the MAC of any of its ports. */
function macsBelow(graph: Context["graph"], link: Link | undefined, links: Context["links"]): Set<string> {
	if (link === undefined) return new Set();
	const ports = graph.origins("enslaved-to", link.id);
	return new Set([link.id, ...ports].flatMap((id) => [...links.macs(id)]));
}
