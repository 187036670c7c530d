import { withoutSpans } from "@netfossil/core/testing";
import type { ExtensionReader } from "../src/extension.ts";
import type { Rule } from "../src/index.ts";
import { matches } from "../src/matches/index.ts";
import { targets } from "../src/targets/index.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Where a listed rule says something else than the same rule in the save form: the paths of the fields, with
 * both values. What is mere spelling (`text`, a port's name beside its number, how a mark operation is written)
 * is no difference; what one of the forms leaves out is forgiven only where it is declared: `unlisted` and
 * `unsaved` of the extension's entry, and the losses of all rules, which are those of {@link rest}.
 */
export function differences(listed: Rule, saved: Rule): string[] {
	return compare("", rest(listed, listed), rest(saved, listed));
}

/**
 * What both forms have in common of a rule, for those who compare many. {@link differences} forgives more, since
 * it sees both: names that stand for numbers, and what one form lost.
 */
export function comparable(rule: Rule): unknown {
	return withoutSpans(plain(rest(rule, rule)));
}

/** Without spelling. */
function plain(node: unknown): unknown {
	if (Array.isArray(node)) return node.map(plain);
	if (typeof node !== "object" || node === null) return node;
	const entries = Object.entries(node).filter(
		([key]) => !SPELLING.has(key) && !(key === "name" && isNumbered(node as Fields)),
	);
	return Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
}

/** Where two rules of the save form differ, but for their counters. */
export function savedDifferences(rule: Rule, other: Rule): string[] {
	return compare("", { ...rule, counters: undefined }, { ...other, counters: undefined });
}

/** A rule without what a list leaves out of any rule, and without what the forms write differently. */
function rest(rule: Rule, listed: Rule): Fields {
	const isSaved = rule.chain !== undefined;
	const silent = listed.interfaces === "not-listed";
	const listedTypes = new Set(listed.matches.map(({ type }) => type));
	const shown = rule.matches.filter(({ type }) => listedTypes.has(type) || !matches.get(type)?.hidden);
	return {
		source: restriction(rule.source, listed.source),
		destination: restriction(rule.destination, listed.destination),
		// Without `-v` a list does not tell the interfaces.
		in: silent ? undefined : restriction(rule.in),
		out: silent ? undefined : restriction(rule.out),
		protocol: rule.protocol?.number === 0 && !rule.protocol.negated ? undefined : rule.protocol,
		fragment: rule.fragment,
		matches: shown.map((node, index) => known(matches, node, listed.matches[index], isSaved)),
		target: rule.target && known(targets, rule.target, listed.target, isSaved),
	};
}

type Place = { readonly type: string; readonly negated?: true } | undefined;

/** An address or interface; undefined: any. */
function restriction(node: Place, listed?: Place): unknown {
	// Without `-n` names stand for addresses, and only the machine's own tables know which.
	if (listed?.type === "name") return node && { ...listed, negated: node.negated };
	if (node === undefined || (node.type === "any" && !node.negated)) return undefined;
	// Without `-n` ip6tables writes `::/96` as `anywhere`: it asks only whether the address is zero.
	if (listed?.type === "any") {
		const { address, family } = node as { readonly address?: string; readonly family?: number };
		if (family === 6 && address === "::") return node.negated ? { ...listed, negated: true } : undefined;
	}
	return node;
}

/** An extension's node without what its entry declares to be left out by one of the forms. */
function known(
	readers: ReadonlyMap<string, ExtensionReader>,
	node: object,
	listed: object | undefined,
	isSaved: boolean,
): Fields {
	let out: Fields = node as Fields;
	// `-j NOTRACK` is listed as `CT … NOTRACK`: the kernel has but one target.
	if (out.type === "NOTRACK") out = { type: "CT", notrack: { type: "flag" } };
	if (out.type === "hashlimit" && out.rateInterval !== undefined)
		out = perInterval(out, isSaved ? listed : undefined);
	const reader = readers.get(String(out.type));
	for (const path of reader?.unlisted ?? []) out = put(out, path.split("."), () => undefined);
	for (const [path, lost] of Object.entries(reader?.unsaved ?? {})) {
		const printed = path.split(".").reduce<unknown>((at, key) => (at as Fields | undefined)?.[key], listed);
		const isLost = printed !== undefined && compare("", printed, lost).length === 0;
		if (isLost) out = put(out, path.split("."), (value) => value ?? printed);
	}
	for (const [key, value] of Object.entries(reader?.defaults ?? {}))
		out = { ...out, [key]: out[key] ?? value };
	return out;
}

const SECONDS: Readonly<Record<string, number>> = { sec: 1, min: 60, hour: 3600, day: 86400 };

/**
 * Of `--hashlimit-upto 45/sec --hashlimit-rate-interval 10` a list makes `up to 388803/day … htable-expire 1000`:
 * the rate by the interval, in the unit that it then fits, and the time of expiry that goes with the unit.
 */
function perInterval(node: Fields, listed?: object): Fields {
	const key = node.above === undefined ? "upTo" : "above";
	const perSecond = ({ [key]: printed }: Fields): number => {
		const { count, per } = (printed ?? {}) as { readonly count: number; readonly per: string };
		return count / SECONDS[per]!;
	};
	const shown = listed && perSecond(listed as Fields);
	const rate = perSecond(node) / (listed ? (node.rateInterval as { readonly value: number }).value : 1);
	// The tool divides whole numbers.
	const isShown = shown !== undefined && Math.abs(shown - rate) < rate / 1000;
	return { ...node, [key]: { rate: isShown ? shown : rate }, expire: undefined };
}

/** A copy with one value changed, if all above it are there. */
function put(
	fields: Fields,
	[key = "", ...rest]: readonly string[],
	change: (value: unknown) => unknown,
): Fields {
	const { [key]: value } = fields;
	if (rest.length === 0) return { ...fields, [key]: change(value) };
	return typeof value === "object" && value !== null
		? { ...fields, [key]: put(value as Fields, rest, change) }
		: fields;
}

/** Fields that hold how a value is written, not what it is. */
const SPELLING = new Set([
	"start",
	"end",
	"text",
	"numeric",
	"spelling",
	"operand",
	"operandMask",
	"glued",
	"gluedNot",
	"alias",
	"wide",
	"nul",
]);

function compare(path: string, left: unknown, right: unknown): string[] {
	if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) {
		const show = (value: unknown) => JSON.stringify(withoutSpans(value ?? null));
		return left === right ? [] : [`${path.slice(1)}: ${show(left)} listed, ${show(right)} saved`];
	}
	const [a, b] = [left as Fields, right as Fields];
	const keys = new Set([...Object.keys(a), ...Object.keys(b)].filter((key) => !SPELLING.has(key)));
	// A name beside its number: the number decides.
	if (isNumbered(a) && isNumbered(b)) keys.delete("name");
	// Without `-n` a list prints names of users, ports and protocols that only its machine knew.
	if (typeof a.name === "string" && !isNumbered(a) && isNumbered(b)) return [];
	return [...keys].flatMap((key) => compare(`${path}.${key}`, a[key], b[key]));
}

function isNumbered(fields: Fields): boolean {
	return ["number", "id", "value"].some((key) => ["number", "object"].includes(typeof fields[key]));
}
