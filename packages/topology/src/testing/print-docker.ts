import {
	type DockerTable,
	type JsonKind,
	printJson,
	printTable,
	sandboxKey,
	type TableKind,
	type TableRows,
	VXLAN_ID_LIST,
} from "@netfossil/docker";
import { treeOf } from "@netfossil/docker/testing";
import type {
	ModelContainer,
	ModelEndpoint,
	ModelEngine,
	ModelHost,
	ModelLocalNetwork,
	ModelNetwork,
	ModelOverlay,
	ModelService,
} from "./model.ts";
import { hexId, swarmId } from "./names.ts";
import { nowhere, word } from "./nodes.ts";

/** What the engine of a host prints, by the command. */
export function dockerDumps(
	network: ModelNetwork,
	host: ModelHost,
	engine: ModelEngine,
): Map<string, string> {
	const dumps = new Map<string, string>();
	// A manager knows all overlays of the swarm, a worker those that it has tasks in.
	const isMember = ({ members }: ModelOverlay): boolean => members.includes(host.name);
	const overlays = network.overlays.filter((each) => engine.role === "manager" || isMember(each));
	dumps.set("docker network ls --no-trunc", networkLs(engine, overlays));
	dumps.set("docker ps -a --no-trunc", ps(engine.containers));
	for (const each of engine.networks)
		dumps.set(
			`docker network inspect -v ${each.name}`,
			json("docker-network-inspect", [localObject(engine, each)]),
		);
	for (const each of overlays) {
		const object = overlayObject(network, host, engine, each);
		dumps.set(`docker network inspect -v ${each.name}`, json("docker-network-inspect", [object]));
	}
	for (const each of engine.containers) {
		const object = containerObject(network, engine, each);
		dumps.set(`docker container inspect ${each.id.slice(0, 12)}`, json("docker-inspect", [object]));
	}
	if (engine.role !== "manager") return dumps;
	dumps.set("docker node ls", nodeLs(network));
	dumps.set("docker service ls", serviceLs(network.services));
	for (const service of network.services) {
		dumps.set(
			`docker service inspect ${service.name}`,
			json("docker-service-inspect", [serviceObject(service)]),
		);
		dumps.set(`docker service ps --no-trunc ${service.name}`, servicePs(service));
	}
	return dumps;
}

function json(kind: JsonKind, value: unknown): string {
	const document = { type: "document" as const, value: treeOf(value), unit: "    ", ...nowhere };
	return printJson({ type: kind, statements: [document], ...nowhere });
}

function localObject(engine: ModelEngine, network: ModelLocalNetwork): object {
	const { name, id, driver, subnet, gateway, bridge } = network;
	return {
		Name: name,
		Id: id,
		Created: "2026-11-20T23:50:07.815629544Z",
		Scope: "local",
		Driver: driver,
		EnableIPv6: false,
		IPAM: {
			Driver: "default",
			Options: null,
			Config: subnet === undefined ? [] : [{ Subnet: subnet, Gateway: gateway }],
		},
		Internal: false,
		Attachable: false,
		Ingress: false,
		ConfigFrom: { Network: "" },
		ConfigOnly: false,
		Containers: members(engine, id),
		// Only networks that the engine makes by itself have the option.
		Options:
			bridge === undefined || bridge.startsWith("br-") ? {} : { "com.docker.network.bridge.name": bridge },
		Labels: {},
	};
}

function members(engine: ModelEngine, network: string): Record<string, object> {
	const here = engine.endpoints.filter((each) => each.network === network);
	return Object.fromEntries(
		here.map(({ key, name, id, mac, address, length }) => [
			key,
			{ Name: name, EndpointID: id, MacAddress: mac, IPv4Address: `${address}/${length}`, IPv6Address: "" },
		]),
	);
}

function overlayObject(
	network: ModelNetwork,
	host: ModelHost,
	engine: ModelEngine,
	overlay: ModelOverlay,
): object {
	const { name, id, subnet, gateway, ingress, encrypted, vni } = overlay;
	return {
		Name: name,
		Id: id,
		Created: "2026-11-20T23:52:08.49590628Z",
		Scope: "swarm",
		Driver: "overlay",
		EnableIPv6: false,
		IPAM: { Driver: "default", Options: null, Config: [{ Subnet: subnet, Gateway: gateway }] },
		Internal: false,
		Attachable: false,
		Ingress: ingress,
		ConfigFrom: { Network: "" },
		ConfigOnly: false,
		Containers: members(engine, id),
		Options: { [VXLAN_ID_LIST]: String(vni), ...(encrypted && { encrypted: "" }) },
		Labels: {},
		// Only who is in the network knows the others.
		...(overlay.members.includes(host.name) && { ...peersAndServices(network, host, overlay) }),
	};
}

