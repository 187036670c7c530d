import { commonOptions } from "./arguments.ts";
import type { Command, Example, OptionSpec } from "./command.ts";

const NAME = "netfossil";

/** The examples of the general help. */
export const examples: readonly Example[] = [
	{ line: "netfossil topology capture", what: "the network that a folder of dumps shows" },
	{ line: "netfossil topology notes.md", what: "the same from a document with terminal sessions" },
	{ line: "netfossil identify capture", what: "what each file is, and how that is known" },
	{ line: "netfossil parse ipvsadm.txt", what: "a dump as JSON" },
];

const statuses: readonly (readonly [string, string])[] = [
	["0", "fine; of trace: the packet is delivered. Conflicts that topology lists are no failure"],
	["1", "trace: the packet is lost"],
	["2", "the command line is wrong"],
	["3", "nothing could be read"],
	["4", "trace: the dumps do not decide"],
	["70", "a defect of netfossil itself; please report it"],
];

/** The help of the whole command line. */
export function generalHelp(commands: readonly Command[], version: string): string {
	const verbs = commands.map(({ name, operands, summary }) => [`${name} ${operands}`, summary] as const);
	return [
		`${NAME} ${version}: reads saved output of networking commands and rebuilds the network`,
		section("Usage", [`${NAME} VERB [ARGUMENT…] [OPTION…]`, `${NAME} help VERB`]),
		section("Verbs", columns(verbs)),
		section("Options", columns(commonOptions.map(optionRow))),
		section("Examples", exampleLines(examples)),
		section("Exit status", columns(statuses)),
		"Data goes to the standard output, everything else to the standard error; - is the standard input.\n",
	].join("\n\n");
}

/** The help of one verb. */
export function commandHelp(command: Command): string {
	return `${[
		`${NAME} ${command.name}: ${command.summary}`,
		section("Usage", [`${NAME} ${command.name} ${command.operands} [OPTION…]`]),
		command.description,
		section("Options", columns([...command.options, ...commonOptions].map(optionRow))),
		section("Examples", exampleLines(command.examples)),
	].join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[]): string {
	return [title, ...lines.map((line) => `  ${line}`)].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
	const width = Math.max(...rows.map(([left]) => left.length));
	return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
}

function optionRow({ name, short, value, many, choices, help }: OptionSpec): readonly [string, string] {
	const placeholder = choices?.join("|") ?? value;
	const long = placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`;
	const fallback = choices ? ` (${choices[0]} unless given)` : "";
	const again = many ? " (repeatable)" : "";
	return [short ? `-${short}, ${long}` : `    ${long}`, help + again + fallback];
}

function exampleLines(list: readonly Example[]): string[] {
	return columns(list.map(({ line, what }) => [line, `# ${what}`] as const));
}
