import { networkHolds } from "@netfossil/core";
import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { addressId, ipvsServiceId, realServerId } from "../ids.ts";
import type { Evidence } from "../model.ts";

/** The address, and so the namespace, that an IPVS real server is. */
export const realServers: Rule = {
	id: "real-server",
	concludes:
		"A real server is the interface address that equals it: on the same host, or on another node of the swarm for an address of an overlay network.",
	certainty: ["derived"],
	contradictedBy: "the same address in another namespace of the swarm",
	apply(context: Context) {
		const { seen, graph, who } = context;
		for (const row of seen.virtualServices) {
			const service = ipvsServiceId(who.netns(row.scope), row.name);
			for (const server of row.servers) {
				const id = realServerId(service, `${server.address}:${server.port}`);
				const said = proof("observed", "ipvs", [server.quote]);
				const owners = ownersOf(context, row.scope.host, server.address);
				if (owners.length === 1) {
					const owner = owners[0]!;
					const because = `${server.address} is an address of ${owner.slice(0, owner.lastIndexOf("/address/"))}`;
					const premises = [[said], graph.evidenceOf(owner)];
					graph.edge("same-entity", id, owner, conclude("derived", this.id, premises, because));
				} else if (owners.length > 1) {
					const question = `which ${server.address} is the real server`;
					graph.ambiguity({ about: id, question, candidates: owners, evidence: [said] });
				}
			}
		}
	},
};

/** The tasks behind a virtual address, for services that IPVS shows and no listing names. */
export const balancedServices: Rule = {
	id: "balanced-service",
	concludes:
		"A virtual address whose mark is balanced to the containers of one service only is that service's.",
	certainty: ["derived"],
	contradictedBy: "an inspection of another service with the address",
	apply({ graph }: Context) {
		for (const from of [...graph.idsOf("vip"), ...graph.idsOf("published-port")]) {
			if (graph.targets("backs", from).length > 0) continue;
			const services = new Set<string>();
			const premises: (readonly Evidence[])[] = [];
			for (const ipvs of graph.targets("marks", from)) {
				premises.push(graph.edgeEvidence("marks", from, ipvs));
				for (const server of graph.targets("balances-to", ipvs)) {
					for (const address of graph.targets("same-entity", server)) {
						const netns = address.slice(0, address.lastIndexOf("/address/"));
						for (const container of graph.origins("same-entity", netns)) {
							for (const task of graph.targets("backs", container)) {
								for (const service of graph.targets("backs", task)) services.add(service);
							}
						}
						premises.push(graph.edgeEvidence("same-entity", server, address));
					}
				}
			}
			if (services.size !== 1) continue;
			const service = [...services][0]!;
			const because = `its mark is balanced to containers of ${graph.nameOf(service)} only`;
			graph.edge("backs", from, service, conclude("derived", this.id, premises, because));
		}
	},
};

/** The addresses that a packet from a host to this address can mean; virtual ones are not meant. */
export function ownersOf(
	{ seen, graph, who, networks, swarms }: Context,
	host: string,
	address: string,
): string[] {
	const owners = new Set<string>();
	for (const row of seen.addresses) {
		if (row.address !== address || row.interface === "lo") continue;
		if (row.length === (row.family === 4 ? 32 : 128)) continue;
		const here = row.scope.host === host;
		const overlay = networks
			.subnets()
			.some(({ subnet, overlay: isOverlay }) => isOverlay && networkHolds(subnet, address));
		if (here || (overlay && swarms.linked(host, row.scope.host)))
			owners.add(addressId(who.netns(row.scope), address));
	}
	// Addresses that a rule concluded, where no dump shows the interfaces.
	for (const id of graph.idsOf("address")) {
		if (id.startsWith(`${host}/`) && id.endsWith(`/address/${address}`)) {
			const shown = graph.origins("has-address", id).length > 0;
			if (!shown) owners.add(id);
		}
	}
	return [...owners].sort();
}
