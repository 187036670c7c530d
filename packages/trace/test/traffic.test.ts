import { openCapture, parseDump } from "@netfossil/capture";
import { Source } from "@netfossil/core";
import { reconstruct } from "@netfossil/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTcpdump } from "../src/evidence/command.ts";
import { type Filtered, passes } from "../src/evidence/filter.ts";
import { compile, type FlowAnswer, type FlowQuestion, follow, Links, traceText } from "../src/index.ts";

const fixtures = new URL("../../../fixtures/", import.meta.url).pathname;

/** A recorded capture; `without` leaves dumps out, `change` alters what a text says. */
async function recorded(
	name: string,
	{
		without = /^$/,
		change = (text: string) => text,
		command = true,
	}: {
		without?: RegExp;
		change?: (text: string, file: string) => string;
		command?: boolean;
	} = {},
) {
	const { dumps, commands, passedOver } = await openCapture(`${fixtures}${name}`);
	const parsed = dumps
		.filter(({ source }) => !without.test(source.name))
		.map((dump) => {
			const text = change(dump.source.text.slice(dump.start, dump.end), dump.source.name);
			const same = text === dump.source.text.slice(dump.start, dump.end);
			const { command: line, ...rest } = dump;
			return parseDump({
				...rest,
				...(command && line !== undefined && { command: line }),
				...(!same && { source: new Source(dump.source.name, text), start: 0, end: text.length }),
			});
		});
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	return { kernel, links: new Links(kernel) };
}

const toServer = (dport: number, more: Partial<FlowQuestion> = {}): FlowQuestion => ({
	id: 1,
	from: { host: "client" },
	proto: "tcp",
	dst: "10.2.0.2",
	dport,
	...more,
});

const place = ({ host, iface, dir }: FlowAnswer["hops"][number]): string => `${host} ${iface} ${dir}`;

/** What was captured at each hop: the lines, or how many dumps prove that it was not there. */
const told = ({ hops }: Pick<FlowAnswer, "hops">): [string, ...string[]][] =>
	hops.map((hop) => [
		place(hop),
		...(hop.traffic?.seen ?? []).map(({ source }) => source),
		...(hop.traffic?.not_seen ?? []).map((source) => `not ${source}`),
	]);

describe("packets that were captured at the places of a walk", async () => {
	const { kernel, links } = await recorded("traffic/routed");
	const ask = (flow: FlowQuestion) => follow(kernel, links, flow);

	it("are shown with their line, before and after translation", () => {
		const { answer } = ask(toServer(8080, { dst: "10.1.0.1" }));
		expect(answer.outcome).toBe("delivered");
		expect(told(answer)).toEqual([
			["client eth0 out", "client/session.txt:13"],
			["router eth0 in", "router/session.txt:5"],
			["router eth1 out", "router/session.txt:6", "router/session.txt:41"],
			["server eth0 in", "server/session.txt:12"],
		]);
		// The same connection everywhere, though another one has the server's addresses too.
		const ports = answer.hops.map(({ traffic }) => traffic?.seen?.[0]?.sport);
		expect(new Set(ports).size).toBe(1);
		expect(answer.reply && told(answer.reply).map(([, ...lines]) => lines.length)).toEqual([1, 2, 1, 1]);
		const back = answer.reply?.hops.map(({ traffic }) => traffic?.seen?.[0]?.dport);
		expect(new Set([...ports, ...back!]).size).toBe(1);
		expect(answer.traffic).toEqual({
			answered: expect.objectContaining({ kind: "syn-ack", host: "client", iface: "eth0" }),
		});
	});

	it("are those of the port that the question names", () => {
		const { answer } = ask(toServer(80, { sport: 1 }));
		expect(answer.hops.flatMap(({ traffic }) => traffic?.seen ?? [])).toEqual([]);
		const seen = ask(toServer(80)).answer.hops[0]?.traffic?.seen?.[0];
		const again = ask(toServer(80, { sport: seen!.sport! })).answer;
		expect(again.hops.map(({ traffic }) => traffic?.seen?.length)).toEqual([1, 1, 2, 1]);
	});

	it("include datagrams and the errors that answer them", () => {
		const { answer } = ask(toServer(53, { proto: "udp" }));
		expect(answer.outcome).toBe("refused");
		expect(told(answer)).toEqual([
			["client eth0 out", expect.stringMatching(/^client/)],
			// `tcpdump -i any tcp` has no datagrams, and says nothing of them.
			["router eth0 in"],
			["router eth1 out"],
			["server eth0 in", expect.stringMatching(/^server/)],
		]);
		expect(answer.reply?.hops[0]?.traffic?.seen).toHaveLength(1);
	});

	it("agree with a packet that is lost", () => {
		for (const port of [81, 443]) {
			const { answer } = ask(toServer(port));
			expect(answer.outcome).toBe("dropped");
			expect(answer.hops.map(({ traffic }) => traffic?.seen?.length)).toEqual([1, 1]);
			expect(answer.traffic).toBeUndefined();
		}
	});

	it("are in the text at their hop", () => {
		const flow = toServer(81);
		const text = traceText(flow, ask(flow));
		expect(text).toMatch(
			/^LOST \(dropped\) {2}tcp from client to 10\.2\.0\.2:81\n.*\n.*DROP.*\n {4}hit \S+( times)? between router\/before\/\S+:9 \(0\) and router\/after\/\S+:9 \(\d+\)\n/,
		);
		expect(text).toMatch(
			/ {2}out {7}eth0 {2}\S+ → \S+\n {12}seen [\d:.]+ 10\.1\.0\.2:\d+ → 10\.2\.0\.2:81 \[S\]\S* .*client\/session\.txt:\d+\n/,
		);
	});
});

