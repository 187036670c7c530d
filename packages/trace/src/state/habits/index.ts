import { GWBRIDGE, INGRESS_SBOX, networkIdOfNetns } from "@netfossil/docker";
import { bitsOf, holds, type Prefix, prefixOf } from "../../address.ts";
import { type Facts, type Network, spotOf } from "./facts.ts";
import { addIngressLegs, addUplink, bridgeOnHost, overlayOnHosts } from "./links.ts";
import { addLoopback, type Joint, type Places, type Unsaved } from "./places.ts";
import { addMeshOf, addMeshRules, addTaskRules, type MeshPort, OWN_RULES, publishedBy } from "./rules.ts";

export type { Joint, Places, Unsaved } from "./places.ts";

/** What habits add beside what they give to namespaces. */
export interface Supplied {
	/** Links that no dump shows. */
	readonly joints: readonly Joint[];
	/** The networks of the topology, and those that machines have by habit. */
	readonly networks: readonly Network[];
}

/**
 * What no dump shows, but Docker and the kernel make alike everywhere: the namespaces that the topology knows of,
 * the bridges and overlays that join them, and Swarm's rules. A dump always counts more: habits only add to what
 * nothing was saved of, and each is an assumption that the answer names.
 */
export function supplyHabits(facts: Facts, places: Places): Supplied {
	for (const each of [...facts.nodes("host"), ...facts.nodes("netns")]) {
		const spot = each.kind === "host" ? { host: each.id, netns: null } : spotOf(each.id);
		if (spot === undefined || isSecondName(facts, each.id)) continue;
		const place = places(spot.host, spot.netns);
		if (place.unseen) addLoopback(place, facts.cite(each));
	}
	const networks = facts.networks();
	for (const { id, name } of facts.nodes("netns")) if (isSwarms(name)) addSilentInterfaces(places, id);
	const sandboxes = facts.nodes("netns").filter(({ name }) => name === INGRESS_SBOX);
	for (const { id } of sandboxes) addIngress(facts, id, networks, places);
	const unseen = sandboxes.map(({ id }) => places(spotOf(id)!.host, null)).filter((each) => each.unseen);
	// There are no more stand-ins than the block has addresses.
	for (const [at, place] of unseen.slice(0, 250).entries())
		addUplink(place, at + 1, facts.cite(facts.node(place.host)!));
	addPorts(facts, networks, places);
	addTasks(facts, networks, places);
	const joints = networks.flatMap((network) =>
		network.driver === "overlay"
			? overlayOnHosts(network, facts, places)
			: bridgeOnHost(network, facts, places),
	);
	return { joints, networks };
}

/** The namespaces that Swarm balances in: nobody but it sets rules there. */
const isSwarms = (netns: string): boolean =>
	netns === INGRESS_SBOX || networkIdOfNetns(netns)?.role === "load-balancer";

/** `iptables -L` without `-v` leaves interfaces out. */
function addSilentInterfaces(places: Places, id: string): void {
	const spot = spotOf(id)!;
	const place = places(spot.host, spot.netns);
	if (place.tables.takeNoInterfaces())
		place.habits.push({
			text: "lists of rules without -v, which leave interfaces out: Swarm's rules are taken to name none",
			command: "iptables-save -c",
		});
}

/** A namespace that is listed, and the container's by whose name the dumps of it were taken. */
export function isSecondName(facts: Facts, netns: string): boolean {
	return facts
		.to("same-entity", netns)
		.some(
			({ from, certainty }) =>
				certainty === "assumed" &&
				facts.from("same-entity", from).some((edge) => edge.to !== netns && edge.certainty !== "assumed"),
		);
}

/** The pools that Docker takes its bridge networks from (`ipamutils.go`), where no dump shows the network. */
const POOLS = [
	"172.17.0.0/16",
	"172.18.0.0/16",
	"172.19.0.0/16",
	"172.20.0.0/14",
	"172.24.0.0/14",
	"172.28.0.0/14",
];

