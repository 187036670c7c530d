import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { vipId } from "../ids.ts";

/** The virtual addresses that `docker service inspect` prints. */
export const serviceVips: Rule = {
	id: "service-vip",
	concludes: "A service has the virtual addresses that its inspection lists, each in the network it names.",
	certainty: ["observed"],
	contradictedBy: "a later inspection with other addresses",
	apply({ seen, graph, networks, swarms }: Context) {
		for (const row of seen.virtualIps) {
			const evidence = proof("observed", "service-inspect", [row.quote]);
			const network = networks.overlay(row.networkId);
			const vip = graph.node("vip", vipId(network, row.address), row.address, evidence);
			graph.edge("attached-to-network", vip, network, evidence);
			if (row.service === undefined) continue;
			const service = graph.node(
				"service",
				swarms.service(row.scope.host, row.service),
				row.service,
				evidence,
			);
			graph.edge("backs", vip, service, evidence);
		}
	},
};
