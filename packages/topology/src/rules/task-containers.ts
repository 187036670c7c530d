import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { taskId } from "../ids.ts";

/** Containers by the names that Swarm gives them. */
export const taskContainers: Rule = {
	id: "task-container",
	concludes:
		"A container named SERVICE.SLOT.TASKID runs the task whose id begins the last part: that is how Swarm names containers.",
	certainty: ["derived"],
	contradictedBy: "the task's state is not running, or its node is another",
	apply({ seen, rows, graph, who, swarms }: Context) {
		for (const row of seen.containers) {
			const named = row.name === undefined ? null : /^(.+)\.([^.]+)\.([0-9a-z]{25})$/.exec(row.name);
			if (named === null) continue;
			const [, service, slot, id] = named as unknown as [string, string, string, string];
			const container = who.containerNode(row.scope.host, row.id);
			const listed = rows.tasks(service).find((task) => id.startsWith(task.id));
			const quotes = listed ? [row.quote, listed.quote] : [row.quote];
			const evidence = proof("derived", this.id, quotes, `the container's name holds the task's id`);
			const serviceNode = graph.node("service", swarms.service(row.scope.host, service), service, evidence);
			const task = graph.node("task", taskId(serviceNode, listed?.id ?? id), `${service}.${slot}`, evidence);
			graph.edge("backs", task, serviceNode, evidence);
			graph.edge("backs", container, task, evidence);
		}
	},
};
