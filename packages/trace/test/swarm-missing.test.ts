import type { ParsedDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerFlow, compile, type FlowAnswer, type Kernel, Links } from "../src/index.ts";
import { outcomeOf, question, type Recorded, recordedFlows, SWARMS, savedDumps } from "./swarm-cases.ts";

interface Case {
	readonly dumps: readonly ParsedDump[];
	readonly flows: readonly Recorded[];
	/** Where the whole capture lets each flow end: the sockets' addresses. */
	readonly ends: ReadonlyMap<string, ReadonlySet<string>>;
}

const kernelOf = (dumps: readonly ParsedDump[]): Kernel => compile(dumps, reconstruct(dumps));

const endsOf = (answer: FlowAnswer): string[] =>
	[answer, ...(answer.others ?? [])].flatMap(({ delivered_to: to }) => (to ? [`${to.addr}:${to.port}`] : []));

const cases = new Map<string, Case>();
for (const name of SWARMS) {
	const dumps = await savedDumps(name);
	const kernel = kernelOf(dumps);
	const links = new Links(kernel);
	const flows = recordedFlows(name);
	const ends = new Map(
		flows.map((flow) => [flow.id, new Set(endsOf(answerFlow(kernel, links, question(flow))))]),
	);
	cases.set(name, { dumps, flows, ends });
}

const placeOf = ({ scope: { host, place } }: ParsedDump["dump"]): string =>
	place.type === "host" ? host : place.type === "netns" ? `${host}/${place.name}` : `${host}/${place.id}`;

/** The answers that are neither what was recorded nor unknown. */
function wrong({ flows, dumps, ends }: Case, keep: (dump: ParsedDump["dump"]) => boolean): string[] {
	const kernel = kernelOf(dumps.filter(({ dump }) => keep(dump)));
	const links = new Links(kernel);
	return flows.flatMap((flow) => {
		const answer = answerFlow(kernel, links, question(flow));
		if (answer.outcome === "unknown") return [];
		if (answer.outcome !== outcomeOf(flow)) return [`${flow.id}: ${answer.outcome}, was ${outcomeOf(flow)}`];
		const beside = endsOf(answer).filter((end) => !ends.get(flow.id)!.has(end));
		return beside.map((end) => `${flow.id}: to ${end}`);
	});
}

describe.each(SWARMS)("%s", (name) => {
	const recorded = cases.get(name)!;
	const places = [...new Set(recorded.dumps.map(({ dump }) => placeOf(dump)))];
	const kinds = [...new Set(recorded.dumps.map(({ dump }) => dump.kind))];

	it.each(["manager1", "worker1", "worker2"])("without a dump of %s no answer is wrong", (host) => {
		expect(wrong(recorded, ({ scope }) => scope.host !== host)).toEqual([]);
	});

	it.each(places)("without a dump of the namespace %s no answer is wrong", (place) => {
		expect(wrong(recorded, (dump) => placeOf(dump) !== place)).toEqual([]);
	});

	it.each(kinds)("without a dump of the kind %s no answer is wrong", (kind) => {
		expect(wrong(recorded, (dump) => dump.kind !== kind)).toEqual([]);
	});
});

it("no answer is wrong, whichever dumps are missing", () => {
	fc.assert(
		fc.property(
			fc.constantFrom(...SWARMS),
			fc.array(fc.nat(), { minLength: 1, maxLength: 60 }),
			(name, picks) => {
				const recorded = cases.get(name)!;
				const gone = new Set(picks.map((pick) => recorded.dumps[pick % recorded.dumps.length]!.dump.id));
				expect(
					wrong(recorded, ({ id }) => !gone.has(id)),
					`without ${[...gone].join(", ")}`,
				).toEqual([]);
			},
		),
		{ numRuns: 20 },
	);
});
