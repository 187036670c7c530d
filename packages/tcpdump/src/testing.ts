/** Arbitraries of ASTs that tcpdump could have printed. Needs the optional peer `fast-check`. */
import type { Num } from "@netfossil/core";
import { ipv4, ipv6, mac, num, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	Application,
	ContinuationLine,
	Dns,
	Endpoint,
	Esp,
	Geneve,
	Gre,
	HexLine,
	HostName,
	Icmp,
	Icmp6,
	Igmp,
	InnerPacket,
	Ip,
	Ip6,
	Ip6Header,
	IpHeader,
	Layers,
	Link,
	Network,
	Packet,
	Statement,
	Station,
	Tcp,
	Tcpdump,
	TcpOption,
	TcpPayload,
	Timestamp,
	Transport,
	Udp,
	Vxlan,
} from "./ast.ts";

export * from "./wire.ts";

const nowhere = { start: 0, end: 0 };
const span = { start: fc.constant(0), end: fc.constant(0) };

const count = (max = 65535): fc.Arbitrary<Num> => num(fc.integer({ min: 0, max }));
const hex = (digits: number): fc.Arbitrary<Num> =>
	fc.integer({ min: 0, max: 16 ** digits - 1 }).map((value) => ({
		value,
		text: `0x${value.toString(16).padStart(digits, "0")}`,
		...nowhere,
	}));

const name: fc.Arbitrary<HostName> = fc
	.constantFrom("minikube", "api.prod.svc.cluster.local", "db_master.internal", "a1.b2.c3.d4", "3f2a9c1d77e0")
	.map((value) => ({ type: "name", value, ...nowhere }));

/** Ends with or without a port. */
function endpoints(family: 4 | 6, ported: boolean): fc.Arbitrary<Endpoint> {
	const host = fc.oneof({ weight: 3, arbitrary: family === 4 ? ipv4() : ipv6() }, name);
	if (!ported) return host.map((each) => ({ host: each, ...nowhere }));
	return fc.tuple(host, portNode()).map(([each, port]) => ({ host: each, port, ...nowhere }));
}

/** Timestamps of every `-t` form. */
export function timestamps(): fc.Arbitrary<Timestamp> {
	const fraction = fc.oneof(
		fc.integer({ min: 0, max: 999_999 }).map((micro) => ({ nanoseconds: micro * 1000 })),
		fc.integer({ min: 0, max: 999_999_999 }).map((nanoseconds) => ({ nanoseconds, digits: 9 as const })),
	);
	const day = fc.integer({ min: 0, max: 86_399 });
	const when = fc.oneof(
		day.map((seconds) => ({ form: "time" as const, seconds })),
		day.map((seconds) => ({ form: "date" as const, date: "2026-11-20", seconds })),
		fc.nat().map((seconds) => ({ form: "epoch" as const, seconds })),
		fc.nat().map((seconds) => ({ form: "epoch" as const, seconds, negative: true as const })),
		day.map((seconds) => ({ form: "delta" as const, seconds })),
		day.map((seconds) => ({ form: "delta" as const, seconds, negative: true as const })),
	);
	return fc.tuple(when, fraction).map(([form, rest]) => ({ ...form, ...rest, ...nowhere }));
}

const station: fc.Arbitrary<Station> = fc.oneof(
	mac().map((each) => ({ mac: each, ...nowhere })),
	mac().map((each) => ({ mac: each, oui: "Unknown", ...nowhere })),
	fc.constant<Station>({
		mac: { type: "mac", value: "ff:ff:ff:ff:ff:ff", text: "Broadcast", ...nowhere },
		...nowhere,
	}),
);

