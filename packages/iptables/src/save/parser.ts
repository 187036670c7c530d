import {
	type Draft,
	eolOf,
	type LineNode,
	lineAt,
	type Num,
	type ParseResult,
	parseClean,
	parseMoved,
	type Report,
	type SourceLine,
	type Span,
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
	type TokenType,
} from "@netfossil/core/grammar";
import type {
	Address,
	ChainAction,
	ChainCommand,
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
import { editPrefix, readInvocation } from "../command.ts";
import type { Argument } from "../extension.ts";
import { readAddress, readCounted, readInterface, readProtocol } from "../fields.ts";
import { matches } from "../matches/index.ts";
import { reportPasted } from "../pasted.ts";
import { readStatements } from "../statements.ts";
import { targets } from "../targets/index.ts";
import { isWarning } from "../warning.ts";
import { unwrap, wrapWidth } from "../wrap.ts";
import { negatedIf, readFast } from "./fast.ts";
import { type Clause, impliedMatch, matchOf, takesValue, targetOf } from "./options.ts";
import { printWords } from "./print.ts";
import * as t from "./tokens.ts";

/** One piece of a rule, in the order in which they stand. */
export type Element =
	| { readonly kind: "source" | "destination"; readonly value: Address }
	| { readonly kind: "in" | "out"; readonly value: Interface }
	| { readonly kind: "protocol"; readonly value: Protocol }
	| { readonly kind: "fragment"; readonly value: Toggle }
	| { readonly kind: "match" | "jump" | "goto"; readonly name: Word; readonly start: number }
	| { readonly kind: "argument"; readonly argument: Argument }
	| { readonly kind: "counters"; readonly value: Counters }
	| General;

/** What says where a command works; only people write it. */
type General =
	| { readonly kind: "table"; readonly value: Word }
	| { readonly kind: "family"; readonly value: 4 | 6 }
	| { readonly kind: "wait" };

/** A rule as the grammar leaves it; which match an option belongs to is decided by the option tables. */
export interface RawRule {
	readonly type: "raw-rule";
	readonly action: "append" | "insert" | Extract<ChainAction, "delete" | "check" | "replace">;
	readonly counters?: Counters;
	readonly chain: Word;
	readonly number?: Num;
	readonly elements: readonly Element[];
}

type Command = RawRule | PolicyLine | NewChainLine | ChainCommand;

/** A line as the grammar leaves it. */
export interface Line {
	readonly general: readonly General[];
	readonly command: Command;
	/** Whether it has words that the tool reads and does not print. */
	readonly byHand: boolean;
}

/**
 * The lines that make a rule or a chain. It is getopt's grammar: what an option means and how many values it
 * takes is a matter of the extension that it belongs to (`options.ts`). The tool prints `-A`, `-P` and `-N`;
 * the other commands stand in files written by hand and in scripts.
 *
 * ```
 * line     := general* command
 * command  := [COUNTED] ("-A" CHAIN | "-I" CHAIN [N]) element* | ("-D" | "-C") CHAIN [N] element*
 *           | "-R" CHAIN N element* | "-P" CHAIN POLICY ["-c" N N] | "-N" CHAIN
 *           | ("-F" | "-X" | "-Z") [CHAIN] [N] | "-E" CHAIN CHAIN
 * element  := ["!"] ("-s" | "-d" | "-i" | "-o" | "-p") ["!"] WORD | ["!"] "-f"
 *           | "-m" NAME | ("-j" | "-g") NAME | "-c" N N | ["!"] OPTION ["!"] WORD* | general
 * general  := "-t" TABLE | "-4" | "-6" | "-w" [N]
 * ```
 */
export class SaveParser extends StatementParser {
	#byHand = false;

	constructor(skipValidations = true) {
		super(t.tokens, t.createSaveLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<Line> {
		this.#byHand = false;
		// Nearly all lines are `-A …` or `[39:2484] -A …`, before which nothing general stands.
		if (!text.startsWith("-A ", start) && text[start] !== "[") return this.read(this.line, text, start, end);
		const reading = this.read(this.rule, text, start, end);
		if ("fault" in reading) return reading;
		return { node: { general: [], command: reading.node, byHand: this.#byHand } };
	}

	private line = this.RULE("line", (): Line => {
		const general: General[] = [];
		this.MANY(() => {
			general.push(this.SUBRULE(this.general));
		});
		const command = this.SUBRULE(this.command);
		this.MANY1(() => {
			general.push(this.SUBRULE1(this.general));
		});
		return this.ACTION(() => ({ general, command, byHand: this.#byHand || general.length > 0 }));
	});

	private general = this.RULE(
		"general",
		(): General =>
			this.OR([
				{
					ALT: () => {
						this.CONSUME(t.TableFlag);
						return { kind: "table" as const, value: this.word(this.SUBRULE(this.anything)) };
					},
				},
				{
					ALT: () => {
						this.CONSUME(t.Ipv4);
						return { kind: "family" as const, value: 4 as const };
					},
				},
				{
					ALT: () => {
						this.CONSUME(t.Ipv6);
						return { kind: "family" as const, value: 6 as const };
					},
				},
				{
					ALT: () => {
						this.CONSUME(t.Wait);
						this.OPTION(() => this.CONSUME(t.Integer));
						return { kind: "wait" as const };
					},
				},
			]),
	);

	private command = this.RULE(
		"command",
		(): Command =>
			this.OR([
				{ ALT: () => this.SUBRULE(this.rule) },
				{ ALT: () => this.SUBRULE(this.policy) },
				{ ALT: () => this.SUBRULE(this.newChain) },
				{ ALT: () => this.SUBRULE(this.clear) },
				{ ALT: () => this.SUBRULE(this.rename) },
			]),
	);

	private rule = this.RULE("rule", (): Command => {
		const counted = this.OPTION(() => this.CONSUME(t.Counted));
		const flag = this.SUBRULE(this.ruleFlag);
		const chain = this.word(this.SUBRULE(this.anything));
		const number = this.OPTION1({
			GATE: () => flag.tokenType !== t.Append,
			DEF: () => this.number(this.CONSUME(t.Integer)),
		});
		const elements: Element[] = [];
		this.MANY(() => {
			elements.push(this.SUBRULE(this.element));
		});
		return this.ACTION((): Command => {
			const action = RULE_ACTIONS.get(flag.tokenType)!;
			if (number === undefined && action === "replace") this.refuse(flag, "-R CHAIN NUMBER");
			const counters = counted && readCounted(counted.image, this.span(counted).start);
			this.#byHand ||= action !== "append" || flag.image.length > 2 || !inOrder(elements);
			return {
				type: "raw-rule",
				action,
				chain,
				elements,
				...(number && { number }),
				...(counters && { counters }),
			};
		});
	});

	private ruleFlag = this.tokenRule("ruleFlag", [t.Append, t.Insert, t.Delete, t.Check, t.Replace]);

	private clear = this.RULE("clear", (): Command => {
		const flag = this.SUBRULE(this.clearFlag);
		const chain = this.OPTION(() => this.word(this.SUBRULE(this.anything)));
		const number = this.OPTION1(() => this.number(this.CONSUME(t.Integer)));
		return this.ACTION((): Command => {
			const action = CLEAR_ACTIONS.get(flag.tokenType)!;
			return {
				type: "chain-command",
				start: 0,
				end: 0,
				action,
				...(chain && { chain }),
				...(number && { number }),
			};
		});
	});

	private clearFlag = this.tokenRule("clearFlag", [t.Flush, t.DeleteChain, t.Zero]);

	private rename = this.RULE("rename", (): Command => {
		this.CONSUME(t.Rename);
		const chain = this.word(this.SUBRULE(this.anything));
		const to = this.word(this.SUBRULE1(this.anything));
		return { type: "chain-command", start: 0, end: 0, action: "rename-chain", chain, to };
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
				{ ALT: () => this.SUBRULE(this.generalElement) },
			]),
	);

	private generalElement = this.RULE("generalElement", (): Element => {
		const general = this.SUBRULE(this.general);
		this.ACTION(() => {
			this.#byHand = true;
		});
		return general;
	});

	private clause = this.RULE("clause", (): Element => {
		const flag = this.SUBRULE(this.clauseFlag);
		const name = this.word(this.SUBRULE(this.anything));
		return this.ACTION(() => {
			if (flag.image.length > 2) this.#byHand = true;
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
		this.ACTION(() => {
			if (after !== undefined || flag.image.length > 2) this.#byHand = true;
		});
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
		this.ACTION(() => {
			if (after !== undefined) this.#byHand = true;
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
				const address =
					readAddress(token.image, start) ??
					scriptVariable(token.image, start) ??
					this.refuse(token, "an address");
				const kind = flag.tokenType === t.Source ? "source" : "destination";
				return { kind, value: negatedIf(isNegated, address) };
			}
		}
	}

	/** A word of any shape that is not a flag. */
	private anything = this.tokenRule("anything", [t.Text, t.Integer, t.Counted]);
}

const RULE_ACTIONS: ReadonlyMap<TokenType, RawRule["action"]> = new Map([
	[t.Append, "append"],
	[t.Insert, "insert"],
	[t.Delete, "delete"],
	[t.Check, "check"],
	[t.Replace, "replace"],
]);

const CLEAR_ACTIONS: ReadonlyMap<TokenType, ChainAction> = new Map([
	[t.Flush, "flush"],
	[t.DeleteChain, "delete-chain"],
	[t.Zero, "zero"],
]);

/** The order in which the tool prints the parts of a rule; what belongs to matches and target has none. */
const ORDER: { readonly [Kind in Element["kind"]]?: number } = {
	source: 0,
	destination: 1,
	in: 2,
	out: 3,
	protocol: 4,
	fragment: 5,
};

export function inOrder(elements: readonly Element[]): boolean {
	let last = 0;
	let hasTarget = false;
	for (const { kind } of elements) {
		const rank = ORDER[kind] ?? 6;
		if (rank < last || (hasTarget && (kind === "match" || kind === "counters"))) return false;
		last = rank;
		hasTarget ||= kind === "jump" || kind === "goto";
	}
	return true;
}

/** `-s $LAN`: a name, as one of /etc/hosts is. */
function scriptVariable(text: string, start: number): Address | undefined {
	if (!/^!?"?\$\{?\w+\}?(?:\/\d+)?"?$/.test(text)) return undefined;
	return { type: "name", value: text, start, end: start + text.length };
}

const GENERATED = /^# Generated by (\S+) v(\S+)(?: \((nf_tables|legacy)\))? on (.+)$/;
const COMPLETED = /^# Completed on (.+)$/;
const DECLARATION = /^:(\S+) (\S+)(?: (\[\d+:\d+\]))?$/;

let parser: SaveParser | undefined;

/** Reads what `iptables-save` or `iptables -S` prints, whole or in fragments, and files and scripts that iptables reads. */
export function parseSave(input: string): ParseResult<IptablesSave> {
	return parseClean(input, (text) => {
		const width = wrapWidth(text, BEGINS);
		if (width === undefined) return parseWhole(text);
		const { ast, diagnostics } = parseMoved(unwrap(text, width), parseWhole);
		return { ast: { ...ast, width }, diagnostics };
	});
}

/** What a wrapped line does not go on with. */
const BEGINS = /^(?:-[A-Z] |\[\d+:\d+\] -|COMMIT$|[:*#])|tables|^\S+@\S+[#$%]/;

function parseWhole(text: string): ParseResult<IptablesSave> {
	const declared = new Set<string>();
	const { ast, diagnostics } = readStatements<SaveStatement>(text, "iptables-save", (line, report) => {
		const node = readWhole(text, line, declared, report);
		if (node?.type === "table" || node?.type === "generated") declared.clear();
		if (node?.type === "chain-declaration") declared.add(node.name.value);
		if (node?.type === "new-chain") declared.add(node.chain.value);
		return node;
	});
	return { ast: { type: "iptables-save", start: 0, end: text.length, statements: ast }, diagnostics };
}

/** Reads a line with those that it goes on in. */
function readWhole(
	text: string,
	line: SourceLine,
	declared: ReadonlySet<string>,
	report: Report,
): SaveStatement | undefined {
	const whole = wholeLine(text, line);
	const faults: Parameters<Report>[0][] = [];
	const node = readStatement(text, whole, declared, (fault) => faults.push(fault));
	// A quote that makes no sense with the lines below was not closed: it is a fault of its own line only.
	if (node === undefined && whole !== line && !goesOn(text, line))
		return readStatement(text, line, declared, report);
	for (const fault of faults) report(fault);
	return node ?? unparsedLine(text, whole);
}

/** How many lines a quoted text or a command may run over. */
const MOST_LINES = 16;

/**
 * A line with those that follow it within a quoted text, for the tool does not escape a newline in a comment,
 * or behind the `\` at the end of a command line.
 */
function wholeLine(text: string, line: SourceLine): SourceLine {
	const content = (each: SourceLine): string => text.slice(each.start, each.end);
	const opening = content(line);
	if (goesOn(text, line)) {
		let whole = line;
		for (let lines = 0; lines < MOST_LINES && text[whole.end - 1] === "\\"; lines++) {
			const next = lineAt(text, whole.next);
			if (next === undefined) break;
			whole = { ...next, start: line.start };
		}
		return whole;
	}
	if (!isOpen(opening)) return line;
	let whole = line;
	for (let lines = 0; lines < MOST_LINES; lines++) {
		const next = lineAt(text, whole.next);
		if (next === undefined) return line;
		const below = content(next);
		whole = { ...next, start: line.start };
		const closed = !isOpen(content(whole));
		// A quote that was never closed must not swallow the rules after it. Only the second half of a quoted
		// text may look like one, `-A FORWARD -j DROP" -j ACCEPT`: it has a quote too many.
		if (/^(?:-[A-Z] |\[\d+:\d+\] -|COMMIT|[:*#])/.test(below) && !(closed && isOpen(`-A ${below}`, true)))
			return line;
		if (closed) return whole;
	}
	return line;
}

/** Whether a command line ends with the sign of the shell that it goes on. */
function goesOn(text: string, line: SourceLine): boolean {
	if (text[line.end - 1] !== "\\" || line.end === line.start) return false;
	return editPrefix(trimBlanksStart(text.slice(line.start, line.end))) !== undefined;
}

/** Whether a quoted word goes on in the next line; `loose`: or began on the line before. */
function isOpen(line: string, loose = false): boolean {
	if (!line.includes('"') || !/^[ \t]*(?:-[A-Z]|\[)/.test(line)) return false;
	const rest = line.replace(/(?<=[ \t])"(?:\\[\s\S]|[^"\\])*"/g, "");
	return loose ? rest.includes('"') : /[ \t]"/.test(rest);
}

function readStatement(
	text: string,
	line: SourceLine,
	declared: ReadonlySet<string>,
	report: Report,
): SaveStatement | undefined {
	const whole = text.slice(line.start, line.end);
	let body = trimBlanksStart(whole);
	if (body[0] === ">") body = trimBlanksStart(whole.slice(QUOTED.exec(whole)![0].length));
	const skipped = whole.length - body.length;
	body = trimBlanksEnd(body);
	const place = placeOf(whole, skipped, body, line);
	const start = line.start + skipped;
	switch (body[0]) {
		case undefined:
			return { type: "blank", start: line.start, end: line.next, text: whole, ...eolOf(line) };
		case "-":
		case "[":
		case "!":
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
			const parts = DECLARATION.exec(body);
			if (parts === null) break;
			return Object.assign(declaration(parts, start), place);
		}
		default: {
			if (body === "COMMIT") return { type: "commit", ...place };
			if (isWarning(body)) return { type: "warning", text: body, ...place };
			const prefix = editPrefix(body);
			if (prefix !== undefined) {
				const node = readShellLine(body, prefix.end, start, declared, report);
				return node && Object.assign(node, prefix.family && { family: prefix.family }, place);
			}
			const invocation = readInvocation(body, start);
			if (invocation !== undefined) return { type: "command-line", text: body, ...invocation, ...place };
		}
	}
	reportPasted(body, start, report);
	const node = readWords(text, start, start + body.length, declared, report);
	return node && Object.assign(node, place);
}

/** What a quoted mail puts before each line. */
const QUOTED = /^[ \t]*(?:>[ \t]?)+/;

/** What of the shell may follow a command: `|| exit 1`, `2>/dev/null`, `# why` */
const SHELL_REST = /[ \t]*(?:;|\|\|?|&&|[ \t]#|\d?>).*$/;

/** A command line of a script or a terminal; single quotes are the shell's. */
function readShellLine(
	body: string,
	from: number,
	start: number,
	declared: ReadonlySet<string>,
	report: Report,
): Words | undefined {
	reportPasted(body, start, report);
	const requoted = body
		.slice(from)
		.replace(/'([^'"\\]*)'|"(?:\\[\s\S]|[^"\\])*"/g, (all, inner?: string) =>
			inner === undefined ? all : `"${inner}"`,
		);
	const hidden = requoted.replace(/"(?:\\[\s\S]|[^"\\])*"/g, (all) => "_".repeat(all.length));
	const words = requoted.slice(0, SHELL_REST.exec(hidden)?.index ?? requoted.length);
	const faults: Parameters<Report>[0][] = [];
	const { ast, diagnostics } = parseMoved(
		{ text: words, toOriginal: (offset) => start + from + offset },
		(text) => ({
			ast: readWords(text, 0, text.length, declared, (fault) => faults.push(fault)),
			diagnostics: faults,
		}),
	);
	for (const each of diagnostics) report(each);
	if (ast === undefined) return undefined;
	const program = trimBlanksEnd(body.slice(0, from));
	ast.command = { value: program, start, end: start + program.length };
	delete ast.text;
	if (printWords(ast) !== body) ast.text = body;
	return ast;
}

/** What the words of a line make; its place is added by the caller. */
type Words = Draft<Rule | PolicyLine | NewChainLine | ChainCommand>;

function readWords(
	text: string,
	start: number,
	end: number,
	declared: ReadonlySet<string>,
	report: Report,
): Words | undefined {
	const fast = readFast(text, start, end);
	if (fast === undefined) parser ??= new SaveParser();
	const reading = fast === undefined ? parser!.readLine(text, start, end) : { node: fast };
	if ("fault" in reading) {
		report(syntaxDiagnostic("iptables", shortFault(reading.fault)));
		return undefined;
	}
	const { command, general } = reading.node;
	let { byHand } = reading.node;
	let node: Words;
	if (command.type === "raw-rule") {
		const clauses = clausesOf(command);
		byHand ||= !clauses.every(isPrinted);
		const rule = ruleOf(command, clauses, text, declared, report);
		node = command.action === "append" ? rule : commandOf(command, rule, { start, end });
	} else {
		node = command;
	}
	for (const each of general) where(node, each);
	const own = byHand ? text.slice(start, end) : undefined;
	if (own !== undefined && printWords(node) !== own) node.text = own;
	return node;
}

function where(node: Words, general: General): void {
	if (general.kind === "table") node.table = general.value;
	if (general.kind === "family") node.family = general.value;
}

/** A rule to be put in, or one for a command to work on. */
function commandOf(
	{ action, number, chain, elements }: RawRule,
	rule: Draft<Rule>,
	{ start, end }: Span,
): Words {
	if (action === "insert") return Object.assign(rule, { insert: number ?? ("first" as const) });
	const node = { type: "chain-command", start, end, action, chain } as Draft<ChainCommand>;
	const { table, family } = rule;
	if (table !== undefined) node.table = table;
	if (family !== undefined) node.family = family;
	delete rule.table;
	delete rule.family;
	if (number !== undefined) node.number = number;
	// `-D INPUT 3` names the rule by its number alone.
	// Its own word for the chain: spans may be moved, and each of them once.
	if (number === undefined || elements.length > 0)
		node.rule = Object.assign(rule, { chain: { ...chain }, start, end });
	return node;
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
	if (isWarning(body)) return { type: "warning", text: body, ...place };
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

interface OpenClause {
	name: Word;
	kind: "match" | "jump" | "goto";
	/** Whether its options stand elsewhere than behind it, or it has no `-m`. */
	loose: boolean;
	args: Argument[];
	start: number;
	end: number;
}

/** Deals the options out to their matches and the target. */
function clausesOf({ elements }: RawRule): OpenClause[] {
	const clauses: OpenClause[] = [];
	let protocol: Protocol | undefined;
	for (const element of elements) {
		if (element.kind === "protocol") protocol = element.value;
		if (element.kind === "match" || element.kind === "jump" || element.kind === "goto") {
			const { kind, name, start } = element;
			clauses.push({ name, kind, loose: false, args: [], start, end: name.end });
		}
		if (element.kind === "argument") {
			const { argument } = element;
			const owner = clauseOf(argument, clauses, protocol);
			owner.args.push(argument);
			owner.end = Math.max(owner.end, argument.end);
			owner.start = Math.min(owner.start, argument.start);
		}
	}
	return clauses;
}

/** Whether the tool prints such a clause: with its `-m`, and its options in the order of their table. */
function isPrinted({ kind, name, loose, args }: OpenClause): boolean {
	if (loose) return false;
	if (args.length < 2) return true;
	const options = (kind === "match" ? matches : targets).get(name.value)?.options;
	let last = -1;
	for (const { flag } of options === undefined ? [] : args) {
		const index = options!.findIndex((option) => option.flag === flag);
		if (index < last) return false;
		last = index;
	}
	return true;
}

/** Reads the clauses of a rule. */
function ruleOf(
	raw: RawRule,
	clauses: readonly OpenClause[],
	text: string,
	declared: ReadonlySet<string>,
	report: Report,
): Draft<Rule> {
	const rule = { type: "rule", start: 0, end: 0 } as Draft<Rule>;
	if (raw.counters !== undefined) rule.counters = raw.counters;
	rule.chain = raw.chain;
	for (const element of raw.elements) {
		switch (element.kind) {
			case "match":
			case "jump":
			case "goto":
			case "argument":
			case "wait":
				break;
			case "table":
			case "family":
				where(rule, element);
				break;
			default:
				// Each of the other kinds is the name of its field.
				(rule as Record<string, unknown>)[element.kind] = element.value;
		}
	}
	const isTarget = ({ kind }: OpenClause): boolean => kind === "jump" || kind === "goto";
	rule.matches = clauses
		.filter((clause) => !isTarget(clause))
		.map((clause: Clause) => matchOf(clause, text, report));
	const target = clauses.findLast(isTarget);
	if (target !== undefined) {
		const isChain = declared.has(target.name.value);
		rule.target = targetOf(target, target.kind === "goto", isChain, text, report);
	}
	return rule;
}

/**
 * The clause that takes an argument: the one before it, unless only another knows the option, or the match that
 * the protocol loads: `-p tcp -m state --state NEW --dport 22`.
 */
function clauseOf(argument: Argument, clauses: OpenClause[], protocol: Protocol | undefined): OpenClause {
	const { flag, start, end } = argument;
	const knows = ({ kind, name }: OpenClause): boolean =>
		(kind === "match" ? matches : targets).get(name.value)?.knows(flag) === true;
	const last = clauses.at(-1);
	if (last !== undefined && knows(last)) return last;
	const other = clauses.findLast(knows);
	if (other !== undefined) {
		other.loose = true;
		return other;
	}
	const implied = impliedMatch(flag, protocol);
	if (implied === undefined && last !== undefined) return last;
	const name = { value: implied ?? flag, start, end: start };
	const made: OpenClause = { name, kind: "match", loose: true, args: [], start, end };
	clauses.push(made);
	return made;
}
