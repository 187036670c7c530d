import type { Context, Rule } from "../context.ts";
import { proof, type Quote } from "../evidence.ts";
import type { Link } from "../links.ts";
import { NetnsNumbers } from "../netns-numbers.ts";

const KINDS = /^(?:macvlan|macvtap|ipvlan|ipvtap|vlan|vxlan|geneve|gre|gretap|ip6gre|ipip|sit|ip6tnl)$/;

/** The device that a macvlan, ipvlan or VLAN in a namespace of its own stands on. */
export const lowerDevices: Rule = {
	id: "lower-device",
	concludes:
		"A macvlan, ipvlan, VLAN or tunnel with @ifN stands on the interface of index N of the namespace that link-netns or its netnsid names; where nothing resolves the number, a macvlan, ipvlan or VLAN on the host's own.",
	certainty: ["derived", "assumed"],
	contradictedBy: "an address or a VLAN tag that the lower device cannot carry",
	apply(context: Context) {
		const { graph, who, links } = context;
		const numbers = new NetnsNumbers(context);
		for (const link of links.all()) {
			if (!KINDS.test(link.kind ?? "")) continue;
			const line = link.lines.find(({ peerIndex, index }) => peerIndex !== undefined && peerIndex !== index);
			if (line === undefined) continue;
			const told = link.lines.map((each) => numbers.of(each)).find((each) => each !== undefined);
			if (told === undefined && !/^(?:mac|ip)?v(?:lan|tap)$/.test(link.kind!)) continue;
			const netns = told?.netns ?? who.netns({ host: link.scope.host, place: { type: "host" } });
			if (netns === link.netns) continue;
			const [lower, ...others] = links.withIndex(netns, line.peerIndex!).filter(isWhole);
			if (lower === undefined || others.length > 0) continue;
			const habit = "its lower device is taken to be the host's own, as container engines make it";
			const quotes: Quote[] = [line.quote, lower.lines[0]!.quote, ...(told?.quotes ?? [])];
			const evidence = proof(told ? "derived" : "assumed", this.id, quotes, told?.because ?? habit);
			graph.edge("lower-device", link.id, lower.id, evidence);
		}
	},
};

/** An index of two dumps of different times may be of two interfaces; then it says nothing. */
function isWhole({ lines }: Link): boolean {
	return new Set(lines.flatMap(({ index }) => index ?? [])).size === 1;
}
