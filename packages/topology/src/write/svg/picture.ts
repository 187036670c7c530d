import type { Edge, Node, Topology } from "../../model.ts";
import { addressText, partText, proofText, View, valueText } from "../view.ts";

/** What a picture of a network shows, before anything has a place. */
export interface Picture {
	/** Of a part of a network, what it shows. */
	readonly part?: string;
	/** One for each host, in order of their names. */
	readonly lanes: readonly Lane[];
	readonly links: readonly Link[];
	/** Subnets that the namespaces of several hosts share. */
	readonly lans: readonly Lan[];
	/** Docker networks, in the order of their colours. */
	readonly networks: readonly Entry[];
	readonly services: readonly Entry[];
	/** Addresses that no dump has. */
	readonly outside: readonly Entry[];
}

export interface Lane {
	readonly id: string;
	readonly heading: string;
	readonly assumed: boolean;
	/** Namespaces from the host's own to those of containers. */
	readonly columns: readonly (readonly Box[])[];
}

/** A namespace, or a container whose namespace no dump shows. */
export interface Box {
	readonly id: string;
	readonly heading: readonly string[];
	readonly assumed: boolean;
	readonly rows: readonly Row[];
}

/** A thing in a namespace; interfaces below the one that they are a port of, or stand on. */
export interface Row {
	readonly id: string;
	readonly depth: number;
	readonly name: string;
	readonly details: string;
	/** The index in {@link Picture.networks} of the network that it is on. */
	readonly network?: number;
	readonly assumed: boolean;
	/** What a pointer that rests on it shows. */
	readonly title: string;
}

/** A line between rows. */
export interface Link {
	readonly from: string;
	readonly to: string;
	readonly kind: "veth" | "tunnel" | "nat";
	readonly assumed: boolean;
	readonly title: string;
}

export interface Lan {
	readonly name: string;
	/** Ids of rows. */
	readonly members: readonly string[];
}

/** A line of a list below the picture. */
export interface Entry {
	readonly id: string;
	readonly text: string;
}

/** Chooses what of a topology a picture shows, and in which order. */
export function pictureOf(topology: Topology): Picture {
	const view = new View(topology);
	const networks = view.nodes("docker-network").filter((network) => isUsed(view, network));
	const colours = new Map(networks.map(({ id }, index) => [id, index]));
	const lanes = view.nodes("host").map((host) => laneOf(view, host, colours));
	const shown = new Set(
		lanes.flatMap(({ columns }) =>
			columns.flat().flatMap(({ id, rows }) => [id, ...rows.map((row) => row.id)]),
		),
	);
	return {
		...(topology.part !== undefined && { part: partText(topology.part) }),
		lanes,
		links: linksOf(view).filter(({ from, to }) => shown.has(from) && shown.has(to)),
		lans: lansOf(view, shown),
		networks: networks.map((network) => ({ id: network.id, text: networkText(view, network) })),
		services: view.nodes("service").map((service) => ({ id: service.id, text: serviceText(view, service) })),
		outside: view.nodes("external").map(({ id, name }) => ({ id, text: name })),
	};
}

/** Whether something is in a network; `host` and `none` are on every engine, and hold nothing that has a place. */
function isUsed(view: View, { id }: Node): boolean {
	return view.in(id, "attached-to-network").length > 0 || view.in(id, "in-subnet").length > 0;
}

function laneOf(view: View, host: Node, colours: ReadonlyMap<string, number>): Lane {
	const namespaces = view.targets(host.id, "contains", "netns");
	const housed = new Set<string>();
	for (const netns of namespaces)
		for (const { id } of view.origins(netns.id, "same-entity", "container")) housed.add(id);
	const homeless = view.targets(host.id, "contains", "container").filter(({ id }) => !housed.has(id));
	const ports = view.targets(host.id, "contains", "published-port");
	const depths = depthsOf(view, namespaces);
	const columns: Box[][] = [];
	for (const netns of namespaces) {
		const depth = depths.get(netns.id)!;
		columns[depth] ??= [];
		columns[depth].push(boxOf(view, netns, netns.name === "host" ? ports : [], colours));
	}
	const last = Math.max(1, columns.length - 1);
	for (const container of homeless) {
		columns[last] ??= [];
		columns[last].push({
			id: container.id,
			heading: [`container ${container.name}`, "namespace not saved"],
			assumed: container.certainty === "assumed",
			rows: [],
		});
	}
	return {
		id: host.id,
		heading: `host ${host.name}${view.cutOff(host.id) > 0 ? ", in part" : ""}`,
		assumed: host.certainty === "assumed",
		columns: Array.from(columns, (column) => column ?? []),
	};
}

/**
 * The column of each namespace: as many veth pairs away from the host's own as it takes without going through a
 * container, whose column is the last. What no pair joins stands in the column before that.
 */
