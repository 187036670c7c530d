import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type Fact, fact, type Truth } from "./score.ts";

/*
 * What the machines of a recorded case were, from what the rules do not use: at which interfaces packets were seen
 * one after the other (truth.json), ports as forwarding tables and `bridge link` list them, addresses as the
 * kernel's table of local routes has them, and containers by their MAC addresses. All of it is read here by plain
 * expressions, not by the project's parsers.
 */

interface Hop {
	readonly host: string;
	readonly netns: string | null;
	readonly iface: string;
	readonly dir: "in" | "out";
	readonly dst: string;
	readonly dport?: number;
	readonly vxlan?: { readonly vni: number };
}

interface Place {
	readonly host: string;
	readonly netns: string | null;
	readonly addr: string;
	readonly port?: number;
}

interface Flow {
	readonly hops: readonly Hop[];
	readonly reply: { readonly hops?: readonly Hop[] } | null;
	readonly delivered_to: Place | null;
	readonly refused?: Place;
	readonly src_used: string | null;
	readonly from: { readonly host: string; readonly netns: string | null };
	readonly rules_hit: readonly {
		readonly host: string;
		readonly netns: string | null;
		readonly table: string;
		readonly rule: string;
	}[];
}

interface Case {
	readonly template: string;
	readonly hosts: readonly { readonly host: string; readonly netns: readonly string[] }[];
	readonly flows: readonly Flow[];
}

const netnsId = (host: string, netns: string | null): string => `${host}/netns/${netns ?? "host"}`;
const interfaceId = (host: string, netns: string | null, name: string): string =>
	`${netnsId(host, netns)}/interface/${name}`;

