import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type Fact, fact, type Truth } from "./score.ts";

/*
 * What the recorded Swarm was: the interfaces at which each flow's first packet was seen, one after the other, the
 * containers and their sandboxes (truth.json), ports and addresses as the kernel's own tables list them, and what the
 * engine says of services and marks. As with the other cases, read by plain expressions.
 */

interface Hop {
	readonly node: string;
	readonly namespace: string;
	readonly interface: string;
	readonly dst: string;
	readonly vni?: number;
}

interface Container {
	readonly node: string;
	readonly id: string;
	readonly sandbox: string;
	readonly nets: Readonly<Record<string, { readonly ip: string; readonly mac: string }>>;
}

interface Recorded {
	readonly containers: Readonly<Record<string, Container>>;
	readonly flows: readonly {
		readonly forward_first_packet?: readonly Hop[];
		readonly reply_first_packet?: readonly Hop[];
	}[];
}

interface Network {
	readonly Name: string;
	readonly Id: string;
	readonly Services?: Readonly<Record<string, { readonly VIP: string; readonly LocalLBIndex: number }>>;
}

const netnsId = (node: string, name: string): string => `${node}/netns/${name}`;
const interfaceId = (node: string, name: string, link: string): string =>
	`${netnsId(node, name)}/interface/${link}`;

