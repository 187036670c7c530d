import { ipv4, ipv6, mac, word } from "@netfossil/core/testing";
import fc from "fast-check";
import type {
	Application,
	Cut,
	Dhcp,
	Dhcp6,
	Dhcp6Option,
	DhcpOption,
	DhcpValue,
	Dns,
	Esp,
	Http,
	Isakmp,
	Ntp,
	OtherApplication,
	Radius,
	Sctp,
	Snmp,
	StartLine,
	Syslog,
	TextLine,
	TextMessage,
	TextProtocol,
	Tftp,
	UdpEncap,
} from "../ast.ts";
import { count, digits, hex, nowhere, span } from "./common.ts";

const yes = fc.constant(true as const);
const textLine = (...texts: string[]): fc.Arbitrary<TextLine> =>
	fc.constantFrom(...texts).map((text) => ({ type: "line", text, ...nowhere }));

const question = fc.record(
	{
		record: word(fc.constantFrom("A", "AAAA", "PTR", "Type65")),
		class: fc.constantFrom("CHAOS", "(Class 77)"),
		answer: fc.constantFrom("QM" as const, "QU" as const),
		name: word(fc.constantFrom("api.prod.", "_http._tcp.local.", ".", "<BAD PTR>")),
		...span,
	},
	{ requiredKeys: ["record", "name", "start", "end"] },
);
const record = fc.record(
	{
		name: fc.constantFrom("api.prod.", "."),
		class: fc.constantFrom("ANY", "(Class 254)", "(Cache flush)"),
		ttl: fc.constantFrom("1m30s", "0s"),
		record: fc.constantFrom("A", "CNAME", "TXT"),
		data: fc.constantFrom("10.1.2.3", "cdn.example.com.", '"v=spf1, -all" "b"'),
	},
	{ requiredKeys: ["name", "record", "data"] },
);
const edns = fc
	.record(
		{
			size: fc.integer({ min: 512, max: 65535 }),
			flags: fc.constant("DO"),
			options: fc.constant("ECS 192.0.2.0/24/0,PADDING (4)"),
		},
		{ requiredKeys: ["size"] },
	)
	.map((each) => ({ name: ".", record: "OPT", edns: each }));
const records = fc.array(fc.oneof({ weight: 3, arbitrary: record }, edns), { minLength: 1, maxLength: 3 });

/** Queries and answers of DNS, whole and cut. */
export function dnsMessages(): fc.Arbitrary<Dns> {
	const base = { type: fc.constant("dns" as const), id: count(), ...span };
	const query = fc.record(
		{
			...base,
			operation: fc.constantFrom("notify", "op6"),
			flags: fc.constantFrom("", "+", "%", "+%"),
			bits: hex(3),
			sections: fc.constant([{ of: "au" as const, count: 1 }]),
			questions: fc.array(question, { maxLength: 2 }),
			authority: records,
			additional: records,
		},
		{ requiredKeys: ["type", "id", "flags", "questions", "start", "end"] },
	);
	const answer = fc.record(
		{
			...base,
			code: word(fc.constantFrom("NXDomain", "ServFail", "Resp11")),
			flags: fc.constantFrom("", "*", "-", "*-|$"),
			sections: fc.constantFrom([{ of: "q" as const, count: 0 }], [{ of: "q" as const, count: 3 }]),
			questions: fc.array(question, { minLength: 1, maxLength: 2 }),
			counts: fc.record({ answers: count(9), authority: count(9), additional: count(9) }),
			answers: records,
			authority: records,
			additional: records,
		},
		{ requiredKeys: ["type", "id", "flags", "counts", "start", "end"] },
	);
	const end = fc.oneof(
		{ weight: 4, arbitrary: count().map((length) => ({ length })) },
		fc.constant({ truncated: " [|domain]" }),
	);
	return fc.tuple(fc.oneof(query, answer), end).map(([each, tail]) => ({ ...each, ...tail }));
}

