import { networkOf } from "@netfossil/core";
import { bridgeName, overlayNetns } from "@netfossil/docker";
import { SYMMETRIC } from "../graph.ts";
import {
	addressId,
	containerId,
	endpointId,
	hostId,
	interfaceId,
	ipvsServiceId,
	lanId,
	localNetworkId,
	netnsId,
	overlayId,
	publishedPortId,
	realServerId,
	remoteVtepId,
	serviceId,
	subnetId,
	taskId,
	vipId,
	vtepId,
} from "../ids.ts";
import type { EdgeKind } from "../model.ts";
import { lanOf } from "./machine.ts";
import type { ModelEngine, ModelHost, ModelLink, ModelNetns, ModelNetwork } from "./model.ts";

/** The ids of the edges that a topology of a network has: all that holds in it, when every dump was saved. */
export function edgesOf(network: ModelNetwork): Set<string> {
	return new Truth(network).edges;
}

/**
 * What follows from edges, and a topology says in one step where it lacks the steps between: that a namespace has an
 * address, though no dump shows on which interface; that a real server is a task, whose namespace nobody saved.
 */
export function shortcutsOf(edges: Iterable<string>): Set<string> {
	const shortcuts = new Set<string>();
	const servers: (readonly [server: string, netns: string])[] = [];
	const containers = new Map<string, string>();
	const tasks = new Map<string, string>();
	for (const edge of edges) {
		const [kind, from, to] = edge.replace(" → ", " ").split(/ (?!\d)/) as [EdgeKind, string, string];
		const netns = to.slice(0, to.lastIndexOf("/address/"));
		if (kind === "has-address") shortcuts.add(`contains ${netns} → ${to}`);
		if (kind === "same-entity" && from.includes("/real-server/")) servers.push([from, netns]);
		if (kind === "same-entity" && from.includes("/container/")) containers.set(to, from);
		if (kind === "backs" && from.includes("/container/")) tasks.set(from, to);
	}
	for (const [server, netns] of servers) {
		const task = tasks.get(containers.get(netns) ?? "");
		if (task !== undefined) shortcuts.add(`same-entity ${server} → ${task}`);
	}
	return shortcuts;
}

class Truth {
	readonly edges = new Set<string>();
	readonly #network: ModelNetwork;

	constructor(network: ModelNetwork) {
		this.#network = network;
		for (const host of network.hosts) {
			for (const netns of host.namespaces) {
				this.#contains(hostId(host.name), netnsId(host.name, netns.name));
				for (const link of netns.links) this.#link(host, netns, link);
				this.#rules(host, netns);
				this.#balanced(host, netns);
			}
			this.#tunnels(host);
			if (host.engine !== undefined) this.#engine(host, host.engine);
		}
		this.#overlays();
		this.#services();
	}

