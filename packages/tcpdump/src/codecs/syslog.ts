import { printNumber } from "@netfossil/core/grammar";
import type { Syslog, SyslogPriority, TextLine } from "../ast.ts";
import { Fields } from "../read/fields.ts";
import { type LinesBelow, line, type Printed } from "./lines-below.ts";

/*
 * syslog := "SYSLOG" [" " FACILITY "." SEVERITY] ", length: " N
 * lines  := "\tFacility " NAME " (" N "), Severity " NAME " (" N ")" "\tMsg: " TEXT
 */

const HEAD = /^SYSLOG(?: ([\w-]+)\.([\w-]+))?, length: (\d+)$/d;
const PRIORITY = /^\tFacility ([\w-]+) \((\d+)\), Severity ([\w-]+) \((\d+)\)$/d;
const MESSAGE = /^\tMsg: (.*)$/d;

export function readSyslog(text: string, start: number): Syslog | undefined {
	const match = HEAD.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	const priority = f.has(1) ? { facility: f.word(1), severity: f.word(2) } : {};
	return { type: "syslog", ...priority, length: f.num(3), ...f.whole };
}

export function readSyslogLines(node: Syslog, lines: LinesBelow): Partial<Syslog> {
	if (node.facility !== undefined) return {};
	const priority = lines.take(
		PRIORITY,
		(f, place): SyslogPriority => ({
			facility: f.word(1),
			facilityCode: f.num(2),
			severity: f.word(3),
			severityCode: f.num(4),
			...place,
		}),
	);
	if (priority === undefined) return {};
	const message = lines.take(MESSAGE, (f, place): TextLine => ({ type: "line", text: f.text(1)!, ...place }));
	return { priority, ...(message && { message }) };
}

export function printSyslog({ facility, severity, length }: Syslog): string {
	const name = facility && severity ? ` ${facility.value}.${severity.value}` : "";
	return `SYSLOG${name}, length: ${printNumber(length)}`;
}

export function listSyslog({ priority, message }: Syslog): Printed[] {
	return [
		...line(priority, (each) => {
			const facility = `Facility ${each.facility.value} (${printNumber(each.facilityCode)})`;
			return `\t${facility}, Severity ${each.severity.value} (${printNumber(each.severityCode)})`;
		}),
		...line(message, ({ text }) => `\tMsg: ${text}`),
	];
}
