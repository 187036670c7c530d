import { printNumber } from "@netfossil/core/grammar";
import type { Cut, InvalidIp, IpProtocol, NoNextHeader } from "../ast.ts";
import { fieldsOf } from "./codec.ts";

const CUT = /^(?:(IP6?) )?( )?\[\|([\w-]+)\]$/;

/** ` [|ip]`: of a header that the snapshot cuts off. */
export function readCut(text: string, start: number): Cut | undefined {
	if (!text.endsWith("]")) return undefined;
	const match = CUT.exec(text);
	if (match === null) return undefined;
	const [, word, blank, of = ""] = match;
	return {
		type: "cut",
		of,
		...(blank !== undefined && { blank: true as const }),
		...(word !== undefined && { word: word as "IP" | "IP6" }),
		start,
		end: start + text.length,
	};
}

export function printCut({ word, blank, of }: Cut): string {
	return `${word === undefined ? "" : `${word} `}${blank ? " " : ""}[|${of}]`;
}

const INVALID =
	/^(?:(IP\d*)(?=[ ,]))?( ?(?:bad-len \d+|bad-hlen \d+|truncated-ip6? \d+|version error: \d+ != \d+|unknown ip \d+|\(invalid\)|\[[^\]\r\n]*\] \(invalid\)|, wrong link-layer encapsulation(?: \(invalid\)|\[\|ip\])?|,? ?\[\|ip6?\]|)| {2}\[version \d+ != \d+\] \(invalid\))$/;

/** `IP bad-len 10`: of a header that none can be. */
export function readInvalidIp(text: string, start: number): InvalidIp | undefined {
	const match = INVALID.exec(text);
	if (match === null || match[2] === "") return undefined;
	const [, word, flaw = ""] = match;
	return { type: "invalid-ip", ...(word !== undefined && { word }), flaw, start, end: start + text.length };
}

/** Names of protocols, as a later fragment shows them. */
const NAMES =
	"udp|tcp|icmp|icmp6|ipv6-icmp|sctp|dccp|igmp|gre|esp|ah|ospf|pim|vrrp|l2tp|ipcomp|ipv6|rsvp|eigrp|ipencap|ipip|hopopt|igp|egp|udplite|isis|carp";
/** A protocol that tcpdump can't read has a blank before its name, and its length behind it. */
const PROTOCOL = new RegExp(
	`^( )?(?:ip-proto-(\\d+)(?: (\\d+))?|(${NAMES}|(?<=^ )[a-z][\\w-]*(?= \\d))(?: (\\d+))?)$`,
	"d",
);

export function readIpProtocol(text: string, start: number): IpProtocol | NoNextHeader | undefined {
	if (text === "no next header") return { type: "no-next-header", start, end: start + text.length };
	const f = fieldsOf(PROTOCOL, text, start);
	if (f === undefined) return undefined;
	const length = f.has(3) ? f.num(3) : f.has(5) ? f.num(5) : undefined;
	return {
		type: "ip-protocol",
		...(f.has(2) && { number: f.num(2) }),
		...(f.has(4) && { name: f.word(4) }),
		...(length && { length }),
		...(f.has(1) && { blank: true as const }),
		...f.whole,
	};
}

export function printIpProtocol({ number, name, length, blank }: IpProtocol): string {
	const what =
		name === undefined ? `ip-proto-${number === undefined ? "" : printNumber(number)}` : name.value;
	return `${blank ? " " : ""}${what}${length === undefined ? "" : ` ${printNumber(length)}`}`;
}
