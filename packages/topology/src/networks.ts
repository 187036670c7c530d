import { networkHolds, networkOf } from "@netfossil/core";
import { networkIdOfNetns } from "@netfossil/docker";
import { proof } from "./evidence.ts";
import { hostId, localNetworkId, overlayId } from "./ids.ts";
import type { Evidence } from "./model.ts";
import type { NetworkRow, Observations } from "./observations.ts";
import type { Swarms } from "./swarms.ts";

/** A subnet of a docker network, and where it is valid. */
export interface KnownSubnet {
	readonly network: string;
	readonly subnet: string;
	/** The host whose dump tells; overlay subnets hold on all hosts linked to it, local ones on it alone. */
	readonly host: string;
	readonly overlay: boolean;
	readonly evidence: Evidence;
}

/** The docker networks by all their names: ids whole and cut, and the names of their namespaces. */
export class Networks {
	/** Ids of overlay networks as long as any dump prints them. */
	readonly #overlayIds: string[] = [];
	readonly #subnets: KnownSubnet[] = [];
	/** Subnet → host → what its dumps tell of it first, for each network. */
	readonly #told = new Map<string, Map<string, KnownSubnet[]>>();
	/** Address → the subnets that hold it; a swarm and a subnet → the overlays that have it. */
	readonly #held = new Map<string, readonly string[]>();
	readonly #ofSwarm = new Map<string, KnownSubnet[]>();
	readonly #swarms: Swarms;

	constructor(seen: Observations, namespaces: readonly string[], swarms: Swarms) {
		this.#swarms = swarms;
		for (const row of seen.networks) if (isOverlay(row)) this.#know(row.id);
		for (const row of seen.virtualIps) this.#know(row.networkId);
		for (const name of namespaces) {
			const known = networkIdOfNetns(name);
			if (known !== undefined) this.#know(known.prefix);
		}
		for (const row of seen.networks) {
			for (const { subnet, quote } of row.subnets) {
				this.#tell({
					network: this.nodeOf(row),
					subnet,
					host: row.scope.host,
					overlay: isOverlay(row),
					evidence: proof("observed", "network-inspect", [quote]),
				});
			}
		}
		for (const row of seen.addresses) {
			const { place, host } = row.scope;
			const overlay = place.type === "netns" ? networkIdOfNetns(place.name) : undefined;
			if (overlay?.role !== "overlay" || !/^br\d+$/.test(row.interface) || row.family !== 4) continue;
			const because =
				"the bridge in an overlay's namespace has the gateway's address, with the subnet's length";
			this.#tell({
				network: this.overlay(overlay.prefix),
				subnet: networkOf(row.address, row.length),
				host,
				overlay: true,
				evidence: proof("derived", "overlay-bridge", [row.quote], because),
			});
		}
		for (const row of seen.virtualIps) {
			this.#tell({
				network: this.overlay(row.networkId),
				subnet: networkOf(row.address, row.length),
				host: row.scope.host,
				overlay: true,
				evidence: proof(
					"derived",
					"vip-subnet",
					[row.quote],
					"the VIP of a service is printed with the prefix length of its network",
				),
			});
		}
	}

	/** The node id of a network that a listing or an inspection shows. */
	nodeOf(row: NetworkRow): string {
		return isOverlay(row) ? this.overlay(row.id) : localNetworkId(hostId(row.scope.host), row.name ?? row.id);
	}

	/** The node id of an overlay network by its id or the beginning of it. */
	overlay(id: string): string {
		return overlayId(this.#overlayIds.find((known) => known.startsWith(id)) ?? id);
	}

	/** The ids of the overlay networks, as long as they are known. */
	overlays(): readonly string[] {
		return this.#overlayIds;
	}

	/** Every subnet that some dump tells, in the order found. */
	subnets(): readonly KnownSubnet[] {
		return this.#subnets;
	}

	/** The network whose subnet holds an address on a host; undefined when it may be several. */
	holding(host: string, address: string, length?: number): KnownSubnet | undefined {
		const [known, ...others] = this.mayHold(host, address, length);
		return others.length > 0 ? undefined : known;
	}

	/**
	 * The networks with a subnet that holds an address on a host. What the host itself was told goes before
	 * what the other nodes of its swarm were told; and of overlapping subnets one of the length that the
	 * address is printed with before the others.
	 */
	mayHold(host: string, address: string, length?: number): KnownSubnet[] {
		const fitting = this.#fitting(address);
		const own = fitting.flatMap((subnet) => this.#told.get(subnet)!.get(host) ?? []);
		const known = own.length > 0 ? own : fitting.flatMap((subnet) => this.#linked(host, subnet));
		const equal = known.filter(({ subnet }) => subnet.endsWith(`/${length}`));
		const networks = new Map<string, KnownSubnet>();
		for (const each of equal.length > 0 ? equal : known)
			if (!networks.has(each.network)) networks.set(each.network, each);
		return [...networks.values()];
	}

	/** The subnets, each once, that hold an address. */
	#fitting(address: string): readonly string[] {
		let fitting = this.#held.get(address);
		if (fitting === undefined) {
			fitting = [...this.#told.keys()].filter((subnet) => networkHolds(subnet, address));
			this.#held.set(address, fitting);
		}
		return fitting;
	}

	/** What the nodes of a host's swarm were told of the overlays with a subnet. */
	#linked(host: string, subnet: string): KnownSubnet[] {
		const key = `${this.#swarms.swarm(host)} ${subnet}`;
		let linked = this.#ofSwarm.get(key);
		if (linked === undefined) {
			const told = [...this.#told.get(subnet)!].filter(([other]) => this.#swarms.linked(other, host));
			linked = told.flatMap(([, rows]) => rows.filter(({ overlay }) => overlay));
			linked = linked.filter(
				(each, at, all) => all.findIndex(({ network }) => network === each.network) === at,
			);
			this.#ofSwarm.set(key, linked);
		}
		return linked;
	}

	#tell(known: KnownSubnet): void {
		this.#subnets.push(known);
		const byHost = this.#told.get(known.subnet) ?? new Map<string, KnownSubnet[]>();
		this.#told.set(known.subnet, byHost);
		const rows = byHost.get(known.host) ?? [];
		byHost.set(known.host, rows);
		if (!rows.some(({ network }) => network === known.network)) rows.push(known);
	}

	#know(id: string): void {
		const index = this.#overlayIds.findIndex((known) => known.startsWith(id) || id.startsWith(known));
		if (index === -1) this.#overlayIds.push(id);
		else if (id.length > this.#overlayIds[index]!.length) this.#overlayIds[index] = id;
	}
}

/** Overlay networks are the swarm's; `network ls` says so, an inspection by the driver. */
export function isOverlay(row: NetworkRow): boolean {
	return row.reach === "swarm" || row.driver === "overlay";
}
