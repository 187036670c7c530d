import { isSandboxName } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { addressId } from "../ids.ts";
import type { Translation } from "../observations.ts";

/** The last step of the routing mesh, within the task's own namespace. */
export const taskRedirects: Rule = {
	id: "task-redirect",
	concludes:
		"A REDIRECT is an attribute of its namespace. One in PREROUTING for one address and port, in a namespace of a container of which no addresses were saved, is taken to be for an address of the namespace: Docker writes it there, to turn the published port into the container's. Elsewhere packets that only pass by are redirected, too.",
	certainty: ["observed", "assumed"],
	contradictedBy: "a dump of the namespace's interfaces without the address",
	apply({ seen, graph, who, rows }: Context) {
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
			if (row.destination === undefined || row.chain === "OUTPUT" || row.in !== undefined) continue;
			if (!isOfContainer(row, graph.nameOf(netns)) || rows.addressesIn(netns).length > 0) continue;
			const because = `Docker redirects in a container's namespace what is for its own address, here ${row.destination}; a proxy redirects what passes by`;
			const assumed = proof("assumed", this.id, [row.quote], because);
			const address = graph.node("address", addressId(netns, row.destination), row.destination, assumed);
			if (graph.origins("has-address", address).length === 0) graph.edge("contains", netns, address, assumed);
		}
	},
};

function isOfContainer({ scope: { place } }: Translation, name: string): boolean {
	return place.type === "container" || name.startsWith("container:") || isSandboxName(name);
}
