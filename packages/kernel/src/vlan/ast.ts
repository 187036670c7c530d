import type { LineNode, Num, Word } from "@netfossil/core";
import type { Rows } from "../rows.ts";

/** /proc/net/vlan/config. Source of the format: Linux 6.1, `net/8021q/vlanproc.c`. */
export type VlanDump = Rows<"proc-net-vlan", VlanStatement>;

export type VlanStatement = VlanDevice | VlanTitle | VlanNaming;

/** `eth0.583       | 583  | eth0` */
export interface VlanDevice extends LineNode {
	readonly type: "vlan";
	readonly name: Word;
	/** 0–4095. */
	readonly id: Num;
	/** The interface that it is on. */
	readonly lower: Word;
}

/** `VLAN Dev name	 | VLAN ID` */
export interface VlanTitle extends LineNode {
	readonly type: "title";
}

/** `Name-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD` */
export interface VlanNaming extends LineNode {
	readonly type: "naming";
	readonly naming: Word;
}
