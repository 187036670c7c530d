import type { Place } from "./dump.ts";
import type { KindName } from "./kinds.ts";
import { isNamespaceName } from "./signatures.ts";

/** What the name of a file says of the command whose output it holds. */
export interface NameHint {
	/** Several where the name does not tell: `iptables_rules.txt`. */
	readonly kinds: readonly KindName[];
	/** The namespace, for names such as `ip_netns_exec_qrouter-1_ip_address_show`. */
	readonly place?: Place;
	/** The command, where its arguments tell something that the output does not: a table, what was inspected. */
	readonly command?: string;
	/** The command's words as the name has them, without the namespace or container. */
	readonly name: string;
	/** What stands before the command and may name the host: `node1` of `node1-iptables-save.txt`. */
	readonly prefix?: string;
}

/** `ip -4 -d route show`; names of files have no dashes. */
const ip = (words: string): RegExp =>
	new RegExp(
		`(?:^|_)ip_(?:(?:[046BdNcs]+|o|br|details|stats|oneline|resolve|color)_)*(?:${words})(?:_(?:ls|list|show|get|table|all|nud|proxy|cache)(?:_|$)|$)`,
	);

const KINDS: readonly (readonly [RegExp, readonly KindName[]])[] = [
	[
		/ip6?tables(?:_legacy|_nft)?_(?:\w+_)?save(?:_|$)|ip6?tables_(?:\w+_)?[vnw]*S[vnw]*(?:_|$)/,
		["iptables-save"],
	],
	[/ip6?tables_(?:\w+_)?[vnxw]*L[vnxw]*\d*(?:_|$)/, ["iptables-list"]],
	[/ip6?tables/, ["iptables-list", "iptables-save"]],
	[/ipvsadm_(?:\w+_)?(?:save|Sn?|nS)(?:_|$)/, ["ipvsadm-save"]],
	[/ipvsadm(?!_(?:v|version|h|help)$)/, ["ipvsadm-list"]],
	[/docker_network_(?:ls|list)/, ["docker-network-ls"]],
	[/docker_network_inspect/, ["docker-network-inspect"]],
	[/docker_(?:service_(?:ls|list)|stack_services)/, ["docker-service-ls"]],
	[/docker_(?:service|stack|node)_ps/, ["docker-service-ps"]],
	[/docker_service_inspect/, ["docker-service-inspect"]],
	[/docker_container_inspect/, ["docker-inspect"]],
	[
		/docker_inspect/,
		["docker-inspect", "docker-network-inspect", "docker-service-inspect", "docker-node-inspect"],
	],
	[/docker_node_(?:ls|list)/, ["docker-node-ls"]],
	[/docker_node_inspect/, ["docker-node-inspect"]],
	[/docker_(?:system_)?info(?:_|$)/, ["docker-info"]],
	[/docker_version(?:_|$)/, ["docker-version"]],
	[/docker_(?:ps|container_(?:ls|list|ps))(?:_|$)/, ["docker-ps"]],
	[/(?:^|_)ls_(?:\w+_)?netns(?:_|$)|(?:^|_)netns_ls(?:_|$)/, ["netns-ls"]],
	[/(?:^|_)ip_netns(?:_(?:ls|list|show))?$/, ["ip-netns"]],
	[ip("r|ro|rou|rout|route"), ["ip-route"]],
	[ip("ru|rul|rule"), ["ip-rule"]],
	[ip("n|ne|nei|neigh|neighbor|neighbour"), ["ip-neigh"]],
	[ip("m|maddr|maddress"), ["ip-maddr"]],
	[/(?:^|_)ip_?(?:\w+_)?(?:a|addr|address|link)(?:_|$)/, ["ip-address"]],
	[/conntrack(?!_(?:\w+_)?(?:S|stats|max|count)(?:_|$))/, ["conntrack"]],
	[/(?:^|_)sysctl(?!_conf(?:_|$))(?:_|$)/, ["sysctl"]],
	[/(?:^|_)proc(?:_\w+)?_net_bonding_/, ["proc-net-bonding"]],
	[/^ip_vs(?:_conn|_stats)?$|(?:^|_)proc(?:_\w+)?_net_ip_vs(?:_conn|_stats)?$/, ["proc-net-ip-vs"]],
	[/(?:^|_)proc(?:_\w+)?_net_vlan_config$/, ["proc-net-vlan"]],
	[/(?:^|_)ss(?:_(?!V(?:_|$))|$)/, ["ss"]],
	[/(?:^|_)bridge_(?:[a-z]{1,7}_)*fdb(?:_|$)/, ["bridge-fdb"]],
	[/(?:^|_)bridge_(?:[a-z]{1,7}_)*link(?:_|$)/, ["bridge-link"]],
	[/(?:^|_)bridge_(?:[a-z]{1,13}_)*vlan(?:_|$)/, ["bridge-vlan"]],
	[/(?:^|_)brctl_show(?:macs|stp)?(?:_|$)/, ["brctl-show"]],
	[/(?:^|_)ifconfig(?:_|$)|netstat_[aenv]*i[aenv]*$/, ["ifconfig"]],
	[
		/^(?:busybox_)?route(?:_[46]|_[ven]+|_A_inet6?)*$|netstat_(?:[W46]_)?[46]?[ven]*r[ven]*$/,
		["netstat-route"],
	],
	[/netstat(?!_(?:\w+_)?(?:rn?|i|nr|agn)(?:_|$))/, ["netstat"]],
	[/tcpdump/, ["tcpdump"]],
];

/** `ip_netns_exec_NS_COMMAND`, as sos names files; names of namespaces may hold `_` themselves. */
const NETNS_EXEC =
	/^(?:sudo_)?ip_netns_exec_(.+?)_(?=ip6?tables|ipvsadm|ip_|bridge_|brctl_|ifconfig|route(?:_-|$)|netstat|ss_|conntrack|sysctl|tcpdump)/;

