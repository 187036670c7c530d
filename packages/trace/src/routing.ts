import type { Mark } from "@netfossil/iptables/semantics";
import {
	bitsOf,
	commonBits,
	type Family,
	holds,
	isLimitedBroadcast,
	isLinkLocal,
	isLoopback,
	isMulticast,
	isZero,
} from "./address.ts";
import { addressType, decided, type FibResult, type FlowKey, isLocal, lookup } from "./fib.ts";
import type { Packet } from "./packet.ts";
import type { Run } from "./run.ts";
import { setting } from "./settings.ts";
import type { Cite, Device, Namespace } from "./state/kernel.ts";
import { vrfOf } from "./vrf.ts";

/** Where a packet goes from here. */
export interface Way {
	/** `local`: up, to a socket. */
	readonly kind: "unicast" | "local" | "broadcast" | "multicast";
	readonly dev: string;
	/** The next machine on the link; absent where that is the destination itself. */
	readonly via?: string;
	/** The source that the machine itself would take. */
	readonly src?: string;
	readonly cite?: Cite;
	/** The rule and the route, in words. */
	readonly text: string;
}

type Found = Extract<FibResult, { type: "route" }>;

export type Routed = { readonly type: "way"; readonly way: Way } | Extract<FibResult, { type: "error" }>;

/** `ip_route_output_key_hash_rcu` in net/ipv4/route.c, `ip6_route_output_flags`: what the machine itself sends. */
export function routeOutput(run: Run, namespace: Namespace, key: FlowKey): Routed {
	const { family, dst, src } = key;
	const found = decided(run, namespace, key);
	if (found.type === "error") {
		// `ip6_dst_lookup_tail`: without a source and a route, it takes a source and asks again.
		const any = family === 6 && src === undefined ? selectSource(namespace, 6, "", dst) : undefined;
		return any === undefined ? found : routeOutput(run, namespace, { ...key, src: any });
	}
	const { route, nexthop } = found;
	const kind = wayKind(route.kind, dst);
	const { via } = nexthop;
	const own =
		src ?? route.src ?? (kind === "local" ? dst : sourceBy(namespace, found, family === 6 ? dst : via));
	return { type: "way", way: wayOf(found, kind, own) };
}

/** `fib_result_prefsrc`, which looks at the gateway and the scope of the route; IPv6 looks at the destination. */
const sourceBy = (
	namespace: Namespace,
	{ route, nexthop }: Found,
	towards: string | undefined,
): string | undefined =>
	selectSource(namespace, route.family, nexthop.dev ?? "?", towards, scopeNumber(route.scope));

/** What a lookup found, as the way of a packet. */
function wayOf({ route, nexthop, rule }: Found, kind: Way["kind"], src?: string): Way {
	const dev = kind === "local" ? "lo" : (nexthop.dev ?? "?");
	const { via } = nexthop;
	return {
		kind,
		dev,
		...(via !== undefined && { via }),
		...(src !== undefined && { src }),
		...(route.cite && { cite: route.cite }),
		text: routeText(route.table, rule.priority, via, dev, kind),
	};
}

/** The way of an answer: `open` where no dump tells whether there is one. */
export function wayBack(run: Run, namespace: Namespace, key: FlowKey): Routed | "open" {
	const found = lookup(run, namespace, key);
	if (found.type === "error" && found.open !== undefined) return "open";
	return routeOutput(run, namespace, key);
}

function routeText(
	table: string,
	priority: number,
	via: string | undefined,
	dev: string,
	kind: string,
): string {
	if (kind === "local") return `to this machine (table ${table})`;
	return `${via === undefined ? "on the link" : `via ${via}`} dev ${dev} (rule ${priority}, table ${table})`;
}

function wayKind(kind: string, dst: string): Way["kind"] {
	if (kind === "local" || kind === "anycast") return "local";
	if (kind === "broadcast") return "broadcast";
	const bits = bitsOf(dst);
	return kind === "multicast" || (bits && isMulticast(bits)) ? "multicast" : "unicast";
}

