import { networkIdOfNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude } from "../evidence.ts";

/** A container's leg whose other end is plugged into the bridge of an overlay network. */
export const networkByPeer: Rule = {
	id: "network-by-peer",
	concludes:
		"An interface whose veth peer is in the namespace of an overlay network is attached to that network, as surely as it is the peer.",
	certainty: ["derived", "assumed"],
	contradictedBy: "an address of the interface outside the network's subnets",
	apply({ graph }: Context) {
		for (const netns of graph.idsOf("netns")) {
			if (networkIdOfNetns(graph.nameOf(netns))?.role !== "overlay") continue;
			for (const network of graph.targets("attached-to-network", netns)) {
				for (const port of graph.targets("contains", netns)) {
					for (const [from, to] of pairsOf(graph, port)) {
						const peer = from === port ? to : from;
						const because = `its peer ${graph.nameOf(port)} is in ${graph.nameOf(netns)}, the namespace of ${graph.nameOf(network)}`;
						const premises = [
							graph.edgeEvidence("veth-peer", from, to),
							graph.edgeEvidence("attached-to-network", netns, network),
						];
						const certainty = premises.some(([evidence]) => evidence?.certainty === "assumed")
							? "assumed"
							: "derived";
						graph.edge("attached-to-network", peer, network, conclude(certainty, this.id, premises, because));
					}
				}
			}
		}
	},
};

/** The veth edges of an interface, each from its smaller id to its larger. */
function pairsOf(graph: Context["graph"], id: string): [string, string][] {
	return [
		...graph.targets("veth-peer", id).map((to): [string, string] => [id, to]),
		...graph.origins("veth-peer", id).map((from): [string, string] => [from, id]),
	];
}
