import {
	type IpAddress,
	type IpPrefix,
	type MacAddress,
	type Num,
	readIp,
	readMac,
	readPrefix,
	type Span,
	type Word,
} from "@netfossil/core";
import type {
	ContainerEndpointView,
	ContainerView,
	DockerInfo,
	DockerInspect,
	DockerJson,
	DockerNetworkInspect,
	DockerNodeInspect,
	DockerServiceInspect,
	DockerVersion,
	Flag,
	HostPortView,
	InfoView,
	JsonMember,
	JsonObject,
	JsonString,
	JsonValue,
	NetworkEndpointView,
	NetworkServiceView,
	NetworkTaskView,
	NetworkView,
	NodeView,
	PeerView,
	PortBindingView,
	ServicePortView,
	ServiceView,
	Setting,
	SubnetView,
	VersionView,
	View,
	VirtualIpView,
} from "./ast.ts";
import { membersOf } from "./json/value.ts";
import { type Outline, outlines } from "./outline.ts";
import { VXLAN_ID_LIST } from "./rules.ts";

/** The networks of `docker network inspect`, also of a piece of it. */
export function networks(ast: DockerNetworkInspect): NetworkView[] {
	return subjects(ast, NETWORK_KEYS, NETWORK_PARTS).map(network);
}

/** The containers of `docker inspect`, also of a piece of it. */
export function containers(ast: DockerInspect): ContainerView[] {
	return subjects(ast, CONTAINER_KEYS, CONTAINER_PARTS).map(container);
}

/** The services of `docker service inspect`, also of a piece of it, and of `--pretty`. */
export function services(ast: DockerServiceInspect): ServiceView[] {
	return [
		...subjects(ast, SERVICE_KEYS, SERVICE_PARTS).map(service),
		...outlines(ast, "ID").map(prettyService),
	];
}

/** The nodes of `docker node inspect`, also of a piece of it, and of `--pretty`. */
export function nodes(ast: DockerNodeInspect): NodeView[] {
	return [...subjects(ast, NODE_KEYS).map(node), ...outlines(ast, "ID").map(prettyNode)];
}

/** What `docker info` says of its host; undefined where no daemon answered. */
export function engineInfo(ast: DockerInfo): InfoView | undefined {
	const [subject] = subjects(ast, INFO_KEYS);
	if (subject !== undefined) return info(subject);
	const [outline] = outlines(ast);
	return outline && prettyInfo(outline);
}

/** The versions of `docker version`. */
export function engineVersion(ast: DockerVersion): VersionView | undefined {
	const [subject] = subjects(ast, VERSION_KEYS);
	if (subject !== undefined) return version(subject);
	const [outline] = outlines(ast);
	return outline && prettyVersion(outline);
}

// What only an object of the kind has, and where a piece of it may begin.
const NETWORK_KEYS: ReadonlySet<string> = new Set([
	"Scope",
	"IPAM",
	"Containers",
	"Peers",
	"Services",
	"Options",
	"Config",
	// Podman's own: netavark's and CNI's.
	"network_interface",
	"subnets",
	"cniVersion",
	"plugins",
	// `nerdctl network inspect --mode=native`
	"CNI",
]);
const NODE_KEYS: ReadonlySet<string> = new Set(["Description", "ManagerStatus", "Status", "Availability"]);
const INFO_KEYS: ReadonlySet<string> = new Set([
	"ServerVersion",
	"DockerRootDir",
	"Swarm",
	"OperatingSystem",
]);
const VERSION_KEYS: ReadonlySet<string> = new Set(["Client", "Server"]);
const CONTAINER_KEYS: ReadonlySet<string> = new Set([
	"NetworkSettings",
	"SandboxID",
	"SandboxKey",
	"Networks",
	"HostConfig",
	"NetworkMode",
	"State",
	"Pid",
	"Config",
	"Hostname",
	"Ports",
]);
const SERVICE_KEYS: ReadonlySet<string> = new Set([
	"Spec",
	"Endpoint",
	"VirtualIPs",
	"EndpointSpec",
	"TaskTemplate",
	"Ports",
]);

