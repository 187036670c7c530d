import type { Scope } from "@netfossil/capture";
import type { Quote } from "./evidence.ts";

/**
 * What the dumps say, in the words of the correlation: one list per sort of statement, each with the place
 * that says it. Collectors fill these from the ASTs; rules join them and never look at an AST.
 */
export interface Observations {
	readonly netns: NetnsName[];
	readonly interfaces: InterfaceLine[];
	readonly addresses: AddressLine[];
	readonly containers: ContainerRow[];
	readonly sandboxes: Sandbox[];
	readonly networks: NetworkRow[];
	readonly endpoints: EndpointRow[];
	readonly peers: PeerRow[];
	readonly services: ServiceRow[];
	readonly tasks: TaskRow[];
	readonly virtualIps: VirtualIpRow[];
	readonly balanced: BalancedRow[];
	readonly taskEndpoints: TaskEndpointRow[];
	readonly translations: Translation[];
	readonly marks: MarkRule[];
	readonly virtualServices: VirtualServiceRow[];
	readonly sockets: SocketRow[];
	readonly ports: PortRow[];
	readonly routes: RouteRow[];
	readonly policyRules: PolicyRuleRow[];
	readonly neighbours: NeighbourRow[];
	readonly unanswered: UnansweredRow[];
	readonly fdb: FdbRow[];
	readonly vlans: PortVlans[];
	readonly settings: SettingRow[];
	readonly connections: ConnectionRow[];
	readonly nodes: NodeRow[];
	readonly captured: CapturedAddress[];
	readonly commands: CommandLine[];
}

/** A fact of one dump, and where the dump was taken. */
export interface Observed {
	readonly scope: Scope;
	readonly quote: Quote;
}

/** A namespace that a listing names. */
export interface NetnsName extends Observed {
	readonly name: string;
	/** The number that the namespace of the listing knows it by (`ip netns`: `(id: 4)`). */
	readonly netnsid?: number;
}

/** What one dump says of an interface; what the tool does not print has no key. */
export interface InterfaceLine extends Observed {
	readonly index?: number;
	readonly name: string;
	/** `@if14`: the index of the peer or the lower device, in its own namespace. */
	readonly peerIndex?: number;
	/** `@eth0`: an interface of the same namespace; not believed from busybox and old releases. */
	readonly peerName?: string;
	/** Relative to the namespace of the dump. */
	readonly peerNetnsid?: number;
	/** `link-netns NAME`. */
	readonly peerNetns?: string;
	readonly master?: string;
	readonly mac?: string;
	readonly mtu?: number;
	readonly state?: string;
	/** As `ip` shows them, without `M-DOWN`, which is no flag of the kernel. */
	readonly flags?: readonly string[];
	/** Why `M-DOWN` says nothing here, where it was printed. */
	readonly misprint?: string;
	readonly linkType?: string;
	/** `veth`, `vxlan`, `bridge` …, from `-d`. */
	readonly kind?: string;
	readonly vxlanId?: number;
	readonly vlanId?: number;
	readonly tunnel?: TunnelEnds;
	/** What else `-d` says that a reader of the network asks for: `mode` of a bond, `table` of a VRF. */
	readonly details?: { readonly [name: string]: string | number };
}

/** The ends of a tunnel in the underlay, as its device is set up. */
export interface TunnelEnds {
	readonly local?: string;
	/** Of VXLAN also a multicast group. */
	readonly remote?: string;
	/** `ikey`, `okey` of GRE and VTI, as printed; the VNI of Geneve. */
	readonly receives?: string;
	readonly sends?: string;
}

/** An address on an interface. */
export interface AddressLine extends Observed {
	readonly interface: string;
	readonly family: 4 | 6;
	readonly address: string;
	readonly length: number;
	readonly kernelScope?: string;
	/** `inet A peer B/30`: the address at the other end of the line. */
	readonly peer?: string;
	/** Not printed as an address, but told by the route that the kernel made of it. */
	readonly fromRoute?: true;
}

/** A container that a listing or an inspection names. */
export interface ContainerRow extends Observed {
	/** Twelve hex digits or more. */
	readonly id: string;
	readonly name?: string;
	readonly image?: string;
	readonly status?: string;
}

