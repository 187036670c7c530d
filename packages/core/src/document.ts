import { parseClean } from "./control.ts";
import type { ParseResult } from "./parse.ts";
import type { Span } from "./span.ts";

/** The root of a tree whose statements tile the text. */
export interface Document<Type extends string, Statement> extends Span {
	readonly type: Type;
	readonly statements: readonly Statement[];
}

/** Reads a whole text, without its colours and control sequences, as one tree. */
export function parseDocument<Type extends string, Statement>(
	input: string,
	type: Type,
	read: (text: string) => ParseResult<readonly Statement[]>,
): ParseResult<Document<Type, Statement>> {
	return parseClean(input, (text) => {
		const { ast: statements, diagnostics } = read(text);
		return { ast: { type, start: 0, end: text.length, statements }, diagnostics };
	});
}
