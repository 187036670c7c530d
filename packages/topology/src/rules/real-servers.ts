import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { ipvsServiceId, realServerId } from "../ids.ts";
import type { Evidence } from "../model.ts";
import { ownersOf } from "../owners.ts";

/** The address, and so the namespace, that an IPVS real server is. */
export const realServers: Rule = {
	id: "real-server",
	concludes:
		"A real server is the interface address that equals it: on the same host, on another node of the swarm for an address of an overlay network, else (assumed) on another host with a leg in the same subnet.",
	certainty: ["derived", "assumed"],
	contradictedBy: "the same address in another namespace of the swarm",
	apply(context: Context) {
		const { seen, graph, who } = context;
		for (const row of seen.virtualServices) {
			const service = ipvsServiceId(who.netns(row.scope), row.name);
			for (const server of row.servers) {
				const id = realServerId(service, `${server.address}:${server.port}`);
				const said = proof("observed", "ipvs", [server.quote]);
				const owners = ownersOf(context, row.scope.host, server.address);
				const [owner] = owners;
				if (owners.length === 1 && owner !== undefined) {
					const premises = [[said], graph.evidenceOf(owner.id)];
					graph.edge(
						"same-entity",
						id,
						owner.id,
						conclude(owner.certainty, this.id, premises, owner.because),
					);
				} else if (owners.length > 1) {
					const question = `which ${server.address} is the real server`;
					const candidates = owners.map((each) => each.id);
					graph.ambiguity({ about: id, question, candidates, evidence: [said] });
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
