import { captureOfFiles, type NamedText, parseDump } from "@netfossil/capture";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reconstruct, type Topology } from "../src/index.ts";
import { build, edgesOf, filesOf, type NetworkPlan, networkPlans } from "../src/testing.ts";

function topologyOf(files: readonly NamedText[]): Topology {
	return reconstruct(captureOfFiles("model", files).dumps.map(parseDump));
}

/** What a topology has and the network has not, and the other way round, by the kind of edge. */
function differences(topology: Topology, truth: ReadonlySet<string>): { wrong: string[]; missing: string[] } {
	const found = new Set(topology.edges.map(({ id }) => id));
	return {
		wrong: [...found].filter((id) => !truth.has(id)).sort(),
		missing: [...truth].filter((id) => !found.has(id)).sort(),
	};
}

describe("a network whose dumps were all saved", () => {
	it.each([
		["without docker", { docker: false }],
		["with docker", { docker: true }],
	])("%s is rebuilt as it is", (_, limits) => {
		fc.assert(
			fc.property(networkPlans(limits), (plan: NetworkPlan) => {
				const network = build(plan);
				const topology = topologyOf(filesOf(network));
				expect(differences(topology, edgesOf(network))).toEqual({ wrong: [], missing: [] });
			}),
			{ numRuns: 40 },
		);
	});
});
