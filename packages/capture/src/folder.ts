import {
	closeSync,
	constants,
	fstatSync,
	lstatSync,
	openSync,
	readdirSync,
	readSync,
	realpathSync,
} from "node:fs";
import { join, relative, sep } from "node:path";
import { type Intake, unpackedName } from "./intake.ts";
import { LimitError, limitFlags } from "./limits.ts";
import { cause, permissionHint } from "./problem.ts";

/** Reads the files of a folder and the folders below it, in the order of their names. */
export async function readFolder(root: string, above: readonly string[], intake: Intake): Promise<void> {
	await new FolderReader(realpathSync(root), above, intake).readFolder(root, [], 0);
}

class FolderReader {
	readonly #root: string;
	readonly #above: readonly string[];
	readonly #intake: Intake;

	constructor(root: string, above: readonly string[], intake: Intake) {
		this.#root = root;
		this.#above = above;
		this.#intake = intake;
	}

	async readFolder(path: string, folders: readonly string[], depth: number): Promise<void> {
		const name = folders.join("/") || ".";
		const { maxDepth } = this.#intake.limits;
		if (depth > maxDepth) {
			const message = `the folder lies more than ${maxDepth} folders deep; it was not entered`;
			this.#intake.problem(name, message, `raise it: ${limitFlags.maxDepth}`);
			return;
		}
		let entries: Buffer[];
		try {
			entries = readdirSync(path, { encoding: "buffer" }).sort(Buffer.compare);
		} catch (error) {
			this.#intake.problem(name, `the folder cannot be read: ${cause(error)}`, permissionHint(error));
			return;
		}
		if (entries.length === 0) this.#intake.problem(name, "the folder is empty");
		if (entries.some((entry) => entry.toString() === "sos_commands")) {
			this.#intake.addReport([...this.#above, ...folders]);
		}
		for (const entry of entries) await this.#readEntry(path, entry, folders, depth);
	}

	async #readEntry(folder: string, entry: Buffer, folders: readonly string[], depth: number): Promise<void> {
		const shown = entry.toString();
		const name = [...folders, shown].join("/");
		const intake = this.#intake;
		// A name that is no UTF-8 can be read only by its bytes.
		if (!Buffer.from(shown).equals(entry)) {
			intake.problem(name, "the name is no UTF-8; it was not read", "rename it, for instance with convmv");
			return;
		}
		const path = join(folder, shown);
		try {
			const status = lstatSync(path);
			const unpacked = unpackedName(shown);
			if (unpacked !== undefined && status.isFile() && isFolder(join(folder, unpacked))) {
				const reason = `it would be read twice: the folder ${unpacked} beside it is read`;
				intake.passOver(name, "an archive that was unpacked beside it", reason);
				return;
			}
			if (status.isDirectory()) {
				if (/^\.(?:git|svn|hg)$/.test(shown)) {
					intake.passOver(name, "a folder of version control", "its files are no dumps");
				} else await this.readFolder(path, [...folders, shown], depth + 1);
				return;
			}
			if (!intake.wants(name, [...this.#above, ...folders])) return;
			if (status.isSymbolicLink()) this.#readLink(path, name);
			else if (!status.isFile()) intake.passOver(name, "a device, pipe or socket", "it is no regular file");
			else await intake.take({ name, folders: [...this.#above, ...folders], bytes: bytesOf(path) });
		} catch (error) {
			if (error instanceof LimitError) throw error;
			intake.problem(name, `cannot be read: ${cause(error)}`, permissionHint(error));
		}
	}

	/** A link is never followed: what it leads to is read at its own place, or lies outside. */
	#readLink(path: string, name: string): void {
		let target: string;
		try {
			target = realpathSync(path);
		} catch {
			const hint = "its target was not saved with the folder, or it is a loop";
			this.#intake.problem(name, "the link leads nowhere", hint);
			return;
		}
		const from = relative(this.#root, target);
		if (from === ".." || from.startsWith(`..${sep}`) || from.startsWith("/") || /^[A-Za-z]:/.test(from)) {
			const hint = "copy the file into the folder, or name the other folder too";
			this.#intake.problem(name, "the link leads out of the folder; it was not followed", hint);
			return;
		}
		const place = from.split(sep).join("/") || ".";
		this.#intake.passOver(name, `a link to ${place}`, "its target is read at its own place");
	}
}

/** Whether a folder, and no link to one, is there. */
function isFolder(path: string): boolean {
	return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const CHUNK = 64 * 1024;

/**
 * The content of a regular file of a folder. It is opened so that nothing blocks, and checked again when it is open: what
 * was a file a moment ago may be a link or a pipe now.
 */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
	const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
	const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	try {
		if (!fstatSync(descriptor).isFile()) return;
		for (;;) {
			const part = Buffer.allocUnsafe(CHUNK);
			const count = readSync(descriptor, part);
			if (count === 0) return;
			yield part.subarray(0, count);
		}
	} finally {
		closeSync(descriptor);
	}
}
