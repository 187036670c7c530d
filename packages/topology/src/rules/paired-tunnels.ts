import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { vtepId } from "../ids.ts";
import type { Link } from "../links.ts";
import type { TunnelEnds } from "../observations.ts";
import { remoteEnd } from "./remote-ends.ts";

/** GRE, IPIP, SIT, VTI, Geneve: tunnels with one end each side. */
export const pairedTunnels: Rule = {
	id: "paired-tunnel",
	concludes:
		"Two tunnel devices of one kind, each of which has the other's local address as its remote one, with keys that fit, are the two ends of a tunnel, if no third fits. Else the far end is a node of its own, by its address.",
	certainty: ["derived"],
	contradictedBy: "another pair of the same addresses and keys",
	apply(context: Context) {
		const { graph, links, seen, cleaned } = context;
		const ends = links.all().flatMap((link) => {
			const { tunnel, kind, vxlanId } = merged(link);
			return tunnel?.remote === undefined || kind === undefined || vxlanId !== undefined
				? []
				: [{ link, kind, tunnel, id: vtepId(link.netns, link.name) }];
		});
		for (const one of ends) {
			const fitting = ends.filter(
				(two) =>
					two.link.netns !== one.link.netns &&
					two.kind === one.kind &&
					fits(one.tunnel, two.tunnel) &&
					cleaned.comparable(one.link.scope.host, two.link.scope.host),
			);
			const quotes = one.link.lines.map(({ quote }) => quote);
			const [two, ...others] = fitting;
			const evidence = proof("derived", this.id, quotes, `${one.link.name} sends to ${one.tunnel.remote}`);
			const owners = seen.addresses.filter(({ address }) => address === one.tunnel.remote);
			const remote = remoteEnd(context, one.id, one.tunnel.remote!, evidence, owners);
			if (two === undefined) continue;
			if (others.length > 0) {
				graph.ambiguity({
					about: one.id,
					question: `which tunnel is the other end of ${one.link.name}`,
					candidates: fitting.map(({ id }) => id),
					evidence: [evidence],
				});
			} else {
				const because = `${one.tunnel.local} and ${one.tunnel.remote} are the ends of both`;
				const both = [...quotes, ...two.link.lines.map(({ quote }) => quote)];
				const pair = proof("derived", this.id, both, because);
				graph.edge("tunnel", one.id, two.id, pair);
				graph.edge("same-entity", remote, two.id, pair);
			}
		}
	},
};

/** What the dumps of an interface say of it as a tunnel, together. */
function merged(link: Link): { tunnel?: TunnelEnds; kind?: string; vxlanId?: number } {
	const all: { tunnel?: TunnelEnds; kind?: string; vxlanId?: number } = {};
	for (const { tunnel, kind, vxlanId } of link.lines) {
		if (tunnel !== undefined) all.tunnel = { ...all.tunnel, ...tunnel };
		if (kind !== undefined) all.kind = kind;
		if (vxlanId !== undefined || kind === "vxlan") all.vxlanId = vxlanId ?? 0;
	}
	return all;
}

function fits(one: TunnelEnds, two: TunnelEnds): boolean {
	return (
		one.local !== undefined &&
		one.remote === two.local &&
		two.remote === one.local &&
		one.sends === two.receives &&
		one.receives === two.sends
	);
}
