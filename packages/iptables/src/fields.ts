import { type Draft, type Num, normalIp, printAddress, readPrefix } from "@netfossil/core";
import { printNumber, readNumber } from "@netfossil/core/grammar";
import type { Address, Counter, Counters, Interface, Protocol } from "./ast.ts";

const UNITS = ["K", "M", "G", "T"] as const;

/** `2484`, `24K`; undefined when the text is no counter. */
export function readCounter(printed: string, start: number): Counter | undefined {
	const end = start + printed.length;
	if (isDigits(printed)) return readNumber(printed, start, end);
	const parts = /^(\d+)([KMGT])$/.exec(printed);
	if (parts === null) return undefined;
	const digits = Number(parts[1]);
	const power = UNITS.indexOf(parts[2] as (typeof UNITS)[number]);
	// The tool rounds once for each power of 1000: n = (n + 500) / 1000.
	let min = digits;
	let max = digits;
	for (let step = power; step >= 0; step--) {
		// Each unit begins where the one below would need five digits; up to 99,999 there is none.
		min = Math.max(min * 1000 - 500, step === 0 ? 100_000 : 10_000);
		max = max * 1000 + 499;
	}
	const value = digits * 1000 ** (power + 1);
	const unit = UNITS[power]!;
	return { value, text: printed, unit, min, max, start, end };
}

/** `[39:2484]`; undefined when the text is no pair of counters. */
export function readCounted(printed: string, start: number): Counters | undefined {
	const colon = printed.indexOf(":");
	const last = printed.length - 1;
	if (colon === -1 || printed[0] !== "[" || printed[last] !== "]") return undefined;
	const [first, second] = [printed.slice(1, colon), printed.slice(colon + 1, last)];
	if (!isDigits(first) || !isDigits(second)) return undefined;
	const end = start + printed.length;
	return {
		packets: readNumber(first, start + 1, start + colon),
		bytes: readNumber(second, start + colon + 1, end - 1),
		start,
		end,
	};
}

/** Nearly all counters and protocol numbers are; an expression takes longer. */
function isDigits(text: string): boolean {
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code < 48 || code > 57) return false;
	}
	return text !== "";
}

export const printCounter: (counter: Num) => string = printNumber;

const ANY: ReadonlySet<string> = new Set(["0.0.0.0/0", "::/0", "anywhere", "0.0.0.0/0.0.0.0"]);

/** An address column or option value; undefined when it is none that iptables prints. */
export function readAddress(printed: string, start: number): Address | undefined {
	const isNegated = printed.charCodeAt(0) === 33;
	const text = isNegated ? printed.slice(1) : printed;
	const end = start + printed.length;
	const address = plainAddress(text, start, end);
	if (address !== undefined && !isNegated) return address;
	const negated = isNegated && { negated: true as const };
	const span = { start, end };
	if (address !== undefined) return { ...address, ...negated, ...span };
	const slash = text.indexOf("/");
	const base = slash === -1 ? undefined : normalIp(text.slice(0, slash));
	const mask = slash === -1 ? undefined : text.slice(slash + 1);
	if (base !== undefined && mask !== undefined && normalIp(mask)?.family === base.family) {
		const { family } = base;
		const length = family === 4 ? maskLength(mask) : undefined;
		if (length !== undefined)
			return { type: "prefix", family, address: base.value, length, text, ...negated, ...span };
		return { type: "masked", family, address: text.slice(0, slash), mask, ...negated, ...span };
	}
	if (!/^[A-Za-z0-9_*][\w.*-]*(?:\/[\d.]+)?$/.test(text)) return undefined;
	const value = slash === -1 ? text : text.slice(0, slash);
	return { type: "name", value, ...(mask !== undefined && { mask }), ...negated, ...span };
}

/** The forms that nearly all addresses have. */
function plainAddress(text: string, start: number, end: number): Address | undefined {
	if (ANY.has(text)) return { type: "any", text, start, end };
	const prefix = readPrefix(text, start);
	if (prefix !== undefined) return prefix;
	const ip = normalIp(text);
	if (ip === undefined) return undefined;
	const { family, value: address } = ip;
	return { type: "prefix", family, address, length: family === 4 ? 32 : 128, text, start, end };
}

/** The prefix length of a dotted mask, if it is one. */
function maskLength(mask: string): number | undefined {
	const bits = mask
		.split(".")
		.map((byte) => Number(byte).toString(2).padStart(8, "0"))
		.join("");
	return /^1*0*$/.test(bits) ? bits.lastIndexOf("1") + 1 : undefined;
}

/** Without the negation. */
export function printAddressColumn(address: Address): string {
	switch (address.type) {
		case "any":
			return address.text;
		case "prefix":
			return printAddress(address);
		case "masked":
			return `${address.address}/${address.mask}`;
		case "name":
			return address.mask === undefined ? address.value : `${address.value}/${address.mask}`;
	}
}

/** An interface column or option value; `any` is how lists write none. */
export function readInterface(printed: string, start: number, listed: boolean): Interface {
	const isNegated = printed.charCodeAt(0) === 33;
	const text = isNegated ? printed.slice(1) : printed;
	const any = listed ? text === "*" || text === "any" : text === "+";
	const node = (any ? { type: "any", text } : { type: "interface", name: text }) as Draft<Interface>;
	if (node.type === "interface" && text.endsWith("+")) node.wildcard = true;
	if (isNegated) node.negated = true;
	node.start = start;
	node.end = start + printed.length;
	return node;
}

/** Without the negation. */
export function printInterface(node: Interface): string {
	return node.type === "any" ? node.text : node.name;
}

/** Numbers of the protocols that iptables knows by name, and of those that Debian's /etc/protocols adds. */
const PROTOCOLS: ReadonlyMap<string, number> = new Map(
	Object.entries({
		all: 0,
		ip: 0,
		hopopt: 0,
		icmp: 1,
		igmp: 2,
		ipencap: 4,
		ipip: 4,
		tcp: 6,
		egp: 8,
		udp: 17,
		dccp: 33,
		ipv6: 41,
		"ipv6-route": 43,
		"ipv6-frag": 44,
		rsvp: 46,
		gre: 47,
		esp: 50,
		"ipv6-crypt": 50,
		ah: 51,
		"ipv6-auth": 51,
		icmpv6: 58,
		"ipv6-icmp": 58,
		"ipv6-nonxt": 59,
		"ipv6-opts": 60,
		eigrp: 88,
		ospf: 89,
		ospfigp: 89,
		pim: 103,
		ipcomp: 108,
		vrrp: 112,
		l2tp: 115,
		sctp: 132,
		mh: 135,
		"mobility-header": 135,
		"ipv6-mh": 135,
		udplite: 136,
	}),
);

/** `tcp`, `6`, `!udp` */
export function readProtocol(printed: string, start: number): Protocol {
	const isNegated = printed.charCodeAt(0) === 33;
	const text = isNegated ? printed.slice(1) : printed;
	const node = { type: "protocol" } as Draft<Protocol>;
	if (text.length <= 3 && isDigits(text)) node.number = Number(text);
	else {
		const number = PROTOCOLS.get(text);
		if (number !== undefined) node.number = number;
		node.name = text;
	}
	if (isNegated) node.negated = true;
	node.start = start;
	node.end = start + printed.length;
	return node;
}

/** Whether a protocol is certainly one: iptables or Debian's /etc/protocols know the name, or it is a number. */
export function isKnownProtocol(node: Protocol): boolean {
	return node.number !== undefined && node.number < 256;
}

/** Without the negation. */
export function printProtocol(node: Protocol): string {
	return node.name ?? String(node.number);
}
