/** Arbitraries of the objects that docker prints as JSON, as plain values. Needs the optional peer `fast-check`. */
import { ipv4Prefix, ipv4Text, ipv6Prefix, ipv6Text, mac } from "@netfossil/core/testing";
import fc from "fast-check";

type PlainObject = Record<string, unknown>;

function digits(alphabet: string, ...lengths: number[]): fc.Arbitrary<string> {
	const size = alphabet.length - 1;
	return fc
		.constantFrom(...lengths)
		.chain((length) => fc.array(fc.integer({ min: 0, max: size }), { minLength: length, maxLength: length }))
		.map((numbers) => numbers.map((number) => alphabet[number]).join(""));
}

/** Ids of containers, endpoints and sandboxes. */
export const hex = (...lengths: number[]): fc.Arbitrary<string> => digits("0123456789abcdef", ...lengths);
/** Ids of what belongs to a swarm. */
export const base36 = (...lengths: number[]): fc.Arbitrary<string> =>
	digits("0123456789abcdefghijklmnopqrstuvwxyz", ...lengths);
/** Names as docker allows them. */
export const name: fc.Arbitrary<string> = fc.stringMatching(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,24}$/);

const empty = fc.constant("");
const none = fc.constant(null);
const time = fc.constantFrom("2026-11-20T23:52:19.773796767Z", "0001-01-01T00:00:00Z");
const macText = mac().map(({ value }) => value);
const prefix4 = ipv4Prefix().map(({ address, length }) => `${address}/${length}`);
const prefix6 = ipv6Prefix().map(({ address, length }) => `${address}/${length}`);
const labels = fc.dictionary(name, fc.string(), { maxKeys: 3 });
const port = fc.integer({ min: 0, max: 65535 });
const protocol = fc.constantFrom("tcp", "udp", "sctp");
const version = fc.constantFrom("1.12.6", "18.09.1", "20.10.24+dfsg1", "29.0.1");
/** What Go prints of a list or map that is not set. */
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value);

/** Objects of which an engine may leave out fields, as older and newer ones do. */
function objects<Always extends object, Sometimes extends object>(
	always: { [Name in keyof Always]: fc.Arbitrary<Always[Name]> },
	sometimes: { [Name in keyof Sometimes]: fc.Arbitrary<Sometimes[Name]> },
): fc.Arbitrary<PlainObject> {
	const shape: Record<string, fc.Arbitrary<unknown>> = { ...always, ...sometimes };
	return fc.record(shape, { requiredKeys: Object.keys(always), noNullPrototype: true });
}

// Networks --------------------------------------------------------------------------------------------

const networkEndpoint = objects(
	{
		Name: name,
		EndpointID: hex(64),
		MacAddress: macText,
		IPv4Address: prefix4,
		IPv6Address: fc.oneof(empty, prefix6),
	},
	{},
);

const networkTask = objects(
	{
		Name: name.map((service) => `${service}.1.njrh2ofmap06u8r1zk2mjfv2f`),
		EndpointID: hex(64),
		EndpointIP: ipv4Text(),
		Info: fc.record({ "Host IP": ipv4Text() }),
	},
	{},
);

const networkService = objects(
	{
		VIP: fc.oneof(ipv4Text(), fc.constant("<nil>")),
		Ports: fc.array(
			fc.tuple(port, port).map(([target, published]) => `Target: ${target}, Publish: ${published}`),
			{ maxLength: 2 },
		),
		LocalLBIndex: fc.integer({ min: 0, max: 70000 }),
		Tasks: fc.array(networkTask, { maxLength: 3 }),
	},
	{},
);

/** Objects of `docker network inspect`, with `-v` or without, of engines 1.12 to 29. */
export function networkObjects(): fc.Arbitrary<PlainObject> {
	const subnet = fc.oneof(
		objects({ Subnet: prefix4 }, { IPRange: prefix4, Gateway: fc.oneof(ipv4Text(), prefix4) }),
		objects({ Subnet: prefix6 }, { Gateway: ipv6Text() }),
	);
	return objects(
		{
			Name: name,
			Id: fc.oneof(hex(64), base36(25)),
			Scope: fc.constantFrom("local", "swarm", "global"),
			Driver: fc.constantFrom("bridge", "overlay", "host", "null", "macvlan"),
			EnableIPv6: fc.boolean(),
			IPAM: fc.record({
				Driver: fc.constant("default"),
				Options: maybe(labels),
				Config: maybe(fc.array(subnet, { maxLength: 2 })),
			}),
			Internal: fc.boolean(),
			Containers: maybe(
				fc.dictionary(fc.oneof(hex(64), fc.constantFrom("ingress-sbox", "lb-overlay1")), networkEndpoint, {
					maxKeys: 3,
				}),
			),
			Options: fc.constantFrom(null, {}, { "com.docker.network.driver.overlay.vxlanid_list": "4097,4098" }),
			Labels: maybe(labels),
		},
		{
			Created: time,
			Attachable: fc.boolean(),
			Ingress: fc.boolean(),
			EnableIPv4: fc.boolean(),
			ConfigFrom: fc.constant({ Network: "" }),
			ConfigOnly: fc.boolean(),
			Peers: maybe(fc.array(fc.record({ Name: hex(12), IP: ipv4Text() }), { maxLength: 3 })),
			Services: fc.dictionary(fc.oneof(name, empty), networkService, { maxKeys: 3 }),
			Status: fc.constant({
				IPAM: { Subnets: { "10.0.0.0/24": { IPsInUse: 4, DynamicIPsAvailable: 252 } } },
			}),
		},
	);
}

