import { visible } from "@netfossil/core";
import { INGRESS_SBOX } from "@netfossil/docker";
import {
	type Attribute,
	type Edge,
	type Evidence,
	type Fact,
	type Node,
	type OnlyIn,
	type Topology,
	TYPED_COMMAND,
} from "../model.ts";
import { addressText, partText, proofText, View, valueText } from "./view.ts";

export interface TextOptions {
	/** Whether the file and line that prove it stand behind each fact; by default they do. */
	readonly evidence?: boolean;
	/** How parts of the text are set off; by default not at all. */
	readonly paint?: Paint;
}

/** Ways to set off parts of the text; each takes and gives text. */
export interface Paint {
	readonly heading: (text: string) => string;
	readonly evidence: (text: string) => string;
	readonly assumed: (text: string) => string;
	readonly command: (text: string) => string;
}

const plain: Paint = {
	heading: (text) => text,
	evidence: (text) => text,
	assumed: (text) => text,
	command: (text) => text,
};

const byName = (a: Node, b: Node): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** Interfaces in the kernel's order; those without an index last. */
const byIndex = (a: Node, b: Node): number => indexOf(a) - indexOf(b);
const indexOf = (node: Node): number => Number(node.attributes.index?.value ?? Number.MAX_SAFE_INTEGER);

const LEGEND =
	"[file:line +more] proves a fact; derived: joined by a unique key; assumed: a habit of Docker, the kernel or people";

/** More tunnels of one device, or candidates of a question, than this are counted. */
const MANY = 5;

/** The sign of a fact that rests on a habit. */
const ASSUMED = "(assumed)";

/** A line of the text and what stands below it. */
interface Item {
	readonly text: string;
	readonly fact?: Fact;
	readonly items?: readonly Item[];
}

/**
 * A topology for reading: the hosts as a tree, then networks and services with the path from a published port
 * or a virtual address to the tasks, then what is contradictory, undecided or missing.
 *
 * A fact that was joined by a unique key bears no sign, one that is assumed bears `(assumed)`; behind each
 * stands the file and line that proves it.
 */
export function toText(topology: Topology, options: TextOptions = {}): string {
	const writer = new TextWriter(new View(topology), options);
	return writer.write();
}

class TextWriter {
	readonly #view: View;
	readonly #evidence: boolean;
	readonly #paint: Paint;

	constructor(view: View, options: TextOptions) {
		this.#view = view;
		this.#evidence = options.evidence ?? true;
		this.#paint = options.paint ?? plain;
	}

