import type { Context, Rule } from "../context.ts";
import { conclude, proof, type Quote } from "../evidence.ts";
import { vtepId } from "../ids.ts";
import type { Link } from "../links.ts";
import { append } from "../lists.ts";
import type { Certainty } from "../model.ts";
import type { AddressLine } from "../observations.ts";
import { remoteEnd } from "./remote-ends.ts";

/** A VTEP with where its device and its forwarding table send packets. */
interface Vtep {
	readonly id: string;
	readonly link: Link;
	readonly vni: number;
	readonly local: ReadonlySet<string>;
	readonly group?: string;
	/** Remote address → the MACs that are behind it, and the lines that say so. */
	readonly remotes: ReadonlyMap<
		string,
		{ readonly macs: readonly string[]; readonly quotes: readonly Quote[] }
	>;
}

/** What a host has: its MACs, each with its place among all, and its addresses, both as the dumps have them. */
interface Machine {
	readonly macs: Map<string, number>;
	readonly addresses: string[];
}

interface Tunnels extends Context {
	readonly machines: ReadonlyMap<string, Machine>;
}

/** Where the packets of a VXLAN go. */
export const vxlanTunnels: Rule = {
	id: "vxlan-tunnel",
	concludes:
		"A VTEP tunnels to the addresses that `remote` and its forwarding table (`dst`) name; at the host with such an address, to the VTEP of the same VXLAN id. Both are of one network where their namespaces are of one overlay, where a MAC that is forwarded there is on that host, or where the other sends back; else that is assumed, as it is of VTEPs with one multicast group.",
	certainty: ["derived", "assumed"],
	contradictedBy: "a VTEP of another network with the same VXLAN id at an equal address",
	apply(context: Context) {
		const vteps = vtepsOf(context);
		const alike = new Map<string, Vtep[]>();
		const groups = new Map<string, Vtep[]>();
		for (const vtep of vteps) {
			append(alike, `${vtep.vni} ${vtep.link.scope.host}`, vtep);
			if (vtep.group !== undefined) append(groups, `${vtep.vni} ${vtep.group}`, vtep);
		}
		const tunnels: Tunnels = { ...context, machines: machinesOf(context) };
		for (const vtep of vteps) {
			const own = vtep.link.scope.host;
			for (const [address, { macs, quotes }] of vtep.remotes) {
				const owners = context.rows.addresses(address);
				const hosts = new Set(owners.map(({ scope }) => scope.host).filter((host) => host !== own));
				const there = [...hosts]
					.flatMap((host) => alike.get(`${vtep.vni} ${host}`) ?? [])
					.sort((a, b) => (a.link.id < b.link.id ? -1 : 1));
				unicast(tunnels, vtep, there, address, macs, quotes, owners);
			}
			if (vtep.group !== undefined)
				multicast(
					context,
					vtep,
					groups.get(`${vtep.vni} ${vtep.group}`)!.filter(({ link }) => link.scope.host !== own),
				);
		}
	},
};

function machinesOf({ seen }: Context): ReadonlyMap<string, Machine> {
	const machines = new Map<string, Machine>();
	const of = (host: string): Machine => {
		const known = machines.get(host) ?? { macs: new Map(), addresses: [] };
		machines.set(host, known);
		return known;
	};
	for (const [at, { scope, mac }] of seen.interfaces.entries()) {
		const { macs } = of(scope.host);
		if (mac !== undefined && !macs.has(mac)) macs.set(mac, at);
	}
	for (const { scope, address } of seen.addresses) of(scope.host).addresses.push(address);
	return machines;
}

function vtepsOf({ seen, links, who }: Context): Vtep[] {
	const forwarded = new Map<string, Map<string, { macs: string[]; quotes: Quote[] }>>();
	const add = (vtep: string, address: string, quote: Quote, mac?: string): void => {
		const known = forwarded.get(vtep) ?? new Map<string, { macs: string[]; quotes: Quote[] }>();
		const remote = known.get(address) ?? { macs: [], quotes: [] };
		remote.quotes.push(quote);
		if (mac !== undefined && mac !== "00:00:00:00:00:00") remote.macs.push(mac);
		known.set(address, remote);
		forwarded.set(vtep, known);
	};
	for (const row of seen.fdb) {
		if (row.dst !== undefined) add(vtepId(who.netns(row.scope), row.dev), row.dst, row.quote, row.mac);
	}
	const vteps: Vtep[] = [];
	for (const link of links.all()) {
		const line = link.lines.find(({ vxlanId }) => vxlanId !== undefined);
		if (line?.vxlanId === undefined) continue;
		const id = vtepId(link.netns, link.name);
		let group: string | undefined;
		for (const { tunnel, quote } of link.lines) {
			if (tunnel?.remote === undefined) continue;
			if (isMulticast(tunnel.remote)) group = tunnel.remote;
			else add(id, tunnel.remote, quote);
		}
		vteps.push({
			id,
			link,
			vni: line.vxlanId,
			local: new Set(link.lines.flatMap(({ tunnel }) => tunnel?.local ?? [])),
			...(group !== undefined && { group }),
			remotes: forwarded.get(id) ?? new Map(),
		});
	}
	return vteps;
}

