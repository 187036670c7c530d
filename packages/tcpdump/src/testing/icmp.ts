import type { IpAddress } from "@netfossil/core";
import { ipv4, ipv6, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { GroupRecord, HostName, Icmp6, Icmp6Message, IcmpMessage, Igmp } from "../ast.ts";
import { count, hex, name, nowhere, span } from "./common.ts";

type Host = fc.Arbitrary<IpAddress | HostName>;

const echoes = fc.record({
	type: fc.constantFrom("echo-request" as const, "echo-reply" as const),
	id: count(),
	sequence: count(),
	...span,
});

/** Messages of ICMP. */
export function icmpMessages(): fc.Arbitrary<IcmpMessage> {
	const address: Host = fc.oneof(ipv4(), name);
	const unreachable = { type: fc.constant("unreachable" as const), address, ...span };
	const what = <Value extends string>(value: Value): fc.Arbitrary<Value> => fc.constant(value);
	return fc.oneof(
		echoes,
		fc.record({
			type: fc.constantFrom("extended-echo-request" as const, "extended-echo-reply" as const),
			id: count(),
			sequence: count(),
			...span,
		}),
		fc.record({ ...unreachable, what: fc.constantFrom("net" as const, "host" as const) }),
		fc.record({
			...unreachable,
			what: fc.constantFrom("net" as const, "host" as const),
			reason: fc.constantFrom("unknown", "admin prohibited", "admin prohibited filter"),
		}),
		fc.record({ ...unreachable, what: what("protocol"), protocolNumber: count(255) }),
		fc.record({
			...unreachable,
			what: what("port"),
			protocol: fc.constantFrom("udp", "tcp"),
			port: portNode(),
		}),
		fc.record({ ...unreachable, what: what("fragmentation") }),
		fc.record({ ...unreachable, what: what("fragmentation"), mtu: count() }),
		fc.record({
			...unreachable,
			what: what("destination"),
			reason: fc.constantFrom("source route failed", "source host isolated", "#16"),
		}),
		fc.record({
			type: fc.constant("time-exceeded" as const),
			what: fc.constantFrom("transit" as const, "reassembly" as const),
			...span,
		}),
		fc.record({ type: fc.constant("time-exceeded" as const), code: count(255), ...span }),
		fc.record(
			{
				type: fc.constant("redirect" as const),
				destination: address,
				gateway: address,
				what: fc.constantFrom("net" as const, "host" as const),
				tos: fc.constant(true as const),
				...span,
			},
			{ requiredKeys: ["type", "destination", "gateway", "what", "start", "end"] },
		),
		fc.record({
			type: fc.constant("redirect" as const),
			destination: address,
			gateway: address,
			code: count(255),
			...span,
		}),
		fc.record({ type: fc.constant("parameter-problem" as const), octet: count(255), ...span }),
		fc.record({ type: fc.constant("parameter-problem" as const), code: count(255), ...span }),
		fc.record({
			type: fc.constant("timestamp-request" as const),
			id: count(),
			sequence: count(),
			...span,
		}),
		fc.record({
			type: fc.constant("timestamp-reply" as const),
			id: count(),
			sequence: count(),
			times: fc.constant({ originate: "00:00:01.000", receive: "00:00:02.000", transmit: "00:00:02.001" }),
			...span,
		}),
		fc.constant<IcmpMessage>({ type: "address-mask-request", ...nowhere }),
		fc.record({ type: fc.constant("address-mask-reply" as const), mask: hex(8), ...span }),
		fc.record({
			type: fc.constant("router-advertisement" as const),
			lifetime: word(fc.constantFrom("30:00", "45", "1:00:00")),
			count: count(3),
			routers: fc.array(fc.record({ address, preference: count() }), { maxLength: 3 }),
			...span,
		}),
		fc.record({
			type: fc.constantFrom(
				"source-quench" as const,
				"router-solicitation" as const,
				"information-request" as const,
				"information-reply" as const,
			),
			...span,
		}),
		fc.record({ type: fc.constant("unknown" as const), number: count(255), ...span }),
	);
}

function records(address: fc.Arbitrary<IpAddress>): fc.Arbitrary<GroupRecord[]> {
	const base = { group: address, mode: fc.constantFrom("is_in", "to_ex", "block"), ...span };
	const record = fc.oneof(
		fc.record({ ...base, count: count(9) }),
		fc.record({ ...base, sources: fc.array(address, { maxLength: 2 }) }),
	);
	return fc.array(record, { minLength: 1, maxLength: 3 });
}

/** Messages of ICMPv6, and whether any text stands behind the name. */
function icmp6Messages(): fc.Arbitrary<{ message: Icmp6Message; bodied: boolean }> {
	const address: Host = fc.oneof(ipv6(), name);
	const unreachable = { type: fc.constant("unreachable" as const), ...span };
	const bodied = fc.oneof(
		fc.record({ ...unreachable, what: fc.constantFrom("net" as const, "host" as const), address }),
		fc.record({
			...unreachable,
			what: fc.constant("destination" as const),
			address,
			reason: fc.constant("prohibited"),
		}),
		fc.record({
			...unreachable,
			what: fc.constant("destination" as const),
			address,
			reason: fc.constant("beyond scope"),
			source: address,
		}),
		fc.record({
			...unreachable,
			what: fc.constant("destination" as const),
			reason: fc.constant("unknown unreach code (9)"),
		}),
		fc.record({
			...unreachable,
			what: fc.constant("port" as const),
			address,
			protocol: fc.constantFrom("udp", "tcp"),
			port: portNode(),
		}),
		fc.record({ type: fc.constant("packet-too-big" as const), mtu: count(), ...span }),
		fc.record({
			type: fc.constant("time-exceeded" as const),
			what: fc.constant("transit" as const),
			address,
			...span,
		}),
		fc.record({
			type: fc.constant("time-exceeded" as const),
			what: fc.constant("reassembly" as const),
			...span,
		}),
		fc.record({ type: fc.constant("time-exceeded" as const), code: count(255), ...span }),
		fc.record({
			type: fc.constant("parameter-problem" as const),
			problem: fc.constantFrom("erroneous", "next header", "incomplete header chain"),
			octet: count(),
			...span,
		}),
		fc.record({ type: fc.constant("parameter-problem" as const), code: count(255), ...span }),
		fc.record({ type: fc.constant("redirect" as const), destination: address, gateway: address, ...span }),
		fc.record({ type: fc.constant("neighbor-solicitation" as const), target: address, ...span }),
		fc.record(
			{
				type: fc.constant("neighbor-advertisement" as const),
				target: address,
				flags: fc.constantFrom("none", "router, solicited"),
				...span,
			},
			{ requiredKeys: ["type", "target", "start", "end"] },
		),
		fc.record(
			{
				type: fc.constantFrom(
					"listener-query" as const,
					"listener-report" as const,
					"listener-done" as const,
				),
				delay: count(),
				group: address,
				blank: fc.constant(true as const),
				...span,
			},
			{ requiredKeys: ["type", "delay", "group", "start", "end"] },
		),
		fc.record(
			{
				type: fc.constant("listener-query-v2" as const),
				delay: count(),
				group: address,
				remarks: fc.constant(" robustness=2 qqi=125"),
				...span,
			},
			{ requiredKeys: ["type", "group", "start", "end"] },
		),
		fc.record({
			type: fc.constant("listener-report-v2" as const),
			count: count(),
			records: fc.oneof(fc.constant([]), records(ipv6())),
			...span,
		}),
		fc.record({ type: fc.constant("unknown" as const), number: count(255), ...span }),
	);
	const bare = fc.oneof(
		echoes,
		fc.record({
			type: fc.constantFrom(
				"router-solicitation" as const,
				"router-advertisement" as const,
				"inverse-neighbor-solicitation" as const,
			),
			...span,
		}),
	);
	return fc.oneof(
		bodied.map((message) => ({ message, bodied: true })),
		bare.map((message) => ({ message, bodied: false })),
	);
}

/** ICMPv6, with and without `-v`. */
export function icmp6s(): fc.Arbitrary<Icmp6> {
	const checksum = fc.option(fc.constantFrom("icmp6 sum ok", "bad icmp6 cksum 0x1234 -> 0x5678!"), {
		nil: undefined,
	});
	return fc.tuple(icmp6Messages(), count(), checksum, fc.boolean()).map(([each, length, sum, first]) => ({
		type: "icmp6",
		...(sum !== undefined && { checksum: sum }),
		message: each.message,
		length,
		...(first && each.bodied && { lengthFirst: true as const }),
		...nowhere,
	}));
}

/** IGMP of all versions. */
export const igmps: fc.Arbitrary<Igmp> = fc.oneof(
	fc.record(
		{
			type: fc.constant("igmp" as const),
			message: fc.constant("query" as const),
			version: count(3),
			maxResponseTime: fc.constantFrom("10", "1.0s"),
			group: ipv4(),
			...span,
		},
		{ requiredKeys: ["type", "message", "version", "start", "end"] },
	),
	fc.record({
		type: fc.constant("igmp" as const),
		message: fc.constant("report" as const),
		version: count(2),
		group: ipv4(),
		...span,
	}),
	fc.record(
		{
			type: fc.constant("igmp" as const),
			message: fc.constant("report" as const),
			version: fc.constant({ value: 3, ...nowhere }),
			count: count(),
			records: records(ipv4()),
			...span,
		},
		{ requiredKeys: ["type", "message", "version", "count", "start", "end"] },
	),
	fc.record({
		type: fc.constant("igmp" as const),
		message: fc.constant("leave" as const),
		group: ipv4(),
		...span,
	}),
	fc.constantFrom<Igmp>(
		{ type: "igmp", message: "dvmrp", remarks: " Ask-neighbors2", ...nowhere },
		{ type: "igmp", message: "pimv1", ...nowhere },
	),
);
