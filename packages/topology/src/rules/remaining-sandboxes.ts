import type { Context, Rule } from "../context.ts";
import { conclude } from "../evidence.ts";
import { containerId, hostId, netnsId } from "../ids.ts";

/** The one sandbox that is left for the one container that is left. */
export const remainingSandbox: Rule = {
	id: "remaining-sandbox",
	concludes:
		"When a listing of the namespaces holds one container's sandbox that is nobody's, and one container has none, they belong together.",
	certainty: ["assumed"],
	contradictedBy: "`docker inspect` of the container with another SandboxID",
	apply({ seen, graph, who }: Context) {
		const names = new Map<string, Set<string>>();
		for (const { scope, name } of seen.netns)
			names.set(scope.host, (names.get(scope.host) ?? new Set()).add(name));
		for (const [host, listed] of names) {
			const homeless = who
				.withoutSandbox(host)
				.filter((id) => !isHoused(graph, containerId(hostId(host), id)));
			if (homeless.length !== 1) continue;
			const orphans = [...listed].filter(
				(name) => who.isOrphanSandbox(host, name) && !isOwned(graph, netnsId(hostId(host), name)),
			);
			if (orphans.length !== 1) continue;
			const netns = netnsId(hostId(host), orphans[0]!);
			const container = containerId(hostId(host), homeless[0]!);
			if (!graph.has(container)) continue;
			const because = `${orphans[0]} is the only namespace of a container on ${host} that no dump gives an owner, and ${homeless[0]} the only container without one; a container that was started or stopped between the two dumps would break this`;
			const premises = [graph.evidenceOf(netns), graph.evidenceOf(container)];
			graph.edge("same-entity", container, netns, conclude("assumed", this.id, premises, because));
		}
	},
};

/** Whether an endpoint told which container a namespace is of. */
export function isOwned(graph: Context["graph"], netns: string): boolean {
	const owners = graph.origins("same-entity", netns);
	return owners.some((id) => graph.edgeEvidence("same-entity", id, netns)[0]?.certainty === "derived");
}

/** Whether an endpoint told which namespace a container is in; one that a command went to by the container is not told. */
export function isHoused(graph: Context["graph"], container: string): boolean {
	const homes = graph.targets("same-entity", container);
	return homes.some((id) => graph.edgeEvidence("same-entity", container, id)[0]?.certainty === "derived");
}
