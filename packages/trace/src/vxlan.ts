import { familyOf } from "./address.ts";
import { dropped, type Fate, unknown } from "./fate.ts";
import { localSend } from "./ip.ts";
import { lostInside } from "./ip-tunnel.ts";
import { arrive, takes } from "./link.ts";
import { owns } from "./links.ts";
import { type Frame, type Inner, type Packet, packetText, UDP } from "./packet.ts";
import { routeOutput } from "./routing.ts";
import type { Run } from "./run.ts";
import { hopLimit } from "./settings.ts";
import type { End, FdbEntry, Namespace, Vxlan } from "./state/kernel.ts";

const ZEROS = "00:00:00:00:00:00";

/** `vxlan_xmit`: the table says which machine has the address; a packet of its own carries the frame there. */
export function encapsulate(run: Run, end: End, packet: Packet, frame: Frame): Fate {
	const { namespace, device } = end;
	const { vxlan } = device;
	if (vxlan === undefined) return byHabit(run, end, packet, frame);
	const underlay = run.links.underlay(end);
	if (underlay === undefined)
		return unknown(namespace, `through which namespace ${device.name} sends is not known`);
	const entry = entryFor(namespace, device.name, frame);
	const remote = entry?.dst ?? floodedTo(run, end, vxlan, packet, frame);
	if (remote === undefined && vxlan.group !== undefined)
		return unknown(namespace, `${device.name} asks all by multicast for ${frame.dst}`);
	if (remote === undefined)
		return namespace.kinds.has("bridge-fdb")
			? dropped(namespace, "lost-after-interface", `the table of ${device.name} does not know ${frame.dst}`)
			: unknown(
					namespace,
					`which machine has ${frame.dst} is not known`,
					`bridge fdb show dev ${device.name}`,
				);
	run.step(
		namespace,
		"tunnel",
		`${device.name}: ${frame.dst} is at ${remote}, VXLAN ${vxlan.vni}`,
		entry && { cite: entry.cite },
	);
	const family = familyOf(remote);
	delete packet.tracked;
	delete packet.physIn;
	const mark = underlay === namespace ? packet.mark : 0;
	const routed = routeOutput(run, underlay, {
		family,
		dst: remote,
		...(vxlan.local !== undefined && { src: vxlan.local }),
		mark,
		protocol: UDP,
		...(vxlan.dev !== undefined && underlay.devices.has(vxlan.dev) && { oif: vxlan.dev }),
	});
	if (routed.type === "error") return dropped(underlay, "no-route", `${routed.why} for the tunnel`);
	if (routed.way.kind === "local")
		return dropped(
			underlay,
			"lost-after-interface",
			`the tunnel of ${device.name} leads to this machine itself`,
		);
	const { way } = routed;
	const inner: Inner = { packet, frame, vni: vxlan.vni, opened: false };
	const outer: Packet = {
		family,
		protocol: UDP,
		src: vxlan.local ?? way.src ?? "",
		dst: remote,
		// The source port is a hash of the frame.
		sport: null,
		dport: vxlan.port,
		ttl: hopLimit(run, underlay, family, way.dev),
		tos: 0,
		mark,
		fromMac: null,
		ipvs: false,
		...(packet.length !== undefined && { length: packet.length + (family === 4 ? 50 : 70) }),
		inner,
	};
	run.step(underlay, "tunnel", `VXLAN ${vxlan.vni}: ${packetText(outer)}`, way.cite && { cite: way.cite });
	run.depth++;
	try {
		const fate = localSend(run, underlay, outer, way);
		return inner.opened ? fate : lostInside(fate);
	} finally {
		run.depth--;
	}
}

/**
 * An overlay whose VXLAN device no dump shows: its frames get to the other machines if these reach each other, which
 * only their own dumps would tell.
 */
