/** Packets as bytes, and files of them for `tcpdump -r`: what the real tool prints can be held against what went in. */

export type Bytes = readonly number[];

const u16 = (value: number): Bytes => [(value >>> 8) & 255, value & 255];
const u32 = (value: number): Bytes => [...u16(value >>> 16), ...u16(value)];

/** The four or sixteen bytes of an address; of IPv6 in any form of RFC 4291 without a dotted quad. */
export function addressBytes(text: string): Bytes {
	if (!text.includes(":")) return text.split(".").map(Number);
	const [head = "", tail] = text.split("::");
	const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
	const first = groups(head);
	const last = tail === undefined ? [] : groups(tail);
	const zeros = Array<string>(8 - first.length - last.length).fill("0");
	return [...first, ...zeros, ...last].flatMap((group) => u16(Number.parseInt(group, 16)));
}

/** `02:42:0a:ff:00:03` */
export function macBytes(text: string): Bytes {
	return text.split(":").map((byte) => Number.parseInt(byte, 16));
}

/** The sum of RFC 1071. */
export function checksum(bytes: Bytes): number {
	let sum = 0;
	for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) + (bytes[at + 1] ?? 0);
	while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
	return ~sum & 0xffff;
}

/** The two addresses of a packet, both of one family. */
export interface Ends {
	readonly source: string;
	readonly destination: string;
}

/** The bytes of a transport, with the sum over them and the pseudo header at `at`. `flaw` is added to the sum. */
function summed(bytes: Bytes, at: number, { source, destination }: Ends, protocol: number, flaw = 0): Bytes {
	const pseudo = [
		...addressBytes(source),
		...addressBytes(destination),
		...u32(bytes.length),
		0,
		0,
		0,
		protocol,
	];
	return withSum(bytes, at, checksum([...pseudo, ...bytes]), flaw);
}

function withSum(bytes: Bytes, at: number, sum: number, flaw = 0): Bytes {
	return [...bytes.slice(0, at), ...u16(sum ^ flaw), ...bytes.slice(at + 2)];
}

export const Protocol = { icmp: 1, tcp: 6, udp: 17, icmp6: 58 } as const;
export const Ethertype = { ip: 0x0800, arp: 0x0806, vlan: 0x8100, qinq: 0x88a8, ip6: 0x86dd } as const;
/** Of the file: what a packet in it begins with. */
export const LinkType = { ethernet: 1, raw: 101, cooked: 113, cooked2: 276 } as const;

export interface TcpFields {
	readonly sport: number;
	readonly dport: number;
	readonly seq: number;
	readonly ack: number;
	/** The low eight bits: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64, CWR 128. */
	readonly flags: number;
	readonly window: number;
	readonly urgent?: number;
	/** Whole words of four bytes. */
	readonly options?: Bytes;
	/** What the sum differs by from the right one. */
	readonly flaw?: number;
}

export function tcp(fields: TcpFields, payload: Bytes, ends: Ends): Bytes {
	const { sport, dport, seq, ack, flags, window, urgent = 0, options = [], flaw } = fields;
	const head = [...u16(sport), ...u16(dport), ...u32(seq), ...u32(ack), (5 + options.length / 4) << 4, flags];
	const bytes = [...head, ...u16(window), 0, 0, ...u16(urgent), ...options, ...payload];
	return summed(bytes, 16, ends, Protocol.tcp, flaw);
}

/** The options of TCP, each as its bytes. */
export const tcpOption = {
	nop: (): Bytes => [1],
	mss: (size: number): Bytes => [2, 4, ...u16(size)],
	wscale: (shift: number): Bytes => [3, 3, shift],
	sackOK: (): Bytes => [4, 2],
	sack: (blocks: readonly { readonly left: number; readonly right: number }[]): Bytes => [
		5,
		2 + 8 * blocks.length,
		...blocks.flatMap(({ left, right }) => [...u32(left), ...u32(right)]),
	],
	timestamp: (value: number, echo: number): Bytes => [8, 10, ...u32(value), ...u32(echo)],
};

