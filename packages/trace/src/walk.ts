import { bitsOf, type Family, familyOf, isLimitedBroadcast, isMulticast, isZero } from "./address.ts";
import type { Answer, Fate } from "./fate.ts";
import { unknown } from "./fate.ts";
import { type FlowKey, isLocal, Undecided } from "./fib.ts";
import { localSend } from "./ip.ts";
import { transmit } from "./link.ts";
import type { Links } from "./links.ts";
import { ICMP, ICMPV6, type Packet, packetText, TCP, tupleOf, UDP } from "./packet.ts";
import type { Premises } from "./premises.ts";
import { type Routed, routeOutput } from "./routing.ts";
import { Endless, Run } from "./run.ts";
import { hopLimit, setting } from "./settings.ts";
import { type Kernel, type Namespace, placeName } from "./state/kernel.ts";

/** What is asked: a packet from a socket in a namespace. */
export interface Query {
	readonly from: Namespace;
	readonly protocol: "tcp" | "udp" | "icmp";
	readonly dst: string;
	/** Null of icmp. */
	readonly dport: number | null;
	/** The address that the client bound. */
	readonly src?: string;
	readonly sport?: number;
	readonly premises?: Premises;
}

/** One walk from beginning to end. */
export interface Branch {
	readonly run: Run;
	readonly fate: Fate;
	/** The address that the packet had when it left its socket. */
	readonly source?: string;
	/** What became of the answer. */
	readonly answer?: Answer & { readonly fate: Fate };
}

/** A port of the range that kernels take one from, where the question names none. */
export const SOME_PORT = 40000;

/** The most ways that are followed for one question. */
const MOST_BRANCHES = 64;

/** All ways that the evidence allows, in the order of their choices. */
export function explore(kernel: Kernel, links: Links, query: Query): Branch[] {
	const branches: Branch[] = [];
	const scripts: number[][] = [[]];
	while (scripts.length > 0 && branches.length < MOST_BRANCHES) {
		const script = scripts.pop()!;
		const branch = walk(new Run(kernel, links, script, query.premises), query);
		branches.push(branch);
		const { choices } = branch.run;
		// Each way that this walk did not take at a choice beyond its script begins another.
		for (let at = choices.length - 1; at >= script.length; at--) {
			const { of, taken } = choices[at]!;
			const head = choices.slice(0, at).map((choice) => choice.taken);
			for (let other = of - 1; other > taken; other--) scripts.push([...head, other]);
		}
	}
	return branches;
}

function walk(run: Run, query: Query): Branch {
	const { from } = query;
	try {
		if (query.premises?.established) before(run, query);
		const { fate, source } = send(run, query);
		const first = "answer" in fate ? fate.answer : undefined;
		if (first === undefined) return { run, fate, ...(source !== undefined && { source }) };
		run.record = run.back;
		const back = answered(run, first);
		return { run, fate, ...(source !== undefined && { source }), answer: { ...first, fate: back } };
	} catch (error) {
		if (error instanceof Undecided) return { run, fate: { type: "unknown", gap: error.gap } };
		if (error instanceof Endless) return { run, fate: unknown(from, error.message) };
		// A capture may be odd beyond what the walk foresees; an answer is due all the same.
		const why = error instanceof RangeError ? "the packet goes round and round" : String(error);
		return { run, fate: unknown(from, `the walk could not go on: ${why}`) };
	}
}

/** The first packet of a connection, and its answer: of them only what the machines remember is asked. */
function before(run: Run, query: Query): void {
	try {
		const { fate } = send(run, query);
		run.record = run.back;
		if ("answer" in fate && fate.answer !== undefined) answer(run, fate.answer);
	} catch (error) {
		// Where the walk of the first packet ends, that of the next ends too, if it comes there.
		if (!(error instanceof Undecided || error instanceof Endless)) throw error;
	}
	run.establish();
}

/** What becomes of the answer, which may hang on another dump than the packet. */
function answered(run: Run, first: Answer): Fate {
	try {
		return answer(run, first);
	} catch (error) {
		if (error instanceof Undecided) return { type: "unknown", gap: error.gap };
		throw error;
	}
}

