import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

const pair = (name: string, key: string): TokenType =>
	createToken({ name, pattern: new RegExp(`${key}=[^ \\t]*`), label: `'${key}='` });

export const Source: TokenType = pair("Source", "src");
export const Destination: TokenType = pair("Destination", "dst");
export const SourcePort: TokenType = pair("SourcePort", "sport");
export const DestinationPort: TokenType = pair("DestinationPort", "dport");
export const IcmpType: TokenType = pair("IcmpType", "type");
export const IcmpCode: TokenType = pair("IcmpCode", "code");
export const Id: TokenType = pair("Id", "id");
export const SourceKey: TokenType = pair("SourceKey", "srckey");
export const DestinationKey: TokenType = pair("DestinationKey", "dstkey");
export const Packets: TokenType = pair("Packets", "packets");
export const Bytes: TokenType = pair("Bytes", "bytes");
export const NumberPair: TokenType = createToken({
	name: "NumberPair",
	pattern: /(?:mark|use|zone|zone-orig|zone-reply|delta-time)=\d+(?![^ \t])/,
	label: "an attribute",
});
export const Unreplied: TokenType = createToken({ name: "Unreplied", pattern: /\[UNREPLIED\]/ });
export const Event: TokenType = createToken({
	name: "Event",
	pattern: /\[(?:NEW|UPDATE|DESTROY)\]/,
	label: "an event",
});
export const Flag: TokenType = createToken({ name: "Flag", pattern: /\[[A-Z_]+\]/, label: "a flag" });
export const Integer: TokenType = createToken({
	name: "Integer",
	pattern: /\d+(?![^ \t])/,
	label: "a number",
});
export const State: TokenType = createToken({
	name: "State",
	pattern: /[A-Z][A-Z0-9_]*(?![^ \t])/,
	label: "a state",
});
/** The line that conntrack says on stderr. */
export const Summary: TokenType = createToken({
	name: "Summary",
	pattern: /conntrack v[^ ]+ \(conntrack-tools\): \d+ flow entries have been shown\./,
	label: "the number of entries",
});
export const Text: TokenType = wordToken("Text", "a word");

export const tokens: TokenType[] = [
	blanks,
	Summary,
	Source,
	Destination,
	SourcePort,
	DestinationPort,
	IcmpType,
	IcmpCode,
	Id,
	SourceKey,
	DestinationKey,
	Packets,
	Bytes,
	NumberPair,
	Unreplied,
	Event,
	Flag,
	Integer,
	State,
	Text,
];

export const createConntrackLexer = (): Lexer => createLexer(tokens);
