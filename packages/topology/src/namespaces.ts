import type { ParsedDump } from "@netfossil/capture";
import type {
	BrctlShow,
	BridgeFdb,
	BridgeLink,
	BridgeVlan,
	Ifconfig,
	IpAddressDump,
	IpNeighDump,
	IpRouteDump,
	IpRuleDump,
	NetstatRoute,
} from "@netfossil/iproute";
import type { IptablesList, IptablesSave } from "@netfossil/iptables";
import type { IpvsadmList, IpvsadmSave, ProcNetIpVs } from "@netfossil/ipvsadm";
import type { BondingDump, ConntrackDump, SysctlDump, VlanDump } from "@netfossil/kernel";
import type { Netstat, Ss } from "@netfossil/sockets";
import type { Tcpdump } from "@netfossil/tcpdump";
import { append } from "./lists.ts";
import type { Topology } from "./model.ts";

/** The trees of the kinds of dumps that are taken in a namespace. */
export interface NamespaceTrees {
	readonly "brctl-show": BrctlShow;
	readonly "bridge-fdb": BridgeFdb;
	readonly "bridge-link": BridgeLink;
	readonly "bridge-vlan": BridgeVlan;
	readonly conntrack: ConntrackDump;
	readonly ifconfig: Ifconfig;
	readonly "ip-address": IpAddressDump;
	readonly "ip-neigh": IpNeighDump;
	readonly "ip-route": IpRouteDump;
	readonly "ip-rule": IpRuleDump;
	readonly "iptables-list": IptablesList;
	readonly "iptables-save": IptablesSave;
	readonly "ipvsadm-list": IpvsadmList;
	readonly "ipvsadm-save": IpvsadmSave;
	readonly netstat: Netstat;
	readonly "netstat-route": NetstatRoute;
	readonly "proc-net-bonding": BondingDump;
	readonly "proc-net-ip-vs": ProcNetIpVs;
	readonly "proc-net-vlan": VlanDump;
	readonly ss: Ss;
	readonly sysctl: SysctlDump;
	readonly tcpdump: Tcpdump;
}

/** What was saved in one namespace, for whoever follows packets through it. */
export interface NamespaceDumps {
	/** The id of the node. */
	readonly netns: string;
	/** All dumps that were taken there, of whatever kind, in the order of the capture. */
	readonly dumps: readonly ParsedDump[];
	/** Those of a kind, each with its tree; a span of the tree is a place of `dump.source` from `dump.start` on. */
	readonly of: <Kind extends keyof NamespaceTrees>(kind: Kind) => readonly ParsedDump<NamespaceTrees[Kind]>[];
}

/**
 * The parsed dumps by the node of the namespace that they were taken in. A container's namespace goes by several
 * names, and two machines may have one: the topology knows which dumps are of one.
 */
export function namespaceDumps(
	{ sources }: Pick<Topology, "sources">,
	dumps: readonly ParsedDump[],
): ReadonlyMap<string, NamespaceDumps> {
	const netnsOf = new Map(
		sources.flatMap(({ id, netns }) => (netns === undefined ? [] : [[id, netns] as const])),
	);
	const byNetns = new Map<string, ParsedDump[]>();
	for (const parsed of dumps) {
		const netns = netnsOf.get(parsed.dump.id);
		if (netns !== undefined) append(byNetns, netns, parsed);
	}
	const found = new Map<string, NamespaceDumps>();
	for (const [netns, taken] of byNetns) {
		found.set(netns, {
			netns,
			dumps: taken,
			of: <Kind extends keyof NamespaceTrees>(kind: Kind) =>
				taken.filter(({ dump }) => dump.kind === kind) as ParsedDump<NamespaceTrees[Kind]>[],
		});
	}
	return found;
}
