import { readdirSync, readFileSync } from "node:fs";
import { parseParts } from "@netfossil/core";
import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	type InternetSocket,
	netstatParts,
	parseNetstat,
	printNetstat,
	type Statement,
	type UnixSocket,
} from "../src/index.ts";
import { NetstatParser } from "../src/netstat/parser.ts";
import { Netstat } from "../src/schema.ts";
import { tables } from "../src/testing.ts";

const root = new URL("../../../fixtures/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const recordings = ["netstat", "ss"].flatMap((folder) =>
	readdirSync(new URL(`${folder}/`, root))
		.filter((name) => /^(?:netstat|busybox)_(?!de_|fr_)/.test(name))
		.map((name) => `${folder}/${name}`),
);
const seed = "seeds/packet-trace/host/netstat_plunt.txt";
const socketsOf = (text: string): InternetSocket[] =>
	parseNetstat(text).ast.statements.filter((node) => node.type === "socket");

describe("grammar", () => {
	it("is valid for chevrotain", () => {
		validateGrammar(() => new NetstatParser(false));
	});
});

describe("recordings", () => {
	it.each([...recordings, seed])("%s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parseNetstat(text);
		expect(diagnostics).toEqual([]);
		expect(unparsedIn(ast)).toEqual([]);
		expect(printNetstat(ast)).toBe(text);
		expect(Netstat.parse(ast)).toEqual(ast);
	});

	it("hold the sockets that the kernel lists in /proc/net", () => {
		const facts = (["tcp", "tcp6", "udp"] as const).flatMap((protocol) =>
			read(`netstat/proc_net_${protocol}.txt`)
				.trimEnd()
				.split("\n")
				.slice(1)
				.map((line) => {
					const [, local, remote, state] = line.trim().split(/\s+/);
					const port = (end: string): number => Number.parseInt(end.split(":")[1]!, 16);
					return { protocol, local: port(local!), remote: port(remote!), listens: state === "0A" };
				}),
		);
		const said = socketsOf(read("netstat/netstat_an.txt"))
			.concat(socketsOf(read("netstat/netstat_plunt.txt")).filter(({ protocol }) => protocol.value === "udp"))
			.map(({ protocol, local, foreign, state }) => ({
				protocol: protocol.value,
				local: local.port.type === "any" ? 0 : local.port.number,
				remote: foreign.port.type === "any" ? 0 : foreign.port.number,
				listens: state?.value === "LISTEN",
			}));
		expect(facts.length).toBeGreaterThan(8);
		const sorted = (list: readonly object[]): string[] => list.map((each) => JSON.stringify(each)).sort();
		expect(sorted(said)).toEqual(sorted(facts));
	});

	it("say the same with and without -W, but for what is cut", () => {
		const cut = socketsOf(read("netstat/netstat_plunt.txt"));
		const wide = socketsOf(read("netstat/netstat_W_plunt.txt"));
		expect(cut.length).toBe(wide.length);
		cut.forEach((socket, index) => {
			const other = wide[index]!;
			const { local, ...rest } = withoutSpans(socket);
			const { local: whole, ...others } = withoutSpans(other);
			expect(rest).toEqual(others);
			if (local.cut === undefined) expect(local).toEqual(whole);
			else expect(whole.address.value.startsWith(local.address.value)).toBe(true);
		});
		expect(cut.filter(({ local }) => local.cut === "surely")).toHaveLength(1);
	});
});

describe("properties", () => {
	const texts = [...recordings, seed].map((path) => read(path).slice(0, 2000));

	it("keep the laws on any text", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws({ parse: parseNetstat, print: printNetstat }, text);
			}),
			{ numRuns: 500 },
		);
	});

	it("parts give the statements of the whole", async () => {
		const text = recordings.map(read).join("").repeat(12);
		const statements: Statement[] = [];
		let parts = 0;
		for await (const { ast } of parseParts(text.match(/[\s\S]{1,70001}/g)!, netstatParts())) {
			statements.push(...ast);
			parts++;
		}
		expect(parts).toBeGreaterThan(1);
		expect(statements).toEqual(parseNetstat(text).ast.statements);
	});

	it("parse(print(ast)) equals ast", () => {
		fc.assert(
			fc.property(tables(), (ast) => {
				const { ast: again, diagnostics } = parseNetstat(printNetstat(ast));
				expect(withoutSpans(again)).toEqual(withoutSpans(ast));
				expect(diagnostics).toEqual([]);
			}),
			{ numRuns: 300 },
		);
	});
});

