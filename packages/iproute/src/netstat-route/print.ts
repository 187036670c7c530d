import { printAddress, printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { NetstatRoute, NetstatRouteStatement, RouteRow } from "./ast.ts";
import { type Column, joinCells, LAYOUTS } from "./columns.ts";

/** Prints tables of routes as `route` and `netstat -r` do. */
export function printNetstatRoute(ast: NetstatRoute): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: NetstatRouteStatement): string {
	switch (node.type) {
		case "title":
			return printLine(node, `Kernel ${node.family === 4 ? "IP" : "IPv6"} routing ${node.of}`);
		case "columns":
			return printLine(node, LAYOUTS[node.layout].titles);
		case "route": {
			const cells = LAYOUTS[node.layout].columns.map(([column]) => cell(node, column));
			return printLine(node, joinCells(node.layout, cells));
		}
		default:
			return printPlain(node);
	}
}

function cell(node: RouteRow, column: Column): string {
	const value = node[column];
	if (value === undefined || value === "-") return "-";
	if (!("type" in value)) return typeof value.value === "number" ? printNumber(value as never) : value.value;
	return value.type === "name" ? value.value : printAddress(value);
}
