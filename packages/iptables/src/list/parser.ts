import {
	type Draft,
	type Num,
	type ParseResult,
	parseClean,
	parseLines,
	type Report,
	type SourceLine,
	trimBlanksEnd,
	trimBlanksStart,
	type Word,
} from "@netfossil/core";
import { type IToken, type Reading, StatementParser, syntaxDiagnostic } from "@netfossil/core/grammar";
import type {
	Address,
	ChainHead,
	ColumnLine,
	Counter,
	Counters,
	Interface,
	IptablesList,
	ListStatement,
	Protocol,
	Rule,
	TableTitle,
	Toggle,
	Warning,
} from "../ast.ts";
import { afterBlanks, afterWord } from "../extension.ts";
import { readAddress, readCounter, readInterface, readProtocol } from "../fields.ts";
import { readFast } from "./fast.ts";
import { blanksAfter, blanksBefore, printColumns } from "./print.ts";
import { readTail } from "./tail.ts";
import * as t from "./tokens.ts";

/** The columns of a rule, before its tail. */
export interface Columns {
	readonly number: Num | undefined;
	readonly counters: readonly [packets: Counter, bytes: Counter] | undefined;
	readonly target: Word | undefined;
	readonly protocol: Protocol;
	readonly glued: Toggle | true | undefined;
	/** The opt column: `--`, `-f`, `!f`. */
	readonly option: Word | undefined;
	readonly in: Interface | undefined;
	readonly out: Interface | undefined;
	readonly source: Address;
	readonly destination: Address;
	/** Where the tail begins. */
	readonly end: number;
}

