import {
	type Draft,
	type IpAddress,
	type Num,
	type ParseResult,
	type PartReader,
	type Port,
	partsOf,
	readIp,
	readPort,
} from "@netfossil/core";
import { type IToken, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import { parseRows } from "../rows.ts";
import type {
	Attribute,
	Connection,
	ConntrackDump,
	ConntrackStatement,
	ConntrackSummary,
	NamedNumber,
	NumberAttribute,
	Tuple,
} from "./ast.ts";
import * as t from "./tokens.ts";

/**
 * The lines of `conntrack -L` and /proc/net/nf_conntrack:
 *
 * ```
 * line      := [EVENT] [NAME N] NAME N [TIMEOUT] [STATE] tuple ["[UNREPLIED]"] tuple attribute* | summary
 * tuple     := "src=" "dst=" ["sport=" "dport=" | "type=" "code=" "id=" | "srckey=" "dstkey="] ["packets=" "bytes="]
 * attribute := "mark=" | "use=" | "zone=" | "id=" | "[FLAG]" | WORD
 * ```
 */
export class ConntrackParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createConntrackLexer(), { skipValidations, maxLookahead: 3 });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<ConntrackStatement> {
		return this.read(this.line, text, start, end);
	}

	private line = this.RULE(
		"line",
		(): ConntrackStatement =>
			this.OR([{ ALT: () => this.SUBRULE(this.summary) }, { ALT: () => this.SUBRULE(this.connection) }]),
	);

	private summary = this.RULE("summary", (): ConntrackSummary => {
		const token = this.CONSUME(t.Summary);
		return this.ACTION((): ConntrackSummary => {
			const [, version, count] = /^conntrack v(\S+) \(conntrack-tools\): (\d+)/.exec(token.image)!;
			const { start } = this.span(token);
			const from = start + "conntrack v".length;
			const at = start + token.image.indexOf(": ") + 2;
			return {
				type: "summary",
				start: 0,
				end: 0,
				version: { value: version!, start: from, end: from + version!.length },
				count: readNumber(count!, at, at + count!.length),
			};
		});
	});

	private connection = this.RULE("connection", (): Connection => {
		const node = { type: "connection", start: 0, end: 0 } as Draft<Connection>;
		this.OPTION(() => {
			const { value, start, end } = this.word(this.CONSUME(t.Event));
			node.event = { value: value.slice(1, -1), start: start + 1, end: end - 1 };
		});
		const first = this.SUBRULE(this.named);
		const second = this.OPTION1(() => this.SUBRULE1(this.named));
		if (second !== undefined) node.family = first;
		node.protocol = second ?? first;
		this.OPTION2(() => {
			node.timeout = this.number(this.CONSUME(t.Integer));
		});
		this.OPTION3(() => {
			node.state = this.word(this.CONSUME(t.State));
		});
		node.original = this.SUBRULE(this.tuple);
		this.OPTION4(() => {
			node.unreplied = this.word(this.CONSUME(t.Unreplied));
		});
		node.reply = this.SUBRULE1(this.tuple);
		const attributes: Attribute[] = [];
		this.MANY(() => {
			attributes.push(this.SUBRULE(this.attribute));
		});
		node.attributes = attributes;
		return node;
	});

	private named = this.RULE("named", (): NamedNumber => {
		const token = this.CONSUME(t.Text);
		const name = this.word(token);
		const number = this.number(this.CONSUME(t.Integer));
		return { name, number, ...this.spanFrom(token) };
	});

	private tuple = this.RULE("tuple", (): Tuple => {
		const first = this.CONSUME(t.Source);
		const node = { source: this.#address(first) } as Draft<Tuple>;
		node.destination = this.#address(this.CONSUME(t.Destination));
		this.OPTION(() =>
			this.OR([
				{
					ALT: () => {
						node.sourcePort = this.#port(this.CONSUME(t.SourcePort));
						node.destinationPort = this.#port(this.CONSUME(t.DestinationPort));
					},
				},
				{
					ALT: () => {
						const type = this.#pair(this.CONSUME(t.IcmpType));
						const code = this.#pair(this.CONSUME(t.IcmpCode));
						node.icmp = { type, code, id: this.#pair(this.CONSUME(t.Id)) };
					},
				},
				{
					ALT: () => {
						const source = this.#pair(this.CONSUME(t.SourceKey));
						node.keys = { source, destination: this.#pair(this.CONSUME(t.DestinationKey)) };
					},
				},
			]),
		);
		this.OPTION1(() => {
			const packets = this.#pair(this.CONSUME(t.Packets));
			node.counters = { packets, bytes: this.#pair(this.CONSUME(t.Bytes)) };
		});
		return Object.assign(node, this.spanFrom(first));
	});

	private attribute = this.RULE("attribute", (): Attribute => {
		const token = this.SUBRULE(this.anything);
		return this.ACTION((): Attribute => {
			const { image } = token;
			const span = this.span(token);
			switch (token.tokenType) {
				case t.Id:
				case t.NumberPair: {
					const value = this.#pair(token);
					const type = image.slice(0, image.indexOf("=")) as NumberAttribute["type"];
					return { type, value, ...span };
				}
				case t.Flag:
				case t.Unreplied:
				case t.Event:
					return { type: "flag", name: image.slice(1, -1), ...span };
				default:
					return { type: "text", text: image, ...span };
			}
		});
	});

	private anything = this.tokenRule("anything", [
		t.NumberPair,
		t.Id,
		t.Flag,
		t.Unreplied,
		t.Event,
		t.Text,
		t.State,
		t.Integer,
	]);

	/** What stands behind the `=` of a pair. */
	#value(token: IToken): { text: string; start: number; end: number } {
		const from = token.image.indexOf("=") + 1;
		const { start, end } = this.span(token);
		return { text: token.image.slice(from), start: start + from, end };
	}

	#pair(token: IToken): Num {
		return this.ACTION(() => {
			const { text, start, end } = this.#value(token);
			if (!/^(?:\d+|0x[0-9a-f]+)$/.test(text)) this.refuse(token, "a number");
			return readNumber(text, start, end);
		});
	}

	#address(token: IToken): IpAddress {
		return this.ACTION(() => {
			const { text, start } = this.#value(token);
			return readIp(text, start) ?? this.refuse(token, "an address");
		});
	}

	#port(token: IToken): Port {
		return this.ACTION(() => {
			const { text, start } = this.#value(token);
			if (text === "") this.refuse(token, "a port");
			return readPort(text, start);
		});
	}
}

let parser: ConntrackParser | undefined;

/** Reads what `conntrack -L` prints, or /proc/net/nf_conntrack. */
export function parseConntrack(text: string): ParseResult<ConntrackDump> {
	parser ??= new ConntrackParser();
	return parseRows(text, "conntrack", parser);
}

/** Reads connections in parts. */
export function conntrackParts(): PartReader<ConntrackDump["statements"][number]> {
	return partsOf(parseConntrack);
}
