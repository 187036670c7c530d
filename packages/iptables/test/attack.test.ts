import { readdirSync, readFileSync } from "node:fs";
import { parseParts } from "@netfossil/core";
import { checkLaws, hostileText, unparsedIn, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectInProportion } from "../../../test/growth.ts";
import {
	chains,
	type IptablesList,
	type IptablesSave,
	parseList,
	parseSave,
	printList,
	printSave,
	type Rule,
	saveParts,
} from "../src/index.ts";

const root = new URL("../../../fixtures/iptables/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const filesOf = (folder: string): string[] =>
	readdirSync(new URL(folder, root)).map((name) => `${folder}${name}`);

type Ast = IptablesList | IptablesSave;
interface Dialect {
	readonly parse: (text: string) => { ast: Ast; diagnostics: readonly { start: number; end: number }[] };
	readonly texts: readonly string[];
}

// Chains that are called as a target is are told by a line below the rule, so that no prefix is sure of them.
const awkward = filesOf("awkward/").filter((path) => !path.includes("clash"));
const others = ["ufw", "docker-engine", "awkward"].flatMap((name) =>
	["filter.nvL.txt", "filter.L.txt", "save-c.txt", "filter.vS.txt"].map(
		(file) => `rulesets/${name}/nft-4/${file}`,
	),
);
const isList = (path: string): boolean => /L\.txt$|added/.test(path);
const lists: Dialect = { parse: parseList, texts: [...awkward, ...others].filter(isList).map(read) };
const saves: Dialect = {
	parse: parseSave,
	texts: [...awkward, ...others].filter((path) => !isList(path)).map(read),
};
/** Without comments that hold a newline: there each line is a statement. */
const byLine = (texts: readonly string[]): string[] =>
	texts
		.filter((text) => !text.includes("two\nlines"))
		.map((text) => text.slice(0, 6000).replace(/[^\n]*$/, ""));
const plain = (ast: Ast): unknown[] => withoutSpans(ast.statements) as unknown[];
const rulesOf = (ast: Ast): Rule[] => ast.statements.filter((node) => node.type === "rule");

const RULE = "-A INPUT -s 10.0.0.1/32 -p tcp -m tcp --dport 22 -j ACCEPT\n";
const ROW = "ACCEPT     tcp  --  10.0.0.1             anywhere             tcp dpt:ssh\n";

describe("a text that is read in parts", () => {
	it("keeps the chains that an earlier part declared, for one may be called as a target is", async () => {
		const head = "*filter\n:INPUT ACCEPT [0:0]\n:LOG - [0:0]\n";
		const text = `${head}${"-A INPUT -s 10.0.0.1/32 -j LOG\n".repeat(20_000)}COMMIT\n`;
		const statements: unknown[] = [];
		let parts = 0;
		for await (const { ast } of parseParts(text.match(/[\s\S]{1,99991}/g) ?? [], saveParts())) {
			statements.push(...ast);
			parts++;
		}
		const whole = parseSave(text).ast;
		expect(parts).toBeGreaterThan(1);
		expect(statements).toEqual(whole.statements);
		expect(rulesOf(whole).at(-1)?.target).toMatchObject({ type: "jump" });
	});
});

describe("a text that was cut", () => {
	const keepsWholeLines = ({ parse }: Dialect, text: string, cut: number): void => {
		const whole = parse(text).ast.statements;
		const last = text.lastIndexOf("\n", cut - 1) + 1;
		const part = parse(text.slice(0, cut)).ast.statements;
		const before = whole.filter(({ end }) => end <= last);
		expect(part.slice(0, before.length)).toEqual(before);
	};

	it.each([
		["a listing", lists, read("rulesets/ufw/nft-4/filter.nvL.txt").slice(0, 1500)],
		["a save", saves, read("rulesets/ufw/nft-4/save-c.txt").slice(0, 1500)],
		["awkward names", lists, read("awkward/nft.nL.txt").slice(0, 3300)],
		["awkward rules", saves, read("awkward/nft.S.txt")],
	] as const)("%s, at every byte: the lines before stay the same", (_, dialect, text) => {
		for (let cut = 0; cut <= text.length; cut++) keepsWholeLines(dialect, text, cut);
	});

	it.each([lists, saves])("any recording, anywhere", (dialect) => {
		fc.assert(
			fc.property(fc.constantFrom(...dialect.texts), fc.double({ min: 0, max: 1, noNaN: true }), (text, at) =>
				keepsWholeLines(dialect, text, Math.floor(at * text.length)),
			),
			{ numRuns: 60 },
		);
	});
});

describe("one line that is broken", () => {
	it.each([
		["list", lists],
		["save", saves],
	] as const)("%s: is missed by no other line", (_, { parse, texts }) => {
		fc.assert(
			fc.property(fc.constantFrom(...byLine(texts)), fc.nat(), (text, pick) => {
				const rows = text.split("\n").slice(0, -1);
				// Before its first column line a listing is a fragment, whose columns are guessed.
				const first = rows.findIndex((row) => row.includes("destination")) + 1;
				const at = first + (pick % (rows.length - first));
				const without = rows.toSpliced(at, 1).join("\n");
				const { ast } = parse(text);
				expect(plain(parse(`${without}\n`).ast)).toEqual(plain(ast).toSpliced(at, 1));
			}),
			{ numRuns: 80 },
		);
	});

	const garbage = (texts: readonly string[]): fc.Arbitrary<string> =>
		fc.oneof(
			fc.string({ maxLength: 60 }),
			fc.string({ maxLength: 60, unit: "grapheme" }),
			fc.constantFrom(
				'-A INPUT -m comment --comment "open',
				"Chain",
				"Chain x (",
				'"',
				"/* open",
				"> > ",
				"COMMIT x",
				"* * *",
			),
			fc
				.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat({ max: 80 }))
				.map(([text, from, length]) => text.slice(from % text.length).slice(0, length)),
		);

	it.each([
		["list", lists],
		["save", saves],
	] as const)("%s: garbage in its place changes no other statement", (_, { parse, texts }) => {
		const whole = byLine(texts);
		// A line that a whole statement of the dialect could be is no garbage, nor is what a terminal writes.
		const line = garbage(whole)
			.map((each) => each.replace(/[\r\n\x1b\x08\ufeff]/g, ""))
			.filter((each) => !each.includes("destination") && !/ \*\//.test(each) && !each.endsWith("\\"));
		fc.assert(
			fc.property(fc.constantFrom(...whole), fc.nat(), line, (text, pick, garbled) => {
				const rows = text.split("\n").slice(0, -1);
				const first = rows.findIndex((row) => row.includes("destination")) + 1;
				const at = first + (pick % (rows.length - first));
				const { ast } = parse(`${rows.with(at, garbled).join("\n")}\n`);
				expect(plain(ast).toSpliced(at, 1)).toEqual(plain(parse(text).ast).toSpliced(at, 1));
			}),
			{ numRuns: 150 },
		);
	});

	it("a prompt in the middle of a rule spoils that rule", () => {
		const { ast, diagnostics } = parseList(`${ROW}ACCEPT     tcp  --  10.0root@h:~# date\n${ROW}`);
		expect(ast.statements.map(({ type }) => type)).toEqual(["rule", "unparsed", "rule"]);
		expect(diagnostics).toHaveLength(1);
		const saved = parseSave(`${RULE}-A INPUT -s 10.0.0root@h:~# date\n${RULE}`);
		expect(saved.ast.statements.map(({ type }) => type)).toEqual(["rule", "unparsed", "rule"]);
		expect(saved.diagnostics).toMatchObject([{ code: "iptables/syntax", start: RULE.length + 12 }]);
	});
});

describe("texts put together", () => {
	it("one after the other: the statements of both", () => {
		fc.assert(
			fc.property(fc.constantFrom(...saves.texts), fc.constantFrom(...saves.texts), (a, b) => {
				expect(plain(parseSave(a + b).ast)).toEqual([...plain(parseSave(a).ast), ...plain(parseSave(b).ast)]);
			}),
			{ numRuns: 30 },
		);
		fc.assert(
			fc.property(fc.constantFrom(...lists.texts), fc.constantFrom(...lists.texts), (a, b) => {
				// The second begins with a chain line and its columns; nothing of the first reaches beyond them.
				fc.pre(b.startsWith("Chain "));
				expect(plain(parseList(a + b).ast)).toEqual([...plain(parseList(a).ast), ...plain(parseList(b).ast)]);
			}),
			{ numRuns: 30 },
		);
	});

	it("without a newline between: only the line where they meet is spoilt", () => {
		const save = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT";
		const { ast } = parseSave(`${save}${save}\n`);
		expect(ast.statements.map(({ type }) => type)).toEqual([
			"table",
			"chain-declaration",
			"rule",
			"unparsed",
			"chain-declaration",
			"rule",
			"commit",
		]);
	});

	it("line by line of two commands: each line is read", () => {
		const a = read("rulesets/ufw/nft-4/save-c.txt").trimEnd().split("\n");
		const b = read("rulesets/docker-engine/nft-4/save-c.txt").trimEnd().split("\n");
		const mixed = a.flatMap((line, index) => [line, ...b.slice(index, index + 1)]);
		const { ast, diagnostics } = parseSave(`${mixed.join("\n")}\n`);
		expect(diagnostics).toEqual([]);
		const whole = [...a, ...b.slice(0, a.length)].filter((line) => line.includes("-A "));
		expect(rulesOf(ast)).toHaveLength(whole.length);
	});

	it("a save without its table or its COMMIT still has its rules and chains", () => {
		const lines = read("rulesets/docker-engine/nft-4/save.txt").split("\n");
		const bare = lines.filter((line) => !/^[*#]|^COMMIT/.test(line)).join("\n");
		const { ast, diagnostics } = parseSave(bare);
		expect(diagnostics).toEqual([]);
		expect(rulesOf(ast)).toHaveLength(lines.filter((line) => line.startsWith("-A")).length);
		expect(chains(ast)[0]?.inferred?.candidates).toHaveLength(1);
	});
});

describe("what is no text of iptables", () => {
	const nothing = (text: string): Ast[] => [parseList(text).ast, parseSave(text).ast];

	it("nothing, and blanks", () => {
		for (const ast of nothing("")) expect(ast.statements).toEqual([]);
		for (const ast of nothing(" \t \n\n"))
			expect(ast.statements.map(({ type }) => type)).toEqual(["blank", "blank"]);
	});

	it("bytes of a program, NUL, broken characters", () => {
		const bytes = Array.from({ length: 4096 }, (_, index) => String.fromCharCode((index * 7919) % 256)).join(
			"",
		);
		for (const text of [bytes, "\0".repeat(300), "\ud800\udfff\ud800", `${RULE}\0\0\0\n${RULE}`]) {
			checkLaws({ parse: parseList, print: printList }, text);
			checkLaws({ parse: parseSave, print: printSave }, text);
		}
		expect(rulesOf(parseSave(`${RULE}\0\0\0\n${RULE}`).ast)).toHaveLength(2);
	});

	it("a megabyte in one line: kept, and soon", () => {
		for (const piece of [
			"x",
			"-A INPUT ",
			"--dport 22 ",
			'"',
			"/* ",
			" */",
			"! ",
			"[goto] ",
			"\\",
			"> ",
			"&quot;",
		]) {
			const line = (size: number): string => piece.repeat(Math.ceil(size / piece.length));
			for (const before of ["", `${RULE.trimEnd()} `, `${ROW.trimEnd()} `]) {
				const read = (text: string): void => {
					expect(printSave(parseSave(text).ast).length).toBeGreaterThan(0);
					expect(printList(parseList(text).ast).length).toBeGreaterThan(0);
				};
				expectInProportion((size) => before + line(size), read, 40_000, `${piece} after ${before}`);
			}
		}
	});

	it("any characters at all", () => {
		const hand = [
			"iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE\n",
			"sudo iptables -A INPUT \\\n -p tcp -m comment --comment 'x y' -j DROP || exit\n",
			"-I INPUT 2 -d ! 10.0.0.0/8 -j DROP\n-D INPUT 1\n-F\n-R INPUT 1 -j LOG\n-4 -X\n-E a b\n",
			"> Chain INPUT (policy ACCEPT)\n> target     prot opt source               destination         \n",
			"ACCEPT  tcp opt -- in * out *  0.0.0.0/0  -> 0.0.0.0/0   tcp dpt:443\n",
			...["forms/nft-49.txt", "forms/nft-29.txt", "forms/nft-47.txt"].map((path) =>
				read(path).slice(0, 1500),
			),
			...lists.texts.map((text) => text.slice(0, 1500)),
			...saves.texts.map((text) => text.slice(0, 1500)),
		];
		fc.assert(
			fc.property(hostileText(hand), (text) => {
				checkLaws({ parse: (each) => parseList(each), print: printList }, text);
				checkLaws({ parse: parseSave, print: printSave }, text);
				chains(parseList(text).ast);
				chains(parseSave(text).ast);
			}),
			{ numRuns: 500 },
		);
	});
});

describe("what editors and terminals do to a text", () => {
	const list = read("rulesets/docker-engine/nft-4/nat.nvL.txt");
	const save = read("rulesets/docker-engine/nft-4/save.txt");
	const same = (ast: Ast, other: Ast): void => {
		const bare = (each: Ast): unknown[] =>
			rulesOf(each).map((rule) => {
				const { eol, trailing, indent, text, ...rest } = withoutSpans(rule) as unknown as Record<
					string,
					unknown
				>;
				return rest;
			});
		expect(bare(ast).length).toBeGreaterThan(5);
		expect(bare(ast)).toEqual(bare(other));
	};

	it.each<[string, (text: string) => string]>([
		["CRLF", (text) => text.replaceAll("\n", "\r\n")],
		["a byte order mark", (text) => `\ufeff${text}`],
		["colours", (text) => text.replace(/(Chain|DROP|-A)/g, "\x1b[1;31m$1\x1b[0m")],
		["trailing blanks cut", (text) => text.replace(/[ \t]+$/gm, "")],
		["trailing blanks added", (text) => text.replace(/$/gm, "  ")],
		["indentation", (text) => text.replace(/^/gm, "    ")],
		["quoted mail", (text) => text.replace(/^/gm, "> > ")],
		["tabs for blanks", (text) => text.replace(/ {2,}/g, "\t")],
		["no last newline", (text) => text.trimEnd()],
	])("%s: the rules stay", (_, change) => {
		same(parseSave(change(save)).ast, parseSave(save).ast);
		const changed = parseList(change(list));
		expect(unparsedIn(changed.ast)).toEqual([]);
		same(changed.ast, parseList(list).ast);
	});

	it("lone carriage returns are no line ends", () => {
		const { ast } = parseSave(`${RULE.trimEnd()}\r-A INPUT -j DROP\n${RULE}`);
		expect(ast.statements).toHaveLength(2);
		expect(ast.statements[1]).toMatchObject({ type: "rule" });
	});
});

describe("time", () => {
	const rules = (count: number, line: (index: number) => string): string =>
		Array.from({ length: count }, (_, index) => line(index)).join("");
	const address = (index: number): string => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;

	it.each<[string, (text: string) => unknown, (index: number) => string]>([
		["save", parseSave, (index) => RULE.replace("10.0.0.1", address(index))],
		["list", parseList, (index) => ROW.replace("10.0.0.1", address(index))],
		["open quotes", parseSave, () => '-A INPUT -m comment --comment "open\n'],
		["open comments", parseList, () => `${ROW.trimEnd()} /* open\n`],
		["open comments below one another", parseList, () => "/* \n"],
		[
			"command lines",
			parseSave,
			(index) => `sudo iptables -A INPUT -s ${address(index)} -m comment --comment 'a b' -j DROP\n`,
		],
		[
			"views of many chains",
			(text) => chains(parseSave(text).ast),
			(index) => `-N c${index}\n-A c${index} -j DROP\n`,
		],
		[
			"views of scripts",
			(text) => chains(parseSave(text).ast),
			(index) => `-A c${index} -j DROP\n-F c${index}\n`,
		],
	])("%s: the time grows with the lines", (_, parse, line) => {
		expectInProportion((count) => rules(count, line), parse, 1500);
	});
});

it("a long command line is read in no time", () => {
	for (const words of ["-a ", "-a b ", "nsenter -a ", "sudo nsenter -a "]) {
		const line = `nsenter ${words.repeat(3000)}x`;
		expect(parseSave(line).ast.statements).toMatchObject([{ type: "unparsed" }]);
	}
	expect(parseSave("nsenter -t 1 -n iptables -A INPUT -j ACCEPT\n").ast.statements).toMatchObject([
		{ type: "rule" },
	]);
});
