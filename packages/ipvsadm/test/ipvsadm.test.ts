import { readdirSync, readFileSync } from "node:fs";
import { parseParts } from "@netfossil/core";
import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectInProportion } from "../../../test/growth.ts";
import {
	type BalancedService,
	balancedServices,
	type Counter,
	connectionMark,
	type IpvsadmList as IpvsadmListAst,
	listParts,
	type ProcNetIpVs as ProcNetIpVsAst,
	parseList,
	parseProc,
	parseSave,
	printList,
	printProc,
	printSave,
	procParts,
	saveParts,
	serviceName,
} from "../src/index.ts";
import { ConnectionParser } from "../src/list/connection.ts";
import { ListParser } from "../src/list/parser.ts";
import { ProcParser } from "../src/proc/parser.ts";
import { SaveParser } from "../src/save/parser.ts";
import { IpvsadmList, IpvsadmSave, ProcNetIpVs } from "../src/schema.ts";
import { lists, procs, saves } from "../src/testing.ts";

const root = new URL("../../../fixtures/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const scenes = readdirSync(new URL("ipvsadm/", root), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map((entry) => `ipvsadm/${entry.name}`);
const recorded = scenes.flatMap((scene) =>
	readdirSync(new URL(`${scene}/`, root)).map((file) => `${scene}/${file}`),
);
const recordedSaves = recorded.filter((path) => /_Sn?\.txt$|ipvsadm-save/.test(path));
const recordedProcs = recorded.filter((path) => /\/proc_net_/.test(path));
const recordedLists = recorded.filter(
	(path) => !recordedSaves.includes(path) && !recordedProcs.includes(path),
);
const seedLists = [
	"seeds/swarm-access/manager1/netns/ingress_sbox/ipvsadm.txt",
	"seeds/swarm-vote/manager1/netns/727bc5c9f5d0/ipvsadm.txt",
	"seeds/packet-trace/host/netns/ingress_sbox/ipvs_table.txt",
];

describe("grammars", () => {
	it("are valid for chevrotain", () => {
		validateGrammar(() => new ListParser(false));
		validateGrammar(() => new SaveParser(false));
		validateGrammar(() => new ConnectionParser(false));
		validateGrammar(() => new ProcParser(false));
	});
});

describe("recordings", () => {
	it("are of all forms", () => {
		expect([recordedLists.length, recordedSaves.length, recordedProcs.length]).toEqual([143, 34, 28]);
	});

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

	it.each(recordedProcs)("/proc %s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parseProc(text);
		expect(diagnostics).toEqual([]);
		expect(printProc(ast)).toBe(text);
		expect(ProcNetIpVs.parse(ast)).toEqual(ast);
	});
});

