import { printLine, printPlain, trimBlanksEnd } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import { printLinkAddress } from "../address/values.ts";
import type { IpMaddrDump, IpMaddrStatement, MulticastGroup, MulticastInterface } from "./ast.ts";

/** How far the tool indents a group. */
export const INDENT = "\t";

/** Prints a dump as `ip maddr` does. */
export function printIpMaddr(ast: IpMaddrDump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: IpMaddrStatement): string {
	switch (node.type) {
		case "multicast-interface":
			return node.layout === "one-line"
				? oneLine(node)
				: [printLine(node, head(node)), ...node.groups.map(group)].join("");
		case "blank":
		case "unparsed":
			return printPlain(node);
		default:
			return group(node);
	}
}

const head = ({ index, separator = "\t", name }: MulticastInterface): string =>
	`${printNumber(index)}:${separator}${name.value}`;

const group = (node: MulticastGroup): string =>
	printLine(node.indent === undefined ? { ...node, indent: INDENT } : node, body(node));

/** `\tinet  %s`: the families are of one width. */
function body({ type, address, users, static: fixed, unknown }: MulticastGroup): string {
	const words = [type.padEnd(5), printLinkAddress(address)];
	if (users !== undefined) words.push("users", printNumber(users));
	if (fixed) words.push("static");
	if (unknown !== undefined) words.push(unknown.text);
	return words.join(" ");
}

function oneLine(node: MulticastInterface): string {
	const rows = node.groups.map((each) => {
		const text = body(each);
		return (
			(each.indent ?? INDENT) + (each.trailing === undefined ? text : trimBlanksEnd(text) + each.trailing)
		);
	});
	return [printLine({ ...node, eol: "" }, head(node)), ...rows].join("\\") + (node.eol ?? "\n");
}