/** How far an address or route reaches, as /etc/iproute2/rt_scopes has it. */
function scopeNumber(scope = "global"): number {
	const known: Readonly<Record<string, number>> = {
		global: 0,
		site: 200,
		link: 253,
		host: 254,
		nowhere: 255,
	};
	return known[scope] ?? (Number(scope) || 0);
}

/**
 * `inet_select_addr` in net/ipv4/devinet.c: the first primary address that reaches far enough and whose network holds
 * the next machine, else the first; of another interface, where this has none. For IPv6 `ipv6_dev_get_saddr` (RFC 6724).
 */
export function selectSource(
	namespace: Namespace,
	family: Family,
	dev: string,
	towards: string | undefined,
	scope = 0,
): string | undefined {
	const device = namespace.devices.get(dev);
	if (family === 6)
		return towards === undefined
			? undefined
			: selectSource6(namespace, device === undefined ? [] : [device], towards);
	const bits = towards === undefined ? undefined : bitsOf(towards);
	const reaching = (each: Device["addresses"][number]): boolean =>
		each.family === 4 && !each.secondary && scopeNumber(each.scope) <= scope;
	const own = device?.addresses.filter(reaching) ?? [];
	const near = bits === undefined ? undefined : own.find(({ network }) => holds(network, bits));
	if (near ?? own[0]) return (near ?? own[0])!.address;
	for (const each of namespace.devices.values()) {
		if (!each.up || each.name === dev) continue;
		const first = each.addresses.find((address) => reaching(address) && address.scope !== "link");
		if (first !== undefined) return first.address;
	}
	return undefined;
}

function selectSource6(namespace: Namespace, own: readonly Device[], towards: string): string | undefined {
	const target = bitsOf(towards);
	if (target === undefined) return undefined;
	let best: { address: string; score: number } | undefined;
	for (const device of namespace.devices.values()) {
		if (!device.up) continue;
		for (const { family, address, scope, flags } of device.addresses) {
			if (family !== 6 || flags.includes("tentative") || flags.includes("dadfailed")) continue;
			const bits = bitsOf(address)!;
			const mine = own.includes(device);
			// A link-local destination is reached from the link's own addresses only.
			if ((isLinkLocal(target) || scope === "link" || scope === "host") && !mine) continue;
			const sameScope = isLinkLocal(bits) === isLinkLocal(target);
			const score =
				(address === towards ? 1e6 : 0) +
				(sameScope ? 1e5 : isLinkLocal(bits) ? 0 : 5e4) +
				(flags.includes("deprecated") ? 0 : 1e4) +
				(mine ? 5e3 : 0) +
				Math.min(commonBits(bits, target), 64);
			if (best === undefined || score > best.score) best = { address, score };
		}
	}
	return best?.address;
}

/** What becomes of a packet that came in: it goes on, up, or nowhere. */
export type Arrived =
	| { readonly type: "way"; readonly way: Way }
	| { readonly type: "martian"; readonly why: string; readonly filter: boolean; readonly cite?: Cite }
	| { readonly type: "forwarding-off"; readonly why: string }
	| Extract<FibResult, { type: "error" }>;

/** `ip_route_input_slow` in net/ipv4/route.c; IPv6 has no filter of return paths. */
export function routeInput(run: Run, namespace: Namespace, packet: Packet, iif: Device): Arrived {
	const { family, src, dst } = packet;
	const [source, destination] = [bitsOf(src), bitsOf(dst)];
	if (source === undefined || destination === undefined) return martian("it has no address");
	const iname = iif.name;
	if (family === 4) {
		if (isMulticast(source) || isLimitedBroadcast(source)) return martian(`nobody sends from ${src}`);
		const localnet = setting(run, namespace, `net.ipv4.conf.*.route_localnet`, iname) !== 0;
		if (isZero(destination)) return martian("it is for 0.0.0.0");
		if (!localnet && isLoopback(destination)) return martian(`${dst} is for loopback only`);
		if (!localnet && isLoopback(source)) return martian(`${src} is for loopback only`);
	} else if (
		isMulticast(source) ||
		(isLoopback(source) && iname !== "lo") ||
		(isLoopback(destination) && iname !== "lo")
	) {
		return martian("loopback addresses stay on loopback");
	}
	const key = {
		family,
		dst,
		src,
		iif: iname,
		mark: packet.mark,
		tos: packet.tos,
		protocol: packet.protocol,
		sport: packet.sport,
		dport: packet.dport,
	};
	const found = decided(run, namespace, key);
	if (found.type === "error") {
		if (family === 4 && !forwards(run, namespace, 4, iname))
			return { type: "forwarding-off", why: `${found.why}, and ${namespace.host} does not forward` };
		return found;
	}
	const kind = wayKind(found.route.kind, dst);
	if (family === 4) {
		const check = validateSource(run, namespace, packet, iif);
		if (check !== undefined) return check;
	}
	if (kind === "unicast" && !forwards(run, namespace, family, iname)) {
		return { type: "forwarding-off", why: `${namespace.host} does not forward what comes in by ${iname}` };
	}
	return { type: "way", way: wayOf(found, kind) };
}

