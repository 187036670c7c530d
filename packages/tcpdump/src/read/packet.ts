import { type Draft, eolOf, lineAt, type Report, type SourceLine } from "@netfossil/core";
import { syntaxDiagnostic } from "@netfossil/core/grammar";
import type { ContinuationLine, Packet } from "../ast.ts";
import { typedLines } from "../dump.ts";
import { adopt } from "./adopt.ts";
import { type Cuts, restore, without } from "./cuts.ts";
import { cut } from "./faults.ts";
import { type Margin, timeEnd } from "./frame.ts";
import { TcpdumpParser } from "./grammar.ts";

let parser: TcpdumpParser | undefined;

/** Reads the packet of the given lines. `raw`: the text was printed with `-A`. */
export function readPacket(
	text: string,
	head: SourceLine,
	last: SourceLine,
	margin: Margin,
	raw: boolean,
	report: Report,
): Packet {
	if (margin.quote === "") return readLines(text, head, last, margin, raw, report);
	// The sign of the mail is taken out of each line.
	const { quote } = margin;
	const base = head.start;
	const cuts = quotesIn(text, head, last, quote);
	const own = without(text.slice(0, last.next), cuts);
	let end = lineAt(own, 0)!;
	for (let line = lineAt(own, end.next); line !== undefined; line = lineAt(own, line.next)) end = line;
	const packet: Draft<Packet> = readLines(own, lineAt(own, 0)!, end, margin, raw, (found) => {
		const diagnostic = { ...found };
		restore(diagnostic, cuts);
		report(diagnostic);
	});
	restore(packet, cuts);
	packet.start = base;
	packet.quote = quote;
	return packet;
}

/** What is taken out of a text so that the packet is left alone: all before it, and each sign of the mail. */
function quotesIn(text: string, head: SourceLine, last: SourceLine, quote: string): Cuts {
	const cuts = [{ start: 0, end: head.start + quote.length }];
	for (let start = head.next; start <= last.start; start = lineAt(text, start)!.next) {
		cuts.push({ start, end: start + quote.length });
	}
	return cuts;
}

function readLines(
	text: string,
	head: SourceLine,
	last: SourceLine,
	{ indent: blanks, start: skip }: Margin,
	raw: boolean,
	report: Report,
): Packet {
	parser ??= new TcpdumpParser();
	const start = head.start + skip;
	const reading = parser.readPacket(text, start, last.end);
	const packet = "node" in reading ? reading.node : opaque(text, start, head, last);
	if ("fault" in reading) {
		const { fault } = reading;
		const torn = last === head && head.eol === "";
		// What is not read is the head, even if the fault is in the line below.
		report(
			torn
				? cut(head, "ends")
				: syntaxDiagnostic("tcpdump", { ...fault, start: Math.min(fault.start, head.end) }),
		);
	}
	const lines = packet.continuation as readonly ContinuationLine[] | undefined;
	if (lines === undefined) {
		const node: Draft<Packet> = packet;
		if (blanks !== undefined) node.indent = blanks;
		node.start = head.start;
		node.end = last.next;
		if (last.eol !== "\n") node.eol = last.eol;
		return node;
	}
	const { eol: _, continuation: __, ...rest } = packet;
	const indent = blanks === undefined ? {} : { indent: blanks };
	const place = { start: head.start, end: last.next };
	const ended = { ...lines.at(-1)!, end: last.next, ...eolOf(last) };
	const below = adopt(rest, typedLines([...lines.slice(0, -1), ended], raw, packet), blanks ?? "");
	const continuation = below.length === 0 ? {} : { continuation: below };
	const eol = packet.eol === undefined ? {} : { eol: packet.eol };
	return { ...rest, ...indent, ...continuation, ...place, ...eol };
}

/** A packet whose head no rule knows: the time, and the rest as it stands. */
function opaque(text: string, start: number, head: SourceLine, last: SourceLine): Packet {
	const timed = /^(?:\d+ {2} ?)?[ -]?(?:\d|\[Error |$)/.test(text.slice(start, head.end))
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