/** The sandbox of a container: its namespace's file. */
export interface Sandbox extends Observed {
	readonly container: string;
	/** The file name in {@link NETNS_FOLDER}. */
	readonly netns: string;
	readonly rule: "sandbox-id" | "sandbox-key" | "gateway-endpoint";
}

/** A docker network. */
export interface NetworkRow extends Observed {
	/** As long as the dump prints it. */
	readonly id: string;
	readonly name?: string;
	readonly driver?: string;
	/** `swarm` or `local`. */
	readonly reach?: string;
	readonly ingress?: boolean;
	readonly subnets: readonly { readonly subnet: string; readonly gateway?: string; readonly quote: Quote }[];
	readonly vxlanIds: readonly number[];
	readonly bridge?: string;
	readonly encrypted?: boolean;
}

/** An endpoint that `docker network inspect` lists. */
export interface EndpointRow extends Observed {
	readonly network: string;
	/** The container's id, `ingress-sbox`, `lb-net1` … */
	readonly key: string;
	readonly name?: string;
	readonly endpointId?: string;
	readonly mac?: string;
	/** With length: `10.255.0.2/16`. */
	readonly address?: string;
	readonly length?: number;
}

/** A node that an overlay network reaches. */
export interface PeerRow extends Observed {
	readonly network: string;
	readonly name?: string;
	readonly address: string;
}

export interface ServiceRow extends Observed {
	readonly id?: string;
	readonly name: string;
	readonly mode?: string;
	readonly replicas?: string;
	readonly image?: string;
	readonly ports: readonly {
		readonly protocol: string;
		readonly published: number;
		readonly target: number;
		readonly quote: Quote;
	}[];
}

export interface TaskRow extends Observed {
	readonly id: string;
	/** `vote.1`. */
	readonly name: string;
	readonly service: string;
	readonly node?: string;
	readonly desiredState?: string;
	readonly currentState?: string;
}

/** What `docker network inspect -v` says of a service in a network, on the host that was asked. */
export interface BalancedRow extends Observed {
	readonly networkId: string;
	readonly service: string;
	/** `LocalLBIndex`: the firewall mark of the service on that host. */
	readonly mark: number;
	readonly address?: string;
}

/** A task as `docker network inspect -v` lists it: the address of its endpoint, and of its node. */
export interface TaskEndpointRow extends Observed {
	readonly networkId: string;
	readonly name?: string;
	readonly address: string;
	readonly host: string;
}

/** A virtual address of a service, in a network. */
export interface VirtualIpRow extends Observed {
	readonly service?: string;
	readonly networkId: string;
	readonly address: string;
	/** Of the network; on the wire a VIP is /32. */
	readonly length: number;
}

/** A rule that rewrites an address. */
export interface Translation extends Observed {
	readonly target: "DNAT" | "SNAT" | "REDIRECT" | "MASQUERADE" | "NETMAP";
	readonly chain?: string;
	readonly protocol?: string;
	/** `-d`, where it is a single address. */
	readonly destination?: string;
	/** `-s` and `-d`, with `!`. */
	readonly from?: string;
	readonly towards?: string;
	/** `-i` and `-o`, with `!`. */
	readonly in?: string;
	readonly out?: string;
	/** A list without `-v` does not tell the interfaces of its rules. */
	readonly interfacesUnknown?: boolean;
	readonly dport?: number;
	/** The name that was printed for the port. */
	readonly dportName?: string;
	/** It is for some ports, which are not one: a range, a list, all but one. */
	readonly severalPorts?: true;
	/** Of NETMAP a prefix. */
	readonly toAddress?: string;
	readonly toPort?: number;
	/** Matches that say more than the fields here: `mark`, `conntrack` … */
	readonly matches?: readonly string[];
	/** `-m ipvs --ipvs`. */
	readonly ipvs?: boolean;
	/** For ICMP rules, which publish nothing. */
	readonly icmp?: boolean;
}

/** A rule that sets a firewall mark. */
export interface MarkRule extends Observed {
	readonly chain?: string;
	readonly protocol?: string;
	readonly destination?: string;
	readonly dport?: number;
	readonly dportName?: string;
	readonly mark: number;
}

