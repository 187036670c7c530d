import { printAddress } from "@netfossil/core";
import type { Endpoint, Ip, Ip6, Layers, Packet, Tcp, Timestamp, Transport } from "./ast.ts";

/** One end of a conversation, and what it sent. */
export interface Side {
	/** As printed: an address, or a name. */
	readonly host: string;
	/** A number where it is known, else the name; absent where the protocol has none. */
	readonly port?: number | string;
	readonly packets: number;
	/** Of payload, of those packets whose text tells it. */
	readonly bytes: number;
	/** Packets whose text does not tell how long they are. */
	readonly unsized: number;
	/** TCP: segments with payload, and SYNs, that were sent before. */
	readonly repeated: number;
	/** TCP: the largest segment that it wants to get, as its SYN says. */
	readonly mss?: number;
	/** TCP: it broke the connection off. */
	readonly reset: boolean;
}

/** What two ends said to each other, over one protocol and one pair of ports. */
export interface Conversation {
	readonly protocol: "tcp" | "udp" | "icmp" | "icmp6" | "other";
	/** Who sent the first packet that was seen, or the SYN. */
	readonly client: Side;
	readonly server: Side;
	/**
	 * TCP: `complete`: SYN and SYN-ACK were seen; `unanswered`: a SYN and nothing back; `refused`: a SYN and a RST
	 * back; `unseen`: the capture began later, or lacks the SYN-ACK.
	 */
	readonly handshake?: "complete" | "unanswered" | "refused" | "unseen";
	readonly first: Packet;
	readonly last: Packet;
}

/** The layers of the packet that is in a packet, however deep; its own where it is no tunnel's. */
export function innermost(layers: Layers): Layers {
	const { transport } = layers;
	const tunnel = transport?.type === "udp" ? transport.payload : transport;
	const inner = tunnel !== undefined && "inner" in tunnel ? tunnel.inner : undefined;
	return inner === undefined ? layers : innermost(inner);
}

/**
 * The conversations of packets, in the order of their first. `of`: `outer`, the default, takes tunnels as they were
 * sent; `inner` takes what is within them.
 */
export function conversations(
	packets: Iterable<Packet>,
	{ of = "outer" }: { readonly of?: "outer" | "inner" } = {},
): Conversation[] {
	const found = new Map<string, Open>();
	for (const packet of packets) {
		const layers = of === "outer" ? packet : innermost(packet);
		const { network, transport } = layers;
		if (network.type !== "ip" && network.type !== "ip6") continue;
		const protocol = protocolOf(transport);
		const { source, destination } = endsOf(network);
		const from = endKey(source);
		const to = endKey(destination);
		const key = [protocol, ...[from, to].sort()].join(" ");
		let open = found.get(key);
		if (open === undefined) {
			const swap = transport?.type === "tcp" && /S.*\./.test(transport.flags?.value ?? "");
			const sides = [new OpenSide(source), new OpenSide(destination)] as const;
			const [client, server] = swap ? [sides[1], sides[0]] : sides;
			open = { protocol, client, server, clientKey: swap ? to : from, first: packet, last: packet };
			found.set(key, open);
		}
		open.last = packet;
		const sender = open.clientKey === from ? open.client : open.server;
		sender.add(transport);
	}
	return Array.from(found.values(), closed);
}

/** The ends of a packet with their ports, which stand apart behind an extension header. */
function endsOf({ source, destination, ports }: Ip | Ip6): { source: Endpoint; destination: Endpoint } {
	if (ports === undefined) return { source, destination };
	return {
		source: { ...source, port: ports.source },
		destination: { ...destination, port: ports.destination },
	};
}

type Protocol = Conversation["protocol"];

interface Open {
	readonly protocol: Protocol;
	readonly client: OpenSide;
	readonly server: OpenSide;
	readonly clientKey: string;
	readonly first: Packet;
	last: Packet;
}

class OpenSide {
	readonly #end: Endpoint;
	readonly #seen = new Set<string>();
	#packets = 0;
	#bytes = 0;
	#unsized = 0;
	#repeated = 0;
	#mss: number | undefined;
	syn = false;
	reset = false;

	constructor(end: Endpoint) {
		this.#end = end;
	}

	get sent(): number {
		return this.#packets;
	}

	add(transport: Transport | undefined): void {
		this.#packets++;
		const length = lengthOf(transport);
		if (length === undefined) this.#unsized++;
		else this.#bytes += length;
		if (transport?.type === "tcp") this.#segment(transport);
	}

	#segment({ flags, sequence, options }: Tcp): void {
		const signs = flags?.value ?? "";
		if (signs.includes("S")) this.syn = true;
		if (signs.includes("R")) this.reset = true;
		for (const option of options ?? []) if (option.type === "mss") this.#mss ??= option.size.value;
		// A repeated acknowledgement is none of a loss; its text has no payload.
		if (sequence === undefined || (sequence.next === undefined && !signs.includes("S"))) return;
		const key = `${signs.includes("S") ? "S" : ""}${sequence.first.value}:${sequence.next?.value ?? ""}`;
		if (this.#seen.has(key)) this.#repeated++;
		this.#seen.add(key);
	}

	closed(): Side {
		const { host, port } = this.#end;
		const number = port?.number ?? port?.name;
		return {
			host: host.type === "name" ? host.value : printAddress(host),
			...(number !== undefined && { port: number }),
			packets: this.#packets,
			bytes: this.#bytes,
			unsized: this.#unsized,
			repeated: this.#repeated,
			...(this.#mss !== undefined && { mss: this.#mss }),
			reset: this.reset,
		};
	}
}

function closed({ protocol, client, server, first, last }: Open): Conversation {
	const ends = { client: client.closed(), server: server.closed() };
	if (protocol !== "tcp") return { protocol, ...ends, first, last };
	const handshake = server.syn
		? "complete"
		: !client.syn
			? "unseen"
			: server.reset
				? "refused"
				: server.sent === 0
					? "unanswered"
					: "unseen";
	return { protocol, ...ends, handshake, first, last };
}

function protocolOf(transport: Transport | undefined): Protocol {
	const type = transport?.type;
	return type === "tcp" || type === "udp" || type === "icmp" || type === "icmp6" ? type : "other";
}

function endKey({ host, port }: Endpoint): string {
	return `${host.value}|${port?.number ?? port?.name ?? ""}`;
}

function lengthOf(transport: Transport | undefined): number | undefined {
	if (transport === undefined) return undefined;
	if (transport.type === "udp" && transport.length === undefined) {
		const { payload } = transport;
		return payload !== undefined && "length" in payload ? payload.length.value : undefined;
	}
	return "length" in transport ? transport.length?.value : undefined;
}

/**
 * The time from one packet to another; undefined where their timestamps do not tell. Without a date a clock that
 * goes back by more than half a day has passed midnight.
 */
export function secondsBetween(from: Packet, to: Packet): number | undefined {
	const first = from.timestamp;
	const second = to.timestamp;
	if (first === undefined || second === undefined || first.form !== second.form) return undefined;
	if (first.form === "delta") return undefined;
	const apart = moment(second) - moment(first);
	const whole = first.form === "time" && apart < -43_200 ? apart + 86_400 : apart;
	return whole + (second.nanoseconds - first.nanoseconds) / 1e9;
}

function moment({ form, date, seconds, negative }: Timestamp): number {
	if (form === "epoch") return negative ? -seconds : seconds;
	return date === undefined ? seconds : Date.parse(`${date}T00:00:00Z`) / 1000 + seconds;
}
