import type { Blank, IpAddress, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";
import type { LinkAddress } from "../address/ast.ts";
import type { UnknownText } from "../unknown.ts";

/**
 * What `bridge fdb show` prints, with `-s`, `-d`, `-t`, `br X`, `dev X`. Source of the format: `print_fdb` of
 * iproute2's `bridge/fdb.c` (3.10–7.1).
 */
export interface BridgeFdb extends Span {
	readonly type: "bridge-fdb";
	readonly statements: readonly BridgeFdbStatement[];
}

export type BridgeFdbStatement = FdbEntry | Blank | Unparsed;

/** `02:42:0a:ff:00:03 dev vxlan0 dst 192.168.56.101 link-netnsid 0 self permanent` */
export interface FdbEntry extends LineNode {
	readonly type: "entry";
	readonly address: LinkAddress;
	/** The port behind which the address is; `dev X` in the command leaves it out. */
	readonly dev?: Word;
	/** The remote VTEP. Releases before 4.9 print the first four bytes of an IPv6 address. */
	readonly dst?: IpAddress;
	readonly vlan?: Num;
	/** UDP port, where it is not the device's own. */
	readonly port?: Num;
	readonly vni?: Num;
	readonly srcVni?: Num;
	/** The device that packets leave by. */
	readonly via?: Word;
	/** `via ifindex 4`: its index, where it is in another namespace. */
	readonly viaIndex?: Num;
	/** Of a nexthop group. */
	readonly nhid?: Num;
	/** The namespace in which the device's lower end is, as numbered by the namespace at hand. */
	readonly netnsid?: Num;
	/** With `-s`. */
	readonly used?: FdbUse;
	/** `self`, `router`, `extern_learn`, `offload`, `sticky`, `locked` …; `master` where no name follows it. */
	readonly flags: readonly string[];
	/** The bridge. Not printed by 3.10. */
	readonly master?: Word;
	/** `permanent`, `static`, `stale`, `state=0x…`; absent for an address that was learned. */
	readonly state?: Word;
	/** The words in the order printed, where that is not the order of iproute2 since 4.17. */
	readonly order?: readonly FdbWord[];
	readonly unknown?: readonly UnknownText<FdbWord>[];
}

/** `used 23504/25`: seconds since it was used, and since it was learned anew. */
export interface FdbUse extends Span {
	readonly used: number;
	readonly updated: number;
}

/** The words of an entry behind its address. */
export type FdbWord =
	| "dev"
	| "dst"
	| "vlan"
	| "port"
	| "vni"
	| "src_vni"
	| "via"
	| "via ifindex"
	| "nhid"
	| "link-netnsid"
	| "used"
	| FdbFlag
	| "master"
	| "state";

/** Words that stand alone. */
export type FdbFlag =
	| "activity_notify"
	| "inactive"
	| "self"
	| "router"
	| "extern_learn"
	| "offload"
	| "sticky"
	| "locked";
