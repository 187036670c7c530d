import {
	blanks,
	createLexer,
	createToken,
	type Lexer,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";

const whole = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern, label });

export const Text: TokenType = wordToken("Text", "a name");
export const BridgeId: TokenType = whole("BridgeId", /[0-9a-f]{4}\.[0-9a-f]{12}(?![^ \t])/, "a bridge id");
export const YesNo: TokenType = whole("YesNo", /(?:yes|no)(?![^ \t])/, "yes or no");
export const Mac: TokenType = whole("Mac", /[0-9a-f]{2}(?::[0-9a-f]{2}){5}(?![^ \t])/, "a MAC address");
export const Integer: TokenType = whole("Integer", /\d+(?![^ \t])/, "a number");
export const Timer: TokenType = whole("Timer", /\d+\.\d\d(?![^ \t])/, "a time");
export const PortNumber: TokenType = whole("PortNumber", /\(\d+\)(?![^ \t])/, "(NUMBER)");
/** The names of `showstp`. Source: `br_dump_info` and `dump_port_info` of `brctl_disp.c`. */
export const StpName: TokenType = whole(
	"StpName",
	/(?:bridge (?:id|max age|hello time|forward delay)|designated (?:root|bridge|port|cost)|root port|path cost|max age|hello timer?|forward delay(?: timer)?|ageing time|tcn timer|topology change timer|gc (?:timer|interval)|message age timer|hold timer|hairpin mode|port id|state|flags)(?![^ \t])/,
	"a value of the spanning tree",
);

export const tokens: TokenType[] = [blanks, StpName, BridgeId, Mac, Timer, Integer, YesNo, PortNumber, Text];

export const createBrctlLexer = (): Lexer => createLexer(tokens);
