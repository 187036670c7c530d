import { bitsOf, type Family, familyOf, holds, hostLength, isLinkLocal } from "./address.ts";
import type { Gap } from "./fate.ts";
import { lookup } from "./fib.ts";
import type { Links } from "./links.ts";
import { Run } from "./run.ts";
import { setting } from "./settings.ts";
import {
	type Cite,
	type End,
	type InterfaceAddress,
	type Kernel,
	type Namespace,
	placeName,
} from "./state/kernel.ts";

/** Where a machine that no dump is of hangs on the capture's networks. */
export interface Edge {
	/** The saved interface on its LAN. */
	readonly place: End;
	readonly at: InterfaceAddress;
	/** The saved address there that it sends to, unless the target is on that LAN itself. */
	readonly entry: string;
	/** The router without a dump that it is behind. */
	readonly gateway?: string;
	/** The way back leads there for any address. */
	readonly far: boolean;
	readonly why: string;
}

/**
 * Where a sender to an address is attached. Whose own address lies in the network of a saved interface is on that LAN;
 * who is elsewhere comes in by the way that an answer would leave the capture, up to a gateway that no dump has.
 */
export function edgeFor(
	kernel: Kernel,
	links: Links,
	dst: string,
	src: string | undefined,
	far: Readonly<Record<Family, string>>,
): Edge | Gap {
	const owners = ownersOf(kernel, dst);
	const outer = owners.filter((owner) => isOutward(links, owner));
	// That routers outside lead to the networks inside of a machine is nothing to go by.
	const inner = owners.filter(({ namespace }) => namespace.netns === null);
	const target = outer[0] ?? (inner.length === 1 && owners.length === 1 ? inner[0] : undefined);
	if (target === undefined)
		return { text: `no machine of the capture has ${dst} on a link that leads outside` };
	const run = new Run(kernel, links, []);
	const near = src === undefined ? [] : interfacesOf(kernel, src);
	if (src !== undefined && near.length > 0) return onLan(run, target, near, dst, src);
	const to = src ?? far[familyOf(dst)];
	const back = follow(run, target, to, dst);
	if (back !== undefined) return back;
	// The target knows no way back: another machine beside it may be the way in.
	const beside = target.namespace.routed.has(familyOf(dst))
		? links.outward(target, 0).filter(({ namespace }) => namespace !== target.namespace)
		: [];
	const edges = new Map<string, Edge>();
	for (const each of beside) {
		const edge = follow(run, each, to, undefined);
		if (edge === undefined || "text" in edge) continue;
		edges.set(edge.gateway ?? `${placeName(edge.place.namespace)} ${edge.place.device.name}`, edge);
	}
	const [edge, ...rest] = edges.values();
	if (edge !== undefined && rest.length > 0)
		return {
			text: `by which way ${to} reaches ${dst} no dump tells: ${listed([edge, ...rest])}`,
			command: "ip route",
		};
	if (edge !== undefined) return edge;
	if (!outer.includes(target))
		return {
			text: `no dump tells by which way somebody outside reaches ${dst} of ${placeName(target.namespace)}`,
			host: target.namespace.host,
			netns: target.namespace.netns,
			command: "ip route show table all",
		};
	const { namespace, device, at } = target;
	const why = `no dump tells a router between it and ${placeName(namespace)}`;
	return { place: { namespace, device }, at, entry: at.address, far: false, why };
}

const listed = (edges: readonly Edge[]): string =>
	edges
		.map(
			({ place, gateway }) =>
				`${place.device.name} of ${placeName(place.namespace)}${gateway === undefined ? "" : ` (${gateway})`}`,
		)
		.join(", ");

interface Owner extends End {
	readonly at: InterfaceAddress;
}

function ownersOf(kernel: Kernel, address: string): Owner[] {
	return kernel.namespaces.flatMap((namespace) =>
		[...namespace.devices.values()].flatMap((device) =>
			device.addresses.filter((at) => at.address === address).map((at) => ({ namespace, device, at })),
		),
	);
}

/** Whether what comes from outside of the saved machines may come to an interface at once. */
const isOutward = (links: Links, { namespace, device }: End): boolean =>
	namespace.netns === null &&
	[...namespace.devices.values()].some(
		(each) =>
			links.isUplink(each) &&
			links.inward({ namespace, device: each }, 0).some((taker) => taker.device === device),
	);