/** Link headers as `-e` prints them, before a packet of the given Ethernet type. */
export function links(ethertype: string): fc.Arbitrary<Link> {
	const code = { IPv4: 0x0800, IPv6: 0x86dd, ARP: 0x0806 }[ethertype] ?? 0x9999;
	const typeOf = (title: string, value: number): { name: string; code: Num; start: number; end: number } => ({
		name: title,
		code: { value, text: `0x${value.toString(16).padStart(4, "0")}`, ...nowhere },
		...nowhere,
	});
	const plain = typeOf(ethertype, code);
	const ethernet: fc.Arbitrary<Link> = fc
		.tuple(station, station, count(), fc.boolean(), count(4095), fc.integer({ min: 0, max: 7 }))
		.map(([source, destination, length, tagged, id, priority]) => ({
			type: "ethernet",
			source,
			destination,
			ethertype: tagged ? typeOf("802.1Q", 0x8100) : plain,
			length,
			...(tagged && { vlans: [{ id, priority, ethertype: plain, ...nowhere }] }),
			...nowhere,
		}));
	const cooked: fc.Arbitrary<Link> = fc
		.tuple(fc.constantFrom("In", "Out", "M"), mac(), count())
		.map(([direction, address, length]) => ({
			type: "cooked",
			direction: { value: direction, ...nowhere },
			source: { mac: address, ...nowhere },
			ethertype: plain,
			length,
			...nowhere,
		}));
	return fc.oneof(ethernet, cooked);
}

const sequenceNumber = count(0xffffffff);
const option: fc.Arbitrary<TcpOption> = fc.oneof(
	fc.constantFrom("nop" as const, "eol" as const, "sackOK" as const).map((type) => ({ type, ...nowhere })),
	count().map((size) => ({ type: "mss" as const, size, ...nowhere })),
	count(14).map((shift) => ({ type: "wscale" as const, shift, ...nowhere })),
	fc
		.tuple(sequenceNumber, sequenceNumber)
		.map(([value, echo]) => ({ type: "timestamp" as const, value, echo, ...nowhere })),
	fc
		.array(fc.record({ left: fc.nat(), right: fc.nat() }), { minLength: 1, maxLength: 4 })
		.map((blocks) => ({ type: "sack" as const, blocks, ...nowhere })),
	fc.constantFrom<TcpOption>(
		{ type: "tfo", ...nowhere },
		{ type: "tfo", cookie: "0123456789abcdef", ...nowhere },
		{ type: "mptcp", text: "12 capable v1 {0xaabb}", ...nowhere },
		{ type: "other", text: "uto 0x800a", ...nowhere },
		{ type: "other", text: "[bad opt]", ...nowhere },
	),
);

const startLine = fc.constantFrom("GET / HTTP/1.1", "HTTP/1.1 200 OK", "POST /a?b=c, length 3 HTTP/1.0");
const payload: fc.Arbitrary<TcpPayload> = fc.oneof(
	fc.constant<TcpPayload>({ type: "http", ...nowhere }),
	word(startLine).map((line) => ({ type: "http" as const, line, ...nowhere })),
	fc.constant<TcpPayload>({ type: "http", truncated: " [|http]", ...nowhere }),
	fc.constant<TcpPayload>({ type: "text", text: "SSH: SSH-2.0-OpenSSH_9.6", ...nowhere }),
	fc.constant<TcpPayload>({
		type: "text",
		text: "1234+ [b2&3=0x30] A? a.b. (20)",
		separator: " ",
		...nowhere,
	}),
);

/** TCP segments. */
export function segments(): fc.Arbitrary<Tcp> {
	const checksum = fc.oneof(
		hex(4).map((value) => ({ value, state: "correct" as const, ...nowhere })),
		fc
			.tuple(hex(4), hex(4))
			.map(([value, expected]) => ({ value, state: "incorrect" as const, expected, ...nowhere })),
	);
	const sequence = fc.oneof(
		sequenceNumber.map((first) => ({ first, ...nowhere })),
		fc.tuple(sequenceNumber, sequenceNumber).map(([first, next]) => ({ first, next, ...nowhere })),
	);
	return fc.record(
		{
			type: fc.constant("tcp" as const),
			flags: word(fc.constantFrom("S", "S.", ".", "P.", "F.", "R", "none", "SEW")),
			checksum,
			sequence,
			ack: sequenceNumber,
			window: count(),
			urgent: count(),
			options: fc.array(option, { minLength: 1, maxLength: 5 }),
			length: count(),
			payload,
			...span,
		},
		{ requiredKeys: ["type", "flags", "length", "start", "end"] },
	);
}

