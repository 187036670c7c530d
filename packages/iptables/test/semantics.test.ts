import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as parsers from "../src/index.ts";
import { chains, parseList, parseSave, type Rule, type TableView } from "../src/index.ts";
import { matches } from "../src/matches/index.ts";
import { partial } from "../src/semantics/mark.ts";
import * as semantics from "../src/semantics.ts";
import {
	type Decision,
	effectOf,
	type Mark,
	type MatchOptions,
	marksAfter,
	matchRule,
	operate,
	type Packet,
	type PartialMark,
	reachable,
	restored,
	saved,
	TABLES_AT,
} from "../src/semantics.ts";
import { targets } from "../src/targets/index.ts";
import { lists, saves } from "../src/testing.ts";
import { connectionSpecs, connections, packets, ruleOf, ruleSpecs } from "./semantics.ts";

function tableOf(lines: readonly string[], name = "filter"): TableView {
	const { ast, diagnostics } = parseSave(`*${name}\n${lines.join("\n")}\nCOMMIT\n`);
	expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
	return chains(ast).find((table) => table.name === name)!;
}

describe("the order of tables", () => {
	it("is that of the kernel's priorities", () => {
		// enum nf_ip_hook_priorities; nat has two.
		const before = { raw: -300, mangle: -150, filter: 0, security: 50 };
		for (const [hook, tables] of Object.entries(TABLES_AT)) {
			const nat = hook === "PREROUTING" || hook === "OUTPUT" ? -100 : 100;
			const priorities = tables.map((table) => ({ ...before, nat })[table]);
			expect(priorities, hook).toEqual([...priorities].sort((a, b) => a - b));
		}
	});
});

describe("reachable", () => {
	const table = tableOf([
		":INPUT DROP [0:0]",
		":FORWARD DROP [0:0]",
		":a - [0:0]",
		":b - [0:0]",
		":c - [0:0]",
		":lonely - [0:0]",
		"-A INPUT -s 10.0.0.0/8 -j b",
		"-A INPUT -j a",
		"-A INPUT -j gone",
		"-A a -j c",
		"-A b -g c",
		"-A c -p tcp -j b",
		"-A FORWARD -j c",
		"-A lonely -j lonely",
	]);
	const sites = (path: readonly semantics.RuleSite[]) =>
		path.map(({ chain, rule }) => `${chain} ${rule.number}`);

	it("follows jumps and gotos in the order of the rules, and tells of loops and of chains that are not there", () => {
		const { chains: reached, missing, loops, unreached } = reachable(table, "INPUT");
		expect(reached.map(({ name, by }) => [name, by && sites([by])[0]])).toEqual([
			["INPUT", undefined],
			["b", "INPUT 1"],
			["c", "b 1"],
			["a", "INPUT 2"],
		]);
		expect(missing.map(({ name, by }) => [name, by && sites([by])[0]])).toEqual([["gone", "INPUT 3"]]);
		expect(loops.map(sites)).toEqual([["b 1", "c 1"]]);
		expect(unreached).toEqual(["FORWARD", "lonely"]);
	});

	it("begins at all built-in chains when none is named", () => {
		expect(reachable(table).unreached).toEqual(["lonely"]);
		expect(reachable(table, "OUTPUT")).toMatchObject({ chains: [], missing: [{ name: "OUTPUT" }] });
		expect(reachable(table, "lonely").loops.map(sites)).toEqual([["lonely 1"]]);
	});

	it("walks chains that are nested deeper than calls could be", () => {
		const deep = Array.from({ length: 20_000 }, (_, at) => `-A c${at} -j c${at + 1}`);
		expect(reachable(tableOf(deep), "c0").chains).toHaveLength(20_000);
	});

	it("agrees with a walk that follows everything", () => {
		const names = ["INPUT", "a", "b", "c", "d", "e"];
		const edges = fc.array(
			fc.tuple(fc.constantFrom(...names), fc.constantFrom("-j", "-g"), fc.constantFrom(...names, "gone")),
			{ maxLength: 14 },
		);
		fc.assert(
			fc.property(edges, fc.constantFrom(...names), (all, start) => {
				const drawn = tableOf([
					...names.map((name) => `:${name} ${name === "INPUT" ? "DROP" : "-"} [0:0]`),
					...all.map(([from, how, to]) => `-A ${from} ${how} ${to}`),
				]);
				const after = (name: string): string[] => all.filter(([from]) => from === name).map(([, , to]) => to);
				/** By Warshall: who can come from where in one step or more. */
				const leads = new Set(all.map(([from, , to]) => `${from} ${to}`));
				for (const via of names)
					for (const from of names)
						for (const to of [...names, "gone"])
							if (leads.has(`${from} ${via}`) && leads.has(`${via} ${to}`)) leads.add(`${from} ${to}`);
				const order: string[] = [];
				const visit = (name: string): void => {
					if (order.includes(name) || name === "gone") return;
					order.push(name);
					after(name).forEach(visit);
				};
				visit(start);
				const reach = reachable(drawn, start);
				expect(reach.chains.map(({ name }) => name)).toEqual(order);
				expect([...reach.unreached].sort()).toEqual(names.filter((name) => !order.includes(name)).sort());
				expect(reach.missing.length > 0).toBe(leads.has(`${start} gone`));
				expect(reach.loops.length > 0).toBe(order.some((name) => leads.has(`${name} ${name}`)));
				for (const loop of reach.loops) {
					const jumps = loop.map(({ chain, rule }) => [
						chain,
						(rule.rule.target as { chain: { value: string } }).chain.value,
					]);
					for (const [at, [, to]] of jumps.entries()) expect(jumps[(at + 1) % jumps.length]![0]).toBe(to);
				}
			}),
		);
	});
});

