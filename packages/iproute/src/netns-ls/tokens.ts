import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

const whole = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern, label });

export const Text: TokenType = wordToken("Text", "a name");
export const Mode: TokenType = whole("Mode", /[-bcdlps](?:[-rwxsStT]{9})[.+@]?(?![^ \t])/, "a file mode");
export const Integer: TokenType = whole("Integer", /\d+(?![^ \t])/, "a number");
/** The forms of GNU ls by locale and `--time-style`, and of busybox. */
export const Time: TokenType = whole(
	"Time",
	/(?:[A-Z][a-z]{2} +\d{1,2} +(?:\d{2}:\d{2}|\d{4})|\d{1,2} [A-Z][a-z]{2} +(?:\d{2}:\d{2}|\d{4})|\d{4}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2}(?:\.\d+)?(?: [+-]\d{4})?)?)(?![^ \t])/,
	"a date",
);
export const TotalWord: TokenType = whole("TotalWord", /total(?![^ \t])/, "'total'");
export const Arrow: TokenType = whole("Arrow", /->(?![^ \t])/, "'->'");
export const Path: TokenType = whole("Path", /[./~][^ \t]*:(?![^ \t])/, "FOLDER:");

export const Quoted: TokenType = whole("Quoted", /(?:'[^']*'|"[^"]*")(?![^ \t])/, "a quoted name");

export const tokens: TokenType[] = [blanks, Mode, Time, Integer, TotalWord, Arrow, Path, Quoted, Text];

export const createNetnsLsLexer = (): Lexer => createLexer(tokens);
