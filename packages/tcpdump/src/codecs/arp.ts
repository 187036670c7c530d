import { printNumber } from "@netfossil/core/grammar";
import type { Arp, ArpFields } from "../ast.ts";
import type { Fields } from "../read/fields.ts";
import { fieldsOf, printHost, printStation, readExactly, STATION } from "./codec.ts";

/*
 * arp := "Request who-has " A [" (" MAC ")"] " tell " A | "Reply " A " is-at " MAC
 *      | ("Reverse" | "Inverse") " Request who-is " MAC " tell " MAC | ("Reverse" | "Inverse") " Reply " MAC " at " A
 *      | "Unknown (" N ") "
 * 3.9 := "arp who-has " A [" (" MAC ")"] " tell " A | "arp reply " A " is-at " MAC
 *      | ("rarp" | "invarp") " who-is " MAC " tell " MAC | ("rarp" | "invarp") " reply " MAC " at " A | "arp-#" N
 */

type Rule = readonly [pattern: RegExp, build: (f: Fields) => Arp];

const request = (f: Fields): Arp => ({
	type: "arp",
	operation: "request",
	target: f.host(1),
	...(f.has(2) && { targetMac: f.station(2) }),
	sender: f.host(4),
	...f.whole,
});
const reply = (f: Fields): Arp => ({
	type: "arp",
	operation: "reply",
	sender: f.host(1),
	senderMac: f.station(2),
	...f.whole,
});
const kind = (word: string): "reverse" | "inverse" =>
	/^(?:Inverse|invarp)/.test(word) ? "inverse" : "reverse";
const whoIs = (f: Fields): Arp => ({
	type: "arp",
	operation: `${kind(f.text(1)!)}-request`,
	targetMac: f.station(2),
	senderMac: f.station(4),
	...f.whole,
});
const at = (f: Fields): Arp => ({
	type: "arp",
	operation: `${kind(f.text(1)!)}-reply`,
	mac: f.station(2),
	address: f.host(4),
	...f.whole,
});
const unknown = (f: Fields): Arp => ({ type: "arp", operation: "unknown", number: f.num(1), ...f.whole });

const WHO_HAS = `who-has ([^\\s,]+)(?: \\(${STATION}\\))? tell ([^\\s,]+)`;
const IS_AT = `([^\\s,]+) is-at ${STATION}`;
const rules: readonly Rule[] = [
	[new RegExp(`^Request ${WHO_HAS}$`, "d"), request],
	[new RegExp(`^Reply ${IS_AT}$`, "d"), reply],
	[new RegExp(`^(Reverse|Inverse) Request who-is ${STATION} tell ${STATION}$`, "d"), whoIs],
	[new RegExp(`^(Reverse|Inverse) Reply ${STATION} at ([^\\s,]+)$`, "d"), at],
	[/^Unknown \((\d+)\) $/d, unknown],
];
const old: readonly Rule[] = [
	[new RegExp(`^arp ${WHO_HAS}$`, "d"), request],
	[new RegExp(`^arp reply ${IS_AT}$`, "d"), reply],
	[new RegExp(`^(rarp|invarp) who-is ${STATION} tell ${STATION}$`, "d"), whoIs],
	[new RegExp(`^(rarp|invarp) reply ${STATION} at ([^\\s,]+)$`, "d"), at],
	[/^arp-#(\d+)$/d, unknown],
];

/** What 3.9 prints of ARP, which has no word before it. */
export function readOldArp(text: string, start: number): Arp | undefined {
	if (text === "truncated-arp")
		return { type: "arp", operation: "other", form: "3.9", text, start, end: start + text.length };
	const arp = readBy(old, text, start);
	return arp && readExactly({ read: () => ({ ...arp, form: "3.9" as const }), print: printArp }, text, start);
}

/** The text of ARP without its kinds of addresses. */
export function readArp(text: string, start: number): Arp {
	const [, body = "", digits] = /^(.*?)(?:, length (\d+))?$/s.exec(text)!;
	const length = digits === undefined ? undefined : fieldsOf(/(\d+)$/d, text, start)!.num(1);
	const where = { start, end: start + text.length };
	const arp = readBy(rules, body, start) ?? { type: "arp", operation: "other", text: body, ...where };
	return { ...arp, ...(length && { length }), ...where };
}

function readBy(list: readonly Rule[], text: string, start: number): Arp | undefined {
	for (const [pattern, build] of list) {
		const f = fieldsOf(pattern, text, start);
		if (f !== undefined) return build(f);
	}
	return undefined;
}

export function printArp(node: Arp): string {
	const hardware = node.hardware === undefined ? "" : `${node.hardware}, `;
	const length = node.length === undefined ? "" : `, length ${printNumber(node.length)}`;
	return `${hardware}${printBody(node)}${length}`;
}

function printBody(node: Arp): string {
	const early = node.form === "3.9";
	switch (node.operation) {
		case "request": {
			const mac = node.targetMac === undefined ? "" : ` (${printStation(node.targetMac)})`;
			const asked = `who-has ${printHost(node.target)}${mac} tell ${printHost(node.sender)}`;
			return `${early ? "arp" : "Request"} ${asked}`;
		}
		case "reply":
			return `${early ? "arp reply" : "Reply"} ${printHost(node.sender)} is-at ${printStation(node.senderMac)}`;
		case "reverse-request":
		case "inverse-request":
			return `${word(node)}${early ? "" : " Request"} who-is ${printStation(node.targetMac)} tell ${printStation(node.senderMac)}`;
		case "reverse-reply":
		case "inverse-reply":
			return `${word(node)} ${early ? "reply" : "Reply"} ${printStation(node.mac)} at ${printHost(node.address)}`;
		case "unknown":
			return early ? `arp-#${printNumber(node.number)}` : `Unknown (${printNumber(node.number)}) `;
		case "other":
			return node.text;
	}
}

function word({ operation, form }: ArpFields & { readonly operation: string }): string {
	const reverse = operation.startsWith("reverse");
	if (form === "3.9") return reverse ? "rarp" : "invarp";
	return reverse ? "Reverse" : "Inverse";
}
