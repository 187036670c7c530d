import { visible } from "@netfossil/core";
import type { Attribute, Evidence, Node, SpanRef, Topology } from "../model.ts";
import { valueText } from "./view.ts";

/** The lines of a file that a span lies in; undefined: the file is not at hand. */
export type Quote = (span: SpanRef) => readonly string[] | undefined;

/** The most lines of one span that are quoted. */
const MOST_LINES = 6;

/**
 * The whole proof of a node or an edge, for reading: every conclusion with its rule, how sure it is and why, and the
 * places that it was drawn from. Lines are quoted where they first come. Undefined: there is no such id.
 */
export function explain(topology: Topology, id: string, quote: Quote): string | undefined {
	const node = topology.nodes.find((each) => each.id === id);
	const subject = node ?? topology.edges.find((each) => each.id === id);
	if (subject === undefined) return undefined;
	const writer = new ProofWriter(topology, quote);
	writer.line(0, node === undefined ? subject.id : `${node.kind} ${node.name}`);
	if (node !== undefined) writer.line(1, `id ${node.id}`);
	writer.proof(1, subject.evidence);
	writer.onlyIn(id);
	for (const [name, attribute] of Object.entries(subject.attributes)) writer.attribute(id, name, attribute);
	writer.open(id);
	if (node !== undefined) writer.edges(node);
	return `${writer.out.join("\n")}\n`;
}

class ProofWriter {
	readonly out: string[] = [];
	readonly #topology: Topology;
	readonly #quote: Quote;
	/** What was quoted already: ten saved forms of a listing prove a thing by the same line. */
	readonly #quoted = new Set<string>();

	constructor(topology: Topology, quote: Quote) {
		this.#topology = topology;
		this.#quote = quote;
	}

	line(depth: number, text: string): void {
		this.out.push("  ".repeat(depth) + visible(text));
	}

	proof(depth: number, evidence: readonly Evidence[]): void {
		const reasons = new Map<string, SpanRef[]>();
		for (const { rule, certainty, because, spans } of evidence) {
			const reason = `${certainty} by ${rule}${because === undefined ? "" : `: ${because}`}`;
			reasons.set(reason, [...(reasons.get(reason) ?? []), ...spans]);
		}
		for (const [reason, spans] of reasons) {
			this.line(depth, reason);
			for (const span of spans) this.#place(depth + 1, span);
		}
	}

	#place(depth: number, span: SpanRef): void {
		this.line(depth, `${span.file}:${span.line}:${span.column}`);
		const lines = this.#quote(span) ?? [];
		const text = lines.join("\n");
		if (this.#quoted.has(text)) return;
		this.#quoted.add(text);
		for (const each of lines.slice(0, MOST_LINES)) this.line(depth + 1, each);
		if (lines.length > MOST_LINES) this.line(depth + 1, `… ${lines.length - MOST_LINES} more lines`);
	}

	/** An attribute, and the values that were said beside the one that is shown. */
	attribute(id: string, name: string, attribute: Attribute): void {
		this.out.push("");
		this.line(1, `${name}: ${valueText(attribute)}`);
		this.proof(2, attribute.evidence);
		const shown = JSON.stringify(attribute.value);
		const { conflicts, changes } = this.#topology;
		for (const difference of [...conflicts, ...changes]) {
			if (difference.about !== id || difference.attribute !== name) continue;
			for (const other of difference.values) {
				if (JSON.stringify(other.value) === shown) continue;
				const when = changes.includes(difference) ? "at another time" : "but also";
				this.line(2, `${when} ${valueText(other)}`);
				this.proof(3, other.evidence);
			}
		}
	}

	/** That a thing was not there all the time, with the dumps that do not list it. */
	onlyIn(id: string): void {
		for (const { about, attribute, in: shown, notIn, missingFrom } of this.#topology.onlyIn ?? []) {
			if (about !== id) continue;
			const what = attribute === undefined ? "" : `${attribute} `;
			this.line(1, `${what}in ${shown.join(", ")}, not in ${notIn.join(", ")}`);
			for (const dump of missingFrom) this.line(2, `not listed by ${dump}`);
		}
	}

	/** What is undecided or not known about it. */
	open(id: string): void {
		for (const { about, question, candidates, evidence } of this.#topology.ambiguities) {
			if (about !== id && !candidates.includes(id)) continue;
			this.out.push("");
			this.line(1, `undecided: ${question}`);
			for (const each of candidates) this.line(2, each);
			this.proof(2, evidence);
		}
		for (const { about, question, host, command } of this.#topology.gaps) {
			if (!about.includes(id)) continue;
			this.out.push("");
			this.line(1, `not known: ${question}`);
			this.line(2, `on ${host}: ${command}`);
		}
	}

	edges({ id }: Node): void {
		const edges = this.#topology.edges.filter(({ from, to }) => from === id || to === id);
		if (edges.length === 0) return;
		this.out.push("");
		this.line(1, "edges");
		for (const edge of edges) this.line(2, `${edge.id} (${edge.certainty})`);
	}
}
