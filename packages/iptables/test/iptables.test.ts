import { readdirSync, readFileSync } from "node:fs";
import {
	assertNested,
	assertTiles,
	checkLaws,
	hostileText,
	unparsedIn,
	validateGrammar,
	withoutSpans,
} from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	chains,
	type ListStatement,
	type Match,
	parseList,
	parseSave,
	printList,
	printSave,
	type Rule,
	type TableView,
	type Target,
} from "../src/index.ts";
import { ListParser } from "../src/list/parser.ts";
import { matches as knownMatches } from "../src/matches/index.ts";
import { SaveParser } from "../src/save/parser.ts";
import { IptablesList, IptablesSave } from "../src/schema.ts";
import { targets as knownTargets } from "../src/targets/index.ts";
import { type Form, lists, loadable, matches, rules, saves, targets } from "../src/testing.ts";
import { differences } from "./comparable.ts";

const root = new URL("../../../fixtures/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const filesIn = (folder: string): string[] =>
	readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && entry.name.endsWith(".txt"))
		.map((entry) => `${entry.parentPath}/${entry.name}`.replace(root.pathname, "").replaceAll("//", "/"));
const recordings = filesIn("iptables/rulesets/");
const isList = (path: string): boolean => /L\.txt$|_L[_.]|nvL/.test(path);
const seeds = filesIn("seeds/").filter((path) => path.includes("iptables") && !path.includes("/documents/"));
const recordedLists = [...recordings, ...seeds].filter(isList);
const recordedSaves = [...recordings, ...seeds].filter((path) => !isList(path));

describe("grammars", () => {
	it("are valid for chevrotain", () => {
		validateGrammar(() => new ListParser(false));
		validateGrammar(() => new SaveParser(false));
	});
});

describe("recordings", () => {
	it("are there", () => {
		expect(recordedLists.length).toBeGreaterThan(50);
		expect(recordedSaves.length).toBeGreaterThan(40);
	});

	it.each(recordedLists)("list %s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parseList(text);
		expect(diagnostics).toEqual([]);
		expect(printList(ast)).toBe(text);
		expect(IptablesList.parse(ast)).toEqual(ast);
	});

	it.each(recordedSaves)("save %s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parseSave(text);
		expect(diagnostics).toEqual([]);
		expect(printSave(ast)).toBe(text);
		expect(IptablesSave.parse(ast)).toEqual(ast);
	});
});

