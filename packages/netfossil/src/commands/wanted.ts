import { toScript, wantedOf } from "@netfossil/topology";
import { captureOptions, openOptionsOf } from "../capture-options.ts";
import { type Arguments, type Command, choice, type OptionSpec, outputOption } from "../command.ts";
import { Exit, type ExitStatus } from "../exit.ts";
import { pathsOf, readDumps } from "../input.ts";
import type { Io } from "../io.ts";
import { writeJson } from "../json.ts";
import { rebuild } from "../rebuild.ts";

const format: OptionSpec = {
	name: "format",
	value: "FORMAT",
	choices: ["script", "json"],
	help: "a script for the hosts, or for programs",
};

export const wanted: Command = {
	name: "wanted",
	operands: "CAPTURE…",
	arity: { min: 0, max: Number.POSITIVE_INFINITY },
	summary: "print what is missing, as a script that saves it",
	description: `By host and namespace: the dumps that are missing, why, and what each would tell; whatever decides most comes
first. It joins what the network leaves open with what a complete capture has: namespaces, containers and hosts
that are known by name only, rules of which there are lists only, docker network inspect without -v. The script
is for any POSIX shell; run on a host it saves that host's part, so that the other verbs read it as it is.`,
	options: [format, outputOption, ...captureOptions],
	examples: [
		{ line: "netfossil wanted capture -o wanted.sh", what: "then, on each host: sudo sh wanted.sh" },
		{ line: "netfossil wanted --format json notes.md", what: "for other programs" },
	],
	run,
};

async function run(args: Arguments, io: Io): Promise<ExitStatus> {
	const capture = await readDumps(pathsOf(wanted, args, io), io, openOptionsOf(args));
	const { parsed, topology } = rebuild(capture, io);
	const wants = wantedOf(capture, parsed, topology);
	if (choice(args, format) === "json") writeJson(wants, io.stdout);
	else io.stdout.write(toScript(wants));
	return Exit.fine;
}
