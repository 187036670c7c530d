import { printNumber } from "@netfossil/core/grammar";
import type { Geneve, GeneveOption, Text } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * options := N " bytes" | option { ", " option }
 * option  := "class " NAME " (" N ") type " N ["(C)"] " len " N [" data " HEX]
 */

const BYTES = /^(\d+) bytes$/d;
const OPTION =
	/^class ([^,]*?) \((0x[0-9a-f]+)\) type (0x[0-9a-f]+)(\(C\))? len (\d+)(?: data ([0-9a-f]+(?: [0-9a-f]+)*))?$/d;

type Options = Pick<Geneve, "optionBytes" | "options">;

/** What stands between the brackets of `options [8 bytes]`. */
export function readGeneveOptions(text: string, start: number): Options {
	const bytes = BYTES.exec(text);
	if (bytes !== null) return { optionBytes: new Fields(bytes, start).num(1) };
	const options: (GeneveOption | Text)[] = [];
	let at = start;
	for (const each of text.split(/, (?=class )/)) {
		options.push(option(each, at));
		at += each.length + ", ".length;
	}
	return { options };
}

function option(text: string, start: number): GeneveOption | Text {
	const match = OPTION.exec(text);
	if (match === null) return { type: "text", text, start, end: start + text.length };
	const f = new Fields(match, start);
	return {
		type: "option",
		class: f.word(1),
		classCode: f.num(2),
		kind: f.num(3),
		...(f.has(4) && { critical: true as const }),
		length: f.num(5),
		...(f.has(6) && { data: f.text(6)! }),
		...f.whole,
	};
}

export function printGeneveOptions({ optionBytes, options }: Options): string | undefined {
	if (optionBytes !== undefined) return `${printNumber(optionBytes)} bytes`;
	return options?.map(printOption).join(", ");
}

function printOption(node: GeneveOption | Text): string {
	if (node.type === "text") return node.text;
	const kind = `${printNumber(node.kind)}${node.critical ? "(C)" : ""}`;
	const data = node.data === undefined ? "" : ` data ${node.data}`;
	return `class ${node.class.value} (${printNumber(node.classCode)}) type ${kind} len ${printNumber(node.length)}${data}`;
}
