/** Arbitraries of ASTs that `ipvsadm` could have printed. Needs the optional peer `fast-check`. */
import { type IpAddress, type Num, type Port, readIp } from "@netfossil/core";
import { ipv4, ipv6, num, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	Connection,
	Counter,
	DaemonLine,
	Endpoint,
	ErrorLine,
	ErrorMeaning,
	IpvsadmList,
	IpvsadmSave,
	ListStatement,
	Persistence,
	ProcNetIpVs,
	ProcStatement,
	RealServer,
	SaveCommand,
	SavedRealServer,
	SaveStatement,
	ServiceKey,
	Traffic,
	VirtualService,
} from "./ast.ts";
import { titleLines, titlesOf } from "./proc/titles.ts";
import { actionOf, OPTIONS } from "./save/options.ts";
import { commandBody } from "./save/print.ts";

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
/** With names so long that ipvsadm 1.26 left nothing of the port. */
const endpoints: fc.Arbitrary<Endpoint> = fc.oneof(
	{ weight: 9, arbitrary: fc.record(endpoint) },
	fc.constantFrom("www.a-long-name.example.comm", "a23456789012345678901234.exa").map((value) => ({
		address: { type: "name" as const, value, cut: true as const, ...nowhere },
		port: { type: "port" as const, ...nowhere },
	})),
);
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
		fc
			.tuple(fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const), endpoints)
			.map(([protocol, { address, port }]) => ({
				type: "address" as const,
				protocol,
				address,
				port,
				...nowhere,
			})),
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
	return fc
		.tuple(serviceKeys(), schedulings())
		.map(([key, more]) => ({ type: "service", key, ...more, ...nowhere }));
}

/** What stands behind the key of a service. */
function schedulings(): fc.Arbitrary<Omit<VirtualService, "type" | "key" | "start" | "end">> {
	const persistence = fc.record(
		{
			timeout: fc.integer({ min: 1, max: 86400 }),
			mask: fc.constantFrom("255.255.255.0", "64"),
		},
		{ requiredKeys: ["timeout"] },
	);
	return fc.record(
		{
			scheduler: word(scheduler),
			persistent: persistence,
			engine: fc.constant("sip"),
			onePacket: fc.constant(true as const),
			flags: fc.oneof(
				fc.constantFrom(["sh-fallback"], ["sh-port"], ["mh-fallback", "mh-port"]),
				fc.subarray(["flag-1", "flag-2", "flag-3"], { minLength: 1 }),
			),
		},
		{ requiredKeys: ["scheduler"] },
	);
}

const servers: fc.Arbitrary<Pick<RealServer, "type" | "address" | "port" | "start" | "end">> = endpoints.map(
	({ address, port }) => ({ type: "real-server", address, port, ...nowhere }),
);

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
	const units = fc.constantFrom("K" as const, "M" as const, "G" as const, "T" as const);
	const scaled = fc.tuple(fc.integer({ min: 100, max: 999999 }), units).map(([digits, unit]): Counter => {
		const step = 1000 ** (1 + "KMGT".indexOf(unit));
		const min = digits * step;
		return { value: min, text: `${digits}${unit}`, unit, min, max: min + step - 1, ...nowhere };
	});
	const number = fc.oneof(num(count), scaled);
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
		.tuple(servers, columns)
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
		source: endpoints,
		virtual: endpoints,
		destination: endpoints,
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

