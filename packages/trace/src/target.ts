import { bitsOf, holds, prefixText } from "./address.ts";
import { portsOf } from "./links.ts";
import { ambiguous, found, type Named } from "./named.ts";
import { placeNames, placesOf } from "./origin.ts";
import type { NamedNetwork, NamedService } from "./state/directory.ts";
import {
	type Device,
	type InterfaceAddress,
	type Kernel,
	type Namespace,
	placeName,
} from "./state/kernel.ts";

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

/** Of bridges for containers, which all machines have alike, and of loopback none. */
function addressesOf(namespace: Namespace, family: 4 | 6): Reachable[] {
	const { devices } = namespace;
	return [...devices.values()].flatMap((device) =>
		device.name === "lo" || (device.kind === "bridge" && !hasCard(namespace, device))
			? []
			: device.addresses
					.filter((each) => each.family === family && each.scope === "global")
					.map((each) => ({ ...each, device: device.name })),
	);
}

/** Whether a bridge leads to a network outside: OpenStack's `br-ens3` has ens3 and the address of the machine. */
const hasCard = (namespace: Namespace, bridge: Device): boolean =>
	portsOf(namespace, bridge).some(
		({ kind, name }) => kind === undefined && !/^(?:veth|tap|tun|vnet|if\d)/.test(name),
	);

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
