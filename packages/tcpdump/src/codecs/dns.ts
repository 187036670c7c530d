import type { Num } from "@netfossil/core";
import { printNumber } from "@netfossil/core/grammar";
import type { Dns, DnsQuestion, DnsRecord, DnsSection, Edns } from "../ast.ts";
import { Fields } from "../read/fields.ts";

/*
 * dns      := [ID [OP] [" " RCODE] FLAGS [" [b2&3=" N "]"] { " [" N ("q"|"a"|"n"|"au") "]" } (query | answer)] end
 * query    := { question } [records] [" ns: " records] [" ar: " records]                 -- records with -v alone
 * answer   := [questions] " " N "/" N "/" N [" " records] [" ns: " records] [" ar: " records]
 * questions:= " q:" question { ", q:" question }             -- without -v a comma for each question but the first
 * question := " " TYPE [" " CLASS] [" (QM)"] "? " NAME
 * records  := record { ", " record }         record := [NAME " "] [CLASS " "] ["[" TTL "] "] TYPE [" " DATA]
 * end      := " (" LENGTH ")" | " [|domain]"
 * FLAGS    := of a query "+" "%", of an answer "*" "-" "|" "$"
 */

const TYPE = "[A-Z][A-Za-z0-9-]*";
const CLASS = "CHAOS|HS|ANY|\\(Class \\d+\\)|\\(Cache flush\\)";
const END = /(?: \((\d+)\)|( ?\[\|domain\]))$/d;
const HEAD =
	/^(\d+)(?: (inv_q|stat|notify|update[A-Z]*|zoneInit|zoneRef|op\d+))?(?: (FormErr|ServFail|NXDomain|NotImp|Refused|YXDomain|[YN]XRRSet|NotAuth|NotZone|NoChange|Resp\d+|Bad[A-Z]\w+))?(\*?-?\|?\$?|\+?%?)(?: \[b2&3=(0x[0-9a-f]+)\])?((?: \[\d+(?:q|a|n|au)\])*)(?= |,|$)/d;
const QUESTION = new RegExp(
	` (${TYPE})(?: (${CLASS}))?(?: \\((Q[MU])\\))?\\? (<BAD PTR>|\\S*[^\\s,])(?= |,|$)`,
	"dy",
);
const ASKED = new RegExp(
	`,? q: (${TYPE})(?: (${CLASS}))?(?: \\((Q[MU])\\))?\\? (<BAD PTR>|\\S*[^\\s,])(?= |,|$)`,
	"dy",
);
const COUNTS = / (\d+)\/(\d+)\/(\d+)(?= |$)/dy;
const NAME = `(?:(\\S*\\.) )?(?:(${CLASS}) )?(?:\\[([0-9ywdhms]+)\\] )?`;
const RECORD = new RegExp(`^${NAME}(${TYPE})(?: (.*))?$`);
const NEXT = new RegExp(`, (?=(?:\\S*\\. )?(?:(?:${CLASS}) )?(?:\\[[0-9ywdhms]+\\] )?${TYPE}(?: |,|$))`);
const EDNS = /^UDPsize=(\d+)((?: [A-Z]+)*)(?: \[([^\]]*)\])?$/;

/** Reads a query or an answer; undefined where the text says more than the node can. */
export function readDns(text: string, start: number): Dns | undefined {
	const end = END.exec(text);
	if (end === null) return undefined;
	const tail = new Fields(end, start);
	const last = {
		...(tail.has(1) && { length: tail.num(1) }),
		...(tail.has(2) && { truncated: tail.text(2)! }),
		start,
		end: start + text.length,
	};
	const body = text.slice(0, end.index);
	if (body === "") return last.truncated === undefined ? undefined : { type: "dns", flags: "", ...last };
	const head = HEAD.exec(body);
	if (head === null) return undefined;
	const f = new Fields(head, start);
	const node = {
		type: "dns" as const,
		id: f.num(1),
		...(f.has(2) && { operation: f.text(2)! }),
		...(f.has(3) && { code: f.word(3) }),
		flags: f.text(4)!,
		...(f.has(5) && { bits: f.num(5) }),
		...sections(f.text(6)!),
		...content(body, head[0].length, start),
		...last,
	};
	return printDns(node) === text ? node : undefined;
}

function sections(text: string): { sections?: DnsSection[] } {
	const list = Array.from(text.matchAll(/ \[(\d+)(\w+)\]/g), ([, count, of]) => ({
		of: of as DnsSection["of"],
		count: Number(count),
	}));
	return list.length === 0 ? {} : { sections: list };
}

/** What follows the brackets, as far as it can be read. */
function content(body: string, from: number, base: number): Partial<Dns> {
	let at = from;
	const questions: DnsQuestion[] = [];
	const verbose = body.startsWith(" q: ", at);
	const shape = verbose ? ASKED : QUESTION;
	const commas = verbose ? undefined : /,+(?= \d+\/)/y;
	if (commas !== undefined) {
		commas.lastIndex = at;
		if (commas.test(body)) at = commas.lastIndex;
	}
	for (let match = exec(shape, body, at); match !== null; match = exec(shape, body, at)) {
		at = shape.lastIndex;
		questions.push(question(new Fields(match, base)));
	}
	const counts = exec(COUNTS, body, at);
	if (counts !== null) at = COUNTS.lastIndex;
	const asked = questions.length > 0 || counts === null ? { questions } : {};
	const f = counts && new Fields(counts, base);
	return {
		...asked,
		...(f && { counts: { answers: f.num(1), authority: f.num(2), additional: f.num(3) } }),
		...recordsOf(body.slice(at)),
	};
}

