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

/*
 * A flag is a whole word. Saying so in each pattern, and what an option is not, spares the lexer to match
 * every word again as a longer one, and all the flags before an option.
 */
const flag = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern: new RegExp(`(?:${pattern.source})(?![^ \\t])`), label });

/** `[39:2484]`, before a rule or after a chain. */
export const Counted: TokenType = flag("Counted", /\[\d+:\d+\]/, "[PACKETS:BYTES]");
export const Append: TokenType = flag("Append", /-A|--append/, "-A");
export const PolicyFlag: TokenType = flag("PolicyFlag", /-P|--policy/, "-P");
export const NewChain: TokenType = flag("NewChain", /-N|--new-chain/, "-N");
export const CountersFlag: TokenType = flag("CountersFlag", /-c|--set-counters/, "-c");
export const Source: TokenType = flag("Source", /-s|--source/, "-s");
export const Destination: TokenType = flag("Destination", /-d|--destination/, "-d");
export const In: TokenType = flag("In", /-i|--in-interface/, "-i");
export const Out: TokenType = flag("Out", /-o|--out-interface/, "-o");
export const ProtocolFlag: TokenType = flag("ProtocolFlag", /-p|--protocol/, "-p");
export const Fragment: TokenType = flag("Fragment", /-f|--fragment/, "-f");
export const MatchFlag: TokenType = flag("MatchFlag", /-m|--match/, "-m");
export const JumpFlag: TokenType = flag("JumpFlag", /-j|--jump/, "-j");
export const GotoFlag: TokenType = flag("GotoFlag", /-g|--goto/, "-g");
export const Bang: TokenType = flag("Bang", /!/, "'!'");
export const Integer: TokenType = flag("Integer", /\d+/, "a number");

/** An option of a match or target. */
export const Option: TokenType = flag(
	"Option",
	/--(?!(?:append|policy|new-chain|set-counters|source|destination|in-interface|out-interface|protocol|fragment|match|jump|goto)(?![^ \t]))[a-z][a-z0-9-]*/,
	"an option",
);

/** What has the shape of a flag. */
export const flags: TokenType[] = [
	Append,
	PolicyFlag,
	NewChain,
	CountersFlag,
	Source,
	Destination,
	In,
	Out,
	ProtocolFlag,
	Fragment,
	MatchFlag,
	JumpFlag,
	GotoFlag,
	Option,
];

export const tokens: TokenType[] = [blanks, Option, Counted, ...flags.slice(0, -1), Bang, Integer, Text];

export const createSaveLexer = (): Lexer => createLexer(tokens);