function poolOf(address: string): Prefix | undefined {
	const bits = bitsOf(address);
	const inPool = POOLS.some((pool) => {
		const [base = "", length] = pool.split("/");
		const prefix = prefixOf(base, Number(length));
		return prefix !== undefined && bits !== undefined && holds(prefix, bits);
	});
	return inPool ? prefixOf(address, 16) : undefined;
}

/** The sandbox of the routing mesh on a machine, where nothing was saved in it. */
function addIngress(facts: Facts, id: string, networks: Network[], places: Places): void {
	const spot = spotOf(id)!;
	const place = places(spot.host, INGRESS_SBOX);
	const address = facts.nodes("address").find((node) => node.id.startsWith(`${id}/address/`));
	if (!place.unseen || address === undefined) return;
	const cite = facts.cite(address);
	const gateway = gatewayOf(networks, spot.host, address.name, cite);
	if (gateway === undefined) return;
	const overlay = ingressAddress(facts, id, networks);
	const [first, second] = addIngressLegs(place, {
		cite,
		gateway: { prefix: gateway.subnets[0]!.prefix, address: address.name },
		...(overlay && { overlay }),
	});
	if (overlay !== undefined && second !== undefined) {
		overlay.network.legs.push(first!);
		gateway.legs.push(second);
	} else if (first !== undefined) gateway.legs.push(first);
	place.partial = overlay === undefined;
	const there = overlay === undefined ? "" : `eth0 with ${overlay.address} in ${overlay.network.name} and `;
	place.habits.push({
		text: `no dump of the interfaces: ${INGRESS_SBOX} is taken to have ${there}eth1 with ${address.name} on ${GWBRIDGE}, as on every machine of a swarm`,
		command: "ip -d addr",
	});
	addShownMesh(place, overlay, networks, places);
}

/** docker_gwbridge of a machine, which may be known by nothing but an address on it. */
function gatewayOf(
	networks: Network[],
	host: string,
	address: string,
	cite: Network["cite"],
): Network | undefined {
	const known = networks.find((network) => network.host === host && network.name === GWBRIDGE);
	if (known !== undefined) return known.subnets.length > 0 ? known : undefined;
	const prefix = poolOf(address);
	if (prefix === undefined) return undefined;
	const network: Network = {
		id: `${host}/network/${GWBRIDGE}`,
		name: GWBRIDGE,
		driver: "bridge",
		host,
		bridge: GWBRIDGE,
		ingress: false,
		subnets: [{ prefix }],
		legs: [],
		cite,
	};
	networks.push(network);
	return network;
}

/**
 * The address of a sandbox in the network of the routing mesh: the one that it was seen with from elsewhere, or that its
 * own rule gives to what IPVS balances. Swarms have the same subnets: of several networks the one must be known.
 */
function ingressAddress(facts: Facts, id: string, networks: readonly Network[]) {
	const ingress = networks.filter((network) => network.ingress);
	const at = (address: string, among: readonly Network[]) => {
		const bits = bitsOf(address);
		const found = among.flatMap((network) =>
			network.subnets.flatMap(({ prefix }) =>
				bits !== undefined && holds(prefix, bits) ? [{ network, prefix, address }] : [],
			),
		);
		return found.length === 1 ? found[0] : undefined;
	};
	for (const { from } of facts.to("same-entity", id)) {
		const node = facts.node(from);
		if (node?.kind !== "external") continue;
		const own = ingress.filter((network) => from.startsWith(`${network.id}/`));
		const seen = at(node.name, own);
		if (seen !== undefined) return seen;
	}
	for (const [name, { value }] of Object.entries(facts.node(id)?.attributes ?? {})) {
		const given =
			name.startsWith("SNAT ipvs to ") && typeof value === "string" ? at(value, ingress) : undefined;
		if (given !== undefined) return given;
	}
	return undefined;
}

