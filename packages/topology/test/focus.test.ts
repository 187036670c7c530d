import { describe, expect, it } from "vitest";
import { explain, focusOn, toText, unmatched } from "../src/index.ts";
import { documents, Facts, topologyWithCommands } from "./seeds.ts";

const topology = await topologyWithCommands(documents.access, documents.vote);
const ids = (part: { nodes: readonly { id: string }[] }): string[] => part.nodes.map(({ id }) => id);

describe("a topology in focus", () => {
	it("on a host holds all of the host, and of others only what it is joined to", () => {
		const part = focusOn(topology, { hosts: ["worker1"] });
		const own = ids(topology).filter((id) => id === "worker1" || id.startsWith("worker1/"));
		expect(ids(part)).toEqual(expect.arrayContaining(own));
		expect(ids(part).length).toBeLessThan(ids(topology).length);
		expect(ids(part)).not.toContain("manager1/netns/host");
	});

	it("on a namespace of a host holds that one, with what is around it", () => {
		const part = focusOn(topology, { hosts: ["worker1"], netns: ["ingress_sbox"] });
		expect(ids(part)).toContain("worker1/netns/ingress_sbox");
		expect(ids(part)).toContain("worker1");
		expect(ids(part)).not.toContain("manager1/netns/ingress_sbox");
	});

	it("on a service follows it to the IPVS services and containers", () => {
		const part = focusOn(topology, { services: ["vote"] });
		const kinds = new Set(part.nodes.map(({ kind }) => kind));
		for (const kind of ["service", "vip", "ipvs-service", "real-server", "netns", "host"] as const)
			expect(kinds).toContain(kind);
	});

	it("is a topology of its own: every edge has its ends, and it can be written", () => {
		for (const focus of [{ hosts: ["manager1"] }, { networks: ["overlay1"] }, { services: ["vote"] }]) {
			const part = focusOn(topology, focus);
			const known = new Set(ids(part));
			for (const { id, from, to } of part.edges) expect(known.has(from) && known.has(to), id).toBe(true);
			expect(toText(part)).toContain("HOSTS");
		}
	});

	it("tells the names that nothing has, with those that there are", () => {
		expect(unmatched(topology, { hosts: ["worker1"] })).toEqual([]);
		const [missing] = unmatched(topology, { hosts: ["workr1"] });
		expect(missing).toMatchObject({ kind: "hosts", name: "workr1" });
		expect(missing?.known).toContain("worker1");
	});
});

describe("the proof of a fact", async () => {
	const facts = new Facts(topology);
	const networking = await topologyWithCommands(documents.networking);
	const quote = (span: { file: string; line: number }): string[] => [`line ${span.line} of ${span.file}`];

	it("has the rule, the certainty, and every place with its line", () => {
		const edge = networking.edges.find(({ kind }) => kind === "veth-peer")!;
		const proof = explain(networking, edge.id, quote)!;
		expect(proof).toContain(edge.id);
		for (const { rule, certainty, spans } of edge.evidence) {
			expect(proof).toContain(`${certainty} by ${rule}`);
			for (const { file, line, column } of spans) {
				expect(proof).toContain(`${file}:${line}:${column}`);
				expect(proof).toContain(`line ${line} of ${file}`);
			}
		}
	});

	it("has all attributes of a node, what contradicts them, and what is open", async () => {
		const trace = await topologyWithCommands(documents.trace);
		for (const { about, attribute, values } of trace.conflicts) {
			const proof = explain(trace, about, quote)!;
			expect(proof).toContain(`${attribute}: `);
			expect(proof.match(/but also/g)?.length).toBeGreaterThanOrEqual(values.length - 1);
		}
		expect(trace.conflicts.length).toBeGreaterThan(0);
		const [gap] = topology.gaps;
		expect(explain(topology, gap!.about[0]!, quote)).toContain(gap!.command);
		const node = facts.node("worker1/netns/ingress_sbox");
		const proof = explain(topology, node.id, quote)!;
		for (const name of Object.keys(node.attributes)) expect(proof).toContain(`${name}: `);
	});

	it("is none of an id that is not there", () => {
		expect(explain(topology, "worker9", quote)).toBeUndefined();
	});
});
