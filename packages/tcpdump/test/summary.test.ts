import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
	httpExchanges,
	type Packet,
	parseTcpdump,
	pathsOf,
	printSummary,
	Summarizer,
	type TcpdumpSummary,
} from "../src/index.ts";
import { Ranges } from "../src/ranges.ts";
import type { Truth } from "./truth.ts";

const root = new URL("../../../fixtures/tcpdump/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), "utf8");
const packetsOf = (text: string): Packet[] =>
	parseTcpdump(text).ast.statements.filter((node) => node.type === "packet");
const stamped = (...lines: string[]): string =>
	lines.map((line, second) => `10:00:${String(second).padStart(2, "0")}.000000 ${line}\n`).join("");

function summaryOf(text: string): TcpdumpSummary {
	const summarizer = new Summarizer();
	for (const statement of parseTcpdump(text).ast.statements) summarizer.add(statement);
	return summarizer.result();
}

const GET =
	"IP 10.0.0.1.5 > 10.0.0.2.80: Flags [P.], seq 1:79, ack 1, win 9, length 78: HTTP: GET /a HTTP/1.1";
const CONTINUE =
	"IP 10.0.0.2.80 > 10.0.0.1.5: Flags [P.], seq 1:26, ack 79, win 9, length 25: HTTP: HTTP/1.1 100 Continue";
const OK =
	"IP 10.0.0.2.80 > 10.0.0.1.5: Flags [P.], seq 26:99, ack 79, win 9, length 73: HTTP: HTTP/1.1 404 Not Found";

describe("exchanges of HTTP", () => {
	it("an answer is that of the request before it, and took as long as the timestamps say", () => {
		expect(httpExchanges(packetsOf(stamped(GET, CONTINUE, OK, GET)))).toMatchObject([
			{ what: "GET /a", code: "404", answered: true, seconds: 2 },
			{ what: "GET /a", answered: false },
		]);
	});

	it("each request of a recording is answered", () => {
		const found = httpExchanges(packetsOf(read("live-any-a.n.txt")));
		expect(found.map(({ what, code }) => `${what} ${code}`).sort()).toEqual([
			"GET / 200",
			"GET /big 200",
			"GET /missing?x=1 404",
			"GET /nc 200",
			"GET /six 200",
			"POST /form 201",
		]);
	});
});

describe("ways through the host", () => {
	it("of packets that were seen on several interfaces", () => {
		const syn = (number: number): string =>
			`IP 10.0.0.1.5 > 10.0.0.2.80: Flags [S], seq ${number}, win 9, length 0`;
		const text = stamped(
			`veth1 In  ${syn(7)}`,
			`br-0  In  ${syn(7)}`,
			`eth0  Out ${syn(7)}`,
			// It was sent again, and lost on the way.
			`veth1 In  ${syn(7)}`,
			`br-0  In  ${syn(7)}`,
			`veth1 In  ${syn(8)}`,
		);
		expect(pathsOf(packetsOf(text))).toEqual([
			{ places: ["veth1 In", "br-0 In", "eth0 Out"], packets: 1 },
			{ places: ["veth1 In", "br-0 In"], packets: 1 },
		]);
	});
});

describe("ranges", () => {
	it("know what was sent again from what came late", () => {
		const ranges = new Ranges();
		expect([
			ranges.add(1, 101),
			ranges.add(201, 301),
			ranges.add(101, 201),
			ranges.add(150, 250),
			ranges.add(1, 301),
			ranges.add(250, 302),
		]).toEqual([true, true, true, false, false, true]);
	});
});

describe("summary", () => {
	it("counts what the bytes say", () => {
		for (const name of ["http-a", "tcp-a", "dns-a", "icmp-a", "arp-a"]) {
			const truths = read(`${name}.truth.jsonl`)
				.trimEnd()
				.split("\n")
				.map((line) => JSON.parse(line) as Truth);
			const { packets, dns, unread } = summaryOf(read(`${name}.n.txt`));
			expect([packets, unread], name).toEqual([truths.length, 0]);
			const queries = truths.filter((each) => each.udp && each.dns?.qr === 0 && !each.dns.trunc).length;
			expect(dns.questions, name).toBe(queries);
		}
	});

	it("tells handshakes, MTUs, unreachables, ARP and what tcpdump counted", () => {
		const syn = "IP 10.0.0.1.5 > 10.0.0.2.80: Flags [S], seq 7, win 9, options [mss 1460], length 0";
		const frag = "IP 10.0.0.9 > 10.0.0.1: ICMP 10.0.0.2 unreachable - need to frag (mtu 1400), length 556";
		const tooBig = "IP6 fd00::9 > fd00::1: ICMP6, packet too big, mtu 1280, length 1240";
		const who = "ARP, Request who-has 10.0.0.7 tell 10.0.0.1, length 28";
		const text = `${stamped(syn, syn, frag, frag, tooBig, who, who)}7 packets captured\n9 packets received by filter\n2 packets dropped by kernel\n`;
		const summary = summaryOf(text);
		expect(summary).toMatchObject({
			packets: 7,
			first: "10:00:00.000000",
			last: "10:00:06.000000",
			seconds: 6,
			counted: { captured: 7, "received by filter": 9, "dropped by kernel": 2 },
			handshakes: { unanswered: 1, complete: 0 },
			mtus: [
				{ from: "10.0.0.9", mtu: 1400, packets: 2 },
				{ from: "fd00::9", mtu: 1280, packets: 1 },
			],
			unreachable: [{ what: "fragmentation", packets: 2 }],
			unansweredArp: [{ target: "10.0.0.7", sender: "10.0.0.1", requests: 2 }],
		});
		expect(printSummary(summary)).toContain("tcp       10.0.0.1:5  10.0.0.2:80");
		expect(printSummary(summary)).toMatch(/10\.0\.0\.9 +1400 +2/);
	});

	it("of an empty text is empty", () => {
		expect(printSummary(summaryOf(""))).toBe("0 packets\n");
	});
});
