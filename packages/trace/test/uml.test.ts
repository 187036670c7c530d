import { readdirSync } from "node:fs";
import { openCapture, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import { describe, expect, it } from "vitest";
import { answerFlow, compile, Links } from "../src/index.ts";
import { compared, kernelOf, Score, type TrueFlow, truthOf } from "./score.ts";

const folder = new URL("../../../fixtures/oracle-uml", import.meta.url).pathname;
const cases = readdirSync(folder).filter((name) => name.startsWith("case-"));

const questionOf = ({ id, from, proto, dst, dport, src, sport }: TrueFlow) => ({
	id,
	from,
	proto,
	dst,
	dport: dport ?? null,
	src: src ?? null,
	sport: sport ?? null,
});

/** Flows that come out otherwise, and why. */
const KNOWN: Readonly<Record<string, string>> = {
	"case-U03-bond #5: hops, hops with addresses, reply: hops":
		"which cable of two joins which slaves no dump tells; the packet is taken to come in by the first",
	"case-U03-bond #6: hops, hops with addresses, reply: hops": "as above",
};

describe("flows that a user-mode Linux recorded", () => {
	it("end as they did there", async () => {
		const score = new Score();
		for (const name of cases) {
			const truth = truthOf(`${folder}/${name}`);
			const { kernel, links } = await kernelOf(`${folder}/${name}`);
			for (const flow of truth.flows)
				score.add(`${name} #${flow.id}`, compared(flow, answerFlow(kernel, links, questionOf(flow)), truth));
		}
		console.log(`${score}`);
		expect(cases.length).toBe(13);
		expect(score.flows).toBe(110);
		expect(score.misses).toEqual(Object.keys(KNOWN));
	}, 60_000);

	it("end so, or are not known, without what the machines had learned of each other", async () => {
		const wrong: string[] = [];
		const open: string[] = [];
		for (const name of cases) {
			const truth = truthOf(`${folder}/${name}`);
			const { dumps, commands, passedOver } = await openCapture(`${folder}/${name}`);
			const parsed = dumps
				.filter(({ kind }) => kind !== "ip-neigh" && kind !== "bridge-fdb")
				.map((dump) => parseDump(dump));
			const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
			const links = new Links(kernel);
			for (const flow of truth.flows) {
				const { outcome, delivered_to } = answerFlow(kernel, links, questionOf(flow));
				if (outcome === "unknown") open.push(`${name} #${flow.id}: ${flow.outcome}`);
				else if (outcome !== flow.outcome || delivered_to?.host !== flow.delivered_to?.host)
					wrong.push(`${name} #${flow.id}: ${outcome}`);
			}
		}
		expect(wrong).toEqual([]);
		// That nobody has an address only the neighbours tell, and the far ends of a VXLAN its table.
		expect(open.filter((each) => !each.endsWith(": unreachable"))).toEqual([
			"case-U08-vxlan #3: delivered",
			"case-U08-vxlan #4: delivered",
		]);
	}, 60_000);

	it("are told by dumps that are read whole", async () => {
		for (const name of cases) {
			const { dumps } = await openCapture(`${folder}/${name}`);
			for (const dump of dumps)
				expect(parseDump(dump).diagnostics, `${name} ${dump.source.name}`).toEqual([]);
		}
	});
});
