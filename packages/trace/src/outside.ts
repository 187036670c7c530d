import { bitsOf, holds, hostLength, isLinkLocal, prefixOf, textOf } from "./address.ts";
import type { Gap } from "./fate.ts";
import { Links } from "./links.ts";
import type { Device, End, InterfaceAddress, Kernel, Namespace, Route } from "./state/kernel.ts";
import { byTable, defaultRules, routesOfAddresses } from "./state/routes.ts";

/** Names by which a question means a machine that the capture has no dump of. */
const NAMES: ReadonlySet<string> = new Set(["internet", "external", "outside"]);

export const isOutside = (host: string): boolean => NAMES.has(host);

/** Of the block that is kept for documents (RFC 5737, RFC 3849): somebody far away. */
const FAR = { 4: "198.51.100.1", 6: "2001:db8:ffff::1" } as const;

export interface Outside {
	readonly kernel: Kernel;
	readonly links: Links;
	readonly namespace: Namespace;
}

/**
 * A machine outside of the capture that can send to an address: it hangs on the LAN of the machine that has the
 * address, either with an address of that LAN, or as what is behind the router there.
 */
export function outside(
	kernel: Kernel,
	links: Links,
	host: string,
	dst: string,
	src: string | undefined,
): Outside | Gap {
	const entry = entryFor(kernel, links, dst);
	if (entry === undefined)
		return { text: `no machine of the capture has ${dst} on a link that leads outside` };
	const { uplink, at } = entry;
	const { family } = at;
	const router = routerOf(kernel, uplink.namespace, family);
	const from = src ?? (router === undefined ? unusedOf(at) : FAR[family]);
	const bits = bitsOf(from);
	if (bits === undefined || bits.family !== family) return { text: `${from} is no address of IPv${family}` };
	const near = holds(at.network, bits);
	const cite = at.cite;
	const address = (text: string, length: number): InterfaceAddress => ({
		family,
		address: text,
		network: prefixOf(text, length)!,
		scope: "global",
		secondary: false,
		flags: [],
		cite,
	});
	// Who is far comes by a router, be it one that no dump tells of.
	const onLink = near ? from : (router ?? unusedOf(at));
	const addresses = [
		address(onLink, at.network.length),
		...(near ? [] : [address(from, hostLength(family))]),
	];
	const mac = macOf(kernel, onLink) ?? "02:00:00:00:00:01";
	const device: Device = {
		name: "eth0",
		index: 2,
		flags: new Set(["UP", "LOWER_UP", "BROADCAST"]),
		up: true,
		mac,
		addresses,
		vlanFiltering: false,
		callsIptables: false,
		cite,
	};
	const link: Route = {
		family,
		table: "main",
		kind: "unicast",
		destination: at.network,
		tos: 0,
		metric: 0,
		nexthops: [{ dev: "eth0", weight: 1, dead: false }],
		src: from,
	};
	const routes = byTable([...routesOfAddresses([device], family, "local"), link]);
	const none = new Map<string, never>();
	const namespace: Namespace = {
		host,
		netns: null,
		devices: new Map([[device.name, device]]),
		routes: family === 4 ? { 4: routes, 6: none } : { 4: none, 6: routes },
		routed: new Set([4, 6] as const),
		openRules: new Set(),
		rules: { 4: defaultRules(4), 6: defaultRules(6) },
		neighbours: [],
		fdb: [],
		portVlans: [],
		tables: [],
		ruled: new Set([4, 6] as const),
		settings: new Map([
			["net.ipv4.conf.all.rp_filter", 0],
			["net.ipv4.conf.eth0.rp_filter", 0],
		]),
		sockets: [],
		services: [],
		assumptions: [],
		kinds: new Set(["ip-address", "ip-route", "ip-neigh", "ip-rule"]),
	};
	const more: Kernel = { ...kernel, namespaces: [...kernel.namespaces, namespace] };
	return { kernel: more, links: new Links(more), namespace };
}

interface Entry {
	readonly uplink: End;
	readonly at: InterfaceAddress;
}

function entryFor(kernel: Kernel, links: Links, dst: string): Entry | undefined {
	for (const namespace of kernel.namespaces) {
		if (namespace.netns !== null) continue;
		for (const device of namespace.devices.values()) {
			if (!links.isUplink(device)) continue;
			for (const taker of links.inward({ namespace, device }, 0)) {
				const at = taker.device.addresses.find(({ address }) => address === dst);
				if (at !== undefined) return { uplink: { namespace, device }, at };
			}
		}
	}
	return undefined;
}

/** The next machine of a default route, where the capture has no dump of it. */
function routerOf(kernel: Kernel, namespace: Namespace, family: 4 | 6): string | undefined {
	for (const { destination, nexthops } of namespace.routes[family].get("main") ?? []) {
		const via = destination.length === 0 ? nexthops[0]?.via : undefined;
		const bits = via === undefined ? undefined : bitsOf(via);
		if (via === undefined || bits === undefined || isLinkLocal(bits)) continue;
		if (!hasAddress(kernel, via)) return via;
	}
	return undefined;
}

/** The last address of a network that nobody has is near enough: only answers look at it. */
function unusedOf({ network, address }: InterfaceAddress): string {
	const last = network.value + (1n << BigInt(hostLength(network.family) - network.length)) - 2n;
	const free = textOf({ family: network.family, value: last });
	return free === address ? textOf({ family: network.family, value: last - 1n }) : free;
}

function hasAddress(kernel: Kernel, address: string): boolean {
	return kernel.namespaces.some(({ devices }) =>
		[...devices.values()].some(({ addresses }) => addresses.some((each) => each.address === address)),
	);
}

/** The link address by which neighbours know it. */
function macOf(kernel: Kernel, address: string): string | undefined {
	for (const { neighbours } of kernel.namespaces)
		for (const each of neighbours) if (each.address === address && each.mac !== undefined) return each.mac;
	return undefined;
}
