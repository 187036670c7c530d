import { readLayout } from "./layout.ts";
import type { Said } from "./session.ts";
import type { TextFile } from "./text-file.ts";

/** `node1/hostname`, `node1/etc/hostname`, `node1/sos_commands/host/hostname`: the host of all that is in `node1`. */
const HOSTNAME = /^(.*\/)?hostname(?:\.txt)?$/;
const HOSTNAME_FOLDERS = /(?:^|\/)(?:etc|sos_commands\/\w+)$/;

/** What the files `hostname` say, by the folder that each is of. */
export class HostNames {
	readonly #byFolder = new Map<string, Said<string>>();
	/** The names that folders give to hosts, by each folder above them. */
	readonly #below = new Map<string, Set<string>>();
	readonly #files: TextFile[] = [];

	constructor(files: readonly TextFile[]) {
		for (const file of files) {
			const name = hostNameOf(file);
			if (name === undefined) continue;
			this.#files.push(file);
			const folder = file.folders.join("/").replace(HOSTNAME_FOLDERS, "");
			const reason = {
				about: "host",
				text: `the file "${file.name}" says so`,
				certainty: "observed",
			} as const;
			if (!this.#byFolder.has(folder)) this.#byFolder.set(folder, { value: name, reason });
		}
		if (this.#files.length === 0) return;
		for (const { folders } of files) {
			const host = readLayout(folders).host?.value ?? "";
			for (let end = folders.length; end >= 0; end--) {
				const folder = folders.slice(0, end).join("/");
				const hosts = this.#below.get(folder) ?? new Set();
				this.#below.set(folder, hosts.add(host));
			}
		}
	}

	/** The host of what is in a folder. A name above several folders of hosts is not theirs. */
	of(folders: readonly string[]): Said<string> | undefined {
		const host = readLayout(folders).host?.value;
		for (let end = folders.length; end >= 0; end--) {
			const above = folders.slice(0, end);
			const folder = above.join("/");
			const said = this.#byFolder.get(folder);
			if (said === undefined) continue;
			const same = readLayout(above).host?.value === host || this.#below.get(folder)!.size === 1;
			return same ? said : undefined;
		}
		return undefined;
	}

	/** Whether a file was read as one that names a host. */
	holds(file: TextFile): boolean {
		return this.#files.includes(file);
	}
}

/** The name that a file `hostname` holds; a container's is docker's affair. */
function hostNameOf({ name, folders, text }: TextFile): string | undefined {
	if (!HOSTNAME.test(name) || readLayout(folders).place.value.type !== "host") return undefined;
	return /^\s*([A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)\s*$/.exec(text)?.[1];
}
