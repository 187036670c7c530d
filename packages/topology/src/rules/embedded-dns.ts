import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";

/** Where a namespace's own resolver listens. */
export const embeddedDns: Rule = {
	id: "embedded-dns",
	concludes:
		"A rule that turns 127.0.0.11:53 to another port of 127.0.0.11 belongs to a namespace whose DNS is Docker's; the daemon's socket of that port is in the same namespace.",
	certainty: ["observed", "derived"],
	contradictedBy: "nothing: the sockets of 127.0.0.11 are made in the container's namespace only",
	apply({ seen, graph, who }: Context) {
		for (const row of seen.translations) {
			if (row.target !== "DNAT" || row.toAddress !== "127.0.0.11" || row.toPort === undefined) continue;
			const netns = who.netns(row.scope);
			const evidence = proof("observed", this.id, [row.quote]);
			graph.set(netns, `dns ${row.protocol ?? "any"}`, `127.0.0.11:${row.toPort}`, evidence);
			const socket = seen.sockets.find(
				(each) =>
					each.address === "127.0.0.11" &&
					each.port === row.toPort &&
					each.protocol === row.protocol &&
					each.scope.host === row.scope.host,
			);
			if (socket === undefined || who.netns(socket.scope) === netns) continue;
			// The listing says one place, the rule proves another: both are kept, as a conflict.
			const name = `namespace of ${socket.protocol} 127.0.0.11:${row.toPort}`;
			const taken = who.netnsName(socket.scope.host, socket.scope.place);
			const host = socket.scope.host;
			graph.set(
				host,
				name,
				taken,
				proof("assumed", "scope", [socket.quote], "where the listing seems to have been taken"),
			);
			const because = "Docker makes the resolver's socket in the namespace whose rules turn port 53 to it";
			graph.set(
				host,
				name,
				graph.nameOf(netns),
				proof("derived", this.id, [row.quote, socket.quote], because),
			);
		}
	},
};
