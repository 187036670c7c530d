import { openCapture, type ParsedDump, type Place, parseDump } from "@netfossil/capture";
import { Source } from "@netfossil/core";
import { reconstruct } from "@netfossil/topology";
import { describe, expect, it } from "vitest";
import {
	compile,
	type FlowQuestion,
	fitting,
	follow,
	Links,
	type Premises,
	readPremises,
	traceText,
} from "../src/index.ts";

const fixtures = new URL("../../../fixtures/", import.meta.url).pathname;

/** The recorded router, with other rules or fewer dumps. */
async function routed(without: RegExp, rules: (text: string) => string = (text) => text) {
	const { dumps, passedOver } = await openCapture(`${fixtures}traffic/routed`);
	const parsed = dumps
		.filter(({ source, kind }) => !without.test(source.name) && kind !== "tcpdump")
		.map((dump) => {
			if (dump.kind !== "iptables-save") return parseDump(dump);
			const text = rules(dump.source.text);
			return parseDump({ ...dump, source: new Source(dump.source.name, text), start: 0, end: text.length });
		});
	const kernel = compile(parsed, reconstruct(parsed), passedOver);
	const links = new Links(kernel);
	return (flow: FlowQuestion, ...words: string[]) => follow(kernel, links, flow, premises(...words));
}

function premises(...words: string[]): Premises {
	const read = readPremises(words);
	if (typeof read === "string") throw new Error(read);
	return read;
}

const NOTHING = /^$/;
const toServer = (dport: number, dst = "10.2.0.2"): FlowQuestion => ({
	id: 7,
	from: { host: "client" },
	proto: "tcp",
	dst,
	dport,
});

describe("an answer of whose way no dump tells", () => {
	it("is open, not lost, and says what would tell", async () => {
		const gap = {
			text: "no dump of server tells whether there is a route for 10.1.0.2",
			host: "server",
			netns: null,
			command: "ip route show table all",
		};
		const ask = await routed(/server\/ip_route/);
		const followed = ask(toServer(80));
		const { outcome, reply } = followed.answer;
		expect(outcome).toBe("delivered");
		expect(reply).toEqual({
			kind: "syn-ack",
			reached_client: null,
			hops: [],
			rules_hit: [],
			unknown: { gaps: [gap] },
		});
		expect(traceText(toServer(80), followed).split("\n").slice(0, 6)).toEqual([
			"DELIVERED, THE ANSWER NOT KNOWN  tcp from client to 10.2.0.2:80",
			"  it reaches server at 10.2.0.2:80, which sees 10.1.0.2:40000",
			expect.stringContaining("tcp LISTEN"),
			"  whether the answer (syn-ack) comes back is not known",
			`    not known: ${gap.text}`,
			"      save on server: ip route show table all",
		]);
	});
});

describe("an answer that a rule may drop", () => {
	it.each(["DROP", "ACCEPT"])("is open, whichever way is shown first: %s", async (target) => {
		const rule = `-A FORWARD -p tcp -m tcp --sport 80 -m string --string x --algo bm -j ${target}`;
		const ask = await routed(NOTHING, (text) =>
			text.replace(
				/^.*--ctstate ESTABLISHED.*$/m,
				target === "DROP" ? `${rule}\n-A FORWARD -p tcp -m tcp --sport 80 -j ACCEPT` : rule,
			),
		);
		const followed = ask(toServer(80));
		const { outcome, reply } = followed.answer;
		expect(outcome).toBe("delivered");
		expect(reply?.reached_client).toBeNull();
		expect(reply).not.toHaveProperty("lost_at");
		expect(reply?.unknown?.gaps).toMatchObject([
			{ text: expect.stringContaining("FORWARD"), host: "router" },
		]);
		expect(traceText(toServer(80), followed)).toMatch(
			/^DELIVERED, THE ANSWER NOT KNOWN .*\n.*\n.*\n {2}whether the answer \(syn-ack\) comes back is not known\n {4}not known: /,
		);
	});
});