/** The truth of a case; `folder` is that of the case. */
export function truthOf(folder: string): Truth {
	const truth = JSON.parse(readFileSync(`${folder}/truth.json`, "utf8")) as Case;
	const facts: Fact[] = [];
	const enslaved = new Map<string, string>();
	const listedPorts = new Set<string>();
	const peers = new Map<string, string>();
	const lower = new Map<string, string>();
	const addresses = new Map<string, Set<string>>();
	const listedAddresses = new Set<string>();
	const macs = new Map<string, string>();
	const tunnels = new Map<string, number>();
	const namespaces = new Set<string>();

	for (const { host, netns } of truth.hosts) {
		for (const name of [null, ...netns]) {
			const ns = netnsId(host, name);
			namespaces.add(ns);
			facts.push(fact("contains", host, ns));
			const id = (link: string): string => interfaceId(host, name, link);
			for (const [link, master] of portsIn(folder, host, name)) enslaved.set(id(link), id(master));
			listedPorts.add(ns);
			for (const [address, link] of localAddresses(folder, host, name)) {
				const key = `${ns}/address/${address}`;
				addresses.set(key, (addresses.get(key) ?? new Set()).add(id(link)));
				listedAddresses.add(ns);
			}
			for (const [mac, link] of macsIn(folder, host, name)) macs.set(`${host} ${mac}`, id(link));
		}
	}
	// A MAC that a bridge learned on veth1 is that of the interface at veth1's other end.
	for (const { host, netns } of truth.hosts) {
		for (const name of [null, ...netns]) {
			for (const [mac, port] of learnedIn(folder, host, name)) {
				const far = macs.get(`${host} ${mac}`);
				const near = interfaceId(host, name, port);
				if (far === undefined || !/^veth/.test(port) || far.startsWith(`${netnsId(host, name)}/`)) continue;
				peers.set(near, far).set(far, near);
			}
		}
	}
	for (const { hops } of truth.flows.flatMap((flow) => [
		flow,
		...(flow.reply === null ? [] : [flow.reply]),
	])) {
		for (const [at, hop] of (hops ?? []).entries()) {
			const next = hops![at + 1];
			if (next === undefined || hop.iface === "lo" || next.iface === "lo") continue;
			const [a, b] = [hop, next].map((each) => interfaceId(each.host, each.netns, each.iface)) as [
				string,
				string,
			];
			if (
				hop.host === next.host &&
				hop.netns !== next.netns &&
				hop.vxlan === undefined &&
				next.vxlan === undefined
			) {
				inside(hop, next, a, b, peers, lower);
			}
			if (hop.host !== next.host) between(hops!, at, tunnels, facts);
		}
	}

	for (const [port, bridge] of enslaved) facts.push(fact("enslaved-to", port, bridge));
	for (const [one, two] of peers) facts.push(fact("veth-peer", one, two));
	for (const [upper, below] of lower) facts.push(fact("lower-device", upper, below));
	for (const [address, owners] of addresses) {
		for (const owner of owners) facts.push(fact("has-address", owner, address));
	}
	for (const [pair, vni] of tunnels) {
		const [from, to] = pair.split(" ") as [string, string];
		facts.push({ ...fact("tunnel", from, to), text: `tunnel ${from} → ${to} (VXLAN ${vni})` });
	}
	const members = dockerMembers(folder, truth, macs);
	// What is plugged into a network's bridge is on the network.
	for (const [near, far] of peers) {
		const network = members.get(enslaved.get(near) ?? "");
		if (network !== undefined) members.set(far, network);
	}
	for (const [link, network] of members) facts.push(fact("attached-to-network", link, network));
	const translated = translations(truth);
	/** The one namespace of a host, or of all, that has an address. */
	const only = (host: string, address: string): string | undefined => {
		const ids = [...addresses.keys()].filter(
			(id) => id.startsWith(host) && id.endsWith(`/address/${address}`),
		);
		return ids.length === 1 ? ids[0] : undefined;
	};
	for (const [key, address] of translated) {
		const host = key.split(" ")[0]!;
		facts.push({
			kind: "nat-to",
			text: `nat-to ${address} on ${host}`,
			holds: (edges) =>
				[...edges].some((id) => id.startsWith(`nat-to ${host}/`) && id.endsWith(` → ${address}`)),
		});
	}

	return {
		facts,
		judge({ kind, from, to }) {
			switch (kind) {
				case "contains":
					return to.includes("/netns/") && to.split("/").length === 3 ? namespaces.has(to) : undefined;
				case "enslaved-to":
					return enslaved.get(from) === to;
				case "veth-peer":
					if (lower.has(from) || lower.has(to)) return false;
					if (!peers.has(from) && !peers.has(to)) return undefined;
					return peers.get(from) === to;
				case "lower-device":
					if (peers.has(from)) return false;
					return lower.has(from) ? lower.get(from) === to : undefined;
				case "has-address": {
					const ns = to.slice(0, to.indexOf("/address/"));
					// Interfaces that are down have no local route.
					if (!listedAddresses.has(ns) || !addresses.has(to)) return undefined;
					return addresses.get(to)!.has(from);
				}
				case "tunnel":
					if (to.includes("/remote/") || to.includes("/peer/")) return undefined;
					return tunnels.has(`${from} ${to}`) || tunnels.has(`${to} ${from}`) || undefined;
				case "attached-to-network":
					return members.has(from) ? members.get(from) === to : undefined;
				case "nat-to": {
					const address = to.slice(to.lastIndexOf("/") + 1);
					const host = from.slice(0, from.indexOf("/"));
					const known =
						translated.get(`${host} ${address}`) ?? only(`${host}/`, address) ?? only("", address);
					return known === undefined ? undefined : known === to;
				}
				case "same-entity": {
					const address = /\/real-server\/(.*):\d+$/.exec(from)?.[1];
					const known = address === undefined ? undefined : only("", address);
					return known === undefined ? undefined : known === to;
				}
				case "in-subnet":
					// All machines of a subnet hang on one switch; engines' bridges and legs in containers do not.
					if (!to.startsWith("lan/")) return undefined;
					return ![...(addresses.get(from) ?? [])].some((link) =>
						/interface\/(?:docker|br-|veth|cni)/.test(link),
					);
				default:
					return undefined;
			}
		},
	};
}

