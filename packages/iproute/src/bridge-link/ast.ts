import type { Blank, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";
import type { Attribute, Peer, UnknownAttribute } from "../address/ast.ts";
import type { UnknownText } from "../unknown.ts";

/**
 * What `bridge link` prints, with `-d`, `-s`, `-o`. Source of the format: `print_linkinfo` and `print_protinfo`
 * of iproute2's `bridge/link.c` (3.10–7.1).
 */
export interface BridgeLink extends Span {
	readonly type: "bridge-link";
	readonly statements: readonly BridgeLinkStatement[];
}

/** Details that follow no port (a dump that was cut) are a statement of their own. */
export type BridgeLinkStatement = BridgePort | BridgePortDetails | Blank | Unparsed;

/**
 * `4: p0@q0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 25 cost 111 `: a
 * port, or a bridge that is its own `master`.
 */
export interface BridgePort extends LineNode {
	readonly type: "port";
	/** `bridge -o -d link`: the details on the same line, behind a `\`. */
	readonly layout?: "one-line";
	readonly index: Num;
	readonly name: Word;
	/** As in `ip link`; `@(null)` in releases before 4.14 is an other end that they could not name. */
	readonly peer?: Peer;
	/** `28: veth1 state UP @veth0: <…>`: of the interface; releases before 4.14. */
	readonly operstate?: Word;
	/** As in `ip link`. */
	readonly flags: readonly string[];
	readonly mtu?: Num;
	/** The bridge. */
	readonly master?: Word;
	/** Of the port: `forwarding`, `disabled`, `listening`, `learning`, `blocking`. */
	readonly state?: Word;
	readonly priority?: Num;
	readonly cost?: Num;
	/** `VEB`, `VEPA`: how hardware switches; with `-d` it is among the details. */
	readonly hwmode?: Word;
	readonly unknown?: readonly UnknownText<PortWord>[];
	/** Releases of about 4.15 to 5.2 print the name again at the end of the last line. */
	readonly nameAgain?: Word;
	/** With `-d`. */
	readonly details?: BridgePortDetails;
}

/** The words of a port's first line behind its flags, in the order printed. */
export type PortWord = "mtu" | "master" | "state" | "priority" | "cost" | "hwmode";

/** `    hairpin off guard off root_block off fastleave off learning on flood on … ` */
export interface BridgePortDetails extends LineNode {
	readonly type: "details";
	readonly attributes: readonly (Attribute | UnknownAttribute)[];
	/** As in {@link BridgePort}. */
	readonly nameAgain?: Word;
}
