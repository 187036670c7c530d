import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

/** Any word at all: an interface may be called `users`. */
export const AnyWord: TokenType = createToken({ name: "AnyWord", label: "a word" });
const categories = [AnyWord];

export const Text: TokenType = wordToken("Text", "a word");
Text.CATEGORIES = [AnyWord];
export const Index: TokenType = createToken({
	name: "Index",
	pattern: /\d+:(?![^ \t])/,
	label: "INDEX:",
	categories,
});
export const Family: TokenType = createToken({ name: "Family", label: "link, inet or inet6", categories });
export const Users: TokenType = createToken({ name: "Users", label: "'users'", categories });
export const Static: TokenType = createToken({ name: "Static", label: "'static'", categories });

const keywords = new Map<string, TokenType>([
	["link", Family],
	["inet", Family],
	["inet6", Family],
	["users", Users],
	["static", Static],
]);
const lexed: TokenType[] = [blanks, Index, Text];

export const tokens: TokenType[] = [AnyWord, ...lexed, Family, Users, Static];

export const createMaddrLexer = (): Lexer => createLexer(lexed, { word: Text, types: keywords });
