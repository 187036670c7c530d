import {
	type Draft,
	type IpAddress,
	type IpPrefix,
	type MacAddress,
	type Num,
	type Port,
	printAddress,
	printPort,
	readIp,
	readMac,
	readPort,
	readPrefix,
	type Span,
	type Word,
} from "@netfossil/core";
import { readNumber as numberOf, printNumber } from "@netfossil/core/grammar";
import type { Protocol } from "./ast.ts";
import { printProtocol, readProtocol } from "./fields.ts";

/** What a `!` may turn round. */
export interface Negatable {
	/** `! --dport 22`, listed as `dpt:!22`. */
	readonly negated?: true;
}

/** An option without a value: `--random`, `! --physdev-is-bridged` */
export interface Toggle extends Span, Negatable {
	readonly type: "flag";
}

/** One word: `--name SSH`, `--ctdir REPLY` */
export interface Name extends Word, Negatable {}

/** Free text: `--comment "allow ssh"`, `--log-prefix "DROP: "` */
export interface Text extends Word, Negatable {
	/** How the save form writes it, where the tool itself would quote it otherwise. */
	readonly text?: string;
}

/** `--limit-burst 10`, `--ttl-eq 64` */
export interface NumberValue extends Num, Negatable {}

/** Packets, or bytes where a unit follows: `--hashlimit-burst 5`, `--hashlimit-burst 400kb` */
export interface Amount extends Num, Negatable {
	/** The value is what stands before it. */
	readonly unit?: AmountUnit;
}
/** Written by hand, `k` and `m` stand for `kb` and `mb`. */
export type AmountUnit = "b" | "kb" | "mb" | "k" | "m";

/** One number or a range: `--length 40`, `--length 86:65535`, `--uid-owner 0-10` */
export interface NumberRange extends Span, Negatable {
	readonly from: Num;
	/** Absent: the one number; `"open"`: a range without an end (`10000:`). */
	readonly to?: Num | "open";
}

/** One port or a range: `dpt:80`, `dpts:1024:65535`, `--to-ports 1024-2048` */
export interface PortRange extends Span, Negatable {
	readonly from: Port;
	readonly to?: Port;
}

/** `--dports 80,443,8000:8100` */
export interface PortList extends Span, Negatable {
	readonly ports: readonly PortRange[];
}

/** `--ctstate RELATED,ESTABLISHED` */
export interface NameList extends Span, Negatable {
	readonly names: readonly string[];
	/** As printed, where a list writes the same otherwise: `0xA4` for `hop-by-hop,ipv6-route,esp`. */
	readonly text?: string;
}

/** A value and the bits that count: `--mark 0x1/0xff`; without a mask all bits. */
export interface Masked extends Span, Negatable {
	readonly value: Num;
	readonly mask?: Num;
}

/**
 * What MARK and CONNMARK do to a mark, as the kernel does it: `mark = (mark & ~mask) ^ value`. The same
 * operation has several spellings: `set 0x102`, `or 0x4000`, `and 0xff`, `xset 0x10/0xf0`, and in the save
 * form `--set-xmark 0x102/0xffffffff`.
 */
export interface MarkOperation extends Span, Negatable {
	/** The bits that are flipped after clearing; with a full mask simply the new mark. */
	readonly value: number;
	/** The bits that are cleared first. */
	readonly mask: number;
	readonly spelling: "set" | "or" | "and" | "xor" | "xset";
	readonly operand: Num;
	readonly operandMask?: Num;
}

/** A user or a group, or a range of them: `--uid-owner 0-10`, without `-n` `owner UID match root`. */
export interface Account extends Span, Negatable {
	readonly id?: Num;
	/** The last of a range. */
	readonly to?: Num;
	/** Where a name was printed. */
	readonly name?: string;
}

/** Handles of a class of traffic control, both hexadecimal: `--set-class 0001:0234`, listed `1:234`. */
export interface ClassId extends Span, Negatable {
	readonly major: number;
	readonly minor: number;
	/** As printed, where it is neither with zeros in the save form nor without in a list. */
	readonly text?: string;
}

/** What an SCTP packet must hold: `--chunk-types only DATA:Ube,ABORT`, listed `only 0x0000:Ube,0x0006`. */
export interface ChunkTypes extends Span, Negatable {
	/** `all`, `any` or `only`. */
	readonly scope: string;
	readonly chunks: readonly Chunk[];
}
export interface Chunk {
	/** Absent for `ALL` and for a name that is not known here. */
	readonly number?: number;
	/** Where a name was printed. */
	readonly name?: string;
	/** The bits that must be set (capitals) or clear: `Ube`. */
	readonly flags?: string;
}

/** A program of the packet filter: `--bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"` */
export interface Bytecode extends Span, Negatable {
	readonly instructions: readonly Instruction[];
	/** A NUL character ends the program, as lists of 1.8 print it. */
	readonly nul?: true;
}
export interface Instruction {
	readonly code: number;
	readonly jumpTrue: number;
	readonly jumpFalse: number;
	readonly k: number;
}

/** Options of an IPv6 extension header, with the lengths that were given: `--dst-opts 149:92,12` */
export interface HeaderOptions extends Span, Negatable {
	readonly options: readonly { readonly optionType: number; readonly length?: number }[];
}

/** `--rt-0-addrs ::1,2001:db8::2` */
export interface AddressList extends Span, Negatable {
	readonly addresses: readonly IpAddress[];
}

/** One transformation of an IPsec policy: `--reqid 1 --spi 0x1 --proto esp --mode tunnel` */
export interface PolicyElement extends Span {
	readonly requestId?: NumberValue;
	readonly spi?: NumberValue;
	/** A list with `-n` prints the number. */
	readonly protocol?: Protocol;
	/** `tunnel` or `transport`. */
	readonly mode?: Name;
	readonly tunnelDestination?: Network;
	readonly tunnelSource?: Network;
}