/** The value of a member that `--format '{{json .Containers}}'` printed without its name, and how it is known. */
interface Part {
	readonly name: string;
	readonly is: (value: JsonValue) => boolean;
}

const hasAll = (value: JsonValue | undefined, keys: readonly string[]): boolean => {
	const fields = fieldsOf(value);
	return keys.every((key) => fields.has(key));
};
const mapOf =
	(...keys: string[]): Part["is"] =>
	(value) =>
		value.type === "object" &&
		value.members.length > 0 &&
		value.members.every((each) => each.type === "member" && hasAll(each.value, keys));
const listOf =
	(...keys: string[]): Part["is"] =>
	(value) =>
		value.type === "array" && value.items.length > 0 && items(value).every((item) => hasAll(item, keys));

const NETWORK_PARTS: readonly Part[] = [
	{ name: "Containers", is: mapOf("EndpointID", "IPv4Address") },
	{ name: "Services", is: mapOf("VIP", "LocalLBIndex") },
	{ name: "Config", is: listOf("Subnet") },
];
const CONTAINER_PARTS: readonly Part[] = [
	{ name: "Networks", is: mapOf("EndpointID", "IPAddress") },
	{
		name: "Ports",
		is: (value) =>
			value.type === "object" &&
			value.members.length > 0 &&
			membersOf(value).every(({ key }) => /^\d+\/(?:tcp|udp|sctp)$/.test(key.value)),
	},
];
const SERVICE_PARTS: readonly Part[] = [{ name: "VirtualIPs", is: listOf("NetworkID", "Addr") }];

/** An object by its members: one that stands there whole, or what is left of one. */
interface Subject extends View {
	readonly fields: Fields;
}

type Fields = ReadonlyMap<string, JsonMember>;

const NO_FIELDS: Fields = new Map();

function fieldsOf(value: JsonValue | undefined): Fields {
	if (value?.type !== "object") return NO_FIELDS;
	// Of two members of one name the last counts, as for every reader of JSON.
	return new Map(membersOf(value).map((member) => [member.key.value, member]));
}

/** The objects of a kind: the documents' own, those in an array, and the members that stand loose. */
function subjects(ast: DockerJson, keys: ReadonlySet<string>, parts: readonly Part[] = []): Subject[] {
	const found: Subject[] = [];
	let loose: JsonMember[] = [];
	const endLoose = (): void => {
		if (loose.some(({ key }) => keys.has(key.value) || LEADING.has(key.value))) {
			const fields = new Map(loose.map((member) => [member.key.value, member]));
			found.push({ fields, complete: false, start: loose[0]!.start, end: loose.at(-1)!.end });
		}
		loose = [];
	};
	const add = (value: JsonValue): void => {
		if (value.type === "array") {
			for (const item of value.items) if (item.type !== "unparsed") add(item);
		}
		if (value.type !== "object") return;
		const fields = fieldsOf(value);
		if (![...fields.keys()].some((key) => keys.has(key))) return;
		// `--format '{{json .NetworkSettings}}'` prints a whole object that is not the container.
		const complete = isWhole(value) && [...fields.keys()].some((key) => OWN.has(key));
		found.push({ fields, complete, start: value.start, end: value.end });
	};
	const addPart = (value: JsonValue): boolean => {
		const part = parts.find(({ is }) => is(value));
		if (part === undefined) return false;
		const { start, end } = value;
		const key: JsonString = { type: "string", value: part.name, start, end: start };
		const fields = new Map([[part.name, { type: "member" as const, key, value, start, end }]]);
		found.push({ fields, complete: false, start, end });
		return true;
	};
	for (const node of ast.statements) {
		if (node.type === "fragment") {
			// A name that comes again begins the next object: `docker inspect a b | grep SandboxID`.
			if (loose.some(({ key }) => key.value === node.member.key.value)) endLoose();
			loose.push(node.member);
		} else if (node.type === "document") {
			endLoose();
			if (!addPart(node.value)) add(node.value);
		} else if (node.type === "unparsed" || node.type === "error") endLoose();
	}
	endLoose();
	return found;
}

