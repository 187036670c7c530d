import { readFileSync } from "node:fs";
import { withoutSpans } from "@netfossil/core/testing";
import { describe, expect, it } from "vitest";
import { expectInProportion } from "../../../test/growth.ts";
import { type Packet, parseTcpdump, printTcpdump, type Transport } from "../src/index.ts";

const root = new URL("../../../fixtures/tcpdump/", import.meta.url);
const packetsOf = (text: string): Packet[] =>
	parseTcpdump(text).ast.statements.filter((node) => node.type === "packet");
const recorded = (name: string): Packet[] => packetsOf(readFileSync(new URL(`${name}.txt`, root), "utf8"));
const payloadOf = ({ transport }: Packet): unknown =>
	transport?.type === "tcp" || transport?.type === "udp" ? withoutSpans(transport.payload) : undefined;
const transportOf = (text: string): Transport | undefined => {
	const [packet] = packetsOf(`08:50:25.616481 IP 10.0.0.1.5 > 10.0.0.2.6: ${text}\n`);
	return withoutSpans(packet?.transport);
};

/** The texts and the lines of a recording that no node types, each once. */
function opaque(packets: readonly Packet[]): string[] {
	const found = new Set<string>();
	const walk = (node: unknown): void => {
		if (typeof node !== "object" || node === null) return;
		const { type, text } = node as { type?: unknown; text?: unknown };
		if (type === "text" || type === "unparsed" || type === "continuation") found.add(String(text));
		for (const child of Object.values(node)) walk(child);
	};
	walk(packets);
	return [...found];
}

describe("recordings written for this purpose", () => {
	it("of TCP's options hold nothing that is not typed", () => {
		for (const form of ["n", "nv", "nvvv", "plain"]) expect(opaque(recorded(`tcp-b.${form}`))).toEqual([]);
	});

	it("have the option of each kind, other only where its length is wrong", () => {
		const options = recorded("tcp-b.n").flatMap(({ transport }) =>
			transport?.type === "tcp" ? (transport.options ?? []) : [],
		);
		expect(new Set(options.map(({ type }) => type))).toEqual(
			new Set([
				..."nop eol mss wscale sackOK sack timestamp tfo uto md5 tcp-ao echo cc experimental unknown".split(
					" ",
				),
				..."mptcp other".split(" "),
			]),
		);
		const subtypes = options.flatMap((each) => (each.type === "mptcp" ? [each.subtype] : []));
		expect(new Set(subtypes).size).toBe(9);
		const others = options.flatMap((each) => (each.type === "other" ? [each.text] : []));
		expect(new Set(others)).toEqual(
			new Set([
				"mss 1281[len 3]",
				"wscale 1[len 2]",
				"",
				"tfo  (invalid)",
				"uto 0xff01 1958400[len 3]",
				"md5",
				"tcp-ao (invalid)",
				"mss",
				"TS",
			]),
		);
	});

	it("of DNS hold nothing that is not typed but the errors of DNS over TCP", () => {
		for (const form of ["n", "nv", "nvvv"])
			expect(opaque(recorded(`dns-b.${form}`))).toEqual([
				"[DNS over TCP: length 1 < 2] (invalid)",
				"[prefix length(400) != length(26)] (invalid)",
				"[prefix length(26) != length(54)] (invalid)",
			]);
	});

	it("of DNS are read to the end, but names with blanks and names that are cut", () => {
		const rests = recorded("dns-b.nvvv").flatMap(({ transport }) =>
			transport?.type === "udp" && transport.payload?.type === "dns" && transport.payload.rest !== undefined
				? [transport.payload.rest]
				: [],
		);
		expect(new Set(rests)).toEqual(new Set([" ird.na\\me.", " q:", " a", " api.p", " api.prod.", " ar: ."]));
	});

	it("of applications hold the texts of those that have no type, and no others", () => {
		expect(opaque(recorded("apps-a.n"))).toEqual([
			"VXLAN (invalid)",
			"VXLAN-GPE, flags [IP], vni 42:  (packet length 4 < 8) (invalid)",
			"VXLAN-GPE, flags [IP], vni 42: ERROR: unknown-next-protocol (invalid)",
			"geneve-proto-0x1234",
			"Geneve [length 6 < 8] (invalid)",
			" (invalid)",
			" [len18<asnlen41]",
		]);
		expect(opaque(recorded("streams-a.n"))).toEqual([
			"[telnet WILL TERMINAL TYPE, DO ECHO]",
			"\tversion 1.0, type HELLO, length 8, xid 0x00000001",
		]);
	});
});

