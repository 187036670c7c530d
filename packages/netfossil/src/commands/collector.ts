import { collectorScript } from "@netfossil/capture";
import { type Arguments, type Command, outputOption } from "../command.ts";
import { Exit, type ExitStatus } from "../exit.ts";
import type { Io } from "../io.ts";

export const collector: Command = {
	name: "collector",
	operands: "",
	arity: { min: 0, max: 0 },
	summary: "print a script that saves all that netfossil reads",
	description: `The script is for the hosts themselves, which need no node: any POSIX shell will do, busybox's too. Run as
root it saves the host's own network, docker's namespaces, those of ip netns and of processes, and docker's
listings, into a folder and FOLDER.tar.gz, which the other verbs read as they are. It only reads, and takes
--out FOLDER and --no-docker. What is not there, or may not be read, is left out and said.`,
	options: [outputOption],
	examples: [
		{ line: "netfossil collector -o collect.sh", what: "then, on each host: sudo sh collect.sh" },
		{
			line: "netfossil collector",
			what: "at once: netfossil collector | ssh HOST sudo sh",
		},
	],
	run,
};

async function run(_: Arguments, io: Io): Promise<ExitStatus> {
	io.stdout.write(collectorScript());
	return Exit.fine;
}
