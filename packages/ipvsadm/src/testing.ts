/** Arbitraries of ASTs that `ipvsadm` could have printed. Needs the optional peer `fast-check`. */
import { ipv4, ipv6, num, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	Connection,
	DaemonLine,
	ErrorMeaning,
	IpvsadmList,
	IpvsadmSave,
	ListStatement,
	RealServer,
	SavedRealServer,
	SaveStatement,
	ServiceKey,
	Traffic,
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
	start: fc.constant(0),
	end: fc.constant(0),
};

/** What `ipvsadm -L` prints: a table with any set of columns, connections, timeouts, daemons or an error. */
export function lists(): fc.Arbitrary<IpvsadmList> {
	return fc
		.oneof({ weight: 6, arbitrary: tables() }, connections(), timeouts(), daemons(), errors())
		.map((statements) => ({ type: "ipvsadm-list", ...nowhere, statements }));
}

const count = fc.integer({ min: 0, max: 4_000_000_000 });
const connectionCounts = { activeConnections: count, inactiveConnections: count };
const forwarding = fc.constantFrom(
	"masquerade" as const,
	"route" as const,
	"tunnel" as const,
	"local" as const,
);
const tunnels = fc.record(
	{
		type: fc.constantFrom("ipip", "gue", "gre"),
		port: fc.integer({ min: 1, max: 65535 }),
		checksum: fc.constantFrom("none" as const, "checksum" as const, "remote-checksum" as const),
	},
	{ requiredKeys: ["type"] },
);

/** Numbers as `--stats` and `--rate` print them. */
function counters(): fc.Arbitrary<Traffic> {
	const scaled = fc
		.tuple(fc.integer({ min: 100, max: 999999 }), fc.constantFrom("K", "M", "G", "T"))
		.map(([digits, unit]) => ({ value: digits * 1000 ** (1 + "KMGT".indexOf(unit)), text: digits + unit }));
	const number = fc.oneof(
		num(count),
		scaled.map((each) => ({ ...each, ...nowhere })),
	);
	return fc.record({
		connections: number,
		inPackets: number,
		outPackets: number,
		inBytes: number,
		outBytes: number,
	});
}

/** Tables, with each set of columns. */
function tables(): fc.Arbitrary<ListStatement[]> {
	const by = ["Scheduler", "Flags"];
	const stats = fc.record({ stats: counters() });
	const rate = fc.record({ rate: counters() });
	const thresholds = fc.record({ upper: count, lower: count });
	return fc.oneof(
		table(
			by,
			["Forward", "Weight", "ActiveConn", "InActConn"],
			fc.record({ forwarding, weight, ...connectionCounts }),
		),
		table(
			by,
			["Forward", "TunnelInfo", "Weight", "ActiveConn", "InActConn"],
			fc.record({
				forwarding,
				tunnelInfo: fc.oneof(tunnels, fc.constant("n/a" as const)),
				weight,
				...connectionCounts,
			}),
		),
		table(
			["Uthreshold", "Lthreshold", "ActiveConn", "InActConn"],
			[],
			fc.record({ thresholds, ...connectionCounts }),
		),
		table(
			["Weight", "PersistConn", "ActiveConn", "InActConn"],
			[],
			fc.record({ weight, persistentConnections: count, ...connectionCounts }),
		),
		table(["Conns", "InPkts", "OutPkts", "InBytes", "OutBytes"], [], stats, stats),
		table(["CPS", "InPPS", "OutPPS", "InBPS", "OutBPS"], [], rate, rate),
	);
}