describe("marks", () => {
	const bits = fc.integer({ min: 0, max: 0xffffffff });
	/** A mark of which at most three bits are not known, so that all marks that it may be can be tried. */
	const partialMarks: fc.Arbitrary<PartialMark> = fc
		.tuple(bits, fc.array(fc.integer({ min: 0, max: 31 }), { maxLength: 3 }))
		.map(([value, unknown]) => {
			const known = unknown.reduce((mask, bit) => mask & ~(1 << bit), -1) >>> 0;
			return { known, value: (value & known) >>> 0 };
		});
	const possible = ({ known, value }: PartialMark): number[] => {
		const open = Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0).filter(
			(bit) => (known & bit) === 0,
		);
		const all = [value];
		for (const bit of open) all.push(...all.map((each) => (each | bit) >>> 0));
		return all;
	};
	/** What can be known of a mark that is one of some. */
	const common = (all: readonly number[]): PartialMark => {
		const varied = all.reduce((mask, each) => mask | (each ^ all[0]!), 0);
		return { known: ~varied >>> 0, value: (all[0]! & ~varied) >>> 0 };
	};
	const u32 = (value: number): number => value >>> 0;

	it("set the bits of an operation and keep the rest: all that can be known, and no more", () => {
		fc.assert(
			fc.property(partialMarks, bits, bits, (mark, value, mask) => {
				const all = possible(mark).map((each) => u32((each & ~mask) ^ value));
				expect(partial(operate(mark, { value, mask }))).toEqual(common(all));
			}),
		);
	});

	it("are saved and restored as connmark_tg does: all that can be known, and no more", () => {
		fc.assert(
			fc.property(partialMarks, partialMarks, bits, bits, (mark, connmark, nfmask, ctmask) => {
				const pairs = possible(mark).flatMap((nf) => possible(connmark).map((ct) => [nf, ct] as const));
				expect(partial(saved(connmark, mark, { nfmask, ctmask }))).toEqual(
					common(pairs.map(([nf, ct]) => u32((ct & ~ctmask) ^ (nf & nfmask)))),
				);
				expect(partial(restored(mark, connmark, { nfmask, ctmask }))).toEqual(
					common(pairs.map(([nf, ct]) => u32((nf & ~nfmask) ^ (ct & ctmask)))),
				);
			}),
		);
	});

	it("match when every mark that they may be does, and do not when none does", () => {
		fc.assert(
			fc.property(partialMarks, bits, fc.option(bits, { nil: undefined }), (mark, value, mask) => {
				// Half of the values are such that the mask lets them be.
				const wanted = value % 2 === 0 ? u32(mark.value & (mask ?? -1)) : value;
				const all = new Set(possible(mark).map((each) => u32(each & (mask ?? -1)) === wanted));
				const result = all.size === 2 ? "undecided" : all.has(true);
				const options = mask === undefined ? { value: wanted } : { value: wanted, mask };
				expect(semantics.markHolds(mark, options).result).toBe(result);
			}),
		);
	});

	it.each<[string, Packet, semantics.Marks]>([
		["-j MARK --set-xmark 0x4000/0x4000", { mark: 1 }, { mark: 0x4001 }],
		["-j MARK --set-xmark 0x4000/0x4000", {}, { mark: { known: 0x4000, value: 0x4000 } }],
		["-j MARK --xor-mark 0x1", { mark: 1 }, { mark: 0 }],
		["-j CONNMARK --set-xmark 0x5/0xff", { mark: 1, connmark: 0x100 }, { mark: 1, connmark: 0x105 }],
		["-j CONNMARK --save-mark", { mark: 7, connmark: 1 }, { mark: 7, connmark: 7 }],
		[
			"-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf0",
			{ mark: 0x1ff, connmark: 0xaa },
			{ mark: 0x1a0, connmark: 0xaa },
		],
		["-j CONNMARK --restore-mark", { mark: 7, ctstate: "UNTRACKED" }, { mark: 7 }],
		["-j CONNMARK --restore-mark", { mark: 7, connmark: null }, { mark: 7, connmark: null }],
		// Nothing tells whether there is a connection: only the bits that are the same both ways stay.
		[
			"-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0x0",
			{ mark: 0x1f0 },
			{ mark: { known: 0xffffff0f, value: 0x100 } },
		],
		["-j CONNMARK --set-xmark 0x5", { mark: 1 }, { mark: 1 }],
		["-j TPROXY --on-port 1 --tproxy-mark 0x1/0x3", { mark: 2 }, { mark: 1 }],
		["-j DROP", { mark: 2 }, { mark: 2 }],
		["-m socket --restore-skmark -j ACCEPT", { mark: 2 }, { mark: { known: 0, value: 0 } }],
		["-j SET --map-set s src --map-mark", { mark: 2 }, { mark: { known: 0, value: 0 } }],
	])("after %s of %j", (spec, packet, after) => {
		const marks = marksAfter(ruleOf(spec), packet);
		expect(marks.connmark).toEqual(after.connmark);
		expect(marks.mark === undefined ? undefined : partial(marks.mark)).toEqual(partial(after.mark!));
	});
});

