import { shellWord } from "@netfossil/capture/files";
import { overlayNetns } from "@netfossil/docker";
import type { Context } from "../../context.ts";
import { netnsId } from "../../ids.ts";
import { add, HOST, hostsOf } from "./gap.ts";

/** Networks that only their ids are known of. */
export function networkNames(context: Context): void {
	const { graph, networks } = context;
	for (const id of networks.overlays()) {
		const network = networks.overlay(id);
		if (!graph.has(network) || graph.get(network, "name") !== undefined) continue;
		const host = graph.evidenceOf(network)[0]?.spans[0];
		const source = context.seen.virtualIps.find((row) => networks.overlay(row.networkId) === network);
		const onHost =
			source?.scope.host ?? hostsOf(context).find((each) => graph.has(netnsId(each, overlayNetns(id))));
		if (onHost === undefined || host === undefined) continue;
		add(context, {
			about: [network],
			question: `the name of network ${id}, and its options`,
			matters: "which of the user's networks this is",
			host: onHost,
			place: HOST,
			command: `docker network inspect -v ${shellWord(id)}`,
		});
	}
}