/** The truth of the Swarm; `root` holds the folders of its nodes. */
export function swarmTruth(root: string): Truth {
	const recorded = JSON.parse(readFileSync(`${root}/truth.json`, "utf8")) as Recorded;
	const nodes = readdirSync(root).filter((name) => existsSync(`${root}/${name}/saved/ns`));
	const facts: Fact[] = [];
	const peers = new Map<string, string>();
	const enslaved = new Map<string, string>();
	const addresses = new Map<string, Set<string>>();
	const macs = new Map<string, string>();
	const tunnels = new Set<string>();
	const known = new Set<string>();

	for (const node of nodes) {
		for (const name of ["host", ...readdirSync(`${root}/${node}/saved/ns`)]) {
			const folder = `${root}/${node}/saved/${name === "host" ? name : `ns/${name}`}`;
			const read = (file: string): string =>
				existsSync(`${folder}/${file}.txt`) ? readFileSync(`${folder}/${file}.txt`, "utf8") : "";
			facts.push(fact("contains", node, netnsId(node, name)));
			known.add(netnsId(node, name));
			for (const [, port, bridge] of read("bridge_fdb_show").matchAll(
				/^\S+ dev (\S+) (?:vlan \d+ )?master (\S+) permanent/gm,
			)) {
				if (port !== bridge) enslaved.set(interfaceId(node, name, port!), interfaceId(node, name, bridge!));
			}
			for (const [, address, link] of read("ip_route_show_table_all").matchAll(
				/^local ([0-9a-f.:]+) dev (\S+) table local /gm,
			)) {
				const id = `${netnsId(node, name)}/address/${address}`;
				addresses.set(id, (addresses.get(id) ?? new Set()).add(interfaceId(node, name, link!)));
			}
			for (const [, link, mac] of read("ip_link").matchAll(
				/^\d+: ([^:@\s]+)[^\n]*\n {4}link\/ether (\S+)/gm,
			)) {
				macs.set(`${node} ${mac}`, interfaceId(node, name, link!));
			}
		}
	}
	for (const flow of recorded.flows) {
		for (const hops of [flow.forward_first_packet ?? [], flow.reply_first_packet ?? []]) {
			for (const [at, hop] of hops.entries()) {
				const next = hops[at + 1];
				if (next === undefined) continue;
				const [a, b] = [hop, next].map((each) => interfaceId(each.node, each.namespace, each.interface)) as [
					string,
					string,
				];
				if (hop.node !== next.node) {
					const before = hops.slice(0, at + 1).findLast(({ interface: name }) => name === "vxlan0");
					const after = hops.slice(at + 1).find(({ interface: name }) => name === "vxlan0");
					if (hop.vni === undefined || before === undefined || after === undefined) continue;
					tunnels.add(
						[before, after].map((each) => `${netnsId(each.node, each.namespace)}/vtep/vxlan0`).join(" "),
					);
				} else if (hop.namespace !== next.namespace && hop.vni === undefined && next.vni === undefined) {
					peers.set(a, b).set(b, a);
				}
			}
		}
	}
	for (const [port, bridge] of enslaved) facts.push(fact("enslaved-to", port, bridge));
	for (const [one, two] of peers) facts.push(fact("veth-peer", one, two));
	for (const [address, owners] of addresses)
		for (const owner of owners) facts.push(fact("has-address", owner, address));
	for (const pair of tunnels) {
		const [from, to] = pair.split(" ") as [string, string];
		facts.push(fact("tunnel", from, to));
	}

	const networks = new Map<string, string>();
	const marks = new Map<string, string>();
	for (const node of nodes) {
		for (const file of readdirSync(`${root}/${node}/saved/docker`).filter((name) =>
			name.startsWith("docker_network_inspect_"),
		)) {
			const text = readFileSync(`${root}/${node}/saved/docker/${file}`, "utf8");
			if (!text.startsWith("[\n")) continue;
			for (const network of JSON.parse(text) as Network[]) {
				if (network.Id.length === 25) networks.set(network.Name, `network/${network.Id}`);
				for (const { VIP, LocalLBIndex } of Object.values(network.Services ?? {})) {
					if (LocalLBIndex === 0) continue;
					const balancer = network.Name === "ingress" ? "ingress_sbox" : `lb_${network.Id.slice(0, 9)}`;
					const ipvs = `${netnsId(node, balancer)}/ipvs/fwmark ${LocalLBIndex}`;
					marks.set(`network/${network.Id}/vip/${VIP} ${balancer} ${node}`, ipvs);
				}
			}
		}
	}
	for (const [key, ipvs] of marks) facts.push(fact("marks", key.split(" ")[0]!, ipvs));
	const members = new Map<string, string>();
	const sandboxes = new Map<string, string>();
	const tasks = new Map<string, string>();
	const turned = new Map<string, string>();
	for (const [name, { node, id, sandbox, nets }] of Object.entries(recorded.containers)) {
		const container = `${node}/container/${id.slice(0, 12)}`;
		sandboxes.set(container, netnsId(node, sandbox));
		const [service, , task] = name.split(".") as [string, string, string];
		tasks.set(container, `service/${service}/task/${task.slice(0, 12)}`);
		facts.push(fact("same-entity", container, netnsId(node, sandbox)));
		facts.push(fact("backs", container, tasks.get(container)!));
		facts.push(fact("backs", tasks.get(container)!, `service/${service}`));
		// The flows come to a container in the ingress network at the published port, and leave it by its own.
		if (nets.ingress !== undefined) {
			const netns = netnsId(node, sandbox);
			const { ip } = nets.ingress;
			turned.set(`${netns}/published-port/tcp/${ip}:8080`, `${netns}/address/${ip}`);
		}
		for (const [network, { mac }] of Object.entries(nets)) {
			const link = macs.get(`${node} ${mac}`);
			if (link !== undefined) members.set(link, networks.get(network)!);
		}
	}
	for (const [link, network] of members) facts.push(fact("attached-to-network", link, network));
	for (const node of nodes) {
		const port = `${node}/published-port/tcp/8080`;
		turned.set(port, `${netnsId(node, "ingress_sbox")}/address/172.18.0.2`);
		facts.push(fact("backs", port, "service/vote"));
	}
	for (const [port, address] of turned) facts.push(fact("nat-to", port, address));
	// One LAN of the three nodes.
	for (const node of nodes) {
		const text = `the LAN 192.168.99.0/24 of ${node}`;
		const start = `in-subnet ${netnsId(node, "host")}/address/192.168.99.`;
		const holds = (edges: ReadonlySet<string>): boolean =>
			[...edges].some((id) => id.startsWith(start) && id.endsWith(" → lan/192.168.99.0/24"));
		facts.push({ kind: "in-subnet", text, holds });
	}

	/** The task's address on whatever node. */
	const servers = new Map<string, string>();
	for (const { node, sandbox, nets } of Object.values(recorded.containers)) {
		for (const { ip } of Object.values(nets)) servers.set(ip, `${netnsId(node, sandbox)}/address/${ip}`);
	}
	return {
		facts,
		judge({ kind, from, to }) {
			switch (kind) {
				case "contains":
					return /^[^/]+\/netns\/[^/]+$/.test(to) ? known.has(to) : undefined;
				case "enslaved-to":
					return enslaved.get(from) === to;
				case "veth-peer":
					return peers.has(from) || peers.has(to) ? peers.get(from) === to : undefined;
				case "has-address":
					return addresses.has(to) ? addresses.get(to)!.has(from) : undefined;
				case "tunnel":
					if (/\/(?:remote|peer)\//.test(to)) return !sameHost(from, to, addresses);
					return tunnels.has(`${from} ${to}`) || tunnels.has(`${to} ${from}`) ? true : crossesHosts(from, to);
				case "attached-to-network":
					return members.has(from) && to.startsWith("network/") ? members.get(from) === to : undefined;
				case "marks": {
					const right = [...marks].filter(([key]) => key.startsWith(`${from} `)).map(([, ipvs]) => ipvs);
					const here = right.filter((ipvs) => ipvs.split("/ipvs/")[0] === to.split("/ipvs/")[0]);
					return here.length === 0 ? undefined : here.includes(to);
				}
				case "nat-to":
					return turned.get(from) === to;
				case "backs":
					return tasks.has(from) ? tasks.get(from) === to : undefined;
				case "same-entity": {
					if (sandboxes.has(from)) return sandboxes.get(from) === to;
					const server = /\/real-server\/(.*):\d+$/.exec(from)?.[1];
					return server === undefined || !servers.has(server) ? undefined : servers.get(server) === to;
				}
				default:
					return undefined;
			}
		},
	};
}

/** Overlays of one network on two nodes: the worst that a tunnel between VTEPs can be is one within a node. */
function crossesHosts(from: string, to: string): boolean | undefined {
	const [a, b] = [from, to].map((id) => id.split("/")) as [string[], string[]];
	return a[0] === b[0] || a[2] !== b[2] ? false : undefined;
}

/** A tunnel to an address of the node itself. */
function sameHost(from: string, to: string, addresses: ReadonlyMap<string, unknown>): boolean {
	return addresses.has(`${from.split("/")[0]}/netns/host/address/${to.slice(to.lastIndexOf("/") + 1)}`);
}