/** One of these every object has that is no part of another. */
const OWN: ReadonlySet<string> = new Set(["Id", "ID", "id", "NerdctlID", "cniVersion", "CNI"]);

/** What every object has, and a grep may have left alone. */
const LEADING: ReadonlySet<string> = new Set(["Id", "ID", "Name", "Driver", "MacAddress", "IPAddress"]);

function isWhole(value: JsonObject): boolean {
	const whole = (node: JsonValue): boolean => {
		switch (node.type) {
			case "object":
				return (
					!node.cut &&
					node.members.every(
						(each) => each.type === "member" && each.value !== undefined && whole(each.value),
					)
				);
			case "array":
				return !node.cut && node.items.every((item) => item.type !== "unparsed" && whole(item));
			default:
				return node.type !== "string" || !node.cut;
		}
	};
	return whole(value);
}

// Values ----------------------------------------------------------------------------------------------

const within = ({ start, end }: Span): Span => ({ start, end });

/** What stands between the quotes; undefined for an empty or cut string. */
function content(node: JsonValue | undefined): Word | undefined {
	if (node?.type !== "string" || node.cut || node.value === "") return undefined;
	return wordOf(node);
}

function wordOf(node: JsonString): Word {
	return { value: node.value, start: node.start + 1, end: node.end - 1 };
}

/** Reads an address that fills a string; one with escapes in it is none. */
function read<Node>(
	node: JsonValue | undefined,
	reader: (text: string, start: number) => Node | undefined,
): Node | undefined {
	const word = content(node);
	if (word === undefined || word.end - word.start !== word.value.length) return undefined;
	return reader(word.value, word.start);
}

const ip = (node: JsonValue | undefined): IpAddress | undefined => read(node, readIp);
const prefix = (node: JsonValue | undefined): IpPrefix | undefined => read(node, readPrefix);
const mac = (node: JsonValue | undefined): MacAddress | undefined => read(node, readMac);

function flag(node: JsonValue | undefined): Flag | undefined {
	return node?.type === "boolean" ? { value: node.value, ...within(node) } : undefined;
}

/** A number, also one in quotes (`"HostPort": "8080"`). */
function num(node: JsonValue | undefined): Num | undefined {
	if (node?.type === "number") {
		if (node.cut) return undefined;
		return { value: node.value, ...(node.text !== undefined && { text: node.text }), ...within(node) };
	}
	const word = content(node);
	return word && /^(?:0|[1-9]\d{0,14})$/.test(word.value)
		? { ...word, value: Number(word.value) }
		: undefined;
}

function items(node: JsonValue | undefined): JsonValue[] {
	return node?.type === "array" ? node.items.filter((item) => item.type !== "unparsed") : [];
}

function words(node: JsonValue | undefined): Word[] {
	return items(node).flatMap((item) => content(item) ?? []);
}

function settings(node: JsonValue | undefined): Setting[] {
	return entries(node).flatMap(({ key, value, ...member }) =>
		value?.type === "string" && !value.cut
			? [{ key: wordOf(key), value: wordOf(value), ...within(member) }]
			: [],
	);
}

function entries(node: JsonValue | undefined): JsonMember[] {
	return [...fieldsOf(node).values()];
}

/** The value of the first of the paths that leads to one: of a piece, only the ends of the paths are left. */
function at(fields: Fields, ...paths: string[]): JsonValue | undefined {
	for (const path of paths) {
		let within = fields;
		let value: JsonValue | undefined;
		for (const name of path.split(".")) {
			value = within.get(name)?.value;
			within = fieldsOf(value);
		}
		if (value !== undefined) return value;
	}
	return undefined;
}

/** The fields that are there. */
type Present<Shape> = { [Name in keyof Shape]?: Exclude<Shape[Name], undefined> };

