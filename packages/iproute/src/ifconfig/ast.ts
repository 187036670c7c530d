import type { Blank, IpAddress, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";
import type { LinkAddress } from "../address/ast.ts";

/**
 * What `ifconfig` prints, with `-a` and `-s`, and `netstat -i`. Source of the format: `lib/interface.c` of
 * net-tools 1.60–2.10, `networking/interface.c` of busybox 1.35.
 */
export interface Ifconfig extends Span {
	readonly type: "ifconfig";
	readonly statements: readonly IfconfigStatement[];
}

/** Lines of a block whose first line is not there (a dump that was cut) are statements of their own. */
export type IfconfigStatement =
	| IfconfigInterface
	| IfconfigLine
	| InterfaceTableTitle
	| InterfaceTableColumns
	| InterfaceTableRow
	| Blank;

/**
 * `eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500` of net-tools 2 (`flags`), `eth0      Link
 * encap:Ethernet  HWaddr 02:42:0A:00:01:03  ` of net-tools 1 and busybox (`encap`), and the lines below it.
 */
export interface IfconfigInterface extends LineNode {
	readonly type: "interface";
	readonly layout: "flags" | "encap";
	/** `eth0`, or the label of an address: `eth0:1`. */
	readonly name: Word;
	/** In the layout `flags`: `4163`. */
	readonly flagBits?: Num;
	/** As {@link IfconfigState.flags}. */
	readonly flags?: readonly string[];
	readonly mtu?: Num;
	readonly metric?: Num;
	/** In the layout `encap`: `Ethernet`, `Local Loopback`. */
	readonly encapsulation?: Word;
	/** In the layout `encap`; in the other one it is in {@link IfconfigLink}. */
	readonly address?: LinkAddress;
	readonly lines: readonly IfconfigLine[];
}

export type IfconfigLine =
	| IfconfigInet
	| IfconfigInet6
	| IfconfigLink
	| IfconfigState
	| IfconfigCounters
	| IfconfigDevice
	| Unparsed;

interface Line extends LineNode {
	/** Which tool's words the line has. */
	readonly layout: "flags" | "encap";
}

/** `        inet 10.1.2.3  netmask 255.255.255.0  broadcast 10.1.2.255`, `          inet addr:10.1.2.3  Mask:255.0.0.0` */
export interface IfconfigInet extends Line {
	readonly type: "inet";
	readonly address: IpAddress;
	/** `destination`, `P-t-P`. */
	readonly peer?: IpAddress;
	readonly broadcast?: IpAddress;
	readonly netmask?: IpAddress;
}

/** `        inet6 fe80::1  prefixlen 64  scopeid 0x20<link>`, `          inet6 addr: fe80::1/64 Scope:Link` */
export interface IfconfigInet6 extends Line {
	readonly type: "inet6";
	/** Net-tools 2 prints `::ffff:10.1.2.3` as `10.1.2.3`. */
	readonly address: IpAddress;
	/** Bits. */
	readonly length: Num;
	/** `link`, `global` …; `Link`, `Global` … in the layout `encap`. */
	readonly scope: Word;
	/** `0x20`; in the layout `flags`. */
	readonly scopeId?: Word;
}

/** `        ether 02:42:fe:32:16:92  txqueuelen 1000  (Ethernet)` */
export interface IfconfigLink extends Line {
	readonly type: "link";
	/** `ether`, `loop`, `unspec`, `tunnel`, `sit` … */
	readonly kind: Word;
	/** Of tunnels there is one without a text. */
	readonly address?: LinkAddress;
	readonly txqueuelen?: Num;
	/** `Ethernet`, `Local Loopback` */
	readonly title: Word;
}

/** `          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1` */
export interface IfconfigState extends Line {
	readonly type: "state";
	/** Of the kernel's bits, other ones than `ip` shows: `RUNNING`, but not `LOWER_UP`. */
	readonly flags: readonly string[];
	readonly mtu: Num;
	readonly metric: Num;
}

/** `        RX packets 5  bytes 380 (380.0 B)`, `          collisions:0 txqueuelen:1000 ` */
export interface IfconfigCounters extends Line {
	readonly type: "counters";
	readonly counters: readonly IfconfigCounter[];
}

/** `RX bytes:380 (380.0 B)` */
export interface IfconfigCounter extends Num {
	readonly of?: "RX" | "TX";
	/** `packets`, `errors`, `txqueuelen` … */
	readonly name: string;
	/** The same for people: `380.0 B`. */
	readonly human?: string;
}

/** `        device interrupt 3  `, `          Interrupt:16 Base address:0x2000 ` */
export interface IfconfigDevice extends Line {
	readonly type: "device";
	readonly values: readonly IfconfigDeviceValue[];
}

/** `memory` and `0xfe5c0000-fe5e0000` */
export interface IfconfigDeviceValue extends Span {
	readonly name: string;
	readonly value: Word;
}

/** `Kernel Interface table` (`netstat -i`) */
export interface InterfaceTableTitle extends LineNode {
	readonly type: "title";
}

/** `Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg` */
export interface InterfaceTableColumns extends LineNode {
	readonly type: "columns";
	/** The titles with their blanks. */
	readonly text: string;
}

/** `eth0             1500        9      0      0 0             4      0      0      0 BMRU` */
export interface InterfaceTableRow extends LineNode {
	readonly type: "row";
	readonly name: Word;
	readonly mtu: Num;
	/** In the column `Met` of net-tools 1. */
	readonly metric?: Num;
	/** The eight numbers from `RX-OK` to `TX-OVR`; absent of an alias: `- no statistics available -`. */
	readonly counters?: readonly IfconfigCounter[];
	/** `BMRU`: a letter for each flag. */
	readonly flags: Word;
	/** What stands between the columns, where it is not what net-tools 2 prints. */
	readonly gaps?: readonly string[];
}
