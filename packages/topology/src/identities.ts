import type { Place, Scope } from "@netfossil/capture";
import { isSandboxName } from "@netfossil/docker";
import { proof } from "./evidence.ts";
import { containerId, hostId, netnsId, shortId } from "./ids.ts";
import type { Evidence } from "./model.ts";
import type { Observations } from "./observations.ts";

/** Docker's name for the host's own namespace. */
const HOST_NETNS = "default";

/**
 * Who is who: one namespace goes by the name of its file, by the container that lives in it and by that
 * container's name. Ids of nodes are made from what this resolves to, before any node is made.
 */
export class Identities {
	/** `host container` → its sandbox's file name, and why; several, where dumps disagree. */
	readonly #sandboxes = new Map<string, Map<string, Evidence[]>>();
	/** `host container-name` → container id. */
	readonly #byName = new Map<string, string>();
	/** `host` → ids of containers, twelve digits. */
	readonly #containers = new Map<string, Set<string>>();

	constructor(seen: Observations, scopes: readonly Scope[]) {
		for (const row of seen.containers) {
			this.#know(row.scope.host, row.id);
			if (row.name !== undefined) this.#byName.set(`${row.scope.host} ${row.name}`, shortId(row.id));
		}
		for (const { host, place } of scopes) {
			if (place.type !== "container") continue;
			const id = this.container(host, place.id);
			if (/^[0-9a-f]{12}$/.test(id)) this.#know(host, id);
		}
		for (const row of seen.sandboxes) {
			const { host } = row.scope;
			const id = this.container(host, row.container);
			this.#know(host, id);
			const known = this.#sandboxes.get(`${host} ${id}`) ?? new Map<string, Evidence[]>();
			const evidence = known.get(row.netns) ?? [];
			evidence.push(proof("derived", row.rule, [row.quote], SANDBOX[row.rule]));
			known.set(row.netns, evidence);
			this.#sandboxes.set(`${host} ${id}`, known);
		}
	}

	/** The id of a container by what a command called it: its name, or its id, whole or cut. */
	container(host: string, called: string): string {
		const named = this.#byName.get(`${host} ${called}`);
		if (named !== undefined) return named;
		if (!/^[0-9a-f]+$/.test(called)) return called;
		if (called.length >= 12) return shortId(called);
		const longer = [...(this.#containers.get(host) ?? [])].filter((id) => id.startsWith(called));
		return longer.length === 1 ? longer[0]! : called;
	}

	/** The namespace's name within its host: its file's, else `container:ID`; `host` for the host's own. */
	netnsName(host: string, place: Place): string {
		switch (place.type) {
			case "host":
				return "host";
			case "netns":
				return place.name === HOST_NETNS ? "host" : place.name;
			case "container": {
				const id = this.container(host, place.id);
				const [sandbox, ...others] = this.sandboxes(host, id);
				return sandbox === undefined || others.length > 0 ? `container:${id}` : sandbox;
			}
		}
	}

	/** The node id of the namespace of a scope. */
	netns(scope: Scope): string {
		return netnsId(hostId(scope.host), this.netnsName(scope.host, scope.place));
	}

	/** The node id of a container. */
	containerNode(host: string, called: string): string {
		return containerId(hostId(host), this.container(host, called));
	}

	/** The file names of a container's namespace: one, or none; several where dumps disagree. */
	sandboxes(host: string, container: string): string[] {
		return [...(this.#sandboxes.get(`${host} ${this.container(host, container)}`)?.keys() ?? [])];
	}

	/** Why a container's namespace is the one of a file name; empty when no dump says. */
	sandboxEvidence(host: string, container: string, netns: string): readonly Evidence[] {
		return this.#sandboxes.get(`${host} ${this.container(host, container)}`)?.get(netns) ?? [];
	}

	/** The ids of a host's containers. */
	containers(host: string): string[] {
		return [...(this.#containers.get(host) ?? [])].sort();
	}

	/** The containers whose namespace's file no dump tells. */
	withoutSandbox(host: string): string[] {
		return this.containers(host).filter((id) => !this.#sandboxes.has(`${host} ${id}`));
	}

	/** Whether a namespace of a container is one that no known container has. */
	isOrphanSandbox(host: string, name: string): boolean {
		if (!isSandboxName(name)) return false;
		return !this.containers(host).some((id) => this.sandboxes(host, id).includes(name));
	}

	#know(host: string, id: string): void {
		const known = this.#containers.get(host) ?? new Set();
		known.add(shortId(id));
		this.#containers.set(host, known);
	}
}

const SANDBOX = {
	"sandbox-id": "Docker names a container's namespace after the first twelve digits of its SandboxID",
	"sandbox-key": "SandboxKey is the path of the container's namespace",
	"gateway-endpoint": "Docker names a container's endpoint on docker_gwbridge gateway_ and its sandbox",
};
