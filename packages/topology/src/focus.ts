import { hostId } from "./ids.ts";
import type { Edge, EdgeKind, Focus, Node, Part, Topology } from "./model.ts";
import { View } from "./write/view.ts";

/** A name of a {@link Focus} that nothing in the topology has. */
export interface Unmatched {
	readonly kind: keyof Focus;
	readonly name: string;
	/** The names that there are. */
	readonly known: readonly string[];
}

/**
 * The part of a topology that is in focus: what it names with all that is in it. What that is directly joined to is there
 * too, with what it takes to say what it is and where: the addresses of an interface, the container of a namespace, the
 * namespaces and hosts around. Conflicts, ambiguities and gaps are those about what is in focus.
 */
export function focusOn(topology: Topology, focus: Focus): Topology {
	const view = new View(topology);
	const shown = new Set<string>();
	for (const seed of seedsOf(view, focus)) collect(view, seed.id, shown);
	const kept = new Set(shown);
	for (const { from, to } of topology.edges) {
		if (shown.has(from)) kept.add(to);
		else if (shown.has(to)) kept.add(from);
	}
	// What is added while this goes on is looked at too.
	for (const id of kept) for (const each of sayingOf(view, id)) kept.add(each);
	const nodes = topology.nodes.filter(({ id }) => kept.has(id));
	const edges = topology.edges.filter(({ from, to }) => kept.has(from) && kept.has(to));
	const isAbout = new Set([
		...shown,
		...edges.filter(({ from, to }) => shown.has(from) || shown.has(to)).map(({ id }) => id),
	]);
	const used = new Set([...nodes, ...edges].flatMap(sourcesOf));
	return {
		...topology,
		nodes,
		edges,
		conflicts: topology.conflicts.filter(({ about }) => isAbout.has(about)),
		changes: topology.changes.filter(({ about }) => isAbout.has(about)),
		...(topology.captures && {
			captures: topology.captures.filter(({ host }) => nodes.some(({ id }) => id === hostId(host))),
		}),
		...(topology.onlyIn && {
			onlyIn: topology.onlyIn.filter(({ about }) => isAbout.has(about) || kept.has(about)),
		}),
		ambiguities: topology.ambiguities.filter(
			({ about, candidates }) => isAbout.has(about) || candidates.some((id) => shown.has(id)),
		),
		gaps: topology.gaps.filter(({ about }) => about.some((id) => shown.has(id))),
		sources: topology.sources.filter(({ id }) => used.has(id)),
		part: { focus, shown: [...shown].sort(), whole: countOf(topology), cut: cutOf(topology, kept) },
	};
}

function countOf({ nodes }: Topology): Part["whole"] {
	const count: Partial<Record<Node["kind"], number>> = {};
	for (const { kind } of nodes) count[kind] = (count[kind] ?? 0) + 1;
	return count;
}

