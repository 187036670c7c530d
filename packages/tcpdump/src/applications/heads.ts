import { printAddress } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Dhcp, Esp, Igmp, Ntp } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * dhcp := "BOOTP/DHCP, " ("Request" [" from " MAC] | "Reply") ", length " N [REMARKS]
 * ntp  := "NTPv" N ", " MODE ", length " N
 * esp  := "ESP(spi=" N ",seq=" N "), length " N
 * igmp := "igmp query v" N [REMARKS] | "igmp v" N " report " GROUP | "igmp v3 report, " N " group record(s)" [REMARKS] | "igmp leave " GROUP
 */

const MAC = "[0-9a-f]{2}(?::[0-9a-f]{2}){5}";
const DHCP = new RegExp(
	`^BOOTP/DHCP, (?:Re(quest)(?: from (${MAC})(?: \\(oui ([^()]*)\\))?)?|Reply), length (\\d+)(.*)$`,
	"ds",
);
const NTP = /^NTPv(\d+), ([A-Z][\w ]*), length (\d+)$/d;
const ESP = /^ESP\(spi=(0x[0-9a-f]+),seq=(0x[0-9a-f]+)\), length (\d+)$/d;
const IGMP =
	/^igmp (?:query v(\d)(.*)|v(\d) report ([^\s,]+)|v3 report, (\d+) group record\(s\)(.*)|leave ([^\s,]+))$/d;

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

export function readIgmp(text: string, start: number): Igmp | undefined {
	const match = IGMP.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	const { whole } = f;
	if (f.has(1)) return { type: "igmp", message: "query", version: f.num(1), ...rest(f.text(2)), ...whole };
	if (f.has(7)) return { type: "igmp", message: "leave", group: f.host(7), ...whole };
	if (f.has(3)) return { type: "igmp", message: "report", version: f.num(3), group: f.host(4), ...whole };
	return { type: "igmp", message: "report", records: f.num(5), ...rest(f.text(6)), ...whole };
}

export function printIgmp({ message, version, group, records, remarks = "" }: Igmp): string {
	const to = group === undefined ? "" : group.type === "name" ? group.value : printAddress(group);
	if (message === "query") return `igmp query v${version && printNumber(version)}${remarks}`;
	if (message === "leave") return `igmp leave ${to}`;
	if (records !== undefined) return `igmp v3 report, ${printNumber(records)} group record(s)${remarks}`;
	return `igmp v${version && printNumber(version)} report ${to}`;
}
