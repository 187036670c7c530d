import { bitsOf, type Family, isLinkLocal } from "./address.ts";
import { isLocal, lookup } from "./fib.ts";
import type { Taker } from "./links.ts";
import type { Run } from "./run.ts";
import { setting } from "./settings.ts";
import { type Cite, type End, placeName } from "./state/kernel.ts";
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
export function neighbour(run: Run, end: End, address: string, family: Family): Found {
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
	const takers = run.links.outward(end, 0);
	const answering = takers.filter((taker) =>
		answers(run, taker, address, family, namespace.devices.get(device.name)?.addresses[0]?.address),
	);
	const known = entries.find(({ mac }) => mac !== undefined);
	const macs = new Set(answering.flatMap(({ device: { mac } }) => mac ?? []));
	if (macs.size > 1 && known?.mac !== undefined && macs.has(known.mac))
		return { type: "found", mac: known.mac };
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
	// `neigh_event_ns`: who asks is known by that, even one that does not answer (arp_ignore).
	if (known?.mac !== undefined && takers.some((taker) => taker.device.mac === known.mac)) {
		run.step(namespace, "neighbour", `${address} is at ${known.mac}`, { cite: known.cite });
		return { type: "found", mac: known.mac };
	}
	// Its owner has no dump with link addresses, but it is there.
	if (answering.length > 0) return { type: "found", mac: known?.mac ?? null };
	if (known?.mac !== undefined) {
		return {
			type: "unknown",
			text: `${address} (${known.mac}) on ${device.name} of ${placeName(namespace)} is no machine of the capture`,
		};
	}
	if (takers.length === 0 && entries.length === 0) {
		const text = `what ${device.name} of ${placeName(namespace)} is linked to, and who answers there for ${address}, no dump tells`;
		return { type: "unknown", text, command: `ip neigh show ${address}` };
	}
	const failed = entries.find(({ states }) => states.includes("FAILED") || states.includes("INCOMPLETE"));
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

/** `arp_process` in net/ipv4/arp.c, `ndisc_recv_ns`: whether a machine answers for an address on an interface. */
function answers(
	run: Run,
	{ namespace, device }: Taker,
	address: string,
	family: Family,
	asker: string | undefined,
): boolean {
	if (device.flags.has("NOARP")) return false;
	const here = device.addresses.some((each) => each.address === address);
	if (family === 6) {
		const bits = bitsOf(address);
		return here && bits !== undefined && (isLinkLocal(bits) || device.up);
	}
	if (isLocal(run, namespace, address, 4, vrfOf(namespace, device.name)?.name)) {
		const ignore = setting(run, namespace, "net.ipv4.conf.*.arp_ignore", device.name);
		if (ignore === 0) return true;
		if (ignore === 1 || ignore === 2) return here;
		return ignore === 3 ? !here : false;
	}
	if (setting(run, namespace, "net.ipv4.conf.*.proxy_arp", device.name) === 0) return false;
	const found = lookup(run, namespace, {
		family,
		dst: address,
		...(asker !== undefined && { src: asker }),
		iif: device.name,
		mark: 0,
	});
	return found.type === "route" && found.nexthop.dev !== device.name;
}
