import { readdirSync, readFileSync } from "node:fs";
import { checkLaws, unparsedIn } from "@netfossil/core/testing";
import { describe, expect, it } from "vitest";
import {
	chains,
	type IptablesList as List,
	parseList,
	parseSave,
	printList,
	printSave,
	type Rule,
	type IptablesSave as Save,
} from "../src/index.ts";
import { IptablesList, IptablesSave } from "../src/schema.ts";
import { comparable } from "./comparable.ts";

const folder = new URL("../../../fixtures/iptables/forms/", import.meta.url);
const awkward = new URL("../../../fixtures/iptables/awkward/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");
const index = JSON.parse(read("index.json")) as Record<string, { command: string }>;
const isSave = (command: string): boolean => /-save| -S|-xml|-restore/.test(command);
const rulesOf = (ast: List | Save): Rule[] => ast.statements.filter((node) => node.type === "rule");
const squeezed = (text: string): string => text.replace(/[ \t]+/g, " ").replace(/^ | $/gm, "");

/** What of a text is neither a rule nor of any other statement that the tool prints. */
const OTHER = ["iptables -L -vv -n", "iptables-save | iptables-xml"];

describe("recorded forms", () => {
	it("are there", () => {
		expect(Object.keys(index).sort()).toEqual(readdirSync(folder).filter((name) => name.endsWith(".txt")));
	});

	it.each(Object.entries(index))("%s: $command", (name, { command }) => {
		const text = read(name);
		const { ast, diagnostics } = isSave(command) ? parseSave(text) : parseList(text);
		const printed = ast.type === "iptables-save" ? printSave(ast) : printList(ast);
		expect((ast.type === "iptables-save" ? IptablesSave : IptablesList).parse(ast)).toEqual(ast);
		expect(diagnostics.map(({ code }) => code)).toEqual(
			OTHER.includes(command) ? ["iptables/other-format"] : [],
		);
		expect(unparsedIn(ast)).toHaveLength(diagnostics.length);
		if (command.includes("squeezed")) expect(squeezed(printed)).toBe(squeezed(text));
		else expect(printed).toBe(text);
	});

	it.each(["legacy", "nft"])(
		"%s: the pasted forms hold the rules of the one that nobody touched",
		(backend) => {
			const wrapped = parseList(read(`${backend}-49.txt`)).ast;
			const pressed = parseList(read(`${backend}-51.txt`)).ast;
			const saved = rulesOf(parseSave(read(`${backend}-53.txt`)).ast).filter(
				({ chain }) => chain?.value === "INPUT" || chain?.value === "FORWARD",
			);
			const filter = saved.filter(({ target }) => target?.type !== "SNAT" && target?.type !== "DNAT");
			expect(wrapped.width).toBe(80);
			expect(rulesOf(wrapped)).toHaveLength(7);
			expect(rulesOf(wrapped).map(comparable)).toEqual(filter.map(comparable));
			expect(rulesOf(pressed).map(comparable)).toEqual(filter.map(comparable));
		},
	);

	it("read what -vv lists beside its dump", () => {
		expect(rulesOf(parseList(read("nft-29.txt")).ast)).toHaveLength(7);
		expect(rulesOf(parseList(read("legacy-29.txt")).ast)).toHaveLength(7);
	});

	it("part tables and families that stand one after the other", () => {
		expect(
			chains(parseList(read("nft-35.txt")).ast).map(({ name, inferred }) => name ?? inferred?.candidates),
		).toEqual([["filter", "security"], "nat", "mangle"]);
		const recorded = (path: string): string =>
			readFileSync(new URL(`../rulesets/${path}/save.txt`, folder), "utf8");
		const both = chains(parseSave(recorded("docker-engine/nft-4") + recorded("kube-proxy-ip6/legacy-6")).ast);
		const families = new Map(both.map(({ family }) => [family?.family, family?.reason]));
		expect(both.every(({ named }) => named !== undefined)).toBe(true);
		expect([...families]).toEqual([
			[4, "iptables-save wrote the table"],
			[6, "ip6tables-save wrote the table"],
		]);
	});
});

