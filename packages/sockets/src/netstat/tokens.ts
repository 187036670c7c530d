import { trimBlanksEnd } from "@netfossil/core";
import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

export const Text: TokenType = wordToken("Text", "a word");
export const Integer: TokenType = createToken({
	name: "Integer",
	pattern: /\d+/,
	longer_alt: Text,
	label: "a number",
});
export const Protocol: TokenType = createToken({
	name: "Protocol",
	pattern: /(?:tcp|udp|udpl|udplite|sctp|raw)6?/,
	longer_alt: Text,
	label: "a protocol",
});
export const Unix: TokenType = createToken({
	name: "Unix",
	pattern: /unix/,
	longer_alt: Text,
	label: "unix",
});
export const State: TokenType = createToken({
	name: "State",
	pattern:
		/ESTABLISHED|SYN_SENT|SYN_RECV|NEW_SYN_RECV|FIN_WAIT1|FIN_WAIT2|TIME_WAIT|CLOSE_WAIT|CLOSE|LAST_ACK|LISTENING|LISTEN|CLOSING|CONNECTED|CONNECTING|DISCONNECTING|FREE|UNKNOWN/,
	longer_alt: Text,
	label: "a state",
});
export const Kind: TokenType = createToken({
	name: "Kind",
	pattern: /STREAM|DGRAM|SEQPACKET|RAW|RDM|PACKET/,
	longer_alt: Text,
	label: "a kind of socket",
});
export const Flags: TokenType = createToken({
	name: "Flags",
	pattern: /\[ (?:(?:ACC|W|N) )*\]/,
	label: "flags in brackets",
});
/** The width of the column, to which netstat cuts the text. */
export const PROCESS_WIDTH = 20;

const PROCESS =
	/\d+\/[^ \t]*(?:[ \t][^ \t]+)*?(?=[ \t]+[\w-]+ \(\d+\.\d+\/\d+\/\d+\)|[ \t]{2}|[ \t]+[/@]|[ \t]*$)/y;

/**
 * A program's name may hold blanks (`1/sshd: /usr/sbin`). In the tool's own layout it ends with the column;
 * where someone changed the blanks, before a timer, before a path, or with the line.
 */
function processAt(text: string, offset: number): [string] | null {
	const column = text.slice(offset, offset + PROCESS_WIDTH);
	const after = text[offset + PROCESS_WIDTH];
	// `1/sshd: listener off (0.00/0/0)`: a timer's own blank happens to stand where the column would end.
	const timed = text[offset + PROCESS_WIDTH + 1] === "(";
	if (!/^\d+\//.test(column)) return null;
	const whole = trimBlanksEnd(column);
	if ((after === undefined || (after === " " && !timed)) && !whole.includes("  ")) return [whole];
	PROCESS.lastIndex = offset;
	const match = PROCESS.exec(text);
	return match === null ? null : [match[0]];
}

export const Process: TokenType = createToken({
	name: "Process",
	pattern: (text, offset) => processAt(text, offset) as RegExpExecArray | null,
	start_chars_hint: [..."0123456789"],
	line_breaks: false,
	label: "PID/PROGRAM",
});
export const Dash: TokenType = createToken({ name: "Dash", pattern: /-/, longer_alt: Text, label: "'-'" });
export const Timer: TokenType = createToken({
	name: "Timer",
	pattern: /[\w-]+ \(\d+\.\d+\/\d+\/\d+\)/,
	label: "a timer",
});

export const tokens: TokenType[] = [
	blanks,
	Process,
	Timer,
	Protocol,
	Unix,
	State,
	Kind,
	Flags,
	Integer,
	Dash,
	Text,
];

export const createNetstatLexer = (): Lexer => createLexer(tokens);
