import { blank, ipAddress, lineShape, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type {
	DockerInfo as DockerInfoAst,
	DockerInspect as DockerInspectAst,
	DockerJson,
	DockerNetworkInspect as DockerNetworkInspectAst,
	DockerNetworkLs as DockerNetworkLsAst,
	DockerNodeInspect as DockerNodeInspectAst,
	DockerNodeLs as DockerNodeLsAst,
	DockerPs as DockerPsAst,
	DockerServiceInspect as DockerServiceInspectAst,
	DockerServiceLs as DockerServiceLsAst,
	DockerServicePs as DockerServicePsAst,
	DockerTable,
	DockerVersion as DockerVersionAst,
	ErrorLine,
	ItemLine,
	JsonDocument,
	JsonKind,
	JsonMember,
	JsonStatement,
	JsonString,
	JsonUnparsed,
	JsonValue,
	OtherCell,
	PortRange,
	PublishedPort,
	Quoted,
	Replicas,
	SettingLine,
	TableHeader,
	TableKind,
	TableRows,
	Wrapped,
} from "./ast.ts";

const text: z.ZodExactOptional<z.ZodString> = z.exactOptional(z.string());
const yes: z.ZodExactOptional<z.ZodLiteral<true>> = z.exactOptional(z.literal(true));

const errorLine: z.ZodType<ErrorLine> = z.strictObject({
	type: z.literal("error"),
	text: z.string(),
	meaning: z.enum([
		"not-found",
		"not-a-manager",
		"no-daemon",
		"permission-denied",
		"no-command",
		"usage",
		"warning",
		"other",
	]),
	subject: z.exactOptional(word),
	...lineShape,
});

// Tables ----------------------------------------------------------------------------------------------

const wrapped: z.ZodExactOptional<z.ZodType<Wrapped>> = z.exactOptional(
	z.strictObject({ width: z.int().min(1), trimmed: yes }),
);
const header: z.ZodType<TableHeader> = z.strictObject({
	type: z.literal("columns"),
	columns: z.array(z.strictObject({ title: z.string(), at: z.int().min(0), ...spanShape })),
	gaps: z.exactOptional(z.array(z.string())),
	wrapped,
	...lineShape,
});
const other: z.ZodType<OtherCell> = z.strictObject({ title: z.string(), value: z.string(), ...spanShape });
const quoted: z.ZodType<Quoted> = z.strictObject({ value: z.string(), text, ...spanShape });
const port: z.ZodInt = z.int().min(0).max(65535);
const range: z.ZodType<PortRange> = z.strictObject({ first: port, last: port, ...spanShape });
const published: z.ZodType<PublishedPort> = z.strictObject({
	type: z.literal("published-port"),
	address: z.exactOptional(ipAddress),
	brackets: yes,
	published: z.exactOptional(range),
	target: range,
	protocol: z.enum(["tcp", "udp", "sctp"]),
	...spanShape,
});
const replicas: z.ZodType<Replicas> = z.strictObject({
	type: z.literal("replicas"),
	running: z.int(),
	desired: z.int(),
	maxPerNode: z.exactOptional(z.int()),
	completed: z.exactOptional(z.strictObject({ done: z.int(), total: z.int() })),
	...spanShape,
});

const cell = z.exactOptional(word);
const ports = z.exactOptional(z.array(z.union([published, unparsed])));
const portsJoint = z.exactOptional(z.literal(","));
const row = {
	others: z.exactOptional(z.array(other)),
	gaps: z.exactOptional(z.array(z.string())),
	wrapped,
	...lineShape,
};
const rows: { readonly [Kind in TableKind]: z.ZodType<TableRows[Kind]> } = {
	"docker-network-ls": z.strictObject({
		type: z.literal("network"),
		id: cell,
		name: cell,
		driver: cell,
		scope: cell,
		...row,
	}),
	"docker-node-ls": z.strictObject({
		type: z.literal("node"),
		id: cell,
		self: yes,
		hostname: cell,
		status: cell,
		availability: cell,
		managerStatus: cell,
		engineVersion: cell,
		...row,
	}),
	"docker-ps": z.strictObject({
		type: z.literal("container"),
		id: cell,
		image: cell,
		command: z.exactOptional(quoted),
		created: cell,
		status: cell,
		ports,
		portsJoint,
		names: z.exactOptional(z.array(word)),
		...row,
	}),
	"docker-service-ls": z.strictObject({
		type: z.literal("service"),
		id: cell,
		name: cell,
		mode: cell,
		replicas: z.exactOptional(z.union([replicas, unparsed])),
		image: cell,
		ports,
		portsJoint,
		...row,
	}),
	"docker-service-ps": z.strictObject({
		type: z.literal("task"),
		id: cell,
		name: cell,
		earlier: yes,
		image: cell,
		node: cell,
		desiredState: cell,
		currentState: cell,
		error: z.exactOptional(quoted),
		ports,
		portsJoint,
		...row,
	}),
};

function table<Kind extends TableKind>(kind: Kind): z.ZodType<DockerTable<Kind>> {
	const statement = z.union([
		header,
		rows[kind] as z.ZodType<TableRows[Kind]>,
		z.lazy(() => document),
		errorLine,
		blank,
		unparsed,
	]);
	const schema = z.strictObject({
		type: z.literal(kind),
		statements: z.array(statement),
		...spanShape,
	});
	// What is known of a row by its kind is lost in the union's type.
	return schema as unknown as z.ZodType<DockerTable<Kind>>;
}

/** The schema of {@link DockerNetworkLsAst}. */
export const DockerNetworkLs: z.ZodType<DockerNetworkLsAst> = table("docker-network-ls");
/** The schema of {@link DockerNodeLsAst}. */
export const DockerNodeLs: z.ZodType<DockerNodeLsAst> = table("docker-node-ls");
/** The schema of {@link DockerPsAst}. */
export const DockerPs: z.ZodType<DockerPsAst> = table("docker-ps");
/** The schema of {@link DockerServiceLsAst}. */
export const DockerServiceLs: z.ZodType<DockerServiceLsAst> = table("docker-service-ls");
/** The schema of {@link DockerServicePsAst}. */
export const DockerServicePs: z.ZodType<DockerServicePsAst> = table("docker-service-ps");

// JSON ------------------------------------------------------------------------------------------------

const element = { before: text, separator: text, ...spanShape };
const container = { close: text, cut: yes, ...element };
const jsonString: z.ZodType<JsonString> = z.strictObject({
	type: z.literal("string"),
	value: z.string(),
	text,
	cut: yes,
	...element,
});
const jsonUnparsed: z.ZodType<JsonUnparsed> = z.strictObject({
	type: z.literal("unparsed"),
	text: z.string(),
	...element,
});
const jsonMember: z.ZodType<JsonMember> = z.lazy(() =>
	z.strictObject({
		type: z.literal("member"),
		key: jsonString,
		colon: text,
		value: z.exactOptional(jsonValue),
		...element,
	}),
);
const jsonValue: z.ZodType<JsonValue> = z.lazy(() =>
	z.union([
		jsonString,
		z.strictObject({
			type: z.literal("object"),
			members: z.array(z.union([jsonMember, jsonUnparsed])),
			...container,
		}),
		z.strictObject({
			type: z.literal("array"),
			items: z.array(z.union([jsonValue, jsonUnparsed])),
			...container,
		}),
		z.strictObject({ type: z.literal("number"), value: z.number(), text, cut: yes, ...element }),
		z.strictObject({ type: z.literal("boolean"), value: z.boolean(), ...element }),
		z.strictObject({ type: z.literal("null"), ...element }),
	]),
);
const layout = {
	unit: text,
	newline: z.exactOptional(z.literal("\r\n")),
	separator: text,
	...lineShape,
};
const document: z.ZodType<JsonDocument> = z.strictObject({
	type: z.literal("document"),
	value: jsonValue,
	...layout,
});
const setting: z.ZodType<SettingLine> = z.strictObject({
	type: z.literal("setting"),
	name: word,
	separator: text,
	value: z.exactOptional(word),
	...lineShape,
});
const item: z.ZodType<ItemLine> = z.strictObject({ type: z.literal("item"), value: word, ...lineShape });
const jsonStatement: z.ZodType<JsonStatement> = z.union([
	document,
	setting,
	item,
	z.strictObject({ type: z.literal("fragment"), member: jsonMember, ...layout }),
	z.strictObject({
		type: z.literal("close"),
		bracket: z.enum(["}", "]"]),
		separator: text,
		...lineShape,
	}),
	errorLine,
	blank,
	unparsed,
]);

function json<Kind extends JsonKind>(kind: Kind): z.ZodType<DockerJson<Kind>> {
	const schema = z.strictObject({
		type: z.literal(kind),
		statements: z.array(jsonStatement),
		...spanShape,
	});
	return schema as unknown as z.ZodType<DockerJson<Kind>>;
}

/** The schema of {@link DockerNetworkInspectAst}. */
export const DockerNetworkInspect: z.ZodType<DockerNetworkInspectAst> = json("docker-network-inspect");
/** The schema of {@link DockerInspectAst}. */
export const DockerInspect: z.ZodType<DockerInspectAst> = json("docker-inspect");
/** The schema of {@link DockerInfoAst}. */
export const DockerInfo: z.ZodType<DockerInfoAst> = json("docker-info");
/** The schema of {@link DockerNodeInspectAst}. */
export const DockerNodeInspect: z.ZodType<DockerNodeInspectAst> = json("docker-node-inspect");
/** The schema of {@link DockerVersionAst}. */
export const DockerVersion: z.ZodType<DockerVersionAst> = json("docker-version");
/** The schema of {@link DockerServiceInspectAst}. */
export const DockerServiceInspect: z.ZodType<DockerServiceInspectAst> = json("docker-service-inspect");

// What docker says in JSON ----------------------------------------------------------------------------
// For those who take the plain values (`plain`): the fields that place things in the network, with unknown ones
// kept. Fields that some engine leaves out are optional, and Go prints empty maps and lists as null.

const maybe = <Schema extends z.ZodType>(schema: Schema): z.ZodOptional<z.ZodNullable<Schema>> =>
	z.optional(z.nullable(schema));
const strings = maybe(z.record(z.string(), z.string()));

/** An object of `docker network inspect`, of engines 1.12 to 29. */
export const NetworkObject: z.ZodType<Record<string, unknown>> = z.looseObject({
	Name: z.string(),
	Id: z.string(),
	Scope: z.string(),
	Driver: z.string(),
	EnableIPv6: z.optional(z.boolean()),
	IPAM: z.looseObject({
		Config: maybe(
			z.array(z.looseObject({ Subnet: z.optional(z.string()), Gateway: z.optional(z.string()) })),
		),
	}),
	Internal: z.boolean(),
	Containers: maybe(
		z.record(
			z.string(),
			z.looseObject({
				Name: z.string(),
				EndpointID: z.string(),
				MacAddress: z.string(),
				IPv4Address: z.string(),
				IPv6Address: z.string(),
			}),
		),
	),
	Options: strings,
	Labels: strings,
	Peers: maybe(z.array(z.looseObject({ Name: z.string(), IP: z.string() }))),
	Services: maybe(
		z.record(
			z.string(),
			z.looseObject({
				VIP: z.string(),
				Ports: maybe(z.array(z.string())),
				LocalLBIndex: z.int(),
				Tasks: maybe(
					z.array(z.looseObject({ Name: z.string(), EndpointID: z.string(), EndpointIP: z.string() })),
				),
			}),
		),
	),
});

/** An object of `docker inspect`, of a container. */
export const ContainerObject: z.ZodType<Record<string, unknown>> = z.looseObject({
	Id: z.string(),
	Name: z.string(),
	State: z.looseObject({ Running: z.boolean(), Pid: z.int() }),
	Config: z.looseObject({ Hostname: z.string(), Image: z.string(), Labels: strings }),
	HostConfig: z.looseObject({ NetworkMode: z.string() }),
	NetworkSettings: z.looseObject({
		SandboxID: z.string(),
		SandboxKey: z.string(),
		Ports: maybe(
			z.record(z.string(), z.nullable(z.array(z.looseObject({ HostIp: z.string(), HostPort: z.string() })))),
		),
		Networks: maybe(
			z.record(
				z.string(),
				z.looseObject({
					NetworkID: z.string(),
					EndpointID: z.string(),
					Gateway: z.string(),
					IPAddress: z.string(),
					IPPrefixLen: z.int(),
					MacAddress: z.string(),
				}),
			),
		),
	}),
});

const servicePorts = maybe(
	z.array(
		z.looseObject({
			Protocol: z.optional(z.string()),
			TargetPort: z.optional(z.int()),
			PublishedPort: z.optional(z.int()),
			PublishMode: z.optional(z.string()),
		}),
	),
);

/** An object of `docker service inspect`. */
export const ServiceObject: z.ZodType<Record<string, unknown>> = z.looseObject({
	ID: z.string(),
	Spec: z.looseObject({
		Name: z.string(),
		Mode: z.looseObject({}),
		EndpointSpec: z.optional(z.looseObject({ Mode: z.optional(z.string()), Ports: servicePorts })),
	}),
	Endpoint: z.looseObject({
		Ports: servicePorts,
		VirtualIPs: maybe(z.array(z.looseObject({ NetworkID: z.string(), Addr: z.optional(z.string()) }))),
	}),
});

/** An object of `docker node inspect`. */
export const NodeObject: z.ZodType<Record<string, unknown>> = z.looseObject({
	ID: z.string(),
	Spec: z.looseObject({ Role: z.string(), Availability: z.string() }),
	Description: z.looseObject({ Hostname: z.string() }),
	Status: z.looseObject({ State: z.string(), Addr: z.optional(z.string()) }),
	ManagerStatus: maybe(z.looseObject({ Leader: z.optional(z.boolean()), Addr: z.string() })),
});

/** An object of `docker inspect`, of a swarm's task. */
export const TaskObject: z.ZodType<Record<string, unknown>> = z.looseObject({
	ID: z.string(),
	ServiceID: z.string(),
	Slot: z.optional(z.int()),
	NodeID: z.optional(z.string()),
	DesiredState: z.string(),
	Status: z.looseObject({ State: z.string() }),
	NetworksAttachments: maybe(
		z.array(
			z.looseObject({ Network: z.looseObject({ ID: z.string() }), Addresses: maybe(z.array(z.string())) }),
		),
	),
});

/** What `docker info --format '{{json .}}'` prints. */
export const InfoObject: z.ZodType<Record<string, unknown>> = z.looseObject({
	Name: z.string(),
	ServerVersion: z.string(),
	OperatingSystem: z.string(),
	KernelVersion: z.string(),
	DockerRootDir: z.string(),
	Swarm: z.looseObject({
		NodeID: z.string(),
		NodeAddr: z.string(),
		LocalNodeState: z.string(),
		ControlAvailable: z.boolean(),
		RemoteManagers: maybe(z.array(z.looseObject({ NodeID: z.string(), Addr: z.string() }))),
		Cluster: maybe(z.looseObject({ DataPathPort: z.optional(z.int()) })),
	}),
});

const versions = z.looseObject({ Version: z.string(), ApiVersion: z.string() });

/** What `docker version --format '{{json .}}'` prints; without a server where none answered. */
export const VersionObject: z.ZodType<Record<string, unknown>> = z.looseObject({
	Client: versions,
	Server: maybe(versions),
});
