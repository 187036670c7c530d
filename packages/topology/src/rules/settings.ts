import type { Context, Rule } from "../context.ts";
import { observed } from "../evidence.ts";

/** The kernel's settings that decide about packets. */
export const settings: Rule = {
	id: "settings",
	concludes:
		"A setting that decides whether packets are forwarded, filtered or answered (`net.ipv4.ip_forward`, `rp_filter`, `bridge-nf-call-iptables` …) is an attribute of its namespace.",
	certainty: ["observed"],
	contradictedBy: "another dump of the namespace with another value",
	apply({ seen, graph, who }: Context) {
		for (const row of seen.settings) {
			graph.set(who.netns(row.scope), `sysctl ${row.key}`, row.value, observed(row.quote));
		}
	},
};
