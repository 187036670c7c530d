import type { Context } from "./context.ts";
import type { Certainty } from "./model.ts";

/** An interface that a frame reaches, and how sure every step to it is. */
export interface Reached {
	readonly interface: string;
	readonly certainty: Certainty;
	/** The tunnels on the way. */
	readonly tunnels: number;
}

/**
 * The interfaces that a frame from one reaches without a router: over the ports of its bridge, veths, and the tunnels of VTEPs
 * that are ports. Only links that were concluded before count.
 */
export function segmentOf({ graph }: Context, start: string): Reached[] {
	const reached = new Map<string, Reached>([[start, { interface: start, certainty: "derived", tunnels: 0 }]]);
	const open = [start];
	const vtepOf = (id: string): string[] =>
		graph.origins("same-entity", id).filter((each) => each.includes("/vtep/"));
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		const here = reached.get(id)!;
		const visit = (next: string, certainty: Certainty | undefined, tunnels = 0): void => {
			if (reached.has(next)) return;
			const worst = certainty === "assumed" || here.certainty === "assumed" ? "assumed" : "derived";
			reached.set(next, { interface: next, certainty: worst, tunnels: here.tunnels + tunnels });
			open.push(next);
		};
		const sure = (kind: "veth-peer" | "enslaved-to" | "tunnel", from: string, to: string) =>
			graph.edgeEvidence(kind, from, to)[0]?.certainty;
		for (const bridge of graph.targets("enslaved-to", id)) visit(bridge, sure("enslaved-to", id, bridge));
		for (const port of graph.origins("enslaved-to", id)) visit(port, sure("enslaved-to", port, id));
		for (const peer of graph.targets("veth-peer", id)) visit(peer, sure("veth-peer", id, peer));
		for (const peer of graph.origins("veth-peer", id)) visit(peer, sure("veth-peer", peer, id));
		for (const vtep of vtepOf(id)) {
			for (const far of graph.targets("tunnel", vtep)) {
				for (const device of graph.targets("same-entity", far))
					if (device.includes("/interface/")) visit(device, sure("tunnel", vtep, far), 1);
			}
		}
	}
	return [...reached.values()];
}
