import { printNumber, readNumber } from "@netfossil/core/grammar";
import type { LinkAddress } from "../address/ast.ts";
import { printLinkAddress, readLinkAddress } from "../address/values.ts";
import { type Codec, type Field, FieldOrder, type FieldTable, integer, word } from "../fields.ts";
import type { NeighField, NeighFields, Used } from "./ast.ts";

const lladdr: Codec<LinkAddress> = { read: readLinkAddress, print: printLinkAddress };

/** `6/66/3` */
const used: Codec<Used> = {
	read: (text, start) => {
		const [, one = "", two = "", three = ""] = /^(\d+)\/(\d+)\/(\d+)$/.exec(text) ?? [];
		const second = start + one.length + 1;
		const third = second + two.length + 1;
		return {
			used: readNumber(one, start, start + one.length),
			confirmed: readNumber(two, second, second + two.length),
			updated: readNumber(three, third, third + three.length),
			start,
			end: start + text.length,
		};
	},
	print: (value) => [value.used, value.confirmed, value.updated].map(printNumber).join("/"),
};

/** Words that stand alone. */
const words: Field<readonly string[]> = {
	read: () => undefined,
	print: (values) => values.join(" "),
	title: "",
};

/** The fields of a neighbour, in the order in which iproute2 7.1 prints them. */
const FIELDS: FieldTable<NeighFields, NeighField> = {
	dev: word,
	lladdr,
	flags: words,
	// `lladdr 52:54:00:59:25:b7  ref 1 used 24/24/24probes 0 REACHABLE`: ` ref %d`, ` used %d/%d/%d`, `probes %u`
	ref: { ...integer, gap: () => 2 },
	used: { ...used, gap: (previous) => (previous === "ref" ? 1 : 2) },
	probes: { ...integer, gap: (previous) => (previous === "used" ? 0 : 1) },
	nhid: integer,
	// `used 2/0/0REACHABLE`: entries of bridges have no probes
	states: { ...words, gap: (previous) => (previous === "used" ? 0 : 1) },
	proto: word,
};

export const NEIGH: FieldOrder<NeighFields, NeighField> = new FieldOrder(FIELDS);
