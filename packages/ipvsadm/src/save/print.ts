import { printLine, printPlain } from "@netfossil/core";
import type { IpvsadmSave, SaveCommand, SaveStatement } from "../ast.ts";
import { actionOf, OPTIONS, type Option, optionOf } from "./options.ts";

/** Prints a table as `ipvsadm -S` does, and commands as they were written. */
export function printSave(ast: IpvsadmSave): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: SaveStatement): string {
	switch (node.type) {
		case "service":
		case "real-server":
		case "removal":
			return printLine(node, commandBody(node));
		case "comment":
		case "error":
			return printLine(node, node.text);
		default:
			return printPlain(node);
	}
}

/** A command without what stands around it on its line. */
export function commandBody(node: SaveCommand): string {
	const words = node.options === undefined ? usualWords(node) : writtenWords(node, node.options);
	return (node.command ?? "") + words.join(" ");
}

function usualWords(node: SaveCommand): string[] {
	const words = OPTIONS.flatMap((option) => word(option, undashed(node, option) ?? option.short, node));
	return [actionOf(node).short, ...words];
}

function writtenWords(node: SaveCommand, [action, ...options]: readonly string[]): string[] {
	const words = options.flatMap((written) => {
		const option = optionOf(written);
		return option === undefined ? [] : word(option, written, node);
	});
	return [action ?? actionOf(node).short, ...words];
}

function word(option: Option, written: string, node: SaveCommand): string[] {
	const value = option.value(node);
	if (value === undefined) return [];
	if (value === "") return [written];
	return [written.endsWith("=") ? written + value : `${written} ${value}`];
}

/** ipvsadm 1.26 saved two options without their dashes. */
function undashed(node: SaveCommand, { short }: Option): string | undefined {
	if (node.type !== "service") return undefined;
	if (short === "--pe" && node.undashed?.includes("pe")) return "pe";
	return short === "-o" && node.undashed?.includes("ops") ? "ops" : undefined;
}
