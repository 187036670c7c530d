import { bitsOf, holds, hostLength, prefixOf, textOf } from "./address.ts";
import type { Gap } from "./fate.ts";
import { Links } from "./links.ts";
import { type Edge, edgeFor } from "./outside-edge.ts";
import {
	type Assumption,
	type Device,
	type InterfaceAddress,
	type Kernel,
	type Namespace,
	placeName,
	type Route,
} from "./state/kernel.ts";
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
	/** Where the machine was put. */
	readonly assumption?: Assumption;
}

/**
 * A machine outside of the capture that can send to an address: it hangs where the capture's networks or routes say,
 * either with an address of that LAN, or as what is behind the router there.
 */
export function outside(
	kernel: Kernel,
	links: Links,
	host: string,
	dst: string,
	src: string | undefined,
): Outside | Gap {
	const found = edgeFor(kernel, links, dst, src, FAR);
	if ("text" in found) return found;
	const { at, gateway, entry, why, place } = found;
	const { family } = at;
	const from = src ?? (gateway === undefined && !found.far ? unusedOf(at) : FAR[family]);
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
	const onLink = near ? from : (gateway ?? unusedOf(at));
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
	const route = (destination: Route["destination"], via?: string): Route => ({
		family,
		table: "main",
		kind: "unicast",
		destination,
		tos: 0,
		metric: 0,
		nexthops: [{ ...(via !== undefined && { via }), dev: "eth0", weight: 1, dead: false }],
		src: from,
	});
	const target = prefixOf(dst, hostLength(family))!;
	const beyond = holds(at.network, target) ? [] : [route(target, entry)];
	const routes = byTable([...routesOfAddresses([device], family, "local"), route(at.network), ...beyond]);
	const none = new Map<string, never>();
	const namespace: Namespace = {
		host,
		netns: null,
		devices: new Map([[device.name, device]]),
		routes: family === 4 ? { 4: routes, 6: none } : { 4: none, 6: routes },
		unaddressed: false,
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
	const joined = new Links(more);
	const own = { namespace, device };
	if (!joined.outward(own, 0).some((taker) => taker.device === place.device))
		return {
			text: `${src ?? host} would be on ${place.device.name} of ${placeName(place.namespace)} (${why}), where no dump tells of a link to a machine outside`,
			host: place.namespace.host,
			netns: place.namespace.netns,
			command: "ip -d address",
		};
	return { kernel: more, links: joined, namespace, assumption: assumptionOf(found, src ?? host) };
}

function assumptionOf({ place, gateway, why }: Edge, who: string): Assumption {
	const { host, netns } = place.namespace;
	const behind = gateway === undefined || gateway === who ? "" : `, behind ${gateway}`;
	const text = `${who} is taken to be on the LAN of ${place.device.name} of ${placeName(place.namespace)}${behind}: ${why}`;
	return { text, host, netns, command: "ip route" };
}

/** The last address of a network that nobody has is near enough: only answers look at it. */
function unusedOf({ network, address }: InterfaceAddress): string {
	const last = network.value + (1n << BigInt(hostLength(network.family) - network.length)) - 2n;
	const free = textOf({ family: network.family, value: last });
	return free === address ? textOf({ family: network.family, value: last - 1n }) : free;
}

/** The link address by which neighbours know it. */
function macOf(kernel: Kernel, address: string): string | undefined {
	for (const { neighbours } of kernel.namespaces)
		for (const each of neighbours) if (each.address === address && each.mac !== undefined) return each.mac;
	return undefined;
}