describe("effectOf", () => {
	const effect = (spec: string, table?: TableView) => effectOf(ruleOf(spec).target, table);

	it.each<[string, semantics.Effect]>([
		["", { type: "continue", terminating: false }],
		["-j ACCEPT", { type: "accept", terminating: true }],
		["-j REJECT --reject-with tcp-reset", { type: "reject", terminating: true, with: "tcp-reset" }],
		["-j RETURN", { type: "return", terminating: false }],
		["-g a", { type: "jump", terminating: false, chain: "a", goto: true }],
		[
			"-j NFQUEUE --queue-balance 2:4 --queue-bypass",
			{ type: "queue", terminating: true, from: 2, to: 4, bypass: true },
		],
		["-j QUEUE", { type: "queue", terminating: true, from: 0, to: 0, bypass: false }],
		["-j LOG", { type: "continue", terminating: false }],
		["-j MASQUERADE", { type: "nat", terminating: true, direction: "source" }],
		["-j REDIRECT --to-ports 80", { type: "nat", terminating: true, direction: "destination" }],
		["-j NETMAP --to 10.0.0.0/8", { type: "nat", terminating: true, direction: "by-hook" }],
		["-j CT --notrack", { type: "notrack", terminating: false }],
		["-j CT --zone 5", { type: "continue", terminating: false }],
	])("%s", (spec, expected) => {
		expect(effect(spec)).toEqual(expected);
	});

	it("takes a chain of the table for what its name would else be, and a chain that is not there for unknown", () => {
		const table = tableOf([":INPUT ACCEPT [0:0]", ":AUDIT - [0:0]", "-A INPUT -j AUDIT"]);
		expect(effect("-j AUDIT", table)).toMatchObject({ type: "jump", chain: "AUDIT" });
		expect(effect("-j gone", table)).toMatchObject({ type: "unknown", terminating: "undecided" });
		expect(effect("-j ULOG", table)).toMatchObject({ type: "continue" });
		expect(effect("-g ULOG", table)).toMatchObject({ type: "unknown" });
		expect(reachable(table, "INPUT").chains.map(({ name }) => name)).toEqual(["INPUT", "AUDIT"]);
	});

	it("knows every target that is read", () => {
		for (const type of targets.keys()) {
			const { type: told } = effectOf({ type, start: 0, end: 0 } as never);
			if (type !== "CLUSTERIP") expect(told, type).not.toBe("unknown");
		}
	});
});

