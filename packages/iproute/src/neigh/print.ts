import { printLine, printPlain } from "@netfossil/core";
import { host } from "../fields.ts";
import type { IpNeighDump } from "./ast.ts";
import { NEIGH } from "./fields.ts";

/** Prints neighbours as `ip neigh` does: each field brings the blank after it along. */
export function printIpNeigh(ast: IpNeighDump): string {
	return ast.statements
		.map((node) =>
			node.type === "neighbour"
				? printLine(node, `${host.print(node.address)}${NEIGH.print(node)} `)
				: printPlain(node),
		)
		.join("");
}