function peersAndServices({ hosts, services }: ModelNetwork, host: ModelHost, overlay: ModelOverlay): object {
	const { id, ingress, members: nodes, marks } = overlay;
	const there = hosts.filter((each) => nodes.includes(each.name));
	const addressOf = new Map(hosts.map((each) => [each.name, each.address]));
	const balanced = services.filter((service) => service.addresses.has(id));
	return {
		Peers: there.map(({ address }) => ({ Name: hexId(`peer ${address}`).slice(0, 12), IP: address })),
		Services: Object.fromEntries(
			balanced.map((service) => [
				service.name,
				{
					VIP: service.addresses.get(id),
					Ports:
						service.port && ingress
							? [`Target: ${service.port.target}, Publish: ${service.port.published}`]
							: [],
					LocalLBIndex: marks.get(`${host.name} ${service.name}`) ?? 0,
					Tasks: service.tasks.map((task) => ({
						Name: `${service.name}.${task.slot}.${task.id}`,
						EndpointID: hexId(`endpoint of ${task.id} ${id}`),
						EndpointIP: task.addresses.get(id),
						Info: { "Host IP": addressOf.get(task.host) },
					})),
				},
			]),
		),
	};
}

function containerObject(network: ModelNetwork, engine: ModelEngine, container: ModelContainer): object {
	const { id, name, image, sandbox } = container;
	const legs = engine.endpoints.filter(({ key, name: of }) => key === id && of === name);
	const nameOf = (endpoint: ModelEndpoint): string =>
		[...engine.networks, ...network.overlays].find((each) => each.id === endpoint.network)!.name;
	return {
		Id: id,
		Created: "2026-11-20T23:55:01.1001Z",
		Path: "/bin/serve",
		Args: [],
		State: { Status: "running", Running: true },
		Image: `sha256:${hexId(image)}`,
		Name: `/${name}`,
		HostConfig: { NetworkMode: "default" },
		Config: { Hostname: id.slice(0, 12), Image: image, Labels: {} },
		NetworkSettings: {
			Bridge: "",
			SandboxID: sandbox,
			SandboxKey: sandboxKey(sandbox),
			Ports: {},
			Networks: Object.fromEntries(
				legs.map((leg) => [
					nameOf(leg),
					{
						NetworkID: leg.network,
						EndpointID: leg.id,
						Gateway: "",
						IPAddress: leg.address,
						IPPrefixLen: leg.length,
						MacAddress: leg.mac,
					},
				]),
			),
		},
	};
}

function serviceObject({ id, name, image, port, addresses, tasks }: ModelService): object {
	const ports = port && [
		{ Protocol: "tcp", TargetPort: port.target, PublishedPort: port.published, PublishMode: "ingress" },
	];
	const spec = { Mode: "vip", ...(ports && { Ports: ports }) };
	return {
		ID: id,
		Version: { Index: 25 },
		CreatedAt: "2026-11-20T23:52:16.343531167Z",
		UpdatedAt: "2026-11-20T23:52:16.345120159Z",
		Spec: {
			Name: name,
			Labels: {},
			TaskTemplate: { ContainerSpec: { Image: image } },
			Mode: { Replicated: { Replicas: tasks.length } },
			EndpointSpec: spec,
		},
		Endpoint: {
			Spec: spec,
			...(ports && { Ports: ports }),
			VirtualIPs: [...addresses].map(([network, address]) => ({ NetworkID: network, Addr: `${address}/16` })),
		},
	};
}

// Listings ------------------------------------------------------------------------------------------------

/** A cell as it is printed, and as the row has it. */
type Cell<Row> = readonly [text: string, fields: Partial<Row>];

