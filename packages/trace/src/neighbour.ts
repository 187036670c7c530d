import { bitsOf, type Family, holds, isLinkLocal } from "./address.ts";
import { isLocal, lookup } from "./fib.ts";
import { hasCarrier, type Taker } from "./links.ts";
import { routeInput, selectSource, type Way } from "./routing.ts";
import type { Run } from "./run.ts";
import { setting } from "./settings.ts";
import { type Cite, type Device, type End, type Namespace, placeName } from "./state/kernel.ts";
import { vrfOf } from "./vrf.ts";

export type Found =
	/** Null: the link has no addresses. */
	| { readonly type: "found"; readonly mac: string | null }
	| { readonly type: "failed"; readonly text: string; readonly cite?: Cite }
	| { readonly type: "unknown"; readonly text: string; readonly command?: string };

/**
 * Which link address answers for a neighbour. What an administrator (or Docker) set counts; beside that who
 * answers is asked of all machines that the link leads to, for tables age.
 */
export function neighbour(run: Run, end: End, address: string, family: Family, source?: string): Found {
	const { namespace, device } = end;
	if (!device.up) return { type: "failed", text: `${device.name} is down` };
	const unaddressed =
		device.flags.has("NOARP") || (device.flags.has("POINTOPOINT") && device.mac === undefined);
	const entries = namespace.neighbours.filter(
		(each) => each.address === address && each.device === device.name && !each.proxy,
	);
	const fixed = entries.find(
		({ states, mac }) => mac !== undefined && (states.includes("PERMANENT") || states.includes("NOARP")),
	);
	if (fixed !== undefined) {
		run.step(namespace, "neighbour", `${address} is at ${fixed.mac}`, { cite: fixed.cite });
		return { type: "found", mac: fixed.mac! };
	}
	if (unaddressed) return { type: "found", mac: null };
	// `neigh_carrier_down` forgets all but those entries, and no question leaves.
	if (!hasCarrier(device))
		return { type: "failed", text: `${device.name} has no carrier`, cite: device.cite };
	const takers = run.links.outward(end, 0);
	const known = entries.find(({ mac }) => mac !== undefined);
	// Whom the table knows is not asked for, be it that he would not answer now (arp_ignore); his own question told of him.
	if (known?.mac !== undefined && takers.some((taker) => taker.device.mac === known.mac)) {
		run.step(namespace, "neighbour", `${address} is at ${known.mac}`, { cite: known.cite });
		return { type: "found", mac: known.mac };
	}
	const heard = run.heard(device).get(address);
	if (heard !== undefined) {
		run.step(namespace, "neighbour", `${address} is at ${heard}, as it asked`);
		return { type: "found", mac: heard };
	}
	const asker = family === 4 ? askerOf(run, end, address, source) : undefined;
	const beside = run.links
		.beside(end)
		.filter(({ device: other }) => !takers.some((each) => each.device === other));
	const answering = [...takers, ...beside].filter((taker) => answers(run, taker, address, family, asker));
	// `neigh_event_ns`: who answers a question has heard who asks, be it that he would not answer him.
	if (asker !== undefined && device.mac !== undefined)
		for (const taker of answering) run.heard(taker.device).set(asker, device.mac);
	const failed = entries.find(({ states }) => states.includes("FAILED") || states.includes("INCOMPLETE"));
	if (failed !== undefined && answering.length > 0)
		run.assume(
			namespace,
			`${failed.cite.file}:${failed.cite.line}: ${address} had not answered when it was saved; it is taken to answer now`,
			`ip neigh show ${address}`,
		);
	const macs = new Set(answering.flatMap(({ device: { mac } }) => mac ?? []));
	if (macs.size > 1) {
		const places = answering.map(({ namespace: each }) => placeName(each)).join(" and ");
		const text = `${places} both have ${address}`;
		return {
			type: "found",
			mac: run.choose(
				{
					kind: "gap",
					text,
					gap: { text, host: namespace.host, netns: namespace.netns, command: `ip neigh show ${address}` },
				},
				[...macs],
				String,
			),
		};
	}
	const [mac] = macs;
	if (mac !== undefined) {
		run.step(namespace, "neighbour", `${address} is at ${mac}`, known && { cite: known.cite });
		return { type: "found", mac };
	}
	// Its owner has no dump with link addresses, but it is there.
	if (answering.length > 0) return { type: "found", mac: known?.mac ?? null };
	if (known?.mac !== undefined) {
		return {
			type: "unknown",
			text: `${address} (${known.mac}) on ${device.name} of ${placeName(namespace)} is no machine of the capture`,
		};
	}
	const cut = takers.find(
		({ device: far }) => !hasCarrier(far) && far.addresses.some((each) => each.address === address),
	);
	if (cut !== undefined) {
		const text = `${cut.device.name} of ${placeName(cut.namespace)}, which has ${address}, has no carrier`;
		return { type: "failed", text, cite: cut.device.cite };
	}
	if (takers.length === 0 && entries.length === 0) {
		const text = `what ${device.name} of ${placeName(namespace)} is linked to, and who answers there for ${address}, no dump tells`;
		return { type: "unknown", text, command: `ip neigh show ${address}` };
	}
	const text = `nobody on ${device.name} answers for ${address}`;
	if (failed !== undefined) return { type: "failed", text, cite: failed.cite };
	const open = run.links.openPort(end);
	if (open !== undefined) {
		const what = `what hangs on ${open.name} of ${placeName(namespace)}, and whether it has ${address}, no dump tells`;
		return { type: "unknown", text: what, command: "ip -d address, in each namespace" };
	}
	if (!namespace.kinds.has("ip-neigh"))
		return {
			type: "unknown",
			text: `no dump tells who answers for ${address} on ${device.name} of ${placeName(namespace)}`,
			command: "ip neigh",
		};
	run.assume(
		namespace,
		`no dump has ${address}: no machine on ${device.name} is taken to have it`,
		`ip neigh show ${address}`,
	);
	return { type: "failed", text };
}

