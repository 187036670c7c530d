import type { Word } from "@netfossil/core";
import type { Counter, Interface } from "../ast.ts";
import { afterBlanks, afterWord } from "../extension.ts";
import { readAddress, readCounter, readInterface, readProtocol } from "../fields.ts";
import type { Columns, Layout } from "./parser.ts";

/**
 * The columns of a rule as releases since 1.8.9 print them, read without the grammar, which takes four times
 * as long. The opt column tells that a line has this shape: `--`, `-f` or `!f` as a word of its own in its
 * place. Whatever else it meets it leaves to the grammar (undefined); a test holds that the two agree.
 */
export function readFast(text: string, start: number, end: number, layout: Layout): Columns | undefined {
	let at = start;
	const word = (): Word | undefined => {
		const from = afterBlanks(text, at);
		if (from >= end) return undefined;
		at = Math.min(afterWord(text, from), end);
		return { value: text.slice(from, at), start: from, end: at };
	};
	const counter = (): Counter | undefined => {
		const printed = word();
		return printed && readCounter(printed.value, printed.start);
	};
	/** A word in any other column than opt. */
	const plain = (): Word | undefined => {
		const printed = word();
		return printed === undefined || isOption(printed) ? undefined : printed;
	};
	const face = (): Interface | undefined => {
		const printed = plain();
		return printed && readInterface(printed.value, printed.start, true);
	};
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
	const first = word();
	const second = word();
	const targeted = second !== undefined && !isOption(second);
	const target = targeted ? first : undefined;
	const protocol = targeted ? second : first;
	const option = targeted ? word() : second;
	if (first === undefined || isOption(first) || option === undefined || !isOption(option)) return undefined;
	if (protocol === undefined) return undefined;
	const inside = layout.interfaces ? face() : undefined;
	const outside = layout.interfaces ? face() : undefined;
	if (layout.interfaces && (inside === undefined || outside === undefined)) return undefined;
	const source = plain();
	const destination = plain();
	if (source === undefined || destination === undefined) return undefined;
	const from = readAddress(source.value, source.start);
	const to = readAddress(destination.value, destination.start);
	if (from === undefined || to === undefined) return undefined;
	return {
		number,
		counters,
		target,
		protocol: readProtocol(protocol.value, protocol.start),
		glued: undefined,
		option,
		in: inside,
		out: outside,
		source: from,
		destination: to,
		end: at,
	};
}

const OPTIONS: ReadonlySet<string> = new Set(["--", "-f", "!f", "!-"]);

function isOption({ value }: Word): boolean {
	return value.length === 2 && OPTIONS.has(value);
}
