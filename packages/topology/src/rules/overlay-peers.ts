import type { Context, Rule } from "../context.ts";
import { conclude } from "../evidence.ts";
import { addressId } from "../ids.ts";
import { append } from "../lists.ts";
import type { Evidence } from "../model.ts";

/** The far ends of an overlay's tunnels. */
export const overlayPeers: Rule = {
	id: "overlay-peer",
	concludes:
		"The VTEP in the namespace of an overlay network has the network's VXLAN id, and tunnels to the peers of that network but its own host, which is assumed of each where none is known to be the host. The peer with an address of the VTEP's own host is that host, and a peer whose address another node of the swarm has is that node.",
	certainty: ["derived", "assumed"],
	contradictedBy: "an FDB of the VTEP without a peer's address",
	apply(context: Context) {
		const { graph } = context;
		const vteps = new Map<string, string[]>();
		for (const vtep of graph.idsOf("vtep")) {
			const at = vtep.lastIndexOf("/vtep/");
			if (at === -1 || vtep.includes("/remote/")) continue;
			const netns = vtep.slice(0, at);
			append(vteps, netns, vtep);
		}
		for (const network of graph.idsOf("docker-network")) {
			const members = graph.origins("attached-to-network", network);
			const peers = members.filter((id) => id.startsWith(`${network}/peer/`));
			const inside = members.filter((id) => vteps.has(id)).flatMap((netns) => vteps.get(netns)!);
			const byHost = new Map<string, string[]>();
			for (const vtep of inside) append(byHost, hostOf(vtep), vtep);
			const alone = (vtep: string): boolean => byHost.get(hostOf(vtep))!.length === 1;
			for (const vtep of inside) vxlanId(context, network, vtep, alone(vtep));
			for (const peer of peers) {
				const host = hostOfPeer(context, peer);
				for (const vtep of inside) tunnel(context, network, vtep, peer, peers);
				for (const far of (byHost.get(host ?? "") ?? []).filter(alone)) {
					for (const vtep of inside.filter((each) => hostOf(each) !== host && alone(each))) {
						pair(context, network, vtep, peer, far);
					}
				}
			}
		}
	},
};

/** A network of several subnets has one VTEP for each, which an inspection lists better. */
function vxlanId({ graph }: Context, network: string, vtep: string, only: boolean): void {
	const vni = graph.get(vtep, "vxlanId");
	if (vni === undefined || !only || graph.evidenceFor(network, "vxlanIds").some(isObserved)) return;
	const said = graph.evidenceFor(vtep, "vxlanId");
	const because = "the VTEP in the network's namespace has it";
	graph.set(network, "vxlanIds", [vni], conclude("derived", overlayPeers.id, [said], because));
}

function tunnel(
	{ graph, rows }: Context,
	network: string,
	vtep: string,
	peer: string,
	peers: readonly string[],
): void {
	const host = hostOf(vtep);
	const address = graph.nameOf(peer);
	const premises = [graph.evidenceOf(vtep), graph.evidenceOf(peer)];
	// The list of a network's peers holds the host that was asked, too.
	if (rows.isAt(host, address)) {
		const because = `${address} is an address of ${host} itself`;
		graph.edge("same-entity", peer, vtep, conclude("derived", overlayPeers.id, premises, because));
		return;
	}
	const both = `both are of network ${graph.nameOf(network)}`;
	const sure =
		peers.some((each) => rows.isAt(host, graph.nameOf(each))) ||
		graph.targets("same-entity", peer).length > 0 ||
		rows.forwards(vtep, address);
	const because = sure ? both : `${both}; no dump shows which of its peers ${host} itself is`;
	graph.edge(
		"tunnel",
		vtep,
		peer,
		conclude(sure ? "derived" : "assumed", overlayPeers.id, premises, because),
	);
}

/** The VTEPs of one network on two hosts, one of which the network lists as its peer. */
function pair({ graph }: Context, network: string, vtep: string, peer: string, far: string): void {
	const premises = [graph.evidenceOf(vtep), graph.evidenceOf(peer), graph.evidenceOf(far)];
	const because = `${graph.nameOf(peer)} is a peer of ${graph.nameOf(network)} and an address of ${hostOf(far)}`;
	const evidence = conclude("derived", overlayPeers.id, premises, because);
	graph.edge("tunnel", vtep, far, evidence);
	graph.edge("same-entity", peer, far, evidence);
}

const hostOf = (vtep: string): string => vtep.slice(0, vtep.indexOf("/netns/"));

/** The one node of the swarm that has a peer's address; the address is the peer, too. */
function hostOfPeer({ seen, rows, graph, who, swarms, cleaned }: Context, peer: string): string | undefined {
	const address = graph.nameOf(peer);
	const told = seen.peers.filter((row) => row.address === address).map(({ scope }) => scope.host);
	const owners = rows
		.addresses(address)
		.filter(
			(row) =>
				row.scope.place.type === "host" &&
				told.some((host) => swarms.linked(host, row.scope.host) && cleaned.comparable(host, row.scope.host)),
		);
	const ids = [...new Set(owners.map((row) => addressId(who.netns(row.scope), address)))];
	const [id] = ids;
	if (id === undefined || ids.length > 1) return undefined;
	const { host } = owners[0]!.scope;
	const because = `${host} has the address, and is a node of the swarm`;
	const premises = [graph.evidenceOf(peer), graph.evidenceOf(id)];
	graph.edge("same-entity", peer, id, conclude("derived", overlayPeers.id, premises, because));
	return host;
}

const isObserved = ({ certainty }: Evidence): boolean => certainty === "observed";