const version = word(fc.constantFrom("HTTP/1.1", "SIP/2.0"));
const startLine: fc.Arbitrary<StartLine> = fc.oneof(
	fc.record({
		type: fc.constant("request" as const),
		method: word(fc.constantFrom("GET", "M-SEARCH")),
		target: word(fc.constantFrom("/", "/a?b=c,length", "*")),
		version,
		...span,
	}),
	fc.record(
		{
			type: fc.constant("status" as const),
			version,
			code: count(99).map((each) => ({ ...each, value: each.value + 100 })),
			reason: word(fc.constantFrom("OK", "Not Found")),
			...span,
		},
		{ requiredKeys: ["type", "version", "code", "start", "end"] },
	),
	textLine("220 ftp ready", "POST /a?b=c, length 3"),
);
const header = fc.oneof(
	fc.record(
		{
			type: fc.constant("header" as const),
			name: word(fc.constantFrom("Host", "X-a_b")),
			value: word(fc.constantFrom("a", "text/plain; x=y", "a: b")),
			...span,
		},
		{ requiredKeys: ["type", "name", "start", "end"] },
	),
	textLine(" folded: x", "MAIL FROM:<a@b>"),
);
/** A message on the line of the packet, or with `-v` below it. */
const messages: fc.Arbitrary<TextMessage> = fc.oneof(
	fc.record(
		{ line: startLine, truncated: fc.constant(" [|http]"), ...span },
		{ requiredKeys: ["start", "end"] },
	),
	fc
		.record(
			{
				length: count(),
				line: startLine,
				headers: fc.array(header, { minLength: 1, maxLength: 3 }),
				blank: fc.constant(nowhere),
				body: fc.array(textLine("<html>", "\tx", "", "12:00:00.000000 IP 1.1.1.1 > 2.2.2.2: x"), {
					minLength: 1,
					maxLength: 3,
				}),
				truncated: fc.constant(" [|http]"),
				...span,
			},
			{ requiredKeys: ["length", "line", "start", "end"] },
		)
		.map(({ body, ...each }) => (body !== undefined && each.blank !== undefined ? { ...each, body } : each)),
);
const https: fc.Arbitrary<Http> = messages.map((each) => ({ type: "http", ...each }));
const textProtocols: fc.Arbitrary<TextProtocol> = fc
	.tuple(messages, word(fc.constantFrom("FTP", "SIP", "SMTP", "RTSP", "WHOIS")))
	.map(([each, name]) => ({ type: "text-protocol", name, ...each }));

const station = mac().map((each) => ({ mac: each, ...nowhere }));
const dhcpValue: fc.Arbitrary<DhcpValue> = fc.oneof(
	fc
		.array(ipv4(), { minLength: 1, maxLength: 3 })
		.map((addresses) => ({ type: "addresses" as const, addresses })),
	count().map((number) => ({ type: "number" as const, number })),
	word(fc.constantFrom("web-0", "")).map((value) => ({ type: "string" as const, value })),
	word(fc.constantFrom("Discover", "(10.1.2.0/24:10.0.0.1),(default:10.0.0.2)", "1.3.2")).map((value) => ({
		type: "other" as const,
		value,
	})),
);
const size = fc.integer({ min: 1, max: 255 }).map((value) => ({ value, ...nowhere }));
const dhcpOption: fc.Arbitrary<DhcpOption> = fc.record(
	{
		name: word(fc.constantFrom("DHCP-Message", "Unknown", "T42/x")),
		code: count(255),
		length: size,
		occurs: count(9),
		value: dhcpValue,
		lines: fc.array(
			fc.oneof(
				fc
					.array(
						fc.record(
							{ name: fc.constantFrom("Subnet-Mask", "BR"), code: fc.nat(255) },
							{ requiredKeys: ["name"] },
						),
						{ minLength: 1, maxLength: 4 },
					)
					.map((names) => ({ type: "names" as const, names, ...nowhere })),
				fc.record({
					type: fc.constant("suboption" as const),
					name: word(fc.constant("Circuit-ID")),
					code: count(9),
					length: size,
					value: word(fc.constantFrom("eth0", "")),
					...span,
				}),
				textLine('instance#1: "abc", length 3', "trailing data length 3"),
			),
			{ minLength: 1, maxLength: 2 },
		),
		spelling: fc.constant("Option" as const),
		...span,
	},
	{ requiredKeys: ["name", "code", "length", "start", "end"] },
);
const address = ipv4().map((each) => ({ address: each, ...nowhere }));
const dhcpHead = {
	type: fc.constant("dhcp" as const),
	operation: fc.constant("request" as const),
	client: station,
	length: count(),
	...span,
};
const dhcps: fc.Arbitrary<Dhcp> = fc.oneof(
	fc.record(dhcpHead, { requiredKeys: ["type", "operation", "length", "start", "end"] }),
	fc.record({
		type: fc.constant("dhcp" as const),
		operation: fc.constant("unknown" as const),
		code: hex(2),
		truncated: fc.constant(" [|bootp]"),
		...span,
	}),
	fc.record(
		{
			...dhcpHead,
			hardwareType: count(9),
			hardwareLength: count(9),
			hops: count(9),
			transaction: hex(8),
			seconds: count(),
			flags: fc.constantFrom("none", "Broadcast"),
			flagBits: hex(4),
			clientAddress: address,
			yourAddress: address,
			serverAddress: address,
			gatewayAddress: address,
			clientStation: station.map((each) => ({ station: each, ...nowhere })),
			serverName: word(fc.constantFrom("srv", "")).map((each) => ({ name: each, ...nowhere })),
			file: word(fc.constant("pxe.0")).map((each) => ({ name: each, ...nowhere })),
			extensions: fc.constant(nowhere),
			cookie: hex(8).map((value) => ({ value, ...nowhere })),
			options: fc.array(dhcpOption, { minLength: 1, maxLength: 4 }),
			truncated: fc.constant(" [|bootp]"),
		},
		{ requiredKeys: ["type", "operation", "length", "transaction", "flags", "start", "end"] },
	),
);

