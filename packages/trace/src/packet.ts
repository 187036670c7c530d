import type { Mark, TcpFlag } from "@netfossil/iptables/semantics";
import type { Family } from "./address.ts";
import type { Tracked } from "./conntrack.ts";
import type { Device } from "./state/kernel.ts";
import type { Tags } from "./tags.ts";

export const TCP = 6;
export const UDP = 17;
export const ICMP = 1;
export const ICMPV6 = 58;
/** IPv4 in IP. */
export const IPIP = 4;
/** IPv6 in IP. */
export const IPV6 = 41;
export const GRE = 47;

/** What tells a packet's connection. Of ICMP echoes the id stands in both ports' place. */
export interface Tuple {
	readonly family: Family;
	readonly protocol: number;
	readonly src: string;
	readonly dst: string;
	readonly sport: number | null;
	readonly dport: number | null;
}

export interface Icmp {
	readonly type: number;
	readonly code: number;
}

/** A packet on its way, as it is at the moment; whoever forwards it changes it. */
export interface Packet {
	readonly family: Family;
	readonly protocol: number;
	src: string;
	dst: string;
	/** Null: the protocol has none, or the kernel takes any. */
	sport: number | null;
	dport: number | null;
	readonly tcpFlags?: readonly TcpFlag[];
	readonly icmp?: Icmp;
	/** Of an ICMP error: the packet that it is about, as it was there. */
	quoted?: Tuple;
	ttl: number;
	tos: number;
	/** Absent where it depends on the program that sends. */
	readonly length?: number;
	mark: Mark;
	/** Its connection in the namespace where it is. */
	tracked?: Tracked;
	/** The link-layer address that the frame came from; null where it came over no Ethernet. */
	fromMac: string | null;
	/** The interface of this namespace that it came in by; absent of what the machine itself sends. */
	inBy?: string;
	/** The bridge's port that it came in by, if the rules saw it there. */
	physIn?: { readonly device: Device; readonly frame: Frame };
	/** It belongs to a connection of IPVS. */
	ipvs: boolean;
	/** What a packet of a tunnel carries. */
	inner?: Inner;
	/** The VRF that it came in by, and whose routes its answers go by. */
	vrf?: string;
	/** A port of the source that is one of many: what is seen there is not certain. */
	randomPort?: boolean;
	/** Whose socket of this namespace sends it: a program's, or one that the kernel has for its own answers. */
	own?: "program" | "kernel";
}

/** A packet in another. */
export interface Inner {
	readonly packet: Packet;
	readonly frame: Frame;
	/** Of VXLAN. */
	readonly vni?: number;
	/** Of GRE. */
	readonly key?: string;
	/** The far end has taken it out. */
	opened: boolean;
}

/** The link layer around a packet. */
export interface Frame {
	readonly src: string | null;
	readonly dst: string | null;
	readonly vlan: Tags;
}

export const isIcmp = ({ protocol }: { readonly protocol: number }): boolean =>
	protocol === ICMP || protocol === ICMPV6;

/** ICMP types that tell of a fault, and quote the packet. */
export function isIcmpError({ protocol, icmp }: Packet): boolean {
	if (icmp === undefined) return false;
	return protocol === ICMPV6 ? icmp.type < 128 : [3, 4, 5, 11, 12].includes(icmp.type);
}

export function tupleOf({ family, protocol, src, dst, sport, dport }: Packet): Tuple {
	return { family, protocol, src, dst, sport, dport };
}

/** The tuple of the answers. */
export function inverted({ family, protocol, src, dst, sport, dport }: Tuple): Tuple {
	return { family, protocol, src: dst, dst: src, sport: dport, dport: sport };
}

export function sameTuple(one: Tuple, other: Tuple): boolean {
	return (
		one.protocol === other.protocol &&
		one.src === other.src &&
		one.dst === other.dst &&
		one.sport === other.sport &&
		one.dport === other.dport
	);
}

/** `10.0.0.5:40000 → 10.0.0.9:80`, `10.0.0.5 → 10.0.0.9 (echo request)` */
export function packetText({
	src,
	dst,
	sport,
	dport,
	icmp,
}: Pick<Packet, "src" | "dst" | "sport" | "dport" | "icmp">): string {
	if (icmp !== undefined) return `${src} → ${dst} (${ECHOES[icmp.type] ?? `ICMP ${icmp.type}/${icmp.code}`})`;
	return `${endText(src, sport)} → ${endText(dst, dport)}`;
}

const ECHOES: Readonly<Record<number, string>> = {
	0: "echo reply",
	8: "echo request",
	128: "echo request",
	129: "echo reply",
};

/** `10.0.0.9:80`, `[2001:db8::9]:80`, without a port the address alone. */
export function endText(address: string, port: number | null | undefined): string {
	if (port == null) return address;
	return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

export const protocolName = (protocol: number): string =>
	({ [TCP]: "tcp", [UDP]: "udp", [ICMP]: "icmp", [ICMPV6]: "icmpv6" })[protocol] ?? String(protocol);

/** The kind of the tunnel that a packet belongs to, as the device that makes it is called. */
export function tunnelKind({ family, protocol }: Packet): string {
	if (protocol === GRE) return family === 4 ? "gre" : "ip6gre";
	return family === 6 ? "ip6tnl" : protocol === IPIP ? "ipip" : "sit";
}
