import { createToken, type TokenType, wordToken } from "@netfossil/core/grammar";

/** A word of the user's or the kernel's own: an address, a name, a scheduler. */
export const Text: TokenType = wordToken("Text", "a word");

export const Integer: TokenType = createToken({
	name: "Integer",
	pattern: /\d+/,
	longer_alt: Text,
	label: "a number",
});
