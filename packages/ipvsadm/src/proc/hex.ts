import { type IpAddress, type Num, type Port, readIp } from "@netfossil/core";
import type { Endpoint } from "../ast.ts";

/** `0A630001` or `fd99:0000:0000:0000:0000:0000:0000:0001`, without brackets. */
function readHexAddress(text: string, start: number): IpAddress {
	const v6 = text.length === 8 ? undefined : readIp(text, start);
	if (v6) return v6;
	const number = Number.parseInt(text, 16);
	const value = `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
	return { type: "ip", family: 4, value, text, start, end: start + text.length };
}

/** Reads `0A630001:1F40`, `[2001:0db8:…:54e2]:FFFF` and `0A630001 1F40`, whose form the lexer has checked. */
export function readHexEndpoint(text: string, start: number): Endpoint {
	const from = text.startsWith("[") ? 1 : 0;
	const to = from === 1 ? text.indexOf("]") : text.length - 5;
	const number = Number.parseInt(text.slice(-4), 16);
	const end = start + text.length;
	const port: Port = { type: "port", number, start: end - 4, end };
	return { address: readHexAddress(text.slice(from, to), start + from), port };
}

/** A number that is printed in hexadecimal. */
export function hexNumber(text: string, start: number): Num {
	const value = Number.parseInt(text, 16);
	const span = { start, end: start + text.length };
	return String(value) === text ? { value, ...span } : { value, text, ...span };
}

/** A number in capital hexadecimal digits. */
export function hex(value: number, width: number): string {
	return value.toString(16).toUpperCase().padStart(width, "0");
}
