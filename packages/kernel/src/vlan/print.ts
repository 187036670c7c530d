import { printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { VlanDump } from "./ast.ts";

/** Prints VLANs as the kernel does: "%-15s| %-4d | %s". */
export function printVlan(ast: VlanDump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: VlanDump["statements"][number]): string {
	switch (node.type) {
		case "vlan": {
			const id = printNumber(node.id).padEnd(4);
			return printLine(node, `${node.name.value.padEnd(15)}| ${id} | ${node.lower.value}`);
		}
		case "title":
			return printLine(node, "VLAN Dev name\t | VLAN ID");
		case "naming":
			return printLine(node, `Name-Type: ${node.naming.value}`);
		default:
			return printPlain(node);
	}
}
