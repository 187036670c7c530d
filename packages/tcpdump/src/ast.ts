import type {
	Blank,
	IpAddress,
	LineNode,
	MacAddress,
	Num,
	Port,
	Span,
	Unparsed,
	Word,
} from "@netfossil/core";
import type { Application, Esp, Sctp } from "./ast/applications.ts";
import type { DetailLine } from "./ast/details.ts";
import type { GroupRecord, Icmp, Icmp6 } from "./ast/icmp.ts";
import type { Encapsulation, Lldp, LoopbackLink, RawLink, Stp } from "./ast/link.ts";
import type {
	Arp,
	BadChecksum,
	Cut,
	Extension,
	Head,
	InvalidIp,
	IpOption,
	IpProtocol,
	NoNextHeader,
	Ports,
} from "./ast/network.ts";
import type { TcpOption } from "./ast/tcp-options.ts";

export type * from "./ast/applications.ts";
export type * from "./ast/details.ts";
export type * from "./ast/icmp.ts";
export type * from "./ast/link.ts";
export type * from "./ast/network.ts";
export type * from "./ast/tcp-options.ts";

/**
 * What `tcpdump` prints: banners and summary (stderr), and one packet per head line (stdout). Source of the
 * format: `tcpdump.c`, `print.c`, `util-print.c` and `print-*.c` of tcpdump 4.9.3, 4.99.3 and 5.0.
 */
export interface Tcpdump extends Span {
	readonly type: "tcpdump";
	readonly statements: readonly Statement[];
}

export type Statement = Banner | Notice | Summary | Packet | ContinuationLine | HexLine | Blank | Unparsed;

/** `listening on eth2, link-type EN10MB (Ethernet), capture size 262144 bytes` */
export interface Banner extends LineNode {
	readonly type: "banner";
	/** `listening`: a live capture; `reading`: a file (`-r`). */
	readonly of: "listening" | "reading";
	/** The device, or the file. */
	readonly name: Word;
	/** `EN10MB`; a number when libpcap has no name for it. */
	readonly linkType: Word;
	/** `Ethernet` */
	readonly linkDescription?: string;
	/** Bytes kept of each packet. */
	readonly limit?: Num;
	/** How the limit is called: up to 4.9 `capture size`, then `snapshot length`. */
	readonly limitName?: "capture size" | "snapshot length";
	/** The line begins with `tcpdump: `, which no older release prints here. */
	readonly prefixed?: true;
}

/** `tcpdump: verbose output suppressed, use -v or -vv for full protocol decode`, and warnings. */
export interface Notice extends LineNode {
	readonly type: "notice";
	readonly text: string;
}

/** `6 packets received by filter` */
export interface Summary extends LineNode {
	readonly type: "summary";
	readonly count: Num;
	readonly of: "captured" | "received by filter" | "dropped by kernel" | "dropped by interface";
	/** The terminal's echo of the interrupt stands before the line. */
	readonly interrupted?: true;
}

/**
 * One packet: a head line and the lines that belong to it.
 * `08:50:25.616528 ARP, Request who-has 10.255.0.3 tell 10.255.0.6, length 28`
 */
export interface Packet extends LineNode, Layers {
	readonly type: "packet";
	/** With `-#`: its number, from 1. */
	readonly number?: Num;
	/** Absent with `-t`. */
	readonly timestamp?: Timestamp;
	/** With `-i any` from 4.99 on: where it was seen, for example `eth0  In  `. */
	readonly interface?: InterfaceColumn;
	/** Lines below the head that no layer holds: `-v` details, `-x` and `-A` dumps. */
	readonly continuation?: readonly BodyLine[];
	/** `> `: what a mail that quotes puts before each line of the packet. */
	readonly quote?: string;
	/** Where the closing summary parts the packet's text. */
	readonly splices?: readonly Splice[];
}

/**
 * The closing summary in the middle of a packet: `… IP6 fd00:b98 packets captured`. `tcpdump … > f 2>&1` without
 * `-l` writes what it counted before it writes what is left of the packets.
 */
export interface Splice extends Span {
	/** How many characters of the packet's own text stand before it. */
	readonly after: number;
	readonly summary: readonly Summary[];
}

