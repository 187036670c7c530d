import { captureOfFiles, type NamedText, type ParsedDump, parseDump } from "@netfossil/capture";
import { unparsedIn } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { reconstruct, type Topology, type Value } from "../src/index.ts";
import {
	attributesOf,
	build,
	edgesOf,
	filesOf,
	type ModelNetwork,
	type NetworkPlan,
	networkPlans,
	shortcutsOf,
} from "../src/testing.ts";

/*
 * Model → dumps → topology = model: what `src/testing` draws, prints with the parsers' printers and knows to hold.
 * What holds comes from the model alone, not from the rules.
 */

function dumpsOf(files: readonly NamedText[]): ParsedDump[] {
	return captureOfFiles("model", files).dumps.map(parseDump);
}

/** What a topology has and the network has not, and the other way round. */
function differences(topology: Topology, truth: ReadonlySet<string>): { wrong: string[]; missing: string[] } {
	const found = new Set(topology.edges.map(({ id }) => id));
	return {
		wrong: [...found].filter((id) => !truth.has(id)).sort(),
		missing: [...truth].filter((id) => !found.has(id)).sort(),
	};
}

const RIGHT = { wrong: [], missing: [] };

/**
 * The edges that are not just assumed, by ids as the whole capture has them. With fewer dumps an overlay is called by
 * the part of its id that is known, a virtual address whose network no dump tells stands below its namespace, and a
 * service that nothing shows to be of the same swarm as its namesake is told apart by a host.
 */
function proven({ edges }: Topology, { overlays, services }: ModelNetwork): string[] {
	const vips = new Map(
		services.flatMap(({ addresses }) => [...addresses].map(([id, address]) => [address, id])),
	);
	const overlay = (start: string): string => overlays.find(({ id }) => id.startsWith(start))?.id ?? start;
	return edges
		.filter(({ certainty }) => certainty !== "assumed")
		.map(({ id }) =>
			id
				.replace(/\bnetwork\/([0-9a-z]{9,25})(?=\/| |$)/g, (_, start: string) => `network/${overlay(start)}`)
				.replace(/\b(service\/[^@/ ]+)@[^/ ]+/g, "$1")
				.replace(
					/[^ ]+\/netns\/[^ /]+\/vip\/([^ /]+)/g,
					(_, vip: string) => `network/${vips.get(vip)}/vip/${vip}`,
				),
		);
}

/** Lists of hosts are in the order of their names. */
const inOrder = (value: Value, named: (text: string) => string): Value =>
	Array.isArray(value) && value.every((each) => typeof each === "string") ? value.map(named).sort() : value;

/** What a topology says, without the places that say it, which go by the order of the files. */
function said(
	{ nodes, edges, conflicts, ambiguities, gaps }: Topology,
	named = (text: string) => text,
): unknown {
	const facts = [...nodes, ...edges].map(({ evidence: _, attributes, ...fact }) => ({
		...fact,
		attributes: Object.entries(attributes)
			.map(([name, { value, certainty }]) => [named(name), inOrder(value, named), certainty] as const)
			.sort(([a], [b]) => (a < b ? -1 : 1)),
	}));
	const sorted = (all: readonly object[]): string[] => all.map((each) => JSON.stringify(each)).sort();
	return {
		facts: sorted(facts),
		conflicts: sorted(conflicts.map(({ about, attribute }) => ({ about, attribute }))),
		ambiguities: sorted(ambiguities.map(({ evidence: _, ...each }) => each)),
		gaps: sorted(gaps.map((gap) => ({ ...gap, about: [...gap.about].sort() }))),
	};
}

describe("what a model prints", () => {
	it("is read whole: every file is a dump, and no part of one is unparsed", () => {
		fc.assert(
			fc.property(networkPlans({ hosts: 3 }), (plan) => {
				const files = filesOf(build(plan));
				const { dumps, problems, passedOver } = captureOfFiles("model", files);
				expect(problems).toEqual([]);
				expect(passedOver.filter(({ used }) => !used)).toEqual([]);
				const read = new Set(dumps.map(({ source }) => source.name));
				const hostnames = files.filter(({ path }) => path.endsWith("/hostname.txt")).length;
				expect(read.size).toBe(files.length - hostnames);
				for (const { dump, ast, diagnostics } of dumps.map(parseDump))
					expect({ file: dump.source.name, unparsed: unparsedIn(ast), diagnostics }).toEqual({
						file: dump.source.name,
						unparsed: [],
						diagnostics: [],
					});
			}),
			{ numRuns: 10 },
		);
	});
});

