import { type Report, type Span, trimBlanksStart, type Word } from "@netfossil/core";
import type { Match, Protocol, Target } from "../ast.ts";
import type { Argument, ExtensionReader } from "../extension.ts";
import { type KnownMatch, matches } from "../matches/index.ts";
import { type KnownTarget, targets, verdictOf } from "../targets/index.ts";

/** `-m NAME` or `-j NAME` with the options that stand after it. */
export interface Clause extends Span {
	readonly name: Word;
	readonly args: readonly Argument[];
}

/** The match that a clause makes; one that does not read is kept as text. */
export function matchOf(clause: Clause, text: string, report: Report): Match {
	const glued = gluedNegation(clause);
	if (glued !== undefined) return glued;
	const reader = matches.get(clause.name.value);
	const node = reader && known(reader, clause, report);
	if (node !== undefined) return node as KnownMatch;
	if (reader === undefined) reportUnknown("match", clause, report);
	const { name, start, end } = clause;
	return { type: "unknown-match", name, text: optionsText(clause, text), start, end };
}

/** `-m quota!  --quota 5000`, as 1.4.21 prints a negation. */
function gluedNegation({ name, args, start, end }: Clause): KnownMatch | undefined {
	const { value } = name;
	const reader = value.endsWith("!") ? matches.get(value.slice(0, -1)) : undefined;
	if (!reader?.marks.includes("gluedNot")) return undefined;
	const node = reader.fromOptions(
		args.map((each) => ({ ...each, negated: true })),
		{ start, end },
	);
	return "refused" in node ? undefined : ({ ...node, gluedNot: true } as unknown as KnownMatch);
}

/** The target that `-j` or `-g` names. A name without options that no extension has is a user's chain. */
export function targetOf(
	clause: Clause,
	goto: boolean,
	isChain: boolean,
	text: string,
	report: Report,
): Target {
	const { name, args, start, end } = clause;
	// iptables-restore takes chains that are called as a target is: `:LOG - [0:0]`.
	const jumps = goto || (isChain && args.length === 0);
	const verdict = jumps || args.length > 0 ? undefined : verdictOf(name.value);
	if (verdict !== undefined) return { type: verdict, start, end };
	const reader = jumps ? undefined : targets.get(name.value);
	if (reader === undefined && args.length === 0) {
		return goto
			? { type: "jump", chain: name, goto: true, start, end }
			: { type: "jump", chain: name, start, end };
	}
	const node = reader && known(reader, clause, report);
	if (node !== undefined) return node as KnownTarget;
	if (reader === undefined) reportUnknown("target", clause, report);
	return { type: "unknown-target", name, text: optionsText(clause, text), start, end };
}

function known(reader: ExtensionReader, clause: Clause, report: Report): Span | undefined {
	const node = reader.fromOptions(clause.args, clause);
	if (!("refused" in node)) return node;
	const { flag, start, end } = node.refused;
	report({
		code: "iptables/unknown-option",
		severity: "warning",
		message: `${clause.name.value} does not print ${JSON.stringify(flag)} with such a value; its options are kept as text`,
		start,
		end,
		expected: reader.options.map((option) => option.flag),
	});
	return undefined;
}

function reportUnknown(what: string, { name, start, end }: Clause, report: Report): void {
	report({
		code: "iptables/unknown-extension",
		severity: "info",
		message: `the ${what} ${JSON.stringify(name.value)} is not known here; its options are kept as text`,
		start,
		end,
	});
}

function optionsText({ name, end }: Clause, text: string): string {
	return trimBlanksStart(text.slice(name.end, end));
}

/** The match that a protocol loads by itself, if the option is of it: `-p tcp --dport 80`. */
export function impliedMatch(flag: string, protocol: Protocol | undefined): string | undefined {
	if (protocol?.name === undefined) return undefined;
	for (const reader of matches.values())
		if (reader.protocol.includes(protocol.name) && reader.knows(flag)) return reader.type;
	return undefined;
}

/** The options of all extensions, with whether every extension that has the option gives it a value. */
let options: Map<string, boolean> | undefined;

function allOptions(): ReadonlyMap<string, boolean> {
	if (options === undefined) {
		options = new Map();
		for (const reader of [...matches.values(), ...targets.values()])
			for (const { flag, value } of reader.options)
				options.set(flag, value.words !== 0 && options.get(flag) !== false);
	}
	return options;
}

/** Whether an extension that is known here has an option. */
export function isOption(flag: string): boolean {
	return allOptions().has(flag);
}

/** Whether an option has a value in every extension that has the option. */
export function takesValue(flag: string): boolean {
	return allOptions().get(flag) === true;
}
