import { closeSync, lstatSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { PassedOver, Problem } from "./dump.ts";

/** A text that was read, with the folders above it. */
export interface TextFile {
	/** The path below the root, with `/`. */
	readonly name: string;
	/** The folders between the root and the file. */
	readonly folders: readonly string[];
	readonly text: string;
}

/** What a folder holds. */
export interface FolderReading {
	readonly files: readonly TextFile[];
	readonly passedOver: readonly PassedOver[];
	readonly problems: readonly Problem[];
}

/** Files above this size are not read: no saved command prints so much, and all of it would be held in memory. */
export const MAX_FILE: number = 64 * 1024 * 1024;

/** Folders deeper than this are not entered. */
const MAX_DEPTH = 32;

const ARCHIVE = /\.(?:tar|tgz|txz|tbz2?|gz|xz|bz2|zst|zip|7z)$/i;
/** Descriptions of a folder rather than dumps in it. */
const DESCRIPTION = /^(?:readme|index|licen[cs]e|changelog|contributing|authors|notice)(?:\.[a-z]+)?$/i;

/** Reads the text files of a folder and the folders below it, in the order of their names. */
export function readFolder(root: string): FolderReading {
	const reader = new FolderReader(realpathSync(root));
	reader.readFolder(root, [], 0);
	return reader;
}

/** Reads one file that the user named. */
export function readNamedFile(path: string, name: string, folders: readonly string[]): FolderReading {
	const reader = new FolderReader(path);
	reader.readFile(path, name, folders);
	return reader;
}

class FolderReader implements FolderReading {
	readonly files: TextFile[] = [];
	readonly passedOver: PassedOver[] = [];
	readonly problems: Problem[] = [];
	readonly #root: string;

	constructor(root: string) {
		this.#root = root;
	}

	readFolder(path: string, folders: readonly string[], depth: number): void {
		const name = folders.join("/") || ".";
		if (depth > MAX_DEPTH) {
			this.#problem(name, `the folder lies more than ${MAX_DEPTH} folders deep; it was not entered`);
			return;
		}
		let entries: string[];
		try {
			entries = readdirSync(path).sort(byName);
		} catch (error) {
			this.#problem(name, `the folder cannot be read: ${cause(error)}`, permissionHint(error));
			return;
		}
		if (entries.length === 0) this.#problem(name, "the folder is empty");
		for (const entry of entries) this.#readEntry(join(path, entry), entry, folders, depth);
	}

	#readEntry(path: string, entry: string, folders: readonly string[], depth: number): void {
		const name = [...folders, entry].join("/");
		try {
			const status = lstatSync(path);
			if (status.isSymbolicLink()) this.#readLink(path, name);
			else if (status.isDirectory() && /^\.(?:git|svn|hg)$/.test(entry)) {
				this.#passOver(name, "a folder of version control", "its files are no dumps");
			} else if (status.isDirectory()) this.readFolder(path, [...folders, entry], depth + 1);
			else if (!status.isFile()) this.#passOver(name, "a device, pipe or socket", "it is no regular file");
			else if (DESCRIPTION.test(entry)) {
				this.#passOver(
					name,
					"a description of the folder",
					"files of this name are read only when they are named themselves",
				);
			} else if (status.size === 0) {
				// Of a hundred commands a dozen print nothing; only a file that was named itself is a problem.
				this.#passOver(name, "an empty file", "the command printed nothing, or it failed");
			} else this.readFile(path, name, folders);
		} catch (error) {
			this.#problem(name, `cannot be read: ${cause(error)}`, permissionHint(error));
		}
	}

	/** A link is never followed: what it leads to is read at its own place, or lies outside. */
	#readLink(path: string, name: string): void {
		let target: string;
		try {
			target = realpathSync(path);
		} catch {
			this.#problem(
				name,
				"the link leads nowhere",
				"its target was not saved with the folder, or it is a loop",
			);
			return;
		}
		const from = relative(this.#root, target);
		if (from === ".." || from.startsWith(`..${sep}`) || from.startsWith("/") || /^[A-Za-z]:/.test(from)) {
			const hint = "copy the file into the folder, or name the other folder too";
			this.#problem(name, "the link leads out of the folder; it was not followed", hint);
			return;
		}
		const place = from.split(sep).join("/") || ".";
		this.#passOver(name, `a link to ${place}`, "its target is read at its own place");
	}

	readFile(path: string, name: string, folders: readonly string[]): void {
		let bytes: Uint8Array;
		try {
			const read = readBytes(path, MAX_FILE);
			if (read === undefined) {
				const message = `the file has more than the ${MAX_FILE / 1024 / 1024} MiB that are read`;
				this.#problem(name, message, "cut it into parts, or keep the part that matters");
				return;
			}
			bytes = read;
		} catch (error) {
			this.#problem(name, `the file cannot be read: ${cause(error)}`, permissionHint(error));
			return;
		}
		if (bytes.length === 0) {
			this.#problem(
				name,
				"the file is empty",
				"the command printed nothing, or it failed; run it again and look",
			);
			return;
		}
		const text = decodeText(bytes);
		if (text !== undefined) {
			this.files.push({ name, folders, text });
		} else if (isPackets(bytes)) {
			const base = name.replace(/^.*\//, "");
			const printed = `${base.replace(/(?<=.)\.[^.]*$/, "")}.txt`;
			this.#passOver(name, "a packet capture (pcap)", `print it first: tcpdump -nr ${base} > ${printed}`);
		} else if (ARCHIVE.test(name)) {
			this.#passOver(name, "an archive", "unpack it, and name the folder");
		} else {
			this.#passOver(name, "a binary file", "it holds NUL bytes and others that no text does");
		}
	}

	#passOver(file: string, what: string, reason: string): void {
		this.passedOver.push({ type: "file", file, what, reason });
	}

	#problem(file: string, message: string, hint?: string): void {
		this.problems.push({ file, message, ...(hint !== undefined && { hint }) });
	}
}

