/** What a network is made of, by counts: small enough to be drawn, shrunk and printed. */
export interface NetworkPlan {
	readonly hosts: readonly HostPlan[];
	readonly swarm?: SwarmPlan;
	/** How often docker was started again: its containers and tasks, their addresses and links are others each time. */
	readonly restarts?: number;
	/** Networks of other sites have other ids, cards and LANs, but the same subnets in docker, and services of the same names. */
	readonly site?: number;
}

export interface HostPlan {
	readonly name: string;
	/** The numbers of the LANs that it has a card in; the first is the way to the other hosts. */
	readonly lans: readonly number[];
	/** Whether the first card is a port of a bridge, which has the address. */
	readonly bridgedCard: boolean;
	/** Whether the first card is a bond of two. */
	readonly bonded?: boolean;
	/** Whether its cards and VLANs have IPv6 addresses too. */
	readonly ipv6?: boolean;
	readonly naming: "names" | "numbers";
	/** Namespaces, each with a veth to the host: into its bridge br0, or by itself. */
	readonly namespaces: readonly { readonly bridged: boolean }[];
	/** The ids of the VLANs on its first card. */
	readonly vlans: readonly number[];
	/** Whether it has a VTEP in the VXLAN that the hosts with one share. */
	readonly vxlan: boolean;
	/** Docker's bridge networks beside `bridge`, which is the first: how many ports each container publishes. */
	readonly networks: readonly (readonly number[])[];
}

export interface SwarmPlan {
	/** How many overlays there are beside the ingress network. */
	readonly overlays: number;
	/** Whether the overlays beside the ingress network are encrypted. */
	readonly encrypted?: boolean;
	readonly services: readonly ServicePlan[];
}

export interface ServicePlan {
	/** The overlay that it is in. */
	readonly overlay: number;
	readonly published: boolean;
	/** The host of each task. */
	readonly tasks: readonly number[];
}
