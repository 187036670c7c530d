import { type Draft, readIp, type SourceLine } from "@netfossil/core";
import { readNumber } from "@netfossil/core/grammar";
import type { FdbEntry } from "./ast.ts";

const BLANK = 32;
const MAC_LENGTH = 17;

/**
 * The commonest shape of an entry, read without the grammar, which takes three times as long: a MAC, then known
 * words in today's order, parted by one blank each, on a line that ends as the tool ends it. Whatever else it
 * meets it leaves to the grammar (undefined); a test holds that the two agree.
 */
export function readFast(text: string, line: SourceLine): FdbEntry | undefined {
	const { start } = line;
	if (line.eol !== "\n" || !isMac(text, start, line.end)) return undefined;
	const macEnd = start + MAC_LENGTH;
	const flags: string[] = [];
	const node: Draft<FdbEntry> = {
		type: "entry",
		start,
		end: line.next,
		address: { type: "mac", value: text.slice(start, macEnd), start, end: macEnd },
		flags,
	};
	// A line without a state ends in a blank, one with a state does not.
	const learned = text.charCodeAt(line.end - 1) === BLANK;
	const end = learned ? line.end - 1 : line.end;
	let last = -1;
	let at = macEnd;
	while (at < end) {
		if (text.charCodeAt(at) !== BLANK) return undefined;
		const from = at + 1;
		at = wordEnd(text, from, end);
		if (at > end) return undefined;
		const word = text.slice(from, at);
		const place = PLACES.get(word);
		if (place === undefined || place <= last) return undefined;
		last = place;
		if (place === STATE) {
			if (learned || at !== end) return undefined;
			node.state = { value: word, start: from, end: at };
			return node;
		}
		if (place >= FIRST_FLAG && place < MASTER) {
			flags.push(word);
			continue;
		}
		if (at >= end) return undefined;
		const valueStart = at + 1;
		at = wordEnd(text, valueStart, end);
		if (at > end) return undefined;
		if (!take(node, word, text.slice(valueStart, at), valueStart, at, at === end && !learned))
			return undefined;
	}
	return learned ? node : undefined;
}

/** Words in the order printed; those that are rare are left to the grammar. */
const WORDS = [
	"dev",
	"dst",
	"vlan",
	"vni",
	"src_vni",
	"link-netnsid",
	"self",
	"extern_learn",
	"offload",
	"sticky",
	"master",
];
const STATES = ["permanent", "static", "stale"];
const STATE = WORDS.length;
const FIRST_FLAG = WORDS.indexOf("self");
const MASTER = WORDS.indexOf("master");
const PLACES: ReadonlyMap<string, number> = new Map([
	...WORDS.map((word, place) => [word, place] as const),
	...STATES.map((word) => [word, STATE] as const),
]);

/** Takes a value; false when the grammar must decide what it is. */
function take(
	node: Draft<FdbEntry>,
	word: string,
	value: string,
	start: number,
	end: number,
	isLast: boolean,
): boolean {
	if (value === "") return false;
	switch (word) {
		case "dev":
			node.dev = { value, start, end };
			return true;
		case "master":
			// `master permanent`: a flag and a state.
			if (isLast || STATES.includes(value)) return false;
			node.master = { value, start, end };
			return true;
		case "dst": {
			const ip = readIp(value, start);
			if (ip === undefined) return false;
			node.dst = ip;
			return true;
		}
		default: {
			if (!isDigits(value)) return false;
			const number = readNumber(value, start, end);
			if (word === "vlan") node.vlan = number;
			else if (word === "vni") node.vni = number;
			else if (word === "src_vni") node.srcVni = number;
			else node.netnsid = number;
			return true;
		}
	}
}

/** Where a word ends: at a blank, or at the end; behind the end where a tab is met, which this shape has not. */
function wordEnd(text: string, from: number, end: number): number {
	let at = from;
	while (at < end) {
		const code = text.charCodeAt(at);
		if (code === BLANK) return at;
		if (code === 9) return end + 1;
		at++;
	}
	return at;
}

/** Whether six bytes in lower case stand here, and a blank behind them. */
function isMac(text: string, start: number, end: number): boolean {
	if (start + MAC_LENGTH >= end) return false;
	for (let at = 0; at < MAC_LENGTH; at++) {
		const code = text.charCodeAt(start + at);
		const fits = at % 3 === 2 ? code === 58 : (code >= 48 && code <= 57) || (code >= 97 && code <= 102);
		if (!fits) return false;
	}
	return true;
}

function isDigits(text: string): boolean {
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code < 48 || code > 57) return false;
	}
	return true;
}
