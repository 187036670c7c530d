import type { Edge, Node, Topology } from "./model.ts";
import { View } from "./write/view.ts";

/** What of a topology is wanted. Names are names of nodes, or the ids or names that Docker gives, also cut. */
export interface Focus {
	readonly hosts?: readonly string[];
	/** Namespaces; where hosts are given too, those of these hosts. */
	readonly netns?: readonly string[];
	readonly networks?: readonly string[];
	readonly services?: readonly string[];
}

/** A name of a {@link Focus} that nothing in the topology has. */
export interface Unmatched {
	readonly kind: keyof Focus;
	readonly name: string;
	/** The names that there are. */
	readonly known: readonly string[];
}

/**
 * The part of a topology that is in focus: what it names with all that is in it, what that is directly joined to, and
 * the namespaces and hosts around these. Conflicts, ambiguities and gaps are those about what is left.
 */
export function focusOn(topology: Topology, focus: Focus): Topology {
	const view = new View(topology);
	const kept = new Set<string>();
	for (const seed of seedsOf(view, focus)) collect(view, seed.id, kept);
	const joined = topology.edges.flatMap(({ from, to }) =>
		kept.has(from) ? [to] : kept.has(to) ? [from] : [],
	);
	for (const id of joined) kept.add(id);
	for (const id of [...kept]) {
		for (let node = view.parent(id); node !== undefined && !kept.has(node.id); node = view.parent(node.id))
			kept.add(node.id);
	}
	const nodes = topology.nodes.filter(({ id }) => kept.has(id));
	const edges = topology.edges.filter(({ from, to }) => kept.has(from) && kept.has(to));
	const about = new Set([...kept, ...edges.map(({ id }) => id)]);
	const gaps = topology.gaps.filter((gap) => gap.about.some((id) => kept.has(id)));
	const used = new Set([...nodes, ...edges].flatMap(sourcesOf));
	return {
		...topology,
		nodes,
		edges,
		conflicts: topology.conflicts.filter((each) => about.has(each.about)),
		changes: topology.changes.filter((each) => about.has(each.about)),
		ambiguities: topology.ambiguities.filter((each) => about.has(each.about)),
		gaps,
		sources: topology.sources.filter(({ id }) => used.has(id)),
	};
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
		...named("networks", networks),
		...named("services", services).flatMap((service) => partsOf(view, service)),
	];
}

/** A name, or the beginning of an id that is long enough to be one. */
function isCalled({ id, name }: Node, wanted: string): boolean {
	const last = id.slice(id.lastIndexOf("/") + 1);
	return name === wanted || id === wanted || (wanted.length >= 4 && last.startsWith(wanted));
}

/** A service with its VIPs, the IPVS services that they are balanced by, their real servers, tasks and containers. */
function partsOf(view: View, service: Node): Node[] {
	const parts = new Map([[service.id, service]]);
	for (const part of parts.values()) {
		const more = [
			...view.origins(part.id, "backs"),
			...view.targets(part.id, "marks"),
			...view.targets(part.id, "balances-to"),
		];
		for (const each of more) parts.set(each.id, each);
	}
	return [...parts.values()];
}

/** A node and all that is in it. */
function collect(view: View, id: string, kept: Set<string>): void {
	if (kept.has(id)) return;
	kept.add(id);
	for (const kind of ["contains", "has-address"] as const)
		for (const node of view.targets(id, kind)) collect(view, node.id, kept);
}

function sourcesOf({ evidence, attributes }: Node | Edge): string[] {
	return [...evidence, ...Object.values(attributes).flatMap((attribute) => attribute.evidence)].flatMap(
		(each) => each.spans.map(({ source }) => source),
	);
}
