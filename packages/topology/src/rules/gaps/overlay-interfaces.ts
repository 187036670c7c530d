import { overlayNetns } from "@netfossil/docker";
import type { Context } from "../../context.ts";
import { netnsId } from "../../ids.ts";
import { inPlace } from "../../in-place.ts";
import { append } from "../../lists.ts";
import { add, hostsOf, shown } from "./gap.ts";
import { listed, type OpenLegs } from "./open-legs.ts";

/** The namespaces of overlay networks, on each host with a leg or an endpoint in one. */
export function overlayInterfaces(context: Context, open: OpenLegs): void {
	const { seen, graph, networks } = context;
	const vteps = new Map<string, string[]>();
	for (const vtep of graph.idsOf("vtep")) {
		const netns = vtep.slice(0, vtep.lastIndexOf("/vtep/"));
		append(vteps, netns, vtep);
	}
	const here = new Set(seen.endpoints.map((row) => `${row.scope.host} ${networks.overlay(row.network)}`));
	for (const id of networks.overlays()) {
		const network = networks.overlay(id);
		if (!graph.has(network) || id.length < 10) continue;
		const name = graph.nameOf(network);
		const vnis = graph.get(network, "vxlanIds") !== undefined;
		const place = { type: "netns", name: overlayNetns(id) } as const;
		for (const host of hostsOf(context)) {
			const netns = netnsId(host, place.name);
			const legs = open.on(host, network);
			if (shown(context, netns)) {
				const own = vteps.get(netns) ?? [];
				if (vnis || own.some((vtep) => graph.get(vtep, "vxlanId") !== undefined)) continue;
				add(context, {
					about: [network, netns, ...own],
					question: `the VXLAN id of ${name}`,
					matters: "which VXLAN packets between the hosts are this network's",
					host,
					place,
					command: inPlace(place, "ip -d link"),
				});
				continue;
			}
			if (legs.length === 0 && !graph.has(netns) && !here.has(`${host} ${network}`)) continue;
			const unknown = [
				...(vnis ? [] : ["its VXLAN id"]),
				"its bridge and VTEP",
				...(legs.length === 0 ? [] : [`the peers of ${listed(context, legs)}`]),
			];
			add(context, {
				about: [network, ...(graph.has(netns) ? [netns] : []), ...legs.map(({ id }) => id)],
				question: `inside of overlay ${name} on ${host}: ${unknown.join(", ")}`,
				matters: "how frames of the overlay go from the container to the VXLAN tunnel",
				host,
				place,
				command: inPlace(place, "ip -d addr"),
			});
		}
	}
}
