import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { interfaceId } from "../ids.ts";

/** `a@b` within one namespace. */
export const localLinks: Rule = {
	id: "local-link",
	concludes:
		"In `a@b`, b is an interface of the same namespace: the other end, if b also says `b@a` and neither is known to be another kind than veth; else the device below a (VLAN, macvlan, tunnel …).",
	certainty: ["derived"],
	contradictedBy: "a dump by busybox or an `ip` before 4.0, which look a foreign index up here",
	apply({ seen, graph, who, links }: Context) {
		for (const line of seen.interfaces) {
			if (line.peerName === undefined) continue;
			const netns = who.netns(line.scope);
			const from = interfaceId(netns, line.name);
			const to = interfaceId(netns, line.peerName);
			const other = links.get(to);
			if (other === undefined || from === to) continue;
			const back = other.lines.find((each) => each.peerName === line.name);
			const kinds = [links.get(from)?.kind, other.kind];
			const isPair = back !== undefined && kinds.every((kind) => kind === undefined || kind === "veth");
			const quotes = [line.quote, (back ?? other.lines[0]!).quote];
			const evidence = proof("derived", this.id, quotes);
			if (isPair) graph.edge("veth-peer", from, to, evidence);
			// A veth without its other half in the dump has no device below it.
			else if (kinds[0] !== "veth") graph.edge("lower-device", from, to, evidence);
		}
	},
};
