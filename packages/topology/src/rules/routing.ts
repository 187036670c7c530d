import type { Context, Rule } from "../context.ts";
import { observed } from "../evidence.ts";
import { append } from "../lists.ts";
import type { RouteRow } from "../observations.ts";

/** How a namespace routes. */
export const routing: Rule = {
	id: "routing",
	concludes:
		"A route is an attribute of its namespace, `route TABLE PREFIX`, and so is a rule that chooses a table, `rule ipv4 PRIORITY`. The table `local`, which the kernel makes of the addresses, is left to the dumps.",
	certainty: ["observed"],
	contradictedBy: "another dump with another next hop for the same prefix, table and metric",
	apply(context) {
		for (const row of context.seen.routes) if (isListed(row)) route(context, row);
		policyRules(context);
	},
};

/** What the kernel makes by itself, one or more for each address, is no routing that somebody chose. */
function isListed({ table, kind, destination, metric }: RouteRow): boolean {
	if (table === "local" || /^(?:broadcast|anycast|multicast)$/.test(kind)) return false;
	if (destination === "ff00::/8") return false;
	// `unreachable default dev lo table unspec proto kernel metric 4294967295 error -101`
	return metric !== 0xffffffff;
}

function route({ seen, graph, who }: Context, row: RouteRow): void {
	const netns = who.netns(row.scope);
	const value = hopsText(row);
	const evidence = observed(row.quote);
	if (row.metricUnknown) {
		// `netstat -r` tells no metric: another dump that does is of the same route.
		const same = seen.routes.filter(
			(other) =>
				!other.metricUnknown &&
				isListed(other) &&
				other.table === row.table &&
				other.destination === row.destination &&
				hopsText(other) === value &&
				who.netns(other.scope) === netns,
		);
		for (const other of same) graph.set(netns, nameOf(other), value, evidence);
		if (same.length > 0) return;
	}
	graph.set(netns, nameOf(row), value, evidence);
}

/** IPv6 has one route for each interface: `fe80::/64 dev eth0`, `fe80::/64 dev eth1`. */
function nameOf({ family, table, destination, metric, hops }: RouteRow): string {
	const dev = family === 6 ? hops[0]?.dev : undefined;
	const words = [
		"route",
		table,
		destination === "0.0.0.0/0" ? "default" : destination,
		...(metric === undefined ? [] : [`metric ${metric}`]),
		...(dev === undefined ? [] : [`on ${dev}`]),
	];
	return words.join(" ");
}

function hopsText({ kind, hops }: RouteRow): string {
	const ways = hops.map(({ via, dev }) =>
		[...(via === undefined ? [] : [`via ${via}`]), ...(dev === undefined ? [] : [`dev ${dev}`])].join(" "),
	);
	const way = ways.filter((each) => each !== "").join(" and ");
	if (kind === "unicast") return way;
	return /^(?:blackhole|unreachable|prohibit|throw)$/.test(kind) ? kind : `${kind} ${way}`.trim();
}

/** Several rules may have one priority, in which they are tried in the order listed. */
function policyRules({ seen, graph, who }: Context): void {
	const groups = new Map<string, typeof seen.policyRules>();
	for (const row of seen.policyRules) {
		const key = JSON.stringify([row.quote.parsed.dump.id, who.netns(row.scope), row.family, row.priority]);
		append(groups, key, row);
	}
	for (const rows of groups.values()) {
		const { scope, family, priority } = rows[0]!;
		const texts = rows.map(({ text }) => text);
		const value = texts.length === 1 ? texts[0]! : texts;
		for (const { quote } of rows)
			graph.set(who.netns(scope), `rule ipv${family} ${priority}`, value, observed(quote));
	}
}
