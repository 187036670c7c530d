import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { answerFlow } from "../src/index.ts";
import { compared, kernelOf, Score, truthOf } from "./score.ts";

/** What is recorded: networks, and packets in all of them. */
const RECORDED = [
	["oracle", 24, 377],
	["oracle-live", 11, 24],
] as const;

it.each(RECORDED)(
	"agrees with running kernels on what became of each packet of fixtures/%s",
	async (name, networks, packets) => {
		const folder = new URL(`../../../fixtures/${name}`, import.meta.url).pathname;
		const cases = readdirSync(folder).filter((each) => each.startsWith("case-"));
		const score = new Score();
		for (const each of cases) {
			const truth = truthOf(`${folder}/${each}`);
			const { kernel, links } = await kernelOf(`${folder}/${each}`);
			for (const flow of truth.flows) {
				const { id, from, proto, dst, dport, src, sport } = flow;
				const question = {
					id,
					from,
					proto,
					dst,
					dport: dport ?? null,
					src: src ?? null,
					sport: sport ?? null,
				};
				score.add(`${each} #${id}`, compared(flow, answerFlow(kernel, links, question), truth));
			}
		}
		console.log(`${score}`);
		expect(cases.length).toBe(networks);
		expect(score.flows).toBe(packets);
		// Whoever finds a flow that comes out otherwise lists it here with the reason; there is none.
		expect(score.misses).toEqual([]);
	},
	180_000,
);
