import type { Draft, Report, Span, Word } from "@netfossil/core";
import type { ChainCommand, NewChainLine, PolicyLine, Protocol, Rule } from "../ast.ts";
import type { Argument } from "../extension.ts";
import { matches } from "../matches/index.ts";
import { targets } from "../targets/index.ts";
import type { General, Line, RawRule } from "./line.ts";
import { impliedMatch, matchOf, targetOf } from "./options.ts";

/** What the words of a line make; its place is added by the caller. */
export type Words = Draft<Rule | PolicyLine | NewChainLine | ChainCommand>;

/** The statement that a line makes, and whether the tool itself would have written it so. */
export interface Made {
	readonly node: Words;
	readonly byHand: boolean;
}

/** What is known around a line, and who is told of what is not. */
export interface Context {
	readonly text: string;
	/** The chains that were declared above. */
	readonly declared: ReadonlySet<string>;
	readonly report: Report;
}

/** Makes the statement of a line that was read from `start` to `end`. */
export function statementOf(
	{ command, general, byHand }: Line,
	{ start, end }: Span,
	context: Context,
): Made {
	if (command.type !== "raw-rule") {
		for (const each of general) where(command, each);
		return { node: command, byHand };
	}
	const dealt = deal(command);
	const rule = ruleOf(dealt, context);
	const node = command.action === "append" ? rule : commandOf(command, rule, { start, end });
	for (const each of general) where(node, each);
	return { node, byHand: byHand || !dealt.isPrinted };
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

/** A match or the target with the options that are its own. */
interface OpenClause {
	readonly name: Word;
	readonly kind: "match" | "jump" | "goto";
	/** Whether its options stand elsewhere than behind it, or it has no `-m`. */
	loose: boolean;
	readonly args: Argument[];
	start: number;
	end: number;
}

/** The pieces of a rule, with the options dealt out to the matches and the target. */
export interface Dealt {
	/** What is neither a match nor the target. */
	readonly rule: Draft<Rule>;
	readonly clauses: readonly OpenClause[];
	/** Whether the tool prints the matches and the target so. */
	readonly isPrinted: boolean;
}

/** Deals the options of a rule out to its matches and the target. */
export function deal(raw: RawRule): Dealt {
	const rule = { type: "rule", start: 0, end: 0 } as Draft<Rule>;
	if (raw.counters !== undefined) rule.counters = raw.counters;
	rule.chain = raw.chain;
	const clauses: OpenClause[] = [];
	for (const element of raw.elements) {
		switch (element.kind) {
			case "match":
			case "jump":
			case "goto": {
				const { kind, name, start } = element;
				clauses.push({ name, kind, loose: false, args: [], start, end: name.end });
				break;
			}
			case "argument": {
				const { argument } = element;
				const owner = clauseOf(argument, clauses, rule.protocol);
				owner.args.push(argument);
				owner.end = Math.max(owner.end, argument.end);
				owner.start = Math.min(owner.start, argument.start);
				break;
			}
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
	return { rule, clauses, isPrinted: clauses.every(isOwn) };
}

/** Makes the rule: its matches and the target read the options that were dealt to them. */
export function ruleOf({ rule, clauses }: Dealt, { text, declared, report }: Context): Draft<Rule> {
	const read: Rule["matches"][number][] = [];
	let target: OpenClause | undefined;
	for (const clause of clauses) {
		if (clause.kind === "match") read.push(matchOf(clause, text, report));
		else target = clause;
	}
	rule.matches = read;
	if (target !== undefined) {
		const isChain = declared.has(target.name.value);
		rule.target = targetOf(target, target.kind === "goto", isChain, text, report);
	}
	return rule;
}

/** Whether the tool prints such a clause: with its `-m`, and its options in the order of their table. */
function isOwn({ kind, name, loose, args }: OpenClause): boolean {
	if (loose) return false;
	const reader = (kind === "match" ? matches : targets).get(name.value);
	if (args.some(({ flag }) => reader?.isByHand(flag))) return false;
	if (args.length < 2) return true;
	let last = -1;
	for (const { flag } of reader === undefined ? [] : args) {
		const place = reader!.placeOf(flag);
		if (place < last) return false;
		last = place;
	}
	return true;
}

/**
 * The clause that an option belongs to: the one before it if that knows it, else the last that does
 * (`-m state --state NEW --dport 22`), else the match that the protocol implies, else the one before it.
 */
function clauseOf(argument: Argument, clauses: OpenClause[], protocol: Protocol | undefined): OpenClause {
	const { flag, start, end } = argument;
	const last = clauses[clauses.length - 1];
	if (last !== undefined && knows(last, flag)) return last;
	const other = clauses.findLast((clause) => knows(clause, flag));
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

function knows({ kind, name }: OpenClause, flag: string): boolean {
	return (kind === "match" ? matches : targets).get(name.value)?.knows(flag) === true;
}
