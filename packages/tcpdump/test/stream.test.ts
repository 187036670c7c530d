import { readdirSync, readFileSync } from "node:fs";
import { parseParts } from "@netfossil/core";
import { describe, expect, it } from "vitest";
import { parseTcpdump, type Statement, tcpdumpParts } from "../src/index.ts";

const root = new URL("../../../fixtures/tcpdump/", import.meta.url);
const recordings = readdirSync(root).filter((name) => name.endsWith(".txt"));

/** What `parseParts` does, with parts of a few lines. */
function readInParts(
	text: string,
	size: number,
): { statements: Statement[]; codes: string[]; parts: number } {
	const reader = tcpdumpParts();
	const statements: Statement[] = [];
	const codes: string[] = [];
	let held = "";
	let parts = 0;
	const read = (part: string): void => {
		const { ast, diagnostics } = reader.read(part);
		statements.push(...ast);
		codes.push(...diagnostics.map(({ code }) => code));
		parts++;
	};
	for (let at = 0; at < text.length; at += size) {
		held += text.slice(at, at + size);
		const whole = reader.whole(held);
		if (whole > 0) read(held.slice(0, whole));
		held = held.slice(whole);
	}
	if (held !== "") read(held);
	return { statements, codes, parts };
}

/** Texts of what is compared: a tree without the places, which differ from part to part. */
const plain = (value: unknown): string =>
	JSON.stringify(value, (key, each: unknown) => (key === "start" || key === "end" ? undefined : each));

describe("in parts", () => {
	it.each(recordings)("%s: equals the whole", (name) => {
		const text = readFileSync(new URL(name, root), "utf8");
		const { ast, diagnostics } = parseTcpdump(text);
		for (const size of [700, 4096]) {
			const { statements, codes, parts } = readInParts(text, size);
			expect(plain(statements)).toBe(plain(ast.statements));
			expect(codes).toEqual(diagnostics.map(({ code }) => code));
			if (text.length > 20_000 && !name.startsWith("live-any-A")) expect(parts).toBeGreaterThan(2);
		}
	});

	it("keeps the places of the whole text", async () => {
		const text = recordings
			.filter((name) => name.includes(".n.") || name.endsWith(".live.txt"))
			.map((name) => readFileSync(new URL(name, root), "utf8"))
			.join("")
			.repeat(2);
		const chunks = text.match(/[\s\S]{1,5000}/g)!;
		const statements: Statement[] = [];
		for await (const { ast } of parseParts(chunks, tcpdumpParts())) statements.push(...ast);
		const whole = parseTcpdump(text).ast.statements;
		expect(text.length).toBeGreaterThan(600_000);
		expect(statements.length).toBe(whole.length);
		expect(statements).toEqual(whole);
	});
});
