import type { Command } from "../command.ts";

/** All verbs, in the order in which help lists them. Each is loaded when it is asked for: most runs need one. */
const verbs: Readonly<Record<string, () => Promise<Command>>> = {
	topology: async () => (await import("./topology.ts")).topology,
	trace: async () => (await import("./trace.ts")).trace,
	inventory: async () => (await import("./inventory.ts")).inventory,
	wanted: async () => (await import("./wanted.ts")).wanted,
	collector: async () => (await import("./collector.ts")).collector,
	identify: async () => (await import("./identify.ts")).identify,
	parse: async () => (await import("./parse.ts")).parse,
	print: async () => (await import("./print.ts")).print,
	schema: async () => (await import("./schema.ts")).schema,
};

export const verbNames: readonly string[] = Object.keys(verbs);

/** A verb by its name; undefined where there is none. */
export async function commandNamed(name: string): Promise<Command | undefined> {
	return Object.hasOwn(verbs, name) ? verbs[name]!() : undefined;
}

/** All of them, for the general help. */
export const allCommands = (): Promise<readonly Command[]> =>
	Promise.all(Object.values(verbs).map((load) => load()));
