import { shellWord } from "@netfossil/capture/files";
import { isDockerNetns } from "@netfossil/docker";
import type { Context } from "../../context.ts";
import { inPlace } from "../../in-place.ts";
import { add, HOST } from "./gap.ts";

/** Marks without a service, and services without a mark, of one namespace. */
export function balancers(context: Context): void {
	const { seen, graph, who } = context;
	const balanced = new Set(seen.virtualServices.map((row) => who.netns(row.scope)));
	const marked = new Set(seen.marks.map((row) => who.netns(row.scope)));
	for (const row of seen.marks) {
		const netns = who.netns(row.scope);
		if (balanced.has(netns)) continue;
		add(context, {
			about: [netns],
			question: `where mark 0x${row.mark.toString(16)} (FWM ${row.mark}) is balanced to in ${graph.nameOf(netns)} of ${row.scope.host}`,
			matters: "which tasks get the packets",
			host: row.scope.host,
			place: row.scope.place,
			command: inPlace(row.scope.place, "ipvsadm -Sn"),
		});
	}
	for (const row of seen.virtualServices) {
		const netns = who.netns(row.scope);
		if (row.fwmark === undefined || marked.has(netns)) continue;
		add(context, {
			about: [netns],
			question: `which packets get mark 0x${row.fwmark.toString(16)} (FWM ${row.fwmark}) in ${graph.nameOf(netns)} of ${row.scope.host}`,
			matters: "which port or address the service answers",
			host: row.scope.host,
			place: row.scope.place,
			command: inPlace(row.scope.place, "iptables-save -t mangle"),
		});
	}
	for (const server of graph.idsOf("real-server")) {
		if (graph.targets("same-entity", server).length > 0) continue;
		const host = server.slice(0, server.indexOf("/netns/"));
		const netnsName = server.slice(0, server.indexOf("/ipvs/")).slice(host.length + "/netns/".length);
		const address = graph.nameOf(server).replace(/:\d+$/, "");
		add(context, {
			about: [server],
			question: `which machine or container has ${address}`,
			matters: "whether the balancer sends packets to something that lives",
			host,
			place: HOST,
			command: isDockerNetns(netnsName)
				? "docker network inspect -v $(docker network ls -q --filter driver=overlay)"
				: inPlace(HOST, `ip route get ${shellWord(address)}`),
		});
	}
}
