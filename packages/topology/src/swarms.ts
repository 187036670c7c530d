import type { Scope } from "@netfossil/capture";
import { networkIdOfNetns } from "@netfossil/docker";
import type { Observations } from "./observations.ts";

/**
 * Which hosts are nodes of one swarm. Two hosts of a capture need not be: a folder may hold several
 * clusters, and addresses of overlays (10.255.0.4) stand in each of them. Only linked hosts are searched
 * for each other's addresses.
 */
export class Swarms {
	readonly #parent = new Map<string, string>();

	constructor(hosts: readonly string[], seen: Observations, scopes: readonly Scope[]) {
		for (const host of hosts) this.#parent.set(host, host);
		// `docker service ps` names the nodes of the swarm that it was asked in.
		for (const { scope, node } of seen.tasks) if (node !== undefined) this.#link(scope.host, node);
		// An overlay's peers are the nodes that it reaches; a host with such an address is one.
		for (const peer of seen.peers) {
			for (const address of seen.addresses) {
				const own = address.scope.place.type === "host" && address.address === peer.address;
				if (own) this.#link(peer.scope.host, address.scope.host);
			}
		}
		// Ids of overlay networks are unique, so that two hosts that know one are in its swarm; and so are the
		// names of their namespaces, which hold the first ten characters.
		const knownBy = new Map<string, string>();
		const know = (host: string, id: string): void => {
			const key = id.slice(0, 10);
			const other = knownBy.get(key);
			if (other === undefined) knownBy.set(key, host);
			else this.#link(other, host);
		};
		for (const network of seen.networks) if (network.reach === "swarm") know(network.scope.host, network.id);
		const named = [
			...seen.netns.map(({ scope, name }) => ({ host: scope.host, name })),
			...scopes.flatMap(({ host, place }) => (place.type === "netns" ? [{ host, name: place.name }] : [])),
		];
		for (const { host, name } of named) {
			const overlay = networkIdOfNetns(name);
			if (overlay?.role === "overlay") know(host, overlay.prefix);
		}
	}

	/** Whether some dump shows that two hosts are nodes of one swarm. */
	linked(a: string, b: string): boolean {
		return this.#root(a) === this.#root(b);
	}

	#link(a: string, b: string): void {
		for (const host of [a, b]) if (!this.#parent.has(host)) this.#parent.set(host, host);
		this.#parent.set(this.#root(a), this.#root(b));
	}

	#root(host: string): string {
		let at = host;
		for (let next = this.#parent.get(at); next !== undefined && next !== at; next = this.#parent.get(at))
			at = next;
		return at;
	}
}
