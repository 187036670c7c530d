import type { Draft, Num } from "@netfossil/core";
import { printNumber, readNumber } from "@netfossil/core/grammar";
import type { SsBreak, SsDetail, SsField, SsPair, SsProcess, SsTimer, SsUsers, SsValue } from "./ast.ts";

type Known = Exclude<SsDetail, SsBreak>;

/** Values in hexadecimal without `0x`, and names: not numbers, whatever they look like. */
const TEXTS = new Set(
	"sk cb cgroup token write_seq snd_una rcv_nxt seq sfseq ssnoff maplen tag ptag state opt flags type".split(
		" ",
	),
);

const NUMBER = /^(?:\d+(?:\.\d+)?|0x[\da-f]+)$/;
const NUMBERS = /^\d+(?:\.\d+)?(?:[,/]\d+(?:\.\d+)?)+$/;
const RATE = /^(\d+(?:\.\d+)?(?:e\+\d+)?)([kMGT]?)bps$/;
const DURATION = /^(\d+)ms(?:\(\d+\.\d%\))?$/;
const FACTORS: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** Reads a value by its shape, with its text where that is not the value's own. */
export function readPair(name: string, text: string): SsPair {
	const pair = { name } as Draft<SsPair>;
	setValue(pair, text);
	return pair;
}

function setValue(pair: Draft<SsPair>, text: string): void {
	pair.value = TEXTS.has(pair.name) ? text : toValue(text);
	if (printValue(pair.value) !== text) pair.text = text;
}

function toValue(text: string): SsValue {
	const first = text.charCodeAt(0);
	if (first < 48 || first > 57) return text;
	if (NUMBER.test(text)) return Number(text);
	if (NUMBERS.test(text)) return text.split(/[,/]/).map(Number);
	const duration = DURATION.exec(text);
	if (duration !== null) return Number(duration[1]);
	const rate = RATE.exec(text);
	// 6.73 · 10⁹ is 6730000000.000001 otherwise.
	return rate === null ? text : Math.round(Number(rate[1]) * FACTORS[rate[2]!]!);
}

function printValue(value: SsValue): string {
	return typeof value === "object" ? value.join("/") : String(value);
}

function printPair({ value, text }: SsPair): string {
	return text ?? printValue(value);
}

const PROCESS =
	/\("(.*?)",(pid=)?(\d+),(?:tid=(\d+),)?(?:proc_ctx=([^ ]*?),)?(?:fd=)?(\d+)(?:,sock_ctx=([^ ]*?))?\)(?=,\(|\)$)/y;

/** `users:(("sshd",pid=1234,fd=3))` */
export function readUsers(text: string, start: number): SsUsers {
	const processes: SsProcess[] = [];
	let bare = false;
	PROCESS.lastIndex = "users:(".length;
	for (let match = PROCESS.exec(text); match !== null; match = PROCESS.exec(text)) {
		const from = start + match.index;
		const [whole, name, sign, pid, tid, context, fd, socketContext] = match;
		bare ||= sign === undefined;
		const nameAt = from + 2;
		const pidAt = nameAt + name!.length + 2 + (sign?.length ?? 0);
		const tidAt = pidAt + pid!.length + 1 + "tid=".length;
		const contextAt = (tid === undefined ? pidAt + pid!.length : tidAt + tid.length) + 1 + "proc_ctx=".length;
		const tail = socketContext === undefined ? 0 : socketContext.length + ",sock_ctx=".length;
		const fdEnd = from + whole.length - 1 - tail;
		const socketAt = fdEnd + ",sock_ctx=".length;
		const process: Draft<SsProcess> = {
			name: { value: name!, start: nameAt, end: nameAt + name!.length },
			pid: readNumber(pid!, pidAt, pidAt + pid!.length),
			fd: readNumber(fd!, fdEnd - fd!.length, fdEnd),
			start: from,
			end: from + whole.length,
		};
		if (tid !== undefined) process.tid = readNumber(tid, tidAt, tidAt + tid.length);
		if (context !== undefined)
			process.context = { value: context, start: contextAt, end: contextAt + context.length };
		if (socketContext !== undefined)
			process.socketContext = {
				value: socketContext,
				start: socketAt,
				end: socketAt + socketContext.length,
			};
		processes.push(process);
		PROCESS.lastIndex++;
	}
	const end = start + text.length;
	return bare
		? { type: "users", processes, bare: true, start, end }
		: { type: "users", processes, start, end };
}

function printProcess(process: SsProcess, bare: boolean): string {
	const { name, pid, tid, context, fd, socketContext } = process;
	const out = [
		`"${name.value}"`,
		`${bare ? "" : "pid="}${printNumber(pid)}`,
		...(tid === undefined ? [] : [`tid=${printNumber(tid)}`]),
		...(context === undefined ? [] : [`proc_ctx=${context.value}`]),
		`${bare ? "" : "fd="}${printNumber(fd)}`,
		...(socketContext === undefined ? [] : [`sock_ctx=${socketContext.value}`]),
	];
	return `(${out.join(",")})`;
}

const TIMER = /^timer:\((\w+),([\w.]*),(\d+)\)$/;
const SPAN = /^(?:(\d+)min)?(?:(\d+)(?:sec|\.))?(?:(\d+)ms)?$/;

/** `timer:(keepalive,1min2sec,0)` */
export function readTimer(text: string, start: number): SsTimer {
	const [, name, expires, retransmissions] = TIMER.exec(text)!;
	const nameAt = start + "timer:(".length;
	const at = nameAt + name!.length + 1;
	return {
		type: "timer",
		name: { value: name!, start: nameAt, end: nameAt + name!.length },
		expires: { value: secondsOf(expires!), text: expires!, start: at, end: at + expires!.length },
		retransmissions: Number(retransmissions),
		start,
		end: start + text.length,
	};
}