describe("the same table in two forms", () => {
	type Form = "list" | "save" | "proc";
	const services = (form: Form, path: string): BalancedService[] => {
		const text = read(path);
		if (form === "list") return balancedServices(parseList(text).ast);
		return balancedServices(form === "save" ? parseSave(text).ast : parseProc(text).ast);
	};
	/** What both forms of a pair say. Of connections only the list and /proc tell, of tunnels only the save form. */
	const common = (form: Form, path: string, pair: readonly Form[]): string[] =>
		services(form, path)
			.map(({ service, servers }) => {
				const { key, scheduler, persistent, engine, onePacket, flags } = service;
				const v6 = key.type === "address" && key.address.type === "ip" && key.address.family === 6;
				return JSON.stringify({
					// Without a real server /proc does not tell the family of a service by mark.
					name: serviceName(key).replace(servers.length === 0 && pair.includes("proc") ? " IPv6" : "", ""),
					scheduler: scheduler?.value,
					// The recording kernel's seconds had 100 ticks.
					timeout: persistent && (persistent.timeout ?? persistent.jiffies! / 100),
					mask: persistent?.mask,
					...(!(v6 && pair.includes("proc")) && { onePacket }),
					...(!pair.includes("proc") && { engine, flags }),
					servers: servers
						.map(({ address, port, forwarding, weight, ...rest }) => ({
							at: `${address.value}:${port.name ?? port.number}`,
							// -S writes a local server as a routed one.
							forwarding: pair.includes("save") && forwarding === "local" ? "route" : forwarding,
							weight,
							...(!pair.includes("save") &&
								"activeConnections" in rest && { active: rest.activeConnections }),
						}))
						.sort((one, other) => (one.at < other.at ? -1 : 1)),
				});
			})
			.sort();
	const twins: readonly (readonly [Form, string, Form, string])[] = [
		["list", "ipvsadm_Ln", "save", "ipvsadm_Sn"],
		["list", "ipvsadm_Ln", "save", "ipvsadm-save_n"],
		["list", "ipvsadm_L", "save", "ipvsadm_S"],
		["list", "ipvsadm", "save", "ipvsadm-save"],
		["list", "ipvsadm_Ln_nosort", "save", "ipvsadm_Sn"],
		["list", "ipvsadm_Ln", "proc", "proc_net_ip_vs"],
		["save", "ipvsadm_Sn", "proc", "proc_net_ip_vs"],
	];
	const pairs = scenes.flatMap((scene) =>
		twins.flatMap(([a, one, b, other]) => {
			const paths = [`${scene}/${one}.txt`, `${scene}/${other}.txt`] as const;
			return paths.every((path) => recorded.includes(path)) ? [[a, paths[0], b, paths[1]] as const] : [];
		}),
	);

	it.each(pairs)("%s %s, %s %s", (a, one, b, other) => {
		expect(common(a, one, [a, b])).toEqual(common(b, other, [a, b]));
	});

	it("is compared for each scene", () => {
		const count = (a: Form, b: Form): number => pairs.filter(([x, , y]) => x === a && y === b).length;
		expect([count("list", "save"), count("list", "proc"), count("save", "proc")]).toEqual([42, 10, 9]);
		const seen = pairs.flatMap(([form, path]) => services(form, path));
		expect(seen.length).toBeGreaterThan(400);
		expect(seen.some(({ service }) => service.persistent?.mask !== undefined)).toBe(true);
		expect(seen.some(({ service }) => service.flags !== undefined)).toBe(true);
	});

	it("/proc: the connections of -Lnc", () => {
		const scene = "ipvsadm/with-connections";
		const ends = (ast: IpvsadmListAst | ProcNetIpVsAst): string[] =>
			ast.statements.flatMap((node) =>
				node.type === "connection"
					? `${node.protocol.value} ${[node.source, node.virtual, node.destination]
							.map(({ address, port }) => `${address.value} ${port.number}`)
							.join(" ")}`
					: [],
			);
		const listed = ends(parseList(read(`${scene}/ipvsadm_Lnc.txt`)).ast);
		const inProc = ends(parseProc(read(`${scene}/proc_net_ip_vs_conn.txt`)).ast);
		expect(listed.length).toBe(42);
		expect(inProc.sort()).toEqual(listed.sort());
	});
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
				.flatMap(
					(node) => Object.values((form in node && node[form as keyof typeof node]) || {}) as Counter[],
				);
		const scaled = numbers(`ipvsadm_Ln_${form}`);
		const exact = numbers(`ipvsadm_Ln_${form}_exact`);
		expect(scaled).toHaveLength(25);
		const units = { K: 1e3, M: 1e6, G: 1e9, T: 1e12 };
		scaled.forEach(({ value, text, min, max }, index) => {
			const unit = units[text?.slice(-1) as keyof typeof units] ?? 1;
			expect(value).toBe(Math.floor(exact[index]!.value / unit) * unit);
			if (unit === 1) expect([min, max]).toEqual([undefined, undefined]);
			else {
				expect(min).toBeLessThanOrEqual(exact[index]!.value);
				expect(max).toBeGreaterThanOrEqual(exact[index]!.value);
			}
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
	const texts = [...recordedLists, ...recordedSaves, ...recordedProcs]
		.map(read)
		.map((text) => text.slice(0, 2000));
	texts.push(
		"Can't initialize ipvs: Protocol not available\nAre you sure that IP Virtual Server is built in\n",
	);

	it("keep the laws on any text", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws({ parse: parseList, print: printList }, text);
				checkLaws({ parse: parseSave, print: printSave }, text);
				checkLaws({ parse: parseProc, print: printProc }, text);
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
		fc.assert(
			fc.property(procs(), (ast) => {
				expect(withoutSpans(parseProc(printProc(ast)).ast)).toEqual(withoutSpans(ast));
			}),
		);
	});

	it("hold the schemas", () => {
		fc.assert(
			fc.property(lists(), saves(), procs(), (list, save, proc) => {
				expect(IpvsadmList.parse(list)).toEqual(list);
				expect(IpvsadmSave.parse(save)).toEqual(save);
				expect(ProcNetIpVs.parse(proc)).toEqual(proc);
			}),
		);
	});

	it.each([
		["list", () => listParts(), parseList, "ipvsadm/large/ipvsadm_Ln_thresholds.txt"],
		["save", () => saveParts(), parseSave, "ipvsadm/large/ipvsadm_Sn.txt"],
		["proc", () => procParts(), parseProc, "ipvsadm/large/proc_net_ip_vs.txt"],
	] as const)("%s: parts give the statements of the whole text", async (_, reader, parse, path) => {
		// Longer than a part, in pieces that end anywhere.
		const text = read(path).repeat(40);
		const pieces = text.match(/[\s\S]{1,99991}/g) ?? [];
		const statements: unknown[] = [];
		let parts = 0;
		for await (const part of parseParts(pieces, reader() as ReturnType<typeof listParts>)) {
			statements.push(...part.ast);
			parts++;
		}
		expect(statements).toEqual(parse(text).ast.statements);
		expect(parts).toBeGreaterThan(2);
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

	it("of twenty thousand services is read in time that grows with them", () => {
		const table = (count: number): string =>
			Array.from({ length: count }, (_, index) => {
				const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
				return (
					`TCP  ${address}:80 rr\n` +
					`  -> ${`${address}:8080`.padEnd(28)} Masq    1      0          0         \n`
				);
			}).join("");
		const read = (text: string): void => {
			const { ast } = parseList(text);
			const services = balancedServices(ast);
			expect(text.match(/TCP/g)).toHaveLength(services.length);
			expect(services.at(-1)?.servers).toHaveLength(1);
			expect(printList(ast)).toBe(text);
		};
		expectInProportion(table, read, 2500);
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
		["bash: ipvsadm: command not found", "no-command"],
		["sudo: ipvsadm: command not found", "no-command"],
		["sh: 1: ipvsadm-save: not found", "no-command"],
		["sudo: a password is required", "permission-denied"],
		["modprobe: FATAL: Module ip_vs not found in directory /lib/modules/6.1.0-18-amd64", "no-module"],
	])("tells what stands in place of a table: %s", (message, meaning) => {
		for (const parse of [parseList, parseSave]) {
			const { ast, diagnostics } = parse(`${message}\n`);
			expect(ast.statements).toMatchObject([{ type: "error", text: message, meaning }]);
			expect(diagnostics).toMatchObject([{ code: "ipvsadm/error", start: 0, end: message.length }]);
		}
	});

	it("reads command lines that people wrote, and what they come to", () => {
		const text = `#!/bin/sh
ipvsadm -C
ipvsadm -A -t 10.0.0.1:80 -s rr
sudo ipvsadm -a -t 10.0.0.1:80 -r 192.168.1.2:8080 -m -w 3
/sbin/ipvsadm -a -t 10.0.0.1:80 -r 192.168.1.3 -x 100 -g
ipvsadm --add-server --tcp-service 10.0.0.1:80 --weight=7 --real-server [2001:db8::3] --ipip
root@lb:~# ip netns exec lb ipvsadm -E -p -t 10.0.0.1:80
  ipvsadm -e -t 10.0.0.1:80 -r 192.168.1.2:8080 -w 0
ipvsadm -A -f 1 -6 -s wlc
ipvsadm -a -f 1 -6 -r [2001:db8::2] -i
ipvsadm -A -u 10.0.0.1:53
ipvsadm -D -u 10.0.0.1:53
ipvsadm -d -t 10.0.0.1:80 -r 192.168.1.3
`;
		const { ast, diagnostics } = parseSave(text);
		expect(diagnostics).toEqual([]);
		expect(printSave(ast)).toBe(text);
		expect(IpvsadmSave.parse(ast)).toEqual(ast);
		expect(ast.statements[3]).toMatchObject({
			command: "sudo ipvsadm ",
			forwarding: "masquerade",
			weight: 3,
			address: { value: "192.168.1.2" },
			port: { number: 8080 },
		});
		expect(ast.statements[3]).not.toHaveProperty("options");
		expect(ast.statements[4]).toMatchObject({
			port: { number: 80 },
			samePort: true,
			forwarding: "route",
			weight: 1,
			thresholds: { upper: 100, lower: 0 },
			options: ["-a", "-t", "-r", "-x", "-g"],
		});
		expect(ast.statements[5]).toMatchObject({ forwarding: "tunnel", weight: 7, samePort: true });
		expect(
			balancedServices(ast).map(({ service, servers }) => [
				serviceName(service.key),
				service.persistent,
				servers.map((server) => [server.address.value, server.port.number, server.forwarding, server.weight]),
			]),
		).toEqual([
			[
				"tcp 10.0.0.1:80",
				{ timeout: 300, usual: true },
				[
					["192.168.1.2", 8080, "route", 0],
					["2001:db8::3", 80, "tunnel", 7],
				],
			],
			["fwmark 1 IPv6", undefined, [["2001:db8::2", 0, "tunnel", 1]]],
		]);
	});

	it.each([
		["ipvsadm -A -t $VIP:80 -s rr", "$VIP:80"],
		["ipvsadm -A -t 10.0.0.1:80 -s rr || exit 1", "||"],
		["ipvsadm -a -t 10.0.0.1:80 -r 10.0.0.2:80 -s rr", "-s"],
		["ipvsadm -a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -g", "-g"],
		["ipvsadm -a -t 10.0.0.1:80 -r 10.0.0.2:80 -w many", "many"],
		["ipvsadm -a -t 10.0.0.1:80 -r 10.0.0.2:80 -w", ""],
		["ipvsadm -a -t 10.0.0.1:80", ""],
		["ipvsadm -C -t 10.0.0.1:80", "-t"],
		["ipvsadm --set 900 120 300", "--set"],
	])("points at what is wrong in a command: %s", (line, found) => {
		const { ast, diagnostics } = parseSave(`${line}\n`);
		expect(ast.statements).toMatchObject([{ type: "unparsed", text: line }]);
		expect(diagnostics).toMatchObject([{ code: "ipvsadm/syntax" }]);
		expect(line.slice(diagnostics[0]!.start, diagnostics[0]!.end)).toBe(found);
	});

	it("reads a list that a mail quotes, and keeps the marks", () => {
		const text =
			"> TCP  10.96.0.1:443 rr\n>   -> 192.168.0.2:6443             Masq    1      3          0         \n> \n";
		const { ast, diagnostics } = parseList(text);
		expect(printList(ast)).toBe(text);
		expect(diagnostics).toMatchObject([{ start: text.length - 1 }]);
		expect(ast.statements).toMatchObject([
			{ indent: "> ", key: { address: { value: "10.96.0.1", start: 7, end: 16 } } },
			{ indent: "> ", address: { value: "192.168.0.2" }, activeConnections: 3 },
			{ type: "unparsed", text: "> " },
		]);
	});

	it("tells so of the save form too, which the same tool prints", () => {
		const message = "Can't initialize ipvs: Protocol not available";
		const text = `${message}\nAre you sure that IP Virtual Server is built in the kernel or as module?\n`;
		const { ast, diagnostics } = parseSave(text);
		expect(diagnostics).toMatchObject([{ code: "ipvsadm/error", start: 0, end: message.length }]);
		expect(ast.statements).toMatchObject([
			{ type: "error", text: message, meaning: "no-module" },
			{ type: "error", meaning: "no-module" },
		]);
		expect(printSave(ast)).toBe(text);
		expect(IpvsadmSave.parse(ast)).toEqual(ast);
	});

	it("asks for the titles only where numbers stand in place of words", () => {
		const hints = (text: string) => parseList(text).diagnostics.map(({ hint }) => hint !== undefined);
		expect(hints("TCP  10.0.0.1:80   1 2 3 4 5\n  -> 10.0.0.2:80   1 2 3 4 5\n")).toEqual([true, true]);
		expect(hints("  -> 10.255.0.5:0                 Masq    1      0\n")).toEqual([false]);
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

	it.each([
		["TCP  0A6012A4:7B91", 18, "a word"],
		["  -> 0A6012A4:7B91      Mask    1      0          0", 24, "Masq, Route, Tunnel or Local"],
		[
			"       0        0        0                0                0",
			7,
			"the titles of ip_vs_stats before its numbers",
		],
		[
			"UDP  [2001:0db8:9487:0000:0000:0000:0000:038c]:49D0 wlc persistent 36000 FFFFFFFF",
			56,
			"a prefix length of IPv6",
		],
	])("/proc: points at what is wrong in %s", (line, start, expected) => {
		const { ast, diagnostics } = parseProc(`${line}\n`);
		expect(unparsedIn(ast).map(({ text }) => text)).toEqual([line]);
		expect(diagnostics).toMatchObject([{ code: "ipvsadm/syntax", start }]);
		expect(diagnostics[0]!.expected).toContain(expected);
	});
});

describe("old releases", () => {
	it("1.26: a name that was cut at 28 characters has lost its port", () => {
		const text = `TCP  www.a-very-long-name.exampl rr
  -> www.a-very-long-name.example Masq    1      0          0         
`;
		const { ast, diagnostics } = parseList(text.replace("name.exampl ", "name.exampl1 "));
		expect(diagnostics).toEqual([]);
		const [{ service, servers }] = balancedServices(ast) as [BalancedService];
		expect(service.key).toMatchObject({ address: { cut: true, value: "www.a-very-long-name.exampl1" } });
		expect(servers[0]!.address).toMatchObject({ cut: true });
		expect(servers[0]!.port).not.toHaveProperty("number");
		expect(printList(ast)).toBe(text.replace("name.exampl ", "name.exampl1 "));
		// One character less is no cut name, but an endpoint without its port.
		expect(parseList(text).diagnostics).toMatchObject([{ start: 5, end: 32, expected: ["ADDRESS:PORT"] }]);
	});

	it("1.26: saved the engine and one-packet scheduling without dashes", () => {
		const text = "-A -u 10.0.0.1:5060 -s rr -p 360 pe sip ops\n";
		const { ast, diagnostics } = parseSave(text);
		expect(diagnostics).toEqual([]);
		expect(ast.statements).toMatchObject([{ engine: "sip", onePacket: true, undashed: ["pe", "ops"] }]);
		expect(printSave(ast)).toBe(text);
	});
});
