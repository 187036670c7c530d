import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { parseList, parseSave } from "../src/index.ts";
import { IptablesList, IptablesSave } from "../src/schema.ts";
import { type Count, measure, recordedRules, report } from "./measure.ts";

const root = fileURLToPath(new URL("../../../fixtures/iptables", import.meta.url));

/** How many texts, rules and equal rules there are in a file of `rules/` or a folder of whole texts. */
function summary(
	counts: readonly Count[],
): Record<string, readonly [texts: number, rules: number, equal: number]> {
	const out: Record<string, readonly [number, number, number]> = {};
	for (const { file, rules, equal } of counts) {
		const place = file.startsWith("rules/") ? file : file.split("/").slice(0, -1).join("/");
		const [texts, all, same] = out[place] ?? [0, 0, 0];
		out[place] = [texts + 1, all + rules, same + equal];
	}
	return out;
}

describe("conformance with the recordings of the project", () => {
	const counts = measure(root);

	// Exact, so that a rise is noticed too: `npm run conformance` prints the same counts with the reasons.
	it("reads, prints and compares every rule in every form", () => {
		expect(summary(counts)).toEqual({
			"rules/rules-legacy-4.jsonl": [6, 2022, 2022],
			"rules/rules-legacy-6.jsonl": [6, 1782, 1782],
			"rules/rules-nft-4.jsonl": [6, 2016, 2016],
			"rules/rules-nft-6.jsonl": [6, 1770, 1770],
			"rules/rules-options-legacy-4.jsonl": [6, 1068, 1068],
			"rules/rules-options-legacy-6.jsonl": [6, 1044, 1044],
			"rules/rules-options-nft-4.jsonl": [6, 1074, 1074],
			"rules/rules-options-nft-6.jsonl": [6, 1050, 1050],
			"rules/rules-v1.4.21-legacy-4.jsonl": [6, 354, 351],
			"rules/rules-v1.4.21-legacy-6.jsonl": [6, 402, 399],
			"rules/rules-v1.8.11-legacy-4.jsonl": [6, 318, 318],
			"rules/rules-v1.8.11-legacy-6.jsonl": [6, 270, 270],
			"rules/rules-v1.8.7-legacy-4.jsonl": [6, 354, 354],
			"rules/rules-v1.8.7-legacy-6.jsonl": [6, 258, 258],
			"rulesets/awkward/legacy-4": [8, 248, 248],
			"rulesets/awkward/nft-4": [8, 248, 248],
			"rulesets/calico-node/nft-4": [26, 2872, 2872],
			"rulesets/cni-portmap-hostport/legacy-4": [14, 408, 408],
			"rulesets/docker-28-forward/nft-4": [20, 248, 248],
			"rulesets/docker-engine/nft-4": [14, 192, 192],
			"rulesets/docker-swarm-sbox/nft-4": [14, 128, 128],
			"rulesets/empty-all-tables/legacy-4": [32, 0, 0],
			"rulesets/empty-all-tables/nft-4": [32, 0, 0],
			"rulesets/firewalld-public/legacy-4": [26, 560, 560],
			"rulesets/istio-sidecar/nft-4": [14, 184, 184],
			"rulesets/kube-proxy-ip6/legacy-6": [20, 2056, 2056],
			"rulesets/libvirt/nft-4": [20, 328, 328],
			"rulesets/lxd-ip6/legacy-6": [14, 48, 48],
			"rulesets/neutron-l3-router/nft-4": [26, 296, 296],
			"rulesets/openwrt-fw3/legacy-4": [20, 528, 528],
			"rulesets/rhel-default/legacy-4": [8, 48, 48],
			"rulesets/rhel-default/nft-4": [8, 48, 48],
			"rulesets/ufw/nft-4": [8, 552, 552],
			"rulesets/vpn-gateway/nft-4": [20, 176, 176],
			"releases/iptables-1.8.11": [26, 294, 294],
			"releases/iptables-1.8.7": [26, 294, 294],
		});
	});

	it("differs only where 1.4.21 saves no name for a chunk type", () => {
		const different = counts.flatMap((count) => count.different);
		expect(new Set(different.map(({ rule }) => rule))).toEqual(
			new Set(["-A T -p sctp -m sctp --chunk-types all (null)"]),
		);
		expect(new Set(different.flatMap(({ extensions }) => extensions))).toEqual(new Set(["sctp"]));
	});

	it.each(recordedRules(root).map(({ path, rules }) => [basename(path), rules] as const))(
		"%s: the nodes are valid",
		(_, rules) => {
			for (const { S, Lnv } of rules) {
				const [saved, listed] = [parseSave(`${S}\n`).ast, parseList(`${Lnv}\n`).ast];
				expect(IptablesSave.parse(saved)).toEqual(saved);
				expect(IptablesList.parse(listed)).toEqual(listed);
			}
		},
	);
});

