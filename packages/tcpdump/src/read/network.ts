import { type Draft, readIp, readPort } from "@netfossil/core";
import type { Arp, Endpoint, Ip6Header, IpHeader, Layers, Ports, Transport } from "../ast.ts";
import { readArp, readOldArp } from "../codecs/arp.ts";
import { fieldsOf, readExactly } from "../codecs/codec.ts";
import { readIpOptions } from "../codecs/extensions.ts";
import { readCut, readInvalidIp } from "../codecs/flaws.ts";
import { readHead } from "../codecs/heads.ts";
import { badChecksumOf } from "../codecs/icmp.ts";
import { printLldp, printStp, readLldp, readStp } from "../codecs/stp.ts";
import { type Fields, readHost } from "./fields.ts";
import { type Before, mayBeArp } from "./link.ts";

/** Text of protocols over IP that have no ports. */
const PORTLESS = /^(?:igmp|AH\(|pfsync|mobility: | aodv )/;

/** Of these the header is cut, of all others what is over UDP. */
const PORTLESS_CUT =
	/^(?:ip6?|icmp6?|igmp|esp|ah|ipcomp|gre|mobile|mobility|ospf[23]?|pim|vrrp|carp|rsvp|eigrp|igrp|pgm|sctp|dccp|hbhopt|dstopt|frag|rt6|pfsync|mpls|llc|ether)$/;

/** The ends of a packet. */
export interface Ends {
	readonly source: Endpoint;
	readonly destination: Endpoint;
}

/** An end of a packet whose text alone tells whether a port stands in it. */
interface CertainEnd {
	readonly ported: boolean;
	readonly end: Endpoint;
}

/** Splits an end where an address stands in it; undefined where a name does, which may hold dots. */
function readCertain(text: string, start: number): CertainEnd | undefined {
	const end = start + text.length;
	const whole = readIp(text, start);
	if (whole !== undefined) return { ported: false, end: { host: whole, start, end } };
	const dot = text.lastIndexOf(".");
	const host = readIp(text.slice(0, dot), start);
	if (host === undefined) return undefined;
	return { ported: true, end: splitEnd(text, start, host, dot) };
}

/** An end with a name: the last dot begins a port when the protocol that follows has ports. */
function readNamedEnd(text: string, start: number, ported: boolean): Endpoint {
	const dot = text.lastIndexOf(".");
	if (!ported) return { host: readHost(text, start), start, end: start + text.length };
	return splitEnd(text, start, readHost(text.slice(0, dot), start), dot);
}

function splitEnd(text: string, start: number, host: Endpoint["host"], dot: number): Endpoint {
	const end = start + text.length;
	if (dot <= 0 || dot === text.length - 1) return { host: readHost(text, start), start, end };
	return { host, port: readPort(text.slice(dot + 1), start + dot + 1), start, end };
}

/** The two ends, each with its port where one stands there. `bare`: ports stand behind an extension header. */
export function endsOf(f: Fields, transport: Transport | undefined, bare: boolean): Ends {
	const source = f.text(1)!;
	const destination = f.text(2)!;
	const from = f.span(1).start;
	const to = f.span(2).start;
	const first = readCertain(source, from);
	const second = readCertain(destination, to);
	// `host.name > other.name: ICMP` has no ports.
	const ported =
		first?.ported ??
		second?.ported ??
		(!bare &&
			((transport?.type === "tcp" && transport.flaw !== "[|tcp]") ||
				(transport?.type === "udp" && transport.truncated === undefined) ||
				// Without a chunk it may be a fragment, which has no ports.
				(transport?.type === "sctp" && transport.chunks !== undefined) ||
				(transport?.type === "cut" && !PORTLESS_CUT.test(transport.of)) ||
				(transport?.type === "text" && !PORTLESS.test(transport.text))));
	return {
		source: first?.end ?? readNamedEnd(source, from, ported),
		destination: second?.end ?? readNamedEnd(destination, to, ported),
	};
}

/** `gap`: what stands between the header and the ends. */
export function ipHeaderOf(f: Fields, gap: string): IpHeader {
	const between =
		gap === " "
			? { sameLine: true as const }
			: {
					...(gap.endsWith("\n    ") ? {} : { indent: gap.replace(/^\r?\n/, "") }),
					...(gap.startsWith("\r") && { eol: "\r\n" as const }),
				};
	return {
		tos: f.num(1),
		...(f.has(2) && { ecn: f.text(2)! }),
		...(f.has(3) && { ttl: f.num(3) }),
		id: f.num(4),
		offset: f.num(5),
		flags: f.text(6)!,
		protocol: { name: f.text(7)!, number: Number(f.text(8)) },
		length: f.num(9),
		...(f.text(10) !== "" && remarksOf(f.text(10)!, f.span(10).start)),
		...between,
		...f.whole,
	};
}

type Remarks = Pick<IpHeader, "presumed" | "options" | "badChecksum" | "remarks">;
const REMARKS =
	/^( \[was \d+, presumed [^\]]+\])?(?:, options \((.*?)\)(?=$|, bad cksum ))?(?:, bad cksum ([0-9a-f]+) \(->([0-9a-f]+)\)!)?$/d;

