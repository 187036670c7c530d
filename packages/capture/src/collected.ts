import { kindsOfCommand, readActions } from "./commands.ts";
import type { Dump, PassedOver, SilentCommand } from "./dump.ts";
import { readLayout } from "./layout.ts";
import type { TextFile } from "./text-file.ts";

/** What the collector calls the list of what it saved. */
export const COLLECTED = "collected.log";
/** The first line of that list; a reader refuses a number that it does not know. */
export const COLLECTED_HEAD = "# netfossil collector 1";

/** A line of the list: when a command ran, what it returned, where its output lies, and the command. */
const RECORD = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\t(\d+)\t([^\t]+)\t(.+)$/;

/** What is known of a file that the collector saved. */
export interface CollectedFile {
	readonly at: string;
	readonly returnCode: number;
	readonly command: string;
	/** The path below the folder of the list. */
	readonly path: string;
	/** The list that says so. */
	readonly list: TextFile;
}

/** The lists that the collector left beside what it saved. */
export class CollectedFiles {
	readonly #byPath = new Map<string, CollectedFile>();
	readonly #lists = new Set<TextFile>();

	constructor(files: readonly TextFile[]) {
		for (const list of files) {
			if (list.name.replace(/^.*\//, "") !== COLLECTED || !list.text.startsWith(`${COLLECTED_HEAD}\n`))
				continue;
			this.#lists.add(list);
			const folder = list.name.slice(0, -COLLECTED.length);
			for (const line of list.text.split("\n")) {
				const [, at, code, path, command] = RECORD.exec(line) ?? [];
				if (path === undefined) continue;
				this.#byPath.set(folder + path, {
					at: at!,
					returnCode: Number(code),
					command: command!,
					path,
					list,
				});
			}
		}
	}

	/** What a file is, if it is such a list, and what it tells. */
	says(file: TextFile): Pick<PassedOver, "what" | "reason"> | undefined {
		if (!this.#lists.has(file)) return undefined;
		return { what: "the collector's list", reason: "it tells the command and the time of each file" };
	}

	/** A dump with what the list says of its file. */
	describe(dump: Dump): Dump {
		const known = this.#byPath.get(dump.source.name);
		if (known === undefined) return dump;
		const { at, returnCode, command, list } = known;
		const file = list.name;
		return {
			...dump,
			command,
			time: at,
			...(returnCode !== 0 && {
				flaws: [
					...(dump.flaws ?? []),
					{ type: "failed", text: `the command returned ${returnCode}` } as const,
				],
			}),
			reasons: [
				...dump.reasons.filter(({ about }) => about !== "command"),
				{ about: "command", text: `the collector's list "${file}" says so`, certainty: "observed" },
			],
		};
	}

	/** The commands that printed nothing: those whose output is in no file. */
	silent(files: readonly TextFile[], hostOf: (list: TextFile) => string): SilentCommand[] {
		const present = new Set(files.map(({ name }) => name));
		return [...this.#byPath].flatMap(([name, { command, path, list, returnCode }]) => {
			const [action] = readActions(command);
			const kinds = action === undefined ? [] : kindsOfCommand(action);
			if (present.has(name) || kinds[0] === undefined) return [];
			const { place } = readLayout(["host", ...path.split("/").slice(0, -1)]);
			const scope = { host: hostOf(list), place: place.value };
			return [{ scope, kind: kinds[0], command, file: list.name, returnCode }];
		});
	}
}