describe("--assume established", () => {
	it("passes where only new connections are dropped, and is not asked to listen", async () => {
		const ask = await routed(NOTHING);
		expect(ask(toServer(81)).answer.outcome).toBe("dropped");
		const { answer } = ask(toServer(81), "established");
		expect(answer).toMatchObject({ outcome: "delivered", reply: { kind: "ack", reached_client: true } });
		expect(answer.rules_hit.map(({ chain, index }) => [chain, index])).toEqual([["FORWARD", 1]]);
		expect(Object.keys(answer).slice(0, 2)).toEqual(["id", "assuming"]);
	});

	it("is translated as the first packet was, by rules that it does not meet itself", async () => {
		const ask = await routed(NOTHING);
		const { answer } = ask(toServer(8080, "10.1.0.1"), "established");
		expect(answer.delivered_to).toMatchObject({ host: "server", addr: "10.2.0.2", port: 80 });
		expect(answer.rules_hit.map(({ table }) => table)).toEqual(["filter"]);
		expect(answer.reply).toMatchObject({ reached_client: true });
		expect(answer.reply?.hops.at(-1)).toMatchObject({ src: "10.1.0.1", sport: 8080 });
	});

	it("keeps its translation though the first packet would be dropped now", async () => {
		const ask = await routed(NOTHING, (text) => text.replace(/--dport 80 -j ACCEPT/, "--dport 80 -j DROP"));
		expect(ask(toServer(8080, "10.1.0.1")).answer.outcome).toBe("dropped");
		expect(ask(toServer(8080, "10.1.0.1"), "established").answer).toMatchObject({
			outcome: "delivered",
			delivered_to: { port: 80 },
		});
	});

	it("is lost by a rule for all packets", async () => {
		const ask = await routed(NOTHING, (text) =>
			text.replace(/(?:\[\d+:\d+\] )?-A FORWARD -m conntrack/, "-A FORWARD -d 10.2.0.2/32 -j DROP\n$&"),
		);
		expect(ask(toServer(80), "established").answer).toMatchObject({
			outcome: "dropped",
			drop: { rule: { chain: "FORWARD", index: 1 } },
		});
	});

	it("passes a rule that only SYNs match", async () => {
		const ask = await routed(NOTHING, (text) =>
			text.replace(
				/(?:\[\d+:\d+\] )?-A FORWARD -m conntrack/,
				"-A FORWARD -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP\n$&",
			),
		);
		expect(ask(toServer(80)).answer.outcome).toBe("dropped");
		expect(ask(toServer(80), "established").answer.outcome).toBe("delivered");
	});
});

