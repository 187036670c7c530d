import type {
	Blank,
	IpAddress,
	IpPrefix,
	LineNode,
	MacAddress,
	Num,
	Span,
	Unparsed,
	Word,
} from "@netfossil/core";

/**
 * What `ip addr` and `ip link` print, by iproute2 or busybox, with or without `-d`, `-s`, `-o`, `-br`, `-4`,
 * `-6`. Source of the format: `print_linkinfo` and `print_addrinfo` of iproute2's `ip/ipaddress.c`
 * (2.6.39–7.1), `networking/libiproute/ipaddress.c` of busybox 1.35.
 */
export interface IpAddressDump extends Span {
	readonly type: "ip-address";
	readonly statements: readonly IpAddressStatement[];
}

/**
 * Lines of an interface stand in its block. Those that follow no first line of an interface (a dump that was
 * cut, or filtered by grep) are statements of their own: whose they are is not known.
 */
export type IpAddressStatement =
	| Interface
	| AddressOfInterface
	| BriefInterface
	| Link
	| Property
	| InterfaceAddress
	| Lifetime
	| Blank
	| Unparsed;

/** A line within a block; an `indent` stands in place of the tool's own, not beside it. */
export interface BlockLine extends LineNode {
	/** Lines after this one that are none of the tool's, or of a kind that no rule knows. */
	readonly rest?: readonly (Blank | Unparsed)[];
}

/** `2: eth0@if15: <BROADCAST,UP> mtu 1450 qdisc noqueue master br0 state UP group default qlen 1000` and what follows it. */
export interface Interface extends BlockLine {
	readonly type: "interface";
	/** `ip -o`: the whole block on one line, with `\` in place of each line end. */
	readonly layout?: "one-line";
	/** Unique in its network namespace only. */
	readonly index: Num;
	/** May hold `@`, `:` and quotes; see {@link peer}. */
	readonly name: Word;
	/** What stands after the last `@`. */
	readonly peer?: Peer;
	/** `UP`, `LOWER_UP`, `NO-CARRIER`, `M-DOWN` …; bits without a name as bare hex. */
	readonly flags: readonly string[];
	readonly mtu?: Num;
	/** `xdp`, `xdpgeneric/id:7` */
	readonly xdp?: Word;
	readonly qdisc?: Word;
	/** The bridge, bond, VRF … that this one is a port of. */
	readonly master?: Word;
	/** `portname p0`, `portid 0c42a103`, `switchid 00154d`: here before 4.10, with the details since. */
	readonly portname?: Word;
	readonly portid?: Word;
	readonly switchid?: Word;
	/** Operational state: `UP`, `DOWN`, `UNKNOWN`, `LOWERLAYERDOWN` … */
	readonly state?: Word;
	/** Link mode, printed by `ip link` only: `DEFAULT` or `DORMANT`. */
	readonly mode?: Word;
	/** `default`, or a number; not printed by busybox, nor by iproute2 3.10. */
	readonly group?: Word;
	readonly qlen?: Num;
	/** As in {@link Link}; here where the link line is left out (`ip -4 addr`, `ip -6 addr`): see `netnsOf`. */
	readonly netnsid?: Num | "unknown";
	/** As in {@link Link}; here where the link line is left out. */
	readonly netnsName?: Word;
	/** `protodown on` and the like; here where the link line is left out. */
	readonly attributes?: readonly (Attribute | UnknownAttribute)[];
	/** Words of the first line that no rule knows. */
	readonly unknown?: readonly UnknownWords[];
	readonly link?: Link;
	/** Details (`-d`), names, statistics (`-s`): what stands between the link line and the addresses. */
	readonly properties?: readonly Property[];
	readonly addresses: readonly InterfaceAddress[];
	/** `ip -s addr`, which prints the counters behind the addresses; see `statisticsOf`. */
	readonly statistics?: readonly Statistics[];
}

/** The fields of an interface's first line that are a word and a value, in the order printed. */
export type HeadField =
	| "mtu"
	| "xdp"
	| "qdisc"
	| "master"
	| "portname"
	| "portid"
	| "switchid"
	| "state"
	| "mode"
	| "group"
	| "qlen";

