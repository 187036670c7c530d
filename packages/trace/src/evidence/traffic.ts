import { bitsOf, familyOf, textOf } from "../address.ts";
import { type Links, owns } from "../links.ts";
import type { Packet } from "../packet.ts";
import type { Hop } from "../run.ts";
import { type End, type Kernel, type Namespace, placeName } from "../state/kernel.ts";
import { type Branch, SOME_PORT } from "../walk.ts";
import { passes } from "./filter.ts";
import { type Captured, endsKey, type Recording } from "./recording.ts";

/** Packets of a recording that are those of a hop. */
export interface SeenAt {
	readonly packets: number;
	/** Of the one that is quoted, as printed. */
	readonly time?: string;
	readonly src: string;
	readonly dst: string;
	readonly sport?: number;
	readonly dport?: number;
	/** Of TCP, as printed: `S`, `P.` */
	readonly flags?: string;
	/** `file:line` */
	readonly source: string;
}

/** What recordings tell of one hop. */
export interface HopTraffic {
	/** By recording. */
	readonly seen?: readonly SeenAt[];
	/** The recordings that cover the interface, that no filter keeps it from, and that do not have it. */
	readonly not_seen?: readonly string[];
}

/** An answer that was captured on the way. */
export interface Answered {
	readonly kind: "syn-ack" | "rst" | "udp" | "echo-reply";
	readonly host: string;
	readonly netns: string | null;
	readonly iface: string;
	readonly time?: string;
	readonly source: string;
}

export interface Contradiction {
	readonly text: string;
	readonly source: string;
}

/** What recordings tell of an answer. */
export interface Traffic {
	readonly hops: ReadonlyMap<Hop, HopTraffic>;
	readonly answered?: Answered;
	readonly contradictions: readonly Contradiction[];
}

interface Asked {
	readonly proto: "tcp" | "udp" | "icmp";
	readonly sport?: number | null;
}

/** Finds the packets of a way in the recordings of its places. */
export function trafficOf(kernel: Kernel, links: Links, asked: Asked, branch: Branch): Traffic {
	if (kernel.recordings.length === 0) return { hops: new Map(), contradictions: [] };
	const { forth, back } = branch.run;
	const going = new Way(kernel, asked, forth.hops, "forth");
	const coming = new Way(kernel, asked, back.hops, "back", going);
	const answered = answerTo(kernel, asked, forth.hops, going);
	return {
		hops: new Map([...going.told, ...coming.told]),
		...(answered && { answered }),
		// What is asked of an established connection is not what a SYN tells.
		contradictions: branch.run.established
			? []
			: [...seenBeyond(kernel, links, asked, branch, going), ...answeredThough(branch, answered)],
	};
}

const recordingsAt = (kernel: Kernel, { host, netns }: Pick<Hop, "host" | "netns">): readonly Recording[] =>
	kernel.recordings.filter((each) => each.host === host && each.netns === netns);

interface Match {
	readonly recording: Recording;
	readonly packets: readonly Captured[];
}

/** One way of a packet, with what was captured on it. */
class Way {
	readonly told: Map<Hop, HopTraffic> = new Map();
	/** The packet that is quoted at a hop. */
	readonly quoted: Map<Hop, Captured> = new Map();
	/** The numbers of the packets that were seen on this way. */
	readonly identities: Set<string> = new Set();

	constructor(kernel: Kernel, asked: Asked, hops: readonly Hop[], way: "forth" | "back", forth?: Way) {
		const found = new Map(
			hops.map((hop) => [hop, matchesOf(recordingsAt(kernel, hop), asked, hops, hop, way)]),
		);
		for (const matches of found.values())
			for (const { packets } of matches)
				for (const { identity } of packets) if (identity !== undefined) this.identities.add(identity);
		const best = this.#commonest([...found.values()]);
		for (const [hop, matches] of found) {
			const seen = matches.map((match) => {
				const packet = forth?.answerAt(hop, match.packets) ?? quotable(match.packets, best);
				if (!this.quoted.has(hop) || packet.identity === best) this.quoted.set(hop, packet);
				return seenAt(match.packets, packet);
			});
			const without = recordingsAt(kernel, hop)
				.filter(
					(recording) =>
						!matches.some((match) => match.recording === recording) && covers(recording, asked, hop, way),
				)
				.map(({ source }) => source);
			if (seen.length > 0 || without.length > 0)
				this.told.set(hop, {
					...(seen.length > 0 && { seen }),
					...(without.length > 0 && { not_seen: without }),
				});
		}
	}