function depthsOf(view: View, namespaces: readonly Node[]): Map<string, number> {
	const isContainer = (netns: Node): boolean => view.origins(netns.id, "same-entity", "container").length > 0;
	const inner = namespaces.filter((netns) => !isContainer(netns));
	const depths = new Map<string, number>();
	let front = inner.filter(({ name }) => name === "host");
	for (let depth = 0; front.length > 0; depth++) {
		for (const { id } of front) depths.set(id, depth);
		const next = new Set(front.flatMap((netns) => peersOf(view, netns)));
		front = inner.filter(({ id }) => next.has(id) && !depths.has(id));
	}
	const deepest = Math.max(0, ...depths.values());
	const alone = Math.max(1, deepest);
	for (const { id } of inner) if (!depths.has(id)) depths.set(id, alone);
	const last = Math.max(0, ...depths.values()) + 1;
	for (const netns of namespaces) if (isContainer(netns)) depths.set(netns.id, last);
	return depths;
}

/** The namespaces at the far ends of the veth pairs of one. */
function peersOf(view: View, netns: Node): string[] {
	return view.targets(netns.id, "contains", "interface").flatMap(({ id }) => {
		const others = [...view.targets(id, "veth-peer"), ...view.origins(id, "veth-peer")];
		return others.flatMap((other) => view.netnsOf(other.id)?.id ?? []);
	});
}

function boxOf(view: View, netns: Node, ports: readonly Node[], colours: ReadonlyMap<string, number>): Box {
	const containers = view
		.origins(netns.id, "same-entity", "container")
		.map(({ name }) => `container ${name}`);
	const unnamed = netns.name.startsWith("container:") && containers.length > 0;
	const interfaces = view.targets(netns.id, "contains", "interface").sort(byIndex);
	const own = view.targets(netns.id, "contains", "published-port");
	return {
		id: netns.id,
		heading: [
			...(unnamed ? [] : [netns.name === "host" ? "the host's own namespace" : netns.name]),
			...containers,
			...(view.cutOff(netns.id) > 0 ? ["in part"] : interfaces.length === 0 ? ["interfaces not saved"] : []),
		],
		assumed: netns.certainty === "assumed",
		rows: [
			...[...ports, ...own].map((port) => portRow(view, port)),
			...interfaceRows(view, interfaces, colours),
			...view.targets(netns.id, "contains", "ipvs-service").map((service) => ipvsRow(view, service)),
		],
	};
}

const byIndex = (a: Node, b: Node): number => indexOf(a) - indexOf(b) || (a.name < b.name ? -1 : 1);
const indexOf = (node: Node): number => Number(node.attributes.index?.value ?? Number.MAX_SAFE_INTEGER);

function interfaceRows(view: View, interfaces: readonly Node[], colours: ReadonlyMap<string, number>): Row[] {
	const here = new Set(interfaces.map(({ id }) => id));
	const parents = new Map<string, string>();
	for (const { id } of interfaces) {
		const above = [...view.targets(id, "enslaved-to"), ...view.targets(id, "lower-device")];
		const parent = above.find((each) => here.has(each.id) && !isAbove(parents, id, each.id));
		if (parent !== undefined) parents.set(id, parent.id);
	}
	const rows: Row[] = [];
	const add = (node: Node, depth: number): void => {
		if (depth > 0 || !isPlainLoopback(view, node)) rows.push(interfaceRow(view, node, depth, colours));
		for (const each of interfaces) if (parents.get(each.id) === node.id) add(each, depth + 1);
	};
	for (const each of interfaces) if (!parents.has(each.id)) add(each, 0);
	return rows;
}

/** Whether an interface stands above another; damaged dumps may make rings. */
function isAbove(parents: ReadonlyMap<string, string>, id: string, below: string | undefined): boolean {
	for (let at = below; at !== undefined; at = parents.get(at)) if (at === id) return true;
	return false;
}

/** Whether it is a loopback that has the addresses that every one has. */
function isPlainLoopback(view: View, node: Node): boolean {
	const addresses = view.targets(node.id, "has-address").map(({ name }) => name);
	return node.name === "lo" && addresses.every((name) => name.startsWith("127.") || name === "::1");
}

