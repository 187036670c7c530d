import { printAddress, readIp, readMac, type Word } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { AttributeValue, LinkAddress, NumberValue, Peer } from "./ast.ts";
import type { Conversion, Format } from "./details.ts";

/** Bytes of two digits each: eight of them (FireWire, IEEE 802.15.4) could be read as an IPv6 address. */
const BYTES = /^[0-9a-f]{2}(?::[0-9a-f]{2})*$/i;

/** Reads a link-layer address: six bytes, an IP address (of tunnels), or anything else. */
export function readLinkAddress(text: string, start: number): LinkAddress {
	return (
		readMac(text, start) ??
		(BYTES.test(text) ? undefined : readIp(text, start)) ?? {
			type: "hardware",
			value: text,
			start,
			end: start + text.length,
		}
	);
}

export function printLinkAddress(address: LinkAddress): string {
	return address.type === "hardware" ? address.value : printAddress(address);
}

const NUMBER = /^(?:-?\d+(?:\.\d+)?|0x[0-9a-f]+)$/;

/** Reads the values of an attribute as its format has them; undefined where a list has no brackets. */
export function readValues(format: Format, words: readonly Word[]): AttributeValue[] | undefined {
	const [first] = words;
	const conversion = format[0];
	if (first !== undefined && conversion === "<%s>") return listed(first);
	if (first !== undefined && conversion === "%a,") {
		return pieces(first.value, first.start).map(({ value, start }) => readValue("%a", value, start));
	}
	if (words.length === 1) return [readValue(conversion, first!.value, first!.start)];
	return words.map(({ value, start }, at) => readValue(format[at] ?? conversion, value, start));
}

/** The words of `<A,B>`; undefined if it is none. */
export function listed({ value: text, start }: Word): AttributeValue[] | undefined {
	if (!/^<[^>]*>$/.test(text)) return undefined;
	const inner = text.slice(1, -1);
	return inner === "" ? [] : pieces(inner, start + 1).map((word) => ({ type: "word", ...word }));
}

function pieces(text: string, start: number): Word[] {
	let from = start;
	return text.split(",").map((value) => {
		const word = { value, start: from, end: from + value.length };
		from = word.end + 1;
		return word;
	});
}

/** Reads one value as its conversion says. */
export function readValue(conversion: Conversion | undefined, text: string, start: number): AttributeValue {
	const end = start + text.length;
	switch (conversion) {
		case "%u":
		case "%7.2f":
			return readNumeric(text, start) ?? { type: "word", value: text, start, end };
		case "%a":
			return readIp(text, start) ?? { type: "word", value: text, start, end };
		case "%m":
		case "(n) %m":
			return readMac(text, start) ?? readIp(text, start) ?? { type: "word", value: text, start, end };
		case "%v":
			return (
				readNumeric(text, start) ??
				readMac(text, start) ??
				readIp(text, start) ?? { type: "word", value: text, start, end }
			);
		default:
			return { type: "word", value: text, start, end };
	}
}

/** A number as an attribute has it; undefined if the text is none. */
export function readNumeric(text: string, start: number): NumberValue | undefined {
	if (!NUMBER.test(text)) return undefined;
	const end = start + text.length;
	const value = Number(text);
	return String(value) === text
		? { type: "number", value, start, end }
		: { type: "number", value, text, start, end };
}

export function printValue(value: AttributeValue): string {
	switch (value.type) {
		case "number":
			return printNumber(value);
		case "word":
			return value.value;
		default:
			return printAddress(value);
	}
}

/** A name as it is printed, and the other end that may follow it. */
export interface NameAndPeer {
	readonly name: Word;
	readonly peer?: Peer;
}

/** Splits `eth0@if15` at the last `@`: a name may hold one, but what follows it cannot. */
export function splitName(text: string, start: number): NameAndPeer {
	const whole = { name: { value: text, start, end: start + text.length } };
	const at = text.lastIndexOf("@");
	if (at <= 0 || at === text.length - 1) return whole;
	const peer = text.slice(at + 1);
	const span = { start: start + at + 1, end: start + text.length };
	const name = { value: text.slice(0, at), start, end: start + at };
	if (peer === "NONE") return { name, peer: { type: "none", ...span } };
	const index = /^if(0|[1-9]\d*)$/.exec(peer);
	if (index === null) return { name, peer: { type: "name", name: { value: peer, ...span }, ...span } };
	const number = { value: Number(index[1]), start: span.start + 2, end: span.end };
	return { name, peer: { type: "ifindex", index: number, ...span } };
}

/** A name with its other end, as printed. */
export function printName({ name, peer }: NameAndPeer): string {
	if (peer === undefined) return name.value;
	switch (peer.type) {
		case "none":
			return `${name.value}@NONE`;
		case "ifindex":
			return `${name.value}@if${printNumber(peer.index)}`;
		case "name":
			return `${name.value}@${peer.name.value}`;
	}
}
