import { isDockerNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { vipId } from "../ids.ts";
import { isHostRoute } from "./subnets.ts";

/** Addresses of a single host in a namespace that Docker made: virtual addresses. */
export const vipAddresses: Rule = {
	id: "vip-address",
	concludes:
		"A /32 beside a namespace's own addresses is a virtual address: on lo of each task (Docker up to 18.06) or on eth0 of the balancing sandbox (from 18.09).",
	certainty: ["derived", "assumed"],
	contradictedBy: "an inspection of all services without the address",
	apply({ seen, graph, who, networks }: Context) {
		for (const row of seen.addresses) {
			if (!isHostRoute(row)) continue;
			const netns = who.netns(row.scope);
			const address = `${netns}/address/${row.address}`;
			const known = networks.holding(row.scope.host, row.address);
			if (known !== undefined && graph.has(vipId(known.network, row.address))) {
				const vip = vipId(known.network, row.address);
				const because = `${row.address} is the VIP, and /32 on ${row.interface}`;
				const evidence = conclude(
					"derived",
					this.id,
					[[proof("observed", "ip-address", [row.quote])], graph.evidenceOf(vip)],
					because,
				);
				graph.edge("same-entity", address, vip, evidence);
				continue;
			}
			// A /32 elsewhere may be anything: flannel's own address, a router's loopback.
			const name = who.netnsName(row.scope.host, row.scope.place);
			const isDockers = name.startsWith("container:") || isDockerNetns(name);
			if (row.scope.place.type === "host" || (!isDockers && known === undefined)) continue;
			if (row.address.startsWith("169.254.")) continue;
			const because =
				"Docker puts the virtual addresses of services as /32 into the namespaces that use them";
			const evidence = proof("assumed", this.id, [row.quote], because);
			const vip = graph.node("vip", vipId(known?.network ?? netns, row.address), row.address, evidence);
			if (known !== undefined && graph.has(known.network))
				graph.edge("attached-to-network", vip, known.network, evidence);
			graph.edge("same-entity", address, vip, evidence);
		}
	},
};
