import { type Blank, type LineNode, type Num, printAddress, type Unparsed, type Word } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import { INDENT } from "../rows.ts";
import type {
	AddressOfInterface,
	Attribute,
	BlockLine,
	BriefAddress,
	BriefInterface,
	Details,
	Interface,
	InterfaceAddress,
	IpAddressDump,
	IpAddressStatement,
	Lifetime,
	Link,
	Property,
	UnknownAttribute,
} from "./ast.ts";
import { printCounters } from "./columns.ts";
import { formatOf } from "./details.ts";
import { printFunction } from "./functions.ts";
import { HEAD_FIELDS } from "./parser.ts";
import { printLinkAddress, printName, printValue } from "./values.ts";

/** A line of a block, or what `ip -o` prints in place of one. */
interface PrintedLine {
	readonly text: string;
	readonly eol: string;
}

/** Prints a dump as `ip addr` and `ip link` do. */
export function printIpAddress(ast: IpAddressDump): string {
	return ast.statements.map(printStatement).join("");
}

function printStatement(node: IpAddressStatement): string {
	switch (node.type) {
		case "interface":
			return node.layout === "one-line" ? oneLine(interfaceLines(node), node) : asLines(interfaceLines(node));
		case "address-of-interface":
			return addressOfInterface(node);
		case "brief":
			return asLines([line(node, INDENT.head, brief(node))]);
		case "link":
			return asLines(linkLines(node));
		case "inet":
		case "inet6":
			return asLines(addressLines(node));
		case "lifetime":
			return asLines(lifetimeLines(node));
		case "blank":
		case "unparsed":
			return asLines([plain(node)]);
		default:
			return asLines(propertyLines(node));
	}
}

const asLines = (lines: readonly PrintedLine[]): string => lines.map(({ text, eol }) => text + eol).join("");

const oneLine = (lines: readonly PrintedLine[], node: LineNode): string =>
	lines.map(({ text }) => text).join("\\") + (node.eol ?? "\n");

/** A line with its indentation, which is the node's own or the tool's. */
function line(node: LineNode, indent: string, body: string): PrintedLine {
	const content = node.trailing === undefined ? body : body.replace(/[ \t]+$/, "") + node.trailing;
	return { text: (node.indent ?? indent) + content, eol: node.eol ?? "\n" };
}

const plain = (node: Blank | Unparsed): PrintedLine => line(node, "", node.text ?? "");

const rest = (node: BlockLine): PrintedLine[] => (node.rest ?? []).map(plain);

function interfaceLines(node: Interface): PrintedLine[] {
	return [
		line(node, INDENT.head, head(node)),
		...rest(node),
		...(node.link === undefined ? [] : linkLines(node.link)),
		...(node.properties ?? []).flatMap(propertyLines),
		...node.addresses.flatMap(addressLines),
		...(node.statistics ?? []).flatMap(propertyLines),
	];
}

function head(node: Interface): string {
	const words = [`${printNumber(node.index)}: ${printName(node)}: <${node.flags.join(",")}>`];
	const unknown = (after: string | undefined): void => {
		for (const each of node.unknown ?? []) if (each.after === after) words.push(each.text);
	};
	unknown(undefined);
	for (const field of HEAD_FIELDS) {
		const value = node[field];
		if (value === undefined) continue;
		if (field !== "xdp") words.push(field);
		words.push(isNumber(value) ? printNumber(value) : value.value);
		unknown(field);
	}
	const netns = netnsWords(node);
	// Since 4.14 each field but `qlen` brings the blank after it along, `link-netns` the one before it.
	if (node.qlen === undefined) words.push("");
	words.push(...netns);
	unknown("link-netns");
	if (node.attributes === undefined) return words.join(" ");
	const late = words.join(" ") + attributes(undefined, node.attributes) + headTrailing(node);
	const rest = (node.unknown ?? []).filter(({ after }) => after === "attributes");
	return [late, ...rest.map(({ text }) => text)].join("");
}

export function headTrailing(node: Interface): string {
	if (node.attributes !== undefined) return " ";
	return node.qlen === undefined && netnsWords(node).length === 0 ? " " : "";
}

function netnsWords({ netnsid, netnsName }: Pick<Link, "netnsid" | "netnsName">): string[] {
	if (netnsName !== undefined) return ["link-netns", netnsName.value];
	if (netnsid === undefined) return [];
	return ["link-netnsid", netnsid === "unknown" ? netnsid : printNumber(netnsid)];
}

const isNumber = (value: Word | Num): value is Num => typeof value.value === "number";

function linkLines(node: Link): PrintedLine[] {
	const words = [`link/${node.kind.value}`];
	if (node.address) words.push(printLinkAddress(node.address));
	if (node.broadcast) words.push("brd", printLinkAddress(node.broadcast));
	if (node.peer) words.push("peer", printLinkAddress(node.peer));
	if (node.permaddr) words.push("permaddr", printLinkAddress(node.permaddr));
	words.push(...netnsWords(node));
	const text = words.join(" ") + attributes(undefined, node.attributes ?? []) + linkTrailing(node);
	return [line(node, INDENT.property, text), ...rest(node)];
}

/** An absent address leaves the blank before it, an attribute brings the blank after it. */
export function linkTrailing(node: Link): string {
	return node.attributes !== undefined || node.address === undefined ? " " : "";
}

