import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Num } from "@netfossil/core";
import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	balancedServices,
	connectionMark,
	parseList,
	parseSave,
	printList,
	printSave,
	serviceName,
} from "../src/index.ts";
import { ListParser } from "../src/list/parser.ts";
import { SaveParser } from "../src/save/parser.ts";
import { IpvsadmList, IpvsadmSave } from "../src/schema.ts";
import { lists, saves } from "../src/testing.ts";

const root = new URL("../../../fixtures/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const scenes = readdirSync(new URL("ipvsadm/", root), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map((entry) => `ipvsadm/${entry.name}`);
const recorded = scenes.flatMap((scene) =>
	readdirSync(new URL(`${scene}/`, root)).map((file) => `${scene}/${file}`),
);
const recordedSaves = recorded.filter((path) => /_Sn?\.txt$/.test(path));
const recordedLists = recorded.filter((path) => !recordedSaves.includes(path));
const seedLists = [
	"seeds/swarm-access/manager1/netns/ingress_sbox/ipvsadm.txt",
	"seeds/swarm-vote/manager1/netns/727bc5c9f5d0/ipvsadm.txt",
	"seeds/packet-trace/host/netns/ingress_sbox/ipvs_table.txt",
];

describe("grammars", () => {
	it("are valid for chevrotain", () => {
		validateGrammar(() => new ListParser(false));
		validateGrammar(() => new SaveParser(false));
	});
});

describe("recordings", () => {
	it.each([...recordedLists, ...seedLists])("list %s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parseList(text);
		expect(diagnostics).toEqual([]);
		expect(printList(ast)).toBe(text);
		expect(IpvsadmList.parse(ast)).toEqual(ast);
	});

	it.each([...recordedSaves, "seeds/packet-trace/host/netns/ingress_sbox/ipvsadm-save.txt"])(
		"save %s: read whole, printed back, valid",
		(path) => {
			const text = read(path);
			const { ast, diagnostics } = parseSave(text);
			expect(diagnostics).toEqual([]);
			expect(printSave(ast)).toBe(text);
			expect(IpvsadmSave.parse(ast)).toEqual(ast);
		},
	);

	it.each(scenes.filter((scene) => existsSync(new URL(`${scene}/ipvsadm_Sn.txt`, root))))(
		"%s: the list and the save form hold the same real servers",
		(scene) => {
			const summary = (services: ReturnType<typeof balancedServices>): string[] =>
				services
					.map(({ service, servers }) => {
						const each = servers.map((s) => `${s.address.value}:${s.port.number} ${s.weight}`);
						return `${serviceName(service.key)} ${service.scheduler?.value} ${each.join(", ")}`;
					})
					.sort();
			const listed = balancedServices(parseList(read(`${scene}/ipvsadm_Ln.txt`)).ast);
			const saved = balancedServices(parseSave(read(`${scene}/ipvsadm_Sn.txt`)).ast);
			expect(summary(listed)).toEqual(summary(saved));
		},
	);
});

