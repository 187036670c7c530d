import { dropped, type Fate, unknown } from "./fate.ts";
import { localSend } from "./ip.ts";
import { arrive, below, scrub } from "./link.ts";
import type { Frame, Packet } from "./packet.ts";
import { routeOutput } from "./routing.ts";
import type { Run } from "./run.ts";
import { type Device, type End, type Namespace, placeName } from "./state/kernel.ts";

/** Ipvlans all have the link address of the device below: they are told by their IP addresses. */
const has = ({ addresses }: Device, { dst }: Packet): boolean =>
	addresses.some(({ address }) => address === dst);

const isIpvlan = ({ kind }: Device): boolean => kind === "ipvlan" || kind === "ipvtap";

/** `ipvlan_queue_xmit` in drivers/net/ipvlan/ipvlan_core.c. */
export function fromIpvlan(run: Run, end: End, packet: Packet, frame: Frame): Fate {
	const { namespace, device } = end;
	const { lower, mode = "l3" } = device;
	if (lower === undefined) return below(run, end, packet, frame);
	const sibling = run.links
		.uppers(lower.device)
		.find((upper) => upper.device !== device && isIpvlan(upper.device) && has(upper.device, packet));
	if (sibling !== undefined) {
		scrub(packet, sibling.namespace !== namespace);
		return arrive(run, sibling, packet, frame);
	}
	return mode === "l2" ? below(run, end, packet, frame) : outbound(run, namespace, lower, packet);
}

/** `ipvlan_process_outbound`: the packet is routed below as if that machine sent it. */
function outbound(
	run: Run,
	namespace: Namespace,
	{ namespace: under, device: lower }: End,
	packet: Packet,
): Fate {
	scrub(packet, under !== namespace);
	const { family, src, dst, mark, protocol } = packet;
	const routed = routeOutput(run, under, { family, src, dst, mark, protocol, oif: lower.name });
	if (routed.type === "error") {
		const hidden = run.kernel.namespaces.find(
			({ host, netns, kinds }) => host === under.host && netns !== under.netns && !kinds.has("ip-address"),
		);
		return hidden === undefined
			? dropped(under, "no-route", `${routed.why} by ${lower.name}`)
			: unknown(
					hidden,
					`${dst} may be an ipvlan's in ${placeName(hidden)}, whose interfaces no dump shows`,
					"ip -d addr",
				);
	}
	run.step(under, "route", routed.way.text, routed.way.cite && { cite: routed.way.cite });
	return localSend(run, under, packet, routed.way);
}

/** The ipvlan that takes what comes in by the device below (`ipvlan_handle_frame`). */
export function ipvlanAbove(run: Run, device: Device, packet: Packet): End | undefined {
	return run.links
		.uppers(device)
		.find(({ device: upper }) => isIpvlan(upper) && upper.up && upper.mode !== "l3s" && has(upper, packet));
}

/** The ipvlan of mode l3s for which the machine below keeps a packet (`ipvlan_l3_rcv`). */
export function symmetricAbove(run: Run, device: Device, packet: Packet): End | undefined {
	return run.links
		.uppers(device)
		.find(({ device: upper }) => isIpvlan(upper) && upper.up && upper.mode === "l3s" && has(upper, packet));
}
