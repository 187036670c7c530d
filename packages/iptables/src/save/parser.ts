import {
	type Draft,
	type LineNode,
	lineAt,
	MAX_LINE,
	type ParseResult,
	parseClean,
	type Report,
	readBlank,
	type SourceLine,
	tooLong,
	trimBlanksEnd,
	trimBlanksStart,
	unparsedLine,
	type Word,
} from "@netfossil/core";
import {
	type Fault,
	type IToken,
	type Reading,
	StatementParser,
	syntaxDiagnostic,
} from "@netfossil/core/grammar";
import type {
	Address,
	ChainDeclaration,
	Counters,
	Interface,
	IptablesSave,
	NewChainLine,
	PolicyLine,
	Protocol,
	Rule,
	SaveStatement,
	Toggle,
} from "../ast.ts";
import type { Argument } from "../extension.ts";
import { readAddress, readCounted, readInterface, readProtocol } from "../fields.ts";
import { negatedIf, readFast } from "./fast.ts";
import { type Clause, matchOf, ownerOf, takesValue, targetOf } from "./options.ts";
import * as t from "./tokens.ts";

/** One piece of a rule, in the order in which they stand. */
export type Element =
	| { readonly kind: "source" | "destination"; readonly value: Address }
	| { readonly kind: "in" | "out"; readonly value: Interface }
	| { readonly kind: "protocol"; readonly value: Protocol }
	| { readonly kind: "fragment"; readonly value: Toggle }
	| { readonly kind: "match" | "jump" | "goto"; readonly name: Word; readonly start: number }
	| { readonly kind: "argument"; readonly argument: Argument }
	| { readonly kind: "counters"; readonly value: Counters };

/** A rule as the grammar leaves it; which match an option belongs to is decided by the option tables. */
export interface RawRule {
	readonly type: "raw-rule";
	readonly counters?: Counters;
	readonly chain: Word;
	readonly elements: readonly Element[];
}

type Command = RawRule | PolicyLine | NewChainLine;

/**
 * The lines that make a rule or a chain. It is getopt's grammar: what an option means and how many values it
 * takes is a matter of the extension that it belongs to (`options.ts`).
 *
 * ```
 * command  := [COUNTED] "-A" CHAIN element* | "-P" CHAIN POLICY ["-c" N N] | "-N" CHAIN
 * element  := ["!"] ("-s" | "-d" | "-i" | "-o" | "-p") ["!"] WORD | ["!"] "-f"
 *           | "-m" NAME | ("-j" | "-g") NAME | "-c" N N | ["!"] OPTION ["!"] WORD*
 * ```
 */
