import type { ParsedDump } from "@netfossil/capture";
import type { Edge, EdgeKind, Fact, Node, NodeKind, Topology } from "@netfossil/topology";
import { type Prefix, prefixOf } from "../../address.ts";
import type { Cite } from "../kernel.ts";

/** A namespace by its names. */
export interface Spot {
	readonly host: string;
	readonly netns: string | null;
}

/** An interface on a network of Docker's. */
export interface Leg extends Spot {
	readonly name: string;
	/** The number of its other end, `eth1@if13`. */
	readonly peerIndex?: number;
	/** Of one that a habit made. */
	readonly address?: string;
	readonly cite: Cite;
}

/** A network of Docker's, as the topology has it. */
export interface Network {
	readonly id: string;
	readonly name: string;
	readonly driver: string | undefined;
	/** Of a bridge network: the machine that it is on. */
	readonly host: string | undefined;
	/** The bridge's name, where a dump tells. */
	readonly bridge: string | undefined;
	readonly ingress: boolean;
	readonly subnets: readonly { readonly prefix: Prefix; readonly gateway?: string }[];
	readonly legs: Leg[];
	readonly cite: Cite;
}

/** `worker1/netns/ingress_sbox/interface/eth0` → its namespace; undefined for what lies in none. */
export function spotOf(id: string): Spot | undefined {
	const [, host, netns] = /^([^/]+)\/netns\/([^/]+)(?:\/|$)/.exec(id) ?? [];
	if (host === undefined || netns === undefined) return undefined;
	return { host, netns: netns === "host" ? null : netns };
}

/** What the topology says, by what habits ask for. */
export class Facts {
	readonly #nodes = new Map<string, Node>();
	readonly #kinds = new Map<NodeKind, Node[]>();
	readonly #out = new Map<string, Edge[]>();
	readonly #in = new Map<string, Edge[]>();
	readonly #sources = new Map<string, ParsedDump["dump"]["source"]>();

	constructor({ nodes, edges }: Topology, dumps: readonly ParsedDump[]) {
		for (const node of nodes) {
			this.#nodes.set(node.id, node);
			listed(this.#kinds, node.kind).push(node);
		}
		for (const edge of edges) {
			listed(this.#out, `${edge.kind} ${edge.from}`).push(edge);
			listed(this.#in, `${edge.kind} ${edge.to}`).push(edge);
		}
		for (const { dump } of dumps) this.#sources.set(dump.source.name, dump.source);
	}

	node(id: string): Node | undefined {
		return this.#nodes.get(id);
	}

	nodes(kind: NodeKind): readonly Node[] {
		return this.#kinds.get(kind) ?? [];
	}

	from(kind: EdgeKind, id: string): readonly Edge[] {
		return this.#out.get(`${kind} ${id}`) ?? [];
	}

	to(kind: EdgeKind, id: string): readonly Edge[] {
		return this.#in.get(`${kind} ${id}`) ?? [];
	}

	/** The first line that proves a fact. */
	cite({ evidence }: Fact): Cite {
		const span = evidence.flatMap(({ spans }) => spans)[0];
		const file = span?.file ?? "";
		const line = span?.line ?? 1;
		return { file, line, text: this.#sources.get(file)?.lineText(line).trim() ?? "" };
	}

	networks(): Network[] {
		return this.nodes("docker-network").map((node): Network => {
			const { id, name, attributes } = node;
			const own = /^([^/]+)\/network\//.exec(id)?.[1];
			return {
				id,
				name,
				driver: textOf(node, "driver"),
				host: own,
				bridge: textOf(node, "bridge"),
				ingress: attributes.ingress?.value === true,
				subnets: this.to("in-subnet", id).flatMap(({ from }) => {
					const subnet = this.node(from);
					const [address = "", length] = subnet?.name.split("/") ?? [];
					const prefix = prefixOf(address, Number(length));
					const gateway = subnet && textOf(subnet, "gateway");
					return prefix === undefined ? [] : [{ prefix, ...(gateway !== undefined && { gateway }) }];
				}),
				legs: this.to("attached-to-network", id).flatMap((edge) => this.#leg(edge)),
				cite: this.cite(node),
			};
		});
	}

	/** An interface of a container or a sandbox; bridges are the network itself. */
	#leg({ from }: Edge): Leg[] {
		const spot = spotOf(from);
		const node = this.node(from);
		if (node?.kind !== "interface" || spot === undefined || spot.netns === null) return [];
		if (/^\d+-/.test(spot.netns)) return [];
		const index = node.attributes.peerIndex?.value;
		return [
			{
				...spot,
				name: node.name,
				...(typeof index === "number" && { peerIndex: index }),
				cite: this.cite(node),
			},
		];
	}
}

export function textOf({ attributes }: Node, name: string): string | undefined {
	const value = attributes[name]?.value;
	return typeof value === "string" ? value : undefined;
}

function listed<Thing>(map: Map<string, Thing[]>, key: string): Thing[] {
	const known = map.get(key) ?? [];
	map.set(key, known);
	return known;
}
