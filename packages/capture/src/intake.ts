import { ByteReader, type ByteStream } from "./bytes.ts";
import type { OnFile } from "./capture.ts";
import type { PassedOver, Problem } from "./dump.ts";
import { readFileName } from "./filename.ts";
import { identifyLines, probe } from "./identify.ts";
import { Budget, LimitError, type Limits, limitFlags, sizeText } from "./limits.ts";
import { isTar, packingOf, rest } from "./packed.ts";
import { cause, permissionHint } from "./problem.ts";
import { readPrompt } from "./prompts.ts";
import { groupOf, mayMatter, placeInReport } from "./report-files.ts";
import { opensAny } from "./signatures.ts";
import { TarFault, type TarMember, TarReader } from "./tar.ts";
import { decodeText, isPackets } from "./text.ts";
import { EMPTY_FILE, type Reading, type TextFile } from "./text-file.ts";

/** A file as it comes, from a folder or an archive. */
export interface Incoming {
	/** The path below the root, with `/`. */
	readonly name: string;
	/** The folders above it, for its host and place. */
	readonly folders: readonly string[];
	readonly bytes: ByteStream;
	/** The user named this file: it is read whatever it looks like. */
	readonly named?: true;
	/** What the paths within it are below, if it is an archive; its own name by default. */
	readonly inside?: string;
	/** Its name is none that somebody gave it: it comes by the standard input. */
	readonly nameless?: true;
}

/** How much of a file is looked at before it is read whole. */
const HEAD = 64 * 1024;

/** Descriptions of a folder rather than dumps in it. */
const DESCRIPTION = /^(?:readme|index|licen[cs]e|changelog|contributing|authors|notice)(?:\.[a-z]+)?$/i;

/** How the name of an archive or compressed file ends. */
const PACKED = /\.(?:tar\.(?:gz|xz|bz2|zst)|tar|tgz|txz|tbz2?|gz|xz)$/i;

