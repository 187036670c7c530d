/** Arbitraries of neighbours. Needs the optional peer `fast-check`. */
import { ipv4, ipv6, mac, num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import { interfaceNames } from "../address/testing.ts";
import type { IpNeighDump, Neighbour } from "./ast.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const seconds = num(fc.nat());

/** A neighbour of the kind that `ip neigh add` takes, and such as the kernel finds. */
export function neighbours(): fc.Arbitrary<Neighbour> {
	const states = fc.constantFrom("REACHABLE", "STALE", "DELAY", "FAILED", "PERMANENT", "NOARP", "INCOMPLETE");
	return fc.record(
		{
			type: fc.constant("neighbour" as const),
			...span,
			address: fc.oneof(ipv4(), ipv6()),
			dev: word(interfaceNames()),
			lladdr: fc.oneof({ weight: 3, arbitrary: mac() }, ipv4()),
			flags: fc
				.subarray(["router", "proxy", "managed", "extern_learn", "offload"])
				.filter(({ length }) => length > 0),
			ref: num(fc.nat()),
			used: fc.record({ used: seconds, confirmed: seconds, updated: seconds, ...span }),
			probes: num(fc.nat()),
			states: states.map((each) => [each]),
			proto: word(fc.constantFrom("zebra", "static", "44")),
		},
		{ requiredKeys: ["type", "start", "end", "address", "dev"] },
	);
}

/** An entry of a bridge or of a device's own: it has no address. */
function withoutAddress(): fc.Arbitrary<Neighbour> {
	return neighbours().map(({ address, ...rest }) => rest);
}

/** A neighbour in columns, as `ip -br neigh` prints it: a device, an address or both are there. */
function briefNeighbours(): fc.Arbitrary<Neighbour> {
	return fc
		.record(
			{
				type: fc.constant("neighbour" as const),
				...span,
				brief: fc.constant(true as const),
				address: fc.oneof(ipv4(), ipv6()),
				dev: word(interfaceNames()),
				lladdr: fc.oneof({ weight: 3, arbitrary: mac() }, ipv4()),
			},
			{ requiredKeys: ["type", "start", "end", "brief"] },
		)
		.filter(
			({ address, dev, lladdr }) => address !== undefined || (dev !== undefined && lladdr !== undefined),
		);
}

/** What `ip neigh` prints, with `-B` and `-br` too. */
export function ipNeighDumps(): fc.Arbitrary<IpNeighDump> {
	return fc
		.array(fc.oneof(neighbours(), withoutAddress(), briefNeighbours()), { maxLength: 6 })
		.map((statements) => ({ type: "ip-neigh", statements, ...nowhere }));
}
