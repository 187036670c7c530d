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
	readonly translations: Translation[];
	readonly marks: MarkRule[];
	readonly virtualServices: VirtualServiceRow[];
	readonly sockets: SocketRow[];
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

/** The head of an interface. */
export interface InterfaceLine extends Observed {
	readonly index: number;
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
	/** Without `M-DOWN`, which is no flag of the kernel. */
	readonly flags: readonly string[];
	/** Why `M-DOWN` says nothing here, where it was printed. */
	readonly misprint?: string;
	readonly linkType?: string;
	/** `veth`, `vxlan`, `bridge` …, from `-d`. */
	readonly kind?: string;
	readonly vxlanId?: number;
	readonly vlanId?: number;
}

/** An address on an interface. */
export interface AddressLine extends Observed {
	readonly interface: string;
	readonly family: 4 | 6;
	readonly address: string;
	readonly length: number;
	readonly kernelScope?: string;
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
	readonly target: "DNAT" | "SNAT" | "REDIRECT" | "MASQUERADE";
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
		translations: [],
		marks: [],
		virtualServices: [],
		sockets: [],
		captured: [],
		commands: [],
	};
}
