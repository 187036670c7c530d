import type { Capture, ParsedDump, PassedOver, Problem } from "@netfossil/capture";
import { type Diagnostic, type DiagnosticPaint, formatDiagnostic, visible } from "@netfossil/core";
import pc from "picocolors";
import type { Failure } from "./exit.ts";
import type { Io, Output } from "./io.ts";

/** Diagnostics of one dump that a command shows whose result is something else than the AST. */
const FEW = 5;

/** Writes a failure that does not end the command. */
export function reportFailure(failure: Failure, io: Io): void {
	problem(failure.message, failure.hint, io.stderr);
}

/** Writes what kept input from being read. */
export function reportProblems(problems: readonly Problem[], io: Io): void {
	for (const { file, message, hint } of problems) problem(`${file}: ${message}`, hint, io.stderr);
}

function problem(message: string, hint: string | undefined, output: Output): void {
	const { yellow } = pc.createColors(output.color);
	output.write(`netfossil: ${yellow("warning:")} ${visible(message)}\n`);
	if (hint !== undefined) output.write(`  ${visible(hint)}\n`);
}

/** Writes the diagnostics of a dump, each with its line and a caret; of many only a few, unless all are asked for. */
export function reportDiagnostics(parsed: ParsedDump, io: Io, all: boolean): void {
	const { dump, diagnostics } = parsed;
	const shown = all ? diagnostics : diagnostics.filter(({ severity }) => severity !== "info").slice(0, FEW);
	for (const diagnostic of shown) {
		// Offsets count from the dump, which may be a part of its file.
		const placed: Diagnostic = {
			...diagnostic,
			start: diagnostic.start + dump.start,
			end: diagnostic.end + dump.start,
		};
		io.stderr.write(`${formatDiagnostic(dump.source, placed, paint(io.stderr))}\n`);
	}
	if (!all && diagnostics.length > shown.length && shown.length === FEW) {
		const more = diagnostics.length - shown.length;
		io.stderr.write(`  and ${more} more; netfossil parse ${visible(dump.source.name)} shows all\n`);
	}
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

/** Says what was passed over: whole files by name, parts of documents by their number. */
export function reportPassedOver({ passedOver }: Capture, io: Io): void {
	const files = passedOver.filter(({ type }) => type === "file").slice(0, FEW);
	for (const { file, what, reason } of files) problem(`${file} was passed over: ${what}`, reason, io.stderr);
	const count = passedOver.length - files.length;
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
