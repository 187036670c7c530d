import type { Output } from "./io.ts";

/** How deep a document is written piece by piece: the entries, their fields, the AST's fields, its statements. */
const PIECES = 4;

/**
 * Characters of a dump from which on a node is written piece by piece at any depth: all that `docker inspect`
 * prints is one statement, and the JSON of a node may be thirty times as long as its text.
 */
const LARGE = 1_000_000;

/**
 * Writes a value as indented JSON, as `JSON.stringify(value, null, 2)` has it. The whole may be longer than
 * the longest string there can be (half a gigabyte), which the tree of a large packet capture is.
 */
export function writeJson(value: unknown, output: Output): void {
	const writer = new Writer(output);
	writePiece(value, "", PIECES, writer.write);
	writer.end("\n");
}

/** Writes a list as {@link writeJson} does, each entry as it comes, so that the whole is never in memory. */
export async function writeJsonList(values: Iterable<unknown>, output: Output): Promise<void> {
	const writer = new Writer(output);
	let before = "[\n  ";
	for (const value of values) {
		writer.write(before);
		writePiece(value, "  ", 0, writer.write);
		before = ",\n  ";
		await output.drained();
	}
	writer.end(before.startsWith("[") ? "[]\n" : "\n]\n");
}

/** Gathers short texts. */
class Writer {
	readonly #output: Output;
	#pending = "";

	constructor(output: Output) {
		this.#output = output;
	}

	readonly write = (text: string): void => {
		this.#pending += text;
		if (this.#pending.length < 1 << 16) return;
		this.#output.write(this.#pending);
		this.#pending = "";
	};

	end(text: string): void {
		this.#output.write(this.#pending + text);
	}
}

/** A value on one line. */
export function jsonLine(value: unknown): string {
	return `${escaped(JSON.stringify(value))}\n`;
}

function writePiece(value: unknown, indent: string, depth: number, write: (text: string) => void): void {
	const inner = `${indent}  `;
	const isArray = Array.isArray(value);
	const members: [string, unknown][] =
		depth === 0 || typeof value !== "object" || value === null
			? []
			: isArray
				? value.map((each): [string, unknown] => ["", each])
				: Object.entries(value)
						.filter(([, each]) => each !== undefined)
						.map(([key, each]): [string, unknown] => [`${escaped(JSON.stringify(key))}: `, each]);
	if (members.length === 0) {
		write(escaped(JSON.stringify(value, null, 2)).replaceAll("\n", `\n${indent}`));
		return;
	}
	write(isArray ? "[" : "{");
	for (const [index, [key, each]] of members.entries()) {
		write(`${index === 0 ? "" : ","}\n${inner}${key}`);
		writePiece(each, inner, Math.max(depth - 1, isLarge(value) || isLarge(each) ? 1 : 0), write);
	}
	write(`\n${indent}${isArray ? "]" : "}"}`);
}

/** Whether a value is a node that spans so much text that its JSON may be too long for one string. */
function isLarge(value: unknown): boolean {
	const { start = 0, end = 0 } = (value ?? {}) as { readonly start?: number; readonly end?: number };
	return end - start > LARGE;
}

/** JSON leaves some characters as they are that a terminal obeys: C1 controls, and those that turn text round. */
function escaped(json: string): string {
	return json.replace(
		/[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}
