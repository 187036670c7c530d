import type { Draft, Word } from "@netfossil/core";
import {
	type IToken,
	type Lexer,
	type ParserMethod,
	readNumber,
	StatementParser,
	type TokenType,
} from "@netfossil/core/grammar";
import type { AddressKey, Endpoint, FwmarkKey, ServiceKey, VirtualService } from "./ast.ts";
import { readEndpoint } from "./endpoint.ts";

/** How a form writes what all of them say of a service: each a token with a flag and its value. */
export interface ServiceWords {
	readonly AddressKey: TokenType;
	readonly MarkKey: TokenType;
	readonly Persistent: TokenType;
	readonly Engine: TokenType;
	readonly Ops: TokenType;
	readonly Flags: TokenType;
}

const PROTOCOL: Readonly<Record<string, AddressKey["protocol"]>> = {
	TCP: "tcp",
	UDP: "udp",
	SCTP: "sctp",
	"-t": "tcp",
	"-u": "udp",
	"--sctp-service": "sctp",
};

/**
 * What the grammars of the list and of the save form share:
 *
 * ```
 * key     := ADDRESS_KEY | MARK_KEY
 * options := [PERSISTENT] [ENGINE] [OPS] [FLAGS]
 * ```
 */
export abstract class IpvsadmParser extends StatementParser {
	readonly #words: ServiceWords;

	protected constructor(tokens: TokenType[], lexer: Lexer, words: ServiceWords, skipValidations: boolean) {
		super(tokens, lexer, { skipValidations });
		this.#words = words;
	}

	protected key: ParserMethod<[], ServiceKey> = this.RULE(
		"key",
		(): ServiceKey =>
			this.OR([
				{ ALT: () => this.#addressKey(this.CONSUME(this.#words.AddressKey)) },
				{ ALT: () => this.#markKey(this.CONSUME(this.#words.MarkKey)) },
			]),
	);

	/** Adds to a service what stands behind its scheduler. */
	protected options: ParserMethod<[Draft<VirtualService>], void> = this.RULE(
		"options",
		(service: Draft<VirtualService>): void => {
			const { Persistent, Engine, Ops, Flags } = this.#words;
			this.OPTION(() => {
				const [, timeout, , mask] = this.CONSUME(Persistent).image.split(BLANKS);
				this.ACTION(() => {
					service.persistent =
						mask === undefined ? { timeout: Number(timeout) } : { timeout: Number(timeout), mask };
				});
			});
			this.OPTION1(() => {
				const token = this.CONSUME1(Engine);
				this.ACTION(() => {
					service.engine = this.value(token).value;
					this.saved?.(service, token, "pe");
				});
			});
			this.OPTION2(() => {
				const token = this.CONSUME2(Ops);
				this.ACTION(() => {
					service.onePacket = true;
					this.saved?.(service, token, "ops");
				});
			});
			this.OPTION3(() => {
				const token = this.CONSUME3(Flags);
				this.ACTION(() => {
					service.flags = this.value(token).value.replace(PARENTHESES, "").split(",");
				});
			});
		},
	);

	/** Notes how an option was saved. */
	protected saved?(service: Draft<VirtualService>, token: IToken, word: "pe" | "ops"): void;

	#addressKey(token: IToken): AddressKey {
		return this.ACTION((): AddressKey => {
			const { image } = token;
			const { address, port } = this.endpoint(token);
			const protocol = PROTOCOL[image.slice(0, image.search(BLANKS))]!;
			return { type: "address", protocol, address, port, ...this.span(token) };
		});
	}

	#markKey(token: IToken): FwmarkKey {
		return this.ACTION((): FwmarkKey => {
			const [, digits = "", ipv6] = token.image.split(BLANKS);
			const at = token.image.indexOf(digits, 2);
			const { start, end } = this.span(token);
			if (!DIGITS.test(digits)) this.refuse(part(token, at, at + digits.length), "a number");
			const mark = readNumber(digits, start + at, start + at + digits.length);
			return { type: "fwmark", mark, family: ipv6 === undefined ? 4 : 6, start, end };
		});
	}

	/** The endpoint at the end of a token. */
	protected endpoint(token: IToken): Endpoint {
		return this.ACTION((): Endpoint => {
			const { value, start } = this.value(token);
			const from = token.image.length - value.length;
			return readEndpoint(value, start) ?? this.refuse(part(token, from), "ADDRESS:PORT");
		});
	}

	/** The last word of a token. */
	protected value(token: IToken): Word {
		// While chevrotain records the grammar there are no tokens.
		if (this.RECORDING_PHASE) return this.word(token);
		const { image } = token;
		const from = lastWord(image);
		const { start, end } = this.span(token);
		return { value: image.slice(from), start: start + from, end };
	}
}

/** A piece of a token, to point at. */
export function part(token: IToken, from: number, to?: number): IToken {
	return { ...token, image: token.image.slice(from, to), startOffset: token.startOffset + from };
}

/** The words of a token. */
export function wordsOf(token: IToken): IToken[] {
	const { image } = token;
	const words: IToken[] = [];
	for (let at = 0; at < image.length; ) {
		let to = at;
		while (to < image.length && !isBlank(image.charCodeAt(to))) to++;
		words.push(part(token, at, to));
		while (to < image.length && isBlank(image.charCodeAt(to))) to++;
		at = to;
	}
	return words;
}

/** The numbers of a text, unless one of them has a unit. */
export function plainNumbers(text: string): number[] | undefined {
	const numbers: number[] = [];
	for (let at = 0; at < text.length; at++) {
		let value = 0;
		for (; at < text.length && !isBlank(text.charCodeAt(at)); at++) {
			const digit = text.charCodeAt(at) - 48;
			if (digit > 9) return undefined;
			value = value * 10 + digit;
		}
		numbers.push(value);
		while (at + 1 < text.length && isBlank(text.charCodeAt(at + 1))) at++;
	}
	return numbers;
}

/** Where the last word of a text starts. */
export function lastWord(text: string): number {
	let from = text.length;
	while (from > 0 && !isBlank(text.charCodeAt(from - 1))) from--;
	return from;
}

export const BLANKS: RegExp = /[ \t]+/;
const DIGITS = /^\d+$/;
const PARENTHESES = /[()]/g;

const isBlank = (code: number): boolean => code === 32 || code === 9;
