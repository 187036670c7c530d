import { printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { EntryName, FileEntry, NamesRow, NetnsLsDump } from "./ast.ts";

/** Prints a listing as `ls` does. */
export function printNetnsLs(ast: NetnsLsDump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: NetnsLsDump["statements"][number]): string {
	switch (node.type) {
		case "names":
			return printLine(node, row(node));
		case "file":
			return printLine(node, file(node));
		case "total":
			return printLine(node, `total ${node.blocks.value}`);
		case "folder":
			return printLine(node, `${node.path.value}:`);
		default:
			return printPlain(node);
	}
}

function row({ names }: NamesRow): string {
	return names
		.map((name, index) => entryName(name) + (index === names.length - 1 ? "" : (name.gap ?? "  ")))
		.join("");
}

function file(node: FileEntry): string {
	const columns = [
		printNumber(node.links),
		node.owner,
		node.group,
		printNumber(node.size),
		node.date,
		entryName(node.name),
	];
	const text = columns.map((column, index) => (node.gaps?.[index] ?? " ") + column).join("");
	const inode = node.inode === undefined ? "" : `${printNumber(node.inode)} `;
	return inode + node.mode + text + (node.target === undefined ? "" : ` -> ${node.target}`);
}

function entryName({ value, quote }: EntryName): string {
	return quote === undefined ? value : quote + value + quote;
}
