import { printLine, printPlain } from "@netfossil/core";
import type {
	DockerJson,
	JsonArray,
	JsonDocument,
	JsonElement,
	JsonFragment,
	JsonMember,
	JsonObject,
	JsonStatement,
	JsonUnparsed,
	JsonValue,
} from "../ast.ts";
import { printError } from "../errors.ts";
import { outlineBody } from "../outline.ts";
import { type Layout, layoutOf } from "./layout.ts";

/** Prints a document, or what was left of one, as docker did. */
export function printJson(ast: DockerJson): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: JsonStatement): string {
	switch (node.type) {
		case "document":
		case "fragment":
			return printLaidOut(node);
		case "close":
			return printLine(node, node.bracket + (node.separator ?? ""));
		case "setting":
		case "item":
			return printLine(node, outlineBody(node));
		case "error":
			return printError(node);
		default:
			return printPlain(node);
	}
}

/** Prints a document or fragment in its layout. */
export function printLaidOut(node: JsonDocument | JsonFragment): string {
	const out: string[] = [node.indent ?? ""];
	printElement(node.type === "document" ? node.value : node.member, layoutOf(node), 0, out);
	out.push(node.separator ?? "", node.trailing ?? "", node.eol ?? "\n");
	return out.join("");
}

function printElement(
	node: JsonValue | JsonMember | JsonUnparsed,
	layout: Layout,
	depth: number,
	out: string[],
): void {
	switch (node.type) {
		case "object":
			printContainer(node, "{", node.members, "}", layout, depth, out);
			break;
		case "array":
			printContainer(node, "[", node.items, "]", layout, depth, out);
			break;
		case "member":
			printElement(node.key, layout, depth, out);
			out.push(node.colon ?? layout.colon);
			if (node.value !== undefined) printElement(node.value, layout, depth, out);
			break;
		case "string":
			out.push(node.text ?? JSON.stringify(node.value));
			break;
		case "unparsed":
			out.push(node.text);
			break;
		case "number":
			out.push(node.text ?? String(node.value));
			break;
		case "boolean":
			out.push(String(node.value));
			break;
		default:
			out.push("null");
	}
}

function printContainer(
	node: JsonObject | JsonArray,
	open: string,
	elements: readonly (JsonElement & (JsonValue | JsonMember | JsonUnparsed))[],
	close: string,
	layout: Layout,
	depth: number,
	out: string[],
): void {
	out.push(open);
	elements.forEach((element, index) => {
		out.push(element.before ?? layout.gap(depth + 1));
		printElement(element, layout, depth + 1, out);
		out.push(element.separator ?? (index < elements.length - 1 ? "," : ""));
	});
	if (node.cut) return;
	out.push(node.close ?? (elements.length > 0 ? layout.gap(depth) : ""), close);
}
