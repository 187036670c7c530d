import type { Blank, LineNode, MacAddress, Num, Span, Unparsed, Word } from "@netfossil/core";

/**
 * What `brctl show`, `showmacs` and `showstp` print. Source of the format: `brctl/brctl_cmd.c` and `brctl_disp.c`
 * of bridge-utils 1.5–1.7.
 */
export interface BrctlShow extends Span {
	readonly type: "brctl-show";
	readonly statements: readonly BrctlStatement[];
}

/** A port whose bridge is not there (a dump that was cut) is a statement of its own. */
export type BrctlStatement =
	| BrctlHeader
	| BrctlBridge
	| BrctlPort
	| BrctlMac
	| StpBridge
	| StpPort
	| StpValues
	| Blank
	| Unparsed;

/** `bridge name\tbridge id\t\tSTP enabled\tinterfaces`, `port no\tmac addr\t\tis local?\tageing timer` */
export interface BrctlHeader extends LineNode {
	readonly type: "header";
	readonly of: "bridges" | "macs";
	/** The titles, where blanks stand in place of the tool's tabs. */
	readonly text?: string;
}

/** `br0\t\t8000.1208ccdfcaa7\tno\t\tt0`, and its other ports below. */
export interface BrctlBridge extends LineNode {
	readonly type: "bridge";
	readonly name: Word;
	/** Priority and MAC: `8000.1208ccdfcaa7`. */
	readonly id: Word;
	/** `yes` or `no`. */
	readonly stp: Word;
	/** The first one is on the bridge's own line. */
	readonly ports: readonly BrctlPort[];
	/** What stands between the columns, where it is not the tool's tabs. */
	readonly gaps?: readonly string[];
}

/** `\t\t\t\t\t\t\tt1` */
export interface BrctlPort extends LineNode {
	readonly type: "port";
	readonly name: Word;
}

/** `  3\t42:d4:0d:54:70:f1\tno\t\t  19.21` (`brctl showmacs`) */
export interface BrctlMac extends LineNode {
	readonly type: "mac-entry";
	readonly port: Num;
	readonly address: MacAddress;
	/** `yes`: the address is the port's own. */
	readonly local: Word;
	/** Seconds since it was seen. */
	readonly ageing: Num;
	/** As in {@link BrctlBridge}. */
	readonly gaps?: readonly string[];
}

/** `br0` (`brctl showstp`); what follows it are the values of the bridge, and of its ports. */
export interface StpBridge extends LineNode {
	readonly type: "stp-bridge";
	readonly name: Word;
}

/** `p0 (1)` */
export interface StpPort extends LineNode {
	readonly type: "stp-port";
	readonly name: Word;
	readonly number: Num;
}

/** ` root port\t\t   0\t\t\tpath cost\t\t   0`: one value or two. */
export interface StpValues extends LineNode {
	readonly type: "stp-values";
	readonly values: readonly StpValue[];
	/** What stands behind each name and before the second one, where it is not the tool's tabs. */
	readonly gaps?: readonly string[];
}

/** `root port` and `0`, `state` and `forwarding`; of `flags` there may be none. */
export interface StpValue extends Span {
	readonly name: string;
	readonly value: Word;
}
