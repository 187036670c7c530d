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

	/** A line of a dump, shortened if need be, and where it stands there. */
	quote(lead: string, text: string, evidence?: string): void {
		this.say(lead, clipped(text, this.#width - lead.length), evidence);
	}

	/** A line that stays whole, and what proves it. */
	say(lead: string, text: string, evidence?: string): void {
		const whole = `${lead}${text}`;
		if (evidence === undefined) this.add(whole);
		else if (this.fits(`${whole}  ${evidence}`)) this.add(`${whole}  `, ["evidence", evidence]);
		else {
			this.add(whole);
			this.add(" ".repeat(lead.length), ["evidence", evidence]);
		}
	}

	/** Whether a text stands on one line. */
	fits(text: string): boolean {
		return text.length <= this.#width;
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
