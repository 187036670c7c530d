import { readdirSync } from "node:fs";
import type { ParsedDump } from "@netfossil/capture";
import { reconstruct } from "../../src/index.ts";
import { truthOf } from "./oracle.ts";
import { placedDumps } from "./placed.ts";
import { report, type Score, score, total } from "./score.ts";
import { swarmTruth } from "./swarm.ts";

/** What the Swarm's nodes gave to be rebuilt from. */
export const SOURCES = ["saved by hand", "sosreports", "both", "sosreports without namespaces"] as const;

/** The cases below a folder. */
export function casesIn(root: string): string[] {
	return readdirSync(root).filter((name) => name.startsWith("case-"));
}

/** The dumps of a case, each with its machine. */
export async function caseDumps(root: string, name: string): Promise<ParsedDump[]> {
	const hosts = readdirSync(`${root}/${name}`, { withFileTypes: true }).filter((entry) =>
		entry.isDirectory(),
	);
	return placedDumps(
		`${root}/${name}`,
		hosts.map((entry) => entry.name),
	);
}

export async function scoreCase(root: string, name: string): Promise<Score[]> {
	return score(reconstruct(await caseDumps(root, name)), truthOf(`${root}/${name}`));
}

/** The dumps of the Swarm, by what they are taken from. */
export async function swarmDumps(root: string): Promise<Record<(typeof SOURCES)[number], ParsedDump[]>> {
	const nodes = ["manager1", "worker1", "worker2"];
	const saved = await placedDumps(
		root,
		nodes.map((node) => `${node}/saved`),
	);
	const reports = await placedDumps(
		root,
		nodes.map((node) => `${node}/sos`),
	);
	return {
		"saved by hand": saved,
		sosreports: reports,
		both: [...saved, ...reports],
		"sosreports without namespaces": reports.filter(({ dump }) => dump.scope.place.type === "host"),
	};
}

/** All recorded networks below two folders, as a table for people. */
export async function recordedReport(oracle: string, swarm: string): Promise<string> {
	const cases = await Promise.all(casesIn(oracle).map((name) => scoreCase(oracle, name)));
	const parts = [report(`${cases.length} recorded cases`, total(cases))];
	const truth = swarmTruth(swarm);
	for (const [source, dumps] of Object.entries(await swarmDumps(swarm))) {
		parts.push(report(`the Swarm, ${source}: ${dumps.length} dumps`, score(reconstruct(dumps), truth)));
	}
	return parts.join("\n");
}