	#add(kind: EdgeKind, from: string, to: string): void {
		const [a, b] = SYMMETRIC.has(kind) && to < from ? [to, from] : [from, to];
		this.edges.add(`${kind} ${a} → ${b}`);
	}

	#contains(from: string, to: string): void {
		this.#add("contains", from, to);
	}

	#link(host: ModelHost, netns: ModelNetns, link: ModelLink): void {
		const where = netnsId(host.name, netns.name);
		const id = interfaceId(where, link.name);
		this.#contains(where, id);
		if (link.master !== undefined) this.#add("enslaved-to", id, interfaceId(where, link.master));
		if (link.vlan !== undefined) this.#add("lower-device", id, interfaceId(where, link.vlan.lower));
		if (link.vxlan !== undefined) this.#add("same-entity", vtepId(where, link.name), id);
		if (link.peer !== undefined) {
			const { netns: far, name } = link.peer;
			this.#add("veth-peer", id, interfaceId(netnsId(host.name, far), name));
		}
		for (const { address, length } of link.addresses) {
			this.#add("has-address", id, addressId(where, address));
			if (lanOf(netns, link) !== undefined && !address.startsWith("fe80:"))
				this.#add("in-subnet", addressId(where, address), lanId(networkOf(address, length)));
		}
	}

	#rules(host: ModelHost, netns: ModelNetns): void {
		const where = netnsId(host.name, netns.name);
		for (const rule of netns.rules) {
			switch (rule.type) {
				case "publish": {
					const port = publishedPortId(hostId(host.name), "tcp", rule.port);
					this.#contains(hostId(host.name), port);
					this.#add("nat-to", port, addressId(netnsId(host.name, rule.netns), rule.to));
					if (rule.service !== undefined) this.#add("backs", port, serviceId(rule.service));
					break;
				}
				case "redirect": {
					const port = publishedPortId(where, "tcp", rule.port, rule.address);
					this.#contains(where, port);
					this.#add("nat-to", port, addressId(where, rule.address));
					break;
				}
				case "mark-port": {
					const port = publishedPortId(hostId(host.name), "tcp", rule.port);
					this.#add("marks", port, ipvsServiceId(where, `fwmark ${rule.mark}`));
					break;
				}
				case "mark-address": {
					const vip = vipId(overlayId(rule.overlay), rule.address);
					this.#add("marks", vip, ipvsServiceId(where, `fwmark ${rule.mark}`));
					// Since 18.09 the address stands on the leg of the namespace that balances.
					this.#add("same-entity", addressId(where, rule.address), vip);
					break;
				}
			}
		}
	}

	#balanced(host: ModelHost, netns: ModelNetns): void {
		const where = netnsId(host.name, netns.name);
		for (const { mark, service, servers } of netns.balanced) {
			const id = ipvsServiceId(where, `fwmark ${mark}`);
			this.#contains(where, id);
			this.#add("backs", id, serviceId(service));
			for (const { address, host: there, netns: sandbox } of servers) {
				const server = realServerId(id, `${address}:0`);
				this.#add("balances-to", id, server);
				this.#add("same-entity", server, addressId(netnsId(there, sandbox), address));
			}
		}
	}

	/** What the forwarding tables of its VTEPs send to. */
	#tunnels(host: ModelHost): void {
		for (const netns of host.namespaces) {
			const where = netnsId(host.name, netns.name);
			for (const { dev, to } of netns.forwarded) {
				const vtep = vtepId(where, dev);
				const remote = remoteVtepId(vtep, to);
				const there = this.#network.hosts.find(({ address }) => address === to)!;
				const far = vtepId(netnsId(there.name, netns.name), dev);
				this.#add("tunnel", vtep, remote);
				this.#add("tunnel", vtep, far);
				this.#add("same-entity", remote, far);
				if (this.#onLan(host, to))
					this.#add("same-entity", remote, addressId(netnsId(there.name, "host"), to));
			}
		}
	}

	/** Whether a host has a leg in the LAN of an address. */
	#onLan(host: ModelHost, address: string): boolean {
		const [own] = host.namespaces;
		return own!.links.some(
			(link) =>
				lanOf(own!, link) !== undefined &&
				link.addresses.some(
					(each) => networkOf(each.address, each.length) === networkOf(address, each.length),
				),
		);
	}

	#engine(host: ModelHost, engine: ModelEngine): void {
		const at = hostId(host.name);
		const own = netnsId(host.name, "host");
		for (const network of engine.networks) {
			const id = localNetworkId(at, network.name);
			this.#contains(at, id);
			if (network.subnet === undefined) continue;
			const subnet = subnetId(id, network.subnet);
			this.#add("in-subnet", subnet, id);
			this.#add("in-subnet", addressId(own, network.gateway!), subnet);
			this.#add("attached-to-network", interfaceId(own, network.bridge ?? bridgeName(network.id)), id);
		}
		for (const { id, sandbox } of engine.containers) {
			this.#contains(at, containerId(at, id.slice(0, 12)));
			this.#add("same-entity", containerId(at, id.slice(0, 12)), netnsId(at, sandbox.slice(0, 12)));
		}
		for (const each of engine.endpoints) {
			const network = this.#networkNode(host, engine, each.network);
			const endpoint = endpointId(network, host.name, each.key);
			const where = netnsId(host.name, each.netns);
			this.#add("attached-to-network", endpoint, network);
			this.#add("attached-to-network", interfaceId(where, each.link), network);
			this.#add("same-entity", endpoint, interfaceId(where, each.link));
			const subnet = subnetId(network, networkOf(each.address, each.length));
			this.#add("in-subnet", addressId(where, each.address), subnet);
			if (engine.containers.some(({ id }) => id === each.key))
				this.#contains(containerId(at, each.key.slice(0, 12)), endpoint);
		}
	}

	#networkNode(host: ModelHost, engine: ModelEngine, id: string): string {
		const local = engine.networks.find((each) => each.id === id);
		return local === undefined ? overlayId(id) : localNetworkId(hostId(host.name), local.name);
	}

	#overlays(): void {
		const { hosts, overlays, services } = this.#network;
		for (const overlay of overlays) {
			const id = overlayId(overlay.id);
			this.#add("in-subnet", subnetId(id, overlay.subnet), id);
			const members = hosts.filter(({ name }) => overlay.members.includes(name));
			for (const service of services) {
				const address = service.addresses.get(overlay.id);
				if (address === undefined) continue;
				this.#add("attached-to-network", vipId(id, address), id);
				this.#add("backs", vipId(id, address), serviceId(service.name));
			}
			for (const member of members) {
				const inside = netnsId(member.name, overlayNetns(overlay.id));
				const peer = `${id}/peer/${member.address}`;
				this.#add("attached-to-network", inside, id);
				this.#add("attached-to-network", interfaceId(inside, "br0"), id);
				this.#add("in-subnet", addressId(inside, overlay.gateway), subnetId(id, overlay.subnet));
				this.#add("attached-to-network", peer, id);
				this.#add("same-entity", peer, addressId(netnsId(member.name, "host"), member.address));
				this.#add("same-entity", peer, vtepId(inside, "vxlan0"));
				const balancer = member.namespaces.find(({ name }) => name === `lb_${overlay.id}`.slice(0, 12));
				if (balancer !== undefined) this.#add("attached-to-network", netnsId(member.name, balancer.name), id);
				for (const other of members) {
					if (other === member) continue;
					this.#add("tunnel", vtepId(inside, "vxlan0"), `${id}/peer/${other.address}`);
					const far = netnsId(other.name, overlayNetns(overlay.id));
					this.#add("tunnel", vtepId(inside, "vxlan0"), vtepId(far, "vxlan0"));
				}
			}
		}
	}

	#services(): void {
		for (const service of this.#network.services) {
			for (const { id, container, host } of service.tasks) {
				const task = taskId(serviceId(service.name), id);
				this.#add("backs", task, serviceId(service.name));
				this.#add("backs", containerId(hostId(host), container.slice(0, 12)), task);
			}
		}
	}
}
