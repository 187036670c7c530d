import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, hasControl, type ParseResult, parseClean, parseLines } from "../src/index.ts";
import { assertTiles } from "../src/testing.ts";

describe("cleanText", () => {
	it.each([
		["plain", "plain"],
		["\x1b[31mred\x1b[0m", "red"],
		["\x1b[38;5;208mx\x1b[K", "x"],
		["\x1b]0;root@host: ~\x07$ ls", "$ ls"],
		["\x1b]0;title\x1b\\x", "x"],
		["\x1b(Bx\x1b=\x1b>", "x"],
		["\x1b[?2004h$ ", "$ "],
		["\ufeffBOM", "BOM"],
		["lz\x08s", "ls"],
		["abc\x08\x08\x08xyz", "xyz"],
		["a\x1b[1mb\x08\x08c", "c"],
		["\x08a", "a"],
		["a\n\x08b", "a\nb"],
		["a\x08\x08\x08b", "b"],
		["e\x1b[K\x08f", "f"],
		["\x1b", "\x1b"],
		// `ip a` typed in bash 5.1 and newer, as script keeps it.
		["\x1b[?2004h# ip a\r\n\x1b[?2004l\r1: lo:\r\n", "# ip a\r\n1: lo:\r\n"],
		["\x1b[?2004h# ip netnsx\x08\x1b[K\r\n", "# ip netns\r\n"],
		["\x1b[mone\r\r\ntwo\r\r\r\n", "one\r\ntwo\r\n"],
		["\x1b[m10%\r20%\rdone", "done"],
		["\x1b[m10%\r20%\r\n", "20%\r\n"],
		["\x1b[m10%\r\x1b[Kdone\n", "done\n"],
		["\x1b[m# lx -a\r\x1b[3Cs -a", "# ls -a"],
		["one\rtwo\n", "one\rtwo\n"],
		["\ufeffone\rtwo\n", "one\rtwo\n"],
	])("%j is %j", (text, clean) => {
		expect(cleanText(text).text).toBe(clean);
	});

	it("joins a typed line that the terminal was too narrow for", () => {
		const typed = `# ${"x".repeat(78)}`;
		expect(cleanText(`\x1b[?2004h# one \rtwo\r\n`).text).toBe("# onetwo\r\n");
		expect(cleanText(`\x1b[m${typed} \rtwo\r\n`).text).toBe(`${typed}two\r\n`);
		// The last column was reached while the line was being edited.
		const edited = `\x1b[?2004h${typed} \r\x1b[A${"\x1b[C".repeat(79)}\x1b[K'\r\n`;
		expect(cleanText(edited).text).toBe(`${typed.slice(0, 79)}'\r\n`);
		// zsh's line of blanks above its prompt.
		expect(cleanText(`\x1b[m%${" ".repeat(119)}\r \r\r$ ls\r\n`).text).toBe("$ ls\r\n");
	});

	it("takes a part for a terminal's where its text is one", () => {
		expect(cleanText("10%\rdone\n", true).text).toBe("done\n");
	});

	const noisy = fc
		.array(
			fc.constantFrom(
				"a",
				"bc",
				"\n",
				"\r\n",
				"\r",
				" \r",
				"\x08",
				"\x08\x08",
				"\x1b[K",
				"\x1b[A",
				"\x1b[2C",
				"\x1b[?2004h",
				"\x1b[1m",
				"\x1b]0;t\x07",
				"\ufeff",
				"\x1b",
			),
			{ maxLength: 20 },
		)
		.map((parts) => parts.join(""));

	it("maps each offset to where its character stands, in order, and the ends to the ends", () => {
		fc.assert(
			fc.property(noisy, (text) => {
				const { text: clean, toOriginal } = cleanText(text);
				expect(toOriginal(0)).toBe(0);
				expect(toOriginal(clean.length)).toBe(clean.length === 0 ? 0 : text.length);
				let before = -1;
				for (let at = 1; at < clean.length; at++) {
					const original = toOriginal(at);
					expect(text[original]).toBe(clean[at]);
					expect(original).toBeGreaterThan(before);
					before = original;
				}
			}),
			{ numRuns: 2000 },
		);
	});

	it("takes out all of it that hasControl sees, once and for all", () => {
		fc.assert(
			fc.property(noisy, (text) => {
				if (!hasControl(text) && !text.includes("\ufeff")) expect(cleanText(text).text).toBe(text);
			}),
		);
	});
});

describe("parseClean", () => {
	interface Root {
		readonly type: "root";
		readonly start: number;
		readonly end: number;
		readonly statements: readonly { readonly start: number; readonly end: number }[];
	}
	const parse = (input: string): ParseResult<Root> =>
		parseClean(input, (text) => {
			const { ast, diagnostics } = parseLines(text, "test", (line, report) => {
				report({ code: "test/line", severity: "warning", message: "a line", ...line });
				return undefined;
			});
			return { ast: { type: "root", start: 0, end: text.length, statements: ast }, diagnostics };
		});

	it("gives spans and diagnostics in offsets of the original, after a note", () => {
		const text = "\x1b[31mred\x1b[0m\nplain\n";
		const { ast, diagnostics } = parse(text);
		expect(ast.statements.map(({ start, end }) => text.slice(start, end))).toEqual([
			"\x1b[31mred\x1b[0m\n",
			"plain\n",
		]);
		expect(diagnostics.map(({ code, start, end }) => [code, text.slice(start, end)])).toEqual([
			["core/control-sequences", ""],
			// Noise belongs to what stands before it, so that spans that meet still do.
			["test/line", "\x1b[31mred\x1b[0m"],
			["test/line", "plain"],
		]);
	});

	it("statements tile every noisy text", () => {
		fc.assert(
			fc.property(
				fc.array(fc.constantFrom("a", "\n", "\r\n", "\r", "\x08", "\x1b[1m", "\ufeff", " "), {
					maxLength: 20,
				}),
				(parts) => {
					const text = parts.join("");
					const { ast } = parse(text);
					if (ast.statements.length > 0) assertTiles(text.length, ast.statements);
					else expect(cleanText(text).text).toBe("");
				},
			),
			{ numRuns: 2000 },
		);
	});
});
