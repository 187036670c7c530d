import { type CleanText, linesOf, trimBlanksEnd } from "@netfossil/core";
import type { Wrapped } from "../ast.ts";

/** What a row begins with: an id, or the first title. */
const BEGINS = /^(?:[0-9a-z]{12,64}(?: \*)? {2,}|(?:NETWORK |CONTAINER )?ID {2,})/;

/** Columns of the terminal that most people have, and that everyone falls back to. */
const USUAL = 80;

/** Columns of the narrowest window that anybody reads a listing in. */
const NARROWEST = 40;

const codePoints = (text: string): number => [...text].length;

/** The widths that a terminal may have had which broke the lines of a text: of the widest line, and the usual one. */
export function widthsOf(text: string): number[] {
	let widest = 0;
	for (const { start, end } of linesOf(text)) {
		if (end - start > widest) widest = Math.max(widest, codePoints(text.slice(start, end)));
	}
	return [...new Set([widest, USUAL])].filter((width) => width >= NARROWEST && width >= widest);
}

/** A listing as docker printed it before a terminal of that width broke its rows. */
export function unwrap(text: string, { width, trimmed }: Wrapped): CleanText {
	const parts: string[] = [];
	/** Where each piece stands in the text that is made, and where in the one that was given. */
	const places: { from: number; at: number }[] = [];
	let length = 0;
	const put = (part: string, at: number): void => {
		places.push({ from: length, at });
		parts.push(part);
		length += part.length;
	};
	const lines = [...linesOf(text)];
	for (const [index, line] of lines.entries()) {
		const content = text.slice(line.start, line.end);
		put(content, line.start);
		const next = lines[index + 1];
		const below = next && text.slice(next.start, next.end);
		const missing = width - codePoints(content);
		if (below !== undefined && (trimmed || missing === 0) && goesOn(content, below, missing)) {
			put(" ".repeat(missing), line.end);
		} else put(text.slice(line.end, line.next), line.end);
	}
	const toOriginal = (offset: number): number => {
		let low = 0;
		for (let high = places.length; high - low > 1; ) {
			const middle = (low + high) >> 1;
			if (places[middle]!.from <= offset) low = middle;
			else high = middle;
		}
		const place = places[low];
		if (place === undefined) return 0;
		const end = places[low + 1]?.at ?? text.length;
		return Math.min(place.at + offset - place.from, end);
	};
	return { text: parts.join(""), toOriginal };
}

/** `root@node1:~# `, `[root@node1 ~]# ls`, `/ # `, `$ docker ps`: no cell looks like a prompt. */
const PROMPT = /^(?:\[?[\w.-]+@[\w.-]+[: ][^#$%>]*|(?:[~/]\S*)? ?)[#$%>](?: |$)/;

/** Whether a line is the rest of the one above, which lacks so many columns of the terminal's. */
function goesOn(above: string, line: string, missing: number): boolean {
	if (above.trim() === "" || line === "" || BEGINS.test(line) || PROMPT.test(line)) return false;
	return line.trim() !== "" || missing === 0;
}

/** Breaks a line where the terminal did. */
export function wrap(line: string, { width, trimmed }: Wrapped, newline: string): string {
	const characters = [...line];
	const parts: string[] = [];
	for (let at = 0; at < characters.length; at += width) {
		const part = characters.slice(at, at + width).join("");
		parts.push(trimmed && at + width < characters.length ? trimBlanksEnd(part) : part);
	}
	return parts.join(newline);
}
