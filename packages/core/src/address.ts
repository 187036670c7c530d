import ipaddr from "ipaddr.js";
import type { Span } from "./span.ts";

/** An IPv4 or IPv6 address. */
export interface IpAddress extends Span {
	readonly type: "ip";
	readonly family: 4 | 6;
	/** Normalised: dotted quad, or RFC 5952 (`2001:db8::1`). */
	readonly value: string;
	/** As printed, where that differs. */
	readonly text?: string;
}

/** An address with a prefix length, for example `172.18.0.2/16`; host bits are kept. */
export interface IpPrefix extends Span {
	readonly type: "prefix";
	readonly family: 4 | 6;
	/** Normalised, as in {@link IpAddress}. */
	readonly address: string;
	/** Bits: 0–32 or 0–128. */
	readonly length: number;
	/** As printed, where that is not `address/length`. */
	readonly text?: string;
}

/** A link-layer address of six bytes. */
export interface MacAddress extends Span {
	readonly type: "mac";
	/** Lower case, colons: `02:42:0a:ff:00:02`. */
	readonly value: string;
	/** As printed, where that differs. */
	readonly text?: string;
}

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** Family and normal form of an address text, or undefined when it is none. Zone ids (`%eth0`) are none. */
export function normalIp(text: string): { readonly family: 4 | 6; readonly value: string } | undefined {
	if (isV4(text)) return { family: 4, value: text };
	const value = text.includes(":") ? normalV6(text) : undefined;
	return value === undefined ? undefined : { family: 6, value };
}

/*
 * Addresses are the most frequent thing in every dump. The two readers below go through the characters by
 * code, because an expression takes four times as long, and because ipaddr.js throws and catches an error
 * for each text that is no address.
 */

/** Whether a text is a dotted quad as every tool prints it: four numbers up to 255 without leading zeros. */
function isV4(text: string): boolean {
	let dots = 0;
	let digits = 0;
	let byte = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === 46) {
			if (digits === 0) return false;
			dots++;
			digits = 0;
			byte = 0;
		} else if (code >= 48 && code <= 57) {
			if (digits > 0 && byte === 0) return false;
			byte = byte * 10 + code - 48;
			if (byte > 255) return false;
			digits++;
		} else return false;
	}
	return dots === 3 && digits > 0;
}

/** RFC 5952 form of an IPv6 address, or undefined when the text is none. */
function normalV6(text: string): string | undefined {
	// `::ffff:10.0.0.1`, `::12.165.0.20`: the library takes the second for the first.
	if (text.includes(".")) {
		const at = text.lastIndexOf(":") + 1;
		const quad = text.slice(at);
		if (!isV4(quad)) return undefined;
		const [a = 0, b = 0, c = 0, d = 0] = quad.split(".").map(Number);
		return normalV6(`${text.slice(0, at)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`);
	}
	const groups: number[] = [];
	/** How many groups stand before the `::`. */
	let gap = -1;
	let group = 0;
	let digits = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === 58) {
			if (digits > 0) groups.push(group);
			else if (at > 0 || text.charCodeAt(1) !== 58) return undefined;
			group = 0;
			digits = 0;
			if (text.charCodeAt(at + 1) === 58) {
				if (gap !== -1) return undefined;
				gap = groups.length;
				at++;
			} else if (at === text.length - 1) return undefined;
			continue;
		}
		const digit = hexDigit(code);
		if (digit === -1 || ++digits > 4) return undefined;
		group = group * 16 + digit;
	}
	if (digits > 0) groups.push(group);
	if (gap === -1 ? groups.length !== 8 : groups.length > 7) return undefined;
	if (gap !== -1) groups.splice(gap, 0, ...ZEROS.slice(groups.length));
	return printV6(groups);
}

const ZEROS = [0, 0, 0, 0, 0, 0, 0, 0];