function present<Shape extends object>(shape: Shape): Present<Shape> {
	return Object.fromEntries(
		Object.entries(shape).filter(([, value]) => value !== undefined),
	) as Present<Shape>;
}

function viewOf({ complete, start, end }: Subject): View {
	return { complete, start, end };
}

// Networks --------------------------------------------------------------------------------------------

function network(subject: Subject): NetworkView {
	const { fields } = subject;
	// `nerdctl network inspect --mode=native` wraps what podman 3 prints: the network's CNI configuration.
	const native = at(fields, "CNI") === undefined ? fields : fieldsOf(at(fields, "CNI"));
	const plugin = fieldsOf(items(at(native, "plugins")).find((each) => at(fieldsOf(each), "bridge")));
	const options = settings(at(fields, "Options", "options"));
	const vxlan = options.find(({ key }) => key.value === VXLAN_ID_LIST) ?? looseSetting(fields, VXLAN_ID_LIST);
	const ranges = items(at(plugin, "ipam.ranges")).flatMap(items);
	return {
		...present({
			name: content(at(native, "Name", "name")),
			id: content(at(fields, "Id", "id", "NerdctlID")),
			driver: content(at(fields, "Driver", "driver")) ?? content(at(plugin, "type")),
			scope: content(at(fields, "Scope")),
			ipv6: flag(at(fields, "EnableIPv6", "ipv6_enabled")),
			internal: flag(at(fields, "Internal", "internal")),
			attachable: flag(at(fields, "Attachable")),
			ingress: flag(at(fields, "Ingress")),
			bridge: content(at(fields, "network_interface")) ?? content(at(plugin, "bridge")),
		}),
		subnets: [...items(at(fields, "IPAM.Config", "Config", "subnets")), ...ranges].map(subnet),
		containers: entries(at(fields, "Containers", "containers")).map(endpoint),
		options,
		labels: settings(at(fields, "Labels", "labels", "NerdctlLabels")),
		vxlanIds: vxlan === undefined ? [] : numbers(vxlan.value),
		peers: items(at(fields, "Peers")).map(peer),
		services: entries(at(fields, "Services")).map(networkService),
		...viewOf(subject),
	};
}

function looseSetting(fields: Fields, name: string): Setting | undefined {
	const member = fields.get(name);
	const value = content(member?.value);
	return member && value && { key: wordOf(member.key), value, ...within(member) };
}

/** `4097,4098` */
function numbers({ value, start }: Word): Num[] {
	return [...value.matchAll(/\d+/g)].map((match) => {
		const from = start + match.index;
		return { value: Number(match[0]), start: from, end: from + match[0].length };
	});
}

function subnet(node: JsonValue): SubnetView {
	const fields = fieldsOf(node);
	// Engines before 1.13 gave the gateway a length: `10.0.0.1/24`.
	const gateway = at(fields, "Gateway", "gateway");
	return {
		...present({
			subnet: prefix(at(fields, "Subnet", "subnet")),
			gateway: ip(gateway) ?? prefix(gateway),
			ipRange: prefix(at(fields, "IPRange")),
		}),
		...within(node),
	};
}

function endpoint({ key, value, ...member }: JsonMember): NetworkEndpointView {
	const fields = fieldsOf(value);
	// Podman 5 lists the interfaces of a container: `"eth0": { "subnets": [{ "ipnet": "10.88.0.2/16" }] }`.
	const inside = fieldsOf(entries(at(fields, "interfaces"))[0]?.value);
	const nets = items(at(inside, "subnets")).flatMap((each) => prefix(at(fieldsOf(each), "ipnet")) ?? []);
	return {
		key: wordOf(key),
		...present({
			name: content(at(fields, "Name", "name")),
			endpointId: content(at(fields, "EndpointID")),
			mac: mac(at(fields, "MacAddress")) ?? mac(at(inside, "mac_address")),
			ipv4: prefix(at(fields, "IPv4Address")) ?? nets.find(({ family }) => family === 4),
			ipv6: prefix(at(fields, "IPv6Address")) ?? nets.find(({ family }) => family === 6),
		}),
		...within(member),
	};
}

