/** Arbitraries of ports of bridges. Needs the optional peer `fast-check`. */
import { num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { Attribute, Peer } from "../address/ast.ts";
import { interfaceNames } from "../address/testing.ts";
import type { BridgeLink, BridgePort, BridgePortDetails } from "./ast.ts";
import { DETAILS } from "./words.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const count = num(fc.nat());

const details: fc.Arbitrary<BridgePortDetails> = fc
	.subarray(
		DETAILS.filter((name) => name !== "backup_port"),
		{ minLength: 1 },
	)
	.chain((names) =>
		fc.tuple(...names.map((name) => fc.constantFrom("on", "off").map((value) => onOff(name, value)))),
	)
	.map((attributes) => ({ type: "details", attributes, ...nowhere }));

function onOff(name: string, value: string): Attribute {
	return { type: "attribute", name, values: [{ type: "word", value, ...nowhere }], ...nowhere };
}

const peers: fc.Arbitrary<Peer> = fc.oneof(
	count.map((index): Peer => ({ type: "ifindex", index, ...nowhere })),
	word(fc.constantFrom("eth0", "(null)", "p.7")).map((name): Peer => ({ type: "name", name, ...nowhere })),
);

/** Ports as releases of several years print them. */
export function bridgePorts(): fc.Arbitrary<BridgePort> {
	const port = fc.record(
		{
			type: fc.constant("port" as const),
			...span,
			index: count,
			name: word(interfaceNames()),
			peer: peers,
			operstate: word(fc.constantFrom("UP", "DOWN")),
			flags: fc.subarray(["NO-CARRIER", "BROADCAST", "UP", "LOWER_UP"]),
			mtu: count,
			master: word(interfaceNames()),
			state: word(fc.constantFrom("forwarding", "disabled", "blocking")),
			priority: count,
			cost: count,
			hwmode: word(fc.constantFrom("VEB", "VEPA")),
			details,
		},
		{ requiredKeys: ["type", "start", "end", "index", "name", "flags"] },
	);
	return fc.tuple(port, fc.constantFrom("", "again", "one-line")).map(([node, how]) => {
		const { details: below, name } = node;
		if (how === "one-line") return below === undefined ? node : { ...node, layout: "one-line" };
		if (how === "") return node;
		if (below === undefined) return { ...node, nameAgain: name };
		return { ...node, details: { ...below, nameAgain: name } };
	});
}

/** What `bridge link` prints. */
export function bridgeLinks(): fc.Arbitrary<BridgeLink> {
	return fc
		.array(bridgePorts(), { maxLength: 6 })
		.map((statements) => ({ type: "bridge-link", statements, ...nowhere }));
}
