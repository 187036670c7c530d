import type { Draft } from "@netfossil/core";
import type { Attribute, UnknownAttribute } from "../address/ast.ts";
import { printValue, readValue } from "../address/values.ts";
import type { Encap } from "./ast.ts";

/** What an encapsulation prints after its kind. */
interface EncapWords {
	/** What the first word is, which the tool prints without a name. */
	readonly first?: string;
	/** Words with one value. */
	readonly values: readonly string[];
	/** Words that stand alone. */
	readonly flags: readonly string[];
}

const TUNNEL = {
	values: "id src dst ttl tos hoplimit tc geneve_opts vxlan_opts erspan_opts".split(" "),
	flags: "key csum seq".split(" "),
};

/** Source: the `print_encap_` functions of iproute2's `ip/iproute_lwtunnel.c`, 4.3 to 7.1. */
const KINDS: Readonly<Record<string, EncapWords>> = {
	mpls: { first: "labels", values: ["ttl"], flags: [] },
	ip: TUNNEL,
	ip6: TUNNEL,
	ila: { first: "locator", values: ["csum-mode", "ident-type", "hook-type"], flags: [] },
	bpf: { values: ["in", "out", "xmit", "headroom"], flags: [] },
	seg6: { values: ["mode", "hmac", "tunsrc"], flags: [] },
	seg6local: {
		values:
			"action table vrftable nh4 nh6 iif oif endpoint bpf flavors lblen nflen hmac packets bytes errors".split(
				" ",
			),
		flags: ["srh", "count"],
	},
	rpl: { values: [], flags: [] },
	ioam6: { values: "freq mode tunsrc tundst type ns size".split(" "), flags: ["trace", "prealloc"] },
	xfrm: { values: ["if_id", "link_dev"], flags: [] },
};
const UNKNOWN: EncapWords = { values: [], flags: [] };

/** Whether a word with a value belongs to an encapsulation, though a route has one of that name as well. */
export function isEncapValue(kind: string, name: string): boolean {
	return (KINDS[kind] ?? UNKNOWN).values.includes(name);
}

/** A word with the blanks before it. */
interface Piece {
	readonly text: string;
	readonly start: number;
	readonly end: number;
	readonly gap: number;
}

/** Reads what stands after the kind: `[start, end)` of the text. */
export function readEncap(kind: string, text: string, start: number, end: number): Encap["attributes"] {
	const { first, values, flags } = KINDS[kind] ?? UNKNOWN;
	const pieces: Piece[] = [];
	let last = start;
	for (const match of text.slice(start, end).matchAll(/[^ \t]+/g)) {
		const from = start + match.index;
		pieces.push({ text: match[0], start: from, end: from + match[0].length, gap: from - last });
		last = from + match[0].length;
	}
	const found: (Attribute | UnknownAttribute)[] = [];
	for (let at = 0; at < pieces.length; ) {
		const piece = pieces[at]!;
		const taken =
			at === 0 && first !== undefined
				? 1
				: values.includes(piece.text)
					? 2
					: flags.includes(piece.text)
						? 1
						: 0;
		const segments = piece.text === "segs" ? segmentsAt(pieces, at) : 0;
		if (segments > 0) {
			found.push(attribute("segs", pieces.slice(at, at + segments), pieces.slice(at + 3, at + segments - 1)));
			at += segments;
		} else if (taken > 0 && at + taken <= pieces.length) {
			const own = pieces.slice(at, at + taken);
			if (at === 0 && first !== undefined) found.push(attribute(first, own, own));
			else found.push(attribute(piece.text, own, own.slice(1)));
			at += taken;
		} else {
			addUnknown(found, piece);
			at++;
		}
	}
	return found;
}

/** How many words `segs 2 [ fd00::1 fd00::2 ]` takes; 0: it is none. */
function segmentsAt(pieces: readonly Piece[], at: number): number {
	const count = Number(pieces[at + 1]?.text);
	if (!/^\d{1,3}$/.test(pieces[at + 1]?.text ?? "") || String(count) !== pieces[at + 1]?.text) return 0;
	if (pieces[at + 2]?.text !== "[" || pieces[at + 3 + count]?.text !== "]") return 0;
	return count + 4;
}

/** Labels are printed after two blanks. */
const ownGap = (name: string): number => (name === "labels" ? 2 : 1);

function attribute(name: string, pieces: readonly Piece[], values: readonly Piece[]): Attribute {
	const [first] = pieces;
	const node: Draft<Attribute> = {
		type: "attribute",
		name,
		values: values.map(({ text, start }) => readValue(name === "labels" ? "%s" : "%v", text, start)),
		start: first!.start,
		end: pieces.at(-1)!.end,
	};
	if (first!.gap !== ownGap(name)) node.gap = first!.gap;
	return node;
}

function addUnknown(found: (Attribute | UnknownAttribute)[], { text, start, end, gap }: Piece): void {
	const last = found.at(-1);
	if (last?.type === "unparsed") {
		found[found.length - 1] = { ...last, text: `${last.text}${" ".repeat(gap)}${text}`, end };
	} else {
		found.push(
			gap === 1 ? { type: "unparsed", text, start, end } : { type: "unparsed", text, gap, start, end },
		);
	}
}

export function printEncap({ kind, attributes }: Encap): string {
	const texts = attributes.map((node) => {
		if (node.type === "unparsed") return " ".repeat(node.gap ?? 1) + node.text;
		return " ".repeat(node.gap ?? ownGap(node.name)) + printAttribute(node);
	});
	return `encap ${kind.value}${texts.join("")}`;
}

function printAttribute({ name, values }: Attribute): string {
	const texts = values.map(printValue);
	if (name === "labels" || name === "locator") return texts.join(" ");
	if (name === "segs") return [name, texts.length, "[", ...texts, "]"].join(" ");
	return [name, ...texts].join(" ");
}
