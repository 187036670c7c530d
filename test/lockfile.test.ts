import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { read, root, trackedFiles } from "./workspace.ts";

const files = trackedFiles();
/** What we write ourselves; recordings keep what they were made with. */
const written = files.filter((path) => !path.startsWith("fixtures/") || path.endsWith("README.md"));

describe("the lockfile", () => {
	const lockfile = read("pnpm-lock.yaml");

	it("pins every package by its hash", () => {
		const resolutions = lockfile.match(/^ {4}resolution: .*$/gm) ?? [];
		expect(resolutions.length).toBeGreaterThan(50);
		for (const line of resolutions) expect(line).toMatch(/^ {4}resolution: \{integrity: sha512-[\w+/=]+\}$/);
	});

	it("names no registry and no tarball, so that it installs from whichever is at hand", () => {
		expect(lockfile).not.toMatch(/https?:|git\+|tarball:|\.tgz\b/);
	});
});

describe("tracked files", () => {
	it("hold no settings of a registry", () => {
		expect(files.filter((path) => /(^|\/)\.(npmrc|yarnrc|yarnrc\.yml)$/.test(path))).toEqual([]);
		for (const path of files.filter((each) => /(^|\/)package\.json$/.test(each)))
			expect(read(path), path).not.toMatch(/registry/i);
	});

	it("name no path of the machine that they were written on", () => {
		// Put together here, so that this file does not name them either.
		const machine = [root, `${dirname(root)}/shared`, ["..", "shared"].join("/"), ["", "work", ""].join("/")];
		const guilty = written.flatMap((path) =>
			machine.filter((place) => read(path).includes(place)).map((place) => `${path}: ${place}`),
		);
		expect(guilty).toEqual([]);
	});
});