/** A packet of which some fields are forgotten and some bits of the mark. */
const forgetful = (packet: fc.Arbitrary<Packet>): fc.Arbitrary<readonly [Packet, Packet]> =>
	packet.chain((full) =>
		fc
			.tuple(fc.subarray(Object.keys(full) as (keyof Packet)[]), fc.integer({ min: 0, max: 0xffffffff }))
			.map(([kept, known]) => {
				const less: Record<string, unknown> = Object.fromEntries(kept.map((key) => [key, full[key]]));
				const half = (mark: Mark): PartialMark => ({ known, value: (partial(mark).value & known) >>> 0 });
				if (kept.includes("mark")) less.mark = half(full.mark!);
				if (typeof full.connmark === "number" && kept.includes("connmark"))
					less.connmark = half(full.connmark);
				return [full, less as Packet] as const;
			}),
	);

/** With less known, a decision stays or is open. */
function expectMonotone(
	rule: Rule,
	[full, less]: readonly [Packet, Packet],
	options: MatchOptions,
): Decision {
	const all = matchRule(rule, full, options);
	const some = matchRule(rule, less, options);
	if (some.result !== "undecided") expect(some.result).toBe(all.result);
	for (const field of Object.keys(full) as (keyof Packet)[]) {
		const { [field]: forgotten, ...others } = full;
		const { result } = matchRule(rule, others, options);
		if (result !== "undecided") expect(result, `without ${field} ${forgotten}`).toBe(all.result);
	}
	for (const { result, reasons } of [all, some]) expect(reasons.length > 0).toBe(result !== true);
	return all;
}

