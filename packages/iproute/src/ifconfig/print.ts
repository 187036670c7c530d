import { type LineNode, printAddress, printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import { printLinkAddress } from "../address/values.ts";
import type {
	Ifconfig,
	IfconfigCounter,
	IfconfigCounters,
	IfconfigDevice,
	IfconfigInet,
	IfconfigInet6,
	IfconfigInterface,
	IfconfigLine,
	IfconfigLink,
	IfconfigStatement,
	InterfaceTableRow,
} from "./ast.ts";
import { rowCells, rowGaps } from "./columns.ts";

/** Prints interfaces as `ifconfig` does. */
export function printIfconfig(ast: Ifconfig): string {
	return ast.statements.map(printStatement).join("");
}

export const TITLE = "Kernel Interface table";

function printStatement(node: IfconfigStatement): string {
	switch (node.type) {
		case "interface":
			return printLine(node, head(node)) + node.lines.map(line).join("");
		case "title":
			return printLine(node, TITLE);
		case "columns":
			return printLine(node, node.text);
		case "row":
			return printLine(node, row(node));
		case "blank":
			return printPlain(node);
		default:
			return line(node);
	}
}

function head(node: IfconfigInterface): string {
	if (node.layout === "flags") {
		const flags = `${node.name.value}: flags=${printNumber(node.flagBits!)}<${node.flags!.join(",")}>`;
		const metric = node.metric === undefined ? "" : `  metric ${printNumber(node.metric)}`;
		return `${flags}  mtu ${printNumber(node.mtu!)}${metric}`;
	}
	// `printf("%-9s Link encap:%s  ", name, title)`, `printf("HWaddr %s  ", …)`
	const start = `${node.name.value.padEnd(9)} Link encap:${node.encapsulation!.value}  `;
	return node.address === undefined ? start : `${start}HWaddr ${printLinkAddress(node.address)}  `;
}

/** How far each tool indents the lines of a block. */
export const indentOf = (layout: "flags" | "encap"): string => " ".repeat(layout === "flags" ? 8 : 10);

function line(node: IfconfigLine): string {
	if (node.type === "unparsed") return printPlain(node);
	const placed: LineNode = { ...node, indent: node.indent ?? indentOf(node.layout) };
	return printLine(placed, body(node) + trailingOf(node));
}

/** The blanks that a tool leaves at the end of a line. */
export function trailingOf(node: IfconfigLine | IfconfigInterface): string {
	if (node.type === "interface") return node.layout === "encap" ? "  " : "";
	if (node.type === "device") return node.layout === "flags" ? "  " : " ";
	// `collisions:0 txqueuelen:1000 `
	if (node.type === "counters")
		return node.layout === "encap" && node.counters[0]?.of === undefined ? " " : "";
	return "";
}

function body(node: Exclude<IfconfigLine, { type: "unparsed" }>): string {
	switch (node.type) {
		case "inet":
			return inet(node);
		case "inet6":
			return inet6(node);
		case "link":
			return link(node);
		case "state": {
			const flags = node.flags.length === 0 ? "[NO FLAGS]" : node.flags.join(" ");
			return `${flags}  MTU:${printNumber(node.mtu)}  Metric:${printNumber(node.metric)}`;
		}
		case "counters":
			return node.layout === "flags" ? counters(node) : encapCounters(node);
		case "device":
			return device(node);
	}
}

function inet({ layout, address, peer, broadcast, netmask }: IfconfigInet): string {
	const flags = layout === "flags";
	const words = [(flags ? "inet " : "inet addr:") + printAddress(address)];
	if (flags && netmask) words.push(`netmask ${printAddress(netmask)}`);
	if (flags && broadcast) words.push(`broadcast ${printAddress(broadcast)}`);
	if (peer) words.push((flags ? "destination " : "P-t-P:") + printAddress(peer));
	if (!flags && broadcast) words.push(`Bcast:${printAddress(broadcast)}`);
	if (!flags && netmask) words.push(`Mask:${printAddress(netmask)}`);
	return words.join("  ");
}

function inet6({ layout, address, length, scope, scopeId }: IfconfigInet6): string {
	const ip = printAddress(address);
	const bits = printNumber(length);
	if (layout === "encap") return `inet6 addr: ${ip}/${bits} Scope:${scope.value}`;
	return `inet6 ${ip}  prefixlen ${bits}  scopeid ${scopeId!.value}<${scope.value}>`;
}

function link({ kind, address, txqueuelen, title }: IfconfigLink): string {
	const words = [address === undefined ? kind.value : `${kind.value} ${printLinkAddress(address)}`];
	if (txqueuelen) words.push(`txqueuelen ${printNumber(txqueuelen)}`);
	return [...words, `(${title.value})`].join("  ");
}

const human = ({ human: text }: IfconfigCounter): string => (text === undefined ? "" : ` (${text})`);

function counters({ counters: all }: IfconfigCounters): string {
	const of = all[0]?.of;
	return all
		.map((each, at) => {
			// `TX errors 0  dropped 4 overruns 0  carrier 0`: one blank, in all releases.
			const gap =
				at === 0 ? (of === undefined ? "" : `${of} `) : of === "TX" && each.name === "overruns" ? " " : "  ";
			return `${gap}${each.name} ${printNumber(each)}${human(each)}`;
		})
		.join("");
}

function encapCounters({ counters: all }: IfconfigCounters): string {
	return all
		.map((each, at) => {
			const before = all[at - 1];
			// `RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)`
			const side = each.of === undefined || each.of === before?.of ? "" : `${each.of} `;
			const gap = before === undefined ? "" : side === "" ? " " : "  ";
			return `${gap}${side}${each.name}:${printNumber(each)}${human(each)}`;
		})
		.join("");
}

function device({ layout, values }: IfconfigDevice): string {
	const flags = layout === "flags";
	const words = values.map(({ name, value }) => name + (flags ? " " : ":") + value.value);
	return flags ? `device ${words.join("  ")}` : words.join(" ");
}

function row(node: InterfaceTableRow): string {
	const gaps = node.gaps ?? rowGaps(node);
	return rowCells(node)
		.map((cell, at) => (at === 0 ? "" : (gaps[at - 1] ?? " ")) + cell)
		.join("");
}