/** Two interfaces of one machine that a packet was seen at one after the other, in two namespaces. */
function inside(
	hop: Hop,
	next: Hop,
	a: string,
	b: string,
	peers: Map<string, string>,
	lower: Map<string, string>,
): void {
	const veth = (each: Hop): boolean => /^veth/.test(each.iface);
	if (hop.dir === "out" && next.dir === "in" && (veth(hop) || veth(next))) {
		peers.set(a, b).set(b, a);
	} else if (!veth(hop) && !veth(next) && (hop.netns === null) !== (next.netns === null)) {
		// A macvlan: what leaves the container is seen at the card, whichever way it goes then.
		if (hop.netns !== null) lower.set(a, b);
		else lower.set(b, a);
	}
}

/** A packet went from one machine to another: they share a LAN, and, if it was in VXLAN, their VTEPs are a tunnel's ends. */
function between(hops: readonly Hop[], at: number, tunnels: Map<string, number>, facts: Fact[]): void {
	const [left, right] = [hops[at]!, hops[at + 1]!];
	const isLeft = (hop: Hop): boolean =>
		hop.host === left.host && hop.netns === left.netns && hop.dir === "out";
	const isRight = (hop: Hop): boolean =>
		hop.host === right.host && hop.netns === right.netns && hop.dir === "in";
	const lefts = hops.filter(isLeft).map((hop) => netnsId(hop.host, hop.netns));
	const rights = hops.filter(isRight).map((hop) => netnsId(hop.host, hop.netns));
	if (lefts.length === 0 || rights.length === 0) return;
	facts.push({
		kind: "in-subnet",
		text: `one LAN of ${left.host} ${left.netns ?? ""} and ${right.host} ${right.netns ?? ""}`,
		holds: (edges) => {
			const lans = (netns: string): Set<string> =>
				new Set(
					[...edges]
						.filter((id) => id.startsWith(`in-subnet ${netns}/address/`))
						.map((id) => id.slice(id.indexOf(" → ") + 3))
						.filter((id) => id.startsWith("lan/")),
				);
			const there = lans(rights[0]!);
			return [...lans(lefts[0]!)].some((lan) => there.has(lan));
		},
	});
	if (left.vxlan === undefined || left.vxlan.vni !== right.vxlan?.vni) return;
	const before = hops.slice(0, at).findLast((hop) => hop.vxlan === undefined);
	const after = hops.slice(at + 1).find((hop) => hop.vxlan === undefined);
	if (before === undefined || after === undefined) return;
	if (!/vxlan|flannel/.test(before.iface) || !/vxlan|flannel/.test(after.iface)) return;
	const [from, to] = [before, after].map((hop) => `${netnsId(hop.host, hop.netns)}/vtep/${hop.iface}`);
	tunnels.set(`${from} ${to}`, left.vxlan.vni);
}

/** `HOST ADDRESS` → the address node that packets of a host's rule to that address reached. */
function translations({ flows }: Case): Map<string, string> {
	const found = new Map<string, string>();
	for (const flow of flows) {
		const place = flow.delivered_to ?? flow.refused;
		if (place === undefined || place === null) continue;
		for (const { host, netns, rule } of flow.rules_hit) {
			const to = /-j DNAT .*--to-destination ([\d.]+|\[?[0-9a-f:]+\]?)(?::\d+)?(?: |$)/.exec(rule)?.[1];
			// A rule without a port publishes none: it turns all that it matches.
			if (to !== place.addr || netns !== null || !/ --dport \d+ /.test(rule)) continue;
			found.set(`${host} ${to}`, `${netnsId(place.host, place.netns)}/address/${place.addr}`);
		}
	}
	return found;
}

