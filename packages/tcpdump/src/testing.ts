/** Arbitraries of ASTs that tcpdump could have printed. Needs the optional peer `fast-check`. */
import { ipv4, ipv6, num, portNode, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	BodyLine,
	ContinuationLine,
	Endpoint,
	Extension,
	Geneve,
	GeneveOption,
	Gre,
	HexLine,
	Icmp,
	InnerPacket,
	Ip,
	Ip6,
	Ip6Header,
	IpHeader,
	Layers,
	Network,
	Packet,
	Statement,
	Tcp,
	Tcpdump,
	TcpPayload,
	Timestamp,
	Transport,
	Udp,
	Vxlan,
	VxlanGpe,
} from "./ast.ts";
import { lineHolderOf } from "./nesting.ts";
import { applications, esps, mayHaveLines, sctps, segmentApplications } from "./testing/applications.ts";
import { bareHex, count, hex, name, nowhere, span } from "./testing/common.ts";
import { lldpLines, neighborLines, stpLines } from "./testing/details.ts";
import { icmp6s, icmpMessages, igmps } from "./testing/icmp.ts";
import { discoveries, links, llc, lldps, mpls, ppp, sessions, stps } from "./testing/link.ts";
import {
	ah,
	arps,
	brokenIps,
	extensions,
	heads,
	ipOptions,
	linkHeads,
	oldArps,
	ports,
	stubs,
} from "./testing/network.ts";
import { oldTcpOptions, sequenceNumber, tcpOptions } from "./testing/tcp-options.ts";

export { dnsMessages } from "./testing/applications.ts";
export { links } from "./testing/link.ts";
export * from "./wire.ts";

/** Ends with or without a port. */
function endpoints(family: 4 | 6, ported: boolean): fc.Arbitrary<Endpoint> {
	const host = fc.oneof({ weight: 3, arbitrary: family === 4 ? ipv4() : ipv6() }, name);
	if (!ported) return host.map((each) => ({ host: each, ...nowhere }));
	return fc.tuple(host, portNode()).map(([each, port]) => ({ host: each, port, ...nowhere }));
}

/** Timestamps of every `-t` form. */
export function timestamps(): fc.Arbitrary<Timestamp> {
	const fraction = fc.oneof(
		fc.integer({ min: 0, max: 99_999_999 }).map((micro) => ({ nanoseconds: micro * 1000 })),
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
	const known = fc.tuple(when, fraction).map(([form, rest]) => ({ ...form, ...rest, ...nowhere }));
	const unknown: Timestamp = { form: "unknown", seconds: 0, nanoseconds: 0, ...nowhere };
	return fc.oneof({ weight: 20, arbitrary: known }, fc.constant(unknown));
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

const udpText = fc.constantFrom("UDPLite x", "rtcp sr 3", "WHOIS 3");

const portless: fc.Arbitrary<Transport> = fc.oneof(esps, igmps, heads, stubs);

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
			checksum: hex(4),
			offset: hex(1),
			key: hex(2),
			sequence: count(),
			ack: count(),
			protocol: tunnelProtocol,
			length: count(),
			...span,
		},
		{ requiredKeys: ["type", "version", "length", "start", "end"] },
	);
	// Version 1 has a call, where version 0 has a key.
	const heads = fc.tuple(head, count(), fc.boolean()).map(([{ key, ...each }, call, isFirst]) => {
		const version = { value: 1, ...nowhere };
		return isFirst ? { ...each, version, call } : { ...each, ...(key && { key }) };
	});
	return fc.tuple(heads, tunnelled(inner)).map(([each, below]) => ({ ...each, ...below }));
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

/** ICMP; with `quoted` packets, as with `-v`. */
function icmps(quoted: boolean): fc.Arbitrary<Icmp> {
	const quote = fc
		.tuple(ips(true), segments())
		.map(([network, transport]): InnerPacket => ({ type: "inner", network, transport, ...nowhere }));
	const badChecksum = fc.record({ value: bareHex(4), expected: bareHex(4), ...span });
	return fc.record(
		{
			type: fc.constant("icmp" as const),
			message: icmpMessages(),
			length: count(),
			badChecksum,
			...(quoted && { quoted: quote }),
			...span,
		},
		{ requiredKeys: ["type", "message", "length", "start", "end"] },
	);
}

