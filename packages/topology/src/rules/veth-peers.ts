import type { Context, Rule } from "../context.ts";
import { conclude, proof } from "../evidence.ts";
import type { Link } from "../links.ts";
import { momentOf } from "../moments.ts";
import { NetnsNumbers } from "../netns-numbers.ts";
import type { InterfaceLine } from "../observations.ts";

/** Two lines, one of each end, that name each other's index. */
type Crossing = readonly [InterfaceLine, InterfaceLine];

/**
 * Pairs the two ends of a veth. A number in `@if14` is an index in another namespace, and one pair of indexes may
 * stand in many namespaces: where the numbers of the namespaces tell, they decide.
 */
export const vethPeers: Rule = {
	id: "veth-peer",
	concludes:
		"Two interfaces in two namespaces of one host, each of which names the other's index as its peer's, are a veth pair, if the namespaces' names and numbers (link-netns, link-netnsid) allow it and no third fits. Lines of one capture are paired before those of two.",
	certainty: ["derived"],
	contradictedBy: "a peer's netnsid that resolves to another namespace, or unequal MTUs",
	apply(context: Context) {
		const pairing = new Pairing(context);
		pairing.run();
	},
};

/** The ends of veth pairs whose peer is in another namespace. */
export function vethEnds({ links }: Context): Link[] {
	return links.all().filter((link) => {
		if (link.kind === undefined ? /^(?:vxlan|macvlan|ipvlan)/.test(link.name) : link.kind !== "veth")
			return false;
		return link.lines.some(isEnd);
	});
}

function isEnd({ index, peerIndex, linkType }: InterfaceLine): boolean {
	if (linkType !== undefined && linkType !== "ether") return false;
	// `10: vxlan0@if10`: an interface without a lower device, moved to another namespace, names itself.
	return peerIndex !== undefined && index !== peerIndex;
}

class Pairing {
	readonly #context: Context;
	readonly #numbers: NetnsNumbers;
	readonly #ends: readonly Link[];
	/** `host index` → the ends with that index. */
	readonly #byIndex = new Map<string, Set<Link>>();

	constructor(context: Context) {
		this.#context = context;
		this.#numbers = new NetnsNumbers(context);
		this.#ends = vethEnds(context).filter((end) => !isTorn(end));
		for (const end of this.#ends) {
			for (const { index, scope } of end.lines) {
				if (index === undefined) continue;
				const key = `${scope.host} ${index}`;
				const known = this.#byIndex.get(key);
				if (known === undefined) this.#byIndex.set(key, new Set([end]));
				else known.add(end);
			}
		}
	}

