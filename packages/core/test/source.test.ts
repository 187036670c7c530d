import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Diagnostic, formatDiagnostic, lineAt, linesOf, Source, visible } from "../src/index.ts";

describe("Source.locate", () => {
	it.each([
		["", 0, 1, 1],
		["", 5, 1, 1],
		["abc", 0, 1, 1],
		["abc", 2, 1, 3],
		["abc", 3, 1, 4],
		["abc", 99, 1, 4],
		["abc\n", 3, 1, 4],
		["abc\n", 4, 2, 1],
		["abc\n", 99, 2, 1],
		["a\r\nb", 3, 2, 1],
		["\n\n\n", 2, 3, 1],
		["😀x", 2, 1, 3],
	])("%j at %i is line %i, column %i", (text, offset, line, column) => {
		expect(new Source("x", text).locate(offset)).toEqual({ line, column });
	});

	it("agrees with counting line ends", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "\t") }), fc.nat(40), (text, at) => {
				const before = text.slice(0, at);
				const lines = before.split("\n");
				expect(new Source("x", text).locate(at)).toEqual({
					line: lines.length,
					column: lines.at(-1)!.length + 1,
				});
			}),
		);
	});

	it("gives lines without their ends, and nothing for lines that are not there", () => {
		const source = new Source("x", "one\r\ntwo\n\nfour");
		expect([0, 1, 2, 3, 4, 5].map((line) => source.lineText(line))).toEqual([
			"",
			"one",
			"two",
			"",
			"four",
			"",
		]);
	});
});

describe("lines", () => {
	it.each([
		["", []],
		["a", [["a", ""]]],
		["a\n", [["a", "\n"]]],
		["a\r\nb\n", [["a", "\r\n"], ["b", "\n"]]], // biome-ignore format: a line a case
		["\r\n\n", [["", "\r\n"], ["", "\n"]]], // biome-ignore format: a line a case
		["a\rb\n\r", [["a\rb", "\n"], ["\r", ""]]], // biome-ignore format: a line a case
	])("%j", (text, expected) => {
		const found = [...linesOf(text)].map(({ start, end, eol }) => [text.slice(start, end), eol]);
		expect(found).toEqual(expected);
	});

	it("tile every text, each with the line end that it has", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r") }), (text) => {
				let at = 0;
				for (const { start, end, next, eol } of linesOf(text)) {
					expect(start).toBe(at);
					expect(text.slice(end, next)).toBe(eol);
					expect(next).toBeGreaterThan(start);
					at = next;
				}
				expect(at).toBe(text.length);
				expect(lineAt(text, at)).toBeUndefined();
			}),
		);
	});
});

describe("formatDiagnostic", () => {
	const format = (text: string, start: number, end: number, more: Partial<Diagnostic> = {}): string =>
		formatDiagnostic(new Source("dump.txt", text), {
			code: "core/test",
			severity: "warning",
			message: "odd",
			start,
			end,
			...more,
		});

	it("shows place, line, caret, what was expected and a hint", () => {
		const text = "FWM  257 rr\nFWM  2x8 rr\n";
		expect(format(text, 17, 20, { expected: ["a mark", "a name"], hint: "look again" })).toBe(
			[
				"dump.txt:2:6: warning: odd [core/test]",
				"  2 | FWM  2x8 rr",
				"    |      ^~~",
				"  expected a mark, a name",
				"  look again",
			].join("\n"),
		);
	});

	it("puts the caret below its place after tabs", () => {
		expect(format("\tab\tcd", 4, 6).split("\n").slice(1)).toEqual(["  1 | \tab\tcd", "    | \t  \t^~"]);
	});

	it("shows control characters as pictures, one column each", () => {
		const [first, line, caret] = format("a\x1b[31mb\x07\x7fc", 8, 9, { message: "bell \x07" }).split("\n");
		expect(first).toBe("dump.txt:1:9: warning: odd [core/test]".replace("odd", "bell ␇"));
		expect(line).toBe("  1 | a␛[31mb␇␡c");
		expect(caret!.indexOf("^") - "    | ".length).toBe(8);
	});

	it("keeps one caret for an empty span, and for one at the end of the text", () => {
		expect(format("abc", 3, 3)).toContain("\n    |    ^");
		expect(format("abc\n", 4, 4)).toContain("\n  2 | \n    | ^");
		expect(format("", 0, 0)).toContain("\n  1 | \n    | ^");
	});

	it("underlines no more than the line of a span of many", () => {
		expect(format("ab\ncd\nef", 1, 8)).toContain("\n    |  ^");
		expect(format("ab\ncd\nef", 1, 8)).not.toContain("~");
	});

	it("cuts a long line down to the place", () => {
		const text = `${"a".repeat(5000)}X${"b".repeat(5000)}`;
		const [, line, caret] = format(text, 5000, 5001).split("\n");
		expect(line!.length).toBeLessThan(200);
		expect(line![caret!.indexOf("^")]).toBe("X");
	});

	it("never throws, and prints no control character but line ends and tabs", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), fc.nat(60), fc.nat(60), (text, start, length) => {
				const printed = format(text, start, start + length, { message: text });
				expect(printed).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
			}),
			{ numRuns: 300 },
		);
	});
});

it("visible leaves tabs and changes no length", () => {
	expect(visible("a\tb\x00\n\x9b\u202e")).toBe("a\tb␀␊��");
});
