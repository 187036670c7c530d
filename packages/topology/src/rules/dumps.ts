import type { ParsedDump } from "@netfossil/capture";
import type { Context, Rule } from "../context.ts";
import { proof } from "../evidence.ts";
import {
	containerId,
	endpointId,
	hostId,
	ipvsServiceId,
	netnsId,
	realServerId,
	shortId,
	subnetId,
	taskId,
} from "../ids.ts";
import type { Evidence } from "../model.ts";
import { isOverlay } from "../networks.ts";

/** What the dumps say by themselves: the nodes, and what holds between nodes of one dump. */
export const dumps: Rule = {
	id: "dumps",
	concludes:
		"Each thing that a dump names is a node, with what the dump says of it. A host whose name no file, prompt or caller tells is called after its folder or document, which is assumed.",
	certainty: ["observed", "assumed"],
	contradictedBy: "another dump that says something else of the same thing: both are kept as a conflict",
	apply(context) {
		scopes(context);
		containers(context);
		namespaces(context);
		networks(context);
		services(context);
		balancers(context);
	},
};

/** The host and the namespace that each dump was taken in. */
function scopes({ dumps: taken, graph, who }: Context): void {
	for (const parsed of taken) {
		const { scope } = parsed.dump;
		const evidence = scopeProof(parsed);
		const host = graph.node("host", hostId(scope.host), scope.host, hostProof(parsed, evidence));
		const netns = graph.node("netns", who.netns(scope), who.netnsName(scope.host, scope.place), evidence);
		graph.edge("contains", host, netns, evidence);
	}
	const byNetns = new Map<string, ParsedDump[]>();
	for (const parsed of taken) {
		const netns = who.netns(parsed.dump.scope);
		byNetns.set(netns, [...(byNetns.get(netns) ?? []), parsed]);
	}
	for (const [netns, dumped] of byNetns) {
		const kinds = [...new Set(dumped.map(({ dump }) => dump.kind))].sort();
		graph.set(netns, "dumps", kinds, scopeProof(dumped[0]!));
	}
}

/** A dump's place; its first line stands for the dump, and the sources say how the place is known. */
function scopeProof(parsed: ParsedDump): Evidence {
	const { text } = parsed.dump.source;
	const newline = text.indexOf("\n", parsed.dump.start);
	const end = newline === -1 || newline > parsed.dump.end ? parsed.dump.end : newline;
	return proof("observed", "scope", [{ parsed, span: { start: 0, end: end - parsed.dump.start } }]);
}

/** A host is there, surely; that it is called so may be what a folder's name was taken for. */
function hostProof({ dump }: ParsedDump, evidence: Evidence): Evidence {
	const reason = dump.reasons.find(({ about }) => about === "host");
	if (reason?.certainty !== "assumed") return evidence;
	return { ...evidence, certainty: "assumed", because: reason.text };
}

/** Containers and the namespaces that they live in. */
function containers({ dumps: taken, seen, graph, who }: Context): void {
	for (const row of seen.containers) {
		const { host } = row.scope;
		const evidence = proof("observed", "container", [row.quote]);
		const id = container(graph, who, host, row.id, evidence);
		if (row.name !== undefined) {
			graph.set(id, "name", row.name, evidence);
			graph.rename(id, row.name);
		}
		if (row.image !== undefined) graph.set(id, "image", row.image, evidence);
	}
	for (const parsed of taken) {
		const { scope } = parsed.dump;
		if (scope.place.type !== "container") continue;
		const evidence = scopeProof(parsed);
		const id = container(graph, who, scope.host, scope.place.id, evidence);
		graph.edge("same-entity", id, who.netns(scope), evidence);
	}
	for (const row of seen.sandboxes) {
		const { host } = row.scope;
		for (const evidence of who.sandboxEvidence(host, row.container, row.netns)) {
			const netns = netnsId(hostId(host), row.netns);
			graph.node("netns", netns, row.netns, evidence);
			graph.edge("contains", hostId(host), netns, evidence);
			const id = container(graph, who, host, row.container, evidence);
			graph.edge("same-entity", id, netns, evidence);
			// A container that was started again has another one: the dumps are of two times.
			if (who.sandboxes(host, row.container).length > 1) graph.set(id, "sandbox", row.netns, evidence);
		}
	}
}

