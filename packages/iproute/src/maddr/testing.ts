/** Arbitraries of multicast groups. Needs the optional peer `fast-check`. */
import { ipv4, ipv6, mac, num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import { interfaceNames } from "../address/testing.ts";
import type { IpMaddrDump, MulticastGroup, MulticastInterface } from "./ast.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const users = num(fc.integer({ min: 2, max: 1000 }));

function groups(): fc.Arbitrary<MulticastGroup> {
	const fixed = fc.constant(true as const);
	const requiredKeys = ["type", "start", "end", "address"] as const;
	return fc.oneof(
		fc.record(
			{ type: fc.constant("link" as const), ...span, address: mac(), users, static: fixed },
			{ requiredKeys: [...requiredKeys] },
		),
		fc.record(
			{ type: fc.constant("inet" as const), ...span, address: ipv4(), users },
			{ requiredKeys: [...requiredKeys] },
		),
		fc.record(
			{ type: fc.constant("inet6" as const), ...span, address: ipv6(), users },
			{ requiredKeys: [...requiredKeys] },
		),
	);
}

/** What `ip maddr` prints. */
export function ipMaddrDumps(): fc.Arbitrary<IpMaddrDump> {
	const interfaces = fc
		.record(
			{
				type: fc.constant("multicast-interface" as const),
				...span,
				layout: fc.constant("one-line" as const),
				index: num(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
				name: word(interfaceNames()),
				groups: fc.array(groups(), { maxLength: 4 }),
			},
			{ requiredKeys: ["type", "start", "end", "index", "name", "groups"] },
		)
		.map(
			({ layout, ...node }): MulticastInterface =>
				layout === undefined || node.groups.length === 0 ? node : { ...node, layout },
		);
	return fc
		.array(interfaces, { maxLength: 4 })
		.map((statements) => ({ type: "ip-maddr", statements, ...nowhere }));
}
