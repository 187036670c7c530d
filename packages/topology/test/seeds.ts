import { fileURLToPath } from "node:url";
import { openCapture, type ParsedDump, parseDump } from "@netfossil/capture";
import {
	type Attribute,
	type Edge,
	type EdgeKind,
	type Node,
	reconstruct,
	type Topology,
} from "../src/index.ts";

const seeds = fileURLToPath(new URL("../../../fixtures/seeds/", import.meta.url));

/** The dumps of files and folders of the seeds. */
export async function dumpsOf(...paths: string[]): Promise<ParsedDump[]> {
	const { dumps } = await openCapture(paths.map((path) => seeds + path));
	return dumps.map(parseDump);
}

/** The topology that the dumps of files and folders of the seeds prove. */
export async function topologyOf(...paths: string[]): Promise<Topology> {
	return reconstruct(await dumpsOf(...paths));
}

/** The same with what the commands tell that were typed in the documents, as `netfossil topology` gives it. */
export async function topologyWithCommands(...paths: string[]): Promise<Topology> {
	const { dumps, commands } = await openCapture(paths.map((path) => seeds + path));
	return reconstruct(dumps.map(parseDump), commands);
}

export const documents = {
	access: "documents/000_5be509c29be0ffa5.txt",
	networking: "documents/001_b1d96ae26fc24c4f.txt",
	trace: "documents/002_90cf4987254f0db4.txt",
	vote: "documents/003_aecfce794903cd84.txt",
};

/** Looks facts up, with an error that says what is there instead. */
export class Facts {
	readonly topology: Topology;

	constructor(topology: Topology) {
		this.topology = topology;
	}

	node(id: string): Node {
		const node = this.topology.nodes.find((each) => each.id === id);
		if (node === undefined) {
			const near = this.topology.nodes
				.map((each) => each.id)
				.filter((each) => each.includes(id.split("/").at(-1)!));
			throw new Error(`no node ${id}; near: ${near.join(", ")}`);
		}
		return node;
	}

	edge(kind: EdgeKind, from: string, to: string): Edge {
		const edge = this.topology.edges.find(
			(each) => each.kind === kind && each.from === from && each.to === to,
		);
		if (edge === undefined) {
			const near = this.topology.edges.filter(
				(each) => each.kind === kind && (each.from === from || each.to === to),
			);
			throw new Error(`no ${kind} ${from} → ${to}; near: ${near.map(({ id }) => id).join("; ")}`);
		}
		return edge;
	}

	attribute(id: string, name: string): Attribute {
		const { attributes } = this.node(id);
		const attribute = attributes[name];
		if (attribute === undefined)
			throw new Error(`${id} has no ${name}, but ${Object.keys(attributes).join(", ")}`);
		return attribute;
	}

	/** `file:line` of every place that proves a fact. */
	places(fact: Node | Edge | Attribute): string[] {
		return fact.evidence.flatMap(({ spans }) =>
			spans.map(({ file, line }) => `${file.split("/").at(-1)}:${line}`),
		);
	}
}
