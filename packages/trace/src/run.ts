import type { Connection } from "./conntrack.ts";
import type { Gap } from "./fate.ts";
import type { Balanced } from "./ipvs.ts";
import type { Links } from "./links.ts";
import { type Icmp, type Packet, packetText, type Tuple, tunnelKind } from "./packet.ts";
import { type Premises, type Subject, settled, wanted } from "./premises.ts";
import type { Assumption, Cite, Device, Kernel, Namespace, RuleRef } from "./state/kernel.ts";
import { outerTag, popTag, type Tags } from "./tags.ts";

/** A packet seen at an interface, where a capture would see it. */
export interface Hop {
	readonly host: string;
	readonly netns: string | null;
	readonly iface: string;
	readonly dir: "in" | "out";
	readonly src: string;
	readonly dst: string;
	readonly sport?: number | null;
	readonly dport?: number | null;
	readonly icmp?: string;
	readonly vlan?: number;
	/** The tag inside of that, where a VLAN lies in a VLAN. */
	readonly inner_vlan?: number;
	readonly vxlan?: { readonly vni: number; readonly src: string; readonly dst: string };
	/** It is inside a packet of another tunnel there: `ipip`, `gre`, `sit`, `ip6tnl`, `ip6gre`. */
	readonly tunnel?: { readonly kind: string; readonly src: string; readonly dst: string };
}

export type StepKind =
	| "send"
	| "receive"
	| "bridge"
	| "connection"
	| "rule"
	| "policy"
	| "nat"
	| "mark"
	| "route"
	| "ipvs"
	| "neighbour"
	| "tunnel"
	| "transmit"
	| "deliver"
	| "check";

/** Something that a namespace does with a packet. */
export interface Step {
	readonly host: string;
	readonly netns: string | null;
	readonly kind: StepKind;
	readonly text: string;
	/** The line of a dump that decides it. */
	readonly cite?: Cite;
	readonly rule?: RuleRef;
	/** Of a packet at an interface. */
	readonly hop?: Hop;
	/** The packet before and after, where the step changes it. */
	readonly before?: string;
	readonly after?: string;
}

/** What is seen of a packet on one way. */
export class Record {
	readonly hops: Hop[] = [];
	readonly rules: RuleRef[] = [];
	readonly steps: Step[] = [];
	/** The packet as it is at the end of the way. */
	packet: Packet | undefined;
}

/** A place where the walk can go on in several ways. */
export interface Question {
	/** `chance`: the kernel throws dice; `gap`: a dump would tell. */
	readonly kind: "chance" | "gap";
	readonly text: string;
	readonly gap?: Gap;
	/** What may be assumed of it. */
	readonly about?: Subject;
	/** How probable each way is, where that is known. */
	readonly weights?: readonly number[];
}

/** Which way was taken where there were several. */
export interface Choice {
	readonly question: Question;
	readonly taken: number;
	readonly of: number;
	readonly label: string;
}

/** Thrown to end a walk that goes round in circles; the walk itself catches it. */
export class Endless extends Error {}

/** No packet passes as many places; a loop that no TTL ends is one of bridges. */
const MOST_HOPS = 2000;

/**
 * One walk, from a socket to where it ends and back. Where the evidence allows several ways, it follows the
 * script, and takes the first one where the script ends; {@link explore} makes the other scripts.
 */
export class Run {
	readonly kernel: Kernel;
	readonly links: Links;
	readonly #script: readonly number[];
	readonly choices: Choice[] = [];
	readonly assumptions: Map<string, Assumption> = new Map();
	#answer: Packet | undefined;
	readonly #balanced = new Map<Namespace, Balanced[]>();
	readonly #connections = new Map<Namespace, Connection[]>();
	readonly #heard = new Map<Device, Map<string, string>>();
	forth: Record = new Record();
	back: Record = new Record();
	record: Record = this.forth;
	/** The connection as the socket that sends knows it. */
	asked: { readonly namespace: Namespace; readonly tuple: Tuple } | undefined;
	/** IPVS chose a server by a mark, which says nothing of the port. */
	byMark = false;
	/** What the question takes for granted. */
	readonly premises: Premises;
	/** The packets on the way forth are those of a connection that was made before. */
	established = false;
	/** How deep in packets of tunnels the walk is. */
	depth = 0;
	/** The machine on the link that a packet is about to go to, which MASQUERADE looks at. */
	nextHop: string | undefined;

	constructor(kernel: Kernel, links: Links, script: readonly number[], premises: Premises = {}) {
		this.premises = premises;
		this.kernel = kernel;
		this.links = links;
		this.#script = script;
	}