function peer(node: JsonValue): PeerView {
	const fields = fieldsOf(node);
	return {
		...present({ name: content(at(fields, "Name")), ip: ip(at(fields, "IP")) }),
		...within(node),
	};
}

function networkService({ key, value, ...member }: JsonMember): NetworkServiceView {
	const fields = fieldsOf(value);
	return {
		name: wordOf(key),
		...present({ vip: ip(at(fields, "VIP")), localLbIndex: num(at(fields, "LocalLBIndex")) }),
		ports: words(at(fields, "Ports")),
		tasks: items(at(fields, "Tasks")).map(networkTask),
		...within(member),
	};
}

function networkTask(node: JsonValue): NetworkTaskView {
	const fields = fieldsOf(node);
	return {
		...present({
			name: content(at(fields, "Name")),
			endpointId: content(at(fields, "EndpointID")),
			endpointIp: ip(at(fields, "EndpointIP")),
			hostIp: ip(at(fields, "Info.Host IP")),
		}),
		...within(node),
	};
}

// Containers ------------------------------------------------------------------------------------------

function container(subject: Subject): ContainerView {
	const { fields } = subject;
	return {
		...present({
			id: content(at(fields, "Id")),
			name: withoutSlash(content(at(fields, "Name"))),
			image: content(at(fields, "Config.Image", "ImageName")) ?? withoutDigest(content(at(fields, "Image"))),
			hostname: content(at(fields, "Config.Hostname", "Hostname")),
			state: content(at(fields, "State.Status")),
			running: flag(at(fields, "State.Running", "Running")),
			pid: num(at(fields, "State.Pid", "Pid")),
			networkMode: content(at(fields, "HostConfig.NetworkMode", "NetworkMode")),
			sandboxId: content(at(fields, "NetworkSettings.SandboxID", "SandboxID")),
			sandboxKey: content(at(fields, "NetworkSettings.SandboxKey", "SandboxKey")),
		}),
		labels: settings(at(fields, "Config.Labels", "Labels")),
		ports: entries(at(fields, "NetworkSettings.Ports", "Ports")).map(binding),
		networks: entries(at(fields, "NetworkSettings.Networks", "Networks")).map(containerEndpoint),
		...viewOf(subject),
	};
}

/**
 * The container's own `Image` is an id (podman's without `sha256:`), that of its `Config` the name; a piece may hold
 * either.
 */
function withoutDigest(image: Word | undefined): Word | undefined {
	return image && /^(?:sha256:|[\da-f]{64}$)/.test(image.value) ? undefined : image;
}

/** The daemon keeps names with a slash before them: `/client.1.nnie…`. */
function withoutSlash(name: Word | undefined): Word | undefined {
	if (!name?.value.startsWith("/")) return name;
	return { value: name.value.slice(1), start: name.start + 1, end: name.end };
}

function containerEndpoint({ key, value, ...member }: JsonMember): ContainerEndpointView {
	const fields = fieldsOf(value);
	const address = ip(at(fields, "IPAddress"));
	const address6 = ip(at(fields, "GlobalIPv6Address"));
	return {
		name: wordOf(key),
		...present({
			networkId: content(at(fields, "NetworkID")),
			endpointId: content(at(fields, "EndpointID")),
			address,
			// The length of no address is printed as 0.
			prefixLength: address && num(at(fields, "IPPrefixLen")),
			gateway: ip(at(fields, "Gateway")),
			address6,
			prefixLength6: address6 && num(at(fields, "GlobalIPv6PrefixLen")),
			gateway6: ip(at(fields, "IPv6Gateway")),
			mac: mac(at(fields, "MacAddress")),
		}),
		aliases: words(at(fields, "Aliases")),
		...within(member),
	};
}

function binding({ key, value, ...member }: JsonMember): PortBindingView {
	return { target: wordOf(key), bindings: items(value).map(hostPort), ...within(member) };
}