describe("rules", () => {
	const only = (text: string): Rule => {
		const { ast, diagnostics } = text.startsWith("-") ? parseSave(text) : parseList(text);
		expect(diagnostics).toEqual([]);
		const [node] = ast.statements;
		if (node?.type !== "rule") throw new Error(`no rule: ${text}`);
		return node;
	};

	it("give a fragment's port its number, whatever it is called", () => {
		const rule = only(read("seeds/swarm-access/worker1/iptables_t_nat_L_grep_8080.txt"));
		expect(rule.matches).toMatchObject([
			{ type: "tcp", destinationPort: { from: { number: 8080, name: "webcache" } } },
		]);
		expect(rule.target).toMatchObject({
			type: "DNAT",
			to: { from: { value: "172.18.0.2" }, ports: { from: { number: 8080 } } },
		});
		expect(rule).toMatchObject({ interfaces: "not-listed", source: { type: "any", text: "anywhere" } });
		expect(rule).not.toHaveProperty("chain");
	});

	it("read a mark in any spelling as the kernel's one operation", () => {
		const operation = (text: string): unknown => {
			const { target } = only(text);
			return target?.type === "MARK" ? [target.operation?.value, target.operation?.mask] : undefined;
		};
		const line = "MARK       all  --  anywhere             anywhere             MARK";
		expect(operation(`${line} set 0x102\n`)).toEqual([0x102, 0xffffffff]);
		expect(operation("-A OUTPUT -j MARK --set-xmark 0x102/0xffffffff\n")).toEqual([0x102, 0xffffffff]);
		expect(operation(`${line} or 0x4000\n`)).toEqual([0x4000, 0x4000]);
		expect(operation(`${line} and 0xff\n`)).toEqual([0, 0xffffff00]);
		expect(operation(`${line} xor 0x1\n`)).toEqual([1, 0]);
		expect(operation("-A OUTPUT -j MARK --set-mark 0x3/0x1\n")).toEqual([3, 3]);
	});

	it("know a port without an address", () => {
		expect(only("-A POSTROUTING -p tcp -j SNAT --to-source :53\n").target).toMatchObject({
			type: "SNAT",
			to: { ports: { from: { number: 53 } }, start: 42, end: 45 },
		});
	});

	it("keep what a rounded counter may have been", () => {
		const text =
			" pkts bytes target     prot opt in     out     source               destination         \n 100K   10M            0    --  *      *       0.0.0.0/0            0.0.0.0/0           \n";
		const { ast } = parseList(text);
		expect(printList(ast)).toBe(text);
		expect(ast.statements[1]).toMatchObject({
			counters: {
				packets: { value: 100_000, unit: "K", min: 100_000, max: 100_499 },
				bytes: { value: 10_000_000, unit: "M", min: 9_999_500, max: 10_499_499 },
			},
		});
		expect(ast.statements[1]).not.toHaveProperty("target");
	});

	it("type the rest of a rule when one extension is not known", () => {
		const list =
			"DROP       tcp  --  anywhere             anywhere             tcp dpt:22 source country: CN state NEW\n";
		const { ast, diagnostics } = parseList(list);
		expect(printList(ast)).toBe(list);
		expect(diagnostics).toMatchObject([
			{ code: "iptables/unknown-extension", severity: "info", start: 73, end: 91 },
		]);
		expect(ast.statements[0]).toMatchObject({
			matches: [{ type: "tcp" }, { type: "unknown-match", text: "source country: CN" }, { type: "state" }],
			target: { type: "DROP" },
		});
		const save = "-A INPUT -m geoip --source-country CN -m state --state NEW -j TARPIT --honeypot\n";
		const saved = parseSave(save);
		expect(printSave(saved.ast)).toBe(save);
		expect(saved.diagnostics.map(({ code }) => code)).toEqual([
			"iptables/unknown-extension",
			"iptables/unknown-extension",
		]);
		expect(saved.ast.statements[0]).toMatchObject({
			matches: [
				{ type: "unknown-match", name: { value: "geoip" }, text: "--source-country CN" },
				{ type: "state", state: { names: ["NEW"] } },
			],
			target: { type: "unknown-target", name: { value: "TARPIT" }, text: "--honeypot" },
		});
	});

	it("end a listing that was cut before the words of its target", () => {
		const cut = "DNAT       tcp  --  anywhere             anywhere             tcp dpt:8080";
		const { ast, diagnostics } = parseList(cut);
		expect(diagnostics.map(({ message }) => message)).toEqual([
			"the words of the target DNAT are missing; the line may be cut",
		]);
		expect(ast.statements[0]).toMatchObject({
			matches: [{ type: "tcp", destinationPort: { from: { number: 8080 } } }],
			target: { type: "unknown-target", name: { value: "DNAT" }, text: "" },
		});
		expect(printList(ast)).toBe(cut);
	});

	it("read a comment that holds the end of a comment", () => {
		const list =
			"ACCEPT     tcp  --  anywhere             anywhere             /* a */ -j DROP */ tcp dpt:ssh\n";
		const { ast, diagnostics } = parseList(list);
		expect(diagnostics).toEqual([]);
		expect(ast.statements[0]).toMatchObject({
			matches: [{ comment: { value: "a */ -j DROP" } }, { type: "tcp" }],
		});
		expect(printList(ast)).toBe(list);
	});

	it("read the negation of releases before 1.4.3 and options that the protocol brings", () => {
		expect(only("-A INPUT -d ! 10.0.0.0/8 -p tcp --dport 22 -j ACCEPT\n")).toMatchObject({
			destination: { type: "prefix", length: 8, negated: true },
			matches: [{ type: "tcp", destinationPort: { from: { number: 22 } } }],
		});
	});
});