const udpText = fc.constantFrom("SYSLOG daemon.info, length: 30", "1+ [|domain]", 'TFTP, length 20, RRQ "a"');

const question = fc
	.tuple(
		word(fc.constantFrom("A", "AAAA", "PTR", "Type65")),
		fc.constantFrom(undefined, "QM" as const, "QU" as const),
		word(fc.constantFrom("api.prod.", "_http._tcp.local.", ".")),
	)
	.map(([record, answer, asked]) => ({ record, ...(answer && { answer }), name: asked, ...nowhere }));
const records = fc.array(
	fc.record(
		{
			name: fc.constant("api.prod."),
			record: fc.constantFrom("A", "CNAME", "TXT"),
			data: fc.constantFrom("10.1.2.3", "cdn.example.com.", '"v=spf1, -all"'),
		},
		{ requiredKeys: ["record", "data"] },
	),
	{ minLength: 1, maxLength: 3 },
);

/** Queries and answers of DNS. */
export function dnsMessages(): fc.Arbitrary<Dns> {
	const base = { type: fc.constant("dns" as const), id: count(), length: count(), ...span };
	const query = fc.record(
		{
			...base,
			operation: fc.constantFrom("notify", "op6"),
			flags: fc.constantFrom("", "+", "%", "+%"),
			sections: fc.constant([{ of: "au" as const, count: 1 }]),
			questions: fc.array(question, { maxLength: 2 }),
		},
		{ requiredKeys: ["type", "id", "flags", "questions", "length", "start", "end"] },
	);
	const answer = fc.record(
		{
			...base,
			code: word(fc.constantFrom("NXDomain", "ServFail")),
			flags: fc.constantFrom("", "*", "-", "*-|$"),
			sections: fc.constant([{ of: "q" as const, count: 0 }]),
			questions: fc.array(question, { minLength: 1, maxLength: 2 }),
			counts: fc.record({ answers: count(9), authority: count(9), additional: count(9) }),
			answers: records,
			authority: records,
			additional: records,
		},
		{ requiredKeys: ["type", "id", "flags", "counts", "length", "start", "end"] },
	);
	return fc.oneof(query, answer);
}

const applications: fc.Arbitrary<Application> = fc.oneof(
	dnsMessages(),
	fc.record(
		{
			type: fc.constant("dhcp" as const),
			operation: fc.constant("request" as const),
			client: mac().map((each) => ({ mac: each, ...nowhere })),
			length: count(),
			remarks: fc.constant(", xid 0x1, Flags [none]"),
			...span,
		},
		{ requiredKeys: ["type", "operation", "length", "start", "end"] },
	),
	fc.record({
		type: fc.constant("ntp" as const),
		version: count(7),
		mode: word(fc.constantFrom("Client", "Server")),
		length: count(),
		...span,
	}),
);

const portless: fc.Arbitrary<Esp | Igmp> = fc.oneof(
	fc.record({ type: fc.constant("esp" as const), spi: hex(8), sequence: hex(1), length: count(), ...span }),
	fc.constantFrom<Igmp>(
		{ type: "igmp", message: "query", version: { value: 2, ...nowhere }, ...nowhere },
		{ type: "igmp", message: "report", records: { value: 3, ...nowhere }, ...nowhere },
	),
	ipv4().map((group): Igmp => ({ type: "igmp", message: "leave", group, ...nowhere })),
);

