import type { Num } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Dns, DnsQuestion, DnsRecord, DnsSection } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * query  := ID [OP] ["+"] ["%"] { " [" N ("q"|"a"|"n"|"au") "]" } { question } " (" LENGTH ")"
 * answer := ID [OP] [" " RCODE] ["*"] ["-"] ["|"] ["$"] [" [" N "q]"] [" q:" { question }]
 *           " " N "/" N "/" N [record {", " record}] [" ns: " records] [" ar: " records] " (" LENGTH ")"
 * question := " " TYPE [" (QM)"] "? " NAME        record := [NAME " " ["[" TTL "] "]] TYPE [" " DATA]
 */

const TYPE = "[A-Z][A-Za-z0-9-]*";
const QUESTION = ` ${TYPE}(?: \\(Q[MU]\\))?\\? \\S+`;
const OPERATION = "(?: (inv_q|stat|notify|update|op\\d+))?";
const QUERY = new RegExp(
	`^(\\d+)${OPERATION}(\\+?%?)((?: \\[\\d+(?:q|a|n|au)\\])*)((?:${QUESTION})*) \\((\\d+)\\)$`,
	"d",
);
const ANSWER = new RegExp(
	`^(\\d+)${OPERATION}(?: ([A-Z]\\w+))?(\\*?-?\\|?\\$?)((?: \\[\\d+q\\])?)(?: q:((?:${QUESTION},?)+))? (\\d+)/(\\d+)/(\\d+)( .*)? \\((\\d+)\\)$`,
	"d",
);
const ONE = new RegExp(` (${TYPE})(?: \\((Q[MU])\\))?\\? ([^\\s,]+)`, "dg");
const RECORD = new RegExp(`^(?:(\\S*\\.) (?:\\[([^\\]]*)\\] )?)?(${TYPE})(?: (.*))?$`);

/** Reads a query or an answer; undefined where the text says more than the node can. */
export function readDns(text: string, start: number): Dns | undefined {
	const query = QUERY.exec(text);
	const node = query === null ? answer(text, start) : asked(new Fields(query, start), text, start);
	return node !== undefined && printDns(node) === text ? node : undefined;
}

function asked(f: Fields, text: string, start: number): Dns {
	return {
		type: "dns",
		id: f.num(1),
		...(f.has(2) && { operation: f.text(2)! }),
		flags: f.text(3)!,
		...sections(f.text(4)!),
		questions: questions(f.text(5)!, f.span(5).start),
		length: f.num(6),
		start,
		end: start + text.length,
	};
}

function answer(text: string, start: number): Dns | undefined {
	const match = ANSWER.exec(text);
	if (match === null) return undefined;
	const f = new Fields(match, start);
	const [answers = "", authority, additional] = (f.text(10) ?? "").split(/ ns:| ar:/);
	const hasAuthority = f.text(10)?.includes(" ns:");
	const ns = hasAuthority ? authority : undefined;
	const ar = hasAuthority ? additional : authority;
	return {
		type: "dns",
		id: f.num(1),
		...(f.has(2) && { operation: f.text(2)! }),
		...(f.has(3) && { code: f.word(3) }),
		flags: f.text(4)!,
		...sections(f.text(5)!),
		...(f.has(6) && { questions: questions(f.text(6)!, f.span(6).start) }),
		counts: { answers: f.num(7), authority: f.num(8), additional: f.num(9) },
		...(answers !== "" && { answers: records(answers) }),
		...(ns !== undefined && { authority: records(ns) }),
		...(ar !== undefined && { additional: records(ar) }),
		length: f.num(11),
		start,
		end: start + text.length,
	};
}

function sections(text: string): { sections?: DnsSection[] } {
	const list = Array.from(text.matchAll(/ \[(\d+)(\w+)\]/g), ([, count, of]) => ({
		of: of as DnsSection["of"],
		count: Number(count),
	}));
	return list.length === 0 ? {} : { sections: list };
}

function questions(text: string, start: number): DnsQuestion[] {
	return Array.from(text.matchAll(ONE), (match) => {
		const f = new Fields(match as RegExpExecArray, start);
		const answer = f.has(2) ? { answer: f.text(2) as "QM" | "QU" } : {};
		return { record: f.word(1), ...answer, name: f.word(3), start: f.whole.start + 1, end: f.whole.end };
	});
}

/** The data of a record may hold commas, but none before what looks like another record: `TXT "a, b"`. */
function records(text: string): DnsRecord[] {
	return text
		.slice(1)
		.split(new RegExp(`, (?=(?:\\S*\\. (?:\\[[^\\]]*\\] )?)?${TYPE}(?: |,|$))`))
		.map((each) => {
			const [, name, ttl, record = "", data] = RECORD.exec(each) ?? [];
			return {
				...(name !== undefined && { name }),
				...(ttl !== undefined && { ttl }),
				record,
				...(data !== undefined && { data }),
			};
		});
}

/** A query or an answer as tcpdump prints it. */
export function printDns(node: Dns): string {
	const { id, operation, code, flags, counts, length } = node;
	const op = operation === undefined ? "" : ` ${operation}`;
	const brackets = (node.sections ?? []).map(({ of, count }) => ` [${count}${of}]`).join("");
	const asks = (node.questions ?? []).map(printQuestion);
	const head = `${printNumber(id)}${op}${code === undefined ? "" : ` ${code.value}`}${flags}${brackets}`;
	const tail = ` (${printNumber(length)})`;
	if (counts === undefined) return `${head}${asks.join("")}${tail}`;
	const numbers: Num[] = [counts.answers, counts.authority, counts.additional];
	const q = node.questions === undefined ? "" : ` q:${asks.join(",")}`;
	const list = (title: string, each?: readonly DnsRecord[]): string =>
		each === undefined ? "" : `${title} ${each.map(printRecord).join(", ")}`;
	const rest = `${list("", node.answers)}${list(" ns:", node.authority)}${list(" ar:", node.additional)}`;
	return `${head}${q} ${numbers.map(printNumber).join("/")}${rest}${tail}`;
}

function printQuestion({ record, answer, name }: DnsQuestion): string {
	return ` ${record.value}${answer === undefined ? "" : ` (${answer})`}? ${name.value}`;
}

function printRecord({ name, ttl, record, data }: DnsRecord): string {
	const owner = name === undefined ? "" : `${name} ${ttl === undefined ? "" : `[${ttl}] `}`;
	return `${owner}${record}${data === undefined ? "" : ` ${data}`}`;
}
