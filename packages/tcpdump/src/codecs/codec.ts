import { type IpAddress, printAddress } from "@netfossil/core";
import type { HostName, Station } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/** How the text of one node is read, and printed. */
export interface Codec<Node> {
	readonly read: (text: string, start: number) => Node | undefined;
	readonly print: (node: Node) => string;
}

/** Reads a text; undefined also where the node would not print as the text stands. */
export function readExactly<Node>(
	{ read, print }: Codec<Node>,
	text: string,
	start: number,
): Node | undefined {
	const node = read(text, start);
	return node !== undefined && print(node) === text ? node : undefined;
}

/** The fields of an expression that fits the whole text. */
export function fieldsOf(pattern: RegExp, text: string, start: number): Fields | undefined {
	const match = pattern.exec(text);
	return match === null ? undefined : new Fields(match, start);
}

export const MAC = "[0-9a-f]{2}(?::[0-9a-f]{2}){5}";
/** A station's address, and who made it. */
export const STATION: string = `(${MAC}|Broadcast)(?: \\(oui ([^()\\r\\n]*)\\))?`;

export function printHost(node: IpAddress | HostName): string {
	return node.type === "name" ? node.value : printAddress(node);
}

export function printStation({ mac, oui }: Station): string {
	return oui === undefined ? printAddress(mac) : `${printAddress(mac)} (oui ${oui})`;
}
