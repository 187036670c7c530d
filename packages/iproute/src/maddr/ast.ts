import type { Blank, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";
import type { LinkAddress } from "../address/ast.ts";

/** What `ip maddr` prints. Source of the format: `print_maddr` and `print_mlist` of iproute2's `ip/ipmaddr.c`. */
export interface IpMaddrDump extends Span {
	readonly type: "ip-maddr";
	readonly statements: readonly IpMaddrStatement[];
}

/** A group whose interface is not here (a dump that was cut) is a statement of its own. */
export type IpMaddrStatement = MulticastInterface | MulticastGroup | Blank | Unparsed;

/** `2:	eth0` and the groups that it listens to. */
export interface MulticastInterface extends LineNode {
	readonly type: "multicast-interface";
	/** `ip -o`: all on one line, with `\` in place of each line end. */
	readonly layout?: "one-line";
	readonly index: Num;
	readonly name: Word;
	/** The blanks before the name, where they are not a tab (copied off a terminal). */
	readonly separator?: string;
	readonly groups: readonly MulticastGroup[];
}

/** `	link  01:00:5e:00:00:01 users 2 static`, `	inet  224.0.0.1`, `	inet6 ff02::1` */
export interface MulticastGroup extends LineNode {
	readonly type: "link" | "inet" | "inet6";
	/** Of `link` a link-layer address, else an IP address. */
	readonly address: LinkAddress;
	/** How many listen, where not one. */
	readonly users?: Num;
	/** Put there by hand. */
	readonly static?: true;
	/** Words that no rule knows, at the end. */
	readonly unknown?: UnknownWordsOfGroup;
}

/** Words that no rule knows. */
export interface UnknownWordsOfGroup extends Span {
	readonly type: "unparsed";
	readonly text: string;
}
