import type { Blank, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";
import type { LinkAddress } from "../address/ast.ts";
import type { Fields } from "../fields.ts";
import type { Host } from "../values.ts";

/**
 * What `ip neigh` prints, with or without `-s`, `-br`, `-B`, `nud noarp`, `proxy`. Source of the format: `print_neigh`
 * of iproute2's `ip/ipneigh.c` (2.6.39–7.1), `networking/libiproute/ipneigh.c` of busybox 1.35.
 */
export interface IpNeighDump extends Span {
	readonly type: "ip-neigh";
	readonly statements: readonly IpNeighStatement[];
}

export type IpNeighStatement = Neighbour | Blank | Unparsed;

/** `10.0.0.7 dev eth0 lladdr 52:54:00:59:25:b7 ref 1 used 24/24/24probes 0 REACHABLE ` */
export interface Neighbour extends LineNode, NeighFields {
	readonly type: "neighbour";
	/** Absent in the family of bridges: `dev br0 lladdr 33:33:00:00:00:01 PERMANENT `. */
	readonly address?: Host;
	/** In columns, as `-br` prints it: `10.0.0.7                                eth0             52:54:00:59:25:b7` */
	readonly brief?: true;
}

export type NeighField = keyof NeighFieldValues;

export interface NeighFields extends Fields<NeighField>, NeighFieldValues {}

/** Names are the tool's own. */
export interface NeighFieldValues {
	/** Absent where one device was asked for. */
	readonly dev?: Word;
	/** Absent where it is not known: `FAILED`, `INCOMPLETE`. Of tunnels an IP address. */
	readonly lladdr?: LinkAddress;
	/** `router`, `proxy`, `managed`, `extern_learn`, `offload`, `extern_valid` */
	readonly flags?: readonly string[];
	readonly ref?: Num;
	readonly used?: Used;
	readonly probes?: Num;
	/** `REACHABLE`, `STALE` … */
	readonly states?: readonly string[];
	/** Who made it (5.0). */
	readonly proto?: Word;
	/** Number of the nexthop object, of an entry of a bridge. */
	readonly nhid?: Num;
}

/** `used 6/66/3`: seconds since it was used, since it was confirmed, since it was updated */
export interface Used extends Span {
	readonly used: Num;
	readonly confirmed: Num;
	readonly updated: Num;
}