describe("--assume backend=…", () => {
	const STATISTIC = "-A PREROUTING -i eth0 -p tcp -m tcp --dport 8080";
	const split = (text: string): string =>
		text.replace(
			/(?:\[\d+:\d+\] )?-A PREROUTING -i eth0 .*\n/,
			`${STATISTIC} -m statistic --mode random --probability 0.50000000000 -j DNAT --to-destination 10.2.0.2:80\n${STATISTIC} -j DNAT --to-destination 10.2.0.2:81\n`,
		);

	it("takes the branch of a statistic match", async () => {
		const ask = await routed(NOTHING, split);
		const open = ask(toServer(8080, "10.1.0.1"));
		expect(open.answer.outcome).toBe("unknown");
		expect(fitting(open.branches)).toEqual(["established", "backend=10.2.0.2:80", "backend=10.2.0.2:81"]);
		expect(ask(toServer(8080, "10.1.0.1"), "backend=10.2.0.2:80").answer.outcome).toBe("delivered");
		expect(ask(toServer(8080, "10.1.0.1"), "backend=10.2.0.2:81").answer.outcome).toBe("dropped");
	});

	it("takes the address of a range", async () => {
		const ask = await routed(NOTHING, (text) =>
			text.replace("--to-destination 10.2.0.2:80", "--to-destination 10.2.0.2-10.2.0.9:80"),
		);
		const { answer } = ask(toServer(8080, "10.1.0.1"), "backend=10.2.0.2");
		expect(answer).toMatchObject({ outcome: "delivered", delivered_to: { addr: "10.2.0.2" } });
		expect(answer.others).toBeUndefined();
	});

	it("leaves open what leads to no such server, and says which there are", async () => {
		const ask = await routed(NOTHING, split);
		const { answer } = ask(toServer(8080, "10.1.0.1"), "backend=10.2.0.77");
		expect(answer.outcome).toBe("unknown");
		expect(answer.unknown?.gaps[0]?.text).toBe(
			"no way leads to 10.2.0.77: what --assume takes for this packet is established, backend=10.2.0.2:80, backend=10.2.0.2:81",
		);
	});

	it("takes a server of IPVS", async () => {
		const parsed: ParsedDump[] = [];
		for (const host of ["manager1", "worker1", "worker2"])
			for (const dump of (await openCapture(`${fixtures}networks/swarm-vote/${host}/saved`)).dumps) {
				const netns = /(?:^|\/)ns\/([^/]+)\//.exec(dump.source.name)?.[1];
				const place: Place = netns === undefined ? dump.scope.place : { type: "netns", name: netns };
				parsed.push(parseDump({ ...dump, id: `${host}/${dump.id}`, scope: { host, place } }));
			}
		const kernel = compile(parsed, reconstruct(parsed));
		const flow: FlowQuestion = {
			id: 1,
			from: { host: "manager1" },
			proto: "tcp",
			dst: "127.0.0.1",
			dport: 8080,
		};
		const links = new Links(kernel);
		for (const addr of ["10.0.0.6", "10.0.0.7"])
			for (const words of [[], ["established"]]) {
				const { answer } = follow(kernel, links, flow, premises(`backend=${addr}`, ...words));
				expect(answer).toMatchObject({ outcome: "delivered", delivered_to: { addr, port: 80 } });
				expect(answer.others).toBeUndefined();
				expect(answer.reply?.reached_client).toBe(true);
			}
	});
});

describe("--assume listening, not-listening and no-rules", () => {
	it("settle what no dump tells", async () => {
		const ask = await routed(/ss_-tulnp/);
		const open = ask(toServer(80));
		expect(open.answer.outcome).toBe("unknown");
		expect(fitting(open.branches)).toEqual(["established", "listening", "not-listening"]);
		expect(ask(toServer(80), "listening").answer.outcome).toBe("delivered");
		expect(ask(toServer(80), "not-listening").answer.outcome).toBe("refused");
		expect(ask(toServer(8080, "10.1.0.1"), "not-listening").answer.outcome).toBe("refused");
	});

	it("do not gainsay a dump", async () => {
		const ask = await routed(NOTHING);
		expect(ask(toServer(80), "not-listening").answer.outcome).toBe("delivered");
		expect(ask(toServer(81), "no-rules").answer.outcome).toBe("dropped");
	});

	it("leave rules out that were not saved", async () => {
		const ask = await routed(/router\/.*iptables-save/);
		const open = ask(toServer(81));
		expect(open.answer.outcome).toBe("unknown");
		expect(fitting(open.branches)).toContain("no-rules");
		const followed = ask(toServer(81), "no-rules");
		expect(followed.answer.outcome).toBe("refused");
		expect(traceText(toServer(81), followed)).toMatch(
			/^assuming that there are no rules where no dump tells them:\nLOST \(refused\)/,
		);
	});
});

describe("what --assume does not take", () => {
	it.each([
		["banana", '--assume does not know "banana"'],
		["backend=web", "--assume backend=web names no address"],
		["backend=10.0.0.1:99999", "--assume backend=10.0.0.1:99999 names no address"],
		["constructor", '--assume does not know "constructor"'],
	])("%s", (word, message) => {
		expect(readPremises([word])).toBe(message);
	});

	it("says what does not go together", () => {
		expect(readPremises(["listening", "not-listening"])).toMatch(/both/);
		expect(readPremises(["backend=10.0.0.1", "backend=10.0.0.2"])).toMatch(/one backend/);
		expect(readPremises(["backend=[2001:db8::1]:80", "established"])).toEqual({
			backend: { address: "2001:db8::1", port: 80 },
			established: true,
		});
	});
});
