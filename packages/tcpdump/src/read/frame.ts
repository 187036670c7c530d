import { lineAt, MAX_LINE, type SourceLine, trimBlanksEnd, trimBlanksStart } from "@netfossil/core";
import { RAW } from "../dump.ts";
import { clockEnd } from "./fast.ts";
import { NOTICE, START, SUMMARY } from "./notes.ts";

const TIME =
	/(?:\d{4,}-\d\d-\d\d )?(?:\d\d|[1-9]\d{2,8}):[0-5]\d:[0-5]\d\.\d{6,10} |-?(?:0|[1-9]\d{0,14})\.\d{6,10} |\[Error converting time\] /
		.source;
const HEAD = new RegExp(`^([ \\t]*)(?:(\\d+) {2}( ?))?(-?)(?:${TIME})`);
/** How a packet begins with `-t`; also how an inner packet begins below a VXLAN line. */
const UNTIMED =
	/^([ \t]*)(?:(\d+) {2})?(?:IP6? |ARP, |(?:Broadcast|(?:[0-9a-f]{2}:){5}[0-9a-f]{2}) (?:\(oui [^()]*\) )?> |STP 802\.1|LLDP, |MPLS \(|PPPoE |CDPv|EAPOL |RARP|Reverse |IS-IS, |LLC, |arp (?:who-has|reply) |(?:rarp|invarp) (?:who-is|reply) |ip: |AF IPv[46] \(\d+\), |[A-Za-z][\w/.-]* \(0x[0-9a-f]{4}\), length \d+: |\[Invalid header: |(?:UDLD|LACP|DTP|VTP|CFM|PTP)v\d|EAP packet |EAPOL|(?:LCP|IPCP|IP6CP|PAP|CHAP|CCP), |TIPC v|IPX |AoE |Loopback, |SLARP |GeoNet |\d+\.\d Mb\/s |IP6, wrong |unknown ip \d|IP\d+ \(invalid\)$| ?\[\|\w+\]$|\S{1,15} +(?:In|Out|B|M|P) +(?:IP6? |ARP, |ifindex \d+ )|(?: In|Out| {2}[BMP]) (?:[0-9a-f]{2}:){5}[0-9a-f]{2} )/;

/** What the lines so far tell of those to come. */
export interface Form {
	/** The text was printed with `-A`, so that every line to the next head may be payload. */
	raw: boolean;
	/** How many characters tcpdump has printed on stdout. */
	printed: number;
}

/** A packet's lines, or one line that begins no packet. */
export interface Frame {
	readonly type: "packet" | "line" | "long";
	readonly first: SourceLine;
	readonly last: SourceLine;
	/** What stands before the head, of a packet. */
	readonly margin: Margin;
}

const NONE: Margin = { quote: "", start: 0 };

/** The frames of a text; they tile it. `form` is kept up to date. */
export function* framesOf(text: string, form: Form): Generator<Frame> {
	let line = lineAt(text, 0);
	let timed = isTimed(text, 0);
	while (line !== undefined) {
		let last = line;
		/** Whether the line below begins with a time, where that was looked at. */
		let below: boolean | undefined;
		if (line.end - line.start > MAX_LINE) {
			yield { type: "long", first: line, last, margin: NONE };
		} else if (timed) {
			// Of nearly all packets the next line is the next packet.
			below = isTimed(text, line.next);
			if (!below) last = packetLines(text, line, NONE, form);
			yield { type: "packet", first: line, last, margin: NONE };
		} else {
			const whole = text.slice(line.start, line.end);
			const quote = quoteOf(whole);
			const body = quote === "" ? whole : whole.slice(quote.length);
			if (HEAD.test(body) || UNTIMED.test(body)) {
				const own = margin(body, quote);
				last = packetLines(text, line, own, form);
				yield { type: "packet", first: line, last, margin: own };
			} else {
				// What another run of tcpdump prints may have another form.
				if (form.raw && (SUMMARY.test(body) || START.test(body))) form.raw = false;
				yield { type: "line", first: line, last, margin: NONE };
			}
		}
		timed = below === true || isTimed(text, last.next);
		line = lineAt(text, last.next);
	}
}

function isTimed(text: string, start: number): boolean {
	return start < text.length && clockEnd(text, start) !== -1;
}

/** What a mail puts before each line that it quotes; empty where nothing is quoted. */
function quoteOf(line: string): string {
	return line.startsWith(">") || line.startsWith(" >") ? /^(?: ?>)+ ?/.exec(line)![0] : "";
}

/** The last line of the packet that begins on a line. */
function packetLines(text: string, head: SourceLine, { quote, indent = "" }: Margin, form: Form): SourceLine {
	let last = head;
	/** Where the bytes that `-A` prints begin. */
	let block: number | undefined;
	for (let line = lineAt(text, head.next); line !== undefined; line = lineAt(text, line.next)) {
		if (line.end - line.start > MAX_LINE || !text.startsWith(quote, line.start)) break;
		// The next packet, of nearly all; what `-A` printed is looked at below.
		if (block === undefined && quote === "" && clockEnd(text, line.start) !== -1) break;
		const whole = text.slice(line.start + quote.length, line.end);
		// The sign of a mail that ends the text has no line of the packet behind it.
		if (whole === "" && line.eol === "") break;
		const own = whole.startsWith(indent) ? whole.slice(indent.length) : whole;
		const isUntimed = (): boolean => !HEAD.test(text.slice(head.start + quote.length, head.end));
		const payload = (): boolean => block !== undefined && isPayload(text, line!, quote, head, block);
		if (NOTICE.test(whole) || START.test(whole)) break;
		if (isHead(whole, indent) || SUMMARY.test(whole)) {
			if (!payload()) break;
		} else if (isUntimedHead(own)) {
			// An inner packet stands at the start of the line, right below the tunnel's header.
			const isInner = isTunnel(text, last);
			if (form.raw ? isUntimed() && !isInner && hasBytes(text, line, quote) : !isInner) break;
		} else if (!/^(?:\t| {2})/.test(own) || trimBlanksStart(trimBlanksEnd(own)) === "") {
			if (block === undefined && RAW.test(own)) {
				form.raw = true;
				block = line.start;
			}
			// `-v` ends an HTTP header with a line of one tab.
			if (!form.raw && own !== "\t") break;
		}
		last = line;
	}
	return last;
}

/** The headers of IP and TCP with all their options. */
const MAX_HEADERS = 120;

/**
 * Whether a line that looks like a head, or like the closing summary, is payload that `-A` printed: a head
 * is followed by its bytes, the summary by the rest of it, and a packet has no more bytes than it says.
 */
function isPayload(text: string, line: SourceLine, quote: string, head: SourceLine, block: number): boolean {
	const next = lineAt(text, line.next);
	if (next === undefined) return false;
	const below = text.slice(next.start + quote.length, next.end);
	const body = text.slice(line.start + quote.length, line.end);
	if (SUMMARY.test(body) ? SUMMARY.test(below) || HEAD.test(below) : below !== "" && !HEAD.test(below))
		return false;
	// With `-v` that of the IP packet, else that of the payload.
	const length = /.*\blength (\d+)/.exec(text.slice(head.start, head.end))?.[1];
	return length !== undefined && line.start - block < Number(length) + MAX_HEADERS;
}

/** How many lines of heads stand above the bytes of a packet: those of tunnels, each broken in two by `-v`. */
const MAX_HEAD_LINES = 8;

/** Whether the bytes of `-A` stand below the lines of a head. */
function hasBytes(text: string, head: SourceLine, quote: string): boolean {
	let above = head;
	for (let count = 0; count < MAX_HEAD_LINES; count++) {
		const line = lineAt(text, above.next);
		if (line === undefined) return false;
		const body = text.slice(line.start + quote.length, line.end);
		if (RAW.test(body)) return true;
		if (!body.startsWith("    ") && !isTunnel(text, above)) return false;
		above = line;
	}
	return false;
}

/** Whether an inner packet stands at the start of the next line. */
function isTunnel(text: string, line: SourceLine): boolean {
	return /(?:, vni|, instance) \d+$/.test(text.slice(line.start, line.end));
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

/** What stands before a head line that tcpdump did not print, and where the head starts after the quote. */
export interface Margin {
	/** Of a mail; it stands before each line of the packet. */
	readonly quote: string;
	readonly indent?: string;
	readonly start: number;
}

/** `-#` pads the number to five columns; one blank before a `-ttt` difference or before ` [|ip]` is the tool's own. */
function margin(body: string, quote: string): Margin {
	const [, blanks = "", number] = HEAD.exec(body) ?? UNTIMED.exec(body)!;
	if (number !== undefined) {
		const own = " ".repeat(Math.max(0, 5 - number.length));
		return { quote, start: blanks.length, ...(blanks === own ? {} : { indent: blanks }) };
	}
	if (blanks === " " && /^ (?:(?:\d\d|[1-9]\d{2,8}):|\[\|)/.test(body)) return { quote, start: 0 };
	return { quote, start: blanks.length, ...(blanks === "" ? {} : { indent: blanks }) };
}

/** Where the text after number and timestamp begins. */
export function timeEnd(text: string, start: number, end: number): number {
	const match = new RegExp(`^(?:\\d+ {2})?[ -]?(?:${TIME})`).exec(text.slice(start, end));
	return start + (match?.[0].length ?? 0);
}