const ipHeader: fc.Arbitrary<IpHeader> = fc.record(
	{
		tos: hex(1),
		ecn: fc.constantFrom("ECT(0)", "CE"),
		ttl: num(fc.integer({ min: 1, max: 255 })),
		id: count(),
		offset: count(),
		flags: fc.constantFrom("none", "DF", "+"),
		protocol: fc.constant({ name: "TCP", number: 6 }),
		length: count(),
		presumed: fc.constant(" [was 0, presumed TSO]"),
		options: ipOptions,
		badChecksum: fc.record({ value: bareHex(4), expected: bareHex(4), ...span }),
		sameLine: fc.constant(true as const),
		...span,
	},
	{ requiredKeys: ["tos", "id", "offset", "flags", "protocol", "length", "start", "end"] },
);
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

/** What behind an extension header stands instead of ports in the ends. */
function extended<Network extends Ip | Ip6>(
	networks: fc.Arbitrary<Network>,
	extension: fc.Arbitrary<Extension>,
	ported: boolean,
): fc.Arbitrary<Network> {
	return fc
		.tuple(networks, fc.array(extension, { minLength: 1, maxLength: 2 }), ports)
		.map(([network, list, bare]) => ({ ...network, extensions: list, ...(ported && { ports: bare }) }));
}

function ips(ported: boolean): fc.Arbitrary<Ip> {
	const base = {
		type: fc.constant("ip" as const),
		header: ipHeader,
		source: endpoints(4, ported),
		destination: endpoints(4, ported),
		...span,
	};
	const required = ["type", "source", "destination", "start", "end"] as const;
	return fc.oneof(
		fc.record({ ...base, missing: count() }, { requiredKeys: [...required] }),
		fc.record(
			{ ...base, excess: fc.record({ total: count(), length: count(), ...span }) },
			{ requiredKeys: [...required] },
		),
	);
}

function ip6s(ported: boolean): fc.Arbitrary<Ip6> {
	return fc.record(
		{
			type: fc.constant("ip6" as const),
			missing: count(),
			header: ip6Header,
			source: endpoints(6, ported),
			destination: endpoints(6, ported),
			...span,
		},
		{ requiredKeys: ["type", "source", "destination", "start", "end"] },
	);
}

/** A network layer and what is above, and how its Ethernet type is called. */
interface Upper extends Layers {
	readonly over: "IPv4" | "IPv6" | "ARP";
}

function uppers(inner: fc.Arbitrary<InnerPacket> | undefined, quoted: boolean): fc.Arbitrary<Upper> {
	const transport = fc.oneof<fc.Arbitrary<Transport>[]>(segments(), datagrams(inner), sctps);
	const ip = (networks: fc.Arbitrary<Ip>, above: fc.Arbitrary<Transport>): fc.Arbitrary<Upper> =>
		fc.tuple(networks, above).map(([network, each]) => ({ network, transport: each, over: "IPv4" }));
	const ip6 = (networks: fc.Arbitrary<Ip6>, above: fc.Arbitrary<Transport>): fc.Arbitrary<Upper> =>
		fc.tuple(networks, above).map(([network, each]) => ({ network, transport: each, over: "IPv6" }));
	const plain = fc.oneof<fc.Arbitrary<Transport>[]>(segments(), datagrams(undefined));
	return fc.oneof(
		...(inner === undefined ? [] : [ip(ips(false), gres(inner))]),
		ip(ips(true), transport),
		ip6(ip6s(true), transport),
		ip(ips(false), cutDatagram),
		ip(ips(false), portless),
		ip(ips(false), icmps(quoted)),
		ip6(ip6s(false), icmp6s()),
		ip(extended(ips(false), ah, true), plain),
		ip6(extended(ip6s(false), extensions, true), plain),
		ip6(extended(ip6s(false), extensions, false), icmp6s()),
		fc.tuple(ip6s(false), count(), count()).map(([network, offset, length]): Upper => {
			const fragment: Extension = { type: "fragment", offset, length, last: true, ...nowhere };
			return { network: { ...network, extensions: [fragment] }, over: "IPv6" };
		}),
		arps.map((network): Upper => ({ network, over: "ARP" })),
	);
}

/** Whether a packet is within that has no word below a link header, where only its addresses tell its family. */
function isBare({ transport }: Layers): boolean {
	if (transport?.type === "icmp") return transport.quoted !== undefined;
	const tunnel = transport?.type === "udp" ? transport.payload : transport;
	const isTunnel = tunnel?.type === "gre" || tunnel?.type === "geneve" || tunnel?.type === "vxlan-gpe";
	return isTunnel && tunnel.inner?.link === undefined;
}

/** Whether the addresses tell a packet's family. */
function tellsFamily({ network }: Layers): boolean {
	if (network.type !== "ip" && network.type !== "ip6") return true;
	return network.source.host.type === "ip" && network.destination.host.type === "ip";
}

