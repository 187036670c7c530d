import type { ExitStatus } from "./exit.ts";
import type { Io } from "./io.ts";

/** An option of a verb. */
export interface OptionSpec {
	/** Without the dashes. */
	readonly name: string;
	/** A single letter. */
	readonly short?: string;
	/** What its value is called, `FILE`; a flag has none. */
	readonly value?: string;
	/** Whether it may be given more than once; {@link Arguments.lists} has all its values. */
	readonly many?: true;
	/** The values that are allowed, where they are few; the first is the default. */
	readonly choices?: readonly string[];
	readonly help: string;
}

/** A line of help that can be typed as it stands. A test runs every one. */
export interface Example {
	readonly line: string;
	readonly what: string;
}

/** What was typed after the verb. */
export interface Arguments {
	readonly operands: readonly string[];
	/** Values by option name; absent when not given. A flag's value is empty. */
	readonly options: ReadonlyMap<string, string>;
	/** All values of options that may be given more than once, in their order. */
	readonly lists: ReadonlyMap<string, readonly string[]>;
}

/** A verb of the command line. */
export interface Command {
	readonly name: string;
	/** What follows the name: `[FILE…]`. */
	readonly operands: string;
	/** How many operands it takes. */
	readonly arity: { readonly min: number; readonly max: number };
	/** One line for the list of verbs. */
	readonly summary: string;
	/** What somebody who uses it for the first time wants to know. */
	readonly description: string;
	readonly options: readonly OptionSpec[];
	readonly examples: readonly Example[];
	readonly run: (args: Arguments, io: Io) => Promise<ExitStatus>;
}

/** The value of an option with choices: what was given, or the first of them. */
export function choice(args: Arguments, option: OptionSpec): string {
	return args.options.get(option.name) ?? option.choices![0]!;
}

export const outputOption: OptionSpec = {
	name: "output",
	short: "o",
	value: "FILE",
	help: "write the data to FILE instead of the standard output",
};