// From iptables 1.8.9; the oracle test found them.
describe("rules that were misread once", () => {
	const until = "--datestop 2038-01-19T03:14:07";
	const cluster = "0x00000002 --cluster-total-nodes 2 --cluster-hash-seed 0x0000feed";
	it.each([
		[
			"-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xf0",
			"CONNMARK",
			"CONNMARK restore ctmask 0xf0 nfmask ~0xff",
		],
		["-j TOS --set-tos 0x00/0x0f", "TOS", "TOS and 0xf0"],
		["-j TOS --set-tos 0x0f/0x0f", "TOS", "TOS or 0x0f"],
		["-j TOS --set-tos 0x33/0x00", "TOS", "TOS xor 0x33"],
		["-j NOTRACK", "CT", "NOTRACK"],
		['-m string ! --string "GET /" --algo bm -j ACCEPT', "ACCEPT", 'STRING match ! "GET /" ALGO name bm'],
		[
			'-m string ! --hex-string "|0aff|" --algo bm -j ACCEPT',
			"ACCEPT",
			'STRING match ! "|0aff|" ALGO name bm',
		],
		[
			`-m time --timestart 23:00:00 --timestop 02:00:00 ${until} --contiguous -j ACCEPT`,
			"ACCEPT",
			"TIME from 23:00:00 to 02:00:00 UTC contiguous",
		],
		[
			`-m time --timestart 23:00:00 --timestop 02:00:00 ${until} --kerneltz --contiguous -j ACCEPT`,
			"ACCEPT",
			"TIME from 23:00:00 to 02:00:00 contiguous",
		],
		[
			`-m cluster ! --cluster-local-nodemask ${cluster} -j ACCEPT`,
			"ACCEPT",
			"cluster !node_mask=0x00000002 total_nodes=2 hash_seed=0x0000feed",
		],
		["-p mobility-header -m mh --mh-type 3:7 -j ACCEPT", "ACCEPT", "mh home-test:binding-error"],
		["-p mobility-header -m mh ! --mh-type 4:241 -j ACCEPT", "ACCEPT", "mh !careof-test:241"],
	])("%s", (specification, target, words) => {
		const save = `-A INPUT ${specification}\n`;
		const protocol = save.includes("mobility-header") ? "mobility-header" : "all ";
		const list = `${target.padEnd(10)} ${protocol} --  anywhere             anywhere             ${words}\n`;
		const [saved, listed] = [parseSave(save), parseList(list)];
		expect([...saved.diagnostics, ...listed.diagnostics]).toEqual([]);
		expect([printSave(saved.ast), printList(listed.ast)]).toEqual([save, list]);
		expect(differences(listed.ast.statements[0] as Rule, saved.ast.statements[0] as Rule)).toEqual([]);
	});
});

// The blank at the end, or the lack of one, is the extension's: `printf("eui64 ")`, `printf("match bpf pinned %s")`.
describe("words of a list that were misread once", () => {
	it.each([
		["ACCEPT", "state NEW frag ", ["state", "frag"]],
		["SYNPROXY", "tcp dpt:22 SYNPROXY ", ["tcp"]],
		["ACCEPT", "TTL match TTL == 0match bpf pinned /sys/fs/bpf/p", ["ttl", "bpf"]],
	])("%s: %j", (target, words, types) => {
		const line = `${target.padEnd(10)} tcp  --  anywhere             anywhere             ${words}\n`;
		const { ast, diagnostics } = parseList(line);
		expect(diagnostics).toEqual([]);
		expect(printList(ast)).toBe(line);
		const [rule] = ast.statements as Rule[];
		expect(rule?.matches.map(({ type }) => type)).toEqual(types);
		expect(rule).not.toHaveProperty("trailing");
	});
});

describe("chains", () => {
	const tablesOf = (text: string, table?: string): TableView[] =>
		chains(parseList(text, table === undefined ? {} : { table }).ast);

	it("infer the table of a list from its built-in chains, and say why", () => {
		const nat = tablesOf(read("seeds/swarm-networking/node1/iptables_t_nat_nvL.txt"));
		expect(nat).toHaveLength(1);
		expect(nat[0]).toMatchObject({
			name: "nat",
			inferred: {
				candidates: ["nat"],
				reason: "the built-in chains PREROUTING, INPUT, OUTPUT, POSTROUTING are those of nat",
			},
		});
		expect(nat[0]?.chains.map(({ name, rules }) => [name?.value, rules.map(({ number }) => number)])).toEqual(
			[
				["PREROUTING", [1, 2]],
				["INPUT", []],
				["OUTPUT", [1, 2]],
				["POSTROUTING", [1, 2, 3]],
				["DOCKER", [1, 2]],
				["DOCKER-INGRESS", [1, 2]],
			],
		);
	});

	it("leave several candidates open", () => {
		const [filter] = tablesOf(
			"Chain INPUT (policy ACCEPT)\n\nChain FORWARD (policy ACCEPT)\n\nChain OUTPUT (policy ACCEPT)\n",
		);
		expect(filter).not.toHaveProperty("name");
		expect(filter?.inferred?.candidates).toEqual(["filter", "security"]);
	});

	it("take the table from whoever knows the command", () => {
		const [view] = tablesOf("Chain INPUT (policy ACCEPT)\n", "mangle");
		expect(view).toMatchObject({ name: "mangle" });
		expect(view).not.toHaveProperty("inferred");
	});

	it("do not number the rules of a fragment", () => {
		const path = "seeds/packet-trace/host/netns/02d51fa13d84/iptables-save.txt";
		const [first, second] = chains(parseSave(read(path)).ast);
		expect(first?.inferred?.candidates).toEqual(["nat"]);
		expect(first?.chains[0]?.rules[0]).not.toHaveProperty("number");
		expect(second).toMatchObject({ name: "filter", named: { value: "filter" } });
		expect(second?.chains[0]?.rules.map(({ number }) => number)).toEqual([1, 2, 3]);
	});

	it("part tables that were listed one after the other", () => {
		const filter =
			"Chain INPUT (policy ACCEPT)\n\nChain FORWARD (policy ACCEPT)\n\nChain OUTPUT (policy ACCEPT)\n";
		const raw = "Chain PREROUTING (policy ACCEPT)\n\nChain OUTPUT (policy ACCEPT)\n";
		expect(tablesOf(`${raw}\n${filter}`).map(({ inferred }) => inferred?.candidates)).toEqual([
			["raw"],
			["filter", "security"],
		]);
	});
});

