import type { KindName } from "@netfossil/capture";
import type { z } from "zod";
import { kindNames } from "./kinds.ts";

/** What has a published schema besides the ASTs: what other verbs print as JSON. */
const documents = ["inventory", "topology", "wanted"] as const;

/** What has a published schema: the AST of every kind, the inventory, the topology and what is wanted. */
export type SchemaName = KindName | (typeof documents)[number];

export const schemaNames: readonly SchemaName[] = [...kindNames, ...documents];

interface Home {
	/** The folder in `packages/`. */
	readonly package: string;
	readonly load: () => Promise<z.ZodType>;
}

/** A schema in an entry point; only the one that is asked for is loaded. */
function home<Entry>(folder: string, load: () => Promise<Entry>, pick: (entry: Entry) => z.ZodType): Home {
	return { package: folder, load: async () => pick(await load()) };
}

const capture = () => import("@netfossil/capture/schema");
const docker = () => import("@netfossil/docker/schema");
const iproute = () => import("@netfossil/iproute/schema");
const iptables = () => import("@netfossil/iptables/schema");
const ipvsadm = () => import("@netfossil/ipvsadm/schema");
const kernel = () => import("@netfossil/kernel/schema");
const sockets = () => import("@netfossil/sockets/schema");
const tcpdump = () => import("@netfossil/tcpdump/schema");
const topology = () => import("@netfossil/topology/schema");

/** Where each schema lives. */
const homes: Record<SchemaName, Home> = {
	conntrack: home("kernel", kernel, (entry) => entry.ConntrackDump),
	"brctl-show": home("iproute", iproute, (entry) => entry.BrctlShow),
	"bridge-fdb": home("iproute", iproute, (entry) => entry.BridgeFdb),
	"bridge-link": home("iproute", iproute, (entry) => entry.BridgeLink),
	"bridge-vlan": home("iproute", iproute, (entry) => entry.BridgeVlan),
	"docker-info": home("docker", docker, (entry) => entry.DockerInfo),
	"docker-inspect": home("docker", docker, (entry) => entry.DockerInspect),
	"docker-network-inspect": home("docker", docker, (entry) => entry.DockerNetworkInspect),
	"docker-network-ls": home("docker", docker, (entry) => entry.DockerNetworkLs),
	"docker-node-inspect": home("docker", docker, (entry) => entry.DockerNodeInspect),
	"docker-node-ls": home("docker", docker, (entry) => entry.DockerNodeLs),
	"docker-ps": home("docker", docker, (entry) => entry.DockerPs),
	"docker-service-inspect": home("docker", docker, (entry) => entry.DockerServiceInspect),
	"docker-service-ls": home("docker", docker, (entry) => entry.DockerServiceLs),
	"docker-service-ps": home("docker", docker, (entry) => entry.DockerServicePs),
	"docker-version": home("docker", docker, (entry) => entry.DockerVersion),
	ifconfig: home("iproute", iproute, (entry) => entry.Ifconfig),
	"ip-address": home("iproute", iproute, (entry) => entry.IpAddressDump),
	"ip-maddr": home("iproute", iproute, (entry) => entry.IpMaddrDump),
	"ip-neigh": home("iproute", iproute, (entry) => entry.IpNeighDump),
	"ip-netns": home("iproute", iproute, (entry) => entry.IpNetnsDump),
	"ip-route": home("iproute", iproute, (entry) => entry.IpRouteDump),
	"ip-rule": home("iproute", iproute, (entry) => entry.IpRuleDump),
	"iptables-list": home("iptables", iptables, (entry) => entry.IptablesList),
	"iptables-save": home("iptables", iptables, (entry) => entry.IptablesSave),
	"ipvsadm-list": home("ipvsadm", ipvsadm, (entry) => entry.IpvsadmList),
	"ipvsadm-save": home("ipvsadm", ipvsadm, (entry) => entry.IpvsadmSave),
	netstat: home("sockets", sockets, (entry) => entry.Netstat),
	"netstat-route": home("iproute", iproute, (entry) => entry.NetstatRoute),
	"netns-ls": home("iproute", iproute, (entry) => entry.NetnsLsDump),
	"proc-net-bonding": home("kernel", kernel, (entry) => entry.BondingDump),
	"proc-net-ip-vs": home("ipvsadm", ipvsadm, (entry) => entry.ProcNetIpVs),
	"proc-net-vlan": home("kernel", kernel, (entry) => entry.VlanDump),
	sysctl: home("kernel", kernel, (entry) => entry.SysctlDump),
	ss: home("sockets", sockets, (entry) => entry.Ss),
	tcpdump: home("tcpdump", tcpdump, (entry) => entry.Tcpdump),
	inventory: home("capture", capture, (entry) => entry.Inventory),
	topology: home("topology", topology, (entry) => entry.Topology),
	wanted: home("topology", topology, (entry) => entry.Wanted),
};

/** The folder in `packages/` that a schema belongs to. */
export function packageOf(name: SchemaName): string {
	return homes[name].package;
}

/** The zod schema of a kind's AST or of a document. */
export async function schemaOf(name: SchemaName): Promise<z.ZodType> {
	return homes[name].load();
}

/** The same as JSON Schema (draft 2020-12). */
export async function jsonSchema(name: SchemaName): Promise<object> {
	const { toJSONSchema } = await import("zod");
	return { title: name, ...toJSONSchema(await schemaOf(name), { reused: "ref" }) };
}
