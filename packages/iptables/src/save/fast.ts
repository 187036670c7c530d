import type { Word } from "@netfossil/core";
import type { Argument } from "../extension.ts";
import { readAddress, readCounted, readInterface, readProtocol } from "../fields.ts";
import type { Negatable } from "../values.ts";
import { isOption, takesValue } from "./options.ts";
import { type Element, inOrder, type Line, type RawRule } from "./parser.ts";

const BANG = 33;
const QUOTE = 34;
const DASH = 45;
const BACKSLASH = 92;

/**
 * The commonest shape of a rule, read without the grammar, which takes four times as long: `-A CHAIN` or
 * `[39:2484] -A CHAIN` first, words parted by one blank each, known options, a `!` only before an option.
 * Whatever else it meets it leaves to the grammar (undefined); a test holds that the two agree.
 */
export function readFast(text: string, start: number, end: number): Line | undefined {
	const words = new Words(text, start, end);
	let counters: RawRule["counters"];
	if (text.charCodeAt(start) !== DASH) {
		if (!words.next()) return undefined;
		counters = readCounted(words.text, words.start);
		if (counters === undefined) return undefined;
	}
	if (!words.next() || words.text !== "-A" || !words.value()) return undefined;
	const chain = words.word();
	const elements: Element[] = [];
	while (words.next()) {
		const element = readElement(words);
		if (element === undefined) return undefined;
		elements.push(element);
	}
	if (!words.done || !inOrder(elements)) return undefined;
	const rule = { type: "raw-rule", action: "append", chain, elements } as const;
	const command: RawRule = counters === undefined ? rule : { ...rule, counters };
	return { general: [], command, byHand: false };
}

function readElement(words: Words): Element | undefined {
	const { start } = words;
	const isNegated = words.text === "!";
	if (isNegated && !words.next()) return undefined;
	const flag = words.text;
	if (flag.charCodeAt(0) !== DASH) return undefined;
	if (flag.charCodeAt(1) === DASH) {
		const argument = isOption(flag) ? readArgument(words, flag, isNegated, start) : undefined;
		return argument && { kind: "argument", argument };
	}
	if (!words.value()) return undefined;
	const value = words.text;
	switch (flag) {
		case "-m":
		case "-j":
		case "-g": {
			if (isNegated) return undefined;
			const kind = flag === "-m" ? "match" : flag === "-j" ? "jump" : "goto";
			return { kind, name: words.word(), start };
		}
		case "-i":
		case "-o": {
			const node = readInterface(value, words.start, false);
			return { kind: flag === "-i" ? "in" : "out", value: negatedIf(isNegated, node) };
		}
		case "-p":
			return { kind: "protocol", value: negatedIf(isNegated, readProtocol(value, words.start)) };
		case "-s":
		case "-d": {
			const node = readAddress(value, words.start);
			if (node === undefined) return undefined;
			return { kind: flag === "-s" ? "source" : "destination", value: negatedIf(isNegated, node) };
		}
		default:
			return undefined;
	}
}

/** An option with the words up to the next one. */
function readArgument(words: Words, flag: string, negated: boolean, start: number): Argument | undefined {
	const values: Word[] = [];
	let { end } = words;
	while (words.isValue) {
		if (!words.next()) return undefined;
		values.push(words.word());
		end = words.end;
	}
	// A value may have the shape of a flag (`--comment -j`), and a `!` may stand after its option.
	return values.length === 0 && takesValue(flag) ? undefined : { flag, negated, values, start, end };
}

/** A node, turned round. */
export function negatedIf<Value extends Negatable>(isNegated: boolean, value: Value): Value {
	return isNegated ? { ...value, negated: true } : value;
}

/** The words of a line: bare, or quoted from end to end. */
class Words {
	readonly #text: string;
	readonly #end: number;
	/** Where the next word starts. */
	#at: number;
	/** The word at hand. */
	text = "";
	start = 0;
	end = 0;

	constructor(text: string, start: number, end: number) {
		this.#text = text;
		this.#at = start;
		this.#end = end;
	}

	/** Whether all words were read. */
	get done(): boolean {
		return this.#at > this.#end;
	}

	/** Whether the next word has neither the shape of a flag nor is a `!`. */
	get isValue(): boolean {
		if (this.#at >= this.#end) return false;
		const code = this.#text.charCodeAt(this.#at);
		if (code === DASH) return false;
		return code !== BANG || (this.#text.charCodeAt(this.#at + 1) !== 32 && this.#at + 1 < this.#end);
	}

	/** Goes on to a word that is a value. */
	value(): boolean {
		return this.isValue && this.next();
	}

	/** Goes on to the next word; false: there is none, or it is not parted by one blank, or its quote is open. */
	next(): boolean {
		const { length } = this.#text;
		let at = this.#at;
		this.start = at;
		for (; at < this.#end; at++) {
			const code = this.#text.charCodeAt(at);
			if (code === 32) break;
			if (code === 9) return false;
			if (code !== QUOTE) continue;
			// A quote within a word is left to the grammar.
			if (at > this.start) return false;
			at++;
			for (; at < length; at++) {
				const inner = this.#text.charCodeAt(at);
				if (inner === QUOTE) break;
				if (inner === BACKSLASH) at++;
			}
			if (at >= this.#end || !this.#isBlankAt(at + 1)) return false;
		}
		if (at === this.start) return false;
		this.end = at;
		this.#at = at + 1;
		this.text = this.#text.slice(this.start, at);
		return true;
	}

	#isBlankAt(at: number): boolean {
		return at >= this.#end || this.#text.charCodeAt(at) === 32;
	}

	word(): Word {
		return { value: this.text, start: this.start, end: this.end };
	}
}
