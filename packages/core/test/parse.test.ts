import { describe, expect, it } from "vitest";
import {
	createLexer,
	createToken,
	type IToken,
	type Reading,
	StatementParser,
	syntaxDiagnostic,
	wordToken,
} from "../src/grammar.ts";
import {
	MAX_LINE,
	type Num,
	parseLines,
	printLine,
	printPlain,
	type Unparsed,
	type Word,
} from "../src/index.ts";
import { assertNested, assertTiles, unparsedIn, validateGrammar } from "../src/testing.ts";

describe("parseLines", () => {
	const parse = (text: string) =>
		parseLines(text, "test", ({ start, next }) => ({ type: "line", start, end: next }));

	it("asks only for lines that hold something, and keeps blank ones", () => {
		const { ast, diagnostics } = parse("a\n\n \t\r\nb");
		expect(diagnostics).toEqual([]);
		expect(ast).toEqual([
			{ type: "line", start: 0, end: 2 },
			{ type: "blank", start: 2, end: 3 },
			{ type: "blank", start: 3, end: 7, text: " \t", eol: "\r\n" },
			{ type: "line", start: 7, end: 8 },
		]);
	});

	it("refuses a line over the limit unread, and reads on after it", () => {
		const long = "x".repeat(MAX_LINE + 1);
		const { ast, diagnostics } = parse(`a\n${long}\nb\n`);
		expect(ast.map((node) => (node as { type: string }).type)).toEqual(["line", "unparsed", "line"]);
		expect(unparsedIn(ast)[0]?.text).toBe(long);
		expect(diagnostics).toMatchObject([
			{ code: "core/line-too-long", severity: "warning", start: 2, end: 2 + long.length },
		]);
		expect(parse("x".repeat(MAX_LINE)).diagnostics).toEqual([]);
	});

	it("keeps as unparsed what the reader does not know", () => {
		const { ast } = parseLines<Unparsed>("a\r\nb", "test", () => undefined);
		expect(ast.map((node) => printPlain(node)).join("")).toBe("a\r\nb");
		assertTiles(4, ast);
	});
});

it("printLine puts blanks in place of the tool's own, and line ends as they were", () => {
	const span = { start: 0, end: 0 };
	expect(printLine(span, "a  ")).toBe("a  \n");
	expect(printLine({ ...span, trailing: "" }, "a  ")).toBe("a\n");
	expect(printLine({ ...span, trailing: "\t", indent: "> ", eol: "\r\n" }, "a ")).toBe("> a\t\r\n");
	expect(printLine({ ...span, eol: "" }, "a")).toBe("a");
});

describe("StatementParser", () => {
	const text = wordToken("Text", "a word");
	const key = createToken({ name: "Key", pattern: /key(?![^ ])/, label: "'key'" });
	const blank = createToken({ name: "Blank", pattern: / +/, group: "skipped" });

	interface Pair {
		readonly name: Word;
		readonly number: Num;
	}

	class PairParser extends StatementParser {
		constructor(skipValidations = true) {
			super([blank, key, text], createLexer([blank, key, text]), { skipValidations });
			this.performSelfAnalysis();
		}

		pair(source: string, start: number, end: number): Reading<Pair> {
			return this.read(this.whole, source, start, end);
		}

		private whole = this.RULE("whole", (): Pair => {
			this.CONSUME(key);
			const name = this.word(this.CONSUME(text));
			const number = this.CONSUME1(text);
			return this.ACTION(() => ({ name, number: this.checked(number) }));
		});

		private checked(token: IToken): Num {
			return /^\d+$|^0x/.test(token.image) ? this.number(token) : this.refuse(token, "a number");
		}
	}
	const parser = new PairParser();

	it("is valid", () => {
		validateGrammar(() => new PairParser(false));
	});

	it("reads a slice, with offsets of the whole text", () => {
		expect(parser.pair("....key a 0x10....", 4, 14)).toEqual({
			node: {
				name: { value: "a", start: 8, end: 9 },
				number: { value: 16, text: "0x10", start: 10, end: 14 },
			},
		});
	});

	it.each([
		["a token of another type", "..kex a 1", { start: 2, end: 5, found: "kex", expected: ["'key'"] }],
		["the end too soon", "..key a", { start: 7, end: 7, found: "the end of the line", expected: ["a word"] }],
		[
			"more than there may be",
			"..key a 1 b",
			{ start: 10, end: 11, found: "b", expected: ["the end of the line"] },
		],
		["a token that an action refuses", "..key a x", { start: 8, end: 9, found: "x", expected: ["a number"] }],
	])("%s is a fault", (_, source, fault) => {
		expect(parser.pair(source, 2, source.length)).toEqual({ fault });
		expect(syntaxDiagnostic("test", fault)).toMatchObject({ code: "test/syntax", start: fault.start });
		// Nothing of it is left for the next statement.
		expect(parser.pair("key a 1", 0, 7)).toHaveProperty("node");
	});
});

describe("laws", () => {
	it("assertTiles sees gaps, overlaps and a short end", () => {
		const span = (start: number, end: number) => ({ start, end });
		assertTiles(3, [span(0, 1), span(1, 3)]);
		for (const bad of [[span(0, 1), span(2, 3)], [span(0, 2), span(1, 3)], [span(0, 2)], [span(1, 3)], []]) {
			expect(() => assertTiles(3, bad)).toThrow();
		}
	});

	it("assertNested sees a child that sticks out", () => {
		const within = { start: 0, end: 9 };
		assertNested({ start: 1, end: 5, child: { start: 1, end: 5 } }, within);
		expect(() => assertNested({ start: 1, end: 5, child: [{ start: 1, end: 6 }] }, within)).toThrow();
		expect(() => assertNested({ start: 3, end: 2 }, within)).toThrow();
	});
});