function vxlans(inner: fc.Arbitrary<InnerPacket>): fc.Arbitrary<Vxlan> {
	return fc.record(
		{
			type: fc.constant("vxlan" as const),
			flags: fc.constantFrom("I", "."),
			flagBits: hex(2),
			vni: count(0xffffff),
			overlay: count(10),
			inner,
			...span,
		},
		{ requiredKeys: ["type", "flags", "flagBits", "vni", "start", "end"] },
	);
}

const tunnelProtocol = fc.constant({
	name: "TEB",
	code: { value: 0x6558, text: "0x6558", ...nowhere },
	...nowhere,
});

/** A packet within GRE or Geneve, which stands on the line of the header or below it. */
function tunnelled(inner: fc.Arbitrary<InnerPacket>): fc.Arbitrary<{ inner: InnerPacket; break?: "\n" }> {
	return fc.record(
		{ inner: inner.filter(({ link }) => link?.type !== "cooked"), break: fc.constant("\n" as const) },
		{ requiredKeys: ["inner"] },
	);
}

function geneves(inner: fc.Arbitrary<InnerPacket>): fc.Arbitrary<Geneve> {
	const head = fc.record(
		{
			type: fc.constant("geneve" as const),
			flags: fc.constantFrom("none", "C"),
			vni: hex(6),
			protocol: tunnelProtocol,
			options: fc.constant("8 bytes"),
			...span,
		},
		{ requiredKeys: ["type", "flags", "vni", "start", "end"] },
	);
	return fc.tuple(head, tunnelled(inner)).map(([each, below]) => ({ ...each, ...below }));
}

function gres(inner: fc.Arbitrary<InnerPacket>): fc.Arbitrary<Gre> {
	const head = fc.record(
		{
			type: fc.constant("gre" as const),
			version: fc.constant({ value: 0, ...nowhere }),
			flags: fc.constantFrom("none", "key present, sequence# present"),
			key: hex(2),
			sequence: count(),
			protocol: tunnelProtocol,
			length: count(),
			...span,
		},
		{ requiredKeys: ["type", "version", "length", "start", "end"] },
	);
	return fc.tuple(head, tunnelled(inner)).map(([each, below]) => ({ ...each, ...below }));
}

function datagrams(inner: fc.Arbitrary<InnerPacket> | undefined): fc.Arbitrary<Udp> {
	const body: fc.Arbitrary<Omit<Udp, "type" | "start" | "end">> = fc.oneof(
		fc.record({ length: count() }),
		fc.record({ length: count(), available: count() }),
		fc.record({ truncatedLength: count(7) }),
		applications.map((each) => ({ payload: each })),
		udpText.map((text) => ({ payload: { type: "text" as const, text, ...nowhere } })),
		...(inner === undefined
			? []
			: [fc.oneof(vxlans(inner), geneves(inner)).map((each) => ({ payload: each }))]),
	);
	const checksum = fc.constantFrom("ok" as const, "none" as const).map((state) => ({ state, ...nowhere }));
	return fc
		.tuple(body, fc.option(checksum, { nil: undefined }))
		.map(([each, state]) => ({ type: "udp", ...(state && { checksum: state }), ...each, ...nowhere }));
}

const echoes = fc.record({
	type: fc.constantFrom("echo-request" as const, "echo-reply" as const),
	id: count(),
	sequence: count(),
	...span,
});
const target = fc.oneof(ipv6(), name);

function icmps(): fc.Arbitrary<Icmp> {
	const address = fc.oneof(ipv4(), name);
	const base = { type: "unreachable" as const, ...nowhere };
	const unreachable = fc.oneof(
		address.map((each) => ({ ...base, what: "host" as const, address: each })),
		address.map((each) => ({ ...base, what: "net" as const, address: each, reason: "admin prohibited" })),
		fc
			.tuple(address, portNode())
			.map(([each, port]) => ({ ...base, what: "port" as const, address: each, protocol: "udp", port })),
		fc
			.tuple(address, count())
			.map(([each, mtu]) => ({ ...base, what: "fragmentation" as const, address: each, mtu })),
	);
	const other = fc.constant({ type: "text" as const, text: "time exceeded in-transit", ...nowhere });
	return fc
		.tuple(fc.oneof(echoes, unreachable, other), count())
		.map(([message, length]) => ({ type: "icmp", message, length, ...nowhere }));
}

