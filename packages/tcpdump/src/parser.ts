import { hasControl, movedTo, type ParseResult, type PartReader, parseClean } from "@netfossil/core";
import type { Statement, Tcpdump } from "./ast.ts";
import { Reader } from "./read/reader.ts";

/** Reads what tcpdump printed, in any form that `docs/tcpdump.md` names. */
export function parseTcpdump(input: string): ParseResult<Tcpdump> {
	return parseClean(input, (text) => {
		const { ast: statements, diagnostics } = new Reader().read(text);
		return { ast: { type: "tcpdump", start: 0, end: text.length, statements }, diagnostics };
	});
}

/** Reads a long text in parts: see `parseParts` of `@netfossil/core`. */
export function tcpdumpParts(): PartReader<Statement> {
	const reader = new Reader();
	const read = (input: string): ParseResult<readonly Statement[]> => {
		const { ast, diagnostics } = parseClean(input, (text) => {
			const { ast: statements, diagnostics: found } = reader.read(text);
			return { ast: { start: 0, end: text.length, statements }, diagnostics: found };
		});
		return { ast: ast.statements, diagnostics };
	};
	return {
		whole: (text) => reader.whole(text),
		read,
		readAt: (text, start) => (hasControl(text) ? movedTo(read(text), start) : reader.read(text, start)),
	};
}
