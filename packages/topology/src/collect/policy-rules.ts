import type { ParsedDump } from "@netfossil/capture";
import type { IpRuleDump } from "@netfossil/iproute";
import type { Observations } from "../observations.ts";
import { askedFamily } from "./hints.ts";

/** The rules that choose a routing table. */
export function collectIpRule(parsed: ParsedDump<IpRuleDump>, into: Observations): void {
	const rules = parsed.ast.statements.filter((each) => each.type === "rule");
	const addresses = rules.flatMap(({ from, to }) =>
		[from, to].flatMap((each) =>
			each?.type === "ip" ? [each.value] : each?.type === "prefix" ? [`${each.address}/${each.length}`] : [],
		),
	);
	const family = askedFamily(parsed, addresses);
	const { source, start } = parsed.dump;
	for (const rule of rules) {
		const text = source.text.slice(start + rule.start, start + rule.end);
		into.policyRules.push({
			scope: parsed.dump.scope,
			quote: { parsed, span: rule },
			family,
			priority: rule.priority.value,
			text: text.replace(/^\s*\d+:\s*/, "").trim(),
		});
	}
}