/** The layers of packets; `depth`: how many may be within one another. */
export function layers(depth = 2): fc.Arbitrary<Layers> {
	const inner =
		depth > 0
			? layers(depth - 1)
					.filter(({ link }) => link === undefined || link.type === "ethernet")
					.map((each): InnerPacket => ({ type: "inner", ...each, ...nowhere }))
			: undefined;
	return uppers(inner, true).chain(({ over, ...each }) => {
		const link = isBare(each) ? fc.constant(undefined) : fc.option(links(over), { nil: undefined });
		return link.map((header): Layers => {
			const telling = header?.type !== "raw" && (header?.type !== "cooked" || header.ethertype !== undefined);
			return header === undefined || !(telling || tellsFamily(each)) ? each : { link: header, ...each };
		});
	});
}

/** Packets with headers between the link and the network layer, and of protocols other than IP. */
export function encapsulated(): fc.Arbitrary<Layers> {
	const upper = uppers(undefined, false).filter(
		(each) => each.over !== "ARP" && tellsFamily(each) && !isBare(each),
	);
	const stripped = ({ over: _, ...each }: Upper): Layers => each;
	const labelled = fc
		.tuple(upper, fc.boolean())
		.chain(([each, below]) =>
			fc
				.tuple(mpls(below && "header" in each.network), fc.option(links("MPLS unicast"), { nil: undefined }))
				.map(([labels, link]) => ({ ...(link && { link }), encapsulation: [labels], ...stripped(each) })),
		);
	const session = fc
		.tuple(upper, sessions, fc.boolean())
		.chain(([each, pppoe, linked]) =>
			linked
				? fc
						.tuple(links("PPPoE S"), ppp(each.over === "IPv4" ? "IP" : "IP6"))
						.map(([link, header]): Layers => ({ link, encapsulation: [pppoe, header], ...stripped(each) }))
				: fc.constant<Layers>({ encapsulation: [pppoe], ...stripped(each) }),
		);
	const discovery = discoveries.map(
		(each): Layers => ({ encapsulation: [each], network: { type: "text", text: "", ...nowhere } }),
	);
	const alone = fc
		.oneof<fc.Arbitrary<Network>[]>(stps, lldps, oldArps, brokenIps, linkHeads)
		.map((network): Layers => ({ network }));
	const frame = fc
		.tuple(links(undefined), llc(), stps)
		.map(([link, header, network]): Layers => ({ link, encapsulation: [header], network }));
	const announced = fc.tuple(links("LLDP"), lldps).map(([link, network]): Layers => ({ link, network }));
	const tunnel = fc.tuple(ips(false), mpls(false), ips(true), segments()).map(
		([network, labels, below, transport]): Layers => ({
			network,
			transport: {
				type: "mpls-in-ip",
				inner: { type: "inner", encapsulation: [labels], network: below, transport, ...nowhere },
				...nowhere,
			},
		}),
	);
	return fc.oneof(labelled, session, discovery, alone, frame, announced, tunnel);
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

/** Lines below a head, of types that its innermost packet may have. */
function bodies(each: Layers): fc.Arbitrary<readonly BodyLine[]> {
	const { network, transport } = each;
	const details: readonly fc.Arbitrary<BodyLine>[] =
		network.type === "stp"
			? [stpLines]
			: network.type === "lldp"
				? [lldpLines]
				: transport?.type === "icmp6"
					? [neighborLines]
					: [];
	return fc.array(fc.oneof(dump, ...details), { maxLength: 3 });
}

/** Link headers that the interface's columns do not stand before. */
const BY_ITSELF: ReadonlySet<string> = new Set(["cooked", "loopback", "raw"]);

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
			fc
				.oneof({ weight: 2, arbitrary: layers() }, encapsulated())
				.chain((each) => fc.tuple(fc.constant(each), bodies(each))),
			timestamps(),
			fc.option(column, { nil: undefined }),
			fc.option(count(99_999), { nil: undefined }),
			fc.option(fc.constant("> "), { nil: undefined }),
		)
		.map(([[each, continuation], timestamp, seen, number, quote]) => ({
			type: "packet",
			...(number && { number }),
			timestamp,
			// Cooked v2 has the interface's columns, and its link header an index; v1 has neither.
			...(seen && !BY_ITSELF.has(each.link?.type ?? "") && { interface: seen }),
			...each,
			...below(each, continuation),
			...(quote && { quote }),
			...nowhere,
		}));
}

/** Lines below a packet; none but bytes where an application would take them for its own. */
function below(packet: Layers, lines: readonly BodyLine[]): { continuation?: BodyLine[] } {
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
