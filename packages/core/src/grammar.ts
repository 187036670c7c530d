import {
	createToken,
	EmbeddedActionsParser,
	EOF,
	type ILexerConfig,
	type ILexingResult,
	type IParserConfig,
	type IToken,
	Lexer,
	MismatchedTokenException,
	type ParserMethod,
	type TokenType,
	type TokenVocabulary,
	tokenLabel,
} from "chevrotain";
import { type Diagnostic, excerpt, type Report } from "./diagnostic.ts";
import type { Num, Word } from "./node.ts";
import type { Span } from "./span.ts";

export { createToken, type IToken, type Lexer, type ParserMethod, type TokenType } from "chevrotain";

/** Why a statement could not be read: the first place that no rule allows, and what it could have been. */
export interface Fault extends Span {
	readonly found: string;
	readonly expected: readonly string[];
}

/** The outcome of reading one statement. */
export type Reading<Node> = { readonly node: Node } | { readonly fault: Fault };

/**
 * Every character that a word may start with. Chevrotain picks token types by their first character, but
 * cannot tell for a complement set such as `[^ \t]`; without this hint lexing is three times slower. Above
 * 255 it sorts characters into buckets of 255, so that one of each bucket is enough.
 */
const WORD_START: number[] = [];
for (let code = 0; code < 0x10000; code += code < 256 ? 1 : 127)
	if (code !== 9 && code !== 32) WORD_START.push(code);

/** A token of anything but blanks, for what users and kernels name: the last type of a lexer. */
export function wordToken(name: string, label: string, pattern: RegExp = /[^ \t]+/): TokenType {
	return createToken({ name, pattern, label, start_chars_hint: WORD_START });
}

/** The token type of the blanks between words, which no grammar sees. */
export const blanks: TokenType = createToken({ name: "Blanks", pattern: /[ \t]+/, group: Lexer.SKIPPED });

/** The words that a dialect gives a meaning, by their whole text; they are lexed as `word` tokens first. */
export interface Keywords {
	readonly word: TokenType;
	readonly types: ReadonlyMap<string, TokenType>;
}

/**
 * Makes the lexer of a dialect. Order matters: the first token type that fits wins. A type in `keywords`
 * needs no pattern: to look a word up takes less time than to try each keyword that begins like it.
 */
export function createLexer(tokens: TokenType[], keywords?: Keywords): Lexer {
	const options: ILexerConfig = {
		positionTracking: "onlyOffset",
		ensureOptimizations: true,
		skipValidations: true,
	};
	return keywords === undefined ? new Lexer(tokens, options) : new KeywordLexer(tokens, options, keywords);
}

class KeywordLexer extends Lexer {
	readonly #keywords: Keywords;

	constructor(tokens: TokenType[], options: ILexerConfig, keywords: Keywords) {
		super(tokens, options);
		this.#keywords = keywords;
	}

	override tokenize(text: string): ILexingResult {
		const result = super.tokenize(text);
		const { word, types } = this.#keywords;
		for (const token of result.tokens) {
			if (token.tokenType !== word) continue;
			const type = types.get(token.image);
			if (type === undefined) continue;
			token.tokenType = type;
			token.tokenTypeIdx = type.tokenTypeIdx!;
		}
		return result;
	}
}

const config: IParserConfig = {
	maxLookahead: 2,
	recoveryEnabled: false,
	// Chevrotain 13 validates grammars with Object.groupBy, which node 20 lacks; `validateGrammar` in
	// testing.ts does it once, in the tests, instead of at every start.
	skipValidations: true,
	errorMessageProvider: {
		buildMismatchTokenMessage: ({ expected }) => tokenLabel(expected),
		buildNotAllInputParsedMessage: () => "the end of the line",
		buildNoViableAltMessage: ({ expectedPathsPerAlt }) =>
			expectedPathsPerAlt
				.flatMap((paths) => paths.map((path) => path.map((token) => tokenLabel(token)).join(" ")))
				.join("\n"),
		buildEarlyExitMessage: ({ expectedIterationPaths }) =>
			expectedIterationPaths.map((path) => path.map((token) => tokenLabel(token)).join(" ")).join("\n"),
	},
};

/** What chevrotain's types leave out of a rule: how another rule calls it. */
interface Rule {
	coreRule: () => IToken;
}

/** What chevrotain's types leave out of a parser. */
interface Engine {
	consumeToken(): void;
}

/**
 * The base of every grammar. A grammar reads one statement (a line or a block) at a time and builds its
 * AST node as it goes; the caller frames the statements. Offsets of nodes are offsets of the whole text.
 */
export abstract class StatementParser extends EmbeddedActionsParser {
	readonly #lexer: Lexer;
	/** Where the statement at hand starts in the whole text. */
	protected base = 0;

