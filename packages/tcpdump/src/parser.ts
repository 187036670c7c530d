import { hasControl, movedTo, type ParseResult, type PartReader, parseDocument } from "@netfossil/core";
import type { Statement, Tcpdump } from "./ast.ts";
import { Reader } from "./read/reader.ts";

/** Reads what tcpdump printed, in any form that `docs/tcpdump.md` names. */
export function parseTcpdump(input: string): ParseResult<Tcpdump> {
	return parseDocument(input, "tcpdump", (text) => new Reader().read(text));
}

/** Reads a long text in parts: see `parseParts` of `@netfossil/core`. */
export function tcpdumpParts(): PartReader<Statement> {
	const reader = new Reader();
	const read = (input: string): ParseResult<readonly Statement[]> => {
		const { ast, diagnostics } = parseDocument(input, "tcpdump", (text) => reader.read(text));
		return { ast: ast.statements, diagnostics };
	};
	return {
		whole: (text) => reader.whole(text),
		read,
		readAt: (text, start) => (hasControl(text) ? movedTo(read(text), start) : reader.read(text, start)),
	};
}
