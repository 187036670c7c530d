import type { Captures } from "./captures.ts";
import { append } from "./lists.ts";
import type { Edge, Evidence, NodeKind, OnlyIn, Topology } from "./model.ts";

/** Things that a dump lists; what a host spoke with is not, for it comes and goes by itself. */
const LISTED: ReadonlySet<NodeKind> = new Set([
	"netns",
	"interface",
	"address",
	"docker-network",
	"endpoint",
	"container",
	"service",
	"task",
	"vip",
	"published-port",
	"ipvs-service",
	"real-server",
]);

/** Attributes that are a line of a dump each, and stay until somebody takes them away; neighbours and sockets do not. */
const LINES = /^(?:route|rule|SNAT|MASQUERADE|NETMAP|REDIRECT) /;

/** Edges that are such a line, or a word of it. */
const JOINTS: ReadonlySet<Edge["kind"]> = new Set([
	"enslaved-to",
	"has-address",
	"attached-to-network",
	"balances-to",
	"backs",
]);

/** What some captures of a host show and others do not, without what is within such a thing. */
export function onlyInOf(
	{ nodes, edges, changes }: Pick<Topology, "nodes" | "edges" | "changes">,
	captures: Captures,
): OnlyIn[] {
	if (captures.list.length === 0) return [];
	// A dump that has the address of an interface, or a port of it, has the interface.
	const joined = new Map<string, Evidence[]>();
	for (const { from, to, evidence } of edges) {
		const observed = evidence.filter(({ certainty }) => certainty === "observed");
		for (const end of [from, to]) for (const each of observed) append(joined, end, each);
	}
	const gone = new Map<string, OnlyIn>();
	for (const node of nodes) {
		if (!LISTED.has(node.kind)) continue;
		const found = absence(node.id, node.evidence, captures, joined.get(node.id));
		if (found !== undefined) gone.set(node.id, found);
	}
	const wentWith = (one: OnlyIn, other: string): boolean =>
		gone.get(other)?.notIn.some((name) => one.notIn.includes(name)) ?? false;
	const within = new Map<string, string[]>();
	for (const { kind, from, to } of edges) {
		if (kind !== "contains" && kind !== "has-address" && kind !== "balances-to") continue;
		append(within, to, from);
	}
	const out: OnlyIn[] = [];
	for (const found of gone.values()) {
		// An address that two interfaces had one after the other is there as long as one of them.
		const around = within.get(found.about) ?? [];
		if (!around.some((each) => wentWith(found, each))) out.push(found);
	}
	const changed = new Map(changes.map(({ about, attribute, values }) => [`${about}\n${attribute}`, values]));
	for (const node of nodes) {
		if (gone.has(node.id)) continue;
		for (const [attribute, value] of Object.entries(node.attributes)) {
			// Whichever value a capture tells, it has the line.
			const values = changed.get(`${node.id}\n${attribute}`) ?? [value];
			const evidence = values.flatMap((each) => each.evidence);
			const found = LINES.test(attribute) ? absence(node.id, evidence, captures) : undefined;
			if (found !== undefined) out.push({ ...found, attribute });
		}
	}
	for (const { id, kind, from, to, evidence } of edges) {
		const found = JOINTS.has(kind) ? absence(id, evidence, captures) : undefined;
		if (found !== undefined && !wentWith(found, from) && !wentWith(found, to)) out.push(found);
	}
	return out;
}

/** `also` proves that it is there, and is no place that shows it. */
function absence(
	about: string,
	evidence: readonly Evidence[],
	captures: Captures,
	also: readonly Evidence[] = [],
): OnlyIn | undefined {
	// A conclusion quotes one dump for each premise, though others may say the same.
	const observed = evidence.filter(({ certainty }) => certainty === "observed");
	if (observed.length === 0) return undefined;
	const told = [...observed, ...also].flatMap(({ spans }) => spans.map(({ source }) => source));
	const found = captures.absence([...new Set(told)]);
	return found && { about, ...found, evidence: observed };
}
