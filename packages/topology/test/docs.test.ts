import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { rules } from "../src/rules/index.ts";

it("docs/topology.md lists each rule as the code has it", () => {
	const page = readFileSync(new URL("../../../docs/topology.md", import.meta.url), "utf8");
	const table = [
		"| rule | concludes | certainty | contradicted by |",
		"|---|---|---|---|",
		...rules.map(
			(rule) =>
				`| \`${rule.id}\` | ${rule.concludes} | ${rule.certainty.join(", ")} | ${rule.contradictedBy} |`,
		),
	].join("\n");
	expect(page).toContain(`<!-- rules -->\n${table}\n<!-- /rules -->`);
});
