import { visible } from "@netfossil/core";
import stringWidth from "string-width";
import type { Output } from "./io.ts";

/** Work shorter than this, in milliseconds, shows no progress. */
const PATIENCE = 500;
/** The line is written again no sooner than after so many milliseconds. */
const PAUSE = 50;
const BAR = 20;
/** How wide a terminal is that does not say so. */
const WIDTH = 80;

/** One line on a terminal that says what is being done, written over by the next; with a bar where the end is known. */
export class Progress {
	readonly #output: Output;
	readonly #now: () => number;
	readonly #started: number;
	#written = 0;
	#shown = false;

	constructor(output: Output, now: () => number = Date.now) {
		this.#output = output;
		this.#now = now;
		this.#started = now();
	}

	/** What is begun now; of several, how many are done of how many. */
	step(text: string, done?: number, of?: number): void {
		const now = this.#now();
		if (!this.#output.terminal || now - this.#started < PATIENCE || now - this.#written < PAUSE) return;
		this.#written = now;
		this.#output.write(`\r\x1b[K${this.#fit(bar(done, of) + visible(text))}`);
		this.#shown = true;
	}

	/** Takes the line away again. */
	done(): void {
		if (this.#shown) this.#output.write("\r\x1b[K");
		this.#shown = false;
	}

	/** A line that wraps cannot be written over. */
	#fit(text: string): string {
		const most = (this.#output.columns ?? WIDTH) - 1;
		let fits = "";
		let width = 0;
		for (const character of text) {
			width += stringWidth(character);
			if (width > most) break;
			fits += character;
		}
		return fits;
	}
}

/** `[######··············]  12/40 ` */
function bar(done: number | undefined, of: number | undefined): string {
	if (done === undefined || !of) return "";
	const full = Math.min(BAR, Math.floor((done / of) * BAR));
	return `[${"#".repeat(full)}${"·".repeat(BAR - full)}] ${String(done).padStart(String(of).length)}/${of} `;
}