	run(): void {
		const paired = new Map<Link, readonly [Link, Crossing]>();
		// What a pair tells of its namespaces' numbers may decide another.
		for (let found = true; found; ) {
			found = false;
			for (const end of this.#ends) {
				if (paired.has(end)) continue;
				const pair = this.#only(end);
				if (pair === undefined || this.#only(pair[0])?.[0] !== end) continue;
				const [other, [one, two]] = pair;
				paired.set(end, pair);
				paired.set(other, [end, [two, one]]);
				this.#numbers.learn(one, other.netns, [one.quote, two.quote]);
				this.#numbers.learn(two, end.netns, [one.quote, two.quote]);
				found = true;
			}
		}
		for (const end of this.#ends) {
			const pair = paired.get(end);
			if (pair === undefined) {
				const fitting = this.#fitting(end).map(([other]) => other);
				if (fitting.length > 1)
					this.#ambiguity(end, fitting, "several interfaces have the indexes the wrong way round");
			} else if (pair[1].some((line) => this.#numbers.isDisputed(line) && line.peerNetns === undefined)) {
				const because = "pairs of the same two numbers of namespaces lead to different namespaces";
				this.#ambiguity(end, [pair[0]], because);
			} else if (end.id < pair[0].id) this.#edge(end, pair);
		}
	}

	#only(end: Link): readonly [Link, Crossing] | undefined {
		const fitting = this.#fitting(end);
		return fitting.length === 1 ? fitting[0] : undefined;
	}

	/** The ends that may be the peer, with the lines that say so; those of one capture, if there are any. */
	#fitting(end: Link): (readonly [Link, Crossing])[] {
		const indexes = new Set(end.lines.filter(isEnd).map(({ peerIndex }) => peerIndex!));
		const others = new Set<Link>();
		for (const index of indexes) {
			for (const other of this.#byIndex.get(`${end.scope.host} ${index}`) ?? []) others.add(other);
		}
		const fitting: (readonly [Link, Crossing, boolean])[] = [];
		for (const other of [...others].sort((a, b) => (a.id < b.id ? -1 : 1))) {
			if (other.netns === end.netns) continue;
			const crossing = this.#crossing(end, other);
			if (crossing !== undefined) {
				fitting.push([other, crossing, momentOf(crossing[0]) === momentOf(crossing[1])]);
			}
		}
		const together = fitting.filter(([, , same]) => same);
		return (together.length > 0 ? together : fitting).map(([other, crossing]) => [other, crossing]);
	}

	#crossing(end: Link, other: Link): Crossing | undefined {
		let apart: Crossing | undefined;
		for (const one of end.lines) {
			if (!isEnd(one)) continue;
			for (const two of other.lines) {
				if (!isEnd(two) || two.index !== one.peerIndex || two.peerIndex !== one.index) continue;
				if (one.index === undefined || unequal(end, other, one, two)) continue;
				if (!this.#allows(end, one, other) || !this.#allows(other, two, end)) continue;
				if (momentOf(one) === momentOf(two)) return [one, two];
				apart ??= [one, two];
			}
		}
		return apart;
	}

	/** Whether what the dumps of the same capture say of a line's other namespace is the other end's. */
	#allows(end: Link, line: InterfaceLine, other: Link): boolean {
		const moment = momentOf(line);
		return end.lines.every((each) => {
			if (each.index !== line.index || each.peerIndex !== line.peerIndex || momentOf(each) !== moment)
				return true;
			const told = this.#numbers.of(each);
			return told === undefined || told.netns === other.netns;
		});
	}

	#edge(end: Link, [other, [one, two]]: readonly [Link, Crossing]): void {
		const { host } = end.scope;
		const told = this.#numbers.of(one) ?? this.#numbers.of(two);
		const only = `no other saved namespace of ${host} has that pair of indexes`;
		const because = `${one.index}@if${one.peerIndex} and ${two.index}@if${two.peerIndex} name each other, and ${told?.because ?? only}`;
		const lines = [end, other].flatMap(({ lines }) => lines.filter(isEnd).map(({ quote }) => quote));
		const quotes = [...lines, ...(told?.quotes ?? [])];
		this.#context.graph.edge("veth-peer", end.id, other.id, proof("derived", vethPeers.id, quotes, because));
	}

	#ambiguity(end: Link, fitting: readonly Link[], because: string): void {
		const { graph } = this.#context;
		const index = end.lines.find(isEnd)!.peerIndex;
		const premises = [graph.evidenceOf(end.id), ...fitting.map(({ id }) => graph.evidenceOf(id))];
		graph.ambiguity({
			about: end.id,
			question: `which interface is the peer of ${graph.nameOf(end.id)} (index ${index})`,
			candidates: fitting.map(({ id }) => id),
			evidence: [conclude("derived", vethPeers.id, premises, because)],
		});
	}
}

/** A veth keeps its MAC and index: two of them in one capture are of two interfaces, one in the wrong place. */
function isTorn({ lines }: Link): boolean {
	const first = new Map<string, InterfaceLine>();
	for (const line of lines) {
		const moment = momentOf(line);
		const known = first.get(moment);
		if (known === undefined) first.set(moment, line);
		else if (differ(known.mac, line.mac) || differ(known.index, line.index)) return true;
		else first.set(moment, { ...line, ...known });
	}
	return false;
}

function differ<T>(a: T | undefined, b: T | undefined): boolean {
	return a !== undefined && b !== undefined && a !== b;
}

/** A veth's ends have one MTU, unless somebody set one of them; what another line of the capture says counts too. */
function unequal(end: Link, other: Link, one: InterfaceLine, two: InterfaceLine): boolean {
	const mtu = (link: Link, line: InterfaceLine): number | undefined =>
		line.mtu ?? link.lines.find((each) => each.index === line.index && each.mtu !== undefined)?.mtu;
	return differ(mtu(end, one), mtu(other, two));
}
