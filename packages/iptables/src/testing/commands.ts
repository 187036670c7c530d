import { num, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { ChainCommand, Rule, SaveStatement } from "../ast.ts";
import { chainNames } from "./parts.ts";
import { nowhere } from "./setting.ts";

/** What files and scripts hold beside `-A`; the tool prints none of it. */
export function commands(rules: fc.Arbitrary<Rule>): fc.Arbitrary<SaveStatement> {
	const number = num(fc.integer({ min: 1, max: 99 }));
	const chain = word(chainNames);
	const command = { type: "chain-command" as const, ...nowhere };
	const edit: fc.Arbitrary<Rule | ChainCommand> = fc.oneof(
		rules,
		fc
			.tuple(rules, fc.oneof(number, fc.constant("first" as const)))
			.map(([node, insert]) => ({ ...node, insert })),
		fc
			.constantFrom("flush" as const, "delete-chain" as const, "zero" as const)
			.map((action) => ({ ...command, action })),
		chain.map((name) => ({ ...command, action: "flush" as const, chain: name })),
		fc
			.tuple(chain, chain)
			.map(([name, to]) => ({ ...command, action: "rename-chain" as const, chain: name, to })),
		fc
			.tuple(chain, number)
			.map(([name, at]) => ({ ...command, action: "delete" as const, chain: name, number: at })),
		fc
			.tuple(rules, fc.constantFrom("delete" as const, "check" as const))
			.map(([node, action]) => ({ ...command, action, chain: node.chain!, rule: node })),
		fc.tuple(rules, number).map(([node, at]) => ({
			...command,
			action: "replace" as const,
			chain: node.chain!,
			number: at,
			rule: node,
		})),
	);
	const place = fc.oneof(
		fc.constantFrom({}, { family: 4 as const }, { family: 6 as const }),
		fc
			.record(
				{
					command: fc
						.constantFrom("iptables", "sudo iptables", "ip netns exec r1 /sbin/iptables-legacy")
						.map((value) => ({ value, ...nowhere })),
					table: word(fc.constantFrom("nat", "mangle")),
				},
				{ requiredKeys: ["command"] },
			)
			.map((fields) => ({ ...fields, family: 4 as const })),
	);
	return fc.tuple(edit, place).map(([node, where]) => ({ ...node, ...where }));
}
