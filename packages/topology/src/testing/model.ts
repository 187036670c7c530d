/** A whole network as it is: what its machines would print, and what a reconstruction has to find, follow from it. */
export interface ModelNetwork {
	readonly hosts: readonly ModelHost[];
	/** The overlays of the swarm; the first is the ingress network. Without a swarm there are none. */
	readonly overlays: readonly ModelOverlay[];
	readonly services: readonly ModelService[];
}

export interface ModelHost {
	readonly name: string;
	/** Its address where the other hosts reach it: the underlay of its tunnels. */
	readonly address: string;
	/**
	 * How its `ip` says where the other end of a link is. `names`: `link-netns web`, as where the namespace has a
	 * file in /run/netns. `numbers`: `link-netnsid 3`, which nothing but `ip netns` resolves.
	 */
	readonly naming: "names" | "numbers";
	/** The first one is its own, `host`. */
	readonly namespaces: readonly ModelNetns[];
	/** Present where it runs docker. */
	readonly engine?: ModelEngine;
}

export interface ModelNetns {
	readonly name: string;
	/** Its file is docker's: in /var/run/docker/netns. */
	readonly docker?: true;
	readonly links: readonly ModelLink[];
	readonly neighbours: readonly ModelNeighbour[];
	readonly forwarded: readonly ModelForward[];
	readonly rules: readonly ModelRule[];
	readonly balanced: readonly ModelBalanced[];
}

export interface ModelLink {
	readonly name: string;
	readonly index: number;
	readonly mac: string;
	readonly mtu: number;
	readonly kind: "loopback" | "card" | "bond" | "veth" | "bridge" | "vlan" | "vxlan";
	readonly addresses: readonly ModelAddress[];
	/** The bridge that it is a port of. */
	readonly master?: string;
	/** The other end of a veth. */
	readonly peer?: { readonly netns: string; readonly name: string; readonly index: number };
	readonly vlan?: { readonly id: number; readonly lower: string };
	/** Of a VTEP; `local` where its device was given one. */
	readonly vxlan?: { readonly id: number; readonly local?: string };
	/** The LAN that it leads to: its card is plugged in there. */
	readonly lan?: string;
}

export interface ModelAddress {
	readonly address: string;
	readonly length: number;
}

export interface ModelNeighbour extends Pick<ModelForward, "dev" | "mac"> {
	readonly address: string;
}

/** An entry of a VTEP's forwarding table: where packets for a MAC go. */
export interface ModelForward {
	readonly dev: string;
	readonly mac: string;
	/** The address of the host behind which it is. */
	readonly to: string;
}

/** A rule of iptables. */
export type ModelRule =
	| {
			readonly type: "publish";
			readonly chain: "DOCKER" | "DOCKER-INGRESS";
			/** Not from here. */
			readonly bridge?: string;
			readonly port: number;
			readonly to: string;
			readonly toPort: number;
			/** The namespace that it turns to, and the service that it is for. */
			readonly netns: string;
			readonly service?: string;
	  }
	| { readonly type: "mark-port"; readonly port: number; readonly mark: number }
	| {
			readonly type: "mark-address";
			readonly address: string;
			readonly overlay: string;
			readonly mark: number;
	  }
	| { readonly type: "redirect"; readonly address: string; readonly port: number; readonly toPort: number }
	| { readonly type: "masquerade"; readonly subnet: string; readonly bridge: string }
	| { readonly type: "balance"; readonly subnet: string; readonly address: string };

/** A service of IPVS, by its firewall mark. */
export interface ModelBalanced {
	readonly mark: number;
	readonly service: string;
	readonly servers: readonly { readonly address: string; readonly host: string; readonly netns: string }[];
}

export interface ModelEngine {
	/** `manager`: it is asked for the services and nodes of the swarm. */
	readonly role: "alone" | "worker" | "manager";
	readonly networks: readonly ModelLocalNetwork[];
	readonly containers: readonly ModelContainer[];
	/** The ends of containers and of docker's own namespaces in networks. */
	readonly endpoints: readonly ModelEndpoint[];
}

export interface ModelLocalNetwork {
	readonly name: string;
	readonly id: string;
	readonly driver: "bridge" | "host" | "null";
	/** Of a bridge network. */
	readonly subnet?: string;
	readonly gateway?: string;
	readonly bridge?: string;
}

export interface ModelContainer {
	readonly id: string;
	readonly name: string;
	readonly image: string;
	readonly sandbox: string;
}

export interface ModelEndpoint {
	/** The id of the network. */
	readonly network: string;
	/** The container's id, or what docker calls its own namespace: `ingress-sbox`. */
	readonly key: string;
	readonly name: string;
	readonly id: string;
	readonly netns: string;
	readonly link: string;
	readonly mac: string;
	readonly address: string;
	readonly length: number;
}

export interface ModelOverlay {
	readonly name: string;
	readonly id: string;
	readonly vni: number;
	readonly subnet: string;
	readonly gateway: string;
	readonly ingress: boolean;
	readonly encrypted: boolean;
	/** The names of the hosts that have a namespace of it. */
	readonly members: readonly string[];
	/** The mark of each service on each host: `HOST SERVICE`. */
	readonly marks: ReadonlyMap<string, number>;
}

export interface ModelService {
	readonly name: string;
	readonly id: string;
	readonly image: string;
	readonly port?: { readonly published: number; readonly target: number };
	/** By the id of the overlay. */
	readonly addresses: ReadonlyMap<string, string>;
	readonly tasks: readonly ModelTask[];
}

export interface ModelTask {
	readonly id: string;
	readonly slot: number;
	readonly host: string;
	readonly container: string;
	/** The name of the container's namespace. */
	readonly sandbox: string;
	/** By the id of the overlay. */
	readonly addresses: ReadonlyMap<string, string>;
}
