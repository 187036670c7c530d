import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { addressId } from "../ids.ts";
import type { Translation } from "../observations.ts";

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

/** Whose packets a namespace gives another source address. */
export const sourceRewrites: Rule = {
	id: "source-rewrite",
	concludes:
		"A SNAT or MASQUERADE rule gives packets that leave its namespace another source address, and NETMAP one of another prefix; `-m ipvs` in ingress_sbox is why tasks see the address of ingress_sbox and not the client's.",
	certainty: ["observed"],
	contradictedBy: "an earlier rule that takes the same packets",
	apply({ seen, graph, who }: Context) {
		for (const row of seen.translations) {
			if (row.target !== "SNAT" && row.target !== "MASQUERADE" && row.target !== "NETMAP") continue;
			// What a list without interfaces says, another dump of the same rules says better.
			const told = (other: Translation): boolean =>
				!other.interfacesUnknown &&
				other.target === row.target &&
				who.netns(other.scope) === who.netns(row.scope);
			if (row.interfacesUnknown && seen.translations.some(told)) continue;
			// The resolver's own rules turn the answers' port back, not their address.
			if (row.target !== "MASQUERADE" && row.toAddress === undefined) continue;
			const words = [
				row.target,
				...(row.ipvs ? ["ipvs"] : []),
				...(row.protocol === undefined ? [] : [row.protocol]),
				...(row.dport === undefined ? [] : [`port ${row.dport}`]),
				...(row.from === undefined ? [] : [`from ${row.from}`]),
				...(row.towards === undefined ? [] : [`to ${row.towards}`]),
				...(row.out === undefined ? [] : [`out ${row.out}`]),
				...(row.interfacesUnknown && !row.ipvs ? ["(interfaces not listed)"] : []),
				...(row.matches === undefined ? [] : [`if ${row.matches.join(", ")}`]),
				...(row.chain === undefined || row.chain === "POSTROUTING" ? [] : [`in ${row.chain}`]),
			];
			const value = row.toAddress ?? true;
			graph.set(who.netns(row.scope), words.join(" "), value, proof("observed", this.id, [row.quote]));
		}
	},
};
