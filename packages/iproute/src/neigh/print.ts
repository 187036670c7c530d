import { printLine, printPlain } from "@netfossil/core";
import { host } from "../fields.ts";
import type { IpNeighDump, Neighbour } from "./ast.ts";
import { printBrief } from "./brief.ts";
import { NEIGH } from "./fields.ts";

/** Prints neighbours as `ip neigh` does: each field brings the blank after it along. */
export function printIpNeigh(ast: IpNeighDump): string {
	return ast.statements
		.map((node) =>
			node.type === "neighbour"
				? printLine(node, node.brief ? printBrief(node) : line(node))
				: printPlain(node),
		)
		.join("");
}

function line(node: Neighbour): string {
	const fields = `${NEIGH.print(node)} `;
	return node.address === undefined ? fields.slice(1) : host.print(node.address) + fields;
}
