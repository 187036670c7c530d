import { readIp, readPort } from "@netfossil/core";
import type { Arp, Endpoint, Ip6Header, IpHeader, Transport } from "../ast.ts";
import * as t from "../tokens.ts";
import { Fields, readHost } from "./fields.ts";

/** Text of protocols over IP that have no ports, and of fragments and flaws, which show none. */
const PORTLESS =
	/^(?:igmp |ESP\(|AH\(|GREv|ip-proto-|OSPFv|VRRPv|PIMv|EIGRP|CARP|RSVPv|pfsync|frag \(|DSTOPT |RT6 |no next header|(?:udp|tcp|icmp|sctp|icmp6|gre|esp|ah|ospf|igmp|pim|vrrp|l2tp|ipcomp)$| *\[\|(?:tcp|udp|icmp|icmp6|sctp)\]$| ip-proto-)/;

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
function readNamed(text: string, start: number, ported: boolean): Endpoint {
	const dot = text.lastIndexOf(".");
	if (!ported) return { host: readHost(text, start), start, end: start + text.length };
	return splitEnd(text, start, readHost(text.slice(0, dot), start), dot);
}

function splitEnd(text: string, start: number, host: Endpoint["host"], dot: number): Endpoint {
	const end = start + text.length;
	if (dot <= 0 || dot === text.length - 1) return { host: readHost(text, start), start, end };
	return { host, port: readPort(text.slice(dot + 1), start + dot + 1), start, end };
}

/** The two ends, each with its port where one stands there. */
export function endsOf(f: Fields, transport: Transport | undefined): Ends {
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
		((transport?.type === "tcp" && transport.flaw !== "[|tcp]") ||
			transport?.type === "udp" ||
			// Without a chunk it may be a fragment, which has no ports.
			(transport?.type === "sctp" && transport.chunks !== undefined) ||
			(transport?.type === "text" && !PORTLESS.test(transport.text)));
	return {
		source: first?.end ?? readNamed(source, from, ported),
		destination: second?.end ?? readNamed(destination, to, ported),
	};
}

/** `gap`: what stands between the header and the ends. */
export function ipHeaderOf(f: Fields, gap: string): IpHeader {
	const remarks = f.text(10);
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
		ttl: f.num(3),
		id: f.num(4),
		offset: f.num(5),
		flags: f.text(6)!,
		protocol: { name: f.text(7)!, number: Number(f.text(8)) },
		length: f.num(9),
		...(remarks ? { remarks } : {}),
		...between,
		...f.whole,
	};
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

const ARP_TEXT = /^(.*?)(?:, length (\d+))?$/ds;

export function arpOf(f: Fields): Arp {
	const where = f.whole;
	if (f.token === t.ArpRequest) {
		const targetMac = f.has(2) ? { targetMac: f.station(2) } : {};
		return {
			type: "arp",
			operation: "request",
			target: f.host(1),
			...targetMac,
			sender: f.host(4),
			...where,
		};
	}
	if (f.token === t.ArpReply) {
		return { type: "arp", operation: "reply", sender: f.host(1), senderMac: f.station(2), ...where };
	}
	const rest = new Fields(ARP_TEXT.exec(f.image)!, where.start);
	const length = rest.has(2) ? { length: rest.num(2) } : {};
	return { type: "arp", operation: "other", text: rest.text(1)!, ...length, ...where };
}
