import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { checkNetwork } from "./live/check.ts";
import { whyNot } from "./live/network.ts";
import { Score } from "./score.ts";

/*
 * Random networks in namespaces of the test's own: the dumps are saved, packets are sent, and what the kernel did with each is
 * compared with the answers of the trace. NETFOSSIL_LIVE_NETWORKS=N builds N of them, NETFOSSIL_LIVE_KEEP=FOLDER keeps what was
 * saved of them, with truth.json.
 */
const SECONDS = 50;
/** Where the seed is set: so many networks, for a gate must not ask more on a faster day. */
const NETWORKS = 3;
/** Of how many packets one may come out otherwise each time; a few of a small lot always may. */
const UNSTEADY = { of: 10, few: 2 };
const FLOWS = Number(process.env.NETFOSSIL_LIVE_FLOWS ?? 24);
const { seed: fixed } = fc.readConfigureGlobal();
const wanted = process.env.NETFOSSIL_LIVE_NETWORKS ?? (fixed === undefined ? undefined : NETWORKS);
const keep = process.env.NETFOSSIL_LIVE_KEEP;
const first = fixed ?? Date.now() % 1_000_000;
const skipped = whyNot();
if (skipped !== undefined) console.log(`live check of the trace skipped: ${skipped}`);

it.skipIf(skipped !== undefined)(
	`says what this kernel does in random networks${skipped === undefined ? "" : ` (skipped: ${skipped})`}`,
	async () => {
		const score = new Score();
		const folder = keep ?? mkdtempSync(join(tmpdir(), "netfossil-live-"));
		const features = new Set<string>();
		const refused: string[] = [];
		let chance = 0;
		const unsteady: string[] = [];
		const late: string[] = [];
		try {
			const end = Date.now() + SECONDS * 1000;
			let took = 0;
			// As many as there is time for, but one.
			const goesOn = (at: number): boolean =>
				wanted === undefined ? at === 0 || Date.now() + took < end : at < Number(wanted);
			for (let at = 0; goesOn(at); at++) {
				const seed = first + at;
				const began = Date.now();
				const checked = await checkNetwork(seed, FLOWS, `${folder}/case-${seed}`);
				for (const { id, same, chance: thrown } of checked.verdicts) {
					score.add(`seed ${seed} #${id}`, same);
					chance += Number(thrown);
				}
				unsteady.push(...checked.unsteady.map((line) => `seed ${seed} ${line}`));
				late.push(...checked.late.map((line) => `seed ${seed} ${line}`));
				refused.push(...checked.refused.map((line) => `seed ${seed}: ${line}`));
				for (const each of checked.features) features.add(each);
				took = Date.now() - began;
				if (keep !== undefined) console.log(`seed ${seed}: ${took} ms`);
			}
		} finally {
			if (keep === undefined) rmSync(folder, { recursive: true });
		}
		console.log(`seeds from ${first}, with ${[...features].sort().join(", ")}`);
		console.log(`${score.flows} packets, ${chance} by chance, ${unsteady.length} unsteady\n${score}`);
		if (late.length > 0) console.log(`right when sent again, twice:\n${late.join("\n")}`);
		if (unsteady.length > 0) console.log(`unsteady, and left out:\n${unsteady.join("\n")}`);
		if (refused.length > 0) console.log(`the kernel did not take:\n${refused.join("\n")}`);
		expect(score.flows).toBeGreaterThan(0);
		expect(score.misses).toEqual([]);
		expect(unsteady.length, unsteady.join("\n")).toBeLessThanOrEqual(
			Math.max(UNSTEADY.few, score.flows / UNSTEADY.of),
		);
	},
	process.env.NETFOSSIL_LIVE_NETWORKS === undefined ? 600_000 : 0,
);
