import { networkOf } from "@netfossil/core";
import { GWBRIDGE, INGRESS_SBOX } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { addressId, hostId, interfaceId, localNetworkId, subnetId } from "../ids.ts";
import { ownSubnet } from "./subnets.ts";

/** The leg that Docker gives each container of a swarm on the host's own bridge. */
export const gatewayLegs: Rule = {
	id: "gwbridge-leg",
	concludes:
		"An interface beside an overlay leg, whose address no known network holds, is the namespace's leg on docker_gwbridge.",
	certainty: ["assumed"],
	contradictedBy: "`docker network inspect docker_gwbridge` with another subnet",
	apply({ seen, rows, graph, who, networks }: Context) {
		for (const row of seen.addresses) {
			if (!ownSubnet(row) || row.family !== 4 || row.scope.place.type === "host") continue;
			const { host } = row.scope;
			// 172.16.0.0/12 is where Docker takes the subnets of its bridges from, unless told otherwise.
			if (!/^172\.(?:1[6-9]|2\d|3[01])\./.test(row.address)) continue;
			if (networks.mayHold(host, row.address).length > 0) continue;
			const netns = who.netns(row.scope);
			const onOverlay = rows
				.addressesIn(netns)
				.some(
					(other) =>
						other.interface !== row.interface && networks.holding(host, other.address)?.overlay === true,
				);
			if (!onOverlay && graph.nameOf(netns) !== INGRESS_SBOX) continue;
			const owner = interfaceId(netns, row.interface);
			if (!graph.has(owner)) continue;
			const evidence = proof(
				"assumed",
				this.id,
				[row.quote],
				"Docker gives each namespace of a swarm a leg on the host's docker_gwbridge, by default in 172.18.0.0/16",
			);
			const network = graph.node(
				"docker-network",
				localNetworkId(hostId(host), GWBRIDGE),
				GWBRIDGE,
				evidence,
			);
			graph.edge("contains", hostId(host), network, evidence);
			graph.set(network, "driver", "bridge", evidence);
			const cidr = networkOf(row.address, row.length);
			const subnet = graph.node("subnet", subnetId(network, cidr), cidr, evidence);
			graph.edge("in-subnet", subnet, network, evidence);
			graph.edge("in-subnet", addressId(netns, row.address), subnet, evidence);
			graph.edge("attached-to-network", owner, network, evidence);
		}
	},
};
