import { visible } from "@netfossil/core";

/** How the parts of the text are to look. */
export interface TracePaint {
	readonly heading: (text: string) => string;
	readonly evidence: (text: string) => string;
	readonly good: (text: string) => string;
	readonly bad: (text: string) => string;
	readonly open: (text: string) => string;
}

const same = (text: string): string => text;
export const PLAIN: TracePaint = { heading: same, evidence: same, good: same, bad: same, open: same };

/** A part of a line, and how it looks. */
export type Piece = string | readonly [keyof TracePaint, string];

/** The narrowest that lines are made. */
const NARROWEST = 40;

/**
 * Lines for people. What dumps say is shown so that it cannot move the cursor; on a terminal a line that is too long loses
 * a part of its middle, or has its evidence below it.
 */
export class Lines {
	readonly #lines: string[] = [];
	readonly #paint: TracePaint;
	readonly #width: number;

	constructor(paint: TracePaint, width: number | undefined) {
		this.#paint = paint;
		this.#width = width === undefined ? Number.POSITIVE_INFINITY : Math.max(width, NARROWEST);
	}

	/** A line that is never shortened: the verdict, a command. */
	add(...pieces: readonly Piece[]): void {
		this.#lines.push(pieces.map((piece) => this.#painted(piece)).join(""));
	}

	/** A line from a dump, and where it stands there. */
	quote(lead: string, text: string, evidence?: string): void {
		const flat = text.replace(/\s+/g, " ");
		const indent = " ".repeat(lead.length);
		const whole = `${lead}${flat}`;
		if (evidence === undefined) this.add(clipped(whole, this.#width));
		else if (whole.length + 2 + evidence.length <= this.#width)
			this.add(`${whole}  `, ["evidence", evidence]);
		else {
			this.add(clipped(whole, this.#width));
			this.add(indent, ["evidence", clipped(evidence, this.#width - lead.length)]);
		}
	}

	toString(): string {
		return `${this.#lines.join("\n")}\n`;
	}

	#painted(piece: Piece): string {
		if (typeof piece === "string") return visible(piece);
		const [kind, text] = piece;
		return this.#paint[kind](visible(text));
	}
}

/** Without a part of its middle: a rule says at its beginning what it is about, at its end what it does. */
function clipped(text: string, room: number): string {
	if (text.length <= room) return text;
	const end = Math.floor((room - 1) / 2);
	return `${text.slice(0, room - 1 - end)}…${text.slice(text.length - end)}`;
}
