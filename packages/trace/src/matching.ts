import type { Match, Rule } from "@netfossil/iptables";
import {
	type AddressType,
	type Decision,
	type MatchOptions,
	matchRule,
	type Reason,
	type Packet as Seen,
} from "@netfossil/iptables/semantics";
import { addressType, lookup } from "./fib.ts";
import { matchesIpvs } from "./ipvs-match.ts";
import type { Packet } from "./packet.ts";
import { ICMP, ICMPV6, isIcmp, TCP } from "./packet.ts";
import type { Run } from "./run.ts";
import type { Device, Namespace, Table } from "./state/kernel.ts";
import { placeName } from "./state/kernel.ts";

/** Where a packet meets rules. */
export interface HookPlace {
	readonly in: Device | null;
	readonly out: Device | null;
	/** The bridge's port by which a bridged packet leaves. */
	readonly physOut?: string;
	readonly bridged?: boolean;
}

/** What rules see of a packet. Types of addresses are looked up when a rule asks. */
export function seen(run: Run, namespace: Namespace, packet: Packet, place: HookPlace): Seen {
	const { family, src, dst, protocol, sport, dport, icmp, tracked, ttl, tos, length, mark, fromMac } = packet;
	const ports = isIcmp(packet) ? null : undefined;
	const connection = tracked?.connection;
	const original = connection?.original;
	const reply = connection?.reply;
	return {
		family,
		in: place.in?.name ?? null,
		out: place.out?.name ?? null,
		source: src,
		destination: dst,
		protocol,
		fragment: false,
		...(ports === null
			? { sourcePort: null, destinationPort: null }
			: { ...(sport !== null && { sourcePort: sport }), ...(dport !== null && { destinationPort: dport }) }),
		tcpFlags: protocol === TCP ? (packet.tcpFlags ?? []) : null,
		icmpType: icmp?.type ?? null,
		icmpCode: icmp?.code ?? null,
		...(length !== undefined && { length }),
		ttl,
		tos,
		mac: place.in === null ? null : fromMac,
		packetType: "unicast",
		physdevIn: packet.physIn?.device.name ?? null,
		physdevOut: place.physOut ?? null,
		bridged: place.bridged === true,
		socket: packet.own !== undefined,
		// `owner_mt`: a socket of the kernel's has no file, so that nobody owns it.
		...(packet.own !== "program" && { uid: null, gid: null }),
		mark,
		connmark: connection === undefined ? null : connection.mark,
		...(tracked && { ctstate: tracked.state, ctdir: tracked.direction }),
		...(connection && {
			snat: connection.snat,
			dnat: connection.dnat,
			ctstatus: [
				...(connection.seenReply ? (["SEEN_REPLY"] as const) : []),
				...(connection.confirmed ? (["CONFIRMED"] as const) : []),
			],
		}),
		...(original &&
			reply && {
				ctproto: original.protocol,
				ctorigsrc: original.src,
				ctorigdst: original.dst,
				ctreplsrc: reply.src,
				ctrepldst: reply.dst,
				...(original.sport !== null && {
					ctorigsrcport: original.sport,
					ctrepldstport: reply.dport ?? original.sport,
				}),
				...(original.dport !== null && {
					ctorigdstport: original.dport,
					ctreplsrcport: reply.sport ?? original.dport,
				}),
			}),
		get sourceTypes(): readonly AddressType[] {
			return typesOf(run, namespace, src, family);
		},
		get destinationTypes(): readonly AddressType[] {
			return typesOf(run, namespace, dst, family);
		},
	};
}

function typesOf(
	run: Run,
	namespace: Namespace,
	address: string,
	family: 4 | 6,
	device?: string,
): AddressType[] {
	const type = addressType(run, namespace, address, family, { device }) as AddressType;
	// `addrtype` of IPv6 looks at the address alone for UNICAST (net/netfilter/xt_addrtype.c).
	return family === 6 && type !== "MULTICAST" && type !== "UNICAST" ? [type, "UNICAST"] : [type];
}

/** Matches that ask for earlier packets: to a packet alone on a quiet machine they say this. */
const QUIET: Readonly<Record<string, { readonly holds: boolean; readonly why: string }>> = {
	limit: { holds: true, why: "-m limit is taken to be under its limit" },
	hashlimit: { holds: true, why: "-m hashlimit is taken to be under its limit" },
	quota: { holds: true, why: "-m quota is taken to have some left" },
};