/** `3/min`, `512kb/s` */
export interface Rate extends Span, Negatable {
	readonly count: number;
	/** Of byte rates: `b`, `kb`, `mb`. */
	readonly unit?: string;
	/** As printed: `sec`, `min`, `minute`, `hour`, `day`, `s`. */
	readonly per: string;
}

/** An address, or the name that stood for one. */
export type Host = (IpAddress | (Word & { readonly type: "name" })) & Negatable;

/** An address or a network: `--ctorigsrc 10.0.0.0/8`, `--to 10.1.0.0/16` */
export type Network = (IpAddress | IpPrefix | (Word & { readonly type: "name" })) & Negatable;

/** `10.0.0.5-10.0.0.9` */
export interface AddressRange extends Span, Negatable {
	readonly from: IpAddress;
	readonly to: IpAddress;
}

/** Where DNAT and SNAT turn to: `10.0.0.1`, `10.0.0.1-10.0.0.9:80-90/8000`, `:53`, `[::1]:80` */
export interface NatRange extends Span, Negatable {
	/** Absent: only the port is changed. */
	readonly from?: IpAddress;
	readonly to?: IpAddress;
	readonly ports?: PortRange;
	/** `/8000`: the port of the packets that the first port of the range stands for. */
	readonly base?: Port;
}

/** `0x17/0x02`, `FIN,SYN,RST,ACK/SYN`: of the flags in `mask` exactly those in `set` */
export interface TcpFlags extends Span, Negatable {
	/** In the kernel's order: FIN, SYN, RST, PSH, ACK, URG. */
	readonly mask: readonly string[];
	readonly set: readonly string[];
	/** In hexadecimal, as lists with `-n` do. */
	readonly numeric?: true;
}

/** `icmptype 3 code 4`, `icmp fragmentation-needed`, `--icmp-type 3/4`, `any` */
export interface IcmpType extends Span, Negatable {
	/** 255 stands for any; absent for a name that is not known here. */
	readonly value?: number;
	readonly code?: number;
	readonly name?: string;
}

/** `--mac-source 00:11:22:aa:bb:cc` */
export type Mac = MacAddress & Negatable;

/** `--match-set blocked src,dst`: a set of ipset and which parts of the packet are looked up in it. */
export interface SetReference extends Span, Negatable {
	readonly set: string;
	readonly directions: readonly string[];
}

/** How a value is read and printed. One value may have several codecs: the save form's and the list's. */
export interface Codec<T> {
	/** The name of the value's schema and arbitrary. */
	readonly kind: ValueKind;
	/** What the value may look like in a list, anchored by the reader; by default a run of non-blanks. */
	readonly pattern?: RegExp;
	/** How many words it takes in the save form; by default one. */
	readonly words?: 0 | 2;
	/** Whether the value stands quoted in the save form, so that it is read from the raw text. */
	readonly raw?: true;
	/** Whether the list writes the negation inside the value: `dpt:!22`. */
	readonly ownNegation?: true;
	readonly read: (text: string, start: number) => T | undefined;
	/** Undefined: this codec is not the one that the value was printed with. */
	readonly print: (value: T) => string | undefined;
}

export type ValueKind =
	| "toggle"
	| "name"
	| "text"
	| "number"
	| "amount"
	| "numberRange"
	| "portRange"
	| "portList"
	| "nameList"
	| "masked"
	| "markOperation"
	| "rate"
	| "host"
	| "network"
	| "addressRange"
	| "natRange"
	| "tcpFlags"
	| "icmpType"
	| "mac"
	| "setReference"
	| "account"
	| "classId"
	| "chunkTypes"
	| "bytecode"
	| "headerOptions"
	| "addressList"
	| "protocol"
	| "policyElements";

/** A number in decimal or hexadecimal; undefined when the text is none. */
export function readNumber(text: string, start: number): Num | undefined {
	if (!/^(?:\d+|0[xX][0-9a-fA-F]+)$/.test(text)) return undefined;
	return numberOf(text, start, start + text.length);
}

export const toggle: Codec<Toggle> = {
	kind: "toggle",
	words: 0,
	read: (text, start) => ({ type: "flag", start, end: start + text.length }),
	print: () => "",
};

/** A word that the save form never quotes. */
export const name: Codec<Name> = {
	kind: "name",
	read: (text, start) => ({ value: text, start, end: start + text.length }),
	print: ({ value }) => value,
};

/** One of a few words. */
export function oneOf(...words: readonly string[]): Codec<Name> {
	return { ...name, read: (text, start) => (words.includes(text) ? name.read(text, start) : undefined) };
}

/** xtables_save_string: bare if it can be, else in quotes, with `"`, `\` and `'` escaped. */
export function quote(value: string): string {
	return /^[A-Za-z0-9_-]+$/.test(value) ? value : `"${value.replace(/["'\\]/g, "\\$&")}"`;
}

/** What iptables-restore makes of a word: `"` quotes, and within quotes `\` escapes. */
export function unquote(raw: string): string {
	if (!raw.includes('"')) return raw;
	return raw.replace(/"((?:\\[\s\S]|[^"\\])*)"/g, (_, inner: string) => inner.replace(/\\([\s\S])/g, "$1"));
}

const textCodec = (write: (value: string) => string): Codec<Text> => ({
	kind: "text",
	raw: true,
	read: (raw, start) => {
		const value = unquote(raw);
		const end = start + raw.length;
		return write(value) === raw ? { value, start, end } : { value, text: raw, start, end };
	},
	print: ({ value, text }) => text ?? write(value),
});

/** Text that the save form quotes where it must. */
export const text: Codec<Text> = textCodec(quote);

/** Text that both forms always quote, with `"` and `\\` escaped. */
export const escaped: Codec<Text> = {
	...textCodec((value) => `"${value.replace(/["\\]/g, "\\$&")}"`),
	pattern: /"(?:\\.|[^"\\])*"/y,
};

/** Text that the save form always quotes, and escapes nothing in. */
export const quoted: Codec<Text> = textCodec((value) => `"${value}"`);