describe("columns", () => {
	/** The two lists of a scene: with the usual columns, and with others. */
	const listed = (scene: string, form: string) => {
		const usual = balancedServices(parseList(read(`${scene}/ipvsadm_Ln.txt`)).ast);
		const other = balancedServices(parseList(read(`${scene}/ipvsadm_Ln_${form}.txt`)).ast);
		return { usual, other };
	};
	const forms = recorded.flatMap((path) => {
		const match =
			/^(.+)\/ipvsadm_Ln_((?:stats|rate)(?:_exact)?|thresholds|persistent-conn|tun-info)\.txt$/.exec(path);
		return match === null ? [] : [{ scene: match[1]!, form: match[2]! }];
	});

	it.each(forms)(
		"$scene: --$form has the same services and servers, and just its own fields",
		({ scene, form }) => {
			const { usual, other } = listed(scene, form);
			const names = (services: typeof usual): string[][] =>
				services.map(({ service, servers }) => [
					serviceName(service.key),
					...servers.map((each) => `${each.address.value}:${each.port.number}`),
				]);
			expect(names(other)).toEqual(names(usual));
			const own: Record<string, readonly string[]> = {
				stats: ["stats"],
				rate: ["rate"],
				stats_exact: ["stats"],
				rate_exact: ["rate"],
				thresholds: ["activeConnections", "inactiveConnections", "thresholds"],
				"persistent-conn": ["activeConnections", "inactiveConnections", "persistentConnections", "weight"],
				"tun-info": ["activeConnections", "forwarding", "inactiveConnections", "tunnelInfo", "weight"],
			};
			const numeric = /^(?:stats|rate)/.exec(form)?.[0];
			for (const { service, servers } of other) {
				expect("scheduler" in service).toBe(numeric === undefined);
				if (numeric !== undefined) expect(service).toHaveProperty(numeric);
				for (const each of servers) {
					const common = ["type", "start", "end", "address", "port"];
					expect(
						Object.keys(each)
							.filter((name) => !common.includes(name))
							.sort(),
					).toEqual(own[form]);
				}
			}
		},
	);

	it.each(forms.filter(({ form }) => form === "persistent-conn" || form === "tun-info"))(
		"$scene: --$form has the weights of the usual list",
		({ scene, form }) => {
			const { usual, other } = listed(scene, form);
			const weights = (services: typeof usual) =>
				services.map(({ servers }) => servers.map(({ weight }) => weight));
			expect(weights(other)).toEqual(weights(usual));
		},
	);

	it("tunnels are those of the save form", () => {
		const { other } = listed("ipvsadm/tunnel-types", "tun-info");
		const saved = balancedServices(parseSave(read("ipvsadm/tunnel-types/ipvsadm_Sn.txt")).ast);
		const infos = other.flatMap(({ servers }) =>
			servers.map((each) => "tunnelInfo" in each && each.tunnelInfo),
		);
		const tunnels = saved.flatMap(({ servers }) =>
			servers.map((each) => ("tunnel" in each ? each.tunnel : "n/a")),
		);
		expect(infos).toHaveLength(7);
		expect(infos).toEqual(tunnels);
	});

	it.each(["stats", "rate"] as const)("the units of --%s hold the numbers of --exact", (form) => {
		const numbers = (file: string) =>
			balancedServices(parseList(read(`ipvsadm/large-numbers/${file}.txt`)).ast)
				.flatMap(({ service, servers }) => [service, ...servers])
				.flatMap((node) => Object.values((form in node && node[form as keyof typeof node]) || {}) as Num[]);
		const scaled = numbers(`ipvsadm_Ln_${form}`);
		const exact = numbers(`ipvsadm_Ln_${form}_exact`);
		expect(scaled).toHaveLength(25);
		const units = { K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
		scaled.forEach(({ value, text }, index) => {
			const unit = units[text?.slice(-1) as keyof typeof units] ?? 1;
			expect(value).toBe(Math.floor(exact[index]!.value / unit) * unit);
		});
		const seen = new Set(scaled.map(({ text }) => text?.slice(-1)));
		for (const unit of form === "stats" ? "KMGT" : "KM") expect(seen).toContain(unit);
	});
});

describe("connections", () => {
	it("of templates by mark are known by it", () => {
		const { ast } = parseList(read("ipvsadm/large-numbers/ipvsadm_Lnc.txt"));
		const connections = ast.statements.filter((node) => node.type === "connection");
		expect(connections.map(connectionMark)).toEqual([undefined, 258, undefined, undefined, 258, 65536]);
		expect(connections[2]).toMatchObject({ expires: 359_999, state: { value: "NONE" } });
	});

	it("belong to the services that the list has", () => {
		const scene = "ipvsadm/with-connections";
		const services = balancedServices(parseList(read(`${scene}/ipvsadm_Ln.txt`)).ast);
		const { ast } = parseList(read(`${scene}/ipvsadm_Lnc.txt`));
		const connections = ast.statements.filter((node) => node.type === "connection");
		expect(connections.length).toBeGreaterThan(30);
		for (const { protocol, virtual, destination } of connections) {
			const name = `${protocol.value.toLowerCase()} ${virtual.address.value}:${virtual.port.number}`;
			const owner = services.find(({ service }) => serviceName(service.key) === name);
			const servers = owner?.servers.map(({ address }) => address.value);
			expect(servers).toContain(destination.address.value);
		}
	});
});

describe("properties", () => {
	const texts = [...recordedLists, ...recordedSaves].map(read).map((text) => text.slice(0, 2000));
	texts.push(
		"Can't initialize ipvs: Protocol not available\nAre you sure that IP Virtual Server is built in\n",
	);

	it("keep the laws on any text", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws({ parse: parseList, print: printList }, text);
				checkLaws({ parse: parseSave, print: printSave }, text);
			}),
			{ numRuns: 500 },
		);
	});

	it("parse(print(ast)) equals ast", () => {
		fc.assert(
			fc.property(lists(), (ast) => {
				expect(withoutSpans(parseList(printList(ast)).ast)).toEqual(withoutSpans(ast));
			}),
		);
		fc.assert(
			fc.property(saves(), (ast) => {
				expect(withoutSpans(parseSave(printSave(ast)).ast)).toEqual(withoutSpans(ast));
			}),
		);
	});
});

