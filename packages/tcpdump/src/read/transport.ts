import type { Span } from "@netfossil/core";
import { readDns } from "../applications/dns.ts";
import { readEsp } from "../applications/heads.ts";
import { readApplication } from "../applications/index.ts";
import type { Ethertype, Geneve, Gre, Tcp, TcpPayload, Transport, UdpChecksum } from "../ast.ts";
import { readCut, readIpProtocol } from "../layers/flaws.ts";
import { readHead } from "../layers/heads.ts";
import { readIgmp } from "../layers/igmp.ts";
import type { Fields } from "./fields.ts";

/**
 * How applications over UDP begin their text. A text of no known application may as well be one of DCCP,
 * SCTP or an old tcpdump's TCP; it stays a text.
 */
const OVER_UDP =
	/^(?:\d+[-+*|$%]*(?: .*)? \(\d+\)$|\d+[-+*|$%]* \[\|domain\]| \[\|domain\]$|BOOTP\/DHCP, |dhcp6 |NTPv|SYSLOG |TFTP, |SIP|Geneve, |UDP-encap: |isakmp|RIPv|ripng-|HSRPv|BFDv|NBT |Radius|RADIUS|sFlow|L2TP|l2tp:|VXLAN-GPE|LISP|GTP|RTP|rtp|rtcp|dhcpv6|\[bad udplen|WHOIS|quic|Quic|OLSRv|babel|VQPv|LWAPP|CAPWAP|mptcp|zephyr|kip |ptp|PTPv|UDPLite|RPC|NFS|kerberos|v[45]| v[45] | (?: |\{ )?(?:SNMPv|GetRequest|\[\d+ extra after iSEQ\])|\{ ?SNMPv)/;

export function tcpChecksumOf(f: Fields): NonNullable<Tcp["checksum"]> {
	const state = (f.text(2) ?? "incorrect") as "correct" | "incorrect" | "unverified";
	return { value: f.num(1), state, ...(f.has(3) && { expected: f.num(3) }), ...f.whole };
}

export function sequenceOf(f: Fields): NonNullable<Tcp["sequence"]> {
	return { first: f.num(1), ...(f.has(2) && { next: f.num(2) }), ...f.whole };
}

export function udpChecksumOf(f: Fields): UdpChecksum {
	if (f.has(1)) return { state: "ok", ...f.whole };
	if (f.has(2)) return { state: "none", ...f.whole };
	return { state: "bad", value: f.num(3), expected: f.num(4), ...f.whole };
}

/** A text between ends with ports is an application's over UDP, where its beginning says so. */
export function known(transport: Transport | undefined, ported: boolean): Transport | undefined {
	if (transport?.type !== "text" || !ported || !OVER_UDP.test(transport.text)) return transport;
	const { start, end } = transport;
	return { type: "udp", payload: readApplication(transport.text, start), start, end };
}

const HTTP = /^HTTP(?:, length: (\d+)|: ([^\r\n]*?))?( \[[|!]http\])?$/d;

/** What stands after the length of a segment: its payload; without a length the header was cut. */
export function tcpRest(
	text: string,
	{ start, end }: Span,
	ended: boolean,
): { payload: TcpPayload } | { flaw: string } {
	const colon = text.startsWith(": ");
	if (!ended || !(colon || text.startsWith(" "))) return { flaw: text };
	const skip = colon ? 2 : 1;
	const body = text.slice(skip);
	const where = { start: start + skip, end };
	const http = colon ? HTTP.exec(body) : null;
	if (http === null) {
		const dns = colon ? undefined : readDns(body, where.start);
		if (dns !== undefined) return { payload: dns };
		return { payload: { type: "text", text: body, ...(colon ? {} : { separator: " " }), ...where } };
	}
	const at = (group: number): Span => {
		const [from, to] = http.indices![group]!;
		return { start: where.start + from, end: where.start + to };
	};
	return {
		payload: {
			type: "http",
			...(http[1] !== undefined && {
				length: {
					value: Number(http[1]),
					...(String(Number(http[1])) === http[1] ? {} : { text: http[1] }),
					...at(1),
				},
			}),
			...(http[2] !== undefined && { line: { value: http[2], ...at(2) } }),
			...(http[3] !== undefined && { truncated: http[3] }),
			...where,
		},
	};
}

/** What stands after the ends where no token of its own begins it. */
export function otherTransport(text: string, start: number): Transport {
	return (
		readEsp(text, start) ??
		readIgmp(text, start) ??
		readCut(text, start) ??
		readIpProtocol(text, start) ??
		readHead(text, start) ?? { type: "text", text, start, end: start + text.length }
	);
}

export function greOf(f: Fields): Gre {
	return {
		type: "gre",
		version: f.num(1),
		...(f.has(2) && { flags: f.text(2)! }),
		...(f.has(3) && { checksum: f.num(3) }),
		...(f.has(4) && { offset: f.num(4) }),
		...(f.has(5) && { key: f.num(5) }),
		...(f.has(6) && { call: f.num(6) }),
		...(f.has(7) && { sequence: f.num(7) }),
		...(f.has(8) && { ack: f.num(8) }),
		...protocolOf(f, 9),
		length: f.num(11),
		...f.whole,
	};
}

export function geneveOf(f: Fields): Geneve {
	return {
		type: "geneve",
		flags: f.text(1)!,
		vni: f.num(2),
		...protocolOf(f, 3),
		...(f.has(5) && { options: f.text(5)! }),
		...f.whole,
	};
}

function protocolOf(f: Fields, group: number): { protocol?: Ethertype } {
	if (!f.has(group)) return {};
	const { start } = f.span(group);
	return { protocol: { name: f.text(group)!, code: f.num(group + 1), start, end: f.span(group + 1).end } };
}