/** `	0x0000:  4500 003c 26df 4000 ff06 b70e c0a8 3102  E..<&.@.......1.`: bytes of `-x` and `-X`. */
export interface HexLine extends LineNode {
	readonly type: "hex";
	/** Of the first byte. */
	readonly offset: Num;
	/** `4500003c26df4000ff06b70ec0a83102` */
	readonly bytes: string;
	/** With `-X`: the bytes as text, with a dot for what cannot be printed. */
	readonly ascii?: string;
}

/** `E..<&.@.......1.`: bytes of `-A` as text, which has line ends of its own. */
export interface AsciiLine extends LineNode {
	readonly type: "ascii";
	readonly text: string;
}

/** A line below a head that has no type of its own, as `	Server-IP 10.0.0.1` with `-v`; before the first head the rest of a packet that was cut. */
export interface ContinuationLine extends LineNode {
	readonly type: "continuation";
	/** The line as it stands, with its indentation. */
	readonly text: string;
}

/** A line below a head. */
export type BodyLine = DetailLine | ContinuationLine | HexLine | AsciiLine;

/** The layers of a packet, from the outermost that is printed. */
export interface Layers {
	/** With `-e`. */
	readonly link?: Link;
	/** Headers between the link and the network layer: MPLS, PPPoE; with `-e` PPP and 802.2 too. */
	readonly encapsulation?: readonly Encapsulation[];
	readonly network: Network;
	readonly transport?: Transport;
}

/** A packet within a packet: `IP 10.255.2.77.35183 > 10.255.1.9.9000: Flags [S], …` */
export interface InnerPacket extends Span, Layers {
	readonly type: "inner";
}

/** When a packet was seen; the form follows from `-t`. */
export interface Timestamp extends Span {
	/**
	 * `time`: `08:50:25.616481`, in the zone of the reader; `date` (`-tttt`): the same with a date; `epoch`
	 * (`-tt`): since 1970; `delta` (`-ttt`, `-ttttt`): since the last or the first packet; `unknown`: the capture
	 * has no time that can be printed (`[Error converting time]`).
	 */
	readonly form: "time" | "date" | "epoch" | "delta" | "unknown";
	/** `2026-11-20`, with `-tttt`. */
	readonly date?: string;
	/** Whole seconds since midnight, since 1970, or of the difference; not negative. */
	readonly seconds: number;
	/** More than a second's where the capture is broken. */
	readonly nanoseconds: number;
	/** Of the fraction, where there are not 6 (`--nano`: 9). */
	readonly digits?: 9;
	readonly negative?: true;
}

/** `eth0  In  `: columns of the cooked capture v2. */
export interface InterfaceColumn extends Span {
	/** `?` when the reader's machine has no interface of that index. */
	readonly name: Word;
	/** `In`, `Out`, `B` (broadcast), `M` (multicast) or `P` (for someone else). */
	readonly direction: Word;
}

export type Link = EthernetLink | CookedLink | LoopbackLink | RawLink;

/** `02:42:16:2b:dc:d9 > 02:42:0b:01:f7:65, ethertype IPv4 (0x0800), length 74: ` */
export interface EthernetLink extends Span {
	readonly type: "ethernet";
	readonly source: Station;
	readonly destination: Station;
	/** Absent for 802.3 frames. */
	readonly ethertype?: Ethertype;
	/** On the wire; of an 802.3 frame what its length field says. */
	readonly length: Num;
	readonly vlans?: readonly VlanTag[];
}

/** `Out 02:42:6e:6d:7e:5a ethertype IPv4 (0x0800), length 76: `: Linux cooked, as of `-i any`. */
export interface CookedLink extends Span {
	readonly type: "cooked";
	/** Cooked v1; v2 has it in the packet's {@link InterfaceColumn}. */
	readonly direction?: Word;
	/** Cooked v2: `ifindex 2`. */
	readonly interfaceIndex?: Num;
	readonly source?: Station;
	/** Absent with `-q`, as is the length. */
	readonly ethertype?: Ethertype;
	readonly length?: Num;
	readonly vlans?: readonly VlanTag[];
}

/** `02:42:16:2b:dc:d9`, without `-n` `02:42:16:2b:dc:d9 (oui Unknown)` or `Broadcast`. */
export interface Station extends Span {
	/** `Broadcast` is `ff:ff:ff:ff:ff:ff`, with that word as its printed text. */
	readonly mac: MacAddress;
	/** Who made the device, as the reader's table knows. */
	readonly oui?: string;
}