/** What stands behind the length of a header. */
function remarksOf(text: string, start: number): Remarks {
	const f = fieldsOf(REMARKS, text, start);
	if (f === undefined) return { remarks: text };
	const remarks: Draft<Remarks> = {};
	if (f.has(1)) remarks.presumed = f.text(1)!;
	if (f.has(2)) remarks.options = readIpOptions(f.text(2)!);
	if (f.has(3)) remarks.badChecksum = badChecksumOf(f, 3);
	return remarks;
}

export function portsOf(f: Fields): Ports {
	return { source: f.port(1), destination: f.port(2), ...f.whole };
}

export function ip6HeaderOf(f: Fields): Ip6Header {
	const { start, end } = f.whole;
	return {
		...(f.has(1) && { class: f.num(1) }),
		...(f.has(2) && { flowLabel: f.num(2) }),
		hopLimit: f.num(3),
		nextHeader: { name: f.text(4)!, number: Number(f.text(5)) },
		payloadLength: f.num(7),
		...(f.has(6) && { punctuation: "5.0" as const }),
		start,
		end: end - 1,
	};
}

/** What stands there of a network layer that has no token of its own. */
export function otherNetwork(text: string, start: number, before: Before): Layers["network"] {
	return (
		readCut(text, start) ??
		readInvalidIp(text, start) ??
		readNamed(text, start) ??
		otherArp(text, start, before) ?? { type: "text", text, start, end: start + text.length }
	);
}

/** ARP where a header says so, or, where none says anything, where the text does. */
function otherArp(text: string, start: number, before: Before): Arp | undefined {
	if (!mayBeArp(before)) return undefined;
	const arp = readArp(text, start);
	return arp.operation === "other" && before.protocol === undefined ? undefined : arp;
}

/** A protocol that the first word tells. */
function readNamed(text: string, start: number): Layers["network"] | undefined {
	switch (/^[A-Za-z]+/.exec(text)?.[0]) {
		case "STP":
			return readExactly({ read: readStp, print: printStp }, text, start);
		case "LLDP":
			return readExactly({ read: readLldp, print: printLldp }, text, start);
		case "arp":
		case "rarp":
		case "invarp":
		case "truncated":
			return readOldArp(text, start);
		default:
			return readHead(text, start);
	}
}

export function requestOf(f: Fields): Arp {
	const targetMac = f.has(2) ? { targetMac: f.station(2) } : {};
	return {
		type: "arp",
		operation: "request",
		target: f.host(1),
		...targetMac,
		sender: f.host(4),
		...f.whole,
	};
}

export function replyOf(f: Fields): Arp {
	return { type: "arp", operation: "reply", sender: f.host(1), senderMac: f.station(2), ...f.whole };
}
