import type { Place } from "@netfossil/capture";
import { INGRESS_SBOX, isDockerNetns, NETNS_FOLDER, networkIdOfNetns, overlayNetns } from "@netfossil/docker";
import type { Context, Rule } from "../context.ts";
import { hostId, interfaceId, netnsId, publishedPortId } from "../ids.ts";
import type { Gap } from "../model.ts";
import { vethEnds } from "./veth-peers.ts";

/** What the dumps leave open, each with the command that would tell. */
export const gaps: Rule = {
	id: "gaps",
	concludes: "What no dump tells is named, with what it would change and the command that would tell it.",
	certainty: ["derived"],
	contradictedBy: "a dump that tells it",
	apply(context: Context) {
		hostInterfaces(context);
		overlayInterfaces(context);
		openPeers(context);
		sandboxes(context);
		ingressSandboxes(context);
		balancers(context);
		networkNames(context);
		services(context);
		containerNames(context);
	},
};

/** The command that runs another one in a place of a host. */
export function inPlace(place: Place, command: string): string {
	switch (place.type) {
		case "host":
			return `sudo ${command}`;
		case "netns":
			return isDockerNetns(place.name)
				? `sudo nsenter --net=${NETNS_FOLDER}/${shellWord(place.name)} ${command}`
				: `sudo ip netns exec ${shellWord(place.name)} ${command}`;
		case "container":
			return `sudo nsenter --net=$(docker inspect -f '{{.NetworkSettings.SandboxKey}}' ${shellWord(place.id)}) ${command}`;
	}
}

