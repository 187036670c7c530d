import { type Dump, identify, kindOf, type ParsedDump, parseDump } from "@netfossil/capture";
import { type Arguments, type Command, choice, type OptionSpec, outputOption } from "../command.ts";
import { Exit, type ExitStatus, unreadable } from "../exit.ts";
import { readAs, readDumps, STDIN } from "../input.ts";
import type { Io } from "../io.ts";
import { jsonLine, writeJson } from "../json.ts";
import { kindList, kindNamed } from "../kinds.ts";
import { Progress } from "../progress.ts";
import { reportDiagnostics, reportPassedOver } from "../report.ts";

const as: OptionSpec = { name: "as", value: "KIND", help: "the kind of dump, instead of recognising it" };
const format: OptionSpec = {
	name: "format",
	value: "FORMAT",
	choices: ["json", "ndjson"],
	help: "one JSON document, or a statement a line",
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

Kinds
${kindList}`,
	options: [as, format, outputOption],
	examples: [
		{ line: "netfossil parse ipvsadm.txt", what: "recognise and read a file" },
		{ line: "cat ipvsadm.txt | netfossil parse --as ipvsadm-list", what: "read the standard input" },
		{ line: "netfossil parse --format ndjson ipvsadm.txt", what: "a line for each statement" },
		{ line: "netfossil parse -o network.json notes.md", what: "all dumps in a document, into a file" },
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const paths = args.operands.length === 0 ? [STDIN] : args.operands;
	const given = args.options.get(as.name);
	const dumps = given === undefined ? await recognised(paths, io) : await readAs(kindNamed(given), paths, io);

	const lines = choice(args, format) === "ndjson";
	const parsed: ParsedDump[] = [];
	const progress = new Progress(io.stderr);
	for (const dump of dumps) {
		progress.step(`reading ${dump.id}`);
		const each = parseDump(dump);
		progress.done();
		reportDiagnostics(each, io);
		if (lines) writeStatements(each, io);
		parsed.push(each);
	}
	if (!lines) {
		const entries = parsed.map(entry);
		// One dump prints as itself, but only where there could be no others.
		writeJson(entries.length === 1 && paths.length === 1 ? entries[0] : entries, io.stdout);
	}
	if (given === undefined) {
		if (parsed.some(({ ast }) => shareRead(ast) > 0)) return Exit.fine;
		throw unreadable(`nothing in ${paths.join(" ")} could be read as ${dumps[0]?.kind}`);
	}
	if (parsed.some(fits)) return Exit.fine;
	const how = parsed.some(({ ast }) => shareRead(ast) > 0) ? "little" : "nothing";
	const message = `${how} in ${paths.join(" ")} could be read as ${given}`;
	throw unreadable(message, "leave out --as to have the kind recognised");
}

/** Whether a dump is of the kind that was named: at least half could be read, and its lines tell no other one. */
function fits({ dump: { kind, source }, ast }: ParsedDump): boolean {
	const other = kindOf(kind).signature(source.text) === undefined && identify(source.text) !== undefined;
	return shareRead(ast) >= 0.5 && !other;
}

async function recognised(paths: readonly string[], io: Io): Promise<readonly Dump[]> {
	const capture = await readDumps(paths, io);
	reportPassedOver(capture, io);
	return capture.dumps;
}

function entry({ dump, ast, diagnostics }: ParsedDump): object {
	const whole = dump.start === 0 && dump.end === dump.source.text.length;
	const offset = whole ? {} : { offset: dump.start };
	return { kind: dump.kind, file: dump.source.name, ...offset, ast, diagnostics };
}

function writeStatements({ dump, ast }: ParsedDump, io: Io): void {
	const { kind } = dump;
	for (const statement of statementsOf(ast))
		io.stdout.write(jsonLine({ kind, file: dump.source.name, statement }));
}

function statementsOf(ast: unknown): readonly { readonly type?: string }[] {
	return (ast as { readonly statements: readonly { readonly type?: string }[] }).statements;
}

/** How many of the statements a parser made something of, from 0 to 1. */
function shareRead(ast: unknown): number {
	const filled = statementsOf(ast).filter(({ type }) => type !== "blank");
	return filled.filter(({ type }) => type !== "unparsed").length / Math.max(1, filled.length);
}
