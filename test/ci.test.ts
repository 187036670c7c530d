import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "./workspace.ts";

const folder = mkdtempSync(join(tmpdir(), "netfossil-ci-"));
afterAll(() => rmSync(folder, { recursive: true }));

function count(report: string): { status: number | null; stdout: string } {
	const path = join(folder, "report.json");
	writeFileSync(path, report);
	const { status, stdout } = spawnSync(process.execPath, [`${root}scripts/count-tests.mjs`, path], {
		encoding: "utf8",
	});
	return { status, stdout };
}

describe("the count of tests", () => {
	it("is one line", () => {
		const testResults = [{ status: "passed", assertionResults: [{ status: "passed" }] }];
		const report = { numPassedTests: 7, numFailedTests: 0, testResults };
		expect(count(JSON.stringify(report))).toEqual({ status: 0, stdout: "7 passed, 0 failed\n" });
	});

	it("counts a file that could not be loaded", () => {
		const testResults = [
			{ status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] },
			{ status: "failed", assertionResults: [] },
		];
		const report = { numPassedTests: 1, numFailedTests: 1, testResults };
		expect(count(JSON.stringify(report))).toEqual({ status: 0, stdout: "1 passed, 2 failed\n" });
	});

	it("is not made up", () => {
		expect(count("")).toEqual({ status: 1, stdout: "" });
	});
});