const martian = (why: string): Arrived => ({ type: "martian", why, filter: false });

function forwards(run: Run, namespace: Namespace, family: Family, iface: string): boolean {
	// IPv6 forwards by the switch for all; IPv4 by that of the interface which the packet came in by.
	if (family === 6) return setting(run, namespace, "net.ipv6.conf.all.forwarding") !== 0;
	return setting(run, namespace, "net.ipv4.conf.*.forwarding", iface) !== 0;
}

/** `fib_validate_source` in net/ipv4/fib_frontend.c: would an answer go out where this came in? */
function validateSource(run: Run, namespace: Namespace, packet: Packet, iif: Device): Arrived | undefined {
	const { src, dst, tos } = packet;
	const mode = setting(run, namespace, "net.ipv4.conf.*.rp_filter", iif.name);
	const acceptLocal = setting(run, namespace, "net.ipv4.conf.*.accept_local", iif.name) !== 0;
	const custom = namespace.rules[4].some(
		({ priority, table }) => ![0, 32766, 32767].includes(priority) || table === undefined,
	);
	if (mode === 0 && !custom) {
		if (acceptLocal || !isLocal(run, namespace, src, 4, packet.vrf)) return undefined;
		return { type: "martian", why: `it comes from ${src}, which is this machine's own`, filter: false };
	}
	const valid = setting(run, namespace, "net.ipv4.conf.*.src_valid_mark", iif.name) !== 0;
	const mark: Mark = valid ? packet.mark : 0;
	const back = (oif?: string): FibResult =>
		decided(run, namespace, {
			family: 4,
			dst: src,
			src: dst,
			iif: iif.name,
			...(oif !== undefined && { oif }),
			mark,
			tos,
		});
	const found = back();
	const refuse = (why: string, filter: boolean): Arrived => ({
		type: "martian",
		why,
		filter,
		...(found.route?.cite && { cite: found.route.cite }),
	});
	if (found.type === "error") {
		if (mode === 0) return undefined;
		return refuse(`rp_filter: ${found.why}, so that no answer could go back`, true);
	}
	const { route } = found;
	if (route.kind !== "unicast" && (route.kind !== "local" || !acceptLocal))
		return refuse(
			`it comes from ${src}, which is ${route.kind === "local" ? "this machine's own" : route.kind}`,
			false,
		);
	// `fib_info_nh_uses_dev`: the way may lead to any device of a VRF.
	if (route.nexthops.some(({ dev }) => dev === iif.name || vrfOf(namespace, dev) === iif)) return undefined;
	if (mode === 0) return undefined;
	// An interface without addresses is never the way back.
	const bare = !iif.addresses.some(({ family }) => family === 4);
	if (mode === 2 && !bare) return undefined;
	return refuse(
		`rp_filter=${mode} on ${iif.name}: the way back to ${src} is by ${route.nexthops.map(({ dev }) => dev).join(", ")}`,
		true,
	);
}

/** Whether an address is one that a machine sends to all. */
export function isBroadcast(run: Run, namespace: Namespace, address: string, family: Family): boolean {
	return family === 4 && addressType(run, namespace, address, family) === "BROADCAST";
}
