import { printNumber } from "@netfossil/core/grammar";
import type { Tcp, TcpOption } from "../ast.ts";
import { Fields } from "../read/fields.ts";
import { tcpPayload } from "../read/transport.ts";
import { printOption, readOptions } from "./tcp-options.ts";

/*
 * The lines of 3.9, and those of headers that are cut before their flags:
 *
 * tcp39 := FLAGS [", cksum " N " (" VERDICT "),"] [" " N ":" N "(" LENGTH ")"] [" ack " N] [" win " N] [" urg " N] [" <" OPTIONS ">"] [PAYLOAD]
 * cut   := [" tcp " N] FLAW
 */

const OLD =
	/^([SFRPWE]+|\.)(?:, cksum (0x[0-9a-f]+) \((?:(correct)|incorrect \(-> (0x[0-9a-f]+))\),)?(?: (\d+):(\d+)\((\d+)\))?(?: ack (\d+))?(?: win (\d+))?(?: urg (\d+))?(?: <(.*?)(>|\[\|tcp\]>$))?((?: \[|: |\d|(?<=>) ?\[| \().*)?$/d;
const CUT = /^(?: ?tcp (\d+)( \[bad hdr length \d+ .*)| ?\[\|tcp\])$/d;

/** Reads the text behind the ends; undefined where it is not TCP's. */
export function readOldTcp(text: string, start: number): Tcp | undefined {
	const cut = CUT.exec(text);
	if (cut !== null) {
		const f = new Fields(cut, start);
		const length = f.has(1) ? { length: f.num(1), flaw: f.text(2)! } : { flaw: text };
		const spaced = f.has(1) && text.startsWith(" ") ? { spaced: true as const } : {};
		return { type: "tcp", ...length, ...spaced, ...f.whole };
	}
	const match = OLD.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	const rest = f.text(13) ?? "";
	const flawed = rest.startsWith(" [bad hdr length");
	// What has neither is another protocol's word.
	if (!f.has(9) && !flawed) return undefined;
	const cutOptions = f.has(12) && f.text(12) !== ">";
	const options = f.has(11) ? { options: readOldOptions(f) } : {};
	const node: Tcp = {
		type: "tcp",
		form: "3.9",
		flags: f.word(1),
		...(f.has(2) && {
			checksum: {
				value: f.num(2),
				state: f.has(3) ? ("correct" as const) : ("incorrect" as const),
				...(f.has(4) && { expected: f.num(4) }),
				start: f.span(2).start,
				end: f.span(f.has(3) ? 3 : 4).end,
			},
		}),
		...(f.has(5) && {
			sequence: { first: f.num(5), next: f.num(6), start: f.span(5).start, end: f.span(6).end },
			length: f.num(7),
		}),
		...(f.has(8) && { ack: f.num(8) }),
		...(f.has(9) && { window: f.num(9) }),
		...(f.has(10) && { urgent: f.num(10) }),
		...options,
		...(cutOptions && { flaw: f.text(12)! }),
		...(rest !== "" && after(rest, f, flawed)),
		...f.whole,
	};
	const head = printOldTcp(node);
	const more = node.payload !== undefined || node.reason !== undefined;
	return (more ? text.startsWith(head) : text === head) ? node : undefined;
}

function readOldOptions(f: Fields): TcpOption[] {
	const list = f.text(11)!;
	return list === "" ? [] : readOptions(list, f.span(11).start, "3.9");
}

function after(rest: string, f: Fields, flawed: boolean): Pick<Tcp, "payload" | "flaw" | "reason"> {
	if (flawed) return { flaw: rest };
	const { start, end } = f.span(13);
	const reset = /^ \[RST (.*)\]$/.exec(rest)?.[1];
	if (reset !== undefined) return { reason: { value: reset, start: end - 1 - reset.length, end: end - 1 } };
	const payload = tcpPayload(rest, { start, end }, "");
	return payload === undefined ? { flaw: rest } : { payload };
}

/** A line of 3.9 without its payload. */
export function printOldTcp(node: Tcp): string {
	const { flags, checksum, sequence, length, ack, window, urgent, flaw = "" } = node;
	const words = [flags?.value];
	if (checksum !== undefined) {
		const { value, expected } = checksum;
		const verdict = expected === undefined ? "(correct)" : `(incorrect (-> ${printNumber(expected)})`;
		words[0] += `, cksum ${printNumber(value)} ${verdict},`;
	}
	if (sequence?.next && length)
		words.push(`${printNumber(sequence.first)}:${printNumber(sequence.next)}(${printNumber(length)})`);
	if (ack) words.push(`ack ${printNumber(ack)}`);
	if (window) words.push(`win ${printNumber(window)}`);
	if (urgent) words.push(`urg ${printNumber(urgent)}`);
	const cut = flaw.endsWith("]>");
	if (node.options !== undefined) {
		const list = node.options.map((each) => printOption(each, "3.9")).join(",");
		words.push(`<${list}${cut ? "" : ">"}`);
	}
	return words.join(" ") + flaw;
}
