import { networkHolds } from "@netfossil/core";
import type { Context } from "../context.ts";
import { conclude } from "../evidence.ts";
import { addressId, remoteVtepId } from "../ids.ts";
import type { Evidence } from "../model.ts";
import type { AddressLine } from "../observations.ts";

/**
 * The far end of a tunnel: a node for its address, whether or not a dump shows the device there, so that what one
 * host's dumps prove stays when another's come. Gives the node's id.
 */
export function remoteEnd(
	context: Context,
	vtep: string,
	address: string,
	evidence: Evidence,
	owners: readonly AddressLine[],
): string {
	const { graph } = context;
	const remote = graph.node("vtep", remoteVtepId(vtep, address), address, evidence);
	graph.set(remote, "remoteAddress", address, evidence);
	graph.edge("tunnel", vtep, remote, evidence);
	const host = hostOf(vtep);
	const near = owners.filter(
		({ scope }) => scope.host !== host && sharesLan(context, host, scope.host, address),
	);
	const ids = [...new Set(near.map((row) => addressId(context.who.netns(row.scope), row.address)))];
	if (ids.length !== 1) return remote;
	const because = `${near[0]!.scope.host} has the address, on a LAN that both hosts have a leg in`;
	graph.edge(
		"same-entity",
		remote,
		ids[0]!,
		conclude("assumed", "remote-end", [[evidence], graph.evidenceOf(ids[0]!)], because),
	);
	return remote;
}

const hostOf = (vtep: string): string => vtep.slice(0, vtep.indexOf("/netns/"));

function sharesLan({ graph }: Context, one: string, two: string, address: string): boolean {
	return graph
		.idsOf("subnet")
		.filter((id) => id.startsWith("lan/") && networkHolds(graph.nameOf(id), address))
		.some((id) =>
			[one, two].every((host) => graph.someOrigin("in-subnet", id, (leg) => leg.startsWith(`${host}/`))),
		);
}
