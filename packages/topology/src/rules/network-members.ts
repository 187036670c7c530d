import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { addressId, interfaceId, subnetId } from "../ids.ts";
import { ownSubnet } from "./subnets.ts";

/** Which docker network an interface is on, by its address. */
export const networkMembers: Rule = {
	id: "network-member",
	concludes:
		"An interface whose address lies in the subnet of a docker network is attached to it. Overlay subnets count on every node of the swarm, local ones on their own host.",
	certainty: ["derived"],
	contradictedBy: "an endpoint list of the network on that host without the address",
	apply({ seen, graph, who, networks }: Context) {
		for (const known of networks.subnets()) {
			if (!graph.has(known.network)) continue;
			const node = graph.node("subnet", subnetId(known.network, known.subnet), known.subnet, known.evidence);
			graph.edge("in-subnet", node, known.network, known.evidence);
		}
		for (const row of seen.addresses) {
			if (!ownSubnet(row)) continue;
			const netns = who.netns(row.scope);
			const [known, ...others] = networks
				.mayHold(row.scope.host, row.address, row.length)
				.filter(({ network }) => graph.has(network));
			if (known === undefined) continue;
			if (others.length > 0) {
				const subnets = [known, ...others];
				graph.ambiguity({
					about: addressId(netns, row.address),
					question: `which network ${row.address} of ${row.interface} is on`,
					candidates: subnets.map(({ network }) => network),
					evidence: [
						conclude(
							"derived",
							this.id,
							[[proof("observed", "ip-address", [row.quote])], ...subnets.map(({ evidence }) => [evidence])],
							"several networks have subnets that hold the address",
						),
					],
				});
				continue;
			}
			const owner = interfaceId(netns, row.interface);
			const because = `${row.address} lies in ${known.subnet}`;
			const evidence = conclude(
				"derived",
				this.id,
				[[proof("observed", "ip-address", [row.quote])], [known.evidence]],
				because,
			);
			graph.edge("in-subnet", addressId(netns, row.address), subnetId(known.network, known.subnet), evidence);
			if (graph.has(owner)) graph.edge("attached-to-network", owner, known.network, evidence);
		}
	},
};