describe("bad input", () => {
	it("keeps the other lines when one is broken, and points at the place", () => {
		const text = "FWM  2x8 rr\n  -> 10.0.0.3:0                   Masq    1      0          0         \n";
		const { ast, diagnostics } = parseList(text);
		expect(unparsedIn(ast).map((node) => node.text)).toEqual(["FWM  2x8 rr"]);
		expect(diagnostics).toMatchObject([{ code: "ipvsadm/syntax", start: 5, end: 8, expected: ["a number"] }]);
		expect(ast.statements[1]).toMatchObject({ type: "real-server", weight: 1 });
	});

	it("says when the titles of numbers are missing, and what they would have to be", () => {
		const line = "  -> 10.0.0.6:0                          4       23       22     1562     2207";
		expect(parseList(`${line}\n`).diagnostics).toMatchObject([
			{
				code: "ipvsadm/syntax",
				start: 41,
				expected: ["Masq, Route, Tunnel or Local"],
				hint: "what these numbers are, the line of titles says: save it too",
			},
		]);
		const titles = "Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn \n";
		const { ast, diagnostics } = parseList(`${titles}${line}\n`);
		expect(unparsedIn(ast)).toHaveLength(1);
		expect(diagnostics).toMatchObject([{ start: titles.length + line.length - 4, expected: ["4 numbers"] }]);
		expect(diagnostics[0]).not.toHaveProperty("hint");
		expect(parseList("FWM  257    9  54\n").diagnostics).toMatchObject([
			{ start: 12, expected: ["a scheduler"], hint: expect.stringContaining("titles") },
		]);
	});

	it("forgets the titles where another table begins", () => {
		const line = "  -> 10.0.0.6:0                          4       23       22     1562     2207\n";
		const titles = "Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n";
		const version = "IP Virtual Server version 1.2.1 (size=4096)\n";
		expect(unparsedIn(parseList(titles + line).ast)).toEqual([]);
		expect(unparsedIn(parseList(titles + version + line).ast)).toHaveLength(1);
	});

	it("tells what a message in place of the table means, once", () => {
		const question = "Are you sure that IP Virtual Server is built in the kernel or as module?\n";
		const missing = `Can't initialize ipvs: Protocol not available\n${question}`;
		const { ast, diagnostics } = parseList(missing);
		expect(diagnostics).toEqual([
			{
				code: "ipvsadm/error",
				severity: "warning",
				message: "the kernel of this host has no IPVS loaded (module ip_vs), so it balances nothing",
				start: 0,
				end: 45,
			},
		]);
		expect(ast.statements).toMatchObject([{ meaning: "no-module" }, { meaning: "no-module" }]);
		expect(printList(ast)).toBe(missing);
		expect(IpvsadmList.parse(ast)).toEqual(ast);

		const refused = parseList(`Can't initialize ipvs: Permission denied (you must be root)\n${question}`);
		expect(refused.diagnostics).toMatchObject([{ hint: "run the command with sudo" }]);
		expect(refused.ast.statements[1]).toMatchObject({ meaning: "permission-denied" });
		expect(parseList(question).diagnostics).toMatchObject([{ code: "ipvsadm/error" }]);
	});

	it.each([
		["  -> 10.3.0.3:80                  Tunnel  gue:6080:c+r  1      0          0", 42, "n/a or a tunnel"],
		["TCP 14:57  ESTABLISHED 10.99.0.1:54016    10.99.0.1     10.99.0.3:9000", 42, "ADDRESS:PORT"],
		["master sync daemon (mcast=lo, syncid=7, group=x)", 0, "a title line"],
		["Timeout (tcp tcpfin udp): 900 120", 0, "a title line"],
	])("points at what is wrong in %s", (line, start, expected) => {
		const { ast, diagnostics } = parseList(`${line}\n`);
		expect(unparsedIn(ast).map(({ text }) => text)).toEqual([line]);
		expect(diagnostics).toMatchObject([{ code: "ipvsadm/syntax", start }]);
		expect(diagnostics[0]!.expected).toContain(expected);
	});
});