function hostPort(node: JsonValue): HostPortView {
	const fields = fieldsOf(node);
	return {
		...present({ address: ip(at(fields, "HostIp")), port: num(at(fields, "HostPort")) }),
		...within(node),
	};
}

// Services --------------------------------------------------------------------------------------------

function service(subject: Subject): ServiceView {
	const { fields } = subject;
	const mode = entries(at(fields, "Spec.Mode")).at(0);
	return {
		...present({
			id: content(at(fields, "ID")),
			name: content(at(fields, "Spec.Name", "Name")),
			image: content(at(fields, "Spec.TaskTemplate.ContainerSpec.Image", "Image")),
			mode: mode && wordOf(mode.key),
			replicas: num(at(fields, "Spec.Mode.Replicated.Replicas", "Replicas")),
			endpointMode: content(at(fields, "Endpoint.Spec.Mode", "Spec.EndpointSpec.Mode")),
		}),
		networks: items(at(fields, "Spec.TaskTemplate.Networks", "Spec.Networks")).flatMap(
			(node) => content(at(fieldsOf(node), "Target")) ?? [],
		),
		ports: items(at(fields, "Endpoint.Ports", "Spec.EndpointSpec.Ports", "Ports")).map(servicePort),
		virtualIps: items(at(fields, "Endpoint.VirtualIPs", "VirtualIPs")).map(virtualIp),
		...viewOf(subject),
	};
}

function servicePort(node: JsonValue): ServicePortView {
	const fields = fieldsOf(node);
	return {
		...present({
			protocol: content(at(fields, "Protocol")),
			targetPort: num(at(fields, "TargetPort")),
			publishedPort: num(at(fields, "PublishedPort")),
			publishMode: content(at(fields, "PublishMode")),
		}),
		...within(node),
	};
}

function virtualIp(node: JsonValue): VirtualIpView {
	const fields = fieldsOf(node);
	return {
		...present({ networkId: content(at(fields, "NetworkID")), address: prefix(at(fields, "Addr")) }),
		...within(node),
	};
}

/** Of `docker service inspect --pretty`, which prints neither the virtual addresses nor the networks' ids. */
function prettyService(outline: Outline): ServiceView {
	const ports: ServicePortView[] = [];
	for (const published of outline.all("Ports.PublishedPort")) {
		const part = (name: string): Word | undefined => outline.below(published, name);
		const numeric = (word: Word | undefined): Num | undefined =>
			word && /^\d+$/.test(word.value) ? { ...word, value: Number(word.value) } : undefined;
		const mode = part("PublishMode");
		ports.push({
			...present({
				protocol: part("Protocol"),
				targetPort: numeric(part("TargetPort")),
				publishedPort: numeric(published),
				publishMode: mode,
			}),
			start: published.start,
			end: (mode ?? published).end,
		});
	}
	const replicas = outline.one("Service Mode.Replicas");
	return {
		...present({
			id: outline.one("ID"),
			name: outline.one("Name"),
			image: outline.one("ContainerSpec.Image"),
			mode: outline.one("Service Mode"),
			replicas:
				replicas && /^\d+$/.test(replicas.value) ? { ...replicas, value: Number(replicas.value) } : undefined,
			endpointMode: outline.one("Endpoint Mode"),
		}),
		networks: splitWords(outline.one("Networks")),
		ports,
		virtualIps: [],
		complete: false,
		start: outline.start,
		end: outline.end,
	};
}

/** `overlay1 overlay2` */
function splitWords(word: Word | undefined): Word[] {
	if (word === undefined) return [];
	return [...word.value.matchAll(/\S+/g)].map((match) => {
		const start = word.start + match.index;
		return { value: match[0], start, end: start + match[0].length };
	});
}

// Nodes and engines -----------------------------------------------------------------------------------

