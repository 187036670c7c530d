import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	readAddress,
	readAddressOfInterface,
	readBrief,
	readDetails,
	readHead,
	readLifetime,
	readLink,
} from "../src/address/fast.ts";
import { AddressParser } from "../src/address/parser.ts";
import { printIpAddress } from "../src/index.ts";
import { ipAddressDumps } from "../src/testing.ts";
import { read, recordedAddresses } from "./recordings.ts";

const grammar = new AddressParser();
const fast = {
	readHead,
	readLink,
	readDetails,
	readAddress,
	readLifetime,
	readAddressOfInterface,
	readBrief,
};
type Rule = keyof typeof fast;
const rules = Object.keys(fast) as Rule[];

const isOf: Record<Rule, RegExp> = {
	readHead: /^\d+: \S+: </,
	readLink: /^ {4}link\//,
	readDetails: /^ {4}(?!link\/|inet6? |alias |altname )[a-z]/,
	readAddress: /^ {4}inet6? /,
	readLifetime: /^ {7}valid_lft /,
	readAddressOfInterface: /^\d+: \S+ +inet6? /,
	readBrief: /^\S+ +(?:UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT) /,
};

/** The lines of a dump that a rule reads, each part of a line of `-o` for itself. */
function linesFor(rule: Rule, text: string): string[] {
	return text
		.split(/\n|\\(?= {4})/)
		.filter((line) => isOf[rule].test(line))
		.map((line) => line.trim());
}
const texts = recordedAddresses().map(read);
const lines = Object.fromEntries(
	rules.map((rule) => [rule, [...new Set(texts.flatMap((text) => linesFor(rule, text)))]]),
) as Record<Rule, string[]>;

/** Where the hand-written reader gives a node, the grammar must give the same; else whether it gave one. */
function agree(rule: Rule, line: string): boolean {
	const node = fast[rule](line, 0, line.length);
	if (node === undefined) return false;
	expect(grammar[rule](line, 0, line.length), `${rule}: ${line}`).toEqual({ node });
	return true;
}

/** What the two readers may see otherwise, in any place of a line. */
const NOISE = [
	"",
	" ",
	"  ",
	"\t",
	":",
	"@",
	"/",
	",",
	"<",
	">",
	"<a,b>",
	"(",
	" remotes (1) ",
	" remotes ",
	" (flowinfo 0x1) ",
	" 5: x: <UP> ",
	" { ",
	" peer ",
	" peer policy ",
	" brd ",
	" any ",
	" metric 7 ",
	" scope ",
	" flags ",
	" proto ",
	" link-netnsid unknown ",
	" link-netns x ",
	" permaddr ",
	" xdp/id:7 ",
	" portid 7 ",
	" id 7 ",
	" dev 7 ",
	" nolearning ",
	" table ",
	"0",
	"-1",
	"1.5",
	"0x1f",
	"18446744073709551615",
	"x",
	"é",
];
const noisy = (line: fc.Arbitrary<string>): fc.Arbitrary<string> =>
	fc
		.tuple(line, fc.array(fc.tuple(fc.nat(300), fc.nat(6), fc.constantFrom(...NOISE)), { maxLength: 3 }))
		.map(([text, edits]) =>
			edits
				.reduce(
					(whole, [at, length, by]) =>
						whole.slice(0, at % (whole.length + 1)) + by + whole.slice((at % (whole.length + 1)) + length),
					text,
				)
				.trim(),
		);

/** Words of the dialect in any order. */
const vocabulary = [
	...new Set(Object.values(lines).flatMap((each) => each.flatMap((line) => line.split(" ")))),
];
const jumbled = (line: fc.Arbitrary<string>): fc.Arbitrary<string> =>
	fc
		.tuple(line, fc.array(fc.constantFrom(...vocabulary), { maxLength: 6 }), fc.nat(12))
		.map(([text, more, keep]) => [...text.split(" ").slice(0, keep + 1), ...more].join(" ").trim());

describe("the readers of the commonest lines agree with the grammar", () => {
	it.each(rules)("%s: on recorded lines, nearly all of which it reads", (rule) => {
		const found = lines[rule];
		const count = found.filter((line) => agree(rule, line)).length;
		expect(found.length).toBeGreaterThan(15);
		expect(count / found.length).toBeGreaterThan(0.85);
	});

	it.each(rules)("%s: on damaged lines", (rule) => {
		const line = fc.constantFrom(...lines[rule]);
		fc.assert(
			fc.property(fc.oneof(noisy(line), jumbled(line)), (text) => {
				agree(rule, text);
			}),
			{ numRuns: 1500 },
		);
	});

	it("on generated lines", () => {
		fc.assert(
			fc.property(ipAddressDumps(), (ast) => {
				const text = printIpAddress(ast);
				for (const rule of rules) for (const line of linesFor(rule, text)) agree(rule, line);
			}),
			{ numRuns: 200 },
		);
	});

	it("on every text that is none of theirs, to which they say nothing", () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				for (const rule of rules) agree(rule, text);
			}),
		);
	});
});