function icmp6s(): fc.Arbitrary<Icmp6> {
	const message = fc.oneof(
		echoes,
		target.map((each) => ({ type: "neighbor-solicitation" as const, target: each, ...nowhere })),
		target.map((each) => ({ type: "neighbor-advertisement" as const, target: each, ...nowhere })),
		count().map((mtu) => ({ type: "packet-too-big" as const, mtu, ...nowhere })),
		fc.constant({ type: "text" as const, text: "router solicitation", ...nowhere }),
	);
	return fc
		.tuple(message, count())
		.map(([each, length]) => ({ type: "icmp6", message: each, length, ...nowhere }));
}

const ipHeader: fc.Arbitrary<IpHeader> = fc
	.tuple(hex(1), count(255), count(), count(), fc.constantFrom("none", "DF", "+"), count(), fc.boolean())
	.map(([tos, ttl, id, offset, flags, length, sameLine]) => ({
		tos,
		ttl,
		id,
		offset,
		flags,
		protocol: { name: "TCP", number: 6 },
		length,
		...(sameLine && { sameLine }),
		...nowhere,
	}));
const ip6Header: fc.Arbitrary<Ip6Header> = fc.record(
	{
		class: hex(2),
		flowLabel: hex(5),
		hopLimit: count(255),
		nextHeader: fc.constant({ name: "TCP", number: 6 }),
		payloadLength: count(),
		punctuation: fc.constant("5.0" as const),
		...span,
	},
	{ requiredKeys: ["hopLimit", "nextHeader", "payloadLength", "start", "end"] },
);

function ips(ported: boolean): fc.Arbitrary<Ip> {
	return fc.record(
		{
			type: fc.constant("ip" as const),
			missing: count(),
			header: ipHeader,
			source: endpoints(4, ported),
			destination: endpoints(4, ported),
			...span,
		},
		{ requiredKeys: ["type", "source", "destination", "start", "end"] },
	);
}

function ip6s(ported: boolean): fc.Arbitrary<Ip6> {
	return fc.record(
		{
			type: fc.constant("ip6" as const),
			header: ip6Header,
			source: endpoints(6, ported),
			destination: endpoints(6, ported),
			...span,
		},
		{ requiredKeys: ["type", "source", "destination", "start", "end"] },
	);
}

const arps: fc.Arbitrary<Network> = fc.oneof(
	fc.tuple(ipv4(), ipv4(), count()).map(([to, sender, length]) => ({
		type: "arp" as const,
		operation: "request" as const,
		target: to,
		sender,
		length,
		...nowhere,
	})),
	fc.tuple(ipv4(), station, count()).map(([sender, senderMac, length]) => ({
		type: "arp" as const,
		operation: "reply" as const,
		sender,
		senderMac,
		length,
		hardware: "Ethernet (len 6), IPv4 (len 4)",
		...nowhere,
	})),
);