/** Words of an interface's first line that no rule knows, with the field that they follow. */
export interface UnknownWords extends Span {
	readonly type: "unparsed";
	readonly text: string;
	/** Absent: right after the flags. */
	readonly after?: HeadField | "link-netns" | "attributes";
}

/**
 * The other end of an interface (`veth`), or the device below it (VLAN, macvlan, vxlan …); which of both, the
 * line does not say.
 */
export type Peer = PeerIndex | PeerName | NoPeer;

/** `@if15`: the interface of index 15 in another network namespace. */
export interface PeerIndex extends Span {
	readonly type: "ifindex";
	readonly index: Num;
}

/**
 * `@eth0`: an interface of the same namespace. From busybox and iproute2 before 4.0 it may just be the
 * unrelated local interface that has the peer's index: see `peerNames`.
 */
export interface PeerName extends Span {
	readonly type: "name";
	readonly name: Word;
}

/** `@NONE`: a tunnel bound to no device. */
export interface NoPeer extends Span {
	readonly type: "none";
}

/** `    link/ether 02:42:0a:ff:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0` */
export interface Link extends BlockLine {
	readonly type: "link";
	/** `ether`, `loopback`, `none`, `ipip`, `tunnel6`, `[823]` … */
	readonly kind: Word;
	readonly address?: LinkAddress;
	readonly broadcast?: LinkAddress;
	/** Instead of the broadcast address, on point-to-point links. */
	readonly peer?: LinkAddress;
	/** The hardware's own address, where it differs (5.6 and later). */
	readonly permaddr?: LinkAddress;
	/**
	 * The namespace of the peer, numbered by the namespace that the dump was taken in: not the numbers of
	 * another's `ip netns`.
	 */
	readonly netnsid?: Num | "unknown";
	/** `link-netns NAME`: printed in place of the number when a file in /run/netns names it (4.17). */
	readonly netnsName?: Word;
	/** `promiscuity 0`, `minmtu 68`, `protodown on` … */
	readonly attributes?: readonly (Attribute | UnknownAttribute)[];
}

/** A link-layer address; tunnels have an IP address for one. */
export type LinkAddress = MacAddress | IpAddress | OtherLinkAddress;

/** A link-layer address of another length: InfiniBand's 20 bytes, 16 of an unknown type. */
export interface OtherLinkAddress extends Word {
	readonly type: "hardware";
}

export type Property = Details | Alias | Altname | Statistics | VirtualFunction;

/** `    vxlan id 4097 srcport 0 0 dstport 4789 nolearning proxy l2miss l3miss ttl auto ageing 300 ` */
export interface Details extends BlockLine {
	readonly type: "details";
	/** `veth`, `bridge`, `bridge_slave` …; absent on a line that goes on with the details of the line before. */
	readonly kind?: Word;
	readonly attributes: readonly (Attribute | UnknownAttribute)[];
}

/** `id 4097`, `srcport 0 0`, `nolearning`, `<REORDER_HDR>` (named `flags`), `ingress-qos-map { 1:2 3:4 }` */
export interface Attribute extends Span {
	readonly type: "attribute";
	/** The tool's own word. */
	readonly name: string;
	/** None for a word that stands alone. */
	readonly values: readonly AttributeValue[];
	/** How many blanks stand before it, where not one: iproute2 6.1 puts two before `allmulti`. */
	readonly gap?: number;
}

/** Words that no rule knows, up to the next one that some rule does. */
export interface UnknownAttribute extends Span {
	readonly type: "unparsed";
	readonly text: string;
	readonly gap?: number;
}

export type AttributeValue = NumberValue | WordValue | IpAddress | MacAddress;

export interface NumberValue extends Num {
	readonly type: "number";
}

export interface WordValue extends Word {
	readonly type: "word";
}

/** `    alias uplink to rack 7` */
export interface Alias extends BlockLine {
	readonly type: "alias";
	readonly text: string;
}

/** `    altname enp195s0f1np1` (5.5 and later) */
export interface Altname extends BlockLine {
	readonly type: "altname";
	readonly name: Word;
}

/**
 * `    vf 0     link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff, vlan 5, spoof checking on, link-state auto, trust off`,
 * one of the functions that a network card offers to virtual machines (SR-IOV)
 */