/** Text that a list prints as it is, up to what the pattern says. */
export function listText(pattern: RegExp): Codec<Text> {
	return {
		kind: "text",
		pattern,
		read: (printed, start) => ({ value: printed, start, end: start + printed.length }),
		print: ({ value }) => value,
	};
}

export const number: Codec<NumberValue> = { kind: "number", read: readNumber, print: printNumber };

export const amount: Codec<Amount> = {
	kind: "amount",
	read: (printed, start) => {
		const [, digits, unit] = /^(\d+)([km]?b|[km])$/.exec(printed) ?? [];
		if (digits === undefined) return readNumber(printed, start);
		const value = numberOf(digits, start, start + digits.length);
		return { ...value, unit: unit as AmountUnit, end: start + printed.length };
	},
	print: (value) => printNumber(value) + (value.unit ?? ""),
};

/** A decimal number with a fraction: `0.33333333349`. */
export const decimal: Codec<NumberValue> = {
	kind: "number",
	read: (printed, start) => {
		if (!/^\d+(?:\.\d+)?$/.test(printed)) return undefined;
		return numberOf(printed, start, start + printed.length);
	},
	print: printNumber,
};

/** A range with a separator of its own: `0:1000`, `0-10`; with the names that a list writes for numbers from 0. */
export function numberRange(separator: ":" | "-", names: readonly string[] = []): Codec<NumberRange> {
	const readOne = (printed: string, start: number): Num | undefined => {
		const value = names.indexOf(printed);
		return value === -1
			? readNumber(printed, start)
			: { value, text: printed, start, end: start + printed.length };
	};
	return {
		kind: "numberRange",
		read: (printed, start) => {
			const at = printed.indexOf(separator);
			const from = readOne(at === -1 ? printed : printed.slice(0, at), start);
			if (from === undefined) return undefined;
			if (at === -1) return { from, start, end: start + printed.length };
			const rest = printed.slice(at + 1);
			const to = rest === "" ? ("open" as const) : readOne(rest, start + at + 1);
			return to === undefined ? undefined : { from, to, start, end: start + printed.length };
		},
		print: ({ from, to }) => {
			if (to === undefined) return printNumber(from);
			return printNumber(from) + separator + (to === "open" ? "" : printNumber(to));
		},
	};
}

/** A port name is a word of letters, digits and a few signs; a number must be one of 0–65535. */
function readPortWord(printed: string, start: number): Port | undefined {
	const port = readPort(printed, start);
	return port.name === undefined || /^[A-Za-z0-9][\w.+*/-]*$/.test(port.name) ? port : undefined;
}

/** A port or a range; a `-` may stand in a name too (`ftp-data`), so it parts numbers only. */
export function portRange(separator: ":" | "-"): Codec<PortRange> {
	return {
		kind: "portRange",
		read: (printed, start) => {
			const parted = separator === "-" ? /^(\d+)-(\d+)$/.exec(printed) : /^([^:]+):([^:]+)$/.exec(printed);
			const from = readPortWord(parted?.[1] ?? printed, start);
			if (from === undefined) return undefined;
			if (parted === null) return { from, start, end: start + printed.length };
			const to = readPortWord(parted[2]!, start + printed.length - parted[2]!.length);
			return to === undefined ? undefined : { from, to, start, end: start + printed.length };
		},
		print: ({ from, to }) => printPort(from) + (to === undefined ? "" : separator + printPort(to)),
	};
}

const colonPorts = portRange(":");

/** `spt:80`, `spts:!1:1023` */
export function listedPorts(one: string, many: string): Codec<PortRange> {
	const prefixed = new RegExp(`^(${one}|${many}):(!?)(.+)$`);
	return {
		kind: "portRange",
		ownNegation: true,
		pattern: new RegExp(`(?:${one}|${many}):[^ \t]+`, "y"),
		read: (printed, start) => {
			const parts = prefixed.exec(printed);
			if (parts === null) return undefined;
			const value = parts[3]!;
			const range = colonPorts.read(value, start + printed.length - value.length);
			if (range === undefined || (range.to === undefined) !== (parts[1] === one)) return undefined;
			return parts[2] === "!" ? { ...range, negated: true } : range;
		},
		print: (range) =>
			`${range.to === undefined ? one : many}:${range.negated ? "!" : ""}${colonPorts.print(range)}`,
	};
}

export const portList: Codec<PortList> = {
	kind: "portList",
	read: (printed, start) => {
		const ports: PortRange[] = [];
		let at = start;
		for (const each of printed.split(",")) {
			const range = colonPorts.read(each, at);
			if (range === undefined) return undefined;
			ports.push(range);
			at += each.length + 1;
		}
		return { ports, start, end: start + printed.length };
	},
	print: ({ ports }) => ports.map(colonPorts.print).join(","),
};

/** Words joined by a sign; by a comma in the save form. */
export function nameList(
	pattern: RegExp = /[A-Za-z0-9_.+-]+(?:,[A-Za-z0-9_.+-]+)*/y,
	separator = ",",
): Codec<NameList> {
	return {
		kind: "nameList",
		pattern,
		read: (printed, start) => ({ names: printed.split(separator), start, end: start + printed.length }),
		print: ({ names }) => names.join(separator),
	};
}

/** Names that a list writes otherwise, as numbers or in hexadecimal; undefined: it is none of that. */
export function translated(
	pattern: RegExp,
	translate: (printed: string) => readonly string[] | undefined,
): Codec<NameList> {
	return {
		kind: "nameList",
		pattern,
		read: (printed, start) => {
			const names = translate(printed);
			if (names === undefined) return undefined;
			const text = names.join(",") === printed ? {} : { text: printed };
			return { names, ...text, start, end: start + printed.length };
		},
		print: ({ names, text }) => text ?? names.join(","),
	};
}

