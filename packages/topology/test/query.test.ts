import { describe, expect, it } from "vitest";
import { Query, reconstruct } from "../src/index.ts";
import { documents, topologyWithCommands } from "./seeds.ts";

describe("questions to a topology", async () => {
	const topology = await topologyWithCommands(documents.networking);
	const query = new Query(topology);
	const container = query.nodes("container")[0]!;

	it("give neighbours of both directions, by kind of edge", () => {
		for (const { id } of topology.nodes) {
			const all = query.neighbours(id);
			const edges = topology.edges.filter(({ from, to }) => from === id || to === id);
			expect(all.map(({ edge }) => edge)).toEqual(edges);
			for (const { edge, node, outward } of all) expect(outward ? edge.to : edge.from).toBe(node.id);
			expect(query.neighbours(id, "contains").every(({ edge }) => edge.kind === "contains")).toBe(true);
		}
	});

	it("give a way whose steps join on to one another", () => {
		const bridge = query.nodes("interface").find(({ name }) => name === "br0")!;
		const path = query.path(container.id, bridge.id, "same-entity", "contains", "veth-peer", "enslaved-to")!;
		let at = container.id;
		for (const { edge, node, outward } of path) {
			expect(outward ? edge.from : edge.to).toBe(at);
			at = node.id;
		}
		expect(at).toBe(bridge.id);
		expect(path.length).toBeGreaterThan(1);
		expect(query.path(container.id, container.id)).toEqual([]);
		expect(query.path(container.id, bridge.id, "has-address")).toBeUndefined();
	});

	it("give nothing for what is not there", () => {
		expect(new Query(reconstruct([])).path("a", "b")).toBeUndefined();
		expect(query.neighbours("nowhere")).toEqual([]);
	});
});