/** Whether a rule matches; where that is open, the walk goes both ways. */
export function decide(
	run: Run,
	namespace: Namespace,
	table: Table,
	rule: Rule,
	packet: Packet,
	view: Seen,
	place: HookPlace,
	name: string,
): boolean {
	const { matches } = rule;
	const rest = matches.filter((match) => !isOwn(match));
	const options: MatchOptions = { trustAnywhere: true, ...(table.backend && { backend: table.backend }) };
	const judge: Judge = (only, seenPacket) => matchRule({ ...rule, matches: only }, seenPacket, options);
	const { result, reasons } =
		rest.length === matches.length ? matchRule(rule, view, options) : judge(rest, view);
	// What the walk itself has to find out is asked only of rules that match otherwise.
	if (result === false) return false;
	const own =
		rest.length === matches.length
			? []
			: matches.map((match) => ownHolds(run, namespace, match, packet, view, place, judge));
	if (own.includes(false)) return false;
	const open = own.includes(undefined) ? [...reasons, NOT_FOLLOWED] : reasons;
	if (result === "undecided" || open !== reasons) return ask(run, namespace, name, open);
	for (const { type } of matches) if (QUIET[type] !== undefined) run.assume(namespace, QUIET[type].why);
	return true;
}

/** Whether a rule with these matches only takes a packet. */
type Judge = (matches: readonly Match[], packet: Seen) => Decision;

const NOT_FOLLOWED: Reason = { text: "what -m ipvs asks of a connection is not followed" };

/** Whether the walk decides a match itself, for it hangs on more than the packet. */
function isOwn(match: Match): boolean {
	switch (match.type) {
		case "connlimit":
		case "ipvs":
		case "rpfilter":
			return true;
		case "addrtype":
			return match.limitIn !== undefined || match.limitOut !== undefined;
		case "policy":
			return "policy" in match;
		default:
			return QUIET[match.type] !== undefined;
	}
}

/** Whether a match holds, if the walk decides it itself; undefined: what it asks is not followed. */
function ownHolds(
	run: Run,
	namespace: Namespace,
	match: Match,
	packet: Packet,
	view: Seen,
	place: HookPlace,
	judge: Judge,
): boolean | undefined {
	if (!isOwn(match)) return true;
	switch (match.type) {
		case "connlimit":
			run.assume(namespace, "-m connlimit is taken to find no other connections");
			return match.above === undefined;
		case "ipvs":
			return matchesIpvs(run, namespace, packet, match);
		case "rpfilter":
			return returnsBy(run, namespace, packet, place, match) !== (match.invert !== undefined);
		case "addrtype": {
			const { limitIn, limitOut, ...plain } = match;
			const device = (limitIn === undefined ? place.out : place.in)?.name;
			const there = {
				...view,
				sourceTypes: typesOf(run, namespace, packet.src, packet.family, device),
				destinationTypes: typesOf(run, namespace, packet.dst, packet.family, device),
			};
			const { result } = judge([plain], there);
			return result === "undecided" ? undefined : result;
		}
		case "policy":
			run.assume(namespace, "no packet is taken to go through IPsec", "ip xfrm policy");
			return (match.policy as { value?: string } | undefined)?.value === "none";
		default:
			return QUIET[match.type]!.holds;
	}
}

function ask(run: Run, namespace: Namespace, name: string, reasons: Decision["reasons"]): boolean {
	const [reason] = reasons;
	const why = reasons.map(({ text }) => text).join("; ");
	const probability = reasons.length === 1 ? reason?.probability : undefined;
	const where = `${name} of ${placeName(namespace)}`;
	return run.choose(
		probability === undefined
			? {
					kind: "gap",
					text: `whether ${where} matches: ${why}`,
					gap: { text: `${where}: ${why}`, host: namespace.host, netns: namespace.netns },
				}
			: {
					kind: "chance",
					text: `whether ${where} matches is left to chance`,
					weights: [probability, 1 - probability],
				},
		[true, false],
		(way) => (way ? `${where} matches` : `${where} does not match`),
	);
}

/** `rpfilter_mt` in net/ipv4/netfilter/ipt_rpfilter.c, ip6t_rpfilter.c: whether an answer would go out by the interface that the packet came in by. */
function returnsBy(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	place: HookPlace,
	{ loose, validMark, acceptLocal }: Reverse,
): boolean {
	const { src, dst, family, mark, tos } = packet;
	const iface = place.in?.name;
	if (iface === undefined || iface === "lo") return true;
	const found = lookup(run, namespace, {
		family,
		dst: src,
		src: dst,
		mark: validMark ? mark : 0,
		tos,
		// IPv6 asks for a route by that interface.
		...(family === 6 && !loose && { oif: iface }),
	});
	if (found.type === "error") return false;
	const { kind, nexthops } = found.route;
	if (kind === "local" && family === 6) return acceptLocal !== undefined;
	if (kind !== "unicast" && (kind !== "local" || !acceptLocal)) return false;
	return loose !== undefined || nexthops.some(({ dev }) => dev === iface);
}

interface Reverse {
	readonly loose?: object;
	readonly validMark?: object;
	readonly acceptLocal?: object;
}

export const icmpOf = (family: 4 | 6): number => (family === 4 ? ICMP : ICMPV6);
