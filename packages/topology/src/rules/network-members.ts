import { networkOf } from "@netfossil/core";
import { GWBRIDGE, INGRESS_SBOX, ipv4OfMac, networkIdOfNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { addressId, endpointId, hostId, interfaceId, localNetworkId, subnetId } from "../ids.ts";
import type { InterfaceLine } from "../observations.ts";
import { ownSubnet } from "./subnets.ts";

/** Which docker network an interface is on, by its address. */
export const networkMembers: Rule = {
	id: "network-member",
	concludes:
		"An interface whose address lies in the subnet of a docker network is attached to it. Overlay subnets count on every node of the swarm, local ones on their own host.",
	certainty: ["derived"],
	contradictedBy: "an endpoint list of the network on that host without the address",
	apply({ seen, graph, who, networks }: Context) {
		for (const known of networks.subnets()) {
			if (!graph.has(known.network)) continue;
			const node = graph.node("subnet", subnetId(known.network, known.subnet), known.subnet, known.evidence);
			graph.edge("in-subnet", node, known.network, known.evidence);
		}
		for (const row of seen.addresses) {
			if (!ownSubnet(row)) continue;
			const netns = who.netns(row.scope);
			const [known, ...others] = networks
				.mayHold(row.scope.host, row.address, row.length)
				.filter(({ network }) => graph.has(network));
			if (known === undefined) continue;
			if (others.length > 0) {
				const subnets = [known, ...others];
				graph.ambiguity({
					about: addressId(netns, row.address),
					question: `which network ${row.address} of ${row.interface} is on`,
					candidates: subnets.map(({ network }) => network),
					evidence: [
						conclude(
							"derived",
							this.id,
							[[proof("observed", "ip-address", [row.quote])], ...subnets.map(({ evidence }) => [evidence])],
							"several networks have subnets that hold the address",
						),
					],
				});
				continue;
			}
			const owner = interfaceId(netns, row.interface);
			const because = `${row.address} lies in ${known.subnet}`;
			const evidence = conclude(
				"derived",
				this.id,
				[[proof("observed", "ip-address", [row.quote])], [known.evidence]],
				because,
			);
			graph.edge("in-subnet", addressId(netns, row.address), subnetId(known.network, known.subnet), evidence);
			if (graph.has(owner)) graph.edge("attached-to-network", owner, known.network, evidence);
		}
	},
};

/** The leg that Docker gives each container of a swarm on the host's own bridge. */
export const gatewayLegs: Rule = {
	id: "gwbridge-leg",
	concludes:
		"An interface beside an overlay leg, whose address no known network holds, is the namespace's leg on docker_gwbridge.",
	certainty: ["assumed"],
	contradictedBy: "`docker network inspect docker_gwbridge` with another subnet",
	apply({ seen, graph, who, networks }: Context) {
		for (const row of seen.addresses) {
			if (!ownSubnet(row) || row.family !== 4 || row.scope.place.type === "host") continue;
			const { host } = row.scope;
			// 172.16.0.0/12 is where Docker takes the subnets of its bridges from, unless told otherwise.
			if (!/^172\.(?:1[6-9]|2\d|3[01])\./.test(row.address)) continue;
			if (networks.mayHold(host, row.address).length > 0) continue;
			const netns = who.netns(row.scope);
			const onOverlay = seen.addresses.some(
				(other) =>
					who.netns(other.scope) === netns &&
					other.interface !== row.interface &&
					networks.holding(host, other.address)?.overlay === true,
			);
			if (!onOverlay && graph.nameOf(netns) !== INGRESS_SBOX) continue;
			const owner = interfaceId(netns, row.interface);
			if (!graph.has(owner)) continue;
			const evidence = proof(
				"assumed",
				this.id,
				[row.quote],
				"Docker gives each namespace of a swarm a leg on the host's docker_gwbridge, by default in 172.18.0.0/16",
			);
			const network = graph.node(
				"docker-network",
				localNetworkId(hostId(host), GWBRIDGE),
				GWBRIDGE,
				evidence,
			);
			graph.edge("contains", hostId(host), network, evidence);
			graph.set(network, "driver", "bridge", evidence);
			const cidr = networkOf(row.address, row.length);
			const subnet = graph.node("subnet", subnetId(network, cidr), cidr, evidence);
			graph.edge("in-subnet", subnet, network, evidence);
			graph.edge("in-subnet", addressId(netns, row.address), subnet, evidence);
			graph.edge("attached-to-network", owner, network, evidence);
		}
	},
};

/** Endpoints that an inspection lists, as the interfaces that they are. */
export const endpointInterfaces: Rule = {
	id: "endpoint-interface",
	concludes:
		"An endpoint of a network and an interface on the same host with its MAC or address are the same thing, and so are the endpoint's container and the interface's namespace.",
	certainty: ["derived"],
	contradictedBy: "an interface with the endpoint's MAC and another address",
	apply({ seen, graph, who, networks }: Context) {
		const byMac = new Map<string, InterfaceLine[]>();
		for (const line of seen.interfaces) {
			const key = `${line.mac} ${line.scope.host}`;
			const known = byMac.get(key);
			if (known === undefined) byMac.set(key, [line]);
			else known.push(line);
		}
		for (const row of seen.endpoints) {
			const owner = seen.networks.find(
				(each) => each.id === row.network && each.scope.host === row.scope.host,
			);
			if (owner === undefined) continue;
			const endpoint = endpointId(networks.nodeOf(owner), row.scope.host, row.key);
			if (row.mac === undefined) continue;
			const { address: own } = row;
			const equal = byMac.get(`${row.mac} ${row.scope.host}`) ?? [];
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

/** `ingress_sbox` has its overlay leg in the ingress network and in no other. */
export const ingressNetwork: Rule = {
	id: "ingress-network",
	concludes: "The overlay network that a node's ingress_sbox has a leg in is the ingress network.",
	certainty: ["derived"],
	contradictedBy: "`docker network inspect` with `Ingress` false",
	apply({ graph }: Context) {
		for (const netns of graph.idsOf("netns")) {
			if (graph.nameOf(netns) !== INGRESS_SBOX) continue;
			for (const owner of graph.targets("contains", netns)) {
				for (const network of graph.targets("attached-to-network", owner)) {
					if (graph.get(network, "driver") !== "overlay") continue;
					const premise = graph.edgeEvidence("attached-to-network", owner, network);
					const because = "Docker attaches ingress_sbox to the ingress network and to docker_gwbridge only";
					const evidence = conclude("derived", this.id, [premise], because);
					graph.set(network, "ingress", true, evidence);
					if (graph.get(network, "name") === undefined) {
						const habit = "the ingress network is called ingress, unless it was made anew by hand";
						graph.set(network, "name", "ingress", conclude("assumed", this.id, [premise], habit));
						graph.rename(network, "ingress");
					}
				}
			}
		}
	},
};

/** A container's leg whose other end is plugged into the bridge of an overlay network. */
export const networkByPeer: Rule = {
	id: "network-by-peer",
	concludes:
		"An interface whose veth peer is in the namespace of an overlay network is attached to that network.",
	certainty: ["derived"],
	contradictedBy: "an address of the interface outside the network's subnets",
	apply({ graph }: Context) {
		for (const netns of graph.idsOf("netns")) {
			if (networkIdOfNetns(graph.nameOf(netns))?.role !== "overlay") continue;
			for (const network of graph.targets("attached-to-network", netns)) {
				for (const port of graph.targets("contains", netns)) {
					for (const [from, to] of pairsOf(graph, port)) {
						const peer = from === port ? to : from;
						const because = `its peer ${graph.nameOf(port)} is in ${graph.nameOf(netns)}, the namespace of ${graph.nameOf(network)}`;
						const premises = [
							graph.edgeEvidence("veth-peer", from, to),
							graph.edgeEvidence("attached-to-network", netns, network),
						];
						graph.edge("attached-to-network", peer, network, conclude("derived", this.id, premises, because));
					}
				}
			}
		}
	},
};

/** The veth edges of an interface, each from its smaller id to its larger. */
function pairsOf(graph: Context["graph"], id: string): [string, string][] {
	return [
		...graph.targets("veth-peer", id).map((to): [string, string] => [id, to]),
		...graph.origins("veth-peer", id).map((from): [string, string] => [from, id]),
	];
}

/** Overlay addresses that only the MAC tells. */
export const overlayMacs: Rule = {
	id: "overlay-mac",
	concludes:
		"An interface on an overlay network with MAC 02:42:aa:bb:cc:dd has the address aa.bb.cc.dd (in decimal), if no dump shows its addresses.",
	certainty: ["assumed"],
	contradictedBy: "a dump of the interface's addresses, a MAC that the user chose, or a cleaned report",
	apply({ seen, graph, who, cleaned }: Context) {
		for (const row of seen.interfaces) {
			// `sos clean` replaces addresses, and leaves the MACs that were made of them.
			if (cleaned.has(row.scope.host)) continue;
			const netns = who.netns(row.scope);
			const id = interfaceId(netns, row.name);
			const address = ipv4OfMac(row.mac ?? "");
			if (address === undefined || graph.targets("has-address", id).length > 0) continue;
			const onOverlay = graph
				.targets("attached-to-network", id)
				.some((network) => graph.get(network, "driver") === "overlay");
			if (!onOverlay) continue;
			const habit =
				"Docker makes the MAC of an overlay's endpoint of 02:42 and the four bytes of its IPv4 address";
			const evidence = proof("assumed", this.id, [row.quote], habit);
			const node = graph.node("address", addressId(netns, address), address, evidence);
			graph.edge("has-address", id, node, evidence);
		}
	},
};
