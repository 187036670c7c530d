import { UNTRACKED } from "./conntrack.ts";
import { deliver } from "./deliver.ts";
import { dropped, type Fate, unknown } from "./fate.ts";
import { countDown, errorAnswer, refusal, unanswered } from "./icmp.ts";
import { symmetricAbove } from "./ipvlan.ts";
import { answerAsService, serve } from "./ipvs.ts";
import { transmit } from "./link.ts";
import { owns } from "./links.ts";
import type { HookPlace } from "./matching.ts";
import { neighbour } from "./neighbour.ts";
import { runHook, type Verdict } from "./netfilter.ts";
import type { Packet } from "./packet.ts";
import { type Arrived, type Routed, routeInput, routeOutput, type Way } from "./routing.ts";
import type { Run } from "./run.ts";
import { setting } from "./settings.ts";
import { type Device, type End, type Namespace, placeName } from "./state/kernel.ts";
import { vrfOf } from "./vrf.ts";

/** What a verdict that is not ACCEPT makes of a packet. */
export function verdictFate(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	verdict: Exclude<Verdict, { type: "accept" }>,
): Fate {
	switch (verdict.type) {
		case "drop":
			return dropped(
				namespace,
				"rule",
				`rule ${verdict.rule.index ?? "?"} of ${verdict.rule.chain} (${verdict.rule.table}) drops it`,
				{ rule: verdict.rule, ...(verdict.rule.cite && { cite: verdict.rule.cite }) },
			);
		case "policy": {
			const { table, chain } = verdict;
			return dropped(namespace, "policy", `the policy of ${chain} (${table.name}) drops it`, {
				table: table.name,
				chain,
			});
		}
		case "reject": {
			const answer = errorAnswer(run, namespace, packet, { reject: verdict.with });
			return {
				type: "rejected",
				at: namespace,
				with: verdict.with,
				rule: verdict.rule,
				...(answer && { answer }),
			};
		}
		case "stolen":
			return verdict.fate;
		case "unknown":
			return unknown(
				namespace,
				verdict.rule === undefined ? verdict.why : `${verdict.why} (${verdict.rule.rule})`,
				verdict.command,
			);
	}
}

const outDevice = (namespace: Namespace, { dev }: Way): Device | undefined => namespace.devices.get(dev);

const noDevice = (namespace: Namespace, dev: string): Fate =>
	unknown(
		namespace,
		`the route leads to ${dev}, which no dump of ${placeName(namespace)} shows`,
		"ip -d address",
	);

/** `ip_local_out`: a packet that the machine itself sends. */
export function localSend(run: Run, namespace: Namespace, packet: Packet, first: Way): Fate {
	let way = first;
	const vrf = vrfOf(namespace, packet.vrf);
	if (vrf !== undefined) {
		// `vrf_ip_out_direct`: as if it left by the VRF, before it is tracked.
		const { tracked } = packet;
		packet.tracked = UNTRACKED;
		const verdict = runHook(run, namespace, "OUTPUT", packet, { in: null, out: vrf });
		if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
		delete packet.tracked;
		if (tracked !== undefined) packet.tracked = tracked;
	}
	const out = outDevice(namespace, way);
	if (out === undefined) return noDevice(namespace, way.dev);
	const before = { mark: packet.mark, tos: packet.tos, dst: packet.dst };
	let lost: Routed | undefined;
	// `ipt_mangle_out`, `nf_nat_ipv4_local_fn`: a new mark, kind of service or destination asks for the way again.
	const again = (after: "mangle" | "nat"): Verdict | undefined => {
		const changed =
			packet.dst !== before.dst ||
			(after === "mangle" &&
				(packet.tos !== before.tos || JSON.stringify(packet.mark) !== JSON.stringify(before.mark)));
		if (!changed) return undefined;
		Object.assign(before, { mark: packet.mark, tos: packet.tos, dst: packet.dst });
		const routed = reroute(run, namespace, packet);
		if (routed.type === "error") {
			lost = routed;
			return { type: "unknown", why: routed.why };
		}
		({ way } = routed);
		run.step(namespace, "route", `again: ${way.text}`, way.cite && { cite: way.cite });
		return undefined;
	};
	const verdict = runHook(run, namespace, "OUTPUT", packet, { in: null, out }, (after) => {
		if (after !== "mangle" && after !== "nat") return undefined;
		const rerouted = again(after);
		if (rerouted !== undefined || after === "mangle") return rerouted;
		// IPVS stands behind nat here (NF_IP_PRI_NAT_DST + 1 and + 2).
		answerAsService(run, namespace, packet);
		return serve(run, namespace, packet);
	});
	if (lost?.type === "error")
		return dropped(namespace, "no-route-after-dnat", lost.why, lost.route?.cite && { cite: lost.route.cite });
	if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
	return output(run, namespace, packet, way);
}