describe("properties", () => {
	const nowhere = { start: 0, end: 0 };
	const texts = [...recordedLists, ...recordedSaves].map((path) => read(path).slice(0, 800));

	// A vertical tab is a blank to trim() and none to the grammar; found by the property below.
	it.each(["\v", "\f", "\u00a0"])("keep the laws on %j before and within a line", (sign) => {
		for (const text of [`${sign}-P INPUT ACCEPT -c 0 0\n`, `-A INPUT${sign} -j DROP${sign}\n`]) {
			checkLaws({ parse: parseList, print: printList }, text);
			checkLaws({ parse: parseSave, print: printSave }, text);
		}
	});

	it("keep the laws on any text", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws({ parse: (each) => parseList(each), print: printList }, text);
				checkLaws({ parse: parseSave, print: printSave }, text);
				chains(parseList(text).ast);
				chains(parseSave(text).ast);
			}),
			{ numRuns: 400 },
		);
	});

	const printRules = (form: Form, all: readonly Rule[]): string =>
		form === "save"
			? printSave({ type: "iptables-save", statements: all, ...nowhere })
			: printList({ type: "iptables-list", statements: withColumns(all), ...nowhere });
	/** The columns tell how many counters there are and how wide: each rule has its own. */
	const withColumns = (all: readonly Rule[]): ListStatement[] =>
		all.flatMap((rule): ListStatement[] => [
			{
				type: "columns",
				...(rule.number && { numbers: true }),
				...(rule.counters && {
					counters: rule.counters.style === "exact" ? ("exact" as const) : ("rounded" as const),
					interfaces: true as const,
				}),
				...nowhere,
			},
			rule,
		]);
	const parse = (form: Form, text: string): ReturnType<typeof parseList> | ReturnType<typeof parseSave> =>
		form === "save" ? parseSave(text) : parseList(text);
	const rulesIn = (form: Form, text: string): Rule[] =>
		parse(form, text).ast.statements.filter((node): node is Rule => node.type === "rule");

	const forms = [
		["list", 4],
		["list", 6],
		["save", 4],
		["save", 6],
	] as const;

	it.each(forms)(
		"rules of a %s, family %i: parse(print(rule)) is the rule, and nothing is unknown",
		(form, family) => {
			fc.assert(
				fc.property(rules(form, family), (rule) => {
					const text = printRules(form, [rule]);
					const { ast, diagnostics } = parse(form, text);
					expect(diagnostics).toEqual([]);
					expect(withoutSpans(rulesIn(form, text))).toEqual(withoutSpans([rule]));
					assertTiles(text.length, ast.statements);
					assertNested(ast, { start: 0, end: text.length });
					const schema = form === "save" ? IptablesSave : IptablesList;
					expect(schema.safeParse(ast).success).toBe(true);
				}),
				{ numRuns: 500 },
			);
		},
	);

	it.each(forms)("rules of a %s, family %i: noise of a paste keeps them", (form, family) => {
		const noise = fc.record({
			end: fc.constantFrom("\n", "\r\n"),
			indent: fc.constantFrom("", "  ", "\t"),
			trail: fc.constantFrom("", " ", "   "),
		});
		fc.assert(
			fc.property(fc.array(rules(form, family), { maxLength: 3 }), noise, (all, { end, indent, trail }) => {
				const text = printRules(form, all);
				const noisy = text
					.split("\n")
					.map((line) => (line === "" ? "" : `${indent}${line}${trail}`))
					.join(end);
				const bare = (of: string): unknown =>
					rulesIn(form, of).map(({ indent: _i, trailing: _t, eol: _e, ...rule }) => withoutSpans(rule));
				expect(bare(noisy)).toEqual(bare(text));
			}),
			{ numRuns: 200 },
		);
	});

	it.each(forms)("a %s, family %i: every extension of the family is drawn", (form, family) => {
		const drawn = (nodes: readonly { readonly type: string }[]): Set<string> =>
			new Set(nodes.map(({ type }) => type));
		const missing = (all: Iterable<string>, seen: Set<string>): string[] =>
			[...all].filter((type) => !seen.has(type));
		const only4 = ["icmp", "realm", "ttl"];
		const only6 = ["dst", "eui64", "frag", "hbh", "hl", "icmp6", "ipv6header", "mh", "rt", "srh"];
		const other = family === 4 ? only6 : only4;
		const otherTarget = family === 4 ? ["DNPT", "HL", "SNPT"] : ["CLUSTERIP", "ECN", "TTL", "ULOG"];
		const [someMatches, someTargets] = [matches(form, family), targets(form, family)].map((each) =>
			drawn(fc.sample(each as fc.Arbitrary<Match | Target>, 3000)),
		);
		expect(missing(knownMatches.keys(), someMatches!).sort()).toEqual(other);
		expect(missing(knownTargets.keys(), someTargets!).sort()).toEqual(otherTarget);
	});

	it("parse(print(ast)) equals ast for whole listings and tables, and the schemas accept them", () => {
		fc.assert(
			fc.property(lists(), (ast) => {
				const { ast: again, diagnostics } = parseList(printList(ast));
				expect(diagnostics).toEqual([]);
				expect(withoutSpans(again)).toEqual(withoutSpans(ast));
				expect(IptablesList.safeParse(ast).success).toBe(true);
			}),
			{ numRuns: 200 },
		);
		fc.assert(
			fc.property(fc.oneof(saves(), loadable(4), loadable(6)), (ast) => {
				const { ast: again, diagnostics } = parseSave(printSave(ast));
				expect(diagnostics).toEqual([]);
				expect(withoutSpans(again)).toEqual(withoutSpans(ast));
				expect(IptablesSave.safeParse(ast).success).toBe(true);
			}),
			{ numRuns: 200 },
		);
	});
});

