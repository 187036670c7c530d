/** Arbitraries of `ip netns` lists. Needs the optional peer `fast-check`. */
import { num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { IpNetnsDump } from "./ast.ts";

const span = { start: fc.constant(0), end: fc.constant(0) };

export function namespaceNames(): fc.Arbitrary<string> {
	return fc.oneof(
		fc.stringMatching(/^1-[a-z0-9]{10}$/),
		fc.stringMatching(/^[0-9a-f]{12}$/),
		fc.constantFrom("ingress_sbox", "default", "lb_y5rtwtq7b", "7", "a.b"),
	);
}

/** What `ip netns` prints. */
export function ipNetnsDumps(): fc.Arbitrary<IpNetnsDump> {
	const named = fc.record(
		{ type: fc.constant("namespace" as const), ...span, name: word(namespaceNames()), id: num(fc.nat()) },
		{ requiredKeys: ["type", "start", "end", "name"] },
	);
	const numbered = fc.record(
		{ type: fc.constant("nsid" as const), ...span, id: num(fc.nat()), name: word(namespaceNames()) },
		{ requiredKeys: ["type", "start", "end", "id"] },
	);
	return fc
		.oneof(fc.array(named, { maxLength: 5 }), fc.array(numbered, { maxLength: 5 }))
		.map((statements) => ({ type: "ip-netns", statements, start: 0, end: 0 }));
}
