import { networkHolds, networkOf } from "@netfossil/core";
import { networkIdOfNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { conclude, proof, type Quote } from "../evidence.ts";
import type { Link } from "../links.ts";
import { append } from "../lists.ts";
import type { Certainty } from "../model.ts";
import { momentOf } from "../moments.ts";
import { NetnsNumbers } from "../netns-numbers.ts";
import type { InterfaceLine } from "../observations.ts";

/** Two lines, one of each end, that name each other's index. */
type Crossing = readonly [InterfaceLine, InterfaceLine];

/** An end that may be the peer, with the lines that say so, and why it is, where that is told. */
interface Fitting {
	readonly other: Link;
	readonly crossing: Crossing;
	readonly ground?: Ground;
}

/** Of so many ends that fit each is asked for; where there are more on both sides, all are one question. */
const MANY = 8;

/** Why one end is the peer of the other. */
interface Ground {
	readonly certainty: Certainty;
	readonly because: string;
	readonly quotes: readonly Quote[];
}

/**
 * Pairs the two ends of a veth. A number in `@if14` is an index in another namespace, and one pair of indexes may
 * stand in many namespaces: `eth0` of every container may be `2@if5`. So the indexes alone prove nothing, for the dump
 * of the namespace that the real peer is in may be missing: what tells of one end in which namespace the other is does.
 */
export const vethPeers: Rule = {
	id: "veth-peer",
	concludes:
		"Two interfaces in two namespaces of one host, each of which names the other's index as its peer's, are a veth pair, if the name or number of a namespace (link-netns, link-netnsid) or the address of one end in an overlay network says that the other end is there. Where nothing says so, it is assumed if no third fits, and one end is in the host's own namespace or in that of an overlay network, as engines and people make them, or both have addresses of one subnet. Equal indexes, `2: a@if2`, where no dump tells the kind, are proof only where both ends say so. Unequal MTUs are no contradiction. Lines of two captures prove nothing of each other.",
	certainty: ["derived", "assumed"],
	contradictedBy: "a peer's netnsid that resolves to another namespace",
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
		return endLines(link).length > 0;
	});
}

/** The lines of an interface that tell the index of a peer in another namespace. */
function endLines({ lines }: Link): InterfaceLine[] {
	return lines.filter(
		({ peerIndex, linkType }) => peerIndex !== undefined && (linkType === undefined || linkType === "ether"),
	);
}

/** `10: vxlan0@if10`: a tunnel that was moved to another namespace names itself; so does a veth, if the peer's index is equal. */
export function mayNameItself({ lines, kind }: Link): boolean {
	return (
		kind === undefined && lines.some(({ index, peerIndex }) => index !== undefined && index === peerIndex)
	);
}

class Pairing {
	readonly #context: Context;
	readonly #numbers: NetnsNumbers;
	readonly #ends: readonly Link[];
	/** `host index peer` → the ends with that index and that one of the peer; with ` netns` behind it, those there. */
	readonly #byIndexes = new Map<string, Set<Link>>();
	/** The pairs that something proves, by both ends; of one end there are several where captures differ, or dumps disagree. */
	readonly #proven = new Map<Link, Fitting[]>();
	readonly #assumed = new Map<Link, Fitting[]>();
	/** `host index index` → the ends that each may be the peer of more than {@link MANY}, with one of these. */
	readonly #crowds = new Map<string, [end: Link, fitting: Fitting][]>();

	constructor(context: Context) {
		this.#context = context;
		this.#numbers = new NetnsNumbers(context);
		this.#ends = vethEnds(context).filter((end) => !isTorn(end));
		for (const end of this.#ends) {
			for (const { index, peerIndex, scope } of endLines(end)) {
				if (index === undefined) continue;
				const key = `${scope.host} ${index} ${peerIndex}`;
				for (const each of [key, `${key} ${end.netns}`]) {
					const known = this.#byIndexes.get(each);
					if (known === undefined) this.#byIndexes.set(each, new Set([end]));
					else known.add(end);
				}
			}
		}
	}