// Containers ------------------------------------------------------------------------------------------

const joined = objects(
	{
		IPAMConfig: fc.constantFrom(null, {}, { IPv4Address: "10.0.1.6" }),
		Links: none,
		Aliases: maybe(fc.array(name, { maxLength: 2 })),
		NetworkID: fc.oneof(hex(64), base36(25)),
		EndpointID: hex(64),
		Gateway: fc.oneof(ipv4Text(), empty),
		IPAddress: ipv4Text(),
		IPPrefixLen: fc.integer({ min: 0, max: 32 }),
		IPv6Gateway: fc.oneof(ipv6Text(), empty),
		GlobalIPv6Address: fc.oneof(ipv6Text(), empty),
		GlobalIPv6PrefixLen: fc.integer({ min: 0, max: 128 }),
		MacAddress: macText,
		DriverOpts: none,
	},
	{ DNSNames: maybe(fc.array(name, { maxLength: 2 })) },
);

/** Of a container that does not run. */
const left = objects(
	{
		Links: none,
		NetworkID: fc.oneof(hex(64), empty),
		EndpointID: empty,
		Gateway: empty,
		IPAddress: empty,
		IPPrefixLen: fc.constant(0),
		IPv6Gateway: empty,
		GlobalIPv6Address: empty,
		GlobalIPv6PrefixLen: fc.constant(0),
		MacAddress: empty,
	},
	{},
);

const binding = objects(
	{
		HostIp: fc.oneof(empty, ipv4Text(), ipv6Text()),
		HostPort: fc.oneof(empty, port.map(String)),
	},
	{},
);

/** Objects of `docker inspect` of a container. */
export function containerObjects(): fc.Arbitrary<PlainObject> {
	const sandbox = fc.oneof(empty, hex(64));
	return fc.tuple(hex(64), sandbox).chain(([id, sandboxId]) =>
		objects(
			{
				Id: fc.constant(id),
				Created: time,
				Args: fc.array(fc.string(), { maxLength: 2 }),
				State: objects(
					{ Running: fc.boolean(), Pid: fc.integer({ min: 0, max: 4194304 }) },
					{ Status: fc.constantFrom("created", "running", "exited", "paused") },
				),
				Image: hex(64).map((digest) => `sha256:${digest}`),
				Name: name.map((each) => `/${each}`),
				HostConfig: objects(
					{
						NetworkMode: fc.oneof(
							fc.constantFrom("default", "bridge", "host", "none", `container:${id}`),
							name,
						),
					},
					{ PortBindings: fc.constant({}) },
				),
				Config: objects(
					{ Hostname: fc.oneof(fc.constant(id.slice(0, 12)), name), Image: name, Labels: maybe(labels) },
					{ Env: maybe(fc.array(fc.string(), { maxLength: 2 })) },
				),
				NetworkSettings: objects(
					{
						SandboxID: fc.constant(sandboxId),
						SandboxKey: fc.constant(sandboxId && `/var/run/docker/netns/${sandboxId.slice(0, 12)}`),
						Ports: maybe(
							fc.dictionary(
								fc.tuple(port, protocol).map(([number, of]) => `${number}/${of}`),
								maybe(fc.array(binding, { maxLength: 2 })),
								{ maxKeys: 3 },
							),
						),
						Networks: maybe(fc.dictionary(name, fc.oneof(joined, left), { maxKeys: 3 })),
					},
					// Up to 28 the first network stood here as well.
					{ Bridge: empty, IPAddress: fc.oneof(empty, ipv4Text()) },
				),
			},
			{
				Mounts: fc.array(
					objects(
						{ Type: fc.constantFrom("bind", "volume"), Source: fc.string(), Destination: fc.string() },
						{ RW: fc.boolean() },
					),
					{ maxLength: 2 },
				),
			},
		),
	);
}

// Swarm -----------------------------------------------------------------------------------------------

const servicePorts = maybe(
	fc.array(
		objects(
			{ Protocol: protocol, TargetPort: port },
			{ PublishedPort: port, PublishMode: fc.constantFrom("ingress", "host") },
		),
		{ maxLength: 2 },
	),
);
const meta = {
	Version: fc.record({ Index: fc.nat(9000) }),
	CreatedAt: time,
	UpdatedAt: time,
};
const networkTargets = fc.array(fc.record({ Target: fc.oneof(base36(25), name) }), { maxLength: 2 });
const containerSpec = objects({ Image: name }, { Labels: labels });

