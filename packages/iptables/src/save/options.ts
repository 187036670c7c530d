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
export function targetOf(clause: Clause, goto: boolean, text: string, report: Report): Target {
	const { name, args, start, end } = clause;
	const verdict = goto || args.length > 0 ? undefined : verdictOf(name.value);
	if (verdict !== undefined) return { type: verdict, start, end };
	const reader = goto ? undefined : targets.get(name.value);
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

/**
 * The clause that an option belongs to when it does not stand after its `-m`: the last match that knows it,
 * or the one that the protocol loads by itself (`-p tcp --dport 80`).
 */
export function ownerOf(
	flag: string,
	clauses: readonly Clause[],
	protocol: Protocol | undefined,
): number | string | undefined {
	for (let index = clauses.length - 1; index >= 0; index--) {
		if (matches.get(clauses[index]!.name.value)?.knows(flag)) return index;
	}
	for (const reader of matches.values()) {
		if (protocol?.name !== undefined && reader.protocol.includes(protocol.name) && reader.knows(flag))
			return reader.type;
	}
	return undefined;
}

let valued: Set<string> | undefined;

/** Whether an option has a value in every extension that has the option. */
export function takesValue(flag: string): boolean {
	if (valued === undefined) {
		const options = [...matches.values(), ...targets.values()].flatMap((reader) => reader.options);
		valued = new Set(options.filter(({ value }) => value.words !== 0).map((option) => option.flag));
		for (const option of options) if (option.value.words === 0) valued.delete(option.flag);
	}
	return valued.has(flag);
}
