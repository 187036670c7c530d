import type { TableView } from "@netfossil/iptables";
import type { Hook, TableName } from "@netfossil/iptables/semantics";
import type { Family, Prefix } from "../address.ts";
import type { Recording } from "../evidence/recording.ts";
import type { Chain } from "./chain.ts";
import type { Directory } from "./directory.ts";
import type { Transport } from "./listeners.ts";
import type { RouteTable } from "./route-table.ts";

/** The line of a dump that says so. */
export interface Cite {
	readonly file: string;
	/** From 1. */
	readonly line: number;
	/** The line as the dump has it, without blanks around it. */
	readonly text: string;
}

/** Something that no dump says and that the walk takes for granted, by a habit that it names. */
export interface Assumption {
	readonly text: string;
	readonly host: string;
	readonly netns: string | null;
	/** What would tell. */
	readonly command?: string;
}

/** An address of an interface. */
export interface InterfaceAddress {
	readonly family: Family;
	readonly address: string;
	/** The network on the link; of a point-to-point address the peer's. */
	readonly network: Prefix;
	/** `global`, `link`, `host` … */
	readonly scope: string;
	readonly secondary: boolean;
	readonly flags: readonly string[];
	readonly broadcast?: string;
	/** No dump tells the address: this one stands for it. */
	readonly standIn?: true;
	readonly cite: Cite;
}

/** An interface at its place. */
export interface End {
	readonly namespace: Namespace;
	readonly device: Device;
}

/** The other end of a veth. */
export interface Peer extends End {
	/** What is taken for granted where a packet goes from one end to the other, of the same namespace either way. */
	readonly assumed?: Pick<Assumption, "text" | "command"> & { readonly namespace: Namespace };
}

export interface Vxlan {
	readonly vni: number;
	readonly port: number;
	readonly local?: string;
	/** Where frames of unknown addresses go. */
	readonly remote?: string;
	readonly group?: string;
	/** The device that the tunnel is bound to. */
	readonly dev?: string;
	readonly external: boolean;
	/** It answers for the neighbours that its own table knows. */
	readonly proxy: boolean;
}

/** A device that puts packets into packets of IP (IPIP, SIT, GRE, ip6tnl). */
export interface IpTunnel {
	readonly local?: string;
	readonly remote?: string;
	/** Of GRE: the keys of what comes in and of what goes out. */
	readonly ikey?: string;
	readonly okey?: string;
	/** The device that the tunnel is bound to. */
	readonly dev?: string;
	/** What it carries: `ip6ip`, `ipip`, `any` …, of SIT, IPIP and ip6tnl. */
	readonly carries?: string;
	readonly external: boolean;
}

/** What a bridge's port does with frames. */
export interface Port {
	readonly state?: string;
	readonly hairpin: boolean;
	readonly isolated: boolean;
}

export interface Device {
	readonly name: string;
	readonly index: number;
	/** `veth`, `bridge`, `vxlan` …, where a dump with details says it; `loopback` of lo. */
	readonly kind?: string;
	readonly flags: ReadonlySet<string>;
	readonly up: boolean;
	readonly mac?: string;
	readonly mtu?: number;
	readonly addresses: readonly InterfaceAddress[];
	/** The bridge or bond that it is a port of. */
	readonly master?: string;
	readonly port?: Port;
	/** Of a bridge. */
	readonly vlanFiltering: boolean;
	/** Of a bridge: its own switch beside the namespace's. */
	readonly callsIptables: boolean;
	/** The device below a VLAN, macvlan, ipvlan. */
	lower?: End;
	/** The other end of a veth. */
	peer?: Peer;
	/** The index in another namespace that `eth0@if5` names. */
	readonly peerIndex?: number;
	readonly vlanId?: number;
	readonly vxlan?: Vxlan;
	readonly tunnel?: IpTunnel;
	/** Of a VRF: the table of its routes. */
	readonly table?: string;
	/** The mode of a macvlan, ipvlan or bond. */
	readonly mode?: string;
	readonly activeSlave?: string;
	/** Of a bond: its slaves in the order in which the kernel has them. */
	readonly slaves?: readonly string[];
	/** By what a bond of several slaves tells packets apart: `layer2`, `layer3+4` … */
	readonly hashPolicy?: string;
	/** What is taken for granted where a packet goes through it. */
	readonly assumed?: Pick<Assumption, "text" | "command">;
	readonly cite: Cite;
}

