import type { Place } from "@netfossil/capture";
import { INGRESS_SBOX } from "@netfossil/docker";
import type { Context } from "../../context.ts";
import { netnsId } from "../../ids.ts";
import { inPlace } from "../../in-place.ts";
import { add } from "./gap.ts";

/** What a node's ingress_sbox does with a published port. */
export function ingressSandboxes(context: Context): void {
	const { seen, graph, who } = context;
	const rows = [...seen.marks, ...seen.virtualServices, ...seen.interfaces];
	const inside = new Set(rows.map((row) => who.netns(row.scope)));
	for (const port of graph.idsOf("published-port")) {
		const host = port.slice(0, port.indexOf("/published-port/"));
		const netns = netnsId(host, INGRESS_SBOX);
		if (!graph.has(netns)) continue;
		if (inside.has(netns)) continue;
		const place: Place = { type: "netns", name: INGRESS_SBOX };
		add(context, {
			about: [port, netns],
			question: `what ingress_sbox of ${host} does with port ${graph.nameOf(port)}: its addresses, marks and IPVS services`,
			matters: "which tasks answer on this node",
			host,
			place,
			command: inPlace(place, "sh -c 'ip addr; iptables-save; ipvsadm -Sn'"),
		});
	}
}
