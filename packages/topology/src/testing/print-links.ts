import { networkOf } from "@netfossil/core";
import {
	type Attribute,
	type AttributeValue,
	type Details,
	type FdbEntry,
	type Interface,
	type IpRouteStatement,
	printBridgeFdb,
	printBridgeLink,
	printIpAddress,
	printIpNeigh,
	printIpNetns,
	printIpRoute,
	printIpRule,
} from "@netfossil/iproute";
import type { ModelHost, ModelLink, ModelNetns } from "./model.ts";
import { nthAddress } from "./names.ts";
import { familyOf, ip, mac, nowhere, num, prefix, word } from "./nodes.ts";

/** `ip -d address` */
export function addressDump(host: ModelHost, netns: ModelNetns): string {
	const numbers = numbersIn(host, netns);
	const statements = netns.links.map((link) => interfaceOf(host, netns, link, numbers));
	return printIpAddress({ type: "ip-address", statements, ...nowhere });
}

function interfaceOf(
	host: ModelHost,
	netns: ModelNetns,
	link: ModelLink,
	numbers: ReadonlyMap<string, number>,
): Interface {
	const flags =
		link.kind === "loopback" ? ["LOOPBACK", "UP", "LOWER_UP"] : ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"];
	// The VTEP of an overlay is made in the host's namespace and moved: then it names its own index.
	const moved = link.kind === "vxlan" && netns.name !== "host";
	const other = moved ? "host" : link.peer?.netns;
	return {
		type: "interface",
		index: num(link.index),
		name: word(link.name),
		...peerOf(link, moved),
		flags,
		mtu: num(link.mtu),
		qdisc: word("noqueue"),
		...(link.master !== undefined && { master: word(link.master) }),
		state: word(link.kind === "loopback" || link.kind === "vxlan" ? "UNKNOWN" : "UP"),
		group: word("default"),
		...(link.kind === "loopback" && { qlen: num(1000) }),
		link: {
			type: "link",
			kind: word(link.kind === "loopback" ? "loopback" : "ether"),
			address: mac(link.mac),
			broadcast: mac(link.kind === "loopback" ? link.mac : "ff:ff:ff:ff:ff:ff"),
			...(other !== undefined && farSide(host, other, numbers)),
			attributes: [attribute("promiscuity", 0), attribute("minmtu", 68), attribute("maxmtu", 65535)],
			...nowhere,
		},
		properties: detailsOf(netns, link),
		addresses: link.addresses.map(({ address, length }) => ({
			type: familyOf(address) === 4 ? ("inet" as const) : ("inet6" as const),
			address: prefix(`${address}/${length}`),
			...(familyOf(address) === 4 &&
				link.kind !== "loopback" &&
				length < 31 && { broadcast: ip(broadcastOf(address, length)) }),
			scope: word(link.kind === "loopback" ? "host" : address.startsWith("fe80:") ? "link" : "global"),
			flags: [],
			...(familyOf(address) === 4 && { label: word(link.name) }),
			lifetime: {
				type: "lifetime" as const,
				valid: "forever" as const,
				preferred: "forever" as const,
				...nowhere,
			},
			...nowhere,
		})),
		...nowhere,
	};
}

function peerOf({ peer, vlan, index }: ModelLink, moved: boolean): Pick<Interface, "peer"> {
	if (vlan !== undefined) return { peer: { type: "name", name: word(vlan.lower), ...nowhere } };
	const far = moved ? index : peer?.index;
	return far === undefined ? {} : { peer: { type: "ifindex", index: num(far), ...nowhere } };
}

/** `link-netns web0`, as where the name has a file; `link-netnsid 0`. The host's own namespace has no name. */
function farSide(
	host: ModelHost,
	netns: string,
	numbers: ReadonlyMap<string, number>,
): { readonly netnsName: ReturnType<typeof word> } | { readonly netnsid: ReturnType<typeof num> } {
	if (host.naming === "names" && netns !== "host") return { netnsName: word(netns) };
	return { netnsid: num(numbers.get(netns)!) };
}

/** The numbers that a namespace knows the others by, in the order in which its links led it to them. */
function numbersIn(host: ModelHost, netns: ModelNetns): Map<string, number> {
	const numbers = new Map<string, number>();
	if (netns.name === "host") {
		for (const [at, { name }] of host.namespaces.slice(1).entries()) numbers.set(name, at);
		return numbers;
	}
	for (const { kind, peer } of netns.links) {
		const other = kind === "vxlan" ? "host" : peer?.netns;
		if (other !== undefined && !numbers.has(other)) numbers.set(other, numbers.size);
	}
	return numbers;
}

function broadcastOf(address: string, length: number): string {
	const first = networkOf(address, length).split("/")[0]!;
	return nthAddress(first, 2 ** (32 - length) - 1);
}