export interface Nexthop {
	readonly via?: string;
	readonly dev?: string;
	readonly weight: number;
	readonly dead: boolean;
}

export interface Route {
	readonly family: Family;
	readonly table: string;
	/** `unicast`, `local`, `broadcast`, `blackhole` … */
	readonly kind: string;
	readonly destination: Prefix;
	readonly from?: Prefix;
	readonly tos: number;
	readonly metric: number;
	readonly nexthops: readonly Nexthop[];
	readonly src?: string;
	readonly scope?: string;
	/** Absent of a route that no dump shows, but the kernel makes of itself. */
	readonly cite?: Cite;
}

/** A rule of the routing policy. */
export interface PolicyRule {
	readonly priority: number;
	readonly family: Family;
	readonly not: boolean;
	readonly from?: Prefix;
	readonly to?: Prefix;
	readonly tos?: number;
	readonly fwmark?: { readonly value: number; readonly mask: number };
	readonly iif?: string;
	readonly oif?: string;
	readonly protocol?: number;
	readonly sport?: readonly [number, number];
	readonly dport?: readonly [number, number];
	/** `lookup [l3mdev-table]`: for packets of a VRF, in its table. */
	readonly vrf: boolean;
	/** The rule asks what is not known of packets (users, tunnels). */
	readonly open?: string;
	readonly table?: string;
	readonly goto?: number;
	/** `blackhole`, `unreachable`, `prohibit`, `nop` … */
	readonly action?: string;
	readonly suppressLength?: number;
	readonly cite?: Cite;
}

export interface Neighbour {
	readonly address: string;
	readonly device: string;
	readonly mac?: string;
	readonly states: readonly string[];
	readonly proxy: boolean;
	readonly cite: Cite;
}

/** An entry of a bridge's or VXLAN device's table. */
export interface FdbEntry {
	readonly mac: string;
	readonly device: string;
	readonly vlan?: number;
	/** The remote VTEP. */
	readonly dst?: string;
	/** In the table of the device itself, not in that of its bridge. */
	readonly self: boolean;
	/** The address of the port itself: frames for it go up. */
	readonly own: boolean;
	readonly cite: Cite;
}

/** The VLANs of a port of a bridge that filters them. */
export interface PortVlan {
	readonly device: string;
	readonly id: number;
	readonly pvid: boolean;
	readonly untagged: boolean;
}

/** A table of rules. */
export interface Table {
	readonly family: Family;
	readonly name: TableName;
	readonly backend?: "legacy" | "nf_tables";
	readonly view: TableView;
	/** Its chains by name. */
	readonly chains: ReadonlyMap<string, Chain>;
	/** The line of a rule, or of a chain's policy; of a habit the line that it is concluded from, if there is one. */
	readonly citeAt: (offset: number) => Cite | undefined;
	/** Some rules of it alone are known. */
	readonly fragment?: true;
	/** Its dump ends within it. */
	readonly cut?: Cut;
	/** No dump of the namespace has the table: it is as Docker makes it. */
	readonly habit?: Habit;
}

/** Where a dump ends too early. */
export interface Cut {
	readonly text: string;
	/** The chains before it, of which all rules are there. */
	readonly whole: ReadonlySet<string>;
}

/** Rules that no dump has. */
export interface Habit {
	/** A rule as iptables-save would print it; absent where it is quoted from another machine's dump. */
	readonly ruleAt?: (offset: number) => string;
	/** The namespace whose dump has it. */
	readonly like?: string;
}

/** A table as one dump has it. */
export type SavedTable = Omit<Table, "chains">;

/** A dump of a table at its place. */
export interface TableSave {
	readonly host: string;
	readonly netns: string | null;
	readonly table: SavedTable;
}

export interface Socket {
	readonly protocol: Transport;
	readonly family: Family;
	/** Absent: any. */
	readonly address?: string;
	readonly port: number;
	readonly device?: string;
	/** A socket of IPv6 that takes IPv4 too. */
	readonly dual: boolean;
	readonly cite: Cite;
}

