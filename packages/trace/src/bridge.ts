import { egressTags, ingressTags } from "./bridge-vlans.ts";
import { dropped, type Fate, unknown } from "./fate.ts";
import { unanswered } from "./icmp.ts";
import { verdictFate } from "./ip.ts";
import { takes, transmit, upwards } from "./link.ts";
import { portsOf } from "./links.ts";
import { neighbour } from "./neighbour.ts";
import { runHook } from "./netfilter.ts";
import type { Frame, Packet } from "./packet.ts";
import { routeInput, routeOutput } from "./routing.ts";
import type { Run } from "./run.ts";
import { setting } from "./settings.ts";
import { type Device, type End, type FdbEntry, type Namespace, placeName } from "./state/kernel.ts";
import { outerTag } from "./tags.ts";

/** `br_handle_frame`: a frame comes in by a port. */
export function intoBridge(run: Run, bridge: End, port: Device, packet: Packet, frame: Frame): Fate {
	const { namespace, device } = bridge;
	if (port.port?.state !== undefined && port.port.state !== "forwarding" && port.port.state !== "learning")
		return dropped(namespace, "lost-after-interface", `the port ${port.name} is ${port.port.state}`);
	const open = withoutVlans(run, namespace, device);
	if (open !== undefined) return open;
	const vlan = ingressTags(namespace, device, port, frame.vlan);
	if (vlan === undefined)
		return dropped(
			namespace,
			"lost-after-interface",
			`${port.name} does not take frames of VLAN ${outerTag(frame.vlan)}`,
		);
	let to: Frame = { ...frame, vlan };
	const filters = callsRules(run, namespace, device, packet);
	if (filters) {
		packet.physIn = { device: port, frame };
		const place = { in: device, out: null };
		const sent = packet.dst;
		const verdict = runHook(run, namespace, "PREROUTING", packet, place);
		if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
		if (packet.dst !== sent) {
			const turned = afterDnat(run, bridge, packet, to);
			if ("type" in turned) return turned;
			to = turned;
		}
	}
	if (isOwn(namespace, device, to)) {
		// `br_pass_frame_up`: the bridge itself is a port like the others.
		const own = egressTags(namespace, device, device, to.vlan);
		if (own === undefined)
			return dropped(
				namespace,
				"lost-after-interface",
				`${device.name} itself has no VLAN ${outerTag(to.vlan)}`,
			);
		run.see(namespace, device.name, "in", packet, own);
		return upwards(run, bridge, packet, { ...to, vlan: own }, filters);
	}
	const out = portFor(run, bridge, packet, to, port);
	if (out === undefined) return nowhere(namespace, device, to);
	if (out === port && port.port?.hairpin !== true)
		return dropped(
			namespace,
			"bridge-hairpin-off",
			`it would have to leave by ${port.name} again, which is no hairpin port`,
			{ cite: port.cite },
		);
	if (out.port?.isolated && port.port?.isolated)
		return dropped(namespace, "lost-after-interface", `${port.name} and ${out.name} are isolated ports`);
	if (filters) {
		const place = { in: device, out: device, physOut: out.name, bridged: true };
		const verdict = runHook(run, namespace, "FORWARD", packet, place);
		if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
		run.nextHop = packet.dst;
		const after = { in: null, out: device, physOut: out.name, bridged: true };
		const last = runHook(run, namespace, "POSTROUTING", packet, after);
		if (last.type !== "accept") return verdictFate(run, namespace, packet, last);
	}
	return leave(run, bridge, out, packet, to);
}

/**
 * `br_nf_pre_routing_finish`: what DNAT turned to a machine on this very bridge goes there without a router;
 * all else goes up to be routed.
 */
function afterDnat(run: Run, bridge: End, packet: Packet, frame: Frame): Frame | Fate {
	const { namespace, device } = bridge;
	const arrived = routeInput(run, namespace, packet, device);
	const { family, dst, mark } = packet;
	// A machine that does not forward still bridges.
	const routed =
		arrived.type === "forwarding-off" ? routeOutput(run, namespace, { family, dst, mark }) : arrived;
	if (routed.type !== "way" || routed.way.dev !== device.name || routed.way.kind === "local")
		return { ...frame, dst: device.mac ?? null };
	const found = neighbour(run, bridge, routed.way.via ?? dst, family);
	if (found.type === "unknown") return unknown(namespace, found.text, found.command);
	if (found.type === "failed") return unanswered(run, namespace, packet, found);
	return { ...frame, src: device.mac ?? null, dst: found.mac };
}

