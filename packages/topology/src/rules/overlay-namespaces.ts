import { networkIdOfNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude } from "../evidence.ts";
import { hostId, netnsId } from "../ids.ts";

/** `1-y5rtwtq7bj` is the namespace of overlay `y5rtwtq7bj4u…`, `lb_y5rtwtq7b` its load balancer's. */
export const overlayNamespaces: Rule = {
	id: "overlay-namespace",
	concludes:
		"A namespace 1-ID or lb_ID belongs to the overlay network whose id begins with ID (ten or nine characters).",
	certainty: ["derived"],
	contradictedBy: "two networks whose ids begin alike, or an interface address outside the network's subnets",
	apply({ graph, networks }: Context) {
		for (const netns of graph.idsOf("netns")) {
			const name = graph.nameOf(netns);
			const known = networkIdOfNetns(name);
			if (known === undefined) continue;
			const network = networks.overlay(known.prefix);
			const because = `Docker names it after the network id: ${name} and ${network.replace("network/", "")}`;
			const evidence = conclude(
				"derived",
				this.id,
				[graph.evidenceOf(netns), graph.evidenceOf(network)],
				because,
			);
			graph.node(
				"docker-network",
				network,
				graph.has(network) ? graph.nameOf(network) : known.prefix,
				evidence,
			);
			graph.set(network, "driver", "overlay", evidence);
			graph.edge("attached-to-network", netns, network, evidence, { role: known.role });
		}
	},
};

/** The id of a namespace on a host by its file name. */
export const namedNetns = (host: string, name: string): string => netnsId(hostId(host), name);
