import { INGRESS_SBOX } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { externalId, hostId, netnsId, subnetId } from "../ids.ts";
import type { CapturedAddress } from "../observations.ts";
import { Outside } from "./outside-addresses.ts";

/** Addresses that packets show and no dump owns. */
export const capturedAddresses: Rule = {
	id: "captured-address",
	concludes:
		"An address in a packet capture that no saved namespace has is of somebody outside the dumps: one for each LAN, or, where no LAN of the host holds it, for each host that saw it. Loopback and multicast are nobody; a known MAC, also within an address of link scope, is somebody of the dumps. In the ingress network, sending to a task's published port, it is the ingress_sbox of a node whose own is not saved.",
	certainty: ["observed", "assumed"],
	contradictedBy: "a dump of the interfaces that have the address",
	apply(context: Context) {
		const { seen, graph, networks } = context;
		const outside = new Outside(context);
		for (const row of seen.captured) {
			if (!outside.has(row)) continue;
			const known = networks.holding(row.scope.host, row.address);
			const where = known?.network ?? outside.whereOf(row);
			const evidence = proof("observed", this.id, [row.quote], "a packet shows the address; no dump owns it");
			const id = graph.node("external", externalId(where, row.address), row.address, evidence);
			if (row.mac !== undefined) graph.set(id, "mac", row.mac, evidence);
			if (known === undefined) {
				graph.set(id, where.startsWith("lan/") ? "lan" : "seenOn", where, evidence);
				continue;
			}
			const subnet = subnetId(known.network, known.subnet);
			const premises = [[evidence], [known.evidence]];
			const because = `${row.address} lies in ${known.subnet}`;
			if (graph.has(subnet))
				graph.edge("in-subnet", id, subnet, conclude("derived", this.id, premises, because));
			if (graph.get(known.network, "ingress") === true) routingMesh(context, row, id);
		}
	},
};

/** Whose ingress_sbox a sender in the ingress network may be: it rewrites the source to its own address. */
function routingMesh({ seen, graph, who, swarms }: Context, row: CapturedAddress, id: string): void {
	const port = row.sentTo?.port;
	if (port === undefined) return;
	const rule = capturedAddresses.id;
	const candidates: { host: string; netns: string }[] = [];
	for (const node of graph.idsOf("host")) {
		if (!graph.has(`${node}/published-port/tcp/${port}`)) continue;
		const netns = netnsId(node, INGRESS_SBOX);
		const saved = seen.interfaces.some((line) => who.netns(line.scope) === netns);
		if (!saved && node !== row.scope.host) candidates.push({ host: node, netns });
	}
	const quote = [proof("observed", rule, [row.quote])];
	for (const { netns } of candidates) {
		if (!graph.has(netns)) {
			const evidence = conclude("assumed", rule, [quote], "each node of a swarm has an ingress_sbox");
			graph.node("netns", netns, INGRESS_SBOX, evidence);
		}
	}
	const habit = `the routing mesh gives packets to port ${port} the address of the ingress_sbox that they came in by`;
	const typed = seen.commands.find(
		(command) =>
			candidates.some(({ host }) => host === command.scope.host) &&
			command.scope.place.type === "host" &&
			new RegExp(`^(?:curl|wget|nc|telnet|ab)\\b.*:${port}\\b`).test(command.text),
	);
	if (typed !== undefined) {
		const netns = netnsId(hostId(typed.scope.host), INGRESS_SBOX);
		const because = `${habit}, and "${typed.text}" was typed on ${typed.scope.host}`;
		const evidence = proof("assumed", rule, [row.quote, typed.quote], because);
		graph.edge("same-entity", id, netns, evidence);
	} else if (candidates.length === 1) {
		const because = `${habit}, and no other node's is unknown`;
		graph.edge("same-entity", id, candidates[0]!.netns, conclude("assumed", rule, [quote], because));
	} else if (candidates.length > 1) {
		const linked = candidates.filter(({ host }) => swarms.linked(host, row.scope.host));
		graph.ambiguity({
			about: id,
			question: `whose ingress_sbox ${row.address} is`,
			candidates: (linked.length > 1 ? linked : candidates).map(({ netns }) => netns),
			evidence: [conclude("assumed", rule, [quote], habit)],
		});
	}
}
