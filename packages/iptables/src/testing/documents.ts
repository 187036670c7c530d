import { word } from "@netfossil/core/testing";
import fc from "fast-check";
import type { ChainHead, IptablesList, IptablesSave, ListStatement, SaveStatement } from "../ast.ts";
import { commands } from "./commands.ts";
import { chainNames } from "./parts.ts";
import { addedRules, counters, listedRules, listFlags, savedRules } from "./rules.ts";
import { type Family, nowhere, perhaps } from "./setting.ts";

const families = fc.constantFrom<Family>(4, 6);
const policies = word(fc.constantFrom("ACCEPT", "DROP"));
const builtIn = word(fc.constantFrom("INPUT", "FORWARD", "OUTPUT"));

/** Listings of either family with every combination of `-v`, `-x` and `--line-numbers`. */
export function lists(): fc.Arbitrary<IptablesList> {
	return fc.tuple(listFlags, families).chain(([flags, family]) => {
		const { numbers, verbose, exact } = flags;
		const columns: ListStatement = {
			type: "columns",
			...(numbers && { numbers: true }),
			...(verbose && { counters: exact ? "exact" : "rounded", interfaces: true }),
			...nowhere,
		};
		const counted = verbose
			? fc
					.record({ counters: counters("rounded") })
					.map(({ counters: { style: _, ...plain } }) => ({ counters: plain }))
			: fc.constant({});
		const head: fc.Arbitrary<ChainHead> = fc.oneof(
			fc.tuple(builtIn, policies, counted).map(([name, policy, count]) => ({
				type: "chain-head" as const,
				name,
				policy,
				...count,
				...nowhere,
			})),
			fc.tuple(word(chainNames), fc.integer({ min: 0, max: 99 })).map(([name, references]) => ({
				type: "chain-head" as const,
				name,
				references,
				...nowhere,
			})),
		);
		const chain = fc.tuple(head, fc.array(listedRules(flags, family), { maxLength: 4 }));
		return fc
			.tuple(fc.array(addedRules(family), { maxLength: 2 }), fc.array(chain, { maxLength: 4 }))
			.map(([added, all]) => ({
				type: "iptables-list" as const,
				...nowhere,
				statements: [
					...added,
					...all.flatMap(([first, rules]): ListStatement[] => [
						first,
						columns,
						...rules,
						{ type: "blank", ...nowhere },
					]),
				],
			}));
	});
}

/** Saved tables of either family, with or without counters, or in the form of `-S` and `-vS`, and what people add. */
export function saves(): fc.Arbitrary<IptablesSave> {
	return fc
		.tuple(fc.constantFrom(undefined, "bracket" as const, "option" as const), fc.boolean(), families)
		.chain(([style, isTable, family]) => {
			const rules = fc.array(savedRules(style, family), { maxLength: 5 });
			const document = style !== "option" && isTable ? savedTable(rules) : specifications(rules, style);
			// `[39:2484]` is of iptables-restore; a command has `-c 39 2484`.
			const typed = savedRules(style === "option" ? style : undefined, family);
			return fc.tuple(document, fc.array(commands(typed), { maxLength: 3 })).map(([printed, byHand]) => ({
				type: "iptables-save" as const,
				...nowhere,
				statements: [...printed, ...byHand],
			}));
		});
}

/** `*nat` to `COMMIT`, as iptables-save prints it. */
function savedTable(rules: fc.Arbitrary<SaveStatement[]>): fc.Arbitrary<SaveStatement[]> {
	const declaration = fc.tuple(word(chainNames), perhaps(policies), counters("bracket")).map(
		([name, policy, counted]): SaveStatement => ({
			type: "chain-declaration",
			name,
			...(policy && { policy }),
			counters: counted,
			...nowhere,
		}),
	);
	return fc
		.tuple(word(fc.constantFrom("nat", "filter")), fc.array(declaration, { maxLength: 3 }), rules)
		.map(([name, declarations, all]) => [
			{ type: "table", name, ...nowhere },
			...declarations,
			...all,
			{ type: "commit", ...nowhere },
		]);
}

/** `-P`, `-N` and `-A`, as `iptables -S` prints them. */
function specifications(
	rules: fc.Arbitrary<SaveStatement[]>,
	style: "bracket" | "option" | undefined,
): fc.Arbitrary<SaveStatement[]> {
	const counted = style === "option" ? fc.record({ counters: counters("option") }) : fc.constant({});
	const policy = fc.tuple(builtIn, policies, counted).map(
		([chain, each, count]): SaveStatement => ({
			type: "policy",
			chain,
			policy: each,
			...count,
			...nowhere,
		}),
	);
	const chain = word(chainNames).map(
		(name): SaveStatement => ({ type: "new-chain", chain: name, ...nowhere }),
	);
	return fc
		.tuple(fc.array(policy, { maxLength: 2 }), fc.array(chain, { maxLength: 2 }), rules)
		.map((parts) => parts.flat());
}