/** `IPv4 (0x0800)` */
export interface Ethertype extends Span {
	readonly name: string;
	/** Absent with `-q`, and in the last VLAN tag of old releases. */
	readonly code?: Num;
}

/** `vlan 661, p 5, DEI, ethertype IPv4 (0x0800), ` */
export interface VlanTag extends Span {
	readonly id: Num;
	readonly priority: number;
	readonly dropEligible?: true;
	/** Absent before an 802.3 frame: `vlan 2, p 7, 802.3LLC, …`; with `-q` in a cooked capture. */
	readonly ethertype?: Ethertype;
}

export type Network = Ip | Ip6 | Arp | Stp | Lldp | Head | Cut | InvalidIp | Text | UnparsedLayer;

/** A name that was printed instead of an address, for want of `-n`. */
export interface HostName extends Word {
	readonly type: "name";
}

/** `10.255.0.6.8080`, `fd00:10:244::12.8080`, `api.prod.svc.cluster.local.http-alt` */
export interface Endpoint extends Span {
	readonly host: IpAddress | HostName;
	/** Absent where the protocol has no ports. */
	readonly port?: Port;
}

/** `IP 10.0.0.3.48366 > 10.0.0.5.80: ` */
export interface Ip extends Span {
	readonly type: "ip";
	/** `truncated-ip - 360 bytes missing! ` */
	readonly missing?: Num;
	/** 5.0: `[total length 400 > length 40] (invalid) ` */
	readonly excess?: Excess;
	/** With `-v`. */
	readonly header?: IpHeader;
	readonly source: Endpoint;
	readonly destination: Endpoint;
	/** An authentication header. */
	readonly extensions?: readonly Extension[];
	/** Behind extensions. */
	readonly ports?: Ports;
}

/** `[total length 400 > length 40] (invalid) `: the header says more than there is. */
export interface Excess extends Span {
	readonly total: Num;
	readonly length: Num;
}

/** `(tos 0x2,ECT(0), ttl 255, id 9955, offset 0, flags [DF], proto TCP (6), length 52)` */
export interface IpHeader extends Span {
	readonly tos: Num;
	/** `ECT(0)`, `ECT(1)` or `CE`. */
	readonly ecn?: string;
	/** Not printed where it is 0. */
	readonly ttl?: Num;
	readonly id: Num;
	/** In bytes. */
	readonly offset: Num;
	/** `none`, `DF`, `+` (more fragments follow), `+, DF`, `rsvd` */
	readonly flags: string;
	readonly protocol: ProtocolNumber;
	readonly length: Num;
	/** ` [was 0, presumed TSO]`: the header has no length, and this is what it seems to be. */
	readonly presumed?: string;
	readonly options?: readonly IpOption[];
	readonly badChecksum?: BadChecksum;
	/** What else follows, as printed. */
	readonly remarks?: string;
	/** The endpoints follow on the same line (3.9, `-g`). */
	readonly sameLine?: true;
	/** How the line after the header begins, where that is not four blanks. */
	readonly indent?: string;
	/** How the line of the header ended, where that is not "\n". */
	readonly eol?: "\r\n";
}

/** `TCP (6)` */
export interface ProtocolNumber {
	readonly name: string;
	readonly number: number;
}

/** `IP6 2001:db8::6.58619 > fd00:10:244::12.8080: ` */
export interface Ip6 extends Span {
	readonly type: "ip6";
	/** `truncated-ip6 - 4 bytes missing!` */
	readonly missing?: Num;
	/** With `-v`. */
	readonly header?: Ip6Header;
	readonly source: Endpoint;
	readonly destination: Endpoint;
	/** Extension headers before the transport. */
	readonly extensions?: readonly Extension[];
	/** Behind extensions. */
	readonly ports?: Ports;
}

/** `(flowlabel 0x9a0b3, hlim 1, next-header TCP (6) payload length: 20) ` */
export interface Ip6Header extends Span {
	readonly class?: Num;
	readonly flowLabel?: Num;
	readonly hopLimit: Num;
	readonly nextHeader: ProtocolNumber;
	readonly payloadLength: Num;
	/** 5.0 writes `, payload length 20`. */
	readonly punctuation?: "5.0";
}

/** What is printed of a protocol that has no type of its own: `LLDP, length 29: sw-01` */
export interface Text extends Span {
	readonly type: "text";
	readonly text: string;
}

