import { bitsOf } from "./address.ts";
import { ambiguous, type Failed, type Found, found } from "./named.ts";
import { isOutside } from "./outside.ts";
import { type Kernel, type Namespace, placeName } from "./state/kernel.ts";

/** Where a packet comes from. */
export interface Origin {
	readonly host: string;
	readonly netns: string | null;
	/** The address that it was named by. */
	readonly src?: string;
}

/** One of the things that a name may mean. */
interface Candidate {
	/** A name that means this alone. */
	readonly label: string;
	readonly what: string;
	readonly namespace: Namespace;
}

/**
 * `HOST`, `HOST/NETNS`, `HOST/CONTAINER`, a namespace, container, task or service without its host, an address,
 * `internet`.
 */
export function placeNamed(kernel: Kernel, name: string): Found<Origin> | Failed {
	if (isOutside(name)) return found({ host: name, netns: null });
	if (bitsOf(name) !== undefined) return placeAt(kernel, name);
	const candidates = placesOf(kernel, name);
	const [first, ...rest] = candidates;
	if (first !== undefined && rest.length === 0) {
		const { host, netns } = first.namespace;
		return found({ host, netns });
	}
	if (first !== undefined) return ambiguous(name, candidates);
	const service = kernel.directory.services.find((each) => each.name === name);
	if (service !== undefined)
		return {
			type: "failed",
			message: `no container of the service ${name} is known`,
			...(service.tasks.length > 0 && { hint: `its tasks are ${service.tasks.join(", ")}` }),
		};
	return {
		type: "failed",
		message: `${name || '""'} is no host, namespace, container or service of the capture`,
		unknown: { name, known: placeNames(kernel) },
	};
}

/** Who has an address: a namespace that a dump shows, or somebody outside. */
function placeAt(kernel: Kernel, address: string): Found<Origin> | Failed {
	const owners = kernel.namespaces.filter((namespace) =>
		[...namespace.devices.values()].some(({ addresses }) =>
			addresses.some((each) => each.address === address && each.scope !== "host"),
		),
	);
	const [owner] = owners;
	if (owner === undefined)
		return found(
			{ host: "internet", netns: null, src: address },
			`no dump has ${address}: a machine outside of the capture is taken to have it`,
		);
	if (owners.length > 1)
		return ambiguous(
			address,
			owners.map((each) => ({ label: placeName(each), what: `on ${placeName(each)}` })),
		);
	return found({ host: owner.host, netns: owner.netns, src: address });
}

/** All places that a name may mean, each once. */
export function placesOf(kernel: Kernel, name: string, services = true): Candidate[] {
	const places = new Map<Namespace, Candidate>();
	const add = (namespace: Namespace, what: string): void => {
		if (places.has(namespace)) return;
		const label = namespace.netns === null ? `${namespace.host}/host` : placeName(namespace);
		places.set(namespace, { label, what, namespace });
	};
	const slash = name.indexOf("/");
	const [host, inside] = slash === -1 ? [undefined, name] : [name.slice(0, slash), name.slice(slash + 1)];
	for (const namespace of kernel.namespaces) {
		if (host === undefined && namespace.netns === null && namespace.host === name)
			add(namespace, `the host ${name}`);
		if (host !== undefined && namespace.host !== host) continue;
		if (namespace.netns === inside) add(namespace, `the namespace ${inside} of ${namespace.host}`);
	}
	for (const [alias, namespace] of kernel.aliases) {
		const short = alias.slice(alias.indexOf("/") + 1);
		if (alias === name || (host === undefined && short === inside))
			add(namespace, `the container ${short} of ${namespace.host}`);
	}
	for (const each of kernel.directory.containers) {
		if (host !== undefined && each.host !== host) continue;
		const called = each.names.includes(inside) || isIdOf(inside, each.id);
		const serves = services && each.service === inside;
		if (called || serves) add(each.namespace, `the container ${each.names[0] ?? each.id} of ${each.host}`);
	}
	// `worker1/host`, as the topology calls it, where a name alone would mean more.
	if (host !== undefined && places.size === 0 && /^(?:host|default)?$/.test(inside)) {
		const own = kernel.namespaces.find((each) => each.host === host && each.netns === null);
		if (own !== undefined) add(own, `the host ${host}`);
	}
	return [...places.values()];
}

/** Ids are cut as people like; of those of fewer digits too many words would be one. */
const isIdOf = (text: string, id: string): boolean =>
	/^[0-9a-f]{4,64}$/.test(text) && (id.startsWith(text) || text.startsWith(id));

/** The names of places: those first that people use most. */
export function placeNames({ namespaces, directory }: Kernel): string[] {
	const { hosts, services, containers } = directory;
	const short = containers.map(({ id, names }) => names.at(-1) ?? id);
	const long = containers.flatMap(({ host, id, names }) => [
		...names,
		...[id, ...names].map((each) => `${host}/${each}`),
	]);
	const inside = namespaces.filter(({ netns }) => netns !== null).map(placeName);
	const own = namespaces.filter(({ netns }) => netns === null).map(placeName);
	const names = [...hosts, ...own, ...services.map(({ name }) => name), ...short, ...inside.sort(), ...long];
	return [...new Set(names)];
}
