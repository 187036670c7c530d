import {
	type Dump,
	identify,
	type KindName,
	kindOf,
	type OpenOptions,
	type ParsedDump,
	parseDump,
} from "@netfossil/capture";
import { limitOptions, openOptionsOf } from "../capture-options.ts";
import { type Arguments, type Command, choice, type OptionSpec, outputOption } from "../command.ts";
import { Exit, type ExitStatus, type Failure, unreadable } from "../exit.ts";
import { eachReadable, readAs, readDumps, STDIN } from "../input.ts";
import type { Io } from "../io.ts";
import { jsonLine, writeJson } from "../json.ts";
import { kindList, kindNamed } from "../kinds.ts";
import { Progress } from "../progress.ts";
import { reportDiagnostics, reportPassedOver } from "../report.ts";
import { shareOf, statementsOf } from "../statements.ts";
import { streamStatements } from "../stream.ts";
import {
	type DumpSummary,
	kindOfBeginning,
	summarizeDump,
	summarized,
	summarizeFile,
	writeSummaries,
} from "../summary.ts";

const as: OptionSpec = { name: "as", value: "KIND", help: "the kind of dump, instead of recognising it" };
const format: OptionSpec = {
	name: "format",
	value: "FORMAT",
	choices: ["json", "ndjson"],
	help: "one JSON document, or a statement a line",
};

const summary: OptionSpec = {
	name: "summary",
	help: "what a dump shows as a whole; for people, unless --format is given",
};

export const parse: Command = {
	name: "parse",
	operands: "[FILE…]",
	arity: { min: 0, max: Number.POSITIVE_INFINITY },
	summary: "read dumps into their syntax trees, as JSON",
	description: `Prints { kind, file, ast, diagnostics } for a dump, an array of these for several. Without FILE, or
with -, the standard input is read. What a dump is, is recognised, unless --as names the kind; a document
or folder gives every dump in it. Spans (start, end) count characters from the start of the dump; where the
dump is a part of its file, "offset" says where that is. Diagnostics also go to the standard error.

With --summary, what a long dump shows as a whole: of packets the conversations, handshakes, what was asked and
answered, and what was not. Kinds that have a summary: ${summarized.join(", ")}.

Kinds
${kindList}`,
	options: [as, format, summary, outputOption, ...limitOptions],
	examples: [
		{ line: "netfossil parse ipvsadm.txt", what: "recognise and read a file" },
		{ line: "cat ipvsadm.txt | netfossil parse --as ipvsadm-list", what: "read the standard input" },
		{ line: "netfossil parse --format ndjson ipvsadm.txt", what: "a line for each statement" },
		{ line: "netfossil parse --summary tcpdump.txt", what: "who spoke to whom, and what went wrong" },
		{ line: "netfossil parse -o network.json notes.md", what: "all dumps in a document, into a file" },
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const paths = args.operands.length === 0 ? [STDIN] : args.operands;
	const given = args.options.get(as.name);
	const kind = given === undefined ? undefined : kindNamed(given);
	if (args.options.has(summary.name)) return summarize(kind, paths, args, io);
	const lines = choice(args, format) === "ndjson";
	if (lines && kind !== undefined && kindOf(kind).parts !== undefined) return streamAs(kind, paths, io);
	const dumps =
		kind === undefined ? await recognised(paths, io, openOptionsOf(args)) : await readAs(kind, paths, io);

	const parsed: ParsedDump[] = [];
	const progress = new Progress(io.stderr);
	for (const [done, dump] of dumps.entries()) {
		progress.step(`reading ${dump.id}`, done, dumps.length);
		const each = parseDump(dump);
		progress.done();
		reportDiagnostics(each, io);
		if (lines) await writeStatements(each, io);
		parsed.push(each);
	}
	if (!lines) {
		const entries = parsed.map(entry);
		// One dump prints as itself, but only where there could be no others.
		writeJson(entries.length === 1 && paths.length === 1 ? entries[0] : entries, io.stdout);
	}
	if (kind === undefined) {
		if (parsed.some(({ ast }) => shareOf(statementsOf(ast)) > 0)) return Exit.fine;
		throw unreadable(`nothing in ${paths.join(" ")} could be read as ${dumps[0]?.kind}`);
	}
	if (parsed.some(fits)) return Exit.fine;
	throw misfit(
		parsed.some(({ ast }) => shareOf(statementsOf(ast)) > 0),
		paths,
		kind,
	);
}

/** Summarizes files; those of a kind that is named, or seen at their beginning, are read as they come. */
async function summarize(
	named: KindName | undefined,
	paths: readonly string[],
	args: Arguments,
	io: Io,
): Promise<ExitStatus> {
	const found: DumpSummary[] = [];
	await eachReadable(paths, io, async (path) => {
		const kind = named ?? (await kindOfBeginning(path));
		if (kind !== undefined) {
			found.push(await summarizeFile(kind, path, io));
			return;
		}
		const dumps = (await recognised([path], io, openOptionsOf(args))).filter((dump) =>
			summarized.includes(dump.kind),
		);
		if (dumps.length === 0)
			throw unreadable(`nothing in ${path} has a summary`, `these have one: ${summarized.join(", ")}`);
		for (const dump of dumps) found.push(summarizeDump(dump));
	});
	if (named !== undefined && !found.some(({ share }) => share >= FITTING))
		throw misfit(
			found.some(({ share }) => share > 0),
			paths,
			named,
		);
	writeSummaries(found, args.options.get(format.name), io);
	return Exit.fine;
}

/** Reads files of a kind statement by statement, so that memory does not grow with them. */
async function streamAs(kind: KindName, paths: readonly string[], io: Io): Promise<ExitStatus> {
	const shares = await eachReadable(paths, io, (path) => streamStatements(kind, path, io));
	if (shares.some((share) => share >= FITTING)) return Exit.fine;
	throw misfit(
		shares.some((share) => share > 0),
		paths,
		kind,
	);
}

function misfit(some: boolean, paths: readonly string[], kind: KindName): Failure {
	const message = `${some ? "little" : "nothing"} in ${paths.join(" ")} could be read as ${kind}`;
	return unreadable(message, "leave out --as to have the kind recognised");
}

/** A dump of which less could be read is of another kind than the one that was named. */
const FITTING = 0.5;

/** Whether a dump is of the kind that was named: at least half could be read, and its lines tell no other one. */
function fits({ dump: { kind, source }, ast }: ParsedDump): boolean {
	const other = kindOf(kind).signature(source.text) === undefined && identify(source.text) !== undefined;
	return shareOf(statementsOf(ast)) >= FITTING && !other;
}

async function recognised(paths: readonly string[], io: Io, options: OpenOptions): Promise<readonly Dump[]> {
	const capture = await readDumps(paths, io, options);
	reportPassedOver(capture, io);
	return capture.dumps;
}

function entry({ dump, ast, diagnostics }: ParsedDump): object {
	const whole = dump.start === 0 && dump.end === dump.source.text.length;
	const offset = whole ? {} : { offset: dump.start };
	return { kind: dump.kind, file: dump.source.name, ...offset, ast, diagnostics };
}

async function writeStatements({ dump, ast }: ParsedDump, io: Io): Promise<void> {
	const { kind } = dump;
	for (const statement of statementsOf(ast))
		io.stdout.write(jsonLine({ kind, file: dump.source.name, statement }));
	await io.stdout.drained();
}
