import type { Address } from "../ast.ts";
import type { Match } from "../matches/index.ts";
import type { NameList, Network, NumberRange, PortRange, SetReference } from "../values.ts";
import { type AddressBits, addressBits, blockOf, inBlock } from "./address.ts";
import { all, compare, type Decision, no, type Truth, undecided, unknown, YES } from "./decision.ts";
import { familyOf, type Packet } from "./packet.ts";

/** What else is known that decides matches. */
export interface MatchOptions {
	/** Whether a set of ipset holds what the packet has at the directions (`ipset save` would tell). */
	readonly inSet?: (reference: SetReference, packet: Packet) => Truth;
	/**
	 * ip6tables without `-n` prints `anywhere` for every network at `::`, `::/96` too. True: take it for
	 * no restriction, which it nearly always is.
	 */
	readonly trustAnywhere?: boolean;
	/** Which program loaded the rules (`iptables -V`, the first line of iptables-save); see {@link Packet.fragment}. */
	readonly backend?: "legacy" | "nf_tables";
}

/** A packet to be matched, and what else is known. */
export interface Question {
	readonly packet: Packet;
	readonly options: MatchOptions;
}

/** Whether a match holds for a packet. */
export type Matcher<Node> = (node: Node, question: Question) => Decision;

/** The options of a match, each with what it asks; `modifier` for those that only change how others ask. */
export type OptionTests<Node> = {
	readonly [Key in Exclude<keyof Node, "type" | "start" | "end">]?:
		| ((value: NonNullable<Node[Key]>, question: Question, node: Node) => Decision)
		| "modifier";
};

/** A match whose options must all hold. One that has no test here is undecided. */
export function options<Node extends { readonly type: string }>(tests: OptionTests<Node>): Matcher<Node> {
	type Test = ((value: unknown, question: Question, node: Node) => Decision) | "modifier" | undefined;
	function* decisions(node: Node, question: Question): Generator<Decision> {
		for (const [key, value] of Object.entries(node)) {
			if (key === "type" || key === "start" || key === "end") continue;
			const test = (Object.hasOwn(tests, key) ? tests[key as keyof typeof tests] : undefined) as Test;
			if (test === "modifier") continue;
			if (test === undefined) yield notEvaluated(`${node.type}'s option ${key}`);
			else yield test(value, question, node);
		}
	}
	return (node, question) => all(decisions(node, question));
}

/** The decision of a match that is not evaluated here. */
export function notEvaluated(what: string): Decision {
	return undecided(`${what} is not evaluated`);
}

/** A match that none of the packet's fields decides. */
export function open<Node extends Match>(why: string): Matcher<Node> {
	return ({ type }) => undecided(`the match ${type} ${why}`);
}

/** An address of the packet against a rule's. */
export function addressTest(
	address: Address | Network,
	{ packet, options: { trustAnywhere } }: Question,
	field: "source" | "destination" | "ctorigsrc" | "ctorigdst" | "ctreplsrc" | "ctrepldst",
): Decision {
	const family = familyOf(packet);
	if (address.type === "any") {
		if (address.text.includes(".") && family === 6) return no("the rule is one of IPv4");
		if (address.text.includes(":") && family === 4) return no("the rule is one of IPv6");
		if (address.text === "anywhere" && family !== 4 && trustAnywhere !== true)
			return undecided("ip6tables prints anywhere for any network at ::");
		return address.negated ? no("no packet is from or to nowhere") : YES;
	}
	const block = blockOf(address);
	if (block === undefined)
		return undecided(`the listing names ${(address as { value?: string }).value} instead of its address`);
	// A table of one family never sees packets of the other.
	if (family !== undefined && family !== block.family) return no(`the rule is one of IPv${block.family}`);
	if (block.mask === 0n && family !== undefined) {
		return address.negated ? no("no packet is from or to nowhere") : YES;
	}
	return bitsTest(packet, field, address, (bits) => inBlock(bits, block));
}

/** An address of the packet, as a number. A text that is no address is as good as none. */
export function bitsTest(
	packet: Packet,
	field: "source" | "destination" | "ctorigsrc" | "ctorigdst" | "ctreplsrc" | "ctrepldst",
	node: { readonly negated?: true },
	holds: (bits: AddressBits) => boolean,
): Decision {
	const text = packet[field];
	const bits = text === undefined ? undefined : addressBits(text);
	if (bits === undefined) return unknown(field);
	return compare(packet, field, node, () => holds(bits));
}

/** Whether a port is in a range; undefined when a name stands for one that is not certain. */
export function inPorts(port: number, { from, to }: PortRange): boolean | undefined {
	const low = from.number;
	const high = to === undefined ? low : to.number;
	if (low === undefined || high === undefined) return undefined;
	return port >= low && port <= high;
}

export type PortField =
	| "sourcePort"
	| "destinationPort"
	| "ctorigsrcport"
	| "ctorigdstport"
	| "ctreplsrcport"
	| "ctrepldstport";

/** A port of the packet against one range. */
export function portTest(range: PortRange, { packet }: Question, field: PortField): Decision {
	if (inPorts(0, range) === undefined) return undecided(portName(range));
	return compare(packet, field, range, (port) => inPorts(port, range) === true);
}

/** Why a port that was printed by name decides nothing. */
export function portName({ from, to }: PortRange): string {
	const name = from.number === undefined ? from.name : to?.name;
	return `which port ${name} is on the machine is not certain`;
}

/** Whether a number is in a range; `open` has no upper end. */
export function inRange(value: number, { from, to }: NumberRange): boolean {
	if (to === undefined) return value === from.value;
	return value >= from.value && (to === "open" || value <= to.value);
}

/** Whether one of the names of a list is among those that hold. */
export function anyNamed({ names }: NameList, held: readonly string[]): boolean {
	return names.some((name) => held.includes(name));
}

/** An extension of x_tables looks at whole packets and first fragments only. */
export function firstFragment({ packet }: Question): Decision {
	if (packet.fragment === undefined) return unknown("fragment");
	return packet.fragment ? no("further fragments have no transport header") : YES;
}

/** A match of some protocols, which the kernel loads only into rules that name one. */
export function ofProtocol({ packet }: Question, ...protocols: readonly number[]): Decision {
	return compare(packet, "protocol", {}, (protocol) => protocols.includes(protocol));
}