const { dhcp6Option } = fc.letrec<{ dhcp6Option: Dhcp6Option }>((tie) => ({
	dhcp6Option: fc.record(
		{
			name: fc.constantFrom("client-ID", "IA_NA", "opt_82"),
			text: fc.constantFrom("IAID:1 T1:3600", "100", "hwaddr type 1 0242de9562f9"),
			options: fc.array(tie("dhcp6Option") as fc.Arbitrary<Dhcp6Option>, { minLength: 1, maxLength: 2 }),
		},
		{ requiredKeys: ["name"], noNullPrototype: true },
	),
}));
const dhcp6s: fc.Arbitrary<Dhcp6> = fc
	.tuple(
		word(fc.constantFrom("solicit", "relay-fwd", "inf-req")),
		fc.oneof(
			fc.constant({}),
			fc.record(
				{
					transaction: word(digits(6)),
					options: fc.array(dhcp6Option, { minLength: 1, maxLength: 2 }),
					truncated: fc.constant(" [|dhcp6]"),
				},
				{ requiredKeys: ["transaction"] },
			),
			fc.record({ linkAddress: ipv6(), peerAddress: ipv6() }),
		),
	)
	.map(([message, rest]) => ({ type: "dhcp6", message, ...rest, ...nowhere }));

const seconds = fc.constantFrom("0.000000000", "3900000000.500000000");
const ntps: fc.Arbitrary<Ntp> = fc
	.tuple(
		fc.record({
			type: fc.constant("ntp" as const),
			version: count(7),
			mode: word(fc.constantFrom("Client", "symmetric active")),
			length: count(),
			...span,
		}),
		fc.record(
			{
				root: fc.record({
					delay: word(fc.constant("0.003906")),
					dispersion: word(fc.constant("0.000000")),
					reference: word(fc.constantFrom("(unspec)", "GPS", "0x0aff024d")),
					...span,
				}),
				timestamps: fc.array(
					fc.record(
						{
							of: fc.constantFrom(
								"Reference",
								"Originator",
								"Receive",
								"Transmit",
								"Originator - Receive",
								"Originator - Transmit",
							),
							value: word(seconds),
							date: fc.constantFrom("2023-08-02T21:20:00Z", "2023/08/02 21:20:00"),
							...span,
						},
						{ requiredKeys: ["of", "value", "start", "end"] },
					),
					{ minLength: 1, maxLength: 6 },
				),
				key: count().map((id) => ({ id, ...nowhere })),
				authentication: word(digits(32)).map((digest) => ({ digest, ...nowhere })),
				truncated: fc.constant(" [|ntp]"),
			},
			{ requiredKeys: [] },
		),
		fc.option(
			fc.oneof(
				fc.record(
					{
						mode: word(fc.constant("Client")),
						leap: fc.constantFrom("", "clock unsynchronized"),
						leapBits: count(192),
						stratum: count(16),
						stratumName: fc.constant("primary reference"),
						poll: count(17),
						pollSeconds: count(),
						precision: fc.integer({ min: -32, max: 0 }),
						...span,
					},
					{ requiredKeys: ["leap", "leapBits", "stratum", "pollSeconds", "precision", "start", "end"] },
				),
				fc.record({
					leap: fc.constant(""),
					leapBits: count(192),
					text: fc.constant("Request, OK, Last, OpCode=1"),
					...span,
				}),
			),
			{ nil: undefined },
		),
	)
	// Without the first of its lines there are no others.
	.map(([head, lines, status]) => (status === undefined ? head : { ...head, status, ...lines }));

