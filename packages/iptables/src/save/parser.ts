import type { Word } from "@netfossil/core";
import { type IToken, type Reading, StatementParser, type TokenType } from "@netfossil/core/grammar";
import type { Address, ChainAction, Counters } from "../ast.ts";
import type { Argument } from "../extension.ts";
import { readAddress, readCounted, readInterface, readProtocol } from "../fields.ts";
import { negatedIf } from "./fast.ts";
import { type Command, type Element, type General, inOrder, type Line, type RawRule } from "./line.ts";
import { takesValue } from "./options.ts";
import * as t from "./tokens.ts";

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

/** `-s $LAN`: a name, as one of /etc/hosts is. */
function scriptVariable(text: string, start: number): Address | undefined {
	if (!/^!?"?\$\{?\w+\}?(?:\/\d+)?"?$/.test(text)) return undefined;
	return { type: "name", value: text, start, end: start + text.length };
}
