import { printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { IpNetnsDump } from "./ast.ts";

/** Prints a list as `ip netns` does. */
export function printIpNetns(ast: IpNetnsDump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: IpNetnsDump["statements"][number]): string {
	switch (node.type) {
		case "namespace": {
			const id = node.id === undefined ? "" : ` (id: ${printNumber(node.id)})`;
			return printLine(node, node.name.value + id);
		}
		case "nsid": {
			const name = node.name === undefined ? "" : ` (iproute2 netns name: ${node.name.value})`;
			return printLine(node, `nsid ${printNumber(node.id)}${name}`);
		}
		default:
			return printPlain(node);
	}
}
