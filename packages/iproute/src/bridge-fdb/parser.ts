import {
	type Blank,
	type Draft,
	type ParseResult,
	type PartReader,
	parseDocument,
	parseLines,
	partsOf,
	type Report,
	readIp,
	type SourceLine,
	type Span,
	type Unparsed,
} from "@netfossil/core";
import { type IToken, nodeOf, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import { readLinkAddress } from "../address/values.ts";
import { placed, rowOfLine } from "../rows.ts";
import { addUnknown, type UnknownText, unknownDiagnostic } from "../unknown.ts";
import type { BridgeFdb, BridgeFdbStatement, FdbEntry, FdbUse, FdbWord } from "./ast.ts";
import { readFast } from "./fast.ts";
import { entryTrailing } from "./print.ts";
import * as t from "./tokens.ts";
import { FDB_WORDS } from "./words.ts";

type Entry = Draft<FdbEntry> & { flags: string[] };

const PLACES: ReadonlyMap<string, number> = new Map(FDB_WORDS.map((word, place) => [word, place]));

/**
 * A line of the forwarding database. Words may stand in any order, for releases differ in it.
 *
 * ```
 * entry := ADDRESS (FIELD | FLAG | STATE | unknown)*
 * FIELD := ("dev" | "via" | "master") NAME | "dst" IP | "used" N "/" N | "via" "ifindex" N
 *        | ("vlan" | "port" | "vni" | "src_vni" | "nhid" | "link-netnsid") N
 * ```
 */
export class FdbParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createFdbLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<FdbEntry> {
		return this.read(this.entry, text, start, end);
	}

	private anyWord = this.tokenRule("anyWord", [
		t.Field,
		t.Flag,
		t.State,
		t.StateBits,
		t.ViaIndex,
		t.Address,
		t.Text,
	]);

	private entry = this.RULE("entry", (): FdbEntry => {
		const address = this.CONSUME(t.Address);
		const words: IToken[] = [];
		this.MANY(() => {
			words.push(this.SUBRULE(this.anyWord));
		});
		return this.ACTION(() => this.build(address, words));
	});

	private build(address: IToken, words: readonly IToken[]): FdbEntry {
		const node: Entry = {
			type: "entry",
			start: 0,
			end: 0,
			address: readLinkAddress(address.image, this.base + address.startOffset),
			flags: [],
		};
		const order: FdbWord[] = [];
		const unknown: UnknownText<FdbWord>[] = [];
		let inOrder = true;
		let last = -1;
		for (const token of words) {
			const word = this.take(node, token);
			if (word === undefined || order.includes(word)) {
				addUnknown(unknown, token.image, this.span(token), order.at(-1));
				continue;
			}
			order.push(word);
			const place = PLACES.get(word)!;
			if (place < last) inOrder = false;
			last = place;
		}
		if (!inOrder) node.order = order;
		if (unknown.length > 0) node.unknown = unknown;
		return node;
	}

	/** Takes what a token says into the node; undefined when it is nothing that is known. */
	private take(node: Entry, token: IToken): FdbWord | undefined {
		const { image, tokenType } = token;
		const start = this.base + token.startOffset;
		const end = start + image.length;
		if (tokenType === t.Flag) {
			if (node.flags.includes(image) || (image === "master" && node.master !== undefined)) return undefined;
			node.flags.push(image);
			return image as FdbWord;
		}
		if (tokenType === t.State || tokenType === t.StateBits) {
			if (node.state !== undefined) return undefined;
			node.state = { value: image, start, end };
			return "state";
		}
		if (tokenType === t.ViaIndex) {
			if (node.viaIndex !== undefined) return undefined;
			const digits = image.slice(image.search(/\d/));
			node.viaIndex = readNumber(digits, end - digits.length, end);
			return "via ifindex";
		}
		return tokenType === t.Field ? takeField(node, image, start) : undefined;
	}
}

const NUMBERS = {
	vlan: "vlan",
	port: "port",
	vni: "vni",
	src_vni: "srcVni",
	nhid: "nhid",
	"link-netnsid": "netnsid",
} as const;

/** Takes a word and its value; undefined when the value is none for the word, or another one stands already. */
function takeField(node: Entry, image: string, start: number): FdbWord | undefined {
	const blank = image.search(/[ \t]/);
	const word = image.slice(0, blank);
	let at = blank + 1;
	while (image[at] === " " || image[at] === "\t") at++;
	const value = image.slice(at);
	const span = { start: start + at, end: start + image.length };
	switch (word) {
		case "dev":
		case "via":
		case "master":
			if (node[word] !== undefined || (word === "master" && node.flags.includes(word))) return undefined;
			node[word] = { value, start: span.start, end: span.end };
			return word;
		case "dst": {
			const ip = node.dst === undefined ? readIp(value, span.start) : undefined;
			if (ip === undefined) return undefined;
			node.dst = ip;
			return word;
		}
		case "used": {
			const used = node.used === undefined ? readUse(value, span) : undefined;
			if (used === undefined) return undefined;
			node.used = used;
			return word;
		}
		default: {
			const key = NUMBERS[word as keyof typeof NUMBERS];
			if (node[key] !== undefined || !/^-?\d+$/.test(value)) return undefined;
			node[key] = readNumber(value, span.start, span.end);
			return word as FdbWord;
		}
	}
}

function readUse(text: string, { start, end }: Span): FdbUse | undefined {
	const slash = text.indexOf("/");
	const used = Number(text.slice(0, slash));
	const updated = Number(text.slice(slash + 1));
	return `${used}/${updated}` === text ? { used, updated, start, end } : undefined;
}

let parser: FdbParser | undefined;

/** Reads what `bridge fdb show` prints. */
export function parseBridgeFdb(input: string): ParseResult<BridgeFdb> {
	return parseDocument(input, "bridge-fdb", read);
}

/** Reads a forwarding database in parts: see `parseParts`. */
export function bridgeFdbParts(): PartReader<BridgeFdbStatement> {
	return partsOf(parseBridgeFdb);
}

function read(text: string): ParseResult<(FdbEntry | Blank | Unparsed)[]> {
	return parseLines(
		text,
		"bridge fdb",
		(line, report) => readFast(text, line) ?? readByGrammar(text, line, report),
	);
}

/** Reads an entry by the grammar; exported for the test that {@link readFast} agrees with it. */
export function readByGrammar(text: string, line: SourceLine, report: Report): FdbEntry | undefined {
	parser ??= new FdbParser();
	const row = rowOfLine(text, line);
	const node = nodeOf(parser.readLine(text, row.end - row.body.length, row.end), "iproute", report);
	for (const words of node?.unknown ?? []) report(unknownDiagnostic("bridge", words));
	return node && placed(node, row, "", entryTrailing(node));
}
