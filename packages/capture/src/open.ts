import { constants, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename, normalize, resolve, sep } from "node:path";
import { assemble, type CaptureOptions, type PlacedReading } from "./capture.ts";
import type { Capture } from "./dump.ts";
import { readFolder } from "./folder.ts";
import { Intake } from "./intake.ts";
import { defaultLimits, LimitError, type Limits } from "./limits.ts";
import { CaptureError } from "./problem.ts";

/** What a caller may say of a capture, and how much of it is read at most. */
export interface OpenOptions extends CaptureOptions {
	/** Those that are not given are {@link defaultLimits}. */
	readonly limits?: Partial<Limits>;
}

/**
 * Reads folders, archives, files and documents, and finds the dumps in them; archives are not unpacked to the disk. Rejects
 * with a {@link CaptureError} for a path that does not exist, and with nothing else.
 */
export async function openCapture(
	paths: string | readonly string[],
	options: OpenOptions = {},
): Promise<Capture> {
	const roots = typeof paths === "string" ? [paths] : paths;
	const limits = { ...defaultLimits, ...options.limits };
	const readings: PlacedReading[] = [];
	for (const root of roots)
		readings.push(
			await readRoot(root, nameOfRoot(root, roots), roots.length > 1, new Intake(limits, options.onFile)),
		);
	return assemble(roots.join(" "), readings, options);
}

/** What the files of a root are called: below a single root by their path in it, below several by its name too. */
function nameOfRoot(root: string, roots: readonly string[]): string {
	const base = basename(resolve(root));
	const equal = roots.filter((other) => basename(resolve(other)) === base);
	return equal.length === 1 ? base : normalize(root).split(sep).join("/").replace(/\/$/, "");
}

/**
 * Reads what comes as a stream, such as the standard input: an archive, a compressed file or a text. Its name stands in
 * messages, and names nothing else.
 */
export async function captureOfStream(
	name: string,
	bytes: AsyncIterable<Uint8Array>,
	options: OpenOptions = {},
): Promise<Capture> {
	const intake = new Intake({ ...defaultLimits, ...options.limits }, options.onFile);
	const file = { name, folders: [], bytes, named: true, inside: "", nameless: true } as const;
	await within(name, intake, () => intake.take(file));
	return assemble(name, [intake.reading], options);
}

async function readRoot(
	path: string,
	name: string,
	several: boolean,
	intake: Intake,
): Promise<PlacedReading> {
	const isFolder = checkRoot(path);
	await within(isFolder ? "." : name, intake, async () => {
		if (isFolder) await readFolder(path, foldersOf(resolve(path)), intake);
		else {
			const folders = foldersOf(normalize(path)).slice(0, -1);
			await intake.take({
				name,
				folders,
				bytes: bytesOf(path),
				named: true,
				inside: several ? `${name}/` : "",
			});
		}
	});
	return { ...intake.reading, prefix: isFolder ? name : "" };
}

/** Reads until a limit is reached, which is a problem of the whole. */
async function within(name: string, intake: Intake, read: () => Promise<void>): Promise<void> {
	try {
		await read();
	} catch (error) {
		if (!(error instanceof LimitError)) throw error;
		intake.problem(name, `${error.message}; nothing more was read`, error.hint);
	}
	intake.finish();
}

function foldersOf(path: string): string[] {
	return path.split(sep).filter((each) => each !== "" && each !== "." && each !== "..");
}

/** Whether a path is a folder. */
function checkRoot(path: string): boolean {
	try {
		return statSync(path).isDirectory();
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		if (code === "EACCES")
			throw new CaptureError(path, `${path} may not be read: permission denied`, "read it as another user");
		throw new CaptureError(
			path,
			`${path} does not exist`,
			"check the path; it is taken from the folder you are in",
		);
	}
}

const CHUNK = 256 * 1024;
/** How long to wait for what a pipe's writer has not written yet, in milliseconds. */
const PAUSE = 5;

/** The content of a file that the user named, which may be a pipe of the shell; opening one without a writer must not block. */
async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void, undefined> {
	const { O_RDONLY, O_NONBLOCK = 0 } = constants;
	const file = await open(path, O_RDONLY | O_NONBLOCK);
	try {
		for (;;) {
			const part = await readPart(file);
			if (part === undefined) await new Promise((resume) => setTimeout(resume, PAUSE));
			else if (part.length === 0) return;
			else yield part;
		}
	} finally {
		await file.close();
	}
}

/** The next bytes, none at the end; undefined when they have not come yet. */
async function readPart(file: FileHandle): Promise<Uint8Array | undefined> {
	const part = Buffer.allocUnsafe(CHUNK);
	try {
		const { bytesRead } = await file.read(part);
		return part.subarray(0, bytesRead);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
		throw error;
	}
}
