import { visible } from "@netfossil/core";
import type { Topology } from "../model.ts";
import { drawingOf, type Shape } from "./drawing.ts";
import { partText } from "./view.ts";

/** A topology as a Mermaid flowchart, which Markdown viewers draw; what is assumed is dotted. */
export function toMermaid(topology: Topology): string {
	const { shapes, lines } = drawingOf(topology);
	// Mermaid's ids are bare words; ours hold slashes and colons.
	const names = new Map<string, string>();
	const part =
		topology.part === undefined ? [] : [`%% ${visible(partText(topology.part)).replaceAll("{", "(")}`];
	// Mermaid reads a comment with %%{ as a directive.
	const out = ["flowchart LR", ...part];
	const draw = (shape: Shape, indent: string): void => {
		const name = `n${names.size}`;
		names.set(shape.id, name);
		if (shape.inside.length === 0) {
			out.push(`${indent}${name}[${quoted(shape.label)}]`);
			return;
		}
		out.push(`${indent}subgraph ${name}[${quoted(shape.label)}]`);
		for (const each of shape.inside) draw(each, `${indent}\t`);
		out.push(`${indent}end`);
	};
	for (const shape of shapes) draw(shape, "\t");
	for (const { from, to, label, assumed, bothWays } of lines) {
		const arrow = assumed ? "-.->" : bothWays ? "<-->" : "-->";
		out.push(`\t${names.get(from)} ${arrow}|${quoted([label])}| ${names.get(to)}`);
	}
	return `${out.join("\n")}\n`;
}

/** A label; Mermaid takes entities, and would read quotes, brackets and markup of a dump as its own. */
function quoted(lines: readonly string[]): string {
	const entities = (line: string): string =>
		visible(line).replace(/["#<>[\]{}|`;&\\]/g, (sign) => `#${sign.charCodeAt(0)};`);
	return `"${lines.map(entities).join("<br>")}"`;
}
