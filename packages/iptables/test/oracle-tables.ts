import type { Rule } from "../src/index.ts";
import type { Family } from "../src/testing.ts";

export type Backend = "nft" | "legacy";

/** Extensions that the oracle is not asked about, and why. */
export const ABSENT: Readonly<Record<string, string>> = {
	ipvs: "no module",
	set: "no set of ipset to refer to",
	SET: "no set of ipset to refer to",
	nfacct: "no accounting object to refer to",
	CONNSECMARK: "needs SELinux",
	SECMARK: "needs SELinux",
	LED: "no module",
	osf: "no module",
	ULOG: "no module",
	CLUSTERIP: "needs an interface with a route",
	rateest: "no estimator to refer to",
	QUEUE: "no module (ip_queue)",
};

/** Where a list says something else than -S, for good. */
export const LOSSES: readonly { readonly path: RegExp; readonly reason: string }[] = [
	{
		path: /^matches\.\d+\.(?:original|reply)(?:Source|Destination)\./,
		reason: "without -n the machine's names of networks, and `anywhere`",
	},
];

interface Asked {
	readonly backend: Backend;
	readonly family: Family;
}

interface Normalisation {
	readonly reason: string;
	readonly only?: Partial<Asked>;
	readonly apply: (rule: Rule) => Rule;
}

/** What the tool itself changes between loading and listing. */
const NORMALISATIONS: readonly Normalisation[] = [
	{
		reason: "-S prints no counters",
		apply: ({ counters: _, ...rule }) => rule,
	},
	{
		reason: "nft keeps no --nflog-range, which never worked",
		only: { backend: "nft" },
		apply: (rule) => {
			if (rule.target?.type !== "NFLOG") return rule;
			const { range: _, ...target } = rule.target;
			return { ...rule, target };
		},
	},
];

/** A rule as -S prints it after it was loaded. */
export function normalised(rule: Rule, { backend, family }: Asked): Rule {
	return NORMALISATIONS.filter(
		({ only = {} }) => (only.backend ?? backend) === backend && (only.family ?? family) === family,
	).reduce((changed, { apply }) => apply(changed), rule);
}
