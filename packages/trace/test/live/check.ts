import { mkdirSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { answerFlow, type FlowAnswer } from "../../src/index.ts";
import { compared, kernelOf, type Truth } from "../score.ts";
import { Network, wait } from "./network.ts";
import { planNetwork } from "./plan.ts";
import { type Recorded, Recorder } from "./record.ts";

/** What a network came to. */
export interface Checked {
	readonly features: readonly string[];
	/** What the kernel did not take of the plan. */
	readonly refused: readonly string[];
	readonly verdicts: readonly Verdict[];
	/** Packets of which the kernel did not do the same twice, with what differed: they are evidence of nothing. */
	readonly unsteady: readonly string[];
	/** Packets that came out as the trace says not at first, but then twice in a row. */
	readonly late: readonly string[];
}

/** How often a network is built again where the trace was wrong. */
const AGAIN = 2;

/**
 * Builds the network of a seed, and asks the trace what becomes of some packets in it. Where it says something else than the
 * kernel did, the network is built again, from nothing: what comes out otherwise there too is a miss. What does not is unsteady:
 * the plan and the packets are the same, so that the trace is wrong in each network or in none.
 */
export async function checkNetwork(seed: number, flows: number, folder: string): Promise<Checked> {
	const first = await recordNetwork(seed, flows, folder);
	const doubted = new Map(
		first.verdicts.flatMap(({ id, same }) => (isRight(same) ? [] : [[id, wrongIn(same)] as const])),
	);
	const missed = new Map<Verdict["id"], Set<string>>();
	const open = (): boolean => [...doubted].some(([id, keys]) => (missed.get(id)?.size ?? 0) < keys.length);
	for (let time = 1; time <= AGAIN && open(); time++) {
		const { verdicts } = await recordNetwork(seed, flows, `${folder}-${time}`);
		for (const { id, same } of verdicts) {
			const twice = wrongIn(same).filter((key) => doubted.get(id)?.includes(key));
			missed.set(id, new Set([...(missed.get(id) ?? []), ...twice]));
		}
	}
	const unsteady = first.unsteady.map((id) => `#${id}: other each time`);
	const verdicts = first.verdicts.map((verdict) => {
		const once = wrongIn(verdict.same).filter((key) => !missed.get(verdict.id)?.has(key));
		if (once.length === 0) return verdict;
		unsteady.push(`#${verdict.id}: ${once.join(", ")}: once, not again`);
		return { ...verdict, same: new Map([...verdict.same].filter(([key]) => !once.includes(key))) };
	});
	const { features, refused, late } = first;
	return { features, refused, verdicts, unsteady, late };
}

interface Judged {
	readonly features: readonly string[];
	readonly refused: readonly string[];
	readonly verdicts: readonly Verdict[];
	/** Packets that did not fare the same twice in a row. */
	readonly unsteady: readonly Recorded["id"][];
	readonly late: readonly string[];
}

/**
 * Builds a network, saves its dumps in a folder, records what becomes of the packets, and asks the trace. What comes out otherwise
 * is sent again, until it fares the same twice: on a busy machine a capture may be late, and a neighbour slow.
 */
async function recordNetwork(seed: number, flows: number, folder: string): Promise<Judged> {
	const plan = planNetwork(seed, flows);
	const network = await Network.build(plan);
	try {
		mkdirSync(folder, { recursive: true });
		const recorder = new Recorder(network);
		// A machine that nobody has talked to yet knows no neighbours.
		const isFresh = seed % 3 === 0;
		if (isFresh) network.save(folder);
		await recorder.warm();
		if (!isFresh) network.save(folder);
		const { backend, features } = plan;
		const about = { seed, features, backend, kernel: release() } as const;
		const recorded: Recorded[] = [];
		for (const flow of plan.flows) recorded.push(await recorder.record(flow));
		const unsteady = new Set<Recorded["id"]>();
		const doubted = new Map<Recorded["id"], string[]>();
		for (const { id, same } of await judgeNetwork(folder, { ...about, flows: recorded })) {
			if (isRight(same)) continue;
			doubted.set(id, wrongIn(same));
			const at = recorded.findIndex((flow) => flow.id === id);
			for (let tries = 1; ; tries++) {
				// `ip_error` sends one error a second to a machine, once it has sent five.
				await wait(1100);
				// Of what they learned since, dumps from before tell nothing.
				if (isFresh) network.forget();
				const before = factsOf(recorded[at]!);
				recorded[at] = await recorder.record(plan.flows[at]!, tries * 1000);
				if (factsOf(recorded[at]!) === before) break;
				if (tries < TRIES) continue;
				unsteady.add(id);
				break;
			}
		}
		const truth = { ...about, flows: recorded.filter(({ id }) => !unsteady.has(id)) };
		writeFileSync(`${folder}/truth.json`, `${JSON.stringify(truth, undefined, "\t")}\n`);
		const verdicts = await judgeNetwork(folder, truth);
		const late = verdicts.flatMap(({ id, same }) =>
			isRight(same) && doubted.has(id) ? [`#${id}: ${doubted.get(id)!.join(", ")}`] : [],
		);
		return { features, refused: network.refused, verdicts, unsteady: [...unsteady], late };
	} finally {
		await network.close();
	}
}

/** How often a packet is sent again. */
const TRIES = 3;

const wrongIn = (same: ReadonlyMap<string, boolean>): string[] =>
	[...same].flatMap(([key, agrees]) => (agrees ? [] : [key]));

const isRight = (same: ReadonlyMap<string, boolean>): boolean => ![...same.values()].includes(false);

/** All but the ports, which differ with each try. */
const factsOf = (recorded: Recorded): string =>
	JSON.stringify(recorded).replaceAll(/"(?:s|d)?port":\d+,?/g, "");

/** How an answer stands to the truth. */
export interface Verdict {
	readonly id: number | string;
	readonly same: ReadonlyMap<string, boolean>;
	readonly answer: FlowAnswer;
	/** The kernel threw dice: another way that the walk names is the one that it took. */
	readonly chance: boolean;
}

/** Asks the trace about the packets of a saved network. */
export async function judgeNetwork(folder: string, truth: Truth): Promise<Verdict[]> {
	const { kernel, links } = await kernelOf(folder);
	return truth.flows.map((flow) => {
		const { id, from, proto, dst, dport, src, sport } = flow;
		const question = { id, from, proto, dst, dport: dport ?? null, src: src ?? null, sport: sport ?? null };
		const answer = answerFlow(kernel, links, question);
		const same = compared(flow, answer, truth);
		if (isRight(same) || !isChance(answer)) return { id, same, answer, chance: false };
		// Which way it was shows in where the packet ended alone.
		const ends = [answer, ...(answer.others ?? [])].map((each) => endsOf(compared(flow, each, truth)));
		return { id, same: ends.find(isRight) ?? ends[0]!, answer, chance: true };
	});
}

const endsOf = (same: ReadonlyMap<string, boolean>): ReadonlyMap<string, boolean> =>
	new Map([...same].filter(([key]) => !/^(?:hops|rules|reply)/.test(key)));

/** Whether the answer hangs on what no dump could tell: a hash, dice, or who of two was faster. */
const isChance = ({ choices }: FlowAnswer): boolean =>
	(choices ?? []).some(({ text }) => /chance|several ways|one of|both have/.test(text));