export interface VirtualFunction extends BlockLine {
	readonly type: "vf";
	readonly index: Num;
	/** Absent: the form before 5.1, `vf 0 MAC 02:00:00:00:00:01`. */
	readonly kind?: Word;
	readonly address: LinkAddress;
	readonly broadcast?: LinkAddress;
	/** `vlan`, `qos`, `tx rate`, `spoof checking`, `link-state` …: what stands between the commas. */
	readonly attributes: readonly (Attribute | UnknownAttribute)[];
}

/** `    RX:  bytes packets errors dropped  missed   mcast           ` and the line of numbers below it. */
export interface Statistics extends BlockLine {
	readonly type: "statistics";
	readonly of: "RX" | "TX" | "RX errors" | "TX errors";
	/** The line of titles with its blanks, which are the columns of the numbers. */
	readonly titles: string;
	/** Whether the numbers stand at the left of their columns (before 5.14) or at the right. */
	readonly aligned: "left" | "right";
	/** By title. Absent when the dump was cut below the titles. */
	readonly counters?: Counters;
}

/** `             720       8      0       0       0       0 ` */
export interface Counters extends BlockLine {
	readonly type: "counters";
	readonly counters: readonly Counter[];
}

/** A number below its title: `packets`, 8. With `-h` a suffix is multiplied out and the text is kept. */
export interface Counter extends Num {
	readonly name: string;
}

/** `    inet 10.255.0.2/16 brd 10.255.255.255 scope global eth0` */
export interface InterfaceAddress extends BlockLine {
	readonly type: "inet" | "inet6";
	/**
	 * The interface's own address. Before `peer` it is printed without a length, for the length printed is
	 * the peer's: its own is then that of a single host.
	 */
	readonly address: IpPrefix;
	/** `inet 192.0.2.1 peer 192.0.2.2/30`: the prefix on the link. */
	readonly peer?: IpPrefix;
	readonly metric?: Num;
	readonly broadcast?: IpAddress;
	readonly anycast?: IpAddress;
	readonly multicast?: IpAddress;
	/** `global`, `link`, `host`, `site`, or a number. */
	readonly scope: Word;
	/** `secondary`, `temporary`, `tentative`, `deprecated`, `dynamic`, `noprefixroute` … */
	readonly flags: readonly string[];
	/** The bits without a name, in hex: `flags 400`. */
	readonly flagBits?: string;
	/** Who set it: `kernel_lo`, `kernel_ll`, `kernel_ra` (6.4 and later). */
	readonly proto?: Word;
	/** IPv4 only: the interface's name, or `NAME:SOMETHING`. */
	readonly label?: Word;
	/** Not printed by kernels before 3.9 for permanent IPv4 addresses. */
	readonly lifetime?: Lifetime;
}

/** `       valid_lft 6992sec preferred_lft 2992sec`; a preferred lifetime may be below zero. */
export interface Lifetime extends BlockLine {
	readonly type: "lifetime";
	readonly valid: Num | "forever";
	readonly preferred: Num | "forever";
}

/** `2: eth0    inet 10.0.0.2/24 scope global eth0\       valid_lft forever preferred_lft forever` (`ip -o addr`) */
export interface AddressOfInterface extends LineNode {
	readonly type: "address-of-interface";
	readonly index: Num;
	/** Without what an `@` would add. */
	readonly name: Word;
	readonly address: InterfaceAddress;
}

/** `eth0@if15        UP             10.0.0.2/24 fe80::1/64 ` (`ip -br addr`, or `ip -br link` with a link address) */
export interface BriefInterface extends LineNode {
	readonly type: "brief";
	readonly name: Word;
	readonly peer?: Peer;
	readonly state: Word;
	/** Of `ip -br addr`. */
	readonly addresses?: readonly BriefAddress[];
	/** Of `ip -br link`; absent for a link without one. */
	readonly link?: LinkAddress;
	/** Of `ip -br link`. */
	readonly flags?: readonly string[];
}

/** `10.0.0.2/24`, `192.0.2.1 peer 192.0.2.2/32`, `10.0.0.2/24 metric 115` */
export interface BriefAddress extends Span {
	readonly address: IpPrefix;
	readonly peer?: IpPrefix;
	readonly metric?: Num;
}
