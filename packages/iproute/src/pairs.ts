import type { Draft } from "@netfossil/core";
import {
	blanks,
	createLexer,
	createToken,
	type IToken,
	type Lexer,
	type Reading,
	StatementParser,
	type TokenType,
	wordToken,
} from "@netfossil/core/grammar";
import type { Attribute, UnknownAttribute } from "./address/ast.ts";
import { printValue, readValue } from "./address/values.ts";

const Text: TokenType = wordToken("Text", "a word");

/**
 * A line of words that have one value each; which ones there are, the tool says:
 *
 * ```
 * pairs := (NAME VALUE | unknown)*
 * ```
 */
export class PairsParser extends StatementParser {
	readonly #pair: TokenType;

	constructor(names: readonly string[], skipValidations = true) {
		const pair = createToken({
			name: "Pair",
			pattern: new RegExp(`(?:${names.join("|")})[ \\t]+[^ \\t]+`),
			label: "an attribute and its value",
		});
		const tokens = [blanks, pair, Text];
		super(tokens, createPairsLexer(tokens), { skipValidations });
		this.#pair = pair;
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<Pairs> {
		return this.read(this.pairs, text, start, end);
	}

	private pairs = this.RULE("pairs", (): Pairs => {
		const found: Draft<Attribute | UnknownAttribute>[] = [];
		this.MANY(() => {
			const before = this.LA(0);
			const token = this.OR([{ ALT: () => this.CONSUME(this.#pair) }, { ALT: () => this.CONSUME(Text) }]);
			this.ACTION(() => {
				const gap = found.length === 0 ? 1 : token.startOffset - before.startOffset - before.image.length;
				this.add(found, token, gap);
			});
		});
		return found;
	});

	private add(found: Draft<Attribute | UnknownAttribute>[], token: IToken, gap: number): void {
		const { start, end } = this.span(token);
		const last = found.at(-1);
		if (token.tokenType === this.#pair) {
			const name = token.image.slice(0, token.image.search(/[ \t]/));
			const value = token.image.slice(name.length).replace(/^[ \t]+/, "");
			const values = [readValue("%v", value, end - value.length)];
			found.push({ type: "attribute", name, values, start, end, ...(gap !== 1 && { gap }) });
		} else if (last?.type === "unparsed") {
			last.text += " ".repeat(gap) + token.image;
			last.end = end;
		} else {
			found.push({ type: "unparsed", text: token.image, start, end, ...(gap !== 1 && { gap }) });
		}
	}
}

export type Pairs = readonly (Attribute | UnknownAttribute)[];

const createPairsLexer = (tokens: TokenType[]): Lexer => createLexer(tokens);

/** Words and values, each with one blank before it or with its own gap, but the first. */
export function printPairs(pairs: Pairs): string {
	return pairs
		.map((each, index) => {
			const text =
				each.type === "unparsed" ? each.text : [each.name, ...each.values.map(printValue)].join(" ");
			return (index === 0 ? "" : " ".repeat(each.gap ?? 1)) + text;
		})
		.join("");
}
