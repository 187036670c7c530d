import { bitsOf, holds, prefixText } from "./address.ts";
import { isOutside } from "./outside.ts";
import type { NamedNetwork, NamedService } from "./state/directory.ts";
import { type InterfaceAddress, type Kernel, type Namespace, placeName } from "./state/kernel.ts";

export interface Found<Thing> {
	readonly type: "found";
	readonly value: Thing;
	/** What is taken for granted. */
	readonly assumption?: string;
}

/** The name is wrong, or means several things. */
export interface Failed {
	readonly type: "failed";
	readonly message: string;
	readonly hint?: string;
	/** A name that nothing has, and those that there are. */
	readonly unknown?: { readonly name: string; readonly known: readonly string[] };
}

/** The name is right, but no dump tells what is asked of it. */
export interface Open {
	readonly type: "open";
	readonly text: string;
	readonly host: string;
	readonly command: string;
}

/** What a name stands for, or why it stands for nothing. */
export type Named<Thing> = Found<Thing> | Failed | Open;

/** Where a packet comes from. */
export interface Origin {
	readonly host: string;
	readonly netns: string | null;
	/** The address that it was named by. */
	readonly src?: string;
}

const found = <Thing>(value: Thing, assumption?: string): Found<Thing> => ({
	type: "found",
	value,
	...(assumption !== undefined && { assumption }),
});

/** An address or a name, with a port behind it. */
export interface End {
	readonly name: string;
	readonly port?: number;
}