/** A number that some lists write as a word; the word is kept as the number's text. */
export function namedNumber(
	names: Readonly<Record<string, number>>,
	pattern: RegExp = /[^ \t]+/y,
): Codec<NumberValue> {
	return {
		kind: "number",
		pattern,
		read: (printed, start) => {
			if (!Object.hasOwn(names, printed)) return readNumber(printed, start);
			return { value: names[printed]!, text: printed, start, end: start + printed.length };
		},
		print: printNumber,
	};
}

/** What a list prints of {@link namedNumber}, `42ms`: the number and what stands after it. */
export function withUnit(unit: string, names: Readonly<Record<string, number>> = {}): Codec<NumberValue> {
	const words = new Map(Object.entries(names).map(([word, value]) => [value, word]));
	return {
		kind: "number",
		read: (printed, start) => {
			const end = start + printed.length;
			if (Object.hasOwn(names, printed)) return { value: names[printed]!, start, end };
			const value = printed.endsWith(unit) && readNumber(printed.slice(0, -unit.length), start);
			return value ? { ...value, end } : undefined;
		},
		print: (node) => words.get(node.value) ?? `${printNumber(node)}${unit}`,
	};
}

/** A value that a list negates between two blanks: `psid ! a::/64`, and `psid  a::/64` without. */
export function spaced<T extends Negatable & Span>(
	codec: Codec<T>,
	pattern: RegExp = /(?:![ \t]*)?[^ \t]+/y,
): Codec<T> {
	return {
		...codec,
		ownNegation: true,
		pattern,
		read: (printed, start) => {
			const value = printed.replace(/^![ \t]*/, "");
			const node = codec.read(value, start + printed.length - value.length);
			return node && { ...node, ...(printed.startsWith("!") && { negated: true as const }) };
		},
		print: (node) => `${node.negated ? "!" : ""} ${codec.print(node)}`,
	};
}

/** `id:5`, `ids:!1:9`: a range that a list gives a word of its own, with an `s` for more than one. */
export function listedRange(word: string): Codec<NumberRange> {
	const range = numberRange(":");
	const prefixed = new RegExp(`^${word}s?:(!?)(.+)$`);
	return {
		...range,
		ownNegation: true,
		// No blank need follow: ip6tables' ah prints `ah spi:5length:8`.
		pattern: new RegExp(`${word}s?:!?\\d+(?::\\d+)?`, "y"),
		read: (printed, start) => {
			const parts = prefixed.exec(printed);
			const node = parts && range.read(parts[2]!, start + printed.length - parts[2]!.length);
			return node ? { ...node, ...(parts?.[1] === "!" && { negated: true as const }), start } : undefined;
		},
		print: (node) =>
			`${word}${node.to === undefined ? "" : "s"}:${node.negated ? "!" : ""}${range.print(node)}`,
	};
}

/** `0-10`, `root` */
export const account: Codec<Account> = {
	kind: "account",
	read: (printed, start) => {
		const end = start + printed.length;
		const parts = /^(\d+)(?:-(\d+))?$/.exec(printed);
		if (parts === null) return { name: printed, start, end };
		const id = readNumber(parts[1]!, start);
		const to = parts[2] === undefined ? undefined : readNumber(parts[2], end - parts[2].length);
		return id && { id, ...(to && { to }), start, end };
	},
	print: ({ id, to, name: word }) => word ?? `${printNumber(id!)}${to ? `-${printNumber(to)}` : ""}`,
};

/** `0001:0234` with zeros, `1:234` without. */
export function classId(digits: number): Codec<ClassId> {
	const write = ({ major, minor }: Pick<ClassId, "major" | "minor">): string =>
		[major, minor].map((each) => each.toString(16).padStart(digits, "0")).join(":");
	return {
		kind: "classId",
		read: (printed, start) => {
			const parts = /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{1,4})$/.exec(printed);
			if (parts === null) return undefined;
			const id = { major: Number.parseInt(parts[1]!, 16), minor: Number.parseInt(parts[2]!, 16) };
			const text = write(id) === printed ? {} : { text: printed };
			return { ...id, ...text, start, end: start + printed.length };
		},
		print: (node) => node.text ?? write(node),
	};
}

const CHUNKS: Readonly<Record<string, number>> = {
	DATA: 0,
	INIT: 1,
	INIT_ACK: 2,
	SACK: 3,
	HEARTBEAT: 4,
	HEARTBEAT_ACK: 5,
	ABORT: 6,
	SHUTDOWN: 7,
	SHUTDOWN_ACK: 8,
	ERROR: 9,
	COOKIE_ECHO: 10,
	COOKIE_ACK: 11,
	ECN_ECNE: 12,
	ECN_CWR: 13,
	SHUTDOWN_COMPLETE: 14,
	I_DATA: 64,
	ASCONF_ACK: 128,
	RE_CONFIG: 130,
	PAD: 132,
	FORWARD_TSN: 192,
	ASCONF: 193,
	I_FORWARD_TSN: 194,
};

function readChunk(printed: string): Chunk | undefined {
	const parts = /^(?:0x([0-9A-F]{4})|([^:,]+))(?::([A-Za-z]+))?$/.exec(printed);
	if (parts === null) return undefined;
	const [, hex, word, flags] = parts;
	const number = hex === undefined ? CHUNKS[word!] : Number.parseInt(hex, 16);
	return {
		...(number !== undefined && { number }),
		...(word !== undefined && { name: word }),
		...(flags !== undefined && { flags }),
	};
}

