import { type KindName, kindOf } from "@netfossil/capture";
import { parseParts, Source } from "@netfossil/core";
import { readChunks } from "./input.ts";
import type { Io } from "./io.ts";
import { jsonLine } from "./json.ts";
import { Progress } from "./progress.ts";
import { reportSourceDiagnostics } from "./report.ts";
import { shareOf } from "./statements.ts";

/**
 * Writes the statements of a file of a kind that is read in parts, a line each, as they are read; the diagnostics go
 * to the standard error. Gives how much of the file could be read, from 0 to 1.
 */
export async function streamStatements(kind: KindName, path: string, io: Io): Promise<number> {
	const reader = kindOf(kind).parts!();
	const progress = new Progress(io.stderr);
	let line = 1;
	let read = 0;
	let filled = 0;
	for await (const { text, start, ast, diagnostics } of parseParts(readChunks(path, io), reader)) {
		const source = new Source(path, text, line);
		progress.done();
		const placed = diagnostics.map((each) => ({ ...each, start: each.start - start, end: each.end - start }));
		reportSourceDiagnostics(source, placed, io);
		io.stdout.write(ast.map((statement) => jsonLine({ kind, file: path, statement })).join(""));
		await io.stdout.drained();
		line = source.locate(text.length).line;
		const count = ast.filter(({ type }) => type !== "blank").length;
		filled += count;
		read += shareOf(ast) * count;
		progress.step(`reading ${path}, line ${line}`);
	}
	progress.done();
	return read / Math.max(1, filled);
}