/** `connect` or `sendto`: the socket finds its source and way, and the packet leaves. */
function send(run: Run, query: Query): { readonly fate: Fate; readonly source?: string } {
	const { from, protocol, dst, dport } = query;
	const family: Family = familyOf(dst);
	const bits = bitsOf(dst);
	const noRoute = (
		errno: string,
		why: string,
		cite?: { cite: NonNullable<Extract<Fate, { type: "no-route" }>["cite"]> },
	): Fate => ({ type: "no-route", at: from, errno, why, ...cite });
	if (bits === undefined) return { fate: unknown(from, `${dst} is no address`) };
	if (
		query.src !== undefined &&
		!isLocal(run, from, query.src, family) &&
		setting(run, from, `net.ipv${family}.ip_nonlocal_bind`) === 0
	)
		// `inet_bind`
		return { fate: noRoute("EADDRNOTAVAIL", `${query.src} is no address of ${placeName(from)}`) };
	const number = protocol === "tcp" ? TCP : protocol === "udp" ? UDP : family === 4 ? ICMP : ICMPV6;
	const sport = protocol === "icmp" ? null : (query.sport ?? SOME_PORT);
	const ask = (src: string | undefined): FlowKey => ({
		family,
		dst,
		...(src !== undefined && { src }),
		mark: 0,
		protocol: number,
		...(protocol !== "icmp" && { sport, dport }),
	});
	let routed = routeOutput(run, from, ask(query.src));
	// `ip_route_connect`: TCP asks again once it has its source, so that rules for that count; `tcp_v6_connect` does not.
	if (
		family === 4 &&
		routed.type === "way" &&
		protocol === "tcp" &&
		query.src === undefined &&
		routed.way.src !== undefined
	)
		routed = routeOutput(run, from, ask(routed.way.src));
	if (routed.type === "error")
		return { fate: noRoute(routed.errno, routed.why, routed.route?.cite && { cite: routed.route.cite }) };
	const { way } = routed;
	if (protocol === "tcp" && (way.kind === "broadcast" || isMulticast(bits) || isLimitedBroadcast(bits)))
		return { fate: noRoute("ENETUNREACH", "TCP has no broadcasts") };
	if (protocol === "udp" && way.kind === "broadcast")
		return { fate: noRoute("EACCES", "broadcasts need leave") };
	const source = query.src ?? way.src;
	if (source === undefined || isZero(bits))
		return { fate: noRoute("EADDRNOTAVAIL", `${placeName(from)} has no address to send from`) };
	const packet: Packet = {
		family,
		protocol: number,
		src: source,
		dst,
		sport: protocol === "icmp" ? ECHO_ID : sport,
		dport: protocol === "icmp" ? ECHO_ID : dport,
		...(protocol === "tcp" &&
			(run.established
				? { tcpFlags: ["ACK"] as const }
				: { tcpFlags: ["SYN"] as const, length: family === 4 ? 60 : 80 })),
		...(protocol === "icmp" && { icmp: { type: family === 4 ? 8 : 128, code: 0 } }),
		ttl: hopLimit(run, from, family, way.dev),
		tos: 0,
		mark: 0,
		fromMac: null,
		ipvs: false,
		own: "program",
	};
	run.asked = { namespace: from, tuple: tupleOf(packet) };
	run.record.packet = packet;
	const any =
		protocol !== "icmp" && query.sport === undefined ? `, where ${SOME_PORT} stands for any port` : "";
	run.step(from, "send", `${protocol} ${packetText(packet)}${any}`);
	run.step(from, "route", way.text, way.cite && { cite: way.cite });
	return { fate: localSend(run, from, packet, way), source };
}

/** Echoes are told apart by an id. */
const ECHO_ID = 4321;

/** The answer on its way back. */
function answer(run: Run, { namespace, packet, straight, way }: Answer): Fate {
	run.answering(packet);
	run.record.packet = packet;
	if (straight !== undefined) {
		delete packet.tracked;
		return transmit(run, { namespace, device: straight.device }, packet, {
			src: straight.device.mac ?? null,
			dst: straight.to,
			vlan: 0,
		});
	}
	const { family, src, dst, mark, tos, protocol, sport, dport, icmp, vrf } = packet;
	const key = {
		family,
		dst,
		src,
		mark,
		tos,
		protocol,
		...(icmp === undefined && { sport, dport }),
		...(vrf !== undefined && { oif: vrf }),
	};
	const routed: Routed = way === undefined ? routeOutput(run, namespace, key) : { type: "way", way };
	if (routed.type === "error")
		return { type: "no-route", at: namespace, errno: routed.errno, why: routed.why };
	packet.ttl = hopLimit(run, namespace, family, routed.way.dev);
	run.step(namespace, "send", `the answer ${packetText(packet)}`);
	run.step(namespace, "route", routed.way.text, routed.way.cite && { cite: routed.way.cite });
	return localSend(run, namespace, packet, routed.way);
}