/** What stands in place of a table. */
function errors(): fc.Arbitrary<ErrorLine[]> {
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

/** Tables as `ipvsadm -S` saves them, up to 1.26 without dashes before the engine and `ops`. */
export function saves(): fc.Arbitrary<IpvsadmSave> {
	const fields = fc.record(
		{
			weight,
			forwarding: fc.constantFrom("masquerade" as const, "route" as const, "tunnel" as const),
			tunnel: tunnels,
		},
		{ requiredKeys: ["weight", "forwarding"] },
	);
	const services = fc.tuple(virtualServices(), fc.boolean()).map(([service, old]): VirtualService => {
		const undashed: ("pe" | "ops")[] = [];
		if (service.engine !== undefined) undashed.push("pe");
		if (service.onePacket) undashed.push("ops");
		return old && undashed.length > 0 ? { ...service, undashed } : service;
	});
	const tables = fc
		.array(fc.tuple(services, fc.array(fc.tuple(servers, fields), { maxLength: 3 })), { maxLength: 6 })
		.map((each) =>
			each.flatMap(([service, its]): SaveStatement[] => [
				service,
				...its.map(([server, more]): SavedRealServer => ({ ...server, ...more, service: service.key })),
			]),
		);
	return fc
		.oneof({ weight: 6, arbitrary: tables }, errors(), commands())
		.map((statements) => ({ type: "ipvsadm-save", ...nowhere, statements }));
}

/** Command lines as people write them, with comments; a name without a port has that of its service there. */
function commands(): fc.Arbitrary<SaveStatement[]> {
	const whole = servers.filter(({ address: host }) => host.type !== "name" || !host.cut);
	const edit = fc.constantFrom({}, { edit: true as const });
	const service = fc
		.tuple(virtualServices(), edit)
		.map(([node, more]): SaveCommand => ({ ...node, ...more }));
	const server = fc
		.record({ key: serviceKeys(), server: whole, edit, weight, upper: fc.nat(9), lower: fc.nat(9) })
		.chain(({ key, server: each, edit: more, upper, lower, ...rest }) =>
			fc.constantFrom("masquerade" as const, "route" as const, "tunnel" as const).map(
				(forwarding): SaveCommand => ({
					...each,
					...more,
					...rest,
					service: key,
					forwarding,
					...(upper > 4 && { thresholds: { upper, lower } }),
				}),
			),
		);
	const removal = fc.tuple(serviceKeys(), whole, fc.nat(2)).map(
		([key, { address, port }, what]): SaveCommand => ({
			type: "removal",
			...(what > 0 && { service: key }),
			...(what > 1 && { server: { address, port } }),
			...nowhere,
		}),
	);
	const command = fc.constantFrom("ipvsadm ", "sudo ipvsadm ", "ip netns exec lb /sbin/ipvsadm ", undefined);
	const written = fc
		.tuple(
			fc.oneof(service, server, removal),
			command,
			fc.boolean(),
			fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
		)
		.map(([node, before, byHand, numbers]): SaveStatement => {
			const named = before === undefined ? node : { ...node, command: before };
			if (!byHand) return named;
			let drawn = 0;
			const draw = (): number => numbers[drawn++]!;
			const action = actionOf(node);
			const options = OPTIONS.filter(({ value }) => value(node) !== undefined)
				.map((option) => [draw(), option] as const)
				.sort(([one], [other]) => one - other)
				.map(([, { short, long, value }]) => {
					const spelled = [short, long, ...(value(node) === "" ? [] : [`${long}=`])];
					return spelled[draw() % spelled.length]!;
				});
			const all = [draw() % 2 === 0 ? action.short : action.long, ...options];
			const other = { ...named, options: all };
			return commandBody(other) === commandBody(named) ? named : other;
		});
	const comment = fc.constantFrom("#!/bin/sh", "# the shop", "\t# ipvsadm -C");
	return fc.array(
		fc.oneof(
			{ weight: 5, arbitrary: written },
			comment.map((text) => ({ type: "comment", text, ...nowhere }) as const),
		),
		{ maxLength: 6 },
	);
}

/** The files of /proc/net. */
export function procs(): fc.Arbitrary<ProcNetIpVs> {
	return fc
		.oneof(procTables(), procConnections(), procTraffic())
		.map((statements) => ({ type: "proc-net-ip-vs", ...nowhere, statements }));
}

const capital = (number: number, width: number): string =>
	number.toString(16).toUpperCase().padStart(width, "0");
const hexV4: fc.Arbitrary<IpAddress> = fc.integer({ min: 0, max: 0xffffffff }).map((number) => ({
	type: "ip",
	family: 4,
	value: [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join("."),
	text: capital(number, 8),
	...nowhere,
}));
const hexV6: fc.Arbitrary<IpAddress> = fc
	.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 })
	.map((groups) => ({
		...readIp(groups.map((group) => group.toString(16).padStart(4, "0")).join(":"), 0)!,
		...nowhere,
	}));
const hexPort: fc.Arbitrary<Port> = fc
	.integer({ min: 0, max: 65535 })
	.map((number) => ({ type: "port", number, ...nowhere }));
const hexNumber = (max: number, width = 0): fc.Arbitrary<Num> =>
	fc.integer({ min: 0, max }).map((value) => {
		const text = capital(value, width);
		return text === String(value) ? { value, ...nowhere } : { value, text, ...nowhere };
	});

