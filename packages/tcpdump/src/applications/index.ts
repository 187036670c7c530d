import type { Application, Text } from "../ast.ts";
import { printDns, readDns } from "./dns.ts";
import { printDhcp, printNtp, readDhcp, readNtp } from "./heads.ts";

/** What an application over UDP or TCP says; a text where no codec reads all of it. */
export function readApplication(text: string, start: number): Application | Text {
	return (
		readDns(text, start) ??
		readDhcp(text, start) ??
		readNtp(text, start) ?? { type: "text", text, start, end: start + text.length }
	);
}

export function printApplication(node: Application | Text): string {
	switch (node.type) {
		case "dns":
			return printDns(node);
		case "dhcp":
			return printDhcp(node);
		case "ntp":
			return printNtp(node);
		default:
			return node.text;
	}
}
