import type { Word } from "@netfossil/core";
import type { Counter, Interface } from "../ast.ts";
import { afterBlanks, afterWord } from "../extension.ts";
import { isKnownProtocol, readAddress, readCounter, readInterface, readProtocol } from "../fields.ts";
import { type Columns, fragmentOf, type Layout } from "./parser.ts";

/**
 * The columns of a rule as releases since 1.8.9 print them, read without the grammar, which takes four times
 * as long. The opt column tells that a line has this shape: `--`, `-f` or `!f` as a word of its own in its
 * place. Whatever else it meets it leaves to the grammar (undefined); a test holds that the two agree.
 */
export function readFast(text: string, start: number, end: number, layout: Layout): Columns | undefined {
	/** The word at hand. */
	let from = start;
	let to = start;
	const next = (): boolean => {
		from = afterBlanks(text, to);
		to = Math.min(afterWord(text, from), end);
		return from < to;
	};
	const word = (): Word => ({ value: text.slice(from, to), start: from, end: to });
	const counter = (): Counter | undefined => (next() ? counterAt(text, from, to) : undefined);
	const face = (): Interface | undefined =>
		next() && !isOption(text, from, to) ? readInterface(text.slice(from, to), from, true) : undefined;
	const address = (): ReturnType<typeof readAddress> =>
		next() && !isOption(text, from, to) ? readAddress(text.slice(from, to), from) : undefined;

	let number: Counter | undefined;
	if (layout.numbers) {
		number = counter();
		if (number === undefined || number.unit !== undefined) return undefined;
	}
	let counters: Columns["counters"];
	if (layout.counters) {
		const packets = counter();
		const bytes = counter();
		if (packets === undefined || bytes === undefined) return undefined;
		counters = [packets, bytes];
	}
	// A rule without a target leaves its column blank: `  39  2484            all  --  *      *`.
	if (!next() || isOption(text, from, to)) return undefined;
	const first = word();
	if (!next()) return undefined;
	let target: Word | undefined;
	let protocol = first;
	if (!isOption(text, from, to)) {
		target = first;
		protocol = word();
		if (!next() || !isOption(text, from, to)) return undefined;
	}
	const option = word();
	const name = readProtocol(protocol.value, protocol.start);
	let inside: Interface | undefined;
	let outside: Interface | undefined;
	if (layout.interfaces) {
		inside = face();
		outside = face();
		if (inside === undefined || outside === undefined) return undefined;
	}
	const source = address();
	const destination = source && address();
	if (source === undefined || destination === undefined) return undefined;
	// Any words would do around an opt column: `to be -- or not`.
	if (source.type === "name" && destination.type === "name" && !isKnownProtocol(name)) return undefined;
	return {
		number,
		counters,
		target,
		protocol: name,
		fragment: fragmentOf(option.value, option.start),
		departure: undefined,
		in: inside,
		out: outside,
		source,
		destination,
		end: to,
	};
}

/** A counter; the plainest are read where they stand. */
function counterAt(text: string, start: number, end: number): Counter | undefined {
	const first = text.charCodeAt(start);
	if (end - start > 15 || (first === 48 && end > start + 1))
		return readCounter(text.slice(start, end), start);
	let value = 0;
	for (let at = start; at < end; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (digit < 0 || digit > 9) return readCounter(text.slice(start, end), start);
		value = value * 10 + digit;
	}
	return { value, start, end };
}

const OPTIONS: ReadonlySet<string> = new Set(["--", "-f", "!f", "!-"]);

function isOption(text: string, start: number, end: number): boolean {
	return end - start === 2 && OPTIONS.has(text.slice(start, end));
}
