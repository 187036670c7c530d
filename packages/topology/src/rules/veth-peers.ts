import type { Place } from "@netfossil/capture";
import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import { interfaceId } from "../ids.ts";
import type { InterfaceLine } from "../observations.ts";

/** One interface with all lines that tell of it, from whatever dump. */
interface End {
	readonly id: string;
	readonly name: string;
	readonly netns: string;
	readonly host: string;
	readonly lines: readonly InterfaceLine[];
	readonly index: number;
	readonly peerIndex: number;
	readonly mtu: number | undefined;
	readonly kind?: string;
}

/**
 * Pairs the two ends of a veth. A number in `@if14` is an index in another namespace, and `link-netnsid 1`
 * names that namespace by a number of the dump's own namespace: it is not `ip netns`'s `(id: 1)`, unless
 * the listing was made in that very namespace.
 */
export const vethPeers: Rule = {
	id: "veth-peer",
	concludes:
		"Two interfaces in two namespaces of one host, each of which names the other's index as its peer's, are a veth pair, if no third fits.",
	certainty: ["derived"],
	contradictedBy: "a peer's netnsid that resolves to another namespace, or unequal MTUs",
	apply(context: Context) {
		const ends = new Ends(vethEnds(context));
		const { graph } = context;
		for (const end of ends.all) {
			const fitting = candidates(context, ends, end);
			if (fitting.length === 1) {
				const other = fitting[0]!;
				// A pair is found from both its ends; and it is certain only if this one alone fits the other.
				if (other.id < end.id || candidates(context, ends, other).length !== 1) continue;
				const [one, two] = crossing(end, other)!;
				const because = `${one.index}@if${one.peerIndex} and ${two.index}@if${two.peerIndex} name each other, and no other saved namespace of ${end.host} has that pair of indexes`;
				const lines = [end, other].flatMap(({ lines }) => lines.map(({ quote }) => quote));
				graph.edge("veth-peer", end.id, other.id, proof("derived", this.id, lines, because));
			} else if (fitting.length > 1) {
				graph.ambiguity({
					about: end.id,
					question: `which interface is the peer of ${graph.nameOf(end.id)} (index ${end.peerIndex})`,
					candidates: fitting.map(({ id }) => id),
					evidence: [
						conclude(
							"derived",
							this.id,
							[graph.evidenceOf(end.id), ...fitting.map(({ id }) => graph.evidenceOf(id))],
							"several interfaces have the indexes the wrong way round",
						),
					],
				});
			}
		}
		sameNamespace(context);
	},
};

