import { printAddress, printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { BrctlBridge, BrctlMac, BrctlShow, BrctlStatement, StpValue, StpValues } from "./ast.ts";

export const TITLES = {
	bridges: "bridge name\tbridge id\t\tSTP enabled\tinterfaces",
	macs: "port no\tmac addr\t\tis local?\tageing timer",
} as const;

/** `printf("%s\t\t", name)`, the id, `printf("\t%s\t\t", stp_enabled ? "yes" : "no")` */
export const BRIDGE_GAPS: readonly string[] = ["\t\t", "\t", "\t\t"];
/** A bridge without ports keeps the tabs before them. */
export const BRIDGE_TRAILING = "\t\t";
export const PORT_INDENT = "\t\t\t\t\t\t\t";
export const MAC_WIDTH = 3;

/** `printf("%3i\t", port_no)`, the address, `printf("\t%s\t\t", …)`, `printf("%4i.%.2i", …)` */
export const MAC_GAPS = (ageing: string): readonly string[] => [
	"\t",
	"\t",
	`\t\t${" ".repeat(7)}`.slice(0, 9 - ageing.length),
];

/** Prints what `brctl show`, `showmacs` and `showstp` print. */
export function printBrctlShow(ast: BrctlShow): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: BrctlStatement): string {
	switch (node.type) {
		case "header":
			return printLine(node, node.text ?? TITLES[node.of]);
		case "bridge":
			return bridge(node);
		case "port":
			return printLine({ ...node, indent: node.indent ?? PORT_INDENT }, node.name.value);
		case "mac-entry":
			return mac(node);
		case "stp-bridge":
			return printLine(node, node.name.value);
		case "stp-port":
			return printLine(node, `${node.name.value} (${printNumber(node.number)})`);
		case "stp-values":
			return printLine({ ...node, indent: node.indent ?? " " }, stpValues(node));
		default:
			return printPlain(node);
	}
}

function bridge(node: BrctlBridge): string {
	const [first, ...others] = node.ports;
	const cells = [node.name.value, node.id.value, node.stp.value];
	if (first !== undefined) cells.push(first.name.value);
	const text = join(cells, node.gaps ?? BRIDGE_GAPS);
	return (
		printLine(node, first === undefined ? text + BRIDGE_TRAILING : text) + others.map(printStatement).join("")
	);
}

function mac(node: BrctlMac): string {
	const port = printNumber(node.port);
	const ageing = printNumber(node.ageing);
	const cells = [port, printAddress(node.address), node.local.value, ageing];
	const line = { ...node, indent: node.indent ?? " ".repeat(Math.max(0, MAC_WIDTH - port.length)) };
	return printLine(line, join(cells, node.gaps ?? MAC_GAPS(ageing)));
}

const join = (cells: readonly string[], gaps: readonly string[]): string =>
	cells.map((cell, at) => (at === 0 ? "" : (gaps[at - 1] ?? "\t")) + cell).join("");

function stpValues({ values, gaps }: StpValues): string {
	const own = gaps ?? stpGaps(values);
	const cells = values.flatMap(({ name, value }) => (value.value === "" ? [name] : [name, value.value]));
	return join(cells, own) + stpTrailing(values);
}

/** The tabs before a value that is not there stay; behind flags there is a blank. */
export function stpTrailing(values: readonly StpValue[]): string {
	const last = values.at(-1);
	if (last?.name !== "flags") return "";
	return last.value.value === "" ? "\t\t\t" : " ";
}

/** The columns in which values and the second name of a line begin. */
const COLUMNS = [24, 48, 72];

/** What stands between the cells of a line: tabs up to the next column, and blanks before numbers. */
export function stpGaps(values: readonly StpValue[]): string[] {
	const gaps: string[] = [];
	let at = 1;
	let column = 0;
	const to = (target: number): string => {
		const tabs = Math.max(1, Math.ceil((target - at) / 8));
		at = (Math.floor(at / 8) + tabs) * 8;
		return "\t".repeat(tabs);
	};
	for (const { name, value } of values) {
		if (column > 0) gaps.push(to(COLUMNS[column++]!));
		at += name.length;
		// `state\t\t%15s`: to the column before the others' values.
		const tabs = to(COLUMNS[column++]! - (name === "state" ? 8 : 0));
		if (value.value !== "")
			gaps.push(tabs + " ".repeat(Math.max(0, stpWidth(name, value.value) - value.value.length)));
		at += Math.max(stpWidth(name, value.value), value.value.length);
	}
	return gaps;
}

/** `%15s` of a state, `%4i.%.2i` of a time, `%4i` of a number. */
function stpWidth(name: string, value: string): number {
	if (name === "state") return 15;
	return /^\d+\.\d\d$/.test(value) ? 7 : /^\d+$/.test(value) ? 4 : 0;
}
