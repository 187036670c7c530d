import type { Blank, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";
import type { Attribute, UnknownAttribute } from "../address/ast.ts";

/**
 * What `bridge vlan` prints, with `-d`, `-s`, `-compressvlans`, `tunnelshow` and `global`. Source of the format:
 * iproute2's `bridge/vlan.c` (3.10–7.1). Releases before 4.20 write with tabs.
 */
export interface BridgeVlan extends Span {
	readonly type: "bridge-vlan";
	readonly statements: readonly BridgeVlanStatement[];
}

/** Lines that follow no port (a dump that was cut) are statements of their own. */
export type BridgeVlanStatement =
	| VlanHeader
	| VlanPort
	| Vlan
	| VlanCounters
	| VlanDetails
	| VlanError
	| Blank
	| Unparsed;

/** `port              vlan-id    tunnel-id`, `port\tvlan ids` */
export interface VlanHeader extends LineNode {
	readonly type: "header";
	/** The titles with their blanks. */
	readonly text: string;
}

/** `RTNETLINK answers: Operation not supported`, `Dump terminated`: in place of VLANs, or of those that were to follow. */
export interface VlanError extends LineNode {
	readonly type: "error";
	readonly text: string;
}

/** A port or a bridge, with its VLANs from the same line on. */
export interface VlanPort extends LineNode {
	readonly type: "port";
	readonly name: Word;
	/** What stands between the name and the first VLAN, where it is not the blanks to the 18th column. */
	readonly gap?: string;
	/** None where an older release wrote `None`. */
	readonly vlans: readonly Vlan[];
}

/** `817-831 PVID Egress Untagged` */
export interface Vlan extends LineNode {
	readonly type: "vlan";
	readonly id: Num;
	/** The last one of a range (`-compressvlans`). */
	readonly last?: Num;
	/** `PVID`, `Egress Untagged`. */
	readonly flags: readonly string[];
	/** `bridge vlan tunnelshow`: the VNI; of a range the first one. */
	readonly tunnel?: Num;
	readonly lastTunnel?: Num;
	/** What stands before the tunnel, where it is not the blanks to its column. */
	readonly tunnelGap?: string;
	/** Words that no rule knows, at the end of the line. */
	readonly unknown?: UnknownVlanWords;
	/** With `-s` and `-d`. */
	readonly below?: readonly (VlanCounters | VlanDetails)[];
}

export interface UnknownVlanWords extends Span {
	readonly type: "unparsed";
	readonly text: string;
}

/** `                    RX: 1872 bytes 24 packets` (`-s`) */
export interface VlanCounters extends LineNode {
	readonly type: "counters";
	readonly of: "RX" | "TX";
	readonly bytes: Num;
	readonly packets: Num;
}

/** `                    state forwarding mcast_router 1 ` (`-d`) */
export interface VlanDetails extends LineNode {
	readonly type: "details";
	readonly attributes: readonly (Attribute | UnknownAttribute)[];
}