	write(): string {
		const { topology } = this.#view;
		const sections: [string, readonly Item[]][] = [
			["HOSTS", this.#listed("host").map((host) => this.#host(host))],
			["LANS", this.#lans()],
			["NETWORKS", this.#networks().map((network) => this.#network(network))],
			["SERVICES", this.#services().map((service) => this.#service(service))],
			["OTHER PATHS", this.#otherPaths()],
			["OUTSIDE THE DUMPS", this.#view.nodes("external").map((external) => this.#external(external))],
			["CONFLICTS", topology.conflicts.map((conflict) => this.#conflict(conflict))],
			["CHANGED BETWEEN CAPTURES", this.#changes()],
			["UNDECIDED", topology.ambiguities.map((each) => this.#ambiguity(each))],
		];
		const out = [visible(this.#summary())];
		if (this.#evidence) out.push(LEGEND);
		for (const [title, items] of sections) {
			if (items.length === 0) continue;
			out.push("", this.#paint.heading(title), "", this.#roots(items).join("\n"));
		}
		if (topology.gaps.length > 0) out.push("", this.#paint.heading("NOT KNOWN"), "", this.#gaps().join("\n"));
		return `${out.join("\n")}\n`;
	}

	#summary(): string {
		const { topology } = this.#view;
		const count = (kind: Node["kind"], one: string, { length } = this.#listed(kind)): string => {
			if (topology.part === undefined) return `${length} ${one}${length === 1 ? "" : "s"}`;
			const all = topology.part.whole[kind] ?? 0;
			return `${length} of ${all} ${one}${all === 1 ? "" : "s"}`;
		};
		const only = topology.part === undefined ? "" : `${partText(topology.part)}: `;
		const sources = topology.sources.filter(({ kind }) => kind !== TYPED_COMMAND);
		const files = new Set(sources.map(({ file }) => file)).size;
		const parts = [
			count("host", "host"),
			count("netns", "namespace"),
			count("interface", "interface"),
			count("container", "container"),
			count("docker-network", "network", this.#networks()),
			count("service", "service", this.#services()),
		];
		const dumps = sources.length;
		return `${only}${parts.join(", ")}; from ${dumps} ${dumps === 1 ? "dump" : "dumps"} in ${files} ${files === 1 ? "file" : "files"}`;
	}

	/** The nodes of a kind that have a place of their own in the text. */
	#listed(kind: Node["kind"]): Node[] {
		return this.#view.nodes(kind).filter(({ id }) => this.#view.isListed(id));
	}

	/** What is in a host or namespace, and has a place there. */
	#inside(id: string, kind: Node["kind"]): Node[] {
		return this.#view.targets(id, "contains", kind).filter((each) => this.#view.isListed(each.id));
	}

	/** That edges of a node lead out of the part that is shown. */
	#outside(id: string, more = 0): Item[] {
		const edges = this.#view.cutOff(id) + more;
		return edges === 0 ? [] : [{ text: `and ${count(edges, "edge", "more, outside this selection")}` }];
	}

	// Hosts ---------------------------------------------------------------------------------------------

	#host(host: Node): Item {
		const ports = this.#inside(host.id, "published-port");
		const netns = this.#inside(host.id, "netns");
		const housed = new Set(
			netns.flatMap((each) => this.#view.origins(each.id, "same-entity", "container").map(({ id }) => id)),
		);
		const others = this.#inside(host.id, "container").filter(({ id }) => !housed.has(id));
		const own = netns.filter(({ name }) => name === "host");
		const rest = netns.filter(({ name }) => name !== "host");
		return {
			text: host.name,
			fact: host,
			items: [
				...this.#captures(host),
				...ports.map((port) => this.#port(port)),
				...[...own, ...rest].map((each) => this.#netns(each)),
				...others.map((each) => ({ text: `container ${this.#containerText(each)}`, fact: each })),
			],
		};
	}

	/** When and where a host was saved, if more than once. */
	#captures(host: Node): Item[] {
		const captures = this.#view.captures(host);
		if (captures.length === 0) return [];
		const isOrdered = captures.every(({ time }) => time !== undefined);
		const named = captures.map(({ name, time }) => (time === undefined ? name : `${name} (${time})`));
		const order = isOrdered ? "oldest first" : "which is older is not known";
		return [{ text: `${captures.length} captures, ${order}: ${named.join(", ")}` }];
	}

	#port(port: Node): Item {
		const [edge] = this.#view.out(port.id, "nat-to");
		const targets = this.#targets(port);
		const name = `port ${port.name}${this.#only(port.id)}`;
		const text = targets.length === 0 ? name : `${name} → ${targets.join(" or ")}`;
		return { text, fact: edge ?? port.attributes.targets ?? port };
	}

	/** What the DNAT rules of a port turn to, whose it is, and under which conditions. */
	#targets(port: Node): string[] {
		const targets = port.attributes.targets?.value;
		if (!Array.isArray(targets)) return [];
		return targets.map((target) => {
			const {
				to,
				in: from,
				from: source,
				towards,
				matches,
			} = target as Record<string, string> & { matches?: string[] };
			const addresses = [to, to!.slice(0, to!.lastIndexOf(":"))];
			const edge = this.#view
				.out(port.id, "nat-to")
				.find((each) => addresses.includes(this.#view.node(each.to).name));
			const where = edge === undefined ? "" : ` (${this.#whereText(edge.to)})`;
			const conditions = [
				...(from === undefined ? [] : [from.startsWith("!") ? `not in ${from.slice(1)}` : `in ${from}`]),
				...(source === undefined ? [] : [`from ${source}`]),
				...(towards === undefined ? [] : [`to ${towards}`]),
				...(matches === undefined ? [] : [`if ${matches.join(", ")}`]),
			];
			return `${to}${where}${conditions.length === 0 ? "" : `, ${conditions.join(", ")}`}`;
		});
	}

	#netns(netns: Node): Item {
		const owners = this.#view
			.in(netns.id, "same-entity")
			.filter((edge) => this.#view.node(edge.from).kind === "container");
		const containers = owners.map((edge) => {
			return `container ${this.#containerText(this.#view.node(edge.from))}${this.#sign(edge)}`;
		});
		const networks = this.#view.out(netns.id, "attached-to-network").map((edge) => {
			const role = edge.attributes.role?.value === "load-balancer" ? "load balancer" : "inside";
			return `${role} of network ${this.#view.node(edge.to).name}`;
		});
		const about = [...containers, ...networks];
		const name = netns.name.startsWith("container:") ? "namespace of" : `namespace ${netns.name}`;
		const listed = netns.name.startsWith("container:") && about.length === 0 ? netns.name : "";
		const text = `${name}${about.length === 0 ? listed : `${name.endsWith("of") ? " " : ": "}${about.join(", ")}`}`;
		const interfaces = this.#inside(netns.id, "interface").sort(byIndex);
		const whole = this.#view.isShown(netns.id);
		const items = [
			...this.#inside(netns.id, "published-port").map((each) => this.#port(each)),
			...interfaces.map((each) => this.#interface(each)),
			...this.#inside(netns.id, "address").map((each) => ({
				text: `address ${each.name}${this.#only(each.id)}`,
				fact: each,
			})),
			...this.#inside(netns.id, "ipvs-service").map((each) => this.#ipvs(each)),
			...(whole
				? [...this.#settings(netns), ...routingItems(netns, (name) => this.#only(netns.id, name))]
				: []),
		];
		const state = !whole ? ", in part" : interfaces.length === 0 ? ", interfaces not saved" : "";
		const saved = this.#view.savedIn(netns.id);
		const only = this.#only(netns.id) || (saved === undefined ? "" : ` (saved in ${saved.join(", ")} only)`);
		return { text: text + state + only, fact: netns, items };
	}

	/** What a namespace has besides its nodes: NAT, its resolver, its listening sockets. */
	#settings(netns: Node): Item[] {
		return Object.entries(netns.attributes)
			.filter(([name]) => /^(?:REDIRECT|SNAT|MASQUERADE|NETMAP|dns|listens|DNAT rules)\b/.test(name))
			.map(([name, attribute]) => {
				const what = name.replace(/^dns (\S+)/, "dns $1 127.0.0.11:53");
				const only = this.#only(netns.id, name);
				if (attribute.value === true) return { text: what + only, fact: attribute };
				const arrow = /^(?:listens|DNAT)/.test(name) ? ":" : " →";
				return { text: `${what}${arrow} ${valueText(attribute)}${only}`, fact: attribute };
			});
	}

	#interface(node: Node): Item {
		const words = [node.name];
		const index = valueText(node.attributes.index);
		const peer = valueText(node.attributes.peerIndex);
		if (index !== undefined) words.push(`(${index}${peer === undefined ? "" : `@if${peer}`})`);
		const only = this.#only(node.id);
		if (only !== "") words.push(only.trim());
		for (const edge of this.#view.out(node.id, "has-address")) {
			const vip = this.#view.targets(edge.to, "same-entity", "vip").length > 0 ? " VIP" : "";
			words.push(
				`${addressText(this.#view, edge)}${vip}${this.#sign(edge)}${this.#only(edge.to) || this.#only(edge.id)}`,
			);
		}
		const kind = valueText(node.attributes.kind);
		const vlan = valueText(node.attributes.vlanId);
		if (kind !== undefined && kind !== "veth") words.push(vlan === undefined ? kind : `${kind} ${vlan}`);
		const mac = valueText(node.attributes.mac);
		if (mac !== undefined && mac !== "00:00:00:00:00:00") words.push(mac);
		const mtu = valueText(node.attributes.mtu);
		if (mtu !== undefined) words.push(`mtu ${mtu}`);
		const state = valueText(node.attributes.state);
		if (state !== undefined && state !== "UP" && state !== "UNKNOWN") words.push(`state ${state}`);
		for (const edge of this.#view.out(node.id, "enslaved-to"))
			words.push(
				`port of ${this.#view.node(edge.to).name}${this.#onlyWithin(edge.to, node.id) || this.#only(edge.id)}`,
			);
		for (const edge of this.#view.out(node.id, "lower-device"))
			words.push(`on ${this.#view.node(edge.to).name}`);
		for (const edge of this.#view.out(node.id, "attached-to-network")) {
			words.push(`on network ${this.#view.node(edge.to).name}${this.#sign(edge)}${this.#only(edge.id)}`);
		}
		for (const vtep of this.#view.origins(node.id, "same-entity", "vtep")) {
			const vni = valueText(vtep.attributes.vxlanId);
			words.push(`VTEP${vni === undefined ? "" : ` of VXLAN ${vni}`}`);
		}
		const peers = [...this.#view.out(node.id, "veth-peer"), ...this.#view.in(node.id, "veth-peer")];
		const items = [...peers.map((edge) => this.#peer(edge, node)), ...this.#tunnels(node)];
		return { text: words.join(" "), fact: node, items };
	}

	/** Where a VTEP or tunnel device sends to: the devices there, and the addresses of those that no dump shows. */
	#tunnels(node: Node): Item[] {
		const edges = this.#view
			.origins(node.id, "same-entity", "vtep")
			.flatMap((vtep) => this.#view.out(vtep.id, "tunnel"));
		const resolved = (edge: Edge): boolean => this.#view.targets(edge.to, "same-entity", "vtep").length > 0;
		const items = edges
			.filter((edge) => !resolved(edge))
			.map((edge): Item => {
				const far = this.#view.node(edge.to);
				const device = this.#view.targets(far.id, "same-entity", "interface")[0];
				const netns = device && this.#view.netnsOf(device.id);
				const where =
					netns === undefined ? "" : ` of ${this.#netnsText(netns)} on ${this.#view.hostOf(netns.id)?.name}`;
				return { text: `tunnel to ${far.name}${where}`, fact: edge };
			});
		// One address may stand in several lists: of the network's peers, of the forwarding table.
		const shown = items.filter(({ text }, at) => items.findIndex((other) => other.text === text) === at);
		const more = shown.length - MANY;
		return more <= 1 ? shown : [...shown.slice(0, MANY), { text: `and ${more} tunnels more` }];
	}

	#peer(edge: Edge, node: Node): Item {
		const other = this.#view.node(edge.from === node.id ? edge.to : edge.from);
		const netns = this.#view.netnsOf(other.id);
		const [here, there] = [node, other].map(({ attributes }) => valueText(attributes.mtu));
		// The kernel allows it, and drops what one end may send and the other may not take.
		const unequal = here !== undefined && there !== undefined && here !== there;
		const mtus = unequal ? `, mtu ${here} here, ${there} there` : "";
		return {
			text: `veth peer: ${other.name} of ${netns === undefined ? "?" : this.#netnsText(netns)}${mtus}${this.#onlyWithin(other.id, node.id)}`,
			fact: edge,
		};
	}

	#ipvs(service: Node): Item {
		return {
			text: `IPVS ${service.name} ${valueText(service.attributes.scheduler) ?? ""}${this.#only(service.id)}`,
			fact: service,
			items: this.#servers(service),
		};
	}

	#servers(service: Node): Item[] {
		const servers = this.#view.out(service.id, "balances-to").map((edge) => {
			const server = this.#view.node(edge.to);
			const owner = this.#view.out(server.id, "same-entity")[0];
			const doubt = this.#view.topology.ambiguities.some(({ about }) => about === server.id);
			const outside = this.#view.cutOff(server.id) > 0;
			const open = outside ? "outside this selection" : doubt ? "undecided whose it is" : "no dump has it";
			const at = owner === undefined ? `${server.name} (${open})` : this.#addressText(owner.to);
			const weight = valueText(server.attributes.weight);
			const drained = weight === "0" ? ", drained (weight 0)" : "";
			const by = valueText(server.attributes.forwarding);
			const text = `→ ${at}${by === undefined ? "" : ` by ${by}`}${drained}${this.#only(server.id) || this.#only(edge.id)}`;
			return { text, fact: owner ?? edge };
		});
		return [...servers, ...this.#outside(service.id)];
	}

	// Networks ------------------------------------------------------------------------------------------

	/** Subnets that interfaces of hosts share, without those of one host alone. */
	#lans(): Item[] {
		return this.#view
			.nodes("subnet")
			.filter(({ id }) => id.startsWith("lan/"))
			.flatMap((lan) => {
				const legs = this.#view.in(lan.id, "in-subnet");
				const hosts = new Set(legs.map(({ from }) => this.#view.hostOf(from)?.id));
				const outside = this.#outside(lan.id);
				if (hosts.size < 2 && outside.length === 0) return [];
				const items = legs.map(
					(edge): Item => ({ text: this.#addressText(edge.from), fact: edge.attributes.sharedWith ?? edge }),
				);
				const extent = outside.length === 0 ? `of ${hosts.size} hosts` : "in part";
				return [{ text: `${lan.name}, ${extent}`, fact: lan, items: [...items, ...outside] }];
			});
	}

	/** Overlays, which span hosts, before the networks of single hosts. */
	#networks(): Node[] {
		const networks = this.#view
			.nodes("docker-network")
			.filter(({ id }) => this.#view.isListed(id) || this.#members(id).length > 0);
		const isLocal = (network: Node): boolean => this.#view.hostOf(network.id) !== undefined;
		return [...networks.filter((each) => !isLocal(each)), ...networks.filter(isLocal)];
	}

	/** What is attached to a network, of that which has a place in the text. */
	#members(network: string): Edge[] {
		return this.#view.in(network, "attached-to-network").filter(({ from }) => this.#view.isListed(from));
	}

	#network(network: Node): Item {
		const id = network.id.slice(network.id.lastIndexOf("/") + 1);
		const host = this.#view.hostOf(network.id);
		const subnets = this.#view.origins(network.id, "in-subnet", "subnet").map(({ name }) => name);
		const vnis = valueText(network.attributes.vxlanIds);
		const words = [
			network.name,
			...(id === network.name ? [] : [`(${id})`]),
			...(host === undefined ? [] : [`of ${host.name}`]),
			...[valueText(network.attributes.driver) ?? []].flat(),
			...(network.attributes.ingress?.value === true ? ["ingress"] : []),
			...(network.attributes.encrypted?.value === true ? ["encrypted"] : []),
			...subnets,
			...(vnis === undefined ? [] : [`VXLAN ${vnis}`]),
			...[this.#only(network.id).trim()].filter((only) => only !== ""),
		];
		const members = this.#members(network.id);
		const items: Item[] = [];
		for (const edge of members) {
			const node = this.#view.node(edge.from);
			if (node.kind === "interface") {
				const addresses = this.#view.targets(node.id, "has-address").map(({ name }) => name);
				const netns = this.#view.netnsOf(node.id)!;
				const where = `${node.name} of ${this.#netnsText(netns)} on ${this.#view.hostOf(node.id)?.name}`;
				items.push({
					text: `${addresses.join(", ")} ${where}`.trim() + this.#onlyWithin(node.id),
					fact: edge,
				});
			} else if (node.kind === "vip") {
				items.push({ text: `VIP ${node.name}${this.#of(node)}${this.#only(node.id)}`, fact: node });
			} else if (node.kind === "netns") {
				items.push({ text: `namespace ${node.name} on ${this.#view.hostOf(node.id)?.name}`, fact: edge });
			} else if (node.kind === "vtep") {
				const name = valueText(node.attributes.peerName);
				items.push({ text: `peer ${node.name}${name === undefined ? "" : ` (${name})`}`, fact: node });
			} else if (this.#view.out(node.id, "same-entity").length === 0) {
				const text = `endpoint ${node.name} ${valueText(node.attributes.address) ?? ""}`;
				items.push({ text: text + this.#only(node.id), fact: node });
			}
		}
		const others = this.#view.in(network.id, "attached-to-network").length - members.length;
		const outside = this.#outside(network.id, others);
		if (outside.length > 0) words.push("in part");
		return { text: words.join(" "), fact: network, items: [...items, ...outside] };
	}

	#of(node: Node): string {
		const services = this.#view.targets(node.id, "backs", "service").map(({ name }) => name);
		return services.length === 0 ? "" : ` of service ${services.join(", ")}`;
	}

	// Services ------------------------------------------------------------------------------------------

	/** Of a part, the services that something shown is of. */
	#services(): Node[] {
		return this.#view
			.nodes("service")
			.filter(({ id }) => this.#view.isListed(id) || this.#entries(id).length > 0);
	}

	/** The tasks of a service, and what leads to it, of that which has a place in the text. */
	#entries(service: string): Node[] {
		return this.#view.origins(service, "backs").filter(({ id }) => this.#view.isListed(id));
	}

	#service(service: Node): Item {
		const replicas = valueText(service.attributes.replicas);
		const words = [
			service.name,
			...[valueText(service.attributes.mode) ?? []].flat(),
			...(replicas === undefined ? [] : [`${replicas} replicas`]),
			...[valueText(service.attributes.image) ?? []].flat(),
			...[valueText(service.attributes.ports) ?? []].flat(),
		];
		const entries = this.#entries(service.id);
		const others = this.#view.in(service.id, "backs").length - entries.length;
		const outside = this.#outside(service.id, others);
		if (outside.length > 0) words.push("in part");
		const items = [
			...entries
				.filter(({ kind }) => kind === "task")
				.sort(byName)
				.map((task) => this.#task(task)),
			...entries.filter(({ kind }) => kind === "vip").map((entry) => this.#path(entry)),
			...entries.filter(({ kind }) => kind === "published-port").map((entry) => this.#path(entry)),
			...outside,
		];
		return { text: words.join(" "), fact: service, items };
	}

	#task(task: Node): Item {
		const state = valueText(task.attributes.currentState);
		const runs = this.#view.in(task.id, "backs");
		const where =
			valueText(task.attributes.node) ?? runs.map((edge) => this.#view.hostOf(edge.from)?.name)[0];
		const words = [
			`task ${task.name}`,
			...(where === undefined ? [] : [`on ${where}`]),
			...(state === undefined ? [] : [state]),
		];
		const items = runs.map((edge) => ({
			text: `container ${edge.from.slice(edge.from.lastIndexOf("/") + 1)}`,
			fact: edge,
		}));
		return { text: words.join(", "), fact: task, items };
	}

	/** From a published port or a VIP to the tasks behind it. */
	#path(entry: Node): Item {
		if (entry.kind === "vip") {
			const network = this.#view.targets(entry.id, "attached-to-network")[0];
			const where = network === undefined ? "" : ` in network ${network.name}`;
			const owner = this.#view.out(entry.id, "backs")[0];
			const on = this.#view
				.origins(entry.id, "same-entity", "address")
				.map((each) => this.#whereText(each.id));
			const standing = on.length === 0 ? "" : `, on ${on.join(", ")}`;
			return {
				text: `VIP ${entry.name}${where}${standing}`,
				fact: owner ?? entry,
				items: this.#balancing(entry),
			};
		}
		const place = this.#view.netnsOf(entry.id);
		const host = this.#view.hostOf(entry.id)?.name;
		const nat = this.#view.out(entry.id, "nat-to");
		const targets = this.#targets(entry).map(
			(target): Item => ({
				text: `DNAT to ${target}`,
				fact: nat[0] ?? entry.attributes.targets ?? entry,
			}),
		);
		return {
			text: `port ${entry.name} of ${place === undefined ? host : `${this.#netnsText(place)} on ${host}`}`,
			fact: entry.attributes.port ?? entry,
			items: [...targets, ...this.#beyond(entry, nat)],
		};
	}

	/** What follows a DNAT to ingress_sbox, or that nobody saved it. */
	#beyond(entry: Node, nat: readonly Edge[]): Item[] {
		const balancing = this.#balancing(entry);
		const netns = nat[0] && this.#view.netnsOf(nat[0].to);
		if (balancing.length > 0 || netns?.name !== INGRESS_SBOX) return balancing;
		const inside = this.#view.targets(netns.id, "contains", "published-port");
		const next = inside.filter((port) => port.attributes.port?.value === entry.attributes.port?.value);
		if (next.length > 0) return next.map((port) => this.#port(port));
		const saved = netns.attributes.dumps?.value;
		const hasRules = Array.isArray(saved) && saved.some((kind) => /^(?:iptables|ipvsadm)/.test(String(kind)));
		const text = hasRules
			? "no saved rule of ingress_sbox takes it further"
			: "what ingress_sbox does with it was not saved";
		return [{ text }];
	}

	#balancing(entry: Node): Item[] {
		const paths = this.#view.out(entry.id, "marks").map((edge) => {
			const ipvs = this.#view.node(edge.to);
			const netns = this.#view.netnsOf(ipvs.id)!;
			const mark = entry.attributes[`mark@${netns.id}`];
			const scheduler = valueText(ipvs.attributes.scheduler) ?? "";
			return {
				text: `in ${this.#netnsText(netns)} of ${this.#view.hostOf(netns.id)?.name}: mark ${valueText(mark)} → IPVS ${ipvs.name} ${scheduler}`,
				fact: edge,
				items: [
					...this.#servers(ipvs).map((item, index) => {
						const edge = this.#view.out(ipvs.id, "balances-to")[index];
						return edge === undefined ? item : { ...item, items: this.#redirects(edge) };
					}),
				],
			};
		});
		return [...paths, ...this.#outside(entry.id)];
	}

	/** What the task's own namespace does with packets to the published port. */
	#redirects(edge: Edge): Item[] {
		const address = this.#view.targets(edge.to, "same-entity", "address")[0];
		const netns = address && this.#view.netnsOf(address.id);
		if (address === undefined || netns === undefined) return [];
		const ports = this.#view
			.origins(address.id, "nat-to")
			.filter(({ id }) => this.#view.netnsOf(id) === netns);
		return [
			...ports.map((port) => this.#port(port)),
			...this.#settings(netns).filter(({ text }) => /^REDIRECT \S+ any:/.test(text)),
		];
	}

	/** Ports that lead into a swarm, and VIPs, whose service no dump names; plain DNAT stands with its host. */
	#otherPaths(): Item[] {
		return [...this.#listed("published-port"), ...this.#listed("vip")]
			.filter((node) => this.#view.targets(node.id, "backs").length === 0)
			.map((node) => this.#path(node))
			.filter(({ text, items }) => text.startsWith("VIP") || (items?.length ?? 0) > 1);
	}

	#external(node: Node): Item {
		const mac = valueText(node.attributes.mac);
		const subnets = this.#view.targets(node.id, "in-subnet").map(({ name }) => name);
		const same = this.#view.out(node.id, "same-entity").map((edge) => {
			const netns = this.#view.node(edge.to);
			return `${netns.name} of ${this.#view.hostOf(netns.id)?.name ?? "?"}${this.#sign(edge)}`;
		});
		const words = [
			node.name,
			...(mac === undefined ? [] : [mac]),
			...subnets.map((subnet) => `in ${subnet}`),
			...this.#seenWhere(node),
			...same.map((text) => `is ${text}`),
		];
		const why = this.#view.out(node.id, "same-entity").map((edge) => ({
			text: edge.evidence[0]?.because ?? "",
			fact: edge,
		}));
		return { text: words.join(" "), fact: node, items: why };
	}

	/** The LAN that an address outside is on, with its host where several have one subnet; else who saw it. */
	#seenWhere({ attributes: { lan, seenOn } }: Node): string[] {
		if (seenOn !== undefined) return [`seen on ${valueText(seenOn)}`];
		const [, subnet, host] = /^lan\/([^@]+)(?:@(.+))?$/.exec(valueText(lan) ?? "") ?? [];
		return subnet === undefined ? [] : [`in ${subnet}${host === undefined ? "" : `, the LAN of ${host}`}`];
	}

	// Doubts --------------------------------------------------------------------------------------------

	#conflict({ about, attribute, values, newest }: Topology["conflicts"][number]): Item {
		return {
			text: `${attribute} of ${about}${newest === undefined ? "" : `, shown as in ${newest}, the newest`}`,
			items: values.map((value) => ({
				text: `${valueText(value)}${this.#because(value)}`,
				fact: value,
			})),
		};
	}

	/** What is not in all captures, by the captures that it is in, and then what they say differently. */
	#changes(): Item[] {
		const { onlyIn = [], changes, captures = [] } = this.#view.topology;
		const byCaptures = new Map<string, Item[]>();
		const edges = new Map(
			onlyIn.length === 0 ? [] : this.#view.topology.edges.map((edge) => [edge.id, edge]),
		);
		const place = (found: OnlyIn): number => captures.findIndex(({ name }) => name === found.in[0]);
		for (const found of [...onlyIn].sort((a, b) => place(a) - place(b))) {
			const when = this.#when(found);
			const item = {
				text: this.#onlyText(found, edges.get(found.about)),
				fact: { certainty: "observed" as const, evidence: found.evidence },
			};
			byCaptures.set(when, [...(byCaptures.get(when) ?? []), item]);
		}
		return [
			...[...byCaptures].map(([text, items]) => ({ text, items })),
			...changes.map((change) => this.#conflict(change)),
		];
	}

	/** `10.7.0.254/24 of br-pod, host on hA` */
	#onlyText({ about, attribute }: OnlyIn, edge: Edge | undefined): string {
		if (edge !== undefined) {
			const [from, to] = [this.#view.node(edge.from), this.#view.node(edge.to)];
			const isAddress = edge.kind === "has-address";
			return isAddress
				? `${addressText(this.#view, edge)} of ${this.#placed(from)}`
				: `${this.#placed(from)} ${edge.kind} ${to.name}`;
		}
		const node = this.#view.node(about);
		if (attribute !== undefined) {
			const value = valueText(node.attributes[attribute]);
			return `${attribute}${value === "true" ? "" : ` ${value}`} of ${this.#placed(node)}`;
		}
		if (node.kind !== "address") return `${node.kind.replaceAll("-", " ")} ${this.#placed(node)}`;
		const has = this.#view.in(about, "has-address");
		if (has.length === 0) return `address ${this.#placed(node)}`;
		return `address ${addressText(this.#view, has[0]!)} of ${has.map(({ from }) => this.#placed(this.#view.node(from))).join(", ")}`;
	}

	/** A thing with the namespace and the host that it is in. */
	#placed(node: Node): string {
		const netns = this.#view.netnsOf(node.id);
		const host = this.#view.hostOf(node.id);
		const isInside = netns !== undefined && netns.id !== node.id && netns.name !== "host";
		const inside = isInside ? ` in ${this.#netnsText(netns)}` : "";
		return `${node.name}${inside}${host === undefined || host.id === node.id ? "" : ` of ${host.name}`}`;
	}

	#ambiguity({ question, candidates, evidence }: Topology["ambiguities"][number]): Item {
		return {
			text: question,
			...(evidence[0] && { fact: { certainty: evidence[0].certainty, evidence } }),
			items: fewOf(candidates.map((candidate) => ({ text: `perhaps ${candidate}` }))),
		};
	}

	#gaps(): string[] {
		return this.#view.topology.gaps.flatMap(({ question, matters, host, command }) => [
			`• ${visible(question)}`,
			`    it would tell ${visible(matters)}; on ${visible(host)}:`,
			`    ${this.#paint.command(visible(command))}`,
		]);
	}

	// Words ---------------------------------------------------------------------------------------------

	/** `vote.2 (1c06334e3589)`: the task that a container runs, or its name, and its id. */
	#containerText(container: Node): string {
		const id = container.id.slice(container.id.lastIndexOf("/") + 1);
		const task = this.#view.targets(container.id, "backs")[0];
		const name = task?.kind === "task" ? task.name : container.name;
		const of = task?.kind === "service" ? ` of service ${task.name}` : "";
		return (name === id ? id : `${name} (${id})`) + of + this.#only(container.id);
	}

	/** What people call a namespace: by the container that lives in it, if there is one. */
	#netnsText(netns: Node): string {
		const container = this.#view.origins(netns.id, "same-entity", "container")[0];
		if (container === undefined) return netns.name;
		const task = this.#view.targets(container.id, "backs", "task")[0];
		return task?.name ?? container.name;
	}

	#addressText(id: string): string {
		return `${this.#view.node(id).name} (${this.#whereText(id)})`;
	}

