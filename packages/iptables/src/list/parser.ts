import {
	eolOf,
	type Num,
	type ParseResult,
	parseClean,
	parseLines,
	type Report,
	type SourceLine,
	type Word,
} from "@netfossil/core";
import { type IToken, type Reading, StatementParser, syntaxDiagnostic } from "@netfossil/core/grammar";
import type {
	Address,
	ChainHead,
	ColumnLine,
	Counters,
	Interface,
	IptablesList,
	ListStatement,
	Protocol,
	Rule,
	Toggle,
} from "../ast.ts";
import { readAddress, readCounter, readInterface, readProtocol } from "../fields.ts";
import { columnsOf, printColumns, printTail } from "./print.ts";
import { readTail } from "./tail.ts";
import * as t from "./tokens.ts";

/** The columns of a rule, before its tail. */
interface Columns {
	readonly number?: Num;
	readonly packets?: IToken;
	readonly bytes?: IToken;
	readonly target?: Word;
	readonly protocol: Protocol;
	readonly glued?: Toggle | true;
	readonly option?: IToken;
	readonly in?: Interface;
	readonly out?: Interface;
	readonly source: Address;
	readonly destination: Address;
	/** Where the tail begins. */
	readonly end: number;
}

/** Which columns a rule has. */
export interface Layout {
	readonly numbers: boolean;
	readonly counters: boolean;
	readonly interfaces: boolean;
	/** Whether a rule without a target is told by where its first word stands. */
	readonly aligned: boolean;
}

/**
 * The columns of a rule; what follows the destination is read by the extensions (`tail.ts`):
 *
 * ```
 * rule := [NUMBER] [COUNTER COUNTER] [TARGET] PROTOCOL [OPT] [IN OUT] SOURCE DESTINATION WORD*
 * ```
 */
export class ListParser extends StatementParser {
	#layout: Layout = { numbers: false, counters: false, interfaces: false, aligned: true };

