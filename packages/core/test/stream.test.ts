import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	type Diagnostic,
	type PartReader,
	parseLines,
	parseParts,
	type Span,
	wholeLines,
} from "../src/index.ts";

interface Line extends Span {
	readonly type: string;
	readonly word?: { readonly value: string } & Span;
}

const lines = (text: string) =>
	parseLines<Line>(text, "test", ({ start, end, next }, report) => {
		if (text[start] === "!") report({ code: "test/bang", severity: "info", message: "", start, end });
		const type = text.startsWith("  ", start) ? "more" : "line";
		return { type, word: { value: text.slice(start, end), start, end }, start, end: next };
	});
const byLine: PartReader<Span> = { whole: wholeLines, read: lines };

async function collect(chunks: Iterable<string>, reader: PartReader<Span> = byLine) {
	const ast: Span[] = [];
	const diagnostics: Diagnostic[] = [];
	let parts = 0;
	for await (const part of parseParts(chunks, reader)) {
		ast.push(...part.ast);
		diagnostics.push(...part.diagnostics);
		parts++;
	}
	return { ast, diagnostics, parts };
}

describe("parseParts", () => {
	it("gives what the whole text gives, however it is cut", async () => {
		const cut = fc
			.array(fc.constantFrom("a 1\n", "!b\r\n", "\n", "  more\n", "x".repeat(900)), { maxLength: 900 })
			.chain((pieces) => {
				const text = pieces.join("");
				return fc
					.array(fc.nat(Math.max(1, text.length)), { maxLength: 8 })
					.map((cuts) => ({ text, cuts: [0, ...cuts.sort((a, b) => a - b), text.length] }));
			});
		await fc.assert(
			fc.asyncProperty(cut, async ({ text, cuts }) => {
				const chunks = cuts.slice(1).map((end, index) => text.slice(cuts[index], end));
				const { ast, diagnostics } = await collect(chunks);
				expect({ ast, diagnostics }).toEqual(lines(text));
			}),
			{ numRuns: 50 },
		);
	});

	it("reads long texts in parts, and holds only what is not whole", async () => {
		let longest = 0;
		const watched: PartReader<Span> = {
			whole: wholeLines,
			read: (text) => {
				longest = Math.max(longest, text.length);
				return lines(text);
			},
		};
		const chunk = `${"x".repeat(99)}\n`.repeat(600);
		const { ast, parts } = await collect(
			Array.from({ length: 50 }, () => chunk),
			watched,
		);
		expect(ast.length).toBe(30_000);
		expect(parts).toBeGreaterThan(5);
		expect(longest).toBeLessThan(400_000);
	});

	it("reads a line that never ends, in time that grows with its length", async () => {
		const looks: number[] = [];
		const watched: PartReader<Span> = {
			whole: (text) => {
				looks.push(text.length);
				return wholeLines(text);
			},
			read: lines,
		};
		const { ast } = await collect(
			Array.from({ length: 300 }, () => "x".repeat(10_000)),
			watched,
		);
		expect(ast).toHaveLength(1);
		expect(looks.length).toBeLessThan(10);
	});

	it("gives nothing for nothing", async () => {
		expect((await collect([])).parts).toBe(0);
		expect((await collect(["", ""])).parts).toBe(0);
	});
});
