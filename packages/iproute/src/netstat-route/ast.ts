import type { Blank, IpAddress, IpPrefix, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";

/**
 * What `route` and `netstat -r` print, with `-n`, `-e`, `-ee`, `-6`, by net-tools or busybox. Source of the
 * format: `lib/inet_gr.c` and `lib/inet6_gr.c` of net-tools 1.60–2.10, `networking/route.c` of busybox 1.35.
 */
export interface NetstatRoute extends Span {
	readonly type: "netstat-route";
	readonly statements: readonly NetstatRouteStatement[];
}

export type NetstatRouteStatement = RouteTitle | RouteColumns | RouteRow | Blank | Unparsed;

/** `Kernel IP routing table`, `Kernel IPv6 routing table`, `Kernel IP routing cache` */
export interface RouteTitle extends LineNode {
	readonly type: "title";
	readonly family: 4 | 6;
	readonly of: "table" | "cache";
}

/** `Destination     Gateway         Genmask         Flags Metric Ref    Use Iface` */
export interface RouteColumns extends LineNode {
	readonly type: "columns";
	readonly layout: RouteLayout;
}

/**
 * Which columns there are, and how wide: those of `route` (and `netstat -re`), of `netstat -r` (and `route -e`),
 * both (`-ee`); for IPv6 those of net-tools 2, or the wide ones of net-tools 1 and busybox.
 */
export type RouteLayout = "route" | "netstat" | "extended" | "ipv6" | "ipv6-wide";

/** `10.98.0.0       100.185.208.3   255.255.0.0     UG    0      0        0 d0` */
export interface RouteRow extends LineNode {
	readonly type: "route";
	readonly layout: RouteLayout;
	/** IPv4: an address, whose length is the netmask's. Without `-n` also `default`, or a name. */
	readonly destination: IpAddress | IpPrefix | RouteName;
	/** `0.0.0.0`, `::`, `*`: none. */
	readonly gateway: IpAddress | RouteName;
	/** IPv4 only. */
	readonly netmask?: IpAddress | RouteName;
	/** `UGH`, `!`, `Un` … */
	readonly flags: Word;
	/** `-`, here and below, where the kernel tells nothing (a route that rejects). */
	readonly metric?: Num | "-";
	readonly references?: Num | "-";
	readonly uses?: Num | "-";
	readonly mss?: Num | "-";
	readonly window?: Num | "-";
	readonly irtt?: Num | "-";
	/** `*` or `-`: none. */
	readonly interface: Word;
}

/** `default`, `*`, `-`, `[::]`, the name of a host or of a network. */
export interface RouteName extends Word {
	readonly type: "name";
}
