import { kindsOfCommand, readActions } from "./commands.ts";
import type { SilentCommand } from "./dump.ts";
import type { TextFile } from "./text-file.ts";

/** What a report says of one of its files: how it came about. */
export interface ManifestEntry {
	/** The command, with its parameters. */
	readonly command: string;
	/** Its exit status. */
	readonly status?: number;
	/** Its output was longer than what sos keeps. */
	readonly truncated: boolean;
	/** When it began, as the report says it. */
	readonly time?: string;
	/** The manifest, for reasons. */
	readonly manifest: string;
}

const MANIFEST = /^(?:(.*)\/)?sos_reports\/manifest\.json$/;

/** What the manifests of sosreports (since sos 4.0) say of the files of their reports. */
export class Manifests {
	readonly #byFile = new Map<string, ManifestEntry>();
	/** Whether each manifest could be read, by its name; and when its report was begun. */
	readonly #read = new Map<string, { readonly time?: string } | undefined>();

	constructor(files: readonly TextFile[]) {
		for (const file of files) {
			const above = MANIFEST.exec(file.name);
			if (above) this.#read.set(file.name, this.#add(file, above[1] === undefined ? "" : `${above[1]}/`));
		}
	}

	/** What is said of a file. */
	of(name: string): ManifestEntry | undefined {
		return this.#byFile.get(name);
	}

	/** The commands of which the output is one of these files, which are empty: they printed nothing. */
	silent(empty: readonly string[], hostOf: (file: string) => string): SilentCommand[] {
		return empty.flatMap((file) => {
			const { command, status, truncated, manifest } = this.#byFile.get(file) ?? {};
			const action = command === undefined ? undefined : readActions(command)[0];
			const kind = action && kindsOfCommand(action)[0];
			if (!command || !action || !kind || !manifest || status === undefined || truncated) return [];
			const scope = { host: hostOf(file), place: action.target.place ?? { type: "host" as const } };
			return [{ scope, kind, command, file: manifest, returnCode: status }];
		});
	}

	/** Whether a file is a manifest; one that is damaged says nothing. */
	holds(name: string): "read" | "damaged" | undefined {
		if (!this.#read.has(name)) return undefined;
		return this.#read.get(name) === undefined ? "damaged" : "read";
	}

	/** When the report of a manifest was begun. */
	timeOf(name: string): string | undefined {
		return this.#read.get(name)?.time;
	}

	#add({ name, text }: TextFile, root: string): { readonly time?: string } | undefined {
		let json: unknown;
		try {
			json = JSON.parse(text);
		} catch {
			return undefined;
		}
		const time = stringIn(json, "start_time");
		const plugins = fieldOf(fieldOf(fieldOf(json, "components"), "report"), "plugins");
		if (typeof plugins === "object" && plugins !== null) {
			for (const plugin of Object.values(plugins)) {
				const commands = fieldOf(plugin, "commands");
				if (Array.isArray(commands))
					for (const command of commands) this.#addCommand(command, root, name, time);
			}
		}
		return time === undefined ? {} : { time };
	}

	#addCommand(command: unknown, root: string, manifest: string, started: string | undefined): void {
		const path = stringIn(command, "filepath");
		const line = stringIn(command, "exec");
		// A command that was not found has no file.
		if (path === undefined || line === undefined) return;
		const status = fieldOf(command, "return_code");
		const time = stringIn(command, "start_time") ?? started;
		this.#byFile.set(root + path, {
			command: line,
			...(typeof status === "number" && { status }),
			truncated: fieldOf(command, "truncated") === true,
			...(time !== undefined && { time }),
			manifest,
		});
	}
}

function fieldOf(value: unknown, name: string): unknown {
	return typeof value === "object" && value !== null && Object.hasOwn(value, name)
		? (value as Record<string, unknown>)[name]
		: undefined;
}

function stringIn(value: unknown, name: string): string | undefined {
	const field = fieldOf(value, name);
	return typeof field === "string" && field !== "" ? field : undefined;
}