/** `ip_route_me_harder` in net/ipv4/netfilter.c. */
function reroute(
	run: Run,
	namespace: Namespace,
	{ family, src, dst, mark, tos, protocol, sport, dport, vrf }: Packet,
): Routed {
	const key = { family, src, dst, mark, tos, protocol, sport, dport };
	return routeOutput(run, namespace, { ...key, ...(vrf !== undefined && { oif: vrf }) });
}

/** `ip_output`, `ip_finish_output`: POSTROUTING, the neighbour, the link. */
export function output(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	way: Way,
	from: Device | null = null,
): Fate {
	const out = outDevice(namespace, way);
	if (out === undefined) return noDevice(namespace, way.dev);
	const place = { in: null, out };
	run.nextHop = way.via ?? packet.dst;
	const verdict = runHook(run, namespace, "POSTROUTING", packet, place);
	if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
	if (out.name === "lo") return loop(run, namespace, out, packet);
	if (out.mtu !== undefined && packet.length !== undefined && packet.length > out.mtu && from !== null) {
		const icmp = packet.family === 4 ? { type: 3, code: 4 } : { type: 2, code: 0 };
		return refusal(run, namespace, packet, icmp, `it is longer than the MTU ${out.mtu} of ${out.name}`);
	}
	const found = neighbour(run, { namespace, device: out }, way.via ?? packet.dst, packet.family, packet.src);
	if (found.type === "unknown") return unknown(namespace, found.text, found.command);
	if (found.type === "failed") return unanswered(run, namespace, packet, found);
	return transmit(run, { namespace, device: out }, packet, { src: out.mac ?? null, dst: found.mac, vlan: 0 });
}

/** `loopback_xmit`: the packet comes back at once, with its connection and its way. */
function loop(run: Run, namespace: Namespace, lo: Device, packet: Packet): Fate {
	run.see(namespace, "lo", "out", packet);
	run.see(namespace, "lo", "in", packet);
	packet.fromMac = null;
	return receive(run, namespace, lo, packet, { routed: true });
}

export interface Arrival {
	/** It has its way already (loopback). */
	readonly routed?: boolean;
	/** PREROUTING has seen it as a bridged frame (`ip_sabotage_in`). */
	readonly sawPrerouting?: boolean;
}

/** `ip_rcv`: a packet that came in by an interface and is for this machine's link address. */
export function receive(
	run: Run,
	namespace: Namespace,
	device: Device,
	packet: Packet,
	{ routed, sawPrerouting }: Arrival = {},
): Fate {
	const place: HookPlace = { in: device, out: null };
	packet.inBy = device.name;
	if (
		setting(run, namespace, `net.ipv6.conf.${device.name.replaceAll(".", "/")}.disable_ipv6`) !== 0 &&
		packet.family === 6
	)
		return dropped(namespace, "lost-after-interface", `IPv6 is off on ${device.name}`);
	const sent = packet.dst;
	if (!sawPrerouting) {
		const verdict = runHook(run, namespace, "PREROUTING", packet, place);
		if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
	}
	const symmetric = symmetricAbove(run, device, packet);
	if (symmetric !== undefined) return throughInput(run, namespace, device, symmetric, packet);
	const vrf = vrfOf(namespace, device.name);
	if (vrf !== undefined && vrf !== device) return intoVrf(run, namespace, vrf, packet);
	return afterPrerouting(run, namespace, device, packet, { routed, sent });
}

/** `ipvlan_nf_input`: the rules of the machine below stand for those of the ipvlan's own namespace. */
function throughInput(run: Run, namespace: Namespace, device: Device, above: End, packet: Packet): Fate {
	const verdict = runHook(run, namespace, "INPUT", packet, { in: device, out: null });
	if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
	delete packet.tracked;
	return deliver(run, above.namespace, packet, above.device);
}

/** `vrf_ip_rcv`: from here on the packet has come in by the VRF, where PREROUTING sees it once more. */
function intoVrf(run: Run, namespace: Namespace, vrf: Device, packet: Packet): Fate {
	const sent = packet.dst;
	const verdict = runHook(run, namespace, "PREROUTING", packet, { in: vrf, out: null });
	if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
	packet.vrf = vrf.name;
	return afterPrerouting(run, namespace, vrf, packet, { sent });
}

