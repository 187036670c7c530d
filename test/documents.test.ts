import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { packages, read, root, trackedFiles } from "./workspace.ts";

const pages = trackedFiles().filter((path) => path.endsWith(".md") && !path.startsWith("fixtures/"));

describe.each(packages)("the readme of $folder", ({ folder, manifest }) => {
	const path = `packages/${folder}/README.md`;

	it("is headed by the package's name, and the licence lies beside it", () => {
		expect(read(path).split("\n")[0]).toBe(`# ${manifest.name}`);
		expect(read(`packages/${folder}/LICENSE`)).toBe(read("LICENSE"));
	});

	it("has an example that prints what the block below it says", () => {
		const [, code, expected] = /```js\n(.*?)```\n+```text\n(.*?)```/s.exec(read(path)) ?? [];
		expect(code, "a js block with a text block below").toBeDefined();
		// In the package's folder its own name leads to what was built, as it would after an installation.
		const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", code!], {
			cwd: `${root}packages/${folder}`,
			encoding: "utf8",
		});
		expect({ stdout, stderr }).toEqual({ stdout: expected, stderr: "" });
	});
});

describe("links between pages", () => {
	it.each(pages)("%s leads to files that exist", (path) => {
		const links = Array.from(read(path).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g), ([, to]) => to!);
		for (const link of links) expect(existsSync(root + join(dirname(path), link)), link).toBe(true);
	});

	it.each(pages)("%s names files that exist", (path) => {
		const named = read(path).match(/`(?:packages|docs|fixtures|scripts|bench|test)\/[\w./-]+`/g) ?? [];
		for (const name of named.map((each) => each.slice(1, -1)).filter((each) => !each.includes("<")))
			expect(existsSync(root + name), name).toBe(true);
	});
});

describe("docs/diagnostics.md", () => {
	const sources = packages.flatMap((each) => each.sources).filter((path) => !path.endsWith("/testing.ts"));
	const used = new Set<string>();
	for (const text of sources.map(read)) {
		for (const [, code] of text.matchAll(/\bcode:\s*"([a-z]+\/[a-z-]+)"/g)) used.add(code!);
		for (const [, dialect] of text.matchAll(
			/\b(?:syntaxDiagnostic\(\s*|nodeOf\([^;]*?, )"([a-z]+)"(?=[,)])/g,
		))
			used.add(`${dialect}/syntax`);
	}
	const listed = Array.from(
		read("docs/diagnostics.md").matchAll(/^\| `([a-z]+\/[a-z-]+)` +\|/gm),
		([, code]) => code!,
	);

	it("lists every code once, in order, and no other", () => {
		expect(used.size).toBeGreaterThan(5);
		expect(listed).toEqual([...used].sort());
	});
});
