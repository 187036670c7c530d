import { printNumber } from "@netfossil/core/grammar";
import type { Sctp, SctpChunk, SctpDuplicate, SctpField, SctpGap } from "../ast.ts";
import { Fields } from "../read/fields.ts";
import type { LinesBelow, Printed } from "./lines-below.ts";

/*
 * sctp  := "sctp" [" " chunk { ", " chunk }] [FLAW]
 * chunk := "(" N ") [" KIND "] " ["(" FLAG ")" … " "] { "[" NAME [":"] " " VALUE "] " }
 * lines := { "\t\t[gap ack block #" N ": start = " N ", end = " N "] " } { "\t\t[dup TSN #" N ": " N "] " }
 */

const CHUNK = /\((\d+)\) \[([A-Z][^\]\r\n]*)\] (?:((?:\([UBE]\))+) )?/dy;
const FIELD = /\[([#a-zA-Z_ ]*[a-zA-Z])(:)? (0x[0-9a-f]+|\d+)\] /dy;

const GAP = /^\t\t\[gap ack block #(\d+): start = (\d+), end = (\d+)\] $/d;
const DUPLICATE = /^\t\t\[dup TSN #(\d+): (\d+)\] $/d;

export function readSctp(text: string, start: number): Sctp | undefined {
	if (!/^sctp(?! ?\w)/.test(text)) return undefined;
	let at = "sctp".length;
	const chunks: SctpChunk[] = [];
	for (;;) {
		const gap = chunks.length === 0 ? " " : ", ";
		if (!text.startsWith(gap, at)) break;
		const match = exec(CHUNK, text, at + gap.length);
		if (match === null) break;
		at = CHUNK.lastIndex;
		const f = new Fields(match, start);
		const fields: SctpField[] = [];
		for (let next = exec(FIELD, text, at); next !== null; next = exec(FIELD, text, at)) {
			at = FIELD.lastIndex;
			const g = new Fields(next, start);
			const { start: from, end } = g.whole;
			fields.push({
				name: g.text(1)!,
				value: g.num(3),
				...(g.has(2) && { colon: true as const }),
				start: from,
				end: end - 1,
			});
		}
		chunks.push({
			number: f.num(1),
			kind: f.word(2),
			...(f.has(3) && { flags: f.text(3)!.replace(/[()]/g, "") }),
			...(fields.length > 0 && { fields }),
			start: f.whole.start,
			end: start + at,
		});
	}
	const flaw = text.slice(at);
	return {
		type: "sctp",
		...(chunks.length > 0 && { chunks }),
		...(flaw !== "" && { flaw }),
		start,
		end: start + text.length,
	};
}

function exec(shape: RegExp, text: string, at: number): RegExpExecArray | null {
	shape.lastIndex = at;
	return shape.exec(text);
}

/** The lines that a SACK has without `-v` too. */
export function readSctpLines({ chunks }: Sctp, lines: LinesBelow): Partial<Sctp> {
	if (chunks === undefined) return {};
	const gaps = lines.takeAll(
		GAP,
		(f, place): SctpGap => ({
			type: "gap",
			number: f.num(1),
			first: f.num(2),
			last: f.num(3),
			...place,
		}),
	);
	const duplicates = lines.takeAll(
		DUPLICATE,
		(f, place): SctpDuplicate => ({ type: "duplicate", number: f.num(1), tsn: f.num(2), ...place }),
	);
	return gaps.length + duplicates.length === 0 ? {} : { blocks: [...gaps, ...duplicates] };
}

export function listSctp({ blocks = [] }: Sctp): Printed[] {
	return blocks.map((each) => {
		if (each.type === "duplicate")
			return [each, `\t\t[dup TSN #${printNumber(each.number)}: ${printNumber(each.tsn)}] `];
		const range = `start = ${printNumber(each.first)}, end = ${printNumber(each.last)}`;
		return [each, `\t\t[gap ack block #${printNumber(each.number)}: ${range}] `];
	});
}

export function printSctp({ chunks = [], flaw = "" }: Sctp): string {
	const list = chunks.length === 0 ? "" : ` ${chunks.map(printChunk).join(", ")}`;
	return `sctp${list}${flaw}`;
}

function printChunk({ number, kind, flags, fields = [] }: SctpChunk): string {
	const letters = flags === undefined ? "" : `${[...flags].map((each) => `(${each})`).join("")} `;
	const list = fields.map(({ name, colon, value }) => `[${name}${colon ? ":" : ""} ${printNumber(value)}] `);
	return `(${printNumber(number)}) [${kind.value}] ${letters}${list.join("")}`;
}
