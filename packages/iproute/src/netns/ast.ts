import type { Blank, LineNode, Num, Span, Unparsed, Word } from "@netfossil/core";

/**
 * What `ip netns`, `ip netns list` and `ip netns list-id` print. Source of the format: `ip/ipnetns.c` of
 * iproute2.
 */
export interface IpNetnsDump extends Span {
	readonly type: "ip-netns";
	readonly statements: readonly (NamedNamespace | NumberedNamespace | Blank | Unparsed)[];
}

/** `1-y5rtwtq7bj (id: 2)` */
export interface NamedNamespace extends LineNode {
	readonly type: "namespace";
	/** Of the file in /run/netns. */
	readonly name: Word;
	/** The number that the namespace in which the command ran has for it; absent when it has none. */
	readonly id?: Num;
}

/** `nsid 0 (iproute2 netns name: node)` (`ip netns list-id`) */
export interface NumberedNamespace extends LineNode {
	readonly type: "nsid";
	readonly id: Num;
	readonly name?: Word;
}
