import type { Tracked } from "./conntrack.ts";
import { type Answer, dropped, type Fate } from "./fate.ts";
import { isLocal } from "./fib.ts";
import { ICMP, ICMPV6, type Icmp, isIcmpError, type Packet, TCP, tupleOf } from "./packet.ts";
import { selectSource, wayBack } from "./routing.ts";
import type { Run } from "./run.ts";
import { setting } from "./settings.ts";
import type { Cite, Namespace } from "./state/kernel.ts";

/** The types that `--reject-with` names (`reject_tg` in net/ipv4/netfilter/ipt_REJECT.c and ip6t_REJECT.c). */
const REJECTS: Readonly<Record<string, Icmp>> = {
	"icmp-net-unreachable": { type: 3, code: 0 },
	"icmp-host-unreachable": { type: 3, code: 1 },
	"icmp-proto-unreachable": { type: 3, code: 2 },
	"icmp-port-unreachable": { type: 3, code: 3 },
	"icmp-net-prohibited": { type: 3, code: 9 },
	"icmp-host-prohibited": { type: 3, code: 10 },
	"icmp-admin-prohibited": { type: 3, code: 13 },
	"icmp6-no-route": { type: 1, code: 0 },
	"no-route": { type: 1, code: 0 },
	"icmp6-adm-prohibited": { type: 1, code: 1 },
	"adm-prohibited": { type: 1, code: 1 },
	"icmp6-addr-unreachable": { type: 1, code: 3 },
	"addr-unreach": { type: 1, code: 3 },
	"icmp6-port-unreachable": { type: 1, code: 4 },
	"port-unreach": { type: 1, code: 4 },
	"icmp6-policy-fail": { type: 1, code: 5 },
	"icmp6-reject-route": { type: 1, code: 6 },
};

export interface ErrorKind {
	readonly icmp?: Icmp;
	/** Of a rule. */
	readonly reject?: string;
}

/** What a machine answers that does not take a packet; undefined where it has no way back, or must not answer. */
export function errorAnswer(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	{ icmp, reject }: ErrorKind,
): Answer | undefined {
	if (reject === "tcp-reset" || reject === "icmp6-tcp-reset") return reset(run, namespace, packet, true);
	const kind = icmp ??
		REJECTS[reject ?? ""] ?? { type: packet.family === 4 ? 3 : 1, code: packet.family === 4 ? 3 : 4 };
	// An error is never answered by an error.
	if (isIcmpError(packet)) return undefined;
	const { family, src, dst, vrf } = packet;
	// `icmp_send`: errors are network control, and of the packet's own kind.
	const tos = family === 4 ? (packet.tos & 0x1e) | 0xc0 : 0;
	const mark = setting(run, namespace, `net.ipv${family}.fwmark_reflect`) !== 0 ? packet.mark : 0;
	// `icmp_route_lookup`, `icmp6_send`: from the address that was asked for if it is the machine's own; of IPv4 by its
	// route, which for a packet that IPVS sends on leads away.
	const asked = !(packet.ipvs && family === 4) && isLocal(run, namespace, dst, family, vrf) ? dst : undefined;
	// `icmp6_send` takes an address of the interface that the packet came in by, for traceroute6 to show the way.
	const came =
		family === 6 && packet.inBy !== undefined ? selectSource(namespace, 6, packet.inBy, src) : undefined;
	const own = asked ?? came;
	const routed = wayBack(run, namespace, {
		family,
		dst: src,
		...(own !== undefined && { src: own }),
		mark,
		tos,
		protocol: family === 4 ? ICMP : ICMPV6,
		...(vrf !== undefined && { oif: vrf }),
	});
	// Where no dump tells the way back, the walk of the answer will say so.
	const from =
		own ??
		(routed === "open"
			? selectSource(namespace, family, "", src)
			: routed.type === "way"
				? routed.way.src
				: undefined);
	if (from === undefined || (routed !== "open" && routed.type === "error")) return undefined;
	return {
		kind: "icmp-error",
		namespace,
		from,
		...(routed !== "open" && { way: routed.way }),
		packet: {
			family,
			protocol: family === 4 ? ICMP : ICMPV6,
			src: from,
			dst: src,
			sport: null,
			dport: null,
			icmp: kind,
			quoted: tupleOf(packet),
			ttl: 64,
			tos,
			mark,
			fromMac: null,
			ipvs: false,
			...(vrf !== undefined && { vrf }),
			own: "kernel",
			...attached(packet),
		},
	};
}

