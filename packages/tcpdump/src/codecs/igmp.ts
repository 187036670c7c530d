import { printNumber } from "@netfossil/core/grammar";
import type { Igmp } from "../ast.ts";
import { fieldsOf, printHost, readExactly } from "./codec.ts";
import { printRecords, RECORDS, readRecords } from "./groups.ts";

/*
 * igmp := "igmp query v" N [" [max resp time " TIME "]"] [" [gaddr " A "]"] [TEXT]
 *       | "igmp v" N " report " A [TEXT] | "igmp v3 report, " N " group record(s)" { RECORD } | "igmp v3 report" | "igmp leave " A
 *       | "igmp dvmrp" [TEXT] | "igmp pimv1" [TEXT]
 */

const QUERY = /^igmp query v(\d)(?: \[max resp time ([^\]]+)\])?(?: \[gaddr ([^\s\]]+)\])?(.*)$/d;
const REPORT = /^igmp v(\d) report ([^\s,]+)(.*)$/d;
const REPORT_3 = new RegExp(`^igmp v(3) report(?:, (\\d+) group record\\(s\\)(${RECORDS})(.*))?$`, "d");
const LEAVE = /^igmp leave ([^\s,]+)(.*)$/d;
const OTHER = /^igmp (dvmrp|pimv1)(.*)$/d;

export function readIgmp(text: string, start: number): Igmp | undefined {
	return text.startsWith("igmp ")
		? readExactly({ read: readMessage, print: printIgmp }, text, start)
		: undefined;
}

const rest = (remarks: string | undefined): { remarks?: string } => (remarks ? { remarks } : {});

function readMessage(text: string, start: number): Igmp | undefined {
	const query = fieldsOf(QUERY, text, start);
	if (query !== undefined) {
		return {
			type: "igmp",
			message: "query",
			version: query.num(1),
			...(query.has(2) && { maxResponseTime: query.text(2)! }),
			...(query.has(3) && { group: query.host(3) }),
			...rest(query.text(4)),
			...query.whole,
		};
	}
	const report = fieldsOf(REPORT, text, start);
	if (report !== undefined) {
		const base = { type: "igmp" as const, message: "report" as const, version: report.num(1) };
		return { ...base, group: report.host(2), ...rest(report.text(3)), ...report.whole };
	}
	const third = fieldsOf(REPORT_3, text, start);
	if (third !== undefined) {
		const records = third.text(3) ? readRecords(third.text(3)!, third.span(3).start) : undefined;
		return {
			type: "igmp",
			message: "report",
			version: third.num(1),
			...(third.has(2) && { count: third.num(2) }),
			...(records && { records }),
			...rest(records ? third.text(4) : `${third.text(3) ?? ""}${third.text(4) ?? ""}`),
			...third.whole,
		};
	}
	const leave = fieldsOf(LEAVE, text, start);
	if (leave !== undefined) {
		return { type: "igmp", message: "leave", group: leave.host(1), ...rest(leave.text(2)), ...leave.whole };
	}
	const other = fieldsOf(OTHER, text, start);
	if (other === undefined) return undefined;
	return {
		type: "igmp",
		message: other.text(1) as "dvmrp" | "pimv1",
		...rest(other.text(2)),
		...other.whole,
	};
}

export function printIgmp({
	message,
	version,
	group,
	maxResponseTime,
	count,
	records = [],
	remarks = "",
}: Igmp): string {
	const to = group === undefined ? "" : printHost(group);
	const number = version === undefined ? "" : printNumber(version);
	switch (message) {
		case "query": {
			const time = maxResponseTime === undefined ? "" : ` [max resp time ${maxResponseTime}]`;
			return `igmp query v${number}${time}${group === undefined ? "" : ` [gaddr ${to}]`}${remarks}`;
		}
		case "report": {
			if (group !== undefined) return `igmp v${number} report ${to}${remarks}`;
			const several =
				count === undefined ? "" : `, ${printNumber(count)} group record(s)${printRecords(records)}`;
			return `igmp v${number} report${several}${remarks}`;
		}
		case "leave":
			return `igmp leave ${to}${remarks}`;
		default:
			return `igmp ${message}${remarks}`;
	}
}
