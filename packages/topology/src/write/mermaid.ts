import { visible } from "@netfossil/core";
import type { Node, Topology } from "../model.ts";
import { View } from "./view.ts";

/** A topology as a Mermaid flowchart, which Markdown viewers draw: assumed facts are dotted. */
export function toMermaid(topology: Topology): string {
	const view = new View(topology);
	// Mermaid's ids are bare words; ours hold slashes and colons.
	const names = new Map(topology.nodes.map((node, index) => [node.id, `n${index}`]));
	const out = ["flowchart LR"];
	const drawn = new Set<string>();
	const draw = (node: Node, indent: string): void => {
		if (drawn.has(node.id)) return;
		drawn.add(node.id);
		const id = names.get(node.id)!;
		const inside = view.targets(node.id, "contains");
		const isBox = node.kind === "host" || node.kind === "netns";
		if (!isBox || inside.length === 0) {
			out.push(`${indent}${id}[${quoted(`${node.kind} ${node.name}`)}]`);
			for (const each of inside) draw(each, indent);
			return;
		}
		out.push(`${indent}subgraph ${id}[${quoted(`${node.kind} ${node.name}`)}]`);
		for (const each of inside) draw(each, `${indent}\t`);
		out.push(`${indent}end`);
	};
	for (const host of view.nodes("host")) draw(host, "\t");
	for (const node of topology.nodes) draw(node, "\t");
	for (const edge of topology.edges) {
		if (edge.kind === "contains") continue;
		const arrow = edge.certainty === "assumed" ? "-.->" : edge.kind === "veth-peer" ? "<-->" : "-->";
		out.push(`\t${names.get(edge.from)} ${arrow}|${edge.kind}| ${names.get(edge.to)}`);
	}
	return `${out.join("\n")}\n`;
}

/** A label; Mermaid takes entities, and would read quotes, brackets and markup of a dump as its own. */
function quoted(text: string): string {
	return `"${visible(text).replace(/["#<>[\]{}|`;&\\]/g, (sign) => `#${sign.charCodeAt(0)};`)}"`;
}
