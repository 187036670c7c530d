import { blanks, createLexer, type Lexer, type TokenType } from "@netfossil/core/grammar";
import { Text, whole } from "../tokens.ts";

/** `TCP  10.0.0.1:80` */
export const AddressKey: TokenType = whole(
	"AddressKey",
	/(?:TCP|UDP|SCTP)[ \t]+[^ \t]+/,
	"TCP, UDP or SCTP and ADDRESS:PORT",
);
/** `FWM  258`, `FWM  77 IPv6` */
export const MarkKey: TokenType = whole("MarkKey", /FWM[ \t]+[^ \t]+(?:[ \t]+IPv6)?/, "FWM MARK");
export const Server: TokenType = whole("Server", /->[ \t]+[^ \t]+/, "-> ADDRESS:PORT");
/** `persistent 60 mask 255.255.255.0` */
export const Persistent: TokenType = whole(
	"Persistent",
	/persistent[ \t]+\d+(?:[ \t]+mask[ \t]+[^ \t]+)?/,
	"persistent SECONDS",
);
export const Engine: TokenType = whole("Engine", /pe[ \t]+[^ \t]+/, "pe NAME");
export const Ops: TokenType = whole("Ops", /ops/, "'ops'");
export const Flags: TokenType = whole("Flags", /\([^() \t]*\)/, "scheduler flags in parentheses");
export const Forward: TokenType = whole("Forward", /Masq|Route|Tunnel|Local/, "Masq, Route, Tunnel or Local");
/** All numbers at the end of a line; `100000K` is what `--stats` prints of 100,000,000. */
export const Numbers: TokenType = whole("Numbers", /\d+[KMGT]?(?:[ \t]+\d+[KMGT]?)*/, "numbers");

export const tokens: TokenType[] = [
	blanks,
	Numbers,
	Server,
	AddressKey,
	MarkKey,
	Persistent,
	Engine,
	Ops,
	Flags,
	Forward,
	Text,
];

export const createListLexer = (): Lexer => createLexer(tokens);
