import type { ParseResult, PartReader, Span } from "@netfossil/core";
import * as docker from "@netfossil/docker";
import * as iproute from "@netfossil/iproute";
import * as iptables from "@netfossil/iptables";
import * as ipvsadm from "@netfossil/ipvsadm";
import * as kernel from "@netfossil/kernel";
import * as sockets from "@netfossil/sockets";
import * as tcpdump from "@netfossil/tcpdump";
import { readActions } from "./commands.ts";
import { probe } from "./identify.ts";
import { type Likeness, likeness } from "./signatures.ts";

/** The formats that netfossil knows, by the names of the contract. */
export type KindName =
	| "iptables-list"
	| "iptables-save"
	| "ipvsadm-list"
	| "ipvsadm-save"
	| "ip-address"
	| "ip-maddr"
	| "ip-neigh"
	| "ip-netns"
	| "ip-route"
	| "ip-rule"
	| "netns-ls"
	| "bridge-fdb"
	| "bridge-link"
	| "bridge-vlan"
	| "brctl-show"
	| "ifconfig"
	| "netstat-route"
	| "docker-info"
	| "docker-network-ls"
	| "docker-network-inspect"
	| "docker-node-inspect"
	| "docker-node-ls"
	| "docker-ps"
	| "docker-inspect"
	| "docker-service-ls"
	| "docker-service-ps"
	| "docker-service-inspect"
	| "docker-version"
	| "netstat"
	| "conntrack"
	| "sysctl"
	| "proc-net-bonding"
	| "proc-net-ip-vs"
	| "proc-net-vlan"
	| "ss"
	| "tcpdump";

/** What is known of a dump besides its text. */
export interface ParseHints {
	/** As it was typed: its options may tell what the output itself does not, such as the table. */
	readonly command?: string;
}

/** What the statements of all kinds have. */
export interface Statement extends Span {
	readonly type: string;
}

/** Takes the statements of a dump one by one, and tells what they show together. */
export interface Summarizer {
	readonly add: (statement: Statement) => void;
	/** Once nothing more comes: for programs, and for people. */
	readonly result: () => { readonly data: object; readonly text: string };
}

/** A format: how it is got, recognised, read and printed. */
export interface Kind<Ast = unknown> {
	readonly name: KindName;
	/** For people: `rules of a table, as iptables -L lists them`. */
	readonly title: string;
	/** What to run to get such a dump; the first is the best. */
	readonly commands: readonly string[];
	/** Reads a dump; never throws. */
	readonly parse: (text: string, hints?: ParseHints) => ParseResult<Ast>;
	/** A reader of the statements of one text that comes in parts; for kinds whose dumps may be very long. */
	readonly parts?: () => PartReader<Statement>;
	/** What the statements of a dump tell as a whole; for kinds with more of them than anybody reads. */
	readonly summary?: () => Summarizer;
	/** The text that the tool would print. */
	readonly print: (ast: Ast) => string;
	/** How like this kind a text looks by its lines alone; undefined when none of them tells. */
	readonly signature: (text: string) => Likeness | undefined;
}

/** A kind as a member of the registry, whose AST types differ: whoever has an AST knows its kind. */
function define<Ast>(
	name: KindName,
	title: string,
	commands: readonly string[],
	parse: (text: string, hints?: ParseHints) => ParseResult<Ast>,
	print: (ast: Ast) => string,
	parts?: () => PartReader<Statement>,
): Kind {
	return {
		name,
		title,
		commands,
		parse,
		...(parts && { parts }),
		print: (ast) => print(ast as Ast),
		signature: (text) => likeness(name, probe(text)),
	};
}

/** The table that a listing is of, which the listing itself does not say: `iptables -t nat -L`. */
function tableOf({ command }: ParseHints = {}): string | undefined {
	for (const { words } of command === undefined ? [] : readActions(command)) {
		if (!/^(?:.*\/)?ip6?tables/.test(words[0] ?? "")) continue;
		const flag = words.findIndex((word) => /^(?:-\w*t|--table)$/.test(word));
		const joined = words.map((word) => /^(?:-t|--table=)(\w+)$/.exec(word)?.[1]).find((table) => table);
		return (flag === -1 ? joined : words[flag + 1]) ?? "filter";
	}
	return undefined;
}

