import {
	type Diagnostic,
	type Draft,
	type ParseResult,
	type PartReader,
	parseDocument,
	parseLines,
	partsOf,
	type SourceLine,
} from "@netfossil/core";
import { type IToken, nodeOf, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import { FieldNotes, nameEnd, unknownDiagnostics, valueStart } from "../fields.ts";
import { placed, rowOfLine } from "../rows.ts";
import type { IpRuleDump, IpRuleStatement, Rule, RuleField, RuleFields } from "./ast.ts";
import { RULE } from "./fields.ts";
import * as t from "./tokens.ts";

/**
 * The lines of `ip rule`:
 *
 * ```
 * rule  := PRIORITY ":" ["not"] "from" SOURCE field*
 * field := NAME VALUE | ("iif" | "oif") NAME ["[detached]"] | "lookup" TABLE | "goto" N ["[unresolved]"]
 *        | ACTION | unknown
 * ```
 */
export class RuleParser extends StatementParser {
	#text = "";

	constructor(skipValidations = true) {
		super(t.tokens, t.createRuleLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readRule(text: string, start: number, end: number): Reading<Rule> {
		this.#text = text;
		return this.read(this.rule, text, start, end);
	}

	private rule = this.RULE("rule", (): Rule => {
		const priority = this.CONSUME(t.Priority);
		const not = this.OPTION(() => this.CONSUME(t.Not));
		const from = this.CONSUME(t.Pair);
		const rest: IToken[] = [];
		this.MANY(() => {
			rest.push(this.SUBRULE(this.one));
		});
		return this.ACTION(() => this.node(priority, not, from, rest));
	});

	/** A field, or a word of none. */
	private one = this.tokenRule("one", [
		t.Pair,
		t.Interface,
		t.Goto,
		t.L3mdev,
		t.Action,
		t.Text,
		t.Not,
		t.Priority,
	]);

	private node(priority: IToken, not: IToken | undefined, from: IToken, rest: readonly IToken[]): Rule {
		const { start, end } = this.span(priority);
		const number = readNumber(priority.image.slice(0, -1), start, end - 1);
		const node: Draft<Rule> = { type: "rule", start: 0, end: 0, priority: number };
		if (!from.image.startsWith("from")) this.refuse(from, "from SOURCE");
		const first = this.span(not ?? from).start;
		const separator = this.#text.slice(end, first);
		if (separator !== "\t") node.separator = separator;
		const notes = new FieldNotes(RULE, first - 1);
		if (not !== undefined) this.field(node, notes, not, from);
		this.field(node, notes, from, rest[0]);
		for (const [index, token] of rest.entries()) {
			if (this.field(node, notes, token, rest[index + 1])) continue;
			const span = this.span(token);
			notes.unknown(token.image, span.start, span.end);
		}
		notes.finish(node);
		return node;
	}

	/** Puts a field into the node; false: it has none there. */
	private field(
		node: Draft<RuleFields>,
		notes: FieldNotes<RuleFields, RuleField>,
		token: IToken,
		next: IToken | undefined,
	): boolean {
		const { image, tokenType } = token;
		const { start, end } = this.span(token);
		const at = valueStart(image, nameEnd(image));
		const name = this.nameOf(token, next);
		if (name === undefined) return false;
		const bare = tokenType === t.Action || tokenType === t.Text;
		const value = bare ? this.word(token) : RULE.table[name].read(image.slice(at), start + at);
		if (value === undefined || !notes.known(name, start, end)) return false;
		(node as Record<string, unknown>)[name] = value;
		return true;
	}

	private nameOf({ tokenType, image }: IToken, next: IToken | undefined): RuleField | undefined {
		switch (tokenType) {
			case t.Not:
				return "not";
			case t.L3mdev:
				return "l3mdev";
			case t.Action:
				return "action";
			case t.Text:
				// `from all to 10.67.0.0/16 7`: with `-N` the number of a type.
				return /^\d+$/.test(image) && (next === undefined || next.tokenType === t.Pair)
					? "action"
					: undefined;
			case t.Priority:
				return undefined;
			default:
				return image.slice(0, nameEnd(image)) as RuleField;
		}
	}
}

let parser: RuleParser | undefined;

/** Reads what `ip rule` prints. */
export function parseIpRule(input: string): ParseResult<IpRuleDump> {
	return parseDocument(input, "ip-rule", (text) => {
		parser ??= new RuleParser();
		const grammar = parser;
		return parseLines(text, "ip", (line, report): Rule | undefined => {
			const node = readLine(grammar, text, line, report);
			if (node?.unknown !== undefined) for (const each of unknownDiagnostics(node)) report(each);
			return node;
		});
	});
}

function readLine(
	grammar: RuleParser,
	text: string,
	line: SourceLine,
	report: (diagnostic: Diagnostic) => void,
): Rule | undefined {
	const row = rowOfLine(text, line);
	const node = nodeOf(grammar.readRule(text, row.end - row.body.length, row.end), "iproute", report);
	return node && placed(node, row, "", "");
}

/** Reads many rules in parts: see `parseParts` of `@netfossil/core`. */
export function ipRuleParts(): PartReader<IpRuleStatement> {
	return partsOf(parseIpRule);
}
