import type { Blank, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";
import type { Fields } from "../fields.ts";
import type { Destination, Host, Masked, NumberRange, Realms } from "../values.ts";

/**
 * What `ip rule` prints, of any family, with or without `-d`, `-N`. Source of the format: `print_rule` of iproute2's
 * `ip/iprule.c` (2.6.39–7.1), `networking/libiproute/iprule.c` of busybox 1.35.
 */
export interface IpRuleDump extends Span {
	readonly type: "ip-rule";
	readonly statements: readonly IpRuleStatement[];
}

export type IpRuleStatement = Rule | Blank | Unparsed;

/** `32764:	not from 10.0.0.0/8 fwmark 0x1/0xff lookup main suppress_prefixlength 0` */
export interface Rule extends LineNode, RuleFields {
	readonly type: "rule";
	/** Rules are tried from the lowest to the highest. */
	readonly priority: Num;
	/** The blanks after the priority, where they are not a tab (copied off a terminal). */
	readonly separator?: string;
}

export type RuleField = keyof RuleFieldValues;

export interface RuleFields extends Fields<RuleField>, RuleFieldValues {}

/** Names are the tool's own. */
export interface RuleFieldValues {
	/** The rule holds for packets that the selectors do not fit. */
	readonly not?: true;
	/** `all`, a prefix, or an address. */
	readonly from?: Destination;
	readonly to?: Destination;
	/** `0x08` */
	readonly tos?: Word;
	/** `dsfield 0x08`, as older releases call it. */
	readonly dsfield?: Word;
	/** `0x25/0xff`: as set by iptables' MARK. */
	readonly fwmark?: Masked;
	readonly iif?: RuleInterface;
	readonly oif?: RuleInterface;
	/** `lookup [l3mdev-table]`: the table of the packet's VRF (4.8). */
	readonly l3mdev?: true;
	readonly uidrange?: NumberRange;
	/** `tcp`, `ipproto-6` (`-N`) */
	readonly ipproto?: Word;
	readonly sport?: NumberRange;
	readonly dport?: NumberRange;
	readonly tun_id?: Num;
	/** The table: name or number. */
	readonly lookup?: Word;
	/** Routes of the table with prefixes no longer than this are passed over. */
	readonly suppress_prefixlength?: Num;
	readonly suppress_ifgroup?: Word;
	readonly realms?: Realms;
	/** `map-to 10.0.0.1`: stateless NAT, of old. */
	readonly "map-to"?: Host;
	readonly goto?: GotoTarget;
	/** `nop`, `blackhole`, `unreachable`, `prohibit`, `masquerade`, or the number of a type (`-N`). */
	readonly action?: Word;
	/** Who made it (4.17). */
	readonly proto?: Word;
	readonly dscp?: Word;
	/** IPv6 flow label (6.14). */
	readonly flowlabel?: Masked;
}

/** `eth0`, `gone0 [detached]` */
export interface RuleInterface extends Word {
	/** There is no such interface now. */
	readonly detached?: true;
}

/** `goto 32766`, `goto 600 [unresolved]`, `goto none` */
export interface GotoTarget extends Span {
	/** Absent: `none`. */
	readonly priority?: Num;
	/** There is no such rule now. */
	readonly unresolved?: true;
}
