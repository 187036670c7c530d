import type { Scope } from "@netfossil/capture";
import { networkIdOfNetns, taskName } from "@netfossil/docker";
import type { CleanedReports } from "./cleaned.ts";
import { serviceId } from "./ids.ts";
import type { Observations } from "./observations.ts";

/**
 * Which hosts are nodes of one swarm. Two hosts of a capture need not be: a folder may hold several
 * clusters, and addresses of overlays (10.255.0.4) stand in each of them. Only linked hosts are searched
 * for each other's addresses.
 */
export class Swarms {
	readonly #parent = new Map<string, string>();
	/** The beginnings of the ids of the overlay networks that a host knows. */
	readonly #overlays = new Map<string, Set<string>>();
	/** Service name → the first host of each swarm that speaks of it, in the order of the dumps. */
	readonly #services = new Map<string, string[]>();

	constructor(
		hosts: readonly string[],
		seen: Observations,
		scopes: readonly Scope[],
		cleaned: CleanedReports,
	) {
		for (const host of hosts) this.#parent.set(host, host);
		this.#byNetworks(seen, scopes);
		this.#byTasks(seen);
		// `docker service ps` and `docker node ls` name the nodes of the swarm that they were asked in.
		for (const { scope, node } of seen.tasks) if (node !== undefined) this.#mayBe(scope.host, node);
		for (const { scope, hostname } of seen.nodes) this.#mayBe(scope.host, hostname);
		this.#byPeers(seen, cleaned);
		const named = [
			...seen.services.map(({ scope, name }) => ({ host: scope.host, name })),
			...seen.tasks.map(({ scope, service }) => ({ host: scope.host, name: service })),
			...seen.virtualIps.flatMap(({ scope, service }) =>
				service === undefined ? [] : [{ host: scope.host, name: service }],
			),
			...seen.balanced.map(({ scope, service }) => ({ host: scope.host, name: service })),
			...seen.containers.flatMap(({ scope, name }) => {
				const service = name === undefined ? undefined : taskName(name)?.service;
				return service === undefined ? [] : [{ host: scope.host, name: service }];
			}),
		];
		for (const { host, name } of named) {
			const known = this.#services.get(name) ?? [];
			if (!known.some((other) => this.linked(host, other))) this.#services.set(name, [...known, host]);
		}
	}

	/** The node id of a service that a dump of a host speaks of: two swarms may have services of one name. */
	service(host: string, name: string): string {
		const speakers = this.#services.get(name) ?? [];
		const at = speakers.findIndex((other) => this.linked(host, other));
		return serviceId(name, at > 0 ? speakers[at] : undefined);
	}

	/** The host that a host's swarm is told by. */
	swarm(host: string): string {
		return this.#root(host);
	}

	/** Whether some dump shows that two hosts are nodes of one swarm. */
	linked(a: string, b: string): boolean {
		return this.#root(a) === this.#root(b);
	}

	/**
	 * Ids of overlay networks are unique, so that two hosts that know one are in its swarm; and so are the names of
	 * their namespaces, which hold the first ten characters.
	 */
	#byNetworks(seen: Observations, scopes: readonly Scope[]): void {
		const knownBy = new Map<string, string>();
		const know = (host: string, id: string): void => {
			const key = id.slice(0, 10);
			const own = this.#overlays.get(host) ?? new Set();
			this.#overlays.set(host, own.add(key));
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

	/** Ids of tasks are unique too: containers bear them in their names, and a manager lists them. */
	#byTasks({ tasks, containers }: Observations): void {
		const listed = new Map<string, string>();
		for (const { id, scope } of tasks) listed.set(id.slice(0, 12), scope.host);
		for (const { name, scope } of containers) {
			const id = name === undefined ? undefined : taskName(name)?.taskId;
			const host = id === undefined ? undefined : listed.get(id.slice(0, 12));
			if (host !== undefined) this.#link(host, scope.host);
		}
	}

	/** An overlay's peers are the nodes that it reaches; the one host with such an address is one. */
	#byPeers({ peers, addresses }: Observations, cleaned: CleanedReports): void {
		const owners = new Map<string, Set<string>>();
		for (const { address, scope } of addresses) {
			if (scope.place.type !== "host") continue;
			owners.set(address, (owners.get(address) ?? new Set()).add(scope.host));
		}
		for (const { address, scope } of peers) {
			const [owner, ...others] = owners.get(address) ?? [];
			if (owner === undefined || others.length > 0 || !cleaned.comparable(scope.host, owner)) continue;
			this.#mayBe(scope.host, owner);
		}
	}

	/** Names and addresses are not unique: a host that knows overlays, and none of this swarm's, is of another one. */
	#mayBe(host: string, node: string): void {
		if (this.#overlays.has(node) && this.#overlays.has(host) && !this.linked(host, node)) return;
		this.#link(host, node);
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
