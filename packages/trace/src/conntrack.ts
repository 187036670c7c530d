import type { Mark } from "@netfossil/iptables/semantics";
import {
	ICMP,
	ICMPV6,
	inverted,
	isIcmpError,
	type Packet,
	sameTuple,
	TCP,
	type Tuple,
	tupleOf,
} from "./packet.ts";
import type { Run } from "./run.ts";
import type { Namespace } from "./state/kernel.ts";

/** A connection as one namespace tracks it. */
export interface Connection {
	/** As its first packet was before any translation. */
	readonly original: Tuple;
	/** As its answers come in. */
	reply: Tuple;
	mark: Mark;
	/** It has left the machine or reached a socket; only then can answers find it. */
	confirmed: boolean;
	seenReply: boolean;
	snat: boolean;
	dnat: boolean;
	/** Which of its ends the nat table has decided on. */
	sourceDone: boolean;
	destinationDone: boolean;
}

/** What connection tracking says of a packet. */
export interface Tracked {
	readonly state: "NEW" | "ESTABLISHED" | "RELATED" | "INVALID" | "UNTRACKED";
	readonly direction: "ORIGINAL" | "REPLY";
	/** Absent of INVALID and UNTRACKED packets. */
	readonly connection?: Connection;
}

/**
 * `nf_conntrack_in` in net/netfilter/nf_conntrack_core.c. What is tracked already stays so: a packet on
 * loopback keeps its connection on its way from POSTROUTING to PREROUTING.
 */
export function track(run: Run, namespace: Namespace, packet: Packet): void {
	if (packet.tracked !== undefined) return;
	packet.tracked = isIcmpError(packet) ? related(run, namespace, packet) : found(run, namespace, packet);
}

const INVALID: Tracked = { state: "INVALID", direction: "ORIGINAL" };
export const UNTRACKED: Tracked = { state: "UNTRACKED", direction: "ORIGINAL" };

/** `nf_conntrack_inet_error`: an error belongs to the connection of the packet that it quotes, the other way round. */
function related(run: Run, namespace: Namespace, { quoted }: Packet): Tracked {
	if (quoted === undefined) return INVALID;
	const back = inverted(quoted);
	for (const connection of run.connections(namespace)) {
		if (!connection.confirmed) continue;
		if (sameTuple(connection.reply, back)) return { state: "RELATED", direction: "REPLY", connection };
		if (sameTuple(connection.original, back)) return { state: "RELATED", direction: "ORIGINAL", connection };
	}
	return INVALID;
}

function found(run: Run, namespace: Namespace, packet: Packet): Tracked {
	const tuple = tupleOf(packet);
	for (const connection of run.connections(namespace)) {
		if (!connection.confirmed && !run.established) continue;
		if (sameTuple(connection.reply, tuple)) {
			connection.seenReply = true;
			return { state: "ESTABLISHED", direction: "REPLY", connection };
		}
		if (sameTuple(connection.original, tuple)) {
			if (run.established) connection.seenReply = true;
			const state = connection.seenReply ? "ESTABLISHED" : "NEW";
			return { state, direction: "ORIGINAL", connection };
		}
	}
	if (run.established && run.depth === 0 && !run.isAnswer(packet))
		return { state: "ESTABLISHED", direction: "ORIGINAL", connection: begin(run, namespace, tuple) };
	return opens(packet)
		? { state: "NEW", direction: "ORIGINAL", connection: begin(run, namespace, tuple) }
		: INVALID;
}

/** `tcp_new`, `icmp_new`: an answer to nothing begins no connection. */
function opens({ protocol, tcpFlags, icmp }: Packet): boolean {
	if (protocol === TCP)
		return tcpFlags?.includes("SYN") === true && !tcpFlags.includes("ACK") && !tcpFlags.includes("RST");
	if (protocol === ICMP) return icmp?.type === 8 || icmp?.type === 13 || icmp?.type === 17;
	if (protocol === ICMPV6) return icmp?.type === 128;
	return true;
}

function begin(run: Run, namespace: Namespace, original: Tuple): Connection {
	const connection: Connection = {
		original,
		reply: inverted(original),
		mark: 0,
		confirmed: false,
		seenReply: false,
		snat: false,
		dnat: false,
		sourceDone: false,
		destinationDone: false,
	};
	run.connections(namespace).push(connection);
	return connection;
}

/** `nf_confirm`, at the end of INPUT and POSTROUTING: the answers may come now. */
export function confirm({ tracked }: Packet): void {
	if (tracked?.connection !== undefined && tracked.direction === "ORIGINAL")
		tracked.connection.confirmed = true;
}
