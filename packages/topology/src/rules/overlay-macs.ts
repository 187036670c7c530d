import { ipv4OfMac } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import { addressId, interfaceId } from "../ids.ts";

/** Overlay addresses that only the MAC tells. */
export const overlayMacs: Rule = {
	id: "overlay-mac",
	concludes:
		"An interface on an overlay network with MAC 02:42:aa:bb:cc:dd has the address aa.bb.cc.dd (in decimal), if no dump shows its addresses.",
	certainty: ["assumed"],
	contradictedBy: "a dump of the interface's addresses, a MAC that the user chose, or a cleaned report",
	apply({ seen, graph, who, cleaned }: Context) {
		for (const row of seen.interfaces) {
			// `sos clean` replaces addresses, and leaves the MACs that were made of them.
			if (cleaned.has(row.scope.host)) continue;
			const netns = who.netns(row.scope);
			const id = interfaceId(netns, row.name);
			const address = ipv4OfMac(row.mac ?? "");
			if (address === undefined || graph.targets("has-address", id).length > 0) continue;
			const onOverlay = graph
				.targets("attached-to-network", id)
				.some((network) => graph.get(network, "driver") === "overlay");
			if (!onOverlay) continue;
			const habit =
				"Docker makes the MAC of an overlay's endpoint of 02:42 and the four bytes of its IPv4 address";
			const evidence = proof("assumed", this.id, [row.quote], habit);
			const node = graph.node("address", addressId(netns, address), address, evidence);
			graph.edge("has-address", id, node, evidence);
		}
	},
};
