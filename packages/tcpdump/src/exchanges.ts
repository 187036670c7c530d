import { printNumber } from "@netfossil/core/grammar";
import type { Endpoint, Layers, Packet, Timestamp } from "./ast.ts";
import { ownText, secondsFrom } from "./conversations.ts";
import { innermost } from "./nesting.ts";

/** What was asked, and what became of it. */
export interface Exchange {
	/** Of DNS the type and the name: `A api.prod.`; of HTTP the method and the target: `GET /`. */
	readonly what: string;
	readonly asked?: Timestamp;
	/** Of DNS `NXDomain`, of HTTP `200`; absent where all was well with DNS, or where no answer was seen. */
	readonly code?: string;
	readonly answered: boolean;
	/** From the question to the answer, where the timestamps tell. */
	readonly seconds?: number;
}

/** Questions that wait for their answers. More of them than this are given up, the oldest first. */
const MOST_OPEN = 10_000;

/** The questions of one protocol while their packets come; each is told when its answer is there, or given up. */
class OpenQuestions {
	readonly #open = new Map<string, { what: string; asked: Timestamp | undefined }>();
	readonly #tell: (exchange: Exchange) => void;

	constructor(tell: (exchange: Exchange) => void) {
		this.#tell = tell;
	}

	ask(key: string, what: string, asked: Timestamp | undefined): void {
		// What is asked again is asked since the first time.
		if (this.#open.has(key)) return;
		this.#open.set(ownText(key), { what: ownText(what), asked });
		if (this.#open.size <= MOST_OPEN) return;
		const [oldest] = this.#open.keys();
		this.#giveUp(oldest!);
	}

	answer(key: string, code: string | undefined, at: Timestamp | undefined): void {
		const question = this.#open.get(key);
		if (question === undefined) return;
		this.#open.delete(key);
		const { what, asked } = question;
		const seconds = secondsFrom(asked, at);
		this.#tell({
			what,
			...(asked && { asked }),
			...(code !== undefined && { code: ownText(code) }),
			answered: true,
			...(seconds !== undefined && { seconds }),
		});
	}

	/** Nothing more comes. */
	end(): void {
		for (const key of [...this.#open.keys()]) this.#giveUp(key);
	}

	#giveUp(key: string): void {
		const { what, asked } = this.#open.get(key)!;
		this.#open.delete(key);
		this.#tell({ what, ...(asked && { asked }), answered: false });
	}
}

/** What reads packets one by one, and holds no more than what is open. */
export interface PacketReader {
	readonly add: (packet: Packet) => void;
	/** Nothing more comes. */
	readonly end: () => void;
}

/** Tells each query of DNS once it is answered, or at the end; by the id between the same ends. */
export function dnsReader(tell: (exchange: Exchange) => void): PacketReader {
	const open = new OpenQuestions(tell);
	return {
		add: (packet) => {
			const { network, transport } = innermost(packet);
			if (!isIp(network) || transport?.type !== "udp" || transport.payload?.type !== "dns") return;
			const { id, counts, questions, code } = transport.payload;
			const { source, destination } = network;
			if (counts === undefined) {
				const [first] = questions ?? [];
				const what = first === undefined ? "" : `${first.record.value} ${first.name.value}`;
				open.ask(`${id?.value} ${key(source)} ${key(destination)}`, what, packet.timestamp);
			} else open.answer(`${id?.value} ${key(destination)} ${key(source)}`, code?.value, packet.timestamp);
		},
		end: () => open.end(),
	};
}

/** The same of HTTP: an answer is that of the request before it on the same connection. */
export function httpReader(tell: (exchange: Exchange) => void): PacketReader {
	const open = new OpenQuestions(tell);
	return {
		add: (packet) => {
			const { network, transport } = innermost(packet);
			if (!isIp(network) || transport?.type !== "tcp" || transport.payload?.type !== "http") return;
			const { line } = transport.payload;
			const { source, destination } = network;
			if (line?.type === "request") {
				const request = `${line.method.value} ${line.target.value}`;
				open.ask(`${key(source)} ${key(destination)}`, request, packet.timestamp);
			}
			// `100 Continue` is not the answer yet.
			if (line?.type === "status" && line.code.value >= 200)
				open.answer(`${key(destination)} ${key(source)}`, printNumber(line.code), packet.timestamp);
		},
		end: () => open.end(),
	};
}

/** The requests of HTTP with their answers, in the order of the answers; last those that have none. */
export function httpExchanges(packets: Iterable<Packet>): Exchange[] {
	const found: Exchange[] = [];
	const reader = httpReader((exchange) => found.push(exchange));
	for (const packet of packets) reader.add(packet);
	reader.end();
	return found;
}

function isIp(network: Layers["network"]): network is Layers["network"] & { type: "ip" | "ip6" } {
	return network.type === "ip" || network.type === "ip6";
}

function key({ host, port }: Endpoint): string {
	return `${host.value}|${port?.number ?? port?.name ?? ""}`;
}
