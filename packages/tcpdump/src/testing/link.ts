import type { Num } from "@netfossil/core";
import { mac, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { BridgeId, Encapsulation, Ethertype, Link, Lldp, Mpls, Stp } from "../ast.ts";
import { bareHex, count, hex, nowhere, span, station } from "./common.ts";

const CODES: Record<string, number> = {
	IPv4: 0x0800,
	IPv6: 0x86dd,
	ARP: 0x0806,
	"MPLS unicast": 0x8847,
	"PPPoE S": 0x8864,
	LLDP: 0x88cc,
};

function typeOf(name: string, value = CODES[name] ?? 0x9999): Ethertype {
	const code: Num = { value, text: `0x${value.toString(16).padStart(4, "0")}`, ...nowhere };
	return { name, code, ...nowhere };
}

/** Link headers as `-e` prints them, before a packet of the given Ethernet type; without one, an 802.3 frame's. */
export function links(name: string | undefined): fc.Arbitrary<Link> {
	const ends = { source: station, destination: station, length: count() };
	const tag = fc.record(
		{
			id: count(4095),
			priority: fc.integer({ min: 0, max: 7 }),
			dropEligible: fc.constant(true as const),
			...span,
		},
		{ requiredKeys: ["id", "priority", "start", "end"] },
	);
	if (name === undefined) {
		const plain = fc.record({ type: fc.constant("ethernet" as const), ...ends, ...span });
		const tagged = fc
			.tuple(plain, tag)
			.map(([each, vlan]): Link => ({ ...each, ethertype: typeOf("802.1Q", 0x8100), vlans: [vlan] }));
		const cooked = fc.tuple(mac(), count()).map(
			([address, length]): Link => ({
				type: "cooked",
				direction: { value: "In", ...nowhere },
				source: { mac: address, ...nowhere },
				ethertype: { name: "802.2", ...nowhere },
				length,
				...nowhere,
			}),
		);
		return fc.oneof(plain, tagged, cooked);
	}
	const plain = typeOf(name);
	/** `-q` names the type alone. */
	const quiet = (type: Ethertype): Ethertype => ({ name: type.name, ...nowhere });
	const ethernet: fc.Arbitrary<Link> = fc
		.tuple(fc.record(ends), fc.array(tag, { maxLength: 2 }), fc.boolean())
		.map(([each, tags, isQuiet]) => {
			const outer = tags.length > 0 ? typeOf("802.1Q", 0x8100) : plain;
			const vlans = tags.map((own, index) => {
				const type = index === tags.length - 1 ? plain : typeOf("802.1Q", 0x8100);
				return { ...own, ethertype: isQuiet ? quiet(type) : type };
			});
			return {
				type: "ethernet",
				...each,
				ethertype: isQuiet ? quiet(outer) : outer,
				...(vlans.length > 0 && { vlans }),
				...nowhere,
			};
		});
	const cooked: fc.Arbitrary<Link> = fc
		.tuple(fc.constantFrom("In", "Out", "M"), mac(), count())
		.map(([direction, address, length]) => ({
			type: "cooked",
			direction: { value: direction, ...nowhere },
			source: { mac: address, ...nowhere },
			ethertype: plain,
			length,
			...nowhere,
		}));
	if (name !== "IPv4" && name !== "IPv6") return fc.oneof(ethernet, cooked);
	const number = name === "IPv4" ? 2 : 28;
	const loopback = fc.tuple(count(), fc.boolean()).map(
		([length, numbered]): Link => ({
			type: "loopback",
			family: { name, ...(numbered && { number: { value: number, ...nowhere } }), ...nowhere },
			length,
			...nowhere,
		}),
	);
	const quietCooked = mac().map(
		(address): Link => ({
			type: "cooked",
			direction: { value: "Out", ...nowhere },
			source: { mac: address, ...nowhere },
			...nowhere,
		}),
	);
	return fc.oneof(
		{ weight: 3, arbitrary: ethernet },
		cooked,
		loopback,
		quietCooked,
		fc.constant<Link>({ type: "raw", ...nowhere }),
	);
}

/** MPLS labels; `below`: the packet stands on the next line, as with `-v`. */
export function mpls(below: boolean): fc.Arbitrary<Mpls> {
	const label = fc.record(
		{
			label: count(0xfffff),
			name: fc.constant("IPv4 explicit NULL"),
			trafficClass: count(7),
			experimental: fc.constant(true as const),
			bottom: fc.constant(true as const),
			ttl: count(255),
			...span,
		},
		{ requiredKeys: ["label", "trafficClass", "ttl", "start", "end"] },
	);
	return fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => ({
		type: "mpls",
		labels: labels.map((each, index) => (below && index > 0 ? { ...each, break: "\n" as const } : each)),
		...(below && { break: "\n" as const }),
		...nowhere,
	}));
}

