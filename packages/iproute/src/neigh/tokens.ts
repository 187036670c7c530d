import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

const fat = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern, label });

export const Text: TokenType = wordToken("Text", "a word");
/** A field and its value in one, for a token costs more than its characters. */
export const Pair: TokenType = fat(
	"Pair",
	/(?:dev|lladdr|ref|probes|proto|nhid)[ \t]+[^ \t]+/,
	"a field and its value",
);
/** `used 15/15/15probes 0` (5.9 and later), `used 6/66/3 probes 3`, `used 2/0/0REACHABLE` (`-B`) */
export const Used: TokenType = fat(
	"Used",
	/used[ \t]+\d+\/\d+\/\d+(?=[ \t]|probes[ \t]|[A-Z]+(?:[ \t]|$)|$)/,
	"used N/N/N",
);
export const Address: TokenType = fat("Address", /[0-9a-fA-F]*[:.][0-9a-fA-F:.]*(?![^ \t])/, "an address");

const keywords = new Map<string, TokenType>();
const keyword = (name: string, choice: readonly string[], label: string): TokenType => {
	const type = createToken({ name, label });
	for (const each of choice) keywords.set(each, type);
	return type;
};
export const Flag: TokenType = keyword(
	"Flag",
	["router", "proxy", "managed", "extern_learn", "offload", "extern_valid"],
	"a flag",
);
export const State: TokenType = keyword(
	"State",
	["NONE", "INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT"],
	"a state",
);

const lexed: TokenType[] = [blanks, Pair, Used, Address, Text];

export const tokens: TokenType[] = [...lexed, ...new Set(keywords.values())];

export const createNeighLexer = (): Lexer => createLexer(lexed, { word: Text, types: keywords });