const syslogs: fc.Arbitrary<Syslog> = fc.oneof(
	fc.record({
		type: fc.constant("syslog" as const),
		facility: word(fc.constant("daemon")),
		severity: word(fc.constant("info")),
		length: count(),
		...span,
	}),
	fc.record(
		{
			type: fc.constant("syslog" as const),
			length: count(),
			priority: fc.record({
				facility: word(fc.constantFrom("daemon", "local7")),
				facilityCode: count(23),
				severity: word(fc.constant("info")),
				severityCode: count(7),
				...span,
			}),
			message: textLine("Nov 20 10:00:00 web-0 app[1]: hello", ""),
			...span,
		},
		{ requiredKeys: ["type", "length", "priority", "start", "end"] },
	),
);
const tftps: fc.Arbitrary<Tftp> = fc
	.tuple(
		count(),
		fc.oneof(
			fc.record(
				{
					operation: word(fc.constantFrom("RRQ", "WRQ")),
					file: word(fc.constant("boot.img")),
					mode: word(fc.constant("octet")),
					text: fc.constant(" blksize 1432"),
				},
				{ requiredKeys: ["operation", "file", "mode"] },
			),
			fc.record({ operation: word(fc.constantFrom("DATA", "ACK")), block: count() }),
			fc.record({
				operation: word(fc.constant("ERROR")),
				text: fc.constant(' ENOTFOUND "File not found"'),
			}),
		),
		fc.option(fc.constant("4.9" as const), { nil: undefined }),
	)
	.map(([length, rest, punctuation]) => ({
		type: "tftp",
		length,
		...rest,
		...(punctuation && { punctuation }),
		...nowhere,
	}));
const snmps: fc.Arbitrary<Snmp> = fc.record(
	{
		type: fc.constant("snmp" as const),
		flaw: fc.constant("[2 extra after iSEQ]"),
		version: word(fc.constantFrom("1", "2c", "3")),
		community: word(fc.constant("private")),
		operation: word(fc.constantFrom("GetRequest", "V2Trap")),
		size: count(),
		request: count(),
		text: fc.constantFrom(" .1.3.6.1.2.1.1.1.0", "  .1.3.6=5 } } "),
		...span,
	},
	{ requiredKeys: ["type", "operation", "size", "text", "start", "end"] },
);
const message = {
	message: word(fc.constantFrom("Access-Request", "Unknown Command")),
	code: count(255),
	id: hex(2),
};
const radiuses: fc.Arbitrary<Radius> = fc.oneof(
	fc.record({ type: fc.constant("radius" as const), ...message, length: count(), ...span }),
	fc.record(
		{
			type: fc.constant("radius" as const),
			length: count(),
			packet: fc.record({ ...message, authenticator: word(digits(32)), ...span }),
			attributes: fc.array(
				fc.record({
					name: word(fc.constantFrom("User-Name", "Acct-Status-Type")),
					code: count(255),
					length: count(255),
					value: word(fc.constantFrom("bob", "")),
					...span,
				}),
				{ minLength: 1, maxLength: 3 },
			),
			truncated: fc.constant(" [|radius]"),
			...span,
		},
		{ requiredKeys: ["type", "length", "packet", "start", "end"] },
	),
);
export const esps: fc.Arbitrary<Esp> = fc.record({
	type: fc.constant("esp" as const),
	spi: hex(8),
	sequence: hex(1),
	length: count(),
	...span,
});
const encaps: fc.Arbitrary<UdpEncap> = fc.oneof(
	esps.map((esp) => ({ type: "udp-encap" as const, esp, ...nowhere })),
	fc.constant<UdpEncap>({ type: "udp-encap", truncated: " [|esp]", ...nowhere }),
);
const isakmps: fc.Arbitrary<Isakmp> = fc.oneof(
	fc.constant<Isakmp>({ type: "isakmp", ...nowhere }),
	fc
		.tuple(
			fc.record(
				{
					type: fc.constant("isakmp" as const),
					encapsulated: yes,
					exchange: fc.constantFrom("phase 1 I ident", "parent_sa ikev2_init[I]:"),
					...span,
				},
				{ requiredKeys: ["type", "exchange", "start", "end"] },
			),
			fc.option(
				fc.record(
					{
						version: word(fc.constantFrom("1.0", "2.0")),
						message: word(digits(8)),
						cookies: word(fc.constant("3132333435363738->0000000000000000")),
					},
					{ requiredKeys: ["version", "message"] },
				),
				{ nil: {} },
			),
		)
		.map(([each, verbose]) => ({ ...each, ...verbose })),
);
const others: fc.Arbitrary<OtherApplication> = fc.oneof(
	fc.constantFrom<OtherApplication>(
		{ type: "application", name: { value: "BGP", ...nowhere }, ...nowhere },
		{ type: "application", name: { value: "RESP", ...nowhere }, text: ' "GET" "a"', ...nowhere },
		{ type: "application", name: { value: "l2tp", ...nowhere }, text: ":[](1/2)", spaced: true, ...nowhere },
		{
			type: "application",
			name: { value: "HSRP", ...nowhere },
			version: { value: 0, ...nowhere },
			text: "-hello 20: state=active",
			...nowhere,
		},
	),
	fc.record(
		{
			type: fc.constant("application" as const),
			name: word(fc.constantFrom("BFD", "sFlow")),
			version: count(9),
			length: count(),
			colon: fc.constant(false as const),
			...span,
		},
		{ requiredKeys: ["type", "name", "length", "start", "end"] },
	),
);

