import type { Target } from "@netfossil/iptables";
import type { Hook } from "@netfossil/iptables/semantics";
import { bitsOf, holds, prefixOf, textOf } from "./address.ts";
import type { Connection } from "./conntrack.ts";
import type { HookPlace } from "./matching.ts";
import type { Verdict } from "./netfilter.ts";
import { inverted, isIcmp, isIcmpError, type Packet, packetText, sameTuple } from "./packet.ts";
import { selectSource } from "./routing.ts";
import type { Run } from "./run.ts";
import type { Namespace, RuleRef } from "./state/kernel.ts";

/** Applies a target of the nat table; a verdict where the packet ends there. */
export type Translate = (target: Target, rule: RuleRef, place: HookPlace) => Verdict | undefined;

/** Which end of a packet a hook changes (`HOOK2MANIP`). */
const manipOf = (hook: Hook): "source" | "destination" =>
	hook === "PREROUTING" || hook === "OUTPUT" ? "destination" : "source";

/**
 * `nf_nat_inet_fn` in net/netfilter/nf_nat_core.c: the table is asked once for each end of a connection;
 * afterwards packets of both ways are changed as the connection says.
 */
export function natTable(
	run: Run,
	namespace: Namespace,
	hook: Hook,
	packet: Packet,
	ask: (translate: Translate) => Verdict,
): Verdict | undefined {
	const { tracked } = packet;
	const connection = tracked?.connection;
	if (tracked === undefined || connection === undefined) return undefined;
	const manip = manipOf(hook);
	if (isIcmpError(packet)) {
		if (tracked.state === "RELATED")
			changeError(run, namespace, packet, connection, manip, tracked.direction);
		return undefined;
	}
	const done = manip === "source" ? "sourceDone" : "destinationDone";
	// A connection that was made before was asked about when its first packet came.
	const first = run.established && tracked.direction === "ORIGINAL" && tracked.state === "ESTABLISHED";
	if ((tracked.state === "NEW" || tracked.state === "RELATED" || first) && !connection[done]) {
		if (first) packet.tracked = { ...tracked, state: "NEW" };
		const verdict = ask((target, rule, place) =>
			setUp(run, namespace, hook, packet, connection, manip, target, rule, place),
		);
		connection[done] = true;
		packet.tracked = tracked;
		if (verdict.type !== "accept") return verdict;
		if (manip === "source") unclash(run, namespace, packet, connection);
	}
	change(run, namespace, packet, connection, manip, tracked.direction);
	return undefined;
}

/**
 * `get_unique_tuple`: what comes by again after its destination was changed is another connection, and where its answers
 * would be taken for those of the first, it gets another port.
 */
function unclash(run: Run, namespace: Namespace, packet: Packet, connection: Connection): void {
	const taken = run.connections(namespace);
	const clashes = (): boolean =>
		taken.some(
			(other) => other !== connection && other.confirmed && sameTuple(other.reply, connection.reply),
		);
	if (connection.reply.dport === null || !clashes()) return;
	packet.randomPort = true;
	connection.snat = true;
	for (let port = 1024; clashes(); port++) connection.reply = { ...connection.reply, dport: port };
}

/** `nf_nat_manip_pkt`, if the connection has a translation of this end on this way. */
function change(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	connection: Connection,
	manip: "source" | "destination",
	direction: "ORIGINAL" | "REPLY",
): void {
	if (!translates(connection, manip, direction)) return;
	const wanted = inverted(direction === "ORIGINAL" ? connection.reply : connection.original);
	const before = packetText(packet);
	if (manip === "source") {
		packet.src = wanted.src;
		packet.sport = wanted.sport;
	} else {
		packet.dst = wanted.dst;
		packet.dport = wanted.dport;
	}
	const after = packetText(packet);
	if (before !== after)
		run.step(
			namespace,
			"nat",
			direction === "ORIGINAL" ? `${manip} translated` : `${manip} translated back`,
			{ before, after },
		);
}

/** The status bit that counts: of answers the other one. */
function translates(
	{ snat, dnat }: Connection,
	manip: "source" | "destination",
	direction: "ORIGINAL" | "REPLY",
): boolean {
	return (manip === "source") === (direction === "ORIGINAL") ? snat : dnat;
}

/** `nf_nat_icmp_reply_translation`: the packet that the error quotes is changed back, and the error's own end with it. */
function changeError(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	connection: Connection,
	manip: "source" | "destination",
	direction: "ORIGINAL" | "REPLY",
): void {
	if (!translates(connection, manip, direction)) return;
	const other = direction === "ORIGINAL" ? connection.reply : connection.original;
	const { quoted } = packet;
	if (quoted !== undefined)
		packet.quoted =
			manip === "destination"
				? { ...quoted, src: other.src, sport: other.sport }
				: { ...quoted, dst: other.dst, dport: other.dport };
	const wanted = inverted(other);
	const before = packetText(packet);
	if (manip === "source") packet.src = wanted.src;
	else packet.dst = wanted.dst;
	run.step(namespace, "nat", `${manip} of the error translated back`, { before, after: packetText(packet) });
}

interface End {
	readonly address: string;
	readonly port: number | null;
	/** The port is one of many. */
	readonly random?: boolean;
}