/** What an archive of this name is called when it is unpacked; undefined: it is called like none. */
export function unpackedName(name: string): string | undefined {
	return PACKED.test(name) ? name.replace(/^.*\//, "").replace(PACKED, "") : undefined;
}

/**
 * Takes files in as they come, decides by their names and first bytes what is worth reading, and opens archives. Holds
 * the texts that may be dumps, and nothing else.
 */
export class Intake {
	readonly #files: TextFile[] = [];
	readonly #passedOver: PassedOver[] = [];
	readonly #problems: Problem[] = [];
	readonly #budget: Budget;
	/** Folders that were found to be those of a report. */
	readonly #reports = new Set<string>();
	/** How many files of a report were passed over, by what groups them. */
	readonly #groups = new Map<string, number>();

	readonly #onFile: OnFile;

	constructor(limits: Limits, onFile: OnFile = () => undefined) {
		this.#budget = new Budget(limits);
		this.#onFile = onFile;
	}

	/** What was taken in so far. */
	get reading(): Reading {
		return {
			files: this.#files.sort((a, b) => byPath(a.name, b.name)),
			passedOver: this.#passedOver.sort((a, b) => byPath(a.file, b.file)),
			problems: this.#problems.sort((a, b) => byPath(a.file, b.file)),
		};
	}

	get limits(): Limits {
		return this.#budget.limits;
	}

	/** Tells that a folder is that of a sosreport. */
	addReport(folders: readonly string[]): void {
		this.#reports.add(folders.join("/"));
	}

	/** Whether a file is worth opening, by its name; if not, that is noted. */
	wants(name: string, folders: readonly string[]): boolean {
		this.#onFile(name);
		const file = name.replace(/^.*\//, "");
		const place = placeInReport(folders, file, this.#reports);
		if (place !== undefined && !mayMatter(place.path)) {
			this.#budget.addFile();
			// The user may have named a folder within the report.
			const above = name.endsWith(place.path) ? name.slice(0, name.length - place.path.length) : "";
			const key = above + groupOf(place.path);
			this.#groups.set(key, (this.#groups.get(key) ?? 0) + 1);
			return false;
		}
		if (!DESCRIPTION.test(file)) return true;
		this.#budget.addFile();
		const reason = "files of this name are read only when they are named themselves";
		this.passOver(name, "a description of the folder", reason);
		return false;
	}

	/** Reads a file. Throws {@link LimitError} when the capture as a whole is too large. */
	async take(file: Incoming): Promise<void> {
		this.#budget.addFile();
		await this.#read(file, new ByteReader(this.#counted(file.bytes)), 0);
	}

	/** Ends the intake: what was only counted is told. */
	finish(): void {
		for (const [group, count] of this.#groups) {
			const what = count === 1 ? "a file of the report" : `${count} files of the report`;
			this.passOver(
				group,
				what,
				"nothing in this part of a report tells of the network; judged by the names alone",
			);
		}
		this.#groups.clear();
	}

	passOver(file: string, what: string, reason: string): void {
		this.#passedOver.push({ type: "file", file, what, reason });
	}

	problem(file: string, message: string, hint?: string): void {
		this.#problems.push({ file, message, ...(hint !== undefined && { hint }) });
	}

	/** Bytes that count towards what is read of the whole capture. */
	async *#counted(bytes: ByteStream): AsyncGenerator<Uint8Array, void, undefined> {
		for await (const part of bytes) {
			this.#budget.addBytes(part.length);
			yield part;
		}
	}

	/** Reads a text, or opens an archive, which lies in a number of others. */
	async #read(file: Incoming, reader: ByteReader, depth: number): Promise<void> {
		try {
			const head = await reader.peek(HEAD);
			if (reader.fault instanceof LimitError) throw reader.fault;
			const packing = packingOf(head);
			if (packing?.unpack) {
				this.#budget.checkArchiveDepth(depth + 1);
				await this.#unpack(file, reader, packing.unpack, packing.name, depth);
			} else if (packing) {
				this.passOver(file.name, `a ${packing.name} archive`, packing.hint ?? "");
			} else if (isTar(head)) {
				this.#budget.checkArchiveDepth(depth + 1);
				await this.#readTar(file, reader, depth);
			} else {
				await this.#readText(file, reader, head);
			}
		} catch (error) {
			// What is too much of everything ends everything; a harmful archive only itself.
			if (!(error instanceof LimitError) || error.ofAll) throw error;
			this.problem(file.name, `${error.message}; nothing more of it was read`, error.hint);
		} finally {
			await reader.close();
		}
	}

	async #unpack(
		file: Incoming,
		reader: ByteReader,
		unpack: (bytes: ByteStream) => ByteStream,
		format: string,
		depth: number,
	): Promise<void> {
		let packed = 0;
		const budget = this.#budget;
		async function* counting(): AsyncGenerator<Uint8Array, void, undefined> {
			for await (const part of rest(reader)) {
				packed += part.length;
				yield part;
			}
		}
		async function* guarded(): AsyncGenerator<Uint8Array, void, undefined> {
			let unpacked = 0;
			try {
				for await (const part of unpack(counting())) {
					unpacked += part.length;
					budget.checkRatio(packed, unpacked);
					budget.addBytes(part.length);
					yield part;
				}
			} catch (error) {
				if (error instanceof LimitError) throw error;
				throw new TarFault(`the ${format} data is damaged or cut off (${messageOf(error)})`);
			}
		}
		await this.#read(file, new ByteReader(guarded()), depth + 1);
	}

	async #readTar(file: Incoming, reader: ByteReader, depth: number): Promise<void> {
		const tar = new TarReader(reader);
		const above = file.inside ?? `${file.name}/`;
		const stem = file.nameless ? [] : [unpackedName(file.name) ?? file.name.replace(/^.*\//, "")];
		for (;;) {
			let member: TarMember | undefined;
			try {
				member = await tar.next();
			} catch (error) {
				if (error instanceof LimitError) throw error;
				const hint = "what came before it was read; pack the folder again";
				this.problem(file.name, faultText(error), hint);
				return;
			}
			if (member === undefined) return;
			await this.#readMember(member, tar, above, [...file.folders, ...stem], depth);
		}
	}

	async #readMember(
		member: TarMember,
		tar: TarReader,
		above: string,
		folders: readonly string[],
		depth: number,
	): Promise<void> {
		const parts = member.path.split("/").filter((part) => part !== "" && part !== ".");
		const path = parts.join("/");
		const name = above + path;
		if (member.path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(member.path) || parts.includes("..")) {
			this.#budget.addFile();
			const message = "the path leads out of the archive; it was not read";
			this.problem(
				above + member.path,
				message,
				"no tool packs such paths by itself: look where it comes from",
			);
			return;
		}
		if (parts.length > this.limits.maxDepth) {
			this.#budget.addFile();
			this.problem(
				name,
				`it lies more than ${this.limits.maxDepth} folders deep`,
				`raise it: ${limitFlags.maxDepth}`,
			);
			return;
		}
		const within = [...folders, ...parts.slice(0, -1)];
		if (member.type === "folder") {
			if (/^sos_(?:commands|reports)$/.test(parts.at(-1) ?? "")) this.addReport(within);
			return;
		}
		if (parts.length === 0 || !this.wants(name, within)) return;
		if (member.type === "file") {
			this.#budget.addFile();
			if (member.size === 0) {
				this.passOver(name, EMPTY_FILE, "the command printed nothing, or it failed");
				return;
			}
			const bytes = tar.body();
			await this.#read({ name, folders: within, bytes }, new ByteReader(bytes), depth + 1);
			return;
		}
		this.#budget.addFile();
		if (member.type === "link") this.#passLink(name, parts, member.target);
		else if (member.type === "hard-link") {
			this.passOver(name, `a link to ${member.target}`, "its target is read at its own place");
		} else if (member.type === "device")
			this.passOver(name, "a device, pipe or socket", "it is no regular file");
		else this.passOver(name, "a member of an unknown type", "only files, folders and links are known");
	}

	/** A link is never followed: what it leads to is read at its own place, or lies outside. */
	#passLink(name: string, parts: readonly string[], target: string): void {
		const place = target.startsWith("/") ? undefined : resolve(parts.slice(0, -1), target);
		if (place !== undefined) this.passOver(name, `a link to ${place}`, "its target is read at its own place");
		else {
			const hint = "pack what it leads to as well";
			this.problem(name, "the link leads out of the archive; it was not followed", hint);
		}
	}

	async #readText(file: Incoming, reader: ByteReader, head: Uint8Array): Promise<void> {
		const { name, folders } = file;
		if (head.length === 0 && reader.fault === undefined) {
			this.#passEmpty(file);
			return;
		}
		const start = decodeText(head);
		if (start === undefined) {
			if (reader.fault !== undefined) this.problem(name, faultText(reader.fault));
			this.#passBinary(name, head);
			return;
		}
		const { maxFile } = this.limits;
		const short = await reader.endsWithin(HEAD);
		if (!short && !file.named && !this.#looksRight(file, start)) {
			this.passOver(
				name,
				"a text without dumps",
				`its first ${sizeText(HEAD)} hold none; the rest was not read`,
			);
			return;
		}
		if (!(await reader.endsWithin(maxFile))) {
			const message = `the file has more than the ${sizeText(maxFile)} that are read`;
			this.problem(name, message, `cut it into parts, or raise it: ${limitFlags.maxFile}`);
			return;
		}
		const bytes = await reader.read(maxFile);
		if (reader.fault instanceof LimitError) throw reader.fault;
		const fault = reader.fault === undefined ? undefined : faultText(reader.fault);
		if (fault !== undefined && bytes.length === 0) this.problem(name, fault, permissionHint(reader.fault));
		else if (fault !== undefined)
			this.problem(name, `${fault}; the ${sizeText(bytes.length)} before it were read`);
		if (bytes.length === 0) return;
		const text = decodeText(bytes);
		if (text === undefined) this.#passBinary(name, bytes);
		else this.#files.push({ name, folders, text, ...(fault !== undefined && { cut: fault }) });
	}

	/** Whether a long text may be a dump or hold some, by its name and beginning. */
	#looksRight({ name, folders }: Incoming, start: string): boolean {
		if (readFileName(name).kinds.length > 0) return true;
		const lines = probe(start);
		if (identifyLines(lines, { file: name }) !== undefined) return true;
		// A report holds the output of commands as they are, and no sessions.
		if (placeInReport(folders, name.replace(/^.*\//, ""), this.#reports) !== undefined) {
			return /(?:^|\/)sos_reports\/manifest\.json$/.test(name);
		}
		return lines.some(
			(line) => readPrompt(line, "prose") !== undefined || opensAny(line) || /^\s*(?:```|~~~)/.test(line),
		);
	}

	#passEmpty({ name, named }: Incoming): void {
		if (named) {
			this.problem(
				name,
				"the file is empty",
				"the command printed nothing, or it failed; run it again and look",
			);
			// Of a hundred commands a dozen print nothing; only a file that was named itself is a problem.
		} else this.passOver(name, EMPTY_FILE, "the command printed nothing, or it failed");
	}

	#passBinary(name: string, bytes: Uint8Array): void {
		if (isPackets(bytes)) {
			const base = name.replace(/^.*\//, "");
			const printed = `${base.replace(/(?<=.)\.[^.]*$/, "")}.txt`;
			this.passOver(name, "a packet capture (pcap)", `print it first: tcpdump -nr ${base} > ${printed}`);
		} else this.passOver(name, "a binary file", "it holds NUL bytes and others that no text does");
	}
}

/** The place that a relative link leads to, below the archive's root; undefined when that is outside. */
function resolve(folders: readonly string[], target: string): string | undefined {
	const parts = [...folders];
	for (const part of target.split("/")) {
		if (part === "" || part === ".") continue;
		if (part !== "..") parts.push(part);
		else if (parts.pop() === undefined) return undefined;
	}
	return parts.join("/") || ".";
}

/** What broke a file off: the system says it with a code, an archive with words. */
function faultText(error: unknown): string {
	const { code } = error as NodeJS.ErrnoException;
	return code === undefined ? messageOf(error) : `the file cannot be read: ${cause(error)}`;
}

/** The order in which a folder is read, for archives hold their members in any: folder by folder, on every machine alike. */
function byPath(a: string, b: string): number {
	const [left, right] = [a, b].map((path) => path.replaceAll("/", "\0"));
	return left! < right! ? -1 : left! > right! ? 1 : 0;
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
