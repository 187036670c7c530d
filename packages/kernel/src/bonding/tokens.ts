import { createLexer, createToken, type Lexer, type TokenType, wordToken } from "@netfossil/core/grammar";

/** A key may hold blanks and brackets: `Aggregator selection policy (ad_select)`. */
export const Key: TokenType = wordToken("Key", "a key", /[^\s:][^:\n]*(?=: )/);
export const Value: TokenType = createToken({ name: "Value", pattern: /: [^\n]*/, label: "': VALUE'" });
export const Heading: TokenType = createToken({
	name: "Heading",
	pattern: /(?:802\.3ad info|Active Aggregator Info:|details (?:actor|partner) lacp pdu:)/,
	label: "a heading",
});

export const tokens: TokenType[] = [Heading, Value, Key];

export const createBondingLexer = (): Lexer => createLexer(tokens);
