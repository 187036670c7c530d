import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { hostId, ipvsServiceId, publishedPortId, vipId } from "../ids.ts";
import type { Evidence } from "../model.ts";
import type { MarkRule } from "../observations.ts";
import { portWords } from "./published-ports.ts";

/** A firewall mark (hex in iptables) selects an IPVS service (decimal in ipvsadm) of its namespace. */
export const marks: Rule = {
	id: "fwmark",
	concludes:
		"A mangle rule that sets mark 0x102 sends what it matches, a published port or a VIP, to the IPVS service FWM 258 of the same namespace.",
	certainty: ["derived"],
	contradictedBy: "a later rule that sets another mark on the same packets",
	apply(context: Context) {
		const { seen, graph, who } = context;
		for (const row of seen.marks) {
			const from = marked(context, row);
			if (from === undefined) continue;
			const netns = who.netns(row.scope);
			const hex = `0x${row.mark.toString(16)}`;
			const evidence = proof("observed", this.id, [row.quote], words(row));
			// Each node counts its own marks, so that one VIP has one mark a namespace.
			graph.set(from, `mark@${netns}`, hex, evidence);
			const service = ipvsServiceId(netns, `fwmark ${row.mark}`);
			if (!graph.has(service)) continue;
			const because = `${hex} is ${row.mark}: the mark selects FWM ${row.mark} of the same namespace`;
			const premises = [[evidence], graph.evidenceOf(service)];
			graph.edge("marks", from, service, conclude("derived", this.id, premises, because));
		}
	},
};

/** What a rule marks: packets to a published port, or to a virtual address. */
function marked({ graph, who, networks }: Context, row: MarkRule): string | undefined {
	const { host } = row.scope;
	const evidence: Evidence = proof("observed", marks.id, [row.quote], words(row));
	if (row.dport !== undefined) {
		const protocol = row.protocol ?? "any";
		const port = publishedPortId(hostId(host), protocol, row.dport);
		graph.node("published-port", port, `${row.dport}/${protocol}`, evidence);
		graph.edge("contains", hostId(host), port, evidence);
		graph.set(port, "port", row.dport, evidence);
		return port;
	}
	if (row.destination === undefined) return undefined;
	const netns = who.netns(row.scope);
	const known = networks.holding(host, row.destination);
	const network = known?.network ?? netns;
	const because = "Docker marks what goes to the virtual address of a service";
	const vip = graph.node(
		"vip",
		vipId(network, row.destination),
		row.destination,
		proof("derived", marks.id, [row.quote], because),
	);
	if (known !== undefined && graph.has(network)) {
		const premises = [[evidence], [known.evidence]];
		const holds = `${row.destination} lies in ${known.subnet}`;
		graph.edge("attached-to-network", vip, network, conclude("derived", marks.id, premises, holds));
	}
	return vip;
}

function words(row: MarkRule): string | undefined {
	return row.dport === undefined ? undefined : portWords(row.dportName, row.dport);
}
