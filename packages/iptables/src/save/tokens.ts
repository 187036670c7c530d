import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

/** Blanks, and the end of a line that goes on: scripts write `\` there. */
const Blanks: TokenType = createToken({
	name: "Blanks",
	pattern: /(?:[ \t]|\\\r?\n)+/,
	group: blanks.GROUP!,
	start_chars_hint: [" ", "\t", "\\"],
	line_breaks: true,
});

const QUOTED = String.raw`"(?:\\[\s\S]|[^"\\])*"`;

/**
 * A word as iptables-restore reads it: quoted and bare pieces join, `\` escapes within quotes. A quote that is
 * not closed at the end of a word is part of a name, which the tool does not quote: `-j say"x`.
 */
export const Text: TokenType = wordToken(
	"Text",
	"a word",
	new RegExp(`(?:${QUOTED}[^ \\t"]*)+(?![^ \\t])|[^ \\t"]+(?:${QUOTED})?(?![^ \\t])|[^ \\t"][^ \\t]*`),
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

export const Insert: TokenType = flag("-I", "--insert", "Insert");
export const Delete: TokenType = flag("-D", "--delete", "Delete");
export const Check: TokenType = flag("-C", "--check", "Check");
export const Replace: TokenType = flag("-R", "--replace", "Replace");
export const Flush: TokenType = flag("-F", "--flush", "Flush");
export const DeleteChain: TokenType = flag("-X", "--delete-chain", "DeleteChain");
export const Zero: TokenType = flag("-Z", "--zero", "Zero");
export const Rename: TokenType = flag("-E", "--rename-chain", "Rename");
export const TableFlag: TokenType = flag("-t", "--table", "TableFlag");
export const Ipv4: TokenType = flag("-4", "--ipv4", "Ipv4");
export const Ipv6: TokenType = flag("-6", "--ipv6", "Ipv6");
export const Wait: TokenType = flag("-w", "--wait", "Wait");

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

const lexed: TokenType[] = [Blanks, Option, Counted, Bang, Integer, Text];

export const tokens: TokenType[] = [...lexed, ...new Set(flags.values())];

export const createSaveLexer = (): Lexer => createLexer(lexed, { word: Text, types: flags });
