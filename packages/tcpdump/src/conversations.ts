import { printAddress } from "@netfossil/core";
import type { Endpoint, Ip, Ip6, Packet, Tcp, Timestamp, Transport } from "./ast.ts";
import { innermost } from "./nesting.ts";
import { Ranges } from "./ranges.ts";

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
	/** When the first and the last packet were seen. */
	readonly first?: Timestamp;
	readonly last?: Timestamp;
}

/**
 * The conversations of packets, in the order of their first. `of`: `outer`, the default, takes tunnels as they were
 * sent; `inner` takes what is within them.
 */
export function conversations(
	packets: Iterable<Packet>,
	{ of = "outer" }: { readonly of?: "outer" | "inner" } = {},
): Conversation[] {
	const found = new Conversations({ of });
	for (const packet of packets) found.add(packet);
	return found.list();
}

/** Conversations while their packets come: what is held does not grow with the packets, only with the conversations. */
export class Conversations {
	readonly #of: "outer" | "inner";
	readonly #found = new Map<string, Open>();

	constructor({ of = "outer" }: { readonly of?: "outer" | "inner" } = {}) {
		this.#of = of;
	}

	add(packet: Packet): void {
		const { network, transport } = this.#of === "outer" ? packet : innermost(packet);
		if (network.type !== "ip" && network.type !== "ip6") return;
		const protocol = protocolOf(transport);
		const { source, destination } = endsOf(network);
		const from = endKey(source);
		const to = endKey(destination);
		const key = from < to ? `${protocol} ${from} ${to}` : `${protocol} ${to} ${from}`;
		let open = this.#found.get(key);
		if (open === undefined) {
			const swap = transport?.type === "tcp" && answersSyn(transport);
			const sides = [new OpenSide(source), new OpenSide(destination)] as const;
			const [client, server] = swap ? [sides[1], sides[0]] : sides;
			const clientKey = ownText(swap ? to : from);
			open = { protocol, client, server, clientKey, first: packet.timestamp, last: undefined };
			this.#found.set(ownText(key), open);
		}
		open.last = packet.timestamp;
		const sender = open.clientKey === from ? open.client : open.server;
		sender.add(transport);
	}

	/** In the order of their first packets. */
	list(): Conversation[] {
		return Array.from(this.#found.values(), closed);
	}
}

/** A copy of a text: a part of another one keeps all of that in memory. */
export function ownText(text: string): string {
	return text.split("").join("");
}

/** The flags of 3.9 do not tell of an acknowledgement, its number does. */
function answersSyn({ flags, ack }: Tcp): boolean {
	return ack !== undefined && flags?.value.includes("S") === true;
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
	readonly first: Timestamp | undefined;
	last: Timestamp | undefined;
}

class OpenSide {
	readonly #end: Pick<Side, "host" | "port">;
	/** Of TCP, once it sends something: there are many conversations of one question and one answer. */
	#sent: Ranges | undefined;
	/** The number of the last SYN. */
	#synNumber: number | undefined;
	#packets = 0;
	#bytes = 0;
	#unsized = 0;
	#repeated = 0;
	#mss: number | undefined;
	syn = false;
	reset = false;

	constructor({ host, port }: Endpoint) {
		const number = port?.number ?? port?.name;
		this.#end = {
			host: ownText(host.type === "name" ? host.value : printAddress(host)),
			...(number !== undefined && { port: typeof number === "string" ? ownText(number) : number }),
		};
	}

	get sent(): number {
		return this.#packets;
	}

	add(transport: Transport | undefined): void {
		this.#packets++;
		const length = sizeOf(transport);
		if (length === undefined) this.#unsized++;
		else this.#bytes += length;
		if (transport?.type === "tcp") this.#segment(transport);
	}

	#segment({ flags, sequence, options, length, form }: Tcp): void {
		const signs = flags?.value ?? "";
		if (signs.includes("S")) this.syn = true;
		if (signs.includes("R")) this.reset = true;
		for (const option of options ?? []) if (option.type === "mss") this.#mss ??= option.size.value;
		// A repeated acknowledgement is none of a loss; its text has no payload.
		const empty = sequence?.next === undefined || (form === "3.9" && length?.value === 0);
		if (sequence === undefined || (empty && !signs.includes("S"))) return;
		const first = sequence.first.value;
		if (signs.includes("S")) {
			if (first === this.#synNumber) this.#repeated++;
			else this.#sent = undefined;
			this.#synNumber = first;
		}
		if (empty || sequence.next === undefined) return;
		this.#sent ??= new Ranges();
		if (!this.#sent.add(first, sequence.next.value)) this.#repeated++;
	}

	closed(): Side {
		return {
			...this.#end,
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
	const times = { ...(first && { first }), ...(last && { last }) };
	if (protocol !== "tcp") return { protocol, ...ends, ...times };
	const handshake = server.syn
		? "complete"
		: !client.syn
			? "unseen"
			: server.reset
				? "refused"
				: server.sent === 0
					? "unanswered"
					: "unseen";
	return { protocol, ...ends, handshake, ...times };
}

function protocolOf(transport: Transport | undefined): Protocol {
	const type = transport?.type;
	return type === "tcp" || type === "udp" || type === "icmp" || type === "icmp6" ? type : "other";
}

function endKey({ host, port }: Endpoint): string {
	return `${host.value}|${port?.number ?? port?.name ?? ""}`;
}

/** Bytes of payload, where the text tells. */
export function sizeOf(transport: Transport | undefined): number | undefined {
	if (transport === undefined) return undefined;
	if (transport.type === "udp" && transport.length === undefined) {
		const { payload } = transport;
		return payload !== undefined && "length" in payload ? payload.length?.value : undefined;
	}
	if (transport.type === "tcp" && transport.form === "3.9" && transport.flaw === undefined) {
		// 3.9 says how long a segment is where it holds anything.
		return transport.length?.value ?? 0;
	}
	return "length" in transport ? transport.length?.value : undefined;
}

/**
 * The time from one packet to another; undefined where their timestamps do not tell. Without a date a clock that
 * goes back by more than half a day has passed midnight.
 */
export function secondsBetween(from: Packet, to: Packet): number | undefined {
	return secondsFrom(from.timestamp, to.timestamp);
}

/** The same of timestamps alone. */
export function secondsFrom(first?: Timestamp, second?: Timestamp): number | undefined {
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
