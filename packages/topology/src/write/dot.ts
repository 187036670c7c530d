import { visible } from "@netfossil/core";
import type { Node, Topology } from "../model.ts";
import { View } from "./view.ts";

/** A topology as a graph for Graphviz: hosts and namespaces as boxes, facts that are assumed dashed. */
export function toDot(topology: Topology): string {
	const view = new View(topology);
	const drawn = new Set<string>();
	const out = [
		"digraph netfossil {",
		"\trankdir=LR;",
		"\tcompound=true;",
		'\tnode [shape=box, fontname="sans-serif"];',
	];
	const draw = (node: Node, indent: string): void => {
		if (drawn.has(node.id)) return;
		drawn.add(node.id);
		const inside = view.targets(node.id, "contains");
		const isBox = node.kind === "host" || node.kind === "netns";
		if (!isBox || inside.length === 0) {
			const style = node.certainty === "assumed" ? ", style=dashed" : "";
			out.push(`${indent}${quoted(node.id)} [label=${quoted(`${node.kind}\n${node.name}`)}${style}];`);
			for (const each of inside) draw(each, indent);
			return;
		}
		out.push(`${indent}subgraph ${quoted(`cluster ${node.id}`)} {`);
		out.push(`${indent}\tlabel=${quoted(`${node.kind} ${node.name}`)};`);
		// A point for edges to end at: Graphviz joins nodes only.
		out.push(`${indent}\t${quoted(node.id)} [shape=point, label=""];`);
		for (const each of inside) draw(each, `${indent}\t`);
		out.push(`${indent}}`);
	};
	for (const host of view.nodes("host")) draw(host, "\t");
	for (const node of topology.nodes) draw(node, "\t");
	for (const edge of topology.edges) {
		if (edge.kind === "contains") continue;
		const style = edge.certainty === "assumed" ? ", style=dashed" : "";
		const arrow = edge.kind === "veth-peer" ? ", dir=both" : "";
		out.push(`\t${quoted(edge.from)} -> ${quoted(edge.to)} [label=${quoted(edge.kind)}${style}${arrow}];`);
	}
	out.push("}");
	return `${out.join("\n")}\n`;
}

/** A string of the DOT language; only quotes and backslashes need care, and a line end is written `\n`. */
function quoted(text: string): string {
	const lines = text.split("\n").map((line) => visible(line).replace(/["\\]/g, "\\$&"));
	return `"${lines.join("\\n")}"`;
}
