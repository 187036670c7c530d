/** A place for people: both numbers count from 1; a column is a UTF-16 code unit. */
export interface Position {
	readonly line: number;
	readonly column: number;
}

/** A named text that can say on which line and column an offset lies. */
export class Source {
	/** The file's name as it is to be shown, for example `node1/ip_a.txt`. */
	readonly name: string;
	readonly text: string;
	/** The number of the first line; more than 1 for a text that is a part of the file. */
	readonly #firstLine: number;
	#lineStarts: number[] | undefined;

	constructor(name: string, text: string, firstLine = 1) {
		this.name = name;
		this.text = text;
		this.#firstLine = firstLine;
	}

	/** The position of an offset; offsets past the end give the end. */
	locate(offset: number): Position {
		const starts = this.#starts();
		let low = 0;
		let high = starts.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (starts[middle]! <= offset) low = middle;
			else high = middle - 1;
		}
		return { line: low + this.#firstLine, column: Math.min(offset, this.text.length) - starts[low]! + 1 };
	}

	/** The text of a line (as {@link locate} counts them) without its line end; empty for a line that does not exist. */
	lineText(line: number): string {
		const starts = this.#starts();
		const index = line - this.#firstLine;
		const start = starts[index];
		if (start === undefined) return "";
		const next = starts[index + 1] ?? this.text.length + 1;
		return this.text.slice(start, next - 1).replace(/\r$/, "");
	}

	#starts(): number[] {
		if (this.#lineStarts === undefined) {
			this.#lineStarts = [0];
			for (let at = this.text.indexOf("\n"); at !== -1; at = this.text.indexOf("\n", at + 1)) {
				this.#lineStarts.push(at + 1);
			}
		}
		return this.#lineStarts;
	}
}