/** `119min`, `1min2sec`, `4.020ms` (seconds and milliseconds), `200ms`; nothing: it fires now. */
function secondsOf(text: string): Num["value"] {
	const [, minutes = "0", seconds = "0", milliseconds = "0"] = SPAN.exec(text) ?? [];
	return Number(minutes) * 60 + Number(seconds) + Number(milliseconds) / 1000;
}

/** `skmem:(r0,rb131072)` */
export function readMemory(text: string, start: number): Known {
	const colon = text.indexOf(":");
	const bytes: Record<string, number> = {};
	for (const each of text.slice(colon + 2, -1).split(",")) {
		const digits = each.search(/\d/);
		bytes[each.slice(0, digits)] = Number(each.slice(digits));
	}
	const name = text.slice(0, colon) as "skmem" | "mem";
	return { type: "memory", name, bytes, start, end: start + text.length };
}

/** `bbr:(bw:6.73Gbps,mrtt:0.042)` */
export function readGroup(text: string, start: number): Known {
	const open = text.indexOf("(");
	const glued = text[open - 1] !== ":";
	const name = text.slice(0, glued ? open : open - 1);
	const fields = text
		.slice(open + 1, -1)
		.split(",")
		.map((each) => {
			const colon = each.indexOf(":");
			return readPair(each.slice(0, colon), each.slice(colon + 1));
		});
	const end = start + text.length;
	return glued
		? { type: "group", name, glued, fields, start, end }
		: { type: "group", name, fields, start, end };
}

/** `inet-sockopt: ( is_icsk mc_loop)`, `flags( running )` */
export function readOptions(text: string, start: number): Known {
	const name = text.startsWith("flags") ? "flags" : "inet-sockopt";
	const inside = text.slice(text.indexOf("(") + 1, -1);
	const options = inside.split(" ").filter((option) => option !== "");
	return { type: "options", name, options, start, end: start + text.length };
}

/** `bpf filter (2):  0x28 0 0 12, 0x6 0 0 0,` */
export function readFilter(text: string, start: number): Known {
	const instructions = text
		.slice(text.indexOf(":") + 1)
		.split(",")
		.map((each) => each.trimStart())
		.filter((each) => each !== "");
	return { type: "filter", instructions, start, end: start + text.length };
}

/** `peers: 1043 1044` */
export function readPeers(text: string, start: number): Known {
	const inodes = text.split(" ").slice(1).map(Number);
	return { type: "peers", inodes, start, end: start + text.length };
}

/** `send 38.9Gbps`, `cipher: aes-gcm-128` */
export function readSpaced(text: string, start: number): Known {
	const blank = text.indexOf(" ");
	const sign = text[blank - 1] === ":" ? ": " : " ";
	return fieldOf(text, start, blank + 1 - sign.length, sign);
}

/** `rto:210`, `groups=0x00000001` */
export function readField(text: string, start: number): Known {
	let at = 1;
	for (let code = text.charCodeAt(at); code !== 58 && code !== 61; ) code = text.charCodeAt(++at);
	return fieldOf(text, start, at, text.charCodeAt(at) === 61 ? "=" : undefined);
}

function fieldOf(text: string, start: number, at: number, sign: SsField["sign"]): SsField {
	const node = { type: "field", name: text.slice(0, at) } as Draft<SsField>;
	setValue(node, text.slice(at + (sign?.length ?? 1)));
	if (sign !== undefined) node.sign = sign;
	node.start = start;
	node.end = start + text.length;
	return node;
}

/** A detail as it was printed, without the blanks before it. */
export function printDetail(detail: Known): string {
	switch (detail.type) {
		case "users": {
			const { processes, bare = false } = detail;
			return `users:(${processes.map((process) => printProcess(process, bare)).join(",")})`;
		}
		case "timer":
			return `timer:(${detail.name.value},${printNumber(detail.expires)},${detail.retransmissions})`;
		case "memory": {
			const bytes = Object.entries(detail.bytes).map(([letters, count]) => `${letters}${count}`);
			return `${detail.name}:(${bytes.join(",")})`;
		}
		case "field":
			return `${detail.name}${detail.sign ?? ":"}${printPair(detail)}`;
		case "group": {
			const fields = detail.fields.map((pair) => `${pair.name}:${printPair(pair)}`);
			return `${detail.name}${detail.glued ? "" : ":"}(${fields.join(",")})`;
		}
		case "options":
			return printOptions(detail.name, detail.options);
		case "peers":
			return ["peers:", ...detail.inodes].join(" ");
		case "filter": {
			const { instructions } = detail;
			return `bpf filter (${instructions.length}): ${instructions.map((each) => ` ${each},`).join("")}`;
		}
		case "directions":
			return `${detail.receives ? "<" : "-"}-${detail.sends ? ">" : "-"}`;
		case "flag":
		case "congestion":
			return detail.name;
		case "unparsed":
			return detail.text;
	}
}

/** Of the flags of a packet socket the first has no blank of its own: `flags( running auxdata )`, `flags(  auxdata )`. */
function printOptions(name: "inet-sockopt" | "flags", options: readonly string[]): string {
	const own = (option: string): string => (/^(?:running|0)$/.test(option) ? option : ` ${option}`);
	if (name === "flags") return `flags( ${options.map(own).join("")} )`;
	return `inet-sockopt: (${options.map((option) => ` ${option}`).join("")})`;
}