/** The interfaces in whose network an address lies. */
function interfacesOf(kernel: Kernel, address: string): Owner[] {
	const bits = bitsOf(address);
	if (bits === undefined || isLinkLocal(bits)) return [];
	return kernel.namespaces.flatMap((namespace) =>
		[...namespace.devices.values()].flatMap((device) =>
			device.addresses
				.filter(
					({ network, scope, standIn }) =>
						scope === "global" &&
						standIn === undefined &&
						network.length < hostLength(network.family) &&
						holds(network, bits),
				)
				.map((at) => ({ namespace, device, at })),
		),
	);
}

/** A machine on a LAN of the capture sends to the target itself, or to the router that the LAN has. */
function onLan(run: Run, target: Owner, near: readonly Owner[], dst: string, src: string): Edge | Gap {
	const edge = ({ namespace, device, at }: Owner, entry: string): Edge => ({
		place: { namespace, device },
		at,
		entry,
		far: false,
		why: `its address lies in the network of ${at.address} (${placed(at.cite)})`,
	});
	const same = near.find(
		({ namespace, device }) => namespace === target.namespace && device === target.device,
	);
	if (same !== undefined) return edge(same, dst);
	const [family, bits] = [familyOf(dst), bitsOf(dst)];
	const beside = near.find(({ at }) => bits !== undefined && holds(at.network, bits));
	if (beside !== undefined) return edge(beside, dst);
	const asked = new Map<string, Owner>();
	const passing = new Map<string, Owner>();
	for (const each of near) {
		const { namespace, device, at } = each;
		const found = lookup(run, namespace, { family, dst, mark: 0 });
		const own = namespace === target.namespace;
		if (found.type === "error") continue;
		const { dev, via } = found.nexthop;
		if (dev === device.name && via !== undefined) asked.set(via, each);
		else if (own || (dev !== device.name && forwards(run, namespace, family, device.name)))
			passing.set(at.address, each);
	}
	const routers = asked.size > 0 ? asked : passing;
	const [router, ...rest] = routers;
	if (router === undefined || rest.length > 0) {
		const { namespace, device } = near[0]!;
		const which = router === undefined ? "" : `: ${[...routers.keys()].join(", ")}`;
		return {
			text: `which router ${src} on the LAN of ${device.name} of ${placeName(namespace)} asks for ${dst}, no dump tells${which}`,
			host: namespace.host,
			netns: namespace.netns,
			command: "ip route show table all",
		};
	}
	// Where the router itself is saved, its own interface is the place.
	return edge(near.find(({ at }) => at.address === router[0]) ?? router[1], router[0]);
}

function forwards(run: Run, namespace: Namespace, family: Family, iface: string): boolean {
	if (family === 6) return setting(run, namespace, "net.ipv6.conf.all.forwarding") !== 0;
	return setting(run, namespace, "net.ipv4.conf.*.forwarding", iface) !== 0;
}

const placed = ({ file, line }: Cite): string => `${file}:${line}`;

/** The way that packets to an address take from a machine, up to where no saved machine has the gateway. */
function follow(run: Run, from: Owner | End, to: string, src: string | undefined): Edge | Gap | undefined {
	const family = familyOf(to);
	const seen = new Set<Namespace>();
	let { namespace } = from;
	for (;;) {
		const place = placeName(namespace);
		if (seen.has(namespace)) return { text: `the routes towards ${to} lead round in a circle at ${place}` };
		seen.add(namespace);
		const before = run.choices.length;
		const found = lookup(run, namespace, { family, dst: to, mark: 0, ...(src !== undefined && { src }) });
		if (run.choices.length > before)
			return {
				text: `${place} has several ways towards ${to}: by which of them packets from there come in no dump tells`,
				host: namespace.host,
				netns: namespace.netns,
			};
		if (found.type === "error" || found.route.kind !== "unicast") return undefined;
		const { dev, via } = found.nexthop;
		const device = dev === undefined ? undefined : namespace.devices.get(dev);
		if (device === undefined) return undefined;
		const end = { namespace, device };
		const next =
			via === undefined
				? undefined
				: run.links
						.outward(end, 0)
						.find((taker) => taker.device.addresses.some(({ address }) => address === via));
		if (next !== undefined) {
			namespace = next.namespace;
			continue;
		}
		const bits = via === undefined ? undefined : bitsOf(via);
		const known = bits !== undefined && !isLinkLocal(bits);
		const addresses = device.addresses.filter((each) => each.family === family && each.scope === "global");
		const at = (known ? addresses.find(({ network }) => holds(network, bits)) : undefined) ?? addresses[0];
		if (at === undefined) return undefined;
		const cite = found.route.cite;
		return {
			place: end,
			at,
			entry: at.address,
			...(known && { gateway: via! }),
			far: true,
			why: `the route from ${place} towards it leads there${cite === undefined ? "" : ` (${placed(cite)})`}`,
		};
	}
}
