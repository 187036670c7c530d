import type { Span, Word } from "@netfossil/core";
import type {
	Attribute,
	AttributeValue,
	Details,
	Interface,
	IpAddressDump,
	Link,
	Statistics,
} from "./ast.ts";

/** Where the other end of an interface is, from the link line or, where that was left out, from the first. */
export function netnsOf(node: Interface): Pick<Link, "netnsid" | "netnsName"> {
	const { netnsid, netnsName } = node.link ?? node;
	return { ...(netnsid !== undefined && { netnsid }), ...(netnsName && { netnsName }) };
}

/** The kind that `-d` shows (`veth`, `vxlan`), or with `port` the kind as a port (`bridge_slave`). */
export function kindOf(node: Interface, port = false): Word | undefined {
	return detailsOf(node).find(({ kind }) => kind !== undefined && kind.value.endsWith("_slave") === port)
		?.kind;
}

/** The counters that `-s` shows: before the addresses in `ip link`, behind them in `ip addr`. */
export function statisticsOf({ properties, statistics }: Interface): Statistics[] {
	const before = (properties ?? []).filter((each) => each.type === "statistics");
	return [...before, ...(statistics ?? [])];
}

/** The values of an attribute in the details: `attributeOf(node, "vxlan", "id")`; undefined if not printed. */
export function attributeOf(
	node: Interface,
	kind: string,
	name: string,
): readonly AttributeValue[] | undefined {
	const details = detailsOf(node).find((each) => each.kind?.value === kind);
	const found = details?.attributes.find(
		(each): each is Attribute => each.type === "attribute" && each.name === name,
	);
	return found?.values;
}

const detailsOf = (node: Interface): Details[] =>
	(node.properties ?? []).filter((each) => each.type === "details");

/** Whether the names and `M-DOWN` that stand for other ends can be believed, and what in the dump says so. */
export interface PeerNames {
	/**
	 * `right`: the writer knows namespaces, so that `@eth0` is in this one. `misprinted`: busybox, or iproute2
	 * before 4.0, which take the index of a peer in another namespace for one in this: `@eth0` may be an
	 * unrelated interface, and `M-DOWN` beside `@if7` means only that nothing here has that index.
	 * `undecided`: the dump does not show which.
	 */
	readonly are: "right" | "misprinted" | "undecided";
	readonly because: string;
	/** The places that say so. */
	readonly evidence: readonly Span[];
}

/** Attributes of `-d` by which iproute2 4.8 and later can be told. */
const LATER = new Set(["gso_max_size", "minmtu"]);

/** Who wrote a dump, as far as that decides what `@` and `M-DOWN` mean. */
export function peerNames(ast: IpAddressDump): PeerNames {
	const interfaces = ast.statements.filter((node) => node.type === "interface");
	const said = interfaces.flatMap((node) => {
		const { netnsid, netnsName } = netnsOf(node);
		return netnsName ?? (typeof netnsid === "object" ? netnsid : netnsid === undefined ? [] : node);
	});
	if (said.length > 0) {
		return { are: "right", because: "link-netnsid is printed, as by iproute2 since 4.0", evidence: said };
	}
	const later = interfaces.flatMap((node) =>
		[node.link, ...detailsOf(node)].flatMap((each) =>
			(each?.attributes ?? []).filter((one) => one.type === "attribute" && LATER.has(one.name)),
		),
	);
	if (later.length > 0) {
		return { are: "right", because: "details are printed that iproute2 has since 4.8", evidence: later };
	}
	const down = interfaces.filter(({ peer, flags }) => peer?.type === "ifindex" && flags.includes("M-DOWN"));
	if (down.length > 0) {
		const because =
			"M-DOWN stands beside @ifN: busybox and iproute2 before 4.0 look the index up in their own namespace";
		return { are: "misprinted", because, evidence: down.map(({ name }) => name) };
	}
	const groupless = interfaces.filter(({ group, qdisc }) => qdisc !== undefined && group === undefined);
	if (groupless.length > 0) {
		const because = "no group is printed, as by busybox and by iproute2 up to 3.10 at least";
		return { are: "misprinted", because, evidence: groupless.map(({ name }) => name) };
	}
	return {
		are: "undecided",
		because: "nothing tells an iproute2 that knows link-netnsid from one that does not",
		evidence: [],
	};
}
