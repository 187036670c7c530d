import { blanks, createLexer, type Lexer, type TokenType } from "@netfossil/core/grammar";
import { Text, whole } from "../tokens.ts";

const ENDPOINT = /(?:[\dA-F]{8}|\[(?:[\da-f]{4}:){7}[\da-f]{4}\]):[\dA-F]{4}/.source;

/** `UDP  0A6012A4:7B91`, `TCP  [2001:0db8:…:54e2]:FFFF` */
export const Key: TokenType = whole(
	"Key",
	new RegExp(`(?:TCP|UDP|SCTP)[ \\t]+${ENDPOINT}`),
	"a protocol and ADDRESS:PORT in hexadecimal",
);
export const Server: TokenType = whole(
	"Server",
	new RegExp(`->[ \\t]+${ENDPOINT}`),
	"-> ADDRESS:PORT in hexadecimal",
);
/** Weight, active and inactive connections. */
export const State: TokenType = whole("State", /\d+[ \t]+\d+[ \t]+\d+/, "three numbers");
/** `0A630001 D300`. With one blank: two numbers of ip_vs_stats that are no wider have more of them between. */
export const End: TokenType = whole(
	"End",
	/(?:[\dA-F]{8}|(?:[\da-f]{4}:){7}[\da-f]{4}) [\dA-F]{4}/,
	"ADDRESS PORT in hexadecimal",
);
export const Mark: TokenType = whole("Mark", /FWM[ \t]+[\dA-F]{8}/, "FWM and a mark in hexadecimal");
export const Persistent: TokenType = whole(
	"Persistent",
	/persistent[ \t]+\d{1,10}[ \t]+[\dA-F]{8}/,
	"persistent JIFFIES MASK",
);
export const Ops: TokenType = whole("Ops", /ops/, "'ops'");
export const Forward: TokenType = whole("Forward", /Masq|Route|Tunnel|Local/, "Masq, Route, Tunnel or Local");
/** The seconds of a connection. */
export const Integer: TokenType = whole("Integer", /\d+/, "a number");
/** The numbers of ip_vs_stats. */
export const Numbers: TokenType = whole(
	"Numbers",
	/[\dA-F]+(?:[ \t]+[\dA-F]+){4}/,
	"five numbers in hexadecimal",
);

export const tokens: TokenType[] = [
	blanks,
	Key,
	Server,
	End,
	Numbers,
	State,
	Mark,
	Persistent,
	Ops,
	Forward,
	Integer,
	Text,
];

/** All that is one word of the kernel's: a state, a scheduler. */
export const words: TokenType[] = [Ops, Forward, Integer, Text];

export const createProcLexer = (): Lexer => createLexer(tokens);
