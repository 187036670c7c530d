import { printLine, printPlain } from "@netfossil/core";
import type { SysctlDump } from "./ast.ts";

/** Prints settings as `sysctl -a` does: "%s = %s". */
export function printSysctl(ast: SysctlDump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: SysctlDump["statements"][number]): string {
	switch (node.type) {
		case "setting": {
			const separator = node.separator ?? (node.value.value === "" ? " =" : " = ");
			return printLine(node, node.key.value + separator + node.value.value);
		}
		case "notice":
			return printLine(node, node.text);
		default:
			return printPlain(node);
	}
}
