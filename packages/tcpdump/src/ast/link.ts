import type { MacAddress, Num, Span, Word } from "@netfossil/core";
import type { Ethertype } from "../ast.ts";

/** A header between the link's and the network layer's. Its words stand on the line with `-e` and, some, without. */
export type Encapsulation = Mpls | Pppoe | Ppp | Llc;

/** `AF IPv4 (2), length 236: `, with `-q` `IPv4, length 236: `: BSD's loopback. */
export interface LoopbackLink extends Span {
	readonly type: "loopback";
	/** `IPv4`, with its number without `-q`. */
	readonly family: AddressFamily;
	readonly length: Num;
}

/** `IPv4 (2)` */
export interface AddressFamily extends Span {
	readonly name: string;
	readonly number?: Num;
}

/** `ip: `: a capture without a link header, as of a tunnel device. */
export interface RawLink extends Span {
	readonly type: "raw";
}

/** `MPLS (label 100, tc 0, [S], ttl 64) `; releases before 4.99 say `exp` for `tc`. */
export interface Mpls extends Span {
	readonly type: "mpls";
	readonly labels: readonly MplsLabel[];
	/** How the line ended, where the packet stands below it (`-v`), behind a tab. */
	readonly break?: "\n" | "\r\n";
}

/** `(label 100, tc 0, [S], ttl 64)` */
export interface MplsLabel extends Span {
	readonly label: Num;
	/** With `-v`, of a reserved label: `IPv4 explicit NULL`. */
	readonly name?: string;
	readonly trafficClass: Num;
	/** The traffic class is called `exp`. */
	readonly experimental?: true;
	/** `[S]`: the last label. */
	readonly bottom?: true;
	readonly ttl: Num;
	/** How the line above ended, where the label stands on one of its own (`-v`), behind a tab. */
	readonly break?: "\n" | "\r\n";
}

/** `PPPoE PADI [Service-Name]`, `PPPoE  [ses 0x17] ` and the packet. */
export interface Pppoe extends Span {
	readonly type: "pppoe";
	/** `PADI`, `PADO`, `PADR`, `PADS` or `PADT`; absent in a session. */
	readonly code?: Word;
	readonly session?: Num;
	readonly tags: readonly PppoeTag[];
}

/** `[Host-Uniq 0x16372C16]`, `[AC-Name "ac1"]`, `[Service-Name]` */
export interface PppoeTag {
	readonly name: string;
	/** As printed: in quotes, or as hex digits after `0x`. */
	readonly value?: string;
}

/** With `-e`: `LCP (0xc021), length 14: `, `IP (0x0021), length 54: ` */
export interface Ppp extends Span {
	readonly type: "ppp";
	readonly protocol: Ethertype;
	readonly length: Num;
	/** `In  ` or `Out ` of a PPP link of Linux. */
	readonly direction?: Word;
}

/** With `-e`: `LLC, dsap STP (0x42) Individual, ssap STP (0x42) Command, ctrl 0x03: ` */
export interface Llc extends Span {
	readonly type: "llc";
	readonly destination: ServiceAccessPoint;
	readonly source: ServiceAccessPoint;
	readonly control: Num;
	readonly snap?: Snap;
}

/** `STP (0x42) Individual` */
export interface ServiceAccessPoint {
	readonly name: string;
	readonly number: Num;
	/** Of the destination `Individual` or `Group`, of the source `Command` or `Response`. */
	readonly flag: string;
}

/** `oui Cisco (0x00000c), pid PVST (0x010b), length 42: ` */
export interface Snap {
	readonly organization: Ethertype;
	/** What is within; the organization's own number where `of` is `pid`. */
	readonly protocol: Ethertype;
	readonly of: "pid" | "ethertype";
	readonly length: Num;
}

/** `8000.02:42:ce:2f:9e:dd` */
export interface BridgeId extends Span {
	/** Hexadecimal, with the VLAN in its last three digits. */
	readonly priority: Num;
	readonly mac: MacAddress;
}

/** `STP 802.1d, Config, Flags [none], bridge-id 8000.02:42:ce:2f:9e:dd.8001, length 35` */
export interface Stp extends Span {
	readonly type: "stp";
	/** `802.1d`, `802.1w`, `802.1s` or `802.1aq` */
	readonly version: Word;
	/** `Config`, `Rapid STP`, `Topology Change` */
	readonly message?: Word;
	/** `Flags` are those of the common tree: `CIST Flags`. */
	readonly common?: true;
	/** `none`, or the names: `Learn, Forward` */
	readonly flags?: string;
	readonly bridge?: BridgeId;
	/** Hexadecimal. */
	readonly port?: Num;
	readonly length?: Num;
	/** ` [|stp]`, ` (invalid)` */
	readonly flaw?: string;
}

/** `LLDP, length 29: sw-01`; with `-v` the elements stand in the lines below. */
export interface Lldp extends Span {
	readonly type: "lldp";
	readonly length: Num;
	/** The system's name, without `-v`. */
	readonly name?: Word;
}
