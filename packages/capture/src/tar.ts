import type { ByteReader } from "./bytes.ts";

/** What an archive says of one of its members. */
export interface TarMember {
	/** As it is written there, which may be anything: `../x`, `/etc/passwd`. */
	readonly path: string;
	readonly type: "file" | "folder" | "link" | "hard-link" | "device" | "other";
	/** What a link leads to. */
	readonly target: string;
	/** Bytes of content; they stand in the archive behind the header. */
	readonly size: number;
}

/** The archive is damaged from here on. */
export class TarFault extends Error {
	override readonly name = "TarFault";
}

const BLOCK = 512;
/** Long names and attributes of a member; a longer one is made to harm. */
const MAX_ATTRIBUTES = 1024 * 1024;

const TYPES: Readonly<Record<string, TarMember["type"]>> = {
	"\0": "file",
	"0": "file",
	"7": "file",
	"1": "hard-link",
	"2": "link",
	"3": "device",
	"4": "device",
	"5": "folder",
	"6": "device",
};

/** What the header before a member says for it, since its own has too little room. */
interface Attributes {
	path?: string;
	linkpath?: string;
	size?: number;
}

/** Names are bytes to tar; those that are no UTF-8 keep what can be read of them. */
const decoder = new TextDecoder();

/**
 * Reads the members of a tar archive as it comes: those of v7, ustar, GNU and pax. The content of a member is the
 * caller's to read from {@link TarReader.body} before the next one is asked for; what is left of it is skipped.
 *
 * Written here and not taken from a library, since those lose what stands before a fault together with the fault.
 */
export class TarReader {
	readonly #bytes: ByteReader;
	#left = 0;
	#padding = 0;
	#globals: Attributes = {};

	constructor(bytes: ByteReader) {
		this.#bytes = bytes;
	}

	/** The next member; undefined at the end. Throws {@link TarFault} where the archive is damaged. */
	async next(): Promise<TarMember | undefined> {
		await this.#skip(this.#left + this.#padding);
		this.#left = 0;
		this.#padding = 0;
		let attributes: Attributes = {};
		for (;;) {
			const header = await this.#bytes.read(BLOCK);
			if (this.#bytes.fault !== undefined && header.length < BLOCK) throw faultOf(this.#bytes.fault);
			if (header.length === 0) return undefined;
			if (header.length < BLOCK) throw new TarFault("the archive ends within a header");
			if (header.every((byte) => byte === 0)) return undefined;
			if (!isHeader(header)) throw new TarFault("the archive is damaged: what should be a header is none");
			const letter = String.fromCharCode(header[156]!);
			const size = numberAt(header, 124, 12);
			if (size === undefined) throw new TarFault("the archive is damaged: a member has no size");
			if (!"xgLK".includes(letter)) return this.#member(header, letter, size, attributes);
			if (size > MAX_ATTRIBUTES) throw new TarFault(`the name of a member has ${size} bytes`);
			const data = await this.#bytes.read(size);
			await this.#skip(paddingOf(size));
			if (data.length < size) throw new TarFault("the archive ends within the name of a member");
			if (letter === "L") attributes = { ...attributes, path: stringIn(data) };
			else if (letter === "K") attributes = { ...attributes, linkpath: stringIn(data) };
			else if (letter === "x") attributes = { ...attributes, ...readPax(data) };
			else this.#globals = { ...this.#globals, ...readPax(data) };
		}
	}

	/** The content of the member that was read last. Ends early, with a fault, where the archive ends. */
	async *body(): AsyncGenerator<Uint8Array, void, undefined> {
		while (this.#left > 0) {
			const part = await this.#bytes.some(this.#left);
			if (part.length === 0) {
				this.#left = 0;
				throw this.#bytes.fault === undefined
					? new TarFault("the archive ends within this file")
					: faultOf(this.#bytes.fault);
			}
			this.#left -= part.length;
			yield part;
		}
	}

	#member(header: Uint8Array, letter: string, size: number, own: Attributes): TarMember {
		const said = { ...this.#globals, ...own };
		const isUstar = stringIn(header.subarray(257, 263)).startsWith("ustar");
		// GNU has the same letters with two blanks, and times where others have the first part of the name.
		const prefix = isUstar && header[262] === 0 ? stringIn(header.subarray(345, 500)) : "";
		const name = stringIn(header.subarray(0, 100));
		const path = said.path ?? (prefix === "" ? name : `${prefix}/${name}`);
		const known = TYPES[letter] ?? "other";
		const type = known === "file" && path.endsWith("/") ? "folder" : known;
		// Links and devices have no content, whatever their header says; others keep it, so that it is skipped.
		const length = type === "file" || type === "other" ? (said.size ?? size) : 0;
		this.#left = length;
		this.#padding = paddingOf(length);
		return { path, type, target: said.linkpath ?? stringIn(header.subarray(157, 257)), size: length };
	}

	async #skip(count: number): Promise<void> {
		for (let left = count; left > 0; ) {
			const part = await this.#bytes.some(left);
			// An archive that ends without its last padding is whole.
			if (part.length === 0) break;
			left -= part.length;
		}
	}
}

/** Whether bytes are the header of a tar member: its checksum is that of its bytes. */
export function isHeader(block: Uint8Array): boolean {
	if (block.length < BLOCK) return false;
	let unsigned = 0;
	let signed = 0;
	for (let index = 0; index < BLOCK; index++) {
		const byte = index >= 148 && index < 156 ? 32 : block[index]!;
		unsigned += byte;
		// Some old tars added bytes with a sign.
		signed += byte > 127 ? byte - 256 : byte;
	}
	const sum = numberAt(block, 148, 8);
	return sum !== undefined && (sum === unsigned || sum === signed) && unsigned > 8 * 32;
}

function paddingOf(size: number): number {
	return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** A number in octal, or in bytes where it has too many digits; undefined for what is none. */
function numberAt(block: Uint8Array, start: number, length: number): number | undefined {
	if (block[start]! & 0x80) {
		let value = block[start]! & 0x7f;
		for (let index = start + 1; index < start + length; index++) value = value * 256 + block[index]!;
		return Number.isSafeInteger(value) ? value : undefined;
	}
	const text = stringIn(block.subarray(start, start + length)).trim();
	return /^[0-7]*$/.test(text) ? Number.parseInt(text || "0", 8) : undefined;
}

function stringIn(bytes: Uint8Array): string {
	const end = bytes.indexOf(0);
	return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end));
}

/** `27 path=sosreport-node1/date\n`, each line with its own length in bytes. */
function readPax(data: Uint8Array): Attributes {
	const attributes: Attributes = {};
	for (let at = 0; at < data.length; ) {
		const blank = data.indexOf(32, at);
		const length = blank === -1 ? Number.NaN : Number.parseInt(decoder.decode(data.subarray(at, blank)), 10);
		if (!(length > blank - at)) break;
		const line = decoder.decode(data.subarray(blank + 1, at + length - 1));
		const equals = line.indexOf("=");
		const key = line.slice(0, equals);
		const value = line.slice(equals + 1);
		if (key === "path" || key === "linkpath") attributes[key] = value;
		if (key === "size" && /^\d{1,15}$/.test(value)) attributes.size = Number(value);
		at += length;
	}
	return attributes;
}

function faultOf(error: unknown): Error {
	return error instanceof Error ? error : new TarFault(String(error));
}
