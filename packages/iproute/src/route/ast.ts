import type { Blank, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";
import type { Attribute, NumberValue, UnknownAttribute, WordValue } from "../address/ast.ts";
import type { Fields } from "../fields.ts";
import type { Destination, Host, Realms } from "../values.ts";

/**
 * What `ip route` prints, of any table and family, with or without `-d`, `-N`, `-o`, `-s`; also `ip route get` and
 * `ip route show cache`. Source of the format: `print_route` of iproute2's `ip/iproute.c` (2.6.39–7.1),
 * `networking/libiproute/iproute.c` of busybox 1.35.
 */
export interface IpRouteDump extends Span {
	readonly type: "ip-route";
	readonly statements: readonly IpRouteStatement[];
}

/** Lines that go on with a route whose own line is not here (a dump that was cut) are statements of their own. */
export type IpRouteStatement = Route | Nexthop | NexthopInfo | RouteCache | Blank | Unparsed;

/** `default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.5 metric 100 ` and the lines that go on with it. */
export interface Route extends LineNode, RouteFields {
	readonly type: "route";
	/** `ip -o`: the whole route on one line, with `\` in place of each line end. */
	readonly layout?: "one-line";
	/** `local`, `blackhole` … or the type's number (`-N`). `unicast` is printed with `-d` only. */
	readonly kind?: Word;
	readonly destination: Destination | MplsLabel;
	readonly info?: NexthopInfo;
	readonly nexthops?: readonly Nexthop[];
	readonly cache?: RouteCache;
}

/** `100 as to 200 via inet 10.0.0.1 dev eth0 `: the label of `ip -f mpls route` */
export interface MplsLabel extends Word {
	readonly type: "label";
}

/** `	nexthop via 10.0.0.2 dev eth1 weight 5 onlink ` */
export interface Nexthop extends LineNode, RouteFields {
	readonly type: "nexthop";
}

/** `	nh_info id 101 group 1,2/2 scope global proto unspec `: what `-d` tells of a nexthop object. */
export interface NexthopInfo extends LineNode, RouteFields {
	readonly type: "nexthop-info";
}

/** `    cache <local> expires 597sec mtu 1400 `: what the kernel remembers (`ip route get`, `show cache`). */
export interface RouteCache extends LineNode, RouteFields {
	readonly type: "cache";
}

export type RouteField = keyof RouteFieldValues;

/** The fields of a line; which of them it may have, and in which order, depends on the line. */
export interface RouteFields extends Fields<RouteField>, RouteFieldValues {}

/** Names are the tool's own. */
export interface RouteFieldValues {
	/** `from fd09::/64`: routes by source address too (IPv6), and cached ones. */
	readonly from?: Destination;
	/** Number of the nexthop object (5.3). */
	readonly nhid?: Num;
	/** `as to 200/300`: MPLS labels put on. */
	readonly as?: Word;
	readonly encap?: Encap;
	/** `0x10` */
	readonly tos?: Word;
	readonly via?: Gateway;
	readonly dev?: Word;
	/** Name or number. Absent: `main`, unless only one table was asked for. */
	readonly table?: Word;
	/** Who made it: `kernel`, `static`, `dhcp`, `ra`, or a number. Absent: `boot`, or not printed. */
	readonly proto?: Word;
	/** `link`, `host` … Absent: `global`, or not printed. */
	readonly scope?: Word;
	/** The address that packets sent by this host get. */
	readonly src?: Host;
	readonly metric?: Num;
	/** `linkdown`, `onlink`, `dead`, `pervasive`, `offload` …; of a cached route what stands in `<…>`. */
	readonly flags?: readonly string[];
	readonly mark?: Num;
	readonly realms?: Realms;
	readonly uid?: Num;
	/** Seconds. */
	readonly expires?: Num;
	/** Number of an error, below zero: `-101` */
	readonly error?: Num;
	readonly users?: Num;
	readonly used?: Num;
	/** Seconds. */
	readonly age?: Num;
	readonly ipid?: Num;
	readonly ts?: Num;
	/** Seconds. */
	readonly tsage?: Num;
	readonly metrics?: readonly RouteMetric[];
	/** The interface that packets come in by (`ip route get … iif`). */
	readonly iif?: Word;
	/** Of several default routers: `low`, `medium`, `high` (IPv6, 4.1). 4.17–5.x print it after the last nexthop. */
	readonly pref?: Word;
	/** `weight 5`: of a nexthop. */
	readonly weight?: Num;
	/** `id 101`: of a nexthop object. */
	readonly id?: Num;
	/** `group 1,2/2`: of a nexthop object. */
	readonly group?: Word;
}

/** `10.0.0.1`, `inet6 fe80::1` (of another family than the route's) */
export interface Gateway extends Span {
	/** `inet`, `inet6`, printed where it is not the route's own. */
	readonly family?: Word;
	readonly address: Host;
}

/** `mtu lock 1400`, `rtt 200ms`, `features ecn` */
export interface RouteMetric extends Span {
	readonly type: "metric";
	readonly name: string;
	/** Path MTU discovery or TCP may not change it. */
	readonly locked?: true;
	/** Times in milliseconds, with the text as printed. Several of `features` only. */
	readonly values: readonly (NumberValue | WordValue)[];
}

/**
 * ` encap mpls  100/186`, ` encap ip id 7 src 0.0.0.0 dst 10.0.0.9 ttl 4 tos 0`: a lightweight tunnel. Attributes
 * are the tool's words; labels and locators, which it prints without a word, are named `labels` and `locator`.
 */
export interface Encap extends Span {
	readonly type: "encap";
	/** `mpls`, `ip`, `ip6`, `ila`, `bpf`, `seg6`, `seg6local`, `rpl`, `ioam6`, `xfrm` */
	readonly kind: Word;
	readonly attributes: readonly (Attribute | UnknownAttribute)[];
}
