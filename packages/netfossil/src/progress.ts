import { visible } from "@netfossil/core";
import type { Output } from "./io.ts";

/** Work shorter than this, in milliseconds, shows no progress. */
const PATIENCE = 500;

/** One line on a terminal that says what is being done, written over by the next. */
export class Progress {
	readonly #output: Output;
	readonly #started: number = Date.now();
	#shown = false;

	constructor(output: Output) {
		this.#output = output;
	}

	step(text: string): void {
		if (!this.#output.terminal || Date.now() - this.#started < PATIENCE) return;
		this.#output.write(`\r\x1b[K${visible(text)}`);
		this.#shown = true;
	}

	/** Takes the line away again. */
	done(): void {
		if (this.#shown) this.#output.write("\r\x1b[K");
		this.#shown = false;
	}
}
