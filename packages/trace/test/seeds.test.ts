import { describe, expect, it } from "vitest";
import type { FlowAnswer, Followed } from "../src/index.ts";
import { ask, networkOf, textOf, VOTE } from "./seed-network.ts";

// The two articles of one author: a client and two vote tasks on an overlay, and the routing mesh.
const vote = await networkOf(...VOTE);

/** `worker1/ingress_sbox eth0 out 10.255.0.3 → 10.255.0.5:8080` */
const hops = ({ hops: seen }: FlowAnswer): string[] =>
	seen.map(
		({ host, netns, iface, dir, src, dst, dport }) =>
			`${host}${netns === null ? "" : `/${netns}`} ${iface} ${dir} ${src} → ${dst}:${dport}`,
	);

const rules = ({ rules_hit }: FlowAnswer): [string, string | null][] =>
	rules_hit.map(({ table, chain, source }) => [`${table} ${chain}`, source]);

/** How the ways end that the evidence leaves. */
const ends = ({ answer }: Followed): string[] =>
	(answer.others ?? []).flatMap(({ delivered_to: to, seen_source: from }) =>
		to === null ? [] : [`${to.host}/${to.netns} ${to.addr}:${to.port}, sees ${from?.addr}`],
	);

const ACCESS = "000_5be509c29be0ffa5.txt";
const ARTICLE = "003_aecfce794903cd84.txt";

describe("a published port, asked for on a machine of which only one line was saved", () => {
	const followed = ask(vote, "worker1", "worker1", 8080);
	const { answer } = followed;

	it("goes through the machine's own DNAT, docker_gwbridge and ingress_sbox to the task where it was captured", () => {
		expect(hops(answer)).toEqual([
			"worker1 docker_gwbridge out 172.18.0.1 → 172.18.0.2:8080",
			"worker1 veth:ingress_sbox out 172.18.0.1 → 172.18.0.2:8080",
			"worker1/ingress_sbox eth1 in 172.18.0.1 → 172.18.0.2:8080",
			"worker1/ingress_sbox eth0 out 10.255.0.3 → 10.255.0.6:8080",
			"worker1/1-sh0h7as3pr veth:ingress_sbox in 10.255.0.3 → 10.255.0.6:8080",
			"worker1/1-sh0h7as3pr vxlan0 out 10.255.0.3 → 10.255.0.6:8080",
			"manager1/1-sh0h7as3pr vxlan0 in 10.255.0.3 → 10.255.0.6:8080",
			"manager1/1-sh0h7as3pr if28 out 10.255.0.3 → 10.255.0.6:8080",
			"manager1/container:1c06334e3589 eth0 in 10.255.0.3 → 10.255.0.6:8080",
		]);
	});

	it("quotes the lines of the documents, also for rules that are concluded from them", () => {
		expect(rules(answer)).toEqual([
			["nat OUTPUT", null],
			["nat DOCKER-INGRESS", `${ACCESS}:29`],
			["nat POSTROUTING", null],
			["mangle PREROUTING", `${ACCESS}:89`],
			["nat POSTROUTING", `${ACCESS}:73`],
			["nat PREROUTING", `${ARTICLE}:37`],
			["filter INPUT", `${ARTICLE}:37`],
		]);
		expect(answer.rules_hit.map(({ assumed }) => assumed)).toEqual([
			...[true, true, true],
			...["manager1/ingress_sbox", "manager1/ingress_sbox"],
			...[true, true],
		]);
	});

	// `IP 10.255.0.3.56472 > 10.255.0.6.8080`, as tcpdump had it in vote.2 (000:122).
	it("ends at both tasks, which see the address of worker1's sandbox", () => {
		expect(ends(followed)).toEqual([
			"manager1/container:1c06334e3589 10.255.0.6:80, sees 10.255.0.3",
			"worker1/container:3ab467754bf5 10.255.0.5:80, sees 10.255.0.3",
		]);
	});

	it("shows the lines of tcpdump at their hop", () => {
		const seen = answer.hops.flatMap(({ netns, iface, traffic }) =>
			(traffic?.seen ?? []).map(({ src, source }) => `${netns} ${iface} ${src} ${source}`),
		);
		expect(seen).toEqual([`container:1c06334e3589 eth0 10.255.0.3 ${ACCESS}:122`]);
	});

	it("is not decided, for what else the machines have may lose it", () => {
		expect(answer.outcome).toBe("unknown");
		expect(answer.unknown?.gaps.map(({ text }) => text)).toEqual([
			"no dump tells the rules of worker1 for IPv4",
			"no dump tells the rules of worker1/ingress_sbox for IPv4",
			"whether VXLAN packets get from worker1 to manager1",
			"whether VXLAN packets get from manager1 to worker1",
		]);
		expect(answer.unknown?.gaps.every(({ command }) => command !== undefined)).toBe(true);
	});

	it("names what it takes for granted, each with what would tell", () => {
		const said = (answer.assumptions ?? []).filter(({ netns, host }) => host === "worker1" && netns === null);
		expect(said.every(({ command }) => command !== undefined)).toBe(true);
		expect(said.map(({ text }) => text)).toContainEqual(
			expect.stringMatching(/^no dump of the interfaces: .* docker_gwbridge with 172\.18\.0\.1\/16/),
		);
		expect(answer.assumptions?.map(({ text }) => text)).toContainEqual(
			expect.stringContaining("those of manager1/ingress_sbox"),
		);
	});

	it("reads so", async () => {
		await expect(textOf(followed)).toMatchFileSnapshot("golden/vote-mesh.txt");
	});
});

