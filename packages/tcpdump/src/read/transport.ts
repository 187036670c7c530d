import type { Span } from "@netfossil/core";
import type { Ethertype, Geneve, Gre, Tcp, TcpPayload, Transport, Udp, UdpChecksum } from "../ast.ts";
import { findApplication } from "../codecs/applications.ts";
import { readDns } from "../codecs/dns.ts";
import { printCut, readCut, readIpProtocol } from "../codecs/flaws.ts";
import { readGeneveOptions } from "../codecs/geneve.ts";
import { readPortlessHead } from "../codecs/heads.ts";
import { readIgmp } from "../codecs/igmp.ts";
import { readEsp } from "../codecs/ipsec.ts";
import { readSctp } from "../codecs/sctp.ts";
import { readOptions } from "../codecs/tcp-options.ts";
import { readOldTcp } from "../codecs/tcp39.ts";
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
	if (!ported || (transport?.type !== "text" && transport?.type !== "cut")) return transport;
	const { start, end } = transport;
	const text = transport.type === "text" ? transport.text : printCut(transport);
	const application = findApplication(text, start);
	if (application !== undefined) return { type: "udp", payload: application, start, end };
	return transport.type === "text" && OVER_UDP.test(text)
		? { type: "udp", payload: transport, start, end }
		: transport;
}

/** Options whose header is cut: `, options [mss 1460,sackOK,TS [|tcp]>` */
const CUT_OPTIONS = /^, options \[(.*?)( ?\[(?:\|tcp|bad opt)\]>?)$/;
/** What ends options that are cut; nothing closes their bracket. */
export const OPTIONS_CUT: RegExp = /^ ?\[(?:\|tcp|bad opt)\]>?$/;
const RESET = /^ \[RST (.*)\]$/;

/** What stands after the length of a segment: its payload; without a length the header was cut. */
export function tcpRest(
	text: string,
	{ start, end }: Span,
	ended: boolean,
): Partial<Pick<Tcp, "payload" | "flaw" | "options" | "reason">> {
	if (!ended) {
		const cut = CUT_OPTIONS.exec(text);
		if (cut === null) return { flaw: text };
		const list = cut[1]!;
		const options = list === "" ? [] : readOptions(list, start + ", options [".length);
		return { options, flaw: cut[2]! };
	}
	const reset = RESET.exec(text);
	if (reset !== null) {
		const value = reset[1]!;
		return { reason: { value, start: end - 1 - value.length, end: end - 1 } };
	}
	const payload = tcpPayload(text, { start, end });
	return payload === undefined ? { flaw: text } : { payload };
}

/** What stands behind the length of a segment, or behind the line of 3.9. */
export function tcpPayload(text: string, { start, end }: Span, dnsAfter = " "): TcpPayload | undefined {
	if (text.startsWith(": ")) {
		const body = text.slice(2);
		const where = { start: start + 2, end };
		return findApplication(body, where.start) ?? { type: "text", text: body, ...where };
	}
	const dns = text.startsWith(dnsAfter)
		? readDns(text.slice(dnsAfter.length), start + dnsAfter.length)
		: undefined;
	if (dns !== undefined) return dns;
	if (!text.startsWith(" ")) return undefined;
	return { type: "text", text: text.slice(1), separator: " ", start: start + 1, end };
}

const UDP_CUT = /^ ?\[\|udp\]$/;

function readCutUdp(text: string, start: number): Udp | undefined {
	return UDP_CUT.test(text) ? { type: "udp", truncated: text, start, end: start + text.length } : undefined;
}

/** What stands after the ends where no token of its own begins it. */
export function otherTransport(text: string, start: number): Transport {
	return (
		readOldTcp(text, start) ??
		readEsp(text, start) ??
		readIgmp(text, start) ??
		readSctp(text, start) ??
		readCutUdp(text, start) ??
		readCut(text, start) ??
		readIpProtocol(text, start) ??
		readPortlessHead(text, start) ?? { type: "text", text, start, end: start + text.length }
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
		...(f.has(5) && readGeneveOptions(f.text(5)!, f.span(5).start)),
		...f.whole,
	};
}

function protocolOf(f: Fields, group: number): { protocol?: Ethertype } {
	if (!f.has(group)) return {};
	const { start } = f.span(group);
	return { protocol: { name: f.text(group)!, code: f.num(group + 1), start, end: f.span(group + 1).end } };
}