	/** `eth1 of ingress_sbox on manager1` */
	#whereText(id: string): string {
		const owner = this.#view.origins(id, "has-address")[0];
		const netns = this.#view.netnsOf(id);
		if (netns === undefined) return id;
		const host = this.#view.hostOf(netns.id)?.name ?? "?";
		return `${owner === undefined ? "" : `${owner.name} of `}${this.#netnsText(netns)} on ${host}${this.#onlyWithin(id)}`;
	}

	#sign(fact: Fact): string {
		return fact.certainty === "assumed" ? ` ${ASSUMED}` : "";
	}

	/** That a thing, or an attribute of it, was not there all the time, and when it was. */
	#only(id: string, attribute?: string): string {
		const found = this.#view.onlyIn(id, attribute);
		return found === undefined ? "" : ` (${this.#when(found)})`;
	}

	/** The same, also for what is inside of such a thing; not what is said of the thing where it is told already. */
	#onlyWithin(id: string, told?: string): string {
		if (told !== undefined && this.#onlyAround(told) !== "") return "";
		return this.#onlyAround(id);
	}

	#onlyAround(id: string): string {
		for (let at: string | undefined = id; at !== undefined; at = this.#view.parent(at)?.id) {
			const only = this.#only(at);
			if (only !== "") return only;
		}
		return "";
	}

	#when({ in: shown, notIn, evidence }: OnlyIn): string {
		const isAll = shown.length + notIn.length === this.#view.capturesOf(evidence).length;
		return isAll ? `only in ${shown.join(", ")}` : `in ${shown.join(", ")}, not in ${notIn.join(", ")}`;
	}

	#because(attribute: Attribute): string {
		const reason = attribute.evidence
			.map((each: Evidence) => each.because)
			.find((each) => each !== undefined);
		return reason === undefined ? "" : `: ${reason}`;
	}

	// Tree ----------------------------------------------------------------------------------------------

	#roots(items: readonly Item[]): string[] {
		return items.flatMap((item, index) => [
			...(index > 0 && (item.items?.length ?? 0) > 0 ? [""] : []),
			this.#line("", item),
			...this.#tree("", item.items ?? []),
		]);
	}

	#tree(prefix: string, items: readonly Item[]): string[] {
		return items.flatMap((item, index) => {
			const last = index === items.length - 1;
			return [
				this.#line(`${prefix}${last ? "└─ " : "├─ "}`, item),
				...this.#tree(`${prefix}${last ? "   " : "│  "}`, item.items ?? []),
			];
		});
	}

	#line(prefix: string, { text, fact }: Item): string {
		const proof = this.#evidence && fact !== undefined ? proofText(fact) : undefined;
		const shown = prefix + visible(text).replaceAll(ASSUMED, this.#paint.assumed);
		// Without the proof, the sign says what the proof would.
		if (!this.#evidence && fact !== undefined) return shown + this.#sign(fact);
		return proof === undefined ? shown : `${shown}  ${this.#paint.evidence(visible(proof))}`;
	}
}

