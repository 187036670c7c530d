import { bridgeName, GWBRIDGE } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, observed } from "../evidence.ts";
import { hostId, interfaceId, netnsId } from "../ids.ts";
import { isOverlay } from "../networks.ts";
import type { NetworkRow } from "../observations.ts";

/** The bridge of a network of one host. */
export const networkBridges: Rule = {
	id: "network-bridge",
	concludes:
		"A bridge network's bridge is the interface of its host that the option com.docker.network.bridge.name names, else br- and twelve digits of its id; docker_gwbridge is its own. What is plugged into it is on the network.",
	certainty: ["observed", "derived"],
	contradictedBy: "an address of the bridge outside the network's subnets",
	apply({ seen, graph, networks }: Context) {
		for (const row of seen.networks) {
			if (isOverlay(row) || row.driver !== "bridge") continue;
			const host = hostId(row.scope.host);
			const bridge = interfaceId(netnsId(host, "host"), nameOf(row));
			if (!graph.has(bridge)) continue;
			const network = networks.nodeOf(row);
			const premises = [[observed(row.quote)], graph.evidenceOf(bridge)];
			const because =
				row.bridge === undefined
					? `Docker names the bridge of ${row.name ?? row.id} so`
					: "the option com.docker.network.bridge.name names it";
			const evidence = conclude("derived", this.id, premises, because);
			graph.edge("attached-to-network", bridge, network, evidence, { role: "bridge" });
			for (const port of graph.origins("enslaved-to", bridge)) {
				for (const peer of [...graph.targets("veth-peer", port), ...graph.origins("veth-peer", port)]) {
					const plugged = [
						graph.edgeEvidence("enslaved-to", port, bridge),
						graph.evidenceOf(peer),
						[evidence],
					];
					const why = `its peer ${graph.nameOf(port)} is a port of ${graph.nameOf(bridge)}`;
					graph.edge("attached-to-network", peer, network, conclude("derived", this.id, plugged, why));
				}
			}
		}
	},
};

function nameOf(row: NetworkRow): string {
	return row.bridge ?? (row.name === GWBRIDGE ? GWBRIDGE : bridgeName(row.id));
}
