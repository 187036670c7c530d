import { shellWord } from "@netfossil/capture/files";
import { networkHolds, networkOf } from "@netfossil/core";
import type { Context, Rule } from "../context.ts";
import { conclude, observed, proof, type Quote } from "../evidence.ts";
import { addressId, interfaceId, lanId } from "../ids.ts";
import { inPlace } from "../in-place.ts";
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
type Verdict = {
	readonly says: "one" | "two";
	readonly quotes: readonly Quote[];
	/** Neither leg knows the other: one asked in vain, or both know a third by other MACs. */
	readonly weak?: true;
	/** The leg that asked in vain for the other: it may have been down. */
	readonly asked?: Leg;
};

/** What neighbour tables say, by the interface. */
class Neighbours {
	readonly #rows = new Map<string, Map<string, NeighbourRow[]>>();
	readonly #unanswered = new Map<string, Quote>();

	constructor({ seen, who }: Context) {
		for (const row of seen.neighbours) {
			if (row.dev === undefined) continue;
			const id = interfaceId(who.netns(row.scope), row.dev);
			const rows = this.#rows.get(id) ?? new Map<string, NeighbourRow[]>();
			this.#rows.set(id, rows);
			append(rows, row.address, row);
		}
		for (const row of seen.unanswered)
			this.#unanswered.set(`${interfaceId(who.netns(row.scope), row.dev)} ${row.address}`, row.quote);
	}

	of(leg: Leg, address: string): readonly NeighbourRow[] {
		return this.#rows.get(leg.interface)?.get(address) ?? [];
	}

	unanswered(leg: Leg, address: string): Quote | undefined {
		return this.#unanswered.get(`${leg.interface} ${address}`);
	}

	/** An address that two legs of one subnet know by different MACs: a gateway of each of two sites. */
	disputed(one: Leg, two: Leg): readonly NeighbourRow[] {
		for (const [address, rows] of this.#rows.get(one.interface) ?? []) {
			const others = this.of(two, address);
			if (others.length === 0 || !networkHolds(networkOf(one.row.address, one.row.length), address)) continue;
			if (!rows.some(({ mac }) => others.some((other) => other.mac === mac))) return [...rows, ...others];
		}
		return [];
	}
}

/** Which hosts share a LAN. */
export const lans: Rule = {
	id: "lan",
	concludes:
		"The address of an interface that leads out of its host is in its subnet. Interfaces of several hosts with addresses in one subnet are on one LAN (`sharedWith`): certainly where a neighbour table has one's address with its MAC on the other's interface, else it is assumed. Equal addresses, a neighbour of the address with another MAC, a third address (a gateway) that both know by other MACs, or other VLANs show that they are not; an address that did not answer parts them, undecided.",
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
		const neighbours = new Neighbours(context);
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

function subnetLans(context: Context, subnet: string, legs: readonly Leg[], neighbours: Neighbours): void {
	const { graph, who } = context;
	const parent = legs.map((_, at) => at);
	const root = (at: number): number => (parent[at] === at ? at : root(parent[at]!));
	const proofs = new Map<number, Quote[]>();
	let split = false;
	const doubts: { readonly one: number; readonly two: number; readonly verdict: Verdict }[] = [];
	for (let one = 0; one < legs.length; one++) {
		for (let two = one + 1; two < legs.length; two++) {
			const verdict = compare(context, legs[one]!, legs[two]!, neighbours);
			// In cleaned reports equal addresses are equal only where a MAC shows it.
			const strange = !context.cleaned.comparable(legs[one]!.host, legs[two]!.host);
			// What a third one tells, or silence, counts for nothing against neighbours that have each other.
			if (verdict?.weak) doubts.push({ one, two, verdict });
			else if (verdict?.says === "two" || (strange && verdict === undefined)) split = true;
			if (verdict?.says !== "one") continue;
			parent[root(one)] = root(two);
			for (const leg of [one, two]) proofs.set(leg, [...(proofs.get(leg) ?? []), ...verdict.quotes]);
		}
	}
	const hostsOf = (members: readonly number[]): string[] =>
		[...new Set(members.map((at) => legs[at]!.host))].sort();
	for (const { one, two, verdict } of doubts.filter(({ one, two }) => root(one) !== root(two))) {
		split = true;
		if (verdict.asked !== undefined) doubt(context, legs[one]!, legs[two]!, verdict);
	}
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

/** An address that did not answer may have been down: whether the LANs are two is not decided. */
function doubt({ graph }: Context, one: Leg, two: Leg, { asked, quotes }: Verdict): void {
	const other = asked === one ? two : one;
	const question = `whether ${graph.nameOf(one.interface)} of ${one.host} and ${graph.nameOf(two.interface)} of ${two.host} are on one LAN`;
	const because = `${other.address} did not answer ${asked!.host}: it was down, or is on another LAN of the same subnet`;
	graph.ambiguity({
		about: asked!.interface,
		question,
		candidates: [one.interface, two.interface],
		evidence: [proof("observed", lans.id, quotes, because)],
	});
	const { place } = asked!.row.scope;
	const address = shellWord(other.address);
	graph.gap({
		about: [one.interface, two.interface].sort(),
		question,
		matters: "whether packets for the one reach the other",
		host: asked!.host,
		place,
		command: `${inPlace(place, `ping -c 1 ${address}`)}; ${inPlace(place, `ip neigh show ${address}`)}`,
	});
}

/** Whether two legs are on one LAN, as far as anything tells. */
function compare({ graph, links }: Context, one: Leg, two: Leg, neighbours: Neighbours): Verdict | undefined {
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
		const rows = neighbours.of(from, to.address);
		const macs = macsBelow(graph, links.get(to.interface), links);
		const same = rows.find(({ mac }) => macs.has(mac));
		if (same !== undefined) return { says: "one", quotes: [same.quote] };
		if (rows.length > 0 && macs.size > 0) denied = { says: "two", quotes: rows.map(({ quote }) => quote) };
	}
	if (denied !== undefined) return denied;
	const disputed = neighbours.disputed(one, two);
	if (disputed.length > 0) return { says: "two", weak: true, quotes: disputed.map(({ quote }) => quote) };
	for (const [from, to] of [
		[one, two],
		[two, one],
	] as const) {
		const quote = neighbours.unanswered(from, to.address);
		if (quote !== undefined) return { says: "two", weak: true, quotes: [quote], asked: from };
	}
	return undefined;
}

/** A bridge or a bond may show the MAC of any of its ports. */
function macsBelow(graph: Context["graph"], link: Link | undefined, links: Context["links"]): Set<string> {
	if (link === undefined) return new Set();
	const ports = graph.origins("enslaved-to", link.id);
	return new Set([link.id, ...ports].flatMap((id) => [...links.macs(id)]));
}
