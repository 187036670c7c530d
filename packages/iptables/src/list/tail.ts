import { type Report, type Span, trimBlanksEnd, trimBlanksStart } from "@netfossil/core";
import type { Match, Rule, Target } from "../ast.ts";
import { afterBlanks, afterWord, type ExtensionReader } from "../extension.ts";
import { type KnownMatch, matches } from "../matches/index.ts";
import { type KnownTarget, targets, verdictOf } from "../targets/index.ts";

type Printed = Pick<Rule, "matches" | "target">;
type Items = ExtensionReader["variants"][number]["items"];
type TargetName = Span & { readonly value: string };

/** What a list prints after the destination column: the matches in order, then the target's own words. */
interface Tail {
	readonly matches: readonly Match[];
	readonly target?: Target;
	/** What no extension prints. */
	readonly unknown: readonly Span[];
}

/** Extensions by the first words of what they print, so that few are tried at a place. */
const byLead = new Map<string, ExtensionReader[]>();
const leadless: ExtensionReader[] = [];
for (const reader of matches.values()) {
	const leads = new Set(reader.variants.flatMap(({ items }) => leadsOf(items)));
	if (leads.has("")) leadless.push(reader);
	else for (const lead of leads) byLead.set(lead, [...(byLead.get(lead) ?? []), reader]);
}

/** Those without such words, by the character at a place; made as characters turn up. */
const byCharacter = new Map<string, readonly ExtensionReader[]>();

function leadlessAt(character: string): readonly ExtensionReader[] {
	let readers = byCharacter.get(character);
	if (readers === undefined) {
		readers = leadless.filter(({ variants }) =>
			variants.some(({ items }) => firstsOf(items)?.has(character) ?? true),
		);
		byCharacter.set(character, readers);
	}
	return readers;
}

/** The characters that what these items print may begin with; undefined: any. */
function firstsOf(items: Items): ReadonlySet<string> | undefined {
	const firsts = new Set<string>();
	for (const item of items) {
		if (item.kind === "value" || item.kind === "computed") return undefined;
		if (item.kind === "not") firsts.add("!");
		if (item.kind === "group") {
			const inner = firstsOf(item.items);
			if (inner === undefined) return undefined;
			for (const each of inner) firsts.add(each);
		}
		if (item.kind === "literal" && trimBlanksStart(item.text) !== "")
			return firsts.add(trimBlanksStart(item.text)[0]!);
	}
	return firsts;
}

function leadsOf(items: Items): string[] {
	const first = items[0];
	if (first?.kind !== "literal") return [""];
	const words = trimBlanksStart(trimBlanksEnd(first.text)).split(" ");
	// A first word that is glued to a value, or comes after a negation, decides nothing.
	if (words[0] === "" || (words.length === 1 && items[1]?.kind !== "group" && items.length > 1)) return [""];
	return [words[0]!];
}

/** Reads the tail of a rule; what no extension prints is kept as an unknown match or target. */
export function readTail(
	text: string,
	base: number,
	name: TargetName | undefined,
	isChain: (name: string) => boolean,
	report: Report,
): Printed {
	const goto = readGoto(text);
	const from = goto ?? 0;
	const extension = name && goto === undefined ? targets.get(name.value) : undefined;
	let tail = readWhole(text, from, base, extension, name);
	// iptables-restore takes chains that are called as a target is; such a rule has no words of the target.
	if (extension !== undefined && name !== undefined && isChain(name.value) && !hasWords(tail, name))
		tail = readWhole(text, from, base, undefined, name);
	for (const { start, end } of tail.unknown) {
		const words = text.slice(start - base, end - base);
		report({
			code: "iptables/unknown-extension",
			severity: "info",
			message:
				words === ""
					? `the words of the target ${name?.value} are missing; the line may be cut`
					: `${JSON.stringify(words)} is of an extension that is not known here; it is kept as text`,
			start,
			end,
		});
	}
	const made = tail.target ?? (name && jumpOrVerdict(name, goto !== undefined));
	return made === undefined ? { matches: tail.matches } : { matches: tail.matches, target: made };
}

/** Whether the target's own words were read. */
function hasWords({ target }: Tail, name: TargetName): boolean {
	return target !== undefined && target.type !== "unknown-target" && target.end > name.end;
}

function readWhole(
	text: string,
	from: number,
	base: number,
	target: ExtensionReader | undefined,
	name: TargetName | undefined,
): Tail {
	return readGlued(text, from, base, target, name) ?? readFrom(text, from, base, target, name);
}

/** Two matches print no blank before their words: `tcp dpt:22eui64 `, `/* a *\/match bpf 6 0 0 1`. */
const GLUED = /[^ \t](?=eui64(?![^ \t])|match bpf (?:\d|pinned ))/g;

/** A tail in which a match is glued to the one before it; undefined: it reads better as it stands. */
function readGlued(
	text: string,
	from: number,
	base: number,
	target: ExtensionReader | undefined,
	name: TargetName | undefined,
): Tail | undefined {
	if (!text.includes("eui64") && !text.includes("match bpf ")) return undefined;
	const places = Array.from(text.matchAll(GLUED), ({ index }) => index + 1).filter((at) => at > from);
	// More are no rule, but text that someone made up.
	if (places.length > 8) return undefined;
	for (const at of places) {
		const before = readFrom(text.slice(0, at), from, base, undefined, undefined);
		if (before.unknown.length > 0) continue;
		const after = readGlued(text, at, base, target, name) ?? readFrom(text, at, base, target, name);
		if (after.unknown.length > 0) return undefined;
		return { ...after, matches: [...before.matches, ...after.matches] };
	}
	return undefined;
}