function interfaceRow(view: View, node: Node, depth: number, colours: ReadonlyMap<string, number>): Row {
	const network = view.targets(node.id, "attached-to-network").map(({ id }) => colours.get(id))[0];
	const vteps = view.origins(node.id, "same-entity", "vtep");
	const vni = vteps.map((vtep) => valueText(vtep.attributes.vxlanId)).find((each) => each !== undefined);
	const kind = valueText(node.attributes.kind);
	const vlan = valueText(node.attributes.vlanId);
	const lower = depth === 0 ? [] : view.targets(node.id, "lower-device").map(({ name }) => `on ${name}`);
	const state = valueText(node.attributes.state);
	return {
		id: node.id,
		depth,
		name: node.name,
		details: [
			...view.out(node.id, "has-address").map((edge) => addressText(view, edge)),
			...(kind === undefined || kind === "veth" ? [] : [vlan === undefined ? kind : `${kind} ${vlan}`]),
			...(vni === undefined ? [] : [`VNI ${vni}`]),
			...(view.out(node.id, "enslaved-to").length > 0 ? lower : []),
			...(state === "DOWN" || state === "LOWERLAYERDOWN" ? [state] : []),
		].join(" "),
		...(network !== undefined && { network }),
		assumed: node.certainty === "assumed",
		title: titleOf(node),
	};
}

function portRow(view: View, port: Node): Row {
	const targets = view.targets(port.id, "nat-to").map(({ name }) => name);
	return {
		id: port.id,
		depth: 0,
		name: port.name,
		details: targets.length === 0 ? "published" : `→ ${targets.join(", ")}`,
		assumed: port.certainty === "assumed",
		title: titleOf(port),
	};
}

function ipvsRow(view: View, service: Node): Row {
	const servers = view.targets(service.id, "balances-to").map(({ name }) => name);
	return {
		id: service.id,
		depth: 0,
		name: `IPVS ${service.name}`,
		details: [
			valueText(service.attributes.scheduler) ?? "",
			...(servers.length > 0 ? ["→", serversText(servers)] : []),
		]
			.filter((each) => each !== "")
			.join(" "),
		assumed: service.certainty === "assumed",
		title: titleOf(service),
	};
}

/** How many real servers of a service stand in its row, which is as wide as its text. */
const SERVERS = 4;

function serversText(servers: readonly string[]): string {
	const more = servers.length - SERVERS;
	return more <= 1 ? servers.join(", ") : `${servers.slice(0, SERVERS).join(", ")} and ${more} more`;
}

function titleOf(fact: Node | Edge): string {
	const proof = proofText(fact);
	return proof === undefined ? fact.id : `${fact.id}\n${proof}`;
}

function linksOf(view: View): Link[] {
	const links: Link[] = [];
	for (const edge of view.topology.edges) {
		const assumed = edge.certainty === "assumed";
		const title = titleOf(edge);
		if (edge.kind === "veth-peer") links.push({ from: edge.from, to: edge.to, kind: "veth", assumed, title });
		if (edge.kind === "nat-to") {
			const to = view.origins(edge.to, "has-address")[0]?.id;
			if (to !== undefined) links.push({ from: edge.from, to, kind: "nat", assumed, title });
		}
		if (edge.kind === "tunnel") {
			const [from, to] = [edge.from, edge.to].map(
				(id) => view.targets(id, "same-entity", "interface")[0]?.id ?? id,
			);
			links.push({ from: from!, to: to!, kind: "tunnel", assumed, title });
		}
	}
	return links;
}

/** The subnets, of no docker network, in which interfaces of several hosts have addresses. */
function lansOf(view: View, shown: ReadonlySet<string>): Lan[] {
	return view.nodes("subnet").flatMap((subnet) => {
		if (view.targets(subnet.id, "in-subnet", "docker-network").length > 0) return [];
		const members = view
			.origins(subnet.id, "in-subnet", "address")
			.flatMap(({ id }) => view.origins(id, "has-address", "interface"))
			.filter(({ id }) => shown.has(id));
		const hosts = new Set(members.map(({ id }) => view.hostOf(id)?.id));
		return hosts.size < 2 ? [] : [{ name: subnet.name, members: members.map(({ id }) => id) }];
	});
}

function networkText(view: View, network: Node): string {
	const host = view.hostOf(network.id);
	const subnets = view.origins(network.id, "in-subnet", "subnet").map(({ name }) => name);
	const vnis = valueText(network.attributes.vxlanIds);
	return [
		network.name,
		valueText(network.attributes.driver) ?? "",
		...subnets,
		...(vnis === undefined ? [] : [`VXLAN ${vnis}`]),
		...(host === undefined ? [] : [`of ${host.name}`]),
	]
		.filter((each) => each !== "")
		.join(" ");
}

function serviceText(view: View, service: Node): string {
	const vips = view.origins(service.id, "backs", "vip").map(({ name }) => name);
	const tasks = view.origins(service.id, "backs", "task").map(({ name }) => name);
	return [
		service.name,
		...(vips.length === 0 ? [] : [`VIP ${vips.join(", ")}`]),
		...(tasks.length === 0 ? [] : [`tasks ${tasks.join(", ")}`]),
	].join("  ");
}