function detailsOf({ links }: ModelNetns, { kind, vlan, vxlan, master }: ModelLink): Details[] {
	const port = links.find(({ name }) => name === master)?.kind;
	const own: Partial<Record<ModelLink["kind"], readonly Attribute[]>> = {
		veth: [],
		bond: [attribute("mode", "active-backup"), attribute("miimon", 100), attribute("updelay", 0)],
		bridge: [attribute("forward_delay", 1500), attribute("hello_time", 200), attribute("stp_state", 0)],
		vlan: [attribute("protocol", "802.1Q"), attribute("id", vlan?.id ?? 0)],
		vxlan: [
			attribute("id", vxlan?.id ?? 0),
			...(vxlan?.local === undefined ? [] : [attribute("local", ip(vxlan.local))]),
			attribute("srcport", 0, 0),
			attribute("dstport", 4789),
			attribute("ttl", "auto"),
			attribute("ageing", 300),
			attribute("udpcsum"),
		],
	};
	const attributes = own[kind];
	return [
		...(attributes === undefined
			? []
			: [{ type: "details" as const, kind: word(kind), attributes, ...nowhere }]),
		...(master === undefined
			? []
			: [
					{
						type: "details" as const,
						kind: word(`${port}_slave`),
						attributes:
							port === "bond"
								? [attribute("state", "ACTIVE"), attribute("mii_status", "UP")]
								: [attribute("state", "forwarding"), attribute("priority", 32), attribute("cost", 2)],
						...nowhere,
					},
				]),
	];
}

function attribute(name: string, ...values: readonly (number | string | AttributeValue)[]): Attribute {
	return {
		type: "attribute",
		name,
		values: values.map((value): AttributeValue => {
			if (typeof value === "number") return { type: "number", value, ...nowhere };
			return typeof value === "string" ? { type: "word", value, ...nowhere } : value;
		}),
		...nowhere,
	};
}

/** `ip route show table all` */
export function routeDump(netns: ModelNetns): string {
	const legs = netns.links.flatMap((link) =>
		link.addresses.map((each) => ({ dev: word(link.name), ...each })),
	);
	const statements = [
		...legs
			.filter(({ length, dev }) => length < 32 && dev.value !== "lo")
			.map(({ dev, address, length }) => ({
				type: "route" as const,
				destination: prefix(networkOf(address, length)),
				dev,
				proto: word("kernel"),
				...(familyOf(address) === 4
					? { scope: word("link"), src: ip(address) }
					: { metric: num(256), pref: word("medium") }),
				...nowhere,
			})),
		...legs.map(({ dev, address, length }) => ({
			type: "route" as const,
			kind: word("local"),
			destination: dev.value === "lo" && length < 128 ? prefix(networkOf(address, length)) : ip(address),
			dev,
			table: word("local"),
			proto: word("kernel"),
			...(familyOf(address) === 4
				? { scope: word("host"), src: ip(address) }
				: { metric: num(0), pref: word("medium") }),
			...nowhere,
		})),
	] satisfies IpRouteStatement[];
	return printIpRoute({ type: "ip-route", statements, ...nowhere });
}

/** `ip rule` */
export function ruleDump(): string {
	const rule = (priority: number, table: string) => ({
		type: "rule" as const,
		priority: num(priority),
		from: { type: "all" as const, ...nowhere },
		lookup: word(table),
		...nowhere,
	});
	const statements = [rule(0, "local"), rule(32766, "main"), rule(32767, "default")];
	return printIpRule({ type: "ip-rule", statements, ...nowhere });
}

/** `ip neigh` */
export function neighDump({ neighbours, name }: ModelNetns): string {
	const statements = neighbours.map(({ address, dev, mac: lladdr }) => ({
		type: "neighbour" as const,
		address: ip(address),
		dev: word(dev),
		lladdr: mac(lladdr),
		states: [name === "host" ? "REACHABLE" : "PERMANENT"],
		...nowhere,
	}));
	return printIpNeigh({ type: "ip-neigh", statements, ...nowhere });
}

/** `bridge fdb show` */
export function fdbDump({ links, forwarded }: ModelNetns): string {
	const ports = links.flatMap(({ name, mac: address, master }): FdbEntry[] =>
		!links.some(({ name: bridge, kind }) => bridge === master && kind === "bridge")
			? []
			: [
					{
						type: "entry",
						address: mac(address),
						dev: word(name),
						flags: [],
						master: word(master!),
						state: word("permanent"),
						...nowhere,
					},
				],
	);
	const far = forwarded.map(
		({ dev, mac: address, to }): FdbEntry => ({
			type: "entry",
			address: mac(address),
			dev: word(dev),
			dst: ip(to),
			flags: ["self"],
			state: word("permanent"),
			...nowhere,
		}),
	);
	return printBridgeFdb({ type: "bridge-fdb", statements: [...ports, ...far], ...nowhere });
}

/** `bridge link` */
export function bridgeLinkDump({ links }: ModelNetns): string {
	const statements = links
		.filter(({ master }) => links.some(({ name, kind }) => name === master && kind === "bridge"))
		.map((link) => ({
			type: "port" as const,
			index: num(link.index),
			name: word(link.name),
			...peerOf(link, false),
			flags: ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
			mtu: num(link.mtu),
			master: word(link.master!),
			state: word("forwarding"),
			priority: num(32),
			cost: num(2),
			...nowhere,
		}));
	return printBridgeLink({ type: "bridge-link", statements, ...nowhere });
}

/** `ip netns`, which knows docker's namespaces only where somebody linked its folder. */
export function netnsDump(host: ModelHost): string {
	const numbers = numbersIn(host, host.namespaces[0]!);
	const statements = host.namespaces
		.filter(({ docker, name }) => name !== "host" && (host.naming === "names" || docker === undefined))
		.map(({ name }) => ({
			type: "namespace" as const,
			name: word(name),
			id: num(numbers.get(name)!),
			...nowhere,
		}));
	return printIpNetns({ type: "ip-netns", statements, ...nowhere });
}
