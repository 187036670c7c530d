/** Arbitraries of ASTs that `ipvsadm` could have printed. Needs the optional peer `fast-check`. */
import { ipv4, ipv6, num, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	IpvsadmList,
	IpvsadmSave,
	ListStatement,
	RealServer,
	SavedRealServer,
	SaveStatement,
	ServiceKey,
	VirtualService,
} from "./ast.ts";

const nowhere = { start: 0, end: 0 };
const weight = fc.integer({ min: 0, max: 65535 });
const address = fc.oneof(
	{ weight: 4, arbitrary: ipv4() },
	ipv6(),
	fc
		.constantFrom("localhost", "www.example.com")
		.map((value) => ({ type: "name" as const, value, ...nowhere })),
);
const endpoint = { address, port: portNode() };
const scheduler = fc.constantFrom(
	"rr",
	"wrr",
	"lc",
	"wlc",
	"lblc",
	"dh",
	"sh",
	"sed",
	"nq",
	"mh",
	"fo",
	"ovf",
);

/** Keys of virtual services. */
export function serviceKeys(): fc.Arbitrary<ServiceKey> {
	return fc.oneof(
		fc.record({
			type: fc.constant("address" as const),
			protocol: fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const),
			...endpoint,
			start: fc.constant(0),
			end: fc.constant(0),
		}),
		fc.record({
			type: fc.constant("fwmark" as const),
			mark: num(fc.integer({ min: 1, max: 0xffffffff })),
			family: fc.constantFrom(4 as const, 6 as const),
			start: fc.constant(0),
			end: fc.constant(0),
		}),
	);
}

/** Virtual services with every flag. */
export function virtualServices(): fc.Arbitrary<VirtualService> {
	const persistence = fc.record(
		{
			timeout: fc.integer({ min: 1, max: 86400 }),
			mask: fc.constantFrom("255.255.255.0", "64"),
		},
		{ requiredKeys: ["timeout"] },
	);
	return fc.record(
		{
			type: fc.constant("service" as const),
			start: fc.constant(0),
			end: fc.constant(0),
			key: serviceKeys(),
			scheduler: word(scheduler),
			persistent: persistence,
			engine: fc.constant("sip"),
			onePacket: fc.constant(true as const),
			flags: fc.subarray(["flag-1", "flag-2", "flag-3"], { minLength: 1 }),
		},
		{ requiredKeys: ["type", "start", "end", "key", "scheduler"] },
	);
}

const server = {
	type: fc.constant("real-server" as const),
	...endpoint,
	weight,
	start: fc.constant(0),
	end: fc.constant(0),
};

/** Tables as `ipvsadm` lists them. */
export function lists(): fc.Arbitrary<IpvsadmList> {
	const count = fc.integer({ min: 0, max: 4_000_000_000 });
	const realServer: fc.Arbitrary<RealServer> = fc.record({
		...server,
		forwarding: fc.constantFrom("masquerade" as const, "route" as const, "tunnel" as const, "local" as const),
		activeConnections: count,
		inactiveConnections: count,
	});
	const titles: ListStatement[] = [
		{ type: "version", version: "1.2.1", size: 4096, ...nowhere },
		{ type: "columns", of: "service", titles: ["Scheduler", "Flags"], ...nowhere },
		{
			type: "columns",
			of: "real-server",
			titles: ["Forward", "Weight", "ActiveConn", "InActConn"],
			...nowhere,
		},
	];
	return fc
		.array(fc.tuple(virtualServices(), fc.array(realServer, { maxLength: 3 })), { maxLength: 6 })
		.map((services) => ({
			type: "ipvsadm-list",
			...nowhere,
			statements: [...titles, ...services.flatMap(([service, servers]) => [service, ...servers])],
		}));
}

/** Tables as `ipvsadm -S` saves them. */
export function saves(): fc.Arbitrary<IpvsadmSave> {
	const tunnel = fc.record(
		{
			type: fc.constantFrom("ipip", "gue", "gre"),
			port: fc.integer({ min: 1, max: 65535 }),
			checksum: fc.constantFrom("none" as const, "checksum" as const, "remote-checksum" as const),
		},
		{ requiredKeys: ["type"] },
	);
	const required = {
		...server,
		forwarding: fc.constantFrom("masquerade" as const, "route" as const, "tunnel" as const),
	};
	const fields = fc.record(
		{ ...required, tunnel },
		{ requiredKeys: Object.keys(required) as (keyof typeof required)[] },
	);
	return fc
		.array(fc.tuple(virtualServices(), fc.array(fields, { maxLength: 3 })), { maxLength: 6 })
		.map((services) => ({
			type: "ipvsadm-save",
			...nowhere,
			statements: services.flatMap(([service, servers]): SaveStatement[] => [
				service,
				...servers.map((each): SavedRealServer => ({ ...each, service: service.key })),
			]),
		}));
}
