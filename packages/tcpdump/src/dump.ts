import { eolOf, type SourceLine } from "@netfossil/core";
import { printNumber, readNumber } from "@netfossil/core/grammar";
import type { BodyLine, ContinuationLine, HexLine, Layers } from "./ast.ts";
import { lineRulesOf, readDetail } from "./codecs/details.ts";

const HEX = /^([ \t]+)(0x[0-9a-f]{4,}): {1,2}((?:[0-9a-f]{4} )*[0-9a-f]{2}(?:[0-9a-f]{2})?)(?: +(\S.*))?$/;
/**
 * How the raw bytes of an IP, ARP or STP packet begin, in the text of `-A`. VLAN tags may stand before; of an IPv6
 * packet of a traffic class the first byte is a letter, so that the places of its dots must tell.
 */
export const RAW: RegExp = /^(?:(?:.{2}\.\.){0,2}(?:E.(?:[.\t]|$)|`)|\.\.|BB\.|[a-o].{3}\..[.:,<].{33})/;

/** A line of a packet's bytes, or any other line below a head. */
export function lineOf(text: string, line: SourceLine): ContinuationLine | HexLine {
	return typed({
		type: "continuation",
		text: text.slice(line.start, line.end),
		start: line.start,
		end: line.next,
		...eolOf(line),
	});
}

/** The lines below a head with their types. `raw`: the text was printed with `-A`. */
export function typedLines(lines: readonly ContinuationLine[], raw: boolean, packet: Layers): BodyLine[] {
	const first = raw ? lines.findIndex(({ text }) => RAW.test(text)) : -1;
	const rules = lineRulesOf(packet);
	return lines.map((line, index) =>
		first !== -1 && index >= first ? { ...line, type: "ascii" } : (readDetail(line, rules) ?? typed(line)),
	);
}

function typed(line: ContinuationLine): ContinuationLine | HexLine {
	const match = HEX.exec(line.text);
	if (match === null) return line;
	const [, indent = "", offset = "", digits = "", ascii] = match;
	const { type: _, text: printed, ...place } = line;
	const at = line.start + indent.length;
	const node: HexLine = {
		type: "hex",
		...(indent !== "\t" && { indent }),
		offset: readNumber(offset, at, at + offset.length),
		bytes: digits.replaceAll(" ", ""),
		...(ascii !== undefined && { ascii }),
		...place,
	};
	return printHex(node) === printed ? node : line;
}

/** Columns of eight groups of two bytes. */
const WIDTH = 39;

/** A line of `-x`, or of `-X` where it has the bytes as text. */
export function printHex({ indent = "\t", offset, bytes, ascii }: HexLine): string {
	const groups = (bytes.match(/.{1,4}/g) ?? []).join(" ");
	const columns = ascii === undefined ? groups : `${groups.padEnd(WIDTH)}  ${ascii}`;
	return `${indent}${printNumber(offset)}:  ${columns}`;
}