/** `10.0.0.9:443`, `[2001:db8::9]:443`, `web:80`, `2001:db8::9`; `container:1c06334e3589` is a name. */
export function endOf(text: string): Found<End> | Failed {
	const bracketed = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
	if (text.startsWith("[") && bracketed === null)
		return { type: "failed", message: `${JSON.stringify(text)} is no [ADDRESS]:PORT` };
	const colon = text.lastIndexOf(":");
	const whole = bitsOf(text) !== undefined || colon === -1 || /(?:^|\/)container:[0-9a-f]{12}$/.test(text);
	const [name = "", port] =
		bracketed?.slice(1) ?? (whole ? [text] : [text.slice(0, colon), text.slice(colon + 1)]);
	if (name === "") return { type: "failed", message: `${JSON.stringify(text)} names nobody` };
	if (port === undefined) return found({ name });
	if (port === "") return { type: "failed", message: `${JSON.stringify(text)} has no port behind its colon` };
	if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
		return {
			type: "failed",
			message: `${port} is no port`,
			hint: `ports go from 0 to 65535${name.includes(":") ? "; an address of IPv6 with a port is written [2001:db8::9]:443" : ""}`,
		};
	return found({ name, port: Number(port) });
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

const ambiguous = (name: string, candidates: readonly Pick<Candidate, "label" | "what">[]): Failed => ({
	type: "failed",
	message: `${name} may be ${candidates.map(({ what }) => what).join(", or ")}`,
	hint: `say which: ${candidates.map(({ label }) => label).join(", ")}`,
});

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
function placesOf(kernel: Kernel, name: string, services = true): Candidate[] {
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
function placeNames({ namespaces, directory }: Kernel): string[] {
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

/** What the target of a packet is asked with. */
export interface Asked {
	readonly sender: { readonly host: string; readonly netns: string | null };
	readonly family?: 4 | 6;
	/** Which a service may publish. */
	readonly port?: number | null;
}

/**
 * An address, or that of a host, a namespace, a container, a service or a network of Docker's: of several the one on a
 * network that the sender is on too.
 */
export function addressNamed(kernel: Kernel, name: string, asked: Asked): Named<string> {
	const { sender, family = 4 } = asked;
	if (bitsOf(name) !== undefined) return found(name);
	const loopback = family === 4 ? "127.0.0.1" : "::1";
	if (name === "localhost") return found(loopback);
	const { directory } = kernel;
	const service = directory.services.find((each) => each.name === name);
	const networks = networksNamed(kernel, name, sender.host);
	const places = placesOf(kernel, name, false);
	const meanings = [
		...(service ? [{ label: labelOf(service), what: `the service ${name}` }] : []),
		...networks.map((each) => ({
			label: each.gateways.join(", "),
			what: `the network ${name}${each.host === undefined ? "" : ` of ${each.host}`}`,
		})),
		...places,
	];
	if (meanings.length > 1) return ambiguous(name, meanings);
	if (service !== undefined) return serviceAddress(kernel, service, asked);
	const [network] = networks;
	if (network !== undefined) {
		const gateway = network.gateways.find((each) => bitsOf(each)?.family === family);
		return gateway === undefined
			? { type: "failed", message: `no dump tells a gateway of the network ${name} in IPv${family}` }
			: found(gateway);
	}
	const [place] = places;
	if (place !== undefined) return addressOf(kernel, place.namespace, asked);
	const known = new Set([...directory.networks.map((each) => each.name), ...placeNames(kernel)]);
	return {
		type: "failed",
		message: `${name} is no address, and no host, namespace, container, service or network of the capture`,
		unknown: { name, known: [...known] },
	};
}

const labelOf = ({ name, addresses }: NamedService): string =>
	addresses.map(({ address }) => address).join(", ") || name;

/** Networks of bridges are each machine's own: the sender means its machine's. */
function networksNamed({ directory }: Kernel, name: string, host: string) {
	const slash = name.indexOf("/");
	const networks = directory.networks.filter(({ gateways }) => gateways.length > 0);
	if (slash !== -1)
		return networks.filter(
			(each) => each.host === name.slice(0, slash) && each.name === name.slice(slash + 1),
		);
	const all = networks.filter((each) => each.name === name);
	const own = all.filter((each) => each.host === host);
	return own.length > 0 ? own : all;
}

/** The address by which a sender reaches a namespace. */
function addressOf(kernel: Kernel, namespace: Namespace, { sender, family = 4 }: Asked): Named<string> {
	const from = namespaceAt(kernel, sender);
	const [best] = addressesOf(namespace, family)
		.filter(({ standIn }) => standIn === undefined || from !== namespace)
		.map((each) => ({ ...each, rank: from === undefined ? 0 : rankOf(kernel, each, namespace, from) }))
		.sort((a, b) => a.rank - b.rank);
	if (best !== undefined) return found(best.address);
	const name = placeName(namespace);
	if (from === namespace)
		return found(
			family === 4 ? "127.0.0.1" : "::1",
			`no dump has an address of ${name}: it is taken to ask itself by its loopback address`,
		);
	return {
		type: "open",
		text: `no dump tells an IPv${family} address of ${name}`,
		host: namespace.host,
		command: "ip addr",
	};
}

/** How near an address is to a sender: on a network of both, on a network that is like one of the sender's, or neither. */
function rankOf(
	{ directory }: Kernel,
	{ device, network }: Reachable,
	namespace: Namespace,
	from: Namespace,
): number {
	const on = ({ legs }: NamedNetwork, place: Namespace, name?: string): boolean =>
		legs.some(
			(leg) =>
				leg.host === place.host && leg.netns === place.netns && (name === undefined || leg.name === name),
		);
	const docker = directory.networks.find((each) => on(each, namespace, device));
	if (docker !== undefined && from !== namespace && on(docker, from)) return docker.ingress ? 1 : 0;
	// Each machine has a bridge network of its own, though all have the same addresses.
	if (docker?.host !== undefined && docker.host !== from.host) return 4;
	const alike = addressesOf(from, network.family).some(
		(own) => prefixText(own.network) === prefixText(network),
	);
	return alike ? 2 : 3;
}

const namespaceAt = (
	kernel: Kernel,
	{ host, netns }: { readonly host: string; readonly netns: string | null },
): Namespace | undefined => kernel.namespaces.find((each) => each.host === host && each.netns === netns);

/** An address that others reach, with its interface. */
type Reachable = InterfaceAddress & { readonly device: string };

/** Of bridges, which all machines have alike, and of loopback none. */
function addressesOf(namespace: Namespace, family: 4 | 6): Reachable[] {
	return [...namespace.devices.values()].flatMap(({ kind, name, addresses }) =>
		kind === "bridge" || name === "lo"
			? []
			: addresses
					.filter((each) => each.family === family && each.scope === "global")
					.map((each) => ({ ...each, device: name })),
	);
}

/**
 * A service: its address on a network that the sender is on, as Docker's DNS gives it; who is on none means a port that
 * it publishes on the sender's own machine.
 */
function serviceAddress(kernel: Kernel, service: NamedService, asked: Asked): Named<string> {
	const { sender, port, family = 4 } = asked;
	const { name, addresses, published } = service;
	const from = namespaceAt(kernel, sender);
	const own =
		from === undefined ? [] : addressesOf(from, family).flatMap(({ address }) => bitsOf(address) ?? []);
	const near = addresses.filter(({ prefixes }) =>
		prefixes.some((prefix) => own.some((bits) => holds(prefix, bits))),
	);
	const [vip] = [...near].sort((a, b) => Number(a.ingress) - Number(b.ingress));
	if (vip !== undefined) return found(vip.address);
	const hosts = published.filter((each) => each.port === port).map(({ host }) => host);
	if (hosts.includes(sender.host)) {
		const host = kernel.namespaces.find((each) => each.host === sender.host && each.netns === null);
		if (host !== undefined) return addressOf(kernel, host, asked);
	}
	const [first, ...rest] = hosts.map((host) => ({
		label: `${host}:${port}`,
		what: `port ${port} of ${host}`,
	}));
	if (first !== undefined && rest.length > 0) return ambiguous(name, [first, ...rest]);
	if (first !== undefined) {
		const host = kernel.namespaces.find((each) => each.host === hosts[0] && each.netns === null);
		if (host !== undefined) return addressOf(kernel, host, asked);
	}
	// Without a network that both are on, and where only one is known, that one is meant.
	const inner = addresses.filter(({ ingress }) => !ingress);
	if (inner.length === 1 && published.length === 0) return found(inner[0]!.address);
	const at = [
		...addresses.map(({ address, network }) => `${address} in ${network || "a network without a name"}`),
		...new Set(published.map((each) => `port ${each.port} of its machines`)),
	];
	return {
		type: "failed",
		message: `${placeName(sender)} is on no network of the service ${name}${port == null ? "" : `, which does not publish the port ${port}`}`,
		...(at.length > 0 && { hint: `it is reached at ${at.join(", ")}` }),
	};
}
