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

/** `100000K`: what `--stats` and `--rate` print of a number from 100,000,000 on. */
export const Scaled: TokenType = keyword("Scaled", /\d+[KMGT]/, "a number");
/** `14:57`, also of more than 99 minutes. */
export const Expires: TokenType = keyword("Expires", /\d{2,9}:[0-5]\d/, "MINUTES:SECONDS");

export const tokens: TokenType[] = [
	blanks,
	Scaled,
	Expires,
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

/** All that is not blank. */
export const words: TokenType[] = tokens.filter((type) => type !== blanks);

export const createListLexer = (): Lexer => createLexer(tokens);
