import type { Word } from "@netfossil/core";
import type { Dhcp6, Dhcp6Option } from "../ast.ts";
import { readHost } from "../read/fields.ts";
import { printHost } from "./codec.ts";

/*
 * dhcp6  := "dhcp6 " MESSAGE [" (" ("xid=" HEX | "linkaddr=" ADDRESS " peeraddr=" ADDRESS) { " " option } [" [|dhcp6]"] ")"]
 * option := "(" NAME [" " TEXT] { " " option } ")"
 */

const HEAD =
	/^dhcp6 ([\w-]+)(?: \((?:xid=([0-9a-f]+)|linkaddr=([^\s()]+) peeraddr=([^\s()]+))(.*?)( \[\|dhcp6\])?\)|( \[\|dhcp6\]))?$/d;

export function readDhcp6(text: string, start: number): Dhcp6 | undefined {
	const match = HEAD.exec(text);
	if (match === null) return undefined;
	const word = (group: number): Word => {
		const [from, to] = match.indices![group]!;
		return { value: match[group]!, start: start + from, end: start + to };
	};
	const [, , transaction, linkAddress, peerAddress, list, within, alone] = match;
	const options = list === undefined || list === "" ? undefined : optionsOf(list);
	const rest = list !== undefined && list !== "" && options === undefined ? { rest: list } : {};
	const truncated = within ?? alone;
	const node: Dhcp6 = {
		type: "dhcp6",
		message: word(1),
		...(transaction !== undefined && { transaction: word(2) }),
		...(linkAddress !== undefined && { linkAddress: readHost(linkAddress, word(3).start) }),
		...(peerAddress !== undefined && { peerAddress: readHost(peerAddress, word(4).start) }),
		...(options && { options }),
		...rest,
		...(truncated !== undefined && { truncated }),
		start,
		end: start + text.length,
	};
	return printDhcp6(node) === text ? node : undefined;
}

/** Deeper than relays in a row may be, and shallow enough for the stack. */
const MAX_DEPTH = 32;

/** Options in parentheses, each after a blank; undefined where the parentheses do not match. */
function optionsOf(text: string, depth = 0): Dhcp6Option[] | undefined {
	if (depth > MAX_DEPTH) return undefined;
	const options: Dhcp6Option[] = [];
	let at = 0;
	while (at < text.length) {
		if (!text.startsWith(" (", at)) return undefined;
		const end = closing(text, at + 1);
		if (end === -1) return undefined;
		const body = text.slice(at + 2, end);
		const inner = body.indexOf(" (");
		const [name = "", ...words] = (inner === -1 ? body : body.slice(0, inner)).split(" ");
		const within = inner === -1 ? undefined : optionsOf(body.slice(inner), depth + 1);
		if (inner !== -1 && within === undefined) return undefined;
		options.push({
			name,
			...(words.length > 0 && { text: words.join(" ") }),
			...(within && { options: within }),
		});
		at = end + 1;
	}
	return options;
}

/** Where the parenthesis closes that opens at a place, or -1. */
function closing(text: string, open: number): number {
	let depth = 0;
	for (let at = open; at < text.length; at++) {
		if (text[at] === "(") depth++;
		else if (text[at] === ")" && --depth === 0) return at;
	}
	return -1;
}

export function printDhcp6(node: Dhcp6): string {
	const { message, transaction, linkAddress, peerAddress, options = [], rest = "", truncated = "" } = node;
	const first =
		transaction !== undefined
			? `xid=${transaction.value}`
			: linkAddress && peerAddress && `linkaddr=${printHost(linkAddress)} peeraddr=${printHost(peerAddress)}`;
	if (first === undefined) return `dhcp6 ${message.value}${truncated}`;
	return `dhcp6 ${message.value} (${first}${options.map(printOption).join("")}${rest}${truncated})`;
}

function printOption({ name, text, options = [] }: Dhcp6Option): string {
	return ` (${name}${text === undefined ? "" : ` ${text}`}${options.map(printOption).join("")})`;
}