	/** Of packets on the way back the one that answers what is quoted of the way forth at that place. */
	answerAt({ host, netns, iface }: Hop, packets: readonly Captured[]): Captured | undefined {
		for (const [hop, asked] of this.quoted) {
			if (hop.host !== host || hop.netns !== netns || hop.iface !== iface) continue;
			const found = packets.find((packet) => isReverse(packet, asked));
			if (found !== undefined) return found;
		}
		return undefined;
	}

	/** Of several connections the one that was seen at most places is quoted at all of them. */
	#commonest(hops: readonly (readonly Match[])[]): string | undefined {
		const counts = new Map<string, number>();
		for (const matches of hops) {
			const here = new Set(
				matches.flatMap(({ packets }) => packets.flatMap(({ identity }) => identity ?? [])),
			);
			for (const identity of here) counts.set(identity, (counts.get(identity) ?? 0) + 1);
		}
		return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
	}
}

function quotable(packets: readonly Captured[], best: string | undefined): Captured {
	return (
		packets.find(({ identity }) => identity !== undefined && identity === best) ??
		packets.find(({ identity }) => identity !== undefined) ??
		packets[0]!
	);
}

function seenAt(packets: readonly Captured[], packet: Captured): SeenAt {
	const { time, src, dst, sport, dport, flags } = packet;
	return {
		packets: packets.length,
		...(time !== undefined && { time }),
		src,
		dst,
		...(sport !== undefined && { sport }),
		...(dport !== undefined && { dport }),
		...(flags !== undefined && { flags }),
		source: sourceOf(packet),
	};
}

const sourceOf = ({ cite }: Captured): string => `${cite.file}:${cite.line}`;

function matchesOf(
	recordings: readonly Recording[],
	asked: Asked,
	hops: readonly Hop[],
	hop: Hop,
	way: "forth" | "back",
): Match[] {
	return recordings.flatMap((recording) => {
		const packets = between(recording, hop.src, hop.dst).filter(
			(packet) => isThere(recording, packet, hops, hop, asked, way) && isPacketOf(packet, hop, asked, way),
		);
		return packets.length === 0 ? [] : [{ recording, packets }];
	});
}

const between = ({ byEnds }: Recording, src: string, dst: string): readonly Captured[] =>
	byEnds.get(endsKey(canonical(src), canonical(dst))) ?? [];

/** Where a packet was captured; undefined where the recording does not say. */
const interfaceOf = ({ iface }: Recording, packet: Captured): string | undefined =>
	packet.iface ?? (iface === "any" ? undefined : iface);

function isThere(
	recording: Recording,
	packet: Captured,
	hops: readonly Hop[],
	hop: Hop,
	asked: Asked,
	way: "forth" | "back",
): boolean {
	if (packet.direction !== undefined && (packet.direction === "Out") !== (hop.dir === "out")) return false;
	const iface = interfaceOf(recording, packet);
	if (iface !== undefined) return iface === hop.iface;
	// Somewhere in the namespace: that is here only if the way has it nowhere else there.
	const { host, netns, dir } = hop;
	return hops.every(
		(other) =>
			other === hop ||
			other.host !== host ||
			other.netns !== netns ||
			(packet.direction !== undefined && other.dir !== dir) ||
			!isPacketOf(packet, other, asked, way),
	);
}

/** Whether a captured packet is one of a hop. The port that the sender takes is free where the question names none. */
function isPacketOf(packet: Captured, hop: Hop, asked: Asked, way: "forth" | "back"): boolean {
	const { vxlan } = packet;
	if ((vxlan === undefined) !== (hop.vxlan === undefined)) return false;
	if (vxlan && hop.vxlan) {
		const same = vxlan.vni === hop.vxlan.vni && is(vxlan.src, hop.vxlan.src) && is(vxlan.dst, hop.vxlan.dst);
		if (!same) return false;
	}
	if (!is(packet.src, hop.src) || !is(packet.dst, hop.dst)) return false;
	if (hop.icmp !== undefined)
		return MESSAGES[protocolAt(hop, asked)]?.[hop.icmp.split("/")[0]!] === packet.message;
	if (packet.protocol !== asked.proto) return false;
	const [client, server] = way === "forth" ? [hop.sport, hop.dport] : [hop.dport, hop.sport];
	const [own, other] = way === "forth" ? [packet.sport, packet.dport] : [packet.dport, packet.sport];
	return (isFree(client, asked) || own === client) && other === server;
}

const isFree = (port: number | null | undefined, { sport }: Asked): boolean =>
	port == null || (sport == null && port === SOME_PORT);

/** An address as recordings have it. */
function canonical(address: string): string {
	const bits = bitsOf(address);
	return bits === undefined ? address : textOf(bits);
}

const is = (captured: string, address: string): boolean => captured === canonical(address);

