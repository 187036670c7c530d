import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

/** A word as iptables-restore reads it: quoted and bare pieces join, `\` escapes within quotes. */
export const Text: TokenType = wordToken(
	"Text",
	"a word",
	/[^ \t"]+(?:"(?:\\[\s\S]|[^"\\])*"[^ \t"]*)*|(?:"(?:\\[\s\S]|[^"\\])*"[^ \t"]*)+/,
);

const flags = new Map<string, TokenType>();

const flag = (short: string, long: string, name: string): TokenType => {
	const type = createToken({ name, label: short });
	flags.set(short, type).set(long, type);
	return type;
};

export const Append: TokenType = flag("-A", "--append", "Append");
export const PolicyFlag: TokenType = flag("-P", "--policy", "PolicyFlag");
export const NewChain: TokenType = flag("-N", "--new-chain", "NewChain");
export const CountersFlag: TokenType = flag("-c", "--set-counters", "CountersFlag");
export const Source: TokenType = flag("-s", "--source", "Source");
export const Destination: TokenType = flag("-d", "--destination", "Destination");
export const In: TokenType = flag("-i", "--in-interface", "In");
export const Out: TokenType = flag("-o", "--out-interface", "Out");
export const ProtocolFlag: TokenType = flag("-p", "--protocol", "ProtocolFlag");
export const Fragment: TokenType = flag("-f", "--fragment", "Fragment");
export const MatchFlag: TokenType = flag("-m", "--match", "MatchFlag");
export const JumpFlag: TokenType = flag("-j", "--jump", "JumpFlag");
export const GotoFlag: TokenType = flag("-g", "--goto", "GotoFlag");

/** `[39:2484]`, before a rule or after a chain. */
export const Counted: TokenType = createToken({
	name: "Counted",
	pattern: /\[\d+:\d+\](?![^ \t])/,
	label: "[PACKETS:BYTES]",
});
export const Bang: TokenType = createToken({ name: "Bang", pattern: /!(?![^ \t])/, label: "'!'" });
export const Integer: TokenType = createToken({
	name: "Integer",
	pattern: /\d+(?![^ \t])/,
	label: "a number",
});

const long = [...flags.keys()].filter((each) => each.startsWith("--")).join("|");

/** An option of a match or target. */
export const Option: TokenType = createToken({
	name: "Option",
	pattern: new RegExp(`(?!(?:${long})(?![^ \\t]))--[a-z][a-z0-9-]*(?![^ \\t])`),
	start_chars_hint: ["-"],
	label: "an option",
});

/** What has the shape of a flag. */
export const flagLike: TokenType[] = [...new Set(flags.values()), Option];

const lexed: TokenType[] = [blanks, Option, Counted, Bang, Integer, Text];

export const tokens: TokenType[] = [...lexed, ...new Set(flags.values())];

export const createSaveLexer = (): Lexer => createLexer(lexed, { word: Text, types: flags });
