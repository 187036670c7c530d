/** Input that nobody checked before it was saved: it is read whole, printed back, and in linear time. */
import { checkLaws } from "@netfossil/core/testing";
import { describe, expect, it } from "vitest";
import { expectInProportion } from "../../../test/growth.ts";
import { type Packet, parseTcpdump, printTcpdump, type Statement } from "../src/index.ts";

const HEAD = "08:50:25.616528 IP 10.0.0.1.5 > 10.0.0.2.6: UDP, length 3\n";
const TCP =
	"08:50:25.616528 IP 10.0.0.1.5 > 10.0.0.2.80: Flags [P.], seq 1:79, ack 1, win 342, options [nop,nop,TS val 7 ecr 9], length 78";
const HEX = "\t0x0000:  4500 003c 26df 4000 ff06 b70e c0a8 3102  E..<&.@.......1.\n";
const SUMMARY = "12 packets captured\n14 packets received by filter\n0 packets dropped by kernel\n";

const kindsOf = (text: string): Statement["type"][] =>
	parseTcpdump(text).ast.statements.map(({ type }) => type);
const packetsOf = (text: string): Packet[] =>
	parseTcpdump(text).ast.statements.filter((node) => node.type === "packet");

/** Texts of a length that grows with `n`, by what is wrong with them. */
const texts: Record<string, (n: number) => string> = {
	"a long line of one letter": (n) => `${HEAD}${"x".repeat(n * 40)}\n${HEAD}`,
	"a long line of digits": (n) => `${HEAD}${"7".repeat(n * 40)}\n${HEAD}`,
	"a long line of digits before a summary": (n) =>
		`${TCP}${"7".repeat(n * 40)} packets captured\n1 packet received by filter\n`,
	"a long head": (n) => `08:50:25.616528 IP 10.0.0.1.5 > 10.0.0.2.6: ${"ab: ".repeat(n * 10)}\n${HEAD}`,
	"a long list of options": (n) =>
		`08:50:25.616528 IP 1.1.1.1.5 > 2.2.2.2.6: Flags [.], ack 1, win 1, options [${"nop,".repeat(n * 10)}eol], length 0\n`,
	"a long option list that is not closed": (n) =>
		`08:50:25.616528 IP 1.1.1.1.5 > 2.2.2.2.6: Flags [.], ack 1, win 1, options [${"nop,[".repeat(n * 10)}\n`,
	"a header with many brackets": (n) =>
		`08:50:25.616528 IP (tos 0x0, ttl 64, id 1, offset 0, flags [DF], proto TCP (6), length 52${", (a)".repeat(n * 8)}\n    1.1.1.1.5 > 2.2.2.2.6: UDP, length 1\n`,
	"blanks without an end": (n) => `${HEAD}${" ".repeat(n * 40)}x\n08:50:25.616528 IP${" ".repeat(n * 40)}\n`,
	"signs of a mail without an end": (n) => `${"> ".repeat(n * 20)}${HEAD}`,
	"brackets without an end": (n) =>
		`08:50:25.616528 IP ${"[".repeat(n * 40)}\n08:50:25.616528 IP ${"<a ".repeat(n * 13)}\n`,
	"ends without an end": (n) => `08:50:25.616528 IP ${"a > ".repeat(n * 10)}\n`,
	"a long answer of DNS": (n) =>
		`08:50:25.616528 IP 1.1.1.1.53 > 2.2.2.2.6: 1* ${n}/0/0 ${"A 1.1.1.1, ".repeat(n * 4)}A 1.1.1.1 (168)\n`,
	"a long query of DNS": (n) =>
		`08:50:25.616528 IP 1.1.1.1.6 > 2.2.2.2.53: 1+${" A? a.".repeat(n * 7)} (x)\n`,
	"one packet of many lines": (n) => `${HEAD}${HEX.repeat(n)}`,
	"one packet of many lines of -v": (n) => `${HEAD}${"\tOption 53, length 1: Discover\n".repeat(n)}`,
	"lines of no packet": (n) => "lorem ipsum dolor sit amet, 10.0.0.1 > here\n".repeat(n),
	"many heads": (n) => `${TCP}\n`.repeat(n),
	"many broken heads": (n) =>
		"08:50:25.616528 IP 10.0.0.1.80 > 10.0.0.2.81: Flags [S], win 3, seq 1\n".repeat(n),
	"many summaries in packets": (n) => `${TCP.slice(0, 60)}${SUMMARY}${TCP.slice(60)}\n`.repeat(n / 4),
	"many summaries between packets": (n) => `${HEAD}^C${SUMMARY}`.repeat(n / 4),
	"a payload of -A that looks like heads": (n) => `${HEAD}E..<&.@.......1.\n${`${HEAD}x\n`.repeat(n)}`,
	"a payload of -A that looks like heads without a time": (n) =>
		`IP 1.1.1.1.5 > 2.2.2.2.6: UDP, length 3\nE..<&.@.......1.\n${"IP 1.1.1.1.5 > 2.2.2.2.6: UDP, length 3, vni 1\n".repeat(n)}`,
	"a payload of -A that looks like summaries": (n) =>
		`${HEAD}E..<&.@.......1.\n${"1 packet captured\n".repeat(n)}`,
	"a quoted packet of many lines": (n) => `> ${HEAD}${`> ${HEX}`.repeat(n)}`,
	"many quoted packets": (n) => `> ${HEAD}`.repeat(n),
	"line ends of Windows": (n) => `${TCP}\r\n${HEX.replace("\n", "\r\n")}`.repeat(n / 2),
	"NUL bytes": (n) => `${HEAD}${"\0".repeat(n * 40)}\n${HEAD}`,
	"tunnels in tunnels": (n) => "IP 10.0.0.1.5 > 10.0.0.2.4789: VXLAN, flags [I] (0x08), vni 7\n".repeat(n),
	"carriage returns": (n) => `${HEAD}${"\r".repeat(n * 40)}\n`,
};