const isMulticast = (address: string): boolean => /^(?:22[4-9]|23\d)\./.test(address) || /^ff/i.test(address);

function unicast(
	context: Tunnels,
	vtep: Vtep,
	there: readonly Vtep[],
	address: string,
	macs: readonly string[],
	quotes: readonly Quote[],
	owners: readonly AddressLine[],
): void {
	const { graph } = context;
	const fitting = there
		.filter(({ local }) => local.size === 0 || local.has(address))
		.filter((other) => context.cleaned.comparable(vtep.link.scope.host, other.link.scope.host))
		.filter((other) => !ofOtherNetworks(context, vtep, other));
	const sure = fitting.filter((other) => corroborated(context, vtep, other, macs));
	const candidates = sure.length > 0 ? sure : fitting;
	const [other, ...others] = candidates;
	const remote = remoteEnd(context, vtep.id, address, proof("derived", vxlanTunnels.id, quotes), owners);
	if (other === undefined) return;
	if (others.length > 0) {
		graph.ambiguity({
			about: vtep.id,
			question: `which VTEP of VXLAN ${vtep.vni} is at ${address}`,
			candidates: candidates.map(({ id }) => id),
			evidence: [proof("derived", vxlanTunnels.id, quotes)],
		});
		return;
	}
	const owner = owners.find(({ scope }) => scope.host === other.link.scope.host)!;
	const why =
		sure.length > 0
			? corroborated(context, vtep, other, macs)!
			: "nothing else tells that they are of one network";
	const because = `${address} is an address of ${owner.scope.host}, whose ${other.link.name} has the same VXLAN id; ${why}`;
	const certainty: Certainty = sure.length > 0 ? "derived" : "assumed";
	const premises = [
		[proof("observed", vxlanTunnels.id, [...quotes, owner.quote])],
		graph.evidenceOf(other.id),
	];
	const evidence = conclude(certainty, vxlanTunnels.id, premises, because);
	graph.edge("tunnel", vtep.id, other.id, evidence, { vxlanId: vtep.vni, remote: address });
	graph.edge("same-entity", remote, other.id, evidence);
}

/** Namespaces of two overlays: equal ids of VXLANs are of two swarms. */
function ofOtherNetworks({ graph }: Context, one: Vtep, two: Vtep): boolean {
	const [a, b] = [one, two].map(({ link }) => graph.targets("attached-to-network", link.netns));
	return a!.length > 0 && b!.length > 0 && !a!.some((network) => b!.includes(network));
}

/** What shows that two VTEPs are of one network. */
function corroborated(
	{ graph, machines }: Tunnels,
	one: Vtep,
	two: Vtep,
	macs: readonly string[],
): string | undefined {
	const [a, b] = [one, two].map(({ link }) => graph.targets("attached-to-network", link.netns));
	const network = a!.find((each) => b!.includes(each));
	if (network !== undefined) return `both are in namespaces of ${graph.nameOf(network)}`;
	const { host } = two.link.scope;
	const placed = machines.get(host)?.macs ?? new Map<string, number>();
	const [mac] = macs.filter((each) => placed.has(each)).sort((x, y) => placed.get(x)! - placed.get(y)!);
	if (mac !== undefined) return `${mac}, which is forwarded there, is an interface of ${host}`;
	const back = machines.get(one.link.scope.host)?.addresses.find((address) => two.remotes.has(address));
	return back && `it sends back to ${back}`;
}

function multicast({ graph }: Context, vtep: Vtep, members: readonly Vtep[]): void {
	for (const other of members) {
		const premises = [graph.evidenceOf(vtep.id), graph.evidenceOf(other.id)];
		const because = `both send to the group ${vtep.group}, which the network between them is taken to carry`;
		const evidence = conclude("assumed", vxlanTunnels.id, premises, because);
		graph.edge("tunnel", vtep.id, other.id, evidence, { vxlanId: vtep.vni, group: vtep.group! });
	}
}
