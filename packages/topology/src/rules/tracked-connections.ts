import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";

/** What conntrack shows of ports that rules publish. */
export const trackedConnections: Rule = {
	id: "tracked-connection",
	concludes:
		"A tracked connection to a published port, whose packets go to the address that a rule turns the port to, shows the rule at work.",
	certainty: ["derived"],
	contradictedBy: "a connection to the port that goes elsewhere, from a time when another rule was there",
	apply({ seen, graph, who }: Context) {
		for (const row of seen.connections) {
			// A host's own rules publish below the host, those of another namespace below that.
			const owner = row.scope.place.type === "host" ? row.scope.host : who.netns(row.scope);
			for (const target of [row.sentTo.port, `${row.sentTo.address}:${row.sentTo.port}`]) {
				const port = `${owner}/published-port/${row.protocol}/${target}`;
				if (!graph.has(port)) continue;
				for (const to of graph.targets("nat-to", port)) {
					if (graph.nameOf(to) !== row.goesTo.address) continue;
					const because = `conntrack has a connection to ${row.sentTo.address} that goes to ${row.goesTo.address}`;
					graph.edge("nat-to", port, to, proof("derived", this.id, [row.quote], because));
				}
			}
		}
	},
};