/** A virtual service of IPVS. */
export interface VirtualServiceRow extends Observed {
	/** `fwmark 258`, `tcp 10.0.0.1:80`. */
	readonly name: string;
	readonly fwmark?: number;
	/** Absent in the forms of the list that print counters in its place. */
	readonly scheduler?: string;
	readonly servers: readonly {
		readonly address: string;
		readonly port: number;
		readonly forwarding?: string;
		readonly weight?: number;
		readonly quote: Quote;
	}[];
}

export interface SocketRow extends Observed {
	readonly protocol: string;
	readonly address: string;
	readonly port?: number;
	readonly listening: boolean;
	readonly program?: string;
}

/** A port of a bridge or bond, as a tool lists them that is not `ip`. */
export interface PortRow extends Observed {
	readonly master: string;
	readonly name: string;
	readonly of: "bridge" | "bond";
	/** The rule that the evidence names. */
	readonly rule: "brctl-show" | "proc-net-bonding";
}

/** A route of a namespace. */
export interface RouteRow extends Observed {
	readonly family: 4 | 6;
	/** `unicast`, `local`, `blackhole` … */
	readonly kind: string;
	/** `10.0.0.0/8`; the default route is `0.0.0.0/0` or `::/0`. */
	readonly destination: string;
	/** Name or number. */
	readonly table: string;
	readonly metric?: number;
	/** `netstat -r` prints no metric. */
	readonly metricUnknown?: true;
	readonly hops: readonly { readonly via?: string; readonly dev?: string }[];
	readonly src?: string;
	readonly proto?: string;
	readonly kernelScope?: string;
}

/** A rule that chooses a routing table. */
export interface PolicyRuleRow extends Observed {
	readonly family: 4 | 6;
	readonly priority: number;
	/** As printed behind the priority. */
	readonly text: string;
}

/** An entry of the neighbour table that has a link-layer address. */
export interface NeighbourRow extends Observed {
	readonly address: string;
	readonly mac: string;
	readonly dev?: string;
	/** Put there by hand or by a program (Docker, for overlays), not learned. */
	readonly permanent: boolean;
}

/** An address that did not answer when a namespace asked for its MAC: `192.168.1.20 dev ens3 FAILED`. */
export interface UnansweredRow extends Observed {
	readonly address: string;
	readonly dev: string;
}

/** An entry of a bridge's or a VTEP's forwarding table. */
export interface FdbRow extends Observed {
	readonly mac: string;
	readonly dev: string;
	/** The remote VTEP. */
	readonly dst?: string;
	readonly vlan?: number;
	readonly vni?: number;
	/** Learned from a packet; the interface's own and those that were put there are not. */
	readonly learned: boolean;
}

/** The VLANs of a bridge's port. */
export interface PortVlans extends Observed {
	readonly name: string;
	/** `1 PVID Egress Untagged`, `10-19`. */
	readonly vlans: readonly string[];
}

/** A setting of the kernel that decides where packets go. */
export interface SettingRow extends Observed {
	readonly key: string;
	readonly value: string;
}

/** A tracked connection whose destination is translated. */
export interface ConnectionRow extends Observed {
	readonly protocol: string;
	readonly sentTo: { readonly address: string; readonly port?: number };
	readonly goesTo: { readonly address: string; readonly port?: number };
}

/** A node of a swarm, as the engine lists it. */
export interface NodeRow extends Observed {
	readonly id?: string;
	readonly hostname: string;
	readonly address?: string;
}

/** An address that a packet capture shows, with the first packet of each use. */
export interface CapturedAddress extends Observed {
	readonly address: string;
	/** From ARP. */
	readonly mac?: string;
	/** Where it sent to, for packets. */
	readonly sentTo?: { readonly address: string; readonly port?: number };
}

/** A command that somebody typed, in a transcript. */
export interface CommandLine extends Observed {
	readonly text: string;
}

export function noObservations(): Observations {
	return {
		netns: [],
		interfaces: [],
		addresses: [],
		containers: [],
		sandboxes: [],
		networks: [],
		endpoints: [],
		peers: [],
		services: [],
		tasks: [],
		virtualIps: [],
		balanced: [],
		taskEndpoints: [],
		translations: [],
		marks: [],
		virtualServices: [],
		sockets: [],
		ports: [],
		routes: [],
		policyRules: [],
		neighbours: [],
		unanswered: [],
		fdb: [],
		vlans: [],
		settings: [],
		connections: [],
		nodes: [],
		captured: [],
		commands: [],
	};
}
