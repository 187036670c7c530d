import {
	balancerEndpoint,
	balancerKey,
	balancerNetns,
	FIRST_MARK,
	FIRST_VXLAN_ID,
	GWBRIDGE,
	INGRESS_KEY,
	INGRESS_SBOX,
	macOfIpv4,
	overlayMtu,
	overlayNetns,
	sandboxNetns,
} from "@netfossil/docker";
import { again, type Built, localNetwork, plugIn, startContainer } from "./build.ts";
import { type Netns, on } from "./machine.ts";
import type { ModelLocalNetwork, ModelOverlay, ModelService, ModelTask } from "./model.ts";
import { hexId, nthAddress, swarmId } from "./names.ts";
import type { SwarmPlan } from "./plan.ts";

/** Overlays have 65 536 addresses, so that a large swarm fits. */
const LENGTH = 16;

/** An overlay that is being set up. */
interface Overlay extends ModelOverlay {
	readonly members: string[];
	readonly marks: Map<string, number>;
	readonly first: string;
	/** The number of the next address. */
	next: number;
	/** What is plugged in, by address, and on which node. */
	readonly plugged: { readonly address: string; readonly mac: string; readonly node: Node }[];
}

/** A node of the swarm that is being set up. */
interface Node extends Built {
	readonly gwbridge: ModelLocalNetwork;
	/** The namespaces of the overlays by the overlays' ids, and those that balance their services. */
	readonly inside: Map<string, Netns>;
	readonly balancers: Map<string, Netns>;
	legs: number;
	marks: number;
}

/** Makes nodes of a swarm of the hosts, as Docker from 18.09 on does; the tasks run. */
export function joinSwarm(
	plan: SwarmPlan,
	site: number,
	hosts: readonly Built[],
	overlays: ModelOverlay[],
	services: ModelService[],
): void {
	const restarts = hosts[0]?.restarts ?? 0;
	const made = Array.from({ length: plan.overlays + 1 }, (_, at) =>
		overlayOf(at, site, restarts, at > 0 && plan.encrypted === true),
	);
	const [ingress] = made as [Overlay];
	overlays.push(...made);
	const nodes = hosts.map((built): Node => {
		const gwbridge = localNetwork(built, GWBRIDGE, "172.18.0.0", GWBRIDGE);
		return { ...built, gwbridge, inside: new Map(), balancers: new Map(), legs: 0, marks: 0 };
	});
	for (const node of nodes) join(node, ingress);
	for (const [at, service] of plan.services.entries()) {
		const overlay = made[1 + service.overlay]!;
		const name = `svc${at}`;
		const networks = service.published ? [ingress, overlay] : [overlay];
		const addresses = new Map(networks.map((each) => [each.id, take(each)]));
		const image = `lab/${name}:v1`;
		const port = { published: 8000 + at, target: 80 };
		const tasks = service.tasks.map((host, slot) =>
			runTask(nodes[host]!, name, `${slot + 1}${siteOf(site)}`, slot + 1, image, networks, port),
		);
		const id = swarmId(`service ${at}${siteOf(site)}`);
		services.push({ name, id, image, ...(service.published && { port }), addresses, tasks });
	}
	for (const overlay of made) spread(overlay);
	// An engine gives a service its mark when it first hears of it.
	for (const service of services) for (const node of nodes) balance(node, service, made);
}

function overlayOf(at: number, site: number, restarts: number, encrypted: boolean): Overlay {
	const id = swarmId(`overlay ${at}${siteOf(site)}`);
	const first = at === 0 ? "10.255.0.0" : `10.${at}.0.0`;
	return {
		name: at === 0 ? "ingress" : `overlay${at}`,
		id,
		vni: FIRST_VXLAN_ID + at,
		first,
		subnet: `${first}/${LENGTH}`,
		gateway: nthAddress(first, 1),
		ingress: at === 0,
		encrypted,
		members: [],
		marks: new Map(),
		next: 2 + 1000 * restarts,
		plugged: [],
	};
}

const siteOf = (site: number): string => (site === 0 ? "" : ` of site ${site}`);

const take = (overlay: Overlay): string => nthAddress(overlay.first, overlay.next++);

/** The namespace of an overlay on a node, with what balances its services there; made for the first task. */
function join(node: Node, overlay: Overlay): Netns {
	const known = node.inside.get(overlay.id);
	if (known !== undefined) return known;
	const { machine } = node;
	const inside = machine.netns(overlayNetns(overlay.id), true);
	node.inside.set(overlay.id, inside);
	overlay.members.push(machine.name);
	const mtu = overlayMtu(overlay);
	inside.add("br0", "bridge", { mtu, addresses: on(overlay.gateway, LENGTH) });
	inside.add("vxlan0", "vxlan", { mtu, master: "br0", vxlan: { id: overlay.vni } });
	const balancer = machine.netns(overlay.ingress ? INGRESS_SBOX : balancerNetns(overlay.id), true);
	node.balancers.set(overlay.id, balancer);
	const key = overlay.ingress ? INGRESS_KEY : balancerKey(overlay.name);
	const own = plugOverlay(node, overlay, balancer, "eth0", { key, name: balancerEndpoint(overlay.name) });
	balancer.rules.push({ type: "balance", subnet: overlay.subnet, address: own });
	if (overlay.ingress) plugGateway(node, balancer, "eth1", INGRESS_KEY, `gateway_${INGRESS_KEY}`);
	return inside;
}

