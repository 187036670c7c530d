import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";
import { FDB_FLAGS } from "./words.ts";

export const Text: TokenType = wordToken("Text", "a word");
export const Address: TokenType = createToken({
	name: "Address",
	pattern: /[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2})+(?![^ \t])/,
	label: "a link-layer address",
});
export const ViaIndex: TokenType = createToken({
	name: "ViaIndex",
	pattern: /via[ \t]+ifindex[ \t]+\d+(?![^ \t])/,
	label: "'via ifindex N'",
});
/** A word and its value. `master permanent` at the end of a line is a flag and a state: there is no name. */
export const Field: TokenType = createToken({
	name: "Field",
	pattern:
		/(?:dev|dst|vlan|port|vni|src_vni|via|nhid|link-netnsid|used|master(?![ \t]+(?:permanent|static|stale)$))[ \t]+[^ \t]+/,
	label: "a word with its value (dev NAME, dst ADDRESS, vlan N …)",
});
export const State: TokenType = createToken({ name: "State", label: "a state (permanent, static, stale)" });
export const StateBits: TokenType = createToken({
	name: "StateBits",
	pattern: /state=0x[0-9a-f]+(?![^ \t])/,
	label: "state=BITS",
});
export const Flag: TokenType = createToken({ name: "Flag", label: "a flag (self, sticky …)" });

const lexed: TokenType[] = [blanks, Address, ViaIndex, Field, StateBits, Text];
const keywords = new Map<string, TokenType>([
	...FDB_FLAGS.map((flag) => [flag, Flag] as const),
	["master", Flag],
	...["permanent", "static", "stale"].map((state) => [state, State] as const),
]);

export const tokens: TokenType[] = [...lexed, State, Flag];

export const createFdbLexer = (): Lexer => createLexer(lexed, { word: Text, types: keywords });
