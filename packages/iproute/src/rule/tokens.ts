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
/** `32766:` */
export const Priority: TokenType = fat("Priority", /\d+:(?![^ \t])/, "PRIORITY:");
/** `iif gone0 [detached]` */
export const Interface: TokenType = fat(
	"Interface",
	/(?:iif|oif)[ \t]+[^ \t]+(?:[ \t]+\[detached\](?![^ \t]))?/,
	"iif or oif INTERFACE",
);
/** `goto 600 [unresolved]` */
export const Goto: TokenType = fat(
	"Goto",
	/goto[ \t]+(?:\d+|none)(?![^ \t])(?:[ \t]+\[unresolved\](?![^ \t]))?/,
	"goto PRIORITY",
);
export const L3mdev: TokenType = fat(
	"L3mdev",
	/lookup[ \t]+\[l3mdev-table\](?![^ \t])/,
	"lookup [l3mdev-table]",
);
/** A field and its value in one, for a token costs more than its characters. */
export const Pair: TokenType = fat(
	"Pair",
	/(?:from|to|lookup|fwmark|tos|dsfield|uidrange|ipproto|sport|dport|tun_id|suppress_prefixlength|suppress_ifgroup|realms|map-to|proto|dscp|flowlabel)[ \t]+[^ \t]+/,
	"a field and its value",
);

const keywords = new Map<string, TokenType>();
const keyword = (name: string, choice: readonly string[], label: string): TokenType => {
	const type = createToken({ name, label });
	for (const each of choice) keywords.set(each, type);
	return type;
};
export const Not: TokenType = keyword("Not", ["not"], "'not'");
export const Action: TokenType = keyword(
	"Action",
	["nop", "blackhole", "unreachable", "prohibit", "throw", "masquerade"],
	"an action",
);

const lexed: TokenType[] = [blanks, Priority, Interface, Goto, L3mdev, Pair, Text];

export const tokens: TokenType[] = [...lexed, ...new Set(keywords.values())];

export const createRuleLexer = (): Lexer => createLexer(lexed, { word: Text, types: keywords });
