import { printAddress, printLine, printPlain, printPort } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Attribute, Connection, ConntrackDump, NamedNumber, Tuple } from "./ast.ts";

/** Prints connections as `conntrack -L` does. */
export function printConntrack(ast: ConntrackDump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: ConntrackDump["statements"][number]): string {
	switch (node.type) {
		case "connection":
			return printLine(node, printConnection(node));
		case "summary": {
			const { version, count } = node;
			const shown = `${printNumber(count)} flow entries have been shown.`;
			return printLine(node, `conntrack v${version.value} (conntrack-tools): ${shown}`);
		}
		default:
			return printPlain(node);
	}
}

/** "%-8s %u " of family and protocol, then words with one blank between them. */
function printConnection(node: Connection): string {
	const words = node.event ? [`[${node.event.value}]`] : [];
	if (node.family) words.push(named(node.family));
	words.push(named(node.protocol));
	if (node.timeout) words.push(printNumber(node.timeout));
	if (node.state) words.push(node.state.value);
	words.push(tuple(node.original));
	if (node.unreplied) words.push(node.unreplied.value);
	words.push(tuple(node.reply), ...node.attributes.map(attribute));
	return words.join(" ");
}

function named({ name, number }: NamedNumber): string {
	return `${name.value.padEnd(8)} ${printNumber(number)}`;
}

function tuple({ source, destination, sourcePort, destinationPort, icmp, keys, counters }: Tuple): string {
	const words = [`src=${printAddress(source)}`, `dst=${printAddress(destination)}`];
	if (sourcePort) words.push(`sport=${printPort(sourcePort)}`);
	if (destinationPort) words.push(`dport=${printPort(destinationPort)}`);
	if (icmp) {
		const { type, code, id } = icmp;
		words.push(`type=${printNumber(type)}`, `code=${printNumber(code)}`, `id=${printNumber(id)}`);
	}
	if (keys) words.push(`srckey=${printNumber(keys.source)}`, `dstkey=${printNumber(keys.destination)}`);
	if (counters)
		words.push(`packets=${printNumber(counters.packets)}`, `bytes=${printNumber(counters.bytes)}`);
	return words.join(" ");
}

function attribute(node: Attribute): string {
	switch (node.type) {
		case "flag":
			return `[${node.name}]`;
		case "text":
			return node.text;
		default:
			return `${node.type}=${printNumber(node.value)}`;
	}
}