describe("traps", () => {
	const socket = (text: string): InternetSocket => socketsOf(`${text}\n`)[0]!;

	it("a program's name may hold blanks, and a path in them", () => {
		const shown = socket(
			"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      0          860        1/sshd: /usr/sbin    off (0.00/0/0)",
		);
		expect(shown).toMatchObject({
			process: { pid: { value: 1 }, program: { value: "sshd: /usr/sbin" } },
			timer: { name: { value: "off" }, expires: { value: 0, text: "0.00" } },
		});
		expect(socket("tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 1/sshd: listener off (0.00/0/0)")).toMatchObject({
			process: { program: { value: "sshd: listener" } },
			timer: { probes: 0 },
		});
	});

	it("UDP has no state, so that the user stands where the state would", () => {
		const udp = socket(
			"udp        0      0 0.0.0.0:4789            0.0.0.0:*                           0          2374       -                    off (0.00/0/0)",
		);
		expect(udp).toMatchObject({ user: { value: "0" }, inode: { value: 2374 }, processHidden: true });
		expect(udp.state).toBeUndefined();
	});

	it("the state of a raw socket is a number", () => {
		expect(
			socket(
				"raw6       0      0 :::58                   :::*                    7           -                   ",
			),
		).toMatchObject({
			state: { value: "7" },
			local: { address: { value: "::" }, port: { number: 58 } },
		});
	});

	it("the last colon of an IPv6 end begins the port; names and zones are kept", () => {
		expect(
			socket("tcp6       0      0 ::1:8080                [::]:*                  LISTEN     "),
		).toMatchObject({
			local: { address: { value: "::1" }, port: { number: 8080 } },
			foreign: { address: { value: "::" }, bracketed: true, port: { type: "any" } },
		});
		expect(
			socket("udp6       0      0 fe80::1%eth0:546        :::*                               "),
		).toMatchObject({
			local: { address: { value: "fe80::1" }, zone: "eth0", port: { number: 546 } },
		});
		expect(
			socket("tcp        0      0 localhost:ipp           *:*                     LISTEN     "),
		).toMatchObject({
			local: { address: { type: "name", value: "localhost" }, port: { name: "ipp", number: 631 } },
		});
	});

	it("a path may hold blanks, or be none", () => {
		const paths = parseNetstat(read("netstat/netstat_W_neopa_1.txt")).ast.statements.filter(
			(node): node is UnixSocket => node.type === "unix",
		);
		expect(paths.some(({ path }) => path === undefined)).toBe(true);
		expect(paths.find(({ path }) => path?.value === "/run/systemd/notify")).toMatchObject({
			process: { pid: { value: 1 }, program: { value: "init" } },
		});
	});

	it("busybox's columns are told by their widths", () => {
		const { statements } = parseNetstat(read("netstat/busybox_anx.txt")).ast;
		const flavors = statements.flatMap((node) => ("flavor" in node ? [node.type] : []));
		expect(flavors).toContain("columns");
		expect(flavors).toContain("unix");
		expect(statements.filter((node) => node.type === "unix" && node.flavor === undefined)).toEqual([]);
		const paths = statements.flatMap((node) => (node.type === "unix" ? [node.path?.value] : []));
		expect(paths).toContain("/tmp/bb.sock");
	});

	it("titles in another language are told, and the rows below them are read", () => {
		for (const language of ["de", "fr"]) {
			const { ast, diagnostics } = parseNetstat(read(`ss/netstat_${language}_antp.txt`));
			const told = diagnostics.filter(({ code }) => code === "sockets/translated");
			expect(told.map(({ hint }) => hint)).toEqual(
				Array(told.length).fill("run it again as: LC_ALL=C netstat …"),
			);
			// The titles of the columns are the same in German.
			expect(told).toHaveLength(language === "de" ? 1 : 2);
			expect(ast.statements.filter(({ type }) => type === "socket").length).toBeGreaterThan(8);
		}
	});

	it("-s: counters stand below their section", () => {
		const { statements } = withoutSpans(parseNetstat(read("ss/netstat_s.txt")).ast);
		expect(statements.slice(0, 3)).toEqual([
			{ type: "section", name: { value: "Ip" } },
			{ type: "counter", text: "Forwarding: 2", value: { value: 2 }, depth: 1 },
			{ type: "counter", text: "19 total packets received", value: { value: 19 }, depth: 1 },
		]);
		expect(parseNetstat("IcmpMsg:\n        InType3: 67\n").ast.statements[1]).toMatchObject({
			text: "InType3: 67",
			value: { value: 67, start: 26, end: 28 },
			depth: 2,
		});
	});

	it("a table whose blanks were changed is still read", () => {
		const text = read(seed).replace(/ +/g, " ").replaceAll("\n", "\r\n");
		const { ast, diagnostics } = parseNetstat(text);
		expect(diagnostics).toEqual([]);
		const { statements } = withoutSpans(ast);
		expect(statements.map(({ eol: _, ...rest }) => rest)).toEqual(
			withoutSpans(parseNetstat(read(seed)).ast).statements,
		);
	});
});

describe("bad input", () => {
	it("keeps the other lines when one is broken, and points at the place", () => {
		const text =
			"tcp        0      x 0.0.0.0:22              0.0.0.0:*               LISTEN     \ntcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN     \nhello\n";
		const { ast, diagnostics } = parseNetstat(text);
		expect(ast.statements.map(({ type }) => type)).toEqual(["unparsed", "socket", "unparsed"]);
		expect(diagnostics).toMatchObject([
			{ code: "sockets/syntax", start: 18, end: 19, expected: ["a number"] },
			{ code: "sockets/syntax", expected: ["a title line", "a socket (tcp, udp, raw or unix)"] },
		]);
	});
});
