import type { Rule } from "../ast.ts";
import type { ConnmarkTarget, Target } from "../targets/index.ts";
import type { Masked } from "../values.ts";
import { type Decision, no, undecided, YES } from "./decision.ts";
import { hasConnection, type Packet } from "./packet.ts";

/** A mark of which some bits are known. */
export interface PartialMark {
	/** Which bits are known. */
	readonly known: number;
	/** Their values; the bits that are not known are 0 here. */
	readonly value: number;
}

/** The mark of a packet or of a connection: a number is known in all its bits. */
export type Mark = number | PartialMark;

const ALL = 0xffffffff;

/** Nothing is known of it. */
export const UNKNOWN_MARK: PartialMark = { known: 0, value: 0 };

/** A mark as its known bits. */
export function partial(mark: Mark): PartialMark {
	return typeof mark === "number" ? { known: ALL, value: mark >>> 0 } : mark;
}

/** The number, when all bits are known. */
function simplest(known: number, value: number): Mark {
	const bits = known >>> 0;
	const set = (value & known) >>> 0;
	return bits === ALL ? set : { known: bits, value: set };
}

/**
 * What MARK, `CONNMARK --set-xmark` and TPROXY do to a mark: `(mark & ~mask) ^ value`
 * (`mark_tg` in net/netfilter/xt_mark.c, `connmark_tg` in xt_connmark.c, `tproxy_tg4` in xt_TPROXY.c).
 */
export function operate(
	mark: Mark,
	{ value, mask }: { readonly value: number; readonly mask: number },
): Mark {
	const before = partial(mark);
	return simplest(before.known | mask, (before.value & ~mask) ^ value);
}

/** The masks of `CONNMARK --save-mark` and `--restore-mark`; all bits when they are not given. */
export interface ConnmarkMasks {
	readonly nfmask?: number;
	readonly ctmask?: number;
}

/**
 * The mark of the connection after `CONNMARK --save-mark`: `(ct->mark & ~ctmask) ^ (skb->mark & nfmask)`
 * (`connmark_tg` in net/netfilter/xt_connmark.c).
 */
export function saved(connmark: Mark, mark: Mark, { nfmask = ALL, ctmask = ALL }: ConnmarkMasks = {}): Mark {
	return merged(partial(connmark), ctmask, partial(mark), nfmask);
}

/**
 * The mark of the packet after `CONNMARK --restore-mark`: `(skb->mark & ~nfmask) ^ (ct->mark & ctmask)`
 * (`connmark_tg` in net/netfilter/xt_connmark.c).
 */
export function restored(
	mark: Mark,
	connmark: Mark,
	{ nfmask = ALL, ctmask = ALL }: ConnmarkMasks = {},
): Mark {
	return merged(partial(mark), nfmask, partial(connmark), ctmask);
}

/** `(into & ~cleared) ^ (from & taken)`: a bit is known where both sides of the XOR are. */
function merged(into: PartialMark, cleared: number, from: PartialMark, taken: number): Mark {
	const known = (into.known | cleared) & (from.known | ~taken);
	return simplest(known, (into.value & ~cleared) ^ (from.value & taken));
}

/** Whether `(mark & mask) == value`, as the matches mark and connmark ask (net/netfilter/xt_mark.c). */
export function markHolds(mark: Mark, { value, mask = ALL }: { value: number; mask?: number }): Decision {
	if ((value & ~mask) !== 0) return no("the value has bits that its mask clears");
	const { known, value: bits } = partial(mark);
	if (((bits ^ value) & mask & known) !== 0) return no(`the mark is ${printMark(mark)}`);
	if ((mask & ~known) === 0) return YES;
	return undecided(`of the mark only ${printMark(mark)} is known`);
}

/** `0x100`, `0x100/0xff00` */
function printMark(mark: Mark): string {
	const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;
	return typeof mark === "number" ? hex(mark) : `${hex(mark.value)}/${hex(mark.known)}`;
}

/** What can be told of both marks where two ways are possible. */
function joined(one: Mark, other: Mark): Mark {
	const [a, b] = [partial(one), partial(other)];
	return simplest(a.known & b.known & ~(a.value ^ b.value), a.value);
}

/** The marks of a packet and of its connection, with the meaning that they have in a {@link Packet}. */
export type Marks = Pick<Packet, "mark" | "connmark">;

/**
 * The marks of a packet after a rule that matched: `{ ...packet, ...marksAfter(rule, packet) }` is what the
 * next rule meets. What was not known or depends on what the rule does not say (an `unknown-target`, HMARK, a
 * set's `--map-mark`) is not known after; bits that the rule sets are.
 */
export function marksAfter({ matches, target }: Pick<Rule, "matches" | "target">, packet: Packet): Marks {
	const { mark, connmark } = packet;
	const before: Marks = { ...(mark !== undefined && { mark }), ...(connmark !== undefined && { connmark }) };
	// `socket --restore-skmark` is the one match that writes: the socket's mark becomes the packet's.
	const restores = matches.some((match) => match.type === "socket" && match.restoreMark !== undefined);
	const marks = restores ? { ...before, mark: UNKNOWN_MARK } : before;
	return target === undefined ? marks : afterTarget(target, marks, hasConnection(packet));
}

function afterTarget(target: Target, marks: Marks, connected: boolean | undefined): Marks {
	const { mark = UNKNOWN_MARK } = marks;
	switch (target.type) {
		case "MARK":
			return { ...marks, mark: target.operation ? operate(mark, target.operation) : UNKNOWN_MARK };
		case "CONNMARK": {
			// A packet without a connection goes on as it is; the mark of one that may have none stays unknown.
			if (connected === false) return marks;
			const after = afterConnmark(target, mark, marks.connmark ?? UNKNOWN_MARK);
			return connected ? after : { mark: joined(mark, after.mark ?? UNKNOWN_MARK) };
		}
		case "TPROXY":
			return target.mark ? { ...marks, mark: operate(mark, maskedOperation(target.mark)) } : marks;
		case "SET":
			return target.mapMark ? { ...marks, mark: UNKNOWN_MARK } : marks;
		case "unknown-target":
			return {
				mark: UNKNOWN_MARK,
				...(connected !== undefined && { connmark: connected ? UNKNOWN_MARK : null }),
			};
		default:
			// Read by its name: that the mark becomes a hash of the packet is all there is to know of it.
			return (target.type as string) === "HMARK" ? { ...marks, mark: UNKNOWN_MARK } : marks;
	}
}

function afterConnmark(target: ConnmarkTarget, mark: Mark, connmark: Mark): Marks {
	const { operation, command, packetMask, connectionMask } = target;
	if (operation !== undefined) return { mark, connmark: operate(connmark, operation) };
	const masks = { nfmask: packetMask?.value ?? ALL, ctmask: connectionMask?.value ?? ALL };
	if (command?.value === "save") return { mark, connmark: saved(connmark, mark, masks) };
	if (command?.value === "restore") return { mark: restored(mark, connmark, masks), connmark };
	return { mark: UNKNOWN_MARK, connmark: UNKNOWN_MARK };
}

function maskedOperation({ value, mask }: Masked): { value: number; mask: number } {
	return { value: value.value, mask: mask?.value ?? ALL };
}
