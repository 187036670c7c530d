import { isSameSpan } from "./evidence.ts";
import { append } from "./lists.ts";
import type {
	Ambiguity,
	Attribute,
	Certainty,
	Conflict,
	Edge,
	EdgeKind,
	Evidence,
	Gap,
	Node,
	NodeKind,
	Value,
} from "./model.ts";
import { Strength } from "./strength.ts";

interface Attributes {
	[name: string]: { values: { value: Value; evidence: Evidence[] }[] };
}

interface MutableNode {
	readonly id: string;
	readonly kind: NodeKind;
	name: string;
	readonly attributes: Attributes;
	readonly evidence: Evidence[];
}

interface MutableEdge {
	readonly id: string;
	readonly kind: EdgeKind;
	readonly from: string;
	readonly to: string;
	readonly attributes: Attributes;
	readonly evidence: Evidence[];
}

/** Edges without a direction: they stand once, from the smaller id to the larger. */
export const SYMMETRIC: ReadonlySet<EdgeKind> = new Set(["veth-peer"]);

/**
 * The graph while it grows. Facts are only ever added: what is said twice gathers evidence, what is said
 * differently is kept side by side until {@link finish} makes a conflict of it.
 */
export class Graph {
	readonly #strength: Strength;
	readonly #nodes = new Map<string, MutableNode>();
	readonly #edges = new Map<string, MutableEdge>();
	/** Ids by kind: rules ask for them in loops, and hosts are few among thousands of nodes. */
	readonly #ids = new Map<NodeKind, string[]>();
	/** `kind from` → the ids at the far ends, and `kind to` → those at the near ends. */
	readonly #targets = new Map<string, Set<string>>();
	readonly #origins = new Map<string, Set<string>>();
	/** Address → the ids of its nodes in all namespaces. */
	readonly #addresses = new Map<string, string[]>();
	readonly #gaps = new Map<string, Gap>();
	/** By what they are about, and the question. */
	readonly #ambiguities = new Map<string, Ambiguity>();

	/** `flawed` are the ids of dumps whose evidence counts for less. */
	constructor(flawed: ReadonlySet<string> = new Set()) {
		this.#strength = new Strength(flawed);
	}

