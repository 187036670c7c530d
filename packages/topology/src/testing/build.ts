import { bridgeName, macOfIpv4, sandboxNetns } from "@netfossil/docker";
import { lanOf, Machine, type Netns, on } from "./machine.ts";
import type {
	ModelAddress,
	ModelContainer,
	ModelEndpoint,
	ModelHost,
	ModelLocalNetwork,
	ModelNetwork,
	ModelOverlay,
	ModelService,
} from "./model.ts";
import { hexId, nthAddress } from "./names.ts";
import type { HostPlan, NetworkPlan } from "./plan.ts";
import { joinSwarm } from "./swarm.ts";

/** A host with its engine, as they are set up. */
export interface Built {
	readonly machine: Machine;
	readonly address: string;
	readonly restarts: number;
	readonly networks: ModelLocalNetwork[];
	readonly containers: ModelContainer[];
	readonly endpoints: ModelEndpoint[];
}

/** Hosts of a site, at most. */
const SITE = 32;

/** The VXLAN of the hosts' own, and its port. */
export const OWN_VNI = 42;

/** Sets a network up. The same plan gives the same network. */
export function build(plan: NetworkPlan): ModelNetwork {
	const { restarts = 0, site = 0 } = plan;
	const built = plan.hosts.map((host, at) => setUp(host, SITE * site + at, restarts));
	joinLans(built);
	joinVxlan(built);
	const overlays: ModelOverlay[] = [];
	const services: ModelService[] = [];
	if (plan.swarm !== undefined) joinSwarm(plan.swarm, site, built, overlays, services);
	const hosts = built.map((host, number): ModelHost => {
		const { machine, networks, containers, endpoints } = host;
		const role = plan.swarm === undefined ? "alone" : number === 0 ? "manager" : "worker";
		return {
			name: machine.name,
			address: host.address,
			naming: machine.naming,
			namespaces: machine.namespaces,
			...(networks.length > 0 && { engine: { role, networks, containers, endpoints } }),
		};
	});
	return { hosts, overlays, services };
}

function setUp(plan: HostPlan, number: number, restarts: number): Built {
	const machine = new Machine(plan.name, number, plan.naming);
	const { own } = machine;
	const site = Math.floor(number / SITE);
	const address = (lan: number): string => `192.168.${10 + 10 * site + lan}.${101 + number}`;
	const uplink = plan.bonded === true ? "bond0" : "eth0";
	const addressesOn = (v4: string, lan: string): ModelAddress[] => {
		if (plan.ipv6 !== true) return on(v4, 24);
		const host = (1 + number).toString(16);
		// What stands on one card has its MAC, and so the same link-local address.
		return [...on(v4, 24), ...on(`2001:db8:${1 + site}:${lan}::${host}`, 64), ...on(`fe80::${host}`, 64)];
	};
	if (plan.ipv6 === true) {
		const lo = own.links[0]!;
		lo.addresses = [...lo.addresses, ...on("::1", 128)];
	}
	for (const [card, lan] of plan.lans.entries()) {
		const mac = `52:54:00:${hex(lan)}:${hex(number)}:${hex(card)}`;
		const addresses = addressesOn(address(lan), `${1 + lan}`);
		const leads = { mac, lan: `lan${site}${lan}` };
		const name = card === 0 ? uplink : `eth${card}`;
		const port = card === 0 && plan.bridgedCard ? { master: "br-lan" } : { addresses };
		if (name === "bond0") {
			own.add("bond0", "bond", { mac, ...port });
			for (const slave of ["ens1", "ens2"]) own.add(slave, "card", { ...leads, master: "bond0" });
		} else own.add(name, "card", { ...leads, ...port });
		if (port.master !== undefined) own.add("br-lan", "bridge", { mac, addresses });
	}
	for (const id of plan.vlans) {
		const first = 200 + 10 * site + plan.lans[0]!;
		const addresses = addressesOn(`10.${first}.${id}.${1 + number}`, `${1 + plan.lans[0]!}${id}`);
		const { mac } = own.link(uplink);
		own.add(`${uplink}.${id}`, "vlan", { mac, addresses, vlan: { id, lower: uplink } });
	}
	namespaces(machine, plan);
	const built = {
		machine,
		address: address(plan.lans[0]!),
		restarts,
		networks: [],
		containers: [],
		endpoints: [],
	};
	if (plan.vxlan) own.add("vx42", "vxlan", { master: "brvx", vxlan: { id: OWN_VNI, local: built.address } });
	if (plan.vxlan)
		own.add("brvx", "bridge", { mtu: 1450, addresses: on(nthAddress("10.42.0.1", number), 24) });
	machine.skip(1000 * restarts);
	if (plan.networks.length > 0) engine(built, plan);
	return built;
}

const hex = (number: number): string => number.toString(16).padStart(2, "0");

