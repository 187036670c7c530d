import { normalIp } from "@netfossil/core";

export type Family = 4 | 6;

/** An address as a number. */
export interface Bits {
	readonly family: Family;
	readonly value: bigint;
}

/** A network: the addresses that are alike in the first `length` bits. */
export interface Prefix extends Bits {
	readonly length: number;
}

const WIDTH: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };

/** The same few addresses are asked for at each step of a walk. */
const known = new Map<string, Bits | undefined>();

/** An address as a number; undefined for a text that is none. */
export function bitsOf(text: string): Bits | undefined {
	if (known.has(text)) return known.get(text);
	const bits = readBits(text);
	if (known.size > 100_000) known.clear();
	known.set(text, bits);
	return bits;
}

function readBits(text: string): Bits | undefined {
	const ip = normalIp(text);
	if (ip === undefined) return undefined;
	return { family: ip.family, value: ip.family === 4 ? quad(ip.value) : groups(ip.value) };
}

const quad = (text: string): bigint =>
	BigInt(text.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0));

/** From the form of RFC 5952, `2001:db8::1`, `::ffff:10.0.0.1`. */
function groups(text: string): bigint {
	const [head = "", tail] = text.split("::");
	const before = words(head);
	const after = words(tail ?? "");
	const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
	const all = [...before, ...new Array<bigint>(Math.max(0, zeros)).fill(0n), ...after];
	return all.reduce((sum, each) => (sum << 16n) | each, 0n);
}

function words(text: string): bigint[] {
	if (text === "") return [];
	return text.split(":").flatMap((word) => {
		if (!word.includes(".")) return [BigInt(`0x${word}`)];
		return [quad(word) >> 16n, quad(word) & 0xffffn];
	});
}

/** The text of an address. */
export function textOf({ family, value }: Bits): string {
	if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
	const hex = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
	return normalIp(hex.join(":"))?.value ?? hex.join(":");
}

/** The network that an address with a length lies in. */
export function prefixOf(address: string, length: number): Prefix | undefined {
	const bits = bitsOf(address);
	if (bits === undefined || length > WIDTH[bits.family]) return undefined;
	const rest = BigInt(WIDTH[bits.family] - length);
	return { family: bits.family, value: (bits.value >> rest) << rest, length };
}

/** The whole address space of a family. */
export const anyOf = (family: Family): Prefix => ({ family, value: 0n, length: 0 });

/** The first bits of an address. */
export const networkBits = ({ family, value }: Bits, length: number): bigint =>
	value >> BigInt(WIDTH[family] - length);

/** Whether an address lies in a network. */
export function holds(prefix: Prefix, bits: Bits): boolean {
	return (
		prefix.family === bits.family && networkBits(prefix, prefix.length) === networkBits(bits, prefix.length)
	);
}

/** `10.0.0.0/24` */
export const prefixText = (prefix: Prefix): string => `${textOf(prefix)}/${prefix.length}`;

/** The length of a whole address. */
export const hostLength = (family: Family): number => WIDTH[family];

/** The last address of a network, which IPv4 takes for its broadcast address. */
export function broadcastOf({ family, value, length }: Prefix): Bits {
	const rest = BigInt(WIDTH[family] - length);
	return { family, value: value | ((1n << rest) - 1n) };
}

export const familyOf = (address: string): Family => (address.includes(":") ? 6 : 4);

const LOOPBACK = { 4: prefixOf("127.0.0.0", 8)!, 6: prefixOf("::1", 128)! };
const MULTICAST = { 4: prefixOf("224.0.0.0", 4)!, 6: prefixOf("ff00::", 8)! };
const LINK_LOCAL = { 4: prefixOf("169.254.0.0", 16)!, 6: prefixOf("fe80::", 10)! };
const V4_BROADCAST = 0xffffffffn;

export const isLoopback = (bits: Bits): boolean => holds(LOOPBACK[bits.family], bits);
export const isMulticast = (bits: Bits): boolean => holds(MULTICAST[bits.family], bits);
export const isLinkLocal = (bits: Bits): boolean => holds(LINK_LOCAL[bits.family], bits);
export const isZero = (bits: Bits): boolean => bits.value === 0n;
export const isLimitedBroadcast = (bits: Bits): boolean => bits.family === 4 && bits.value === V4_BROADCAST;

/** How many of the first bits two addresses share. */
export function commonBits(one: Bits, other: Bits): number {
	let differing = one.value ^ other.value;
	let length = WIDTH[one.family];
	while (differing > 0n) {
		differing >>= 1n;
		length--;
	}
	return length;
}
