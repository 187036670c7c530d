import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { endpointId, interfaceId } from "../ids.ts";
import { append } from "../lists.ts";
import type { FdbRow } from "../observations.ts";

/** The port of a bridge that a container is behind, where only the host was saved. */
export const learnedMacs: Rule = {
	id: "learned-mac",
	concludes:
		"An endpoint whose MAC a bridge of its host has learned on one port is behind that port: `behind` is the host's end of its veth.",
	certainty: ["derived"],
	contradictedBy: "a veth peer of the port in another container's namespace",
	apply({ seen, rows: lookups, graph, who, networks }: Context) {
		const learned = new Map<string, FdbRow[]>();
		for (const row of seen.fdb) {
			if (row.learned && row.dst === undefined && row.scope.place.type === "host")
				append(learned, `${row.scope.host} ${row.mac}`, row);
		}
		for (const row of seen.endpoints) {
			const rows = learned.get(`${row.scope.host} ${row.mac}`) ?? [];
			const ports = new Set(rows.map(({ dev, scope }) => interfaceId(who.netns(scope), dev)));
			const [port] = ports;
			const owner = lookups.network(row.scope.host, row.network);
			if (port === undefined || ports.size > 1 || owner === undefined || !graph.has(port)) continue;
			const endpoint = endpointId(networks.nodeOf(owner), row.scope.host, row.key);
			if (!graph.has(endpoint)) continue;
			const quotes = [row.quote, ...rows.map(({ quote }) => quote)];
			graph.set(endpoint, "behind", port, proof("derived", this.id, quotes, `${row.mac} was learned on it`));
		}
	},
};
