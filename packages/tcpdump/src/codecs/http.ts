import type { LineNode } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Http, MessageHeader, StartLine, TextLine, TextMessage, TextProtocol } from "../ast.ts";
import { Fields } from "../read/fields.ts";
import { type LinesBelow, line, type Printed } from "./lines-below.ts";

/*
 * message := NAME [", length: " N | ": " START] [CUT]          -- with -v the lines stand below, each after a tab
 * lines   := START { HEADER } ["\t" { BODY }] [CUT]
 * start   := METHOD " " TARGET " " VERSION | VERSION " " CODE [" " REASON] | TEXT
 */

const HEAD = /^(HTTP|RTSP|SIP|FTP|SMTP|WHOIS)(?:, length: (\d+)|: ([^\r\n]*?))?( \[[|!][a-z]+\])?$/d;
const REQUEST = /^(\t?)([A-Z][A-Z_-]*) (\S+) ([A-Z]+\/\d(?:\.\d)?)$/d;
const STATUS = /^(\t?)([A-Z]+\/\d(?:\.\d)?) (\d{3})(?: ([^\r\n]*))?$/d;
const HEADER = /^\t([!#$%&'*+.^_`|~0-9A-Za-z-]+):(?: (\S(?:.*\S)?))?$/d;
const TEXT = /^\t(.+)$/ds;
const BLANK = /^\t$/d;
/** Bytes of `-x` and `-X` are no text. */
const BODY = /^\t(?!0x0000: )(.*)$/ds;

/** Reads the head of a text protocol. */
export function readHttp(text: string, start: number): Http | TextProtocol | undefined {
	const match = HEAD.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	const name = f.word(1);
	const fields = {
		...(f.has(2) && { length: f.num(2) }),
		...(f.has(3) && { line: startLine(f.text(3)!, f.span(3)) }),
		...(f.has(4) && { truncated: f.text(4)! }),
	};
	if (name.value === "HTTP") return { type: "http", ...fields, ...f.whole };
	return { type: "text-protocol", name, ...fields, ...f.whole };
}

function startLine(text: string, place: LineNode): StartLine {
	const { start } = place;
	const base = start + (place.indent?.length ?? 0);
	const request = REQUEST.exec(text);
	if (request !== null) {
		const f = new Fields(request, base);
		return { type: "request", method: f.word(2), target: f.word(3), version: f.word(4), ...place };
	}
	const status = STATUS.exec(text);
	if (status !== null) {
		const f = new Fields(status, base);
		const reason = f.has(4) ? { reason: f.word(4) } : {};
		return { type: "status", version: f.word(2), code: f.num(3), ...reason, ...place };
	}
	return { type: "line", text: text.replace(/^\t/, ""), ...place };
}

/** The lines of `-v`. */
export function readMessage(node: TextMessage, lines: LinesBelow): Partial<TextMessage> {
	if (node.length === undefined) return {};
	const first = lines.take(TEXT, (f, place) => startLine(f.image, place));
	if (first === undefined) return {};
	const textLine = (f: Fields, place: LineNode): TextLine => ({ type: "line", text: f.text(1)!, ...place });
	const headers: (MessageHeader | TextLine)[] = [];
	for (;;) {
		const header =
			lines.take(HEADER, (f, place): MessageHeader => {
				const value = f.has(2) ? { value: f.word(2) } : {};
				return { type: "header", name: f.word(1), ...value, ...place };
			}) ?? lines.take(/^\t(?!0x0000: )(.+)$/ds, textLine);
		if (header === undefined) break;
		headers.push(header);
	}
	const blank = lines.take(BLANK, (_, place) => place);
	const body = blank === undefined ? [] : lines.takeAll(BODY, textLine);
	return {
		line: first,
		...(headers.length > 0 && { headers }),
		...(blank && { blank }),
		...(body.length > 0 && { body }),
	};
}

/** The head line. */
export function printHttp(node: Http | TextProtocol): string {
	const name = node.type === "http" ? "HTTP" : node.name.value;
	const { length, line: first, truncated = "" } = node;
	if (length !== undefined) {
		// Of lines below, it is the last that is cut.
		return `${name}, length: ${printNumber(length)}${first === undefined ? truncated : ""}`;
	}
	return `${name}${first === undefined ? "" : `: ${printStart(first)}`}${truncated}`;
}

function printStart(node: StartLine): string {
	switch (node.type) {
		case "request":
			return `${node.method.value} ${node.target.value} ${node.version.value}`;
		case "status":
			return `${node.version.value} ${printNumber(node.code)}${node.reason === undefined ? "" : ` ${node.reason.value}`}`;
		default:
			return node.text;
	}
}

export function listMessage(node: TextMessage): Printed[] {
	if (node.length === undefined) return [];
	const text = (each: TextLine): Printed => [each, `\t${each.text}`];
	return [
		...line(node.line, (each) => `\t${printStart(each)}`),
		...(node.headers ?? []).map(
			(each): Printed => (each.type === "line" ? text(each) : [each, header(each)]),
		),
		...line(node.blank, () => "\t"),
		...(node.body ?? []).map(text),
	];
}

function header({ name, value }: MessageHeader): string {
	return `\t${name.value}:${value === undefined ? "" : ` ${value.value}`}`;
}
