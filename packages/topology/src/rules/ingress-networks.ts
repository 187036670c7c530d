import { INGRESS_SBOX } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude } from "../evidence.ts";

/** `ingress_sbox` has its overlay leg in the ingress network and in no other. */
export const ingressNetwork: Rule = {
	id: "ingress-network",
	concludes: "The overlay network that a node's ingress_sbox has a leg in is the ingress network.",
	certainty: ["derived"],
	contradictedBy: "`docker network inspect` with `Ingress` false",
	apply({ graph }: Context) {
		for (const netns of graph.idsOf("netns")) {
			if (graph.nameOf(netns) !== INGRESS_SBOX) continue;
			for (const owner of graph.targets("contains", netns)) {
				for (const network of graph.targets("attached-to-network", owner)) {
					if (graph.get(network, "driver") !== "overlay") continue;
					const premise = graph.edgeEvidence("attached-to-network", owner, network);
					const because = "Docker attaches ingress_sbox to the ingress network and to docker_gwbridge only";
					const evidence = conclude("derived", this.id, [premise], because);
					graph.set(network, "ingress", true, evidence);
					if (graph.get(network, "name") === undefined) {
						const habit = "the ingress network is called ingress, unless it was made anew by hand";
						graph.set(network, "name", "ingress", conclude("assumed", this.id, [premise], habit));
						graph.rename(network, "ingress");
					}
				}
			}
		}
	},
};
