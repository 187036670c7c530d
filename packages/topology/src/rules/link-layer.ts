import type { Context, Rule } from "../context.ts";
import { observed } from "../evidence.ts";
import { interfaceId } from "../ids.ts";
import { append } from "../lists.ts";
import type { FdbRow } from "../observations.ts";

/** What a namespace knows of link-layer addresses. */
export const linkLayer: Rule = {
	id: "link-layer",
	concludes:
		"A neighbour is an attribute of its namespace, `neighbour ADDRESS on DEV`; a MAC that a bridge learned, and one that a VTEP forwards to another VTEP, is an attribute of the port: `learned MAC`, `forwards MAC`; so are a port's VLANs.",
	certainty: ["observed"],
	contradictedBy: "another dump with another MAC for the address, or another port for the MAC",
	apply({ seen, graph, who }: Context) {
		for (const row of seen.neighbours) {
			const on = row.dev === undefined ? "" : ` on ${row.dev}`;
			graph.set(who.netns(row.scope), `neighbour ${row.address}${on}`, row.mac, observed(row.quote));
		}
		const forwarding = new Map<string, FdbRow[]>();
		for (const row of seen.fdb) {
			const id = interfaceId(who.netns(row.scope), row.dev);
			if (!graph.has(id)) continue;
			const vlan = row.vlan === undefined ? "" : ` in VLAN ${row.vlan}`;
			if (row.dst === undefined) {
				if (row.learned) graph.set(id, `learned ${row.mac}${vlan}`, true, observed(row.quote));
				continue;
			}
			const key = JSON.stringify([id, row.mac, row.quote.parsed.dump.id]);
			append(forwarding, key, row);
		}
		// The MAC 00:00:00:00:00:00, what is not known otherwise, may go to several.
		for (const rows of forwarding.values()) {
			const { mac, dev, scope } = rows[0]!;
			const all = [...new Set(rows.map(({ dst }) => dst!))].sort();
			const value = all.length === 1 ? all[0]! : all;
			const id = interfaceId(who.netns(scope), dev);
			for (const { quote } of rows) graph.set(id, `forwards ${mac}`, value, observed(quote));
		}
		for (const row of seen.vlans) {
			const id = interfaceId(who.netns(row.scope), row.name);
			if (graph.has(id)) graph.set(id, "vlans", row.vlans, observed(row.quote));
		}
	},
};
