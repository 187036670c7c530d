import { describe, expect, it } from "vitest";
import { reconstruct, toDot, toMermaid, toText } from "../src/index.ts";
import { drawingOf, type Shape } from "../src/write/drawing.ts";
import { documents, dumpsOf, topologyWithCommands } from "./seeds.ts";

describe("the vote articles", async () => {
	const topology = await topologyWithCommands(documents.access, documents.vote);

	it("as text", async () => {
		await expect(toText(topology)).toMatchFileSnapshot("golden/vote.txt");
	});

	it("as text without the proofs, which keeps the sign of what is assumed", () => {
		const text = toText(topology, { evidence: false });
		expect(text).not.toContain(".txt:");
		expect(text).toContain("port 8080/tcp → 172.18.0.2:8080 (ingress_sbox on worker1) (assumed)");
	});

	it("as a graph for Graphviz", async () => {
		await expect(toDot(topology)).toMatchFileSnapshot("golden/vote.dot");
	});

	it("as a flowchart for Mermaid", async () => {
		await expect(toMermaid(topology)).toMatchFileSnapshot("golden/vote.mmd");
	});

	it("drawn, every line ends at shapes that are there, once", () => {
		const { shapes, lines } = drawingOf(topology);
		const ids: string[] = [];
		const collect = (shape: Shape): void => {
			ids.push(shape.id);
			shape.inside.forEach(collect);
		};
		shapes.forEach(collect);
		expect(new Set(ids).size).toBe(ids.length);
		for (const { from, to } of lines) expect(ids).toEqual(expect.arrayContaining([from, to]));
		const balanced = lines
			.filter(({ label }) => label === "balances")
			.map(({ from, to }) => `${from} → ${to}`);
		expect(balanced).toContain(
			"manager1/netns/727bc5c9f5d0/ipvs/fwmark 259 → worker1/netns/container:3ab467754bf5/interface/eth2",
		);
	});
});

describe("names are text, whatever they hold", async () => {
	const hostile = 'x"]; evil [label="\u001b[2Jowned\n--> n0[<script>]';
	const [first] = await dumpsOf("swarm-vote/manager1/docker_ps.txt");
	const topology = reconstruct([
		{ ...first!, dump: { ...first!.dump, scope: { host: hostile, place: { type: "host" } } } },
	]);

	it("in text no control character comes through", () => {
		expect(toText(topology)).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
		expect(toText(topology)).toContain("␛[2J");
	});

	it("in DOT quotes stay closed", () => {
		for (const line of toDot(topology).split("\n")) {
			expect((line.replace(/\\./g, "").match(/"/g) ?? []).length % 2, line).toBe(0);
		}
	});

	it("in Mermaid no markup comes through", () => {
		const labels = [...toMermaid(topology).matchAll(/\["(.*)"\]/g)].map(([, label]) => label!);
		expect(labels.length).toBeGreaterThan(0);
		for (const label of labels) expect(label.replaceAll("<br>", "")).not.toMatch(/["<>[\]]/);
	});
});
