import { readFileSync, writeFileSync } from "node:fs";
import { rules } from "../src/rules/index.ts";
export function main(args: string[]) {
	const file = args[0]!;
	const page = readFileSync(file, "utf8");
	const table = [
		"| rule | concludes | certainty | contradicted by |",
		"|---|---|---|---|",
		...rules.map(
			(rule) =>
				`| \`${rule.id}\` | ${rule.concludes} | ${rule.certainty.join(", ")} | ${rule.contradictedBy} |`,
		),
	].join("\n");
	writeFileSync(
		file,
		page.replace(
			/<!-- rules -->\n[\s\S]*?\n<!-- \/rules -->/,
			() => `<!-- rules -->\n${table}\n<!-- /rules -->`,
		),
	);
}
