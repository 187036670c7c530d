import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

export const Text: TokenType = wordToken("Text", "a word");

/** The `opt` column: whether the rule is for fragments. */
export const Opt: TokenType = createToken({
	name: "Opt",
	pattern: /--|-f|!f|!-/,
	longer_alt: Text,
	label: "'--' (the opt column)",
});
export const Integer: TokenType = createToken({
	name: "Integer",
	pattern: /\d+/,
	longer_alt: Text,
	label: "a number",
});
/** A rounded counter. */
export const Rounded: TokenType = createToken({
	name: "Rounded",
	pattern: /\d+[KMGT]/,
	longer_alt: Text,
	label: "a counter",
});

export const tokens: TokenType[] = [blanks, Opt, Rounded, Integer, Text];

export const createListLexer = (): Lexer => createLexer(tokens);