/** The first of many lines, and how many more there are; the JSON has them all. */
function fewOf(items: readonly Item[]): readonly Item[] {
	const more = items.length - MANY;
	return more <= 1 ? items : [...items.slice(0, MANY), { text: `and ${more} more, in the JSON` }];
}

/** How a namespace routes, in a few lines: the default routes, how many others, rules besides the kernel's own. */
function routingItems({ attributes }: Node, only: (name: string) => string): Item[] {
	const named = (pattern: RegExp): [string, Attribute][] =>
		Object.entries(attributes).filter(([name]) => pattern.test(name));
	const routes = named(/^route /);
	const isDefault = ([name]: [string, Attribute]): boolean =>
		/^route \S+ (?:default|::\/0)(?: |$)/.test(name);
	const items: Item[] = routes.filter(isDefault).map(([name, attribute]) => ({
		text: `${name
			.replace("route main ", "")
			.replace(/^route (\S+)/, "in table $1:")
			.replace("::/0", "default of IPv6")} ${valueText(attribute)}${only(name)}`,
		fact: attribute,
	}));
	/** How many of the lines that are counted are not in all captures. */
	const partly = (lines: readonly [string, Attribute][]): string => {
		const { length } = lines.filter(([name]) => only(name) !== "");
		return length === 0 ? "" : `, ${length} of them not in all captures`;
	};
	const others = routes.filter((route) => !isDefault(route));
	const which = items.length > 0 ? "besides" : "and no default one";
	if (others.length > 0)
		items.push({ text: count(others.length, "route", which) + partly(others), fact: others[0]![1] });
	const rules = named(/^rule /).filter(([name]) => !/ (?:0|32766|32767)$/.test(name));
	if (rules.length > 0)
		items.push({
			text: count(rules.length, "rule", "that choose a table") + partly(rules),
			fact: rules[0]![1],
		});
	const neighbours = named(/^neighbour /);
	if (neighbours.length > 0)
		items.push({ text: count(neighbours.length, "neighbour", "known"), fact: neighbours[0]![1] });
	for (const [name, attribute] of named(
		/^sysctl net\.(?:ipv4\.ip_forward|bridge\.bridge-nf-call-iptables)$/,
	)) {
		items.push({ text: `${name.replace(/^sysctl /, "")} = ${valueText(attribute)}`, fact: attribute });
	}
	return items;
}

function count(number: number, what: string, which: string): string {
	return `${number} ${what}${number === 1 ? "" : "s"} ${which}`;
}
