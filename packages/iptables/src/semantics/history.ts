import type { RecentMatch, SetMatch, StatisticMatch } from "../matches/index.ts";
import { type Decision, no, undecided, YES } from "./decision.ts";
import { type Matcher, options } from "./matcher.ts";

/**
 * `statistic_mt` in net/netfilter/xt_statistic.c. `--mode nth --every 3` lets through one of three, as
 * probable for one packet as the third that it is; which one depends on those before.
 */
export const statistic: Matcher<StatisticMatch> = ({ mode, probability, every }) => {
	const test = probability ?? every;
	if (
		test === undefined ||
		(mode?.value === "nth") !== (test === every) ||
		(test.value === 0 && test === every)
	)
		return undecided("the match statistic does not say how often");
	const holds = test === every ? 1 / test.value : test.value;
	const chance = test.negated ? 1 - holds : holds;
	// What always or never holds is no matter of chance.
	if (chance === 1) return YES;
	if (chance === 0) return no("the match statistic never holds");
	const why = test === every ? "depends on earlier packets" : "is left to chance";
	return undecided(`the match statistic ${why}`, { probability: chance });
};

/** `recent_mt` in net/netfilter/xt_recent.c: `--set` always holds, the rest asks for earlier packets. */
export const recent: Matcher<RecentMatch> = ({ command }): Decision => {
	if (command?.value !== "set") return undecided("the match recent depends on time and on earlier packets");
	return command.negated ? no("recent --set always holds") : YES;
};

/** `set_match_v4` in net/netfilter/xt_set.c: what a set holds is not in the rules. */
export const set: Matcher<SetMatch> = options({
	set: (reference, { packet, options: { inSet } }) => {
		const held = inSet?.(reference, packet) ?? "undecided";
		if (held === "undecided") return undecided(`what the set ${reference.set} holds is not known`);
		if (held !== (reference.negated === true)) return YES;
		return no(`the packet is ${held ? "" : "not "}in the set ${reference.set}`);
	},
});
