import type { KindName } from "./kinds.ts";

/**
 * A dump that a complete picture has: what the collector saves, and what is wanted where it is missing. The best are
 * first: whatever decides more stands before what decides less.
 */
export interface Recipe {
	readonly kind: KindName;
	/**
	 * `netns`: in every network namespace, the host's own too. `host`: once on a host. `docker`: once where there is
	 * docker. `manager`: once where docker manages a swarm; one manager tells what all do.
	 */
	readonly where: "netns" | "host" | "docker" | "manager";
	/** The best first; the others are for hosts without its tool, or with an old one. A word in capitals is a name. */
	readonly commands: readonly string[];
	/** What lists the names that the word in capitals stands for. */
	readonly names?: string;
	/** A file of the kernel that is not empty where the command has something to tell, and need not be run where not. */
	readonly needs?: string;
	/** A function of the script that says where the command would tell nothing new. */
	readonly unless?: "legacy";
	/** Only for IPv6. */
	readonly family?: 6;
	/** What it would tell: the end of "it would tell …". */
	readonly decides: string;
}

export const recipes: readonly Recipe[] = [
	{
		kind: "ip-address",
		where: "netns",
		commands: ["ip -d address", "ip address", "ifconfig -a"],
		decides: "which interfaces and addresses there are, and what each is plugged into",
	},
	{
		kind: "docker-network-inspect",
		where: "docker",
		// Without -v there are no services, no marks and no tasks of other nodes.
		commands: ["docker network inspect -v NETWORK"],
		names: "docker network ls -q",
		decides: "the networks with their ids, the marks of services, and the addresses of tasks on all nodes",
	},
	{
		kind: "docker-inspect",
		where: "docker",
		commands: ["docker container inspect CONTAINER"],
		names: "docker ps -aq",
		decides: "which container lives in which namespace, with which addresses and ports",
	},
	{
		kind: "iptables-save",
		where: "netns",
		commands: ["iptables-save -c", "iptables-save"],
		decides: "which packets are dropped, translated or marked",
	},
	{
		kind: "ipvsadm-list",
		where: "netns",
		commands: ["ipvsadm -Ln", "cat /proc/net/ip_vs"],
		// ipvsadm would load the module.
		needs: "/proc/net/ip_vs",
		decides: "which real servers a mark or a virtual address is balanced to",
	},
	{
		kind: "docker-service-inspect",
		where: "manager",
		commands: ["docker service inspect SERVICE"],
		names: "docker service ls -q",
		decides: "the services with their ports and virtual addresses",
	},
	{
		kind: "docker-service-ps",
		where: "manager",
		commands: ["docker service ps --no-trunc SERVICE"],
		names: "docker service ls -q",
		decides: "which task runs on which node",
	},
	{
		kind: "docker-ps",
		where: "docker",
		commands: ["docker ps -a --no-trunc"],
		decides: "the containers with their names and states",
	},
	{
		kind: "ip-route",
		where: "netns",
		commands: ["ip route show table all", "ip route", "route -n", "netstat -rn"],
		decides: "which way packets leave",
	},
	{
		kind: "ip-rule",
		where: "netns",
		commands: ["ip rule"],
		decides: "which table of routes a packet is looked up in",
	},
	{
		kind: "bridge-fdb",
		where: "netns",
		commands: ["bridge -d fdb show", "bridge fdb show"],
		decides: "behind which port of a bridge, or on which host of an overlay, an address lies",
	},
	{
		kind: "ip-neigh",
		where: "netns",
		commands: ["ip neigh"],
		decides: "which link-layer address answers for an IP address, and which do not answer",
	},
	{
		kind: "ip-netns",
		where: "host",
		commands: ["ip netns"],
		decides: "which namespaces there are, and which link-netnsid means which",
	},
	{
		kind: "netns-ls",
		where: "host",
		commands: ["ls /var/run/docker/netns"],
		needs: "/var/run/docker/netns",
		decides: "which namespaces docker made",
	},
	{
		kind: "docker-node-ls",
		where: "manager",
		commands: ["docker node ls"],
		decides: "the nodes of the swarm",
	},
	{
		kind: "docker-node-inspect",
		where: "manager",
		commands: ["docker node inspect NODE"],
		names: "docker node ls -q",
		decides: "the addresses of the nodes",
	},
	{
		kind: "docker-network-ls",
		where: "docker",
		commands: ["docker network ls --no-trunc"],
		decides: "the networks that a node knows",
	},
	{
		kind: "docker-service-ls",
		where: "manager",
		commands: ["docker service ls"],
		decides: "how many replicas each service has and should have",
	},
	{
		kind: "docker-info",
		where: "docker",
		commands: ["docker info"],
		decides: "the node's place in the swarm",
	},
	{
		kind: "sysctl",
		where: "netns",
		commands: ["sysctl net", "sysctl -a"],
		decides: "whether packets are forwarded, and which the kernel drops by itself",
	},
	{
		kind: "ss",
		where: "netns",
		commands: ["ss -peaonmi", "ss -tulnp", "netstat -plunt"],
		decides: "whether something listens where packets arrive",
	},
	{
		kind: "iptables-save",
		where: "netns",
		family: 6,
		commands: ["ip6tables-save -c", "ip6tables-save"],
		decides: "which packets of IPv6 are dropped, translated or marked",
	},
	{
		kind: "iptables-save",
		where: "netns",
		// Where iptables-save speaks of nft, rules of the older tables are rules all the same.
		commands: ["iptables-legacy-save -c"],
		needs: "/proc/net/ip_tables_names",
		unless: "legacy",
		decides: "whether there are rules in the older tables too",
	},
	{
		kind: "ip-rule",
		where: "netns",
		family: 6,
		commands: ["ip -6 rule"],
		decides: "which table of routes a packet of IPv6 is looked up in",
	},
	{
		kind: "bridge-link",
		where: "netns",
		commands: ["bridge -d link", "bridge link"],
		decides: "what the ports of bridges let pass",
	},
	{
		kind: "bridge-vlan",
		where: "netns",
		commands: ["bridge vlan"],
		decides: "which VLANs the ports of bridges carry",
	},
	{
		kind: "conntrack",
		where: "netns",
		commands: ["conntrack -L -o extended", "cat /proc/net/nf_conntrack"],
		needs: "/proc/sys/net/netfilter/nf_conntrack_count",
		decides: "what became of connections that stood when it was saved",
	},
	{
		kind: "proc-net-bonding",
		where: "netns",
		commands: ["cat /proc/net/bonding/BOND"],
		names: "ls /proc/net/bonding",
		needs: "/proc/net/bonding",
		decides: "which slave of a bond is in use",
	},
	{
		kind: "proc-net-vlan",
		where: "netns",
		commands: ["cat /proc/net/vlan/config"],
		needs: "/proc/net/vlan/config",
		decides: "which VLAN an interface is of",
	},
	{
		kind: "ip-maddr",
		where: "netns",
		commands: ["ip maddr"],
		decides: "which multicast groups each interface listens to",
	},
	{
		kind: "docker-version",
		where: "docker",
		commands: ["docker version"],
		decides: "which habits of docker hold",
	},
];

/** The kinds that no recipe makes, neither as the best nor as a substitute: why not. */
export const unsaved: Readonly<Partial<Record<KindName, string>>> = {
	"iptables-list": "iptables-save tells more",
	"ipvsadm-save": "ipvsadm -Ln tells more",
	"brctl-show": "bridge tells more",
	tcpdump: "packets are captured with a question in mind, not once for all",
};

/** What of a command stands for a name, if it has any. */
const NAME = /\b[A-Z]{4,}$/;

/** A command without the word that stands for a name: `docker network inspect -v `. */
export function withoutName(command: string): string {
	return command.replace(NAME, "");
}

/** The name of the file that a recipe's best command is saved in, without `.txt`; of several files, how each begins. */
export function savedName({ commands }: Pick<Recipe, "commands">): string {
	return fileNameOf(withoutName(commands[0]!));
}

/** The name of the file that the output of a command is saved in, without `.txt`; as sos mangles them. */
export function fileNameOf(command: string): string {
	return command
		.replace(/[^\w\-./]+/g, "_")
		.replaceAll("/", ".")
		.replace(/^[._-]+|[._-]+$/g, "");
}