	run(): void {
		this.#prove();
		this.#assume();
		for (const end of this.#ends) this.#say(end);
		for (const ends of this.#crowds.values()) this.#sayOfMany(ends);
	}

	/** What a pair tells of its namespaces' numbers may prove another. */
	#prove(): void {
		for (let found = true; found; ) {
			found = false;
			for (const end of this.#ends) {
				for (const { other, crossing } of this.#provable(end)) {
					if (this.#proven.get(end)?.some((each) => each.other === other)) continue;
					const ground = this.#ground(end, other, crossing);
					if (ground?.certainty !== "derived") continue;
					append(this.#proven, end, { other, crossing, ground });
					append(this.#proven, other, { other: end, crossing: turned(crossing), ground });
					this.#learn(end, other, crossing, "derived");
					found = true;
				}
			}
		}
	}

	#assume(): void {
		for (let found = true; found; ) {
			found = false;
			for (const end of this.#ends) {
				for (const pair of this.#only(end)) {
					const { other, crossing } = pair;
					if (this.#assumed.get(end)?.some((each) => isOfOne(each, pair))) continue;
					if (!this.#only(other).some((each) => each.other === end)) continue;
					const ground = this.#ground(end, other, crossing) ?? this.#habit(end, other);
					if (ground === undefined) continue;
					append(this.#assumed, end, { other, crossing, ground });
					append(this.#assumed, other, { other: end, crossing: turned(crossing), ground });
					this.#learn(end, other, crossing, "assumed");
					found = true;
				}
			}
		}
	}

	/**
	 * The ends that something may prove to be the peer of one: those in the namespaces that its lines tell, or all that
	 * fit in the namespace of an overlay network. What is told of the other end is found from there.
	 */
	#provable(end: Link): Iterable<Fitting> {
		if (networkIdOfNetns(this.#context.graph.nameOf(end.netns))?.role === "overlay")
			return this.#fitting(end);
		const told = new Set(endLines(end).flatMap((line) => this.#numbers.of(line)?.netns ?? []));
		return [...told].flatMap((netns) => [...this.#fitting(end, netns)]);
	}

	#learn(end: Link, other: Link, [one, two]: Crossing, certainty: Certainty): void {
		this.#numbers.learn(one, other.netns, certainty, [one.quote, two.quote]);
		this.#numbers.learn(two, end.netns, certainty, [one.quote, two.quote]);
	}

	#say(end: Link): void {
		for (const pair of this.#proven.get(end) ?? []) this.#sayPair(end, pair);
		for (const pair of this.#assumed.get(end) ?? []) this.#sayPair(end, pair);
		for (const fitting of this.#open(end, MANY + 1)) {
			const [first] = fitting as [Fitting];
			if (this.#assumed.get(end)?.some((pair) => isOfOne(pair, first))) continue;
			if (fitting.length > MANY) append(this.#crowds, crowdOf(end, first), [end, first]);
			else this.#sayOpen(end, fitting);
		}
	}

	#sayPair(end: Link, pair: Fitting): void {
		const rivals = this.#proven.get(end)?.filter((each) => isOfOne(each, pair)) ?? [];
		const back = { other: end, crossing: turned(pair.crossing) };
		const others = this.#proven.get(pair.other)?.filter((each) => isOfOne(each, back)) ?? [];
		if (rivals.length > 1 || others.length > 1) {
			const candidates = rivals.map(({ other }) => other);
			this.#ambiguity(end, candidates, "what tells of their namespaces leads to several interfaces");
		} else if (pair.crossing.some((line) => this.#numbers.isDisputed(line) && line.peerNetns === undefined)) {
			const because = "pairs of the same two numbers of namespaces lead to different namespaces";
			this.#ambiguity(end, [pair.other], because);
		} else if (end.id < pair.other.id) this.#edge(end, pair);
	}

	#sayOpen(end: Link, fitting: readonly Fitting[]): void {
		const others = fitting.map(({ other }) => other).sort((a, b) => (a.id < b.id ? -1 : 1));
		const because =
			others.length > 1
				? "several interfaces have the indexes the wrong way round"
				: "the indexes fit, but nothing tells that its namespace is the peer's";
		this.#ambiguity(end, others, because);
	}

	/** Ends of which each may be the peer of many: where that holds of both sides, the question is one for all of them. */
	#sayOfMany(crowd: readonly (readonly [end: Link, fitting: Fitting])[]): void {
		const sides = new Set(crowd.map(([, { crossing }]) => crossing[0].index));
		const [[first, { crossing }]] = crowd as [[Link, Fitting]];
		const [one, two] = crossing;
		if (sides.size === 1 && one.index !== two.index) {
			for (const [end, fitting] of crowd)
				this.#sayOpen(end, this.#open(end).find(([each]) => isOfOne(each!, fitting))!);
			return;
		}
		const { graph } = this.#context;
		const ids = [...new Set(crowd.map(([{ id }]) => id))];
		graph.ambiguity({
			about: first.id,
			question: `which of these are the ends of one veth (${one.index}@if${two.index} and ${two.index}@if${one.index})`,
			candidates: ids,
			evidence: [
				conclude(
					"derived",
					vethPeers.id,
					ids.map((id) => graph.evidenceOf(id)),
					"each of them may be the peer of many: they have the indexes the wrong way round",
				),
			],
		});
	}

	/** Where one end fits alone. */
	#only(end: Link): Fitting[] {
		return this.#open(end, 2).flatMap((fitting) => (fitting.length === 1 ? fitting : []));
	}

	/**
	 * The ends that may be the peer, where nothing proves it, those of one capture before others, no more than asked for.
	 * Of two captures an interface may be two veths, which was made again: each may have a peer.
	 */
	#open(end: Link, most = Number.POSITIVE_INFINITY): Fitting[][] {
		const open: { readonly first: Fitting; readonly together: Fitting[]; readonly apart: Fitting[] }[] = [];
		let left = vethsOf(end);
		for (const fitting of this.#fitting(end)) {
			const { other, crossing } = fitting;
			const back = { other: end, crossing: turned(crossing) };
			const isTaken =
				this.#proven.get(end)?.some((each) => isOfOne(each, fitting)) ||
				this.#proven.get(other)?.some((each) => isOfOne(each, back));
			if (isTaken) continue;
			let same = open.find(({ first }) => isOfOne(first, fitting));
			if (same === undefined) {
				same = { first: fitting, together: [], apart: [] };
				open.push(same);
			}
			(isOfOneMoment(crossing) ? same.together : same.apart).push(fitting);
			if (same.together.length === most && --left === 0) break;
		}
		return open.map(({ together, apart }) => (together.length > 0 ? together : apart).slice(0, most));
	}

	/** The ends, of all namespaces or of one, that have the indexes the wrong way round, and that nothing excludes. */
	*#fitting(end: Link, netns?: string): Generator<Fitting> {
		const others = new Set<Link>();
		for (const { index, peerIndex } of endLines(end)) {
			const key = `${end.scope.host} ${peerIndex} ${index}${netns === undefined ? "" : ` ${netns}`}`;
			for (const other of this.#byIndexes.get(key) ?? []) others.add(other);
		}
		for (const other of others) {
			if (other.netns === end.netns) continue;
			const crossing = this.#crossing(end, other);
			if (crossing !== undefined) yield { other, crossing };
		}
	}

	#crossing(end: Link, other: Link): Crossing | undefined {
		let apart: Crossing | undefined;
		for (const one of endLines(end)) {
			for (const two of endLines(other)) {
				if (two.index !== one.peerIndex || two.peerIndex !== one.index) continue;
				if (one.index === undefined) continue;
				if (!this.#allows(end, one, other) || !this.#allows(other, two, end)) continue;
				if (isOfOneMoment([one, two])) return [one, two];
				apart ??= [one, two];
			}
		}
		return apart;
	}

	/** Whether what the dumps of the same capture say of a line's other namespace is the other end's. */
	#allows(end: Link, line: InterfaceLine, other: Link): boolean {
		return linesOf(end, line).every((each) => {
			const told = this.#numbers.of(each);
			return told === undefined ? !this.#numbers.isElsewhere(each, other.netns) : told.netns === other.netns;
		});
	}

	/** What tells of one end that the other is in its namespace, so that the index decides. */
	#ground(end: Link, other: Link, crossing: Crossing): Ground | undefined {
		const [one, two] = crossing;
		const told = [
			...linesOf(end, one).map((line) => [line, other.netns] as const),
			...linesOf(other, two).map((line) => [line, end.netns] as const),
		].flatMap(([line, netns]) => {
			const known = this.#numbers.of(line);
			return known?.netns === netns ? [known] : [];
		});
		const ground =
			told.find(({ certainty }) => certainty === "derived") ??
			this.#overlay(end, other) ??
			this.#overlay(other, end) ??
			told[0];
		if (ground !== undefined && mayNameItself(end) && mayNameItself(other) && !this.#eachTells(end, other)) {
			const because = `${ground.because}; no dump tells that they are veths, and a tunnel that was moved names its own index`;
			return { ...ground, certainty: "assumed", because };
		}
		if (ground === undefined || isOfOneMoment(crossing)) return ground;
		const because = `${ground.because}; the dumps are of two captures: an interface keeps its index as long as it is there`;
		return { ...ground, certainty: "assumed", because };
	}

	/** Whether each of two ends tells that the other is in its namespace. */
	#eachTells(end: Link, other: Link): boolean {
		const tells = (link: Link, netns: string): boolean =>
			endLines(link).some((line) => this.#numbers.of(line)?.netns === netns);
		return tells(end, other.netns) && tells(other, end.netns);
	}

	/** An interface with an address of an overlay network is plugged into the bridge in the network's namespace. */
	#overlay(inside: Link, port: Link): Ground | undefined {
		const { graph } = this.#context;
		if (networkIdOfNetns(graph.nameOf(port.netns))?.role !== "overlay") return undefined;
		for (const network of graph.targets("attached-to-network", port.netns)) {
			const [evidence] = graph.edgeEvidence("attached-to-network", inside.id, network);
			if (evidence === undefined || evidence.certainty === "assumed") continue;
			const name = graph.nameOf(network);
			const because = `${graph.nameOf(inside.id)} is on ${name}, whose namespace is ${graph.nameOf(port.netns)}`;
			return { certainty: "derived", because, quotes: [] };
		}
		return undefined;
	}

	/** How veths are made where nothing tells of their namespaces. */
	#habit(end: Link, other: Link): Ground | undefined {
		const { host } = end.scope;
		const only = `no other saved namespace of ${host} has that pair of indexes`;
		if ([end, other].filter((each) => this.#isHub(each)).length === 1) {
			const because = `${only}; engines, and most people, lead a namespace's veths to the host's own, or to that of an overlay network`;
			return { certainty: "assumed", because, quotes: [] };
		}
		const subnet = this.#subnets(end).find((one) =>
			this.#subnets(other).some((two) => one.subnet === two.subnet),
		);
		if (subnet === undefined) return undefined;
		const because = `${only}; the two ends of a line, or a line and the bridge that it leads to, have addresses of one subnet, here of ${subnet.subnet}`;
		return { certainty: "assumed", because, quotes: [subnet.quote] };
	}

	#isHub({ netns, scope: { host } }: Link): boolean {
		const { who, graph } = this.#context;
		if (netns === who.netns({ host, place: { type: "host" } })) return true;
		return networkIdOfNetns(graph.nameOf(netns))?.role === "overlay";
	}

	/** The subnets of an end, or of the bridge that it is a port of. */
	#subnets(end: Link): { readonly subnet: string; readonly quote: Quote }[] {
		const masters = end.lines.flatMap(({ master }) => master ?? []);
		return this.#context.rows
			.addressesIn(end.netns)
			.filter(({ interface: dev, family, length }) => {
				const isHosts = length === (family === 4 ? 32 : 128);
				return !isHosts && (dev === end.name || masters.includes(dev));
			})
			.filter(({ address, family }) => family === 4 || !networkHolds("fe80::/10", address))
			.map(({ address, length, quote }) => ({ subnet: networkOf(address, length), quote }));
	}

	#edge(end: Link, { other, crossing: [one, two], ground }: Fitting): void {
		if (ground === undefined) return;
		const because = `${one.index}@if${one.peerIndex} and ${two.index}@if${two.peerIndex} name each other, and ${ground.because}`;
		const lines = [end, other].flatMap((each) => endLines(each).map(({ quote }) => quote));
		const quotes = [...lines, ...ground.quotes];
		const evidence = proof(ground.certainty, vethPeers.id, quotes, because);
		this.#context.graph.edge("veth-peer", end.id, other.id, evidence);
	}

	#ambiguity(end: Link, fitting: readonly Link[], because: string): void {
		const { graph } = this.#context;
		const index = endLines(end)[0]!.peerIndex;
		const premises = [graph.evidenceOf(end.id), ...fitting.map(({ id }) => graph.evidenceOf(id))];
		graph.ambiguity({
			about: end.id,
			question: `which interface is the peer of ${graph.nameOf(end.id)} (index ${index})`,
			candidates: fitting.map(({ id }) => id),
			evidence: [conclude("derived", vethPeers.id, premises, because)],
		});
	}
}

/** Whether two pairs of an end are of one veth: made again, it has another index or MAC. */
function isOfOne({ crossing: [one] }: Fitting, { crossing: [two] }: Fitting): boolean {
	return isOneVeth(one, two);
}

function isOneVeth(one: InterfaceLine, two: InterfaceLine): boolean {
	return one.index === two.index && !differ(one.mac, two.mac);
}

/** How many veths an interface was, in all captures. */
function vethsOf(end: Link): number {
	const veths: InterfaceLine[] = [];
	for (const line of endLines(end)) if (!veths.some((each) => isOneVeth(each, line))) veths.push(line);
	return veths.length;
}

/** The key of all ends with the same two indexes on a host, whichever is theirs. */
function crowdOf({ scope }: Link, { crossing: [one, two] }: Fitting): string {
	return [scope.host, ...[one.index!, two.index!].sort((a, b) => a - b)].join(" ");
}

function turned([one, two]: Crossing): Crossing {
	return [two, one];
}

/** What all dumps of a line's capture say of the same interface with the same peer: `bridge link` tells no numbers. */
function linesOf({ lines }: Link, line: InterfaceLine): InterfaceLine[] {
	const moment = momentOf(line);
	return lines.filter(
		(each) => each.index === line.index && each.peerIndex === line.peerIndex && momentOf(each) === moment,
	);
}

function isOfOneMoment([one, two]: Crossing): boolean {
	return momentOf(one) === momentOf(two);
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
