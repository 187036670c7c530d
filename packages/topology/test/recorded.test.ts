import { fileURLToPath } from "node:url";
import type { ParsedDump } from "@netfossil/capture";
import { beforeAll, describe, expect, it } from "vitest";
import { reconstruct } from "../src/index.ts";
import { caseDumps, casesIn, SOURCES, swarmDumps } from "./recorded/networks.ts";
import { truthOf } from "./recorded/oracle.ts";
import { type Score, score, type Truth } from "./recorded/score.ts";
import { swarmTruth } from "./recorded/swarm.ts";

const networks = fileURLToPath(new URL("../../../fixtures/networks", import.meta.url));

const missing = (scores: readonly Score[]): string[] => scores.flatMap((each) => each.missing);
const wrong = (scores: readonly Score[]): string[] => scores.flatMap((each) => each.wrong);

describe.each(casesIn(networks))("%s", (name) => {
	let dumps: ParsedDump[];
	let truth: Truth;
	beforeAll(async () => {
		dumps = await caseDumps(networks, name);
		truth = truthOf(`${networks}/${name}`);
	});

	it("is rebuilt as it was: nothing known is missing, and no edge is wrong", () => {
		const topology = reconstruct(dumps);
		const scores = score(topology, truth);
		expect(truth.facts.length).toBeGreaterThan(15);
		expect(missing(scores)).toEqual([]);
		expect(wrong(scores)).toEqual([]);
		expect(topology.conflicts).toEqual([]);
		expect(topology.ambiguities).toEqual([]);
	});

	it("proves less of itself when dumps are left out, and nothing wrong or new", () => {
		const whole = new Set(reconstruct(dumps).edges.map(({ id }) => id));
		const scopes = new Set(dumps.map(({ dump }) => JSON.stringify(dump.scope)));
		const kinds = new Set(dumps.map(({ dump }) => dump.kind));
		const hosts = new Set(dumps.map(({ dump }) => dump.scope.host));
		const without = (test: (parsed: ParsedDump) => boolean, what: string): void => {
			const topology = reconstruct(dumps.filter((parsed) => !test(parsed)));
			expect(wrong(score(topology, truth)), `without ${what}`).toEqual([]);
			const fresh = topology.edges.filter(({ id, certainty }) => certainty !== "assumed" && !whole.has(id));
			expect(
				fresh.map(({ id }) => id),
				`without ${what}`,
			).toEqual([]);
		};
		for (const scope of scopes) without(({ dump }) => JSON.stringify(dump.scope) === scope, scope);
		for (const kind of kinds) without(({ dump }) => dump.kind === kind, kind);
		for (const host of hosts) without(({ dump }) => dump.scope.host === host, host);
	});
});

/** Why a part of what the Swarm was cannot be proven from a part of its dumps. */
const ABSENT: Readonly<Record<(typeof SOURCES)[number], readonly RegExp[]>> = {
	"saved by hand": [],
	// sos runs ipvsadm in the host's own namespace only.
	sosreports: [/^marks /],
	both: [],
	"sosreports without namespaces": [
		/^marks /,
		// Nothing of the inside of Docker's namespaces: addresses, ports of their bridges, peers, VTEPs.
		/^(?:has-address|enslaved-to) \w+\/netns\/(?!host\/)/,
		/^veth-peer /,
		/^tunnel /,
		/^nat-to \w+\/netns\//,
		/^attached-to-network \w+\/netns\/(?!host\/)/,
		// The service of a port is told by a listing, or by the rules in the tasks' namespaces.
		/^backs \w+\/published-port\/tcp\/8080 /,
	],
};

describe("the recorded Swarm", () => {
	let dumps: Awaited<ReturnType<typeof swarmDumps>>;
	const truth = swarmTruth(`${networks}/swarm-vote`);
	beforeAll(async () => {
		dumps = await swarmDumps(`${networks}/swarm-vote`);
	});

	it.each(SOURCES)("from %s: no wrong edge, and all that these dumps can prove", (source) => {
		const topology = reconstruct(dumps[source]);
		const scores = score(topology, truth);
		expect(wrong(scores)).toEqual([]);
		expect(missing(scores).filter((text) => !ABSENT[source].some((absent) => absent.test(text)))).toEqual([]);
		// Each reason counts for something: what can be proven is no excuse.
		for (const absent of ABSENT[source]) {
			expect(missing(scores).filter((text) => absent.test(text)).length, String(absent)).toBeGreaterThan(0);
		}
		expect(topology.conflicts).toEqual([]);
		expect(topology.ambiguities).toEqual([]);
	});

	it("has no gap when everything was saved", () => {
		expect(reconstruct(dumps["saved by hand"]).gaps).toEqual([]);
		expect(reconstruct(dumps.both).gaps).toEqual([]);
	});

	it("names what a stock sosreport lacks, with the namespace to look in", () => {
		const { gaps } = reconstruct(dumps["sosreports without namespaces"]);
		const commands = gaps.map(({ host, command }) => `${host}: ${command}`);
		for (const host of ["manager1", "worker1", "worker2"]) {
			expect(commands).toContain(`${host}: sudo nsenter --net=/var/run/docker/netns/1-zquwizh2fb ip -d addr`);
			expect(commands).toContain(
				`${host}: sudo nsenter --net=/var/run/docker/netns/ingress_sbox sh -c 'ip addr; iptables-save; ipvsadm -Sn'`,
			);
		}
		// link-netns names the namespace of a container: it is not searched for.
		expect(commands).toContain("worker1: sudo nsenter --net=/var/run/docker/netns/172336375e86 ip -d addr");
	});
});

it("a node of the Swarm alone asks for the ones that it tunnels to", async () => {
	const { gaps } = reconstruct(
		(await swarmDumps(`${networks}/swarm-vote`))["saved by hand"].filter(
			({ dump }) => dump.scope.host === "worker2",
		),
	);
	const asked = gaps.filter(({ command }) => command.startsWith("docker node inspect"));
	expect(asked.map(({ question }) => /192\.168\.99\.\d+/.exec(question)?.[0]).sort()).toEqual([
		"192.168.99.101",
		"192.168.99.102",
	]);
});

describe("the score", () => {
	it("tells a wrong edge and a missing one", async () => {
		const dumps = await caseDumps(networks, "case-T05");
		const { edges } = reconstruct(dumps);
		const truth = truthOf(`${networks}/case-T05`);
		const [one, two] = edges.filter(({ kind }) => kind === "veth-peer") as [
			(typeof edges)[number],
			(typeof edges)[number],
		];
		const crossed = edges.map((edge) =>
			edge === one ? { ...edge, to: two.to, id: `veth-peer ${edge.from} → ${two.to}` } : edge,
		);
		const scores = score({ edges: crossed }, truth);
		expect(wrong(scores)).toEqual([`veth-peer ${one.from} → ${two.to}`]);
		expect(missing(scores)).toEqual([one.id]);
	});
});
