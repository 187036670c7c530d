import { printNumber } from "@netfossil/core/grammar";
import type { Snmp } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * snmp := " " [FLAW] [ "{ SNMPv" VERSION [" C=\"" COMMUNITY "\""] " { " ] OPERATION "(" N ") " ["R=" N] TEXT
 */

const HEAD =
	/^ (\[[^\]]*\])?(?:\{ SNMPv(\w+)(?: C="([^"]*)")? \{ )?(?:C="([^"]*)" )?([A-Z]\w+)\((\d+)\) (?:R=(\d+))?(.*)$/d;

export function readSnmp(text: string, start: number): Snmp | undefined {
	const match = HEAD.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	const verbose = f.has(2);
	const community = f.has(3) ? f.word(3) : f.has(4) ? f.word(4) : undefined;
	if (verbose && f.has(4)) return undefined;
	return {
		type: "snmp",
		...(f.has(1) && { flaw: f.text(1)! }),
		...(verbose && { version: f.word(2) }),
		...(community && { community }),
		operation: f.word(5),
		size: f.num(6),
		...(f.has(7) && { request: f.num(7) }),
		text: f.text(8)!,
		...f.whole,
	};
}

export function printSnmp({ flaw = "", version, community, operation, size, request, text }: Snmp): string {
	const name = community === undefined ? "" : `C="${community.value}" `;
	const head = version === undefined ? name : `{ SNMPv${version.value} ${name}{ `;
	const id = request === undefined ? "" : `R=${printNumber(request)}`;
	return ` ${flaw}${head}${operation.value}(${printNumber(size)}) ${id}${text}`;
}
