import { readMac, type Word } from "@netfossil/core";
import { printNumber, readNumber } from "@netfossil/core/grammar";
import type { Attribute, UnknownAttribute, VirtualFunction } from "./ast.ts";
import { printLinkAddress, printValue, readLinkAddress, readNumeric } from "./values.ts";

/**
 * What stands on the line of a virtual function behind its address, `print_vfinfo` of iproute2's
 * `ip/ipaddress.c`: parts with commas between them.
 */
const FORMATS = [
	"vlan %u",
	"qos %u",
	"vlan protocol %s",
	"tx rate %u (Mbps)",
	"max_tx_rate %uMbps",
	"min_tx_rate %uMbps",
	"spoof checking %s",
	"NODE_GUID %s",
	"PORT_GUID %s",
	"link-state %s",
	"trust %s",
	"query_rss %s",
];

interface Part {
	readonly name: string;
	readonly pattern: RegExp;
	readonly before: string;
	readonly after: string;
	readonly isNumber: boolean;
}

const PARTS: readonly Part[] = FORMATS.map((format) => {
	const [before = "", after = ""] = format.split(/%[us]/);
	const isNumber = format.includes("%u");
	const escaped = after.replace(/[()]/g, "\\$&");
	const pattern = new RegExp(`^${before}(${isNumber ? "\\d+" : "[^ ,]+"})${escaped}$`);
	return { name: before.trimEnd(), pattern, before, after, isNumber };
});

/** `vf 0     link/ether 02:… brd ff:…` since 5.1, `vf 0 MAC 02:…` before */
const START = /^vf (\d+)(?: {5}link\/(\S+) ([^ ,]+)(?: brd ([^ ,]+))?| MAC ([^ ,]+))(?=,|$)/;

/** Reads a line of a virtual function without its place; undefined if it is none. */
export function readFunction(body: string, start: number): VirtualFunction | undefined {
	const match = START.exec(body);
	if (match === null) return undefined;
	const [all, digits = "", kind, own, brd, mac] = match;
	let at = 3;
	const wordAt = (value: string): Word => {
		const from = start + body.indexOf(value, at);
		at = from - start + value.length;
		return { value, start: from, end: from + value.length };
	};
	const number = wordAt(digits);
	const index = readNumber(digits, number.start, number.end);
	const head = { type: "vf", start: 0, end: 0, index } as const;
	const attributes: (Attribute | UnknownAttribute)[] = [];
	let node: VirtualFunction;
	if (kind === undefined) {
		const word = wordAt(mac!);
		const address = readMac(mac!, word.start) ?? { type: "hardware" as const, ...word };
		node = { ...head, address, attributes };
	} else {
		at += "     link/".length;
		const type = wordAt(kind);
		const address = readLinkAddress(own!, wordAt(own!).start);
		const broadcast = brd === undefined ? {} : { broadcast: readLinkAddress(brd, wordAt(brd).start) };
		node = { ...head, kind: type, address, ...broadcast, attributes };
	}
	let from = start + all.length;
	if (all.length < body.length) {
		for (const piece of body.slice(all.length + 1).split(",")) {
			from++;
			attributes.push(readPart(piece, from));
			from += piece.length;
		}
	}
	return node;
}

function readPart(piece: string, start: number): Attribute | UnknownAttribute {
	const end = start + piece.length;
	const text = piece.startsWith(" ") ? piece.slice(1) : piece;
	const gap = piece.startsWith(" ") ? {} : { gap: 0 };
	const from = end - text.length;
	for (const { name, pattern, before, isNumber } of PARTS) {
		const value = pattern.exec(text)?.[1];
		if (value === undefined) continue;
		const at = from + before.length;
		const word = { type: "word" as const, value, start: at, end: at + value.length };
		const values = [isNumber ? (readNumeric(value, at) ?? word) : word];
		return { type: "attribute", name, values, ...gap, start: from, end };
	}
	return { type: "unparsed", text, ...gap, start: from, end };
}

/** A line of a virtual function without its indentation. */
export function printFunction({ index, kind, address, broadcast, attributes }: VirtualFunction): string {
	const own = printLinkAddress(address);
	const start =
		kind === undefined
			? `vf ${printNumber(index)} MAC ${own}`
			: `vf ${printNumber(index)}     link/${kind.value} ${own}`;
	const brd = broadcast === undefined ? "" : ` brd ${printLinkAddress(broadcast)}`;
	const parts = attributes.map((each) => `,${" ".repeat(each.gap ?? 1)}${printPart(each)}`);
	return start + brd + parts.join("");
}

function printPart(node: Attribute | UnknownAttribute): string {
	if (node.type === "unparsed") return node.text;
	const part = PARTS.find(({ name }) => name === node.name);
	const value = node.values.map(printValue).join(" ");
	return part === undefined ? `${node.name} ${value}` : part.before + value + part.after;
}
