import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import {
	type Capture,
	CaptureError,
	captureOfStream,
	captureOfText,
	type Dump,
	decodeText,
	isPacked,
	isPackets,
	type KindName,
	type OpenOptions,
	openCapture,
	readBytes,
} from "@netfossil/capture";
import { Source } from "@netfossil/core";
import type { Arguments, Command } from "./command.ts";
import { Failure, unreadable, usage } from "./exit.ts";
import type { Io } from "./io.ts";
import { Progress } from "./progress.ts";
import { reportFailure, reportNothing, reportProblems } from "./report.ts";

/** How the standard input is named on the command line and in messages. */
export const STDIN = "-";

/** A single text may be longer than a file of a capture, for a syntax tree is longer than its dump; not without end. */
const LONGEST = 511 * 1024 * 1024;

/** Reads one file, or the standard input, as text. */
export async function readText(path: string, io: Io): Promise<string> {
	const bytes = path === STDIN ? await readAll(io.stdin) : readFile(path);
	if (bytes === undefined || bytes.length > LONGEST)
		throw unreadable(
			`${path} has more than the ${LONGEST / 1024 / 1024} MiB that are read`,
			"cut it into parts, or keep the part that matters",
		);
	if (bytes.length === 0) throw empty(path);
	return checkText(path, bytes);
}

function empty(path: string): Failure {
	return path === STDIN
		? unreadable("the standard input is empty", "the command before it printed nothing")
		: unreadable(`${path} is empty`, "nothing was saved there");
}

/** Bytes as text; throws when they are none. */
function checkText(path: string, bytes: Uint8Array): string {
	const text = decodeText(bytes);
	if (text !== undefined) return text;
	if (isPackets(bytes)) {
		const hint = `print it first: tcpdump -nr ${path} > ${basename(path, extname(path))}.txt`;
		throw unreadable(`${path} is a packet capture (pcap)`, hint);
	}
	const where = `byte ${bytes.indexOf(0) + 1} is a NUL`;
	throw unreadable(
		`${path === STDIN ? "the standard input" : path} is no text (${where})`,
		"give the text that the command printed",
	);
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	return Buffer.concat(parts);
}

/**
 * The text of a file, or of the standard input, as it comes: UTF-8, for a shell that saves UTF-16 does not save much.
 * Throws when it cannot be read, when it is empty or no text.
 */
export async function* readChunks(path: string, io: Io): AsyncGenerator<string, void, undefined> {
	const chunks: AsyncIterable<Uint8Array> = path === STDIN ? io.stdin : createReadStream(path);
	const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
	let first = true;
	try {
		for await (const bytes of chunks) {
			// What is no text shows it at once.
			if (first) checkText(path, bytes);
			first = false;
			yield decoder.decode(bytes, { stream: true });
		}
	} catch (error) {
		if (error instanceof Failure) throw error;
		throw unreadable(...explainSystem(path, error as NodeJS.ErrnoException));
	}
	if (first) throw empty(path);
	yield decoder.decode();
}

function readFile(path: string): Uint8Array | undefined {
	try {
		return readBytes(path, LONGEST);
	} catch (error) {
		throw unreadable(...explainSystem(path, error as NodeJS.ErrnoException));
	}
}

function explainSystem(path: string, error: NodeJS.ErrnoException): [message: string, hint?: string] {
	switch (error.code) {
		case "ENOENT":
			return [`${path} does not exist`, "check the path; it is taken from the folder you are in"];
		case "EISDIR":
			return [`${path} is a folder`, `name a file in it, or read all of it: netfossil topology ${path}`];
		case "EACCES":
			return [`${path} may not be read: permission denied`];
		default:
			return [`${path} cannot be read: ${error.message}`];
	}
}

/** Reads each file as one dump of a kind. A file that cannot be read is reported; the others are read. */
export async function readAs(kind: KindName, paths: readonly string[], io: Io): Promise<Dump[]> {
	return eachReadable(paths, io, async (path) => {
		const source = new Source(path, await readText(path, io));
		return {
			id: path,
			kind,
			scope: { host: "host", place: { type: "host" } },
			source,
			start: 0,
			end: source.text.length,
			reasons: [{ about: "kind", text: `--as ${kind}`, certainty: "observed" }],
		};
	});
}