function container(
	graph: Context["graph"],
	who: Context["who"],
	host: string,
	called: string,
	evidence: Evidence,
): string {
	const short = who.container(host, called);
	const id = containerId(hostId(host), short);
	const known = graph.has(id);
	graph.node("container", id, known ? graph.nameOf(id) : short, evidence);
	graph.edge("contains", hostId(host), id, evidence);
	return id;
}

/** Namespaces that listings name. */
function namespaces({ seen, graph, who }: Context): void {
	for (const row of seen.netns) {
		const evidence = proof("observed", "netns-listing", [row.quote]);
		const place = { type: "netns" as const, name: row.name };
		const netns = who.netns({ host: row.scope.host, place });
		graph.node("netns", netns, who.netnsName(row.scope.host, place), evidence);
		graph.edge("contains", hostId(row.scope.host), netns, evidence);
		if (row.netnsid !== undefined) {
			// The number holds in the namespace of the listing only; the key says whose it is.
			graph.set(netns, `netnsid@${who.netnsName(row.scope.host, row.scope.place)}`, row.netnsid, evidence);
		}
	}
}

function networks({ seen, rows, graph, who, networks: known }: Context): void {
	for (const row of seen.networks) {
		const evidence = proof("observed", "docker-network", [row.quote]);
		const id = known.nodeOf(row);
		const renamed = graph.has(id) ? graph.nameOf(id) : row.id;
		graph.node("docker-network", id, row.name ?? renamed, evidence);
		if (!isOverlay(row)) graph.edge("contains", hostId(row.scope.host), id, evidence);
		if (row.name !== undefined) {
			graph.set(id, "name", row.name, evidence);
			graph.rename(id, row.name);
		}
		if (row.driver !== undefined) graph.set(id, "driver", row.driver, evidence);
		if (row.ingress === true) graph.set(id, "ingress", true, evidence);
		if (row.encrypted === true) graph.set(id, "encrypted", true, evidence);
		if (row.bridge !== undefined) graph.set(id, "bridge", row.bridge, evidence);
		if (row.vxlanIds.length > 0) graph.set(id, "vxlanIds", row.vxlanIds, evidence);
		for (const { subnet, gateway, quote } of row.subnets) {
			const said = proof("observed", "network-inspect", [quote]);
			const node = graph.node("subnet", subnetId(id, subnet), subnet, said);
			graph.edge("in-subnet", node, id, said);
			if (gateway !== undefined) graph.set(node, "gateway", gateway, said);
		}
	}
	for (const row of seen.virtualIps) {
		// The id was printed whole, so that the network is there, whatever its name.
		const evidence = proof("observed", "service-inspect", [row.quote]);
		const id = known.overlay(row.networkId);
		graph.node("docker-network", id, graph.has(id) ? graph.nameOf(id) : row.networkId.slice(0, 12), evidence);
		graph.set(
			id,
			"driver",
			"overlay",
			proof("derived", "vip-network", [row.quote], "services have VIPs in overlays only"),
		);
	}
	for (const row of seen.endpoints) {
		const network = networkByName(rows, known, row);
		if (network === undefined) continue;
		const evidence = proof("observed", "network-inspect", [row.quote]);
		const name = row.name ?? row.key;
		const id = graph.node("endpoint", endpointId(network, row.scope.host, row.key), name, evidence);
		graph.edge("attached-to-network", id, network, evidence);
		const owner = who.containerNode(row.scope.host, row.key);
		if (graph.has(owner)) graph.edge("contains", owner, id, evidence);
		if (row.mac !== undefined) graph.set(id, "mac", row.mac, evidence);
		if (row.address !== undefined) graph.set(id, "address", row.address, evidence);
		if (row.endpointId !== undefined) graph.set(id, "endpointId", row.endpointId, evidence);
	}
	for (const row of seen.peers) {
		const network = known.overlay(row.network);
		if (!graph.has(network)) continue;
		const evidence = proof("observed", "network-inspect", [row.quote]);
		const id = graph.node("vtep", `${network}/peer/${row.address}`, row.address, evidence);
		graph.set(id, "remoteAddress", row.address, evidence);
		if (row.name !== undefined) graph.set(id, "peerName", row.name, evidence);
		graph.edge("attached-to-network", id, network, evidence);
	}
}

