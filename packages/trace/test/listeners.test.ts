import { captureOfText, type ParsedDump, parseDump } from "@netfossil/capture";
import { Source } from "@netfossil/core";
import type { Netstat, Ss } from "@netfossil/sockets";
import { reconstruct } from "@netfossil/topology";
import { describe, expect, it } from "vitest";
import {
	compile,
	type FlowQuestion,
	type Followed,
	follow,
	Links,
	type Premises,
	traceText,
} from "../src/index.ts";
import { listedByNetstat, listedBySs } from "../src/state/listeners.ts";
import { networkOf, VOTE } from "./seed-network.ts";

const machine = (name: string, last: number, sockets: string): string => `root@${name}:~# ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 52:54:00:00:00:0${last} brd ff:ff:ff:ff:ff:ff
    inet 10.3.0.${last}/24 brd 10.3.0.255 scope global eth0
root@${name}:~# ip route
10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.${last}
root@${name}:~# iptables-save
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
${sockets}root@${name}:~# exit
`;

/** Two machines on a wire; of the second the sockets are saved by a command. */
function asked(
	command: string,
	output: string,
	port = 80,
	proto: FlowQuestion["proto"] = "tcp",
	premises: Premises = {},
): Followed {
	const session = machine("ann", 1, "") + machine("bob", 2, `root@bob:~# ${command}\n${output}\n`);
	const { dumps, commands, passedOver } = captureOfText("session.txt", session);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	const flow: FlowQuestion = { id: 1, from: { host: "ann" }, proto, dst: "10.3.0.2", dport: port };
	return follow(kernel, new Links(kernel), flow, premises);
}

const SS_HEAD = "State  Recv-Q Send-Q Local Address:Port Peer Address:Port";
const SSH = "LISTEN 0      128          0.0.0.0:22        0.0.0.0:*";

describe("what a dump of sockets does not list", () => {
	it.each([
		["ss -tn", `${SS_HEAD}\nESTAB  0      0           10.3.0.2:22      10.3.0.9:5555`],
		["ss -tlnp | grep :22", SSH],
		["ss -tln sport = :22", `${SS_HEAD}\n${SSH}`],
		["ss -tan state established", `Recv-Q Send-Q Local Address:Port Peer Address:Port`],
		["ss -4 -tln", `${SS_HEAD}\n${SSH}`],
		[
			"netstat -tn",
			`Active Internet connections (w/o servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 10.3.0.2:22             10.3.0.9:5555           ESTABLISHED`,
		],
	])("is open after %s", (command, output) => {
		const { answer } = asked(command, output);
		expect(answer.outcome).toBe("unknown");
		expect(answer.unknown?.gaps).toEqual([
			{
				text: "whether something listens on tcp 80 in bob",
				host: "bob",
				netns: null,
				command: "ss -tulnp",
			},
		]);
	});

	it("is not there after ss -tln, of TCP", () => {
		const output = `${SS_HEAD}\n${SSH}`;
		expect(asked("ss -tln", output).answer.outcome).toBe("refused");
		expect(asked("sudo ss -ltn | tee sockets", output).answer.outcome).toBe("refused");
		expect(asked("ss -tln", output, 53, "udp").answer.outcome).toBe("unknown");
	});

	it("leaves what is listed where it is", () => {
		expect(asked("ss -tlnp | grep :22", SSH, 22).answer.outcome).toBe("delivered");
	});
});

const HEAD_OF_ALL = "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port";

describe("the protocols that a dump lists", () => {
	const dumpOf = <Ast>(kind: "ss" | "netstat", file: string, text: string): ParsedDump<Ast> => {
		const source = new Source(file, text);
		const scope = { host: "bob", place: { type: "host" } } as const;
		return parseDump({
			id: file,
			kind,
			scope,
			source,
			start: 0,
			end: text.length,
			reasons: [],
		} as never) as ParsedDump<Ast>;
	};

	it.each([
		["ss_-tulnp", "", ["tcp", "udp"]],
		["bob/ip_netns_exec_web_ss_-tulnp", "", ["tcp", "udp"]],
		["ss_-peaonmi", "", ["tcp", "udp"]],
		["ss_peaonmi.txt", "", ["tcp", "udp"]],
		["node1-ss-tln.txt", "", ["tcp"]],
		["ss_-tlnp_grep_22", "", []],
		["ss_-tn", "", []],
		["ss_-uln", "", ["udp"]],
		["ss.txt", "tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*\n", ["tcp"]],
		["ss.txt", "udp   UNCONN 0      0            0.0.0.0:53        0.0.0.0:*\n", ["udp"]],
		["ss.txt", "tcp   ESTAB  0      0           10.3.0.2:22      10.3.0.9:5555\n", []],
		// The number of a name that no table has is not known.
		["ss_-tl", "tcp   LISTEN 0      128          0.0.0.0:frobnicate        0.0.0.0:*\n", []],
	] as const)("%s %s", (file, rows, protocols) => {
		expect([...listedBySs(dumpOf<Ss>("ss", file, `${HEAD_OF_ALL}\n${rows}`))]).toEqual(protocols);
	});

	const COLUMNS =
		"Proto Recv-Q Send-Q Local Address           Foreign Address         State      \n" +
		"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN     \n";
	it.each([
		["netstat_-W_-neopa", "servers and established", ["tcp", "udp"]],
		["netstat_plunt.txt", "only servers", ["tcp", "udp"]],
		["netstat.txt", "only servers", ["tcp"]],
		["netstat.txt", "w/o servers", []],
	] as const)("%s (%s)", (file, shown, protocols) => {
		const text = `Active Internet connections (${shown})\n${COLUMNS}`;
		expect([...listedByNetstat(dumpOf<Netstat>("netstat", file, text))]).toEqual(protocols);
	});
});

