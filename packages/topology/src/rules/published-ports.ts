import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { addressId, hostId, netnsId, publishedPortId, serviceId } from "../ids.ts";
import type { Evidence } from "../model.ts";
import { INGRESS_SBOX } from "../names.ts";
import type { Translation } from "../observations.ts";

/** A port of a host that DNAT turns to an address behind it. */
export const publishedPorts: Rule = {
	id: "published-port",
	concludes:
		"A DNAT rule of a host publishes its port at the address that it turns to. The address is the interface of the same host that has it; where no dump shows one and the port number stays the same, it is ingress_sbox, by Docker's habit.",
	certainty: ["observed", "derived", "assumed"],
	contradictedBy: "an interface of another namespace of that host with the address",
	apply(context: Context) {
		const { seen, graph } = context;
		const rows = seen.translations.filter(publishes);
		for (const row of rows) {
			const { host } = row.scope;
			const evidence = proof("observed", this.id, [row.quote], portWords(row.dportName, row.dport!));
			const protocol = row.protocol ?? "any";
			const id = portId(row);
			const name = `${row.destination === undefined ? "" : `${row.destination}:`}${row.dport}/${protocol}`;
			const port = graph.node("published-port", id, name, evidence);
			graph.edge("contains", hostId(host), port, evidence);
			graph.set(port, "port", row.dport!, evidence);
			// Several rules of one dump are no contradiction: they share the connections, or the first one wins.
			const sameDump = rows.filter(
				(each) => portId(each) === id && each.quote.parsed.dump.id === row.quote.parsed.dump.id,
			);
			const targets = [...new Set(sameDump.map((each) => `${each.toAddress}:${each.toPort ?? each.dport}`))];
			const said = proof(
				"observed",
				this.id,
				sameDump.map(({ quote }) => quote),
			);
			graph.set(port, "target", targets.length === 1 ? targets[0]! : targets, said);
			turnTo(context, row, port, evidence);
		}
		ofServices(context);
	},
};

function portId({ scope, protocol, dport, destination }: Translation): string {
	return publishedPortId(hostId(scope.host), protocol ?? "any", dport!, destination);
}

/** Whether a translation publishes something: not the resolver's rules, and not those without a port. */
export function publishes(row: Translation): boolean {
	return (
		row.target === "DNAT" &&
		row.scope.place.type === "host" &&
		row.dport !== undefined &&
		row.toAddress !== undefined &&
		!row.toAddress.startsWith("127.")
	);
}

function turnTo({ graph, who }: Context, row: Translation, port: string, evidence: Evidence): void {
	const { host } = row.scope;
	const rule = publishedPorts.id;
	const owners = graph
		.targets("contains", hostId(host))
		.filter((netns) => graph.has(addressId(netns, row.toAddress!)))
		.map((netns) => addressId(netns, row.toAddress!));
	if (owners.length === 1) {
		const premises = [[evidence], graph.evidenceOf(owners[0]!)];
		const because = `${row.toAddress} is an address of ${host}`;
		graph.edge("nat-to", port, owners[0]!, conclude("derived", rule, premises, because));
		return;
	}
	if (owners.length > 1) {
		const question = `which ${row.toAddress} of ${host} port ${row.dport} is turned to`;
		graph.ambiguity({ about: port, question, candidates: owners, evidence: [evidence] });
		return;
	}
	if (row.toPort !== undefined && row.toPort !== row.dport) return;
	const because =
		"Docker turns a port of the routing mesh to the same port of ingress_sbox's leg on docker_gwbridge, 172.18.0.2 by default; no dump of this host shows the address";
	const assumed = conclude("assumed", rule, [[evidence]], because);
	const netns = netnsId(hostId(host), who.netnsName(host, { type: "netns", name: INGRESS_SBOX }));
	graph.node("netns", netns, INGRESS_SBOX, assumed);
	graph.edge("contains", hostId(host), netns, assumed);
	const address = graph.node("address", addressId(netns, row.toAddress!), row.toAddress!, assumed);
	graph.edge("contains", netns, address, assumed);
	graph.edge("nat-to", port, address, assumed);
}

/** The service whose listing publishes a port, on every host that has a rule for it. */
function ofServices({ seen, graph }: Context): void {
	for (const row of seen.services) {
		for (const { protocol, published, target, quote } of row.ports) {
			for (const port of graph.idsOf("published-port")) {
				if (!port.endsWith(`/published-port/${protocol}/${published}`)) continue;
				const because = `${row.name} publishes ${published}, which the routing mesh opens on every node`;
				const premises = [[proof("observed", "docker-service", [quote])], graph.evidenceOf(port)];
				const evidence = conclude("derived", publishedPorts.id, premises, because);
				graph.edge("backs", port, serviceId(row.name), evidence, { target });
				graph.set(port, "service", row.name, evidence);
			}
		}
	}
}

/** What a printed port name stands for; nothing for a number. */
export function portWords(name: string | undefined, port: number): string | undefined {
	if (name === undefined) return undefined;
	return `${name} is port ${port}, in the services file of the machine that printed it`;
}