export interface UdpFields {
	readonly sport: number;
	readonly dport: number;
	/** `none`: no sum was made, which IPv4 allows; a number: what it differs by from the right one. */
	readonly flaw?: number | "none";
}

export function udp({ sport, dport, flaw }: UdpFields, payload: Bytes, ends: Ends): Bytes {
	const bytes = [...u16(sport), ...u16(dport), ...u16(8 + payload.length), 0, 0, ...payload];
	return flaw === "none" ? bytes : summed(bytes, 6, ends, Protocol.udp, flaw);
}

export function icmp(type: number, code: number, rest: number, payload: Bytes): Bytes {
	const bytes = [type, code, 0, 0, ...u32(rest), ...payload];
	return withSum(bytes, 2, checksum(bytes));
}

export function icmp6(type: number, code: number, rest: number, payload: Bytes, ends: Ends): Bytes {
	return summed([type, code, 0, 0, ...u32(rest), ...payload], 2, ends, Protocol.icmp6);
}

export interface Ip4Fields extends Ends {
	readonly protocol: number;
	readonly ttl?: number;
	readonly tos?: number;
	readonly id?: number;
	readonly df?: boolean;
	/** More fragments follow. */
	readonly mf?: boolean;
	/** Of a fragment, in bytes. */
	readonly offset?: number;
}

export function ip4(fields: Ip4Fields, payload: Bytes): Bytes {
	const { protocol, source, destination, ttl = 64, tos = 0, id = 0, df, mf, offset = 0 } = fields;
	const place = (df ? 0x4000 : 0) | (mf ? 0x2000 : 0) | (offset / 8);
	const head = [0x45, tos, ...u16(20 + payload.length), ...u16(id), ...u16(place), ttl, protocol, 0, 0];
	const ends = [...addressBytes(source), ...addressBytes(destination)];
	return [...withSum([...head, ...ends], 10, checksum([...head, ...ends])), ...payload];
}

export interface Ip6Fields extends Ends {
	readonly nextHeader: number;
	readonly hopLimit?: number;
	readonly trafficClass?: number;
	readonly flowLabel?: number;
}

export function ip6(fields: Ip6Fields, payload: Bytes): Bytes {
	const { nextHeader, source, destination, hopLimit = 64, trafficClass = 0, flowLabel = 0 } = fields;
	const first = u32(((6 << 28) | (trafficClass << 20) | flowLabel) >>> 0);
	const ends = [...addressBytes(source), ...addressBytes(destination)];
	return [...first, ...u16(payload.length), nextHeader, hopLimit, ...ends, ...payload];
}

export interface ArpFields {
	/** 1: request, 2: reply. */
	readonly operation: number;
	readonly senderMac: string;
	readonly sender: string;
	readonly targetMac: string;
	readonly target: string;
}

export function arp({ operation, senderMac, sender, targetMac, target }: ArpFields): Bytes {
	const head = [...u16(1), ...u16(Ethertype.ip), 6, 4, ...u16(operation)];
	const ends = [
		...macBytes(senderMac),
		...addressBytes(sender),
		...macBytes(targetMac),
		...addressBytes(target),
	];
	return [...head, ...ends];
}

export function vxlan(vni: number, frame: Bytes): Bytes {
	return [8, 0, 0, 0, ...u32(vni * 256), ...frame];
}

/** A name of DNS, `api.prod.`; the root is `.`. */
export function dnsName(name: string): Bytes {
	const labels = name.split(".").filter((label) => label !== "");
	return [...labels.flatMap((label) => [label.length, ...textBytes(label)]), 0];
}

export const DnsType = { A: 1, CNAME: 5, AAAA: 28 } as const;

