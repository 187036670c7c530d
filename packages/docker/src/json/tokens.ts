import { createScanner, type JSONScanner } from "jsonc-parser";

/**
 * The tokens of jsonc-parser's scanner, which gives each with its place and goes on after faults. The numbers
 * are those of its `SyntaxKind`, a const enum that modules built file by file cannot use.
 */
export const Kind = {
	OpenBrace: 1,
	CloseBrace: 2,
	OpenBracket: 3,
	CloseBracket: 4,
	Comma: 5,
	Colon: 6,
	Null: 7,
	True: 8,
	False: 9,
	Text: 10,
	Numeral: 11,
	Unknown: 16,
	End: 17,
} as const;

/** Of its `ScanError`: what can be wrong with a string. */
export const Fault = { None: 0, NotClosed: 2 } as const;

export const createJsonLexer = (text: string): JSONScanner => createScanner(text, false);
