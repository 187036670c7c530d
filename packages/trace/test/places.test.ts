import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressNamed, answerFlow, endOf, placeNamed, questionNamed } from "../src/index.ts";
import { ask, asked, networkOf, VOTE } from "./seed-network.ts";

const vote = await networkOf(...VOTE);
const swarm = await networkOf("networks/swarm-vote");
const { kernel } = vote;

describe("who sends", () => {
	it.each([
		["worker1", "worker1", null],
		["worker1/host", "worker1", null],
		["worker1/ingress_sbox", "worker1", "ingress_sbox"],
		["727bc5c9f5d0", "manager1", "727bc5c9f5d0"],
		["container:3ab467754bf5", "worker1", "container:3ab467754bf5"],
		["3ab467754bf5", "worker1", "container:3ab467754bf5"],
		["3ab4", "worker1", "container:3ab467754bf5"],
		["worker1/3ab467754bf5", "worker1", "container:3ab467754bf5"],
		["vote.1", "worker1", "container:3ab467754bf5"],
		["vote.2.ij6fmmcx71po5sjeessn9wl0j", "manager1", "container:1c06334e3589"],
		["manager1/vote.2", "manager1", "container:1c06334e3589"],
		// The namespace that is listed, and taken to be that of vote.2.
		["a557f907c3f2", "manager1", "container:1c06334e3589"],
		// A service with one task.
		["client", "manager1", "727bc5c9f5d0"],
		["internet", "internet", null],
	])("%s", (name, host, netns) => {
		expect(placeNamed(kernel, name)).toEqual({ type: "found", value: { host, netns } });
	});

	it("is who has the address, and sends from it", () => {
		const value = { host: "manager1", netns: "727bc5c9f5d0", src: "10.0.0.3" };
		expect(placeNamed(kernel, "10.0.0.3")).toEqual({ type: "found", value });
		// Known from what tcpdump printed on another machine alone.
		expect(placeNamed(kernel, "10.255.0.3")).toMatchObject({ value: { netns: "ingress_sbox" } });
	});

	it("is a machine outside, where no dump has the address", () => {
		expect(placeNamed(kernel, "203.0.113.9")).toEqual({
			type: "found",
			value: { host: "internet", netns: null, src: "203.0.113.9" },
			assumption: "no dump has 203.0.113.9: a machine outside of the capture is taken to have it",
		});
	});

	it.each([
		[
			"ingress_sbox",
			"ingress_sbox may be the namespace ingress_sbox of manager1, or the namespace ingress_sbox of worker1, or the namespace ingress_sbox of worker2",
			"say which: manager1/ingress_sbox, worker1/ingress_sbox, worker2/ingress_sbox",
		],
		[
			"vote",
			"vote may be the container vote.2.ij6fmmcx71po5sjeessn9wl0j of manager1, or the container vote.1 of worker1",
			"say which: manager1/container:1c06334e3589, worker1/container:3ab467754bf5",
		],
		[
			"172.18.0.3",
			"172.18.0.3 may be on manager1/727bc5c9f5d0, or on worker1/container:3ab467754bf5",
			"say which: manager1/727bc5c9f5d0, worker1/container:3ab467754bf5",
		],
	])("%s means several", (name, message, hint) => {
		expect(placeNamed(kernel, name)).toEqual({ type: "failed", message, hint });
	});

	it.each(["worker9", "worker1/nothing", "nowhere/ingress_sbox", "/", "worker1/", "\u001b[31m"])(
		"%j is nobody, or the machine itself",
		(name) => {
			const named = placeNamed(kernel, name);
			if (name === "worker1/") expect(named).toMatchObject({ value: { host: "worker1", netns: null } });
			else expect(named).toMatchObject({ type: "failed", unknown: { name } });
		},
	);
});

describe("whom a packet is for", () => {
	const from = (name: string): { host: string; netns: string | null } => {
		const named = placeNamed(kernel, name);
		if (named.type === "failed") throw new Error(named.message);
		return named.value;
	};
	const address = (name: string, sender: string, port?: number): unknown => {
		const named = addressNamed(kernel, name, { sender: from(sender), ...(port !== undefined && { port }) });
		return named.type === "found" ? named.value : named.type === "failed" ? named.message : named.text;
	};

	it.each([
		["10.0.0.4", "client", undefined, "10.0.0.4"],
		["2001:db8::9", "client", undefined, "2001:db8::9"],
		["localhost", "client", undefined, "127.0.0.1"],
		// Its VIP on the network of both, as Docker's DNS gives it.
		["vote", "client", 80, "10.0.0.4"],
		["vote", "manager1/ingress_sbox", 80, "10.255.0.4"],
		// The machine's own port.
		["vote", "worker1", 8080, "127.0.0.1"],
		// On the network of both, not on the bridges that all machines have alike.
		["vote.1", "client", 80, "10.0.0.5"],
		["client", "vote.1", undefined, "10.0.0.2"],
		["docker_gwbridge", "client", undefined, "172.18.0.1"],
		["worker2/docker_gwbridge", "worker1", undefined, "172.18.0.1"],
		["overlay1", "client", undefined, "10.0.0.1"],
		["worker1", "worker1", 8080, "127.0.0.1"],
		["worker1", "manager1", 8080, "192.0.2.2"],
		["worker1/ingress_sbox", "client", undefined, "10.255.0.3"],
	])("%s from %s:%s", (name, sender, port, expected) => {
		expect(address(name, sender, port)).toBe(expected);
	});

	it("is not known of a service that the sender has no network with, but whose port names a machine", () => {
		expect(address("vote", "worker1", 80)).toBe(
			"worker1 is on no network of the service vote, which does not publish the port 80",
		);
		expect(address("vote", "internet", 8080)).toBe(
			"vote may be port 8080 of manager1, or port 8080 of worker1, or port 8080 of worker2",
		);
	});

	it("is what the dumps of all machines say, where there are some", () => {
		const named = (dst: string, host: string, dport: number) =>
			questionNamed(swarm.kernel, asked(host, dst, dport));
		expect(named("vote", "worker2", 8080)).toMatchObject({ value: { question: { dst: "192.168.99.103" } } });
		expect(named("vote", "client", 80)).toMatchObject({ value: { question: { dst: "10.0.1.5" } } });
		expect(named("worker2", "internet", 8080)).toMatchObject({
			value: { question: { dst: "192.168.99.103" } },
		});
	});

	it("says which names there are", () => {
		const named = addressNamed(kernel, "vots", { sender: from("client") });
		expect(named).toMatchObject({
			type: "failed",
			message: "vots is no address, and no host, namespace, container, service or network of the capture",
			unknown: { name: "vots", known: expect.arrayContaining(["vote", "worker1", "overlay1", "vote.1"]) },
		});
	});
});