describe("what was captured, and dumps of another time", async () => {
	const { kernel, links } = await recorded("traffic/routed-later");

	it("contradicts that a packet is lost that was seen beyond", () => {
		const { answer } = follow(kernel, links, toServer(80));
		expect(answer.outcome).toBe("dropped");
		expect(answer.drop?.rule?.counters).toEqual([
			{ packets: 0, backend: "legacy", source: expect.stringMatching(/^router\/iptables-save/) },
		]);
		expect(answer.traffic?.contradictions?.map(({ text }) => text.replace(/ at [\d:.]+/, ""))).toEqual([
			"the packet is said to be lost in router, but it was captured at router eth1 (the same sequence number)",
			"the packet is said to be lost in router, but it was captured at server eth0 (the same sequence number)",
			"the packet is said to be dropped in silence, but the answer (SYN-ACK) was captured at client eth0",
		]);
		const text = traceText(toServer(80), follow(kernel, links, toServer(80)));
		expect(text).toContain(
			"the counters of router/iptables-save_-c.txt:6 are 0: no such packet had come when it was saved",
		);
		expect(text).toContain("contradiction: the packet is said to be lost in router");
	});

	it("knows the packet behind a translation by its number", () => {
		const { answer } = follow(kernel, links, toServer(8080, { dst: "10.1.0.1" }));
		expect(answer.outcome).toBe("dropped");
		expect(answer.traffic?.contradictions).toHaveLength(3);
	});

	it("says where a packet was looked for and not found, by captures whose filter lets it through", () => {
		const { answer } = follow(kernel, links, toServer(81));
		expect(answer.outcome).toBe("refused");
		expect(
			told(answer).map(([at, ...what]) => [at, ...what.map((each) => each.replace(/:\d+$/, ""))]),
		).toEqual([
			["client eth0 out", "client/session.txt"],
			["router eth0 in", "router/session.txt"],
			// `-i any tcp`, and not `-i eth1 host 10.2.0.2 and port 80`
			["router eth1 out", "not router/session.txt"],
			["server eth0 in", "not server/session.txt"],
		]);
	});

	it.each([
		["the command is not known", { command: false }],
		[
			"packets were lost",
			{ change: (text: string) => text.replace(/^0 packets dropped/m, "7 packets dropped") },
		],
		[
			"the summary counts more",
			{ change: (text: string) => text.replace(/^(\d+) packets captured/m, "9$1 packets captured") },
		],
		[
			"a line cannot be read",
			{
				change: (text: string) =>
					text.replace(/^[\d:.]+ (?:eth0 {2}In {2})?IP .*$/m, "17:00:00.000000 IP damaged"),
			},
		],
		[
			"names stand for addresses",
			{ change: (text: string) => text.replace(/10\.[12]\.0\.\d\.(?=\d+[ :])/g, "some.host.") },
		],
	])("proves nothing where %s", async (_, options) => {
		const changed = await recorded("traffic/routed-later", options);
		const { answer } = follow(changed.kernel, changed.links, toServer(81));
		expect(answer.hops).toHaveLength(4);
		expect(answer.hops.slice(2).map(({ traffic }) => traffic?.not_seen)).toEqual([undefined, undefined]);
	});
});