	connections(namespace: Namespace): Connection[] {
		const known = this.#connections.get(namespace) ?? [];
		this.#connections.set(namespace, known);
		return known;
	}

	/** The connections of a namespace's IPVS. */
	balanced(namespace: Namespace): Balanced[] {
		const known = this.#balanced.get(namespace) ?? [];
		this.#balanced.set(namespace, known);
		return known;
	}

	/** The link addresses that an interface heard of from those who asked there, by their addresses. */
	heard(device: Device): Map<string, string> {
		const known = this.#heard.get(device) ?? new Map<string, string>();
		this.#heard.set(device, known);
		return known;
	}

	/** Takes one of several ways. */
	choose<Way>(question: Question, ways: readonly Way[], label: (way: Way) => string): Way {
		if (ways.length === 1) return ways[0]!;
		const assumed = settled(this.premises, question.about) ?? wanted(this.premises, ways.map(label));
		if (assumed !== undefined) return ways[assumed]!;
		// A question that was answered on this walk is answered alike when it comes again.
		const before = this.choices.find(
			(choice) => choice.question.text === question.text && choice.of === ways.length,
		);
		if (before !== undefined && question.kind === "gap") return ways[before.taken]!;
		const taken = Math.min(this.#script[this.choices.length] ?? 0, ways.length - 1);
		this.choices.push({ question, taken, of: ways.length, label: label(ways[taken]!) });
		return ways[taken]!;
	}

	assume(namespace: Namespace, text: string, command?: string): void {
		const { host, netns } = namespace;
		const key = `${host} ${netns} ${text}`;
		if (this.assumptions.has(key)) return;
		this.assumptions.set(key, { text, host, netns, ...(command !== undefined && { command }) });
	}

	/** The packet is seen at an interface. */
	see(namespace: Namespace, iface: string, dir: "in" | "out", packet: Packet, tags: Tags = 0): void {
		if (this.record.hops.length >= MOST_HOPS) throw new Endless("the packet is passed on without end");
		const { host, netns } = namespace;
		const { inner } = packet;
		const assumed = namespace.devices.get(iface)?.assumed;
		if (assumed !== undefined) this.assume(namespace, assumed.text, assumed.command);
		const { src, dst, sport, dport, icmp, randomPort } = inner?.packet ?? packet;
		this.record.packet = inner?.packet ?? packet;
		const hop: Hop = {
			host,
			netns,
			iface,
			dir,
			src,
			dst,
			...(icmp === undefined ? { sport: randomPort ? null : sport, dport } : { icmp: icmpText(icmp) }),
			...(tags !== 0 && { vlan: outerTag(tags) }),
			...(popTag(tags) !== 0 && { inner_vlan: outerTag(popTag(tags)) }),
			...(inner && aroundIt(packet, inner.vni)),
		};
		this.record.hops.push(hop);
		const within = inner?.vni === undefined ? "" : ` (VXLAN ${inner.vni}: ${packetText(inner.packet)})`;
		this.step(
			namespace,
			dir === "in" ? "receive" : "transmit",
			`${iface}${tags === 0 ? "" : ` vlan ${outerTag(tags)}`}  ${packetText(packet)}${within}`,
			{ hop },
		);
	}

	step(namespace: Namespace, kind: StepKind, text: string, more: Partial<Step> = {}): void {
		const { host, netns, assumptions } = namespace;
		for (const { text: taken, command } of assumptions) this.assume(namespace, taken, command);
		this.record.steps.push({ host, netns, kind, text, ...more });
	}

	/** What came before was the first packet of the connection; now comes another. */
	establish(): void {
		this.established = true;
		this.#answer = undefined;
		this.forth = new Record();
		this.back = new Record();
		this.record = this.forth;
		this.depth = 0;
	}

	/** From now on this packet is the answer, which no socket answers again. */
	answering(packet: Packet): void {
		this.#answer = packet;
	}

	isAnswer(packet: Packet): boolean {
		return packet === this.#answer;
	}

	/** A rule matched. Of a tunnel's packet it is a step, but none that the packet inside met. */
	hit(rule: RuleRef): void {
		if (this.depth === 0) this.record.rules.push(rule);
	}
}

/** The packet around another, as a capture of the interface sees it. */
function aroundIt(outer: Packet, vni: number | undefined): Pick<Hop, "vxlan" | "tunnel"> {
	const { src, dst } = outer;
	return vni === undefined ? { tunnel: { kind: tunnelKind(outer), src, dst } } : { vxlan: { vni, src, dst } };
}

export const icmpText = ({ type, code }: Icmp): string => `${type}/${code}`;