	protected constructor(tokens: TokenVocabulary, lexer: Lexer, override: IParserConfig = {}) {
		super(tokens, { ...config, ...override });
		this.#lexer = lexer;
	}

	/** Reads the slice `[start, end)` of a text by a rule. */
	protected read<Node>(rule: () => Node, text: string, start: number, end: number): Reading<Node> {
		const slice = text.slice(start, end);
		const lexed = this.#lexer.tokenize(slice);
		const bad = lexed.errors[0];
		if (bad !== undefined) {
			const at = start + bad.offset;
			const found = slice.slice(bad.offset, bad.offset + bad.length);
			return { fault: { start: at, end: at + bad.length, found, expected: [] } };
		}
		this.base = start;
		this.input = lexed.tokens;
		const node = rule.call(this);
		const error = this.errors[0];
		if (error === undefined) return { node };
		const { token } = error;
		const expected = [...new Set(error.message.split("\n"))];
		if (token.tokenType === EOF)
			return { fault: { start: end, end, found: "the end of the line", expected } };
		return { fault: { ...this.span(token), found: token.image, expected } };
	}

	/**
	 * Makes a rule of one token that may be of several types. Words are what lines are made of, so reading one
	 * goes without chevrotain's book-keeping for a rule and an alternative; its own way is left for the error.
	 */
	protected tokenRule(name: string, types: readonly TokenType[]): ParserMethod<[], IToken> {
		const alternatives = types.map((type) => ({ ALT: () => this.CONSUME(type) }));
		const rule = this.RULE(name, (): IToken => this.OR(alternatives)) as ParserMethod<[], IToken> & Rule;
		const { coreRule } = rule;
		const fits: boolean[] = [];
		rule.coreRule = () => {
			const token = this.LA(1);
			if (fits.length === 0) for (const type of types) fits[type.tokenTypeIdx!] = true;
			if (fits[token.tokenTypeIdx] !== true) return coreRule.call(this);
			(this as unknown as Engine).consumeToken();
			return token;
		};
		return rule;
	}

	/** Gives up on the statement: the token is of the right type, but its text is not what it should be. */
	protected refuse(token: IToken, expected: string): never {
		const error = new MismatchedTokenException(expected, token, this.LA(0));
		// Chevrotain catches what a rule throws, but knows only of the errors that are on its list.
		this.errors = [...this.errors, error];
		throw error;
	}

	/** The span of a token in the whole text. */
	protected span(token: IToken): { start: number; end: number } {
		// While chevrotain records the grammar there are no tokens.
		if (this.RECORDING_PHASE) return { start: 0, end: 0 };
		const start = this.base + token.startOffset;
		return { start, end: start + token.image.length };
	}

	/** The span from a token to the last one consumed. */
	protected spanFrom(first: IToken): { start: number; end: number } {
		if (this.RECORDING_PHASE) return { start: 0, end: 0 };
		return { start: this.span(first).start, end: this.span(this.LA(0)).end };
	}

	/** A token as a word. */
	protected word(token: IToken): Word {
		const { start, end } = this.span(token);
		return { value: token.image, start, end };
	}

	/** A token as a number; hexadecimal with `0x`, else decimal. */
	protected number(token: IToken): Num {
		const { start, end } = this.span(token);
		return readNumber(token.image, start, end);
	}
}

/** The number that a text says, with the text where it is not the number's own. */
export function readNumber(text: string, start: number, end: number): Num {
	const plain = plainNumber(text);
	if (plain !== -1) return { value: plain, start, end };
	const value = Number(text);
	return String(value) === text ? { value, start, end } : { value, text, start, end };
}

/** The value of digits that are their own text: no zeros before, exact in a double. Else -1. */
function plainNumber(text: string): number {
	const { length } = text;
	if (length === 0 || length > 15 || (length > 1 && text.charCodeAt(0) === 48)) return -1;
	let value = 0;
	for (let at = 0; at < length; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (digit < 0 || digit > 9) return -1;
		value = value * 10 + digit;
	}
	return value;
}

/** A number as it was printed. */
export function printNumber(number: Num): string {
	return number.text ?? String(number.value);
}

/** The node of a reading; undefined where there is none, and then the fault is reported. */
export function nodeOf<Node>(reading: Reading<Node>, dialect: string, report: Report): Node | undefined {
	if ("node" in reading) return reading.node;
	report(syntaxDiagnostic(dialect, reading.fault));
	return undefined;
}

/** The diagnostic for a statement that a grammar could not read. */
export function syntaxDiagnostic(dialect: string, fault: Fault): Diagnostic {
	const expected = fault.expected.length > 0 ? { expected: fault.expected } : {};
	return {
		code: `${dialect}/syntax`,
		severity: "warning",
		message: `${dialect} does not print ${excerpt(fault.found)} here; the line is kept as it stands`,
		start: fault.start,
		end: fault.end,
		...expected,
	};
}
