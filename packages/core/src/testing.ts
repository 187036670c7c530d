/**
 * What the parsers' property tests share: arbitraries of the common values, noisy texts, and the laws that
 * every parser keeps. Needs the optional peer `fast-check`; importing this without it fails.
 */
import fc from "fast-check";
import { type IpAddress, type IpPrefix, type MacAddress, normalIp } from "./address.ts";
import { cleanText } from "./control.ts";
import type { Num, Unparsed, Word } from "./node.ts";
import type { ParseResult } from "./parse.ts";
import { type Port, portNumber } from "./services.ts";
import type { Span } from "./span.ts";

/** Generated nodes stand nowhere: their spans are empty. */
const nowhere: Span = { start: 0, end: 0 };

export function word(values: fc.Arbitrary<string>): fc.Arbitrary<Word> {
	return values.map((value) => ({ value, ...nowhere }));
}

export function num(values: fc.Arbitrary<number>): fc.Arbitrary<Num> {
	return values.map((value) => ({ value, ...nowhere }));
}

/** IPv4 texts, weighted towards the addresses that tools print in a special way. */
export function ipv4Text(): fc.Arbitrary<string> {
	return fc.oneof(
		{ weight: 4, arbitrary: fc.ipV4() },
		fc.constantFrom("0.0.0.0", "127.0.0.1", "255.255.255.255", "10.255.0.4", "172.18.0.2"),
	);
}

/** Normalised IPv6 texts. */
export function ipv6Text(): fc.Arbitrary<string> {
	return fc
		.oneof({ weight: 4, arbitrary: fc.ipV6() }, fc.constantFrom("::", "::1", "fe80::1", "2001:db8::a:1"))
		.map((text) => normalIp(text)?.value ?? "::");
}

export function ipv4(): fc.Arbitrary<IpAddress> {
	return ipv4Text().map((value) => ({ type: "ip", family: 4, value, ...nowhere }));
}

export function ipv6(): fc.Arbitrary<IpAddress> {
	return ipv6Text().map((value) => ({ type: "ip", family: 6, value, ...nowhere }));
}

export function ipv4Prefix(): fc.Arbitrary<IpPrefix> {
	return fc
		.tuple(ipv4Text(), fc.integer({ min: 0, max: 32 }))
		.map(([address, length]) => ({ type: "prefix", family: 4, address, length, ...nowhere }));
}

export function ipv6Prefix(): fc.Arbitrary<IpPrefix> {
	return fc
		.tuple(ipv6Text(), fc.integer({ min: 0, max: 128 }))
		.map(([address, length]) => ({ type: "prefix", family: 6, address, length, ...nowhere }));
}

export function mac(): fc.Arbitrary<MacAddress> {
	return fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) => ({
		type: "mac",
		value: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":"),
		...nowhere,
	}));
}

export function portNode(): fc.Arbitrary<Port> {
	const name = fc.constantFrom("domain", "http", "webcache", "http-alt", "no-such-service");
	return fc
		.oneof(
			{ weight: 3, arbitrary: fc.integer({ min: 0, max: 65535 }).map((number) => ({ number })) },
			name.map((text) => {
				const number = portNumber(text);
				return number === undefined ? { name: text } : { name: text, number };
			}),
		)
		.map((port) => ({ type: "port", ...port, ...nowhere }));
}

/**
 * Texts to attack a parser with: random ones, and recordings that were cut, garbled, glued, coloured,
 * given CRLF or a prompt in the middle.
 */
export function hostileText(recordings: readonly string[]): fc.Arbitrary<string> {
	const recording = fc.constantFrom("", ...recordings);
	const place = fc.double({ min: 0, max: 1, noNaN: true });
	const noise = fc.oneof(
		fc.string({ maxLength: 12, unit: "binary" }),
		fc.constantFrom(
			"\n",
			"\r\n",
			"\t",
			"\0",
			"\v",
			"\u00a0",
			"\x1b[31m",
			"\x08",
			"\ufeff",
			"root@h:~# ",
			"/ # ",
			'"',
			"{",
			"\\",
			"-1",
		),
	);
	const spliced = fc.tuple(recording, place, place, noise).map(([text, a, b, insert]) => {
		const from = Math.floor(Math.min(a, b) * text.length);
		const to = Math.floor(Math.max(a, b) * text.length);
		return text.slice(0, from) + insert + text.slice(to);
	});
	const inserted = fc.tuple(recording, place, noise).map(([text, at, insert]) => {
		const offset = Math.floor(at * text.length);
		return text.slice(0, offset) + insert + text.slice(offset);
	});
	return fc.oneof(
		fc.string({ unit: "binary" }),
		fc.string({ unit: "grapheme-ascii", maxLength: 200 }),
		inserted,
		spliced,
		fc.tuple(recording, recording).map(([a, b]) => a + b),
		recording.map((text) => text.replaceAll("\n", "\r\n")),
	);
}

