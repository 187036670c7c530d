import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

export const Text: TokenType = wordToken("Text", "a name");
export const Id: TokenType = createToken({
	name: "Id",
	pattern: /\(id: \d+\)(?![^ \t])/,
	label: "'(id: N)'",
});
export const Nsid: TokenType = createToken({
	name: "Nsid",
	pattern: /nsid \d+(?![^ \t])/,
	label: "'nsid N'",
});
export const NameOf: TokenType = createToken({
	name: "NameOf",
	pattern: /\(iproute2 netns name: [^ \t]+\)(?![^ \t])/,
	label: "'(iproute2 netns name: NAME)'",
});

export const tokens: TokenType[] = [blanks, Id, Nsid, NameOf, Text];

export const createNetnsLexer = (): Lexer => createLexer(tokens);
