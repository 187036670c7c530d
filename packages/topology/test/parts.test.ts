import { captureOfFiles, parseDump } from "@netfossil/capture";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	type Focus,
	focusOn,
	reconstruct,
	type Topology,
	toDot,
	toMermaid,
	toSvg,
	toText,
} from "../src/index.ts";
import { Topology as TopologySchema } from "../src/schema.ts";
import { build, filesOf, networkPlans } from "../src/testing.ts";
import { documents, topologyWithCommands } from "./seeds.ts";

/*
 * A part narrows what is shown, never what is known: whatever its text says the text of the whole says too.
 */

/** Every focus on one thing, and on each namespace of each host. */
function fociOf({ nodes }: Topology): Focus[] {
	const names = (kind: string): string[] => [
		...new Set(nodes.filter((node) => node.kind === kind).map(({ name }) => name)),
	];
	return [
		...names("host").map((name): Focus => ({ hosts: [name] })),
		...names("netns").map((name): Focus => ({ netns: [name] })),
		...names("docker-network").map((name): Focus => ({ networks: [name] })),
		...names("service").map((name): Focus => ({ services: [name] })),
		...names("host").flatMap((host) =>
			names("netns").map((name): Focus => ({ hosts: [host], netns: [name] })),
		),
	];
}

const contentOf = (line: string): string => line.replace(/^[│├└─ ]+/, "");

/** What the text of a part says, and the whole's does not. */
function saidOnlyOf(part: Topology, whole: ReadonlySet<string>): string[] {
	const [summary, ...lines] = toText(part, { evidence: false }).split("\n");
	expect(summary).toMatch(/^only .*: \d+ of \d+ hosts?, /);
	return lines
		.map(contentOf)
		.filter((line) => !whole.has(line) && !whole.has(line.replace(/,? in part/, "")))
		.filter((line) => !/^and \d+ edges? more, outside this selection$/.test(line))
		.filter((line) => !/^[\d.a-f:/]+, in part$/.test(line));
}

function expectTrue(topology: Topology): void {
	const whole = new Set(toText(topology, { evidence: false }).split("\n").map(contentOf));
	for (const focus of fociOf(topology)) {
		const part = focusOn(topology, focus);
		const what = JSON.stringify(focus);
		expect(saidOnlyOf(part, whole), what).toEqual([]);
		const known = new Set(part.nodes.map(({ id }) => id));
		for (const { id, from, to } of part.edges) expect(known.has(from) && known.has(to), id).toBe(true);
		// Of what is shown nothing is left out: every edge of it is there, and so is every address of an interface.
		const shown = new Set(part.part!.shown);
		const edges = new Set(part.edges.map(({ id }) => id));
		const interfaces = new Set(part.nodes.filter(({ kind }) => kind === "interface").map(({ id }) => id));
		for (const { id, kind, from, to } of topology.edges) {
			const needed = shown.has(from) || shown.has(to) || (kind === "has-address" && interfaces.has(from));
			if (needed) expect(edges.has(id), `${what}: ${id}`).toBe(true);
		}
	}
}

describe("the text of a part says nothing that the whole does not", () => {
	it("of the vote articles", async () => {
		expectTrue(await topologyWithCommands(documents.access, documents.vote));
	});

	it("of drawn networks", () => {
		fc.assert(
			fc.property(networkPlans({ hosts: 3 }), (plan) => {
				const files = filesOf(build(plan));
				expectTrue(reconstruct(captureOfFiles("drawn", files).dumps.map(parseDump)));
			}),
			{ numRuns: 5 },
		);
	});
});

describe("a part", async () => {
	const topology = await topologyWithCommands(documents.access, documents.vote);
	const part = focusOn(topology, { networks: ["overlay1"] });

	it("is JSON that the schema knows, with what was asked for and how much is left out", () => {
		expect(TopologySchema.parse(JSON.parse(JSON.stringify(part)))).toEqual(part);
		expect(part.part!.focus).toEqual({ networks: ["overlay1"] });
		expect(part.part!.whole.host).toBe(topology.nodes.filter(({ kind }) => kind === "host").length);
		const ids = new Set(part.nodes.map(({ id }) => id));
		for (const [id, count] of Object.entries(part.part!.cut)) {
			const lost = topology.edges.filter(
				({ from, to }) => (from === id && !ids.has(to)) || (to === id && !ids.has(from)),
			);
			expect(lost.length, id).toBe(count);
		}
		expect(topology.part).toBeUndefined();
	});

	it("of a network has its tunnels and VTEPs", () => {
		const host = {
			lans: [0],
			bridgedCard: false,
			naming: "names",
			namespaces: [],
			vlans: [],
			vxlan: false,
			networks: [[]],
		} as const;
		const drawn = build({
			hosts: ["one-1", "two-2"].map((name) => ({ ...host, name })),
			swarm: { overlays: 1, services: [{ overlay: 0, published: false, tasks: [0, 1] }] },
		});
		const whole = reconstruct(captureOfFiles("drawn", filesOf(drawn)).dumps.map(parseDump));
		const text = toText(focusOn(whole, { networks: [drawn.overlays[0]!.name] }));
		expect(text).toMatch(/ VTEP of VXLAN \d+/);
		expect(text).toMatch(/tunnel to vxlan\S* of \S+ on two-2/);
	});

	it("is called one in every form", () => {
		expect(toText(part)).toMatch(/^only network overlay1: \d+ of \d+ hosts, /);
		expect(toDot(part)).toContain('label="only network overlay1"');
		expect(toMermaid(part)).toContain("%% only network overlay1");
		expect(toSvg(part)).toContain(">only network overlay1<");
		const space = focusOn(topology, { hosts: ["worker1"], netns: ["ingress_sbox"] });
		expect(toText(space)).toMatch(
			/^only namespace ingress_sbox of worker1: 1 of \d+ hosts, 1 of \d+ namespaces, /,
		);
		for (const text of [toDot(space), toMermaid(space), toSvg(space)]) expect(text).toContain("in part");
		expect(toDot(topology) + toMermaid(topology) + toSvg(topology)).not.toMatch(/in part|only /);
	});
});