/** The rest of a head line that no rule knows; a diagnostic says why. */
export interface UnparsedLayer extends Span {
	readonly type: "unparsed";
	readonly text: string;
}

export type Transport =
	| Tcp
	| Udp
	| Sctp
	| Icmp
	| Icmp6
	| Igmp
	| Esp
	| Gre
	| IpInIp
	| MplsInIp
	| Head
	| Cut
	| IpProtocol
	| NoNextHeader
	| Text;

/**
 * `Flags [S.], seq 3177214998, ack 3646612061, win 27960, options [mss 1410,nop,wscale 7], length 0`; 3.9 wrote
 * `S 3177214998:3177214998(0) ack 3646612061 win 27960 <mss 1410,nop,wscale 7>`.
 */
export interface Tcp extends Span {
	readonly type: "tcp";
	/** The line is one of 3.9, whose flags have a dot where there is no other, not for an acknowledgement. */
	readonly form?: "3.9";
	/** `S`, `P.`, `none`; absent with `-q`, which prints `tcp 100`, and where the header is cut. */
	readonly flags?: Word;
	/** With `-v`. */
	readonly checksum?: TcpChecksum;
	readonly sequence?: Sequence;
	readonly ack?: Num;
	readonly window?: Num;
	readonly urgent?: Num;
	readonly options?: readonly TcpOption[];
	/** Bytes of payload. */
	readonly length?: Num;
	readonly payload?: TcpPayload;
	/** What a reset says, with `-v`: `[RST port closed]` */
	readonly reason?: Word;
	/**
	 * The end of a header that was cut or is wrong, as printed: ` [bad hdr length 8 - too short, < 20]`, ` [|tcp]`. Where
	 * the options are cut, the last of them may be one in part.
	 */
	readonly flaw?: string;
	/** A blank stands before the line: ` tcp 4 [bad hdr length 16 - too short, < 20]`. */
	readonly spaced?: true;
}

/** `cksum 0x5e9f (correct)`, `cksum 0x2aef (incorrect -> 0x4402)` */
export interface TcpChecksum extends Span {
	readonly value: Num;
	readonly state: "correct" | "incorrect" | "unverified";
	/** What it should be; the sender's hardware fills it in where `incorrect` is seen on the sender. */
	readonly expected?: Num;
}

/** `seq 1:79`; relative to the flow's first segment, except on SYN and with `-S`. */
export interface Sequence extends Span {
	readonly first: Num;
	/** One past the last byte; absent without payload. */
	readonly next?: Num;
}

/** DNS follows the length after a blank, all others after a colon. */
export type TcpPayload = Application | PayloadText;

/** What is no known application's: ` [telnet WILL TERMINAL TYPE]`. */
export interface PayloadText extends Span {
	readonly type: "text";
	readonly text: string;
	/** What stands between the length and the text, where that is not `: `. */
	readonly separator?: " ";
}

/** `UDP, length 7`, or the application's own text, for example `4660+ A? api.prod. (26)` */
export interface Udp extends Span {
	readonly type: "udp";
	/** With `-v`. */
	readonly checksum?: UdpChecksum;
	/** Bytes of payload, where the application has no text of its own. */
	readonly length?: Num;
	/** `UDP, bad length 392 > 5`: fewer bytes arrived than the header says. */
	readonly available?: Num;
	/** `truncated-udplength 4`: the header's length is shorter than the header. */
	readonly truncatedLength?: Num;
	readonly payload?: Vxlan | VxlanGpe | Geneve | Application | Text;
	/** ` [|udp]`: the snapshot ends within the header. */
	readonly truncated?: string;
}

/** `[udp sum ok] `, `[no cksum] `, `[bad udp cksum 0x1234 -> 0x5678!] ` */
export interface UdpChecksum extends Span {
	readonly state: "ok" | "none" | "bad";
	readonly value?: Num;
	readonly expected?: Num;
}

/**
 * `VXLAN, flags [I] (0x08), vni 4096`, and the inner packet on the next line, at its start. Port 8472, which
 * Linux used before 4789, prints as `OTV, flags [I] (0x08), overlay 0, instance 1` up to 4.99.5.
 */
export interface Vxlan extends Span {
	readonly type: "vxlan";
	readonly flags: string;
	readonly flagBits: Num;
	readonly vni: Num;
	/** The line says `OTV` and has this number before the VNI. */
	readonly overlay?: Num;
	/** Absent where the text ends before it. */
	readonly inner?: InnerPacket;
	/** How the line ended, where that is not "\n" and an inner packet follows. */
	readonly eol?: "\r\n";
}