function summaryOfPackets(): Summarizer {
	const summarizer = new tcpdump.Summarizer();
	return {
		add: (statement) => summarizer.add(statement as tcpdump.Statement),
		result: () => {
			const data = summarizer.result();
			return { data, text: tcpdump.printSummary(data) };
		},
	};
}

/** All kinds. */
export const kinds: readonly Kind[] = [
	define(
		"iptables-list",
		"the rules of a table, as iptables lists them",
		["iptables -t nat -nvL", "iptables -t mangle -nvL", "iptables -nvL"],
		(text, hints) => {
			const table = tableOf(hints);
			return iptables.parseList(text, table === undefined ? {} : { table });
		},
		iptables.printList,
	),
	define(
		"iptables-save",
		"the rules of all tables, as iptables would take them again",
		[
			"iptables-save -c",
			"iptables-save",
			"ip6tables-save -c",
			"ip6tables-save",
			"iptables-legacy-save -c",
			"iptables -t nat -S",
		],
		iptables.parseSave,
		iptables.printSave,
		iptables.saveParts,
	),
	define(
		"ipvsadm-list",
		"the virtual services and real servers of IPVS",
		["ipvsadm -Ln", "ipvsadm"],
		ipvsadm.parseList,
		ipvsadm.printList,
		ipvsadm.listParts,
	),
	define(
		"ipvsadm-save",
		"the table of IPVS, as ipvsadm would take it again",
		["ipvsadm -Sn", "ipvsadm-save"],
		ipvsadm.parseSave,
		ipvsadm.printSave,
		ipvsadm.saveParts,
	),
	define(
		"ip-address",
		"network interfaces, with their addresses or without",
		["ip -d address", "ip address", "ip -d link"],
		iproute.parseIpAddress,
		iproute.printIpAddress,
		iproute.ipAddressParts,
	),
	define(
		"ip-maddr",
		"the multicast groups that each interface listens to",
		["ip maddr"],
		iproute.parseIpMaddr,
		iproute.printIpMaddr,
	),
	define(
		"ip-neigh",
		"neighbours: which link-layer address answers for an IP address",
		["ip neigh", "ip -s neigh"],
		iproute.parseIpNeigh,
		iproute.printIpNeigh,
		iproute.ipNeighParts,
	),
	define(
		"ip-netns",
		"the namespaces that ip knows, with their ids",
		["ip netns"],
		iproute.parseIpNetns,
		iproute.printIpNetns,
	),
	define(
		"ip-route",
		"routes, of one table or of all",
		["ip route show table all", "ip route", "ip -6 route"],
		iproute.parseIpRoute,
		iproute.printIpRoute,
		iproute.ipRouteParts,
	),
	define(
		"ip-rule",
		"the rules that say which table of routes is asked",
		["ip rule", "ip -6 rule"],
		iproute.parseIpRule,
		iproute.printIpRule,
		iproute.ipRuleParts,
	),
	define(
		"netns-ls",
		"the folder with the files of docker's namespaces",
		["ls /var/run/docker/netns"],
		iproute.parseNetnsLs,
		iproute.printNetnsLs,
	),
	define(
		"bridge-fdb",
		"the addresses behind the ports of bridges and the remotes of VXLAN devices",
		["bridge -d fdb show", "bridge fdb show"],
		iproute.parseBridgeFdb,
		iproute.printBridgeFdb,
		iproute.bridgeFdbParts,
	),
	define(
		"bridge-link",
		"the ports of bridges with their state",
		["bridge -d link", "bridge link"],
		iproute.parseBridgeLink,
		iproute.printBridgeLink,
	),
	define(
		"bridge-vlan",
		"the VLANs of bridges and their ports",
		["bridge vlan", "bridge -s vlan", "bridge vlan tunnelshow"],
		iproute.parseBridgeVlan,
		iproute.printBridgeVlan,
	),
	define(
		"brctl-show",
		"bridges with their ports, addresses or spanning tree, as brctl prints them",
		["brctl show", "brctl showmacs BRIDGE", "brctl showstp BRIDGE"],
		iproute.parseBrctlShow,
		iproute.printBrctlShow,
	),
	define(
		"ifconfig",
		"network interfaces, as ifconfig prints them",
		["ifconfig -a", "netstat -i"],
		iproute.parseIfconfig,
		iproute.printIfconfig,
	),
	define(
		"netstat-route",
		"a table of routes, as route and netstat -r print it",
		["route -n", "netstat -rn", "route -6 -n"],
		iproute.parseNetstatRoute,
		iproute.printNetstatRoute,
		iproute.netstatRouteParts,
	),
	define(
		"docker-network-ls",
		"docker's networks",
		["docker network ls --no-trunc"],
		docker.parseNetworkLs,
		docker.printTable,
	),
	define(
		"docker-network-inspect",
		"a docker network with its endpoints on this node",
		["docker network inspect -v NETWORK"],
		docker.parseNetworkInspect,
		docker.printJson,
	),
	define(
		"docker-ps",
		"the containers of a node",
		["docker ps -a --no-trunc", "docker ps"],
		docker.parsePs,
		docker.printTable,
	),
	define(
		"docker-inspect",
		"a container with its sandbox and its networks",
		["docker container inspect CONTAINER"],
		docker.parseInspect,
		docker.printJson,
	),
	define(
		"docker-info",
		"a node's engine and its place in the swarm",
		["docker info"],
		docker.parseInfo,
		docker.printJson,
	),
	define(
		"docker-node-inspect",
		"a node of a swarm",
		["docker node inspect NODE"],
		docker.parseNodeInspect,
		docker.printJson,
	),
	define("docker-node-ls", "the nodes of a swarm", ["docker node ls"], docker.parseNodeLs, docker.printTable),
	define(
		"docker-version",
		"the versions of docker's parts",
		["docker version"],
		docker.parseVersion,
		docker.printJson,
	),
	define(
		"docker-service-ls",
		"the services of a swarm",
		["docker service ls"],
		docker.parseServiceLs,
		docker.printTable,
	),
	define(
		"docker-service-ps",
		"the tasks of a service and their nodes",
		["docker service ps --no-trunc SERVICE"],
		docker.parseServicePs,
		docker.printTable,
	),
	define(
		"docker-service-inspect",
		"a service with its ports and virtual addresses",
		["docker service inspect SERVICE"],
		docker.parseServiceInspect,
		docker.printJson,
	),
	define(
		"conntrack",
		"the connections that the kernel tracks",
		["conntrack -L -o extended", "conntrack -L", "cat /proc/net/nf_conntrack"],
		kernel.parseConntrack,
		kernel.printConntrack,
		kernel.conntrackParts,
	),
	define(
		"sysctl",
		"the kernel's settings",
		["sysctl net", "sysctl -a"],
		kernel.parseSysctl,
		kernel.printSysctl,
		kernel.sysctlParts,
	),
	define(
		"proc-net-bonding",
		"a bond and its slaves",
		["cat /proc/net/bonding/BOND"],
		kernel.parseBonding,
		kernel.printBonding,
	),
	define(
		"proc-net-ip-vs",
		"the table, the connections and the sums of IPVS, as the kernel tells them",
		["cat /proc/net/ip_vs", "cat /proc/net/ip_vs_conn"],
		ipvsadm.parseProc,
		ipvsadm.printProc,
		ipvsadm.procParts,
	),
	define(
		"proc-net-vlan",
		"VLANs and what they are on",
		["cat /proc/net/vlan/config"],
		kernel.parseVlan,
		kernel.printVlan,
	),
	define(
		"netstat",
		"sockets",
		["netstat -plunt"],
		sockets.parseNetstat,
		sockets.printNetstat,
		sockets.netstatParts,
	),
	define(
		"ss",
		"sockets, with what the kernel knows of each",
		["ss -peaonmi", "ss -tulnp"],
		sockets.parseSs,
		sockets.printSs,
		sockets.ssParts,
	),
	{
		...define(
			"tcpdump",
			"packets, one line or more for each",
			["tcpdump -n -e"],
			tcpdump.parseTcpdump,
			tcpdump.printTcpdump,
			tcpdump.tcpdumpParts,
		),
		summary: summaryOfPackets,
	},
];

const byName = new Map(kinds.map((kind) => [kind.name, kind]));

/** The kind of a name. */
export function kindOf(name: KindName): Kind {
	return byName.get(name)!;
}
