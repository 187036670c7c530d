import type { Application, Sctp, Text } from "../ast.ts";
import { listDhcp, printDhcp, readDhcp, readDhcpLines } from "./dhcp.ts";
import { printDhcp6, readDhcp6 } from "./dhcp6.ts";
import { printDns, readDns } from "./dns.ts";
import { printCut, readCut } from "./flaws.ts";
import { listMessage, printHttp, readHttp, readMessage } from "./http.ts";
import { printIsakmp, printUdpEncap, readIsakmp, readUdpEncap } from "./ipsec.ts";
import type { LinesBelow, Printed } from "./lines-below.ts";
import { listNtp, printNtp, readNtp, readNtpLines } from "./ntp.ts";
import { printOther, readOther } from "./other.ts";
import { listRadius, printRadius, readRadius, readRadiusLines } from "./radius.ts";
import { listSctp, readSctpLines } from "./sctp.ts";
import { printSnmp, readSnmp } from "./snmp.ts";
import { listSyslog, printSyslog, readSyslog, readSyslogLines } from "./syslog.ts";
import { printTftp, readTftp } from "./tftp.ts";

type Read = (text: string, start: number) => Application | undefined;

/** How an application's text begins, and what reads it. */
const readers: readonly (readonly [begin: string, read: Read])[] = [
	["HTTP", readHttp],
	["BOOTP/DHCP, ", readDhcp],
	["NTPv", readNtp],
	["UDP-encap: ", readUdpEncap],
	["dhcp6 ", readDhcp6],
	["isakmp", readIsakmp],
	["NONESP-encap: ", readIsakmp],
	["SYSLOG", readSyslog],
	["TFTP, ", readTftp],
	["RADIUS, ", readRadius],
	["SIP", readHttp],
	["FTP", readHttp],
	["SMTP", readHttp],
	["RTSP", readHttp],
	["WHOIS", readHttp],
];

/** What an application over UDP or TCP says; undefined where no codec reads all of it. */
export function findApplication(text: string, start: number): Application | undefined {
	const first = text.charCodeAt(0);
	// The query and the answer of DNS begin with their number.
	if (first >= 48 && first <= 57) return readDns(text, start);
	if (first === 32 || first === 91) {
		return (
			readDns(text, start) ??
			readTftp(text, start) ??
			readSnmp(text, start) ??
			readOther(text, start) ??
			readCut(text, start)
		);
	}
	for (const [begin, read] of readers) if (text.startsWith(begin)) return read(text, start);
	return readOther(text, start);
}

/** The same; a text where no codec reads all of it. */
export function readApplication(text: string, start: number): Application | Text {
	return findApplication(text, start) ?? { type: "text", text, start, end: start + text.length };
}

/** The head line. */
export function printApplication(node: Application | Text): string {
	switch (node.type) {
		case "dns":
			return printDns(node);
		case "dhcp":
			return printDhcp(node);
		case "dhcp6":
			return printDhcp6(node);
		case "ntp":
			return printNtp(node);
		case "http":
		case "text-protocol":
			return printHttp(node);
		case "syslog":
			return printSyslog(node);
		case "tftp":
			return printTftp(node);
		case "snmp":
			return printSnmp(node);
		case "radius":
			return printRadius(node);
		case "udp-encap":
			return printUdpEncap(node);
		case "isakmp":
			return printIsakmp(node);
		case "application":
			return printOther(node);
		case "cut":
			return printCut(node);
		default:
			return node.text;
	}
}

/** What may have lines below the head of its packet. */
export type LineHolder = Application | Sctp;

/** The fields that the lines below the head hold. */
export function readLines(node: LineHolder, lines: LinesBelow): Partial<LineHolder> {
	switch (node.type) {
		case "sctp":
			return readSctpLines(node, lines);
		case "dhcp":
			return readDhcpLines(node, lines);
		case "ntp":
			return readNtpLines(node, lines);
		case "http":
		case "text-protocol":
			return readMessage(node, lines);
		case "syslog":
			return readSyslogLines(node, lines);
		case "radius":
			return readRadiusLines(node, lines);
		default:
			return {};
	}
}

/** The lines below the head. */
export function listLines(node: LineHolder): Printed[] {
	switch (node.type) {
		case "sctp":
			return listSctp(node);
		case "dhcp":
			return listDhcp(node);
		case "ntp":
			return listNtp(node);
		case "http":
		case "text-protocol":
			return listMessage(node);
		case "syslog":
			return listSyslog(node);
		case "radius":
			return listRadius(node);
		default:
			return [];
	}
}
