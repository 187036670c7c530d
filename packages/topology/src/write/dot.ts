import { visible } from "@netfossil/core";
import type { Topology } from "../model.ts";
import { drawingOf, type Shape } from "./drawing.ts";
import { partText } from "./view.ts";

/** A topology as a graph for Graphviz: hosts and namespaces as boxes, what is assumed dashed. */
export function toDot(topology: Topology): string {
	const { shapes, lines } = drawingOf(topology);
	const out = [
		"digraph netfossil {",
		// Without newrank Graphviz cannot rank lines that cross the borders of nested boxes.
		"\trankdir=LR; newrank=true; compound=true;",
		'\tgraph [fontname="sans-serif"]; node [shape=box, fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];',
	];
	if (topology.part !== undefined)
		out.push(`\tlabel=${quoted(partText(topology.part))}; labelloc=t; labeljust=l;`);
	const ends = new Set(lines.flatMap(({ from, to }) => [from, to]));
	const draw = (shape: Shape, indent: string): void => {
		const style = shape.assumed ? ", style=dashed" : "";
		if (shape.inside.length === 0) {
			out.push(`${indent}${quoted(shape.id)} [label=${quoted(...shape.label)}${style}];`);
			return;
		}
		out.push(`${indent}subgraph ${quoted(`cluster ${shape.id}`)} {`);
		out.push(`${indent}\tlabel=${quoted(...shape.label)};${shape.assumed ? " style=dashed;" : ""}`);
		// Lines end at nodes only, so a box has a point for those that are meant for it.
		if (ends.has(shape.id)) out.push(`${indent}\t${quoted(shape.id)} [shape=point, label=""];`);
		for (const each of shape.inside) draw(each, `${indent}\t`);
		out.push(`${indent}}`);
	};
	for (const shape of shapes) draw(shape, "\t");
	for (const { from, to, label, assumed, bothWays } of lines) {
		const style = `${assumed ? ", style=dashed" : ""}${bothWays ? ", dir=both" : ""}`;
		out.push(`\t${quoted(from)} -> ${quoted(to)} [label=${quoted(label)}${style}];`);
	}
	out.push("}");
	return `${out.join("\n")}\n`;
}

/** A string of the DOT language, of one or more lines; only quotes and backslashes need care. */
function quoted(...lines: readonly string[]): string {
	return `"${lines.map((line) => visible(line).replace(/["\\]/g, "\\$&")).join("\\n")}"`;
}
