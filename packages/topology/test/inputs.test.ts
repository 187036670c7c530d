import { describe, expect, it } from "vitest";
import type { Evidence, Fact, Topology } from "../src/index.ts";
import { Topology as TopologySchema } from "../src/schema.ts";
import { documents, topologyOf } from "./seeds.ts";

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
	const { nodes, edges, conflicts, ambiguities, gaps } = topology;
	return {
		nodes: nodes.map(attributes),
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
