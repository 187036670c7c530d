import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { usage } from "./exit.ts";

/** Somewhere that text is written to. */
export interface Output {
	readonly write: (text: string) => void;
	/** Waits until what was written has gone, so that memory does not hold what a slow reader has not taken. */
	readonly drained: () => Promise<void>;
	/** Whether colours may be written: on a terminal, unless NO_COLOR asks for none. */
	readonly color: boolean;
	/** Whether somebody watches: lines may be written over. */
	readonly terminal: boolean;
	/** How many columns the terminal has; absent where nobody watches, and lines may be of any length. */
	readonly columns?: number;
}

/** What a command knows of the process around it; tests make their own. */
export interface Io {
	readonly stdin: AsyncIterable<Uint8Array>;
	/** Whether the standard input is a terminal, where nobody has typed anything yet. */
	readonly stdinIsTerminal: boolean;
	readonly stdout: Output;
	readonly stderr: Output;
}

/** The process at hand. */
export function processIo(): Io {
	return {
		stdin: process.stdin,
		stdinIsTerminal: process.stdin.isTTY === true,
		stdout: outputOf(process.stdout, process.env),
		stderr: outputOf(process.stderr, process.env),
	};
}

/** What is used of a stream. */
interface Sink {
	readonly isTTY?: boolean;
	readonly columns?: number;
	/** False: it is full, and says `drain` when it is empty again. */
	readonly write: (text: string) => boolean;
	readonly once: (event: "drain", listener: () => void) => unknown;
}

/** A stream as an output; https://no-color.org says how NO_COLOR is meant. */
export function outputOf(stream: Sink, { NO_COLOR = "", TERM }: NodeJS.ProcessEnv): Output {
	const terminal = stream.isTTY === true;
	let drained: Promise<void> | undefined;
	return {
		write: (text) => {
			if (stream.write(text) || drained !== undefined) return;
			drained = new Promise((resolve) => {
				stream.once("drain", () => {
					drained = undefined;
					resolve();
				});
			});
		},
		drained: async () => drained,
		color: terminal && NO_COLOR === "" && TERM !== "dumb",
		terminal,
		...(terminal && stream.columns && { columns: stream.columns }),
	};
}

/** An output to a file, and how to close it. The file is made by the first write: a failed command leaves none. */
export function fileOutput(path: string): { readonly output: Output; readonly close: () => void } {
	let descriptor: number | undefined;
	const write = (text: string): void => {
		try {
			descriptor ??= openSync(path, "w");
			for (let bytes = Buffer.from(text); bytes.length > 0; )
				bytes = bytes.subarray(writeSync(descriptor, bytes));
		} catch (error) {
			const { code, message } = error as NodeJS.ErrnoException;
			const folder = dirname(path);
			const missing = code === "ENOENT" && !existsSync(folder);
			throw usage(
				`cannot write ${path}: ${missing ? `there is no folder ${folder}` : message}`,
				missing ? `make it first: mkdir -p ${folder}` : "name another file with -o FILE",
			);
		}
	};
	const close = (): void => {
		if (descriptor !== undefined) closeSync(descriptor);
	};
	return { output: { write, drained: async () => {}, color: false, terminal: false }, close };
}
