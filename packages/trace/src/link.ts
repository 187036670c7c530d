import { slaveFor } from "./bond.ts";
import { fromBridge, intoBridge } from "./bridge.ts";
import { dropped, type Fate, unknown } from "./fate.ts";
import { receive } from "./ip.ts";
import { enterTunnel } from "./ip-tunnel.ts";
import { fromIpvlan, ipvlanAbove } from "./ipvlan.ts";
import { frameMaster, hasCarrier, isBridge, type Taker } from "./links.ts";
import type { Frame, Packet } from "./packet.ts";
import type { Run } from "./run.ts";
import { type End, type Namespace, type Peer, placeName } from "./state/kernel.ts";
import { outerTag, popTag, pushTag } from "./tags.ts";
import { encapsulate } from "./vxlan.ts";

/** `dev_queue_xmit`: a frame leaves by an interface, where a capture sees it. */
export function transmit(run: Run, end: End, packet: Packet, frame: Frame): Fate {
	const { namespace, device } = end;
	if (!device.up)
		return dropped(namespace, "lost-after-interface", `${device.name} is down`, { cite: device.cite });
	if (!hasCarrier(device)) return withoutCarrier(end);
	run.see(namespace, device.name, "out", packet, frame.vlan);
	if (isBridge(device, namespace)) return fromBridge(run, end, packet, frame);
	if (device.peer !== undefined) return cross(run, end, device.peer, packet, frame);
	switch (device.kind) {
		case "vlan":
			return below(run, end, packet, { ...frame, vlan: pushTag(frame.vlan, device.vlanId ?? 0) });
		case "bond": {
			const slave = slaveFor(run, end, packet, frame);
			if (slave === undefined)
				return dropped(namespace, "lost-after-interface", `${device.name} has no slave that is up`);
			return transmit(run, { namespace, device: slave }, packet, frame);
		}
		case "macvlan":
		case "macvtap":
			return fromMacvlan(run, end, packet, frame);
		case "ipvlan":
		case "ipvtap":
			return fromIpvlan(run, end, packet, frame);
		case "vxlan":
			return encapsulate(run, end, packet, frame);
		case "ipip":
		case "sit":
		case "gre":
		case "gretap":
		case "ip6tnl":
		case "ip6gre":
		case "ip6gretap":
			return enterTunnel(run, end, packet, frame);
		case "dummy":
			return dropped(namespace, "lost-after-interface", `${device.name} is a dummy`);
		default:
			return overLan(run, end, packet, frame);
	}
}

/** The kernel takes the queue of such an interface away (`dev_deactivate`), so that not even a capture sees the packet. */
const withoutCarrier = ({ namespace, device }: End): Fate =>
	dropped(namespace, "lost-after-interface", `${device.name} has no carrier`, { cite: device.cite });

/** What leaves a device on top of another goes through that. */
export function below(run: Run, { namespace, device }: End, packet: Packet, frame: Frame): Fate {
	if (device.lower === undefined)
		return unknown(
			namespace,
			`what ${device.name} of ${placeName(namespace)} stands on is not known`,
			"ip -d link",
		);
	if (device.lower.namespace !== namespace) scrub(packet, true);
	return transmit(run, device.lower, packet, frame);
}

/** `veth_xmit`: the other end has the frame. `__dev_forward_skb` forgets the connection, and in another namespace the mark. */
function cross(run: Run, { namespace }: End, peer: Peer, packet: Packet, frame: Frame): Fate {
	const { assumed } = peer;
	if (assumed !== undefined) run.assume(assumed.namespace, assumed.text, assumed.command);
	scrub(packet, peer.namespace !== namespace);
	if (!peer.device.up)
		return dropped(
			namespace,
			"lost-after-interface",
			`${peer.device.name} of ${placeName(peer.namespace)} is down`,
		);
	return arrive(run, peer, packet, frame);
}

/** `skb_scrub_packet`. */
export function scrub(packet: Packet, elsewhere: boolean): void {
	delete packet.tracked;
	delete packet.physIn;
	delete packet.vrf;
	packet.ipvs = false;
	delete packet.own;
	if (elsewhere) packet.mark = 0;
}

