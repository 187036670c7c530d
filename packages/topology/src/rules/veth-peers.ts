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
	/** `host index` → the ends with that index. */
	readonly #byIndex = new Map<string, Set<Link>>();
	/** The pairs that something proves, by both ends; of one end there are several only where dumps disagree. */
	readonly #proven = new Map<Link, Fitting[]>();
	readonly #assumed = new Map<Link, Fitting>();

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
		this.#prove();
		this.#assume();
		for (const end of this.#ends) this.#say(end);
	}

	/** What a pair tells of its namespaces' numbers may prove another. */
	#prove(): void {
		for (let found = true; found; ) {
			found = false;
			for (const end of this.#ends) {
				for (const { other, crossing } of this.#fitting(end)) {
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
				if (this.#proven.has(end) || this.#assumed.has(end)) continue;
				const pair = this.#only(end);
				if (pair === undefined || this.#only(pair.other)?.other !== end) continue;
				const { other, crossing } = pair;
				const ground = this.#ground(end, other, crossing) ?? this.#habit(end, other);
				if (ground === undefined) continue;
				this.#assumed.set(end, { other, crossing, ground });
				this.#assumed.set(other, { other: end, crossing: turned(crossing), ground });
				this.#learn(end, other, crossing, "assumed");
				found = true;
			}
		}
	}

	#learn(end: Link, other: Link, [one, two]: Crossing, certainty: Certainty): void {
		this.#numbers.learn(one, other.netns, certainty, [one.quote, two.quote]);
		this.#numbers.learn(two, end.netns, certainty, [one.quote, two.quote]);
	}

	#say(end: Link): void {
		const proven = this.#proven.get(end) ?? [];
		const [pair = this.#assumed.get(end), ...more] = proven;
		if (pair === undefined) {
			const fitting = this.#open(end).map(({ other }) => other);
			if (fitting.length > 1)
				this.#ambiguity(end, fitting, "several interfaces have the indexes the wrong way round");
			else if (fitting.length === 1)
				this.#ambiguity(end, fitting, "the indexes fit, but nothing tells that its namespace is the peer's");
		} else if (more.length > 0 || (this.#proven.get(pair.other)?.length ?? 0) > 1) {
			const others = proven.map(({ other }) => other);
			this.#ambiguity(end, others, "what tells of their namespaces leads to several interfaces");
		} else if (pair.crossing.some((line) => this.#numbers.isDisputed(line) && line.peerNetns === undefined)) {
			const because = "pairs of the same two numbers of namespaces lead to different namespaces";
			this.#ambiguity(end, [pair.other], because);
		} else if (end.id < pair.other.id) this.#edge(end, pair);
	}

	#only(end: Link): Fitting | undefined {
		const fitting = this.#open(end);
		return fitting.length === 1 ? fitting[0] : undefined;
	}

	/** The ends that may be the peer of one for which nothing proves it; those of one capture, if there are any. */
	#open(end: Link): Fitting[] {
		const open = this.#fitting(end).filter(({ other }) => !this.#proven.has(other));
		const together = open.filter(({ crossing }) => isOfOneMoment(crossing));
		return together.length > 0 ? together : open;
	}

	/** The ends that have the indexes the wrong way round, and that nothing excludes. */
	#fitting(end: Link): Fitting[] {
		const indexes = new Set(endLines(end).map(({ peerIndex }) => peerIndex!));
		const others = new Set<Link>();
		for (const index of indexes) {
			for (const other of this.#byIndex.get(`${end.scope.host} ${index}`) ?? []) others.add(other);
		}
		const fitting: Fitting[] = [];
		for (const other of [...others].sort((a, b) => (a.id < b.id ? -1 : 1))) {
			if (other.netns === end.netns) continue;
			const crossing = this.#crossing(end, other);
			if (crossing !== undefined) fitting.push({ other, crossing });
		}
		return fitting;
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
