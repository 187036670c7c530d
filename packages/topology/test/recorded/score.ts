import type { EdgeKind, Topology } from "../../src/index.ts";

/** What a recorded network was, as far as another source than the rules' own tells. */
export interface Truth {
	/** What must be there, by what it is called in the table: texts that {@link Truth.found} knows. */
	readonly facts: readonly Fact[];
	/** Judges an edge; undefined when nothing tells whether it is right. */
	readonly judge: (edge: {
		readonly kind: EdgeKind;
		readonly from: string;
		readonly to: string;
	}) => boolean | undefined;
}

/** Something that holds; one of the edges proves it. */
export interface Fact {
	readonly kind: string;
	readonly text: string;
	readonly holds: (edges: ReadonlySet<string>) => boolean;
}

export interface Score {
	readonly kind: string;
	readonly facts: number;
	readonly found: number;
	readonly missing: readonly string[];
	readonly edges: number;
	readonly right: number;
	readonly wrong: readonly string[];
}

/** An edge by its id, which the graph makes the same way round. */
export function fact(kind: EdgeKind, from: string, to: string): Fact {
	const [a, b] = kind === "veth-peer" && to < from ? [to, from] : [from, to];
	const id = `${kind} ${a} → ${b}`;
	return { kind, text: id, holds: (edges) => edges.has(id) };
}

/** Precision and recall, by the kind of the fact or edge. */
export function score({ edges }: Pick<Topology, "edges">, { facts, judge }: Truth): Score[] {
	const ids = new Set(edges.map(({ id }) => id));
	const kinds = new Map<
		string,
		{ found: number; missing: string[]; edges: number; right: number; wrong: string[] }
	>();
	const of = (kind: string) => {
		const known = kinds.get(kind) ?? { found: 0, missing: [], edges: 0, right: 0, wrong: [] };
		kinds.set(kind, known);
		return known;
	};
	const once = new Map(facts.map((each) => [`${each.kind} ${each.text}`, each]));
	for (const { kind, text, holds } of once.values()) {
		if (holds(ids)) of(kind).found++;
		else of(kind).missing.push(text);
	}
	for (const edge of edges) {
		const row = of(edge.kind);
		row.edges++;
		const verdict = judge(edge);
		if (verdict === true) row.right++;
		if (verdict === false) row.wrong.push(edge.id);
	}
	return [...kinds].map(([kind, row]) => ({ kind, facts: row.found + row.missing.length, ...row }));
}

/** Adds scores of several networks up. */
export function total(scores: readonly (readonly Score[])[]): Score[] {
	const kinds = new Map<string, Score>();
	for (const row of scores.flat()) {
		const known = kinds.get(row.kind);
		kinds.set(
			row.kind,
			known === undefined
				? row
				: {
						kind: row.kind,
						facts: known.facts + row.facts,
						found: known.found + row.found,
						missing: [...known.missing, ...row.missing],
						edges: known.edges + row.edges,
						right: known.right + row.right,
						wrong: [...known.wrong, ...row.wrong],
					},
		);
	}
	return [...kinds.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** The table for people; below it what is missing or wrong, by name. */
export function report(title: string, scores: readonly Score[]): string {
	const percent = (part: number, whole: number): string =>
		whole === 0 ? "–" : `${((100 * part) / whole).toFixed(1)} %`;
	const rows = scores.map(({ kind, facts, found, edges, right, wrong }) => [
		kind,
		String(facts),
		String(found),
		percent(found, facts),
		String(edges),
		String(right),
		String(wrong.length),
		String(edges - right - wrong.length),
		percent(right, right + wrong.length),
	]);
	const head = ["kind", "known", "found", "recall", "edges", "right", "wrong", "unchecked", "precision"];
	const width = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)));
	const line = (row: readonly string[]): string =>
		row.map((cell, at) => (at === 0 ? cell.padEnd(width[at]!) : cell.padStart(width[at]!))).join("  ");
	const lost = scores.flatMap(({ missing }) => missing.map((text) => `  missing: ${text}`));
	const wrong = scores.flatMap((row) => row.wrong.map((text) => `  wrong: ${text}`));
	return [title, line(head), ...rows.map(line), ...lost, ...wrong, ""].join("\n");
}