describe("recorded names and texts that look like something else", () => {
	const files = readdirSync(awkward).filter((name) => name.endsWith(".txt"));
	const text = (name: string): string => readFileSync(new URL(name, awkward), "utf8");

	it.each(files)("%s: read whole, printed back, valid", (name) => {
		const isList = /L\.txt$|added/.test(name);
		const { ast, diagnostics } = isList ? parseList(text(name)) : parseSave(text(name));
		expect(diagnostics).toEqual([]);
		expect(unparsedIn(ast)).toEqual([]);
		expect(ast.type === "iptables-list" ? printList(ast) : printSave(ast)).toBe(text(name));
		// What the tool printed is in the fields, never kept as text.
		expect(rulesOf(ast).filter((rule) => "text" in rule)).toEqual([]);
		expect((isList ? IptablesList : IptablesSave).parse(ast)).toEqual(ast);
	});

	it.each(["nft", "legacy"])("%s: the listing and -S hold the same rules", (backend) => {
		const saved = rulesOf(parseSave(text(`${backend}.S.txt`)).ast);
		const listed = rulesOf(parseList(text(`${backend}.nvL.txt`)).ast);
		expect(saved.length).toBeGreaterThan(24);
		expect(listed.map(comparable)).toEqual(saved.map(comparable));
	});

	it("a comment over two lines is one rule in both forms", () => {
		for (const rules of [
			rulesOf(parseSave(text("nft.S.txt")).ast),
			rulesOf(parseList(text("nft.nL.txt")).ast),
		]) {
			const comments = rules.flatMap(({ matches }) =>
				matches.flatMap((match) => (match.type === "comment" ? [match.comment?.value] : [])),
			);
			expect(comments).toEqual(
				expect.arrayContaining(["two\nlines", "empty\n\nline below", "-A FORWARD\n-A FORWARD -j DROP"]),
			);
		}
	});
});