/** A copy of a node without spans, for comparing what was read with what was meant. */
export function withoutSpans<Node>(node: Node): Node {
	return JSON.parse(
		JSON.stringify(node, (key, value) => (key === "start" || key === "end" ? undefined : value)),
	);
}

/** Throws unless the statements tile `[0, length)`: every byte belongs to exactly one of them. */
export function assertTiles(length: number, statements: readonly Span[]): void {
	let at = 0;
	for (const { start, end } of statements) {
		if (start !== at || end < start) throw new Error(`statement [${start}, ${end}) does not start at ${at}`);
		at = end;
	}
	if (at !== length) throw new Error(`statements end at ${at}, the text at ${length}`);
}

/** Throws unless every span below the node lies within its parent's. */
export function assertNested(node: unknown, within: Span): void {
	if (typeof node !== "object" || node === null) return;
	const { start, end } = node as Partial<Span>;
	let inner = within;
	if (typeof start === "number" && typeof end === "number" && !Array.isArray(node)) {
		if (start < within.start || end > within.end || end < start) {
			throw new Error(`span [${start}, ${end}) lies outside [${within.start}, ${within.end})`);
		}
		inner = { start, end };
	}
	for (const child of Object.values(node)) assertNested(child, inner);
}

/** The unparsed nodes anywhere in a tree. */
export function unparsedIn(node: unknown): Unparsed[] {
	if (typeof node !== "object" || node === null) return [];
	if ((node as { type?: unknown }).type === "unparsed") return [node as Unparsed];
	return Object.values(node).flatMap(unparsedIn);
}

/** What {@link checkLaws} needs to know of a parser whose AST is a list of statements. */
export interface LawfulParser<Ast extends Span & { readonly statements: readonly Span[] }> {
	readonly parse: (text: string) => ParseResult<Ast>;
	readonly print: (ast: Ast) => string;
}

/**
 * The laws that hold on every text whatever: no throw, statements tile, spans nest, each unparsed node has
 * a diagnostic, and printing is stable (what was printed parses and prints to itself).
 */
export function checkLaws<Ast extends Span & { readonly statements: readonly Span[] }>(
	{ parse, print }: LawfulParser<Ast>,
	text: string,
): void {
	const { ast, diagnostics } = parse(text);
	// Terminal noise belongs to the statement beside it; of a text of nothing else there is none.
	if (cleanText(text).text !== "" || ast.statements.length > 0) assertTiles(text.length, ast.statements);
	assertNested(ast, { start: 0, end: text.length });
	for (const node of unparsedIn(ast)) {
		if (!diagnostics.some(({ start, end }) => start <= node.end && end >= node.start)) {
			throw new Error(`no diagnostic for the unparsed ${JSON.stringify(node.text)}`);
		}
	}
	const printed = print(ast);
	const again = print(parse(printed).ast);
	if (again !== printed) throw new Error(`printing is not stable: ${JSON.stringify({ printed, again })}`);
}

/** Builds a grammar with chevrotain's own checks on, on a node that lacks `Object.groupBy` too. */
export function validateGrammar(build: () => unknown): void {
	const object = Object as unknown as {
		groupBy?: (items: Iterable<unknown>, key: (item: unknown) => string) => object;
	};
	const missing = object.groupBy === undefined;
	if (missing) {
		object.groupBy = (items, key) => {
			const groups: Record<string, unknown[]> = {};
			for (const item of items) {
				const name = key(item);
				groups[name] ??= [];
				groups[name].push(item);
			}
			return groups;
		};
	}
	try {
		build();
	} finally {
		if (missing) delete object.groupBy;
	}
}
