import { captureOfFiles, parseDump } from "@netfossil/capture";
import { describe, expect, it } from "vitest";
import { expectInProportion } from "../../../test/growth.ts";
import { explain, reconstruct, type Topology, toText } from "../src/index.ts";

/** Namespaces that all print the same two indexes, as those of a tool that makes each with one veth in and one out. */
function alike(namespaces: number): Topology {
	const files = Array.from({ length: namespaces }, (_, at) => ({
		path: `box/netns/part${at}/ip_addr.txt`,
		text: `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: in0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:aa:00:00:${hex(at >> 8)}:${hex(at & 255)} brd ff:ff:ff:ff:ff:ff link-netnsid 0
3: out0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:bb:00:00:${hex(at >> 8)}:${hex(at & 255)} brd ff:ff:ff:ff:ff:ff link-netnsid 1
`,
	}));
	return reconstruct(captureOfFiles("box", files).dumps.map(parseDump));
}

const hex = (value: number): string => value.toString(16).padStart(2, "0");

describe("many interfaces that may be each other's peers", () => {
	it("are one question, with all of them in the JSON and a few in the text", () => {
		const topology = alike(12);
		const [crowd, ...more] = topology.ambiguities;
		expect(more).toEqual([]);
		const ends = topology.nodes.filter(({ kind, name }) => kind === "interface" && name !== "lo");
		expect([...crowd!.candidates].sort()).toEqual(ends.map(({ id }) => id));
		const text = toText(topology);
		expect(text).toContain("which of these are the ends of one veth (2@if3 and 3@if2)");
		expect(text.match(/perhaps /g)).toHaveLength(5);
		expect(text).toContain("└─ and 19 more, in the JSON");
		for (const { id } of ends)
			expect(
				explain(topology, id, () => undefined),
				id,
			).toContain("undecided: which of");
	});

	it("are a question each where they are few", () => {
		const topology = alike(3);
		expect(topology.ambiguities.map(({ about, candidates }) => [about, candidates.length])).toEqual(
			[0, 1, 2].flatMap((at) => ["in0", "out0"].map((name) => [`box/netns/part${at}/interface/${name}`, 2])),
		);
	});

	it("take time and room in proportion to their number", () => {
		expectInProportion(
			(size) => size,
			(size) => toText(alike(size)),
			50,
		);
		const length = (size: number): number => JSON.stringify(alike(size)).length;
		expect(length(400) / length(50)).toBeLessThan(9);
	});
});

it("a topology of any length has a text", () => {
	const externals = Array.from({ length: 150_000 }, (_, at) => ({
		id: `lan/0.0.0.0/0/external/${at}`,
		kind: "external" as const,
		name: String(at),
		attributes: {},
		certainty: "observed" as const,
		evidence: [],
	}));
	expect(toText({ ...alike(1), nodes: externals }).match(/\n/g)!.length).toBeGreaterThan(externals.length);
});