function procTables(): fc.Arbitrary<ProcStatement[]> {
	const protocols = fc.constantFrom("tcp" as const, "udp" as const, "sctp" as const);
	const addressKeys = (addresses: fc.Arbitrary<IpAddress>): fc.Arbitrary<ServiceKey> =>
		fc
			.tuple(protocols, addresses, hexPort)
			.map(([protocol, each, port]) => ({ type: "address", protocol, address: each, port, ...nowhere }));
	const marks: fc.Arbitrary<ServiceKey> = hexNumber(0xffffffff, 8).map((mark) => ({
		type: "fwmark",
		mark,
		...nowhere,
	}));
	const jiffies = fc.integer({ min: 1, max: 2_000_000_000 });
	const persistence = (masks: fc.Arbitrary<string>): fc.Arbitrary<Persistence> =>
		fc.record({ jiffies, mask: masks }, { requiredKeys: ["jiffies"] });
	const masks4 = fc.constantFrom("255.255.255.0", "255.255.0.0", "255.255.255.254");
	const masks6 = fc.integer({ min: 1, max: 127 }).map(String);
	const service = (
		keys: fc.Arbitrary<ServiceKey>,
		persistent: fc.Arbitrary<Persistence | undefined>,
		ops = true,
	): fc.Arbitrary<VirtualService> =>
		fc
			.tuple(keys, word(scheduler), fc.option(persistent, { nil: undefined }), fc.boolean())
			.map(([key, sched, each, onePacket]) => ({
				type: "service",
				key,
				scheduler: sched,
				...(each && { persistent: each }),
				...(ops && onePacket && { onePacket: true as const }),
				...nowhere,
			}));
	const never = fc.constant(undefined);
	const markOf = (family: 4 | 6): fc.Arbitrary<ServiceKey> => marks.map((key) => ({ ...key, family }));
	const persistentMark = (family: 4 | 6, masks: fc.Arbitrary<string>): fc.Arbitrary<VirtualService> =>
		fc
			.tuple(service(markOf(family), never), persistence(masks))
			.map(([each, persistent]) => ({ ...each, persistent }));
	const services = fc.oneof(
		service(addressKeys(hexV4), persistence(masks4)),
		service(addressKeys(hexV6), persistence(masks6), false),
		service(marks, never),
		persistentMark(4, masks4),
		persistentMark(6, masks6),
	);
	const server: fc.Arbitrary<RealServer> = fc
		.record({ address: fc.oneof(hexV4, hexV6), port: hexPort, forwarding, weight, ...connectionCounts })
		.map((each) => ({ type: "real-server", ...each, ...nowhere }));
	return fc
		.array(fc.tuple(services, fc.array(server, { maxLength: 3 })), { maxLength: 6 })
		.map((tables) => [
			{ type: "version", version: "1.2.1", size: 4096, ...nowhere },
			titles(0),
			titles(1),
			...tables.flatMap(([each, its]) => [each, ...its]),
		]);
}

function titles(at: number): ProcStatement {
	const text = titleLines[at]!;
	return { type: "titles", of: titlesOf(text)!, text, ...nowhere };
}

function procConnections(): fc.Arbitrary<ProcStatement[]> {
	const end = fc.record({ address: fc.oneof(hexV4, hexV6), port: hexPort });
	const connection = {
		protocol: word(fc.constantFrom("TCP", "UDP", "SCTP", "IP", "ICMPv6")),
		expires: fc.integer({ min: 0, max: 99_999_999 }),
		state: word(fc.constantFrom("ESTABLISHED", "TIME_WAIT", "NONE", "UDP", "CLOSE", "ASSURED")),
		source: end,
		virtual: end,
		destination: end,
	};
	const engine = { engine: word(fc.constant("sip")), engineData: word(fc.constant("1-27213@10.57.79.106")) };
	const line = fc
		.oneof(fc.record(connection), fc.record({ ...connection, ...engine }))
		.map((each): Connection => ({ type: "connection", ...each, ...nowhere }));
	return fc
		.tuple(fc.constantFrom(2, 3), fc.array(line, { maxLength: 6 }))
		.map(([at, lines]) => [titles(at), ...lines]);
}

function procTraffic(): fc.Arbitrary<ProcStatement[]> {
	const number = hexNumber(Number.MAX_SAFE_INTEGER);
	const traffic: fc.Arbitrary<Traffic> = fc.record({
		connections: number,
		inPackets: number,
		outPackets: number,
		inBytes: number,
		outBytes: number,
	});
	return fc
		.tuple(traffic, traffic)
		.map(([stats, rate]) => [
			titles(4),
			titles(5),
			{ type: "traffic", stats, ...nowhere },
			{ type: "blank", ...nowhere },
			titles(6),
			{ type: "traffic", rate, ...nowhere },
		]);
}