/** Where `[goto] `, which stands before the matches, ends. */
function readGoto(text: string): number | undefined {
	const start = afterBlanks(text, 0);
	if (!text.startsWith("[goto]", start)) return undefined;
	const end = start + "[goto]".length;
	return text[end] === " " ? end + 1 : end;
}

function jumpOrVerdict(name: TargetName, goto: boolean): Target {
	const verdict = goto ? undefined : verdictOf(name.value);
	const { start, end } = name;
	if (verdict !== undefined) return { type: verdict, start, end };
	const chain = { value: name.value, start, end };
	return goto ? { type: "jump", chain, goto: true, start, end } : { type: "jump", chain, start, end };
}

function readFrom(
	text: string,
	from: number,
	base: number,
	target: ExtensionReader | undefined,
	name: TargetName | undefined,
): Tail {
	const read: Match[] = [];
	const unknown: Span[] = [];
	let at = from;
	for (;;) {
		const end = targetAt(text, at, base, target, name);
		if (end === "none") return { matches: read, unknown };
		if (end !== undefined) return { matches: read, target: end, unknown };
		const match = matchAt(text, at, base);
		if (match !== undefined) {
			const rest = match.node.type === "comment" && further(text, base, target, name, match);
			if (rest) return { matches: [...read, ...rest.matches], ...targetOf(rest), unknown };
			read.push(match.node);
			at = match.next;
			continue;
		}
		const span = unknownAt(text, at, base, target, name);
		unknown.push(span);
		const words = text.slice(span.start - base, span.end - base);
		const isTarget = span.end === base + trimBlanksEnd(text).length && name && isUnknownTarget(name, target);
		if (isTarget) {
			const { value, start, end: nameEnd } = name;
			const node = { type: "unknown-target" as const, name: { value, start, end: nameEnd }, text: words };
			return { matches: read, target: { ...node, start, end: span.end }, unknown };
		}
		read.push({ type: "unknown-match", text: words, ...span });
		at = span.end - base;
	}
}

function targetOf({ target }: Tail): { target?: Target } {
	return target === undefined ? {} : { target };
}

function isUnknownTarget(name: TargetName, target: ExtensionReader | undefined): boolean {
	return target !== undefined || (verdictOf(name.value) === undefined && /^[A-Z]+$/.test(name.value));
}

/** The target's words, when they are all that is left; "none": nothing is left, and no target to be. */
function targetAt(
	text: string,
	at: number,
	base: number,
	target: ExtensionReader | undefined,
	name: TargetName | undefined,
): Target | "none" | undefined {
	if (target === undefined || name === undefined)
		return afterBlanks(text, at) === text.length ? "none" : undefined;
	const read = target.fromList(text, at, base);
	if (read === undefined || afterBlanks(text, read.next) < text.length) return undefined;
	const { start, end } = name;
	return { ...read.node, start, end: Math.max(end, read.node.end) } as KnownTarget;
}

function matchAt(text: string, at: number, base: number): { node: KnownMatch; next: number } | undefined {
	const start = afterBlanks(text, at);
	const lead = text.slice(start, afterWord(text, start));
	if (lead === "") return undefined;
	return longest(byLead.get(lead), text, at, base) ?? longest(leadlessAt(lead[0]!), text, at, base);
}

function longest(
	readers: readonly ExtensionReader[] | undefined,
	text: string,
	at: number,
	base: number,
): { node: KnownMatch; next: number } | undefined {
	let best: { node: KnownMatch; next: number } | undefined;
	for (const reader of readers ?? []) {
		const read = reader.fromList(text, at, base);
		if (read !== undefined && read.next > at && (best === undefined || read.next > best.next))
			best = read as { node: KnownMatch; next: number };
	}
	return best;
}

/**
 * A comment ends at the first end sign that leaves a tail without unknown words: the comment `a */ /* b`
 * holds the sign itself, and the list does not escape it.
 */
function further(
	text: string,
	base: number,
	target: ExtensionReader | undefined,
	name: TargetName | undefined,
	first: { node: KnownMatch; next: number },
): Tail | undefined {
	if (first.node.type !== "comment" || first.node.comment === undefined) return undefined;
	if (!text.includes(" */", first.next)) return undefined;
	const bodyStart = first.node.comment.start - base;
	const ends = / \*\/(?![^ \t])/g;
	ends.lastIndex = first.next - 3;
	for (
		let found = ends.exec(text), tries = 0;
		found !== null && tries < 8;
		found = ends.exec(text), tries++
	) {
		const next = found.index + 3;
		const rest = readFrom(text, next, base, target, name);
		if (rest.unknown.length > 0) continue;
		const body = {
			value: text.slice(bodyStart, found.index),
			start: base + bodyStart,
			end: base + found.index,
		};
		const comment = { type: "comment" as const, comment: body, start: first.node.start, end: base + next };
		return { matches: [comment, ...rest.matches], ...targetOf(rest), unknown: [] };
	}
	return undefined;
}

/** From here to where something known begins, or to the end. */
function unknownAt(
	text: string,
	at: number,
	base: number,
	target: ExtensionReader | undefined,
	name: TargetName | undefined,
): Span {
	const words = /[^ \t]+/g;
	words.lastIndex = at;
	const first = words.exec(text);
	let end = trimBlanksEnd(text).length;
	// A line that was cut before its target's words. The search would start over from the first word.
	if (first === null) return { start: base + end, end: base + end };
	const start = first.index;
	for (
		let word = words.exec(text), tries = 0;
		word !== null && tries < 200;
		word = words.exec(text), tries++
	) {
		const known =
			matchAt(text, word.index, base) ?? (target && targetAt(text, word.index, base, target, name));
		if (known === undefined) continue;
		end = trimBlanksEnd(text.slice(0, word.index)).length;
		break;
	}
	return { start: base + start, end: base + end };
}