/** The most columns that a rule has: NUMBER COUNTER COUNTER TARGET PROTOCOL OPT IN OUT SOURCE DESTINATION. */
const MOST_COLUMNS = 10;

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
		// The words of the tail are nothing to the grammar, so most of them are not even lexed.
		let last = start;
		for (let columns = 0; columns < MOST_COLUMNS && last < end; columns++)
			last = afterWord(text, afterBlanks(text, last));
		return this.read(this.rule, text, start, Math.min(last, end));
	}

	private rule = this.RULE("rule", (): Columns => {
		const number = this.OPTION({
			GATE: () => this.#layout.numbers,
			DEF: () => this.number(this.CONSUME(t.Integer)),
		});
		const counters = this.OPTION1({
			GATE: () => this.#layout.counters,
			DEF: () => {
				const packets = this.#counter(this.SUBRULE(this.counter));
				return [packets, this.#counter(this.SUBRULE1(this.counter))] as const;
			},
		});
		const target = this.OPTION2({
			GATE: () => this.#hasTarget(),
			DEF: () => this.word(this.SUBRULE(this.anything)),
		});
		const protocol = this.SUBRULE1(this.anything);
		const option = this.OPTION3(() => this.CONSUME(t.Opt));
		let inside: IToken | undefined;
		let outside: IToken | undefined;
		this.OPTION4({
			GATE: () => this.#layout.interfaces,
			DEF: () => {
				inside = this.SUBRULE2(this.anything);
				outside = this.SUBRULE3(this.anything);
			},
		});
		const source = this.#address(this.SUBRULE4(this.anything));
		const destination = this.#address(this.SUBRULE5(this.anything));
		this.MANY(() => this.SUBRULE(this.rest));
		return this.ACTION((): Columns => {
			// Up to 1.8.8 a long protocol name is not parted from the opt column: `udplite--`.
			const joined = option === undefined ? /^(.{5,})(--|-f|!f)$/.exec(protocol.image) : null;
			const { start } = this.span(protocol);
			return {
				number,
				counters,
				target,
				protocol: readProtocol(joined?.[1] ?? protocol.image, start),
				glued: joined === null ? undefined : gluedOption(joined[2]!, start + joined[1]!.length),
				option: option && this.word(option),
				in: inside && readInterface(inside.image, this.span(inside).start, true),
				out: outside && readInterface(outside.image, this.span(outside).start, true),
				source,
				destination,
				end: destination.end,
			};
		});
	});

	private counter = this.tokenRule("counter", [t.Rounded, t.Integer]);

	/** A word of any shape; a chain may be called `12345`. */
	private anything = this.tokenRule("anything", [t.Text, t.Integer, t.Rounded]);

	private rest = this.tokenRule("rest", [t.Text, t.Integer, t.Rounded, t.Opt]);

	#counter(token: IToken): Counter {
		return this.ACTION(() => readCounter(token.image, this.span(token).start)!);
	}

	#address(token: IToken): Address {
		return this.ACTION(
			() => readAddress(token.image, this.span(token).start) ?? this.refuse(token, "an address"),
		);
	}

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
	/** The layouts that a rule may have, for rules below a column line. */
	#layout: readonly Layout[] = [];

	constructor(text: string) {
		this.#text = text;
		this.#chains = new Set(Array.from(text.matchAll(/^[ \t]*Chain ([^ ]+) \(/gm), ([, name]) => name!));
	}

	readLine(line: SourceLine, report: Report): ListStatement | undefined {
		const whole = this.#text.slice(line.start, line.end);
		const body = trimBlanksEnd(whole);
		const trailing = whole.slice(body.length);
		const bare = trimBlanksStart(body);
		const indent = body.slice(0, body.length - bare.length);
		// Nearly all lines are rules, so that the others are known by how they begin or end.
		const columns = bare.endsWith("destination") ? COLUMNS.exec(bare) : null;
		if (columns !== null) return this.#columnLine(columns, line, indent, trailing);
		const other = this.#other(bare, line.start + indent.length);
		if (other === undefined) return this.#rule(line, body, trailing, report);
		other.start = line.start;
		other.end = line.next;
		if (line.eol !== "\n") other.eol = line.eol;
		if (indent !== "") other.indent = indent;
		if (trailing !== "") other.trailing = trailing;
		return other;
	}

	#columnLine(parts: RegExpExecArray, line: SourceLine, indent: string, trailing: string): ColumnLine {
		const [, numbers, counters, interfaces] = parts;
		const node = { type: "columns" } as Draft<ColumnLine>;
		if (numbers !== undefined) node.numbers = true;
		// "%5s %5s " against "%8s %10s ".
		if (counters !== undefined) node.counters = /pkts {3,}bytes/.test(counters) ? "exact" : "rounded";
		if (interfaces !== undefined) node.interfaces = true;
		const own = printColumns(node);
		node.start = line.start;
		node.end = line.next;
		if (line.eol !== "\n") node.eol = line.eol;
		const inner = own.length - trimBlanksStart(own).length;
		if (indent.length > inner) node.indent = indent.slice(inner);
		if (trailing !== own.slice(trimBlanksEnd(own).length)) node.trailing = trailing;
		this.#columns = node;
		this.#layout = [
			{
				numbers: node.numbers === true,
				counters: node.counters !== undefined,
				interfaces: node.interfaces === true,
				aligned: true,
			},
		];
		return node;
	}

	/** A line that is neither columns nor a rule. */
	#other(bare: string, start: number): Draft<ChainHead | TableTitle | Warning> | undefined {
		const head = bare.startsWith("Chain ") ? HEAD.exec(bare) : null;
		if (head !== null) return this.#head(head, start);
		const title = TITLE.exec(bare);
		if (title !== null) {
			const end = start + bare.length;
			const name = { value: title[1]!, start: end - title[1]!.length, end };
			return { type: "table-title", name, start: 0, end: 0 };
		}
		return WARNING.test(bare) ? { type: "warning", text: bare, start: 0, end: 0 } : undefined;
	}

	#head(parts: RegExpExecArray, start: number): Draft<ChainHead> {
		const [whole, name, policy, packets, bytes, references, failed] = parts;
		const at = (value: string, from: number): Word => {
			const offset = start + whole.indexOf(value, from);
			return { value, start: offset, end: offset + value.length };
		};
		const node = { type: "chain-head", name: at(name!, 6) } as Draft<ChainHead>;
		if (policy !== undefined) node.policy = at(policy, 6 + name!.length);
		if (packets !== undefined && bytes !== undefined)
			node.counters = headCounters(whole, packets, bytes, start);
		if (references !== undefined) node.references = Number(references);
		if (failed !== undefined) node.references = "unknown";
		return node;
	}

	#rule(line: SourceLine, body: string, trailing: string, report: Report): Rule | undefined {
		const end = line.start + body.length;
		let fault: Parameters<typeof syntaxDiagnostic>[1] | undefined;
		for (const layout of this.#layouts(body)) {
			const columns = this.#columns && readFast(this.#text, line.start, end, layout);
			if (columns !== undefined) return this.#ruleNode(columns, line, body, trailing, report);
			parser ??= new ListParser();
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
	#layouts(body: string): readonly Layout[] {
		if (this.#columns !== undefined) return this.#layout;
		const fewest = { numbers: false, counters: false, interfaces: false, aligned: true };
		const verbose = { ...fewest, counters: true, interfaces: true };
		const numbered = { ...fewest, numbers: true };
		// Counters are right-aligned, so that they mostly begin with blanks.
		if (/^ *\d+[KMGT]? +\d+[KMGT]? /.test(body))
			return [verbose, { ...verbose, numbers: true }, numbered, fewest];
		return [fewest, numbered, { ...verbose, numbers: true }];
	}

	#ruleNode(columns: Columns, line: SourceLine, body: string, trailing: string, report: Report): Rule {
		const { number, counters, target, protocol, glued, option } = columns;
		const tailText = this.#text.slice(columns.end, line.start + body.length);
		const tail = readTail(tailText, columns.end, target, (name) => this.#chains.has(name), report);
		const fragment = typeof glued === "object" ? glued : option && fragmentOf(option);
		const node = { type: "rule", start: line.start, end: line.next } as Draft<Rule>;
		if (line.eol !== "\n") node.eol = line.eol;
		if (number !== undefined) node.number = number;
		if (counters !== undefined) node.counters = this.#counters(counters, line, body);
		node.source = columns.source;
		node.destination = columns.destination;
		if (columns.in === undefined) node.interfaces = "not-listed";
		else node.in = columns.in;
		if (columns.out !== undefined) node.out = columns.out;
		node.protocol = protocol;
		if (fragment !== undefined) node.fragment = fragment;
		node.matches = tail.matches;
		if (tail.target !== undefined) node.target = tail.target;
		if (glued !== undefined) node.columns = { gluedOption: true };
		else if (option === undefined) node.columns = { blankOption: true };
		// What differs from the tool's own line: blanks before and after.
		const indent = body.length - trimBlanksStart(body).length;
		const ownIndent = indent === 0 ? 0 : blanksBefore(node);
		if (indent > ownIndent) node.indent = body.slice(0, indent - ownIndent);
		if (trailing !== blanksAfter(node)) node.trailing = trailing;
		return node;
	}

	#counters([packets, bytes]: readonly [Counter, Counter], line: SourceLine, body: string): Counters {
		const wide =
			this.#columns === undefined
				? packets.end - line.start >= 8 && body.startsWith("   ")
				: this.#columns.counters === "exact";
		const node = { packets, bytes } as Draft<Counters>;
		if (wide) node.style = "exact";
		node.start = packets.start;
		node.end = bytes.end;
		return node;
	}
}

function fragmentOf({ value, start, end }: Word): Toggle | undefined {
	if (!value.endsWith("f")) return undefined;
	return { type: "flag", ...(value.startsWith("!") && { negated: true as const }), start, end };
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
