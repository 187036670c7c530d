import { printAddress } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Dhcp, Esp, Ntp } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * dhcp := "BOOTP/DHCP, " ("Request" [" from " MAC] | "Reply") ", length " N [REMARKS]
 * ntp  := "NTPv" N ", " MODE ", length " N
 * esp  := "ESP(spi=" N ",seq=" N "), length " N
 */

const MAC = "[0-9a-f]{2}(?::[0-9a-f]{2}){5}";
const DHCP = new RegExp(
	`^BOOTP/DHCP, (?:Re(quest)(?: from (${MAC})(?: \\(oui ([^()]*)\\))?)?|Reply), length (\\d+)(.*)$`,
	"ds",
);
const NTP = /^NTPv(\d+), ([A-Z][\w ]*), length (\d+)$/d;
const ESP = /^ESP\(spi=(0x[0-9a-f]+),seq=(0x[0-9a-f]+)\), length (\d+)$/d;
const rest = (remarks: string | undefined): { remarks?: string } => (remarks ? { remarks } : {});

export function readDhcp(text: string, start: number): Dhcp | undefined {
	const match = DHCP.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	return {
		type: "dhcp",
		operation: f.has(1) ? "request" : "reply",
		...(f.has(2) && { client: f.station(2) }),
		length: f.num(4),
		...rest(f.text(5)),
		...f.whole,
	};
}

export function printDhcp({ operation, client, length, remarks = "" }: Dhcp): string {
	const oui = client?.oui === undefined ? "" : ` (oui ${client.oui})`;
	const from = client === undefined ? "" : ` from ${printAddress(client.mac)}${oui}`;
	return `BOOTP/DHCP, ${operation === "request" ? "Request" : "Reply"}${from}, length ${printNumber(length)}${remarks}`;
}

export function readNtp(text: string, start: number): Ntp | undefined {
	const match = NTP.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	return { type: "ntp", version: f.num(1), mode: f.word(2), length: f.num(3), ...f.whole };
}

export function printNtp({ version, mode, length }: Ntp): string {
	return `NTPv${printNumber(version)}, ${mode.value}, length ${printNumber(length)}`;
}

export function readEsp(text: string, start: number): Esp | undefined {
	const match = ESP.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	return { type: "esp", spi: f.num(1), sequence: f.num(2), length: f.num(3), ...f.whole };
}

export function printEsp({ spi, sequence, length }: Esp): string {
	return `ESP(spi=${printNumber(spi)},seq=${printNumber(sequence)}), length ${printNumber(length)}`;
}
