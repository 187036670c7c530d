import type { Context } from "../../context.ts";
import { netnsId } from "../../ids.ts";
import { isHoused, isOwned } from "../remaining-sandboxes.ts";
import { add, HOST } from "./gap.ts";

/** Namespaces of containers that a listing shows and no dump gives to a container. */
export function sandboxes(context: Context): void {
	const { seen, graph, who } = context;
	for (const host of new Set(seen.netns.map((row) => row.scope.host))) {
		const names = new Set(seen.netns.filter((row) => row.scope.host === host).map((row) => row.name));
		const orphans = [...names]
			.filter((name) => who.isOrphanSandbox(host, name) && !isOwned(graph, netnsId(host, name)))
			.sort();
		if (orphans.length === 0) continue;
		const containers = who
			.withoutSandbox(host)
			.map((id) => `${host}/container/${id}`)
			.filter((id) => !isHoused(graph, id));
		add(context, {
			about: [...orphans.map((name) => netnsId(host, name)), ...containers.filter((id) => graph.has(id))],
			question: `which container lives in ${orphans.join(", ")}`,
			matters: "whether dumps of the container and of the namespace tell of the same thing",
			host,
			place: HOST,
			command: "docker inspect -f '{{.Id}} {{.Name}} {{.NetworkSettings.SandboxKey}}' $(docker ps -q)",
		});
	}
}