describe("nodes", () => {
	it("DHCP has every field and option that -v shows", () => {
		const reply = recorded("apps-a.nv")[10]!;
		expect(payloadOf(reply)).toMatchObject({
			type: "dhcp",
			operation: "reply",
			hops: { value: 1 },
			transaction: { value: 0x3903f326 },
			seconds: { value: 7 },
			flags: "Broadcast",
			clientAddress: { address: { value: "10.255.0.9" } },
			yourAddress: { address: { value: "10.255.0.43" } },
			serverAddress: { address: { value: "10.255.0.1" } },
			gatewayAddress: { address: { value: "10.255.0.2" } },
			clientStation: { station: { mac: { value: "02:42:2a:5f:01:b1" } } },
			serverName: { name: { value: "srv" } },
			file: { name: { value: "pxelinux.0" } },
			cookie: { value: { value: 0x63825363 } },
		});
		const { payload } = reply.transport as Extract<Transport, { type: "udp" }>;
		const options = payload?.type === "dhcp" ? (payload.options ?? []) : [];
		expect(options.map(({ code }) => code.value)).toEqual([
			53, 54, 51, 58, 59, 1, 3, 6, 15, 28, 42, 26, 121, 119, 252, 66, 67, 43, 82, 224,
		]);
		expect(withoutSpans(options[0]?.value)).toEqual({ type: "other", value: { value: "ACK" } });
		expect(options[6]?.value).toMatchObject({
			addresses: [{ value: "10.255.0.6" }, { value: "10.255.2.77" }],
		});
		expect(options[18]?.lines).toMatchObject([
			{ type: "suboption", name: { value: "Circuit-ID" }, value: { value: "eth0" } },
			{ type: "suboption", name: { value: "Remote-ID" }, value: { value: "remote" } },
		]);
		expect(reply.continuation).toBeUndefined();
	});

	it("HTTP has its start line, headers and body, and what looks like a head in it stays payload", () => {
		const [packet] = recorded("streams-a.nv").filter(({ transport }) => {
			const payload = transport?.type === "tcp" ? transport.payload : undefined;
			return payload?.type === "http" && payload.length?.value === 136;
		});
		expect(payloadOf(packet!)).toEqual({
			type: "http",
			length: { value: 136 },
			line: {
				type: "status",
				version: { value: "HTTP/1.1" },
				code: { value: 200 },
				reason: { value: "OK" },
			},
			headers: [
				{
					type: "header",
					name: { value: "X" },
					value: { value: "10:00:00.000000 IP 1.1.1.1.1 > 2.2.2.2.2: UDP, length 3" },
				},
			],
			blank: {},
			body: [{ type: "line", text: "10:00:00.000000 IP 1.1.1.1.1 > 2.2.2.2.2: UDP, length 3" }],
		});
		const head = transportOf("Flags [P.], seq 1:9, ack 1, win 9, length 8: HTTP: GET /a?b=c HTTP/1.0");
		expect(head).toMatchObject({
			payload: {
				type: "http",
				line: { type: "request", method: { value: "GET" }, target: { value: "/a?b=c" } },
			},
		});
	});

	it("a segment of 3.9 is the segment that a later tcpdump prints", () => {
		const old = transportOf(
			"P, cksum 0x2250 (correct), 1:101(100) ack 1 win 46337 <nop,nop,timestamp 7 9>: BGP, length: 100",
		);
		expect(old).toMatchObject({
			type: "tcp",
			form: "3.9",
			flags: { value: "P" },
			checksum: { state: "correct" },
			sequence: { first: { value: 1 }, next: { value: 101 } },
			ack: { value: 1 },
			window: { value: 46337 },
			length: { value: 100 },
			options: [
				{ type: "nop" },
				{ type: "nop" },
				{ type: "timestamp", value: { value: 7 }, echo: { value: 9 } },
			],
			payload: { type: "application", name: { value: "BGP" }, length: { value: 100 } },
		});
	});

	it("DNS has the class, EDNS, and all sections", () => {
		expect(
			transportOf(
				"4660 [2q] q: A? a.b., q: AAAA? c.d. 1/1/2 a.b. [1m] A 10.255.0.6 ns: b. [1m] NS ns1.b. ar: ns1.b. CHAOS [1m] A 10.255.0.6, . OPT UDPsize=1232 DO [COOKIE 0102] (174)",
			),
		).toEqual({
			type: "udp",
			payload: {
				type: "dns",
				id: { value: 4660 },
				flags: "",
				sections: [{ of: "q", count: 2 }],
				questions: [
					{ record: { value: "A" }, name: { value: "a.b." } },
					{ record: { value: "AAAA" }, name: { value: "c.d." } },
				],
				counts: { answers: { value: 1 }, authority: { value: 1 }, additional: { value: 2 } },
				answers: [{ name: "a.b.", ttl: "1m", record: "A", data: "10.255.0.6" }],
				authority: [{ name: "b.", ttl: "1m", record: "NS", data: "ns1.b." }],
				additional: [
					{ name: "ns1.b.", class: "CHAOS", ttl: "1m", record: "A", data: "10.255.0.6" },
					{ name: ".", record: "OPT", edns: { size: 1232, flags: "DO", options: "COOKIE 0102" } },
				],
				length: { value: 174 },
			},
		});
	});

	it("a tunnel's inner packet takes the lines of -v", () => {
		const text =
			"08:50:25.616481 IP 10.0.0.1.5 > 10.0.0.2.4790: VXLAN-GPE, flags [IP], vni 7\n" +
			"    IP 10.0.0.3.5 > 10.0.0.4.80: Flags [P.], seq 1:9, ack 1, win 9, length 8: HTTP, length: 8\n" +
			"\tGET / HTTP/1.1\n\tHost: a\n\t\n\t0x0000:  4500                                     E.\n";
		const [packet] = packetsOf(text);
		expect(packet?.transport).toMatchObject({
			payload: {
				type: "vxlan-gpe",
				vni: { value: 7 },
				inner: { transport: { payload: { headers: [{ name: { value: "Host" } }] } } },
			},
		});
		expect(packet?.continuation).toMatchObject([{ type: "hex" }]);
		expect(printTcpdump(parseTcpdump(text).ast)).toBe(text);
	});

	it.each(["    ", "> ", "\t"])("lines below keep what a paste puts before them: %j", (before) => {
		const text =
			"08:50:25.616481 IP 10.0.0.1.5 > 10.0.0.2.80: Flags [P.], seq 1:9, ack 1, win 9, length 8: HTTP, length: 8\n\tGET / HTTP/1.1\n\tHost: a\n"
				.replace(/^(?=.)/gm, before)
				.replaceAll("\n", "\r\n");
		const { ast } = parseTcpdump(text);
		expect(printTcpdump(ast)).toBe(text);
		expect(opaque(packetsOf(text))).toEqual([]);
	});

	it("long lines of one sign are read in time", () => {
		const head = "08:50:25.616481 IP 10.0.0.1.5 > 10.0.0.2.53: ";
		const lines: ((size: number) => string)[] = [
			(n) => `1 1/0/0 ${"A 1.1.1.1, ".repeat(n)}A 1.1.1.1 (9)`,
			(n) => `1+ ${"[".repeat(n * 10)} (9)`,
			(n) => `1/0/0${" ns: a".repeat(n)} (9)`,
			(n) => `Flags [.], ack 1, win 1, options [${"mptcp,".repeat(n)}nop], length 0`,
			(n) => `dhcp6 solicit (xid=1${" (a".repeat(n * 3)})`,
			(n) => `dhcp6 solicit (xid=1${" (a".repeat(20)}${")".repeat(n * 3)})`,
			(n) => `. ack 1 win 1 <${"nop,".repeat(n * 2)}nop>`,
			(n) => ` [${"[".repeat(n * 8)}] GetRequest(1) x`,
			(n) => `sctp (1) [DATA] ${"[a 1] ".repeat(n)}`,
			(n) => `NTPv4, ${"Client ".repeat(n)}, length 48`,
			(n) => `SNMP${" ".repeat(n * 8)}x`,
			(n) => `BFDv1${", length".repeat(n)}`,
		];
		const read = (text: string): void => {
			expect(printTcpdump(parseTcpdump(text).ast)).toBe(text);
		};
		for (const line of lines) expectInProportion((n) => `${head}${line(n)}\n`, read, 2000, line(1));
	});
});
