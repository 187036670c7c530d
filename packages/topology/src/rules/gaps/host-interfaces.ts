import type { Context } from "../../context.ts";
import { netnsId } from "../../ids.ts";
import { inPlace } from "../../in-place.ts";
import { add, HOST, hostsOf, shown } from "./gap.ts";
import { listed, type OpenLegs } from "./open-legs.ts";

/** `1: lo …` of the host itself: its addresses, its bridges, and the host's ends of the containers' legs. */
export function hostInterfaces(context: Context, open: OpenLegs): void {
	const { graph } = context;
	for (const host of hostsOf(context)) {
		const netns = netnsId(host, "host");
		if (shown(context, netns)) continue;
		const legs = graph
			.targets("contains", host)
			.filter((id) => graph.get(id, "driver") === "bridge")
			.flatMap((network) => open.on(host, network));
		const peers = legs.length === 0 ? "" : `, and the host's ends of ${listed(context, legs)}`;
		add(context, {
			about: [host, ...legs.map(({ id }) => id)],
			question: `the interfaces of ${host} itself: its addresses and bridges${peers}`,
			matters: "where packets enter the host, and which bridge joins its containers",
			host,
			place: HOST,
			command: inPlace(HOST, "ip -d addr"),
		});
	}
}