export class SaveParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createSaveLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readCommand(text: string, start: number, end: number): Reading<Command> {
		return this.read(this.command, text, start, end);
	}

	private command = this.RULE(
		"command",
		(): Command =>
			this.OR([
				{ ALT: () => this.SUBRULE(this.append) },
				{ ALT: () => this.SUBRULE(this.policy) },
				{ ALT: () => this.SUBRULE(this.newChain) },
			]),
	);

	private append = this.RULE("append", (): Command => {
		const counted = this.OPTION(() => this.CONSUME(t.Counted));
		this.CONSUME(t.Append);
		const chain = this.word(this.SUBRULE(this.anything));
		const elements: Element[] = [];
		this.MANY(() => {
			elements.push(this.SUBRULE(this.element));
		});
		return this.ACTION((): Command => {
			const counters = counted && readCounted(counted.image, this.span(counted).start);
			return counters === undefined
				? { type: "raw-rule", chain, elements }
				: { type: "raw-rule", counters, chain, elements };
		});
	});

	private policy = this.RULE("policy", (): Command => {
		this.CONSUME(t.PolicyFlag);
		const chain = this.word(this.SUBRULE(this.anything));
		const policy = this.word(this.SUBRULE1(this.anything));
		const counters = this.OPTION(() => this.SUBRULE(this.counters));
		return { type: "policy", start: 0, end: 0, chain, policy, ...(counters && { counters }) };
	});

	private newChain = this.RULE("newChain", (): Command => {
		this.CONSUME(t.NewChain);
		return { type: "new-chain", start: 0, end: 0, chain: this.word(this.SUBRULE(this.anything)) };
	});

	private counters = this.RULE("counters", (): Counters => {
		const flag = this.CONSUME(t.CountersFlag);
		const packets = this.number(this.CONSUME(t.Integer));
		const bytes = this.number(this.CONSUME1(t.Integer));
		return { packets, bytes, style: "option", ...this.spanFrom(flag) };
	});

	private element = this.RULE(
		"element",
		(): Element =>
			this.OR([
				{ ALT: () => this.SUBRULE(this.restriction) },
				{ ALT: () => this.SUBRULE(this.clause) },
				{ ALT: () => ({ kind: "counters" as const, value: this.SUBRULE(this.counters) }) },
			]),
	);

	private clause = this.RULE("clause", (): Element => {
		const flag = this.SUBRULE(this.clauseFlag);
		const name = this.word(this.SUBRULE(this.anything));
		return this.ACTION(() => {
			const kind = flag.tokenType === t.MatchFlag ? "match" : flag.tokenType === t.JumpFlag ? "jump" : "goto";
			return { kind, name, start: this.span(flag).start } as const;
		});
	});

	private clauseFlag = this.tokenRule("clauseFlag", [t.MatchFlag, t.JumpFlag, t.GotoFlag]);

	/** What a `!` may stand before; up to 1.4.2 it stood after: `-d ! 10.0.0.0/8`. */
	private restriction = this.RULE("restriction", (): Element => {
		const before = this.OPTION(() => this.CONSUME(t.Bang));
		return this.OR([
			{ ALT: () => this.SUBRULE(this.column, { ARGS: [before] }) },
			{
				ALT: () => {
					const flag = this.CONSUME(t.Fragment);
					const span = this.spanFrom(before ?? flag);
					return {
						kind: "fragment" as const,
						value: { type: "flag" as const, ...(before && { negated: true as const }), ...span },
					};
				},
			},
			{ ALT: () => this.SUBRULE(this.argument, { ARGS: [before] }) },
		]);
	});

	private column = this.RULE("column", (before?: IToken): Element => {
		const flag = this.SUBRULE(this.columnFlag);
		const after = this.OPTION(() => this.CONSUME(t.Bang));
		const value = this.SUBRULE(this.anything);
		return this.ACTION(() => this.#column(flag, value, before !== undefined || after !== undefined));
	});

	private columnFlag = this.tokenRule("columnFlag", [t.Source, t.Destination, t.In, t.Out, t.ProtocolFlag]);

	private argument = this.RULE("argument", (before?: IToken): Element => {
		const flag = this.CONSUME(t.Option);
		const values: Word[] = [];
		const after = this.OPTION({
			// `--random ! --persistent`: the sign belongs to the next option.
			GATE: () => this.LA(2).tokenType === t.Text || this.LA(2).tokenType === t.Integer,
			DEF: () => this.CONSUME(t.Bang),
		});
		this.OPTION1({
			// A value may look like a flag, and the tool does not quote it: `--comment -j -j DROP`.
			GATE: () => takesValue(flag.image) && this.LA(1).tokenType !== t.Bang,
			DEF: () => {
				values.push(this.word(this.SUBRULE(this.flagLike)));
			},
		});
		this.MANY(() => {
			values.push(this.word(this.SUBRULE(this.anything)));
		});
		const { start, end } = this.spanFrom(before ?? flag);
		const negated = before !== undefined || after !== undefined;
		const argument: Argument = { flag: flag.image, negated, values, start, end };
		return { kind: "argument", argument };
	});

	/** A value that has the shape of a flag. */
	private flagLike = this.tokenRule("flagLike", t.flagLike);

	#column(flag: IToken, token: IToken, isNegated: boolean): Element {
		const { start } = this.span(token);
		switch (flag.tokenType) {
			case t.In:
				return { kind: "in", value: negatedIf(isNegated, readInterface(token.image, start, false)) };
			case t.Out:
				return { kind: "out", value: negatedIf(isNegated, readInterface(token.image, start, false)) };
			case t.ProtocolFlag:
				return { kind: "protocol", value: negatedIf(isNegated, readProtocol(token.image, start)) };
			default: {
				const address = readAddress(token.image, start) ?? this.refuse(token, "an address");
				const kind = flag.tokenType === t.Source ? "source" : "destination";
				return { kind, value: negatedIf(isNegated, address) };
			}
		}
	}

	/** A word of any shape that is not a flag. */
	private anything = this.tokenRule("anything", [t.Text, t.Integer, t.Counted]);
}

