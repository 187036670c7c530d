import { describe, expect, it } from "vitest";
import { read } from "./workspace.ts";

describe("README.md", () => {
	const readme = read("README.md");
	const printed = read("packages/topology/test/golden/vote.txt").split("\n");
	const blocks = Array.from(readme.matchAll(/```text\n(.*?)```/gs), ([, block]) =>
		block!.trimEnd().split("\n"),
	);

	it("shows what npm start prints: every line, in order", () => {
		expect(blocks.length).toBe(2);
		let at = 0;
		for (const line of blocks.flat().filter((each) => each !== "" && each !== "…")) {
			const found = printed.indexOf(line, at);
			expect(found, line).toBeGreaterThanOrEqual(at);
			at = found + 1;
		}
	});

	it("names every kind that is read", async () => {
		const { kinds } = await import("../packages/capture/src/index.ts");
		for (const { name } of kinds) expect(readme).toContain(`\`${name}\``);
	});
});