it("has an answer for recordings that are damaged", async () => {
	const damage = fc.tuple(fc.nat(6000), fc.nat(80), fc.constantFrom("", "\n", "[|ip]", "x".repeat(9)));
	await fc.assert(
		fc.asyncProperty(damage, async ([at, length, put]) => {
			const { kernel, links } = await recorded("traffic/routed", {
				change: (text, file) =>
					file.endsWith("session.txt")
						? text.slice(0, at % text.length) + put + text.slice((at % text.length) + length)
						: text,
			});
			for (const port of [80, 81]) {
				const { answer } = follow(kernel, links, toServer(port));
				expect(answer.outcome).toBe(port === 80 ? "delivered" : "dropped");
				expect(answer.traffic?.contradictions).toBeUndefined();
			}
		}),
		{ numRuns: 20 },
	);
}, 30_000);

describe("the recorded Swarm", async () => {
	const { kernel, links } = await recorded("swarm-faults/C1-docker-user-drop");

	it("has no rule counted that no dump counts", () => {
		const { answer } = follow(kernel, links, {
			id: 1,
			from: { host: "manager1" },
			proto: "tcp",
			dst: "127.0.0.1",
			dport: 8080,
		});
		for (const { counters } of answer.rules_hit)
			for (const { packets, source } of counters ?? []) {
				expect(packets).toBeGreaterThanOrEqual(0);
				expect(source).toMatch(/:\d+$/);
			}
	});
});

describe("a filter of tcpdump", () => {
	const packet: Filtered = { family: 4, protocol: "tcp", src: "10.0.0.1", dst: "10.0.1.9", dport: 443 };

	it.each([
		["", true],
		["tcp", true],
		["udp", false],
		["ip6", false],
		["port 443", true],
		["port 80 or 443", true],
		["tcp port 80 or 81", undefined],
		["tcp dst port 80 or 81", false],
		["not port 443", false],
		["! tcp", false],
		["dst port 443 and host 10.0.1.9", true],
		["src port 443", undefined],
		["src port 443 and udp", false],
		["port 80", undefined],
		["dst port 80", false],
		["src or dst port 443", true],
		["host 10.0.0.1 and not (port 22 or port 443)", false],
		["src 10.0.0.1 or dst 10.0.0.2", true],
		["src net 10.0.0.0/24", true],
		["dst net 10.0.0.0/24", false],
		["net 10.0.0", undefined],
		["portrange 400-500", true],
		["dst portrange 1-100", false],
		["10.0.1.9", true],
		["host server", undefined],
		["tcp[tcpflags] & tcp-syn != 0", undefined],
		["vlan 5 and tcp", undefined],
		["greater 100", undefined],
		["port 443 -i eth0", undefined],
		["(tcp", undefined],
		["tcp or", undefined],
		["not udp or tcp and port 22", undefined],
		["tcp && (dst port 443 || dst port 80)", true],
	])("%j", (filter, verdict) => {
		expect(passes(filter.split(" "), packet)).toBe(verdict);
	});

	it("never throws, and says of a negated one the opposite", () => {
		const words = fc.constantFrom(
			..."tcp udp icmp ip ip6 host net port portrange src dst and or not ( ) ! 10.0.0.1 10.0.1.9 443 80 1-9 x".split(
				" ",
			),
		);
		fc.assert(
			fc.property(fc.array(words, { maxLength: 12 }), (filter) => {
				const verdict = passes(filter, packet);
				if (verdict === undefined || filter.length === 0) return;
				expect(passes(["not", "(", ...filter, ")"], packet)).toBe(!verdict);
			}),
		);
	});
});

describe("a command line of tcpdump", () => {
	it.each([
		["tcpdump -s0 -i eth2 -n", { iface: "eth2", filter: [] }],
		["sudo tcpdump -nni any -c 5 'tcp port 80'", { iface: "any", count: 5, filter: ["tcp port 80"] }],
		[
			"ip netns exec a tcpdump -n -ieth0 -Q in udp 2>&1 | tee x",
			{ iface: "eth0", direction: "in", filter: ["udp"] },
		],
		[
			"tcpdump --interface=eth0 --direction in -- port 1",
			{ iface: "eth0", direction: "in", filter: ["port", "1"] },
		],
		["tcpdump -n -r x.pcap", undefined],
		["tcpdump -nr x.pcap port 80", undefined],
		["tcpdump -i eth0 -F filter", undefined],
		["tcpdump -n -i eth0 | grep 80", undefined],
		["tcpdump -n -i eth0 | head", undefined],
		["cat dump.txt", undefined],
	])("%s", (line, command) => {
		expect(readTcpdump(line)).toEqual(command);
	});
});