describe("matchRule", () => {
	const legacy: MatchOptions = { backend: "legacy" };
	const whole = fc
		.tuple(packets, connections)
		.map(([packet, connection]): Packet => ({ ...packet, ...connection }));

	it("decides every stateless match of a packet that is known, and is the surer the more it knows", () => {
		fc.assert(
			fc.property(ruleSpecs, forgetful(packets), (spec, both) => {
				const { result } = expectMonotone(ruleOf(spec), both, legacy);
				if (!spec.includes("-m ecn") || !both[0].fragment) expect(result).not.toBe("undecided");
				expectMonotone(ruleOf(spec), both, {});
			}),
			{ numRuns: 1000 },
		);
	});

	it("decides what a connection decides, and is the surer the more it knows", () => {
		fc.assert(
			fc.property(connectionSpecs, forgetful(whole), (spec, both) => {
				expect(expectMonotone(ruleOf(spec), both, legacy).result).not.toBe("undecided");
			}),
			{ numRuns: 1000 },
		);
	});

	it("is the surer the more it knows, whatever the rule", () => {
		const rules = fc
			.oneof(saves(), lists())
			.map(({ statements }) => statements.filter((node) => node.type === "rule"));
		fc.assert(
			fc.property(rules, forgetful(whole), (all, both) => {
				for (const rule of all) expectMonotone(rule, both, {});
			}),
		);
	});

	const udp: Packet = {
		family: 4,
		in: "eth0",
		out: null,
		source: "10.0.0.5",
		destination: "10.0.0.1",
		protocol: 17,
		fragment: false,
		sourcePort: 40_000,
		destinationPort: 53,
		tcpFlags: null,
		mark: 0x101,
	};
	const tcp: Packet = { ...udp, protocol: 6, destinationPort: 80, tcpFlags: ["SYN"] };
	const v6: Packet = {
		family: 6,
		source: "2001:db8::5",
		destination: "2001:db8::1",
		protocol: 58,
		fragment: false,
	};

	it.each<[string, Packet, Decision["result"]]>([
		["-i eth+", udp, true],
		["! -i eth+", udp, false],
		["-o eth0", udp, false],
		["! -o eth0", udp, true],
		["-i lo", { ...udp, in: null }, false],
		["-s 10.0.0.1/255.0.0.255", { ...udp, source: "10.9.9.1" }, true],
		["-s 10.1.2.3/8", udp, true],
		["! -s 10.0.0.0/8", udp, false],
		["-p all", udp, true],
		["-f", udp, false],
		["! -f", udp, true],
		["-p udp -m multiport ! --dports 80", { ...udp, fragment: true }, false],
		[
			"-p icmp -m icmp ! --icmp-type 8",
			{ ...udp, protocol: 1, icmpType: 0, icmpCode: 0, fragment: true },
			false,
		],
		["-p icmp -m icmp --icmp-type 8", { protocol: 1, icmpType: 8 }, "undecided"],
		["-p icmp -m icmp --icmp-type 8", { protocol: 1, icmpType: 0 }, false],
		["-p tcp -m tcp --dport 80", { protocol: 6, destinationPort: 81 }, "undecided"],
		["-p tcp -m tcp --dport 80", { protocol: 17 }, false],
		["-p tcp -m tcp ! --dport 81", { ...tcp, fragment: true }, "undecided"],
		["-p tcp -m tcp --tcp-flags SYN,ACK SYN", tcp, true],
		["-p tcp -m tcp --tcp-flags SYN ACK", { ...tcp, tcpFlags: ["SYN", "ACK"] }, false],
		["-p tcp -m tcp --tcp-flags SYN ACK", { ...tcp, tcpFlags: [] }, false],
		["-p tcp -m tcp ! --tcp-option 5", { ...tcp, tcpOptions: [2, 5] }, false],
		["-p tcp -m tcpmss ! --mss 1:100", { ...tcp, tcpMss: null }, true],
		["-p udp -m multiport --ports 40000,1", udp, true],
		["-p icmp -m icmp --icmp-type any", { ...udp, protocol: 1 }, true],
		["-p icmp -m icmp --icmp-type 3", { ...udp, protocol: 1, icmpType: 3 }, true],
		["-p ipv6-icmp -m icmp6 --icmpv6-type 128/0", { ...v6, icmpType: 128, icmpCode: 0 }, true],
		["-s 2001:db8::/32", v6, true],
		["! -s 10.0.0.0/8", v6, false],
		["! -s 2001:db8::/ffff:ffff::", v6, false],
		["-s ::ffff:10.0.0.1/128", { ...v6, source: "::ffff:10.0.0.1" }, true],
		["-m iprange ! --src-range 2001:db8::1-2001:db8::5", v6, false],
		["-m addrtype --dst-type LOCAL,UNICAST", { ...v6, destinationTypes: ["UNICAST"] }, false],
		["-m addrtype --dst-type LOCAL", { ...v6, destinationTypes: ["UNICAST", "LOCAL"] }, true],
		["-m addrtype --dst-type LOCAL --limit-iface-in", { ...udp, destinationTypes: ["LOCAL"] }, "undecided"],
		["-m addrtype --dst-type LOCAL --limit-iface-in", { ...udp, destinationTypes: ["UNICAST"] }, false],
		["-m mac ! --mac-source 00:11:22:33:44:55", { ...udp, mac: null }, false],
		["-m mac --mac-source 00:11:22:33:44:55", { ...udp, mac: "00:11:22:33:44:55" }, true],
		["-m pkttype --pkt-type multicast", { ...udp, packetType: "unicast" }, false],
		["-m physdev --physdev-is-bridged", { ...udp, bridged: false }, false],
		["-m physdev --physdev-in +", { ...udp, physdevIn: null }, "undecided"],
		["-m addrtype --dst-type LOCAL,UNICAST", { destinationTypes: ["LOCAL"] }, "undecided"],
		["-m conntrack --ctstate NEW ! --ctstatus NONE", {}, "undecided"],
		["-m physdev ! --physdev-in eth+", { ...udp, physdevIn: "eth1" }, false],
		["-m owner ! --uid-owner 5", { ...udp, socket: false }, true],
		["-m owner --uid-owner 5-7", { ...udp, uid: 6 }, true],
		["-m owner --gid-owner 7 --suppl-groups", { ...udp, socket: true, gid: 1, groups: [7] }, true],
		["-m owner ! --gid-owner 7 --suppl-groups", { ...udp, socket: false }, false],
		["-m conntrack --ctstate DNAT", { ctstate: "ESTABLISHED", dnat: true }, true],
		["-m conntrack ! --ctstate DNAT", { ctstate: "INVALID" }, true],
		["-m conntrack --ctstate INVALID --ctorigdst 10.0.0.1/32", { ctstate: "INVALID" }, true],
		["-m conntrack ! --ctorigdst 10.0.0.1/32", { ctstate: "INVALID" }, false],
		["-m conntrack --ctorigdstport 80:90", { ctorigdstport: 85 }, true],
		["-m state --state RELATED,ESTABLISHED", { ctstate: "NEW" }, false],
		["-m connmark ! --mark 0x1", { ctstate: "UNTRACKED" }, false],
		["-m mark ! --mark 0x1/0xff", udp, false],
		["-m statistic --mode nth --every 1 --packet 0", udp, true],
		["-m recent --set --name x", udp, true],
		["-m dscp --dscp 0x2e", { ...udp, tos: 0xb9 }, true],
		["-m tos --tos 0xb8/0xfc", { ...udp, tos: 0xb9 }, true],
		["-m ecn --ecn-ip-ect 1", { ...udp, tos: 0xb9 }, true],
	])("%s", (spec, packet, result) => {
		expect(matchRule(ruleOf(spec), packet).result).toBe(result);
	});

	const LISTED = "DROP       udp  --  anywhere             anywhere             udp dpt:domain\n";
	const listed = (text: string): Rule => {
		const [node] = parseList(text).ast.statements;
		if (node?.type !== "rule") throw new Error(text);
		return node;
	};
	it.each<[string, Rule, Packet, string]>([
		["no -v", listed(LISTED), udp, "a listing without -v does not print interfaces"],
		[
			"a host's name",
			listed(LISTED.replace("anywhere", "db.local")),
			udp,
			"the listing names db.local instead of its address",
		],
		[
			"IPv6 without -n",
			listed(LISTED.replace("udp dpt:domain", "")),
			{ ...v6, protocol: 17 },
			"ip6tables prints anywhere for any network at ::",
		],
		["a mark", ruleOf("-m mark --mark 1"), {}, "the packet's mark is not known"],
		[
			"half a mark",
			ruleOf("-m mark --mark 1"),
			{ mark: { known: 1, value: 1 } },
			"of the mark only 0x1/0x1 is known",
		],
		[
			"limit",
			ruleOf("-m limit --limit 3/min"),
			udp,
			"the match limit depends on time and on earlier packets",
		],
		["u32", ruleOf('-m u32 --u32 "0x6&0xff=0x1"'), udp, "the match u32 is not evaluated"],
		["a set", ruleOf("-m set --match-set blocked src"), udp, "what the set blocked holds is not known"],
	])("says why it does not decide: %s", (_, rule, packet, reason) => {
		const { result, reasons } = matchRule(rule, packet);
		expect(result).toBe("undecided");
		expect(reasons.map(({ text }) => text)).toContain(reason);
	});

	it("uses the number of a port's name, and of a field that is missing its name", () => {
		const rule = listed(LISTED);
		expect(matchRule(rule, { ...udp, destinationPort: 54 }).result).toBe(false);
		expect(
			matchRule(rule, { ...v6, protocol: 17, destinationPort: 54 }, { trustAnywhere: true }).result,
		).toBe(false);
		expect(matchRule(ruleOf("-m mark --mark 1"), {}).reasons).toEqual([
			{ text: "the packet's mark is not known", missing: "mark" },
		]);
	});

	it("gives the probability of what is left to chance", () => {
		const chance = (spec: string) => matchRule(ruleOf(`-m statistic ${spec}`), udp).reasons[0]?.probability;
		expect(chance("--mode random --probability 0.25000000000")).toBe(0.25);
		expect(chance("--mode random ! --probability 0.25000000000")).toBe(0.75);
		expect(chance("--mode nth --every 4 --packet 0")).toBe(0.25);
	});

	it("asks what the sets hold", () => {
		const inSet: MatchOptions["inSet"] = ({ set }, { source }) => set === "blocked" && source === "10.0.0.5";
		expect(matchRule(ruleOf("-m set --match-set blocked src"), udp, { inSet }).result).toBe(true);
		expect(matchRule(ruleOf("-m set ! --match-set blocked src"), udp, { inSet }).result).toBe(false);
		// Counters of the set's entries are more than it was asked.
		expect(matchRule(ruleOf("-m set --match-set blocked src --packets-gt 5"), udp, { inSet }).result).toBe(
			"undecided",
		);
	});

	it("decides no match by what it does not look at", () => {
		for (const type of matches.keys()) {
			const match = { type, start: 0, end: 0, option: { value: 0, start: 0, end: 0 }, somethingNew: {} };
			const rule = { ...ruleOf(""), matches: [match] } as unknown as Rule;
			const { result } = matchRule(rule, { ...udp, ...tcp, ctstate: "NEW", protocol: 6 });
			// These have no options that could change what they ask, or belong to another protocol.
			if (!["recent", "statistic"].includes(type)) expect(result, type).not.toBe(true);
		}
	});

	it("has an answer to every rule that was recorded", () => {
		const root = new URL("../../../fixtures/iptables/rulesets/", import.meta.url);
		const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) =>
			path.endsWith(".txt"),
		);
		let rules = 0;
		for (const path of files) {
			const text = readFileSync(new URL(path, root), "utf8");
			const { ast } = text.includes("Chain ") ? parseList(text) : parseSave(text);
			for (const node of ast.statements) {
				if (node.type !== "rule") continue;
				rules++;
				const { result, reasons } = matchRule(node, udp);
				expect(reasons.length > 0).toBe(result !== true);
			}
			for (const table of chains(ast)) expect(reachable(table).loops).toEqual([]);
		}
		expect(rules).toBeGreaterThan(1000);
	});
});

describe("docs/iptables.md, Semantics", () => {
	const page = readFileSync(new URL("../../../docs/iptables.md", import.meta.url), "utf8");
	const [, section = ""] = page.split("\n## Semantics\n");
	const examples = Array.from(
		section.matchAll(/```js\n(.*?)```\n+```text\n(.*?)```/gs),
		([, code, output]) => [code!, output!] as const,
	);
	const modules: Readonly<Record<string, object>> = {
		"@netfossil/iptables": parsers,
		"@netfossil/iptables/semantics": semantics,
	};

	it("has examples", () => {
		expect(examples.length).toBeGreaterThanOrEqual(3);
	});

	it.each(examples)("prints what it says: %s", (code, output) => {
		const body = code.replace(/^import (\{[^}]*\}) from ("[^"]+");$/gm, "const $1 = modules[$2];");
		const printed: string[] = [];
		const console = { log: (...words: unknown[]) => printed.push(`${words.join(" ")}\n`) };
		new Function("modules", "console", body)(modules, console);
		expect(printed.join("")).toBe(output);
	});
});
