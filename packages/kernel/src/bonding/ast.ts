import type { LineNode, Word } from "@netfossil/core";
import type { Rows } from "../rows.ts";

/** A file of /proc/net/bonding. Source of the format: Linux 6.1, `drivers/net/bonding/bond_procfs.c`. */
export type BondingDump = Rows<"proc-net-bonding", BondingStatement>;

export type BondingStatement = BondingField | BondingHeading;

/** `Bonding Mode: fault-tolerance (active-backup)`, `Slave Interface: eth0`, `	Aggregator ID: 1` */
export interface BondingField extends LineNode {
	readonly type: "field";
	readonly key: Word;
	/** Empty where only a blank follows the colon. */
	readonly value: Word;
}

/** `802.3ad info`, `details actor lacp pdu:` */
export interface BondingHeading extends LineNode {
	readonly type: "heading";
	readonly text: string;
}
