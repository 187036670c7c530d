import { printLine, printPlain, trimBlanksEnd } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import { printName } from "../address/values.ts";
import { printPairs } from "../pairs.ts";
import { INDENT } from "../rows.ts";
import type { BridgeLink, BridgeLinkStatement, BridgePort, BridgePortDetails, PortWord } from "./ast.ts";
import { PORT_WORDS } from "./words.ts";

/** Prints ports as `bridge link` does. */
export function printBridgeLink(ast: BridgeLink): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: BridgeLinkStatement): string {
	switch (node.type) {
		case "port": {
			const below = node.details === undefined ? "" : detailsLine(node.details);
			if (node.layout === undefined) return printLine(node, port(node)) + below;
			const head = node.trailing === undefined ? port(node) : trimBlanksEnd(port(node)) + node.trailing;
			return `${node.indent ?? ""}${head}\\${below.slice(0, -1)}${node.eol ?? "\n"}`;
		}
		case "details":
			return detailsLine(node);
		default:
			return printPlain(node);
	}
}

function port(node: BridgePort): string {
	const words = [`${head(node)}: <${node.flags.join(",")}>`];
	const unknown = (after: PortWord | undefined): void => {
		for (const each of node.unknown ?? []) if (each.after === after) words.push(each.text);
	};
	unknown(undefined);
	for (const word of PORT_WORDS) {
		const value = node[word];
		if (value === undefined) continue;
		words.push(word, typeof value.value === "number" ? printNumber(value as never) : value.value);
		unknown(word);
	}
	return words.join(" ") + again(node);
}

function head(node: BridgePort): string {
	const index = printNumber(node.index);
	if (node.operstate === undefined) return `${index}: ${printName(node)}`;
	const end = printName({ ...node, name: { ...node.name, value: "" } });
	return `${index}: ${node.name.value} state ${node.operstate.value} ${end}`;
}

function detailsLine(node: BridgePortDetails): string {
	const line = { ...node, indent: node.indent ?? INDENT.property };
	return printLine(line, printPairs(node.attributes) + again(node));
}

const again = ({ nameAgain }: BridgePort | BridgePortDetails): string => ` ${nameAgain?.value ?? ""}`;

/** Each word brings the blank after it along; the name that some releases print again does not. */
export function trailingOf({ nameAgain }: BridgePort | BridgePortDetails): string {
	return nameAgain === undefined ? " " : "";
}
