import { networkIdOfNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { addressId, endpointId, interfaceId } from "../ids.ts";
import { append } from "../lists.ts";
import { momentOf } from "../moments.ts";
import type { InterfaceLine } from "../observations.ts";

/** Endpoints that an inspection lists, as the interfaces that they are. */
export const endpointInterfaces: Rule = {
	id: "endpoint-interface",
	concludes:
		"An endpoint of a network and an interface on the same host with its MAC or address are the same thing, and so are the endpoint's container and the interface's namespace.",
	certainty: ["derived"],
	contradictedBy: "an interface with the endpoint's MAC and another address",
	apply({ seen, rows, graph, who, networks }: Context) {
		const isHome = (netns: string): boolean =>
			graph.nameOf(netns) !== "host" && networkIdOfNetns(graph.nameOf(netns)) === undefined;
		const byMac = new Map<string, InterfaceLine[]>();
		const moments = new Set<string>();
		for (const line of seen.interfaces) {
			append(byMac, `${line.mac} ${line.scope.host}`, line);
			moments.add(`${line.scope.host} ${momentOf(line)}`);
		}
		for (const row of seen.endpoints) {
			const owner = rows.network(row.scope.host, row.network);
			if (owner === undefined) continue;
			const endpoint = endpointId(networks.nodeOf(owner), row.scope.host, row.key);
			if (row.mac === undefined) continue;
			const { address: own } = row;
			// A later capture may show another container with the address, and so with the MAC.
			const moment = momentOf(row);
			const isNear = (line: InterfaceLine): boolean =>
				momentOf(line) === moment || !moments.has(`${row.scope.host} ${moment}`);
			const equal = (byMac.get(`${row.mac} ${row.scope.host}`) ?? []).filter(isNear);
			const idOf = (line: InterfaceLine): string => interfaceId(who.netns(line.scope), line.name);
			// Docker makes MACs of addresses, so that two networks with the same subnet have the same MACs.
			const sure = equal.filter(
				(line) => own !== undefined && graph.has(addressId(who.netns(line.scope), own)),
			);
			const lines = sure.length > 0 ? sure : equal;
			const ids = [...new Set(lines.map(idOf))].sort();
			if (ids.length > 1) {
				const premises = ids.map((id) => graph.evidenceOf(id));
				const because = "several interfaces of the host have the MAC of the endpoint";
				graph.ambiguity({
					about: endpoint,
					question: `which interface endpoint ${graph.nameOf(endpoint)} is`,
					candidates: ids,
					evidence: [
						conclude("derived", this.id, [[proof("observed", this.id, [row.quote])], ...premises], because),
					],
				});
				continue;
			}
			for (const line of lines) {
				const netns = who.netns(line.scope);
				const id = interfaceId(netns, line.name);
				const [sandbox, ...sandboxes] = who.sandboxes(row.scope.host, row.key);
				// A dump in the wrong folder: the container of the endpoint lives elsewhere than the dump says.
				if (sandbox !== undefined && sandboxes.length === 0 && graph.nameOf(netns) !== sandbox) {
					const said = proof("observed", this.id, [row.quote, line.quote]);
					const because = `${line.mac} is an endpoint of ${graph.nameOf(endpoint)}, whose namespace is ${sandbox}`;
					const elsewhere = who.netns({ host: row.scope.host, place: { type: "netns", name: sandbox } });
					graph.ambiguity({
						about: id,
						question: `whose ${line.name} with ${line.mac} is, in ${graph.nameOf(netns)}: ${because}`,
						candidates: [netns, elsewhere].filter((each) => graph.has(each)),
						evidence: [said],
					});
					continue;
				}
				const sameAddress = row.address !== undefined && graph.has(addressId(netns, row.address));
				const evidence = proof(
					"derived",
					this.id,
					[row.quote, line.quote],
					sameAddress ? "equal MAC and address" : "equal MAC",
				);
				graph.edge("same-entity", endpoint, id, evidence);
				const container = who.containerNode(row.scope.host, row.key);
				// A sandbox that a dump tells, or a dump that was taken by the container, says it better.
				if (graph.has(container) && graph.targets("same-entity", container).length === 0 && isHome(netns))
					graph.edge("same-entity", container, netns, evidence);
				// Without an address dump (`ip link`), the endpoint says what address the interface has.
				graph.edge("attached-to-network", id, networks.nodeOf(owner), evidence);
				if (row.address !== undefined && !sameAddress) {
					const address = graph.node("address", addressId(netns, row.address), row.address, evidence);
					graph.edge(
						"has-address",
						id,
						address,
						evidence,
						row.length === undefined ? {} : { length: row.length },
					);
				}
			}
		}
	},
};