function setUp(
	run: Run,
	namespace: Namespace,
	hook: Hook,
	packet: Packet,
	connection: Connection,
	manip: "source" | "destination",
	target: Target,
	rule: RuleRef,
	place: HookPlace,
): Verdict | undefined {
	const end = endOf(run, namespace, hook, packet, target, place);
	if (end === undefined) return { type: "drop", rule };
	if (end === "unknown") return { type: "unknown", why: `where ${rule.rule} leads is not known`, rule };
	// What answers look like: their destination is the new source, their source the new destination.
	const { reply } = connection;
	if (manip === "source") {
		connection.reply = { ...reply, dst: end.address, dport: isIcmp(packet) ? reply.dport : end.port };
		connection.snat = true;
		if (end.random) packet.randomPort = true;
	} else {
		connection.reply = { ...reply, src: end.address, sport: isIcmp(packet) ? reply.sport : end.port };
		connection.dnat = true;
	}
	return undefined;
}

interface Range {
	readonly from?: { readonly value: string };
	readonly to?: { readonly value: string };
	readonly ports?: {
		readonly from: { readonly number?: number };
		readonly to?: { readonly number?: number };
	};
	readonly base?: { readonly number?: number };
}

function endOf(
	run: Run,
	namespace: Namespace,
	hook: Hook,
	packet: Packet,
	target: Target,
	place: HookPlace,
): End | "unknown" | undefined {
	const { src, dst, sport, dport, family } = packet;
	switch (target.type) {
		case "DNAT": {
			const { to } = target;
			if (to === undefined) return "unknown";
			return { address: addressIn(run, to, dst), port: portIn(run, to, dport) };
		}
		case "SNAT": {
			const { to } = target;
			if (to === undefined) return "unknown";
			const address = addressIn(run, to, src);
			if (target.random || target.randomFully) return { address, port: sport, random: true };
			// A port in the range stays.
			const { from, to: last } = to.ports ?? {};
			const kept =
				from?.number === undefined ||
				(sport !== null && sport >= from.number && sport <= (last?.number ?? from.number));
			return {
				address,
				port: kept ? sport : (from?.number ?? null),
				...(!kept && last !== undefined && { random: true }),
			};
		}
		case "MASQUERADE": {
			if (place.out === null) return "unknown";
			// The source that the machine would take towards the next one, of IPv6 towards the last (`nf_nat_masquerade_ipv4`, `_ipv6`).
			const towards = family === 6 ? dst : (run.nextHop ?? dst);
			const address = selectSource(namespace, family, place.out.name, towards);
			if (address === undefined) return undefined;
			const { ports, random, randomFully } = target;
			if (random || randomFully) return { address, port: sport, random: true };
			return { address, port: ports?.from.number ?? sport, ...(ports && { random: ports.to !== undefined }) };
		}
		case "REDIRECT": {
			const port = target.ports?.from.number ?? dport;
			if (hook === "OUTPUT") return { address: family === 4 ? "127.0.0.1" : "::1", port };
			// `nf_nat_redirect_ipv4`: the first address of the interface that it came in by.
			const first = place.in?.addresses.find(
				(each) => each.family === family && (family === 4 || each.scope === "global"),
			);
			return first === undefined ? undefined : { address: first.address, port };
		}
		case "NETMAP": {
			const changed =
				manipOf(hook) === "source" ? { address: src, port: sport } : { address: dst, port: dport };
			const network =
				target.to?.type === "prefix" ? prefixOf(target.to.address, target.to.length) : undefined;
			const bits = bitsOf(changed.address);
			if (network === undefined || bits === undefined) return "unknown";
			const rest = BigInt((family === 4 ? 32 : 128) - network.length);
			const value = network.value | (bits.value & ((1n << rest) - 1n));
			return { address: textOf({ family, value }), port: changed.port };
		}
		default:
			return "unknown";
	}
}

/** An address of the range; where there are several, the kernel takes one by a hash. */
function addressIn(run: Run, { from, to }: Range, own: string): string {
	if (from === undefined) return own;
	const [first, last, mine] = [bitsOf(from.value), to && bitsOf(to.value), bitsOf(own)];
	if (first === undefined || last === undefined || last.value <= first.value) return from.value;
	if (mine && mine.value >= first.value && mine.value <= last.value && holds({ ...first, length: 0 }, mine))
		return own;
	const count = Number(last.value - first.value) + 1;
	const some = Array.from({ length: Math.min(count, 16) }, (_, at) =>
		textOf({ family: first.family, value: first.value + BigInt(at) }),
	);
	return run.choose(
		{ kind: "chance", text: `one of ${count} addresses from ${from.value} on` },
		some,
		(each) => each,
	);
}

function portIn(run: Run, { ports, base }: Range, own: number | null): number | null {
	const first = ports?.from.number;
	if (first === undefined) return own;
	const last = ports?.to?.number;
	if (last === undefined || last <= first) return first;
	// `--to-destination :100-200/1000`: the first of them stands for the base port.
	if (base?.number !== undefined && own !== null) return first + (own - base.number);
	const some = Array.from({ length: Math.min(last - first + 1, 16) }, (_, at) => first + at);
	return run.choose({ kind: "chance", text: `one of the ports from ${first} to ${last}` }, some, String);
}
