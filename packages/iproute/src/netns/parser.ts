import { type Num, type ParseResult, parseDocument } from "@netfossil/core";
import { type IToken, type Reading, readNumber, StatementParser } from "@netfossil/core/grammar";
import { parseRows } from "../rows.ts";
import type { IpNetnsDump, NamedNamespace, NumberedNamespace } from "./ast.ts";
import * as t from "./tokens.ts";

/**
 * The lines of `ip netns` and `ip netns list-id`:
 *
 * ```
 * line := NAME ["(id:" N ")"] | "nsid" N ["(iproute2 netns name:" NAME ")"]
 * ```
 */
export class NetnsParser extends StatementParser {
	constructor(skipValidations = true) {
		super(t.tokens, t.createNetnsLexer(), { skipValidations });
		this.performSelfAnalysis();
	}

	readLine(text: string, start: number, end: number): Reading<NamedNamespace | NumberedNamespace> {
		return this.read(this.line, text, start, end);
	}

	private line = this.RULE("line", (): NamedNamespace | NumberedNamespace =>
		this.OR([{ ALT: () => this.SUBRULE(this.named) }, { ALT: () => this.SUBRULE(this.numbered) }]),
	);

	private named = this.RULE("named", (): NamedNamespace => {
		const name = this.word(this.CONSUME(t.Text));
		const id = this.OPTION(() => this.inner(this.CONSUME(t.Id), "(id: ", ")"));
		return { type: "namespace", start: 0, end: 0, name, ...(id && { id }) };
	});

	private numbered = this.RULE("numbered", (): NumberedNamespace => {
		const id = this.inner(this.CONSUME(t.Nsid), "nsid ", "");
		const name = this.OPTION(() => {
			const token = this.CONSUME(t.NameOf);
			const { start, end } = this.span(token);
			const before = "(iproute2 netns name: ".length;
			return { value: token.image.slice(before, -1), start: start + before, end: end - 1 };
		});
		return { type: "nsid", start: 0, end: 0, id, ...(name && { name }) };
	});

	/** The number within a token, between its words. */
	private inner(token: IToken, before: string, after: string): Num {
		const { start, end } = this.span(token);
		const digits = token.image.slice(before.length, token.image.length - after.length);
		return readNumber(digits, start + before.length, end - after.length);
	}
}

let parser: NetnsParser | undefined;

/** Reads the names that `ip netns` prints, or the numbers of `ip netns list-id`. */
export function parseIpNetns(input: string): ParseResult<IpNetnsDump> {
	return parseDocument(input, "ip-netns", (text) => {
		parser ??= new NetnsParser();
		return parseRows(text, "ip-netns", parser);
	});
}
