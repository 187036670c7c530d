import type { IpAddress, LineNode, MacAddress, Num } from "@netfossil/core";
import type { BridgeId, HostName } from "../ast.ts";

/** A line of `-v` below the head that has a type of its own. */
export type DetailLine =
	| StpTimers
	| StpRoot
	| LldpTlv
	| LldpSubtype
	| LldpCapabilities
	| RouterTimers
	| NeighborOption;

/** `	message-age 0.00s, max-age 20.00s, hello-time 2.00s, forwarding-delay 15.00s` */
export interface StpTimers extends LineNode {
	readonly type: "stp-timers";
	/** In seconds, as all of them. */
	readonly messageAge: Num;
	readonly maxAge: Num;
	readonly helloTime: Num;
	readonly forwardingDelay: Num;
}

/** `	root-id 8000.02:42:ce:2f:9e:dd, root-pathcost 0, port-role Designated` */
export interface StpRoot extends LineNode {
	readonly type: "stp-root";
	readonly root: BridgeId;
	readonly cost: Num;
	readonly role?: string;
}

/** `	System Name TLV (5), length 5: sw-01` */
export interface LldpTlv extends LineNode {
	readonly type: "lldp-tlv";
	readonly name: string;
	readonly number: Num;
	readonly length: Num;
	readonly value?: string;
}

/** `	  Subtype MAC address (4): 02:42:ce:2f:9e:dd` */
export interface LldpSubtype extends LineNode {
	readonly type: "lldp-subtype";
	readonly name: string;
	readonly number: Num;
	readonly value: string;
}

/** `	  Enabled Capabilities [Bridge, Router] (0x0014)` */
export interface LldpCapabilities extends LineNode {
	readonly type: "lldp-capabilities";
	/** What it is able to do, and what it does. */
	readonly of: "System" | "Enabled";
	/** As printed: `Bridge, Router` */
	readonly names: string;
	readonly bits: Num;
}

/** `	hop limit 64, Flags [managed], pref medium, router lifetime 1800s, reachable time 0ms, retrans timer 0ms` */
export interface RouterTimers extends LineNode {
	readonly type: "router-timers";
	readonly hopLimit: Num;
	/** `none`, or names of `managed`, `other stateful`, `home agent` */
	readonly flags: string;
	readonly preference: string;
	/** In seconds. */
	readonly lifetime: Num;
	/** In milliseconds; 3.9 and 4.0 write seconds. */
	readonly reachable: Num;
	readonly retransmit: Num;
	/** The units are those of the old releases: `reachable time 0s, retrans time 0s` */
	readonly form?: "3.9";
}

/** `	  source link-address option (1), length 8 (1): 02:42:c0:4b:98:bf` */
export interface NeighborOption extends LineNode {
	readonly type: "neighbor-option";
	/** `source link-address`, `prefix info`, `mtu`, `rdnss`, `dnssl`, `route info` … */
	readonly name: string;
	readonly number: Num;
	/** In bytes, and in units of eight. */
	readonly length: Num;
	readonly units: Num;
	/** Of a link-layer address. */
	readonly mac?: MacAddress;
	readonly mtu?: Num;
	readonly prefix?: NeighborPrefix;
	readonly servers?: { readonly lifetime: Num; readonly addresses: readonly (IpAddress | HostName)[] };
	/** Of all others, as printed. */
	readonly text?: string;
}

/** `2001:db8::/64, Flags [onlink, auto], valid time 86400s, pref. time 14400s` */
export interface NeighborPrefix {
	readonly address: IpAddress | HostName;
	readonly length: Num;
	/** `none`, or names of `onlink`, `auto`, `router` */
	readonly flags: string;
	/** As printed: `86400s` or `infinity` */
	readonly valid: string;
	readonly preferred: string;
}
