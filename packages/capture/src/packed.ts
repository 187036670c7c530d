import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ByteReader, ByteStream } from "./bytes.ts";
import { isHeader } from "./tar.ts";

/** The formats of archives and compressed files; those without `unpack` are known by sight only. */
export interface Packing {
	readonly name: string;
	/** A single file within, which may be an archive itself. */
	readonly unpack?: (bytes: ByteStream) => ByteStream;
	/** What to do about one that is not read. */
	readonly hint?: string;
}

/** How much is unpacked ahead of what is read. */
const AHEAD = 256 * 1024;

const unpackFirst = (command: string): string => `unpack it first, and name the folder: ${command}`;

const MAGIC: readonly (readonly [string, Packing])[] = [
	["1f8b", { name: "gzip", unpack: gunzip }],
	["fd377a585a00", { name: "xz", unpack: unxz }],
	["425a68", { name: "bzip2", hint: unpackFirst("bunzip2 FILE, or tar xjf FILE") }],
	["28b52ffd", { name: "zstd", hint: unpackFirst("unzstd FILE, or tar --zstd -xf FILE") }],
	["504b0304", { name: "zip", hint: unpackFirst("unzip FILE") }],
	["377abcaf271c", { name: "7z", hint: unpackFirst("7z x FILE") }],
	["5d00008000", { name: "lzma", hint: unpackFirst("unlzma FILE, or tar --lzma -xf FILE") }],
];

/** How a file is packed, by its first bytes; a name may say anything. */
export function packingOf(head: Uint8Array): Packing | undefined {
	const start = Buffer.from(head.subarray(0, 8)).toString("hex");
	return MAGIC.find(([magic]) => start.startsWith(magic))?.[1];
}

/** Whether a file is an archive or compressed, by its first 512 bytes; also in a format that must be unpacked first. */
export function isPacked(head: Uint8Array): boolean {
	return packingOf(head) !== undefined || isTar(head);
}

/** Whether this is a tar archive. */
export function isTar(head: Uint8Array): boolean {
	return isHeader(head.subarray(0, 512));
}

/** The bytes of a stream that may break: what came before its fault is given, where the stream's own iterator drops it. */
async function* gunzip(bytes: ByteStream): ByteStream {
	const unzip = createGunzip();
	const parts: Uint8Array[] = [];
	let size = 0;
	let ended = false;
	let fault: unknown;
	let wake = (): void => undefined;
	unzip.on("data", (part: Uint8Array) => {
		parts.push(part);
		size += part.length;
		if (size > AHEAD) unzip.pause();
		wake();
	});
	const end = (error?: unknown): void => {
		ended = true;
		fault ??= error;
		wake();
	};
	// The events of the stream itself count: the callback of a pipeline knows nothing of data that ends too early.
	unzip.on("end", end).on("error", end);
	pipeline(Readable.from(bytes), unzip, (error) => {
		if (error) end(error);
	});
	try {
		for (;;) {
			const part = parts.shift();
			if (part !== undefined) {
				size -= part.length;
				yield part;
				continue;
			}
			if (fault !== undefined) throw fault;
			if (ended) return;
			const woken = new Promise<void>((resolve) => {
				wake = resolve;
			});
			unzip.resume();
			await woken;
		}
	} finally {
		unzip.destroy();
	}
}

async function* unxz(bytes: ByteStream): ByteStream {
	// Loaded when it is needed: it compiles a module of WebAssembly.
	const { default: xz } = (await import("xz-decompress")) as unknown as {
		default: typeof import("xz-decompress");
	};
	const source = bytes[Symbol.asyncIterator]();
	// Not `Readable.toWeb`: node's adapter throws where nobody can catch it, when a stream is left with parts on their way.
	const packed = new ReadableStream<Uint8Array>(
		{
			pull: async (controller) => {
				const { done, value } = await source.next();
				if (done) controller.close();
				else controller.enqueue(value);
			},
			cancel: async () => {
				await source.return?.();
			},
		},
		{ highWaterMark: 0 },
	);
	const reader = new xz.XzReadableStream(packed).getReader();
	try {
		for (;;) {
			const { done, value } = await reader.read();
			if (done) return;
			yield value;
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

/** All that a reader still holds, as a stream. */
export async function* rest(reader: ByteReader): AsyncGenerator<Uint8Array, void, undefined> {
	for (;;) {
		const part = await reader.some(1 << 16);
		if (part.length > 0) yield part;
		else if (reader.fault !== undefined) throw reader.fault;
		else return;
	}
}
