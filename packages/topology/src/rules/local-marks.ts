import { balancerNetns, INGRESS_SBOX, overlayNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, observed } from "../evidence.ts";
import { hostId, ipvsServiceId, netnsId } from "../ids.ts";
import { append } from "../lists.ts";
import { isDockersOwn } from "./dockers-own.ts";

/** The service of an IPVS table's entry, by the mark that the engine gave it. */
export const localMarks: Rule = {
	id: "local-mark",
	concludes:
		"The LocalLBIndex of a service in a network (`docker network inspect -v`) is its firewall mark on that host: FWM N of a namespace that balances the network there is the service's.",
	certainty: ["derived"],
	contradictedBy: "a mark rule of the namespace for another address of a service",
	apply({ seen, graph, networks, swarms }: Context) {
		// Up to 18.06 each task balances by itself, in a namespace with a leg in the network.
		const tasks = new Map<string, ReadonlyMap<string, readonly string[]>>();
		for (const row of seen.balanced) {
			const host = hostId(row.scope.host);
			const network = networks.overlay(row.networkId);
			const service = swarms.service(row.scope.host, row.service);
			const ingress = graph.get(network, "ingress") === true;
			if (!tasks.has(network)) tasks.set(network, tasksOf(graph, network));
			const places = new Set([
				netnsId(host, balancerNetns(row.networkId)),
				...(ingress ? [netnsId(host, INGRESS_SBOX)] : (tasks.get(network)!.get(host) ?? [])),
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

/** Docker's own namespaces with a leg in a network, by host. */
function tasksOf(graph: Context["graph"], network: string): ReadonlyMap<string, readonly string[]> {
	const byHost = new Map<string, string[]>();
	for (const id of graph.origins("attached-to-network", network)) {
		const [at, leg] = [id.indexOf("/netns/"), id.indexOf("/interface/")];
		if (at === -1 || leg < at) continue;
		const netns = id.slice(0, leg);
		if (isDockersOwn(graph.nameOf(netns))) append(byHost, id.slice(0, at), netns);
	}
	return byHost;
}
