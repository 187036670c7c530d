import { type Family, familyOf } from "./address.ts";
import { dropped, type Fate, unknown } from "./fate.ts";
import { refusal } from "./icmp.ts";
import { localSend } from "./ip.ts";
import { arrive } from "./link.ts";
import { type Frame, GRE, type Icmp, IPIP, IPV6, type Packet, packetText } from "./packet.ts";
import { routeOutput } from "./routing.ts";
import type { Run } from "./run.ts";
import { type Device, type End, type Namespace, placeName } from "./state/kernel.ts";
import { isTunnel } from "./state/tunnels.ts";

/** The protocols that a kind of tunnel may carry, by the word that `ip -d link` prints for its mode. */
const CARRIES: Readonly<Record<string, readonly number[]>> = {
	any: [IPIP, IPV6],
	ipip: [IPIP],
	ip6ip: [IPV6],
	ipip6: [IPIP],
	ip6ip6: [IPV6],
};

const isSix = (kind = ""): boolean => kind.startsWith("ip6");
const isEthernet = (kind = ""): boolean => kind.endsWith("gretap");

/** The protocol that the outer packet bears. */
const protocolOf = (kind: string, { family }: Packet): number =>
	kind.includes("gre") ? GRE : family === 4 ? IPIP : IPV6;

/** `ip_tunnel_xmit` in net/ipv4/ip_tunnel.c, `ip6_tnl_xmit`: a packet of its own carries this one to the far end. */
export function enterTunnel(run: Run, end: End, packet: Packet, frame: Frame): Fate {
	const { namespace, device } = end;
	const { tunnel, kind = "" } = device;
	const underlay = run.links.underlay(end);
	if (tunnel === undefined || tunnel.external || underlay === undefined)
		return unknown(namespace, `where ${device.name} leads to is not known`, "ip -d link");
	const protocol = protocolOf(kind, packet);
	// `ipip_tunnel_xmit` takes nothing but IPv4.
	if (protocol === IPV6 && kind === "ipip")
		return dropped(namespace, "lost-after-interface", `${device.name} does not carry IPv6`);
	// Without a far end of its own the next machine's address is that of the tunnel's.
	const remote = tunnel.remote ?? (packet.family === 4 && !isSix(kind) ? run.nextHop : undefined);
	if (remote === undefined)
		return unknown(namespace, `to whom ${device.name} sends what is for ${packet.dst} is not followed`);
	run.step(namespace, "tunnel", `${device.name}: ${kind} to ${remote}`, { cite: device.cite });
	const { local, dev, okey } = tunnel;
	return sendInside(run, underlay, packet, {
		protocol,
		remote,
		frame,
		elsewhere: underlay !== namespace,
		...(local !== undefined && { local }),
		...(dev !== undefined && { dev }),
		...(okey !== undefined && { key: okey }),
	});
}

/** How a packet is put into another. */
export interface Envelope {
	readonly protocol: number;
	readonly remote: string;
	readonly local?: string;
	readonly dev?: string;
	readonly key?: string;
	readonly frame?: Frame;
	/** The packet comes from another namespace: its mark stays behind. */
	readonly elsewhere?: boolean;
	/** It belongs to a connection of IPVS. */
	readonly ipvs?: boolean;
	/** What an end of the outer packet is to the inner one; see {@link lostInside}. */
	readonly lost?: (outer: Fate) => Fate;
}

const NO_FRAME: Frame = { src: null, dst: null, vlan: 0 };

/** `iptunnel_xmit`: the outer packet is the machine's own. */
export function sendInside(run: Run, underlay: Namespace, packet: Packet, envelope: Envelope): Fate {
	const { protocol, remote, local, dev, key, frame = NO_FRAME } = envelope;
	const family = familyOf(remote);
	delete packet.tracked;
	delete packet.physIn;
	delete packet.vrf;
	const mark = envelope.elsewhere ? 0 : packet.mark;
	const bound = dev !== undefined && underlay.devices.has(dev);
	const asked = { family, dst: remote, mark: 0, protocol, ...(local !== undefined && { src: local }) };
	const routed = routeOutput(run, underlay, { ...asked, ...(bound && { oif: dev }) });
	if (routed.type === "error")
		return dropped(underlay, "no-route", `${routed.why} for the tunnel`, {
			...(routed.route?.cite && { cite: routed.route.cite }),
		});
	const { way } = routed;
	if (way.kind === "local")
		return dropped(underlay, "lost-after-interface", "the tunnel leads to this machine itself");
	const inner = { packet, frame, ...(key !== undefined && { key }), opened: false };
	const outer: Packet = {
		family,
		protocol,
		src: local ?? way.src ?? "",
		dst: remote,
		sport: null,
		dport: null,
		ttl: 64,
		tos: 0,
		mark,
		fromMac: null,
		ipvs: envelope.ipvs ?? false,
		...(packet.length !== undefined && { length: packet.length + OVERHEAD[family] }),
		inner,
	};
	run.step(underlay, "tunnel", packetText(outer), way.cite && { cite: way.cite });
	run.depth++;
	try {
		const fate = localSend(run, underlay, outer, way);
		return inner.opened ? fate : (envelope.lost ?? lostInside)(fate);
	} finally {
		run.depth--;
	}
}

