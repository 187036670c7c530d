import type { Capture, Dump, Reason } from "@netfossil/capture";
import { visible } from "@netfossil/core";
import pc from "picocolors";
import { captureOptions, openOptionsOf } from "../capture-options.ts";
import { type Arguments, type Command, choice, type OptionSpec, outputOption } from "../command.ts";
import { Exit, type ExitStatus } from "../exit.ts";
import { pathsOf, readCaptures } from "../input.ts";
import type { Io, Output } from "../io.ts";
import { writeJson } from "../json.ts";
import { passedOverPlace, reportProblems } from "../report.ts";

const format: OptionSpec = {
	name: "format",
	value: "FORMAT",
	choices: ["text", "json"],
	help: "for reading, or as JSON",
};

export const identify: Command = {
	name: "identify",
	operands: "FILE…",
	arity: { min: 0, max: Number.POSITIVE_INFINITY },
	summary: "say what each dump is, where it was taken, and how that is known",
	description: `For each dump its kind, its command, the host and the namespace or container where it ran, and the
reasons: "observed" is said by the input itself, "assumed" is a habit, which the reason names. What is no
dump is listed too, so that nothing is passed over in silence. FILE may be a folder, a document
with terminal sessions, or - for the standard input.`,
	options: [format, outputOption, ...captureOptions],
	examples: [
		{ line: "netfossil identify ipvsadm.txt", what: "one file" },
		{ line: "netfossil identify notes.md", what: "every session in a document" },
		{ line: "netfossil identify --format json capture", what: "a folder, for other programs" },
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const capture = await readCaptures(pathsOf(identify, args, io), io, openOptionsOf(args));
	reportProblems(capture.problems, io);
	if (choice(args, format) === "json") writeJson(asJson(capture), io.stdout);
	else writeText(capture, io.stdout);
	return capture.dumps.length > 0 ? Exit.fine : Exit.unreadable;
}

function asJson({ dumps, passedOver }: Capture): object {
	const found = dumps.map(({ source, start, end, ...dump }) => ({
		...dump,
		file: source.name,
		lines: { first: source.locate(start).line, last: source.locate(Math.max(start, end - 1)).line },
	}));
	return { dumps: found, passedOver };
}

function writeText({ dumps, passedOver }: Capture, output: Output): void {
	const { bold, cyan, dim } = pc.createColors(output.color);
	const write = (line: string): void => output.write(`${line}\n`);
	for (const dump of dumps) {
		write(`${bold(visible(dump.id))}  ${cyan(dump.kind)}  ${visible(placeOf(dump))}`);
		if (dump.command !== undefined) write(`  command  ${visible(dump.command)}`);
		for (const reason of dump.reasons) write(`  ${reasonText(reason)}`);
	}
	if (passedOver.length > 0) {
		if (dumps.length > 0) write("");
		write(bold("passed over"));
	}
	for (const part of passedOver)
		write(`  ${visible(passedOverPlace(part))}  ${visible(part.what)}${dim(`: ${visible(part.reason)}`)}`);
}

/** `host manager1, netns ingress_sbox` */
function placeOf({ scope: { host, place } }: Dump): string {
	if (place.type === "host") return `host ${host}`;
	return `host ${host}, ${place.type} ${place.type === "netns" ? place.name : place.id}`;
}

function reasonText({ about, text, line, certainty }: Reason): string {
	const at = line === undefined ? "" : ` (line ${line})`;
	return `${about.padEnd(7)}  ${certainty}: ${visible(text)}${at}`;
}
