import { networkHolds, networkOf } from "@netfossil/core";
import type { Context } from "./context.ts";
import { addressId, interfaceId } from "./ids.ts";
import type { Certainty } from "./model.ts";
import { savedWith } from "./moments.ts";
import type { Observed } from "./observations.ts";
import { SHARED } from "./rules/lans.ts";
import { ownSubnet } from "./rules/subnets.ts";
import { segmentOf } from "./segments.ts";

/** An address node that a packet's address can mean. */
export interface Owner {
	readonly id: string;
	readonly certainty: Certainty;
	readonly because: string;
}

/**
 * The addresses that a packet from a host to this address can mean: of the host itself, in an overlay of a node of its
 * swarm, behind a tunnel of the host's bridge, else of another host in a subnet that both have a leg in. Virtual ones
 * are not meant.
 */
export function ownersOf(context: Context, from: Observed, address: string): Owner[] {
	const { host } = from.scope;
	const near = [
		...new Set([...onHostOrOverlay(context, from, address), ...concluded(context, host, address)]),
	];
	if (near.length > 0) {
		const because = (id: string): string =>
			`${address} is an address of ${id.slice(0, id.lastIndexOf("/address/"))}`;
		return near.sort().map((id) => {
			const netns = id.slice(0, id.lastIndexOf("/address/"));
			// Two hosts of one namespace: its dump may lie in the wrong place.
			const other = context.graph.get(netns, "host");
			if (other === undefined) return { id, certainty: "derived", because: because(id) };
			return { id, certainty: "assumed", because: `${because(id)}, whose dump looks like one of ${other}` };
		});
	}
	const bridged = onSegment(context, from, address);
	return bridged.length > 0 ? bridged : onLan(context, from, address);
}

/** The address on another host, on a segment that a tunnel carries on from a bridge of the host. */
function onSegment(context: Context, from: Observed, address: string): Owner[] {
	const { rows, who, graph } = context;
	const { host } = from.scope;
	const others = savedWith(from, rows.addresses(address)).filter(
		(row) => row.scope.host !== host && ownSubnet(row),
	);
	if (others.length === 0) return [];
	const owners = new Map<string, Owner>();
	const legs = rows
		.addressesIn(who.netns({ host, place: { type: "host" } }))
		.filter((row) => ownSubnet(row) && networkHolds(networkOf(row.address, row.length), address));
	for (const leg of legs) {
		const start = interfaceId(who.netns(leg.scope), leg.interface);
		for (const { interface: id, certainty, tunnels } of segmentOf(context, start)) {
			if (tunnels === 0) continue;
			const row = others.find((each) => interfaceId(who.netns(each.scope), each.interface) === id);
			if (row === undefined) continue;
			const because = `${leg.interface} of ${host} has ${leg.address}/${leg.length}, and its bridge and a tunnel lead to ${graph.nameOf(id)}`;
			const owner = addressId(who.netns(row.scope), address);
			owners.set(owner, { id: owner, certainty, because });
		}
	}
	return [...owners.values()];
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
