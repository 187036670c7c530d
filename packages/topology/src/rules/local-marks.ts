import { balancerNetns, INGRESS_SBOX, overlayNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, observed } from "../evidence.ts";
import { hostId, ipvsServiceId, netnsId } from "../ids.ts";
import { isDockersOwn } from "./dockers-own.ts";

/** The service of an IPVS table's entry, by the mark that the engine gave it. */
export const localMarks: Rule = {
	id: "local-mark",
	concludes:
		"The LocalLBIndex of a service in a network (`docker network inspect -v`) is its firewall mark on that host: FWM N of a namespace that balances the network there is the service's.",
	certainty: ["derived"],
	contradictedBy: "a mark rule of the namespace for another address of a service",
	apply({ seen, graph, networks, swarms }: Context) {
		for (const row of seen.balanced) {
			const host = hostId(row.scope.host);
			const network = networks.overlay(row.networkId);
			const service = swarms.service(row.scope.host, row.service);
			const ingress = graph.get(network, "ingress") === true;
			// Up to 18.06 each task balances by itself, in a namespace with a leg in the network.
			const tasks = graph
				.origins("attached-to-network", network)
				.filter((id) => id.startsWith(`${host}/netns/`) && id.includes("/interface/"))
				.map((id) => id.slice(0, id.indexOf("/interface/")))
				.filter((id) => isDockersOwn(graph.nameOf(id)));
			const places = new Set([
				netnsId(host, balancerNetns(row.networkId)),
				...(ingress ? [netnsId(host, INGRESS_SBOX)] : tasks),
			]);
			places.delete(netnsId(host, overlayNetns(row.networkId)));
			for (const netns of places) {
				const ipvs = ipvsServiceId(netns, `fwmark ${row.mark}`);
				if (!graph.has(ipvs)) continue;
				const evidence = observed(row.quote);
				graph.node("service", service, row.service, evidence);
				const because = `the engine of ${row.scope.host} gave ${row.service} the mark ${row.mark} in ${graph.nameOf(network)}`;
				graph.edge(
					"backs",
					ipvs,
					service,
					conclude("derived", this.id, [[evidence], graph.evidenceOf(ipvs)], because),
				);
			}
		}
	},
};