/** Whether these are packets as tcpdump -w and Wireshark save them: pcap in both byte orders, pcapng. */
export function isPackets(bytes: Uint8Array): boolean {
	const magic = Buffer.from(bytes.subarray(0, 4)).toString("hex");
	return /^(?:d4c3b2a1|a1b2c3d4|4d3cb2a1|a1b23c4d|0a0d0d0a)$/.test(magic);
}

/**
 * All of a file; undefined when it is longer than the limit. What its status says of its length is not
 * believed: a device that was named has no length and no end, and a pipe has no length.
 */
export function readBytes(path: string, limit: number): Uint8Array | undefined {
	const descriptor = openSync(path, "r");
	try {
		const parts: Uint8Array[] = [];
		for (let length = 0; length <= limit; ) {
			const part = Buffer.allocUnsafe(1 << 16);
			const count = readSync(descriptor, part);
			if (count === 0) return Buffer.concat(parts);
			parts.push(part.subarray(0, count));
			length += count;
		}
		return undefined;
	} finally {
		closeSync(descriptor);
	}
}

/** Text in UTF-8, or in UTF-16 with a mark, as Windows' shells save it; undefined for what is no text. */
export function decodeText(bytes: Uint8Array): string | undefined {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
	if (bytes.includes(0) && !isMostlyText(bytes)) return undefined;
	// A byte order mark stays: offsets count from the first character of the file.
	return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** How much is looked at to tell a binary file. */
const SAMPLE = 64 * 1024;

/**
 * Whether bytes with a NUL among them are text all the same: iptables lists `-m bpf` with one (`match bpf 6 0 0 0` and
 * a NUL), and copied terminals hold some. A binary file is full of them and of other control characters.
 */
function isMostlyText(bytes: Uint8Array): boolean {
	if (isPackets(bytes)) return false;
	const sample = bytes.subarray(Math.max(0, bytes.indexOf(0) - SAMPLE), bytes.indexOf(0) + SAMPLE);
	let odd = 0;
	for (const byte of sample) if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) odd++;
	return sample.length > 40 && odd * 100 < sample.length;
}

/** The same order on every machine, whatever its locale. */
function byName(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function cause(error: unknown): string {
	const { code, message } = error as NodeJS.ErrnoException;
	if (code === "EACCES" || code === "EPERM") return "permission denied";
	return code ?? message;
}

function permissionHint(error: unknown): string | undefined {
	const { code } = error as NodeJS.ErrnoException;
	return code === "EACCES" || code === "EPERM"
		? "dumps saved by root may need: sudo chown -R $USER FOLDER"
		: undefined;
}