/** `nf_ct_attach`: what the machine itself answers belongs to the connection at once, even to one that is not confirmed. */
function attached({ tracked }: Packet): { tracked?: Tracked } {
	const connection = tracked?.connection;
	if (connection === undefined) return {};
	return {
		tracked: {
			state: "RELATED",
			direction: tracked!.direction === "ORIGINAL" ? "REPLY" : "ORIGINAL",
			connection,
		},
	};
}

/** Counts the time to live down for a machine that passes a packet on; a fate where that ends it (`ip_forward`, `ip_vs_in`). */
export function countDown(run: Run, namespace: Namespace, packet: Packet): Fate | undefined {
	if (packet.ttl > 1) {
		packet.ttl--;
		return undefined;
	}
	const icmp = packet.family === 4 ? { type: 11, code: 0 } : { type: 3, code: 0 };
	return refusal(run, namespace, packet, icmp, "its time to live is over");
}

/** `ipv4_link_failure`, `ip6_link_failure`: nobody answers for the address of the next machine. */
export function unanswered(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	{ text, cite }: { readonly text: string; readonly cite?: Cite },
): Fate {
	const icmp = packet.family === 4 ? { type: 3, code: 1 } : { type: 1, code: 3 };
	return refusal(run, namespace, packet, icmp, text, cite);
}

/** The fate of a packet that a machine cannot pass on and says so with an ICMP error. */
export function refusal(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	icmp: { readonly type: number; readonly code: number },
	why: string,
	cite?: Cite,
): Fate {
	const answer = errorAnswer(run, namespace, packet, { icmp });
	if (answer === undefined && !isIcmpError(packet))
		return dropped(
			namespace,
			"no-route",
			`${why}, and there is no route back to ${packet.src}`,
			cite && { cite },
		);
	return {
		type: "unreachable",
		at: namespace,
		icmp,
		why,
		...(cite && { cite }),
		...(answer && { answer }),
	};
}

/**
 * `nf_send_reset` of a rule, whose answer belongs to the connection at once (`nf_ct_attach`); or of TCP itself,
 * whose answer finds it as any other does.
 */
export function reset(run: Run, namespace: Namespace, packet: Packet, byRule = false): Answer | undefined {
	const { family, src, dst, sport, dport, protocol, physIn, vrf } = packet;
	if (protocol !== TCP || packet.tcpFlags?.includes("RST")) return undefined;
	const mark = setting(run, namespace, `net.ipv${family}.fwmark_reflect`) !== 0 ? packet.mark : 0;
	const routed = wayBack(run, namespace, {
		family,
		dst: src,
		src: dst,
		mark,
		protocol,
		sport: dport,
		dport: sport,
		...(vrf !== undefined && { oif: vrf }),
	});
	if (routed !== "open" && routed.type === "error") return undefined;
	return {
		kind: "rst",
		namespace,
		from: dst,
		...(byRule && physIn && { straight: { device: physIn.device, to: physIn.frame.src } }),
		packet: {
			family,
			protocol,
			src: dst,
			dst: src,
			sport: dport,
			dport: sport,
			tcpFlags: ["RST", "ACK"],
			ttl: 64,
			tos: 0,
			length: family === 4 ? 40 : 60,
			mark,
			fromMac: null,
			ipvs: false,
			...(vrf !== undefined && { vrf }),
			// `ip_send_unicast_reply` has a socket, `tcp_v6_send_response` and `nf_send_reset` have none.
			...(family === 4 && !byRule && { own: "kernel" as const }),
			...(byRule && attached(packet)),
		},
	};
}
