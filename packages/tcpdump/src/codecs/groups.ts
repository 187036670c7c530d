import { printNumber } from "@netfossil/core/grammar";
import type { GroupRecord } from "../ast.ts";
import { readHost } from "../read/fields.ts";
import { fieldsOf, printHost } from "./codec.ts";

const RECORD = /^\[gaddr ([^\s\]]+) (\w+)(?:, (\d+) source\(s\)| \{((?: [^\s{}]+)*) \})\]$/d;
/** ` [gaddr …]`, again and again. */
export const RECORDS = "(?: \\[gaddr [^\\]]*\\])*";

/** The group records of IGMP and MLD: ` [gaddr 239.1.2.3 to_ex, 0 source(s)]`; undefined where one has another form. */
export function readRecords(text: string, start: number): GroupRecord[] | undefined {
	const records: GroupRecord[] = [];
	let at = start;
	for (const part of text === "" ? [] : text.slice(1).split(" [")) {
		const image = records.length === 0 ? part : `[${part}`;
		at += 1;
		const f = fieldsOf(RECORD, image, at);
		if (f === undefined) return undefined;
		records.push({
			group: f.host(1),
			mode: f.text(2)!,
			...(f.has(3) && { count: f.num(3) }),
			...(f.has(4) && { sources: sourcesOf(f.text(4)!, f.span(4).start) }),
			...f.whole,
		});
		at += image.length;
	}
	return records;
}

function sourcesOf(text: string, start: number): NonNullable<GroupRecord["sources"]> {
	let at = start;
	return text
		.split(" ")
		.slice(1)
		.map((each) => {
			const host = readHost(each, at + 1);
			at += each.length + 1;
			return host;
		});
}

export function printRecords(records: readonly GroupRecord[]): string {
	return records
		.map(({ group, mode, count, sources }) => {
			const named =
				sources === undefined ? "" : ` {${sources.map((each) => ` ${printHost(each)}`).join("")} }`;
			const counted = count === undefined ? named : `, ${printNumber(count)} source(s)`;
			return ` [gaddr ${printHost(group)} ${mode}${counted}]`;
		})
		.join("");
}
