import { INGRESS_SBOX } from "@netfossil/docker";
import type { Context } from "../../context.ts";
import { publishedPortId } from "../../ids.ts";
import { append } from "../../lists.ts";
import { add, HOST, hostsOf } from "./gap.ts";

/** VIPs, and ports of the routing mesh, that no service is known for. */
export function services(context: Context): void {
	const { graph } = context;
	const marked = new Set(
		context.seen.marks.map((row) => publishedPortId(row.scope.host, row.protocol ?? "any", row.dport ?? -1)),
	);
	// Any router has DNAT rules; those of a swarm lead to ingress_sbox or set a mark for IPVS.
	const isSwarms = (port: string): boolean =>
		graph.targets("marks", port).length > 0 ||
		graph.targets("nat-to", port).some((id) => id.includes(`/netns/${INGRESS_SBOX}/`)) ||
		marked.has(port);
	const nameless = [...graph.idsOf("vip"), ...graph.idsOf("published-port").filter(isSwarms)].filter(
		(id) => graph.targets("backs", id).length === 0,
	);
	const hosts = hostsOf(context);
	const byHost = new Map<string, string[]>();
	for (const id of nameless) {
		const host = hosts.find((each) => id.startsWith(`${each}/`)) ?? hostOfNetwork(context, id);
		if (host === undefined) continue;
		append(byHost, host, id);
	}
	for (const [host, ids] of byHost) {
		const names = ids.map((id) => graph.nameOf(id)).sort();
		add(context, {
			about: ids,
			question: `the service of ${[...new Set(names)].join(", ")}`,
			matters: "which service answers there, and which tasks it has",
			host,
			place: HOST,
			command: "docker service inspect $(docker service ls -q); docker service ps $(docker service ls -q)",
		});
	}
}

/** The host whose dump tells of a node that belongs to no host. */
function hostOfNetwork({ graph, seen }: Context, id: string): string | undefined {
	const source = graph.evidenceOf(id)[0]?.spans[0]?.source;
	for (const rows of Object.values(seen)) {
		for (const row of rows) if (row.quote.parsed.dump.id === source) return row.scope.host;
	}
	return undefined;
}
