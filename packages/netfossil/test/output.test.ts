import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { captureOfText, parseDump } from "@netfossil/capture";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileOutput, type Io, type Output, outputOf } from "../src/io.ts";
import { Progress } from "../src/progress.ts";
import { reportDiagnostics } from "../src/report.ts";

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
