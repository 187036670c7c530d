/** Arbitraries of VLANs of bridges. Needs the optional peer `fast-check`. */
import { num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import { interfaceNames } from "../address/testing.ts";
import type { BridgeVlan, Vlan, VlanCounters, VlanDetails, VlanPort } from "./ast.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const ids = num(fc.integer({ min: 1, max: 4094 }));
const count = num(fc.nat());

const counters: fc.Arbitrary<VlanCounters> = fc.record({
	type: fc.constant("counters" as const),
	...span,
	of: fc.constantFrom("RX", "TX"),
	bytes: count,
	packets: count,
});
const details: fc.Arbitrary<VlanDetails> = fc.constantFrom("forwarding", "blocking").map((state) => ({
	type: "details",
	...nowhere,
	attributes: [
		{ type: "attribute", name: "state", values: [{ type: "word", value: state, ...nowhere }], ...nowhere },
		{
			type: "attribute",
			name: "mcast_router",
			values: [{ type: "number", value: 1, ...nowhere }],
			...nowhere,
		},
	],
}));

/** VLANs, ranges of them, and such with tunnels. */
export function vlans(): fc.Arbitrary<Vlan> {
	const common = { type: fc.constant("vlan" as const), ...span, id: ids, last: ids };
	const required = ["type", "start", "end", "id", "flags"] as const;
	return fc.oneof(
		fc.record(
			{
				...common,
				flags: fc.subarray(["PVID", "Egress Untagged"]),
				below: fc.array(fc.oneof(counters, details), { minLength: 1, maxLength: 3 }),
			},
			{ requiredKeys: [...required] },
		),
		fc.record(
			{ ...common, flags: fc.constant([]), tunnel: count, lastTunnel: count },
			{ requiredKeys: [...required, "tunnel"] },
		),
	);
}

/** What `bridge vlan` prints, today and with tabs. */
export function bridgeVlans(): fc.Arbitrary<BridgeVlan> {
	const header = fc
		.constantFrom("port              vlan-id", "port\tvlan ids", "port              vlan-id    tunnel-id")
		.map((text) => ({ type: "header" as const, text, ...nowhere }));
	const port: fc.Arbitrary<VlanPort> = fc
		.tuple(
			fc.record({ type: fc.constant("port" as const), ...span, name: word(interfaceNames()) }),
			fc.array(vlans(), { minLength: 1, maxLength: 4 }),
			fc.boolean(),
		)
		.map(([node, tagged, tabs]) => {
			if (!tabs) return { ...node, vlans: tagged };
			const [first, ...others] = tagged;
			return { ...node, gap: "\t ", vlans: [first!, ...others.map((each) => ({ ...each, indent: "\t " }))] };
		});
	const errors = fc
		.constantFrom(["RTNETLINK answers: Operation not supported", "Dump terminated"], [])
		.map((lines) => lines.map((text) => ({ type: "error" as const, text, ...nowhere })));
	return fc.tuple(header, fc.array(port, { maxLength: 4 }), errors).map(([first, ports, last]) => ({
		type: "bridge-vlan",
		statements: [first, ...ports, ...last],
		...nowhere,
	}));
}