/** How many edges of each node lead to one that is not kept. */
function cutOf({ edges }: Topology, kept: ReadonlySet<string>): Part["cut"] {
	const cut = new Map<string, number>();
	for (const { from, to } of edges) {
		if (kept.has(from) === kept.has(to)) continue;
		const id = kept.has(from) ? from : to;
		cut.set(id, (cut.get(id) ?? 0) + 1);
	}
	return Object.fromEntries([...cut].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Which edges lead from a node to what says what and where it is, in their direction and against it. */
const SAYING: Readonly<
	Partial<Record<Node["kind"], readonly [along: readonly EdgeKind[], against: readonly EdgeKind[]]>>
> = {
	interface: [["has-address"], []],
	address: [["same-entity"], []],
	netns: [[], ["same-entity"]],
	container: [["backs"], []],
	vip: [["attached-to-network", "backs"], []],
	vtep: [["same-entity"], []],
	endpoint: [["same-entity"], []],
	"real-server": [["same-entity"], []],
	subnet: [["in-subnet"], []],
	external: [["in-subnet", "same-entity"], []],
	"docker-network": [[], ["in-subnet"]],
};

function sayingOf(view: View, id: string): string[] {
	const parent = view.parent(id);
	const [along, against] = SAYING[view.node(id).kind] ?? [[], []];
	const around = [
		...along.flatMap((kind) => view.targets(id, kind)),
		// A network's subnets say what it is; the addresses in a subnet do not.
		...against.flatMap((kind) => view.origins(id, kind, kind === "in-subnet" ? "subnet" : "container")),
	];
	return [...(parent === undefined ? [] : [parent]), ...around, ...onwards(view, id)].map((node) => node.id);
}

/** What the namespace that a published port leads to publishes, which tells whether the packets go further from there. */
function onwards(view: View, id: string): Node[] {
	return view.targets(id, "nat-to").flatMap((address) => {
		const netns = view.netnsOf(address.id);
		return netns === undefined ? [] : view.targets(netns.id, "contains", "published-port");
	});
}

/** The names of a focus that match nothing. */
export function unmatched(topology: Topology, focus: Focus): Unmatched[] {
	const view = new View(topology);
	return (["hosts", "netns", "networks", "services"] as const).flatMap((kind) => {
		const nodes = view.nodes(KIND[kind]);
		return (focus[kind] ?? [])
			.filter((name) => !nodes.some((node) => isCalled(node, name)))
			.map((name) => ({ kind, name, known: [...new Set(nodes.map((node) => node.name))] }));
	});
}

const KIND = { hosts: "host", netns: "netns", networks: "docker-network", services: "service" } as const;

/** The nodes that a focus names, and those that a service is made of. */
function seedsOf(view: View, { hosts, netns, networks, services }: Focus): Node[] {
	const named = (kind: keyof Focus, names: readonly string[] | undefined): Node[] =>
		view.nodes(KIND[kind]).filter((node) => names?.some((name) => isCalled(node, name)));
	const within = named("hosts", hosts);
	const spaces = named("netns", netns).filter(
		({ id }) => hosts === undefined || within.some((host) => view.hostOf(id) === host),
	);
	return [
		...(netns === undefined ? within : spaces),
		...named("networks", networks).flatMap((network) => [
			network,
			...view.origins(network.id, "attached-to-network"),
		]),
		...named("services", services).flatMap((service) => partsOf(view, service)),
	];
}

/** A name, or the beginning of an id that is long enough to be one. */
function isCalled({ id, name }: Node, wanted: string): boolean {
	const last = id.slice(id.lastIndexOf("/") + 1);
	return name === wanted || id === wanted || (wanted.length >= 4 && last.startsWith(wanted));
}

/**
 * A service with its VIPs, the IPVS services that they are balanced by, their real servers, its tasks, containers and
 * their namespaces.
 */
function partsOf(view: View, service: Node): Node[] {
	const parts = new Map([[service.id, service]]);
	for (const part of parts.values()) {
		const more = [
			...view.origins(part.id, "backs"),
			...view.targets(part.id, "marks"),
			...view.targets(part.id, "balances-to"),
			...(part.kind === "container" ? view.targets(part.id, "same-entity", "netns") : []),
		];
		for (const each of more) parts.set(each.id, each);
	}
	return [...parts.values()];
}

/** A node and all that is in it: the VTEP that an interface is too, the subnets and endpoints of a network of one host. */
function collect(view: View, id: string, shown: Set<string>): void {
	if (shown.has(id)) return;
	shown.add(id);
	for (const kind of ["contains", "has-address"] as const)
		for (const node of view.targets(id, kind)) collect(view, node.id, shown);
	const { kind } = view.node(id);
	const more =
		kind === "interface"
			? view.origins(id, "same-entity", "vtep")
			: kind === "docker-network"
				? [...view.origins(id, "in-subnet", "subnet"), ...view.origins(id, "attached-to-network", "endpoint")]
				: [];
	for (const each of more) shown.add(each.id);
}

function sourcesOf({ evidence, attributes }: Node | Edge): string[] {
	return [...evidence, ...Object.values(attributes).flatMap((attribute) => attribute.evidence)].flatMap(
		(each) => each.spans.map(({ source }) => source),
	);
}
