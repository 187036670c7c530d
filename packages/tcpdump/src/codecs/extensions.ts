import { printNumber } from "@netfossil/core/grammar";
import type { Extension, IpOption } from "../ast.ts";
import { type Fields, readHost } from "../read/fields.ts";
import { fieldsOf, printHost, readExactly } from "./codec.ts";

/*
 * extension := ("HBH " | "DSTOPT ") [OPTIONS] | ("RT6" | "srcrt") " (len=" N ", type=" N [" [Deprecated]"] ", segleft=" N [TEXT]
 *              { ", [" N "]" A } ") " | "frag (" [ID ":"] N "|" N ")" [" "]
 *            | "AH(" ["length=" N "(" N "-bytes),"] "spi=" N [",sumlen=" N] ",seq=" N [",icv=0x" HEX] "): "
 */

type Rule = readonly [pattern: RegExp, build: (f: Fields) => Extension];

const rules: readonly Rule[] = [
	[
		/^(?:(HBH)|DSTOPT) (.+)?$/d,
		(f) => ({
			type: f.has(1) ? "hop-by-hop" : "destination-options",
			...(f.has(2) && { options: f.text(2)! }),
			...f.whole,
		}),
	],
	[
		/^(RT6|srcrt) \(len=(\d+), type=(\d+)( \[Deprecated\])?, segleft=(\d+)((?:, [a-z-]+=[0-9a-fx]+)*)((?:, \[\d+\][^\s,()]+)*)\) $/d,
		(f) => ({
			type: "routing",
			word: f.text(1) as "RT6" | "srcrt",
			length: f.num(2),
			routingType: f.num(3),
			...(f.has(4) && { deprecated: true as const }),
			segmentsLeft: f.num(5),
			...(f.text(6) !== "" && { remarks: f.text(6)! }),
			addresses: addressesOf(f.text(7)!, f.span(7).start),
			...f.whole,
		}),
	],
	[
		/^frag \((?:(0x[0-9a-f]+):)?(\d+)\|(\d+)\)( )?$/d,
		(f) => ({
			type: "fragment",
			...(f.has(1) && { id: f.num(1) }),
			offset: f.num(2),
			length: f.num(3),
			...(!f.has(4) && { last: true as const }),
			...f.whole,
		}),
	],
	[
		/^AH\((?:length=(\d+)\((\d+)-bytes\),)?spi=(0x[0-9a-f]+)(?:,sumlen=(\d+))?,seq=(0x[0-9a-f]+)(?:,icv=0x([0-9a-f]*))?\): $/d,
		(f) => ({
			type: "ah",
			...(f.has(1) && { size: { words: f.num(1), bytes: f.num(2) } }),
			spi: f.num(3),
			...(f.has(4) && { sumLength: f.num(4) }),
			sequence: f.num(5),
			...(f.has(6) && { icv: f.text(6)! }),
			...f.whole,
		}),
	],
];

/** `, [0]2001:db8::9, [1]2001:db8::8` */
function addressesOf(text: string, start: number): Extract<Extension, { type: "routing" }>["addresses"] {
	return Array.from(text.matchAll(/\]([^\s,]+)/g), (match) => readHost(match[1]!, start + match.index + 1));
}

export function readExtension(text: string, start: number): Extension {
	for (const [pattern, build] of rules) {
		const read = (): Extension | undefined => {
			const f = fieldsOf(pattern, text, start);
			return f && build(f);
		};
		const found = readExactly({ read, print: printExtension }, text, start);
		if (found !== undefined) return found;
	}
	return { type: "other", text, start, end: start + text.length };
}

export function printExtension(node: Extension): string {
	switch (node.type) {
		case "hop-by-hop":
			return `HBH ${node.options ?? ""}`;
		case "destination-options":
			return `DSTOPT ${node.options ?? ""}`;
		case "routing": {
			const { word, length, routingType, deprecated, segmentsLeft, remarks = "", addresses } = node;
			const type = `type=${printNumber(routingType)}${deprecated ? " [Deprecated]" : ""}`;
			const list = addresses.map((each, index) => `, [${index}]${printHost(each)}`).join("");
			return `${word} (len=${printNumber(length)}, ${type}, segleft=${printNumber(segmentsLeft)}${remarks}${list}) `;
		}
		case "fragment": {
			const { id, offset, length, last } = node;
			const which = id === undefined ? "" : `${printNumber(id)}:`;
			return `frag (${which}${printNumber(offset)}|${printNumber(length)})${last ? "" : " "}`;
		}
		case "ah": {
			const { size, spi, sumLength, sequence, icv } = node;
			const fields = [];
			if (size) fields.push(`length=${printNumber(size.words)}(${printNumber(size.bytes)}-bytes)`);
			fields.push(`spi=${printNumber(spi)}`);
			if (sumLength) fields.push(`sumlen=${printNumber(sumLength)}`);
			fields.push(`seq=${printNumber(sequence)}`);
			if (icv !== undefined) fields.push(`icv=0x${icv}`);
			return `AH(${fields.join(",")}): `;
		}
		default:
			return node.text;
	}
}

/** The options between the parentheses of an IPv4 header; a comma within one is followed by a blank. */
export function readIpOptions(text: string): IpOption[] {
	return text.split(/,(?! )/).map((each) => {
		const [, name = "", value] = /^((?:unknown \d+)|[^ {]*)(.*)$/s.exec(each)!;
		return value ? { name, value } : { name };
	});
}

export function printIpOptions(options: readonly IpOption[]): string {
	return options.map(({ name, value = "" }) => `${name}${value}`).join(",");
}
