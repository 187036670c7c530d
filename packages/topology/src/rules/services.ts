import { isDockerNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { containerId, hostId, netnsId, taskId, vipId } from "../ids.ts";
import type { Evidence } from "../model.ts";
import type { AddressLine } from "../observations.ts";

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

/** Addresses of a single host in a namespace that Docker made: virtual addresses. */
export const vipAddresses: Rule = {
	id: "vip-address",
	concludes:
		"A /32 beside a namespace's own addresses is a virtual address: on lo of each task (Docker up to 18.06) or on eth0 of the balancing sandbox (from 18.09).",
	certainty: ["derived", "assumed"],
	contradictedBy: "an inspection of all services without the address",
	apply({ seen, graph, who, networks }: Context) {
		for (const row of seen.addresses) {
			if (!isHostRoute(row)) continue;
			const netns = who.netns(row.scope);
			const address = `${netns}/address/${row.address}`;
			const known = networks.holding(row.scope.host, row.address);
			if (known !== undefined && graph.has(vipId(known.network, row.address))) {
				const vip = vipId(known.network, row.address);
				const because = `${row.address} is the VIP, and /32 on ${row.interface}`;
				const evidence = conclude(
					"derived",
					this.id,
					[[proof("observed", "ip-address", [row.quote])], graph.evidenceOf(vip)],
					because,
				);
				graph.edge("same-entity", address, vip, evidence);
				continue;
			}
			// A /32 elsewhere may be anything: flannel's own address, a router's loopback.
			const name = who.netnsName(row.scope.host, row.scope.place);
			const isDockers = name.startsWith("container:") || isDockerNetns(name);
			if (row.scope.place.type === "host" || (!isDockers && known === undefined)) continue;
			if (row.address.startsWith("169.254.")) continue;
			const because =
				"Docker puts the virtual addresses of services as /32 into the namespaces that use them";
			const evidence = proof("assumed", this.id, [row.quote], because);
			const vip = graph.node("vip", vipId(known?.network ?? netns, row.address), row.address, evidence);
			if (known !== undefined && graph.has(known.network))
				graph.edge("attached-to-network", vip, known.network, evidence);
			graph.edge("same-entity", address, vip, evidence);
		}
	},
};

/** Containers by the names that Swarm gives them. */
export const taskContainers: Rule = {
	id: "task-container",
	concludes:
		"A container named SERVICE.SLOT.TASKID runs the task whose id begins the last part: that is how Swarm names containers.",
	certainty: ["derived"],
	contradictedBy: "the task's state is not running, or its node is another",
	apply({ seen, graph, who, swarms }: Context) {
		for (const row of seen.containers) {
			const named = row.name === undefined ? null : /^(.+)\.([^.]+)\.([0-9a-z]{25})$/.exec(row.name);
			if (named === null) continue;
			const [, service, slot, id] = named as unknown as [string, string, string, string];
			const container = who.containerNode(row.scope.host, row.id);
			const listed = seen.tasks.find((task) => task.service === service && id.startsWith(task.id));
			const quotes = listed ? [row.quote, listed.quote] : [row.quote];
			const evidence = proof("derived", this.id, quotes, `the container's name holds the task's id`);
			const serviceNode = graph.node("service", swarms.service(row.scope.host, service), service, evidence);
			const task = graph.node("task", taskId(serviceNode, listed?.id ?? id), `${service}.${slot}`, evidence);
			graph.edge("backs", task, serviceNode, evidence);
			graph.edge("backs", container, task, evidence);
		}
	},
};

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

/** Virtual addresses whose service no inspection tells, by the tasks behind them. */
export const vipServices: Rule = {
	id: "vip-service",
	concludes:
		"A virtual address that stands on lo of the tasks of one service, and is balanced to their addresses, is that service's.",
	certainty: ["derived"],
	contradictedBy: "an inspection of another service with the address",
	apply({ seen, graph, who }: Context) {
		for (const vip of graph.idsOf("vip")) {
			if (graph.targets("backs", vip).length > 0) continue;
			const services = new Map<string, Evidence[][]>();
			for (const address of graph.origins("same-entity", vip)) {
				const line = seen.addresses.find(
					(row) => row.interface === "lo" && `${who.netns(row.scope)}/address/${row.address}` === address,
				);
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

/** The one sandbox that is left for the one container that is left. */
export const remainingSandbox: Rule = {
	id: "remaining-sandbox",
	concludes:
		"When a listing of the namespaces holds one container's sandbox that is nobody's, and one container has none, they belong together.",
	certainty: ["assumed"],
	contradictedBy: "`docker inspect` of the container with another SandboxID",
	apply({ seen, graph, who }: Context) {
		for (const host of new Set(seen.netns.map((row) => row.scope.host))) {
			const orphans = [
				...new Set(seen.netns.filter((row) => row.scope.host === host).map((row) => row.name)),
			].filter((name) => who.isOrphanSandbox(host, name));
			const homeless = who.withoutSandbox(host);
			if (orphans.length !== 1 || homeless.length !== 1) continue;
			const netns = netnsId(hostId(host), orphans[0]!);
			const container = containerId(hostId(host), homeless[0]!);
			if (!graph.has(container)) continue;
			const because = `${orphans[0]} is the only namespace of a container on ${host} that no dump gives an owner, and ${homeless[0]} the only container without one; a container that was started or stopped between the two dumps would break this`;
			const premises = [graph.evidenceOf(netns), graph.evidenceOf(container)];
			graph.edge("same-entity", container, netns, conclude("assumed", this.id, premises, because));
		}
	},
};

function isHostRoute(row: AddressLine): boolean {
	const whole = row.family === 4 ? 32 : 128;
	return row.length === whole && !row.address.startsWith("127.") && row.address !== "::1";
}
