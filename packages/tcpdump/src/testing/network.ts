import { ipv4, ipv6, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	Arp,
	Cut,
	Extension,
	Head,
	InvalidIp,
	IpOption,
	IpProtocol,
	NoNextHeader,
	Ports,
} from "../ast.ts";
import { count, hex, nowhere, span, station } from "./common.ts";

/** ARP of all kinds, as the newer releases print it. */
export const arps: fc.Arbitrary<Arp> = fc.oneof(
	fc.record(
		{
			type: fc.constant("arp" as const),
			operation: fc.constant("request" as const),
			target: ipv4(),
			targetMac: station,
			sender: ipv4(),
			length: count(),
			...span,
		},
		{ requiredKeys: ["type", "operation", "target", "sender", "length", "start", "end"] },
	),
	fc.record(
		{
			type: fc.constant("arp" as const),
			operation: fc.constant("reply" as const),
			sender: ipv4(),
			senderMac: station,
			length: count(),
			hardware: fc.constant("Ethernet (len 6), IPv4 (len 4)"),
			...span,
		},
		{ requiredKeys: ["type", "operation", "sender", "senderMac", "length", "start", "end"] },
	),
	fc.record({
		type: fc.constant("arp" as const),
		operation: fc.constantFrom("reverse-request" as const, "inverse-request" as const),
		targetMac: station,
		senderMac: station,
		length: count(),
		...span,
	}),
	fc.record({
		type: fc.constant("arp" as const),
		operation: fc.constantFrom("reverse-reply" as const, "inverse-reply" as const),
		mac: station,
		address: ipv4(),
		length: count(),
		...span,
	}),
	fc.record({
		type: fc.constant("arp" as const),
		operation: fc.constant("unknown" as const),
		number: count(),
		...span,
	}),
);

const old = fc.constant("3.9" as const);
/** ARP as 3.9 prints it. */
export const oldArps: fc.Arbitrary<Arp> = fc.oneof(
	fc.record({
		type: fc.constant("arp" as const),
		form: old,
		operation: fc.constant("request" as const),
		target: ipv4(),
		sender: ipv4(),
		...span,
	}),
	fc.record({
		type: fc.constant("arp" as const),
		form: old,
		operation: fc.constant("reply" as const),
		sender: ipv4(),
		senderMac: station,
		...span,
	}),
	fc.record({
		type: fc.constant("arp" as const),
		form: old,
		operation: fc.constantFrom("reverse-request" as const, "inverse-request" as const),
		targetMac: station,
		senderMac: station,
		...span,
	}),
	fc.record({
		type: fc.constant("arp" as const),
		form: old,
		operation: fc.constantFrom("reverse-reply" as const, "inverse-reply" as const),
		mac: station,
		address: ipv4(),
		...span,
	}),
	fc.record({
		type: fc.constant("arp" as const),
		form: old,
		operation: fc.constant("unknown" as const),
		number: count(),
		...span,
	}),
);

/** Packets that are cut or no packets, where no link header was printed. */
export const brokenIps: fc.Arbitrary<Cut | InvalidIp> = fc.constantFrom<Cut | InvalidIp>(
	{ type: "cut", of: "ip", blank: true, ...nowhere },
	{ type: "cut", of: "ip6", blank: true, ...nowhere },
	{ type: "cut", of: "ip", blank: true, word: "IP", ...nowhere },
	{ type: "invalid-ip", word: "IP", flaw: " bad-len 10", ...nowhere },
	{ type: "invalid-ip", word: "IP", flaw: " [total length 10 < header length 20] (invalid)", ...nowhere },
	{ type: "invalid-ip", word: "IP", flaw: "  [version 5 != 4] (invalid)", ...nowhere },
	{ type: "invalid-ip", word: "IP5", flaw: " (invalid)", ...nowhere },
	{ type: "invalid-ip", word: "IP6", flaw: ", wrong link-layer encapsulation (invalid)", ...nowhere },
);