function exec(shape: RegExp, text: string, at: number): RegExpExecArray | null {
	shape.lastIndex = at;
	return shape.exec(text);
}

function question(f: Fields): DnsQuestion {
	return {
		record: f.word(1),
		...(f.has(2) && { class: f.text(2)! }),
		...(f.has(3) && { answer: f.text(3) as "QM" | "QU" }),
		name: f.word(4),
		start: f.span(1).start,
		end: f.whole.end,
	};
}

/** The sections of records; all of it is `rest` where one of them cannot be read. */
function recordsOf(text: string): Partial<Dns> {
	if (text === "") return {};
	const ar = text.indexOf(" ar: ");
	const before = ar === -1 ? text : text.slice(0, ar);
	const ns = before.indexOf(" ns: ");
	const first = ns === -1 ? before : before.slice(0, ns);
	if (first !== "" && !first.startsWith(" ")) return { rest: text };
	const lists = {
		answers: first === "" ? undefined : first.slice(1),
		authority: ns === -1 ? undefined : before.slice(ns + " ns: ".length),
		additional: ar === -1 ? undefined : text.slice(ar + " ar: ".length),
	};
	const node: { answers?: DnsRecord[]; authority?: DnsRecord[]; additional?: DnsRecord[] } = {};
	for (const [name, list] of Object.entries(lists) as [keyof typeof lists, string | undefined][]) {
		if (list === undefined) continue;
		const records = list.split(NEXT).map(record);
		if (!records.every((each) => each !== undefined)) return { rest: text };
		node[name] = records;
	}
	return node;
}

/** The data of a record may hold commas, but none before what looks like another record: `TXT "a, b"`. */
function record(text: string): DnsRecord | undefined {
	const match = RECORD.exec(text);
	if (match === null) return undefined;
	const [, name, group, ttl, type = "", data] = match;
	const edns = type === "OPT" && data !== undefined ? ednsOf(data) : undefined;
	return {
		...(name !== undefined && { name }),
		...(group !== undefined && { class: group }),
		...(ttl !== undefined && { ttl }),
		record: type,
		...(edns ? { edns } : data !== undefined && { data }),
	};
}

function ednsOf(data: string): Edns | undefined {
	const match = EDNS.exec(data);
	if (match === null || String(Number(match[1])) !== match[1]) return undefined;
	const [, size, flags, options] = match;
	return {
		size: Number(size),
		...(flags !== "" && { flags: flags!.slice(1) }),
		...(options !== undefined && { options }),
	};
}

/** A query or an answer as tcpdump prints it. */
export function printDns(node: Dns): string {
	const { id, operation, code, flags, bits, counts, length, rest = "", truncated = "" } = node;
	const end = length === undefined ? truncated : ` (${printNumber(length)})`;
	if (id === undefined) return end;
	const op = operation === undefined ? "" : ` ${operation}`;
	const name = code === undefined ? "" : ` ${code.value}`;
	const bytes = bits === undefined ? "" : ` [b2&3=${printNumber(bits)}]`;
	const brackets = (node.sections ?? []).map(({ of, count }) => ` [${count}${of}]`).join("");
	const head = `${printNumber(id)}${op}${name}${flags}${bytes}${brackets}`;
	const list = (title: string, each?: readonly DnsRecord[]): string =>
		each === undefined ? "" : `${title} ${each.map(printRecord).join(", ")}`;
	const records = `${list("", node.answers)}${list(" ns:", node.authority)}${list(" ar:", node.additional)}`;
	const tail = `${records}${rest}${end}`;
	const questions = node.questions ?? [];
	if (counts === undefined) return `${head}${questions.map(printQuestion).join("")}${tail}`;
	const numbers: Num[] = [counts.answers, counts.authority, counts.additional];
	// tcpdump parts the questions by commas even where it does not print them.
	const asked = node.sections?.find(({ of }) => of === "q")?.count ?? 1;
	const q =
		questions.length > 0
			? questions.map((each) => ` q:${printQuestion(each)}`).join(",")
			: ",".repeat(Math.max(0, asked - 1));
	return `${head}${q} ${numbers.map(printNumber).join("/")}${tail}`;
}

function printQuestion(node: DnsQuestion): string {
	const group = node.class === undefined ? "" : ` ${node.class}`;
	const answer = node.answer === undefined ? "" : ` (${node.answer})`;
	return ` ${node.record.value}${group}${answer}? ${node.name.value}`;
}

function printRecord(node: DnsRecord): string {
	const words = [];
	if (node.name !== undefined) words.push(node.name);
	if (node.class !== undefined) words.push(node.class);
	if (node.ttl !== undefined) words.push(`[${node.ttl}]`);
	words.push(node.record);
	if (node.data !== undefined) words.push(node.data);
	if (node.edns !== undefined) words.push(printEdns(node.edns));
	return words.join(" ");
}

function printEdns({ size, flags, options }: Edns): string {
	const letters = flags === undefined ? "" : ` ${flags}`;
	return `UDPsize=${size}${letters}${options === undefined ? "" : ` [${options}]`}`;
}
