import { printLine, printPlain } from "@netfossil/core";
import type { BondingDump } from "./ast.ts";

/** Prints the state of a bond as the kernel does. */
export function printBonding(ast: BondingDump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: BondingDump["statements"][number]): string {
	switch (node.type) {
		case "field":
			return printLine(node, `${node.key.value}: ${node.value.value}`);
		case "heading":
			return printLine(node, node.text);
		default:
			return printPlain(node);
	}
}
