import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { read, root } from "./workspace.ts";

describe("README.md", () => {
	const readme = read("README.md");
	const printed = read("packages/topology/test/golden/vote.txt").split("\n");
	const blocks = Array.from(readme.matchAll(/```text\n(.*?)```/gs), ([, block]) =>
		block!.trimEnd().split("\n"),
	);

	/** Every line but the signs that some are left out. */
	const standIn = (shown: readonly string[], whole: readonly string[]): void => {
		let at = 0;
		for (const line of shown.filter((each) => each !== "" && each !== "…")) {
			const found = whole.indexOf(line, at);
			expect(found, line).toBeGreaterThanOrEqual(at);
			at = found + 1;
		}
	};

	it("shows what npm start prints: every line, in order", () => {
		expect(blocks.length).toBe(3);
		standIn(blocks.slice(0, 2).flat(), printed);
	});

	it("shows what its trace prints: every line, in order", () => {
		const command = /^node (packages.* trace .*)$/m.exec(readme)![1]!;
		const { stdout, status } = spawnSync(process.execPath, command.split(" "), {
			cwd: root,
			encoding: "utf8",
		});
		expect(status).toBe(0);
		standIn(blocks[2]!, stdout.split("\n"));
	});

	it("names every kind that is read", async () => {
		const { kinds } = await import("../packages/capture/src/index.ts");
		for (const { name } of kinds) expect(readme).toContain(`\`${name}\``);
	});
});
