import { read } from "./workspace.ts";

/** An example of a page of docs: the node or field it is of, and the line. */
export interface Example {
	readonly node: string;
	readonly example: string;
}

/** The rows `| node | what it is | example |` of a page's tables, or of those of its n-th section. */
export function examplesOf(page: string, section?: number): Example[] {
	const text = read(`docs/${page}.md`);
	const part = section === undefined ? text : (text.split("\n## ")[section] ?? "");
	return Array.from(part.matchAll(/^\| `([\w-]+)` \|.+\| `(.+)` \|$/gm), ([, node, example]) => ({
		node: node!,
		example: example!,
	}));
}

/** Every type and every field in a tree. */
export function namesIn(tree: unknown): string[] {
	if (typeof tree !== "object" || tree === null) return [];
	const own = (tree as { type?: unknown }).type;
	const names = typeof own === "string" ? [own] : [];
	return [...names, ...Object.keys(tree), ...Object.values(tree).flatMap(namesIn)];
}
