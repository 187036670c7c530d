import { blanks, createLexer, createToken, type Lexer, type TokenType } from "@netfossil/core/grammar";
import { Integer, Text } from "../tokens.ts";

/** A word of the format itself; a longer word that begins like it is just a word. */
const keyword = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern, longer_alt: Text, label });

/** `0A6012A4:7B91`, `[2001:0db8:…:54e2]:FFFF` */
export const Endpoint: TokenType = createToken({
	name: "Endpoint",
	pattern: /(?:[\dA-F]{8}|\[(?:[\da-f]{4}:){7}[\da-f]{4}\]):[\dA-F]{4}(?![^ \t])/,
	label: "ADDRESS:PORT in hexadecimal",
});
/** `0A630001 D300`. With one blank: two numbers of ip_vs_stats that are no wider have more of them between. */
export const End: TokenType = createToken({
	name: "End",
	pattern: /(?:[\dA-F]{8}|(?:[\da-f]{4}:){7}[\da-f]{4}) [\dA-F]{4}(?![^ \t])/,
	label: "ADDRESS PORT in hexadecimal",
});
export const Mark: TokenType = createToken({
	name: "Mark",
	pattern: /FWM[ \t]+[\dA-F]{8}(?![^ \t])/,
	label: "FWM and a mark in hexadecimal",
});
export const Persistent: TokenType = createToken({
	name: "Persistent",
	pattern: /persistent[ \t]+\d{1,10}[ \t]+[\dA-F]{8}(?![^ \t])/,
	label: "persistent JIFFIES MASK",
});
export const Arrow: TokenType = keyword("Arrow", /->/, "'->'");
export const Protocol: TokenType = keyword("Protocol", /TCP|UDP|SCTP/, "TCP, UDP or SCTP");
export const Ops: TokenType = keyword("Ops", /ops/, "'ops'");
export const Forward: TokenType = keyword(
	"Forward",
	/Masq|Route|Tunnel|Local/,
	"Masq, Route, Tunnel or Local",
);
/** `C56E4`; `3106` is an Integer by its looks. */
export const Hex: TokenType = keyword("Hex", /\d*[A-F][\dA-F]*/, "a number in hexadecimal");

export const tokens: TokenType[] = [
	blanks,
	Endpoint,
	End,
	Mark,
	Persistent,
	Arrow,
	Protocol,
	Ops,
	Forward,
	Hex,
	Integer,
	Text,
];

/** All that is one word of the kernel's: a state, a scheduler. */
export const words: TokenType[] = [Protocol, Ops, Forward, Integer, Hex, Text];

export const createProcLexer = (): Lexer => createLexer(tokens);
