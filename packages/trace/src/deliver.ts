import type { Answer, Fate, NearSocket } from "./fate.ts";
import { dropped } from "./fate.ts";
import { errorAnswer, reset } from "./icmp.ts";
import { leaveTunnel } from "./ip-tunnel.ts";
import { mayBalance } from "./ipvs.ts";
import {
	endText,
	ICMP,
	inverted,
	isIcmp,
	isIcmpError,
	type Packet,
	packetText,
	protocolName,
	sameTuple,
	TCP,
	tupleOf,
	UDP,
} from "./packet.ts";
import { wayBack } from "./routing.ts";
import type { Run } from "./run.ts";
import { setting } from "./settings.ts";
import { type Device, type Namespace, placeName, type Socket } from "./state/kernel.ts";
import type { Transport } from "./state/listeners.ts";
import { decapsulate } from "./vxlan.ts";

/** The packet is up: a socket takes it, or nobody does. */
export function deliver(run: Run, namespace: Namespace, packet: Packet, device: Device): Fate {
	if (packet.inner !== undefined)
		return packet.inner.vni === undefined
			? leaveTunnel(run, namespace, packet)
			: decapsulate(run, namespace, packet);
	if (run.isAnswer(packet)) return backHome(run, namespace, packet);
	if (isIcmp(packet)) return echo(run, namespace, packet);
	const protocol = packet.protocol === TCP ? "tcp" : packet.protocol === UDP ? "udp" : undefined;
	if (protocol === undefined || packet.dport === null) return { type: "delivered", at: namespace, packet };
	const socket = socketFor(run, namespace, packet, protocol, device);
	if (socket === undefined && !listens(run, namespace, packet, protocol))
		return refused(run, namespace, packet, protocol);
	run.step(
		namespace,
		"deliver",
		`${protocol} socket ${socket?.address ?? "*"}:${packet.dport}`,
		socket && { cite: socket.cite },
	);
	const answer = accepted(run, namespace, packet);
	if (protocol === "tcp" && answer === undefined)
		return dropped(namespace, "no-answer", `${placeName(namespace)} has no route back to ${packet.src}`);
	return {
		type: "delivered",
		at: namespace,
		packet,
		...(socket && { socket: socket.cite }),
		...(answer && { answer }),
	};
}

/** The answer is up: the socket that asked takes it if it comes from where it asked. */
function backHome(run: Run, namespace: Namespace, packet: Packet): Fate {
	const asked = run.asked;
	const about = packet.quoted ?? inverted(tupleOf(packet));
	if (asked === undefined || asked.namespace !== namespace || !sameTuple(about, asked.tuple))
		return dropped(
			namespace,
			"no-answer",
			`no socket of ${placeName(namespace)} waits for ${packetText(packet)}${asked?.namespace === namespace && !isIcmpError(packet) ? `: it sent to ${endText(asked.tuple.dst, isIcmp(packet) ? null : asked.tuple.dport)}` : ""}`,
		);
	run.step(namespace, "deliver", `the sender has it: ${packetText(packet)}`);
	return { type: "delivered", at: namespace, packet };
}

/**
 * Whether something listens that no dump shows. What was translated on its way was published to be served; a choice by
 * mark is one of the machine alone.
 */
function listens(run: Run, namespace: Namespace, packet: Packet, protocol: Transport): boolean {
	// The socket of an established connection is its own.
	if (run.established) return true;
	if (namespace.listed?.has(protocol)) return false;
	const lacking = ["ss", "netstat"].some((kind) => namespace.kinds.has(kind))
		? `no dump of all that listens on ${protocol}`
		: "no dump of the sockets";
	if (isBare(namespace)) {
		const { listening } = run.premises;
		if (listening === undefined)
			run.assume(
				namespace,
				`${lacking}: nothing listens in ${placeName(namespace)}, for Docker starts no process there`,
				"ss -tulnp",
			);
		return listening === true;
	}
	const what = `something listens on ${protocol} ${packet.dport} in ${placeName(namespace)}`;
	const { asked, byMark } = run;
	const translated =
		asked !== undefined &&
		(asked.tuple.dport !== packet.dport || (asked.tuple.dst !== packet.dst && !byMark));
	const served = namespace.serves?.find((each) => each.protocol === protocol && each.port === packet.dport);
	if (served !== undefined && run.premises.listening !== false) {
		const { file, line } = served.cite;
		run.assume(
			namespace,
			`${lacking}: ${what}, the port that its service publishes (${file}:${line})`,
			"ss -tulnp",
		);
		return true;
	}
	if (translated && run.premises.listening !== false) {
		run.assume(namespace, `${lacking}: ${what}, for packets are translated to it`, "ss -tulnp");
		return true;
	}
	const { host, netns } = namespace;
	const text = `whether ${what}`;
	const gap = { text, host, netns, command: "ss -tulnp" };
	return run.choose({ kind: "gap", text, gap, about: "listening" }, [true, false], (way) =>
		way ? "it does" : "nothing does",
	);
}

/** The namespaces that Docker makes for Swarm's networks have no process in them. */
const isBare = ({ netns }: Namespace): boolean => netns !== null && /^(?:ingress_sbox$|lb_|1-)/.test(netns);

