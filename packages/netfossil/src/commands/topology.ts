import { type ParsedDump, parseDump } from "@netfossil/capture";
import { reconstruct, type TextOptions, toDot, toMermaid, toText } from "@netfossil/topology";
import pc from "picocolors";
import { type Arguments, type Command, choice, type OptionSpec, outputOption } from "../command.ts";
import { Exit, type ExitStatus } from "../exit.ts";
import { pathsOf, readDumps } from "../input.ts";
import type { Io, Output } from "../io.ts";
import { writeJson } from "../json.ts";
import { Progress } from "../progress.ts";
import { reportPassedOver, reportUnparsed } from "../report.ts";

const format: OptionSpec = {
	name: "format",
	value: "FORMAT",
	choices: ["text", "json", "dot", "mermaid"],
	help: "for reading, for programs, or for drawing",
};
const noEvidence: OptionSpec = {
	name: "no-evidence",
	help: "leave out of the text the file and line that prove each fact",
};

export const topology: Command = {
	name: "topology",
	operands: "CAPTURE…",
	arity: { min: 0, max: Number.POSITIVE_INFINITY },
	summary: "rebuild the network that the dumps were taken from",
	description: `CAPTURE is a folder of dumps, a file, a document with terminal sessions, or - for the standard input;
several are read as one. Every fact is observed, derived or assumed, and the JSON names the lines that prove
it; what the dumps leave open is listed with the command that would tell. Conflicts are listed too, and are
no failure: the exit status is 0.`,
	options: [format, noEvidence, outputOption],
	examples: [
		{ line: "netfossil topology capture", what: "a folder of dumps" },
		{ line: "netfossil topology --no-evidence notes.md", what: "a document, and the bare network" },
		{ line: "netfossil topology --format dot -o network.dot capture", what: "a drawing for Graphviz" },
		{ line: "cat notes.md | netfossil topology --format json -", what: "the graph as JSON" },
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const capture = await readDumps(pathsOf(topology, args, io), io);

	const progress = new Progress(io.stderr);
	const parsed: ParsedDump[] = [];
	for (const [done, dump] of capture.dumps.entries()) {
		progress.step(`reading ${dump.id}`, done, capture.dumps.length);
		parsed.push(parseDump(dump));
	}
	progress.step("joining the facts");
	const network = reconstruct(parsed, capture.commands);
	progress.done();
	reportUnparsed(parsed, io);
	reportPassedOver(capture, io);

	switch (choice(args, format)) {
		case "json":
			writeJson(network, io.stdout);
			break;
		case "dot":
			io.stdout.write(toDot(network));
			break;
		case "mermaid":
			io.stdout.write(toMermaid(network));
			break;
		default:
			io.stdout.write(
				toText(network, { evidence: !args.options.has(noEvidence.name), paint: paint(io.stdout) }),
			);
	}
	return Exit.fine;
}

function paint(output: Output): NonNullable<TextOptions["paint"]> {
	const { bold, dim, yellow, cyan } = pc.createColors(output.color);
	return { heading: bold, evidence: dim, assumed: yellow, command: cyan };
}
