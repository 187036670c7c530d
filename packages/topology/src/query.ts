import { append } from "./lists.ts";
import type { Edge, EdgeKind, Node, Topology } from "./model.ts";
import { View } from "./write/view.ts";

/** An edge with the node at its far end, seen from a node. */
export interface Neighbour {
	readonly edge: Edge;
	readonly node: Node;
	/** Whether the edge leads away from the node that was asked for. */
	readonly outward: boolean;
}

/** Questions to a topology, over indexes that are made once. Ids that are not there have no neighbours and no paths. */
export class Query extends View {
	readonly #order = new Map<string, Neighbour[]>();

	constructor(topology: Topology) {
		super(topology);
		for (const edge of topology.edges) {
			append(this.#order, edge.from, { edge, node: this.node(edge.to), outward: true });
			append(this.#order, edge.to, { edge, node: this.node(edge.from), outward: false });
		}
	}

	/** What a node is joined to, by edges of these kinds, or of any; in the order of the edges' ids. */
	neighbours(id: string, ...kinds: readonly EdgeKind[]): Neighbour[] {
		const all = this.#order.get(id) ?? [];
		return kinds.length === 0 ? all : all.filter(({ edge }) => kinds.includes(edge.kind));
	}

	/**
	 * A shortest way from one node to another over edges of these kinds, or of any, whichever way they lead; undefined:
	 * there is none. It shows what is joined, not where a packet would go.
	 */
	path(from: string, to: string, ...kinds: readonly EdgeKind[]): Neighbour[] | undefined {
		const reached = new Map<string, { readonly before: string; readonly step: Neighbour } | undefined>([
			[from, undefined],
		]);
		for (const id of reached.keys()) {
			if (id === to) break;
			for (const step of this.neighbours(id, ...kinds))
				if (!reached.has(step.node.id)) reached.set(step.node.id, { before: id, step });
		}
		if (!reached.has(to)) return undefined;
		const steps: Neighbour[] = [];
		for (let at = reached.get(to); at !== undefined; at = reached.get(at.before)) steps.unshift(at.step);
		return steps;
	}
}