describe("a namespace of Docker's, where no process is", () => {
	const host = "worker1";
	it("is said to be taken for empty, and may be assumed to have a listener", async () => {
		const { kernel, links } = await networkOf(...VOTE);
		const flow: FlowQuestion = {
			id: 1,
			from: { host: `${host}/ingress_sbox` },
			proto: "tcp",
			dst: "127.0.0.1",
			dport: 9,
		};
		const refused = follow(kernel, links, flow, { noRules: true });
		const words = /nothing listens in worker1\/ingress_sbox, for Docker starts no process there/;
		const taken = (refused.answer.assumptions ?? []).filter(({ text }) => words.test(text));
		expect(refused.answer.outcome).toBe("refused");
		expect(taken).toMatchObject([{ host, netns: "ingress_sbox", command: "ss -tulnp" }]);
		expect(follow(kernel, links, flow, { noRules: true, listening: true }).answer.outcome).toBe("delivered");
	});
});

describe("a refusal", () => {
	const said = (text: string, port?: number): string[] => {
		const followed = asked("ss -tln", `${SS_HEAD}\n${text}`, port);
		expect(followed.answer.outcome).toBe("refused");
		const lines = traceText(followed.question, followed).split("\n");
		return lines.filter((line) => /listed|but /.test(line)).map((line) => line.trim());
	};

	it("cites the dump that lists all that listens", () => {
		expect(said(SSH)).toEqual([
			expect.stringMatching(/^all that listens there is listed {2}session.txt:\d+$/),
		]);
	});

	it.each([
		["LISTEN 0      128        127.0.0.1:80        0.0.0.0:*", "127.0.0.1:80 is listened on"],
		["LISTEN 0      128             [::]:80           [::]:*", "[::]:80 is listened on, for IPv6 alone"],
		[
			"LISTEN 0      128     0.0.0.0%eth1:80        0.0.0.0:*",
			"0.0.0.0:80 is listened on, of the interface eth1 alone",
		],
	])("names %s as what comes nearest", (row, words) => {
		const [, near] = said(row);
		expect(near).toMatch(/ {2}session\.txt:\d+$/);
		expect(near?.replace(/ {2}.*/, "")).toBe(`but ${words}`);
	});

	it("has them in its answer", () => {
		const { answer } = asked("ss -tln", `${SS_HEAD}\nLISTEN 0      128        127.0.0.1:80        0.0.0.0:*`);
		expect(answer.refused).toMatchObject({
			host: "bob",
			source: expect.stringMatching(/^session\.txt:\d+$/),
			near: [{ host: "bob", netns: null, addr: "127.0.0.1", port: 80 }],
		});
	});
});

it("tells a few rounds of chains that lead round", () => {
	const bob = machine("bob", 2, "").replace("COMMIT", ":A - [0:0]\n-A INPUT -g A\n-A A -g A\nCOMMIT");
	const { dumps, commands, passedOver } = captureOfText("session.txt", machine("ann", 1, "") + bob);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	const flow: FlowQuestion = { id: 1, from: { host: "ann" }, proto: "tcp", dst: "10.3.0.2", dport: 80 };
	const followed = follow(kernel, new Links(kernel), flow);
	expect(followed.answer.outcome).toBe("unknown");
	expect(followed.answer.rules_hit.length).toBeLessThan(200);
	const text = traceText(followed.question, followed);
	expect(text.split("\n").length).toBeLessThan(60);
	expect(text).toMatch(/ {2}… and \d+ more rounds by the same rules\n/);
});

describe("a question of a list", () => {
	const flowed = (flow: Partial<FlowQuestion>): Followed => {
		const session = machine("ann", 1, "") + machine("bob", 2, `root@bob:~# ss -tln\n${SS_HEAD}\n${SSH}\n`);
		const { dumps, commands, passedOver } = captureOfText("session.txt", session);
		const parsed = dumps.map((dump) => parseDump(dump));
		const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
		const all: FlowQuestion = { id: "q7", from: { host: "ann" }, proto: "tcp", dst: "bob:22", ...flow };
		return follow(kernel, new Links(kernel), all);
	};

	it("may have the port behind the name", () => {
		expect(flowed({}).answer).toMatchObject({ outcome: "delivered", delivered_to: { port: 22 } });
		expect(flowed({ dport: 23 }).answer.unknown?.gaps[0]?.text).toBe("bob:22 and dport both name a port");
		expect(flowed({ dst: "bob", dport: 0 }).answer.outcome).toBe("unknown");
	});

	it("shows its id", () => {
		const followed = flowed({});
		expect(traceText(followed.question, followed, { listed: true })).toMatch(/^question q7\nDELIVERED /);
	});

	it("is titled by the address of somebody outside", () => {
		const followed = flowed({ from: { host: "10.3.0.9" } });
		expect(traceText(followed.question, followed)).toContain("tcp from 10.3.0.9 to 10.3.0.2:22");
	});
});