const OVERHEAD: Readonly<Record<Family, number>> = { 4: 20, 6: 40 };

/** What is said to the machine that made the outer packet (`ipip_err`) does not reach the sender of the inner one. */
export function lostInside(fate: Fate): Fate {
	switch (fate.type) {
		case "rejected":
			return dropped(fate.at, "rule", `a rule rejects the tunnel's packet`, {
				rule: fate.rule,
				...(fate.rule.cite && { cite: fate.rule.cite }),
			});
		case "unreachable":
			return dropped(fate.at, "lost-after-interface", `the tunnel's packet: ${fate.why}`, {
				...(fate.cite && { cite: fate.cite }),
			});
		case "refused":
			return dropped(fate.at, "lost-after-interface", "nobody takes the tunnel's packet");
		default:
			return fate;
	}
}

/** `ip_tunnel_rcv`, `ip6_tnl_rcv`: the packet comes out of the device that knows the tunnel best. */
export function leaveTunnel(run: Run, underlay: Namespace, outer: Packet): Fate {
	const inner = outer.inner!;
	const end = receiverOf(run, underlay, outer);
	if (end === undefined) {
		const why = `no tunnel of ${placeName(underlay)} is for ${packetText(outer)}`;
		if (!tellsTunnels(underlay)) return unknown(underlay, why, "ip -d address");
		return refusal(run, underlay, outer, nobodyTakes(underlay, outer), why);
	}
	inner.opened = true;
	const { depth } = run;
	run.depth = 0;
	try {
		const { packet, frame } = inner;
		packet.mark = end.namespace === underlay ? outer.mark : 0;
		run.step(end.namespace, "tunnel", `${packetText(outer)} comes out of ${end.device.name}`, {
			cite: end.device.cite,
		});
		return arrive(run, end, packet, frame);
	} finally {
		run.depth = depth;
	}
}

/** Whether the dumps tell all tunnels: without details a device without a link address may be one. */
const tellsTunnels = ({ kinds, devices }: Namespace): boolean =>
	kinds.has("ip-address") &&
	[...devices.values()].every(({ kind, mac }) => kind !== undefined || mac !== undefined);

/** `tunnel4_rcv` says that the port is unreachable, where its module is loaded; else the protocol is not known. */
function nobodyTakes({ devices }: Namespace, { family }: Packet): Icmp {
	if (family === 6) return { type: 4, code: 1 };
	const loaded = [...devices.values()].some(({ kind = "" }) => isTunnel(kind));
	return { type: 3, code: loaded ? 3 : 2 };
}

/** `ip_tunnel_lookup`: both ends fit, or the far one, or the near one, or none is set (`tunl0`). */
function receiverOf(run: Run, underlay: Namespace, outer: Packet): End | undefined {
	let best: { readonly end: End; readonly points: number } | undefined;
	for (const namespace of run.kernel.namespaces) {
		for (const device of namespace.devices.values()) {
			if (device.tunnel === undefined || !device.up || !takesOuter(device, outer)) continue;
			const end = { namespace, device };
			if (run.links.underlay(end) !== underlay) continue;
			const { local, remote } = device.tunnel;
			const ends = (remote === undefined ? 0 : 2) + (local === undefined ? 0 : 1);
			// `tunnel4_handlers`: for IPv4 in IPv4 a device `sit` comes after all of the kind `ipip`.
			const points = ends - (device.kind === "sit" && outer.protocol === IPIP ? 4 : 0);
			if (best === undefined || points > best.points) best = { end, points };
		}
	}
	return best?.end;
}

function takesOuter({ kind = "", tunnel }: Device, { family, protocol, src, dst, inner }: Packet): boolean {
	const { local, remote, ikey, carries } = tunnel!;
	if (isSix(kind) !== (family === 6) || kind.includes("gre") !== (protocol === GRE)) return false;
	if ((local !== undefined && local !== dst) || (remote !== undefined && remote !== src)) return false;
	if (protocol === GRE) return ikey === inner?.key && isEthernet(kind) === (inner?.frame.dst !== null);
	if (kind === "ipip") return protocol === IPIP;
	return (CARRIES[carries ?? ""] ?? [IPV6]).includes(protocol);
}