/** Interfaces with the MACs that `docker network inspect` lists, and the bridges of its networks. */
function dockerMembers(folder: string, truth: Case, macs: ReadonlyMap<string, string>): Map<string, string> {
	const members = new Map<string, string>();
	for (const { host } of truth.hosts) {
		const docker = `${folder}/${host}/sos_commands/docker`;
		if (!existsSync(docker)) continue;
		for (const file of readdirSync(docker).filter((name) => name.startsWith("docker_network_inspect"))) {
			const [network] = JSON.parse(readFileSync(`${docker}/${file}`, "utf8")) as [
				{
					Name: string;
					Id: string;
					Driver: string;
					Containers?: Record<string, { MacAddress: string }>;
					Options?: Record<string, string>;
				},
			];
			const id = network.Driver === "overlay" ? `network/${network.Id}` : `${host}/network/${network.Name}`;
			const bridge = network.Options?.["com.docker.network.bridge.name"] ?? `br-${network.Id.slice(0, 12)}`;
			if (network.Driver === "bridge") members.set(interfaceId(host, null, bridge), id);
			for (const { MacAddress } of Object.values(network.Containers ?? {})) {
				const link = macs.get(`${host} ${MacAddress}`);
				if (link !== undefined) members.set(link, id);
			}
		}
	}
	return members;
}

/** The output of a command in a namespace, whichever layout the report has. */
function output(folder: string, host: string, netns: string | null, command: string): string {
	const networking = `${folder}/${host}/sos_commands/networking`;
	const name = `ip_netns_exec_${netns}_${command}`;
	const places = netns === null ? [command] : [name, `namespaces/${netns}/${name}`];
	for (const place of places) {
		if (existsSync(`${networking}/${place}`)) return readFileSync(`${networking}/${place}`, "utf8");
	}
	return "";
}

/** `ee:fc:08:7c:8f:1f dev veth0 master br0 permanent`: each port has its own MAC in the bridge's table. */
function portsIn(folder: string, host: string, netns: string | null): Map<string, string> {
	const fdb = output(folder, host, netns, "bridge_fdb_show");
	const ports = new Map<string, string>();
	for (const [, port, bridge] of fdb.matchAll(/^\S+ dev (\S+) (?:vlan \d+ )?master (\S+) permanent/gm)) {
		if (port !== bridge) ports.set(port!, bridge!);
	}
	if (netns !== null) return ports;
	const bonds = `${folder}/${host}/proc/net/bonding`;
	for (const bond of existsSync(bonds) ? readdirSync(bonds) : []) {
		const text = readFileSync(`${bonds}/${bond}`, "utf8");
		for (const [, slave] of text.matchAll(/^Slave Interface: (\S+)/gm)) ports.set(slave!, bond);
	}
	// The local routes of an address in a VRF are in the VRF's table.
	const devices = output(folder, host, netns, "ip_-d_address");
	const tables = new Map<string, string>();
	for (const [, vrf, table] of devices.matchAll(/^\d+: (\S+): (?:.*\n(?!\d)){1,3} +vrf table (\d+)/gm))
		tables.set(table!, vrf!);
	const routes = output(folder, host, netns, "ip_route_show_table_all");
	for (const [, link, table] of routes.matchAll(/^local \S+ dev (\S+) table (\d+) /gm))
		if (tables.has(table!)) ports.set(link!, tables.get(table!)!);
	return ports;
}

function learnedIn(folder: string, host: string, netns: string | null): [string, string][] {
	const fdb = output(folder, host, netns, "bridge_fdb_show");
	return [...fdb.matchAll(/^(\S+) dev (\S+) master \S+ *$/gm)].map(([, mac, port]) => [mac!, port!]);
}

/** `local 10.0.1.1 dev br0 table local …`: of each address that is up. */
function localAddresses(folder: string, host: string, netns: string | null): [string, string][] {
	const routes = output(folder, host, netns, "ip_route_show_table_all");
	const found = routes.matchAll(/^local ([0-9a-f.:]+) dev (\S+) table (?:local|\d+) /gm);
	return [...found].map(([, address, link]): [string, string] => [address!, link!]);
}

function macsIn(folder: string, host: string, netns: string | null): [string, string][] {
	// Older reports show namespaces without details.
	const commands = netns === null ? ["ip_addr"] : ["ip_address_show", "ip_-d_address_show"];
	const links = commands.map((command) => output(folder, host, netns, command)).join("");
	return [...links.matchAll(/^\d+: ([^:@\s]+)[^\n]*\n {4}link\/ether (\S+)/gm)].map(([, link, mac]) => [
		mac!,
		link!,
	]);
}
