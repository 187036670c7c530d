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
			const homeless = who.withoutSandbox(host);
			if (homeless.length !== 1) continue;
			const orphans = [...listed].filter((name) => who.isOrphanSandbox(host, name));
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