/** `inet_lookup_listener`, `udp4_lib_lookup2`: of the sockets that fit, one bound to the address comes first. */
function socketFor(
	run: Run,
	namespace: Namespace,
	{ dst, dport, family, vrf }: Packet,
	protocol: Transport,
	device: Device,
): Socket | undefined {
	const acceptsVrf = vrf === undefined || setting(run, namespace, `net.ipv4.${protocol}_l3mdev_accept`) !== 0;
	const fitting = namespace.sockets.filter((socket) => {
		if (socket.protocol !== protocol || socket.port !== dport) return false;
		if (socket.device !== undefined && socket.device !== device.name && device.name !== "lo") return false;
		// `inet_sk_bound_dev_eq`: what comes in by a VRF is for sockets of it, unless the setting opens the others.
		if (socket.device === undefined && vrf !== undefined && !acceptsVrf) return false;
		if (socket.address !== undefined) return socket.address === dst || socket.address === `::ffff:${dst}`;
		return socket.family === family || (socket.dual && family === 4);
	});
	return fitting.find(({ address }) => address !== undefined) ?? fitting[0];
}

/** The most sockets that are named of those that come near. */
const MOST_NEAR = 3;

/** What listens on the port at another address, for the other family alone, or in another namespace of the machine. */
function nearSockets(run: Run, at: Namespace, { dport }: Packet, protocol: Transport): NearSocket[] {
	const own = (namespace: Namespace): NearSocket[] =>
		namespace.sockets
			.filter((socket) => socket.protocol === protocol && socket.port === dport)
			.map((socket) => ({ at: namespace, socket }));
	const here = own(at);
	const others = run.kernel.namespaces.filter(({ host, netns }) => host === at.host && netns !== at.netns);
	return [...here, ...others.flatMap(own)].slice(0, MOST_NEAR);
}

function refused(run: Run, namespace: Namespace, packet: Packet, protocol: Transport): Fate {
	if (mayBalance(namespace))
		run.assume(
			namespace,
			`no dump of IPVS, though it is loaded: it is taken to have no service for ${endText(packet.dst, packet.dport)}`,
			"ipvsadm -Sn",
		);
	const tcp = packet.protocol === TCP;
	const answer = tcp
		? reset(run, namespace, packet)
		: errorAnswer(run, namespace, packet, {
				icmp: packet.family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 },
			});
	const dump = namespace.listed?.get(protocol);
	run.step(
		namespace,
		"deliver",
		`nothing listens on ${protocolName(packet.protocol)} ${packet.dport}`,
		dump && { cite: dump },
	);
	if (answer === undefined)
		return dropped(
			namespace,
			"no-answer",
			`nothing listens there, and ${placeName(namespace)} has no route back to ${packet.src}`,
		);
	return {
		type: "refused",
		at: namespace,
		packet,
		by: tcp ? "tcp-reset" : "icmp-port-unreachable",
		...(dump && { dump }),
		near: nearSockets(run, namespace, packet, protocol),
		answer,
	};
}

/** `icmp_echo`, `icmpv6_echo_reply`: the kernel answers itself. */
function echo(run: Run, namespace: Namespace, packet: Packet): Fate {
	const request = packet.family === 4 ? 8 : 128;
	run.step(namespace, "deliver", `icmp ${packet.icmp?.type}`);
	if (isIcmpError(packet) || packet.icmp?.type !== request)
		return { type: "delivered", at: namespace, packet };
	if (packet.family === 4 && setting(run, namespace, "net.ipv4.icmp_echo_ignore_all") !== 0)
		return dropped(namespace, "no-answer", "icmp_echo_ignore_all is set");
	const answer = answerOf(run, namespace, packet, "echo-reply");
	return { type: "delivered", at: namespace, packet, ...(answer && { answer }) };
}

function accepted(run: Run, namespace: Namespace, packet: Packet): Answer | undefined {
	const opens = packet.tcpFlags?.includes("SYN") === true;
	return answerOf(run, namespace, packet, packet.protocol !== TCP ? "udp" : opens ? "syn-ack" : "ack");
}

/** The packet that goes back, from the address that was asked for; undefined without a route. */
function answerOf(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	kind: "syn-ack" | "ack" | "udp" | "echo-reply",
): Answer | undefined {
	const { family, src, dst, sport, dport, protocol, vrf } = packet;
	const reflects =
		setting(
			run,
			namespace,
			kind === "syn-ack" ? "net.ipv4.tcp_fwmark_accept" : `net.ipv${family}.fwmark_reflect`,
		) !== 0;
	const mark = reflects ? packet.mark : 0;
	const key = {
		family,
		dst: src,
		src: dst,
		mark,
		protocol,
		...(kind !== "echo-reply" && { sport: dport, dport: sport }),
		...(vrf !== undefined && { oif: vrf }),
	};
	const back = wayBack(run, namespace, key);
	if (back !== "open" && back.type === "error") return undefined;
	return {
		kind,
		namespace,
		from: dst,
		packet: {
			family,
			protocol,
			src: dst,
			dst: src,
			...(kind === "echo-reply"
				? { sport: dport, dport: sport, icmp: { type: protocol === ICMP ? 0 : 129, code: 0 } }
				: { sport: dport, dport: sport }),
			...(kind === "ack" && { tcpFlags: ["ACK"] as const }),
			...(kind === "syn-ack" && { tcpFlags: ["SYN", "ACK"] as const, length: family === 4 ? 60 : 80 }),
			ttl: 64,
			// `icmp_reply` answers in kind.
			tos: kind === "echo-reply" && family === 4 ? packet.tos : 0,
			mark,
			fromMac: null,
			ipvs: false,
			...(vrf !== undefined && { vrf }),
			own: kind === "echo-reply" ? "kernel" : "program",
		},
	};
}
