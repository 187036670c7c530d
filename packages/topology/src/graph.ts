import { isChange, newestOf, type TakenIn } from "./changes.ts";
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
	readonly #takenIn: ReadonlyMap<string, TakenIn>;
	readonly #nodes = new Map<string, MutableNode>();
	readonly #edges = new Map<string, MutableEdge>();
	/** Ids by kind: rules ask for them in loops, and hosts are few among thousands of nodes. */
	readonly #ids = new Map<NodeKind, string[]>();
	/** The same, sorted, of the kinds that have got no node since they were asked for. */
	readonly #sorted = new Map<NodeKind, readonly string[]>();
	/** By kind and the id of one end: the ids at the far ends, and those at the near ends. */
	readonly #targets = new Map<EdgeKind, Map<string, string[]>>();
	readonly #origins = new Map<EdgeKind, Map<string, string[]>>();
	/** Address → the ids of its nodes in all namespaces. */
	readonly #addresses = new Map<string, string[]>();
	readonly #gaps = new Map<string, Gap>();
	/** By what they are about, and the question. */
	readonly #ambiguities = new Map<string, Ambiguity>();

	/** `flawed` are the ids of dumps whose evidence counts for less; `takenIn` tells of each the capture that it is of. */
	constructor(flawed: ReadonlySet<string> = new Set(), takenIn: ReadonlyMap<string, TakenIn> = new Map()) {
		this.#strength = new Strength(flawed);
		this.#takenIn = takenIn;
	}

	/** Adds a node, or evidence to it. */
	node(kind: NodeKind, id: string, name: string, evidence: Evidence): string {
		const known = this.#nodes.get(id);
		if (known !== undefined) {
			addEvidence(known.evidence, evidence);
			return id;
		}
		this.#nodes.set(id, { id, kind, name, attributes: {}, evidence: [evidence] });
		append(this.#ids, kind, id);
		this.#sorted.delete(kind);
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
			known = { id, kind, from: a, to: b, attributes: {}, evidence: [evidence] };
			this.#edges.set(id, known);
			addTo(this.#targets, kind, a, b);
			addTo(this.#origins, kind, b, a);
		} else addEvidence(known.evidence, evidence);
		for (const [name, value] of Object.entries(attributes)) addValue(known.attributes, name, value, evidence);
	}

	/** Says something of an edge that is there, with evidence of its own. */
	setOn(kind: EdgeKind, from: string, to: string, name: string, value: Value, evidence: Evidence): void {
		const edge = this.#edges.get(`${kind} ${from} → ${to}`);
		if (edge === undefined) throw new Error(`no ${kind} ${from} → ${to} to give ${name} to`);
		addValue(edge.attributes, name, value, evidence);
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
	idsOf(kind: NodeKind): readonly string[] {
		let sorted = this.#sorted.get(kind);
		if (sorted === undefined) {
			sorted = [...(this.#ids.get(kind) ?? [])].sort();
			this.#sorted.set(kind, sorted);
		}
		return sorted;
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
		return attribute && this.#best(attribute.values)?.value;
	}

	/** The evidence of a node, strongest first. */
	evidenceOf(id: string): readonly Evidence[] {
		return this.#strength.sort(this.#nodes.get(id)?.evidence ?? []);
	}

	/** The evidence of the strongest value of an attribute. */
	evidenceFor(id: string, name: string): readonly Evidence[] {
		const attribute = this.#nodes.get(id)?.attributes[name];
		return this.#strength.sort((attribute && this.#best(attribute.values)?.evidence) ?? []);
	}

	/** The nodes at the far end of a node's edges of a kind. */
	targets(kind: EdgeKind, from: string): string[] {
		return [...(this.#targets.get(kind)?.get(from) ?? [])].sort();
	}

	/** The nodes whose edges of a kind lead to a node. */
	origins(kind: EdgeKind, to: string): string[] {
		return [...(this.#origins.get(kind)?.get(to) ?? [])].sort();
	}

	/** Whether one of the nodes whose edges of a kind lead to a node is such. */
	someOrigin(kind: EdgeKind, to: string, test: (id: string) => boolean): boolean {
		return this.#origins.get(kind)?.get(to)?.some(test) ?? false;
	}

	/** The evidence of an edge, if it is there. */
	edgeEvidence(kind: EdgeKind, from: string, to: string): readonly Evidence[] {
		return this.#strength.sort(this.#edges.get(`${kind} ${from} → ${to}`)?.evidence ?? []);
	}

	/** The value of an edge's attribute with the strongest evidence. */
	getOn(kind: EdgeKind, from: string, to: string, name: string): Attribute | undefined {
		const attribute = this.#edges.get(`${kind} ${from} → ${to}`)?.attributes[name];
		const best = attribute && this.#best(attribute.values);
		return best && { value: best.value, ...this.#factOf(best.evidence) };
	}

	/**
	 * All that was said, in a stable order, with a conflict for each attribute that was said differently, or a change
	 * where it was said at different times.
	 */
	finish(): {
		nodes: Node[];
		edges: Edge[];
		conflicts: Conflict[];
		changes: Conflict[];
		ambiguities: Ambiguity[];
		gaps: Gap[];
	} {
		const conflicts: Conflict[] = [];
		const changes: Conflict[] = [];
		const settle = (about: string, attributes: Attributes): Record<string, Attribute> => {
			const settled: Record<string, Attribute> = {};
			for (const name of Object.keys(attributes).sort()) {
				const { values } = attributes[name]!;
				const all = values.map(({ value, evidence }) => ({ value, ...this.#factOf(evidence) }));
				settled[name] = all[values.indexOf(this.#best(values)!)]!;
				if (values.length > 1) {
					const changed = isChange(all, this.#takenIn);
					const newest = changed ? newestOf(all, this.#takenIn)?.taken.moment : undefined;
					const explanation = changed
						? `the ${name} of ${about} changed between ${all.length} captures${newest === undefined ? "; which is newer is not known" : ""}`
						: `${all.length} dumps or rules disagree on the ${name} of ${about}`;
					(changed ? changes : conflicts).push({
						about,
						attribute: name,
						explanation,
						...(newest !== undefined && { newest }),
						values: all,
					});
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
		return { nodes, edges, conflicts, changes, ambiguities: [...this.#ambiguities.values()], gaps };
	}

	/** The value that is shown: of what changed the newest, where the times are known, else that of the strongest evidence. */
	#best<T extends { evidence: readonly Evidence[] }>(values: readonly T[]): T | undefined {
		if (values.length === 1) return values[0];
		const newest = isChange(values, this.#takenIn) ? newestOf(values, this.#takenIn) : undefined;
		return newest?.value ?? this.#strength.best(values);
	}

	#factOf(evidence: readonly Evidence[]): { certainty: Certainty; evidence: Evidence[] } {
		const sorted = this.#strength.sort(evidence);
		return { certainty: sorted[0]?.certainty ?? "assumed", evidence: sorted };
	}
}

function addTo(ends: Map<EdgeKind, Map<string, string[]>>, kind: EdgeKind, one: string, other: string): void {
	let ofKind = ends.get(kind);
	if (ofKind === undefined) {
		ofKind = new Map();
		ends.set(kind, ofKind);
	}
	append(ofKind, one, other);
}

/** Most facts are said once: arrays begin with their one entry, for one that is pushed to takes room for seventeen. */
function addValue(attributes: Attributes, name: string, value: Value, evidence: Evidence): void {
	const attribute = attributes[name];
	if (attribute === undefined) {
		attributes[name] = { values: [{ value, evidence: [evidence] }] };
		return;
	}
	const key = JSON.stringify(value);
	const known = attribute.values.find((each) => JSON.stringify(each.value) === key);
	if (known === undefined) attribute.values.push({ value, evidence: [evidence] });
	else addEvidence(known.evidence, evidence);
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
