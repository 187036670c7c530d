import type { Context } from "./context.ts";
import { addressId } from "./ids.ts";
import type { Certainty } from "./model.ts";
import { savedWith } from "./moments.ts";
import type { Observed } from "./observations.ts";
import { SHARED } from "./rules/lans.ts";
import { ownSubnet } from "./rules/subnets.ts";

/** An address node that a packet's address can mean. */
export interface Owner {
	readonly id: string;
	readonly certainty: Certainty;
	readonly because: string;
}

/**
 * The addresses that a rule of a host can mean: of the host itself, in an overlay of a
 * node of its swarm, else of another host in a subnet that both have a leg in. Virtual ones are not meant.
 */
export function ownersOf(context: Context, from: Observed, address: string): Owner[] {
	const { host } = from.scope;
	const near = [
		...new Set([...onHostOrOverlay(context, from, address), ...concluded(context, host, address)]),
	];
	if (near.length > 0) {
		const because = (id: string): string =>
			`${address} is an address of ${id.slice(0, id.lastIndexOf("/address/"))}`;
		return near.sort().map((id) => ({ id, certainty: "derived", because: because(id) }));
	}
	return onLan(context, from, address);
}

function onHostOrOverlay({ rows, who, swarms, cleaned }: Context, from: Observed, address: string): string[] {
	const { host } = from.scope;
	const far = rows
		.addressesInOverlays(address)
		.filter(
			({ scope }) =>
				scope.host !== host && swarms.linked(host, scope.host) && cleaned.comparable(host, scope.host),
		);
	const owners = [...rows.addressesOn(host, address), ...far].filter(ownSubnet);
	return savedWith(from, owners).map((row) => addressId(who.netns(row.scope), address));
}

/** Addresses of the host that a rule concluded, where no dump shows the interfaces. */
function concluded({ graph }: Context, host: string, address: string): string[] {
	return graph
		.addresses(address)
		.filter((id) => id.startsWith(`${host}/`))
		.filter((id) => graph.origins("has-address", id).length === 0);
}

/** The address on another host, on a LAN that both have a leg in. */
function onLan({ rows, graph, who }: Context, from: Observed, address: string): Owner[] {
	const { host } = from.scope;
	const owners = new Map<string, Owner>();
	for (const row of savedWith(from, rows.addresses(address))) {
		if (row.scope.host === host) continue;
		const id = addressId(who.netns(row.scope), address);
		for (const lan of graph.targets("in-subnet", id)) {
			if (!lan.startsWith("lan/")) continue;
			const legs = graph.origins("in-subnet", lan).filter((each) => each.startsWith(`${host}/`));
			if (legs.length === 0) continue;
			const shared = graph.getOn("in-subnet", id, lan, SHARED);
			const isProven = shared?.certainty === "derived" && [shared.value].flat().includes(host);
			const certainty = isProven ? "derived" : "assumed";
			const where = `${host} and ${row.scope.host} both have a leg in ${graph.nameOf(lan)}`;
			const because = certainty === "derived" ? where : `${where}, which is taken to be one LAN`;
			owners.set(id, { id, certainty, because });
		}
	}
	return [...owners.values()];
}
