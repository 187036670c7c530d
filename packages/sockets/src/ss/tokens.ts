import {
	blanks,
	createLexer,
	createToken,
	type IToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";
import { matchEnds } from "./end.ts";

export const Text: TokenType = wordToken("Text", "a word");
export const Integer: TokenType = createToken({
	name: "Integer",
	pattern: /\d+/,
	longer_alt: Text,
	label: "a number",
});
export const Netid: TokenType = createToken({
	name: "Netid",
	pattern:
		/mptcp|tcp|udp|raw|dccp|sctp|icmp6|\?\?\?|u_(?:str|dgr|seq)|nl|p_(?:raw|dgr)|v_(?:str|dgr)|ti_(?:st|dg|rd|sq)|xdp|unknown/,
	longer_alt: Text,
	label: "a kind of socket",
});
/** An association of SCTP, in place of the netid. */
export const Association: TokenType = createToken({ name: "Association", pattern: /`-/, label: "'`-'" });
export const State: TokenType = createToken({
	name: "State",
	pattern:
		/UNKNOWN|ESTAB|SYN-SENT|SYN-RECV|NEW-SYN-RECV|BOUND-INACTIVE|FIN-WAIT-[12]|TIME-WAIT|UNCONN|CLOSE-WAIT|LAST-ACK|LISTEN|CLOSING|CLOSED|COOKIE_WAIT|COOKIE_ECHOED|SHUTDOWN_(?:PENDING|SENT|RECEIVED)|ACK_SENT/,
	longer_alt: Text,
	label: "a state",
});

/** Every character that the ends may start with, one of each bucket above 255; blanks are skipped before. */
const ANY: number[] = [];
for (let code = 33; code < 0x10000; code += code < 256 ? 1 : 127) ANY.push(code);

/**
 * Both ends as one token, for what they are the kind of socket says, not their characters: a path may hold blanks, and
 * look like anything. They stand behind the two numbers of the queues.
 */
function endsAt(text: string, offset: number, before: IToken[]): RegExpExecArray | null {
	const { length } = before;
	if (length < 2 || length > 4) return null;
	if (before[length - 1]!.tokenType !== Integer || before[length - 2]!.tokenType !== Integer) return null;
	const match: Payload | null = matchEnds(netidOf(before[0]!), text.slice(offset));
	// The lexer hands it on to the token, so that the ends are looked for once.
	if (match !== null) match.payload = match;
	return match;
}

/** What chevrotain's types leave out of a match: what a token carries besides its text. */
interface Payload extends RegExpExecArray {
	payload?: RegExpExecArray;
}

/** The kind of socket that a row begins with, if it does. */
export function netidOf(first: IToken): string | undefined {
	if (first.tokenType === Netid) return first.image;
	return first.tokenType === Association ? "sctp" : undefined;
}

export const Ends: TokenType = createToken({
	name: "Ends",
	pattern: endsAt,
	start_chars_hint: ANY,
	line_breaks: false,
	label: "a local and a peer address",
});

const PROCESS =
	'\\(".*?",(?:pid=)?\\d+,(?:tid=\\d+,)?(?:proc_ctx=[^ ]*?,)?(?:fd=)?\\d+(?:,sock_ctx=[^ ]*?)?\\)';
export const Users: TokenType = createToken({
	name: "Users",
	pattern: new RegExp(`users:\\(${PROCESS}(?:,${PROCESS})*\\)(?=[ \t]|$)`),
	label: "users:((…))",
});
export const Timer: TokenType = createToken({
	name: "Timer",
	pattern: /timer:\(\w+,[\w.]*,\d+\)(?=[ \t]|$)/,
	label: "timer:(…)",
});
export const Memory: TokenType = createToken({
	name: "Memory",
	pattern: /(?:sk)?mem:\((?:[a-z]+(?:0|[1-9]\d{0,14}))(?:,[a-z]+(?:0|[1-9]\d{0,14}))*\)(?=[ \t]|$)/,
	label: "skmem:(…)",
});
export const Options: TokenType = createToken({
	name: "Options",
	pattern: /(?:inet-sockopt: \((?: \w+)*|flags\( (?:0|(?:running)?(?: \w+)*) )\)(?=[ \t]|$)/,
	label: "inet-sockopt: (…)",
});
export const Group: TokenType = createToken({
	name: "Group",
	pattern: /[a-z_]+:?\([\w ]+:[^\s(),]*(?:,[\w ]+:[^\s(),]*)*\)(?=[ \t]|$)/,
	label: "NAME:(…)",
});
export const Filter: TokenType = createToken({
	name: "Filter",
	pattern: /bpf filter \(\d+\): (?: 0x[\da-f]+ \d+ \d+ \d+,)*/,
	label: "bpf filter (N): …",
});
export const Peers: TokenType = createToken({
	name: "Peers",
	pattern: /peers:(?: (?:0|[1-9]\d{0,14}))*(?=[ \t]|$)/,
	label: "peers: …",
});
/** Fields whose value stands behind a blank. */
export const Spaced: TokenType = createToken({
	name: "Spaced",
	pattern: /(?:(?:send|pacing_rate|delivery_rate) |(?:version|cipher|rxconf|txconf): )[^ \t]+/,
	label: "a rate",
});
export const Field: TokenType = createToken({
	name: "Field",
	pattern: /[A-Za-z][\w-]*[:=][^ \t]+/,
	label: "NAME:VALUE",
});
export const Shutdown: TokenType = createToken({
	name: "Shutdown",
	pattern: /[<-]-[->]/,
	longer_alt: Text,
	label: "'<->'",
});

export const tokens: TokenType[] = [
	blanks,
	Ends,
	Users,
	Timer,
	Memory,
	Options,
	Group,
	Filter,
	Peers,
	Spaced,
	Field,
	Shutdown,
	Netid,
	Association,
	State,
	Integer,
	Text,
];

export const createSsLexer = (): Lexer => createLexer(tokens);
