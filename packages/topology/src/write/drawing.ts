import type { Certainty, Edge, EdgeKind, Node, Topology } from "../model.ts";
import { addressText, View, valueText } from "./view.ts";

/** A topology as it is drawn: boxes in boxes, what stands in them, and lines between. */
export interface Drawing {
	/** Hosts, and what belongs to none: networks and services. */
	readonly shapes: readonly Shape[];
	readonly lines: readonly Line[];
}

/** A host or namespace (a box, if something is in it), or a thing. */
export interface Shape {
	readonly id: string;
	/** One or more lines of text. */
	readonly label: readonly string[];
	readonly assumed: boolean;
	readonly inside: readonly Shape[];
}

export interface Line {
	readonly from: string;
	readonly to: string;
	readonly label: string;
	readonly assumed: boolean;
	readonly bothWays: boolean;
}

/** What an edge is called in a picture; edges of other kinds are seen by where a shape stands. */
const LABELS: Partial<Record<EdgeKind, string>> = {
	"attached-to-network": "on",
	"enslaved-to": "port of",
	"lower-device": "on top of",
	"veth-peer": "veth",
	tunnel: "tunnel",
	backs: "of",
	"nat-to": "DNAT",
	marks: "mark",
	"balances-to": "balances",
	"same-entity": "is",
};

/**
 * What a picture shows. It would be lost in small things, so addresses stand in the label of their interface,
 * subnets in that of their network, VTEPs in that of their interface, a container in that of its namespace,
 * and a real server is the line from its service to the interface that has its address.
 */
export function drawingOf(topology: Topology): Drawing {
	const view = new View(topology);
	const shownAs = new Map<string, string>();
	for (const node of topology.nodes) shownAs.set(node.id, shapeOf(view, node)?.id ?? node.id);
	const isShape = (node: Node): boolean => shownAs.get(node.id) === node.id;

	const shape = (node: Node): Shape => ({
		id: node.id,
		label: [...labelOf(view, node), ...(isInPart(view, node) ? ["in part"] : [])],
		assumed: node.certainty === "assumed",
		inside: view.targets(node.id, "contains").filter(isShape).map(shape),
	});
	const roots = topology.nodes.filter((node) => isShape(node) && view.parent(node.id) === undefined);

	const lines = new Map<string, Line>();
	for (const edge of topology.edges) {
		const label = LABELS[edge.kind];
		const from = shownAs.get(edge.from)!;
		const to = shownAs.get(edge.to)!;
		if (label === undefined || from === to) continue;
		const said = markOf(view, edge) ?? label;
		const key = `${from} ${said} ${to}`;
		const certainty: Certainty = edge.certainty;
		const known = lines.get(key);
		if (known === undefined || (known.assumed && certainty !== "assumed")) {
			lines.set(key, {
				from,
				to,
				label: said,
				assumed: certainty === "assumed",
				bothWays: edge.kind === "veth-peer",
			});
		}
	}
	return { shapes: roots.map(shape), lines: [...lines.values()] };
}

/** The shape that stands for a node; undefined: one of its own. */
function shapeOf(view: View, node: Node): Node | undefined {
	switch (node.kind) {
		case "address":
			return view.origins(node.id, "has-address")[0];
		case "subnet":
			return view.targets(node.id, "in-subnet")[0];
		case "vtep":
			return view.targets(node.id, "same-entity", "interface")[0];
		case "endpoint":
			return view.targets(node.id, "same-entity", "interface")[0];
		case "container": {
			const edges = view.out(node.id, "same-entity");
			const sure = edges.find(({ certainty }) => certainty !== "assumed") ?? edges[0];
			return sure && view.node(sure.to);
		}
		case "real-server": {
			const address = view.targets(node.id, "same-entity", "address")[0];
			return address && (shapeOf(view, address) ?? address);
		}
		default:
			return undefined;
	}
}

function labelOf(view: View, node: Node): string[] {
	switch (node.kind) {
		case "host":
			return [`host ${node.name}`];
		case "netns": {
			const containers = view
				.origins(node.id, "same-entity", "container")
				.map((each) => `container ${each.name}`);
			const own =
				node.name.startsWith("container:") && containers.length > 0 ? [] : [`namespace ${node.name}`];
			return [...own, ...containers];
		}
		case "interface":
			return [node.name, ...view.out(node.id, "has-address").map((edge) => addressText(view, edge))];
		case "docker-network": {
			const subnets = view.origins(node.id, "in-subnet", "subnet").map(({ name }) => name);
			return [`network ${node.name}`, ...subnets];
		}
		case "published-port":
			return [`port ${node.name}`];
		case "ipvs-service":
			return [`IPVS ${node.name} ${valueText(node.attributes.scheduler) ?? ""}`.trim()];
		case "vip":
			return [`VIP ${node.name}`];
		case "external":
			return [`${node.name}, in no dump`];
		default:
			return [`${node.kind} ${node.name}`];
	}
}

/** Whether a thing holds, or is joined to, more than the picture shows. */
function isInPart(view: View, { id, kind }: Node): boolean {
	const holds = kind === "host" || kind === "netns" || kind === "docker-network" || kind === "service";
	return holds && view.cutOff(id) > 0;
}

/** `mark 0x102` for the line from a port or VIP to its IPVS service. */
function markOf(view: View, edge: Edge): string | undefined {
	if (edge.kind !== "marks") return undefined;
	const netns = view.netnsOf(edge.to);
	const mark = netns && valueText(view.node(edge.from).attributes[`mark@${netns.id}`]);
	return mark === undefined ? undefined : `mark ${mark}`;
}