/** Objects of `docker service inspect`. */
export function serviceObjects(): fc.Arbitrary<PlainObject> {
	const mode = fc.oneof(
		fc.record({ Replicated: fc.record({ Replicas: fc.nat(200) }) }),
		fc.constant({ Global: {} }),
		fc.constant({ ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 3 } }),
		fc.constant({ GlobalJob: {} }),
	);
	const endpointMode = fc.constantFrom("vip", "dnsrr");
	return objects(
		{
			ID: base36(25),
			...meta,
			Spec: objects(
				{
					Name: name,
					Labels: labels,
					TaskTemplate: objects({ ContainerSpec: containerSpec }, { Networks: networkTargets }),
					Mode: mode,
				},
				{ EndpointSpec: objects({ Mode: endpointMode }, { Ports: servicePorts }) },
			),
			Endpoint: objects(
				{ Spec: objects({}, { Mode: endpointMode }) },
				{
					Ports: servicePorts,
					VirtualIPs: maybe(
						fc.array(objects({ NetworkID: base36(25) }, { Addr: fc.oneof(prefix4, prefix6) }), {
							maxLength: 2,
						}),
					),
				},
			),
		},
		{},
	);
}

/** Objects of `docker inspect` of a swarm's task. */
export function taskObjects(): fc.Arbitrary<PlainObject> {
	const state = fc.constantFrom("running", "shutdown", "ready", "rejected", "failed");
	return objects(
		{
			ID: base36(25),
			...meta,
			Spec: objects({ ContainerSpec: containerSpec }, { Networks: networkTargets }),
			ServiceID: base36(25),
			Status: objects(
				{ Timestamp: time, State: state },
				{
					Err: fc.string(),
					ContainerStatus: fc.record({ ContainerID: hex(64), PID: fc.nat(), ExitCode: fc.nat(255) }),
				},
			),
			DesiredState: state,
		},
		{
			Slot: fc.integer({ min: 1, max: 200 }),
			NodeID: base36(25),
			NetworksAttachments: fc.array(
				fc.record({
					Network: fc.record({ ID: base36(25), Spec: fc.record({ Name: name }) }),
					Addresses: fc.array(prefix4, { maxLength: 2 }),
				}),
				{ maxLength: 2 },
			),
		},
	);
}

const managerAddress = ipv4Text().map((address) => `${address}:2377`);

/** Objects of `docker node inspect`. */
export function nodeObjects(): fc.Arbitrary<PlainObject> {
	return objects(
		{
			ID: base36(25),
			...meta,
			Spec: fc.record({
				Labels: labels,
				Role: fc.constantFrom("manager", "worker"),
				Availability: fc.constantFrom("active", "pause", "drain"),
			}),
			Description: objects(
				{ Hostname: name, Platform: fc.constant({ Architecture: "x86_64", OS: "linux" }) },
				{ Engine: fc.record({ EngineVersion: version }) },
			),
			Status: objects(
				{ State: fc.constantFrom("ready", "down", "unknown", "disconnected") },
				{ Addr: ipv4Text() },
			),
		},
		{
			ManagerStatus: objects(
				{ Reachability: fc.constantFrom("reachable", "unreachable"), Addr: managerAddress },
				{ Leader: fc.boolean() },
			),
		},
	);
}

// Engines ---------------------------------------------------------------------------------------------

/** Objects of `docker info --format '{{json .}}'`. */
export function infoObjects(): fc.Arbitrary<PlainObject> {
	const manager = fc.record({ NodeID: base36(25), Addr: managerAddress });
	return objects(
		{
			ID: fc.uuid(),
			Name: name,
			ServerVersion: version,
			OperatingSystem: fc.constantFrom("Debian GNU/Linux 12 (bookworm)", "Alpine Linux v3.20"),
			KernelVersion: fc.constantFrom("6.1.176", "4.9.49-moby"),
			DockerRootDir: fc.constant("/var/lib/docker"),
			Swarm: objects(
				{
					NodeID: fc.oneof(base36(25), empty),
					NodeAddr: fc.oneof(ipv4Text(), empty),
					LocalNodeState: fc.constantFrom("active", "inactive", "pending", "locked", "error"),
					ControlAvailable: fc.boolean(),
					Error: empty,
					RemoteManagers: maybe(fc.array(manager, { maxLength: 3 })),
				},
				{ Cluster: objects({ ID: base36(25) }, { DataPathPort: port }) },
			),
		},
		{ Labels: maybe(fc.array(fc.string(), { maxLength: 2 })), Warnings: maybe(fc.array(fc.string())) },
	);
}

/** Objects of `docker version --format '{{json .}}'`. */
export function versionObjects(): fc.Arbitrary<PlainObject> {
	const part = objects({ Version: version, ApiVersion: fc.constantFrom("1.24", "1.41") }, { Os: name });
	return objects({ Client: part }, { Server: maybe(part) });
}
