import { type MacAddress, readMac, type Word } from "@netfossil/core";
import type { BondingDump } from "./ast.ts";

/** A bond and its slaves, as the kernel names them. */
export interface Bond {
	/** `fault-tolerance (active-backup)`, `IEEE 802.3ad Dynamic link aggregation`, … */
	readonly mode?: Word;
	/** Absent when there is none. */
	readonly activeSlave?: Word;
	/** `up`, `down` or `going down`, `going back`. */
	readonly miiStatus?: Word;
	/** The aggregator in use, of 802.3ad. */
	readonly aggregator?: Word;
	readonly slaves: readonly BondSlave[];
}

export interface BondSlave {
	readonly name: Word;
	readonly miiStatus?: Word;
	readonly permanentAddress?: MacAddress;
	readonly aggregator?: Word;
}

/** The bond that a file of /proc/net/bonding tells of. */
export function bondOf(ast: BondingDump): Bond {
	const bond: { -readonly [Key in keyof Bond]: Bond[Key] } = { slaves: [] };
	const slaves: { -readonly [Key in keyof BondSlave]: BondSlave[Key] }[] = [];
	for (const node of ast.statements) {
		if (node.type !== "field") continue;
		const { key, value } = node;
		const slave = slaves.at(-1);
		switch (key.value) {
			case "Slave Interface":
				slaves.push({ name: value });
				break;
			case "Bonding Mode":
				bond.mode = value;
				break;
			case "Currently Active Slave":
				if (value.value !== "None") bond.activeSlave = value;
				break;
			case "MII Status":
				(slave ?? bond).miiStatus = value;
				break;
			case "Aggregator ID":
				(slave ?? bond).aggregator = value;
				break;
			case "Permanent HW addr": {
				const address = readMac(value.value, value.start);
				if (slave !== undefined && address !== undefined) slave.permanentAddress = address;
				break;
			}
		}
	}
	return { ...bond, slaves };
}
