import { networkHolds, networkOf } from "@netfossil/core";
import type { Context } from "./context.ts";
import { addressId, interfaceId } from "./ids.ts";
import type { Certainty } from "./model.ts";
import type { AddressLine } from "./observations.ts";
import { ownSubnet } from "./rules/network-members.ts";

/** An address node that a packet's address can mean. */
export interface Owner {
	readonly id: string;
	readonly certainty: Certainty;
	readonly because: string;
}

/**
 * The addresses that a packet from a host to this address can mean: of the host itself, in an overlay of a
 * node of its swarm, else of another host in a subnet that both have a leg in. Virtual ones are not meant.
 */
export function ownersOf(context: Context, host: string, address: string): Owner[] {
	const near = [
		...new Set([...onHostOrOverlay(context, host, address), ...concluded(context, host, address)]),
	];
	if (near.length > 0) {
		const because = (id: string): string =>
			`${address} is an address of ${id.slice(0, id.lastIndexOf("/address/"))}`;
		return near.sort().map((id) => ({ id, certainty: "derived", because: because(id) }));
	}
	return onLan(context, host, address);
}

function onHostOrOverlay({ seen, who, networks, swarms }: Context, host: string, address: string): string[] {
	return seen.addresses
		.filter((row) => row.address === address && ownSubnet(row))
		.filter((row) => {
			if (row.scope.host === host) return true;
			const isOverlay = networks.holding(row.scope.host, address)?.overlay === true;
			return isOverlay && swarms.linked(host, row.scope.host);
		})
		.map((row) => addressId(who.netns(row.scope), address));
}

/** Addresses of the host that a rule concluded, where no dump shows the interfaces. */
function concluded({ graph }: Context, host: string, address: string): string[] {
	return graph
		.idsOf("address")
		.filter((id) => id.startsWith(`${host}/`) && id.endsWith(`/address/${address}`))
		.filter((id) => graph.origins("has-address", id).length === 0);
}

function onLan({ seen, graph, who }: Context, host: string, address: string): Owner[] {
	// Every host of a swarm has its own 172.18.0.0/16: what is on a docker network is on no LAN.
	const isOnLan = (row: AddressLine): boolean =>
		ownSubnet(row) &&
		graph.targets("attached-to-network", interfaceId(who.netns(row.scope), row.interface)).length === 0;
	const legs = new Set(
		seen.addresses
			.filter((row) => row.scope.host === host && isOnLan(row))
			.map((row) => networkOf(row.address, row.length))
			.filter((subnet) => networkHolds(subnet, address)),
	);
	const owners = new Map<string, Owner>();
	for (const row of seen.addresses) {
		const subnet = networkOf(row.address, row.length);
		if (row.address !== address || row.scope.host === host || !legs.has(subnet) || !isOnLan(row)) continue;
		const id = addressId(who.netns(row.scope), address);
		const because = `${host} and ${row.scope.host} both have a leg in ${subnet}, which is taken to be one LAN`;
		owners.set(id, { id, certainty: "assumed", because });
	}
	return [...owners.values()];
}
