import { createLexer, createToken, type Lexer, type TokenType } from "@netfossil/core/grammar";

/** What sysctl says on stderr, which is often saved along. */
export const Notice: TokenType = createToken({
	name: "Notice",
	pattern: /sysctl: [^\n]+/,
	label: "'sysctl: '",
});
/** Names of interfaces may hold any sign but blanks and slashes. */
export const Key: TokenType = createToken({
	name: "Key",
	pattern: /[A-Za-z][^ \t=]*/,
	label: "a key",
});
export const Assignment: TokenType = createToken({
	name: "Assignment",
	pattern: /[ \t]*=[^\n]*/,
	label: "'= VALUE'",
});

export const tokens: TokenType[] = [Notice, Key, Assignment];

export const createSysctlLexer = (): Lexer => createLexer(tokens);
