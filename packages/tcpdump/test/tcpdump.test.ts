import { existsSync, readdirSync, readFileSync } from "node:fs";
import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Packet, parseTcpdump, printTcpdump } from "../src/index.ts";
import { TcpdumpParser } from "../src/read/grammar.ts";
import { Tcpdump } from "../src/schema.ts";
import { texts } from "../src/testing.ts";
import { claims, type Truth } from "./truth.ts";

const root = new URL("../../../fixtures/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const recordings = readdirSync(new URL("tcpdump/", root))
	.filter((name) => name.endsWith(".txt"))
	.map((name) => `tcpdump/${name}`);
const seeds = [
	"seeds/swarm-access/manager1/containers/1c06334e3589/tcpdump_s0_i_eth0.txt",
	"seeds/swarm-vote/manager1/containers/1c06334e3589/tcpdump_s0_i_eth2_n.txt",
];
const packetsOf = (text: string): Packet[] =>
	parseTcpdump(text).ast.statements.filter((node) => node.type === "packet");

describe("grammar", () => {
	it("is valid for chevrotain", () => {
		validateGrammar(() => new TcpdumpParser(false));
	});
});

describe("recordings", () => {
	it.each([...recordings, ...seeds])("%s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parseTcpdump(text);
		expect(diagnostics.map(({ code }) => code)).toEqual(
			path.endsWith(".live.txt") ? ["tcpdump/spliced"] : [],
		);
		expect(unparsedIn(ast)).toEqual([]);
		expect(printTcpdump(ast)).toBe(text);
		expect(Tcpdump.parse(ast)).toEqual(ast);
	});

	it("says what the bytes of the packets say", () => {
		let checked = 0;
		const different: string[] = [];
		const kinds = new Map<string, number>();
		for (const path of recordings) {
			const [, capture, form] = /^tcpdump\/([\w-]+)\.([\w-]+)\./.exec(path)!;
			const truthPath = `tcpdump/${capture}.truth.jsonl`;
			// Of a live capture with one packet cut short, the decode is of a capture of its own.
			if (!existsSync(new URL(truthPath, root))) continue;
			const truths = read(truthPath)
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line) as Truth);
			const packets = packetsOf(read(path));
			expect(packets.length, path).toBe(form === "c-err" ? 4 : truths.length);
			packets.forEach((packet, index) => {
				for (const claim of claims(packet, truths[index]!, form === "nS" || form === "nvvv")) {
					checked++;
					kinds.set(claim.what, (kinds.get(claim.what) ?? 0) + 1);
					const said = JSON.stringify(claim.said);
					const fact = JSON.stringify(claim.true);
					if (said !== fact) different.push(`${path} ${index + 1} ${claim.what}: ${said}, not ${fact}`);
				}
			});
		}
		console.log(
			`tcpdump against the bytes: ${checked} claims of ${kinds.size} kinds checked, ${checked - different.length} equal, ${different.length} different`,
		);
		expect(different).toEqual([]);
		expect(checked).toBeGreaterThan(20_000);
	});
});