function attributes(kind: string | undefined, nodes: readonly (Attribute | UnknownAttribute)[]): string {
	return nodes
		.map((node) => " ".repeat(node.gap ?? 1) + (node.type === "unparsed" ? node.text : attribute(kind, node)))
		.join("");
}

function attribute(kind: string | undefined, { name, values }: Attribute): string {
	const texts = values.map(printValue);
	switch (name) {
		case "flags":
			return `<${texts.join(",")}>`;
		case "flowinfo":
			return `(flowinfo ${texts.join(" ")})`;
		case "berr-counter":
			return `(berr-counter tx ${texts.join(" rx ")})`;
		case "remotes":
			return [`remotes (${texts.length})`, ...texts].join(" ");
	}
	switch (formatOf(kind, name)?.[0]) {
		case "<%s>":
			return `${name} <${texts.join(",")}>`;
		case "{ %s }":
			return [name, "{", ...texts, "}"].join(" ");
		case "%a,":
			return `${name} ${texts.join(",")}`;
		case "%7.2f":
			// `hello_timer    0.00 forward_delay_timer   10.92`
			return [name, ...texts.map((text) => text.padStart(7))].join(" ");
		default:
			return [name, ...texts].join(" ");
	}
}

function propertyLines(node: Property): PrintedLine[] {
	switch (node.type) {
		case "details": {
			const text = `${node.kind?.value ?? ""}${attributes(node.kind?.value, node.attributes)} `;
			return [line(node, detailsIndent(node), node.kind === undefined ? text.slice(1) : text), ...rest(node)];
		}
		case "alias":
			return [line(node, INDENT.property, `alias ${node.text}`), ...rest(node)];
		case "altname":
			return [line(node, INDENT.property, `altname ${node.name.value}`), ...rest(node)];
		case "vf":
			return [line(node, INDENT.property, printFunction(node)), ...rest(node)];
		case "statistics": {
			const lines = [line(node, INDENT.property, node.titles), ...rest(node)];
			const { counters } = node;
			if (counters === undefined) return lines;
			const numbers = printCounters(node, counters.counters);
			return [...lines, line(counters, node.indent ?? INDENT.property, numbers), ...rest(counters)];
		}
	}
}

/** A line that goes on with the details above it (`ingress-qos-map { 1:2 }`) is indented deeper. */
export function detailsIndent(node: Details): string {
	return node.kind === undefined ? INDENT.more : INDENT.property;
}

function addressLines(node: InterfaceAddress): PrintedLine[] {
	const lines = [line(node, INDENT.property, address(node)), ...rest(node)];
	return node.lifetime === undefined ? lines : [...lines, ...lifetimeLines(node.lifetime)];
}

function address(node: InterfaceAddress): string {
	const words = [node.type, addressPair(node)];
	if (node.metric) words.push("metric", printNumber(node.metric));
	if (node.broadcast) words.push("brd", printAddress(node.broadcast));
	if (node.anycast) words.push("any", printAddress(node.anycast));
	if (node.multicast) words.push("mcast", printAddress(node.multicast));
	words.push("scope", node.scope.value, ...node.flags);
	if (node.flagBits !== undefined) words.push("flags", node.flagBits);
	if (node.proto) words.push("proto", node.proto.value);
	if (node.label) words.push(node.label.value);
	return words.join(" ") + addressTrailing(node);
}

/** The label ends the line; without one the blank before it stays. */
export function addressTrailing(node: InterfaceAddress): string {
	return node.label === undefined ? " " : "";
}

function addressPair({ address, peer }: Pick<BriefAddress, "address" | "peer">): string {
	return peer === undefined ? printAddress(address) : `${printAddress(address)} peer ${printAddress(peer)}`;
}

function lifetimeLines(node: Lifetime): PrintedLine[] {
	const text = `valid_lft ${time(node.valid)} preferred_lft ${time(node.preferred)}`;
	return [line(node, INDENT.lifetime, text), ...rest(node)];
}

const time = (value: Lifetime["valid"]): string => (value === "forever" ? value : `${printNumber(value)}sec`);

function addressOfInterface(node: AddressOfInterface): string {
	const start = `${node.indent ?? ""}${printNumber(node.index)}: ${node.name.value}`;
	return start + oneLine(addressLines(node.address), node);
}

/** print_brief: `"%-16s %-14s "`, then each address or the link address and the flags, each with a blank. */
function brief(node: BriefInterface): string {
	const words = [padded(printName(node), NAME), node.state.value.padEnd(STATE)];
	for (const each of node.addresses ?? []) {
		words.push(addressPair(each));
		if (each.metric) words.push("metric", printNumber(each.metric));
	}
	if (node.link) words.push(printLinkAddress(node.link));
	if (node.flags) words.push(`<${node.flags.join(",")}>`);
	return `${words.join(" ")} `;
}
const NAME = 16;
const STATE = 14;

/** `%-16s`: printf counts bytes, of which `ä` has two. */
function padded(text: string, width: number): string {
	const bytes = /^[ -~]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
	return text + " ".repeat(Math.max(0, width - bytes));
}

/** The blanks that the columns leave at the end of the line, more of them where nothing follows the state. */
export function briefTrailing({ addresses, link, flags, state }: BriefInterface): string {
	const isLast = !addresses?.length && link === undefined && flags === undefined;
	return isLast ? " ".repeat(Math.max(0, STATE - state.value.length) + 1) : " ";
}
