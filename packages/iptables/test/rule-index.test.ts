import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Rule } from "../src/index.ts";
import { type MatchOptions, matchRule, type Packet, RuleIndex } from "../src/semantics.ts";
import { lists, saves } from "../src/testing.ts";
import { packets, ruleOf, ruleSpecs } from "./semantics.ts";

/** What the index leaves out does not match; the rest comes once, in order. */
function expectExact(rules: readonly Rule[], packet: Packet): void {
	const found = [...new RuleIndex(rules).of(packet)];
	expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
	for (const backend of [undefined, "legacy", "nf_tables"] as const) {
		const options: MatchOptions = backend === undefined ? {} : { backend };
		const matching = rules.flatMap((rule, at) =>
			matchRule(rule, packet, options).result === false ? [] : [at],
		);
		expect(found).toEqual(expect.arrayContaining(matching));
	}
}

describe("RuleIndex", () => {
	const forgetful = packets.chain((packet) =>
		fc
			.subarray(Object.keys(packet) as (keyof Packet)[])
			.map(
				(gone): Packet =>
					Object.fromEntries(Object.entries(packet).filter(([key]) => !gone.includes(key as keyof Packet))),
			),
	);

	it("leaves out no rule that may match, of packets that are known or not", () => {
		fc.assert(
			fc.property(fc.array(ruleSpecs, { maxLength: 30 }), packets, forgetful, (specs, packet, less) => {
				const rules = specs.map(ruleOf);
				expectExact(rules, packet);
				expectExact(rules, { ...packet, fragment: false });
				expectExact(rules, less);
			}),
			{ numRuns: 300 },
		);
	});

	it("leaves out none of any rules that the tool prints", () => {
		const rules = fc
			.oneof(saves(), lists())
			.map(({ statements }) => statements.filter((node) => node.type === "rule"));
		fc.assert(fc.property(rules, packets, (all, packet) => expectExact(all, { ...packet, fragment: false })));
	});

	it("asks few of many rules, be they told apart by port, address, network or interface", () => {
		const many = [
			...Array.from({ length: 1000 }, (_, at) => `-p tcp -m tcp --dport ${2000 + at} -j ACCEPT`),
			...Array.from(
				{ length: 1000 },
				(_, at) => `-d 10.9.${at >> 8}.${at & 255}/32 -p tcp -m tcp --dport 80`,
			),
			...Array.from({ length: 200 }, (_, at) => `-s 10.${at}.0.0/16 -j DROP`),
			...Array.from({ length: 200 }, (_, at) => `-i veth${at} -j RETURN`),
			...Array.from({ length: 200 }, (_, at) => `-p tcp -m multiport --dports 80,${9000 + at} -j LOG`),
		];
		const index = new RuleIndex([...many, "! -i eth0 -j LOG", "-j DROP"].map(ruleOf));
		const packet: Packet = {
			family: 4,
			in: "veth7",
			out: null,
			source: "10.5.6.7",
			destination: "10.9.1.2",
			protocol: 6,
			fragment: false,
			sourcePort: 40000,
			destinationPort: 2100,
		};
		const found = [...index.of(packet)].map((at) => many[at]);
		expect(found).toEqual([
			"-p tcp -m tcp --dport 2100 -j ACCEPT",
			"-d 10.9.1.2/32 -p tcp -m tcp --dport 80",
			"-s 10.5.0.0/16 -j DROP",
			"-i veth7 -j RETURN",
			undefined,
			undefined,
		]);
		expect([...index.of({ ...packet, destinationPort: 9010 })].map((at) => many[at])).toContain(
			"-p tcp -m multiport --dports 80,9010 -j LOG",
		);
	});

	it("asks all rules of what may be a fragment", () => {
		const index = new RuleIndex(["-p tcp -m tcp --dport 80", "-i lo"].map(ruleOf));
		expect([...index.of({ in: "eth0", protocol: 6, destinationPort: 22 })]).toEqual([0, 1]);
		expect([...index.of({ in: "eth0", protocol: 6, destinationPort: 22, fragment: false })]).toEqual([]);
	});
});