describe("properties", () => {
	const cut = [...recordings, ...seeds].map((path) => read(path).slice(0, 1500));

	it("keep the laws on any text, and print every text back as it was", () => {
		fc.assert(
			fc.property(hostileText(cut), (text) => {
				checkLaws({ parse: parseTcpdump, print: printTcpdump }, text);
				if (!/[\x1b\x08\ufeff]/.test(text)) expect(printTcpdump(parseTcpdump(text).ast)).toBe(text);
			}),
			{ numRuns: 500 },
		);
	});

	it("parse(print(ast)) equals ast", () => {
		fc.assert(
			fc.property(texts(), (ast) => {
				const { ast: again, diagnostics } = parseTcpdump(printTcpdump(ast));
				expect(withoutSpans(again)).toEqual(withoutSpans(ast));
				expect(diagnostics).toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});

	it("spans of words and numbers hold the text that they were read from", () => {
		let checked = 0;
		const check = (node: unknown, text: string): void => {
			if (typeof node !== "object" || node === null) return;
			const { value, text: printed, start, end } = node as Record<string, unknown>;
			if (
				!("type" in node) &&
				typeof value !== "object" &&
				value !== undefined &&
				typeof start === "number"
			) {
				checked++;
				expect(text.slice(start, end as number)).toBe(printed ?? String(value));
			}
			for (const child of Object.values(node)) check(child, text);
		};
		for (const path of [...recordings, ...seeds]) check(parseTcpdump(read(path)).ast, read(path));
		expect(checked).toBeGreaterThan(10_000);
	});

	it("spans of ends and ports hold the text that they were read from", () => {
		for (const path of seeds) {
			const text = read(path);
			for (const { network } of packetsOf(text)) {
				if (network.type !== "ip") continue;
				for (const { host, port } of [network.source, network.destination]) {
					expect(text.slice(host.start, host.end)).toBe(host.value);
					expect(text.slice(port!.start, port!.end)).toBe(String(port!.number));
				}
			}
		}
	});
});

describe("traps", () => {
	const packet = (text: string): Packet => packetsOf(`${text}\n`)[0]!;

	it("a last dot is a port only where the protocol has ports", () => {
		const ends = (text: string): unknown => {
			const { network } = packet(text);
			if (network.type !== "ip" && network.type !== "ip6") return network;
			return [network.source, network.destination].map(({ host, port }) => [
				host.value,
				port?.name ?? port?.number,
			]);
		};
		expect(
			ends("08:50:25.616481 IP a1.b2.c3.d4 > db_master.internal: ICMP echo request, id 1, seq 1, length 8"),
		).toEqual([
			["a1.b2.c3.d4", undefined],
			["db_master.internal", undefined],
		]);
		expect(
			ends(
				"08:50:25.616481 IP a1.b2.c3.d4.webcache > db_master.internal.80: Flags [.], ack 1, win 1, length 0",
			),
		).toEqual([
			["a1.b2.c3.d4", "webcache"],
			["db_master.internal", 80],
		]);
		expect(ends("08:50:25.616481 IP6 ::ffff:10.0.0.1.80 > fd00::1.443: UDP, length 3")).toEqual([
			["::ffff:10.0.0.1", 80],
			["fd00::1", 443],
		]);
		expect(ends("08:50:25.616481 IP web.local > 10.0.0.1: ip-proto-17")).toEqual([
			["web.local", undefined],
			["10.0.0.1", undefined],
		]);
	});

	it("an inner packet at the start of a line belongs to its VXLAN header, another one does not", () => {
		const text =
			"IP 10.0.0.1.5 > 10.0.0.2.4789: VXLAN, flags [I] (0x08), vni 7\nIP 1.1.1.1.1 > 2.2.2.2.2: UDP, length 3\nIP 3.3.3.3.3 > 4.4.4.4.4: UDP, length 3\n";
		const [first, second, third] = packetsOf(text);
		expect(first!.transport).toMatchObject({
			type: "udp",
			payload: { vni: { value: 7 }, inner: { network: { type: "ip" } } },
		});
		expect(second!.network).toMatchObject({ source: { host: { value: "3.3.3.3" } } });
		expect(third).toBeUndefined();
	});

	it("a text of unknown kind between ends with ports is not taken for UDP", () => {
		expect(packet("08:50:25.616481 IP 1.1.1.1.1 > 2.2.2.2.2: S1 1:1(0) win 9").transport).toMatchObject({
			type: "text",
		});
		expect(packet("08:50:25.616481 IP 1.1.1.1.1 > 2.2.2.2.2: S 1:1(0) win 9").transport).toMatchObject({
			type: "tcp",
			form: "3.9",
		});
		expect(packet("08:50:25.616481 IP 1.1.1.1.1 > 2.2.2.2.53: 9+ A? a. (17)").transport).toMatchObject({
			type: "udp",
			payload: {
				type: "dns",
				id: { value: 9 },
				questions: [{ record: { value: "A" }, name: { value: "a." } }],
			},
		});
	});

	it("line ends of Windows and an indentation of Markdown are kept apart from the packet", () => {
		const text =
			"    08:50:25.616528 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto UDP (17), length 31)\r\n        1.1.1.1.1 > 2.2.2.2.2: UDP, length 3  \r\n";
		const { ast, diagnostics } = parseTcpdump(text);
		expect(diagnostics).toEqual([]);
		expect(ast.statements).toMatchObject([
			{
				type: "packet",
				indent: "    ",
				trailing: "  ",
				eol: "\r\n",
				network: { type: "ip", header: { indent: "        ", eol: "\r\n", ttl: { value: 64 } } },
				transport: { type: "udp", length: { value: 3 } },
			},
		]);
		expect(printTcpdump(ast)).toBe(text);
	});
});

describe("bad input", () => {
	it("keeps the time of a packet whose head is broken, and the packets around it", () => {
		const text =
			"08:50:25.616528 ARP, Request who-has 10.0.0.1 tell 10.0.0.2, length 28\n08:50:25.616543 IP 10.0.0.1.80 > 10.0.0.2.81: Flags [S], seq 1, options [nop], win 3\nhello\n";
		const { ast, diagnostics } = parseTcpdump(text);
		expect(ast.statements).toMatchObject([
			{ type: "packet", network: { type: "arp" } },
			{
				type: "packet",
				timestamp: { form: "time", seconds: 31825, nanoseconds: 616_543_000 },
				network: {
					type: "unparsed",
					text: "IP 10.0.0.1.80 > 10.0.0.2.81: Flags [S], seq 1, options [nop], win 3",
				},
			},
			{ type: "unparsed", text: "hello" },
		]);
		expect(diagnostics).toMatchObject([
			{ code: "tcpdump/syntax", start: text.indexOf(", win 3"), end: text.indexOf(", win 3") + 7 },
			{ code: "tcpdump/syntax", expected: ["a packet", "a banner", "the closing summary"] },
		]);
	});

	it.each([
		["in VXLAN", "IP 10.0.0.1.5 > 10.0.0.2.4789: VXLAN, flags [I] (0x08), vni 7\n"],
		["in IP", "IP 10.0.0.1 > 10.0.0.2: "],
	])("reads packets %s as deep as a network goes, and keeps deeper ones as text", (_, layer) => {
		const bottom = "IP 1.1.1.1.1 > 2.2.2.2.2: UDP, length 3\n";
		const shallow = parseTcpdump(layer.repeat(16) + bottom);
		expect(shallow.diagnostics).toEqual([]);
		expect(JSON.stringify(shallow.ast)).toContain('"2.2.2.2"');
		const deep = parseTcpdump(layer.repeat(5000) + bottom);
		expect(deep.diagnostics.map(({ code }) => code)).toEqual(["tcpdump/syntax"]);
		expect(printTcpdump(deep.ast)).toBe(layer.repeat(5000) + bottom);
	});

	it("refuses a line that is too long, and reads the next", () => {
		const text = `08:50:25.616528 IP ${"x".repeat(5_000_000)}\n1 packet captured\n`;
		const { ast, diagnostics } = parseTcpdump(text);
		expect(diagnostics.map(({ code }) => code)).toEqual(["core/line-too-long"]);
		expect(ast.statements.map(({ type }) => type)).toEqual(["unparsed", "summary"]);
	});
});
