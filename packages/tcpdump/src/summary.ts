import { printAddress } from "@netfossil/core";
import type { Packet, Statement, Summary, Timestamp, Transport } from "./ast.ts";
import { type Conversation, Conversations, ownText, secondsFrom, sizeOf } from "./conversations.ts";
import { dnsReader, type Exchange, httpReader, type PacketReader } from "./exchanges.ts";
import { innermost } from "./nesting.ts";
import { printTimestamp } from "./print.ts";
import { type Path, Paths } from "./sightings.ts";

/** What a capture shows, as a whole. */
export interface TcpdumpSummary {
	readonly packets: number;
	/** Packets and lines of which not all could be read. */
	readonly unread: number;
	/** When the first and the last packet were seen, as printed. */
	readonly first?: string;
	readonly last?: string;
	/** Between them, where their forms tell. */
	readonly seconds?: number;
	/** What tcpdump counted itself: `captured`, `received by filter`, `dropped by kernel` … */
	readonly counted: Readonly<Partial<Record<Summary["of"], number>>>;
	/** By protocol of the innermost packet; bytes of payload. The commonest first. */
	readonly protocols: readonly ProtocolCount[];
	/** Of what is within tunnels; the busiest first. */
	readonly conversations: readonly Conversation[];
	readonly handshakes: Readonly<Record<NonNullable<Conversation["handshake"]>, number>>;
	readonly dns: ExchangeCounts;
	readonly http: ExchangeCounts;
	readonly unansweredArp: readonly ArpCount[];
	readonly unreachable: readonly UnreachableCount[];
	/** What routers said that a packet was too large for: `need to frag (mtu 1400)`, `packet too big, mtu 1280`. */
	readonly mtus: readonly MtuHint[];
	/** Ways through the host, of `-i any`. */
	readonly paths: readonly Path[];
}

export interface ProtocolCount {
	readonly name: string;
	readonly packets: number;
	readonly bytes: number;
}

/** Questions and answers of a protocol. */
export interface ExchangeCounts {
	readonly questions: number;
	readonly answered: number;
	/** How often each code came, `NXDomain` or `404`. */
	readonly codes: Readonly<Record<string, number>>;
	/** How long the answers took, where the timestamps tell. */
	readonly seconds?: { readonly least: number; readonly mean: number; readonly most: number };
	/** The longest waits, and questions without an answer; some of each. */
	readonly slowest: readonly Exchange[];
	readonly unanswered: readonly Exchange[];
}

export interface ArpCount {
	readonly target: string;
	readonly sender: string;
	readonly requests: number;
}

export interface UnreachableCount {
	readonly what: string;
	readonly reason?: string;
	readonly packets: number;
}

export interface MtuHint {
	/** Who said so. */
	readonly from: string;
	readonly mtu: number;
	readonly packets: number;
}

/** Makes a summary of statements as they come; what it holds grows with the conversations, not with the packets. */
export class Summarizer {
	#packets = 0;
	#unread = 0;
	#first: Timestamp | undefined;
	#last: Timestamp | undefined;
	readonly #counted: Partial<Record<Summary["of"], number>> = {};
	readonly #protocols = new Map<string, { packets: number; bytes: number }>();
	readonly #conversations = new Conversations({ of: "inner" });
	readonly #dns = new ExchangeTally(dnsReader);
	readonly #http = new ExchangeTally(httpReader);
	readonly #asked = new Map<string, { target: string; sender: string; requests: number }>();
	readonly #answered = new Set<string>();
	readonly #unreachable = new Map<string, { what: string; reason?: string; packets: number }>();
	readonly #mtus = new Map<string, { from: string; mtu: number; packets: number }>();
	readonly #paths = new Paths();

	add(statement: Statement): void {
		if (statement.type === "packet") this.#packet(statement);
		else if (statement.type === "unparsed") this.#unread++;
		else if (statement.type === "summary") {
			const { of, count } = statement;
			this.#counted[of] = (this.#counted[of] ?? 0) + count.value;
		}
	}

