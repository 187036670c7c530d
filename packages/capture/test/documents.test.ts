import { readFileSync } from "node:fs";
import { hostileText } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectInProportion } from "../../../test/growth.ts";
import { type Capture, captureOfText, type Dump, openCapture, type Place, parseDump } from "../src/index.ts";

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

/** The lines that stand not exactly once in a dump or among what was passed over; empty when all is told. */
function untiledLines(text: string, { dumps, passedOver }: Capture): number[] {
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
		expect(untiledLines(text, capture)).toEqual([]);
	});

	it("gives the same dumps with the line ends of Windows", () => {
		const windows = captureOfText(document, text.replaceAll("\n", "\r\n"));
		expect(windows.dumps.map(rowOf)).toEqual(expected(document));
		expect(untiledLines(text.replaceAll("\n", "\r\n"), windows)).toEqual([]);
	});

	it("gives the same dumps from a coloured terminal, at their places in the original", () => {
		const coloured = colour(text);
		const reading = captureOfText(document, coloured);
		expect(reading.dumps.map(rowOf)).toEqual(expected(document));
		const lines = coloured.split("\n");
		for (const dump of reading.dumps) {
			const [first, last] = rowOf(dump).lines.split("-").map(Number);
			const whole = lines.slice(first! - 1, last).join("\n");
			expect(dump.source.text.slice(dump.start, dump.end).replace(/\n$/, "")).toBe(whole);
		}
	});

	it("says why for each dump, and parses it", () => {
		for (const dump of capture.dumps) {
			expect(new Set(dump.reasons.map(({ about }) => about))).toEqual(new Set(["kind", "host", "place"]));
			const { ast } = parseDump<{ type: string; end: number }>(dump);
			expect(ast).toMatchObject({ type: dump.kind, start: 0, end: dump.end - dump.start });
		}
	});
});

/** What `script` records: carriage returns, a window title, coloured and bracketed lines. */
function colour(text: string): string {
	return text.split("\n").map(colourLine).join("\r\n");
}

function colourLine(line: string, index: number): string {
	if (index % 3 === 0)
		return `\x1b]0;title\x07\x1b[?2004h\x1b[01;32m${line.slice(0, 3)}\x1b[0m${line.slice(3)}`;
	return index % 3 === 1 ? `${line}\x1b[K` : `${line.slice(0, 5)}x\x08${line.slice(5)}`;
}

describe("both forms of the seeds", () => {
	it.each([
		["swarm-access", "000_5be509c29be0ffa5.txt"],
		["swarm-networking", "001_b1d96ae26fc24c4f.txt"],
		["packet-trace", "002_90cf4987254f0db4.txt"],
		["swarm-vote", "003_aecfce794903cd84.txt"],
	])("the folder %s holds the same dumps as the document", async (folder, document) => {
		const { dumps, passedOver, problems } = await openCapture(new URL(folder, seeds).pathname);
		const rows = dumps.map((dump) => {
			const { command: _, ...row } = rowOf(dump);
			return { file: `${folder}/${dump.id}`, ...row };
		});
		const entries = index.filter((entry) => entry.document === document);
		const wanted = entries.map((entry) => ({
			file: entry.file,
			lines: `1-${entry.last_line - entry.first_line + 1}`,
			kind: kindOfEntry(entry),
			host: entry.host,
			place: entry.place,
		}));
		const byFile = (a: { file: string }, b: { file: string }): number => (a.file < b.file ? -1 : 1);
		expect(rows.sort(byFile)).toEqual(wanted.sort(byFile));
		expect({ passedOver, problems }).toEqual({ passedOver: [], problems: [] });

		const parts = captureOfText(document, textOf(document)).dumps.map((dump) =>
			dump.source.text.slice(dump.start, dump.end),
		);
		expect(dumps.map(({ source }) => source.text.trimEnd()).sort()).toEqual(
			parts.map((part) => part.trimEnd()).sort(),
		);
	});
});

describe("the names of files", () => {
	it("tell of a command what its output does not", async () => {
		const told = async (folder: string): Promise<Record<string, string>> => {
			const { dumps } = await openCapture(new URL(folder, seeds).pathname);
			return Object.fromEntries(
				dumps.flatMap(({ id, command }) => (command === undefined ? [] : [[id, command]])),
			);
		};
		expect(await told("swarm-vote")).toEqual({
			"manager1/docker_container_inspect_d38975856cfd_grep_sandbox.txt":
				"docker container inspect d38975856cfd",
			"manager1/docker_service_inspect_vote.json.part": "docker service inspect vote",
			"manager1/netns/727bc5c9f5d0/iptables_t_mangle_nvL.txt": "iptables -t mangle",
		});
	});
});

describe("any text", () => {
	const texts = documents.map(textOf);

	it("is read without a throw, and every line is told of", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				const capture = captureOfText("notes.md", text);
				const whole = capture.dumps.some(({ id }) => id === "notes.md");
				const refused = capture.passedOver.some(({ type }) => type === "file");
				if (!whole && !refused) expect(untiledLines(text, capture)).toEqual([]);
				for (const { start, end, source, id } of capture.dumps) {
					expect(start).toBeLessThan(end);
					expect(end).toBeLessThanOrEqual(text.length);
					expect(source.text).toBe(text);
					expect(id).toMatch(/^notes\.md(?::\d+)?$/);
				}
			}),
			{ numRuns: 300 },
		);
	});

	it("of many lines is read in time that grows with them", () => {
		const json = (n: number): string => `{\n${'  "key": "value",\n'.repeat(n)}}\n`;
		const texts: ((size: number) => string)[] = [
			(n) => "The traffic goes through the ingress namespace, see below\n\n".repeat(n / 10) + json(n),
			(n) => `$ cat x\n${json(n)}`,
			(n) => "ip a\n".repeat(n / 5),
			(n) => `\`\`\`\n${`# ${"ab-".repeat(30)}!\n`.repeat(n / 100)}\`\`\`\n`,
		];
		const read = (text: string): unknown => captureOfText("long.md", text);
		for (const text of texts) expectInProportion(text, read, 5000, text(1).slice(0, 20));
	});
});
