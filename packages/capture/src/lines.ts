import { cleanText, hasControl, linesOf } from "@netfossil/core";

/** A line of a document: its text free of terminal noise, and where it lies in the original. */
export interface DocumentLine {
	readonly text: string;
	/** Offsets in the original; the end is that of the line end. */
	readonly start: number;
	readonly end: number;
}

/** The lines of a document. Noise never spans lines, so lines of the clean and of the original text agree. */
export function documentLines(text: string): DocumentLine[] {
	const noisy = hasControl(text);
	return Array.from(linesOf(text), ({ start, end, next }) => {
		const raw = text.slice(start, end);
		// `script` writes CR CR LF when the program itself wrote CR LF.
		const clean = (noisy ? cleanText(raw, true).text : raw).replace(/\r+$/, "");
		return { text: clean, start, end: next };
	});
}

/** Whether a line holds nothing but blanks. */
export function isBlank(text: string): boolean {
	return text.trim() === "";
}
