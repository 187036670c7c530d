import type { Identities } from "./identities.ts";
import { vtepId } from "./ids.ts";
import { append } from "./lists.ts";
import type { Networks } from "./networks.ts";
import type { AddressLine, NetworkRow, Observations, TaskRow } from "./observations.ts";

/**
 * Rows by what rules look them up by. A rule that searched all rows for each of its own would take a hundred times as
 * long for ten times as many dumps.
 */
export class Lookups {
	readonly #addresses = new Map<string, AddressLine[]>();
	readonly #onHost = new Map<string, AddressLine[]>();
	readonly #inOverlays = new Map<string, readonly AddressLine[]>();
	readonly #inNetns = new Map<string, AddressLine[]>();
	readonly #networks = new Map<string, NetworkRow>();
	readonly #tasks = new Map<string, TaskRow[]>();
	readonly #nodes = new Set<string>();
	readonly #forwarded = new Set<string>();

	readonly #dockerNetworks: Networks;

	constructor(seen: Observations, who: Identities, networks: Networks) {
		this.#dockerNetworks = networks;
		for (const row of seen.addresses) {
			append(this.#addresses, row.address, row);
			append(this.#onHost, `${row.scope.host} ${row.address}`, row);
			append(this.#inNetns, who.netns(row.scope), row);
		}
		for (const row of seen.networks) {
			const key = `${row.scope.host} ${row.id}`;
			if (!this.#networks.has(key)) this.#networks.set(key, row);
		}
		for (const row of seen.tasks) append(this.#tasks, row.service, row);
		for (const { hostname, address } of seen.nodes)
			if (address !== undefined) this.#nodes.add(`${hostname} ${address}`);
		for (const { scope, dev, dst } of seen.fdb)
			if (dst !== undefined) this.#forwarded.add(`${vtepId(who.netns(scope), dev)} ${dst}`);
	}

	/** The interfaces' lines with an address, on all hosts. */
	addresses(address: string): readonly AddressLine[] {
		return this.#addresses.get(address) ?? [];
	}

	addressesOn(host: string, address: string): readonly AddressLine[] {
		return this.#onHost.get(`${host} ${address}`) ?? [];
	}

	/** Those that stand in overlay networks: bridges of all hosts have equal addresses, overlays have each once. */
	addressesInOverlays(address: string): readonly AddressLine[] {
		let found = this.#inOverlays.get(address);
		if (found === undefined) {
			found = this.addresses(address).filter(
				({ scope }) => this.#dockerNetworks.holding(scope.host, address)?.overlay === true,
			);
			this.#inOverlays.set(address, found);
		}
		return found;
	}

	addressesIn(netns: string): readonly AddressLine[] {
		return this.#inNetns.get(netns) ?? [];
	}

	/** The first dump of a network on a host, by its id as that prints it. */
	network(host: string, id: string): NetworkRow | undefined {
		return this.#networks.get(`${host} ${id}`);
	}

	/** The listed tasks of a service. */
	tasks(service: string): readonly TaskRow[] {
		return this.#tasks.get(service) ?? [];
	}

	/** Whether a host has an address, by a dump of it or by what the swarm knows of the node. */
	isAt(host: string, address: string): boolean {
		return this.#nodes.has(`${host} ${address}`) || this.#onHost.has(`${host} ${address}`);
	}

	/** Whether a VTEP's forwarding table sends something to an address. */
	forwards(vtep: string, address: string): boolean {
		return this.#forwarded.has(`${vtep} ${address}`);
	}
}
