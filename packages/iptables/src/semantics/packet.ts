import type { Mark } from "./mark.ts";

/**
 * What is known of a packet where a chain meets it. A key that is absent is not known, `null` means that the
 * packet is known to have none, anything else is the value. All of it is what the kernel sees at that point:
 * addresses after the translations so far, the mark as the rules before left it.
 */
export interface Packet {
	/** Of IPv4 or IPv6; need not be given when an address is. */
	readonly family?: 4 | 6;
	/** The interface that it came in by; `null` for a packet of the machine itself (OUTPUT, POSTROUTING). */
	readonly in?: string | null;
	/** The interface that it leaves by; `null` before that is decided (PREROUTING) and in INPUT. */
	readonly out?: string | null;
	readonly source?: string;
	readonly destination?: string;
	/** By number; of IPv6 that of the last header. */
	readonly protocol?: number;
	/**
	 * True for a second or further fragment, false for a first fragment and a whole packet. Where connections
	 * are tracked, rules meet whole packets only. Of further fragments iptables-legacy never matches a port;
	 * iptables-nft turns `-m tcp` and `-m udp` into nf_tables' own tests, which take the data for ports
	 * (measured: iptables 1.8.9 on Linux 6.18).
	 */
	readonly fragment?: boolean;
	/** Of TCP, UDP, SCTP and the like. */
	readonly sourcePort?: number | null;
	readonly destinationPort?: number | null;
	/** The flags that are set. */
	readonly tcpFlags?: readonly TcpFlag[] | null;
	/** The numbers of the TCP options that it has. */
	readonly tcpOptions?: readonly number[] | null;
	/** What the TCP option 2 says. */
	readonly tcpMss?: number | null;
	/** Of ICMP or ICMPv6. */
	readonly icmpType?: number | null;
	readonly icmpCode?: number | null;
	/** In bytes, with the IP header. */
	readonly length?: number;
	/** Time to live; of IPv6 the hop limit. */
	readonly ttl?: number;
	/** The whole byte of TOS or traffic class: DSCP is its upper six bits, ECN its lower two. */
	readonly tos?: number;
	/** The link-layer address that it came from; `null` where it came by no Ethernet (loopback, tunnels). */
	readonly mac?: string | null;
	/** Whom the frame was for. */
	readonly packetType?: "unicast" | "broadcast" | "multicast" | "otherhost";
	/**
	 * What `inet_addr_type()` says of the address, for instance `["LOCAL"]`. An IPv4 address has one type: one
	 * of the machine's own is LOCAL and not UNICAST. An IPv6 address has all that fit.
	 */
	readonly sourceTypes?: readonly AddressType[];
	readonly destinationTypes?: readonly AddressType[];
	/** The bridge ports of a bridged packet; `null` where it passed none. */
	readonly physdevIn?: string | null;
	readonly physdevOut?: string | null;
	/** Whether it is bridged, not routed. */
	readonly bridged?: boolean;
	/** Whether it belongs to a socket of the machine that sends it. */
	readonly socket?: boolean;
	/** Of the process that holds the socket; `null` where none does. */
	readonly uid?: number | null;
	readonly gid?: number | null;
	/** The supplementary groups. */
	readonly groups?: readonly number[] | null;
	readonly mark?: Mark;
	/** The mark of its connection; `null` where it has no connection. */
	readonly connmark?: Mark | null;
	/** What `-m conntrack` calls it. INVALID and UNTRACKED packets have no connection, all others have one. */
	readonly ctstate?: "INVALID" | "NEW" | "RELATED" | "ESTABLISHED" | "UNTRACKED";
	/** Whether the source or destination of its connection is translated: the states SNAT and DNAT. */
	readonly snat?: boolean;
	readonly dnat?: boolean;
	/** The status bits of its connection that are set. */
	readonly ctstatus?: readonly ("EXPECTED" | "SEEN_REPLY" | "ASSURED" | "CONFIRMED")[];
	readonly ctdir?: "ORIGINAL" | "REPLY";
	readonly ctproto?: number;
	/** The connection as its first packet had it before any translation. */
	readonly ctorigsrc?: string;
	readonly ctorigdst?: string;
	readonly ctorigsrcport?: number;
	readonly ctorigdstport?: number;
	/** The connection as its answers have it when they come in. */
	readonly ctreplsrc?: string;
	readonly ctrepldst?: string;
	readonly ctreplsrcport?: number;
	readonly ctrepldstport?: number;
}