describe("time", () => {
	it.each(Object.entries(texts))("%s: the time grows with the text", (_, make) => {
		expectInProportion(make, parseTcpdump, 1000);
	});

	it.each(Object.entries(texts))("%s: the laws hold, and it is printed back", (_, make) => {
		const text = make(40);
		checkLaws({ parse: parseTcpdump, print: printTcpdump }, text);
		expect(printTcpdump(parseTcpdump(text).ast)).toBe(text);
	});
});

describe("sizes of the reference", () => {
	it("a line of 266,830 characters", () => {
		const text = `${TCP}: HTTP: GET /${"a".repeat(266_830 - TCP.length - 13)}\n${HEAD}`;
		expect(text.indexOf("\n")).toBe(266_830);
		const [first, second] = packetsOf(text);
		expect(first!.transport).toMatchObject({ type: "tcp", payload: { type: "http" } });
		expect(second!.transport).toMatchObject({ type: "udp" });
		expect(parseTcpdump(text).diagnostics).toEqual([]);
	});

	it("a packet of 9,766 lines", () => {
		const text = `${HEAD}${HEX.repeat(9765)}${HEAD}`;
		expect(packetsOf(text).map(({ continuation = [] }) => continuation.length)).toEqual([9765, 0]);
	});
});

describe("pastes", () => {
	it("the interrupt of a terminal stands before the summary, or on the last packet's line", () => {
		expect(kindsOf(`${HEAD}^C${SUMMARY}`)).toEqual(["packet", "summary", "summary", "summary"]);
		const torn = `${TCP}\n08:50:25.616528 IP 10.0.0.1.5 > 10.^C${SUMMARY}`;
		expect(printTcpdump(parseTcpdump(torn).ast)).toBe(torn);
		expect(kindsOf(torn).filter((type) => type === "packet").length).toBe(2);
	});

	it.each(["> ", ">> ", "> > ", "    ", "\t"])("behind %j each packet is one", (sign) => {
		const text = `${TCP}\n${HEX}${HEAD}`
			.trimEnd()
			.split("\n")
			.map((line) => `${sign}${line}\n`)
			.join("");
		const packets = packetsOf(text);
		expect(packets.map(({ network }) => network.type)).toEqual(["ip", "ip"]);
		expect(packets[0]!.transport).toMatchObject({ type: "tcp", length: { value: 78 } });
		expect(printTcpdump(parseTcpdump(text).ast)).toBe(text);
	});

	it("line ends of Windows are none of a packet's text", () => {
		const text = `${TCP}\n${HEX}${HEAD}`.replaceAll("\n", "\r\n");
		const { ast, diagnostics } = parseTcpdump(text);
		expect(diagnostics).toEqual([]);
		expect(ast.statements).toMatchObject([
			{ type: "packet", continuation: [{ type: "hex", bytes: "4500003c26df4000ff06b70ec0a83102" }] },
			{ type: "packet", transport: { type: "udp", length: { value: 3 } } },
		]);
	});

	it("NUL bytes of a writer that crashed are kept, and the packets around them read", () => {
		const text = `${HEAD}${"\0".repeat(512)}\n${HEAD}`;
		expect(kindsOf(text)).toEqual(["packet", "unparsed", "packet"]);
		expect(printTcpdump(parseTcpdump(text).ast)).toBe(text);
	});

	it("a text of something else has no packets, and says so line by line", () => {
		const text = "Dear all,\n\nplease find the dump below: 10.0.0.1 > 10.0.0.2.\n\nRegards\n";
		const { ast, diagnostics } = parseTcpdump(text);
		expect(ast.statements.map(({ type }) => type)).toEqual([
			"unparsed",
			"blank",
			"unparsed",
			"blank",
			"unparsed",
		]);
		expect(diagnostics.length).toBe(3);
		expect(printTcpdump(ast)).toBe(text);
	});
});
