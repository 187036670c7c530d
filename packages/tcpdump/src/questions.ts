import { printAddress } from "@netfossil/core";
import type { Endpoint, Packet, Unreachable } from "./ast.ts";
import { secondsBetween } from "./conversations.ts";
import { innermost } from "./nesting.ts";

/** A query of DNS and what became of it. */
export interface DnsExchange {
	readonly id: number;
	/** `api.prod.`; absent where the query has no question. */
	readonly name?: string;
	/** `A` */
	readonly record?: string;
	readonly query: Packet;
	/** Absent where none was seen. */
	readonly answer?: Packet;
	/** `NXDomain`; absent where all was well. */
	readonly code?: string;
	/** From the query to the answer, where the timestamps tell. */
	readonly seconds?: number;
}

/** The queries of DNS, each with the next answer of the same id between the same ends. */
export function dnsExchanges(packets: Iterable<Packet>): DnsExchange[] {
	const exchanges: DnsExchange[] = [];
	const open = new Map<string, number>();
	for (const packet of packets) {
		const { network, transport } = innermost(packet);
		if (network.type !== "ip" && network.type !== "ip6") continue;
		if (transport?.type !== "udp" || transport.payload?.type !== "dns") continue;
		const { id, counts, questions, code } = transport.payload;
		if (id === undefined) continue;
		const { source, destination } = network;
		if (counts === undefined) {
			const [first] = questions ?? [];
			open.set(`${id.value} ${key(source)} ${key(destination)}`, exchanges.length);
			exchanges.push({
				id: id.value,
				...(first && { name: first.name.value, record: first.record.value }),
				query: packet,
			});
			continue;
		}
		const asked = `${id.value} ${key(destination)} ${key(source)}`;
		const index = open.get(asked);
		if (index === undefined) continue;
		open.delete(asked);
		const exchange = exchanges[index]!;
		const seconds = secondsBetween(exchange.query, packet);
		exchanges[index] = {
			...exchange,
			answer: packet,
			...(code && { code: code.value }),
			...(seconds !== undefined && { seconds }),
		};
	}
	return exchanges;
}

function key({ host, port }: Endpoint): string {
	return `${host.value}|${port?.number ?? port?.name ?? ""}`;
}

/** An address that was asked for by ARP, and by whom. */
export interface ArpQuestion {
	readonly target: string;
	readonly sender: string;
	readonly requests: readonly Packet[];
}

/** The requests of ARP for addresses that never answered. Who asks for its own address wants no answer. */
export function unansweredArp(packets: Iterable<Packet>): ArpQuestion[] {
	const asked = new Map<string, { target: string; sender: string; requests: Packet[] }>();
	const answered = new Set<string>();
	for (const packet of packets) {
		const { network } = innermost(packet);
		if (network.type !== "arp" || (network.operation !== "request" && network.operation !== "reply"))
			continue;
		const sender = network.sender.type === "name" ? network.sender.value : printAddress(network.sender);
		if (network.operation === "reply") {
			answered.add(sender);
			continue;
		}
		const target = network.target.type === "name" ? network.target.value : printAddress(network.target);
		if (target === sender) continue;
		const question = asked.get(`${target} ${sender}`) ?? { target, sender, requests: [] };
		question.requests.push(packet);
		asked.set(`${target} ${sender}`, question);
	}
	return [...asked.values()].filter(({ target }) => !answered.has(target));
}

/** What could not be reached, and why. */
export interface Unreached {
	readonly what: Unreachable["what"];
	/** `admin prohibited` … */
	readonly reason?: string;
	readonly packets: readonly Packet[];
}

/** The messages of ICMP and ICMPv6 that something could not be reached, by what and why; the commonest first. */
export function unreachables(packets: Iterable<Packet>): Unreached[] {
	const found = new Map<string, { what: Unreachable["what"]; reason?: string; packets: Packet[] }>();
	for (const packet of packets) {
		const { transport } = innermost(packet);
		if (transport?.type !== "icmp" && transport?.type !== "icmp6") continue;
		if (transport.message.type !== "unreachable") continue;
		const { what, reason } = transport.message;
		const id = `${what} ${reason ?? ""}`;
		const group = found.get(id) ?? { what, ...(reason !== undefined && { reason }), packets: [] };
		group.packets.push(packet);
		found.set(id, group);
	}
	return [...found.values()].sort((one, other) => other.packets.length - one.packets.length);
}