/** The rules of a sandbox of the same swarm that a dump shows; `network` is the swarm's, where that is known. */
function addShownMesh(
	place: Unsaved,
	own: { readonly network: Network; readonly address: string } | undefined,
	networks: readonly Network[],
	places: Places,
): void {
	const ingress = networks.filter((each) => each.ingress);
	const network = own?.network ?? (ingress.length === 1 ? ingress[0] : undefined);
	if (!place.unruled || network === undefined) return;
	for (const { host, netns, name } of network.legs) {
		if (netns !== INGRESS_SBOX || host === place.host) continue;
		const shown = places(host, netns);
		if (shown.unseen || shown.unruled || shown.services.length === 0) continue;
		const address = shown.devices.drafts
			.get(name)
			?.addresses.find((each) => network.subnets.some(({ prefix }) => holds(prefix, bitsOf(each.address)!)));
		if (address === undefined) continue;
		addMeshOf(place, shown, new Map(own === undefined ? [] : [[address.address, own.address]]));
		return;
	}
}

/** The ports that a machine turns to its sandbox of the routing mesh. */
function addPorts(facts: Facts, networks: readonly Network[], places: Places): void {
	const byHost = new Map<string, MeshPort[]>();
	for (const node of facts.nodes("published-port")) {
		const [, host, protocol, port] = /^([^/]+)\/published-port\/([a-z]+)\/(\d+)$/.exec(node.id) ?? [];
		if (host === undefined || protocol === undefined) continue;
		for (const edge of facts.from("nat-to", node.id)) {
			if (!edge.to.startsWith(`${host}/netns/${INGRESS_SBOX}/`)) continue;
			const address = facts.node(edge.to)?.name;
			const target = edge.attributes.port?.value ?? Number(port);
			const known = byHost.get(host) ?? [];
			byHost.set(host, known);
			known.push({ protocol, port: Number(port), target: `${address}:${target}`, cite: facts.cite(edge) });
		}
	}
	for (const [host, ports] of byHost) {
		const place = places(host, null);
		const bridge = networks.find((network) => network.host === host && network.name === GWBRIDGE);
		if (place.unruled) addMeshRules(place, ports, bridge);
	}
}

/** The rules of containers: none but for the tasks of services that publish ports in the routing mesh. */
function addTasks(facts: Facts, networks: readonly Network[], places: Places): void {
	const ingress = new Map<string, { readonly name: string; readonly subnets: Network["subnets"] }[]>();
	for (const { legs, subnets } of networks.filter((network) => network.ingress)) {
		for (const { host, netns, name } of legs) {
			const place = `${host}/netns/${netns}`;
			ingress.set(place, [...(ingress.get(place) ?? []), { name, subnets }]);
		}
	}
	for (const container of facts.nodes("container")) {
		for (const { to } of facts.from("same-entity", container.id)) {
			const spot = spotOf(to);
			if (spot === undefined || spot.netns === null || isSecondName(facts, to)) continue;
			const place = places(spot.host, spot.netns);
			const services = facts
				.from("backs", container.id)
				.flatMap((task) => facts.from("backs", task.to))
				.map((edge) => edge.to);
			const ports = services.flatMap((service) => publishedBy(facts, service));
			place.serves = ports.map(({ protocol, target, cite }) => ({ protocol, port: target, cite }));
			const addresses = (ingress.get(to) ?? []).flatMap(({ name, subnets }) =>
				(place.devices.drafts.get(name)?.addresses ?? [])
					.filter(
						({ family, address }) =>
							family === 4 && subnets.some(({ prefix }) => holds(prefix, bitsOf(address)!)),
					)
					.map(({ address }) => address),
			);
			if (!place.unruled) {
				if (addresses.length === 0) place.ruledBy = OWN_RULES;
				continue;
			}
			// Who is in the routing mesh publishes a port; which, must be known.
			if (addresses.length === 0 || ports.length > 0) addTaskRules(place, addresses, ports);
		}
	}
}
