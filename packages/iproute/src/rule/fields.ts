import { printNumber, readNumber } from "@netfossil/core/grammar";
import {
	type Codec,
	destination,
	type Field,
	FieldOrder,
	type FieldTable,
	host,
	integer,
	masked,
	range,
	realms,
	word,
} from "../fields.ts";
import type { GotoTarget, RuleField, RuleFields, RuleInterface } from "./ast.ts";

/** A word that stands alone. */
const mark = (title: string): Field<true> => ({ read: () => true, print: () => "", title });

/** `gone0 [detached]` */
const device: Codec<RuleInterface> = {
	read: (text, start) => {
		const value = text.replace(/[ \t]+\[detached\]$/, "");
		const node = { value, start, end: start + text.length };
		return value === text ? node : { ...node, detached: true };
	},
	print: ({ value, detached }) => (detached ? `${value} [detached]` : value),
};

/** `600 [unresolved]` */
const target: Codec<GotoTarget> = {
	read: (text, start) => {
		const number = text.replace(/[ \t]+\[unresolved\]$/, "");
		return {
			...(number !== "none" && { priority: readNumber(number, start, start + number.length) }),
			...(number !== text && { unresolved: true }),
			start,
			end: start + text.length,
		};
	},
	print: ({ priority, unresolved }) => {
		const number = priority === undefined ? "none" : printNumber(priority);
		return unresolved ? `${number} [unresolved]` : number;
	},
};

const FIELDS: FieldTable<RuleFields, RuleField> = {
	not: mark("not"),
	from: destination,
	to: destination,
	tos: word,
	dsfield: word,
	fwmark: masked,
	iif: device,
	oif: device,
	l3mdev: mark("lookup [l3mdev-table]"),
	uidrange: range,
	ipproto: word,
	sport: range,
	dport: range,
	tun_id: integer,
	lookup: word,
	suppress_prefixlength: integer,
	suppress_ifgroup: word,
	realms,
	"map-to": host,
	goto: target,
	action: { ...word, title: "" },
	proto: word,
	dscp: word,
	flowlabel: masked,
};

/** The fields of a rule, in the order in which iproute2 7.1 prints them. */
export const RULE: FieldOrder<RuleFields, RuleField> = new FieldOrder(FIELDS);
