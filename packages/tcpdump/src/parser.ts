import {
	type Draft,
	eolOf,
	lineAt,
	MAX_LINE,
	type ParseResult,
	parseClean,
	type Report,
	readBlank,
	type SourceLine,
	tooLong,
	unparsedLine,
} from "@netfossil/core";
import { syntaxDiagnostic } from "@netfossil/core/grammar";
import type { ContinuationLine, Packet, Statement, Tcpdump } from "./ast.ts";
import { HEAD, type Margin, margin, packetLines, timeEnd, UNTIMED } from "./read/frame.ts";
import { TcpdumpParser } from "./read/grammar.ts";
import { readNote } from "./read/notes.ts";

let parser: TcpdumpParser | undefined;

/** Reads what tcpdump printed, in any form that `docs/tcpdump.md` names. */
export function parseTcpdump(input: string): ParseResult<Tcpdump> {
	return parseClean(input, (text) => {
		const diagnostics: Parameters<Report>[0][] = [];
		const statements = readStatements(text, (diagnostic) => diagnostics.push(diagnostic));
		return { ast: { type: "tcpdump", start: 0, end: text.length, statements }, diagnostics };
	});
}

function readStatements(text: string, report: Report): Statement[] {
	const statements: Statement[] = [];
	const dump = { raw: false };
	let line = lineAt(text, 0);
	while (line !== undefined) {
		const body = text.slice(line.start, Math.min(line.end, line.start + MAX_LINE));
		if (line.end - line.start > MAX_LINE) {
			report(tooLong(line, "tcpdump"));
			statements.push(unparsedLine(text, line));
		} else if (HEAD.test(body) || UNTIMED.test(body)) {
			const own = margin(body);
			const block = packetLines(text, line, body, own.indent ?? "", dump);
			statements.push(readPacket(text, line, block, own, report));
			line = lineAt(text, block.next);
			continue;
		} else {
			statements.push(readBlank(text, line) ?? readNote(text, line, body, report));
		}
		line = lineAt(text, line.next);
	}
	return statements;
}

function readPacket(
	text: string,
	head: SourceLine,
	last: SourceLine,
	{ indent: blanks, start: skip }: Margin,
	report: Report,
): Packet {
	parser ??= new TcpdumpParser();
	const start = head.start + skip;
	const reading = parser.readPacket(text, start, last.end);
	const packet = "node" in reading ? reading.node : opaque(text, start, head, last);
	if ("fault" in reading) report(syntaxDiagnostic("tcpdump", reading.fault));
	const lines = packet.continuation;
	if (lines === undefined) {
		const node: Draft<Packet> = packet;
		if (blanks !== undefined) node.indent = blanks;
		node.start = head.start;
		node.end = last.next;
		if (last.eol !== "\n") node.eol = last.eol;
		return node;
	}
	const { eol: _, ...rest } = packet;
	const indent = blanks === undefined ? {} : { indent: blanks };
	const place = { start: head.start, end: last.next };
	const continuation = [...lines.slice(0, -1), { ...lines.at(-1)!, end: last.next, ...eolOf(last) }];
	const eol = packet.eol === undefined ? {} : { eol: packet.eol };
	return { ...rest, ...indent, continuation, ...place, ...eol };
}

/** A packet whose head no rule knows: the time, and the rest as it stands. */
function opaque(text: string, start: number, head: SourceLine, last: SourceLine): Packet {
	const timed = /^(?:\d+ {2} ?)?[ -]?(?:\d|$)/.test(text.slice(start, head.end))
		? parser!.readPacket(text, start, timeEnd(text, start, head.end))
		: undefined;
	const skip = timed !== undefined && "node" in timed ? timeEnd(text, start, head.end) : start;
	const { number, timestamp } = timed !== undefined && "node" in timed ? timed.node : {};
	const continuation: ContinuationLine[] = [];
	for (
		let line = lineAt(text, head.next);
		line !== undefined && line.start <= last.start;
		line = lineAt(text, line.next)
	) {
		continuation.push({
			type: "continuation",
			text: text.slice(line.start, line.end),
			start: line.start,
			end: line.next,
			...eolOf(line),
		});
	}
	const lines = continuation.length === 0 ? {} : { continuation };
	const eol = head.eol === "\r\n" && continuation.length > 0 ? { eol: head.eol } : {};
	return {
		type: "packet",
		start,
		end: last.next,
		...(number && { number }),
		...(timestamp && { timestamp }),
		network: { type: "unparsed", text: text.slice(skip, head.end), start: skip, end: head.end },
		...lines,
		...eol,
	};
}