/** A table; `numbers` are what stands behind the services in place of the scheduler. */
function table(
	serviceTitles: readonly string[],
	serverTitles: readonly string[],
	columns: fc.Arbitrary<Partial<RealServer>>,
	numbers?: fc.Arbitrary<Partial<VirtualService>>,
): fc.Arbitrary<ListStatement[]> {
	const service: fc.Arbitrary<VirtualService> =
		numbers === undefined
			? virtualServices()
			: fc
					.tuple(serviceKeys(), numbers)
					.map(([key, more]) => ({ type: "service", key, ...more, ...nowhere }));
	const realServer: fc.Arbitrary<RealServer> = fc
		.tuple(fc.record(server), columns)
		.map(([each, more]) => ({ ...each, ...more }));
	return fc
		.array(fc.tuple(service, fc.array(realServer, { maxLength: 3 })), { maxLength: 6 })
		.map((services) => [
			{ type: "version", version: "1.2.1", size: 4096, ...nowhere },
			{ type: "columns", of: "service", titles: serviceTitles, ...nowhere },
			{ type: "columns", of: "real-server", titles: serverTitles, ...nowhere },
			...services.flatMap(([each, servers]) => [each, ...servers]),
		]);
}

function connections(): fc.Arbitrary<ListStatement[]> {
	const connection = {
		type: fc.constant("connection" as const),
		protocol: word(fc.constantFrom("TCP", "UDP", "SCTP", "IP")),
		expires: fc.integer({ min: 0, max: 400_000 }),
		state: word(fc.constantFrom("ESTABLISHED", "TIME_WAIT", "NONE", "UDP")),
		source: fc.record(endpoint),
		virtual: fc.record(endpoint),
		destination: fc.record(endpoint),
		start: fc.constant(0),
		end: fc.constant(0),
	};
	const engine = {
		engine: word(fc.constant("sip")),
		engineData: word(fc.constantFrom("1-27213@10.57.79.106", "x")),
	};
	const titles = ["state", "source", "virtual", "destination"];
	return fc.boolean().chain((withEngine) => {
		const line: fc.Arbitrary<Connection> = withEngine
			? fc.record({ ...connection, ...engine })
			: fc.record(connection);
		return fc.array(line, { maxLength: 6 }).map((lines) => [
			{ type: "connections", ...nowhere },
			{
				type: "columns",
				of: "connection",
				titles: withEngine ? [...titles, "pe name", "pe_data"] : titles,
				...nowhere,
			},
			...lines,
		]);
	});
}

function timeouts(): fc.Arbitrary<ListStatement[]> {
	return fc
		.tuple(count, count, count)
		.map(([tcp, tcpfin, udp]) => [{ type: "timeout", tcp, tcpfin, udp, ...nowhere }]);
}

function daemons(): fc.Arbitrary<ListStatement[]> {
	const daemon: fc.Arbitrary<DaemonLine> = fc.record(
		{
			type: fc.constant("daemon" as const),
			state: fc.constantFrom("master" as const, "backup" as const),
			interface: word(fc.constantFrom("eth0", "lo", "br-lan.7")),
			syncid: fc.integer({ min: 0, max: 255 }),
			maxlen: fc.integer({ min: 1, max: 65507 }),
			group: fc.oneof(ipv4(), ipv6()),
			port: fc.integer({ min: 1, max: 65535 }),
			ttl: fc.integer({ min: 1, max: 255 }),
			start: fc.constant(0),
			end: fc.constant(0),
		},
		{ requiredKeys: ["type", "state", "interface", "syncid", "start", "end"] },
	);
	return fc.array(daemon, { minLength: 1, maxLength: 2 });
}

function errors(): fc.Arbitrary<ListStatement[]> {
	const reasons: readonly (readonly [ErrorMeaning, string])[] = [
		["no-module", "Protocol not available"],
		["permission-denied", "Permission denied (you must be root)"],
		["other", "Invalid operation.  Possibly wrong module version, address not unicast, ..."],
	];
	const question = "Are you sure that IP Virtual Server is built in the kernel or as module?";
	return fc.constantFrom(...reasons).map(([meaning, reason]) => [
		{ type: "error", text: `Can't initialize ipvs: ${reason}`, meaning, ...nowhere },
		{ type: "error", text: question, meaning, ...nowhere },
	]);
}

/** Tables as `ipvsadm -S` saves them. */
export function saves(): fc.Arbitrary<IpvsadmSave> {
	const required = {
		...server,
		weight,
		forwarding: fc.constantFrom("masquerade" as const, "route" as const, "tunnel" as const),
	};
	const fields = fc.record(
		{ ...required, tunnel: tunnels },
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
