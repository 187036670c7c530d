import { hostId } from "../ids.ts";
import { append } from "../lists.ts";
import type {
	Attribute,
	Edge,
	EdgeKind,
	Evidence,
	Fact,
	HostCapture,
	Node,
	NodeKind,
	OnlyIn,
	Part,
	Topology,
	Value,
} from "../model.ts";

/** A topology with indexes, for whoever writes or walks it. */
export class View {
	readonly topology: Topology;
	readonly #nodes: ReadonlyMap<string, Node>;
	readonly #out = new Map<string, Edge[]>();
	readonly #in = new Map<string, Edge[]>();
	/** Of a part: what is shown, and that with what is around it. */
	readonly #shown: ReadonlySet<string> | undefined;
	readonly #listed = new Set<string>();
	/** By what it is about, and the attribute, if it is about one. */
	readonly #onlyIn: ReadonlyMap<string, OnlyIn>;
	/** By the id of a dump the host that it is of. */
	readonly #hostOfDump = new Map<string, string>();
	/** By a namespace the files of its dumps. */
	readonly #files = new Map<string, string[]>();

	constructor(topology: Topology) {
		this.topology = topology;
		this.#nodes = new Map(topology.nodes.map((node) => [node.id, node]));
		for (const edge of topology.edges) {
			append(this.#out, edge.from, edge);
			append(this.#in, edge.to, edge);
		}
		for (const id of topology.part?.shown ?? [])
			for (
				let at: string | undefined = id;
				at !== undefined && !this.#listed.has(at);
				at = this.parent(at)?.id
			)
				this.#listed.add(at);
		this.#onlyIn = new Map(
			(topology.onlyIn ?? []).map((each) => [`${each.about}\n${each.attribute ?? ""}`, each]),
		);
		if (topology.captures !== undefined)
			for (const { id, host, netns, file } of topology.sources) {
				this.#hostOfDump.set(id, host);
				if (netns !== undefined) append(this.#files, netns, file);
			}
		this.#shown = topology.part && new Set(topology.part.shown);
	}

	/** Whether a node is one that was asked for; of a whole topology every one is. */
	isShown(id: string): boolean {
		return this.#shown?.has(id) ?? true;
	}

	/** Whether a node is shown, or around one that is; the others are only named where these are joined to them. */
	isListed(id: string): boolean {
		return this.#shown === undefined || this.#listed.has(id);
	}

	/** How many edges of a node lead out of the part that the topology is. */
	cutOff(id: string): number {
		return this.topology.part?.cut[id] ?? 0;
	}

	/** The captures of a host, if it has several. */
	captures({ id }: Node): readonly HostCapture[] {
		return (this.topology.captures ?? []).filter(({ host }) => hostId(host) === id);
	}

	/** All captures of the hosts whose dumps are quoted, if they have several. */
	capturesOf(evidence: readonly Evidence[]): readonly HostCapture[] {
		const hosts = new Set(
			evidence.flatMap(({ spans }) => spans.map(({ source }) => this.#hostOfDump.get(source))),
		);
		return (this.topology.captures ?? []).filter(({ host }) => hosts.has(host));
	}

	/** Of a host with several captures those that hold dumps of a namespace; undefined: all do, or none. */
	savedIn(netns: string): readonly string[] | undefined {
		const host = this.hostOf(netns);
		const captures = host === undefined ? [] : this.captures(host);
		if (captures.length === 0) return undefined;
		const files = this.#files.get(netns) ?? [];
		// A report may lie within the folder that was saved by hand.
		const names = captures.map(({ name }) => name).sort((a, b) => b.length - a.length);
		const found = new Set(
			files.map((file) => names.find((name) => name === "." || file.startsWith(`${name}/`))),
		);
		const saved = captures.map(({ name }) => name).filter((name) => found.has(name));
		return saved.length === 0 || saved.length === captures.length ? undefined : saved;
	}

	/** That a node or an edge, or an attribute of it, is not in all captures. */
	onlyIn(about: string, attribute = ""): OnlyIn | undefined {
		return this.#onlyIn.get(`${about}\n${attribute}`);
	}

	node(id: string): Node {
		const node = this.#nodes.get(id);
		if (node === undefined) throw new Error(`the topology has no node ${id}`);
		return node;
	}

	nodes(kind: NodeKind): Node[] {
		return this.topology.nodes.filter((node) => node.kind === kind);
	}

	out(id: string, kind: EdgeKind): Edge[] {
		return (this.#out.get(id) ?? []).filter((edge) => edge.kind === kind);
	}

	in(id: string, kind: EdgeKind): Edge[] {
		return (this.#in.get(id) ?? []).filter((edge) => edge.kind === kind);
	}

	/** The nodes at the far ends of edges that leave a node. */
	targets(id: string, kind: EdgeKind, nodeKind?: NodeKind): Node[] {
		const nodes = this.out(id, kind).map((edge) => this.node(edge.to));
		return nodeKind === undefined ? nodes : nodes.filter((node) => node.kind === nodeKind);
	}

	/** The nodes whose edges lead to a node. */
	origins(id: string, kind: EdgeKind, nodeKind?: NodeKind): Node[] {
		const nodes = this.in(id, kind).map((edge) => this.node(edge.from));
		return nodeKind === undefined ? nodes : nodes.filter((node) => node.kind === nodeKind);
	}

	/** The node that contains a node, for an address the one of its interface. */
	parent(id: string): Node | undefined {
		return this.origins(id, "contains")[0] ?? this.origins(id, "has-address")[0];
	}

	/** The namespace that a node is in. */
	netnsOf(id: string): Node | undefined {
		for (let node: Node | undefined = this.node(id); node !== undefined; node = this.parent(node.id)) {
			if (node.kind === "netns") return node;
		}
		return undefined;
	}

	/** The host that a node is on. */
	hostOf(id: string): Node | undefined {
		for (let node: Node | undefined = this.node(id); node !== undefined; node = this.parent(node.id)) {
			if (node.kind === "host") return node;
		}
		return undefined;
	}
}

/** What a part shows: `only host worker1`, `only namespace ingress_sbox of worker1, network overlay1` */
export function partText({ focus: { hosts, netns, networks, services } }: Part): string {
	const of = hosts === undefined ? "" : ` of ${hosts.join(" and ")}`;
	const names = [
		...(netns === undefined ? (hosts ?? []).map((name) => `host ${name}`) : []),
		...(netns ?? []).map((name) => `namespace ${name}${of}`),
		...(networks ?? []).map((name) => `network ${name}`),
		...(services ?? []).map((name) => `service ${name}`),
	];
	return `only ${names.join(", ")}`;
}

/** The value of an attribute, as text. */
export function valueText(attribute: Attribute | undefined): string | undefined {
	return attribute && printValue(attribute.value);
}

/** `10.0.0.3/24`: the address that an edge leads to, with the length that the interface has it with. */
export function addressText(view: View, edge: Edge): string {
	const length = valueText(edge.attributes.length);
	return view.node(edge.to).name + (length === undefined ? "" : `/${length}`);
}

function printValue(value: Value): string {
	if (Array.isArray(value)) return value.map(printValue).join(", ");
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** How many places of a proof are shown; the JSON has them all. */
const SHOWN = 3;

/**
 * What proves a fact, in brackets: `[ip_a.txt:5]` where a dump says so, with `+2` where two more do,
 * `[derived a.txt:5, :9, b.txt:1]` where it was joined, `[assumed a.txt:5]` where it rests on a habit. A place
 * in the file before is only its line.
 */
export function proofText({ certainty, evidence }: Fact): string | undefined {
	const places = new Map<string, { file: string; line: number }>();
	for (const each of evidence.filter((one) => one.certainty === certainty)) {
		for (const { file, line } of each.spans) places.set(`${file}:${line}`, { file, line });
	}
	if (places.size === 0) return undefined;
	// One place is enough to check what a dump says; a conclusion needs all that it was drawn from.
	const isDrawn = certainty !== "observed" && evidence.some(({ rule }) => rule !== "scope");
	const enough = isDrawn ? SHOWN : 1;
	let before: string | undefined;
	const shown = [...places.values()].slice(0, enough).map(({ file, line }) => {
		const text = file === before ? `:${line}` : `${file}:${line}`;
		before = file;
		return text;
	});
	const more = places.size > enough ? ` +${places.size - enough}` : "";
	const sign = certainty === "observed" ? "" : `${certainty} `;
	return `[${sign}${shown.join(", ")}${more}]`;
}
