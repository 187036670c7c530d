import { type Draft, printAddress, printPort, readIp, readPort } from "@netfossil/core";
import type { SocketEnd } from "../ast.ts";

/** The width of the columns of addresses, to which netstat cuts without `-W`. */
export const END_WIDTH = 23;

/** Reads an end of a socket: address, last colon, port. Undefined when there is no port. */
export function readEnd(text: string, start: number): SocketEnd | undefined {
	const colon = text.lastIndexOf(":");
	if (colon === -1 || colon === text.length - 1) return undefined;
	const span = { start, end: start + text.length };
	const portText = text.slice(colon + 1);
	const portStart = start + colon + 1;
	const port =
		portText === "*"
			? ({ type: "any", start: portStart, end: span.end } as const)
			: readPort(portText, portStart);

	const bracketed = text.startsWith("[") && text[colon - 1] === "]";
	const from = bracketed ? 1 : 0;
	const whole = text.slice(from, bracketed ? colon - 1 : colon);
	const percent = whole.includes(":") ? whole.indexOf("%") : -1;
	const host = percent === -1 ? whole : whole.slice(0, percent);
	const address = readIp(host, start + from);
	const node: Draft<SocketEnd> = {
		address: address ?? { type: "name", value: host, start: start + from, end: start + from + host.length },
		port,
		...span,
	};
	if (percent !== -1) node.zone = whole.slice(percent + 1);
	if (bracketed) node.bracketed = bracketed;
	if (address === undefined && host.includes(":")) node.cut = "surely";
	else if (text.length === END_WIDTH && address?.family !== 4) node.cut = "perhaps";
	return node;
}

/** An end as it was printed. */
export function printEnd({ address, port, zone, bracketed }: SocketEnd): string {
	const host = address.type === "name" ? address.value : printAddress(address);
	const whole = zone === undefined ? host : `${host}%${zone}`;
	return `${bracketed ? `[${whole}]` : whole}:${port.type === "any" ? "*" : printPort(port)}`;
}
