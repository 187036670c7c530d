import { printAddress } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Igmp } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * igmp := "igmp query v" N [REMARKS] | "igmp v" N " report " GROUP | "igmp v3 report, " N " group record(s)" [REMARKS] | "igmp leave " GROUP
 */

const IGMP =
	/^igmp (?:query v(\d)(.*)|v(\d) report ([^\s,]+)|v3 report, (\d+) group record\(s\)(.*)|leave ([^\s,]+))$/d;

const rest = (remarks: string | undefined): { remarks?: string } => (remarks ? { remarks } : {});

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