	/** Adds a node, or evidence to it. */
	node(kind: NodeKind, id: string, name: string, evidence: Evidence): string {
		const known = this.#nodes.get(id);
		if (known !== undefined) {
			addEvidence(known.evidence, evidence);
			return id;
		}
		const node: MutableNode = { id, kind, name, attributes: {}, evidence: [] };
		addEvidence(node.evidence, evidence);
		this.#nodes.set(id, node);
		append(this.#ids, kind, id);
		if (kind === "address") append(this.#addresses, name, id);
		return id;
	}

	/** Gives a node a better name than the one it was made with. */
	rename(id: string, name: string): void {
		const node = this.#nodes.get(id);
		if (node !== undefined) node.name = name;
	}

	/** Says something of a node that is there. */
	set(id: string, name: string, value: Value, evidence: Evidence): void {
		const node = this.#nodes.get(id);
		if (node === undefined) throw new Error(`no node ${id} to give ${name} to`);
		addValue(node.attributes, name, value, evidence);
	}

	/** Adds an edge between nodes that are there, or evidence to it. */
	edge(
		kind: EdgeKind,
		from: string,
		to: string,
		evidence: Evidence,
		attributes: Record<string, Value> = {},
	): void {
		if (!this.#nodes.has(from) || !this.#nodes.has(to))
			throw new Error(`no nodes for ${kind} ${from} → ${to}`);
		const [a, b] = SYMMETRIC.has(kind) && to < from ? [to, from] : [from, to];
		const id = `${kind} ${a} → ${b}`;
		let known = this.#edges.get(id);
		if (known === undefined) {
			known = { id, kind, from: a, to: b, attributes: {}, evidence: [] };
			this.#edges.set(id, known);
			addTo(this.#targets, `${kind} ${a}`, b);
			addTo(this.#origins, `${kind} ${b}`, a);
		}
		addEvidence(known.evidence, evidence);
		for (const [name, value] of Object.entries(attributes)) addValue(known.attributes, name, value, evidence);
	}

	gap(gap: Gap): void {
		const key = JSON.stringify([gap.question, gap.command]);
		if (!this.#gaps.has(key)) this.#gaps.set(key, gap);
	}

	/** Adds an ambiguity, or evidence to it. */
	ambiguity(ambiguity: Ambiguity): void {
		const key = JSON.stringify([ambiguity.about, ambiguity.question]);
		const evidence = [...(this.#ambiguities.get(key)?.evidence ?? [])];
		for (const each of ambiguity.evidence) addEvidence(evidence, each);
		this.#ambiguities.set(key, { ...ambiguity, evidence });
	}

	has(id: string): boolean {
		return this.#nodes.has(id);
	}

	/** The ids of the nodes of a kind, sorted. */
	idsOf(kind: NodeKind): string[] {
		return [...(this.#ids.get(kind) ?? [])].sort();
	}

	/** The ids of the nodes of an address, sorted. */
	addresses(address: string): string[] {
		return [...(this.#addresses.get(address) ?? [])].sort();
	}

	nameOf(id: string): string {
		return this.#nodes.get(id)?.name ?? id;
	}

	/** The value of an attribute with the strongest evidence. */
	get(id: string, name: string): Value | undefined {
		const attribute = this.#nodes.get(id)?.attributes[name];
		return attribute && this.#strength.best(attribute.values)?.value;
	}

	/** The evidence of a node, strongest first. */
	evidenceOf(id: string): readonly Evidence[] {
		return this.#strength.sort(this.#nodes.get(id)?.evidence ?? []);
	}

	/** The evidence of the strongest value of an attribute. */
	evidenceFor(id: string, name: string): readonly Evidence[] {
		const attribute = this.#nodes.get(id)?.attributes[name];
		return this.#strength.sort((attribute && this.#strength.best(attribute.values)?.evidence) ?? []);
	}

	/** The nodes at the far end of a node's edges of a kind. */
	targets(kind: EdgeKind, from: string): string[] {
		return [...(this.#targets.get(`${kind} ${from}`) ?? [])].sort();
	}

	/** The nodes whose edges of a kind lead to a node. */
	origins(kind: EdgeKind, to: string): string[] {
		return [...(this.#origins.get(`${kind} ${to}`) ?? [])].sort();
	}

	/** The evidence of an edge, if it is there. */
	edgeEvidence(kind: EdgeKind, from: string, to: string): readonly Evidence[] {
		return this.#strength.sort(this.#edges.get(`${kind} ${from} → ${to}`)?.evidence ?? []);
	}

	/** All that was said, in a stable order, with a conflict for each attribute that was said differently. */
	finish(): {
		nodes: Node[];
		edges: Edge[];
		conflicts: Conflict[];
		ambiguities: Ambiguity[];
		gaps: Gap[];
	} {
		const conflicts: Conflict[] = [];
		const settle = (about: string, attributes: Attributes): Record<string, Attribute> => {
			const settled: Record<string, Attribute> = {};
			for (const name of Object.keys(attributes).sort()) {
				const { values } = attributes[name]!;
				const all = values.map(({ value, evidence }) => ({ value, ...this.#factOf(evidence) }));
				settled[name] = all[values.indexOf(this.#strength.best(values)!)]!;
				if (values.length > 1) {
					const explanation = `${all.length} dumps or rules disagree on the ${name} of ${about}`;
					conflicts.push({ about, attribute: name, explanation, values: all });
				}
			}
			return settled;
		};
		const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
		const nodes = [...this.#nodes.values()].sort(byId).map((node) => ({
			id: node.id,
			kind: node.kind,
			name: node.name,
			attributes: settle(node.id, node.attributes),
			...this.#factOf(node.evidence),
		}));
		const edges = [...this.#edges.values()].sort(byId).map((edge) => ({
			id: edge.id,
			kind: edge.kind,
			from: edge.from,
			to: edge.to,
			attributes: settle(edge.id, edge.attributes),
			...this.#factOf(edge.evidence),
		}));
		// First what would tell most: the command that answers the most open ends.
		const gaps = [...this.#gaps.values()].sort((a, b) => b.about.length - a.about.length);
		return { nodes, edges, conflicts, ambiguities: [...this.#ambiguities.values()], gaps };
	}

	#factOf(evidence: readonly Evidence[]): { certainty: Certainty; evidence: Evidence[] } {
		const sorted = this.#strength.sort(evidence);
		return { certainty: sorted[0]?.certainty ?? "assumed", evidence: sorted };
	}
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
	const known = map.get(key);
	if (known === undefined) map.set(key, new Set([value]));
	else known.add(value);
}

function addValue(attributes: Attributes, name: string, value: Value, evidence: Evidence): void {
	attributes[name] ??= { values: [] };
	const { values } = attributes[name];
	const key = JSON.stringify(value);
	const known = values.find((each) => JSON.stringify(each.value) === key);
	const entry = known ?? { value, evidence: [] };
	if (known === undefined) values.push(entry);
	addEvidence(entry.evidence, evidence);
}

/** What a long list of evidence holds, as text: a host has some for each of its dumps, of which there may be thousands. */
const held = new WeakMap<Evidence[], Set<string>>();
const LONG = 16;

function addEvidence(all: Evidence[], evidence: Evidence): void {
	if (all.length < LONG) {
		if (!all.some((each) => isSame(each, evidence))) all.push(evidence);
		return;
	}
	let keys = held.get(all);
	if (keys === undefined) {
		keys = new Set(all.map((each) => JSON.stringify(each)));
		held.set(all, keys);
	}
	const key = JSON.stringify(evidence);
	if (keys.has(key)) return;
	keys.add(key);
	all.push(evidence);
}

function isSame(one: Evidence, two: Evidence): boolean {
	return (
		one === two ||
		(one.rule === two.rule &&
			one.certainty === two.certainty &&
			one.because === two.because &&
			one.spans.length === two.spans.length &&
			one.spans.every((span, at) => isSameSpan(span, two.spans[at]!)))
	);
}