function protocolAt({ icmp, src }: Hop, { proto }: Asked): Captured["protocol"] {
	if (icmp === undefined && proto !== "icmp") return proto;
	return familyOf(src) === 4 ? "icmp" : "icmp6";
}

/** The names of messages by their types. */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	icmp: { 0: "echo-reply", 3: "unreachable", 8: "echo-request", 11: "time-exceeded" },
	icmp6: {
		1: "unreachable",
		2: "packet-too-big",
		3: "time-exceeded",
		128: "echo-request",
		129: "echo-reply",
	},
};

/** Whether a recording would have a packet of a hop, had there been one. */
function covers(
	{ iface, command, whole }: Recording,
	asked: Asked,
	hop: Hop,
	way: "forth" | "back",
): boolean {
	// A packet on loopback is captured once.
	if (hop.iface === "lo" && hop.dir === "out") return false;
	if (!whole || command === undefined || (iface !== "any" && iface !== hop.iface)) return false;
	const { filter, direction } = command;
	if (direction !== undefined && direction !== hop.dir) return false;
	if (filter.length === 0) return true;
	// A filter of ports does not see through a tag.
	if (hop.vlan !== undefined) return false;
	const { vxlan, sport, dport, src, dst } = hop;
	if (vxlan !== undefined)
		return (
			passes(filter, { family: familyOf(vxlan.src), protocol: "udp", src: vxlan.src, dst: vxlan.dst }) ===
			true
		);
	const [own, other] = way === "forth" ? [sport, dport] : [dport, sport];
	const client = isFree(own, asked) ? undefined : (own ?? undefined);
	const server = other ?? undefined;
	const [from, to] = way === "forth" ? [client, server] : [server, client];
	return (
		passes(filter, {
			family: familyOf(src),
			protocol: protocolAt(hop, asked),
			src,
			dst,
			...(from !== undefined && { sport: from }),
			...(to !== undefined && { dport: to }),
		}) === true
	);
}

/** The first answer that was captured at a place of the way forth: of the connection that is quoted there, if one is. */
function answerTo(kernel: Kernel, asked: Asked, hops: readonly Hop[], { quoted }: Way): Answered | undefined {
	let reset: Answered | undefined;
	for (const hop of hops) {
		const packet = quoted.get(hop);
		if (packet === undefined) continue;
		for (const recording of recordingsAt(kernel, hop)) {
			const back = between(recording, packet.dst, packet.src).filter(
				(each) => interfaceOf(recording, each) === hop.iface && isReverse(each, packet),
			);
			for (const each of back) {
				const kind = kindOf(each);
				if (kind === undefined) continue;
				const { host, netns, iface } = hop;
				const answered: Answered = {
					kind,
					host,
					netns,
					iface,
					...(each.time !== undefined && { time: each.time }),
					source: sourceOf(each),
				};
				if (kind !== "rst") return answered;
				reset ??= answered;
			}
		}
	}
	return asked.proto === "tcp" ? reset : undefined;
}

function isReverse(one: Captured, other: Captured): boolean {
	return (
		one.protocol === other.protocol &&
		one.src === other.dst &&
		one.dst === other.src &&
		one.sport === other.dport &&
		one.dport === other.sport
	);
}

function kindOf({ protocol, flags, message, identity }: Captured): Answered["kind"] | undefined {
	if (protocol === "tcp") {
		if (flags?.includes("R")) return "rst";
		return flags?.includes("S") && identity === undefined ? "syn-ack" : undefined;
	}
	if (protocol === "udp") return "udp";
	return message === "echo-reply" ? "echo-reply" : undefined;
}

/** An answer that cannot have come if the packet ended as the walk says. */
function answeredThough({ fate, answer, run }: Branch, answered: Answered | undefined): Contradiction[] {
	if (answered === undefined) return [];
	const { kind, host, netns, iface, time, source } = answered;
	const said = (what: string): Contradiction[] => [
		{
			text: `${what}, but ${KINDS[kind]} was captured at ${placeName({ host, netns })} ${iface}${time === undefined ? "" : ` at ${time}`}`,
			source,
		},
	];
	const onItsWay = run.back.hops.some(
		(hop) => hop.host === host && hop.netns === netns && hop.iface === iface,
	);
	switch (fate.type) {
		case "dropped":
			return said("the packet is said to be dropped in silence");
		case "rejected":
		case "refused":
		case "unreachable":
			return kind === "rst" && answer?.kind === "rst" ? [] : said(`the packet is said to be ${fate.type}`);
		case "delivered":
			if (kind === "rst" && answer?.kind !== "rst") return said("the packet is said to be taken");
			return answer !== undefined &&
				answer.fate.type !== "delivered" &&
				answer.fate.type !== "unknown" &&
				!onItsWay
				? said("the answer is said to be lost before")
				: [];
		default:
			return [];
	}
}