/**
 * `IP 192.0.2.83 > 192.0.2.149: IP 10.255.2.77.1 > 10.255.1.9.2: Flags [S], seq 9, win 1, length 0`. With
 * `-e` the inner word is left out; then an inner packet between two names is taken for IPv4.
 */
export interface IpInIp extends Span {
	readonly type: "ip-in-ip";
	readonly inner: InnerPacket;
}

/** `IP 10.0.0.1 > 10.0.0.2: MPLS (label 100, tc 0, [S], ttl 64) IP 10.1.0.1 > 10.1.0.2: ICMP echo request, …` */
export interface MplsInIp extends Span {
	readonly type: "mpls-in-ip";
	readonly inner: InnerPacket;
}

/** The packet within a tunnel whose header it follows on the line, with `-v` on the line below, after a tab. */
export interface Tunnelled {
	readonly inner?: InnerPacket;
	/** How the line of the header ended, where the packet stands below it. */
	readonly break?: "\n" | "\r\n";
}

/** `GREv0, key=0x2a, length 37: IP 10.255.2.77.4001 > 10.255.1.9.4002: UDP, length 1` */
export interface Gre extends Span, Tunnelled {
	readonly type: "gre";
	readonly version: Num;
	/** With `-v`: `none`, `key present, sequence# present` */
	readonly flags?: string;
	/** With `-v`. */
	readonly checksum?: Num;
	/** Where a checksum or a route is present. */
	readonly offset?: Num;
	readonly key?: Num;
	/** Of version 1, PPTP's. */
	readonly call?: Num;
	readonly sequence?: Num;
	/** Of version 1. */
	readonly ack?: Num;
	/** With `-e`: what is within. */
	readonly protocol?: Ethertype;
	readonly length: Num;
}

/** `Geneve, Flags [none], vni 0x7d14af: IP 10.255.2.77.4000 > 10.255.1.9.80: Flags [S], seq 1, win 9, length 0` */
export interface Geneve extends Span, Tunnelled {
	readonly type: "geneve";
	/** `none`, `O` (control), `C` (critical options) */
	readonly flags: string;
	readonly vni: Num;
	/** With `-e`: what is within. */
	readonly protocol?: Ethertype;
	/** Of `options [8 bytes]`, without `-v`. */
	readonly optionBytes?: Num;
	/** With `-v`. */
	readonly options?: readonly (GeneveOption | Text)[];
}

/** `class Open Virtual Networking (OVN) (0x102) type 0x80(C) len 8`; what is read otherwise is a text. */
export interface GeneveOption extends Span {
	readonly type: "option";
	/** `Linux`, `Unknown` */
	readonly class: Word;
	readonly classCode: Num;
	readonly kind: Num;
	/** Who does not know the option drops the packet. */
	readonly critical?: true;
	/** With its header. */
	readonly length: Num;
	/** With `-vvv`, as printed: `01020304 05060708` */
	readonly data?: string;
}

/** `VXLAN-GPE, flags [IP], vni 42: IP 10.255.0.6.4000 > 10.255.2.77.80: Flags [S], seq 1, win 9, length 0` */
export interface VxlanGpe extends Span {
	readonly type: "vxlan-gpe";
	/** `I`: it has a VNI; `P`: it says what is within. */
	readonly flags: string;
	readonly vni: Num;
	readonly inner?: InnerPacket;
	/** How the line of the header ended, where the packet stands below it, with `-v`. */
	readonly break?: "\n" | "\r\n";
}

/** `igmp query v2`, `igmp v2 report 239.1.1.1`, `igmp v3 report, 1 group record(s)`, `igmp leave 239.1.1.1` */
export interface Igmp extends Span {
	readonly type: "igmp";
	readonly message: "query" | "report" | "leave" | "dvmrp" | "pimv1";
	readonly version?: Num;
	readonly group?: IpAddress | HostName;
	/** Of a query, with `-v`; as printed: `10`, in version 3 `1.0s`. */
	readonly maxResponseTime?: string;
	/** Of a report of version 3: how many groups it has. */
	readonly count?: Num;
	/** With `-v`. */
	readonly records?: readonly GroupRecord[];
	/** What follows, as printed. */
	readonly remarks?: string;
}
