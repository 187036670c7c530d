import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { addressId, publishedPortId } from "../ids.ts";

/** The last step of the routing mesh, within the task's own namespace. */
export const taskRedirects: Rule = {
	id: "task-redirect",
	concludes:
		"A REDIRECT in PREROUTING for one address and port belongs to the namespace that has the address: Docker writes it there, to turn the published port into the container's. So the port is one of the namespace, turned to that address with another port. Any other REDIRECT is an attribute of its namespace.",
	certainty: ["observed", "derived"],
	contradictedBy: "a dump of the namespace's interfaces without the address",
	apply({ seen, graph, who }: Context) {
		for (const row of seen.translations) {
			const { destination, dport, toPort } = row;
			if (row.target !== "REDIRECT" || dport === undefined || toPort === undefined) continue;
			const netns = who.netns(row.scope);
			const protocol = row.protocol ?? "any";
			const said = proof("observed", this.id, [row.quote]);
			if (destination === undefined || row.chain === "OUTPUT") {
				graph.set(netns, `REDIRECT ${protocol} ${destination ?? "any"}:${dport}`, toPort, said);
				continue;
			}
			const because = `REDIRECT sends packets to the namespace itself, so ${destination} is one of its addresses`;
			const derived = proof("derived", this.id, [row.quote], because);
			const address = graph.node("address", addressId(netns, destination), destination, derived);
			if (graph.origins("has-address", address).length === 0) graph.edge("contains", netns, address, derived);
			const id = publishedPortId(netns, protocol, dport, destination);
			const port = graph.node("published-port", id, `${destination}:${dport}/${protocol}`, said);
			graph.edge("contains", netns, port, said);
			graph.set(port, "port", dport, said);
			graph.set(port, "targets", [{ to: `${destination}:${toPort}` }], said);
			graph.edge("nat-to", port, address, derived, { port: toPort });
		}
	},
};
