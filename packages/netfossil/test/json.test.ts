import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Output } from "../src/io.ts";
import { jsonLine, writeJson, writeJsonList } from "../src/json.ts";

function collected(): { texts: string[]; output: Output } {
	const texts: string[] = [];
	const write = (text: string): void => void texts.push(text);
	return { texts, output: { write, drained: async () => {}, color: false, terminal: false } };
}

function written(value: unknown): { text: string; longest: number } {
	const { texts, output } = collected();
	writeJson(value, output);
	return { text: texts.join(""), longest: Math.max(...texts.map(({ length }) => length)) };
}

describe("JSON", () => {
	it("is written as JSON.stringify would have it", () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 7 }), (value) => {
				expect(written(value).text).toBe(`${JSON.stringify(value, null, 2)}\n`);
			}),
		);
		expect(written({ a: undefined, b: [], c: {}, d: [{ e: undefined }] }).text).toBe(
			`${JSON.stringify({ b: [], c: {}, d: [{}] }, null, 2)}\n`,
		);
	});

	it("of a list that comes one by one is the same", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 5 })), async (values) => {
				const { texts, output } = collected();
				await writeJsonList(values.values(), output);
				expect(texts.join("")).toBe(`${JSON.stringify(values, null, 2)}\n`);
			}),
		);
	});

	it("of a large tree is written in pieces", () => {
		const statements = Array.from({ length: 50_000 }, (_, start) => ({ type: "packet", start }));
		const { text, longest } = written([{ ast: { statements } }]);
		expect(JSON.parse(text)).toEqual([{ ast: { statements } }]);
		expect(longest).toBeLessThan(100_000);
	});

	it("of one large statement is written in pieces too, and its small nodes in one", () => {
		const items = Array.from({ length: 50_000 }, (_, index) => ({ start: 40 * index, end: 40 * index + 39 }));
		const value = { type: "array", items, start: 0, end: 40 * items.length };
		const statements = [{ type: "document", value, start: 0, end: value.end }];
		const { text, longest } = written([{ ast: { statements } }]);
		expect(text).toBe(`${JSON.stringify([{ ast: { statements } }], null, 2)}\n`);
		expect(longest).toBeLessThan(100_000);
	});

	it("holds no character that a terminal obeys", () => {
		const hostile = { "a\x9b": "\x1b[2J\x7f\x9b2J\u202e\u2066" };
		for (const text of [written(hostile).text, jsonLine(hostile)]) {
			expect(text).not.toMatch(/[\x1b\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
			expect(JSON.parse(text)).toEqual(hostile);
		}
	});
});