/** Finds the dumps in folders, documents and files. What cannot be read is reported. */
export async function readCaptures(
	paths: readonly string[],
	io: Io,
	given: OpenOptions = {},
): Promise<Capture> {
	const progress = new Progress(io.stderr);
	const options: OpenOptions = {
		...given,
		onFile: (file, done, of) => {
			// Of a long path the line would show the beginning, which is the same for all.
			const name = file.replace(/^.*\//, "");
			progress.step(done === undefined ? `reading ${name}` : `looking for dumps in ${name}`, done, of);
		},
	};
	try {
		return await readEach(paths, io, options);
	} finally {
		progress.done();
	}
}

async function readEach(paths: readonly string[], io: Io, options: OpenOptions): Promise<Capture> {
	// What is named twice is read once.
	const found = new Map<string, string>();
	const captures = await eachReadable([...new Set(paths)], io, async (path) => {
		if (path === STDIN) return readStdin(io, options);
		await stat(path).catch((error) => {
			throw unreadable(...explainSystem(path, error));
		});
		// A pipe of the shell, `<(ip a)`, has no path of its own.
		const real = await realpath(path).catch(() => path);
		if (!found.has(real)) found.set(real, path);
		return undefined;
	});
	const given = captures.filter((each) => each !== undefined);
	if (found.size > 0) given.unshift(await open([...found.values()], options));
	return {
		root: paths.join(" "),
		dumps: given.flatMap(({ dumps }) => dumps),
		hosts: given.flatMap(({ hosts }) => hosts),
		commands: given.flatMap(({ commands }) => commands),
		silent: given.flatMap(({ silent }) => silent),
		passedOver: given.flatMap(({ passedOver }) => passedOver),
		// The root itself has no name below itself.
		problems: given.flatMap(({ root, problems }) =>
			problems.map((problem) => (problem.file === "." ? { ...problem, file: root } : problem)),
		),
	};
}

/** What is piped in: an archive, or a text. */
async function readStdin(io: Io, options: OpenOptions): Promise<Capture> {
	const { head, whole } = await peek(io.stdin);
	return isPacked(head)
		? captureOfStream(STDIN, whole, options)
		: captureOfText(STDIN, await readText(STDIN, { ...io, stdin: whole }), options);
}

/** As much as tells a tar archive. */
const HEAD = 512;

/** The first bytes of a stream, and all of it. */
async function peek(
	chunks: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: Uint8Array; readonly whole: AsyncIterable<Uint8Array> }> {
	const parts: Uint8Array[] = [];
	const source = chunks[Symbol.asyncIterator]();
	for (let length = 0; length < HEAD; ) {
		const { done, value } = await source.next();
		if (done) break;
		parts.push(value);
		length += value.length;
	}
	async function* whole(): AsyncGenerator<Uint8Array, void, undefined> {
		yield* parts;
		for (;;) {
			const { done, value } = await source.next();
			if (done) return;
			yield value;
		}
	}
	return { head: Buffer.concat(parts), whole: whole() };
}

async function open(paths: readonly string[], options: OpenOptions): Promise<Capture> {
	try {
		return await openCapture(paths, options);
	} catch (error) {
		if (error instanceof CaptureError) throw unreadable(error.message, error.hint);
		throw error;
	}
}

/** The capture, after its problems were reported; throws when there is no dump in it. */
export async function readDumps(
	paths: readonly string[],
	io: Io,
	options: OpenOptions = {},
): Promise<Capture> {
	const capture = await readCaptures(paths, io, options);
	if (capture.dumps.length > 0) {
		reportProblems(capture.problems, io);
		return capture;
	}
	// What kept the last input from being read is what ends the command.
	const problems = [...capture.problems];
	const last = problems.pop();
	reportProblems(problems, io);
	const [only] = capture.passedOver;
	if (only?.type === "file" && capture.passedOver.length === 1)
		throw unreadable(`${only.file} holds no dump: ${only.what}`, only.reason);
	reportNothing(capture, io);
	if (last !== undefined) throw unreadable(`${last.file}: ${last.message}`, last.hint);
	throw unreadable(`no dump was found in ${capture.root}`);
}

/** The operands, or the standard input where there are none and something is piped in. */
export function pathsOf(command: Command, { operands }: Arguments, io: Io): readonly string[] {
	if (operands.length > 0) return operands;
	if (!io.stdinIsTerminal) return [STDIN];
	throw usage(`${command.name} needs ${command.operands}`, `netfossil ${command.name} ${command.operands}`);
}

/** Whether the operands are one text that says little of where it was taken: no folder and no archive. */
export async function isOneText(paths: readonly string[]): Promise<boolean> {
	const [path, ...others] = paths;
	if (path === undefined || others.length > 0) return false;
	if (path === STDIN) return true;
	const found = await stat(path).catch(() => undefined);
	return found !== undefined && !found.isDirectory() && !/\.(?:tar|t?[gx]z)$/i.test(path);
}

/** Reads what can be read, and reports the rest; throws when that is everything. */
export async function eachReadable<Input>(
	paths: readonly string[],
	io: Io,
	read: (path: string) => Promise<Input>,
): Promise<Input[]> {
	const inputs: Input[] = [];
	const failures: Failure[] = [];
	for (const path of paths) {
		try {
			inputs.push(await read(path));
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			failures.push(error);
		}
	}
	const last = inputs.length === 0 ? failures.pop() : undefined;
	for (const failure of failures) reportFailure(failure, io);
	if (last !== undefined) throw last;
	return inputs;
}
