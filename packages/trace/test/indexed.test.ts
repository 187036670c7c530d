import { openCapture, parseDump } from "@netfossil/capture";
import { chains, parseSave } from "@netfossil/iptables";
import type { TableName } from "@netfossil/iptables/semantics";
import { reconstruct } from "@netfossil/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	compile,
	type FlowQuestion,
	follow,
	type Kernel,
	Links,
	type Namespace,
	type Table,
} from "../src/index.ts";
import { chainsOf } from "../src/state/chain.ts";
import { truthOf } from "./score.ts";

const folder = new URL("../../../fixtures/oracle", import.meta.url).pathname;
const NAMES = ["case-T02", "case-T05", "case-T06", "case-T10", "case-T15", "case-T23"];

interface Case {
	readonly kernel: Kernel;
	readonly links: Links;
	readonly flows: readonly FlowQuestion[];
	/** What rules may name. */
	readonly addresses: readonly string[];
	readonly interfaces: readonly string[];
	readonly ports: readonly number[];
}

const cases: Case[] = [];
for (const name of NAMES) {
	const { dumps, commands, passedOver } = await openCapture(`${folder}/${name}`);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	const flows = truthOf(`${folder}/${name}`).flows.map(({ id, from, proto, dst, dport, src, sport }) => {
		return { id, from, proto, dst, dport: dport ?? null, src: src ?? null, sport: sport ?? null };
	});
	const devices = kernel.namespaces.flatMap((namespace) => [...namespace.devices.values()]);
	cases.push({
		kernel,
		links: new Links(kernel),
		flows,
		addresses: [
			...new Set(
				devices.flatMap((device) =>
					device.addresses.flatMap(({ family, address }) => (family === 4 ? [address] : [])),
				),
			),
		],
		interfaces: [...new Set(devices.map((device) => device.name))],
		ports: [...new Set(flows.flatMap(({ dport }) => dport ?? []))],
	});
}

/** Every way of every flow, step by step, with rules that are looked up from so many on. */
function answers(
	{ kernel, links, flows }: Case,
	tables: (namespace: Namespace) => readonly Table[],
	long: number,
): unknown {
	for (const namespace of kernel.namespaces as { -readonly [Key in keyof Namespace]: Namespace[Key] }[])
		namespace.tables = tables(namespace).map((table) => ({ ...table, chains: chainsOf(table.view, long) }));
	return flows.map((flow) => {
		const { answer, branches } = follow(kernel, links, flow);
		const ways = branches.map(({ run: { forth, back, choices } }) => [forth.steps, back.steps, choices]);
		return [answer, ways];
	});
}

function expectAlike(each: Case, tables: (namespace: Namespace) => readonly Table[]): void {
	expect(answers(each, tables, 0)).toEqual(answers(each, tables, Number.POSITIVE_INFINITY));
}

describe("rules that are looked up", () => {
	const told = new Map(
		cases.flatMap(({ kernel }) =>
			kernel.namespaces.map((namespace) => [namespace, namespace.tables] as const),
		),
	);

	it.each(NAMES.map((name, at) => [name, at] as const))(
		"are those that a walk by each would meet: %s",
		(_, at) => {
			expectAlike(cases[at]!, (namespace) => told.get(namespace)!);
		},
	);

	it("are those that a walk by each would meet, whatever the rules, also where they are not decided", () => {
		fc.assert(
			fc.property(
				fc.constantFrom(...cases).chain((each) => fc.tuple(fc.constant(each), saves(each))),
				([each, text]) => {
					const tables = tablesOf(text);
					expectAlike(each, () => tables);
				},
			),
			{ numRuns: 60 },
		);
	});
});

function tablesOf(text: string): Table[] {
	const lines = text.split("\n");
	return chains(parseSave(text).ast).map((view) => ({
		family: 4,
		name: view.name as TableName,
		view,
		chains: new Map(),
		citeAt: (offset) => {
			const line = text.slice(0, offset).split("\n").length;
			return { file: "rules", line, text: lines[line - 1]! };
		},
	}));
}

