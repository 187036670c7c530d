import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { addressId } from "../ids.ts";

/** The last step of the routing mesh, within the task's own namespace. */
export const taskRedirects: Rule = {
	id: "task-redirect",
	concludes:
		"A REDIRECT in PREROUTING for one address and port belongs to the namespace that has the address: Docker writes it there, to turn the published port into the container's.",
	certainty: ["observed", "derived"],
	contradictedBy: "a dump of the namespace's interfaces without the address",
	apply({ seen, graph, who }: Context) {
		for (const row of seen.translations) {
			if (row.target !== "REDIRECT" || row.dport === undefined || row.toPort === undefined) continue;
			const netns = who.netns(row.scope);
			const evidence = proof("observed", this.id, [row.quote]);
			graph.set(
				netns,
				`REDIRECT ${row.protocol ?? "any"} ${row.destination ?? "any"}:${row.dport}`,
				row.toPort,
				evidence,
			);
			if (row.destination === undefined || row.chain === "OUTPUT") continue;
			const because = `REDIRECT sends packets to the namespace itself, so ${row.destination} is one of its addresses`;
			const derived = proof("derived", this.id, [row.quote], because);
			const address = graph.node("address", addressId(netns, row.destination), row.destination, derived);
			if (graph.origins("has-address", address).length === 0) graph.edge("contains", netns, address, derived);
		}
	},
};