describe("bad input", () => {
	it("keeps the other lines when one is broken, and points at the place", () => {
		const text = "-A INPUT -s\n-A INPUT -j DROP\n";
		const { ast, diagnostics } = parseSave(text);
		expect(unparsedIn(ast).map((node) => node.text)).toEqual(["-A INPUT -s"]);
		expect(diagnostics).toMatchObject([{ code: "iptables/syntax", start: 11, end: 11 }]);
		expect(ast.statements[1]).toMatchObject({ target: { type: "DROP" } });
	});

	it("keeps a value that does not fit as text of its match", () => {
		const text = "-A INPUT -p tcp -m tcp --dport 1:2:3 -j DROP\n";
		const { ast, diagnostics } = parseSave(text);
		expect(printSave(ast)).toBe(text);
		expect(diagnostics).toMatchObject([{ code: "iptables/unknown-option", start: 23, end: 36 }]);
		expect(ast.statements[0]).toMatchObject({
			matches: [{ type: "unknown-match", name: { value: "tcp" }, text: "--dport 1:2:3" }],
			target: { type: "DROP" },
		});
	});

	it("does not let an open quote swallow the rules after it", () => {
		const text = '-A INPUT -m comment --comment "open -j DROP\n-A INPUT -j ACCEPT\n';
		const { ast } = parseSave(text);
		expect(ast.statements.map(({ type }) => type)).toEqual(["unparsed", "rule"]);
	});

	it("reads a comment that runs over two lines", () => {
		const text = '-A INPUT -m comment --comment "two\nlines" -j DROP\n-A INPUT -j ACCEPT\n';
		const { ast, diagnostics } = parseSave(text);
		expect(diagnostics).toEqual([]);
		expect(printSave(ast)).toBe(text);
		expect(ast.statements[0]).toMatchObject({ matches: [{ comment: { value: "two\nlines" } }] });
	});
});