/** Whether the lines of `-v` may stand below the head of an application, so that any line there may be its own. */
export const mayHaveLines = ({ type }: { readonly type: string }): boolean =>
	["http", "text-protocol", "dhcp", "ntp", "syslog", "radius", "sctp"].includes(type);

/** What stands on the line of a UDP datagram, and below it. */
export const applications: fc.Arbitrary<Application> = fc.oneof(
	dnsMessages(),
	dhcps,
	dhcp6s,
	ntps,
	https,
	textProtocols,
	syslogs,
	tftps,
	snmps,
	radiuses,
	encaps,
	isakmps,
	others,
	fc.constantFrom<Cut>(
		{ type: "cut", of: "bootp", blank: true, ...nowhere },
		{ type: "cut", of: "lisp", ...nowhere },
	),
);
/** The same of a TCP segment, where no blank stands before the text. */
export const segmentApplications: fc.Arbitrary<Application> = fc.oneof(
	dnsMessages().filter(({ rest }) => rest === undefined),
	https,
	textProtocols,
	others.filter(({ spaced }) => spaced === undefined),
);

/** The gaps stand before what arrived twice. */
const sctpBlocks = fc
	.tuple(
		fc.array(
			fc.record({
				type: fc.constant("gap" as const),
				number: count(9),
				first: count(),
				last: count(),
				...span,
			}),
			{ minLength: 1, maxLength: 2 },
		),
		fc.array(
			fc.record({ type: fc.constant("duplicate" as const), number: count(9), tsn: count(), ...span }),
			{ maxLength: 2 },
		),
	)
	.map(([gaps, duplicates]) => [...gaps, ...duplicates]);

/** Chunks of SCTP. */
export const sctps: fc.Arbitrary<Sctp> = fc
	.record(
		{
			type: fc.constant("sctp" as const),
			blocks: sctpBlocks,
			chunks: fc.array(
				fc.record(
					{
						number: count(20),
						kind: word(fc.constantFrom("INIT", "DATA", "HB REQ", "Unknown chunk type: 0x40")),
						flags: fc.constantFrom("BE", "U"),
						fields: fc.array(
							fc.record(
								{
									name: fc.constantFrom("init tag", "SSEQ", "#gap acks"),
									value: count(),
									colon: yes,
									...span,
								},
								{ requiredKeys: ["name", "value", "start", "end"] },
							),
							{ minLength: 1, maxLength: 4 },
						),
						...span,
					},
					{ requiredKeys: ["number", "kind", "start", "end"] },
				),
				{ minLength: 1, maxLength: 3 },
			),
			...span,
		},
		{ requiredKeys: ["type", "chunks", "start", "end"] },
	)
	.map(({ blocks, ...each }) => (blocks ? { ...each, blocks } : each));
