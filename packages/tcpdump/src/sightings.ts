import type { Endpoint, Packet } from "./ast.ts";
import { ownText } from "./conversations.ts";

/** A way of packets through a host, as `-i any` shows it: each packet was seen at every place, in this order. */
export interface Path {
	/** `eth0 In`, `docker0 Out` */
	readonly places: readonly string[];
	readonly packets: number;
}

/** A packet passes a host in less time than this many others take. */
const WINDOW = 512;

/** The ways of packets while they come. */
export class Paths {
	readonly #seen = new Map<string, string[]>();
	readonly #counts = new Map<string, { places: readonly string[]; packets: number }>();

	add(packet: Packet): void {
		const column = packet.interface;
		const key = column === undefined ? undefined : keyOf(packet);
		if (column === undefined || key === undefined) return;
		const place = `${column.name.value} ${column.direction.value}`;
		const places = this.#seen.get(key);
		// What is at the same place again was sent again.
		if (places !== undefined && !places.includes(place)) {
			places.push(ownText(place));
			return;
		}
		if (places !== undefined) this.#leave(key, places);
		this.#seen.set(ownText(key), [ownText(place)]);
		if (this.#seen.size <= WINDOW) return;
		const [[oldest, left]] = this.#seen as unknown as [[string, string[]]];
		this.#leave(oldest, left);
	}

	/** The ways through more than one place, the commonest first. Nothing more comes. */
	list(): Path[] {
		for (const [key, places] of [...this.#seen]) this.#leave(key, places);
		return [...this.#counts.values()].sort((one, other) => other.packets - one.packets);
	}

	#leave(key: string, places: readonly string[]): void {
		this.#seen.delete(key);
		if (places.length < 2) return;
		const id = places.join(", ");
		const count = this.#counts.get(id) ?? { places, packets: 0 };
		count.packets++;
		this.#counts.set(id, count);
	}
}

/**
 * What a packet is known by where it is seen again: who wrote it, and the numbers in it. Addresses that are translated
 * on the way make it another one, and a datagram without a number cannot be told from the next.
 */
function keyOf({ network, transport }: Packet): string | undefined {
	if (network.type !== "ip" && network.type !== "ip6") return undefined;
	const ends = `${end(network.source)} ${end(network.destination)}`;
	const id = network.type === "ip" ? network.header?.id.value : undefined;
	if (id !== undefined && id !== 0) return `${ends} ${id}`;
	if (transport?.type === "tcp") {
		const { flags, sequence, ack, length } = transport;
		// A repeated acknowledgement looks like the one before; only a number of the segment tells.
		if (sequence === undefined) return undefined;
		const numbers = [sequence.first.value, sequence.next?.value, ack?.value, length?.value];
		return `${ends} ${flags?.value} ${numbers.join(" ")}`;
	}
	if (transport?.type === "icmp" || transport?.type === "icmp6") {
		const { message } = transport;
		if (message.type !== "echo-request" && message.type !== "echo-reply") return undefined;
		return `${ends} ${message.type} ${message.id?.value} ${message.sequence.value}`;
	}
	if (transport?.type === "udp" && transport.payload?.type === "dns")
		return `${ends} ${transport.payload.id?.value} ${transport.payload.counts === undefined}`;
	return undefined;
}

function end({ host, port }: Endpoint): string {
	return `${host.value}|${port?.number ?? port?.name ?? ""}`;
}

/** The ways that packets of `-i any` took through the host: those that were seen at more than one place. */
export function pathsOf(packets: Iterable<Packet>): Path[] {
	const paths = new Paths();
	for (const packet of packets) paths.add(packet);
	return paths.list();
}
