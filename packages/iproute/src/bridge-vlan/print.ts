import { printLine, printPlain } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import { printPairs } from "../pairs.ts";
import type { BridgeVlan, BridgeVlanStatement, Vlan, VlanCounters, VlanDetails, VlanPort } from "./ast.ts";

/** `printf("%-*s  ", IFNAMSIZ, name)` */
export const NAME_WIDTH = 18;
/** `printf("%-9s  ", …)` of a VLAN before its tunnel. */
export const TUNNEL_COLUMN = 11;
export const VLAN_INDENT: string = " ".repeat(NAME_WIDTH);
export const BELOW_INDENT: string = " ".repeat(NAME_WIDTH + 2);
/** Each word of the details brings the blank after it along. */
export const detailsTrailing = " ";

/** Prints VLANs as `bridge vlan` does. */
export function printBridgeVlan(ast: BridgeVlan): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: BridgeVlanStatement): string {
	switch (node.type) {
		case "header":
		case "error":
			return printLine(node, node.text);
		case "port":
			return port(node);
		case "vlan":
			return vlan(node);
		case "counters":
		case "details":
			return below(node);
		default:
			return printPlain(node);
	}
}

function port(node: VlanPort): string {
	const name = node.name.value + (node.gap ?? " ".repeat(Math.max(0, NAME_WIDTH - node.name.value.length)));
	const [first, ...others] = node.vlans;
	if (first === undefined) return printLine(node, `${name}None`);
	return (node.indent ?? "") + name + vlan({ ...first, indent: "" }) + others.map(vlan).join("");
}

function vlan(node: Vlan): string {
	const line = { ...node, indent: node.indent ?? VLAN_INDENT };
	return printLine(line, vlanWords(node)) + (node.below ?? []).map(below).join("");
}

function vlanWords(node: Vlan): string {
	const range = printNumber(node.id) + (node.last === undefined ? "" : `-${printNumber(node.last)}`);
	let text = [range, ...node.flags].join(" ");
	if (node.tunnel !== undefined) {
		text += node.tunnelGap ?? " ".repeat(Math.max(1, TUNNEL_COLUMN - range.length));
		text += printNumber(node.tunnel);
		if (node.lastTunnel !== undefined) text += `-${printNumber(node.lastTunnel)}`;
	}
	return node.unknown === undefined ? text : `${text} ${node.unknown.text}`;
}

function below(node: VlanCounters | VlanDetails): string {
	const line = { ...node, indent: node.indent ?? BELOW_INDENT };
	if (node.type === "details") return printLine(line, printPairs(node.attributes) + detailsTrailing);
	return printLine(line, `${node.of}: ${printNumber(node.bytes)} bytes ${printNumber(node.packets)} packets`);
}