	constructor(skipValidations = true) {
		super(t.tokens, t.createListLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readRule(text: string, start: number, end: number, layout: Layout): Reading<Columns> {
		this.#layout = layout;
		return this.read(this.rule, text, start, end);
	}

	private rule = this.RULE("rule", (): Columns => {
		const number = this.OPTION({
			GATE: () => this.#layout.numbers,
			DEF: () => this.number(this.CONSUME(t.Integer)),
		});
		const counters = this.OPTION1({
			GATE: () => this.#layout.counters,
			DEF: () => ({ packets: this.SUBRULE(this.counter), bytes: this.SUBRULE1(this.counter) }),
		});
		const target = this.OPTION2({
			GATE: () => this.#hasTarget(),
			DEF: () => this.word(this.SUBRULE(this.anything)),
		});
		const protocol = this.SUBRULE1(this.anything);
		const option = this.OPTION3(() => this.CONSUME(t.Opt));
		const interfaces = this.OPTION4({
			GATE: () => this.#layout.interfaces,
			DEF: () => [this.SUBRULE2(this.anything), this.SUBRULE3(this.anything)] as const,
		});
		const source = this.SUBRULE(this.address);
		const destination = this.SUBRULE1(this.address);
		const end = this.ACTION(() => destination.end);
		this.MANY(() =>
			this.OR([{ ALT: () => this.SUBRULE4(this.anything) }, { ALT: () => this.CONSUME1(t.Opt) }]),
		);
		return this.ACTION(() => {
			// Up to 1.8.8 a long protocol name is not parted from the opt column: `udplite--`.
			const joined = option === undefined ? /^(.{5,})(--|-f|!f)$/.exec(protocol.image) : null;
			const { start } = this.span(protocol);
			return {
				...(number && { number }),
				...counters,
				...(target && { target }),
				protocol: readProtocol(joined?.[1] ?? protocol.image, start),
				...(joined && { glued: gluedOption(joined[2]!, start + joined[1]!.length) }),
				...(option && { option }),
				...(interfaces && {
					in: readInterface(interfaces[0].image, this.span(interfaces[0]).start, true),
					out: readInterface(interfaces[1].image, this.span(interfaces[1]).start, true),
				}),
				source,
				destination,
				end,
			};
		});
	});

	private counter = this.RULE(
		"counter",
		(): IToken => this.OR([{ ALT: () => this.CONSUME(t.Rounded) }, { ALT: () => this.CONSUME(t.Integer) }]),
	);

	private address = this.RULE("address", (): Address => {
		const token = this.SUBRULE(this.anything);
		return this.ACTION(
			() => readAddress(token.image, this.span(token).start) ?? this.refuse(token, "an address"),
		);
	});

	/** A word of any shape; a chain may be called `12345`. */
	private anything = this.RULE(
		"anything",
		(): IToken =>
			this.OR([
				{ ALT: () => this.CONSUME(t.Text) },
				{ ALT: () => this.CONSUME(t.Integer) },
				{ ALT: () => this.CONSUME(t.Rounded) },
			]),
	);

	/**
	 * A rule without a target leaves its ten columns blank. Where the blanks were squeezed the opt column
	 * tells: what stands before it is the protocol.
	 */
	#hasTarget(): boolean {
		if (this.LA(2).tokenType === t.Opt) return false;
		if (this.LA(3).tokenType === t.Opt || !this.#layout.aligned) return true;
		const previous = this.LA(0);
		const after = Number.isNaN(previous.startOffset) ? 0 : previous.startOffset + previous.image.length + 1;
		return this.LA(1).startOffset - after < 9;
	}

	/** The span of a token in the whole text, for those who build the node. */
	spanOf(token: IToken): { start: number; end: number } {
		return this.span(token);
	}
}

function gluedOption(option: string, start: number): Toggle | true {
	if (option === "--") return true;
	const negated = option === "!f" && { negated: true as const };
	return { type: "flag", ...negated, start, end: start + option.length };
}

const COUNT = "(\\d+[KMGT]?)";
const HEAD = new RegExp(
	`^Chain ([^ ]+) \\((?:policy ([^ )]+)(?: ${COUNT} packets, ${COUNT} bytes)?|(\\d+) references|(ERROR obtaining refs))\\)$`,
);
const COLUMNS = /^(num +)?( *pkts +bytes +)?target +prot +opt +(in +out +)?source +destination$/;
const TITLE = /^(?:Table: |# Table: )([a-z]+)$/;
const WARNING =
	/^(?:# Warning: .*|# Table `.*' is incompatible.*|ip6?tables(?:-legacy|-nft)?(?: v[\d.]+ \([a-z_]+\))?: .*|Zeroing chain `.*'|Another app is currently holding the xtables lock.*)$/;

let parser: ListParser | undefined;

/** What the one who saved a listing may know of it. */
export interface ListOptions {
	/** Of the command: `iptables -t nat -L`. */
	readonly table?: string;
}

/** Reads what `iptables -L` lists, with or without `-n`, `-v`, `-x` and `--line-numbers`. */
export function parseList(input: string, options: ListOptions = {}): ParseResult<IptablesList> {
	return parseClean(input, (text) => {
		const reader = new ListReader(text);
		const { ast, diagnostics } = parseLines<ListStatement>(text, "iptables-list", (line, report) =>
			reader.readLine(line, report),
		);
		const table = options.table === undefined ? {} : { table: options.table };
		return {
			ast: { type: "iptables-list", start: 0, end: text.length, statements: ast, ...table },
			diagnostics,
		};
	});
}

/** Reads the lines of one text, in order: the column line tells what the rules below it have. */
class ListReader {
	readonly #text: string;
	readonly #chains: Set<string>;
	#columns: ColumnLine | undefined;

	constructor(text: string) {
		this.#text = text;
		this.#chains = new Set(Array.from(text.matchAll(/^[ \t]*Chain ([^ ]+) \(/gm), ([, name]) => name!));
	}

	readLine(line: SourceLine, report: Report): ListStatement | undefined {
		const whole = this.#text.slice(line.start, line.end);
		const body = whole.trimEnd();
		const trailing = whole.slice(body.length);
		const place = { start: line.start, end: line.next, ...eolOf(line) };
		const extra = trailing === "" ? {} : { trailing };
		const bare = body.trimStart();
		const indent = body.slice(0, body.length - bare.length);
		const shift = indent === "" ? {} : { indent };
		const head = HEAD.exec(bare);
		if (head !== null)
			return { ...this.#head(head, line.start + indent.length), ...place, ...shift, ...extra };
		const columns = COLUMNS.exec(bare);
		if (columns !== null) {
			const node = columnLine(columns);
			this.#columns = { ...node, ...place };
			const own = printColumns(node);
			const inner = own.length - own.trimStart().length;
			return {
				...node,
				...place,
				...(indent.length > inner && { indent: indent.slice(inner) }),
				...(trailing !== own.slice(own.trimEnd().length) && { trailing }),
			};
		}
		const title = TITLE.exec(bare);
		if (title !== null) {
			const start = line.start + body.length - title[1]!.length;
			const name = { value: title[1]!, start, end: start + title[1]!.length };
			return { type: "table-title", name, ...place, ...shift, ...extra };
		}
		if (WARNING.test(bare)) return { type: "warning", text: bare, ...place, ...shift, ...extra };
		return this.#rule(line, body, trailing, report);
	}

	#head(parts: RegExpExecArray, start: number): Omit<ChainHead, "start" | "end"> {
		const [whole, name, policy, packets, bytes, references, failed] = parts;
		const at = (value: string, from: number): Word => {
			const offset = start + whole.indexOf(value, from);
			return { value, start: offset, end: offset + value.length };
		};
		const open = 6 + name!.length;
		return {
			type: "chain-head",
			name: at(name!, 6),
			...(policy !== undefined && { policy: at(policy, open) }),
			...(packets !== undefined &&
				bytes !== undefined && { counters: headCounters(whole, packets, bytes, start) }),
			...(references !== undefined && { references: Number(references) }),
			...(failed !== undefined && { references: "unknown" as const }),
		};
	}

	#rule(line: SourceLine, body: string, trailing: string, report: Report): Rule | undefined {
		parser ??= new ListParser();
		const end = line.start + body.length;
		let fault: Parameters<typeof syntaxDiagnostic>[1] | undefined;
		for (const layout of this.#layouts(body)) {
			const reading = parser.readRule(this.#text, line.start, end, layout);
			if ("fault" in reading) {
				fault ??= reading.fault;
				continue;
			}
			return this.#ruleNode(reading.node, line, body, trailing, report);
		}
		if (fault !== undefined) report(syntaxDiagnostic("iptables", fault));
		return undefined;
	}

	/** The layouts that a rule may have: the one its column line gives, or for fragments each in turn. */
	#layouts(body: string): Layout[] {
		const columns = this.#columns;
		if (columns === undefined) {
			const fewest = { numbers: false, counters: false, interfaces: false, aligned: true };
			const verbose = { ...fewest, counters: true, interfaces: true };
			const numbered = { ...fewest, numbers: true };
			// Counters are right-aligned, so that they mostly begin with blanks.
			if (/^ *\d+[KMGT]? +\d+[KMGT]? /.test(body))
				return [verbose, { ...verbose, numbers: true }, numbered, fewest];
			return [fewest, numbered, { ...verbose, numbers: true }];
		}
		return [
			{
				numbers: columns.numbers === true,
				counters: columns.counters !== undefined,
				interfaces: columns.interfaces === true,
				aligned: true,
			},
		];
	}

	#ruleNode(columns: Columns, line: SourceLine, body: string, trailing: string, report: Report): Rule {
		const { number, packets, bytes, target, protocol, glued, option } = columns;
		const tailText = this.#text.slice(columns.end, line.start + body.length);
		const tail = readTail(tailText, columns.end, target, (name) => this.#chains.has(name), report);
		const fragment = typeof glued === "object" ? glued : option && this.#fragment(option);
		const old = {
			...(option === undefined && glued === undefined && { blankOption: true as const }),
			...(glued !== undefined && { gluedOption: true as const }),
		};
		const node: Rule = {
			type: "rule",
			start: line.start,
			end: line.next,
			...eolOf(line),
			...(number && { number }),
			...(packets && bytes && { counters: this.#counters(packets, bytes, body) }),
			source: columns.source,
			destination: columns.destination,
			...(columns.in === undefined
				? { interfaces: "not-listed" as const }
				: { in: columns.in, ...(columns.out && { out: columns.out }) }),
			protocol,
			...(fragment && { fragment }),
			...tail,
			...(Object.keys(old).length > 0 && { columns: old }),
		};
		return this.#placed(node, body, trailing);
	}

	/** Adds what differs from the tool's own line: blanks before and after. */
	#placed(node: Rule, body: string, trailing: string): Rule {
		const printed = columnsOf(node) + printTail(node);
		const own = printed.slice(printed.trimEnd().length);
		const indent = body.length - body.trimStart().length;
		const ownIndent = printed.length - printed.trimStart().length;
		return {
			...node,
			...(indent > ownIndent && { indent: body.slice(0, indent - ownIndent) }),
			...(trailing !== own && { trailing }),
		};
	}

	#fragment(option: IToken): Toggle | undefined {
		if (!option.image.endsWith("f")) return undefined;
		const negated = option.image.startsWith("!") && { negated: true as const };
		return { type: "flag", ...negated, ...parser!.spanOf(option) };
	}

	#counters(packets: IToken, bytes: IToken, body: string): Counters {
		const first = parser!.spanOf(packets);
		const second = parser!.spanOf(bytes);
		const wide =
			this.#columns === undefined
				? /^ *\d+ {0,3}/.test(body) && packets.startOffset + packets.image.length >= 8 && /^ {3}/.test(body)
				: this.#columns.counters === "exact";
		return {
			packets: readCounter(packets.image, first.start)!,
			bytes: readCounter(bytes.image, second.start)!,
			...(wide && { style: "exact" as const }),
			start: first.start,
			end: second.end,
		};
	}
}

function headCounters(whole: string, packets: string, bytes: string, start: number): Counters {
	const first = whole.indexOf(` ${packets} packets, `) + 1;
	const second = first + `${packets} packets, `.length;
	return {
		packets: readCounter(packets, start + first)!,
		bytes: readCounter(bytes, start + second)!,
		start: start + first,
		end: start + second + bytes.length,
	};
}

function columnLine(parts: RegExpExecArray): Omit<ColumnLine, "start" | "end"> {
	const [, numbers, counters, interfaces] = parts;
	return {
		type: "columns",
		...(numbers !== undefined && { numbers: true }),
		...(counters !== undefined && {
			// "%5s %5s " against "%8s %10s ".
			counters: /pkts {3,}bytes/.test(counters) ? ("exact" as const) : ("rounded" as const),
		}),
		...(interfaces !== undefined && { interfaces: true }),
	};
}