/** Names come from dumps, which are untrusted, and commands are there to be pasted. */
export function shellWord(text: string): string {
	return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

const HOST: Place = { type: "host" };

function add(context: Context, gap: Omit<Gap, "about"> & { about: readonly string[] }): void {
	context.graph.gap({ ...gap, about: [...new Set(gap.about)].sort() });
}

/** Whether some dump shows the interfaces of a namespace. */
function shown({ graph }: Context, netns: string): boolean {
	return graph.targets("contains", netns).some((id) => id.startsWith(`${netns}/interface/`));
}

/** Interfaces on a network, of one host, whose peer no dump shows. */
function openLegs(context: Context, host: string, network: string): string[] {
	const { graph } = context;
	return vethEnds(context)
		.filter((end) => end.host === host && graph.targets("attached-to-network", end.id).includes(network))
		.filter((end) => !isPaired(context, end.id))
		.map((end) => end.id);
}

function isPaired({ graph }: Context, id: string): boolean {
	return graph.targets("veth-peer", id).length + graph.origins("veth-peer", id).length > 0;
}

function hostsOf({ graph }: Context): string[] {
	return graph.idsOf("host");
}

/** `1: lo …` of the host itself: its addresses, its bridges, and the host's ends of the containers' legs. */
function hostInterfaces(context: Context): void {
	const { graph } = context;
	for (const host of hostsOf(context)) {
		const netns = netnsId(host, "host");
		if (shown(context, netns)) continue;
		const legs = graph
			.targets("contains", host)
			.filter((id) => graph.get(id, "driver") === "bridge")
			.flatMap((network) => openLegs(context, host, network));
		const peers = legs.length === 0 ? "" : `, and the host's ends of ${listed(context, legs)}`;
		add(context, {
			about: [host, ...legs],
			question: `the interfaces of ${host} itself: its addresses and bridges${peers}`,
			matters: "where packets enter the host, and which bridge joins its containers",
			host,
			place: HOST,
			command: inPlace(HOST, "ip -d addr"),
		});
	}
}

/** The namespaces of overlay networks, on each host with a leg in one. */
function overlayInterfaces(context: Context): void {
	const { graph, networks } = context;
	for (const id of networks.overlays()) {
		const network = networks.overlay(id);
		if (!graph.has(network) || id.length < 10) continue;
		const name = graph.nameOf(network);
		const vnis = graph.get(network, "vxlanIds") !== undefined;
		for (const host of hostsOf(context)) {
			const netns = netnsId(host, overlayNetns(id));
			const legs = openLegs(context, host, network);
			if (shown(context, netns)) {
				const vteps = graph.idsOf("vtep").filter((vtep) => vtep.startsWith(`${netns}/`));
				if (vnis || vteps.some((vtep) => graph.get(vtep, "vxlanId") !== undefined)) continue;
				add(context, {
					about: [network, netns, ...vteps],
					question: `the VXLAN id of ${name}`,
					matters: "which VXLAN packets between the hosts are this network's",
					host,
					place: { type: "netns", name: overlayNetns(id) },
					command: inPlace({ type: "netns", name: overlayNetns(id) }, "ip -d link"),
				});
				continue;
			}
			if (legs.length === 0 && !graph.has(netns)) continue;
			const open = [
				...(vnis ? [] : ["its VXLAN id"]),
				"its bridge and VTEP",
				...(legs.length === 0 ? [] : [`the peers of ${listed(context, legs)}`]),
			];
			add(context, {
				about: [network, ...(graph.has(netns) ? [netns] : []), ...legs],
				question: `inside of overlay ${name} on ${host}: ${open.join(", ")}`,
				matters: "how frames of the overlay go from the container to the VXLAN tunnel",
				host,
				place: { type: "netns", name: overlayNetns(id) },
				command: inPlace({ type: "netns", name: overlayNetns(id) }, "ip -d addr"),
			});
		}
	}
}

/** Ends of veth pairs that no network places: the namespaces to look in are those that nobody saved. */
function openPeers(context: Context): void {
	const { graph } = context;
	const byNetns = new Map<string, { host: string; ends: { id: string; peerIndex: number }[] }>();
	for (const end of vethEnds(context)) {
		if (isPaired(context, end.id) || graph.targets("attached-to-network", end.id).length > 0) continue;
		const group = byNetns.get(end.netns) ?? { host: end.host, ends: [] };
		group.ends.push({ id: end.id, peerIndex: end.peerIndex });
		byNetns.set(end.netns, group);
	}
	for (const [netns, { host, ends }] of byNetns) {
		const unsaved = graph
			.targets("contains", hostId(host))
			.filter((id) => id.startsWith(`${host}/netns/`) && !shown(context, id) && id !== netns)
			.map((id) => graph.nameOf(id))
			.filter((name) => !name.startsWith("container:"));
		// With all namespaces of the machine saved, the peer is outside of it: the machine is a guest itself.
		if (unsaved.length === 0) continue;
		const own = networkIdOfNetns(graph.nameOf(netns));
		// The load balancer of the same network is the likeliest owner, the host the last.
		const rank = (name: string): number => {
			const balances = own?.prefix.startsWith(networkIdOfNetns(name)?.prefix ?? "-") === true;
			return balances ? 0 : name === "host" ? 2 : 1;
		};
		const names = unsaved.sort((a, b) => rank(a) - rank(b));
		const where = names.map((name) => (name === "host" ? "the host's own namespace" : name));
		const wanted = ends.map(({ id, peerIndex }) => `${graph.nameOf(id)} (its index there is ${peerIndex})`);
		add(context, {
			about: ends.map(({ id }) => id),
			question: `the peer of ${wanted.join(" and of ")} in ${graph.nameOf(netns)}: it may be in ${where.join(", in ")}`,
			matters: "what is plugged into this bridge or namespace",
			host,
			place: HOST,
			command: inAll(names, "ip -d link"),
		});
	}
}

/** A command for several namespaces of a host, each output below a heading. */
function inAll(names: readonly string[], command: string): string {
	const places = names.map((name): Place => (name === "host" ? HOST : { type: "netns", name }));
	if (places.length > 1 && names.every((name) => name === "host" || isDockerNetns(name))) {
		// Docker's name for the host's own namespace.
		const files = names.map((name) => (name === "host" ? "default" : shellWord(name))).join(" ");
		return `for ns in ${files}; do echo "# $ns"; sudo nsenter --net=${NETNS_FOLDER}/$ns ${command}; done`;
	}
	return places.map((place) => inPlace(place, command)).join("; ");
}

/** Namespaces of containers that a listing shows and no dump gives to a container. */
function sandboxes(context: Context): void {
	const { seen, graph, who } = context;
	for (const host of new Set(seen.netns.map((row) => row.scope.host))) {
		const names = new Set(seen.netns.filter((row) => row.scope.host === host).map((row) => row.name));
		const orphans = [...names].filter((name) => who.isOrphanSandbox(host, name)).sort();
		if (orphans.length === 0) continue;
		const containers = who.withoutSandbox(host).map((id) => `${host}/container/${id}`);
		add(context, {
			about: [...orphans.map((name) => netnsId(host, name)), ...containers.filter((id) => graph.has(id))],
			question: `which container lives in ${orphans.join(", ")}`,
			matters: "whether dumps of the container and of the namespace tell of the same thing",
			host,
			place: HOST,
			command: "docker inspect -f '{{.Id}} {{.Name}} {{.NetworkSettings.SandboxKey}}' $(docker ps -q)",
		});
	}
}

/** What a node's ingress_sbox does with a published port. */
function ingressSandboxes(context: Context): void {
	const { seen, graph, who } = context;
	for (const port of graph.idsOf("published-port")) {
		const host = port.slice(0, port.indexOf("/published-port/"));
		const netns = netnsId(host, INGRESS_SBOX);
		if (!graph.has(netns)) continue;
		const inside = [...seen.marks, ...seen.virtualServices, ...seen.interfaces];
		if (inside.some((row) => who.netns(row.scope) === netns)) continue;
		const place: Place = { type: "netns", name: INGRESS_SBOX };
		add(context, {
			about: [port, netns],
			question: `what ingress_sbox of ${host} does with port ${graph.nameOf(port)}: its addresses, marks and IPVS services`,
			matters: "which tasks answer on this node",
			host,
			place,
			command: inPlace(place, "sh -c 'ip addr; iptables-save; ipvsadm -Sn'"),
		});
	}
}

/** Marks without a service, and services without a mark, of one namespace. */
function balancers(context: Context): void {
	const { seen, graph, who } = context;
	for (const row of seen.marks) {
		const netns = who.netns(row.scope);
		if (seen.virtualServices.some((each) => who.netns(each.scope) === netns)) continue;
		add(context, {
			about: [netns],
			question: `where mark 0x${row.mark.toString(16)} (FWM ${row.mark}) is balanced to in ${graph.nameOf(netns)} of ${row.scope.host}`,
			matters: "which tasks get the packets",
			host: row.scope.host,
			place: row.scope.place,
			command: inPlace(row.scope.place, "ipvsadm -Sn"),
		});
	}
	for (const row of seen.virtualServices) {
		const netns = who.netns(row.scope);
		if (row.fwmark === undefined || seen.marks.some((each) => who.netns(each.scope) === netns)) continue;
		add(context, {
			about: [netns],
			question: `which packets get mark 0x${row.fwmark.toString(16)} (FWM ${row.fwmark}) in ${graph.nameOf(netns)} of ${row.scope.host}`,
			matters: "which port or address the service answers",
			host: row.scope.host,
			place: row.scope.place,
			command: inPlace(row.scope.place, "iptables-save -t mangle"),
		});
	}
	for (const server of graph.idsOf("real-server")) {
		if (graph.targets("same-entity", server).length > 0) continue;
		const host = server.slice(0, server.indexOf("/netns/"));
		const netnsName = server.slice(0, server.indexOf("/ipvs/")).slice(host.length + "/netns/".length);
		const address = graph.nameOf(server).replace(/:\d+$/, "");
		add(context, {
			about: [server],
			question: `which machine or container has ${address}`,
			matters: "whether the balancer sends packets to something that lives",
			host,
			place: HOST,
			command: isDockerNetns(netnsName)
				? "docker network inspect -v $(docker network ls -q --filter driver=overlay)"
				: inPlace(HOST, `ip route get ${shellWord(address)}`),
		});
	}
}

/** Networks that only their ids are known of. */
function networkNames(context: Context): void {
	const { graph, networks } = context;
	for (const id of networks.overlays()) {
		const network = networks.overlay(id);
		if (!graph.has(network) || graph.get(network, "name") !== undefined) continue;
		const host = graph.evidenceOf(network)[0]?.spans[0];
		const source = context.seen.virtualIps.find((row) => networks.overlay(row.networkId) === network);
		const onHost =
			source?.scope.host ?? hostsOf(context).find((each) => graph.has(netnsId(each, overlayNetns(id))));
		if (onHost === undefined || host === undefined) continue;
		add(context, {
			about: [network],
			question: `the name of network ${id}, and its options`,
			matters: "which of the user's networks this is",
			host: onHost,
			place: HOST,
			command: `docker network inspect -v ${shellWord(id)}`,
		});
	}
}

/** VIPs, and ports of the routing mesh, that no service is known for. */
function services(context: Context): void {
	const { graph } = context;
	const marked = new Set(
		context.seen.marks.map((row) => publishedPortId(row.scope.host, row.protocol ?? "any", row.dport ?? -1)),
	);
	// Any router has DNAT rules; those of a swarm lead to ingress_sbox or set a mark for IPVS.
	const isSwarms = (port: string): boolean =>
		graph.targets("marks", port).length > 0 ||
		graph.targets("nat-to", port).some((id) => id.includes(`/netns/${INGRESS_SBOX}/`)) ||
		marked.has(port);
	const nameless = [...graph.idsOf("vip"), ...graph.idsOf("published-port").filter(isSwarms)].filter(
		(id) => graph.targets("backs", id).length === 0,
	);
	const hosts = hostsOf(context);
	const byHost = new Map<string, string[]>();
	for (const id of nameless) {
		const host = hosts.find((each) => id.startsWith(`${each}/`)) ?? hostOfNetwork(context, id);
		if (host === undefined) continue;
		const known = byHost.get(host);
		if (known === undefined) byHost.set(host, [id]);
		else known.push(id);
	}
	for (const [host, ids] of byHost) {
		const names = ids.map((id) => graph.nameOf(id)).sort();
		add(context, {
			about: ids,
			question: `the service of ${[...new Set(names)].join(", ")}`,
			matters: "which service answers there, and which tasks it has",
			host,
			place: HOST,
			command: "docker service inspect $(docker service ls -q); docker service ps $(docker service ls -q)",
		});
	}
}

/** The host whose dump tells of a node that belongs to no host. */
function hostOfNetwork({ graph, seen }: Context, id: string): string | undefined {
	const source = graph.evidenceOf(id)[0]?.spans[0]?.source;
	for (const rows of Object.values(seen)) {
		for (const row of rows) if (row.quote.parsed.dump.id === source) return row.scope.host;
	}
	return undefined;
}

/** Containers that only their ids are known of. */
function containerNames(context: Context): void {
	const { graph } = context;
	for (const host of hostsOf(context)) {
		const nameless = graph
			.targets("contains", host)
			.filter((id) => id.startsWith(`${host}/container/`) && graph.get(id, "name") === undefined);
		if (nameless.length === 0) continue;
		add(context, {
			about: nameless,
			question: `the names, images and states of the containers of ${host}`,
			matters: "which tasks they are, and whether they run",
			host,
			place: HOST,
			command: "docker ps -a --no-trunc",
		});
	}
}

/** Interfaces by name and namespace, for a sentence. */
function listed({ graph, seen, who }: Context, ids: readonly string[]): string {
	return ids
		.map((id) => {
			const line = seen.interfaces.find((row) => interfaceId(who.netns(row.scope), row.name) === id);
			const netns = line && who.netnsName(line.scope.host, line.scope.place);
			return `${graph.nameOf(id)} of ${netns}`;
		})
		.join(", ");
}
