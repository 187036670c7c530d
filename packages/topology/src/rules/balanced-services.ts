import type { Context, Rule } from "../context.ts";
import { conclude } from "../evidence.ts";
import type { Evidence } from "../model.ts";

/** The tasks behind a virtual address, for services that IPVS shows and no listing names. */
export const balancedServices: Rule = {
	id: "balanced-service",
	concludes:
		"A virtual address whose mark is balanced to the containers of one service only is that service's.",
	certainty: ["derived"],
	contradictedBy: "an inspection of another service with the address",
	apply({ graph }: Context) {
		for (const from of [...graph.idsOf("vip"), ...graph.idsOf("published-port")]) {
			if (graph.targets("backs", from).length > 0) continue;
			const services = new Set<string>();
			const premises: (readonly Evidence[])[] = [];
			for (const ipvs of graph.targets("marks", from)) {
				premises.push(graph.edgeEvidence("marks", from, ipvs));
				for (const server of graph.targets("balances-to", ipvs)) {
					for (const address of graph.targets("same-entity", server)) {
						const netns = address.slice(0, address.lastIndexOf("/address/"));
						for (const container of graph.origins("same-entity", netns)) {
							for (const task of graph.targets("backs", container)) {
								for (const service of graph.targets("backs", task)) services.add(service);
							}
						}
						premises.push(graph.edgeEvidence("same-entity", server, address));
					}
				}
			}
			if (services.size !== 1) continue;
			const service = [...services][0]!;
			const because = `its mark is balanced to containers of ${graph.nameOf(service)} only`;
			graph.edge("backs", from, service, conclude("derived", this.id, premises, because));
		}
	},
};