/** A dump of rules about the addresses, ports and interfaces of a network. */
function saves({ addresses, interfaces, ports }: Case): fc.Arbitrary<string> {
	const maybe = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(""), text);
	const no = fc.constantFrom("", "", "", "! ");
	const block = (flag: "-s" | "-d"): fc.Arbitrary<string> =>
		fc
			.tuple(no, fc.constantFrom(...addresses), fc.constantFrom("/32", "/24", "/8", "/255.0.0.255"))
			.map(([not, address, mask]) => `${not}${flag} ${address}${mask}`);
	const side = fc
		.tuple(no, fc.constantFrom("-i", "-o"), fc.constantFrom(...interfaces, "eth+", "lo"))
		.map(([not, which, name]) => `${not}${which} ${name}`);
	const number = fc.constantFrom(...ports, 22);
	const transport = fc.oneof(
		fc
			.tuple(fc.constantFrom("tcp", "udp"), no, fc.constantFrom("--dport", "--sport"), number)
			.map(([name, not, flag, value]) => `-p ${name} -m ${name} ${not}${flag} ${value}`),
		fc.tuple(number, number).map(([one, other]) => `-p tcp -m multiport --dports ${one},${other}`),
		fc.constantFrom("-p icmp", "! -p tcp", "-p udp"),
	);
	const other = fc.constantFrom(
		"-m addrtype --dst-type LOCAL",
		"-m addrtype ! --src-type LOCAL",
		"-m conntrack --ctstate NEW",
		"-m mark --mark 0x1/0x1",
		"-m limit --limit 3/min",
		"-m policy --dir in --pol none",
		"-m policy --dir in --pol ipsec",
		"-m rpfilter --invert",
		"-m ipvs --ipvs",
		"-m set --match-set blocked src",
	);
	const rare = fc.constantFrom(
		"-m statistic --mode random --probability 0.50000000000",
		"-m string --string x --algo bm --to 65535",
		"-m owner --uid-owner 33",
	);
	// An undecided rule doubles the ways; a few of them will do.
	const extra = fc.oneof(
		{ weight: 6, arbitrary: fc.constant("") },
		{ weight: 3, arbitrary: other },
		{ weight: 1, arbitrary: rare },
	);
	const matches = fc
		.tuple(maybe(block("-s")), maybe(block("-d")), maybe(side), maybe(transport), extra, fc.boolean())
		.map(([source, destination, name, port, more, first]) => {
			return [source, destination, name, ...(first ? [more, port] : [port, more])];
		});
	const rule = (chain: string, targets: readonly string[]): fc.Arbitrary<string> =>
		fc
			.tuple(matches, fc.constantFrom(...targets))
			.map(([parts, target]) => ["-A", chain, ...parts, target].filter((part) => part !== "").join(" "));
	const some = (chain: string, targets: readonly string[], most: number): fc.Arbitrary<string[]> =>
		fc.array(rule(chain, targets), { maxLength: most });
	const filter = [
		"-j RETURN",
		"-j LOG",
		"-j OWN",
		"-g OWN",
		"-j ACCEPT",
		"-j DROP",
		"-j MARK --set-xmark 0x1/0x1",
	];
	return fc
		.tuple(
			fc.tuple(...["INPUT", "FORWARD", "OUTPUT"].map((chain) => some(chain, filter, 12))),
			some("OWN", ["-j RETURN", "-j LOG", "-j ACCEPT", "-j REJECT --reject-with icmp-port-unreachable"], 20),
			some(
				"PREROUTING",
				addresses.slice(0, 4).map((address) => `-j DNAT --to-destination ${address}`),
				8,
			),
			some("POSTROUTING", ["-j MASQUERADE", "-j RETURN"], 8),
		)
		.map(([hooks, own, prerouting, postrouting]) =>
			[
				"*nat",
				...["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"].map((name) => `:${name} ACCEPT [0:0]`),
				...prerouting.map((line) => line.replace(/ (?:! )?-o \S+/, "")),
				...postrouting.map((line) => line.replace(/ (?:! )?-i \S+/, "")),
				"COMMIT",
				"*filter",
				...["INPUT", "FORWARD", "OUTPUT"].map((name) => `:${name} ACCEPT [0:0]`),
				":OWN - [0:0]",
				...hooks.flat(),
				...own,
				"COMMIT\n",
			].join("\n"),
		);
}
