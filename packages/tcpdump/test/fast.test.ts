import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Packet, parseTcpdump, printTcpdump } from "../src/index.ts";
import { readFast } from "../src/read/fast.ts";
import { TcpdumpParser } from "../src/read/grammar.ts";
import { packets } from "../src/testing.ts";

const root = new URL("../../../fixtures/tcpdump/", import.meta.url);
const parser = new TcpdumpParser();

/** The packets of a recording as their text, without what the framing takes away: blanks before, a quote. */
function packetsOf(text: string): string[] {
	return parseTcpdump(text)
		.ast.statements.filter((node): node is Packet => node.type === "packet" && node.splices === undefined)
		.map(({ start, end, indent, quote }) => (quote ? "" : text.slice(start + (indent?.length ?? 0), end)))
		.map((packet) => packet.replace(/^ +(?=\d+ {2})/, "").replace(/\r?\n$/, ""));
}

const recorded = readdirSync(root)
	.filter((name) => name.endsWith(".txt"))
	.map((name) => ({ name, packets: packetsOf(readFileSync(new URL(name, root), "utf8")) }));

/** Where the hand-written reader gives a packet, the grammar must give the same; else whether it gave one. */
function agree(text: string): boolean {
	const fast = readFast(text, 0, text.length, 0);
	if (fast === undefined) return false;
	const reading = parser.readPacket(text, 0, text.length);
	// The grammar leaves the place of a packet to the framing.
	const node = "node" in reading ? { ...reading.node, start: 0, end: text.length } : reading;
	expect(fast).toEqual(node);
	// What is written as JSON has its keys in one order.
	expect(JSON.stringify(fast)).toBe(JSON.stringify(node));
	return true;
}

/** Changes to a line that the two readers may see otherwise. */
const NOISE = [
	"",
	" ",
	"  ",
	"\t",
	"\r",
	"\n",
	"\n    ",
	":",
	": ",
	".",
	",",
	", ",
	"0",
	"00",
	"9",
	"a",
	"[",
	"]",
	"(",
	" > ",
	"x",
	"é",
	"IP ",
	"::",
	"-",
	"18446744073709551616",
	", length 7",
	", seq 1",
];
/** A text without one of its words or numbers. */
const gapped = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
	fc.tuple(texts, fc.nat(60)).map(([text, index]) => {
		const words = text.split(/(?<=[ ,:.[\]()])|(?=[ ,:.[\]()])/);
		words.splice(index % words.length, 1);
		return words.join("");
	});
const noisy = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
	fc
		.tuple(
			texts,
			fc.array(fc.tuple(fc.nat(400), fc.nat(4), fc.constantFrom(...NOISE)), { minLength: 1, maxLength: 3 }),
		)
		.map(([text, edits]) =>
			edits.reduce(
				(each, [at, length, by]) =>
					each.slice(0, at % (each.length + 1)) + by + each.slice((at % (each.length + 1)) + length),
				text,
			),
		);

describe("the reader of the commonest packets agrees with the grammar", () => {
	it("on recorded packets, most of which it reads", () => {
		for (const { name, packets: texts } of recorded) {
			const read = texts.filter(agree).length;
			if (/^(?:tcp-a\.(?:n|ne|ntt|nttt|ntttt|num)|live-any-a\.n)\.txt$/.test(name))
				expect(read / texts.length, name).toBeGreaterThan(0.7);
		}
	});

	it("on recorded packets that were damaged", () => {
		const texts = fc.constantFrom(
			...recorded.flatMap(({ packets: each }) => each.filter((text) => text.length < 800)),
		);
		fc.assert(
			fc.property(noisy(texts), gapped(texts), (text, short) => {
				agree(text);
				agree(short);
			}),
			{ numRuns: 5000 },
		);
	});

	it("on generated packets, whole and damaged", () => {
		const texts = packets().map(
			(packet) =>
				packetsOf(printTcpdump({ type: "tcpdump", statements: [packet], start: 0, end: 0 }))[0] ?? "",
		);
		fc.assert(
			fc.property(texts, noisy(texts), gapped(texts), (...each) => {
				for (const text of each) agree(text);
			}),
			{ numRuns: 1500 },
		);
	});
});