function node(subject: Subject): NodeView {
	const { fields } = subject;
	return {
		...present({
			id: content(at(fields, "ID")),
			hostname: content(at(fields, "Description.Hostname", "Hostname")),
			role: content(at(fields, "Spec.Role", "Role")),
			availability: content(at(fields, "Spec.Availability", "Availability")),
			state: content(at(fields, "Status.State", "State")),
			address: ip(at(fields, "Status.Addr")),
			managerAddress: content(at(fields, "ManagerStatus.Addr")),
			leader: flag(at(fields, "ManagerStatus.Leader", "Leader")),
			engineVersion: content(at(fields, "Description.Engine.EngineVersion", "EngineVersion")),
		}),
		...viewOf(subject),
	};
}

function prettyNode(outline: Outline): NodeView {
	const leader = outline.one("Manager Status.Is Leader") ?? outline.one("Manager Status.Leader");
	const address = outline.one("Status.Address");
	return {
		...present({
			id: outline.one("ID"),
			hostname: outline.one("Hostname"),
			availability: outline.one("Status.Availability"),
			state: outline.one("Status.State"),
			address: address && readIp(address.value, address.start),
			managerAddress: outline.one("Manager Status.Address"),
			leader: leader && yesNo(leader),
			engineVersion: outline.one("Engine Version"),
		}),
		complete: false,
		start: outline.start,
		end: outline.end,
	};
}

/** `Is Manager: true`, ` Leader:		Yes` */
function yesNo({ value, start, end }: Word): Flag {
	return { value: /^(?:true|yes)$/i.test(value), start, end };
}

function info({ fields, start, end }: Subject): InfoView {
	return {
		...present({
			name: content(at(fields, "Name")),
			serverVersion: content(at(fields, "ServerVersion")),
			operatingSystem: content(at(fields, "OperatingSystem")),
			kernelVersion: content(at(fields, "KernelVersion")),
			rootDir: content(at(fields, "DockerRootDir")),
			swarm: content(at(fields, "Swarm.LocalNodeState")),
			nodeId: content(at(fields, "Swarm.NodeID")),
			isManager: flag(at(fields, "Swarm.ControlAvailable")),
			nodeAddress: ip(at(fields, "Swarm.NodeAddr")),
			dataPathPort: num(at(fields, "Swarm.Cluster.DataPathPort")),
		}),
		managers: items(at(fields, "Swarm.RemoteManagers")).flatMap(
			(each) => content(at(fieldsOf(each), "Addr")) ?? [],
		),
		start,
		end,
	};
}

function prettyInfo(outline: Outline): InfoView | undefined {
	const serverVersion = outline.one("Server Version");
	if (serverVersion === undefined) return undefined;
	const address = outline.one("Swarm.Node Address");
	const manager = outline.one("Swarm.Is Manager");
	const port = outline.one("Swarm.Data Path Port");
	return {
		...present({
			name: outline.one("Name"),
			serverVersion,
			operatingSystem: outline.one("Operating System"),
			kernelVersion: outline.one("Kernel Version"),
			rootDir: outline.one("Docker Root Dir"),
			swarm: outline.one("Swarm"),
			nodeId: outline.one("Swarm.NodeID"),
			isManager: manager && yesNo(manager),
			nodeAddress: address && readIp(address.value, address.start),
			dataPathPort: port && /^\d+$/.test(port.value) ? { ...port, value: Number(port.value) } : undefined,
		}),
		managers: outline.items("Swarm.Manager Addresses"),
		start: outline.start,
		end: outline.end,
	};
}

function version({ fields, start, end }: Subject): VersionView {
	return {
		...present({
			client: content(at(fields, "Client.Version")),
			server: content(at(fields, "Server.Version")),
			serverApi: content(at(fields, "Server.ApiVersion")),
		}),
		start,
		end,
	};
}

function prettyVersion(outline: Outline): VersionView | undefined {
	return {
		...present({
			client: outline.one("Client.Version") ?? outline.one("Version"),
			// Since 18.09 the engine is one of the server's components; before, it was the server.
			server: outline.one("Server.Engine.Version") ?? outline.one("Server.Version"),
			serverApi: outline.one("Server.Engine.API version") ?? outline.one("Server.API version"),
		}),
		start: outline.start,
		end: outline.end,
	};
}
