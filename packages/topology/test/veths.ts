import { captureOfFiles, type NamedText, parseDump } from "@netfossil/capture";
import fc from "fast-check";
import { reconstruct, type Topology } from "../src/index.ts";

/** The namespaces of one host, the first of them its own, and the veths between them, by the numbers of both namespaces. */
export interface VethPlan {
	readonly namespaces: number;
	readonly veths: readonly (readonly [number, number])[];
}

/** Few namespaces with many veths: each counts its links from 2, so that one pair of indexes stands in several. */
export const vethPlans: fc.Arbitrary<VethPlan> = fc.integer({ min: 2, max: 5 }).chain((namespaces) => {
	const netns = fc.nat(namespaces - 1);
	const veth = fc.tuple(netns, netns).filter(([one, two]) => one !== two);
	return fc.record({
		namespaces: fc.constant(namespaces),
		veths: fc.array(veth, { minLength: 1, maxLength: 6 }),
	});
});

export const nameOf = (netns: number): string => (netns === 0 ? "host" : `ns${netns}`);
export const endName = (veth: number, end: 0 | 1): string => `v${veth}${"ab"[end]}`;

/** The ids of the edges that are there. */
export function vethEdges({ veths }: VethPlan): Set<string> {
	const idOf = (netns: number, name: string): string => `h/netns/${nameOf(netns)}/interface/${name}`;
	return new Set(
		veths.map(([one, two], at) => {
			const ends = [idOf(one, endName(at, 0)), idOf(two, endName(at, 1))].sort();
			return `veth-peer ${ends.join(" → ")}`;
		}),
	);
}

/** The file of a namespace's interfaces, in a folder as somebody would save it. */
export const savedIn = (netns: number, text: string): NamedText => ({
	path: `h/${netns === 0 ? "host" : `ns/${nameOf(netns)}`}/ip_-d_address.txt`,
	text,
});

export function topologyOf(files: readonly NamedText[]): Topology {
	const hostname = { path: "h/host/hostname.txt", text: "h\n" };
	return reconstruct(captureOfFiles("veths", [hostname, ...files]).dumps.map(parseDump));
}

/** Every choice of some of the items, the empty one too. */
export function subsetsOf<Item>(items: readonly Item[]): Item[][] {
	return Array.from({ length: 2 ** items.length }, (_, bits) => items.filter((_, at) => (bits >> at) & 1));
}

export const pairsOf = ({ edges }: Topology): Topology["edges"] =>
	edges.filter(({ kind }) => kind === "veth-peer");
