import { taskName } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, observed } from "../evidence.ts";
import { ipvsServiceId, realServerId, taskId } from "../ids.ts";
import type { Evidence } from "../model.ts";
import type { TaskEndpointRow } from "../observations.ts";

/** Tasks on nodes that nobody saved, by what an engine knows of them. */
export const taskEndpoints: Rule = {
	id: "task-endpoint",
	concludes:
		"`docker network inspect -v` tells the address of each task in the network, and that of its node. A real server with the address is the task; where a dump shows the address in the namespace of the task's container, that says it.",
	certainty: ["observed", "derived"],
	contradictedBy: "a dump of an interface with the address in another namespace of the network",
	apply(context: Context) {
		const { seen, graph, who, networks, swarms } = context;
		const tasks = new Map<string, { task: string; evidence: Evidence; row: TaskEndpointRow }>();
		for (const row of seen.taskEndpoints) {
			const named = row.name === undefined ? undefined : taskName(row.name);
			if (named?.taskId === undefined) continue;
			const evidence = observed(row.quote);
			const service = swarms.service(row.scope.host, named.service);
			graph.node("service", service, named.service, evidence);
			const name = `${named.service}.${named.slot ?? named.nodeId}`;
			const task = graph.node("task", taskId(service, named.taskId), name, evidence);
			graph.edge("backs", task, service, evidence);
			const network = networks.overlay(row.networkId);
			graph.set(
				task,
				`address in ${graph.has(network) ? graph.nameOf(network) : row.networkId}`,
				row.address,
				evidence,
			);
			const node = nodeAt(context, row);
			if (node !== undefined)
				graph.set(
					task,
					"node",
					node.name,
					conclude("derived", this.id, [[evidence], node.evidence], node.because),
				);
			tasks.set(`${network} ${row.address}`, { task, evidence, row });
		}
		for (const row of seen.virtualServices) {
			for (const server of row.servers) {
				const id = realServerId(
					ipvsServiceId(who.netns(row.scope), row.name),
					`${server.address}:${server.port}`,
				);
				const known = networks.holding(row.scope.host, server.address);
				const found = known && tasks.get(`${known.network} ${server.address}`);
				if (found === undefined || !swarms.linked(found.row.scope.host, row.scope.host)) continue;
				if (leadsTo(context, id, found.task)) continue;
				const because = `the engine of ${found.row.scope.host} gives ${graph.nameOf(found.task)} that address`;
				const premises = [graph.evidenceOf(id), [found.evidence]];
				graph.edge("same-entity", id, found.task, conclude("derived", this.id, premises, because));
			}
		}
	},
};

/** Whether the address that a real server is stands in the namespace of a container that runs a task. */
function leadsTo({ graph }: Context, server: string, task: string): boolean {
	return graph.targets("same-entity", server).some((address) => {
		const netns = address.slice(0, address.lastIndexOf("/address/"));
		const containers = graph.origins("same-entity", netns);
		return containers.some(
			(container) =>
				graph.targets("backs", container).includes(task) &&
				graph.edgeEvidence("same-entity", container, netns)[0]?.certainty !== "assumed",
		);
	});
}

/** The host with an address that the swarm knows a node by. */
function nodeAt(
	{ seen, rows, swarms }: Context,
	row: TaskEndpointRow,
): { name: string; because: string; evidence: readonly Evidence[] } | undefined {
	const hosts = new Map<string, Evidence>();
	for (const each of rows.addresses(row.host)) {
		if (each.scope.place.type !== "host") continue;
		if (swarms.linked(each.scope.host, row.scope.host)) hosts.set(each.scope.host, observed(each.quote));
	}
	for (const each of seen.nodes) {
		if (each.address === row.host && swarms.linked(each.scope.host, row.scope.host))
			hosts.set(each.hostname, observed(each.quote));
	}
	const [host, ...others] = hosts;
	if (host === undefined || others.length > 0) return undefined;
	const [name, evidence] = host;
	return { name, because: `${name} has the address ${row.host}`, evidence: [evidence] };
}
