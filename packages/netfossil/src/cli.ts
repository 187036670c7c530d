import { visible } from "@netfossil/core";
import pc from "picocolors";
import { checkOperands, readArguments, versionHint } from "./arguments.ts";
import type { Arguments, Command } from "./command.ts";
import { allCommands, commandNamed, verbNames } from "./commands/index.ts";
import { Exit, type ExitStatus, Failure, usage } from "./exit.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { fileOutput, type Io } from "./io.ts";
import { suggest } from "./nearest.ts";
import { version } from "./version.ts";

/** Runs a command line (without `node` and the script) and gives its exit status. It never throws. */
export async function run(argv: readonly string[], io: Io): Promise<ExitStatus> {
	try {
		return await dispatch(argv, io);
	} catch (error) {
		return explain(error, io);
	}
}

async function dispatch(argv: readonly string[], io: Io): Promise<ExitStatus> {
	const [verb, ...rest] = argv;
	if (verb === undefined) throw usage("no verb given", "netfossil --help lists them");
	if (verb === "--help" || verb === "-h" || verb === "help") {
		const [topic] = verb === "help" ? rest : [];
		io.stdout.write(
			topic === undefined || topic.startsWith("-")
				? generalHelp(await allCommands(), version)
				: commandHelp(await knownCommand(topic)),
		);
		return Exit.fine;
	}
	if (verb === "--version" || verb === "-V") return showVersion(io);
	const command = await knownCommand(verb);
	const args = readArguments(command, rest);
	if (args.options.has("help")) {
		io.stdout.write(commandHelp(command));
		return Exit.fine;
	}
	if (args.options.has("version")) return showVersion(io);
	checkOperands(command, args);
	return runCommand(command, args, io);
}

async function knownCommand(verb: string): Promise<Command> {
	const command = await commandNamed(verb);
	if (command !== undefined) return command;
	const what = verb.startsWith("-") ? "the first argument is a verb, not" : "there is no verb";
	throw usage(`${what} ${JSON.stringify(verb)}`, verb === "-v" ? versionHint : suggest(verb, verbNames));
}

function showVersion(io: Io): ExitStatus {
	io.stdout.write(`${version}\n`);
	return Exit.fine;
}

async function runCommand(command: Command, args: Arguments, io: Io): Promise<ExitStatus> {
	const path = args.options.get("output");
	// A verb that may write several files opens them itself.
	if (path === undefined || path === "-" || args.lists.has("output")) return command.run(args, io);
	const { output, close } = fileOutput(path);
	try {
		return await command.run(args, { ...io, stdout: output });
	} finally {
		close();
	}
}

function explain(error: unknown, io: Io): ExitStatus {
	const { red, dim } = pc.createColors(io.stderr.color);
	if (error instanceof Failure) {
		io.stderr.write(`netfossil: ${red("error:")} ${visible(error.message)}\n`);
		if (error.hint !== undefined) io.stderr.write(`  ${visible(error.hint)}\n`);
		return error.status;
	}
	const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
	io.stderr.write(`netfossil: ${red("error:")} this is a defect of netfossil, please report it\n`);
	io.stderr.write(`${dim(stack)}\n`);
	return Exit.defect;
}