function byHabit(run: Run, end: End, packet: Packet, frame: Frame): Fate {
	const { namespace, device } = end;
	const far = run.links
		.tunnelEnds(end)
		.find((each) => takes(run.links.inward(each, frame.vlan), frame, packet));
	if (far === undefined)
		return unknown(namespace, `the VXLAN id of ${device.name} is not known`, "ip -d link");
	const { host, netns } = namespace;
	const text = `whether VXLAN packets get from ${host} to ${far.namespace.host}`;
	const command = "sh -c 'ip -d addr; bridge fdb show'";
	const arrives = run.choose(
		{ kind: "gap", text, gap: { text, host, netns, command } },
		[true, false],
		(way) => (way ? "they do" : "they may not"),
	);
	if (!arrives) return unknown(namespace, text, command);
	run.step(namespace, "tunnel", `${device.name}: ${frame.dst ?? packet.dst} is at ${far.namespace.host}`);
	delete packet.tracked;
	delete packet.physIn;
	packet.mark = 0;
	packet.ipvs = false;
	delete packet.own;
	return arrive(run, far, packet, frame);
}

const entryFor = (namespace: Namespace, device: string, { dst }: Frame): FdbEntry | undefined =>
	namespace.fdb.find((entry) => entry.device === device && entry.dst !== undefined && entry.mac === dst);

/**
 * What the table does not know goes to all far ends that it has for that (`00:00:00:00:00:00 dst 10.8.0.2`), or to a
 * multicast group: of these the one behind which somebody takes the frame.
 */
function floodedTo(run: Run, end: End, vxlan: Vxlan, packet: Packet, frame: Frame): string | undefined {
	const { namespace, device } = end;
	const { remote, group } = vxlan;
	const zeros = namespace.fdb.flatMap(({ device: name, mac, dst }) =>
		name === device.name && mac === ZEROS && dst !== undefined ? [dst] : [],
	);
	const all = [...new Set([...zeros, ...(remote === undefined ? [] : [remote])])];
	for (const far of run.links.tunnelEnds(end)) {
		const underlay = run.links.underlay(far);
		if (underlay === undefined || !takes(run.links.inward(far, frame.vlan), frame, packet)) continue;
		const address = all.find((each) => owns(underlay, each));
		const joined = group !== undefined && far.device.vxlan?.group === group;
		const own = address ?? (joined ? addressOf(far, underlay) : undefined);
		if (own !== undefined) return own;
	}
	return all.find((each) => each !== group);
}

/** The address that the far end of a tunnel answers from. */
function addressOf({ device: { vxlan } }: End, { devices }: Namespace): string | undefined {
	const family = familyOf(vxlan?.group ?? "");
	const below = devices.get(vxlan?.dev ?? "");
	return vxlan?.local ?? below?.addresses.find((each) => each.family === family)?.address;
}

/** `vxlan_rcv`: the frame comes out of the device with the packet's id and port. */
export function decapsulate(run: Run, underlay: Namespace, outer: Packet): Fate {
	const inner = outer.inner!;
	for (const namespace of run.kernel.namespaces) {
		for (const device of namespace.devices.values()) {
			const { vxlan } = device;
			if (vxlan === undefined || vxlan.vni !== inner.vni || vxlan.port !== outer.dport) continue;
			if (run.links.underlay({ namespace, device }) !== underlay) continue;
			inner.opened = true;
			const depth = run.depth;
			run.depth = 0;
			try {
				const { packet, frame } = inner;
				if (namespace !== underlay) packet.mark = 0;
				else packet.mark = outer.mark;
				return arrive(run, { namespace, device }, packet, frame);
			} finally {
				run.depth = depth;
			}
		}
	}
	// Who sends it knows of a tunnel here; a namespace that no dump shows may have its end.
	const text = `no dump of ${underlay.host} shows a VXLAN device with the id ${inner.vni} and port ${outer.dport}`;
	return unknown(underlay, text, "ip -d link, in each namespace");
}
