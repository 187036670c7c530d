import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { interfaceId, vtepId } from "../ids.ts";
import type { AddressLine } from "../observations.ts";

/** The two ends of a line: PPP, a tunnel of a VPN, a WireGuard with addresses of peers. */
export const pointToPoint: Rule = {
	id: "point-to-point",
	concludes:
		"Two addresses in two namespaces, `A peer B` and `B peer A`, are the ends of one line, if no third fits.",
	certainty: ["derived"],
	contradictedBy: "a third interface with one of the addresses and the other as its peer",
	apply({ seen, graph, who, cleaned }: Context) {
		const ends = new Map<string, AddressLine>();
		for (const row of seen.addresses) {
			if (row.peer !== undefined && row.peer !== row.address)
				ends.set(interfaceId(who.netns(row.scope), row.interface), row);
		}
		for (const [from, one] of ends) {
			const fitting = [...ends].filter(
				([to, two]) =>
					to !== from &&
					two.address === one.peer &&
					two.peer === one.address &&
					who.netns(two.scope) !== who.netns(one.scope) &&
					cleaned.comparable(one.scope.host, two.scope.host),
			);
			const [found] = fitting;
			if (found === undefined) continue;
			if (fitting.length > 1) {
				graph.ambiguity({
					about: from,
					question: `which interface is the other end of ${graph.nameOf(from)} (${one.address} peer ${one.peer})`,
					candidates: fitting.map(([id]) => id),
					evidence: [proof("observed", this.id, [one.quote])],
				});
				continue;
			}
			const [to, two] = found;
			// The pair holds only if it is the other's only one, too.
			const backs = [...ends].filter(([, each]) => each.address === one.address && each.peer === one.peer);
			if (backs.length > 1 || graph.targets("veth-peer", from).includes(to)) continue;
			const because = `${one.address} and ${two.address} name each other as peers`;
			const evidence = proof("derived", this.id, [one.quote, two.quote], because);
			for (const [id, row] of [
				[from, one],
				[to, two],
			] as const) {
				const vtep = graph.node("vtep", vtepId(who.netns(row.scope), row.interface), row.interface, evidence);
				graph.edge("same-entity", vtep, id, evidence);
			}
			const [a, b] = [one, two].map((row) => vtepId(who.netns(row.scope), row.interface)) as [string, string];
			graph.edge("tunnel", a, b, evidence);
		}
	},
};
