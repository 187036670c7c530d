import { blank, ipAddress, lineShape, num, port, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type {
	Connection,
	Counter,
	DaemonLine,
	Endpoint,
	ErrorLine,
	HostName,
	IpvsadmList as IpvsadmListAst,
	IpvsadmSave as IpvsadmSaveAst,
	ListStatement,
	ProcNetIpVs as ProcNetIpVsAst,
	ProcStatement,
	RealServer,
	SavedEndpoint,
	SaveStatement,
	ServiceKey,
	Traffic,
	TunnelOptions,
	VersionLine,
	VirtualService,
} from "./ast.ts";

const hostName: z.ZodType<HostName> = z.strictObject({
	type: z.literal("name"),
	value: z.string(),
	cut: z.exactOptional(z.literal(true)),
	...spanShape,
});
const endpoint = { address: z.union([ipAddress, hostName]), port };
const key: z.ZodType<ServiceKey> = z.union([
	z.strictObject({
		type: z.literal("address"),
		protocol: z.enum(["tcp", "udp", "sctp"]),
		...endpoint,
		...spanShape,
	}),
	z.strictObject({
		type: z.literal("fwmark"),
		mark: num,
		family: z.exactOptional(z.union([z.literal(4), z.literal(6)])),
		...spanShape,
	}),
]);
const counter: z.ZodType<Counter> = z.strictObject({
	value: z.number(),
	text: z.exactOptional(z.string()),
	unit: z.exactOptional(z.enum(["K", "M", "G", "T"])),
	min: z.exactOptional(z.number()),
	max: z.exactOptional(z.number()),
	...spanShape,
});
const traffic: z.ZodType<Traffic> = z.strictObject({
	connections: counter,
	inPackets: counter,
	outPackets: counter,
	inBytes: counter,
	outBytes: counter,
});
const counters = { stats: z.exactOptional(traffic), rate: z.exactOptional(traffic) };
const written = { command: z.exactOptional(z.string()), options: z.exactOptional(z.array(z.string())) };
const yes = z.exactOptional(z.literal(true));
const thresholds = z.exactOptional(z.strictObject({ upper: z.number(), lower: z.number() }));
const service: z.ZodType<VirtualService> = z.strictObject({
	type: z.literal("service"),
	key,
	edit: yes,
	...written,
	scheduler: z.exactOptional(word),
	persistent: z.exactOptional(
		z.strictObject({
			timeout: z.exactOptional(z.number()),
			usual: yes,
			jiffies: z.exactOptional(z.number()),
			mask: z.exactOptional(z.string()),
		}),
	),
	engine: z.exactOptional(z.string()),
	undashed: z.exactOptional(z.array(z.enum(["pe", "ops"]))),
	onePacket: z.exactOptional(z.literal(true)),
	flags: z.exactOptional(z.array(z.string())),
	...counters,
	...lineShape,
});
const server = { type: z.literal("real-server"), ...endpoint, ...lineShape };
const forwarding = z.enum(["masquerade", "route", "tunnel", "local"]);
const tunnel: z.ZodType<TunnelOptions> = z.strictObject({
	type: z.string(),
	port: z.exactOptional(z.int()),
	checksum: z.exactOptional(z.enum(["none", "checksum", "remote-checksum"])),
});
const realServer: z.ZodType<RealServer> = z.strictObject({
	...server,
	forwarding: z.exactOptional(forwarding),
	tunnelInfo: z.exactOptional(z.union([z.literal("n/a"), tunnel])),
	thresholds,
	weight: z.exactOptional(z.number()),
	persistentConnections: z.exactOptional(z.number()),
	activeConnections: z.exactOptional(z.number()),
	inactiveConnections: z.exactOptional(z.number()),
	...counters,
});
const connectionEnd: z.ZodType<Endpoint> = z.strictObject(endpoint);
const connection: z.ZodType<Connection> = z.strictObject({
	type: z.literal("connection"),
	protocol: word,
	expires: z.int().min(0),
	state: word,
	source: connectionEnd,
	virtual: connectionEnd,
	destination: connectionEnd,
	engine: z.exactOptional(word),
	engineData: z.exactOptional(word),
	...lineShape,
});
const daemon: z.ZodType<DaemonLine> = z.strictObject({
	type: z.literal("daemon"),
	state: z.enum(["master", "backup"]),
	interface: word,
	syncid: z.number(),
	maxlen: z.exactOptional(z.number()),
	group: z.exactOptional(ipAddress),
	port: z.exactOptional(z.number()),
	ttl: z.exactOptional(z.number()),
	...lineShape,
});
const version: z.ZodType<VersionLine> = z.strictObject({
	type: z.literal("version"),
	version: z.string(),
	size: z.number(),
	...lineShape,
});
const errorLine: z.ZodType<ErrorLine> = z.strictObject({
	type: z.literal("error"),
	text: z.string(),
	meaning: z.enum(["no-module", "permission-denied", "no-command", "other"]),
	...lineShape,
});
const listStatement: z.ZodType<ListStatement> = z.union([
	version,
	z.strictObject({
		type: z.literal("columns"),
		of: z.enum(["service", "real-server", "connection"]),
		titles: z.array(z.string()),
		...lineShape,
	}),
	service,
	realServer,
	z.strictObject({ type: z.literal("connections"), ...lineShape }),
	connection,
	z.strictObject({
		type: z.literal("timeout"),
		tcp: z.number(),
		tcpfin: z.number(),
		udp: z.number(),
		...lineShape,
	}),
	daemon,
	errorLine,
	blank,
	unparsed,
]);
const savedEndpoint: z.ZodType<SavedEndpoint> = z.strictObject({ ...endpoint, samePort: yes });
const saveStatement: z.ZodType<SaveStatement> = z.union([
	service,
	z.strictObject({
		...server,
		...written,
		edit: yes,
		samePort: yes,
		service: key,
		forwarding,
		weight: z.number(),
		thresholds,
		tunnel: z.exactOptional(tunnel),
	}),
	z.strictObject({
		type: z.literal("removal"),
		...written,
		service: z.exactOptional(key),
		server: z.exactOptional(savedEndpoint),
		...lineShape,
	}),
	z.strictObject({ type: z.literal("comment"), text: z.string(), ...lineShape }),
	errorLine,
	blank,
	unparsed,
]);

const procStatement: z.ZodType<ProcStatement> = z.union([
	version,
	z.strictObject({
		type: z.literal("titles"),
		of: z.enum(["service", "real-server", "connection", "stats", "rate"]),
		text: z.string(),
		...lineShape,
	}),
	service,
	realServer,
	connection,
	z.strictObject({ type: z.literal("traffic"), ...counters, ...lineShape }),
	blank,
	unparsed,
]);

/** The schema of {@link IpvsadmListAst}. */
export const IpvsadmList: z.ZodType<IpvsadmListAst> = z.strictObject({
	type: z.literal("ipvsadm-list"),
	statements: z.array(listStatement),
	...spanShape,
});

/** The schema of {@link IpvsadmSaveAst}. */
export const IpvsadmSave: z.ZodType<IpvsadmSaveAst> = z.strictObject({
	type: z.literal("ipvsadm-save"),
	statements: z.array(saveStatement),
	...spanShape,
});

/** The schema of {@link ProcNetIpVsAst}. */
export const ProcNetIpVs: z.ZodType<ProcNetIpVsAst> = z.strictObject({
	type: z.literal("proc-net-ip-vs"),
	statements: z.array(procStatement),
	...spanShape,
});
