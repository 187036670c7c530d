import type { Diagnostic, Report } from "./diagnostic.ts";
import { lineAt, type SourceLine } from "./lines.ts";
import { type Blank, readBlank, type Unparsed, unparsedLine } from "./node.ts";
import type { Span } from "./span.ts";

/** What every parser gives back; it never throws, whatever the text. */
export interface ParseResult<Ast> {
	readonly ast: Ast;
	readonly diagnostics: readonly Diagnostic[];
}

/**
 * The longest line that a grammar is asked to read. tcpdump's own tests hold a line of 266,830 characters;
 * what is longer than this is no line of a networking tool, and lexing it would cost minutes.
 */
export const MAX_LINE: number = 4 * 1024 * 1024;

/** Reads the statement on a line. Undefined: no rule knows it (whoever says so has reported why). */
export type ReadLine<Statement> = (line: SourceLine, report: Report) => Statement | undefined;

/**
 * Reads a text whose statements are single lines. Blank lines and lines that no rule knows become nodes
 * too, so that the statements tile the text.
 */
export function parseLines<Statement extends Span>(
	text: string,
	dialect: string,
	readLine: ReadLine<Statement>,
): ParseResult<(Statement | Blank | Unparsed)[]> {
	const ast: (Statement | Blank | Unparsed)[] = [];
	const diagnostics: Diagnostic[] = [];
	const report: Report = (diagnostic) => {
		diagnostics.push(diagnostic);
	};
	for (let line = lineAt(text, 0); line !== undefined; line = lineAt(text, line.next)) {
		ast.push(readBlank(text, line) ?? readKnown(text, line, dialect, readLine, report));
	}
	return { ast, diagnostics };
}

function readKnown<Statement>(
	text: string,
	line: SourceLine,
	dialect: string,
	readLine: ReadLine<Statement>,
	report: Report,
): Statement | Unparsed {
	if (line.end - line.start > MAX_LINE) {
		report(tooLong(line, dialect));
		return unparsedLine(text, line);
	}
	return readLine(line, report) ?? unparsedLine(text, line);
}

/** The diagnostic for a line over {@link MAX_LINE}. */
export function tooLong(line: Span, dialect: string): Diagnostic {
	return {
		code: "core/line-too-long",
		severity: "warning",
		message: `a line of ${line.end - line.start} characters is longer than any that ${dialect} prints; it was not read`,
		start: line.start,
		end: line.end,
	};
}
