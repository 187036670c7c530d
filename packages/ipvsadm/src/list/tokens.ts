import { blanks, createLexer, createToken, type Lexer, type TokenType } from "@netfossil/core/grammar";
import { Integer, Text } from "../tokens.ts";

/** A word of the format itself; a longer word that begins like it is just a word. */
const keyword = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern, longer_alt: Text, label });

export const Arrow: TokenType = keyword("Arrow", /->/, "'->'");
export const Protocol: TokenType = keyword("Protocol", /TCP|UDP|SCTP/, "TCP, UDP or SCTP");
export const Fwm: TokenType = keyword("Fwm", /FWM/, "FWM");
export const Ipv6: TokenType = keyword("Ipv6", /IPv6/, "IPv6");
export const Persistent: TokenType = keyword("Persistent", /persistent/, "'persistent'");
export const Mask: TokenType = keyword("Mask", /mask/, "'mask'");
export const Pe: TokenType = keyword("Pe", /pe/, "'pe'");
export const Ops: TokenType = keyword("Ops", /ops/, "'ops'");
export const Flags: TokenType = createToken({
	name: "Flags",
	pattern: /\([^() \t]*\)/,
	longer_alt: Text,
	label: "scheduler flags in parentheses",
});
export const Forward: TokenType = keyword(
	"Forward",
	/Masq|Route|Tunnel|Local/,
	"Masq, Route, Tunnel or Local",
);

export const tokens: TokenType[] = [
	blanks,
	Arrow,
	Protocol,
	Fwm,
	Ipv6,
	Persistent,
	Mask,
	Pe,
	Ops,
	Flags,
	Forward,
	Integer,
	Text,
];

export const createListLexer = (): Lexer => createLexer(tokens);
