import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
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
 * Veths between real namespaces, which the kernel gives their indexes and numbers. Their files lie outside of /run/netns, as
 * Docker's do, so that `ip` prints `link-netnsid 0` and no names. Whichever dumps are missing, no wrong pair is proven.
 */

const SECONDS = 10;
const folder = mkdtempSync(join(tmpdir(), "netfossil-veths-"));
const file = (netns: number): string => join(folder, nameOf(netns));

const sh = (script: string) => spawnSync("sh", ["-c", script], { encoding: "utf8" });

/** Sets a plan up, and gives what `ip -d address` prints in each namespace; undefined where it cannot be. */
function dumpsOf({ namespaces, veths }: VethPlan): string[] | undefined {
	const all = Array.from({ length: namespaces }, (_, at) => file(at));
	for (const each of all) writeFileSync(each, "");
	const made = sh(
		[
			"set -e",
			...all.map((each) => `unshare --net=${each} true`),
			...veths.map(
				([one, two], at) =>
					`exec 3<${file(two)}; nsenter --net=${file(one)} ip link add ${endName(at, 0)} type veth peer name ${endName(at, 1)} netns /proc/self/fd/3`,
			),
		].join("\n"),
	);
	const texts = all.map((each) => sh(`nsenter --net=${each} ip -d address`).stdout);
	sh(all.map((each) => `umount ${each}`).join("\n"));
	return made.status === 0 ? texts : undefined;
}

const canMake = process.getuid?.() === 0 && dumpsOf({ namespaces: 2, veths: [[0, 1]] }) !== undefined;
if (!canMake) console.log("live veths: skipped, needs root, ip, unshare, nsenter and network namespaces");
afterAll(() => rmSync(folder, { recursive: true }));

it.skipIf(!canMake)(
	"are paired with nothing that they are not, whichever dumps are missing",
	{ timeout: 3 * SECONDS * 1000 },
	() => {
		fc.assert(
			fc.property(vethPlans, (plan) => {
				const texts = dumpsOf(plan);
				expect(texts).toBeDefined();
				const truth = vethEdges(plan);
				for (const some of subsetsOf(texts!.map((text, netns) => savedIn(netns, text)))) {
					const wrong = pairsOf(topologyOf(some)).filter(({ id }) => !truth.has(id));
					const proven = wrong.filter(({ certainty }) => certainty !== "assumed");
					expect(
						proven.map(({ id }) => id),
						some.map(({ path }) => path).join(),
					).toEqual([]);
				}
			}),
			{ interruptAfterTimeLimit: SECONDS * 1000, numRuns: 1000 },
		);
	},
);