function networkByName(
	rows: Context["rows"],
	known: Context["networks"],
	row: Context["seen"]["endpoints"][number],
): string | undefined {
	const owner = rows.network(row.scope.host, row.network);
	return owner && known.nodeOf(owner);
}

function services({ seen, graph, swarms }: Context): void {
	for (const row of seen.services) {
		const evidence = proof("observed", "docker-service", [row.quote]);
		const id = graph.node("service", swarms.service(row.scope.host, row.name), row.name, evidence);
		if (row.id !== undefined) graph.set(id, "id", shortId(row.id), evidence);
		if (row.mode !== undefined) graph.set(id, "mode", row.mode, evidence);
		if (row.replicas !== undefined) graph.set(id, "replicas", row.replicas, evidence);
		if (row.image !== undefined) graph.set(id, "image", row.image, evidence);
		if (row.ports.length > 0) {
			const ports = row.ports.map(({ protocol, published, target }) => `${published}->${target}/${protocol}`);
			graph.set(
				id,
				"ports",
				ports,
				proof(
					"observed",
					"docker-service",
					row.ports.map(({ quote }) => quote),
				),
			);
		}
	}
	const states = new Map<string, string>();
	for (const row of seen.tasks) {
		const evidence = proof("observed", "docker-service-ps", [row.quote]);
		const service = graph.node("service", swarms.service(row.scope.host, row.service), row.service, evidence);
		const id = graph.node("task", taskId(service, row.id), row.name, evidence);
		graph.edge("backs", id, service, evidence);
		if (row.node !== undefined) {
			graph.set(id, "node", row.node, evidence);
			graph.node("host", hostId(row.node), row.node, evidence);
		}
		if (row.desiredState !== undefined) graph.set(id, "desiredState", row.desiredState, evidence);
		if (row.currentState === undefined) continue;
		const key = `${id} ${withoutAge(row.currentState)}`;
		const known = states.get(key);
		if (known === undefined || row.currentState < known) states.set(key, row.currentState);
	}
	// `Running 13 minutes ago` of one manager and `Running 14 minutes ago` of another are one state.
	for (const row of seen.tasks) {
		if (row.currentState === undefined) continue;
		const id = taskId(swarms.service(row.scope.host, row.service), row.id);
		const state = states.get(`${id} ${withoutAge(row.currentState)}`)!;
		graph.set(id, "currentState", state, proof("observed", "docker-service-ps", [row.quote]));
	}
}

const withoutAge = (state: string): string => state.replace(/ (?:about |less than )?\w+ \w+ ago$/i, "");

function balancers({ seen, graph, who }: Context): void {
	for (const row of seen.virtualServices) {
		const netns = who.netns(row.scope);
		const evidence = proof("observed", "ipvs", [row.quote]);
		const name = row.fwmark === undefined ? row.name : `FWM ${row.fwmark}`;
		const id = graph.node("ipvs-service", ipvsServiceId(netns, row.name), name, evidence);
		graph.edge("contains", netns, id, evidence);
		if (row.scheduler !== undefined) graph.set(id, "scheduler", row.scheduler, evidence);
		if (row.fwmark !== undefined) graph.set(id, "fwmark", row.fwmark, evidence);
		for (const server of row.servers) {
			const said = proof("observed", "ipvs", [server.quote]);
			const endpoint = `${server.address}:${server.port}`;
			const node = graph.node("real-server", realServerId(id, endpoint), endpoint, said);
			if (server.forwarding !== undefined) graph.set(node, "forwarding", server.forwarding, said);
			if (server.weight !== undefined) graph.set(node, "weight", server.weight, said);
			graph.edge("balances-to", id, node, said);
		}
	}
}
