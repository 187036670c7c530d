import type { Context } from "../../context.ts";
import { publishedPortId } from "../../ids.ts";
import { publishes } from "../published-ports.ts";
import { add, inPlace, shellWord } from "./gap.ts";

/** Addresses that DNAT turns to, and that no dump has. */
export function natTargets(context: Context): void {
	const { seen, graph, who } = context;
	for (const row of seen.translations.filter(publishes)) {
		const { scope, toAddress, dport } = row;
		const owner = scope.place.type === "host" ? scope.host : who.netns(scope);
		const port = publishedPortId(owner, row.protocol ?? "any", dport!, row.destination);
		const known = graph.targets("nat-to", port).some((id) => graph.nameOf(id) === toAddress);
		// A prefix or a range names no machine.
		if (!graph.has(port) || known || !/^[\d.]+$|^[\da-f:]+$/i.test(toAddress!)) continue;
		const address = shellWord(toAddress!);
		add(context, {
			about: [port],
			question: `which machine or container has ${toAddress}, that port ${dport} of ${scope.host} is turned to`,
			matters: "who answers the port",
			host: scope.host,
			place: scope.place,
			command: `${inPlace(scope.place, `ip route get ${address}`)}; ${inPlace(scope.place, `ip neigh show ${address}`)}`,
		});
	}
}
