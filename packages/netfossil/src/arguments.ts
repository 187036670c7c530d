import { parseArgs } from "node:util";
import type { Arguments, Command, OptionSpec } from "./command.ts";
import { usage } from "./exit.ts";
import { suggest } from "./nearest.ts";

/** The options that every verb has. */
export const commonOptions: readonly OptionSpec[] = [
	{ name: "help", short: "h", help: "show this help" },
	{ name: "version", short: "V", help: "show the version" },
];

/** What `-v` is answered with. */
export const versionHint = "-V shows the version";

/** Reads what follows a verb. `-` is an operand, the standard input; after `--` everything is an operand. */
export function readArguments(command: Command, argv: readonly string[]): Arguments {
	const known = [...command.options, ...commonOptions];
	const { tokens } = parseArgs({
		args: [...argv],
		options: Object.fromEntries(
			known.map(({ name, short, value }) => [
				name,
				{ type: value === undefined ? "boolean" : "string", ...(short && { short }) } as const,
			]),
		),
		strict: false,
		allowPositionals: true,
		tokens: true,
	});

	const operands: string[] = [];
	const options = new Map<string, string>();
	const lists = new Map<string, string[]>();
	for (const token of tokens) {
		if (token.kind === "positional") operands.push(token.value);
		if (token.kind !== "option") continue;
		const spec = known.find(({ name }) => name === token.name);
		if (spec === undefined) {
			const valid = known.map(({ name }) => `--${name}`);
			const hint = token.rawName === "-v" ? versionHint : suggest(`--${token.name}`, valid);
			throw usage(`${command.name} has no option ${token.rawName}`, hint);
		}
		const value = readValue(spec, token.value);
		options.set(spec.name, value);
		if (spec.many) lists.set(spec.name, [...(lists.get(spec.name) ?? []), value]);
	}
	return { operands, options, lists };
}

/** Throws unless the verb takes this many operands. */
export function checkOperands(command: Command, { operands }: Arguments): void {
	const form = `netfossil ${command.name} ${command.operands}`;
	if (operands.length < command.arity.min) throw usage(`${command.name} needs ${command.operands}`, form);
	const extra = operands[command.arity.max];
	if (extra !== undefined) throw usage(`${command.name} does not take ${JSON.stringify(extra)}`, form);
}

function readValue(spec: OptionSpec, given: string | undefined): string {
	if (spec.value === undefined) {
		if (given !== undefined) throw usage(`--${spec.name} takes no value`, `--${spec.name}`);
		return "";
	}
	if (given === undefined || given === "") {
		const form = spec.choices?.join("|") ?? spec.value;
		throw usage(`--${spec.name} needs a value`, `--${spec.name} ${form}`);
	}
	if (spec.choices && !spec.choices.includes(given))
		throw usage(`--${spec.name} does not know ${JSON.stringify(given)}`, suggest(given, spec.choices));
	return given;
}
