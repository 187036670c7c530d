import { ipv6, mac } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	LldpCapabilities,
	LldpSubtype,
	LldpTlv,
	NeighborOption,
	RouterTimers,
	StpRoot,
	StpTimers,
} from "../ast.ts";
import { count, decimal, hex, span } from "./common.ts";
import { bridges } from "./link.ts";

/** What `-v` prints below a spanning tree message. */
export const stpLines: fc.Arbitrary<StpTimers | StpRoot> = fc.oneof(
	fc.record({
		type: fc.constant("stp-timers" as const),
		messageAge: decimal,
		maxAge: decimal,
		helloTime: decimal,
		forwardingDelay: decimal,
		...span,
	}),
	fc.record(
		{
			type: fc.constant("stp-root" as const),
			root: bridges,
			cost: count(),
			role: fc.constantFrom("Designated", "Root"),
			...span,
		},
		{ requiredKeys: ["type", "root", "cost", "start", "end"] },
	),
);

/** What `-v` prints below LLDP. */
export const lldpLines: fc.Arbitrary<LldpTlv | LldpSubtype | LldpCapabilities> = fc.oneof(
	fc.record(
		{
			type: fc.constant("lldp-tlv" as const),
			name: fc.constantFrom("System Name", "Chassis ID", "End"),
			number: count(127),
			length: count(511),
			value: fc.constantFrom("sw-01", "TTL 120s"),
			...span,
		},
		{ requiredKeys: ["type", "name", "number", "length", "start", "end"] },
	),
	fc.record({
		type: fc.constant("lldp-subtype" as const),
		name: fc.constantFrom("MAC address", "Interface Name"),
		number: count(9),
		value: fc.constantFrom("02:42:ce:2f:9e:dd", "eth0"),
		...span,
	}),
	fc.record({
		type: fc.constant("lldp-capabilities" as const),
		of: fc.constantFrom("System" as const, "Enabled" as const),
		names: fc.constantFrom("none", "Bridge, Router"),
		bits: hex(4),
		...span,
	}),
);

const option = {
	type: fc.constant("neighbor-option" as const),
	number: count(255),
	length: count(),
	units: count(255),
	...span,
};
const time = fc.constantFrom("86400s", "infinity");

/** What `-v` prints below neighbour discovery. */
export const neighborLines: fc.Arbitrary<RouterTimers | NeighborOption> = fc.oneof(
	fc.record(
		{
			type: fc.constant("router-timers" as const),
			hopLimit: count(255),
			flags: fc.constantFrom("none", "managed, other stateful"),
			preference: fc.constantFrom("medium", "high"),
			lifetime: count(),
			reachable: count(),
			retransmit: count(),
			form: fc.constant("3.9" as const),
			...span,
		},
		{
			requiredKeys: [
				"type",
				"hopLimit",
				"flags",
				"preference",
				"lifetime",
				"reachable",
				"retransmit",
				"start",
				"end",
			],
		},
	),
	fc.record({ ...option, name: fc.constant("source link-address"), mac: mac() }),
	fc.record({ ...option, name: fc.constant("mtu"), mtu: count() }),
	fc.record({
		...option,
		name: fc.constant("prefix info"),
		prefix: fc.record({
			address: ipv6(),
			length: count(128),
			flags: fc.constantFrom("none", "onlink, auto"),
			valid: time,
			preferred: time,
		}),
	}),
	fc.record({
		...option,
		name: fc.constant("rdnss"),
		servers: fc.record({ lifetime: count(), addresses: fc.array(ipv6(), { minLength: 1, maxLength: 2 }) }),
	}),
	fc.record({
		...option,
		name: fc.constant("dnssl"),
		text: fc.constant(" lifetime 5s, domain(s): example.com."),
	}),
);