/** `docker_exec_CONTAINER_COMMAND`: a name of Swarm's making or an id ends by itself, any other at the tool. */
const DOCKER_EXEC =
	/^(?:sudo_)?docker_(?:container_)?exec_(?:-[A-Za-z]+_)*(?:([^_]+\.[0-9a-z]{25}|[0-9a-f]{12}(?:[0-9a-f]{52})?)_|(.+?)_(?=ip6?tables|ipvsadm|ip_|bridge_|brctl_|ifconfig|route(?:_-|$)|netstat|ss_|conntrack|sysctl|tcpdump))/;

/** Reads the name of a file: the command with `_`, `-` or `.` for what stands between its words. */
export function readFileName(path: string): NameHint {
	const name = path
		.replace(/^.*[/\\]/, "")
		.replace(/\.(?:txt|log|out|json|part|text|dump|gz|xz)(?=\.|$)/g, "");
	const inNetns = NETNS_EXEC.exec(name);
	const inContainer = DOCKER_EXEC.exec(name);
	const inside = inNetns ?? inContainer;
	const before = inside ? undefined : prefixOf(name);
	const command = name.slice((inside?.[0] ?? before?.text ?? "").length);
	const words = command.replace(/[^A-Za-z0-9]+/g, "_");
	const kinds = KINDS.find(([form]) => form.test(words))?.[1] ?? [];
	const typed = commandOf(command);
	const place: Place | undefined = inNetns
		? { type: "netns", name: inNetns[1]! }
		: inContainer
			? { type: "container", id: (inContainer[1] ?? inContainer[2])! }
			: before?.place;
	return {
		kinds,
		name: command,
		...(place && { place }),
		...(typed !== undefined && { command: typed }),
		...(before?.host !== undefined && { prefix: before.host }),
	};
}

/** What stands before a command in the name of a file. */
interface Prefix {
	/** All of it, with what parts it from the command. */
	readonly text: string;
	readonly host?: string;
	readonly place?: Place;
}

/** `manager1_ns_1-sh0h7as3pr_ip_a`, `node1-netns-red-iptables-save`, `web1_container_1c06334e3589_ip_a` */
const PLACED =
	/^(?:(.+?)[-_.])??(?:(?:netns|ns|namespace)[-_.]([\w.-]+?)|(?:container|ctr)[-_.]([\w.]+?))[-_.]$/;
/** A program, where a name begins or after what parts its words. */
const PROGRAM =
	/(?<=^|[-_.])(?:ip6?tables|ipvsadm|ip(?=[-_.]|$)|ip(?=a|addr|route|link)|bridge[-_]|brctl|ifconfig|route(?=[-_.]|$)|netstat|ss(?=[-_.]|$)|conntrack|tcpdump|sysctl|nft(?=[-_.]|$)|docker(?=[-_]))/;
/** What people number files with or begin names with that is no host. */
const NO_HOST =
	/^(?:[\d._-]*|nf|sudo|busybox|nsenter|output|dumps?|saved?|before|after|sos_commands|proc.*|.*(?:docker|podman|ip|ls|cat|show|var|usr|s?bin))$/;

function prefixOf(name: string): Prefix | undefined {
	const namespace = /^([^.]+)\./.exec(name)?.[1];
	if (namespace !== undefined && isNamespaceName(namespace)) {
		return { text: `${namespace}.`, place: { type: "netns", name: namespace } };
	}
	const at = PROGRAM.exec(name)?.index ?? 0;
	if (at === 0) return undefined;
	const text = name.slice(0, at);
	const placed = PLACED.exec(text);
	const place: Place | undefined = placed?.[2]
		? { type: "netns", name: placed[2] }
		: placed?.[3]
			? { type: "container", id: placed[3] }
			: undefined;
	const word = placed ? placed[1] : text.replace(/[-_.]+$/, "");
	if (place === undefined && word !== undefined && isNamespaceName(word)) {
		return { text, place: { type: "netns", name: word } };
	}
	// `host.ip_addr.txt` beside `ingress_sbox.ip_addr.txt`
	if (word === "host") return { text, place: place ?? { type: "host" } };
	const named = word !== undefined && /^[A-Za-z][A-Za-z0-9.-]*$/.test(word) && !NO_HOST.test(word);
	if (!named && place === undefined) return undefined;
	return { text, ...(named && { host: word }), ...(place && { place }) };
}

/** `docker_container_inspect_d38975856cfd_grep_sandbox`; names of services may hold `_`, ids do not. */
const INSPECT = /docker_(?:(container|network|service|node)_)?inspect_(.+?)(?:_grep_.*)?$/;
/** `ip_-6_rule_list`: nothing in the output of some tells the family. */
const FAMILY = /^(?:.*_)?ip_-([46])_(rule|route|neigh|maddr)/;
/** `iptables_t_nat_nvL`, `iptables_-t_nat_-nvL`, `iptables_nvL_t_nat` */
const TABLE = /(ip6?tables)(?:[-_][\w-]*?)?[-_]+t[-_]+(nat|mangle|filter|raw|security)(?:[-_]|$)/;

function commandOf(name: string): string | undefined {
	const inspect = INSPECT.exec(name);
	if (inspect)
		return ["docker", inspect[1], "inspect", inspect[2]].filter((word) => word !== undefined).join(" ");
	const family = FAMILY.exec(name);
	if (family) return `ip -${family[1]} ${family[2]}`;
	const table = TABLE.exec(name);
	return table ? `${table[1]} -t ${table[2]}` : undefined;
}
