import { shellWord } from "@netfossil/capture/files";
import type { Context } from "../../context.ts";
import { inPlace } from "../../in-place.ts";
import { portOf, publishes } from "../published-ports.ts";
import { add } from "./gap.ts";

/** Addresses that DNAT turns to, and that no dump has. */
export function natTargets(context: Context): void {
	const { seen, graph } = context;
	for (const row of seen.translations.filter(publishes)) {
		const { scope, toAddress, dport, destination } = row;
		const what = dport === undefined ? `what is for ${destination}` : `port ${dport} of ${scope.host}`;
		const port = portOf(context, row);
		const known = graph.targets("nat-to", port).some((id) => graph.nameOf(id) === toAddress);
		// A prefix or a range names no machine.
		if (!graph.has(port) || known || !/^[\d.]+$|^[\da-f:]+$/i.test(toAddress!)) continue;
		const address = shellWord(toAddress!);
		add(context, {
			about: [port],
			question: `which machine or container has ${toAddress}, that ${what} is turned to`,
			matters: "who answers",
			host: scope.host,
			place: scope.place,
			command: `${inPlace(scope.place, `ip route get ${address}`)}; ${inPlace(scope.place, `ip neigh show ${address}`)}`,
		});
	}
}
