import type { Context } from "../../context.ts";
import { append } from "../../lists.ts";
import { add, HOST } from "./gap.ts";

/** Peers of overlays, by their addresses, that are no host of the capture. */
export function peers(context: Context): void {
	const { seen, graph, networks } = context;
	const open = new Map<string, string[]>();
	for (const row of seen.peers) {
		const peer = `${networks.overlay(row.network)}/peer/${row.address}`;
		if (!graph.has(peer) || graph.targets("same-entity", peer).length > 0) continue;
		// The engine of a node, and a manager, tell the address of a host that was saved in part.
		if (seen.nodes.some(({ address, hostname }) => address === row.address && graph.has(hostname))) continue;
		append(open, `${row.scope.host} ${row.address}`, peer);
	}
	const asked = new Set<string>();
	for (const [key, about] of open) {
		const [host, address] = key.split(" ") as [string, string];
		if (asked.has(address)) continue;
		asked.add(address);
		add(context, {
			about,
			question: `which node has ${address}, and what runs on it: no dump of it was saved`,
			matters: "where the frames of the overlay go, and which tasks answer there",
			host,
			place: HOST,
			command: "docker node inspect -f '{{.Description.Hostname}} {{.Status.Addr}}' $(docker node ls -q)",
		});
	}
}
