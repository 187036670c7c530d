import type { Scope } from "@netfossil/capture";
import { INGRESS_SBOX } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { addressId, hostId, netnsId, publishedPortId } from "../ids.ts";
import { append } from "../lists.ts";
import type { Certainty, Evidence, Value } from "../model.ts";
import type { Translation } from "../observations.ts";
import { ownersOf } from "../owners.ts";

/** A port that DNAT turns to an address behind it. */
export const publishedPorts: Rule = {
	id: "published-port",
	concludes:
		"A DNAT rule publishes its port, or all ports of the one address that it is for, at the address that it turns to, which is the interface that has it on the same host, in an overlay of the swarm, on a segment that a VXLAN carries on from its bridge, or (assumed) on a LAN that both hosts have a leg in. Where no dump shows one, a rule of DOCKER-INGRESS, or one without a chain that keeps the port, turns to ingress_sbox, by Docker's habit.",
	certainty: ["observed", "derived", "assumed"],
	contradictedBy: "an interface of another namespace of that host with the address",
	apply(context: Context) {
		const { seen, graph, who } = context;
		const byPort = new Map<string, Translation[]>();
		for (const row of seen.translations.filter(publishes)) {
			const id = portOf(context, row);
			append(byPort, id, row);
		}
		for (const [id, rows] of byPort) {
			for (const row of rows) {
				const owner = ownerOf(context, row.scope);
				const words = row.dport === undefined ? undefined : portWords(row.dportName, row.dport);
				const evidence = proof("observed", this.id, [row.quote], words);
				const name = `${[row.destination ?? [], row.dport ?? []].flat().join(":")}/${row.protocol ?? "any"}`;
				const port = graph.node("published-port", id, name, evidence);
				graph.edge("contains", owner, port, evidence);
				if (row.dport !== undefined) graph.set(port, "port", row.dport, evidence);
				turnTo(context, row, port, evidence);
			}
			setTargets(context, id, rows);
		}
		const portless = new Map<string, Translation[]>();
		for (const row of seen.translations)
			if (row.target === "DNAT" && row.dport === undefined && !row.icmp && !publishes(row))
				append(portless, who.netns(row.scope), row);
		for (const [netns, rows] of portless) unplaced(context, netns, rows);
		ofServices(context);
	},
};

/** What the rules for a port turn to, by dump. */
function setTargets({ graph }: Context, port: string, rows: readonly Translation[]): void {
	const byDump = new Map<string, Translation[]>();
	for (const row of rows) {
		const { id } = row.quote.parsed.dump;
		append(byDump, id, row);
	}
	const tellsInterfaces = rows.some((each) => !each.interfacesUnknown);
	for (const same of byDump.values()) {
		// Without another dump that tells the interfaces, this is all that is known.
		if (tellsInterfaces && same.some((each) => each.interfacesUnknown)) continue;
		// Several rules of one dump are no contradiction: their conditions differ, or the first one wins.
		const quotes = same.map(({ quote }) => quote);
		graph.set(port, "targets", same.map(targetOf), proof("observed", publishedPorts.id, quotes));
	}
}

/** The host, for rules of its own namespace; the namespace for those of another. */
function ownerOf({ who }: Context, scope: Scope): string {
	return scope.place.type === "host" ? hostId(scope.host) : who.netns(scope);
}

export function portOf(context: Context, { scope, protocol, dport, destination }: Translation): string {
	return publishedPortId(ownerOf(context, scope), protocol ?? "any", dport, destination);
}

/** What a rule turns to, and under which further conditions. */
function targetOf(row: Translation): { readonly [key: string]: Value } {
	return {
		to: [row.toAddress!, row.toPort ?? row.dport ?? []].flat().join(":"),
		...(row.in !== undefined && { in: row.in }),
		...(row.from !== undefined && { from: row.from }),
		...(row.towards !== undefined && row.destination === undefined && { towards: row.towards }),
		...(row.matches && { matches: row.matches }),
	};
}

/**
 * Whether a translation publishes something: a port, or an address with all its ports (`-d 192.0.2.5/32 -j DNAT
 * --to-destination 10.0.0.5`); not the resolver's rules.
 */
export function publishes(row: Translation): boolean {
	const isWhole = row.destination !== undefined && row.severalPorts === undefined && !row.icmp;
	return (
		row.target === "DNAT" &&
		(row.dport !== undefined || isWhole) &&
		row.toAddress !== undefined &&
		!row.toAddress.startsWith("127.")
	);
}