function plugOverlay(
	node: Node,
	overlay: Overlay,
	netns: Netns,
	link: string,
	{ key, name }: { readonly key: string; readonly name: string },
): string {
	const { machine, endpoints } = node;
	const address = take(overlay);
	const mac = macOfIpv4(address)!;
	const inside = join(node, overlay);
	const mtu = overlayMtu(overlay);
	const far = { mac, mtu, addresses: on(address, LENGTH) };
	const port = `veth${inside.links.length - 3 + 100 * node.restarts}`;
	machine.veth(inside, port, { mtu, master: "br0" }, netns, link, far);
	const id = hexId(`endpoint ${machine.number} ${endpoints.length}${again(node)}`);
	endpoints.push({
		network: overlay.id,
		key,
		name,
		id,
		netns: netns.name,
		link,
		mac,
		address,
		length: LENGTH,
	});
	overlay.plugged.push({ address, mac, node });
	return address;
}

function plugGateway(node: Node, netns: Netns, link: string, key: string, name: string): string {
	const address = nthAddress("172.18.0.0", 2 + node.legs++);
	plugIn(node, netns, link, node.gwbridge, { key, name }, address);
	return address;
}

function runTask(
	node: Node,
	service: string,
	seed: string,
	slot: number,
	image: string,
	networks: readonly Overlay[],
	port: { readonly published: number; readonly target: number },
): ModelTask {
	const id = swarmId(`task ${service} ${seed}${again(node)}`);
	const name = `${service}.${slot}.${id}`;
	const container = startContainer(node, name, image);
	for (const overlay of networks) join(node, overlay);
	const sandbox = sandboxNetns(container.sandbox);
	const netns = node.machine.netns(sandbox, true);
	const addresses = new Map<string, string>();
	for (const [at, overlay] of networks.entries()) {
		const address = plugOverlay(node, overlay, netns, `eth${at}`, { key: container.id, name });
		addresses.set(overlay.id, address);
		if (overlay.ingress)
			netns.rules.push({ type: "redirect", address, port: port.published, toPort: port.target });
	}
	plugGateway(node, netns, `eth${networks.length}`, container.id, `gateway_${sandbox}`);
	return { id, slot, host: node.machine.name, container: container.id, sandbox, addresses };
}

/** Every node knows where the other nodes' ends of an overlay are. */
function spread(overlay: Overlay): void {
	const nodes = new Set(overlay.plugged.map(({ node }) => node));
	for (const node of nodes) {
		const inside = node.inside.get(overlay.id)!;
		for (const { address, mac, node: there } of overlay.plugged) {
			if (there === node) continue;
			inside.forwarded.push({ dev: "vxlan0", mac, to: there.address });
			inside.neighbours.push({ address, dev: "vxlan0", mac });
		}
	}
}

/** On each node with a task in the network, and of the ingress network on all, IPVS balances the service. */
function balance(node: Node, service: ModelService, overlays: readonly Overlay[]): void {
	const here = overlays.filter(({ id }) => service.addresses.has(id) && node.balancers.has(id));
	for (const overlay of here) {
		// One mark a service on each node and network, counted by the engine.
		const mark = FIRST_MARK + node.marks++;
		overlay.marks.set(`${node.machine.name} ${service.name}`, mark);
		const address = service.addresses.get(overlay.id)!;
		const balancer = node.balancers.get(overlay.id)!;
		const [leg] = balancer.links.filter(({ name }) => name === "eth0");
		leg!.addresses = [...leg!.addresses, { address, length: 32 }];
		balancer.rules.push({ type: "mark-address", address, overlay: overlay.id, mark });
		if (overlay.ingress && service.port !== undefined)
			publish(node, balancer, service, service.port.published, mark);
		const servers = service.tasks.map((task) => ({
			address: task.addresses.get(overlay.id)!,
			host: task.host,
			netns: task.sandbox,
		}));
		balancer.balanced.push({ mark, service: service.name, servers });
	}
}

function publish(node: Node, balancer: Netns, { name }: ModelService, port: number, mark: number): void {
	balancer.rules.push({ type: "mark-port", port, mark });
	const to = balancer.link("eth1").addresses[0]!.address;
	const netns = balancer.name;
	node.machine.own.rules.push({
		type: "publish",
		chain: "DOCKER-INGRESS",
		port,
		to,
		toPort: port,
		netns,
		service: name,
	});
}