describe("a network", () => {
	it.each([
		["without docker", { docker: false }, 30],
		["with docker", { docker: true }, 40],
	])("%s is rebuilt as it is, when every dump was saved", (_, limits, numRuns) => {
		fc.assert(
			fc.property(networkPlans(limits), (plan: NetworkPlan) => {
				const network = build(plan);
				const topology = reconstruct(dumpsOf(filesOf(network)));
				expect(differences(topology, edgesOf(network))).toEqual(RIGHT);
				expect(topology.conflicts).toEqual([]);
				expect(topology.changes).toEqual([]);
				expect(topology.ambiguities).toEqual([]);
				const nodes = new Map(topology.nodes.map(({ id, attributes }) => [id, attributes]));
				for (const [id, attributes] of attributesOf(network)) {
					const names = Object.keys(attributes);
					const said = names.map((name) => [name, nodes.get(id)?.[name]?.value]);
					expect({ id, ...Object.fromEntries(said) }).toEqual({ id, ...attributes });
				}
			}),
			{ numRuns },
		);
	});

	it("has gaps where dumps are missing, and no wrong facts; more dumps take no proven fact away", () => {
		const left = fc.tuple(networkPlans({ hosts: 4 }), fc.infiniteStream(fc.nat(3)));
		fc.assert(
			fc.property(left, ([plan, stream]) => {
				const network = build(plan);
				const files = filesOf(network);
				// 0: in both captures, 1: in the larger one only, 2 and 3: in none.
				const drawn = files.map(() => stream.next().value as number);
				const larger = files.filter((_, at) => drawn[at]! < 2);
				const smaller = files.filter((_, at) => drawn[at]! < 1);
				const [some, few] = [larger, smaller].map((each) => reconstruct(dumpsOf(each))) as [
					Topology,
					Topology,
				];
				const edges = edgesOf(network);
				const truth = new Set([...edges, ...shortcutsOf(edges)]);
				for (const topology of [some, few])
					expect(proven(topology, network).filter((id) => !truth.has(id))).toEqual([]);
				const left = proven(some, network);
				const still = new Set([...left, ...shortcutsOf(left)]);
				const lost = proven(few, network).filter((id) => !still.has(id));
				expect(lost).toEqual([]);
			}),
			{ numRuns: 60 },
		);
	});

	it("beside that of another site, with the same subnets and services, is rebuilt as both", () => {
		fc.assert(
			fc.property(networkPlans({ hosts: 2 }), networkPlans({ hosts: 2 }), (one, two) => {
				const hosts = two.hosts.map((host) => ({ ...host, name: `${host.name}-b` }));
				const sites = [build(one), build({ ...two, hosts, site: 1 })] as const;
				const topology = reconstruct(dumpsOf(sites.flatMap(filesOf)));
				// Of services of one name the one that is told of later has a host of its swarm behind its name.
				const found = topology.edges.map(({ id }) => id.replace(/(service\/[^@/ ]+)@[^/ ]+/g, "$1"));
				const truth = sites.flatMap((site) => [...edgesOf(site)]);
				expect([...found].sort()).toEqual([...truth].sort());
				const services = topology.nodes.filter(({ kind }) => kind === "service");
				expect(services).toHaveLength(sites.flatMap((site) => site.services).length);
				expect(topology.conflicts).toEqual([]);
				expect(topology.ambiguities).toEqual([]);
			}),
			{ numRuns: 20 },
		);
	});

	it("at two times has what was there at either, nothing of both, and what changed is no contradiction", () => {
		const at = (folder: string, network: ModelNetwork): NamedText[] =>
			filesOf(network).map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
		fc.assert(
			fc.property(networkPlans({ hosts: 3 }), (plan) => {
				const [before, after] = [build(plan), build({ ...plan, restarts: 1 })];
				const topology = reconstruct(dumpsOf([...at("before", before), ...at("after", after)]));
				expect(differences(topology, new Set([...edgesOf(before), ...edgesOf(after)]))).toEqual(RIGHT);
				expect(topology.conflicts).toEqual([]);
				expect(topology.ambiguities).toEqual([]);
			}),
			{ numRuns: 20 },
		);
	});

	it("is the same whichever way round its files come", () => {
		fc.assert(
			fc.property(networkPlans({ hosts: 3 }), fc.infiniteStream(fc.nat()), (plan, stream) => {
				const files = filesOf(build(plan));
				const keyed = files.map((file) => ({ file, key: stream.next().value as number }));
				const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ file }) => file);
				expect(said(reconstruct(dumpsOf(shuffled)))).toEqual(said(reconstruct(dumpsOf(files))));
			}),
			{ numRuns: 15 },
		);
	});

	it("is the same under other names of its hosts", () => {
		const called = (plan: NetworkPlan, names: readonly string[]): unknown => {
			const hosts = plan.hosts.map((host, at) => ({ ...host, name: names[at]! }));
			const named = (text: string): string =>
				names.reduce((all, name, at) => all.replaceAll(name, `<${at}>`), text);
			const text = named(
				JSON.stringify(said(reconstruct(dumpsOf(filesOf(build({ ...plan, hosts })))), named)),
			);
			const parts = JSON.parse(text) as Record<string, string[]>;
			return Object.entries(parts).map(([part, all]) => [part, all.sort()]);
		};
		fc.assert(
			fc.property(networkPlans({ hosts: 3 }), (plan) => {
				expect(called(plan, ["zulu", "mike", "alfa-3"])).toEqual(called(plan, ["kilo4", "lima5", "oscar6"]));
			}),
			{ numRuns: 12 },
		);
	});
});