function printChunk({ number: code, name: word, flags }: Chunk): string {
	const hex = `0x${(code ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
	return `${word ?? hex}${flags === undefined ? "" : `:${flags}`}`;
}

/** `all SHUTDOWN`, `only DATA:Ube,ABORT`, `any 0x0001,0x0003` */
export const chunkTypes: Codec<ChunkTypes> = {
	kind: "chunkTypes",
	words: 2,
	pattern: /(?:all|any|only) +[^ \t]+/y,
	read: (printed, start) => {
		const [scope = "", list = ""] = printed.split(/ +/);
		const chunks = list.split(",").map(readChunk);
		if (chunks.includes(undefined)) return undefined;
		return { scope, chunks: chunks as Chunk[], start, end: start + printed.length };
	},
	print: ({ scope, chunks }) => `${scope} ${chunks.map(printChunk).join(",")}`,
};

function readInstructions(printed: string): Instruction[] | undefined {
	const rows = printed.split(",").map((each) => each.split(" ").map(Number));
	if (rows.some((row) => row.length !== 4 || !row.every(Number.isInteger))) return undefined;
	return rows.map(([code, jumpTrue, jumpFalse, k]) => ({
		code: code!,
		jumpTrue: jumpTrue!,
		jumpFalse: jumpFalse!,
		k: k!,
	}));
}

const printInstructions = (all: readonly Instruction[]): string =>
	all.map(({ code, jumpTrue, jumpFalse, k }) => `${code} ${jumpTrue} ${jumpFalse} ${k}`).join(",");

/** `"4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"`: how many, and each. */
export const bytecode: Codec<Bytecode> = {
	kind: "bytecode",
	raw: true,
	read: (raw, start) => {
		const [count, ...rest] = unquote(raw).split(",");
		const instructions = readInstructions(rest.join(","));
		if (instructions === undefined || String(instructions.length) !== count) return undefined;
		return { instructions, start, end: start + raw.length };
	},
	print: ({ instructions }) => `"${instructions.length},${printInstructions(instructions)}"`,
};

/** `48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0`, and in 1.8 a NUL. */
export const listedBytecode: Codec<Bytecode> = {
	kind: "bytecode",
	pattern: /\d+ \d+ \d+ \d+(?:,\d+ \d+ \d+ \d+)*\x00?/y,
	read: (printed, start) => {
		const nul = printed.endsWith("\x00");
		const instructions = readInstructions(nul ? printed.slice(0, -1) : printed);
		const end = start + printed.length;
		return instructions && { instructions, ...(nul && { nul: true as const }), start, end };
	},
	print: ({ instructions, nul }) => `${printInstructions(instructions)}${nul ? "\x00" : ""}`,
};

/** `149:92,12,123:12` */
export const headerOptions: Codec<HeaderOptions> = {
	kind: "headerOptions",
	read: (printed, start) => {
		if (!/^\d+(?::\d+)?(?:,\d+(?::\d+)?)*$/.test(printed)) return undefined;
		const options = printed.split(",").map((each) => {
			const [type, length] = each.split(":");
			return { optionType: Number(type), ...(length !== undefined && { length: Number(length) }) };
		});
		return { options, start, end: start + printed.length };
	},
	print: ({ options }) =>
		options
			.map(({ optionType, length }) => (length === undefined ? `${optionType}` : `${optionType}:${length}`))
			.join(","),
};

/** `::1,2001:db8::2` */
export const addressList: Codec<AddressList> = {
	kind: "addressList",
	read: (printed, start) => {
		const addresses: IpAddress[] = [];
		let at = start;
		for (const each of printed.split(",")) {
			const address = readIp(each, at);
			if (address === undefined) return undefined;
			addresses.push(address);
			at += each.length + 1;
		}
		return { addresses, start, end: start + printed.length };
	},
	print: ({ addresses }) => addresses.map(printAddress).join(","),
};

/** `esp`, `50` */
export const protocol: Codec<Protocol> = {
	kind: "protocol",
	read: (printed, start) => (printed.startsWith("!") ? undefined : readProtocol(printed, start)),
	print: printProtocol,
};

export const masked: Codec<Masked> = {
	kind: "masked",
	read: (printed, start) => {
		const slash = printed.indexOf("/");
		const value = readNumber(slash === -1 ? printed : printed.slice(0, slash), start);
		if (value === undefined) return undefined;
		if (slash === -1) return { value, start, end: start + printed.length };
		const mask = readNumber(printed.slice(slash + 1), start + slash + 1);
		return mask === undefined ? undefined : { value, mask, start, end: start + printed.length };
	},
	print: ({ value, mask }) => printNumber(value) + (mask === undefined ? "" : `/${printNumber(mask)}`),
};

/**
 * A number that the system has names for (`/etc/iproute2/rt_realms`, `group`), in the save form and without `-n` in
 * lists: `cosmos`. Only 0 has a name that is the same everywhere; with a mask it is a number.
 */
export function zeroNamed(name: string): Codec<Masked> {
	return {
		...masked,
		read: (printed, start) => {
			if (printed !== name) return masked.read(printed, start);
			const span = { start, end: start + printed.length };
			return { value: { value: 0, text: name, ...span }, ...span };
		},
	};
}

const TOS: Readonly<Record<string, number>> = {
	"Minimize-Delay": 0x10,
	"Maximize-Throughput": 0x08,
	"Maximize-Reliability": 0x04,
	"Minimize-Cost": 0x02,
	"Normal-Service": 0x00,
};

/** `Minimize-Delay`, negated `! Minimize-Delay`, as lists of `tos` and `TOS` without `-n` write `0x10/0x3f`. */
export const tosSymbol: {
	readonly pattern: RegExp;
	readonly read: (printed: string, start: number) => { tos: Masked } | undefined;
	readonly print: (node: { readonly tos?: Masked }) => string | undefined;
} = {
	pattern: /(?:! )?[A-Z][A-Za-z-]+(?![^ \t])/y,
	read: (printed: string, start: number): { tos: Masked } | undefined => {
		const word = printed.replace(/^! /, "");
		if (!Object.hasOwn(TOS, word)) return undefined;
		const negated = word !== printed && { negated: true as const };
		const span = { start, end: start + printed.length };
		const value = { value: TOS[word]!, text: word, ...span };
		return { tos: { value, mask: { value: 0x3f, ...span }, ...negated, ...span } };
	},
	print: ({ tos }: { readonly tos?: Masked }): string | undefined => {
		const text = tos?.value.text;
		if (text === undefined || !Object.hasOwn(TOS, text)) return undefined;
		return `${tos?.negated ? "! " : ""}${text}`;
	},
};

/** `set 0x12/0xff`, and without `-n` `and 0xf0`, `or 0x0f`, `xor 0x33`, which stand for a value and its mask. */
export const tosOperation: Codec<Masked> = {
	kind: "masked",
	pattern: /(?:set|and|or|xor) +[^ \t]+/y,
	read: (printed, start) => {
		const at = printed.lastIndexOf(" ") + 1;
		const span = { start, end: start + printed.length };
		const read = masked.read(printed.slice(at), start + at);
		if (read === undefined || printed.startsWith("set")) return read && { ...read, ...span };
		const { value: bits } = read.value;
		const [value, mask] = printed.startsWith("and")
			? [0, ~bits & 0xff]
			: [bits, printed[0] === "x" ? 0 : bits];
		return { value: { value, text: printed, ...span }, mask: { value: mask, ...span }, ...span };
	},
	print: (tos) =>
		/^(?:and|or|xor) /.test(tos.value.text ?? "") ? tos.value.text : `set ${masked.print(tos)}`,
};

const ALL = 0xffffffff;
/** JavaScript's bit operators give signed numbers. */
const unsigned = (value: number): number => value >>> 0;

/** The kernel's operation for a spelling and its operand. */
export function markOperation(
	spelling: MarkOperation["spelling"],
	operand: number,
	operandMask?: number,
): { value: number; mask: number } {
	switch (spelling) {
		case "set":
			// `--set-mark V/M` clears M and ORs V: what XOR would flip must be cleared too.
			return { value: operand, mask: operandMask === undefined ? ALL : unsigned(operandMask | operand) };
		case "xset":
			return { value: operand, mask: operandMask ?? ALL };
		case "or":
			return { value: operand, mask: operand };
		case "and":
			return { value: 0, mask: unsigned(~operand) };
		case "xor":
			return { value: operand, mask: 0 };
	}
}

function readOperation(
	spelling: MarkOperation["spelling"],
	printed: string,
	start: number,
): MarkOperation | undefined {
	const read = masked.read(printed, start);
	if (read === undefined || read.value.value > ALL || (read.mask?.value ?? 0) > ALL) return undefined;
	const { value: operand, mask: operandMask } = read;
	return {
		...markOperation(spelling, operand.value, operandMask?.value),
		spelling,
		operand,
		...(operandMask && { operandMask }),
		start,
		end: start + printed.length,
	};
}

function printOperand({ operand, operandMask }: MarkOperation): string {
	return printNumber(operand) + (operandMask === undefined ? "" : `/${printNumber(operandMask)}`);
}

/** `--set-xmark 0x10/0xf0`: the operand of an option that names its spelling. */
export function operand(spelling: MarkOperation["spelling"]): Codec<MarkOperation> {
	return {
		kind: "markOperation",
		read: (printed, start) => readOperation(spelling, printed, start),
		print: (operation) => (operation.spelling === spelling ? printOperand(operation) : undefined),
	};
}

/** `or 0x4000`: the list's own spelling before the operand. */
export const listedOperation: Codec<MarkOperation> = {
	kind: "markOperation",
	pattern: /(?:set|xset|or|and|xor) +[^ \t]+/y,
	read: (printed, start) => {
		const blank = printed.indexOf(" ");
		const at = printed.lastIndexOf(" ") + 1;
		const operation = readOperation(
			printed.slice(0, blank) as MarkOperation["spelling"],
			printed.slice(at),
			start + at,
		);
		return operation && { ...operation, start, end: start + printed.length };
	},
	print: (operation) => `${operation.spelling} ${printOperand(operation)}`,
};

export const rate: Codec<Rate> = {
	kind: "rate",
	read: (printed, start) => {
		const parts = /^(\d+)([kmg]?b)?\/(s|sec|second|min|minute|hour|day)$/.exec(printed);
		if (parts === null) return undefined;
		const unit = parts[2] === undefined ? {} : { unit: parts[2] };
		return { count: Number(parts[1]), ...unit, per: parts[3]!, start, end: start + printed.length };
	},
	print: ({ count, unit, per }) => `${count}${unit ?? ""}/${per}`,
};

export const host: Codec<Host> = {
	kind: "host",
	read: (printed, start) =>
		readIp(printed, start) ??
		(/^[A-Za-z0-9_][\w.-]*$/.test(printed)
			? { type: "name", value: printed, start, end: start + printed.length }
			: undefined),
	print: (address) => (address.type === "ip" ? printAddress(address) : address.value),
};

export const network: Codec<Network> = {
	kind: "network",
	read: (printed, start) =>
		readIp(printed, start) ??
		readPrefix(printed, start) ?? { type: "name", value: printed, start, end: start + printed.length },
	print: (address) => (address.type === "name" ? address.value : printAddress(address)),
};

export const addressRange: Codec<AddressRange> = {
	kind: "addressRange",
	read: (printed, start) => {
		const dash = printed.indexOf("-");
		const from = readIp(printed.slice(0, dash), start);
		const to = readIp(printed.slice(dash + 1), start + dash + 1);
		return from && to && { from, to, start, end: start + printed.length };
	},
	print: ({ from, to }) => `${printAddress(from)}-${printAddress(to)}`,
};

const PORTS = "(?::(\\d+)(?:-(\\d+))?(?:/(\\d+))?)?";
const NAT_FORMS: readonly RegExp[] = [
	new RegExp(`^([\\d.]*)(?:-([\\d.]+))?${PORTS}$`),
	new RegExp(`^\\[([^\\]-]+)(?:-([^\\]]+))?\\]${PORTS}$`),
	/^([^[\]-]+)(?:-([^[\]]+))?$/,
];

/** DNAT and SNAT: IPv6 addresses stand in brackets where ports follow, and only there. */
export const natRange: Codec<NatRange> = {
	kind: "natRange",
	read: (printed, start) => {
		for (const form of NAT_FORMS) {
			const parts = form.exec(printed);
			if (parts !== null) return natOf(parts, start);
		}
		return undefined;
	},
	print: ({ from, to, ports, base }) => {
		let out = from === undefined ? "" : printAddress(from);
		if (to !== undefined) out += `-${printAddress(to)}`;
		if (from?.family === 6 && ports !== undefined) out = `[${out}]`;
		if (ports !== undefined) out += `:${dashPorts.print(ports)}`;
		if (base !== undefined) out += `/${printPort(base)}`;
		return out;
	},
};

function natOf(parts: RegExpExecArray, start: number): NatRange | undefined {
	const [printed, first, last, firstPort, lastPort, basePort] = parts;
	const bracket = printed.startsWith("[") ? 1 : 0;
	const from = first ? readIp(first, start + bracket) : undefined;
	const to = last ? readIp(last, start + bracket + first!.length + 1) : undefined;
	if ((first && !from) || (last && !(from && to))) return undefined;
	const end = start + printed.length;
	if (firstPort === undefined) return from && (to ? { from, to, start, end } : { from, start, end });
	let at = start + printed.indexOf(":", printed.indexOf("]") + 1) + 1;
	const low = readPort(firstPort, at);
	at += firstPort.length;
	const high = lastPort === undefined ? undefined : readPort(lastPort, at + 1);
	if (lastPort !== undefined) at += lastPort.length + 1;
	const range = {} as Draft<NatRange>;
	if (from !== undefined) range.from = from;
	if (to !== undefined) range.to = to;
	range.ports = {
		from: low,
		...(high && { to: high }),
		start: low.start,
		end: at,
	};
	if (basePort !== undefined) range.base = readPort(basePort, at + 1);
	range.start = start;
	range.end = end;
	return range;
}

const dashPorts = portRange("-");

const FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

function flagNames(printed: string): readonly string[] | undefined {
	if (printed === "NONE") return [];
	if (printed === "ALL") return FLAGS;
	const names = printed.split(",");
	return names.every((each) => FLAGS.includes(each)) ? names : undefined;
}

function flagBits(printed: string): readonly string[] {
	const bits = Number(printed);
	return FLAGS.filter((_, index) => bits & (1 << index));
}

/** The tool writes no flags as `NONE`; all six it spells out. */
const printFlags = (names: readonly string[]): string => (names.length === 0 ? "NONE" : names.join(","));

const printBits = (names: readonly string[]): string => {
	const bits = names.reduce((sum, each) => sum | (1 << FLAGS.indexOf(each)), 0);
	return `0x${bits.toString(16).toUpperCase().padStart(2, "0")}`;
};

/** `--tcp-flags FIN,SYN,RST,ACK SYN` */
export const tcpFlags: Codec<TcpFlags> = {
	kind: "tcpFlags",
	words: 2,
	read: (printed, start) => {
		const [first = "", second = ""] = printed.split(/[ \t]+/);
		const mask = flagNames(first);
		const set = flagNames(second);
		return mask && set && { mask, set, start, end: start + printed.length };
	},
	print: ({ mask, set }) => `${printFlags(mask)} ${printFlags(set)}`,
};

/** `--syn`, as people write `--tcp-flags FIN,SYN,RST,ACK SYN`; no tool prints it. */
export const synFlags: Codec<TcpFlags> = {
	kind: "tcpFlags",
	words: 0,
	read: (printed, start) => ({
		mask: flagNames("FIN,SYN,RST,ACK")!,
		set: flagNames("SYN")!,
		start,
		end: start + printed.length,
	}),
	print: () => undefined,
};

/** `flags:0x17/0x02`, `flags:!FIN,SYN,RST,ACK/SYN` */
export const listedFlags: Codec<TcpFlags> = {
	kind: "tcpFlags",
	ownNegation: true,
	pattern: /flags:!?[^ \t/]+\/[^ \t]+/y,
	read: (printed, start) => {
		const parts = /^flags:(!?)([^/]+)\/(.+)$/.exec(printed);
		if (parts === null) return undefined;
		const numeric = parts[2]!.startsWith("0x");
		const mask = numeric ? flagBits(parts[2]!) : flagNames(parts[2]!);
		const set = numeric ? flagBits(parts[3]!) : flagNames(parts[3]!);
		if (mask === undefined || set === undefined) return undefined;
		return {
			mask,
			set,
			...(numeric && { numeric: true as const }),
			...(parts[1] === "!" && { negated: true as const }),
			start,
			end: start + printed.length,
		};
	},
	print: ({ mask, set, numeric, negated }) => {
		const write = numeric ? printBits : printFlags;
		return `flags:${negated ? "!" : ""}${write(mask)}/${write(set)}`;
	},
};

export const mac: Codec<Mac> = { kind: "mac", read: readMac, print: printAddress };

/** A word of the save form and its list counterpart: `--rcheck`, listed `CHECK`. */
export function keyword(value: string): Codec<Name> {
	return {
		kind: "name",
		words: 0,
		read: (printed, start) => ({ value, start, end: start + printed.length }),
		print: (node) => (node.value === value ? "" : undefined),
	};
}

/** `blocked src,dst` */
export const setReference: Codec<SetReference> = {
	kind: "setReference",
	words: 2,
	pattern: /[^ \t]+ +(?:src|dst)(?:,(?:src|dst))*/y,
	read: (printed, start) => {
		const parts = /^([^ ]+) +((?:src|dst)(?:,(?:src|dst))*)$/.exec(printed);
		return parts
			? { set: parts[1]!, directions: parts[2]!.split(","), start, end: start + printed.length }
			: undefined;
	},
	print: ({ set, directions }) => `${set} ${directions.join(",")}`,
};

/** `== 64`, negated `!= 64` */
export const comparison: Codec<NumberValue> = {
	kind: "number",
	ownNegation: true,
	pattern: /[=!]= +\d+/y,
	read: (printed, start) => {
		const digits = /\d+$/.exec(printed)![0];
		const node = readNumber(digits, start);
		const negated = printed.startsWith("!") && { negated: true as const };
		return node && { ...node, ...negated, start, end: start + printed.length };
	},
	print: (node) => `${node.negated ? "!=" : "=="} ${printNumber(node)}`,
};

/** The list's words for values that the save form writes otherwise: `{ CHECK: "rcheck" }`. */
export function renamed(names: Readonly<Record<string, string>>): Codec<Name> {
	const printed = new Map(Object.entries(names).map(([list, value]) => [value, list]));
	const values = new Map(Object.entries(names));
	return {
		kind: "name",
		pattern: new RegExp(Object.keys(names).join("|"), "y"),
		read: (word, start) => {
			const value = values.get(word);
			return value === undefined ? undefined : { value, start, end: start + word.length };
		},
		print: ({ value }) => printed.get(value),
	};
}

/** Names of ICMP types, from libxt_icmp.h of iptables. */
const ICMP: Readonly<Record<string, readonly [number, number?]>> = {
	any: [255],
	"echo-reply": [0],
	"destination-unreachable": [3],
	"network-unreachable": [3, 0],
	"host-unreachable": [3, 1],
	"protocol-unreachable": [3, 2],
	"port-unreachable": [3, 3],
	"fragmentation-needed": [3, 4],
	"source-route-failed": [3, 5],
	"network-unknown": [3, 6],
	"host-unknown": [3, 7],
	"network-prohibited": [3, 9],
	"host-prohibited": [3, 10],
	"TOS-network-unreachable": [3, 11],
	"TOS-host-unreachable": [3, 12],
	"communication-prohibited": [3, 13],
	"host-precedence-violation": [3, 14],
	"precedence-cutoff": [3, 15],
	"source-quench": [4],
	redirect: [5],
	"network-redirect": [5, 0],
	"host-redirect": [5, 1],
	"TOS-network-redirect": [5, 2],
	"TOS-host-redirect": [5, 3],
	"echo-request": [8],
	"router-advertisement": [9],
	"router-solicitation": [10],
	"time-exceeded": [11],
	"ttl-zero-during-transit": [11, 0],
	"ttl-zero-during-reassembly": [11, 1],
	"parameter-problem": [12],
	"ip-header-bad": [12, 0],
	"required-option-missing": [12, 1],
	"timestamp-request": [13],
	"timestamp-reply": [14],
	"address-mask-request": [17],
	"address-mask-reply": [18],
};
const ICMP6: Readonly<Record<string, readonly [number, number?]>> = {
	"destination-unreachable": [1],
	"no-route": [1, 0],
	"communication-prohibited": [1, 1],
	"beyond-scope": [1, 2],
	"address-unreachable": [1, 3],
	"port-unreachable": [1, 4],
	"failed-policy": [1, 5],
	"reject-route": [1, 6],
	"packet-too-big": [2],
	"time-exceeded": [3],
	"ttl-zero-during-transit": [3, 0],
	"ttl-zero-during-reassembly": [3, 1],
	"parameter-problem": [4],
	"bad-header": [4, 0],
	"unknown-header-type": [4, 1],
	"unknown-option": [4, 2],
	"echo-request": [128],
	"echo-reply": [129],
	"mld-listener-query": [130],
	"mld-listener-report": [131],
	"mld-listener-done": [132],
	"mld-listener-reduction": [132],
	"router-solicitation": [133],
	"router-advertisement": [134],
	"neighbour-solicitation": [135],
	"neighbour-advertisement": [136],
	redirect: [137],
};

function icmpNamed(family: 4 | 6, word: string): Pick<IcmpType, "value" | "code" | "name"> | undefined {
	if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(word)) return undefined;
	const known = (family === 4 ? ICMP : ICMP6)[word];
	if (known === undefined) return { name: word };
	const [value, code] = known;
	return { value, ...(code !== undefined && { code }), name: word };
}

/** `--icmp-type 3/4`, `--icmp-type any` */
export function icmpType(family: 4 | 6): Codec<IcmpType> {
	return {
		kind: "icmpType",
		read: (printed, start) => {
			const parts = /^(\d+)(?:\/(\d+))?$/.exec(printed);
			const type = parts
				? { value: Number(parts[1]), ...(parts[2] !== undefined && { code: Number(parts[2]) }) }
				: icmpNamed(family, printed);
			return type && { ...type, start, end: start + printed.length };
		},
		print: ({ value, code, name: word }) => word ?? `${value}${code === undefined ? "" : `/${code}`}`,
	};
}

/** `icmptype 3 code 4`, `icmp !type 8`, `icmp echo-request` */
export function listedIcmp(family: 4 | 6): Codec<IcmpType> {
	const word = family === 4 ? "icmp" : "ipv6-icmp";
	const numeric = new RegExp(`^${word}( !)?type +(\\d+)(?: +code +(\\d+))?$`);
	const named = new RegExp(`^${word} +(!?)([^ \t]+)$`);
	return {
		kind: "icmpType",
		ownNegation: true,
		pattern: new RegExp(
			`${word}(?: !)?type +\\d+(?: +code +\\d+)?(?![^ \t])|${word} +!?[A-Za-z][A-Za-z0-9-]*(?![^ \t])`,
			"y",
		),
		read: (printed, start) => {
			const numbers = numeric.exec(printed);
			const names = numbers === null ? named.exec(printed) : null;
			const type = numbers
				? { value: Number(numbers[2]), ...(numbers[3] !== undefined && { code: Number(numbers[3]) }) }
				: names && icmpNamed(family, names[2]!);
			const negated = (numbers?.[1] ?? names?.[1] ?? "") !== "";
			return type
				? { ...type, ...(negated && { negated: true as const }), start, end: start + printed.length }
				: undefined;
		},
		print: ({ value, code, name: printed, negated }) => {
			if (printed !== undefined) return `${word} ${negated ? "!" : ""}${printed}`;
			return `${word}${negated ? " !" : ""}type ${value}${code === undefined ? "" : ` code ${code}`}`;
		},
	};
}
