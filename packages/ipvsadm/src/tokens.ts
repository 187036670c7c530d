import { createToken, type TokenType, wordToken } from "@netfossil/core/grammar";

/** A word of the user's or the kernel's own: an address, a name, a scheduler. */
export const Text: TokenType = wordToken("Text", "a word");

/** A token of a pattern that ends where a word does. A flag and its value in one, for a token costs more than its characters. */
export const whole = (name: string, pattern: RegExp, label: string): TokenType =>
	createToken({ name, pattern: new RegExp(`(?:${pattern.source})(?![^ \\t])`), label });