/** The LAN: who has the frame's address takes it. */
function overLan(run: Run, end: End, packet: Packet, frame: Frame): Fate {
	scrub(packet, true);
	const { namespace, device } = end;
	const [far, ...others] = [...run.links.neighbours(device), ...run.links.uplinksBeside(device)].filter(
		(each) => takes(run.links.inward(each, frame.vlan), frame, packet),
	);
	if (far !== undefined) {
		if (!run.links.isProvenLan(device, far.device))
			run.assume(
				namespace,
				`${device.name} and ${far.device.name} of ${placeName(far.namespace)} are taken to be on one LAN, for both have addresses of one network: no neighbour table tells it`,
				"ip neigh",
			);
		const { master } = far.device;
		const beside = others.some((each) => each.namespace === far.namespace && each.device.master === master);
		if (master !== undefined && beside)
			run.assume(
				far.namespace,
				`by which slave of ${master} of ${placeName(far.namespace)} a frame comes the switch decides: ${far.device.name} is taken`,
			);
		return arrive(run, far, packet, frame);
	}
	const whom = frame.dst === null ? packet.dst : `${packet.dst} (${frame.dst})`;
	return unknown(
		namespace,
		`it leaves ${placeName(namespace)} by ${device.name} for ${whom}, of whom the capture has no dump`,
	);
}

/** Whether somebody among these takes a frame; without link addresses, for the packet's destination. */
export function takes(takers: readonly Taker[], { dst }: Frame, packet: Packet): boolean {
	return takers.some(({ device }) =>
		dst === null || device.mac === undefined
			? device.addresses.some(({ address }) => address === packet.dst)
			: device.mac === dst,
	);
}

/** `macvlan_queue_xmit`: in bridge mode a sibling has it at once, though taps on the device below see it first. */
function fromMacvlan(run: Run, end: End, packet: Packet, frame: Frame): Fate {
	const { namespace, device } = end;
	const { lower, mode } = device;
	const sibling =
		lower &&
		run.links
			.uppers(lower.device)
			.find(
				({ device: other }) =>
					other !== device &&
					other.kind === device.kind &&
					other.mac === frame.dst &&
					mode === "bridge" &&
					other.mode === mode,
			);
	if (lower === undefined || sibling === undefined) return below(run, end, packet, frame);
	scrub(packet, sibling.namespace !== namespace);
	run.see(lower.namespace, lower.device.name, "in", packet);
	return arrive(run, sibling, packet, frame);
}

/** `__netif_receive_skb_core`: a frame comes in by an interface. */
export function arrive(run: Run, end: End, packet: Packet, frame: Frame): Fate {
	const { namespace, device } = end;
	if (!device.up)
		return dropped(namespace, "lost-after-interface", `${device.name} is down`, { cite: device.cite });
	if (!hasCarrier(device)) return withoutCarrier(end);
	run.see(namespace, device.name, "in", packet, frame.vlan);
	packet.fromMac = frame.src;
	return upwards(run, end, packet, frame);
}

/** Who above an interface takes a frame. */
export function upwards(run: Run, end: End, packet: Packet, frame: Frame, sawPrerouting = false): Fate {
	const { namespace, device } = end;
	const uppers = run.links.uppers(device);
	// `vlan_do_receive`: a tag is taken off before anything else looks at the frame.
	const master = frameMaster(namespace, device);
	if (frame.vlan !== 0) {
		const tagged = uppers.find(
			(upper) => upper.device.kind === "vlan" && upper.device.vlanId === outerTag(frame.vlan),
		);
		if (tagged !== undefined)
			return arriveAbove(run, end, tagged, packet, { ...frame, vlan: popTag(frame.vlan) });
		if (master === undefined)
			return dropped(namespace, "lost-after-interface", `${device.name} has no VLAN ${outerTag(frame.vlan)}`);
	}
	if (master !== undefined) {
		if (isBridge(master, namespace))
			return intoBridge(run, { namespace, device: master }, device, packet, frame);
		return arrive(run, { namespace, device: master }, packet, frame);
	}
	const above =
		ipvlanAbove(run, device, packet) ??
		uppers.find(
			({ device: upper }) =>
				/^macv(?:lan|tap)$/.test(upper.kind ?? "") && upper.up && upper.mac === frame.dst,
		);
	if (above !== undefined) return arriveAbove(run, end, above, packet, frame);
	if (
		frame.dst !== null &&
		device.mac !== undefined &&
		frame.dst !== device.mac &&
		device.kind !== "loopback"
	)
		return dropped(
			namespace,
			"lost-after-interface",
			`the frame is for ${frame.dst}, not for ${device.name}`,
		);
	return receive(run, namespace, device, packet, { sawPrerouting });
}

function arriveAbove(run: Run, { namespace }: End, above: End, packet: Packet, frame: Frame): Fate {
	scrubFor(namespace, above.namespace, packet);
	return arrive(run, above, packet, frame);
}

function scrubFor(from: Namespace, to: Namespace, packet: Packet): void {
	if (from !== to) scrub(packet, true);
}
