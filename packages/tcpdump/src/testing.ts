/** Arbitraries of ASTs that tcpdump could have printed. Needs the optional peer `fast-check`. */
import type { Num } from "@netfossil/core";
import { ipv4, ipv6, mac, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	ContinuationLine,
	Endpoint,
	Esp,
	Geneve,
	GeneveOption,
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
	TcpPayload,
	Timestamp,
	Transport,
	Udp,
	Vxlan,
	VxlanGpe,
} from "./ast.ts";
import { lineHolderOf } from "./conversations.ts";
import { applications, esps, mayHaveLines, sctps, segmentApplications } from "./testing/applications.ts";
import { oldTcpOptions, sequenceNumber, tcpOptions } from "./testing/options.ts";
import { count, hex, nowhere, span } from "./testing/shared.ts";

export { dnsMessages } from "./testing/applications.ts";
export * from "./wire.ts";

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

const payload: fc.Arbitrary<TcpPayload> = fc.oneof(
	{ weight: 3, arbitrary: segmentApplications },
	fc.constant<TcpPayload>({ type: "text", text: "xmpp stream", ...nowhere }),
	fc.constant<TcpPayload>({
		type: "text",
		text: "[telnet WILL TERMINAL TYPE, DO ECHO]",
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
	const whole: fc.Arbitrary<Tcp> = fc
		.record(
			{
				type: fc.constant("tcp" as const),
				flags: word(fc.constantFrom("S", "S.", ".", "P.", "F.", "R", "none", "SEW", "S.e")),
				checksum,
				sequence,
				ack: sequenceNumber,
				window: count(),
				urgent: count(),
				options: fc.array(tcpOptions, { minLength: 1, maxLength: 5 }),
				length: count(),
				payload,
				reason: word(fc.constant("port closed")),
				...span,
			},
			{ requiredKeys: ["type", "flags", "length", "start", "end"] },
		)
		.map(({ reason, ...each }) => (reason && each.payload === undefined ? { ...each, reason } : each));
	const cut = fc.constantFrom<Tcp>(
		{ type: "tcp", flaw: " [|tcp]", ...nowhere },
		{
			type: "tcp",
			length: { value: 4, ...nowhere },
			flaw: " [bad hdr length 16 - too short, < 20]",
			spaced: true,
			...nowhere,
		},
		{
			type: "tcp",
			flags: { value: "S", ...nowhere },
			window: { value: 9, ...nowhere },
			options: [
				{ type: "nop", ...nowhere },
				{ type: "other", text: "TS", ...nowhere },
			],
			flaw: " [|tcp]>",
			...nowhere,
		},
		{
			type: "tcp",
			form: "3.9",
			flags: { value: ".", ...nowhere },
			flaw: " [bad hdr length 60 - too long, > 20]",
			...nowhere,
		},
	);
	return fc.oneof({ weight: 8, arbitrary: whole }, { weight: 3, arbitrary: oldSegments(checksum) }, cut);
}

/** Segments as 3.9 printed them. */
function oldSegments(checksum: fc.Arbitrary<NonNullable<Tcp["checksum"]>>): fc.Arbitrary<Tcp> {
	const data = fc
		.tuple(sequenceNumber, sequenceNumber, count())
		.map(([first, next, length]) => ({ sequence: { first, next, ...nowhere }, length }));
	const rest = fc.record(
		{
			type: fc.constant("tcp" as const),
			form: fc.constant("3.9" as const),
			flags: word(fc.constantFrom("S", ".", "P", "FP", "SFRPWE")),
			checksum,
			ack: sequenceNumber,
			window: count(),
			urgent: count(),
			options: fc.array(oldTcpOptions, { minLength: 1, maxLength: 5 }),
			reason: word(fc.constant("port closed")),
			...span,
		},
		{ requiredKeys: ["type", "form", "flags", "window", "start", "end"] },
	);
	return fc.tuple(rest, fc.option(data, { nil: {} })).map(([each, more]) => ({ ...each, ...more }));
}

const udpText = fc.constantFrom("LISP x", "rtcp sr 3", "WHOIS 3");

const portless: fc.Arbitrary<Esp | Igmp> = fc.oneof(
	esps,
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
			optionBytes: count(60),
			options: fc.array(geneveOption, { minLength: 1, maxLength: 3 }),
			...span,
		},
		{ requiredKeys: ["type", "flags", "vni", "start", "end"] },
	);
	return fc.tuple(head, tunnelled(inner)).map(([{ options, ...each }, below]) => ({
		...each,
		...(options && each.optionBytes === undefined && { options }),
		...below,
	}));
}

const geneveOption: fc.Arbitrary<GeneveOption> = fc.record(
	{
		type: fc.constant("option" as const),
		class: word(fc.constantFrom("Linux", "Open Virtual Networking (OVN)")),
		classCode: hex(3),
		kind: hex(2),
		critical: fc.constant(true as const),
		length: count(128),
		data: fc.constant("01020304 05060708"),
		...span,
	},
	{ requiredKeys: ["type", "class", "classCode", "kind", "length", "start", "end"] },
);

function vxlanGpes(inner: fc.Arbitrary<InnerPacket>): fc.Arbitrary<VxlanGpe> {
	const head = fc.record({
		type: fc.constant("vxlan-gpe" as const),
		flags: fc.constantFrom("IP", "P"),
		vni: count(0xffffff),
		...span,
	});
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
			: [fc.oneof(vxlans(inner), vxlanGpes(inner), geneves(inner)).map((each) => ({ payload: each }))]),
	);
	const checksum = fc.constantFrom("ok" as const, "none" as const).map((state) => ({ state, ...nowhere }));
	return fc.tuple(body, fc.option(checksum, { nil: undefined })).map(([each, state]) => ({
		type: "udp",
		...(state && { checksum: state }),
		...each,
		...nowhere,
	}));
}

/** Of names in front of it, it does not tell whether they have ports. */
const cutDatagram = fc.constant<Udp>({ type: "udp", truncated: " [|udp]", ...nowhere });

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
	const transport = fc.oneof<fc.Arbitrary<Transport>[]>(segments(), datagrams(inner), sctps);
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
		fc
			.tuple(ips(false), cutDatagram)
			.map(([network, above]) => ({ network, transport: above, over: "IPv4" })),
		fc.tuple(ips(false), portless).map(([network, above]) => ({ network, transport: above, over: "IPv4" })),
		fc.tuple(ips(false), icmps()).map(([network, above]) => ({ network, transport: above, over: "IPv4" })),
		fc.tuple(ip6s(false), icmp6s()).map(([network, above]) => ({ network, transport: above, over: "IPv6" })),
		arps.map((network) => ({ network, over: "ARP" })),
	);
	return upper.chain(({ over, ...each }) => {
		const tunnel = "transport" in each && each.transport.type === "udp" ? each.transport.payload : undefined;
		const within = tunnel ?? ("transport" in each ? each.transport : undefined);
		const bare =
			(within?.type === "gre" || within?.type === "geneve" || within?.type === "vxlan-gpe") &&
			within.inner?.link === undefined;
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
			...below(each, continuation),
			...(quote && { quote }),
			...nowhere,
		}));
}

/** Lines below a packet; none but bytes where an application would take them for its own. */
function below(
	packet: Layers,
	lines: readonly (ContinuationLine | HexLine)[],
): { continuation?: (ContinuationLine | HexLine)[] } {
	const application = lineHolderOf(packet);
	const taken = application !== undefined && mayHaveLines(application);
	const continuation = taken ? lines.filter(({ type }) => type === "hex") : [...lines];
	return continuation.length === 0 ? {} : { continuation };
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