describe("a service's own address, asked for by the client", () => {
	const followed = ask(vote, "client", "vote", 80);

	it("is balanced by the mark 0x103 to both tasks", async () => {
		expect(followed.question).toMatchObject({
			from: { host: "manager1", netns: "727bc5c9f5d0" },
			dst: "10.0.0.4",
		});
		expect(rules(followed.answer)).toEqual([["mangle OUTPUT", `${ARTICLE}:252`]]);
		expect(ends(followed)).toEqual([
			"manager1/container:1c06334e3589 10.0.0.6:80, sees 10.0.0.3",
			"worker1/container:3ab467754bf5 10.0.0.5:80, sees 10.0.0.3",
		]);
		await expect(textOf(followed)).toMatchFileSnapshot("golden/vote-overlay.txt");
	});

	it("is the same by the address, and by other names of the client", () => {
		for (const from of ["client.1", "d38975856cfd", "727bc5c9f5d0", "manager1/client.1", "10.0.0.3"])
			expect(ask(vote, from, "10.0.0.4", 80).answer.hops).toEqual(followed.answer.hops);
	});

	// curl on port 8080 of the VIP is refused by the tasks, for the mesh's port is none of theirs.
	it("does not take for granted that tasks listen on a port that only the mesh has", () => {
		const { answer } = ask(vote, "client", "vote", 8080);
		expect(answer.outcome).toBe("unknown");
		expect(answer.unknown?.gaps.map(({ text }) => text)).toContainEqual(
			"whether something listens on tcp 8080 in worker1/container:3ab467754bf5",
		);
	});
});

it("tells swarms apart whose networks have the same addresses", async () => {
	// All four documents, and the folders cut out of them: two networks are called ingress.
	const all = ask(await networkOf("seeds"), "worker1", "worker1", 8080);
	expect(ends(all)).toEqual(ends(ask(vote, "worker1", "worker1", 8080)));
});

it("stops where a sandbox's address is not known", () => {
	const { answer } = ask(vote, "worker2", "localhost", 8080);
	expect(answer.outcome).toBe("unknown");
	expect(answer.unknown?.gaps).toMatchObject([
		{ host: "worker2", netns: "ingress_sbox", text: expect.stringContaining("a route for 10.255.0.5") },
	]);
});

it.each(["internet", "manager1", "client", "10.9.9.9"])(
	"follows %s to a machine without an address",
	(from) => {
		const { answer } = ask(vote, from, "worker1", 8080);
		const texts = answer.assumptions?.map(({ text }) => text);
		expect(texts).toContainEqual(expect.stringContaining("192.0.2.2 stands for it"));
		expect((answer.others ?? []).map(({ delivered_to: to }) => to?.addr)).toContain("10.255.0.6");
	},
);

it("does not take the rules that a document quotes for all that a machine has", async () => {
	// "Host iptables that matter:", with no line of OUTPUT.
	const quoted = await networkOf("seeds/documents/002_90cf4987254f0db4.txt");
	const { answer } = ask(quoted, "host", "localhost", 8080);
	expect(answer.outcome).toBe("unknown");
	expect(rules(answer)).toContainEqual(["nat DOCKER-INGRESS", "002_90cf4987254f0db4.txt:88"]);
});
