import { printNumber } from "@netfossil/core/grammar";
import type { InterfaceTableRow } from "./ast.ts";

/** The columns of numbers of `ifconfig -s` and `netstat -i`. */
export const COUNTER_TITLES: readonly string[] = [
	"RX-OK",
	"RX-ERR",
	"RX-DRP",
	"RX-OVR",
	"TX-OK",
	"TX-ERR",
	"TX-DRP",
	"TX-OVR",
];

export const SILENT = "- no statistics available -";

/** `printf("%-15s %5d %8llu %6llu %6llu %-6llu %8llu %6llu %6llu %6llu ", …)`; below zero: filled up at the right. */
const WIDTHS = [-15, 5, 8, 6, 6, -6, 8, 6, 6, 6];

/** The cells of a row. */
export function rowCells(node: InterfaceTableRow): string[] {
	const { counters, metric } = node;
	return [
		node.name.value,
		printNumber(node.mtu),
		...(metric === undefined ? [] : [printNumber(metric)]),
		...(counters === undefined ? [SILENT] : counters.map(printNumber)),
		node.flags.value,
	];
}

/** What net-tools 2 puts between the cells of a row. */
export function rowGaps(node: InterfaceTableRow): string[] {
	const cells = rowCells(node);
	if (node.counters === undefined) {
		const name = " ".repeat(Math.max(0, 15 - cells[0]!.length) + 1 + Math.max(0, 5 - cells[1]!.length));
		return node.metric === undefined ? [name, " ".repeat(6), " ".repeat(24)] : [];
	}
	return cells.slice(1).map((cell, at) => {
		const left = WIDTHS[at]!;
		const right = WIDTHS[at + 1] ?? 0;
		const behind = left < 0 ? Math.max(0, -left - cells[at]!.length) : 0;
		const before = right > 0 ? Math.max(0, right - cell.length) : 0;
		return " ".repeat(behind + 1 + before);
	});
}