/** Where no dump tells the VLANs of a bridge that filters, the walk takes all to pass, and says that they may not. */
function withoutVlans(run: Run, namespace: Namespace, { name, vlanFiltering }: Device): Fate | undefined {
	if (!vlanFiltering || namespace.kinds.has("bridge-vlan")) return undefined;
	const { host, netns } = namespace;
	const text = `no dump tells the VLANs of the ports of ${name} in ${placeName(namespace)}`;
	const gap = { text, host, netns, command: "bridge vlan show" };
	const closed = run.choose({ kind: "gap", text, gap }, [false, true], (way) =>
		way ? "they may keep it" : "it passes",
	);
	return closed ? unknown(namespace, text, "bridge vlan show") : undefined;
}

/** `br_dev_xmit`: the machine itself sends by the bridge. */
export function fromBridge(run: Run, bridge: End, packet: Packet, frame: Frame): Fate {
	const { namespace, device } = bridge;
	const open = withoutVlans(run, namespace, device);
	if (open !== undefined) return open;
	const vlan = ingressTags(namespace, device, device, frame.vlan);
	if (vlan === undefined)
		return dropped(namespace, "lost-after-interface", `${device.name} has no VLAN ${outerTag(frame.vlan)}`);
	const tagged = { ...frame, vlan };
	const out = portFor(run, bridge, packet, tagged, undefined);
	return out === undefined ? nowhere(namespace, device, tagged) : leave(run, bridge, out, packet, tagged);
}

function leave(run: Run, { namespace, device }: End, out: Device, packet: Packet, frame: Frame): Fate {
	const vlan = egressTags(namespace, device, out, frame.vlan);
	if (vlan === undefined)
		return dropped(namespace, "lost-after-interface", `${out.name} has no VLAN ${outerTag(frame.vlan)}`);
	return transmit(run, { namespace, device: out }, packet, { ...frame, vlan });
}

const nowhere = (namespace: Namespace, bridge: Device, { dst }: Frame): Fate =>
	unknown(
		namespace,
		`behind which port of ${bridge.name} in ${placeName(namespace)} ${dst ?? "the packet's destination"} is, no dump tells`,
		`bridge fdb show br ${bridge.name}`,
	);

/** `nf_call_iptables` of the namespace or of the bridge. */
function callsRules(run: Run, namespace: Namespace, bridge: Device, { family }: Packet): boolean {
	if (namespace.ruled.has(family) && !namespace.tables.some((table) => table.family === family)) return false;
	return (
		bridge.callsIptables ||
		setting(run, namespace, `net.bridge.bridge-nf-call-ip${family === 6 ? "6" : ""}tables`) !== 0
	);
}

/** The bridge's own address, and those of its ports, lead up. */
function isOwn(namespace: Namespace, bridge: Device, { dst }: Frame): boolean {
	if (dst === bridge.mac) return true;
	return entries(namespace, bridge, dst).some(({ own }) => own);
}

function entries(namespace: Namespace, bridge: Device, mac: string | null): FdbEntry[] {
	const ports = new Set(portsOf(namespace, bridge).map(({ name }) => name));
	return namespace.fdb.filter(
		(entry) => entry.mac === mac && !entry.self && (ports.has(entry.device) || entry.device === bridge.name),
	);
}

/** `br_fdb_find_rcu`, else all ports: of these the one behind which somebody takes it. */
function portFor(
	run: Run,
	{ namespace, device }: End,
	packet: Packet,
	frame: Frame,
	from: Device | undefined,
): Device | undefined {
	const known = entries(namespace, device, frame.dst).find(
		({ own, vlan }) => !own && (vlan === undefined || vlan === outerTag(frame.vlan) || !device.vlanFiltering),
	);
	const port = known && namespace.devices.get(known.device);
	if (known !== undefined && port !== undefined) {
		run.step(namespace, "bridge", `${device.name}: ${frame.dst} is behind ${port.name}`, {
			cite: known.cite,
		});
		return port;
	}
	for (const each of portsOf(namespace, device)) {
		if (each === from && each.port?.hairpin !== true) continue;
		const tag = egressTags(namespace, device, each, frame.vlan);
		if (tag === undefined) continue;
		if (takes(run.links.outward({ namespace, device: each }, tag), frame, packet)) {
			run.step(namespace, "bridge", `${device.name}: ${frame.dst ?? packet.dst} answers behind ${each.name}`);
			return each;
		}
	}
	// Who sends it back by its own port is there.
	if (from !== undefined && takes(run.links.outward({ namespace, device: from }, 0), frame, packet))
		return from;
	return undefined;
}