describe("an address with a port", () => {
	it.each([
		["10.0.0.9:443", { name: "10.0.0.9", port: 443 }],
		["web", { name: "web" }],
		["[2001:db8::9]:443", { name: "2001:db8::9", port: 443 }],
		["[::1]", { name: "::1" }],
		["2001:db8::9", { name: "2001:db8::9" }],
		["worker1/ingress_sbox:80", { name: "worker1/ingress_sbox", port: 80 }],
		["manager1/container:1c06334e3589", { name: "manager1/container:1c06334e3589" }],
		["container:123456789012:80", { name: "container:123456789012", port: 80 }],
		["x:0", { name: "x", port: 0 }],
	])("%s", (text, value) => {
		expect(endOf(text)).toEqual({ type: "found", value });
	});

	it.each([
		["", '"" names nobody'],
		[":80", '":80" names nobody'],
		["[]:80", '"[]:80" names nobody'],
		["worker1:", '"worker1:" has no port behind its colon'],
		["worker1:65536", "65536 is no port"],
		["worker1:-1", "-1 is no port"],
		["worker1:http", "http is no port"],
		["worker1:00000000000080", "00000000000080 is no port"],
		["[::1", '"[::1" is no [ADDRESS]:PORT'],
		["[::1]80", '"[::1]80" is no [ADDRESS]:PORT'],
	])("%j", (text, message) => {
		expect(endOf(text)).toMatchObject({ type: "failed", message });
	});
});

describe("any words", () => {
	const pieces = fc.constantFrom(
		...["worker1", "manager1", "vote", "client", "ingress_sbox", "host", "1c06334e3589", "container"],
		...[
			":",
			"/",
			"[",
			"]",
			"::1",
			"10.0.0.4",
			"80",
			"70000",
			".",
			"\u001b[31m",
			" ",
			"",
			"internet",
			"__proto__",
		],
	);
	const word = fc.oneof(
		fc.string({ unit: "binary" }),
		fc.array(pieces, { maxLength: 5 }).map((each) => each.join("")),
	);

	it("are a place, or a message", () => {
		fc.assert(
			fc.property(word, word, fc.option(fc.nat(70_000)), (from, to, port) => {
				const place = placeNamed(kernel, from);
				expect(["found", "failed"]).toContain(place.type);
				const end = endOf(to);
				expect(["found", "failed"]).toContain(end.type);
				const { outcome } = ask(vote, from, to, port).answer;
				expect(typeof outcome).toBe("string");
				// What names nothing is not decided, and says so.
				if (place.type === "failed") expect(outcome).toBe("unknown");
			}),
			{ numRuns: 200 },
		);
	});
});

describe("questions of a list", () => {
	const answer = (from: object, dst: unknown = "10.0.0.4") =>
		answerFlow(kernel, vote.links, { id: 1, from, proto: "tcp", dst, dport: 80 } as never);

	it("may name places as the options do", () => {
		expect(answer({ host: "client" }).rules_hit[0]?.chain).toBe("OUTPUT");
		expect(answer({ host: "manager1", netns: "client.1" }).rules_hit[0]?.chain).toBe("OUTPUT");
	});

	it.each([
		[{ host: "nobody" }, "nobody is no host, namespace, container or service of the capture"],
		[{ host: "worker1", netns: "x" }, "worker1/x is no host, namespace, container or service of the capture"],
		[{ host: "" }, '"" is no host, namespace, container or service of the capture'],
		[{ host: "vote" }, expect.stringContaining("vote may be the container")],
	])("%j is not decided, and says why", (from, text) => {
		expect(answer(from)).toMatchObject({ outcome: "unknown", unknown: { gaps: [{ text }] }, hops: [] });
	});

	it("has no destination that is no text", () => {
		for (const dst of [undefined, null, 5, {}])
			expect(answer({ host: "client" }, dst)).toMatchObject({ outcome: "unknown" });
	});
});
