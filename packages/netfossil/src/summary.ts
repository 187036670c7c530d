import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import {
	type Dump,
	identify,
	type KindName,
	kindOf,
	kinds,
	parseDump,
	type Summarizer,
} from "@netfossil/capture";
import { parseParts } from "@netfossil/core";
import { unreadable } from "./exit.ts";
import { readChunks, STDIN } from "./input.ts";
import type { Io } from "./io.ts";
import { writeJson } from "./json.ts";
import { kindNames } from "./kinds.ts";
import { Progress } from "./progress.ts";
import { shareOf, statementsOf } from "./statements.ts";

/** What a dump shows as a whole, and how much of it could be read, from 0 to 1. */
export interface DumpSummary {
	readonly kind: KindName;
	readonly file: string;
	readonly share: number;
	readonly data: object;
	readonly text: string;
}

/** The kinds that have a summary. */
export const summarized: readonly KindName[] = kindNames.filter((name) => kindOf(name).summary !== undefined);

/** Characters that are enough to recognise a file by. */
const BEGINNING = 65_536;

/** The kind of a file that can be read in parts, by how it begins; undefined: it must be read whole to be recognised. */
export async function kindOfBeginning(path: string): Promise<KindName | undefined> {
	const isFile = path !== STDIN && (await stat(path).catch(() => undefined))?.isFile();
	if (!isFile) return undefined;
	let text = "";
	for await (const chunk of createReadStream(path, { encoding: "utf8", end: BEGINNING - 1 })) text += chunk;
	const name = identify(text.slice(0, text.lastIndexOf("\n") + 1))?.kind;
	const kind = kinds.find((each) => each.name === name);
	return kind?.summary !== undefined && kind.parts !== undefined ? kind.name : undefined;
}

/** Reads a file of a kind as it comes, so that memory does not grow with it. */
export async function summarizeFile(kind: KindName, path: string, io: Io): Promise<DumpSummary> {
	const { parts } = kindOf(kind);
	const summarizer = startSummary(kind);
	if (parts === undefined) throw unreadable(`${kind} is not read in parts`);
	const progress = new Progress(io.stderr);
	let read = 0;
	let filled = 0;
	for await (const { ast, start, text } of parseParts(readChunks(path, io), parts())) {
		for (const statement of ast) summarizer.add(statement);
		const count = ast.filter(({ type }) => type !== "blank").length;
		filled += count;
		read += shareOf(ast) * count;
		progress.step(`reading ${path}, ${Math.round((start + text.length) / 1e6)} MB`);
	}
	progress.done();
	return { kind, file: path, share: read / Math.max(1, filled), ...summarizer.result() };
}

export function summarizeDump(dump: Dump): DumpSummary {
	const summarizer = startSummary(dump.kind);
	const statements = statementsOf(parseDump(dump).ast);
	for (const statement of statements) summarizer.add(statement);
	return { kind: dump.kind, file: dump.source.name, share: shareOf(statements), ...summarizer.result() };
}

/** Throws for a kind that has no summary. */
function startSummary(kind: KindName): Summarizer {
	const summarizer = kindOf(kind).summary?.();
	if (summarizer !== undefined) return summarizer;
	throw unreadable(`${kind} has no summary`, `these have one: ${summarized.join(", ")}`);
}

/** Writes summaries: for programs one document, for people a text for each, below its name where there are several. */
export function writeSummaries(all: readonly DumpSummary[], format: string | undefined, io: Io): void {
	const entries = all.map(({ kind, file, data }) => ({ kind, file, summary: data }));
	if (format === "json") writeJson(entries.length === 1 ? entries[0] : entries, io.stdout);
	else if (format === "ndjson") for (const entry of entries) io.stdout.write(`${JSON.stringify(entry)}\n`);
	else {
		const texts = all.map(({ file, text }) => (all.length === 1 ? text : `${file}\n\n${text}`));
		io.stdout.write(texts.join("\n"));
	}
}