/** DNAT rules for several ports, or without a port of their own (kube-proxy's, for one) are counted. */
function unplaced({ graph }: Context, netns: string, rows: readonly Translation[]): void {
	const { id } = rows[0]!.quote.parsed.dump;
	const inDump = rows.filter((row) => row.quote.parsed.dump.id === id);
	const quotes = inDump.map(({ quote }) => quote);
	graph.set(netns, "DNAT rules without a port", inDump.length, proof("observed", publishedPorts.id, quotes));
}

function turnTo(context: Context, row: Translation, port: string, evidence: Evidence): void {
	const { graph, who } = context;
	const { host } = row.scope;
	const rule = publishedPorts.id;
	const owners = ownersOf(context, row, row.toAddress!);
	const [owner] = owners;
	const turned = row.toPort ?? row.dport;
	const attributes = turned === undefined ? {} : { port: turned };
	if (owners.length === 1 && owner !== undefined) {
		const premises = [[evidence], graph.evidenceOf(owner.id)];
		const drawn = conclude(
			weakest(graph.evidenceOf(owner.id), owner.certainty),
			rule,
			premises,
			owner.because,
		);
		graph.edge("nat-to", port, owner.id, drawn, attributes);
		return;
	}
	if (owners.length > 1) {
		const question = `which ${row.toAddress} of ${host} port ${row.dport ?? graph.nameOf(port)} is turned to`;
		graph.ambiguity({ about: port, question, candidates: owners.map(({ id }) => id), evidence: [evidence] });
		return;
	}
	if (!isIngress(row)) return;
	const because =
		"Docker turns a port of the routing mesh to the same port of ingress_sbox's leg on docker_gwbridge, 172.18.0.2 by default; no dump of this host shows the address";
	const assumed = conclude("assumed", rule, [[evidence]], because);
	const netns = netnsId(hostId(host), who.netnsName(host, { type: "netns", name: INGRESS_SBOX }));
	graph.node("netns", netns, INGRESS_SBOX, assumed);
	graph.edge("contains", hostId(host), netns, assumed);
	const address = graph.node("address", addressId(netns, row.toAddress!), row.toAddress!, assumed);
	graph.edge("contains", netns, address, assumed);
	graph.edge("nat-to", port, address, assumed, attributes);
}

/** A conclusion is no surer than the address that it rests on. */
function weakest(premise: readonly Evidence[], certainty: Certainty): Certainty {
	return premise[0]?.certainty === "assumed" ? "assumed" : certainty;
}

/** Whether a rule is the routing mesh's: by its chain, or, cut out of a listing, by what Docker makes. */
export function isIngress(row: Translation): boolean {
	if (
		row.dport === undefined ||
		row.scope.place.type !== "host" ||
		(row.toPort !== undefined && row.toPort !== row.dport)
	)
		return false;
	if (row.chain !== undefined) return row.chain === "DOCKER-INGRESS";
	return /^172\.(?:1[6-9]|2\d|3[01])\./.test(row.toAddress!);
}

/**
 * The service whose listing publishes a port, on every host of its swarm that has a rule for it. A host that
 * no dump links to any swarm with a listing is taken to be of this one; one with a listing of its own is not.
 */
function ofServices({ seen, graph, swarms }: Context): void {
	const listed = [...new Set(seen.services.map(({ scope }) => scope.host))];
	const hosts = graph.idsOf("host");
	for (const row of seen.services) {
		for (const { protocol, published, target, quote } of row.ports) {
			for (const host of hosts) {
				const port = publishedPortId(host, protocol, published);
				if (!graph.has(port)) continue;
				const linked = swarms.linked(host, row.scope.host);
				if (!linked && listed.some((other) => swarms.linked(host, other))) continue;
				const mesh = `${row.name} publishes ${published}, which the routing mesh opens on every node`;
				const because = linked ? mesh : `${mesh}; ${host} is taken to be one, which no dump says`;
				const premises = [[proof("observed", "docker-service", [quote])], graph.evidenceOf(port)];
				const evidence = conclude(linked ? "derived" : "assumed", publishedPorts.id, premises, because);
				graph.edge("backs", port, swarms.service(row.scope.host, row.name), evidence, { target });
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