	/** Nothing more comes. */
	result(): TcpdumpSummary {
		const conversations = this.#conversations.list().sort((one, other) => sent(other) - sent(one));
		const handshakes = { complete: 0, unanswered: 0, refused: 0, unseen: 0 };
		for (const { handshake } of conversations) if (handshake !== undefined) handshakes[handshake]++;
		const seconds = secondsFrom(this.#first, this.#last);
		return {
			packets: this.#packets,
			unread: this.#unread,
			...(this.#first && { first: printTimestamp(this.#first).trim() }),
			...(this.#last && { last: printTimestamp(this.#last).trim() }),
			...(seconds !== undefined && { seconds }),
			counted: this.#counted,
			protocols: Array.from(this.#protocols, ([name, counts]) => ({ name, ...counts })).sort(byPackets),
			conversations,
			handshakes,
			dns: this.#dns.result(),
			http: this.#http.result(),
			unansweredArp: [...this.#asked.values()]
				.filter(({ target }) => !this.#answered.has(target))
				.sort((one, other) => other.requests - one.requests),
			unreachable: [...this.#unreachable.values()].sort(byPackets),
			mtus: [...this.#mtus.values()].sort(byPackets),
			paths: this.#paths.list(),
		};
	}

	#packet(packet: Packet): void {
		this.#packets++;
		this.#first ??= packet.timestamp;
		this.#last = packet.timestamp ?? this.#last;
		const { network, transport } = innermost(packet);
		if (network.type === "unparsed") this.#unread++;
		const name = transport === undefined ? network.type : nameOf(transport);
		const protocol = this.#protocols.get(name) ?? { packets: 0, bytes: 0 };
		protocol.packets++;
		protocol.bytes += sizeOf(transport) ?? 0;
		this.#protocols.set(name, protocol);
		for (const splice of packet.splices ?? []) for (const each of splice.summary) this.add(each);
		this.#conversations.add(packet);
		this.#dns.add(packet);
		this.#http.add(packet);
		this.#paths.add(packet);
		if (network.type === "arp") this.#arp(packet);
		else if (transport?.type === "icmp" || transport?.type === "icmp6") this.#message(packet);
	}

	#arp(packet: Packet): void {
		const { network } = innermost(packet);
		if (network.type !== "arp" || !("sender" in network) || !("operation" in network)) return;
		const { sender: from } = network;
		const sender = from.type === "name" ? from.value : printAddress(from);
		if (network.operation === "reply") {
			this.#answered.add(ownText(sender));
		} else if (network.operation === "request") {
			const target = network.target.type === "name" ? network.target.value : printAddress(network.target);
			// Who asks for its own address wants no answer.
			if (target === sender) return;
			const key = `${target} ${sender}`;
			const count = this.#asked.get(key);
			if (count !== undefined) count.requests++;
			else this.#asked.set(ownText(key), { target: ownText(target), sender: ownText(sender), requests: 1 });
		}
	}

	#message(packet: Packet): void {
		const { network, transport } = innermost(packet);
		if (transport?.type !== "icmp" && transport?.type !== "icmp6") return;
		const { message } = transport;
		if (message.type === "unreachable") {
			const { what, reason } = message;
			const key = `${what} ${reason ?? ""}`;
			const count = this.#unreachable.get(key);
			if (count !== undefined) count.packets++;
			else
				this.#unreachable.set(ownText(key), { what, ...(reason && { reason: ownText(reason) }), packets: 1 });
		}
		const mtu =
			message.type === "packet-too-big" || message.type === "unreachable" ? mtuOf(message) : undefined;
		if (mtu === undefined || (network.type !== "ip" && network.type !== "ip6")) return;
		const key = `${network.source.host.value} ${mtu}`;
		const hint = this.#mtus.get(key);
		if (hint !== undefined) hint.packets++;
		else this.#mtus.set(ownText(key), { from: ownText(network.source.host.value), mtu, packets: 1 });
	}
}

function mtuOf(message: { readonly mtu?: { readonly value: number } }): number | undefined {
	return message.mtu?.value;
}

/** Exchanges of which some are shown, and all are counted. */
const SHOWN = 10;

class ExchangeTally {
	readonly #reader: PacketReader;
	#questions = 0;
	#answered = 0;
	#timed = 0;
	#least = Number.POSITIVE_INFINITY;
	#most = 0;
	#sum = 0;
	readonly #codes: Record<string, number> = {};
	#slowest: Exchange[] = [];
	readonly #unanswered: Exchange[] = [];

	constructor(readerOf: (tell: (exchange: Exchange) => void) => PacketReader) {
		this.#reader = readerOf((exchange) => this.#count(exchange));
	}

	add(packet: Packet): void {
		this.#reader.add(packet);
	}

	result(): ExchangeCounts {
		this.#reader.end();
		const mean = this.#sum / this.#timed;
		return {
			questions: this.#questions,
			answered: this.#answered,
			codes: this.#codes,
			...(this.#timed > 0 && { seconds: { least: this.#least, mean, most: this.#most } }),
			slowest: this.#slowest,
			unanswered: this.#unanswered,
		};
	}

	#count(exchange: Exchange): void {
		this.#questions++;
		if (!exchange.answered) {
			if (this.#unanswered.length < SHOWN) this.#unanswered.push(exchange);
			return;
		}
		this.#answered++;
		const { code, seconds } = exchange;
		if (code !== undefined) this.#codes[code] = (this.#codes[code] ?? 0) + 1;
		if (seconds === undefined) return;
		this.#timed++;
		this.#sum += seconds;
		this.#least = Math.min(this.#least, seconds);
		this.#most = Math.max(this.#most, seconds);
		if (this.#slowest.length === SHOWN && seconds <= this.#slowest[SHOWN - 1]!.seconds!) return;
		this.#slowest = [...this.#slowest, exchange]
			.sort((one, other) => other.seconds! - one.seconds!)
			.slice(0, SHOWN);
	}
}

/** What a transport is counted as: an application by its own name, where it has one. */
function nameOf(transport: Transport): string {
	if (transport.type !== "tcp" && transport.type !== "udp") return transport.type;
	const application = transport.payload?.type;
	return application === undefined || application === "text" ? transport.type : application;
}

function sent({ client, server }: Conversation): number {
	return client.packets + server.packets;
}

function byPackets(one: { readonly packets: number }, other: { readonly packets: number }): number {
	return other.packets - one.packets;
}
