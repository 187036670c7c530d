import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { ipvsServiceId, realServerId } from "../ids.ts";
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
				const owners = ownersOf(context, row, server.address);
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