const GENERATED = /^# Generated by (\S+) v(\S+)(?: \((nf_tables|legacy)\))? on (.+)$/;
const COMPLETED = /^# Completed on (.+)$/;
const WARNING = /^# (?:Warning: |Table `.*' is incompatible)/;
const DECLARATION = /^:(\S+) (\S+)(?: (\[\d+:\d+\]))?$/;

let parser: SaveParser | undefined;

/** Reads what `iptables-save` or `iptables -S` prints, whole or in fragments. */
export function parseSave(input: string): ParseResult<IptablesSave> {
	return parseClean(input, (text) => {
		const statements: SaveStatement[] = [];
		const diagnostics: Parameters<Report>[0][] = [];
		const report: Report = (diagnostic) => {
			diagnostics.push(diagnostic);
		};
		for (let line = lineAt(text, 0); line !== undefined; ) {
			line = wholeLine(text, line);
			statements.push(readBlank(text, line) ?? readStatement(text, line, report) ?? unparsedLine(text, line));
			line = lineAt(text, line.next);
		}
		return { ast: { type: "iptables-save", start: 0, end: text.length, statements }, diagnostics };
	});
}

/** How many lines a quoted text may run over. */
const QUOTED_LINES = 16;

/** A line with those that follow it within a quoted text: the tool does not escape a newline in a comment. */
function wholeLine(text: string, line: SourceLine): SourceLine {
	if (!isOpen(text.slice(line.start, line.end))) return line;
	let whole = line;
	for (let lines = 0; lines < QUOTED_LINES; lines++) {
		const next = lineAt(text, whole.next);
		if (next === undefined) return line;
		// A quote that was never closed must not swallow the rules after it.
		if (/^(?:-[A-Z] |\[\d+:\d+\] -|COMMIT|[:*#])/.test(text.slice(next.start, next.end))) return line;
		whole = { ...next, start: line.start };
		if (!isOpen(text.slice(whole.start, whole.end))) return whole;
	}
	return line;
}

function isOpen(line: string): boolean {
	if (!line.includes('"') || !/^[ \t]*(?:-A|\[)/.test(line)) return false;
	return line.replace(/"(?:\\[\s\S]|[^"\\])*"/g, "").includes('"');
}

function readStatement(text: string, line: SourceLine, report: Report): SaveStatement | undefined {
	if (line.end - line.start > MAX_LINE) {
		report(tooLong(line, "iptables-save"));
		return undefined;
	}
	const whole = text.slice(line.start, line.end);
	const body = trimBlanksStart(trimBlanksEnd(whole));
	const skipped = body.length === whole.length ? 0 : whole.length - trimBlanksStart(whole).length;
	const place = placeOf(whole, skipped, body, line);
	const start = line.start + skipped;
	switch (body[0]) {
		case "-":
		case "[":
			break;
		case "#":
			return comment(body, place);
		case "*":
			if (!/^\*\S+$/.test(body)) break;
			return {
				type: "table",
				name: { value: body.slice(1), start: start + 1, end: start + body.length },
				...place,
			};
		case ":": {
			const declared = DECLARATION.exec(body);
			if (declared === null) break;
			return Object.assign(declaration(declared, start), place);
		}
		default:
			if (body === "COMMIT") return { type: "commit", ...place };
	}
	const fast = readFast(text, start, start + body.length);
	if (fast !== undefined) return Object.assign(ruleOf(fast, text, report), place);
	parser ??= new SaveParser();
	const reading = parser.readCommand(text, start, start + body.length);
	if ("fault" in reading) {
		report(syntaxDiagnostic("iptables", shortFault(reading.fault)));
		return undefined;
	}
	const { node } = reading;
	return Object.assign(node.type === "raw-rule" ? ruleOf(node, text, report) : node, place);
}

/** What all lines have: the place, and what is not the tool's own. */
function placeOf(whole: string, skipped: number, body: string, line: SourceLine): LineNode {
	const place: Draft<LineNode> = { start: line.start, end: line.next };
	if (skipped > 0) place.indent = whole.slice(0, skipped);
	const end = skipped + body.length;
	if (end < whole.length) place.trailing = whole.slice(end);
	if (line.eol !== "\n") place.eol = line.eol;
	return place;
}

function shortFault(fault: Fault): Fault {
	return fault.found.length > 60 ? { ...fault, found: `${fault.found.slice(0, 60)}…` } : fault;
}

function comment(body: string, place: LineNode): SaveStatement {
	const generated = GENERATED.exec(body);
	if (generated !== null) {
		const [, program, version, backend, date] = generated;
		return {
			type: "generated",
			program: program!,
			version: version!,
			...(backend !== undefined && { backend: backend as "nf_tables" | "legacy" }),
			date: date!,
			...place,
		};
	}
	const completed = COMPLETED.exec(body);
	if (completed !== null) return { type: "completed", date: completed[1]!, ...place };
	if (WARNING.test(body)) return { type: "warning", text: body, ...place };
	return { type: "comment", text: body.slice(1), ...place };
}

function declaration(parts: RegExpExecArray, start: number): ChainDeclaration {
	const [, name, policy, counted] = parts;
	const policyStart = start + 2 + name!.length;
	const counters = counted === undefined ? undefined : readCounted(counted, policyStart + policy!.length + 1);
	const node: Draft<ChainDeclaration> = {
		type: "chain-declaration",
		start: 0,
		end: 0,
		name: { value: name!, start: start + 1, end: start + 1 + name!.length },
	};
	if (policy !== "-") node.policy = { value: policy!, start: policyStart, end: policyStart + policy!.length };
	if (counters !== undefined) node.counters = counters;
	return node;
}

/** Deals the options out to their matches and the target, and reads them. */
function ruleOf(raw: RawRule, text: string, report: Report): Rule {
	const clauses: { name: Word; args: Argument[]; start: number; end: number }[] = [];
	let target: (typeof clauses)[number] | undefined;
	let goto = false;
	let last: (typeof clauses)[number] | undefined;
	const rule = { type: "rule", start: 0, end: 0 } as Draft<Rule>;
	if (raw.counters !== undefined) rule.counters = raw.counters;
	rule.chain = raw.chain;
	for (const element of raw.elements) {
		switch (element.kind) {
			case "match":
				last = { name: element.name, args: [], start: element.start, end: element.name.end };
				clauses.push(last);
				break;
			case "jump":
			case "goto":
				last = { name: element.name, args: [], start: element.start, end: element.name.end };
				target = last;
				goto = element.kind === "goto";
				break;
			case "argument": {
				const { argument } = element;
				const owner = clauseOf(argument, last, clauses, rule.protocol);
				owner.args.push(argument);
				owner.end = Math.max(owner.end, argument.end);
				owner.start = Math.min(owner.start, argument.start);
				break;
			}
			default:
				// Each of the other kinds is the name of its field.
				(rule as Record<string, unknown>)[element.kind] = element.value;
		}
	}
	rule.matches = clauses.map((clause: Clause) => matchOf(clause, text, report));
	if (target !== undefined) rule.target = targetOf(target, goto, text, report);
	return rule;
}

interface OpenClause {
	name: Word;
	args: Argument[];
	start: number;
	end: number;
}

/** The clause that takes an argument: the one before it, unless only another one knows it. */
function clauseOf(
	argument: Argument,
	last: OpenClause | undefined,
	clauses: OpenClause[],
	protocol: Protocol | undefined,
): OpenClause {
	const owner = last === undefined ? ownerOf(argument.flag, clauses, protocol) : undefined;
	if (typeof owner === "number") return clauses[owner]!;
	if (last !== undefined) return last;
	const { start, end } = argument;
	const made: OpenClause = {
		name: { value: owner ?? argument.flag, start, end: start },
		args: [],
		start,
		end,
	};
	clauses.push(made);
	return made;
}