/** Behind the ends: a header that is cut, or a protocol without more. */
export const stubs: fc.Arbitrary<Cut | IpProtocol | NoNextHeader> = fc.oneof(
	fc.constantFrom<Cut | NoNextHeader>(
		{ type: "cut", of: "igmp", ...nowhere },
		{ type: "cut", of: "esp", blank: true, ...nowhere },
		{ type: "no-next-header", ...nowhere },
	),
	count(255).map((number): IpProtocol => ({ type: "ip-protocol", number, ...nowhere })),
	fc
		.tuple(count(255), count())
		.map(
			([number, length]): IpProtocol => ({ type: "ip-protocol", number, length, blank: true, ...nowhere }),
		),
	word(fc.constantFrom("udp", "tcp", "icmp")).map(
		(name): IpProtocol => ({ type: "ip-protocol", name, ...nowhere }),
	),
	fc
		.tuple(word(fc.constant("exptest-253")), count())
		.map(([name, length]): IpProtocol => ({ type: "ip-protocol", name, length, blank: true, ...nowhere })),
);

export const extensions: fc.Arbitrary<Extension> = fc.oneof(
	fc.record(
		{
			type: fc.constantFrom("hop-by-hop" as const, "destination-options" as const),
			options: fc.constantFrom("(rtalert: 0x0000) (padn) ", "(padn) "),
			...span,
		},
		{ requiredKeys: ["type", "start", "end"] },
	),
	fc.record(
		{
			type: fc.constant("routing" as const),
			word: fc.constantFrom("RT6" as const, "srcrt" as const),
			length: count(255),
			routingType: count(4),
			deprecated: fc.constant(true as const),
			segmentsLeft: count(9),
			remarks: fc.constant(", rsv=0x0"),
			addresses: fc.array(ipv6(), { maxLength: 2 }),
			...span,
		},
		{ requiredKeys: ["type", "word", "length", "routingType", "segmentsLeft", "addresses", "start", "end"] },
	),
	fc.record(
		{ type: fc.constant("fragment" as const), id: hex(8), offset: count(), length: count(), ...span },
		{ requiredKeys: ["type", "offset", "length", "start", "end"] },
	),
	authentications(),
);

function authentications(): fc.Arbitrary<Extension> {
	return fc.record(
		{
			type: fc.constant("ah" as const),
			size: fc.record({ words: count(9), bytes: count(99) }),
			spi: hex(8),
			sequence: hex(1),
			icv: fc.constant("00112233445566778899aabb"),
			...span,
		},
		{ requiredKeys: ["type", "spi", "sequence", "start", "end"] },
	);
}

/** An IPv4 packet has this one alone. */
export const ah: fc.Arbitrary<Extension> = authentications();

export const ports: fc.Arbitrary<Ports> = fc.record({ source: portNode(), destination: portNode(), ...span });

export const ipOptions: fc.Arbitrary<IpOption[]> = fc.subarray(
	[
		{ name: "RR", value: " 10.0.0.1, 0.0.0.0" },
		{ name: "LSRR", value: " 10.0.0.9" },
		{ name: "RA" },
		{ name: "NOP" },
		{ name: "unknown 130" },
		{ name: "EOL" },
	],
	{ minLength: 1 },
);

/** Heads of protocols over IP. */
export const heads: fc.Arbitrary<Head> = fc.oneof(
	fc.record({
		type: fc.constant("head" as const),
		protocol: word(fc.constant("OSPF")),
		version: count(3),
		message: word(fc.constantFrom("Hello", "LS-Update", "Database Description")),
		length: count(),
		...span,
	}),
	fc.record({
		type: fc.constant("head" as const),
		protocol: word(fc.constant("VRRP")),
		version: count(3),
		message: word(fc.constant("Advertisement")),
		fields: fc.constant(", vrid 51, prio 100, authtype none, intvl 1s"),
		length: count(),
		rest: fc.constant(", addrs: 10.255.2.77"),
		...span,
	}),
	fc.record({
		type: fc.constant("head" as const),
		protocol: word(fc.constant("PIM")),
		version: count(2),
		length: count(),
		...span,
	}),
	fc.record({
		type: fc.constant("head" as const),
		protocol: word(fc.constant("EIGRP")),
		message: word(fc.constantFrom("Hello", "Update")),
		separator: fc.constant(" " as const),
		colon: fc.constant(true as const),
		length: count(),
		...span,
	}),
);

/** Heads of protocols over a link. */
export const linkHeads: fc.Arbitrary<Head> = fc.record({
	type: fc.constant("head" as const),
	protocol: word(fc.constant("CDP")),
	version: count(2),
	fields: fc.constant(", ttl: 180s, checksum: 0x3b02 (unverified)"),
	length: count(),
	...span,
});