describe("lines written by hand", () => {
	const one = (line: string): Save["statements"][number] => {
		const { ast, diagnostics } = parseSave(`${line}\n`);
		expect(diagnostics).toEqual([]);
		expect(IptablesSave.parse(ast)).toEqual(ast);
		expect(printSave(ast)).toBe(`${line}\n`);
		checkLaws({ parse: parseSave, print: printSave }, `${line}\n`);
		expect(ast.statements).toHaveLength(1);
		return ast.statements[0]!;
	};

	it.each<[string, object]>([
		[
			"-A INPUT -d ! 10.0.0.0/8 -p tcp --dport ! 22 -j ACCEPT",
			{ type: "rule", destination: { negated: true } },
		],
		["-A INPUT -s 10.0.0.0/255.0.0.0 -i ! eth0 -j DROP", { source: { length: 8 }, in: { negated: true } }],
		["--append INPUT --protocol tcp --jump DROP", { chain: { value: "INPUT" }, target: { type: "DROP" } }],
		[
			"-A INPUT -p tcp -m state --state NEW --dport 22 -j ACCEPT",
			{ matches: [{ type: "state" }, { type: "tcp" }] },
		],
		[
			"-A INPUT -m hashlimit --hashlimit-upto 4kb/s --hashlimit-burst 8k --hashlimit-name h -j ACCEPT",
			{ matches: [{ burst: { value: 8, unit: "k" } }] },
		],
		[
			"-A INPUT -m hashlimit --hashlimit-upto 4/sec --hashlimit-burst 0x14 --hashlimit-name h -j ACCEPT",
			{ matches: [{ burst: { value: 20, text: "0x14" } }] },
		],
		["-A INPUT -j DROP -i eth0", { in: { name: "eth0" } }],
		["-I INPUT 3 -p icmp -j ACCEPT", { type: "rule", insert: { value: 3 } }],
		["-I INPUT -p icmp -j ACCEPT", { type: "rule", insert: "first" }],
		["-D INPUT 3", { type: "chain-command", action: "delete", number: { value: 3 } }],
		["-D INPUT -i eth0 -j DROP", { action: "delete", rule: { type: "rule", in: { name: "eth0" } } }],
		["-R INPUT 1 -j DROP", { action: "replace", number: { value: 1 }, rule: { target: { type: "DROP" } } }],
		["-F", { type: "chain-command", action: "flush" }],
		["-F INPUT", { action: "flush", chain: { value: "INPUT" } }],
		["-X", { action: "delete-chain" }],
		["-Z", { action: "zero" }],
		["-E old new", { action: "rename-chain", chain: { value: "old" }, to: { value: "new" } }],
		["-N mine", { type: "new-chain" }],
		["-4 -A INPUT -p icmp -j ACCEPT", { type: "rule", family: 4 }],
		["-6 -A INPUT -p ipv6-icmp -j ACCEPT", { type: "rule", family: 6 }],
		[":INPUT ACCEPT", { type: "chain-declaration", policy: { value: "ACCEPT" } }],
		[
			"iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE",
			{ type: "rule", command: { value: "iptables" }, table: { value: "nat" }, family: 4 },
		],
		["iptables -A INPUT -j DROP -t mangle", { table: { value: "mangle" } }],
		[
			"sudo iptables -w -A INPUT -p tcp --dport 22 -m comment --comment 'allow ssh; all' -j ACCEPT",
			{
				command: { value: "sudo iptables" },
				matches: [{ type: "tcp" }, { comment: { value: "allow ssh; all" } }],
			},
		],
		["/sbin/ip6tables -P INPUT DROP", { type: "policy", family: 6 }],
		["$IPT -A INPUT -s $LAN -j ACCEPT || exit 1", { source: { type: "name", value: "$LAN" } }],
		["ip netns exec r1 iptables -A FORWARD -j DROP", { chain: { value: "FORWARD" } }],
		["root@h:~# iptables -F", { type: "chain-command", command: { value: "root@h:~# iptables" } }],
		["iptables -A INPUT \\\n  -p udp \\\n  -j DROP", { protocol: { name: "udp" }, target: { type: "DROP" } }],
		["root@h:~# iptables-save -t nat", { type: "command-line", table: { value: "nat" } }],
		["root@h:~# ls -la", { type: "command-line" }],
		["> -A INPUT -j DROP", { type: "rule", indent: "> " }],
		[">", { type: "blank", text: ">" }],
		["    -A INPUT -j DROP", { type: "rule", indent: "    " }],
		["#iptables -A INPUT -j DROP", { type: "comment" }],
		["iptables v1.8.9 (nf_tables): Chain 'x' does not exist", { type: "warning" }],
	])("%s", (line, expected) => {
		expect(one(line)).toMatchObject(expected);
	});

	it("point at what a word processor or a web page made of a sign", () => {
		for (const [line, sign] of [
			["-A INPUT -p tcp –dport 22 -j ACCEPT", "–"],
			["-A INPUT -m comment --comment “ssh” -j ACCEPT", "“"],
			["-A INPUT -m comment --comment &quot;ssh&quot; -j ACCEPT", "&quot;"],
			["iptables -A INPUT —dport 22", "—"],
		] as const) {
			const { diagnostics } = parseSave(line);
			expect(diagnostics.find(({ code }) => code === "iptables/pasted")).toMatchObject({
				start: line.indexOf(sign),
				end: line.indexOf(sign) + sign.length,
			});
		}
		// In a comment they are the user's own.
		expect(parseSave('-A INPUT -m comment --comment "“ssh” &amp; –" -j ACCEPT').diagnostics).toEqual([]);
	});

	it("wrapped at 80 columns", () => {
		const save = Array.from(
			{ length: 4 },
			(_, index) =>
				`-A INPUT -s 10.0.0.${index}/32 -p tcp -m tcp --dport 22 -m comment --comment "a long reason" -j ACCEPT\n`,
		).join("");
		const wrapped = save.replace(/^(.{80})/gm, "$1\n");
		const { ast, diagnostics } = parseSave(wrapped);
		expect(diagnostics).toEqual([]);
		expect(rulesOf(ast)).toHaveLength(4);
		expect(ast.width).toBe(80);
		expect(printSave(ast)).toBe(wrapped);
		expect(rulesOf(ast).map(comparable)).toEqual(rulesOf(parseSave(save).ast).map(comparable));
		// Spans are of the text that was given.
		expect(ast.statements.map(({ start }) => wrapped.slice(start, start + 8))).toEqual(
			Array(4).fill("-A INPUT"),
		);
	});
});

