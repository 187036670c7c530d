import { lineAt, type Span } from "@netfossil/core";
import type { Summary } from "../ast.ts";
import { NOTICE, readNote, START, SUMMARY } from "./notes.ts";

/** The closing summary within a packet's text. */
export interface SplicedSummary extends Span {
	readonly summary: readonly Summary[];
}

/** The rest of a summary's first line, and what proves that it is one. */
const CAPTURED = /captured\r?\n(?=(\d+) packets? received by filter(?:\r?\n|$))/y;
/** No count has more digits. */
const MOST_DIGITS = 15;

/** The first line of a summary, which may stand behind a packet's text: `win 6468 packets captured`. */
interface FirstLine {
	/** Where the digits before the word start; those of the packet are among them. */
	readonly start: number;
	readonly digits: string;
	/** `^C` stands before them. */
	readonly interrupted: boolean;
	/** How many packets came, as the next line says. */
	readonly received: number;
}

/**
 * Where the closing summary stands in the middle of a packet. `tcpdump … > f 2>&1` writes it at once, and what
 * is left of the packets at the end: `23:40:08.044270 tcd0  In  IP6 fd00:b98 packets captured`. `printed`: how
 * many characters of packets stand before the text.
 */
export function splicesOf(text: string, printed: number): SplicedSummary[] {
	const splices: SplicedSummary[] = [];
	// Lines of stderr before the summary at hand, for where a buffer was full.
	let counted = 0;
	let noted = 0;
	for (const line of firstLines(text)) {
		const index = line.start - (line.interrupted ? "^C".length : 0);
		const lineStart = text.lastIndexOf("\n", index - 1) + 1;
		const before = text.slice(lineStart, index);
		const inLine = /[^\s>]/.test(before);
		if (!inLine && before !== "") continue;
		noted += notedIn(text, counted, lineStart);
		counted = lineStart;
		const stdout = printed + line.start - noted - (isNote(before) ? before.length : 0);
		const at = inLine && !line.interrupted ? countStart(line, stdout) : index;
		const block = summaryAt(text, at);
		// Between two lines it parts a packet only where the rest of one follows.
		if (block === undefined || (!inLine && !/^(?:\t| {2})[^\r\n]/.test(text.slice(block.end, block.end + 3))))
			continue;
		splices.push(block);
	}
	return splices;
}

function* firstLines(text: string): Generator<FirstLine> {
	for (let at = text.indexOf("captured"); at !== -1; at = text.indexOf("captured", at + 1)) {
		const word = [" packets ", " packet "].find((each) => text.endsWith(each, at));
		CAPTURED.lastIndex = at;
		const received = word === undefined ? null : CAPTURED.exec(text);
		if (received === null) continue;
		const end = at - word!.length;
		let start = end;
		while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--;
		if (start === end) continue;
		const interrupted = text.endsWith("^C", start);
		yield { start, digits: text.slice(start, end), interrupted, received: Number(received[1]) };
	}
}

function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

/**
 * Where the count begins of which the digits may be a packet's: `win 6468 packets captured`. A full buffer of
 * 4096 characters was written before it; where that does not tell, no more were captured than came. `stdout`: how
 * many characters of packets stand before the digits.
 */
function countStart({ start, digits, received }: FirstLine, stdout: number): number {
	const starts: number[] = [];
	for (let skip = Math.max(0, digits.length - MOST_DIGITS); skip < digits.length; skip++) {
		if (digits[skip] !== "0" || skip === digits.length - 1) starts.push(skip);
	}
	const full = starts.find((skip) => (stdout + skip) % 4096 === 0);
	const fitting = starts.find((skip) => Number(digits.slice(skip)) <= received);
	return start + (full ?? fitting ?? starts[0]!);
}

/** How many characters of the lines between two places are of stderr. */
function notedIn(text: string, start: number, end: number): number {
	let count = 0;
	for (
		let line = lineAt(text, start);
		line !== undefined && line.start < end;
		line = lineAt(text, line.next)
	) {
		if (isNote(text.slice(line.start, line.end))) count += line.next - line.start;
	}
	return count;
}

function isNote(line: string): boolean {
	return NOTICE.test(line) || START.test(line) || SUMMARY.test(line);
}

/** The lines of the summary from a place on; undefined where they are not what tcpdump prints. */
function summaryAt(text: string, start: number): SplicedSummary | undefined {
	const summary: Summary[] = [];
	let end = start;
	for (let line = lineAt(text, start); line !== undefined; line = lineAt(text, line.next)) {
		const body = text.slice(line.start, line.end);
		if (!SUMMARY.test(body)) break;
		const node = readNote(line, body);
		if (node?.type !== "summary") return undefined;
		summary.push(node);
		end = line.next;
	}
	return { summary, start, end };
}
