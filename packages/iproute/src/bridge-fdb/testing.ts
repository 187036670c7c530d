/** Arbitraries of forwarding databases. Needs the optional peer `fast-check`. */
import { ipv4, ipv6, mac, num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import { interfaceNames } from "../address/testing.ts";
import type { BridgeFdb, FdbEntry, FdbWord } from "./ast.ts";
import { FDB_FLAGS, FDB_WORDS } from "./words.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };
const count = num(fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const names = word(interfaceNames());

/** Whether an entry says something by a word. */
function says(node: FdbEntry, name: FdbWord): boolean {
	if (name === "src_vni") return node.srcVni !== undefined;
	if (name === "via ifindex") return node.viaIndex !== undefined;
	if (name === "link-netnsid") return node.netnsid !== undefined;
	return name in node || node.flags.includes(name);
}

/** Entries in the order of today's iproute2, and such in the order of others. */
export function fdbEntries(): fc.Arbitrary<FdbEntry> {
	const fields = fc.record(
		{
			type: fc.constant("entry" as const),
			...span,
			address: mac(),
			dev: names,
			dst: fc.oneof(ipv4(), ipv6()),
			vlan: num(fc.integer({ min: 1, max: 4094 })),
			port: num(fc.integer({ min: 1, max: 65535 })),
			vni: count,
			srcVni: count,
			via: names,
			viaIndex: count,
			nhid: count,
			netnsid: count,
			used: fc.record({ used: fc.nat(), updated: fc.nat(), ...span }),
			flags: fc.subarray([...FDB_FLAGS]),
			master: names,
			state: word(fc.constantFrom("permanent", "static", "stale", "state=0x40")),
		},
		{ requiredKeys: ["type", "start", "end", "address", "flags"] },
	);
	const shuffled = fc.shuffledSubarray([...FDB_WORDS], { minLength: FDB_WORDS.length });
	return fc.tuple(fields, fc.option(shuffled)).map(([node, other]) => {
		const order = other?.filter((each) => says(node, each));
		if (order === undefined || order.every((each, at) => at === 0 || before(order[at - 1]!, each)))
			return node;
		return {
			...node,
			flags: order.filter((each) => (node.flags as readonly string[]).includes(each)),
			order,
		};
	});
}

const before = (one: FdbWord, other: FdbWord): boolean => FDB_WORDS.indexOf(one) < FDB_WORDS.indexOf(other);

/** What `bridge fdb show` prints. */
export function bridgeFdbs(): fc.Arbitrary<BridgeFdb> {
	return fc
		.array(fdbEntries(), { maxLength: 8 })
		.map((statements) => ({ type: "bridge-fdb", statements, ...nowhere }));
}
