import fc from "fast-check";
import { expect, it } from "vitest";
import {
	endName,
	nameOf,
	pairsOf,
	savedIn,
	subsetsOf,
	topologyOf,
	type VethPlan,
	vethEdges,
	vethPlans,
} from "./veths.ts";

/*
 * What the kernel may print of veths between namespaces, drawn with more freedom than a real one has: any indexes, and any
 * numbers that a namespace has for the others.
 */

/** What a namespace calls the others; `named` are those that have a file in /run/netns. */
interface Numbers {
	/** The same place in every dump of a namespace: `numbers[here][other]`. */
	readonly numbers: readonly (readonly number[])[];
	readonly named: ReadonlySet<number>;
	/** The place of each end's index among those that are free: equal in many namespaces. */
	readonly places: readonly number[];
	/** busybox and old releases print none. */
	readonly printed: boolean;
}

const drawn: fc.Arbitrary<readonly [VethPlan, Numbers]> = vethPlans.chain((plan) => {
	const all = Array.from({ length: plan.namespaces }, (_, at) => at);
	const permutation = fc.shuffledSubarray(all, { minLength: all.length });
	return fc.tuple(
		fc.constant(plan),
		fc.record({
			numbers: fc.tuple(...all.map(() => permutation)),
			named: fc.subarray(all.slice(1)).map((names) => new Set(names)),
			places: fc.array(fc.nat(2), {
				minLength: plan.veths.length * 2,
				maxLength: plan.veths.length * 2,
			}),
			printed: fc.boolean(),
		}),
	);
});

/** `ip -d address` of each namespace, and of the host `ip netns`. */
function filesOf({ namespaces, veths }: VethPlan, { numbers, named, places, printed }: Numbers) {
	const taken = Array.from({ length: namespaces }, () => new Set([1]));
	const indexes = places.map((place, at) => {
		const here = taken[veths[at >> 1]![at & 1]!]!;
		const index = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11].filter((each) => !here.has(each))[place]!;
		here.add(index);
		return index;
	});
	const texts = Array.from({ length: namespaces }, () => "");
	for (const [at, ends] of veths.entries()) {
		for (const end of [0, 1] as const) {
			const [here, there] = [ends[end], ends[1 - end]!];
			const number = printed ? ` link-netnsid ${numbers[here]![there]}` : "";
			const other = named.has(there) ? ` link-netns ${nameOf(there)}` : number;
			texts[here] +=
				`${indexes[2 * at + end]}: ${endName(at, end)}@if${indexes[2 * at + 1 - end]}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether ee:00:00:00:00:${at}${end} brd ff:ff:ff:ff:ff:ff${other} promiscuity 0
    veth numtxqueues 2 numrxqueues 2\n`;
		}
	}
	const listing = [...named].map((each) => `${nameOf(each)} (id: ${numbers[0]![each]})\n`).join("");
	const files = texts.flatMap((text, netns) => (text === "" ? [] : [savedIn(netns, text)]));
	return listing === "" ? files : [...files, { path: "h/host/ip_netns.txt", text: listing }];
}

it("veths are paired with nothing that they are not, whichever dumps are missing; more dumps take no proven pair away", () => {
	fc.assert(
		fc.property(drawn, ([plan, numbers]) => {
			const truth = vethEdges(plan);
			const files = filesOf(plan, numbers);
			const proven = new Map(
				subsetsOf(files).map((some) => {
					const pairs = pairsOf(topologyOf(some)).filter(({ certainty }) => certainty !== "assumed");
					return [some.map(({ path }) => path).join(), new Set(pairs.map(({ id }) => id))] as const;
				}),
			);
			const whole = proven.get(files.map(({ path }) => path).join())!;
			for (const [some, pairs] of proven) {
				expect(
					[...pairs].filter((id) => !truth.has(id)),
					some,
				).toEqual([]);
				expect(
					[...pairs].filter((id) => !whole.has(id)),
					some,
				).toEqual([]);
			}
		}),
		{ numRuns: 40 },
	);
});

it("veths between named namespaces are all proven, from the dump of one end's namespace and the other's", () => {
	fc.assert(
		fc.property(drawn, ([plan, numbers]) => {
			const named = new Set(Array.from({ length: plan.namespaces - 1 }, (_, at) => at + 1));
			const pairs = pairsOf(topologyOf(filesOf(plan, { ...numbers, named })));
			expect(new Set(pairs.map(({ id }) => id))).toEqual(vethEdges(plan));
			expect(pairs.every(({ certainty }) => certainty === "derived")).toBe(true);
		}),
		{ numRuns: 50 },
	);
});
