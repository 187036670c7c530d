import { readFileSync } from "node:fs";
import { withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Packet, parseTcpdump, printTcpdump } from "../src/index.ts";
import { texts } from "../src/testing.ts";

const root = new URL("../../../fixtures/tcpdump/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), "utf8");
const packetsOf = (text: string): Packet[] =>
	parseTcpdump(text).ast.statements.filter((node) => node.type === "packet");
const codes = (text: string): string[] => parseTcpdump(text).diagnostics.map(({ code }) => code);
const SUMMARY = "12 packets captured\n14 packets received by filter\n0 packets dropped by kernel\n";

describe("a summary in the middle of a packet", () => {
	it("keeps the sign of a mail that ends the text", () => {
		const text = "> 08:50:25.616528 IP 1.1.1.1.1 > 2.2.2.2.2: UDP, length 3\n> E...........\n> hello\n> ";
		expect(printTcpdump(parseTcpdump(text).ast)).toBe(text);
	});

	it("is told from the digits of the packet by the size of the buffer", () => {
		// … ack 163, win 6468 packets captured
		const text = read("live-vx-a.live.txt");
		const { ast, diagnostics } = parseTcpdump(text);
		const packet = ast.statements.find((node) => node.type === "packet" && node.splices) as Packet;
		expect(packet.splices).toMatchObject([
			{ summary: [{ count: { value: 68 } }, { count: { value: 68 } }, { count: { value: 0 } }] },
		]);
		expect(JSON.stringify(packet.transport)).toContain('"window":{"value":64,');
		expect(diagnostics.map(({ code }) => code)).toEqual(["tcpdump/spliced"]);
		expect(text.slice(diagnostics[0]!.start, diagnostics[0]!.end)).toMatch(/^68 packets captured\n/);
	});

	it("leaves every packet as it is, wherever it stands", () => {
		let spliced = 0;
		fc.assert(
			fc.property(texts(), fc.double({ min: 0, max: 0.999, noNaN: true }), (ast, place) => {
				const text = printTcpdump(ast);
				const before = parseTcpdump(text).ast.statements;
				const packet = before.filter((node) => node.type === "packet")[0];
				if (packet === undefined) return;
				const at = packet.start + 1 + Math.floor(place * (packet.end - packet.start - 1));
				// At a line's start, or behind a quote and blanks, nothing tells that it stands in a packet; behind a
				// digit the size of the buffer would.
				const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
				if (/^[> \t]*$|\d$/.test(line)) return;
				const torn = text.slice(0, at) + SUMMARY + text.slice(at);
				const again = parseTcpdump(torn);
				expect(printTcpdump(again.ast)).toBe(torn);
				const whole = again.ast.statements.map((node) => {
					if (node.type !== "packet") return node;
					const { splices, ...rest } = node;
					if (splices) spliced++;
					return rest;
				});
				expect(withoutSpans(whole)).toEqual(withoutSpans(before));
				expect(again.diagnostics.map(({ code }) => code)).toEqual(["tcpdump/spliced"]);
			}),
			{ numRuns: 300 },
		);
		expect(spliced).toBeGreaterThan(5);
	});

	it("between two lines of a packet parts it too", () => {
		const head = "08:50:25.616528 IP 10.0.0.1.5 > 10.0.0.2.6: UDP, length 3\n\t0x0000:  4500\n";
		const text = `${head}${SUMMARY}\t0x0010:  0001\n`;
		expect(packetsOf(text)).toMatchObject([
			{ continuation: [{ type: "hex" }, { type: "hex" }], splices: [{}] },
		]);
		expect(printTcpdump(parseTcpdump(text).ast)).toBe(text);
	});

	it("is a statement of its own between packets", () => {
		const packet = "08:50:25.616528 IP 10.0.0.1.5 > 10.0.0.2.6: UDP, length 3\n";
		const { ast, diagnostics } = parseTcpdump(`${packet}^C${SUMMARY}${packet}`);
		expect(diagnostics).toEqual([]);
		expect(ast.statements.map(({ type }) => type)).toEqual([
			"packet",
			"summary",
			"summary",
			"summary",
			"packet",
		]);
	});
});

describe("dumps", () => {
	it("-XX gives every byte of the capture", () => {
		const pcap = readFileSync(new URL("tcp-a.pcap", root));
		const records: string[] = [];
		for (let at = 24; at < pcap.length; ) {
			const length = pcap.readUInt32LE(at + 8);
			records.push(pcap.toString("hex", at + 16, at + 16 + length));
			at += 16 + length;
		}
		const dumps = packetsOf(read("tcp-a.nXX.txt")).map(({ continuation = [] }) =>
			continuation.map((line) => (line.type === "hex" ? line.bytes : "?")).join(""),
		);
		expect(dumps).toEqual(records);
		expect(records.length).toBe(59);
	});

	it("-A: what looks like a head in the payload is payload", () => {
		for (const name of ["http-a.nA.txt", "http-a.nvA.txt"]) {
			const packets = packetsOf(read(name));
			expect(packets.length, name).toBe(64);
			const inside = packets.filter(({ continuation = [] }) =>
				continuation.some((line) => line.type === "ascii" && line.text === "3 packets captured"),
			);
			expect(inside.length, name).toBe(1);
		}
	});

	it("without -A after a text with -A, heads are heads", () => {
		const plain = "08:50:25.616528 IP 10.0.0.1.5 > 10.0.0.2.6: UDP, length 3\n";
		expect(packetsOf(`${plain}E...\n${plain.repeat(9)}`).length).toBeGreaterThan(5);
		expect(packetsOf(`${plain}E...\n1 packet captured\n${plain.repeat(9)}`).length).toBe(10);
	});
});

describe("pastes", () => {
	it("quoted in a mail", () => {
		const text =
			"> 08:50:25.616528 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto UDP (17), length 31)\n>     1.1.1.1.1 > 2.2.2.2.2: UDP, length 3\n> \t0x0000:  4500 001f                                E...\n>\n> 1 packet captured\n";
		const { ast, diagnostics } = parseTcpdump(text);
		expect(diagnostics).toEqual([]);
		expect(ast.statements).toMatchObject([
			{
				type: "packet",
				quote: "> ",
				network: { header: { ttl: { value: 64 } }, source: { host: { value: "1.1.1.1" } } },
				continuation: [{ type: "hex", bytes: "4500001f", ascii: "E..." }],
			},
			{ type: "blank", text: ">" },
			{ type: "summary", indent: "> ", count: { value: 1 } },
		]);
		expect(printTcpdump(ast)).toBe(text);
		const [packet] = packetsOf(text);
		const { host } = (packet!.network as { source: { host: { start: number; end: number } } }).source;
		expect(text.slice(host.start, host.end)).toBe("1.1.1.1");
	});

	it("with tabs made blanks", () => {
		const text =
			"    08:50:25.616528 ARP, Request who-has 10.0.0.1 tell 10.0.0.2, length 28\n        0x0000:  0001 0800  ....\n";
		expect(packetsOf(text)).toMatchObject([{ indent: "    ", continuation: [{ type: "continuation" }] }]);
		const padded = text.replace("0001 0800 ", "0001 0800 ".padEnd(40));
		expect(packetsOf(padded)).toMatchObject([
			{ continuation: [{ type: "hex", indent: "        ", bytes: "00010800" }] },
		]);
	});

	it("cut at the first and at the last line", () => {
		const whole = "08:50:25.616528 IP 10.0.0.1.5 > 10.0.0.2.6: UDP, length 3\n";
		const text = `0.0.1.5 > 10.0.0.2.6: UDP, length 3\n\t0x0000:  4500\n${whole}08:50:2`;
		const { ast, diagnostics } = parseTcpdump(text);
		expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
			["tcpdump/cut", "info"],
			["tcpdump/cut", "info"],
		]);
		expect(ast.statements.map(({ type }) => type)).toEqual(["unparsed", "hex", "packet", "unparsed"]);
		expect(codes(`${whole}08:50:25.616528 IP 10.0.0.1.5 > 10.0`)).toEqual([]);
		expect(codes(`${whole}08:50:25.616528 IP 10.0.0.1.5 > 10.0.0.2.6: Flags [S], seq 1, wi`)).toEqual([]);
		expect(
			codes(
				`${whole}08:50:25.616528 10:00:00:00:00:01 > 10:00:00:00:00:02, ethertype IPv4 (0x0800), length 9: IP `,
			),
		).toEqual(["tcpdump/cut"]);
	});

	it("with hidden addresses", () => {
		const ends = (line: string): unknown => {
			const { network } = packetsOf(`08:50:25.616528 IP ${line}\n`)[0]!;
			if (network.type !== "ip") return network;
			return [network.source, network.destination].map(({ host, port }) => [
				host.value,
				port?.number ?? port?.name,
			]);
		};
		const rest = "Flags [.], ack 1, win 1, length 0";
		expect(ends(`[REDACTED IP].443 > 10.0.0.1.5: ${rest}`)).toEqual([
			["[REDACTED IP]", 443],
			["10.0.0.1", 5],
		]);
		expect(ends(`x.x.x.x.443 > <my server>.5: ${rest}`)).toEqual([
			["x.x.x.x", 443],
			["<my server>", 5],
		]);
		expect(ends("10.xx.xx.1 > ***: ICMP echo request, id 1, seq 1, length 8")).toEqual([
			["10.xx.xx.1", undefined],
			["***", undefined],
		]);
	});
});