/** A listing with columns as wide as their widest cell. */
function table<Kind extends TableKind>(
	kind: Kind,
	type: TableRows[Kind]["type"],
	titles: readonly string[],
	rows: readonly (readonly Cell<TableRows[Kind]>[])[],
): string {
	let at = 0;
	const columns = titles.map((title, column) => {
		const placed = { title, at, ...nowhere };
		at += Math.max(10, ...[title, ...rows.map((row) => row[column]![0])].map(({ length }) => length + 3));
		return placed;
	});
	const nodes = rows.map((row) => Object.assign({ type, ...nowhere }, ...row.map(([, fields]) => fields)));
	const statements = [
		{ type: "columns", columns, ...nowhere },
		...nodes,
	] as unknown as DockerTable<Kind>["statements"];
	return printTable({ type: kind, statements, ...nowhere });
}

const cell = <Key extends string>(key: Key, value: string) =>
	[value, { [key]: word(value) } as Record<Key, ReturnType<typeof word>>] as const;

function networkLs({ networks }: ModelEngine, overlays: readonly ModelOverlay[]): string {
	const rows = [
		...networks.map(({ id, name, driver }) => ({ id, name, driver: driver as string, scope: "local" })),
		...overlays.map(({ id, name }) => ({ id, name, driver: "overlay", scope: "swarm" })),
	];
	return table(
		"docker-network-ls",
		"network",
		["NETWORK ID", "NAME", "DRIVER", "SCOPE"],
		rows.map(({ id, name, driver, scope }) => [
			cell("id", id),
			cell("name", name),
			cell("driver", driver),
			cell("scope", scope),
		]),
	);
}

function ps(containers: readonly ModelContainer[]): string {
	return table(
		"docker-ps",
		"container",
		["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"],
		containers.map(({ id, image, name }) => [
			cell("id", id),
			cell("image", image),
			[`"/bin/serve"`, { command: word("/bin/serve") }],
			cell("created", "21 minutes ago"),
			cell("status", "Up 20 minutes"),
			["", {}],
			[name, { names: [word(name)] }],
		]),
	);
}

function nodeLs({ hosts }: ModelNetwork): string {
	const swarm = hosts.filter(({ engine }) => engine !== undefined);
	return table(
		"docker-node-ls",
		"node",
		["ID", "HOSTNAME", "STATUS", "AVAILABILITY", "MANAGER STATUS", "ENGINE VERSION"],
		swarm.map(({ name, address }, at) => [
			[
				`${swarmId(`node ${address}`)} *`,
				{ id: word(swarmId(`node ${address}`)), ...(at === 0 && { self: true }) },
			],
			cell("hostname", name),
			cell("status", "Ready"),
			cell("availability", "Active"),
			at === 0 ? cell("managerStatus", "Leader") : ["", {}],
			cell("engineVersion", "20.10.24"),
		]),
	);
}

function serviceLs(services: readonly ModelService[]): string {
	return table(
		"docker-service-ls",
		"service",
		["ID", "NAME", "MODE", "REPLICAS", "IMAGE", "PORTS"],
		services.map(({ id, name, image, tasks, port }) => [
			cell("id", id.slice(0, 12)),
			cell("name", name),
			cell("mode", "replicated"),
			[
				`${tasks.length}/${tasks.length}`,
				{ replicas: { type: "replicas", running: tasks.length, desired: tasks.length, ...nowhere } },
			],
			cell("image", image),
			port === undefined
				? ["", {}]
				: [
						`*:${port.published}->${port.target}/tcp`,
						{
							ports: [
								{
									type: "published-port",
									published: { first: port.published, last: port.published, ...nowhere },
									target: { first: port.target, last: port.target, ...nowhere },
									protocol: "tcp",
									...nowhere,
								},
							],
						},
					],
		]),
	);
}

function servicePs({ name, image, tasks }: ModelService): string {
	return table(
		"docker-service-ps",
		"task",
		["ID", "NAME", "IMAGE", "NODE", "DESIRED STATE", "CURRENT STATE", "ERROR", "PORTS"],
		tasks.map(({ id, slot, host }) => [
			cell("id", id),
			cell("name", `${name}.${slot}`),
			cell("image", image),
			cell("node", host),
			cell("desiredState", "Running"),
			cell("currentState", "Running 22 minutes ago"),
			["", {}],
			["", {}],
		]),
	);
}

/** `ls /var/run/docker/netns` */
export const netnsFiles = ({ namespaces }: ModelHost): string[] =>
	namespaces.filter(({ docker }) => docker).map(({ name }) => name);
