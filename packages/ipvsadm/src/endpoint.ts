import { printAddress, printPort, readIp, readPort } from "@netfossil/core";
import type { Endpoint } from "./ast.ts";

/** To how many characters ipvsadm 1.26 cut an endpoint of IPv4. */
const CUT = 28;

/** Reads an endpoint; undefined when there is no port. */
export function readEndpoint(text: string, start: number): Endpoint | undefined {
	const colon = text.lastIndexOf(":");
	if (colon === -1 && text.length === CUT) return cutEndpoint(text, start);
	if (colon <= 0 || colon === text.length - 1) return undefined;
	const bracketed = text.startsWith("[") && text[colon - 1] === "]";
	const host = bracketed ? text.slice(1, colon - 1) : text.slice(0, colon);
	const hostStart = start + (bracketed ? 1 : 0);
	const address = readIp(host, hostStart) ?? {
		type: "name" as const,
		value: host,
		start: hostStart,
		end: hostStart + host.length,
	};
	if (bracketed !== (address.type === "ip" && address.family === 6)) return undefined;
	return { address, port: readPort(text.slice(colon + 1), start + colon + 1) };
}

/** A name that is so long that nothing is left of its port. */
function cutEndpoint(value: string, start: number): Endpoint {
	const end = start + value.length;
	return {
		address: { type: "name", value, cut: true, start, end },
		port: { type: "port", start: end, end },
	};
}

/** An endpoint as it was printed. */
export function printEndpoint({ address, port }: Endpoint): string {
	if (address.type === "name" && address.cut) return address.value;
	const host = address.type === "name" ? address.value : printAddress(address);
	const v6 = address.type === "ip" && address.family === 6;
	return `${v6 ? `[${host}]` : host}:${printPort(port)}`;
}
