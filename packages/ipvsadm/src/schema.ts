import { blank, ipAddress, lineShape, num, port, spanShape, unparsed, word } from "@netfossil/core/schema";
import { z } from "zod";
import type {
	HostName,
	IpvsadmList as IpvsadmListAst,
	IpvsadmSave as IpvsadmSaveAst,
	ListStatement,
	SaveStatement,
	ServiceKey,
	TunnelOptions,
	VirtualService,
} from "./ast.ts";

const hostName: z.ZodType<HostName> = z.strictObject({
	type: z.literal("name"),
	value: z.string(),
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
		family: z.union([z.literal(4), z.literal(6)]),
		...spanShape,
	}),
]);
const service: z.ZodType<VirtualService> = z.strictObject({
	type: z.literal("service"),
	key,
	scheduler: word,
	persistent: z.exactOptional(z.strictObject({ timeout: z.number(), mask: z.exactOptional(z.string()) })),
	engine: z.exactOptional(z.string()),
	onePacket: z.exactOptional(z.literal(true)),
	flags: z.exactOptional(z.array(z.string())),
	...lineShape,
});
const server = {
	type: z.literal("real-server"),
	...endpoint,
	forwarding: z.enum(["masquerade", "route", "tunnel", "local"]),
	weight: z.number(),
	...lineShape,
};
const tunnel: z.ZodType<TunnelOptions> = z.strictObject({
	type: z.string(),
	port: z.exactOptional(z.int()),
	checksum: z.exactOptional(z.enum(["none", "checksum", "remote-checksum"])),
});
const listStatement: z.ZodType<ListStatement> = z.union([
	z.strictObject({ type: z.literal("version"), version: z.string(), size: z.number(), ...lineShape }),
	z.strictObject({
		type: z.literal("columns"),
		of: z.enum(["service", "real-server"]),
		titles: z.array(z.string()),
		...lineShape,
	}),
	service,
	z.strictObject({ ...server, activeConnections: z.number(), inactiveConnections: z.number() }),
	blank,
	unparsed,
]);
const saveStatement: z.ZodType<SaveStatement> = z.union([
	service,
	z.strictObject({ ...server, service: key, tunnel: z.exactOptional(tunnel) }),
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
