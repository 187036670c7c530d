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
import type { GroupRecord, Icmp, Icmp6 } from "./ast/icmp.ts";
import type { DetailLine } from "./ast/lines.ts";
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

export type * from "./ast/icmp.ts";
export type * from "./ast/lines.ts";
export type * from "./ast/link.ts";
export type * from "./ast/network.ts";

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

/** `Flags [S.], seq 3177214998, ack 3646612061, win 27960, options [mss 1410,nop,wscale 7], length 0` */
export interface Tcp extends Span {
	readonly type: "tcp";
	/** `S`, `P.`, `none`; absent with `-q`, which prints `tcp 100`. */
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
	/** The end of a header that was cut or is wrong, as printed: ` [bad hdr length 8 - too short, < 20]` */
	readonly flaw?: string;
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

export type TcpOption =
	| NopOption
	| EndOption
	| MssOption
	| WindowScaleOption
	| SackPermittedOption
	| SackOption
	| TimestampOption
	| FastOpenOption
	| MultipathOption
	| OtherOption;

/** `nop` */
export interface NopOption extends Span {
	readonly type: "nop";
}

/** `eol` */
export interface EndOption extends Span {
	readonly type: "eol";
}

/** `mss 1460` */
export interface MssOption extends Span {
	readonly type: "mss";
	readonly size: Num;
}

/** `wscale 7` */
export interface WindowScaleOption extends Span {
	readonly type: "wscale";
	readonly shift: Num;
}

/** `sackOK` */
export interface SackPermittedOption extends Span {
	readonly type: "sackOK";
}

/** `sack 1 {101:106}` */
export interface SackOption extends Span {
	readonly type: "sack";
	readonly blocks: readonly { readonly left: number; readonly right: number }[];
}

/** `TS val 3733770 ecr 0` */
export interface TimestampOption extends Span {
	readonly type: "timestamp";
	readonly value: Num;
	readonly echo: Num;
}

/** `tfo  cookiereq`, `tfo  cookie 0123456789abcdef` */
export interface FastOpenOption extends Span {
	readonly type: "tfo";
	/** Hex digits; absent in a request for a cookie. */
	readonly cookie?: string;
}

/** `mptcp 12 capable v1 {0xaabbccdd}`; `text` is what follows the word. */
export interface MultipathOption extends Span {
	readonly type: "mptcp";
	readonly text: string;
}

/** `uto 0x800a`, `md5 …`, `unknown-200 0x010203`, `exp-f989`, `[bad opt]`; as printed. */
export interface OtherOption extends Span {
	readonly type: "other";
	readonly text: string;
}

export type TcpPayload = Http | Dns | PayloadText;

/** `HTTP: GET / HTTP/1.1`, `HTTP` (no start line), with `-v` `HTTP, length: 84` and the text below. */
export interface Http extends Span {
	readonly type: "http";
	readonly length?: Num;
	/** The start line of a request or an answer. */
	readonly line?: Word;
	/** ` [|http]`: the snapshot ends within; 4.9 wrote ` [!http]`. */
	readonly truncated?: string;
}

/** `SSH: SSH-2.0-OpenSSH_9.6`, or DNS over TCP, which follows the length after a blank. */
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
	readonly payload?: Vxlan | Geneve | Application | Text;
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
	/** As printed between the brackets: `8 bytes` */
	readonly options?: string;
}

/** What applications over UDP or TCP print on the line of the packet. */
export type Application = Dns | Dhcp | Ntp;

/** `4660+ A? api.prod. (26)`, `34450* 3/0/1 CNAME cdn.example.com., A 10.255.0.172 (168)` */
export interface Dns extends Span {
	readonly type: "dns";
	/** The answer has that of the query. */
	readonly id: Num;
	/** Where it is no plain query: `notify`, `update` … */
	readonly operation?: string;
	/** What became of an answer's query: `NXDomain`, `ServFail` … */
	readonly code?: Word;
	/** `+` recursion wanted, `%` checks off; of an answer `*` authoritative, `-` no recursion, `|` cut, `$` proven. */
	readonly flags: string;
	/** How many entries a message has where there are not as many as usual: `[1au]`. */
	readonly sections?: readonly DnsSection[];
	/** Of a query; of an answer with `-v`. */
	readonly questions?: readonly DnsQuestion[];
	/** Of an answer alone: how many records each section has. */
	readonly counts?: { readonly answers: Num; readonly authority: Num; readonly additional: Num };
	readonly answers?: readonly DnsRecord[];
	/** With `-v`. */
	readonly authority?: readonly DnsRecord[];
	/** With `-v`. */
	readonly additional?: readonly DnsRecord[];
	/** In bytes. */
	readonly length: Num;
}

/** `[1au]` */
export interface DnsSection {
	/** `q`: questions, `a`: answers, `n`: authority, `au`: additional. */
	readonly of: "q" | "a" | "n" | "au";
	readonly count: number;
}

/** `PTR (QM)? _http._tcp.local.` */
export interface DnsQuestion extends Span {
	/** `A`, `AAAA`, `Type65` … */
	readonly record: Word;
	/** Of multicast DNS: whether all (`QM`) or the asker alone (`QU`) should hear the answer. */
	readonly answer?: "QM" | "QU";
	readonly name: Word;
}

/** `CNAME cdn.example.com.`, with `-v` `api.prod. [30s] A 10.1.2.3` */
export interface DnsRecord {
	readonly name?: string;
	/** As printed: `1m30s`. */
	readonly ttl?: string;
	readonly record: string;
	readonly data?: string;
}

/** `BOOTP/DHCP, Request from 02:42:0a:ff:00:03, length 300` */
export interface Dhcp extends Span {
	readonly type: "dhcp";
	readonly operation: "request" | "reply";
	readonly client?: Station;
	readonly length: Num;
	/** With `-v` what follows on the line, as printed: `, xid 0x1, Flags [none]`; the options stand below. */
	readonly remarks?: string;
}

/** `NTPv4, Client, length 48` */
export interface Ntp extends Span {
	readonly type: "ntp";
	readonly version: Num;
	readonly mode: Word;
	readonly length: Num;
}

/** `ESP(spi=0x1234abcd,seq=0x1), length 48` */
export interface Esp extends Span {
	readonly type: "esp";
	readonly spi: Num;
	readonly sequence: Num;
	readonly length: Num;
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