const KINDS: Readonly<Record<Answered["kind"], string>> = {
	"syn-ack": "the answer (SYN-ACK)",
	rst: "a reset",
	udp: "an answer",
	"echo-reply": "an echo reply",
};

/**
 * Packets that were captured where the walk says that they do not come. What bridges flood is seen beside the way, so
 * that a place on a link of the way counts only if the packet is for the machine there.
 */
function seenBeyond(
	kernel: Kernel,
	links: Links,
	asked: Asked,
	{ fate, run }: Branch,
	way: Way,
): Contradiction[] {
	if (fate.type !== "dropped" && fate.type !== "rejected" && fate.type !== "unreachable") return [];
	const { hops } = run.forth;
	const places = new Set(hops.map((hop) => placeKey(hop.host, hop.netns, hop.iface)));
	const near = linkedWith(kernel, links, hops);
	const said = new Map<string, Contradiction>();
	for (const recording of kernel.recordings) {
		const { host, netns } = recording;
		const namespace = kernel.namespaces.find((each) => each.host === host && each.netns === netns);
		const here = fate.at.host === host && fate.at.netns === netns;
		const known = [...way.identities]
			.flatMap((identity) => recording.byIdentity.get(identity) ?? [])
			.filter(({ protocol }) => protocol === "tcp");
		// Elsewhere other machines may have these addresses.
		const alike = here ? packetsLike(recording, run.forth.packet, asked) : [];
		for (const [packet, why] of [
			...known.map((each) => [each, "the same sequence number"] as const),
			...alike.map((each) => [each, "the same addresses and ports"] as const),
		]) {
			const iface = interfaceOf(recording, packet);
			if (iface === undefined || (here && packet.direction !== undefined && packet.direction !== "Out"))
				continue;
			const key = placeKey(host, netns, iface);
			if (places.has(key) || said.has(key)) continue;
			const forIt =
				!here && packet.direction !== "P" && namespace !== undefined && owns(namespace, packet.dst);
			if (near.has(key) && !forIt) continue;
			const { time } = packet;
			said.set(key, {
				text: `the packet is said to be lost in ${placeName(fate.at)}, but it was captured at ${placeName({ host, netns })} ${iface}${time === undefined ? "" : ` at ${time}`} (${why})`,
				source: sourceOf(packet),
			});
		}
	}
	return [...said.values()];
}

/** The packets with the addresses and ports that a packet had where it was lost. */
function packetsLike(recording: Recording, packet: Packet | undefined, asked: Asked): readonly Captured[] {
	if (packet === undefined) return [];
	const { src, dst, sport, dport, icmp } = packet;
	if (icmp !== undefined) {
		const name = MESSAGES[familyOf(src) === 4 ? "icmp" : "icmp6"]?.[icmp.type];
		return between(recording, src, dst).filter(
			({ message, vxlan }) => message === name && vxlan === undefined,
		);
	}
	return between(recording, src, dst).filter(
		(each) =>
			each.protocol === asked.proto &&
			each.vxlan === undefined &&
			each.dport === dport &&
			(isFree(sport, asked) || each.sport === sport),
	);
}

const placeKey = (host: string, netns: string | null, iface: string): string => `${host} ${netns} ${iface}`;

/** The interfaces that frames of a way may come to without a router: over bridges, pairs, tunnels and LANs. */
function linkedWith(kernel: Kernel, links: Links, hops: readonly Hop[]): ReadonlySet<string> {
	const known = new Set<string>();
	const open: End[] = [];
	const add = (namespace: Namespace, name: string | undefined): void => {
		const device = name === undefined ? undefined : namespace.devices.get(name);
		const key = placeKey(namespace.host, namespace.netns, name ?? "");
		if (device === undefined || known.has(key)) return;
		known.add(key);
		open.push({ namespace, device });
	};
	const addEnd = (end: End | undefined): void => {
		if (end !== undefined) add(end.namespace, end.device.name);
	};
	for (const { host, netns, iface } of hops) {
		const namespace = kernel.namespaces.find((each) => each.host === host && each.netns === netns);
		if (namespace !== undefined) add(namespace, iface);
	}
	for (let end = open.pop(); end !== undefined; end = open.pop()) {
		const { namespace, device } = end;
		add(namespace, device.master);
		for (const { name, master } of namespace.devices.values())
			if (master === device.name) add(namespace, name);
		addEnd(device.peer);
		addEnd(device.lower);
		for (const upper of links.uppers(device)) addEnd(upper);
		for (const far of links.tunnelEnds(end)) addEnd(far);
		if (links.isUplink(device)) for (const far of links.neighbours(device)) addEnd(far);
	}
	return known;
}
