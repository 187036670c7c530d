/** Arbitraries of rules. Needs the optional peer `fast-check`. */
import { ipv4, ipv4Prefix, ipv6Prefix, num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import { interfaceNames } from "../address/testing.ts";
import type { Masked, NumberRange } from "../values.ts";
import type { IpRuleDump, Rule, RuleFieldValues, RuleInterface } from "./ast.ts";

const nowhere = { start: 0, end: 0 };
const number = (value: number) => ({ value, ...nowhere });
const hex = (value: number) => ({ value, text: `0x${value.toString(16)}`, ...nowhere });

function masks(): fc.Arbitrary<Masked> {
	const value = fc.nat({ max: 2 ** 31 - 1 }).map(hex);
	return fc.record(
		{ value, mask: value, start: fc.constant(0), end: fc.constant(0) },
		{
			requiredKeys: ["value", "start", "end"],
		},
	);
}

function ranges(max: number): fc.Arbitrary<NumberRange> {
	return fc.tuple(fc.integer({ min: 1, max }), fc.nat(max)).map(([one, two]) => {
		const [from, to] = [Math.min(one, two), Math.max(one, two)];
		return from === to || from === 0
			? { from: number(to), ...nowhere }
			: { from: number(from), to: number(to), ...nowhere };
	});
}

function devices(): fc.Arbitrary<RuleInterface> {
	return fc
		.tuple(interfaceNames(), fc.boolean())
		.map(([value, detached]) => ({ value, ...(detached && { detached: true }), ...nowhere }));
}

const selectors = fc.oneof(ipv4Prefix(), ipv6Prefix(), ipv4());

/** What a rule does. */
const actions: fc.Arbitrary<RuleFieldValues> = fc.oneof(
	fc.record(
		{
			lookup: word(fc.constantFrom("local", "main", "default", "100", "to")),
			suppress_prefixlength: num(fc.nat(32)),
			suppress_ifgroup: word(fc.constantFrom("7", "default")),
		},
		{ requiredKeys: ["lookup"] },
	),
	word(fc.constantFrom("nop", "blackhole", "unreachable", "prohibit", "8")).map((action) => ({ action })),
	fc.tuple(fc.nat(32767), fc.boolean()).map(([priority, unresolved]) => ({
		goto: { priority: number(priority), ...(unresolved && { unresolved: true as const }), ...nowhere },
	})),
	fc.constant({ l3mdev: true as const }),
);

/** A rule of the kind that `ip rule add` takes. */
export function rules(): fc.Arbitrary<Rule> {
	const fields: fc.Arbitrary<RuleFieldValues> = fc.record(
		{
			not: fc.constant(true as const),
			from: fc.oneof(fc.constant({ type: "all" as const, ...nowhere }), selectors),
			to: selectors,
			tos: word(fc.constantFrom("0x08", "0x10")),
			fwmark: masks(),
			iif: devices(),
			oif: devices(),
			uidrange: ranges(2 ** 31 - 1),
			ipproto: word(fc.constantFrom("tcp", "udp", "icmp", "ipproto-6")),
			sport: ranges(65535),
			dport: ranges(65535),
			tun_id: num(fc.nat()),
			realms: fc.constantFrom(
				{ to: { value: "4", ...nowhere }, ...nowhere },
				{ from: { value: "3", ...nowhere }, to: { value: "4", ...nowhere }, ...nowhere },
			),
			proto: word(fc.constantFrom("kernel", "static", "unspec", "44")),
		},
		{ requiredKeys: ["from"] },
	);
	return fc.tuple(fc.nat(2 ** 31 - 1), fields, actions).map(([priority, own, action]) => ({
		type: "rule",
		priority: number(priority),
		...own,
		...action,
		...nowhere,
	}));
}

/** What `ip rule` prints. */
export function ipRuleDumps(): fc.Arbitrary<IpRuleDump> {
	return fc
		.array(rules(), { maxLength: 6 })
		.map((statements) => ({ type: "ip-rule", statements, ...nowhere }));
}