describe("views of what was pasted", () => {
	it("take table and family from the commands in between", () => {
		const rule = "DROP       all  --  anywhere             anywhere            \n";
		const text = `root@h:~# iptables -L INPUT\nChain INPUT (policy ACCEPT)\n${rule}root@h:~# ip6tables -t nat -L\nChain PREROUTING (policy ACCEPT)\n${rule}root@h:~# date\n`;
		const views = chains(parseList(text).ast);
		expect(views).toMatchObject([
			{ name: "filter", inferred: { candidates: ["filter"] }, family: { family: 4 } },
			{ name: "nat", named: { value: "nat" }, family: { family: 6, reason: "the command is ip6tables" } },
		]);
	});

	it("tell the family by addresses and extensions, and none where both stand", () => {
		const family = (text: string): unknown => chains(parseSave(text).ast)[0]?.family;
		expect(family("-A INPUT -s fe80::/10 -j DROP\n")).toMatchObject({ family: 6 });
		expect(family("-A INPUT -j REJECT --reject-with icmp-port-unreachable\n")).toMatchObject({ family: 4 });
		expect(family("-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j DROP\n")).toMatchObject({ family: 6 });
		expect(family("-A INPUT -i lo -j ACCEPT\n")).toBeUndefined();
		expect(family("-A INPUT -s fe80::/10 -j DROP\n-A INPUT -s 10.0.0.0/8 -j DROP\n")).toBeUndefined();
	});

	it("follow the commands of a script", () => {
		const script = [
			"iptables -A INPUT -i eth0 -j DROP",
			"iptables -t nat -A POSTROUTING -j MASQUERADE",
			"iptables -F",
			"iptables -P INPUT DROP",
			"iptables -N mine",
			"iptables -A INPUT -i lo -j ACCEPT",
			"iptables -A INPUT -p tcp --dport 80 -j ACCEPT",
			"iptables -I INPUT 2 -j mine",
			"iptables -I INPUT -i eth1 -j ACCEPT",
			"iptables -D INPUT -p tcp -m tcp --dport 80 -j ACCEPT",
			"iptables -R INPUT 1 -i eth2 -j ACCEPT",
		].join("\n");
		const views = chains(parseSave(script).ast);
		expect(views.map(({ name, chains: all }) => [name, all.map((chain) => chain.name?.value)])).toEqual([
			["filter", ["INPUT", "mine"]],
			["nat", ["POSTROUTING"]],
		]);
		expect(
			views[0]?.chains[0]?.rules.map(({ rule }) =>
				rule.in?.type === "interface" ? rule.in.name : rule.target?.type,
			),
		).toEqual(["eth2", "lo", "jump"]);
		expect(views[0]?.chains[0]).toMatchObject({ policy: { value: "DROP" } });
	});

	it.each([
		"-A INPUT -p tcp --syn --dport 80 -j ACCEPT",
		"-A INPUT -p tcp -m tcp --syn -j ACCEPT",
		"-A INPUT -p tcp -m tcp --destination-port 80 --syn",
	])("%s asks for --tcp-flags, and is printed as it was written", (line) => {
		const text = `*filter\n${line}\nCOMMIT\n`;
		const { ast, diagnostics } = parseSave(text);
		expect(diagnostics).toEqual([]);
		expect(printSave(ast)).toBe(text);
		const flags = { mask: ["FIN", "SYN", "RST", "ACK"], set: ["SYN"] };
		expect(chains(ast)[0]?.chains[0]?.rules[0]?.rule.matches).toMatchObject([{ type: "tcp", flags }]);
	});

	it("part two outputs of -S", () => {
		const text = "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-A INPUT -j DROP\n";
		expect(chains(parseSave(text + text).ast).map(({ chains: all }) => all.length)).toEqual([3, 3]);
	});
});