export type TcpFlag = "FIN" | "SYN" | "RST" | "PSH" | "ACK" | "URG" | "ECE" | "CWR";

export type AddressType =
	| "UNSPEC"
	| "UNICAST"
	| "LOCAL"
	| "BROADCAST"
	| "ANYCAST"
	| "MULTICAST"
	| "BLACKHOLE"
	| "UNREACHABLE"
	| "PROHIBIT"
	| "THROW"
	| "NAT"
	| "XRESOLVE";

/** What reasons call the fields. */
const NAMES: Readonly<Record<keyof Packet, string>> = {
	family: "family",
	in: "in-interface",
	out: "out-interface",
	source: "source",
	destination: "destination",
	protocol: "protocol",
	fragment: "place among fragments",
	sourcePort: "source port",
	destinationPort: "destination port",
	tcpFlags: "TCP flags",
	tcpOptions: "TCP options",
	tcpMss: "MSS",
	icmpType: "ICMP type",
	icmpCode: "ICMP code",
	length: "length",
	ttl: "TTL",
	tos: "TOS byte",
	mac: "source MAC address",
	packetType: "packet type",
	sourceTypes: "type of source address",
	destinationTypes: "type of destination address",
	physdevIn: "bridge port in",
	physdevOut: "bridge port out",
	bridged: "way over a bridge",
	socket: "socket",
	uid: "user",
	gid: "group",
	groups: "supplementary groups",
	mark: "mark",
	connmark: "connection mark",
	ctstate: "connection state",
	snat: "connection's SNAT status",
	dnat: "connection's DNAT status",
	ctstatus: "connection status",
	ctdir: "direction in its connection",
	ctproto: "connection's protocol",
	ctorigsrc: "original source",
	ctorigdst: "original destination",
	ctorigsrcport: "original source port",
	ctorigdstport: "original destination port",
	ctreplsrc: "source of replies",
	ctrepldst: "destination of replies",
	ctreplsrcport: "source port of replies",
	ctrepldstport: "destination port of replies",
};

/** `packet's destination port` */
export function fieldName(field: keyof Packet): string {
	return `packet's ${NAMES[field]}`;
}

/** The family of a packet, from its own field or its addresses. */
export function familyOf({ family, source, destination }: Packet): 4 | 6 | undefined {
	const address = source ?? destination;
	if (family !== undefined || address === undefined) return family;
	return address.includes(":") ? 6 : 4;
}

/** The fields that only a packet with a connection has. */
const OF_CONNECTION: readonly (keyof Packet)[] = [
	"connmark",
	"ctstatus",
	"ctdir",
	"ctproto",
	"ctorigsrc",
	"ctorigdst",
	"ctorigsrcport",
	"ctorigdstport",
	"ctreplsrc",
	"ctrepldst",
	"ctreplsrcport",
	"ctrepldstport",
];

/** Whether the packet belongs to a connection; undefined when none of its fields tells. */
export function hasConnection(packet: Packet): boolean | undefined {
	const { ctstate, connmark, snat, dnat } = packet;
	if (connmark === null) return false;
	if (ctstate !== undefined) return ctstate !== "INVALID" && ctstate !== "UNTRACKED";
	return snat || dnat || OF_CONNECTION.some((field) => packet[field] !== undefined) || undefined;
}
