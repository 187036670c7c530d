import { cleanText, hasControl } from "@netfossil/core";
import { kindsOfCommand, readActions } from "./commands.ts";
import type { Reason } from "./dump.ts";
import { readFileName } from "./filename.ts";
import { type KindName, kindOf } from "./kinds.ts";
import { belongs, type Likeness, likenesses, signatures } from "./signatures.ts";
import { failureOf } from "./unread.ts";

/** What is known of a text besides itself. */
export interface IdentifyHints {
	/** The command that printed it, as typed. */
	readonly command?: string;
	/** The name of the file. */
	readonly file?: string;
}

/** What a text is, and how that is known. */
export interface Identification {
	readonly kind: KindName;
	readonly reasons: readonly Reason[];
	/** How much of the text looks like the kind, from 0 to 1. */
	readonly share: number;
}

/** How much of a text is looked at; what a dump is shows in its first lines. */
const PROBE = 64 * 1024;

/** A text whose lines are less like a kind than this is not a dump of it but, perhaps, holds one. */
const WHOLE = 0.5;

/** The lines by which a text is identified, free of terminal noise. */
export function probe(text: string): string[] {
	const head = text.slice(0, PROBE);
	return (hasControl(head) ? cleanText(head).text : head).split(/\r?\n/);
}

/** Says what kind of dump a text is, by its command, its file's name and its lines; undefined when it is none. */
export function identify(text: string, hints: IdentifyHints = {}): Identification | undefined {
	return identifyLines(probe(text), hints);
}

export function identifyLines(lines: readonly string[], hints: IdentifyHints): Identification | undefined {
	const evidence: { kinds: readonly KindName[]; reason: Omit<Reason, "text">; what: string }[] = [];
	if (hints.command !== undefined) {
		const kinds = readActions(hints.command).flatMap((action) => [...kindsOfCommand(action)]);
		const what = `the command "${hints.command}"`;
		evidence.push({ kinds, reason: { about: "kind", certainty: "observed" }, what });
	}
	if (hints.file !== undefined) {
		const { kinds } = readFileName(hints.file);
		const what = `the file name "${hints.file.replace(/^.*[/\\]/, "")}"`;
		evidence.push({ kinds, reason: { about: "kind", certainty: "observed" }, what });
	}
	const said = evidence.filter(({ kinds }) => kinds.length > 0);
	const named = said.map(({ kinds }) => kinds);
	// Most dumps look like what they are called, and need not be compared with all other kinds.
	const alike = likenesses(lines, [...new Set(named.flat())]);
	const agreed = named.map((kinds) => alike.find((each) => kinds.includes(each.kind))).find((each) => each);
	const looks = agreed ? [agreed] : likenesses(lines);
	const kind = agreed?.kind ?? decide(named, lines, looks);
	if (kind === undefined) return undefined;

	const reasons: Reason[] = said.map(({ kinds, reason, what }) => ({
		...reason,
		text: kinds.includes(kind)
			? `${what} prints ${kinds.length === 1 ? kind : `${kinds.join(" or ")}`}`
			: `${what} prints ${kinds.join(" or ")}, but the lines look like ${kind}`,
	}));
	const look = looks.find((each) => each.kind === kind);
	if (look !== undefined) reasons.push(lookReason(look));
	if (look === undefined) {
		reasons.push({ about: "kind", text: `its lines may stand in ${kind}`, certainty: "assumed" });
	}
	return { kind, reasons, share: look?.share ?? shareOf(kind, lines) };
}

/** The kind where no kind that was named looks like the lines: those that tell another kind outweigh a name. */
function decide(
	said: readonly (readonly KindName[])[],
	lines: readonly string[],
	looks: readonly Likeness[],
): KindName | undefined {
	const best = looks[0];
	const only = said[0];
	if (best !== undefined && best.share >= WHOLE) {
		const named = only?.length === 1 ? only[0] : undefined;
		return named !== undefined && readsAsWell(named, best.kind, lines) ? named : best.kind;
	}
	// Without a line that tells, JSON is of no kind, and other lines only of the one kind that was named.
	const named = only?.length === 1 ? only[0] : undefined;
	const first = lines.find((line) => line.trim() !== "");
	if (named === undefined || first === undefined) return undefined;
	// `ip -j netns` would be one namespace with a strange name.
	if (signatures[named].needs === undefined && JSON_BEGINS.test(first)) return undefined;
	const belongsThere = lines.some((line) => line.trim() !== "" && belongs(named, line));
	return belongsThere || (failureOf(lines) === undefined && readsAsWell(named, named, lines))
		? named
		: undefined;
}

/** `[{"name":"red"}]`, `[ {` as `ip -p -j` begins, `{` */
const JSON_BEGINS = /^\s*(?:\[\s*(?:[{\]]|$)|\{\s*(?:"|$))/;

/** How many lines the parsers of two kinds are given to judge by. */
const JUDGED = 100;

/**
 * Whether the parser of the kind that was named reads the lines as well as that of the kind which they look like: a
 * neighbour with nothing but `dev` and odd words looks like a route. JSON is read by all of its kinds.
 */
function readsAsWell(named: KindName, alike: KindName, lines: readonly string[]): boolean {
	if (signatures[named].needs !== undefined || signatures[alike].needs !== undefined) return false;
	const head = lines.slice(0, JUDGED);
	const text = `${head.join("\n")}\n`;
	const unread = unreadLines(named, text);
	const filled = head.filter((line) => line.trim() !== "").length;
	return unread * 2 < filled && unread <= unreadLines(alike, text);
}

function unreadLines(kind: KindName, text: string): number {
	const { diagnostics } = kindOf(kind).parse(text);
	const odd = diagnostics.filter(({ severity }) => severity !== "info");
	return new Set(odd.map(({ start }) => text.slice(0, start).split("\n").length)).size;
}

/** The reason that a look gives. */
export function lookReason({ kind, sign, line, share }: Likeness): Reason {
	const certain = share >= WHOLE ? "observed" : "assumed";
	return { about: "kind", text: `"${shorten(sign)}" is a line of ${kind}`, line, certainty: certain };
}

function shareOf(kind: KindName, lines: readonly string[]): number {
	const filled = lines.filter((line) => line.trim() !== "");
	return filled.filter((line) => belongs(kind, line)).length / Math.max(1, filled.length);
}

/** A line as it is quoted in a reason. */
export function shorten(text: string): string {
	return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
