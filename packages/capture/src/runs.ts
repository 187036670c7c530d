import type { KindName } from "./kinds.ts";
import { isBlank } from "./lines.ts";
import { belongs, likeness, opens, signatures } from "./signatures.ts";

/** Lines [first, end) of a document that are a dump. */
export interface Run {
	readonly kind: KindName;
	readonly first: number;
	readonly end: number;
}

const names = Object.keys(signatures) as KindName[];

/** Finds the dumps that their own lines tell. */
export class RunFinder {
	readonly #texts: readonly string[];
	/** For each kind the line up to which a run is not of it after all; a part of it is not either. */
	readonly #lacking = new Map<KindName, number>();

	constructor(texts: readonly string[]) {
		this.#texts = texts;
	}

	/** The dump that starts at a line: of the kinds that fit the one that reaches farthest. */
	find(first: number, limit: number): Run | undefined {
		let best: Run | undefined;
		for (const kind of names) {
			if (first < (this.#lacking.get(kind) ?? 0) || !opens(kind, this.#texts[first]!)) continue;
			const end = endOfRun(kind, this.#texts, first, limit);
			const { needs, never } = signatures[kind];
			const lines = needs || never ? this.#texts.slice(first, end) : [];
			const lacks = needs !== undefined && !lines.some((text) => needs.test(text));
			if (lacks || (never !== undefined && lines.some((text) => never.test(text)))) {
				this.#lacking.set(kind, end);
			} else if (best === undefined || end > best.end) {
				best = { kind, first, end };
			}
		}
		return best;
	}
}

function endOfRun(kind: KindName, texts: readonly string[], first: number, limit: number): number {
	let end = first + 1;
	for (let index = end; index < limit; index++) {
		const text = texts[index]!;
		if (isBlank(text)) {
			if (!signatures[kind].blanksInside) return end;
			continue;
		}
		const follows = index === end;
		if (!(follows ? belongs(kind, text) : opens(kind, text))) return end;
		end = index + 1;
	}
	return end;
}

/**
 * The dump in the output of a command that prints the kind: from the first paragraph of which a line belongs
 * to the last one that holds a line that tells the kind. Prose that somebody wrote between the output and the
 * next prompt stands in a paragraph of its own, and is left out.
 */
export function outputOf(
	kind: KindName,
	texts: readonly string[],
	from: number,
	limit: number,
): Run | undefined {
	const { needs, never } = signatures[kind];
	let run: { first: number; end: number } | undefined;
	for (const { first, end } of paragraphs(texts, from, limit)) {
		const lines = texts.slice(first, end);
		if (never !== undefined && lines.some((line) => never.test(line))) continue;
		const sure = likeness(kind, lines) !== undefined;
		if (run === undefined) {
			if (sure || lines.some((line) => belongs(kind, line))) run = { first, end };
		} else if (sure || (needs !== undefined && lines.every((line) => belongs(kind, line)))) {
			run = { first: run.first, end };
		}
	}
	return run && { kind, ...run };
}

function* paragraphs(
	texts: readonly string[],
	from: number,
	limit: number,
): Generator<{ first: number; end: number }> {
	let first: number | undefined;
	for (let index = from; index <= limit; index++) {
		const filled = index < limit && !isBlank(texts[index]!);
		if (filled) first ??= index;
		else if (first !== undefined) {
			yield { first, end: index };
			first = undefined;
		}
	}
}
