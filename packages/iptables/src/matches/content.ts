import type { Span } from "@netfossil/core";
import type { Extension } from "../extension.ts";
import {
	type Bytecode,
	bytecode,
	escaped,
	listedBytecode,
	listText,
	type Name,
	type NumberValue,
	name,
	number,
	quoted,
	spaced,
	type Text,
	type Toggle,
	text,
	toggle,
} from "../values.ts";

/** `-m string --string "GET /" --algo bm`, listed `STRING match  "GET /" ALGO name bm` (libxt_string). */
export interface StringMatch extends Span {
	readonly type: "string";
	readonly string?: Text;
	readonly hex?: Text;
	readonly algorithm?: Name;
	readonly from?: NumberValue;
	readonly to?: NumberValue;
	readonly ignoreCase?: Toggle;
}
const REST = " ALGO name {algorithm}[ FROM {from}][ TO {to}][ ICASE{?ignoreCase}]";
/** Between the `!` of a negation, if there is one, and the quotes a blank stands in any case. */
const listedString = spaced(escaped, /(?:! *)?"(?:\\.|[^"\\])*"(?= +ALGO name )/y);
export const string: Extension<StringMatch> = {
	type: "string",
	save: [
		{ flag: "--string", key: "string", value: escaped },
		{ flag: "--hex-string", key: "hex", value: escaped },
		{ flag: "--algo", key: "algorithm", value: name },
		{ flag: "--from", key: "from", value: number },
		{ flag: "--to", key: "to", value: number },
		{ flag: "--icase", key: "ignoreCase", value: toggle },
	],
	list: [{ format: ` STRING match {hex}${REST}` }, { format: ` STRING match {string}${REST}` }],
	listValues: {
		string: listedString,
		// What holds bytes that cannot be printed is in hexadecimal as a whole.
		hex: { ...listedString, pattern: /(?:! *)?"\|[^"]*"(?= +ALGO name )/y },
	},
};

/** `-m u32 --u32 "0x6&0xff=0x1"`, listed `u32 "0x6&0xff=0x1"` (libxt_u32). */
export interface U32Match extends Span {
	readonly type: "u32";
	readonly expression?: Text;
}
export const u32: Extension<U32Match> = {
	type: "u32",
	save: [{ flag: "--u32", key: "expression", value: quoted }],
	list: ' u32 {!expression}"{expression}"',
	listValues: { expression: listText(/[^"]*/y) },
};

/** `-m bpf --bytecode "4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0"`, listed `match bpf 48 0 0 9,21 0 1 6,…` (libxt_bpf). */
export interface BpfMatch extends Span {
	readonly type: "bpf";
	readonly bytecode?: Bytecode;
	/** The path of a pinned program. */
	readonly pinned?: Text;
}
export const bpf: Extension<BpfMatch> = {
	type: "bpf",
	save: [
		{ flag: "--bytecode", key: "bytecode", value: bytecode },
		{ flag: "--object-pinned", key: "pinned", value: text },
	],
	// No blank stands before it.
	list: [{ format: "match bpf {bytecode}" }, { format: "match bpf pinned {pinned}" }],
	listValues: { bytecode: listedBytecode, pinned: listText(/[^ \t]+/y) },
};