export interface RealServer {
	readonly address: string;
	readonly port: number;
	readonly forwarding: "masquerade" | "route" | "tunnel" | "local";
	readonly weight: number;
	readonly cite: Cite;
}

export interface VirtualService {
	readonly key:
		| { readonly type: "fwmark"; readonly mark: number; readonly family: Family }
		| {
				readonly type: "address";
				readonly protocol: "tcp" | "udp" | "sctp";
				readonly address: string;
				readonly port: number;
		  };
	readonly scheduler: string;
	readonly servers: readonly RealServer[];
	readonly cite: Cite;
}

export interface ServedPort {
	readonly protocol: string;
	readonly port: number;
	readonly cite: Cite;
}

/** What one network namespace looked like, as far as its dumps tell. */
export interface Namespace {
	readonly host: string;
	/** Null: the machine's own. */
	readonly netns: string | null;
	readonly devices: ReadonlyMap<string, Device>;
	/** By family and table. */
	readonly routes: Readonly<Record<Family, ReadonlyMap<string, RouteTable>>>;
	/** Interfaces are known, and no dump tells what addresses they have: what is for the machine itself is not known. */
	readonly unaddressed: boolean;
	/** The families of which a dump tells all routes; of others only those that addresses make are known. */
	readonly routed: ReadonlySet<Family>;
	readonly rules: Readonly<Record<Family, readonly PolicyRule[]>>;
	/** The families that have tables beside the kernel's own, of which no dump tells which packets go by them. */
	readonly openRules: ReadonlySet<Family>;
	readonly neighbours: readonly Neighbour[];
	readonly fdb: readonly FdbEntry[];
	readonly portVlans: readonly PortVlan[];
	readonly tables: readonly Table[];
	/** The families whose rules a dump tells, be it that there are none. */
	readonly ruled: ReadonlySet<Family>;
	/** The tables of a family that no dump shows, where dumps show others of it one by one. */
	readonly unshown?: Readonly<Record<Family, ReadonlySet<TableName>>>;
	/** Why the tables are taken to be all, where no dump tells the rules, or only some. */
	readonly ruledBy?: string;
	/** By the key as the kernel names it, `net.ipv4.ip_forward`. */
	readonly settings: ReadonlyMap<string, number>;
	/** Those that listen, as far as dumps list them. */
	readonly sockets: readonly Socket[];
	/** The protocols of which a dump lists all that listen, with the dump: what it lacks is not there. */
	readonly listed?: ReadonlyMap<Transport, Cite>;
	readonly services: readonly VirtualService[];
	/** The ports of the service that lives here, as it publishes them. */
	readonly serves?: readonly ServedPort[];
	/** What is taken for granted of this namespace as a whole. */
	readonly assumptions: readonly Assumption[];
	/** The kinds of dumps that there are of it. */
	readonly kinds: ReadonlySet<string>;
}

/** All namespaces of a capture. */
export interface Kernel {
	readonly namespaces: readonly Namespace[];
	/** What else namespaces are called: the containers that live in them, by id and name. */
	readonly aliases: ReadonlyMap<string, Namespace>;
	readonly directory: Directory;
	/** What tcpdump captured, anywhere. */
	readonly recordings: readonly Recording[];
	/** Every dump of a table, not only the one that is walked: their counters tell what came. */
	readonly saves: readonly TableSave[];
}

/** `worker1`, `worker1/ingress_sbox` */
export const placeName = ({ host, netns }: { host: string; netns: string | null }): string =>
	netns === null ? host : `${host}/${netns}`;

/** A rule that decided: as `iptables --line-numbers` counts. */
export interface RuleRef {
	readonly host: string;
	readonly netns: string | null;
	readonly family: "ipv4" | "ipv6";
	readonly table: string;
	readonly chain: string;
	/** From 1; absent where rules before it were cut away. */
	readonly index?: number;
	/** As the dump has it. */
	readonly rule: string;
	/** Absent of a rule that is there by habit alone. */
	readonly cite?: Cite;
	/** No dump of the namespace has it: Docker is taken to have made it, as it did in the namespace that this names. */
	readonly assumed?: true | string;
}

export type { Hook };