/** Namespaces that somebody made by hand. */
function namespaces(machine: Machine, plan: HostPlan): void {
	const { own, number } = machine;
	const bridged = `10.${50 + number}.0.0`;
	if (plan.namespaces.some((each) => each.bridged))
		own.add("br0", "bridge", { addresses: on(nthAddress(bridged, 1), 24) });
	for (const [at, each] of plan.namespaces.entries()) {
		const netns = machine.netns(`web${at}`, false);
		if (each.bridged) {
			const addresses = on(nthAddress(bridged, 2 + at), 24);
			machine.veth(own, `veth${at}`, { master: "br0" }, netns, "eth0", { addresses });
		} else {
			const subnet = `10.${50 + number}.${1 + at}.0`;
			const near = { addresses: on(nthAddress(subnet, 1), 30) };
			machine.veth(own, `veth${at}`, near, netns, "eth0", { addresses: on(nthAddress(subnet, 2), 30) });
		}
	}
}

/** The engine with its networks; each host's have the same subnets. */
function engine(built: Built, plan: HostPlan): void {
	const { machine, networks } = built;
	for (const driver of ["host", "null"] as const) {
		const name = driver === "null" ? "none" : driver;
		networks.push({ name, id: hexId(`network ${machine.number} ${name}`), driver });
	}
	for (const [at, containers] of plan.networks.entries()) {
		const name = at === 0 ? "bridge" : `net${at}`;
		const first = at === 0 ? "172.17.0.0" : `172.${19 + at}.0.0`;
		const network = localNetwork(built, name, first, at === 0 ? "docker0" : undefined);
		for (const [slot, ports] of containers.entries()) {
			const title = `${name}-${slot}`;
			const container = startContainer(built, title, "nginx:alpine");
			const address = nthAddress(first, 2 + slot);
			const netns = machine.netns(sandboxNetns(container.sandbox), true);
			plugIn(built, netns, "eth0", network, { key: container.id, name: title }, address);
			for (let port = 0; port < ports; port++) {
				machine.own.rules.push({
					type: "publish",
					chain: "DOCKER",
					bridge: network.bridge!,
					port: 20000 + at * 5000 + slot * 10 + port,
					to: address,
					toPort: 80 + port,
					netns: netns.name,
				});
			}
		}
	}
}

/** A bridge network, with its bridge. */
export function localNetwork(built: Built, name: string, first: string, bridge?: string): ModelLocalNetwork {
	const { machine, networks } = built;
	const id = hexId(`network ${machine.number} ${name}`);
	const gateway = nthAddress(first, 1);
	const network = {
		name,
		id,
		driver: "bridge",
		subnet: `${first}/16`,
		gateway,
		bridge: bridge ?? bridgeName(id),
	} as const;
	networks.push(network);
	machine.own.add(network.bridge, "bridge", { addresses: on(gateway, 16) });
	machine.own.rules.push({ type: "masquerade", subnet: network.subnet, bridge: network.bridge });
	return network;
}

/** What is drawn anew when docker starts again. */
export const again = ({ restarts }: Built): string => (restarts === 0 ? "" : ` again ${restarts}`);

export function startContainer(built: Built, name: string, image: string): ModelContainer {
	const seed = `${built.machine.number} ${built.containers.length}${again(built)}`;
	const container = { id: hexId(`container ${seed}`), name, image, sandbox: hexId(`sandbox ${seed}`) };
	built.containers.push(container);
	return container;
}

/** Gives a namespace a leg on a bridge network. */
export function plugIn(
	built: Built,
	netns: Netns,
	link: string,
	network: ModelLocalNetwork,
	{ key, name }: { readonly key: string; readonly name: string },
	address: string,
): void {
	const { machine, endpoints } = built;
	const id = hexId(`endpoint ${machine.number} ${endpoints.length}${again(built)}`);
	const mac = macOfIpv4(address)!;
	const far = { mac, addresses: on(address, 16) };
	machine.veth(machine.own, `veth${id.slice(0, 7)}`, { master: network.bridge! }, netns, link, far);
	endpoints.push({ network: network.id, key, name, id, netns: netns.name, link, mac, address, length: 16 });
}

/** Hosts on one LAN know each other. */
function joinLans(built: readonly Built[]): void {
	const legs = built.flatMap(({ machine }) =>
		machine.own.links.flatMap((link) => {
			const lan = lanOf(machine.own, link);
			return link.addresses.flatMap(({ address }) =>
				lan === undefined ? [] : [{ machine, link, address, lan }],
			);
		}),
	);
	for (const leg of legs) {
		for (const other of legs) {
			if (other.lan !== leg.lan || other.machine === leg.machine) continue;
			leg.machine.own.neighbours.push({ address: other.address, dev: leg.link.name, mac: other.link.mac });
		}
	}
}

/** The hosts' own VXLAN floods to each of the others, and has learned where their bridges are. */
function joinVxlan(built: readonly Built[]): void {
	const members = built.filter(({ machine }) => machine.own.links.some(({ name }) => name === "vx42"));
	for (const { machine } of members) {
		for (const other of members) {
			if (other.machine === machine) continue;
			machine.own.forwarded.push({ dev: "vx42", mac: "00:00:00:00:00:00", to: other.address });
			const { mac } = other.machine.own.link("brvx");
			machine.own.forwarded.push({ dev: "vx42", mac, to: other.address });
		}
	}
}