/** The layers of packets; `depth`: how many may be within one another. */
export function layers(depth = 2): fc.Arbitrary<Layers> {
	const inner =
		depth > 0
			? layers(depth - 1)
					.filter(({ link }) => link?.type !== "cooked")
					.map((each): InnerPacket => ({ type: "inner", ...each, ...nowhere }))
			: undefined;
	const transport = fc.oneof<fc.Arbitrary<Transport>[]>(segments(), datagrams(inner));
	const upper = fc.oneof(
		...(inner === undefined
			? []
			: [
					fc
						.tuple(ips(false), gres(inner))
						.map(([network, above]) => ({ network, transport: above, over: "IPv4" })),
				]),
		fc.tuple(ips(true), transport).map(([network, above]) => ({ network, transport: above, over: "IPv4" })),
		fc.tuple(ip6s(true), transport).map(([network, above]) => ({ network, transport: above, over: "IPv6" })),
		fc.tuple(ips(false), portless).map(([network, above]) => ({ network, transport: above, over: "IPv4" })),
		fc.tuple(ips(false), icmps()).map(([network, above]) => ({ network, transport: above, over: "IPv4" })),
		fc.tuple(ip6s(false), icmp6s()).map(([network, above]) => ({ network, transport: above, over: "IPv6" })),
		arps.map((network) => ({ network, over: "ARP" })),
	);
	return upper.chain(({ over, ...each }) => {
		const tunnel = "transport" in each && each.transport.type === "udp" ? each.transport.payload : undefined;
		const within = tunnel ?? ("transport" in each ? each.transport : undefined);
		const bare = (within?.type === "gre" || within?.type === "geneve") && within.inner?.link === undefined;
		// Below a link header an inner packet without one has no word that tells its family.
		const link = bare ? fc.constant(undefined) : fc.option(links(over), { nil: undefined });
		return link.map((header): Layers => (header === undefined ? each : { link: header, ...each }));
	});
}

const hexLine: fc.Arbitrary<HexLine> = fc
	.tuple(fc.integer({ min: 0, max: 5000 }), fc.uint8Array({ minLength: 1, maxLength: 16 }), fc.boolean())
	.map(([row, bytes, text]) => ({
		type: "hex" as const,
		offset: { value: row * 16, text: `0x${(row * 16).toString(16).padStart(4, "0")}`, ...nowhere },
		bytes: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(""),
		...(text && {
			ascii: Array.from(bytes, (byte) => (byte > 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join(
				"",
			),
		}),
		...nowhere,
	}));
const dump = fc.oneof(
	hexLine,
	fc
		.constantFrom("\tHost: a", "\t")
		.map((text): ContinuationLine => ({ type: "continuation", text, ...nowhere })),
);

/** Packets. */
export function packets(): fc.Arbitrary<Packet> {
	const column = fc
		.tuple(
			word(fc.constantFrom("eth0", "lo", "br-0123456789ab", "?")),
			word(fc.constantFrom("In", "Out", "B")),
		)
		.map(([each, direction]) => ({ name: each, direction, ...nowhere }));
	return fc
		.tuple(
			layers(),
			timestamps(),
			fc.option(column, { nil: undefined }),
			fc.option(count(99_999), { nil: undefined }),
			fc.array(dump, { maxLength: 2 }),
			fc.option(fc.constant("> "), { nil: undefined }),
		)
		.map(([each, timestamp, seen, number, continuation, quote]) => ({
			type: "packet",
			...(number && { number }),
			timestamp,
			// Cooked v2 has the interface's columns, and its link header an index; v1 has neither.
			...(seen && each.link?.type !== "cooked" && { interface: seen }),
			...each,
			...(continuation.length > 0 && { continuation }),
			...(quote && { quote }),
			...nowhere,
		}));
}

/** Documents: a banner, packets, and the closing summary. */
export function texts(): fc.Arbitrary<Tcpdump> {
	const head: Statement[] = [
		{ type: "notice", text: "tcpdump: data link type LINUX_SLL2", ...nowhere },
		{
			type: "banner",
			of: "listening",
			name: { value: "any", ...nowhere },
			linkType: { value: "LINUX_SLL2", ...nowhere },
			linkDescription: "Linux cooked v2",
			limit: { value: 262144, ...nowhere },
			limitName: "snapshot length",
			prefixed: true,
			...nowhere,
		},
	];
	const summary = count(3).map(
		(each): Statement => ({ type: "summary", count: each, of: "captured", ...nowhere }),
	);
	return fc
		.tuple(fc.array(packets(), { maxLength: 5 }), summary)
		.map(([each, tail]) => ({ type: "tcpdump", ...nowhere, statements: [...head, ...each, tail] }));
}
