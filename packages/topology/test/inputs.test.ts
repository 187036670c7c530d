import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Evidence, type Fact, reconstruct, type Topology } from "../src/index.ts";
import { Topology as TopologySchema } from "../src/schema.ts";
import { documents, dumpsOf, topologyOf } from "./seeds.ts";

/** A topology without the places that prove it: what must not depend on how the dumps were kept. */
function withoutPlaces(topology: Topology): unknown {
	const plain = ({ rule, certainty }: Evidence): string => `${certainty} ${rule}`;
	const fact = <T extends Fact>({ evidence, ...rest }: T): unknown => ({
		...rest,
		evidence: [...new Set(evidence.map(plain))].sort(),
	});
	const attributes = <T extends Fact & { attributes: Record<string, Fact> }>(each: T): unknown => ({
		...(fact(each) as object),
		attributes: Object.fromEntries(
			Object.entries(each.attributes).map(([name, value]) => [name, fact(value)]),
		),
	});
	// A prompt says what the host is called; a folder is taken for its name.
	const named = (host: Topology["nodes"][number]): unknown =>
		attributes({ ...host, certainty: "assumed", evidence: [] });
	const { nodes, edges, conflicts, ambiguities, gaps } = topology;
	return {
		nodes: nodes.map((node) => (node.kind === "host" ? named(node) : attributes(node))),
		edges: edges.map(attributes),
		conflicts: conflicts.map(({ values, ...rest }) => ({ ...rest, values: values.map(fact) })),
		ambiguities: ambiguities.map(fact as never),
		gaps,
	};
}

describe("a document and the folder of its dumps are equal inputs", () => {
	it.each([
		["the vote articles", [documents.access, documents.vote], ["swarm-access", "swarm-vote"]],
		["net1", [documents.networking], ["swarm-networking"]],
		["the packet trace", [documents.trace], ["packet-trace"]],
	])("%s", async (_, texts, folders) => {
		const fromText = await topologyOf(...texts);
		const fromFolder = await topologyOf(...folders);
		expect(withoutPlaces(fromText)).toEqual(withoutPlaces(fromFolder));
	});
});

it("gives the same bytes for the same input, valid by the schema, with spans in real files", async () => {
	const once = await topologyOf(...Object.values(documents));
	const twice = await topologyOf(...Object.values(documents));
	expect(JSON.stringify(twice)).toBe(JSON.stringify(once));
	expect(TopologySchema.parse(once)).toEqual(once);
	for (const fact of [...once.nodes, ...once.edges]) {
		expect(fact.evidence.length).toBeGreaterThan(0);
		expect(fact.evidence.some(({ spans }) => spans.length > 0)).toBe(true);
	}
});

it("keeps clusters apart that share addresses", async () => {
	const all = await topologyOf(...Object.values(documents));
	const server = all.edges.filter(
		({ kind, from }) => kind === "same-entity" && from.startsWith("host/netns/"),
	);
	expect(server.map(({ to }) => to)).toEqual(["host/netns/02d51fa13d84/address/10.255.0.4"]);
	expect(all.nodes.some(({ id }) => id === "network/das46zk71z4gzja9lalsn9vs5/vip/10.255.0.4")).toBe(true);
});

describe("the dumps of the vote articles", async () => {
	const dumps = await dumpsOf(documents.access, documents.vote);
	const places = dumps.map((_, index) => index);
	const of = (chosen: readonly number[]): Topology => reconstruct(chosen.map((index) => dumps[index]!));

	it("give the same facts in any order", () => {
		const whole = withoutPlaces(of(places));
		fc.assert(
			fc.property(fc.shuffledSubarray(places, { minLength: places.length }), (shuffled) => {
				expect(withoutPlaces(of(shuffled))).toEqual(whole);
			}),
			{ numRuns: 20 },
		);
	});

	it("prove less when some are left out, and nothing else of the same things", () => {
		const whole = of(places);
		const nodes = new Set(whole.nodes.map(({ id }) => id));
		const edges = new Set(whole.edges.map(({ id }) => id));
		// Without a listing of its tasks, a container is known to back the service, not which task it is.
		const throughTask = (from: string, to: string): boolean =>
			whole.edges.some((one) => one.from === from && edges.has(`backs ${one.to} → ${to}`));
		fc.assert(
			fc.property(fc.subarray(places), (some) => {
				for (const { id, kind, from, to, certainty } of of(some).edges) {
					if (certainty === "assumed" || !nodes.has(from) || !nodes.has(to)) continue;
					if (kind === "backs" && throughTask(from, to)) continue;
					expect(edges.has(id), id).toBe(true);
				}
			}),
			{ numRuns: 60 },
		);
	});
});
