import { readdirSync } from "node:fs";
import { openCapture, type ParsedDump, type PassedOver, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerFlow, compile, Links } from "../src/index.ts";
import { type TrueFlow, truthOf } from "./score.ts";

const folder = new URL("../../../fixtures", import.meta.url).pathname;

interface Recorded {
	readonly name: string;
	readonly dumps: readonly ParsedDump[];
	readonly passedOver: readonly PassedOver[];
	readonly flows: readonly TrueFlow[];
}

/** Of each sort of network one. */
const NAMES = [
	"oracle/case-T02",
	"oracle/case-T05",
	"oracle/case-T06",
	"oracle/case-T08",
	"oracle/case-T10",
	"oracle/case-T15",
	"oracle/case-T21",
	"oracle-uml/case-U02-vlan-bridge",
	"oracle-uml/case-U05-ipvlan",
	"oracle-uml/case-U06-vrf",
	"oracle-uml/case-U07-tunnels",
	"oracle-uml/case-U09-ipvs-masq",
	"oracle-uml/case-U12-ipvs-tunnel",
];

/** Answers that rest on what docs/trace.md says is taken for granted, and was not so there. */
const TAKEN: Readonly<Record<string, string>> = {
	"oracle-uml/case-U12-ipvs-tunnel #2": "without a dump of settings rp_filter is taken to be off",
	"oracle-uml/case-U09-ipvs-masq #5":
		"without a dump of sockets a port that is published is taken to be served",
};
/** That a machine without a dump of IPVS balances nothing is taken for granted, too: nobody saves the services of most. */
const isIpvs = ({ dump }: ParsedDump): boolean => dump.kind.startsWith("ipvsadm");
const cases = new Map<string, Recorded>();
for (const name of NAMES) {
	const { dumps, passedOver } = await openCapture(`${folder}/${name}`);
	cases.set(name, {
		name,
		dumps: dumps.map((dump) => parseDump(dump)),
		passedOver,
		flows: truthOf(`${folder}/${name}`).flows,
	});
}

/** The answers that differ from what happened and do not say that they do not know. */
function wrong(
	{ name, dumps, passedOver, flows }: Recorded,
	keep: (file: string, kind: string) => boolean,
): string[] {
	const kept = dumps.filter(({ dump }) => keep(dump.source.name, dump.kind));
	const kernel = compile(
		kept,
		reconstruct(kept),
		passedOver.filter(({ file }) => keep(file, "empty")),
	);
	const links = new Links(kernel);
	return flows.flatMap(({ id, from, proto, dst, dport, src, sport, outcome }) => {
		const question = { id, from, proto, dst, dport: dport ?? null, src: src ?? null, sport: sport ?? null };
		const answer = answerFlow(kernel, links, question);
		const taken = `${name} #${id}` in TAKEN;
		return answer.outcome === outcome || answer.outcome === "unknown" || taken
			? []
			: [`#${id}: ${answer.outcome}, was ${outcome}`];
	});
}

describe.each([
	"sysctl",
	"ip-neigh",
	"bridge-fdb",
	"ip-rule",
	"ss",
	"ip-route",
	"ip-address",
	"iptables-save",
	"bridge-vlan",
])("without any dump of the kind %s", (left) => {
	it.each(NAMES)("%s: no answer is wrong", (name) => {
		expect(
			wrong(cases.get(name)!, (_, kind) => kind !== left && (left !== "iptables-save" || kind !== "empty")),
		).toEqual([]);
	});
});

describe.each(NAMES)("%s without one of its machines", (name) => {
	const hosts = readdirSync(`${folder}/${name}`).filter((each) => each !== "truth.json");
	it.each(hosts)("%s: no answer is wrong", (host) => {
		expect(wrong(cases.get(name)!, (file) => !file.startsWith(`${host}/`))).toEqual([]);
	});
});

it("no answer is wrong, whichever dumps are missing", () => {
	fc.assert(
		fc.property(
			fc.constantFrom(...NAMES),
			fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
			(name, picks) => {
				const recorded = cases.get(name)!;
				const left = recorded.dumps.filter((dump) => !isIpvs(dump));
				const gone = new Set(picks.map((pick) => left[pick % left.length]!.dump.source.name));
				expect(
					wrong(recorded, (file) => !gone.has(file)),
					`without ${[...gone].join(", ")}`,
				).toEqual([]);
			},
		),
		{ numRuns: 30 },
	);
});
