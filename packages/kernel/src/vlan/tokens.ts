import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

export const Title: TokenType = createToken({
	name: "Title",
	pattern: /VLAN Dev name\t \| VLAN ID/,
	label: "the titles",
});
export const Naming: TokenType = createToken({
	name: "Naming",
	pattern: /Name-Type: \S+/,
	label: "'Name-Type: '",
});
/** A name of 15 characters leaves no blank before the bar: `br-0123456789ab| 583  | eth0`. */
export const Cell: TokenType = wordToken("Cell", "a cell and '|'", /[^ \t]+[ \t]*\|(?![^ \t])/);
export const Text: TokenType = wordToken("Text", "a name");

export const tokens: TokenType[] = [blanks, Title, Naming, Cell, Text];

export const createVlanLexer = (): Lexer => createLexer(tokens);
