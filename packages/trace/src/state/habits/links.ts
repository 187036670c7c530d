import { bridgeName, GWBRIDGE, macOfIpv4, overlayNetns } from "@netfossil/docker";
import { type Prefix, prefixOf, textOf } from "../../address.ts";
import type { Cite } from "../kernel.ts";
import { type Facts, type Leg, type Network, spotOf } from "./facts.ts";
import { addDevice, addressOf, type InterfaceOf, type Joint, type Places, type Unsaved } from "./places.ts";

/** The first address of a network, which Docker gives to its bridge. */
export const firstOf = ({ family, value }: Prefix): string => textOf({ family, value: value + 1n });

/**
 * The bridge of a network on a machine whose interfaces no dump shows: with the network's first address, and a port for
 * each interface that is on the network. Where a dump does show the bridge, the topology may know the port behind
 * which an endpoint is.
 */
export function bridgeOnHost(network: Network, facts: Facts, places: Places): Joint[] {
	const { host, legs, cite, subnets } = network;
	const name = nameOf(network);
	if (host === undefined || name === undefined || legs.length === 0) return [];
	const place = places(host, null);
	if (!place.unseen) return legs.flatMap((leg) => knownPort(network, leg, facts));
	const addresses = subnets.flatMap(({ prefix, gateway }) =>
		prefix.family === 4 ? [addressOf(gateway ?? firstOf(prefix), prefix, cite)] : [],
	);
	const [own] = addresses;
	const mac = own && macOfIpv4(own.address);
	addDevice(place, name, { kind: "bridge", addresses, ...(mac && { mac }), cite });
	const address =
		own === undefined ? "" : ` with ${own.address}/${own.network.length}, the first address of its network`;
	place.habits.push({
		text: `no dump of the interfaces: Docker is taken to have made the bridge ${name}${address}; its ports are the other ends of ${legsText(legs)}`,
		command: "ip -d addr",
	});
	return legs.map((leg) => withPort(place, name, leg));
}

/**
 * What an overlay has on a machine: a namespace with a bridge, a port for each interface that is on the network, and a
 * VXLAN device to the other machines.
 */
export function overlayOnHosts(network: Network, facts: Facts, places: Places): Joint[] {
	const { id, name, legs } = network;
	const netns = overlayNetns(id.slice(id.lastIndexOf("/") + 1));
	return [...new Set(legs.map(({ host }) => host))].flatMap((host) => {
		const place = places(host, netns);
		const here = legs.filter((leg) => leg.host === host);
		if (!place.unseen) return here.flatMap((leg) => knownPort(network, leg, facts));
		const { cite } = here[0]!;
		addDevice(place, "br0", { kind: "bridge", cite });
		addDevice(place, "vxlan0", { kind: "vxlan", master: "br0", port: OPEN_PORT, cite });
		place.habits.push({
			text: `no dump of the interfaces: Docker is taken to have made br0 here, with vxlan0 to the other machines of ${name} and the other ends of ${legsText(here)} as ports`,
			command: "ip -d addr",
		});
		return here.map((leg) => withPort(place, "br0", leg));
	});
}

const OPEN_PORT = { hairpin: false, isolated: false };

/** The most that a sentence lists. */
const MOST_LEGS = 5;

function legsText(legs: readonly InterfaceOf[]): string {
	const names = legs.slice(0, MOST_LEGS).map(({ name, netns }) => `${name} of ${netns}`);
	const more = legs.length - names.length;
	return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** By the number that the leg shows, `eth1@if13`. */
function withPort(place: Unsaved, bridge: string, leg: Leg): Joint {
	const name = leg.peerIndex === undefined ? `veth:${leg.netns}` : `if${leg.peerIndex}`;
	const index = leg.peerIndex ?? 0;
	addDevice(place, name, { kind: "veth", index, master: bridge, port: OPEN_PORT, cite: leg.cite });
	return [leg, { host: place.host, netns: place.netns, name }];
}

/** The port that an endpoint's link address was learned behind. */
function knownPort({ id }: Network, leg: Leg, facts: Facts): Joint[] {
	if (leg.address === undefined) return [];
	for (const { from } of facts.to("attached-to-network", id)) {
		const { address, behind } = facts.node(from)?.attributes ?? {};
		if (address?.value !== leg.address || typeof behind?.value !== "string") continue;
		const spot = spotOf(behind.value);
		const name = behind.value.slice(behind.value.lastIndexOf("/") + 1);
		return spot === undefined ? [] : [[leg, { ...spot, name }]];
	}
	return [];
}

function nameOf({ id, name, driver, bridge }: Network): string | undefined {
	if (bridge !== undefined) return bridge;
	if (name === GWBRIDGE) return GWBRIDGE;
	if (driver !== "bridge") return undefined;
	if (name === "bridge") return "docker0";
	const own = id.slice(id.lastIndexOf("/") + 1);
	return /^[0-9a-f]{12,64}$/.test(own) ? bridgeName(own) : undefined;
}

/** Of the block that is kept for documents (RFC 5737). */
const STAND_INS = prefixOf("192.0.2.0", 24)!;

/**
 * The link by which a machine of a swarm reaches the others, where no dump tells its address: another stands for it,
 * so that packets for its ports can be followed.
 */
export function addUplink(place: Unsaved, number: number, cite: Cite): void {
	const address = textOf({ family: 4, value: STAND_INS.value + BigInt(number) });
	addDevice(place, "uplink", {
		addresses: [{ ...addressOf(address, STAND_INS, cite), standIn: true }],
		mac: macOfIpv4(address)!,
		assumed: {
			text: `no dump tells the address of ${place.host}: ${address} stands for it, on a LAN with the other machines of the swarm`,
			command: "ip -d addr",
		},
		cite,
	});
}

/** Where the namespace of the routing mesh hangs on a machine: eth0 in the overlay, eth1 on docker_gwbridge. */
export interface IngressLegs {
	readonly cite: Cite;
	readonly overlay?: { readonly network: Network; readonly prefix: Prefix; readonly address: string };
	readonly gateway: { readonly prefix: Prefix; readonly address: string };
}

export function addIngressLegs(place: Unsaved, { overlay, gateway, cite }: IngressLegs): Leg[] {
	const leg = (name: string, { address, prefix }: { address: string; prefix: Prefix }): Leg => {
		const mac = macOfIpv4(address);
		addDevice(place, name, {
			...(mac && { mac }),
			addresses: [addressOf(address, prefix, cite)],
			cite,
		});
		return { host: place.host, netns: place.netns, name, address, cite };
	};
	return [...(overlay ? [leg("eth0", overlay)] : []), leg("eth1", gateway)];
}
