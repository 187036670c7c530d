import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { captureOfText, parseDump } from "@netfossil/capture";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileOutput, type Io, type Output, outputOf } from "../src/io.ts";
import { Progress } from "../src/progress.ts";
import { reportDiagnostics } from "../src/report.ts";
import { tableLines } from "../src/table.ts";

function recorder(terminal: boolean): { output: Output; text: () => string } {
	const texts: string[] = [];
	const write = (text: string): void => void texts.push(text);
	const output = { write, drained: async () => {}, color: terminal, terminal };
	return { output, text: () => texts.join("") };
}

describe("colours", () => {
	const write = (): boolean => true;
	const once = (): void => {};

	it.each([
		[{ isTTY: true, write, once }, {}, true],
		[{ isTTY: true, write, once }, { NO_COLOR: "" }, true],
		[{ isTTY: true, write, once }, { NO_COLOR: "1" }, false],
		[{ isTTY: true, write, once }, { TERM: "dumb" }, false],
		[{ write, once }, {}, false],
	])("%j with %j: %j", (stream, env, color) => {
		expect(outputOf(stream, env).color).toBe(color);
	});

	it("are in diagnostics on a terminal only", () => {
		const parsed = captureOfText("a.txt", "FWM  258 rr\nFWM  2x8 rr\n").dumps.map(parseDump)[0]!;
		const shown = (terminal: boolean): string => {
			const { output, text } = recorder(terminal);
			const io: Io = {
				stdin: Readable.from([]),
				stdinIsTerminal: true,
				stdout: output,
				stderr: output,
			};
			reportDiagnostics(parsed, io);
			return text();
		};
		expect(shown(false)).toMatch(/^a\.txt:2:6: warning: /);
		expect(shown(true)).toMatch(/^\x1b\[1ma\.txt:2:6:/);
	});
});

describe("progress", () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it("shows after half a second, on a terminal, and goes away", () => {
		const { output, text } = recorder(true);
		const progress = new Progress(output);
		progress.step("early");
		vi.advanceTimersByTime(600);
		progress.step("reading \x1b[31m");
		progress.done();
		progress.done();
		expect(text()).toBe("\r\x1b[Kreading ␛[31m\r\x1b[K");
	});

	it("has a bar where the end is known, not too often, on one line of the terminal", () => {
		const { output, text } = recorder(true);
		const progress = new Progress({ ...output, columns: 40 });
		vi.advanceTimersByTime(600);
		progress.step("reading one", 5, 20);
		progress.step("reading two", 6, 20);
		vi.advanceTimersByTime(60);
		progress.step("reading 三三三三三", 20, 20);
		const [, first, second] = text().split("\r\x1b[K");
		expect(first).toBe(`[#####${"·".repeat(15)}]  5/20 reading on`);
		expect(second).toBe(`[${"#".repeat(20)}] 20/20 reading 三`);
	});

	it("is not for files", () => {
		const { output, text } = recorder(false);
		const progress = new Progress(output);
		vi.advanceTimersByTime(600);
		progress.step("reading");
		progress.done();
		expect(text()).toBe("");
	});
});

it("an output file is written whole, and made by the first write", () => {
	const folder = mkdtempSync(join(tmpdir(), "netfossil-output-"));
	const path = join(folder, "out.txt");
	const { output, close } = fileOutput(path);
	expect(() => readFileSync(path)).toThrow("ENOENT");
	output.write("→ one\n");
	output.write("two\n");
	close();
	expect(readFileSync(path, "utf8")).toBe("→ one\ntwo\n");
	rmSync(folder, { recursive: true });
});

describe("a table", () => {
	const columns = [
		{ title: "NAME", text: (row: readonly string[]) => row[0]!, shrinks: "start" } as const,
		{ title: "NONE", text: () => "" },
		{ title: "N", text: (row: readonly string[]) => row[1]!, right: true } as const,
	];

	it("is as wide as its cells, wide characters too, without empty columns and blanks at the end", () => {
		expect(
			tableLines(
				columns,
				[
					["三三三", "1"],
					["a", "200"],
					["b", ""],
				],
				{ indent: "  " },
			),
		).toEqual(["  NAME      N", "  三三三    1", "  a       200", "  b"]);
	});

	it("fits a terminal by cutting the start of what may shrink, to a width that can be read", () => {
		const rows = [["folder/folder/folder/file.txt", "12"]];
		expect(tableLines(columns, rows, { columns: 24 })[1]).toBe("…der/folder/file.txt  12");
		expect(tableLines(columns, rows, { columns: 3 })[1]).toBe("…er/file.txt  12");
		const said = { title: "SAID", text: () => "a sentence of some length", shrinks: "end" } as const;
		expect(tableLines([columns[0]!, said], rows, { columns: 45 })[1]).toBe(
			"folder/folder/folder/file.txt  a sentence of…",
		);
	});
});