/** `ip_rcv_finish`: where the packet goes. */
function afterPrerouting(
	run: Run,
	namespace: Namespace,
	device: Device,
	packet: Packet,
	{ routed, sent }: { readonly routed?: boolean | undefined; readonly sent: string },
): Fate {
	if (routed && packet.dst === sent) return localIn(run, namespace, packet, device);
	const arrived = routeInput(run, namespace, packet, device);
	if (arrived.type !== "way") return notRouted(run, namespace, packet, arrived);
	const { way } = arrived;
	run.step(namespace, "route", way.text, way.cite && { cite: way.cite });
	switch (way.kind) {
		case "local":
		case "broadcast":
			return localIn(run, namespace, packet, device);
		case "multicast":
			return unknown(namespace, "how multicast is forwarded is not followed");
		case "unicast":
			return forward(run, namespace, packet, device, way);
	}
}

/** `ip_error` and the drops of `ip_rcv_finish`. */
function notRouted(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	arrived: Exclude<Arrived, { type: "way" }>,
): Fate {
	switch (arrived.type) {
		case "martian":
			return dropped(
				namespace,
				arrived.filter ? "rp_filter" : "martian",
				arrived.why,
				arrived.cite && { cite: arrived.cite },
			);
		case "forwarding-off":
			return dropped(namespace, "forwarding-off", arrived.why);
		case "error": {
			const { errno, why, route } = arrived;
			const veiled = behindHere(run, namespace, packet);
			if (veiled !== undefined) {
				const text = `how ${placeName(veiled)}, which has ${packet.dst}, is linked to ${placeName(namespace)} no dump tells`;
				return unknown(veiled, text, "ip -d address");
			}
			const cite = route?.cite;
			// A blackhole says nothing.
			if (errno === "EINVAL") return dropped(namespace, "blackhole", why, cite && { cite });
			const icmp =
				packet.family === 4 ? { type: 3, code: V4_CODES[errno] } : { type: 1, code: V6_CODES[errno] };
			const answer = errorAnswer(run, namespace, packet, { icmp });
			// Nor does a router that has no route back.
			if (answer === undefined)
				return dropped(namespace, "no-route", `${why}, and none back to ${packet.src}`, cite && { cite });
			return { type: "unreachable", at: namespace, icmp, why, ...(cite && { cite }), answer };
		}
	}
}

/** A namespace of the machine that has the address by an interface which no dump shows: it may be an ipvlan's. */
const behindHere = ({ kernel }: Run, { host, netns }: Namespace, { dst }: Packet): Namespace | undefined =>
	kernel.namespaces.find(
		(each) => each.host === host && each.netns !== netns && !each.kinds.has("ip-address") && owns(each, dst),
	);

const V4_CODES = { ENETUNREACH: 0, EHOSTUNREACH: 1, EACCES: 13, EINVAL: 0 } as const;
/** `ip6_pkt_discard`, `ip6_pkt_prohibit` in net/ipv6/route.c: no route for both kinds of unreachable. */
const V6_CODES = { ENETUNREACH: 0, EHOSTUNREACH: 0, EACCES: 1, EINVAL: 0 } as const;

/** `ip_forward` in net/ipv4/ip_forward.c: the time to live goes down before FORWARD. */
function forward(run: Run, namespace: Namespace, packet: Packet, device: Device, way: Way): Fate {
	const out = outDevice(namespace, way);
	if (out === undefined) return noDevice(namespace, way.dev);
	const place: HookPlace = { in: device, out };
	const over = countDown(run, namespace, packet);
	if (over !== undefined) return over;
	const verdict = runHook(run, namespace, "FORWARD", packet, place);
	if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
	answerAsService(run, namespace, packet);
	return output(run, namespace, packet, way, device);
}

/** `ip_local_deliver`: INPUT, IPVS, the socket. */
function localIn(run: Run, namespace: Namespace, packet: Packet, device: Device): Fate {
	const place: HookPlace = { in: device, out: null };
	// IPVS stands between the filter and nat (NF_IP_PRI_NAT_SRC - 2 and - 1).
	const verdict = runHook(run, namespace, "INPUT", packet, place, (after) => {
		if (after !== "security") return undefined;
		answerAsService(run, namespace, packet);
		return serve(run, namespace, packet);
	});
	if (verdict.type !== "accept") return verdictFate(run, namespace, packet, verdict);
	return deliver(run, namespace, packet, device);
}
