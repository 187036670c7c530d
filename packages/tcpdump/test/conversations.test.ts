import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
	conversations,
	dnsExchanges,
	type Packet,
	parseTcpdump,
	secondsBetween,
	unansweredArp,
	unreachables,
} from "../src/index.ts";
import type { Truth } from "./truth.ts";

const root = new URL("../../../fixtures/tcpdump/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, root), "utf8");
const packetsOf = (text: string): Packet[] =>
	parseTcpdump(text).ast.statements.filter((node) => node.type === "packet");
const truthOf = (name: string): Truth[] =>
	read(`${name}.truth.jsonl`)
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line) as Truth);

const SYN = "IP 10.0.0.1.5 > 10.0.0.2.80: Flags [S], seq 7, win 9, options [mss 1460], length 0";
const SYN_ACK = "IP 10.0.0.2.80 > 10.0.0.1.5: Flags [S.], seq 9, ack 8, win 9, options [mss 1400], length 0";
const DATA = "IP 10.0.0.1.5 > 10.0.0.2.80: Flags [P.], seq 1:101, ack 1, win 9, length 100";
const RST = "IP 10.0.0.2.80 > 10.0.0.1.5: Flags [R.], seq 0, ack 8, win 0, length 0";
const stamped = (...lines: string[]): Packet[] =>
	packetsOf(lines.map((line, second) => `10:00:0${second}.000000 ${line}\n`).join(""));

describe("conversations", () => {
	it("have the packets and bytes of the capture", () => {
		for (const name of ["http-a", "tcp-a", "dns-a"]) {
			const expected = new Map<string, [number, number]>();
			for (const { ip, tcp, udp } of truthOf(name)) {
				const ports = tcp ?? udp;
				if (ip === undefined || ports === undefined) continue;
				const key = `${ip.src}|${ports.sport} ${ip.dst}|${ports.dport}`;
				const [packets, bytes] = expected.get(key) ?? [0, 0];
				expected.set(key, [packets + 1, bytes + ports.length]);
			}
			let compared = 0;
			for (const { client, server } of conversations(packetsOf(read(`${name}.n.txt`)))) {
				for (const [from, to] of [
					[client, server],
					[server, client],
				] as const) {
					const fact = expected.get(`${from.host}|${from.port} ${to.host}|${to.port}`);
					// A segment whose header is cut does not tell its length.
					if (from.unsized > 0) continue;
					compared++;
					expect([from.packets, from.bytes], `${name} ${from.host}`).toEqual(fact ?? [0, 0]);
				}
			}
			expect(compared, name).toBeGreaterThan(5);
		}
	});

	it("tell how the connection began", () => {
		const handshake = (...lines: string[]): unknown => conversations(stamped(...lines))[0]!.handshake;
		expect(handshake(SYN, SYN_ACK, DATA)).toBe("complete");
		expect(handshake(SYN, SYN)).toBe("unanswered");
		expect(handshake(SYN, RST)).toBe("refused");
		expect(handshake(DATA)).toBe("unseen");
	});

	it("count what was sent again, and name the MSS of each side", () => {
		const [found] = conversations(stamped(SYN, SYN, SYN_ACK, DATA, DATA, RST));
		expect(found).toMatchObject({
			client: { host: "10.0.0.1", port: 5, packets: 4, bytes: 200, repeated: 2, mss: 1460, reset: false },
			server: { host: "10.0.0.2", port: 80, packets: 2, bytes: 0, repeated: 0, mss: 1400, reset: true },
		});
	});

	it("know the client where the capture begins with the answer", () => {
		expect(conversations(stamped(SYN_ACK, DATA))[0]!.client).toMatchObject({ host: "10.0.0.1", packets: 1 });
	});

	it("of what is within tunnels", () => {
		const packets = packetsOf(read("tunnel-a.n.txt"));
		const outer = conversations(packets);
		const inner = conversations(packets, { of: "inner" });
		expect(outer.some(({ server }) => server.port === 4789)).toBe(true);
		expect(inner.some(({ server }) => server.port === 4789)).toBe(false);
		expect(inner.some(({ protocol, server }) => protocol === "tcp" && server.port === 22)).toBe(true);
	});
});

describe("questions", () => {
	it("each query of DNS has its answer, as the bytes say", () => {
		const truths = truthOf("dns-a").filter(({ udp, dns }) => udp && dns && !dns.trunc);
		const exchanges = dnsExchanges(packetsOf(read("dns-a.n.txt")));
		const queries = truths.filter(({ dns }) => dns?.qr === 0);
		expect(exchanges.map(({ id, name }) => [id, name])).toEqual(
			queries.map(({ dns }) => [dns!.id, dns!.questions![0]![0]]),
		);
		let answered = 0;
		for (const { id, seconds, code } of exchanges) {
			const query = truths.find(({ dns }) => dns?.qr === 0 && dns.id === id)!;
			const answer = truths.find(
				({ dns, udp }) => dns?.qr === 1 && dns.id === id && udp!.dport === query.udp!.sport,
			);
			if (seconds === undefined || answer === undefined) continue;
			answered++;
			const nanoseconds = (answer.sec - query.sec) * 1e9 + answer.nsec - query.nsec;
			expect(seconds).toBeCloseTo(nanoseconds / 1e9, 6);
			expect(code !== undefined).toBe(answer.dns!.rcode !== 0);
		}
		expect(answered).toBeGreaterThan(15);
	});

	it("an address that never answered ARP", () => {
		const ask = (target: string): string => `ARP, Request who-has ${target} tell 10.0.0.1, length 28`;
		const packets = stamped(
			ask("10.0.0.2"),
			ask("10.0.0.3"),
			"ARP, Reply 10.0.0.3 is-at 02:42:0a:ff:00:03, length 28",
			ask("10.0.0.2"),
			ask("10.0.0.1"),
		);
		expect(unansweredArp(packets)).toMatchObject([
			{ target: "10.0.0.2", sender: "10.0.0.1", requests: [{}, {}] },
		]);
	});

	it("what could not be reached, by reason", () => {
		const found = unreachables(packetsOf(read("icmp-a.n.txt")));
		const facts = truthOf("icmp-a").filter(({ icmp }) => icmp?.type === 3 && icmp.code === 3).length;
		expect(found.find(({ what }) => what === "port")!.packets.length).toBe(facts);
		expect(found.find(({ reason }) => reason?.startsWith("admin prohibited"))).toBeDefined();
	});

	it("midnight", () => {
		const [before, after] = packetsOf(`23:59:59.500000 ${SYN}\n00:00:00.250000 ${SYN_ACK}\n`) as [
			Packet,
			Packet,
		];
		expect(secondsBetween(before, after)).toBeCloseTo(0.75, 9);
		expect(secondsBetween(after, before)).toBeCloseTo(86_399.25, 9);
	});
});
