import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Capture, captureOfText, type Dump, openCapture, type Place } from "../src/index.ts";

const seeds = new URL("../../../fixtures/seeds/", import.meta.url);

interface Entry {
	readonly file: string;
	readonly document: string;
	readonly first_line: number;
	readonly last_line: number;
	readonly host: string;
	readonly place: string | null;
	readonly kind: string;
	readonly command: string | null;
}

const index: Entry[] = JSON.parse(readFileSync(new URL("index.json", seeds), "utf8"));
const documents = [...new Set(index.map(({ document }) => document))].sort();
const textOf = (document: string): string => readFileSync(new URL(`documents/${document}`, seeds), "utf8");

/** The index calls link listings and listings of the folder by the names of their commands. */
function kindOfEntry({ kind }: Entry): string {
	const plain = kind.replace(/ \(.*\)$/, "");
	return plain === "ip-link" ? "ip-address" : plain === "ls" ? "netns-ls" : plain;
}

function placeText(place: Place): string | null {
	if (place.type === "host") return null;
	return place.type === "netns" ? `netns/${place.name}` : `containers/${place.id}`;
}

interface Row {
	readonly lines: string;
	readonly kind: string;
	readonly host: string;
	readonly place: string | null;
	readonly command: string | null;
}

function rowOf(dump: Dump): Row {
	const first = dump.source.locate(dump.start).line;
	const last = dump.source.locate(Math.max(dump.start, dump.end - 1)).line;
	return {
		lines: `${first}-${last}`,
		kind: dump.kind,
		host: dump.scope.host,
		place: placeText(dump.scope.place),
		command: dump.command ?? null,
	};
}

function expected(document: string): Row[] {
	return index
		.filter((entry) => entry.document === document)
		.map((entry) => ({
			lines: `${entry.first_line}-${entry.last_line}`,
			kind: kindOfEntry(entry),
			host: entry.host,
			place: entry.place,
			command: entry.command,
		}));
}

/** Throws unless dumps and passed over lines are all lines of the text, each once. */
export function tileLines(text: string, { dumps, passedOver }: Capture): number[] {
	const lines = text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
	const seen = new Array<number>(lines).fill(0);
	for (const dump of dumps) {
		const first = dump.source.locate(dump.start).line;
		const last = dump.source.locate(Math.max(dump.start, dump.end - 1)).line;
		for (let line = first; line <= last; line++) seen[line - 1]!++;
	}
	for (const { lines } of passedOver) {
		if (lines) for (let line = lines.first; line <= lines.last; line++) seen[line - 1]!++;
	}
	return seen.flatMap((count, line) => (count === 1 ? [] : [line + 1]));
}

describe.each(documents)("document %s", (document) => {
	const text = textOf(document);
	const capture = captureOfText(document, text);

	it("holds the dumps of the index, and no others", () => {
		expect(capture.dumps.map(rowOf)).toEqual(expected(document));
	});

	it("has every line in a dump or passed over, once", () => {
		expect(tileLines(text, capture)).toEqual([]);
	});
});
void openCapture;
