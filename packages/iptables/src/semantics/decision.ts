import { fieldName, type Packet } from "./packet.ts";

/** The answer to whether something matches: `undecided` when the evidence does not tell. */
export type Truth = boolean | "undecided";

/** Why a rule does not match, or why that is not decided. */
export interface Reason {
	/** `the packet's mark is not known` */
	readonly text: string;
	/** The field of the packet that would tell more. */
	readonly missing?: keyof Packet;
	/** How probable it is that the test holds, where the kernel throws dice (`-m statistic`). */
	readonly probability?: number;
}

/** The answer with its reasons: of `false` the one that rules it out, of `undecided` all, of `true` none. */
export interface Decision {
	readonly result: Truth;
	readonly reasons: readonly Reason[];
}

export const YES: Decision = { result: true, reasons: [] };

/** It does not match, because. */
export function no(text: string): Decision {
	return { result: false, reasons: [{ text }] };
}

/** It is not decided, because. */
export function undecided(text: string, more: Omit<Reason, "text"> = {}): Decision {
	return { result: "undecided", reasons: [{ text, ...more }] };
}

/** The decision of a field that is not known. */
export function unknown(field: keyof Packet): Decision {
	return undecided(`the ${fieldName(field)} is not known`, { missing: field });
}

/** All hold: one that does not rules it out, whatever else is undecided. */
export function all(decisions: Iterable<Decision>): Decision {
	const open: Reason[] = [];
	for (const decision of decisions) {
		if (decision.result === false) return decision;
		add(open, decision);
	}
	return open.length === 0 ? YES : { result: "undecided", reasons: open };
}

/** Adds reasons; that a field is missing is said once. */
function add(open: Reason[], { reasons }: Decision): void {
	for (const reason of reasons) {
		const { missing, text } = reason;
		if (missing === undefined || !open.some((each) => each.text === text)) open.push(reason);
	}
}

/** At least one holds. */
export function either(decisions: Iterable<Decision>): Decision {
	const open: Reason[] = [];
	let last: Decision | undefined;
	for (const decision of decisions) {
		if (decision.result === true) return YES;
		last = decision;
		if (decision.result === "undecided") add(open, decision);
	}
	if (open.length > 0) return { result: "undecided", reasons: open };
	return last ?? no("nothing is named that could match");
}

/**
 * Compares a field of the packet. `holds` is asked for a value; what `absent` says holds when the packet is
 * known to have none. `negated` turns both round; by default a packet without the field never matches.
 */
export function compare<Field extends keyof Packet>(
	packet: Packet,
	field: Field,
	{ negated }: { readonly negated?: true },
	holds: (value: NonNullable<Packet[Field]>) => boolean,
	absent?: boolean,
): Decision {
	const value: Packet[Field] = packet[field];
	if (value === undefined) return unknown(field);
	const held = value === null ? absent : holds(value as NonNullable<Packet[Field]>);
	if (held !== undefined && held !== (negated === true)) return YES;
	const none = value === null ? "is known to be absent" : `is ${wordsOf(value)}`;
	return no(`the ${fieldName(field)} ${none}`);
}

function wordsOf(value: NonNullable<Packet[keyof Packet]>): string {
	if (Array.isArray(value)) return value.join(",") || "none";
	return typeof value === "object" ? "another" : String(value);
}
