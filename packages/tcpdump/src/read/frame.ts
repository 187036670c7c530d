import { lineAt, MAX_LINE, type SourceLine, trimBlanksEnd, trimBlanksStart } from "@netfossil/core";
import { NOTICE, SUMMARY } from "./notes.ts";

const TIME =
	/(?:\d{4,}-\d\d-\d\d )?(?:\d\d|[1-9]\d{2,8}):[0-5]\d:[0-5]\d\.\d{6}(?:\d{3})? |-?(?:0|[1-9]\d{0,14})\.\d{6}(?:\d{3})? /
		.source;
export const HEAD = new RegExp(`^([ \\t]*)(?:(\\d+) {2}( ?))?(-?)(?:${TIME})`);
/** How a packet begins with `-t`; also how an inner packet begins below a VXLAN line. */
export const UNTIMED =
	/^([ \t]*)(?:(\d+) {2})?(?:IP6? |ARP, |(?:Broadcast|(?:[0-9a-f]{2}:){5}[0-9a-f]{2}) (?:\(oui [^()]*\) )?> |STP 802\.1|LLDP, |MPLS \(|PPPoE |CDPv|EAPOL |RARP|Reverse |IS-IS, |LLC, |IP\d+ \(invalid\)$| ?\[\|\w+\]$|\S{1,15} +(?:In|Out|B|M|P) +(?:IP6? |ARP, |ifindex \d+ )|(?: In|Out| {2}[BMP]) (?:[0-9a-f]{2}:){5}[0-9a-f]{2} ethertype )/;
/** How the raw bytes of an IP, ARP or STP packet begin, in the text of `-A`. */
const RAW = /^(?:E.(?:\.|$)|`|\.\.|BB\.)/;

/**
 * The last line of the packet that begins on a line. `dump.raw`: the text was printed with `-A`, so that
 * every line to the next head may be payload.
 */
export function packetLines(
	text: string,
	head: SourceLine,
	body: string,
	indent: string,
	dump: { raw: boolean },
): SourceLine {
	let last = head;
	let previous = body;
	for (let line = lineAt(text, head.next); line !== undefined; line = lineAt(text, line.next)) {
		if (line.end - line.start > MAX_LINE) break;
		const whole = text.slice(line.start, line.end);
		if (isHead(whole, indent) || SUMMARY.test(whole) || NOTICE.test(whole)) break;
		if (/^(?:listening on|reading from file) \S.*, link-type /.test(whole)) break;
		const own = whole.startsWith(indent) ? whole.slice(indent.length) : whole;
		if (isUntimedHead(own)) {
			// An inner packet stands at the start of the line, right below the tunnel's header.
			if (!dump.raw && !/(?:, vni|, instance) \d+$/.test(previous)) break;
		} else if (!/^(?:\t| {2})/.test(own) || trimBlanksStart(trimBlanksEnd(own)) === "") {
			dump.raw ||= RAW.test(own);
			// `-v` ends an HTTP header with a line of one tab.
			if (!dump.raw && own !== "\t") break;
		}
		previous = own;
		last = line;
	}
	return last;
}

/** Whether a line begins a packet without a timestamp; an indented one is a packet that another quotes. */
function isUntimedHead(line: string): boolean {
	const match = UNTIMED.exec(line);
	return match !== null && (match[1] === "" || match[2] !== undefined || line.startsWith(" [|"));
}

/**
 * Whether a line below a head of the given indentation is the next head. One that is indented further is
 * payload: `	12:00:00.000000 IP …` in the body of an HTTP answer, printed with `-v`.
 */
function isHead(line: string, indent: string): boolean {
	const match = HEAD.exec(line);
	if (match === null) return false;
	const blanks = match[1]!;
	return match[2] !== undefined || blanks === " " || blanks.length <= indent.length;
}

export interface Margin {
	readonly indent?: string;
	readonly start: number;
}

/**
 * The blanks before a head line that tcpdump did not print, and where the head starts. `-#` pads the number
 * to five columns; one blank before a `-ttt` difference or before ` [|ip]` is the tool's own.
 */
export function margin(body: string): Margin {
	const [, blanks = "", number] = HEAD.exec(body) ?? UNTIMED.exec(body)!;
	if (number !== undefined) {
		const own = " ".repeat(Math.max(0, 5 - number.length));
		return { start: blanks.length, ...(blanks === own ? {} : { indent: blanks }) };
	}
	if (blanks === " " && /^ (?:(?:\d\d|[1-9]\d{2,8}):|\[\|)/.test(body)) return { start: 0 };
	return { start: blanks.length, ...(blanks === "" ? {} : { indent: blanks }) };
}

/** Where the text after number and timestamp begins. */
export function timeEnd(text: string, start: number, end: number): number {
	const match = new RegExp(`^(?:\\d+ {2})?[ -]?(?:${TIME})`).exec(text.slice(start, end));
	return start + (match?.[0].length ?? 0);
}