/** The value of a hexadecimal digit, or -1. */
function hexDigit(code: number): number {
	if (code >= 48 && code <= 57) return code - 48;
	const lower = code | 32;
	return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** RFC 5952: the longest run of at least two zero groups, the first of equal ones, is `::`. */
function printV6(groups: readonly number[]): string {
	let from = -1;
	let length = 1;
	for (let at = 0; at < 8; at++) {
		const start = at;
		while (groups[at] === 0) at++;
		if (at - start > length) {
			from = start;
			length = at - start;
		}
	}
	// As every tool prints a mapped address.
	if (from === 0 && length === 5 && groups[5] === 0xffff) {
		const [high, low] = [groups[6]!, groups[7]!];
		return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
	}
	let out = "";
	for (let at = 0; at < 8; at++) {
		if (at === from) {
			out += "::";
			at += length - 1;
		} else {
			if (at > 0 && at !== from + length) out += ":";
			out += groups[at]!.toString(16);
		}
	}
	return out;
}

/** RFC 5952, with its section 5: as every tool prints them, `::ffff:10.0.0.1` keeps the dotted quad. */
function textOfV6(address: ipaddr.IPv6): string {
	return address.isIPv4MappedAddress()
		? `::ffff:${address.toIPv4Address().toString()}`
		: address.toRFC5952String();
}

/** Reads an address that starts at `start`; undefined when the text is none. */
export function readIp(text: string, start: number): IpAddress | undefined {
	const normal = normalIp(text);
	if (normal === undefined) return undefined;
	const { family, value } = normal;
	const end = start + text.length;
	return value === text
		? { type: "ip", family, value, start, end }
		: { type: "ip", family, value, text, start, end };
}

/** Reads `address/length`; an address alone is none. */
export function readPrefix(text: string, start: number): IpPrefix | undefined {
	const slash = text.indexOf("/");
	if (slash === -1) return undefined;
	const written = text.slice(0, slash);
	const normal = normalIp(written);
	const digits = text.slice(slash + 1);
	if (normal === undefined || !/^\d{1,3}$/.test(digits)) return undefined;
	const length = Number(digits);
	const { family, value: address } = normal;
	if (length > (family === 4 ? 32 : 128)) return undefined;
	const end = start + text.length;
	return address === written && String(length) === digits
		? { type: "prefix", family, address, length, start, end }
		: { type: "prefix", family, address, length, text, start, end };
}

/** Reads a six-byte link-layer address. */
export function readMac(text: string, start: number): MacAddress | undefined {
	if (!MAC.test(text)) return undefined;
	const value = text.toLowerCase();
	const end = start + text.length;
	return value === text ? { type: "mac", value, start, end } : { type: "mac", value, text, start, end };
}

/** An address, prefix or MAC as it was printed. */
export function printAddress(node: IpAddress | IpPrefix | MacAddress): string {
	if (node.text !== undefined) return node.text;
	return node.type === "prefix" ? `${node.address}/${node.length}` : node.value;
}

/** The network of a prefix: `10.255.0.2/16` → `10.255.0.0/16`. */
export function networkOf(address: string, length: number): string {
	const parsed = ipaddr.parse(address);
	const bytes = parsed.toByteArray();
	for (let index = 0; index < bytes.length; index++) {
		const keep = Math.max(0, Math.min(8, length - index * 8));
		bytes[index] = bytes[index]! & (0xff << (8 - keep)) & 0xff;
	}
	const network = ipaddr.fromByteArray(bytes);
	return `${network.kind() === "ipv6" ? textOfV6(network as ipaddr.IPv6) : network.toString()}/${length}`;
}

/** Whether `network` (`10.0.0.0/24`) holds `address`; false across families and for texts that are none. */
export function networkHolds(network: string, address: string): boolean {
	const base = readPrefix(network, 0);
	const member = normalIp(address);
	if (base === undefined || member === undefined || base.family !== member.family) return false;
	return ipaddr.parse(member.value).match(ipaddr.parse(base.address), base.length);
}