describe("the measure", () => {
	const folder = mkdtempSync(join(tmpdir(), "conformance-"));
	afterAll(() => rmSync(folder, { recursive: true }));
	const column = "0.0.0.0/0            0.0.0.0/0           ";
	const line = (tail: string) => ({
		S: "-A T -p tcp -m tcp --dport 22 -j ACCEPT",
		save: "[0:0] -A T -p tcp -m tcp --dport 22 -j ACCEPT",
		L: "ACCEPT     tcp  --  anywhere             anywhere             tcp dpt:ssh",
		Ln: `ACCEPT     6    --  ${column} ${tail}`,
		Lnv: `    0     0 ACCEPT     6    --  *      *       ${column} ${tail}`,
		Lvnx: `1           0        0 ACCEPT     6    --  *      *       ${column} ${tail}`,
	});

	function counted(rule: object): Count[] {
		mkdirSync(join(folder, "rules"), { recursive: true });
		writeFileSync(join(folder, "rules/rules-x.jsonl"), `${JSON.stringify(rule)}\n`);
		return measure(folder);
	}

	it("finds nothing in equal forms", () => {
		expect(counted(line("tcp dpt:22")).map(({ equal }) => equal)).toEqual([1, 1, 1, 1, 1, 1]);
	});

	it.each([
		["another value", line("tcp dpt:23"), /matches\.0\.destinationPort\.from\.number: 23 listed, 22 saved/],
		["a lost negation", line("tcp dpt:!22"), /negated: true listed, null saved/],
		["an unknown word", line("tcp dpt:22 frobnicated"), /unknown-match/],
		["blanks that are not printed back", line("tcp  dpt:22"), /printed as/],
	])("finds %s", (_, rule, reason) => {
		const counts = counted(rule);
		expect(counts.map(({ equal }) => equal)).toEqual([1, 1, 1, 0, 0, 0]);
		expect(counts.map(({ different }) => different[0]?.reason).slice(3)).toEqual([
			expect.stringMatching(reason),
			expect.stringMatching(reason),
			expect.stringMatching(reason),
		]);
		expect(report(counts)).toMatch(reason);
	});

	it("finds a chain that lacks a rule", () => {
		mkdirSync(join(folder, "rulesets/x"), { recursive: true });
		rmSync(join(folder, "rules"), { recursive: true, force: true });
		const { S, Ln } = line("tcp dpt:22");
		writeFileSync(join(folder, "rulesets/x/filter.S.txt"), `-N T\n${S}\n${S}\n`);
		writeFileSync(
			join(folder, "rulesets/x/filter.nL.txt"),
			`Chain T (0 references)\ntarget     prot opt source               destination         \n${Ln}\n`,
		);
		expect(
			measure(folder).map(({ form, different }) => [form, different.map(({ reason }) => reason)]),
		).toEqual([
			["S", []],
			["nL", ["chain T has 1 rules listed and 2 saved"]],
		]);
	});
});
