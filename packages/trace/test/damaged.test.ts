import { type Dump, openCapture, parseDump } from "@netfossil/capture";
import { Source } from "@netfossil/core";
import { reconstruct } from "@netfossil/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerFlow, compile, type FlowQuestion, Links } from "../src/index.ts";
import { truthOf } from "./score.ts";

const folder = new URL("../../../fixtures/oracle", import.meta.url).pathname;
const OUTCOMES = ["delivered", "refused", "rejected", "dropped", "unreachable", "no-route", "unknown"];

/** What may have happened to a text before it was saved. */
const damages: readonly ((text: string, at: number) => string)[] = [
	(text, at) => text.slice(0, at % (text.length + 1)),
	(text, at) => text.slice(at % (text.length + 1)),
	(text, at) =>
		text
			.split("\n")
			.filter((_, line) => line % 7 !== at % 7)
			.join("\n"),
	(text, at) =>
		text
			.split("\n")
			.map((line, index) => (index % 5 === at % 5 ? line.slice(0, line.length / 2) : line))
			.join("\n"),
	(text) => text.replaceAll("\n", "\r\n"),
	(text) => text.split("\n").reverse().join("\n"),
	(text, at) => text.replaceAll(String(at % 10), String((at + 1) % 10)),
	(text, at) => text.replaceAll("-j ACCEPT", ["-j DOCKER", "-g FORWARD", "-j NOWHERE", ""][at % 4]!),
	(text, at) =>
		text.replace(/[a-z]+/g, (word, offset: number) => ((offset + at) % 11 === 0 ? word.toUpperCase() : word)),
];

function spoilt(dump: Dump, damage: number, at: number): Dump {
	const text = damages[damage % damages.length]!(dump.source.text.slice(dump.start, dump.end), at);
	return { ...dump, source: new Source(dump.source.name, text), start: 0, end: text.length };
}

describe.each(["case-T06", "case-T10", "case-T15"])("%s, damaged", async (name) => {
	const { dumps } = await openCapture(`${folder}/${name}`);
	const { flows } = truthOf(`${folder}/${name}`);

	it("always has an answer", () => {
		const damaged = fc.tuple(fc.nat(), fc.nat(20_000), fc.nat(2));
		fc.assert(
			fc.property(fc.array(damaged, { minLength: 1, maxLength: 6 }), (spots) => {
				const texts = dumps.map((dump, index) => {
					const [damage, at] = spots.find(([, , every]) => index % 3 === every) ?? [];
					return damage === undefined ? dump : spoilt(dump, damage, at! + index);
				});
				const parsed = texts.map((dump) => parseDump(dump));
				const kernel = compile(parsed, reconstruct(parsed));
				const links = new Links(kernel);
				for (const { id, from, proto, dst, dport } of flows) {
					const answer = answerFlow(kernel, links, { id, from, proto, dst, dport: dport ?? null });
					expect(OUTCOMES).toContain(answer.outcome);
					// What the walk did not foresee is a defect, though it has an answer.
					expect(JSON.stringify(answer.unknown ?? "")).not.toContain("could not go on");
				}
			}),
			{ numRuns: 15 },
		);
	});
});

describe("a question that cannot be walked", async () => {
	const { dumps } = await openCapture(`${folder}/case-T06`);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed));
	const links = new Links(kernel);
	const good: FlowQuestion = {
		id: 1,
		from: { host: "lan-pc" },
		proto: "tcp",
		dst: "192.168.53.39",
		dport: 443,
	};

	it.each([
		[{ from: { host: "nobody" } }, "nobody is no host, namespace, container or service of the capture"],
		[
			{ from: { host: "lan-pc", netns: "blue" } },
			"lan-pc/blue is no host, namespace, container or service of the capture",
		],
		[{ dport: 70_000 }, "70000 is no port"],
		[{ dport: -1 }, "-1 is no port"],
		[{ dport: null }, "tcp needs a port"],
		[{ proto: "gre" as "tcp" }, "the protocol gre is not followed: tcp, udp or icmp"],
		[
			{ dst: "web" },
			"web is no address, and no host, namespace, container, service or network of the capture",
		],
	] as const)("%j: %s", (change, text) => {
		const answer = answerFlow(kernel, links, { ...good, ...change } as FlowQuestion);
		expect([answer.outcome, answer.unknown?.gaps[0]?.text]).toEqual(["unknown", text]);
	});
});