/** `arp_solicit` in net/ipv4/arp.c: the address that a machine asks from. */
function askerOf(
	run: Run,
	{ namespace, device }: End,
	address: string,
	source: string | undefined,
): string | undefined {
	const announce = setting(run, namespace, "net.ipv4.conf.*.arp_announce", device.name);
	const [asked, from] = [bitsOf(address), source === undefined ? undefined : bitsOf(source)];
	const onLink = device.addresses.some(
		({ family, network }) => family === 4 && asked && from && holds(network, asked) && holds(network, from),
	);
	if (
		source !== undefined &&
		isLocal(run, namespace, source, 4) &&
		(announce === 0 || (announce === 1 && onLink))
	)
		return source;
	return selectSource(namespace, 4, device.name, address, LINK_SCOPE);
}

/** `arp_process` in net/ipv4/arp.c, `ndisc_recv_ns`: whether a machine answers for an address on an interface. */
function answers(
	run: Run,
	{ namespace, device }: Taker,
	address: string,
	family: Family,
	asker: string | undefined,
): boolean {
	if (device.flags.has("NOARP") || !hasCarrier(device)) return false;
	const here = device.addresses.some((each) => each.address === address);
	if (family === 6) {
		const bits = bitsOf(address);
		return here && bits !== undefined && (isLinkLocal(bits) || device.up);
	}
	const local = isLocal(run, namespace, address, 4, vrfOf(namespace, device.name)?.name);
	if (!local && setting(run, namespace, "net.ipv4.conf.*.proxy_arp", device.name) === 0) return false;
	// A question is routed as a packet is, past rp_filter and all.
	const way = asker === undefined ? undefined : questionWay(run, namespace, device, asker, address);
	if (asker === undefined ? local : way?.kind === "local") {
		// `arp_filter`: only by the interface that leads to who asks.
		if (asker !== undefined && setting(run, namespace, "net.ipv4.conf.*.arp_filter", device.name) !== 0) {
			const back = lookup(run, namespace, { family, dst: asker, src: address, mark: 0 });
			if (back.type === "error" || back.nexthop.dev !== device.name) return false;
		}
		const ignore = setting(run, namespace, "net.ipv4.conf.*.arp_ignore", device.name);
		if (ignore === 0) return true;
		if (ignore === 1 || ignore === 2) return here;
		return ignore === 3 ? !here : false;
	}
	return !local && way?.kind === "unicast" && way.dev !== device.name;
}

function questionWay(
	run: Run,
	namespace: Namespace,
	device: Device,
	src: string,
	dst: string,
): Way | undefined {
	const none = { sport: null, dport: null, fromMac: null, ipvs: false };
	const packet = { family: 4, protocol: 0, src, dst, ttl: 1, tos: 0, mark: 0, ...none } as const;
	// What no dump tells is taken as it is where nothing is filtered.
	const filters = setting(run, namespace, "net.ipv4.conf.*.rp_filter", device.name);
	if (!namespace.routed.has(4) && filters === 0 && isLocal(run, namespace, dst, 4))
		return { kind: "local", dev: "lo", text: "" };
	const arrived = routeInput(run, namespace, packet, device);
	return arrived.type === "way" ? arrived.way : undefined;
}

/** RT_SCOPE_LINK */
const LINK_SCOPE = 253;
