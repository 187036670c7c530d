import type { Context, Rule } from "../context.ts";
import { conclude } from "../evidence.ts";
import type { Evidence } from "../model.ts";

/** Virtual addresses whose service no inspection tells, by the tasks behind them. */
export const vipServices: Rule = {
	id: "vip-service",
	concludes:
		"A virtual address that stands on lo of the tasks of one service, and is balanced to their addresses, is that service's.",
	certainty: ["derived"],
	contradictedBy: "an inspection of another service with the address",
	apply({ rows, graph, who }: Context) {
		for (const vip of graph.idsOf("vip")) {
			if (graph.targets("backs", vip).length > 0) continue;
			const services = new Map<string, Evidence[][]>();
			for (const address of graph.origins("same-entity", vip)) {
				const line = rows
					.addressesIn(address.slice(0, address.lastIndexOf("/address/")))
					.find((row) => row.interface === "lo" && address.endsWith(`/address/${row.address}`));
				if (line === undefined || line.scope.place.type === "host") continue;
				for (const container of graph.origins("same-entity", who.netns(line.scope))) {
					for (const task of graph.targets("backs", container)) {
						for (const service of graph.targets("backs", task)) {
							const premises = services.get(service) ?? [];
							premises.push([...graph.edgeEvidence("same-entity", address, vip)]);
							premises.push([...graph.edgeEvidence("backs", container, task)]);
							services.set(service, premises);
						}
					}
				}
			}
			if (services.size !== 1) continue;
			const [service, premises] = [...services][0]!;
			const because = `${graph.nameOf(vip)} stands on lo of ${graph.nameOf(service)}'s tasks, where Docker (up to 18.06) puts a service's own virtual addresses`;
			graph.edge("backs", vip, service, conclude("derived", this.id, premises, because));
		}
	},
};