/** PPP's header with `-e`, before a packet of the given protocol. */
export function ppp(protocol: "IP" | "IP6"): fc.Arbitrary<Encapsulation> {
	const code = { IP: 0x0021, IP6: 0x0057 }[protocol];
	return count().map((length) => ({ type: "ppp", protocol: typeOf(protocol, code), length, ...nowhere }));
}

/** 802.2's header, with and without SNAP. */
export function llc(): fc.Arbitrary<Encapsulation> {
	const point = (name: string, number: number, flag: string) => ({
		name,
		number: { value: number, text: `0x${number.toString(16)}`, ...nowhere },
		flag,
	});
	const control = { value: 3, text: "0x03", ...nowhere };
	const snap = count().map((length) => ({
		organization: {
			name: "Cisco",
			code: { value: 12, text: "0x00000c", ...nowhere },
			...nowhere,
		},
		protocol: typeOf("PVST", 0x010b),
		of: "pid" as const,
		length,
	}));
	return fc.option(snap, { nil: undefined }).map((inner) => ({
		type: "llc",
		destination: inner ? point("SNAP", 0xaa, "Individual") : point("STP", 0x42, "Individual"),
		source: inner ? point("SNAP", 0xaa, "Command") : point("STP", 0x42, "Command"),
		control,
		...(inner && { snap: inner }),
		...nowhere,
	}));
}

/** PPPoE's discovery, which has no packet within. */
export const discoveries: fc.Arbitrary<Encapsulation> = fc
	.tuple(
		word(fc.constantFrom("PADI", "PADO", "PADR", "PADS", "PADT")),
		fc.option(hex(1), { nil: undefined }),
		fc.subarray([
			{ name: "Service-Name" },
			{ name: "AC-Name", value: '"ac 1"' },
			{ name: "Host-Uniq", value: "0x16372C16" },
		]),
	)
	.map(([code, session, tags]) => ({ type: "pppoe", code, ...(session && { session }), tags, ...nowhere }));

/** PPPoE's session, before a packet. */
export const sessions: fc.Arbitrary<Encapsulation> = hex(2).map((session) => ({
	type: "pppoe",
	session,
	tags: [],
	...nowhere,
}));

export const bridges: fc.Arbitrary<BridgeId> = fc.record({ priority: bareHex(4), mac: mac(), ...span });

/** Spanning tree messages. */
export const stps: fc.Arbitrary<Stp> = fc.oneof(
	fc.record({
		type: fc.constant("stp" as const),
		version: word(fc.constantFrom("802.1d", "802.1w")),
		message: word(fc.constantFrom("Config", "Rapid STP")),
		flags: fc.constantFrom("none", "Learn, Forward"),
		bridge: bridges,
		port: bareHex(4),
		length: count(),
		...span,
	}),
	fc.record({
		type: fc.constant("stp" as const),
		version: word(fc.constant("802.1s")),
		message: word(fc.constant("Rapid STP")),
		common: fc.constant(true as const),
		flags: fc.constant("Learn"),
		length: count(),
		...span,
	}),
	fc.constant<Stp>({
		type: "stp",
		version: { value: "802.1d", ...nowhere },
		message: { value: "Topology Change", ...nowhere },
		...nowhere,
	}),
);

export const lldps: fc.Arbitrary<Lldp> = fc.record(
	{
		type: fc.constant("lldp" as const),
		length: count(),
		name: word(fc.constantFrom("sw-01", "a b")),
		...span,
	},
	{ requiredKeys: ["type", "length", "start", "end"] },
);
