import { lineAt, type Span } from "@netfossil/core";
import type { Summary } from "../ast.ts";
import { NOTICE, readNote, START, SUMMARY } from "./notes.ts";

/** The closing summary within a packet's text. */
export interface SplicedSummary extends Span {
	readonly summary: readonly Summary[];
}

const FIRST = /(\^C)?(\d+) packets? captured\r?\n(?=\d+ packets? received by filter(?:\r?\n|$))/g;

/**
 * Where the closing summary stands in the middle of a packet. `tcpdump … > f 2>&1` writes it at once, and what
 * is left of the packets at the end: `23:40:08.044270 tcd0  In  IP6 fd00:b98 packets captured`. `printed`: how
 * many characters of packets stand before the text.
 */
export function splicesOf(text: string, printed: number): SplicedSummary[] {
	const splices: SplicedSummary[] = [];
	for (const match of text.matchAll(FIRST)) {
		const lineStart = text.lastIndexOf("\n", match.index) + 1;
		const before = text.slice(lineStart, match.index);
		const inLine = /[^\s>]/.test(before);
		if (!inLine && before !== "") continue;
		const at = inLine ? countStart(text, match, printed) : match.index;
		const block = summaryAt(text, at);
		// Between two lines it parts a packet only where the rest of one follows.
		if (block === undefined || (!inLine && !/^(?:\t| {2})[^\r\n]/.test(text.slice(block.end, block.end + 3))))
			continue;
		splices.push(block);
	}
	return splices;
}

/**
 * Where the count begins of which the digits may be a packet's: `win 6468 packets captured`. A full buffer of
 * 4096 characters was written before it; where that does not tell, no more were captured than came.
 */
function countStart(text: string, match: RegExpExecArray | RegExpMatchArray, printed: number): number {
	const digits = match[2]!;
	const first = match.index! + (match[1]?.length ?? 0);
	if (match[1] !== undefined) return match.index!;
	const stdout = printed + first - noted(text.slice(0, first));
	const received = Number(/^\d+/.exec(text.slice(match.index! + match[0].length))![0]);
	const starts = Array.from(digits, (_, skip) => skip).filter(
		(skip) => digits[skip] !== "0" || skip === digits.length - 1,
	);
	const full = starts.find((skip) => (stdout + skip) % 4096 === 0);
	const fitting = starts.find((skip) => Number(digits.slice(skip)) <= received);
	return first + (full ?? fitting ?? 0);
}

/** How many characters of a text are lines of stderr. */
function noted(text: string): number {
	let count = 0;
	for (let line = lineAt(text, 0); line !== undefined; line = lineAt(text, line.next)) {
		const body = text.slice(line.start, line.end);
		if (NOTICE.test(body) || START.test(body) || SUMMARY.test(body)) count += line.next - line.start;
	}
	return count;
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
