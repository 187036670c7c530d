import {
	type Capture,
	type Dump,
	type ParsedDump,
	type PassedOver,
	type Problem,
	UNREAD,
} from "@netfossil/capture";
import {
	type Diagnostic,
	type DiagnosticPaint,
	formatDiagnostic,
	type Source,
	visible,
} from "@netfossil/core";
import pc from "picocolors";
import type { Failure } from "./exit.ts";
import type { Io, Output } from "./io.ts";

/** How many lines of one sort are written. */
const FEW = 5;

/** How many sorts of passed over files get a line each; a sosreport has more, and then one line sums them up. */
const FEW_SORTS = 2;

/** How many files a line names. */
const NAMES = 3;

/** Writes a failure that does not end the command. */
export function reportFailure(failure: Failure, io: Io): void {
	problem(failure.message, failure.hint, io.stderr);
}

/** Writes what kept input from being read, a line for each sort. */
export function reportProblems(problems: readonly Problem[], io: Io): void {
	for (const alike of groups(problems, ({ message, hint }) => `${message}\n${hint}`)) {
		const { message, hint } = alike[0]!;
		problem(`${namesOf(alike.map(({ file }) => file))}: ${message}`, hint, io.stderr);
	}
}

export function groups<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
	const byKey = new Map<string, Item[]>();
	for (const item of items) {
		const group = byKey.get(keyOf(item));
		if (group) group.push(item);
		else byKey.set(keyOf(item), [item]);
	}
	return [...byKey.values()];
}

/** `a, b, c and 4 more` */
export function namesOf(names: readonly string[]): string {
	const different = [...new Set(names)];
	const more = different.length - NAMES;
	return different.slice(0, NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function problem(message: string, hint: string | undefined, output: Output): void {
	const { yellow } = pc.createColors(output.color);
	output.write(`netfossil: ${yellow("warning:")} ${visible(message)}\n`);
	if (hint !== undefined) output.write(`  ${visible(hint)}\n`);
}

/** Writes the diagnostics of a dump, each with its line and a caret. */
export function reportDiagnostics({ dump, diagnostics }: ParsedDump, io: Io): void {
	const all = diagnostics.map((diagnostic) => placed(diagnostic, dump));
	reportSourceDiagnostics(dump.source, all, io);
}

/** Writes diagnostics whose offsets are those of a source. */
export function reportSourceDiagnostics(source: Source, diagnostics: readonly Diagnostic[], io: Io): void {
	for (const diagnostic of diagnostics)
		io.stderr.write(`${formatDiagnostic(source, diagnostic, paint(io.stderr))}\n`);
}

/** A diagnostic with offsets of the file; those of a dump count from its start, which may be anywhere in it. */
function placed(diagnostic: Diagnostic, { start }: Dump): Diagnostic {
	return { ...diagnostic, start: diagnostic.start + start, end: diagnostic.end + start };
}

/** Says how much of each file was not read, for a command whose result is something else than the trees. */
export function reportUnparsed(parsed: readonly ParsedDump[], io: Io): void {
	const found = parsed.flatMap(({ dump, diagnostics }) =>
		diagnostics
			.filter(({ severity }) => severity !== "info")
			.map((diagnostic) => ({ source: dump.source, ...placed(diagnostic, dump) })),
	);
	const files = groups(found, ({ source }) => source.name);
	for (const all of files.slice(0, FEW)) {
		const { source, start } = all.reduce((first, each) => (each.start < first.start ? each : first));
		const lines = new Set(all.map((each) => source.locate(each.start).line)).size;
		const { line, column } = source.locate(start);
		const count = lines === 1 ? "1 line" : `${lines} lines`;
		problem(`${source.name}: ${count} not read in full, first at :${line}:${column}`, undefined, io.stderr);
	}
	if (files.length === 0) return;
	const more = files.length > FEW ? `and ${files.length - FEW} more files; ` : "";
	io.stderr.write(`  ${more}netfossil parse FILE shows them\n`);
}

function paint(output: Output): DiagnosticPaint {
	const colors = pc.createColors(output.color);
	return {
		severity: (text, severity) =>
			severity === "error"
				? colors.red(text)
				: severity === "warning"
					? colors.yellow(text)
					: colors.cyan(text),
		place: colors.bold,
		caret: colors.green,
	};
}

/** Where a part of a file that was passed over lies: `notes.md:3-9`. */
export function passedOverPlace({ file, lines }: PassedOver): string {
	if (lines === undefined) return file;
	return lines.first === lines.last ? `${file}:${lines.first}` : `${file}:${lines.first}-${lines.last}`;
}

/** `426 files of the report`: what is passed over together. */
const TOGETHER = /^(\d+) files (?=of )/;
/** `a link to etc/hostname, as a text` */
const LINK = /^a link to .*/;

/** What files that are passed over have in common; all formats without a parser are of one sort. */
export function sortOf({ what, reason }: PassedOver): string {
	return reason === UNREAD ? UNREAD : titleOf({ what });
}

/** What a file is, without what it has alone. */
export function titleOf({ what }: Pick<PassedOver, "what">): string {
	return what
		.replace(/^a file of the report$/, "of the report")
		.replace(TOGETHER, "")
		.replace(LINK, "a link");
}

/** How many files some entries are. */
export function sizeOf(alike: readonly PassedOver[]): number {
	return alike.reduce((sum, { what }) => sum + Number(TOGETHER.exec(what)?.[1] ?? 1), 0);
}

/** Says what was passed over: whole files by their sorts, in one line where these are many, parts of documents by their number. */
export function reportPassedOver({ passedOver }: Capture, io: Io): void {
	const unused = passedOver.filter(({ used }) => !used);
	const files = unused.filter(({ type }) => type === "file");
	const sorts = groups(files, sortOf).sort((a, b) => sizeOf(b) - sizeOf(a));
	const contents = (alike: readonly PassedOver[]): string => namesOf(alike.map((each) => titleOf(each)));
	if (sorts.length > FEW_SORTS) {
		const sums = sorts.map((alike) => `${sizeOf(alike)} × ${contents(alike)}`).join(", ");
		const all = `${sizeOf(files)} files: ${sums}; netfossil inventory --all lists them, and why`;
		io.stderr.write(`netfossil: passed over ${visible(all)}\n`);
	}
	for (const alike of sorts.length > FEW_SORTS ? [] : sorts) {
		const reasons = new Set(alike.map((each) => each.reason));
		const reason = (reasons.size > 1 ? "for example " : "") + alike[0]!.reason;
		const size = sizeOf(alike);
		const count = size === 1 ? "1 file" : `${size} files`;
		const names = namesOf(alike.map(({ file }) => file));
		io.stderr.write(
			`netfossil: passed over ${visible(`${count} (${contents(alike)}): ${names}; ${reason}`)}\n`,
		);
	}
	const count = unused.length - files.length;
	if (count === 0) return;
	const what = count === 1 ? "1 part that is" : `${count} parts that are`;
	io.stderr.write(`netfossil: passed over ${what} no dump; netfossil identify lists them\n`);
}

/** For a capture without a dump: what it holds instead, the first few of it. */
export function reportNothing({ passedOver }: Capture, io: Io): void {
	for (const part of passedOver.slice(0, FEW))
		io.stderr.write(`  ${visible(`${passedOverPlace(part)}  ${part.what}: ${part.reason}`)}\n`);
	if (passedOver.length > FEW) io.stderr.write(`  and ${passedOver.length - FEW} more\n`);
}
