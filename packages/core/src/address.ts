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

const CANONICAL_V4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.|$)){4}$/;
const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** Family and normal form of an address text, or undefined when it is none. Zone ids (`%eth0`) are none. */
export function normalIp(text: string): { readonly family: 4 | 6; readonly value: string } | undefined {
	if (CANONICAL_V4.test(text) && !text.endsWith(".")) return { family: 4, value: text };
	if (!text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
	return { family: 6, value: textOfV6(ipaddr.IPv6.parse(text)) };
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
	const printed = normal.value === text ? {} : { text };
	return { type: "ip", ...normal, ...printed, start, end: start + text.length };
}

/** Reads `address/length`; an address alone is none. */
export function readPrefix(text: string, start: number): IpPrefix | undefined {
	const slash = text.indexOf("/");
	if (slash === -1) return undefined;
	const normal = normalIp(text.slice(0, slash));
	const digits = text.slice(slash + 1);
	if (normal === undefined || !/^\d{1,3}$/.test(digits)) return undefined;
	const length = Number(digits);
	if (length > (normal.family === 4 ? 32 : 128)) return undefined;
	const printed = `${normal.value}/${length}` === text ? {} : { text };
	const { family, value: address } = normal;
	return { type: "prefix", family, address, length, ...printed, start, end: start + text.length };
}

/** Reads a six-byte link-layer address. */
export function readMac(text: string, start: number): MacAddress | undefined {
	if (!MAC.test(text)) return undefined;
	const value = text.toLowerCase();
	const printed = value === text ? {} : { text };
	return { type: "mac", value, ...printed, start, end: start + text.length };
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
