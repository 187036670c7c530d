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
	#lineStarts: number[] | undefined;

	constructor(name: string, text: string) {
		this.name = name;
		this.text = text;
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
		return { line: low + 1, column: Math.min(offset, this.text.length) - starts[low]! + 1 };
	}

	/** The text of a line (counted from 1) without its line end; empty for a line that does not exist. */
	lineText(line: number): string {
		const starts = this.#starts();
		const start = starts[line - 1];
		if (start === undefined) return "";
		const next = starts[line] ?? this.text.length + 1;
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
