import { printNumber } from "@netfossil/core/grammar";
import type { Tftp } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * tftp := ("TFTP, length " N ", " | " " N " ") (("RRQ" | "WRQ") " \"" FILE "\" " MODE | ("DATA" | "ACK") " block " N | OP) [TEXT]
 */

const HEAD =
	/^(?:TFTP, length (\d+), | (\d+) (?=RRQ|WRQ|DATA|ACK|ERROR|OACK))(?:([RW]RQ) "([^"]*)" ([a-z]+)|(DATA|ACK) block (\d+)|([\w#-]+))( .*)?$/d;

export function readTftp(text: string, start: number): Tftp | undefined {
	const match = HEAD.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	const old = f.has(2);
	return {
		type: "tftp",
		length: f.num(old ? 2 : 1),
		operation: f.word(f.has(3) ? 3 : f.has(6) ? 6 : 8),
		...(f.has(4) && { file: f.word(4), mode: f.word(5) }),
		...(f.has(7) && { block: f.num(7) }),
		...(f.has(9) && { text: f.text(9)! }),
		...(old && { punctuation: "4.9" as const }),
		...f.whole,
	};
}

export function printTftp({ length, operation, file, mode, block, text = "", punctuation }: Tftp): string {
	const size = printNumber(length);
	const head = punctuation === undefined ? `TFTP, length ${size}, ` : ` ${size} `;
	const name = file && mode ? ` "${file.value}" ${mode.value}` : "";
	const number = block === undefined ? "" : ` block ${printNumber(block)}`;
	return `${head}${operation.value}${name}${number}${text}`;
}
