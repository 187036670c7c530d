import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { isHostRoute } from "./subnets.ts";

/** Containers without a name, by the virtual addresses of their service. */
export const taskVips: Rule = {
	id: "task-vip",
	concludes:
		"A namespace with the virtual addresses of one service on lo runs a task of that service; of the tasks on its node the only one that no other container runs.",
	certainty: ["derived"],
	contradictedBy: "`docker ps` on the node with another name for the container",
	apply(context: Context) {
		const { seen, graph, who } = context;
		for (const row of seen.addresses) {
			if (row.interface !== "lo" || !isHostRoute(row) || row.scope.place.type === "host") continue;
			const { host } = row.scope;
			const [container, ...others] = graph
				.origins("same-entity", who.netns(row.scope))
				.filter((id) => id.startsWith(`${host}/container/`));
			// Of containers that share a namespace it is not known which one is the task.
			if (container === undefined || others.length > 0) continue;
			if (graph.targets("backs", container).length > 0) continue;
			const address = `${who.netns(row.scope)}/address/${row.address}`;
			for (const vip of graph.targets("same-entity", address)) {
				for (const service of graph.targets("backs", vip)) {
					const taken = (task: string): boolean => graph.origins("backs", task).length > 0;
					const tasks = graph
						.origins("backs", service)
						.filter((task) => graph.get(task, "node") === host && !taken(task))
						.filter((task) => graph.get(task, "desiredState") === "Running");
					const premises = [
						[proof("observed", "ip-address", [row.quote])],
						graph.edgeEvidence("backs", vip, service),
						...tasks.map((task) => graph.evidenceOf(task)),
					];
					const name = graph.nameOf(service);
					if (tasks.length === 1) {
						const task = tasks[0]!;
						const because = `${row.address} on lo is a VIP of ${name}, and ${graph.nameOf(task)} is its only task on ${host} without a container`;
						graph.edge("backs", container, task, conclude("derived", this.id, premises, because));
					} else {
						const because = `${row.address} on lo is a VIP of ${name}`;
						graph.edge("backs", container, service, conclude("derived", this.id, premises, because));
					}
				}
			}
		}
	},
};
