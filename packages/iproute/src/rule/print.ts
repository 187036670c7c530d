import { printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { IpRuleDump, Rule } from "./ast.ts";
import { RULE } from "./fields.ts";

/** Prints rules as `ip rule` does: `%u:\t`, then the fields. */
export function printIpRule(ast: IpRuleDump): string {
	return ast.statements
		.map((node) => (node.type === "rule" ? printLine(node, rule(node)) : printPlain(node)))
		.join("");
}

const rule = (node: Rule): string =>
	`${printNumber(node.priority)}:${node.separator ?? "\t"}${RULE.print(node).slice(1)}`;
