import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";
import { PORT_WORDS } from "./words.ts";

export const Text: TokenType = wordToken("Text", "a word");
/** `4: p0@q0: <UP>`, and `28: veth1 state UP @veth0: <UP>` of releases before 4.14. */
export const Head: TokenType = createToken({
	name: "Head",
	pattern: /\d+: [^ \t]+(?: state [^ \t]+ (?:@[^ \t]*)?)?: <[^> \t]*>(?![^ \t])/,
	label: "INDEX: NAME: <FLAGS>",
});
export const Field: TokenType = createToken({
	name: "Field",
	pattern: new RegExp(`(?:${PORT_WORDS.join("|")})[ \\t]+[^ \\t]+`),
	label: "a word with its value (mtu N, master NAME, state STATE …)",
});

export const tokens: TokenType[] = [blanks, Head, Field, Text];

export const createPortLexer = (): Lexer => createLexer(tokens);
