import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { hostId, publishedPortId } from "../ids.ts";
import { isIngress } from "./published-ports.ts";

/** Published ports whose service no listing tells, by what the tasks' own namespaces do with them. */
export const taskPorts: Rule = {
	id: "task-port",
	concludes:
		"A published port of the routing mesh, that a task's own namespace turns to the container's port, is of the task's service: on every node of the swarm.",
	certainty: ["derived"],
	contradictedBy: "a listing of services with another one behind the port",
	apply({ seen, graph, who, swarms }: Context) {
		const meshes = seen.translations.filter((row) => row.target === "DNAT" && isIngress(row));
		for (const row of seen.translations) {
			if (row.target !== "REDIRECT" || row.dport === undefined || row.toPort === undefined) continue;
			if (row.destination === undefined || row.scope.place.type === "host") continue;
			for (const container of graph.origins("same-entity", who.netns(row.scope))) {
				for (const task of graph.targets("backs", container)) {
					for (const service of graph.targets("backs", task)) {
						for (const mesh of meshes) {
							if (mesh.dport !== row.dport || mesh.protocol !== row.protocol) continue;
							if (!swarms.linked(mesh.scope.host, row.scope.host)) continue;
							const port = publishedPortId(hostId(mesh.scope.host), row.protocol ?? "any", row.dport);
							if (!graph.has(port)) continue;
							const because = `${graph.nameOf(task)} turns port ${row.dport} to its own port ${row.toPort}`;
							const premises = [
								[proof("observed", this.id, [mesh.quote, row.quote])],
								graph.edgeEvidence("backs", container, task),
							];
							const evidence = conclude("derived", this.id, premises, because);
							graph.edge("backs", port, service, evidence, { target: row.toPort });
						}
					}
				}
			}
		}
	},
};