export interface DnsFields {
	readonly id: number;
	/** The second word of the header: QR, opcode, flags, code. */
	readonly bits: number;
	readonly question: { readonly name: string; readonly type: keyof typeof DnsType };
	readonly answers?: readonly { readonly type: keyof typeof DnsType; readonly data: string }[];
}

export function dns({ id, bits, question, answers = [] }: DnsFields): Bytes {
	const head = [...u16(id), ...u16(bits), ...u16(1), ...u16(answers.length), 0, 0, 0, 0];
	const asked = [...dnsName(question.name), ...u16(DnsType[question.type]), ...u16(1)];
	const records = answers.flatMap(({ type, data }) => {
		const bytes = type === "CNAME" ? dnsName(data) : addressBytes(data);
		// The owner is a pointer to the question, right behind the header.
		return [0xc0, 12, ...u16(DnsType[type]), ...u16(1), ...u32(60), ...u16(bytes.length), ...bytes];
	});
	return [...head, ...asked, ...records];
}

/** Characters of ASCII. */
export function textBytes(text: string): Bytes {
	return Array.from(text, (character) => character.charCodeAt(0));
}

export interface EthernetFields {
	readonly source: string;
	readonly destination: string;
	readonly ethertype: number;
	readonly vlans?: readonly { readonly id: number; readonly pcp: number; readonly dei: number }[];
}

export function ethernet(
	{ source, destination, ethertype, vlans = [] }: EthernetFields,
	payload: Bytes,
): Bytes {
	const tags = vlans.flatMap(({ id, pcp, dei }, index) => [
		// The outer one of two is a provider's.
		...u16(index < vlans.length - 1 ? Ethertype.qinq : Ethertype.vlan),
		...u16((pcp << 13) | (dei << 12) | id),
	]);
	return [...macBytes(destination), ...macBytes(source), ...tags, ...u16(ethertype), ...payload];
}

export interface CookedFields {
	/** 0: for us, 1: broadcast, 2: multicast, 3: for someone else, 4: from us. */
	readonly pkttype: number;
	readonly source: string;
	readonly ethertype: number;
}

/** Linux cooked v1: what `-i any` gave up to 4.9. */
export function cooked({ pkttype, source, ethertype }: CookedFields, payload: Bytes): Bytes {
	return [...u16(pkttype), ...u16(1), ...u16(6), ...macBytes(source), 0, 0, ...u16(ethertype), ...payload];
}

/** Linux cooked v2. */
export function cooked2(
	{ pkttype, source, ethertype, index }: CookedFields & { readonly index: number },
	payload: Bytes,
): Bytes {
	const head = [...u16(ethertype), 0, 0, ...u32(index), ...u16(1), pkttype, 6];
	return [...head, ...macBytes(source), 0, 0, ...payload];
}

export interface CapturedPacket {
	readonly seconds: number;
	readonly nanoseconds: number;
	readonly bytes: Bytes;
	/** On the wire, where fewer bytes were kept. */
	readonly length?: number;
}

/** A file of packets with times to the nanosecond. */
export function pcap(packets: Iterable<CapturedPacket>, linkType: number): Uint8Array {
	const parts: Uint8Array[] = [];
	const put = (words: readonly number[], bytes: Bytes): void => {
		const record = new Uint8Array(words.length * 4 + bytes.length);
		const view = new DataView(record.buffer);
		words.forEach((word, index) => {
			view.setUint32(index * 4, word, true);
		});
		record.set(bytes, words.length * 4);
		parts.push(record);
	};
	// Magic number, version 2.4, no zone, the snapshot length, the link type.
	put([0xa1b23c4d, 0x0004_0002, 0, 0, 262_144, linkType], []);
	for (const { seconds, nanoseconds, bytes, length = bytes.length } of packets) {
		put([seconds, nanoseconds, bytes.length, length], bytes);
	}
	const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		file.set(part, at);
		at += part.length;
	}
	return file;
}