/** The ends of veth pairs whose peer is in another namespace. */
export function vethEnds(context: Context): End[] {
	return endsOf(context)
		.filter(({ kind, name }) =>
			kind === undefined ? !/^(?:vxlan|macvlan|ipvlan)/.test(name) : kind === "veth",
		)
		.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Interfaces that name an index in another namespace; each with what all dumps say of it together. */
function endsOf({ seen, who }: Context): End[] {
	const ends = new Map<string, End>();
	for (const line of seen.interfaces) {
		if (line.peerIndex === undefined || line.linkType !== "ether") continue;
		const netns = who.netns(line.scope);
		const id = interfaceId(netns, line.name);
		const known = ends.get(id);
		// Only `-d` tells the kind, and any dump that has it decides.
		const kind = line.kind ?? known?.kind;
		ends.set(id, {
			id,
			name: line.name,
			netns,
			host: line.scope.host,
			lines: [...(known?.lines ?? []), line],
			index: line.index,
			peerIndex: line.peerIndex,
			mtu: line.mtu,
			...(kind !== undefined && { kind }),
		});
	}
	return [...ends.values()];
}

/** The device that a macvlan, ipvlan or VLAN in a namespace of its own stands on. */
export const lowerDevices: Rule = {
	id: "lower-device",
	concludes:
		"A macvlan, ipvlan or vlan with @ifN stands on the interface of index N of the namespace that its netnsid names; where that number resolves to none, on the host's own.",
	certainty: ["derived", "assumed"],
	contradictedBy: "an address or a VLAN tag that the lower device cannot carry",
	apply(context: Context) {
		const { seen, graph, who } = context;
		for (const end of endsOf(context)) {
			if (!/^(?:macvlan|macvtap|ipvlan|ipvtap|vlan)$/.test(end.kind ?? "")) continue;
			const named = new Set(end.lines.flatMap(({ peerNetns }) => peerNetns ?? []));
			const [name] = named;
			const place: Place = name === undefined ? { type: "host" } : { type: "netns", name };
			const netns = who.netns({ host: end.host, place });
			if (netns === end.netns) continue;
			const lower = seen.interfaces.find(
				(line) => who.netns(line.scope) === netns && line.index === end.peerIndex,
			);
			if (lower === undefined) continue;
			const because =
				name === undefined
					? "its lower device is taken to be the host's own, as container engines make it"
					: `link-netns names ${name}`;
			const quotes = [...end.lines.map(({ quote }) => quote), lower.quote];
			const evidence = proof(name === undefined ? "assumed" : "derived", this.id, quotes, because);
			graph.edge("lower-device", end.id, interfaceId(netns, lower.name), evidence);
		}
	},
};

/** The ends, by the indexes that the dumps give them: nearly always one, but dumps may disagree. */
class Ends {
	readonly all: readonly End[];
	readonly #byIndex = new Map<string, Set<End>>();

	constructor(all: readonly End[]) {
		this.all = all;
		for (const end of all) {
			for (const { index } of end.lines) {
				const key = `${index} ${end.host}`;
				const known = this.#byIndex.get(key);
				if (known === undefined) this.#byIndex.set(key, new Set([end]));
				else known.add(end);
			}
		}
	}

	/** The ends of a host with an index that another end names as its peer's. */
	named(end: End): End[] {
		const found = new Set(
			end.lines.flatMap(({ peerIndex }) => [...(this.#byIndex.get(`${peerIndex} ${end.host}`) ?? [])]),
		);
		return [...found].sort((a, b) => (a.id < b.id ? -1 : 1));
	}
}

/** Two lines of two ends that name each other. What any dump says counts: none is known to be the right one. */
function crossing(end: End, other: End): readonly [InterfaceLine, InterfaceLine] | undefined {
	for (const one of end.lines) {
		const two = other.lines.find(
			(each) => each.index === one.peerIndex && each.peerIndex === one.index && each.mtu === one.mtu,
		);
		if (two !== undefined) return [one, two];
	}
	return undefined;
}

function candidates(context: Context, ends: Ends, end: End): End[] {
	return ends
		.named(end)
		.filter(
			(other) =>
				other.netns !== end.netns &&
				crossing(end, other) !== undefined &&
				allows(context, end, other) &&
				allows(context, other, end),
		);
}

/** Whether the netnsid that an end gives its peer's namespace can be the other end's namespace. */
function allows({ seen, who }: Context, end: End, other: End): boolean {
	for (const line of end.lines) {
		if (line.peerNetns !== undefined) {
			const place = { type: "netns" as const, name: line.peerNetns };
			if (who.netns({ host: end.host, place }) !== other.netns) return false;
		}
		if (line.peerNetnsid === undefined) continue;
		// A listing counts only when it was made in the namespace whose numbers these are.
		const listed = seen.netns.find(
			(row) =>
				row.scope.host === end.host && row.netnsid === line.peerNetnsid && who.netns(row.scope) === end.netns,
		);
		if (listed === undefined) continue;
		const place = { type: "netns" as const, name: listed.name };
		if (who.netns({ host: end.host, place }) !== other.netns) return false;
	}
	return true;
}

/** `a@b` and `b@a` within one namespace. */
function sameNamespace({ seen, graph, who }: Context): void {
	for (const line of seen.interfaces) {
		if (line.peerName === undefined) continue;
		const netns = who.netns(line.scope);
		const other = seen.interfaces.find(
			(each) => who.netns(each.scope) === netns && each.name === line.peerName,
		);
		if (other === undefined) continue;
		const from = interfaceId(netns, line.name);
		const to = interfaceId(netns, other.name);
		const evidence = proof("derived", vethPeers.id, [line.quote, other.quote]);
		if (other.peerName === line.name) graph.edge("veth-peer", from, to, evidence);
		else graph.edge("lower-device", from, to, evidence);
	}
}
