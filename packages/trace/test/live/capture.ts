/*
 * What a capture on all interfaces of a namespace sees (`tcpdump -i any -y LINUX_SLL2 -w -`), read from its bytes: the judge of
 * the trace shares no code with what it judges.
 */

/** A packet at an interface. */
export interface Sighting {
	/** Nanoseconds since 1970. */
	readonly time: bigint;
	readonly ifindex: number;
	readonly dir: "in" | "out";
	/** The frame was for another link address. */
	readonly foreign: boolean;
	readonly packet: Seen;
}

export interface Seen {
	readonly family: 4 | 6;
	readonly protocol: number;
	readonly src: string;
	readonly dst: string;
	readonly sport?: number;
	readonly dport?: number;
	/** Of TCP, as the byte has them. */
	readonly flags?: number;
	/** Of UDP: what it carries. */
	readonly size?: number;
	readonly icmp?: { readonly type: number; readonly code: number };
	/** Of an ICMP error. */
	readonly quoted?: Seen;
	readonly vxlan?: { readonly vni: number; readonly inner: Seen };
}

const VXLAN = 4789;
export const RST = 4;
export const SYN = 2;
export const ACK = 16;

/** Reads the capture as it comes. */
export class Captured {
	readonly sightings: Sighting[] = [];
	#rest = Buffer.alloc(0);
	#begun = false;

	push(data: Buffer): void {
		this.#rest = Buffer.concat([this.#rest, data]);
		if (!this.#begun) {
			if (this.#rest.length < 24) return;
			this.#begun = true;
			this.#rest = this.#rest.subarray(24);
		}
		while (this.#rest.length >= 16) {
			const length = this.#rest.readUInt32LE(8);
			if (this.#rest.length < 16 + length) return;
			const time = BigInt(this.#rest.readUInt32LE(0)) * 1_000_000_000n + BigInt(this.#rest.readUInt32LE(4));
			this.#read(time, this.#rest.subarray(16, 16 + length));
			this.#rest = this.#rest.subarray(16 + length);
		}
	}

	get begun(): boolean {
		return this.#begun;
	}

	/** The header of LINUX_SLL2: protocol, interface, and whether it goes out (4) or is for another (3). */
	#read(time: bigint, bytes: Buffer): void {
		const type = bytes.readUInt8(10);
		const packet = readPacket(bytes.readUInt16BE(0), bytes.subarray(20));
		if (packet !== undefined)
			this.sightings.push({
				time,
				ifindex: bytes.readUInt32BE(4),
				dir: type === 4 ? "out" : "in",
				foreign: type === 3,
				packet,
			});
	}
}

function readPacket(type: number, bytes: Buffer): Seen | undefined {
	if (type === 0x0800 && bytes.length >= 20) {
		const head = (bytes.readUInt8(0) & 15) * 4;
		const src = [...bytes.subarray(12, 16)].join(".");
		const dst = [...bytes.subarray(16, 20)].join(".");
		return above({ family: 4, protocol: bytes.readUInt8(9), src, dst }, bytes.subarray(head));
	}
	if (type === 0x86dd && bytes.length >= 40) {
		const src = textOf6(bytes.subarray(8, 24));
		const dst = textOf6(bytes.subarray(24, 40));
		return above({ family: 6, protocol: bytes.readUInt8(6), src, dst }, bytes.subarray(40));
	}
	return undefined;
}

function above(head: Pick<Seen, "family" | "protocol" | "src" | "dst">, bytes: Buffer): Seen {
	if (bytes.length < 8) return head;
	switch (head.protocol) {
		case 6:
			return {
				...head,
				sport: bytes.readUInt16BE(0),
				dport: bytes.readUInt16BE(2),
				...(bytes.length > 13 && { flags: bytes.readUInt8(13) }),
			};
		case 17: {
			const dport = bytes.readUInt16BE(2);
			const inner =
				dport === VXLAN && bytes.length > 30
					? readPacket(bytes.readUInt16BE(28), bytes.subarray(30))
					: undefined;
			return {
				...head,
				sport: bytes.readUInt16BE(0),
				dport,
				size: bytes.readUInt16BE(4) - 8,
				...(inner && { vxlan: { vni: bytes.readUIntBE(12, 3), inner } }),
			};
		}
		case 1:
		case 58: {
			const icmp = { type: bytes.readUInt8(0), code: bytes.readUInt8(1) };
			const isError = head.protocol === 1 ? [3, 4, 5, 11, 12].includes(icmp.type) : icmp.type < 128;
			const quoted = isError
				? readPacket(head.protocol === 1 ? 0x0800 : 0x86dd, bytes.subarray(8))
				: undefined;
			return { ...head, icmp, ...(quoted && { quoted }) };
		}
		default:
			return head;
	}
}

/** The text of an IPv6 address as RFC 5952 has it: the longest run of zeros is left out. */
export function textOf6(bytes: Buffer): string {
	const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
	const text = groups.join(":");
	let best: { readonly at: number; readonly run: string } = { at: 0, run: "" };
	for (const match of text.matchAll(/(?<![0-9a-f])0(?::0)+(?![0-9a-f])/g))
		if (match[0].length > best.run.length) best = { at: match.index, run: match[0] };
	if (best.run === "") return text;
	return `${text.slice(0, best.at)}::${text.slice(best.at + best.run.length)}`.replace(/:{3,4}/, "::");
}
