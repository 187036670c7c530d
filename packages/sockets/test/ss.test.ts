import { readdirSync, readFileSync } from "node:fs";
import { cleanText, parseParts } from "@netfossil/core";
import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSs, printSs, type SsSocket, type SsStatement, ssFacts, ssParts } from "../src/index.ts";
import { Ss } from "../src/schema.ts";
import { SsParser } from "../src/ss/parser.ts";
import { fitted, ssTables } from "../src/testing.ts";

const folder = new URL("../../../fixtures/ss/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), "utf8");
const recordings = readdirSync(folder).filter((name) => name.startsWith("ss_"));
const noise = "core/control-sequences";

const socketsOf = (text: string): SsSocket[] =>
	parseSs(text).ast.statements.filter((node) => node.type === "socket");
const socket = (text: string): SsSocket => {
	const { ast, diagnostics } = parseSs(`${text}\n`);
	expect(diagnostics).toEqual([]);
	expect(ast.statements).toHaveLength(1);
	expect(printSs(ast)).toBe(`${text}\n`);
	return ast.statements[0] as SsSocket;
};
const titlesOf = (statements: readonly SsStatement[]) => statements.find((node) => node.type === "columns");

describe("grammar", () => {
	it("is valid for chevrotain", () => {
		validateGrammar(() => new SsParser(false));
	});
});

describe("recordings", () => {
	it.each(recordings)("%s: read whole, printed back, valid", (name) => {
		const text = read(name);
		const { ast, diagnostics } = parseSs(text);
		expect(diagnostics.filter(({ code }) => code !== noise)).toEqual([]);
		expect(unparsedIn(ast)).toEqual([]);
		expect(printSs(ast)).toBe(cleanText(text).text);
		expect(Ss.parse(ast)).toEqual(ast);
	});

	it("have the columns that ss makes of what stands in them, on terminals too", () => {
		let compared = 0;
		for (const name of recordings) {
			const { statements } = parseSs(read(name)).ast;
			const titles = titlesOf(statements);
			const rows = statements.filter((node) => node.type === "socket");
			if (titles === undefined || rows.length === 0) continue;
			const screen = /^ss_tty(\d+)/.exec(name)?.[1];
			expect([name, titles.layout]).toEqual([
				name,
				fitted(rows, screen === undefined ? undefined : Number(screen)),
			]);
			expect(rows.filter(({ layout }) => layout !== undefined)).toEqual([]);
			compared++;
		}
		expect(compared).toBeGreaterThanOrEqual(25);
	});

	it("with -O say what those without say", () => {
		const [long, short] = ["ss_peaonmi.txt", "ss_O_peaonmi.txt"].map((name) =>
			socketsOf(read(name)).map(({ netid, state, local, peer, details }) => ({
				netid: netid?.value,
				state: state?.value,
				local: withoutSpans(local),
				peer: withoutSpans(peer),
				details: details.flatMap((each) =>
					each.type === "break" || each.type === "timer" ? [] : [each.type],
				),
			})),
		);
		// Netlink sockets of ss itself come and go.
		const lasting = (rows: typeof long) => rows!.filter(({ netid }) => netid !== "nl");
		expect(lasting(long).length).toBeGreaterThan(30);
		expect(lasting(short)).toEqual(lasting(long));
	});
});

describe("properties", () => {
	const texts = recordings.map((name) => read(name).slice(0, 2500));

	it("keep the laws on any text", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws({ parse: parseSs, print: printSs }, text);
			}),
			{ numRuns: 300 },
		);
	});

	it("print(parse(text)) is the text, whatever it is, but for tabs between columns", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				const clean = cleanText(text).text.replace(/(?<=[^\n])\t(?!\n|$)/g, " ");
				const plain = cleanText(clean).text;
				expect(printSs(parseSs(plain).ast)).toBe(plain);
			}),
			{ numRuns: 500 },
		);
	});

	it("parse(print(ast)) equals ast", () => {
		fc.assert(
			fc.property(ssTables(), (ast) => {
				const { ast: again, diagnostics } = parseSs(printSs(ast));
				expect(withoutSpans(again)).toEqual(withoutSpans(ast));
				expect(diagnostics).toEqual([]);
				expect(Ss.parse(again)).toEqual(again);
			}),
			{ numRuns: 300 },
		);
	});

	it("parts give the statements of the whole", async () => {
		const text = recordings.map(read).join("").repeat(8);
		const chunks = text.match(/[\s\S]{1,70001}/g)!;
		const statements: SsStatement[] = [];
		let parts = 0;
		for await (const { ast, diagnostics } of parseParts(chunks, ssParts())) {
			expect(diagnostics.filter(({ code }) => code !== noise)).toEqual([]);
			statements.push(...ast);
			parts++;
		}
		expect(parts).toBeGreaterThan(3);
		expect(statements).toEqual(parseSs(text).ast.statements);
	});
});

/** Rows as releases before 4.15 print them: `"%-*s %-*s %-6d %-6d %*s:%-*s %*s:%-*s "`, for a pipe as for 80 columns. */
function old(rows: readonly (readonly string[])[]): string {
	const line = ([
		netid,
		state,
		recvQ,
		sendQ,
		local,
		localPort,
		peer,
		peerPort,
		details,
	]: readonly string[]): string =>
		`${netid!.padEnd(5)} ${state!.padEnd(10)} ${recvQ!.padEnd(6)} ${sendQ!.padEnd(6)} ${local!.padStart(15)}:${localPort!.padEnd(7)} ${peer!.padStart(15)}:${peerPort!.padEnd(7)} ${details}\n`;
	const titles = line([
		"Netid",
		"State",
		"Recv-Q",
		"Send-Q",
		"Local Address",
		"Port",
		"Peer Address",
		"Port",
		"",
	]);
	return `${titles.slice(0, -2)}\n${rows.map(line).join("")}`;
}

describe("old releases", () => {
	it("push a row apart where an address is too long; the others keep their columns", () => {
		const text = old([
			["tcp", "LISTEN", "0", "128", "*", "ssh", "*", "*", ""],
			["tcp", "ESTAB", "0", "0", "10.0.0.1", "ssh", "10.0.0.2", "51234", ""],
			["tcp", "ESTAB", "0", "36", "::ffff:192.168.100.10", "http", "::ffff:192.168.100.200", "51234", ""],
			["tcp", "LISTEN", "0", "128", "::", "ssh", "::", "*", ""],
		]);
		const { ast, diagnostics } = parseSs(text);
		expect(diagnostics).toEqual([]);
		expect(printSs(ast)).toBe(text);
		const rows = socketsOf(text);
		expect(rows.map(({ layout }) => layout !== undefined)).toEqual([true, false, true, true]);
		expect(rows[2]).toMatchObject({
			local: { address: { value: "::ffff:192.168.100.10" }, port: { number: 80 } },
			peer: { port: { number: 51234 } },
		});
		expect(rows[3]!.local).toMatchObject({ address: { family: 6, value: "::" }, port: { number: 22 } });
	});

	it("call processes without pid= and fd=", () => {
		const text = old([
			["udp", "UNCONN", "0", "0", "*", "bootpc", "*", "*", ' users:(("dhclient",1234,6))'],
			["tcp", "LISTEN", "0", "128", "*", "ssh", "*", "*", ' users:(("sshd",1300,3),("systemd",1,41))'],
		]);
		const { ast, diagnostics } = parseSs(text);
		expect(diagnostics).toEqual([]);
		expect(printSs(ast)).toBe(text);
		const [, second] = socketsOf(text);
		expect(ssFacts(second!).processes).toMatchObject([
			{ name: { value: "sshd" }, pid: { value: 1300 }, fd: { value: 3 } },
			{ name: { value: "systemd" }, pid: { value: 1 }, fd: { value: 41 } },
		]);
	});

	it("put details on a line with a tab, without filling it up", () => {
		const row = old([["tcp", "ESTAB", "0", "0", "10.0.0.1", "ssh", "10.0.0.2", "51234", ""]]);
		const text = `${row.slice(0, -1)}timer:(keepalive,1min2sec,0) ino:1234 sk:ffff8800a6b0e040\n\t mem:(r0,w0,f0,t0) ts sack cubic wscale:7,7 rto:204 rtt:4.25/0.5 ato:40 cwnd:10 send 27.5Mbps rcv_space:14480\n`;
		const { ast, diagnostics } = parseSs(text);
		expect(diagnostics).toEqual([]);
		expect(printSs(ast)).toBe(text);
		expect(ssFacts(socketsOf(text)[0]!)).toMatchObject({
			timer: { name: { value: "keepalive" }, expires: { value: 62, text: "1min2sec" } },
			inode: 1234,
			cookie: "ffff8800a6b0e040",
			memory: { r: 0, w: 0, f: 0, t: 0 },
			flags: ["ts", "sack"],
			congestion: "cubic",
			fields: { wscale: [7, 7], rto: 204, rtt: [4.25, 0.5], ato: 40, cwnd: 10, send: 27_500_000 },
		});
	});

	it("sum up with the kernel's own counts", () => {
		const text =
			"Total: 190 (kernel 197)\nTCP:   8 (estab 3, closed 1, orphaned 0, synrecv 0, timewait 1/0), ports 12\n\nTransport Total     IP        IPv6\n*\t  197       -         -        \nRAW\t  0         0         0        \n";
		const { ast, diagnostics } = parseSs(text);
		expect(diagnostics).toEqual([]);
		expect(printSs(ast)).toBe(text);
		expect(Ss.parse(ast)).toEqual(ast);
		expect(ast.statements[1]).toMatchObject({
			total: { value: 8 },
			states: [{ name: "estab", count: 3 }, {}, {}, {}, { name: "timewait", count: 1, kernel: 0 }],
			ports: { value: 12 },
		});
		expect(ast.statements[4]).not.toHaveProperty("ip");
	});
});

describe("traps", () => {
	it("a process's name may hold quotes, colons and parentheses", () => {
		const row = socketsOf(read("ss_tulnp.txt")).find(({ details }) =>
			details.some((detail) => detail.type === "users" && detail.processes.length > 1),
		)!;
		expect(ssFacts(row).processes.map((process) => process.name.value)).toEqual(['a "b: (c', "python3"]);
	});

	it("every word of a process stands where its span says", () => {
		const text = read("ss_T_tnap.txt");
		let words = 0;
		for (const row of socketsOf(text)) {
			for (const { name, pid, tid, fd } of ssFacts(row).processes) {
				for (const each of [name, pid, tid!, fd]) {
					expect(text.slice(each.start, each.end)).toBe(String(each.value));
					words++;
				}
			}
		}
		expect(words).toBeGreaterThan(30);
		const context = 'tcp LISTEN 0 5 *:22 *:* users:(("sshd",pid=1,tid=2,proc_ctx=a:b,fd=3,sock_ctx=c:d))';
		const [process] = ssFacts(socket(context)).processes;
		expect(context.slice(process!.context!.start, process!.context!.end)).toBe("a:b");
		expect(context.slice(process!.socketContext!.start, process!.socketContext!.end)).toBe("c:d");
		expect(context.slice(process!.fd.start, process!.fd.end)).toBe("3");
	});

	it("an interface stands behind the address, outside the brackets", () => {
		const rows = socketsOf(read("ss_tulnp.txt"));
		expect(
			rows.flatMap(({ local }) => (local.type === "internet" && local.scope ? [local] : [])),
		).toMatchObject([
			{ address: { value: "127.0.0.53" }, scope: { value: "lo" }, port: { number: 53 } },
			{ address: { value: "fe80::1" }, bracketed: true, scope: { value: "d0" }, port: { number: 547 } },
			{ address: { value: "127.0.0.53" }, scope: { value: "lo" } },
			{ address: { value: "fe80::1" }, scope: { value: "d0" }, port: { number: 8443 } },
		]);
	});

	it("a path may hold blanks, and so may a process that netlink names", () => {
		const rows = socketsOf(read("ss_xap.txt"));
		const paths = rows.map(({ local }) => (local.type === "unix" ? local.path.value : undefined));
		expect(paths).toContain("/run/netfossil/with blank.sock");
		expect(paths).toContain("@abstract one");
		expect(socket("nl    UNCONN 0      0      rtnl:tmux: server/12      *    ").local).toMatchObject({
			name: { value: "rtnl" },
			port: { value: "tmux: server/12" },
		});
		expect(socket("u_str ESTAB 0 0 /run/a 12 b 34 56 * 57 ").local).toMatchObject({
			path: { value: "/run/a 12 b 34" },
			inode: { value: 56 },
		});
	});

	it("columns that ss leaves out are told by what stands in the row", () => {
		expect(socket("LISTEN 0      128    127.0.0.1:631   0.0.0.0:*   ")).not.toHaveProperty("netid");
		const bare = socket("0      0      10.0.0.1:22   10.0.0.2:51234");
		expect(bare).toMatchObject({ recvQ: { value: 0 }, local: { port: { number: 22 } } });
		expect(bare).not.toHaveProperty("state");
		expect(socket("ESTAB 0      0      * 1158   * 1157   ").peer).toMatchObject({
			type: "unix",
			inode: { value: 1157 },
		});
		expect(socket("UNCONN 0      0      rtnl:kernel   *   ").peer).toMatchObject({ type: "none" });
	});

	it("an association of SCTP has no kind, and is no further line of the socket above", () => {
		const text = `State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
LISTEN 0      128          10.0.0.1:9999      0.0.0.0:*           
\`- ESTAB 0      0            10.0.0.1:9999     10.0.0.2:41000        
`;
		const rows = socketsOf(text);
		expect(printSs(parseSs(text).ast)).toBe(text);
		expect(rows[1]).toMatchObject({ association: true, state: { value: "ESTAB" } });
		const kinds =
			"sctp  LISTEN     0      128  10.0.0.1:9999   0.0.0.0:*\n      `- ESTAB    0      0    10.0.0.1:9999  10.0.0.2:4100\n";
		expect(parseSs(kinds).ast.statements).toMatchObject([
			{ netid: { value: "sctp" } },
			{ association: true },
		]);
		expect(printSs(parseSs(kinds).ast)).toBe(kinds);
	});

	it("a table whose trailing blanks were trimmed keeps its columns", () => {
		const text = read("ss_tulnp.txt").replace(/ +$/gm, "");
		const { ast, diagnostics } = parseSs(text);
		expect(diagnostics).toEqual([]);
		expect(printSs(ast)).toBe(text);
		expect(socketsOf(text).filter(({ layout }) => layout !== undefined)).toEqual([]);
	});

	it("a table that someone indented, or squeezed, or filtered is still read", () => {
		const whole = read("ss_teimoan.txt");
		const facts = (text: string) =>
			socketsOf(text).map((row) => ({ ...withoutSpans(ssFacts(row)), peer: withoutSpans(row.peer) }));
		for (const text of [
			whole.replace(/^/gm, "    "),
			whole.replace(/ +/g, " "),
			whole.replaceAll("\n", "\r\n"),
			whole.replace(/^State.*\n/, ""),
		]) {
			const { ast, diagnostics } = parseSs(text);
			expect(diagnostics).toEqual([]);
			expect(facts(text)).toEqual(facts(whole));
			expect(printSs(ast)).toBe(text);
		}
	});

	it("values are numbers, rates too; cookies are texts whatever they look like", () => {
		const row = socket(
			"tcp ESTAB 0 0 10.0.0.1:22 10.0.0.2:51234 uid:1000 ino:1 sk:1e5 fwmark:0x10 cgroup:/user.slice <->\n\t skmem:(r0,rb1) ts sack cubic wscale:7,10 rto:204 send 38.9Gbps pacing_rate 1.07Tbps/2Tbps busy:48ms rwnd_limited:4ms(8.3%) bytes_acked:18446744073709551615",
		);
		expect(ssFacts(row)).toMatchObject({ uid: 1000, cookie: "1e5", cgroup: "/user.slice" });
		expect(ssFacts(row).fields).toMatchObject({
			fwmark: 16,
			wscale: [7, 10],
			send: 38_900_000_000,
			busy: 48,
			rwnd_limited: 4,
			bytes_acked: 2 ** 64,
		});
	});
});

describe("bad input", () => {
	it("keeps the other rows when one is broken, and points at the place", () => {
		const text =
			"tcp LISTEN 0 x 0.0.0.0:22 0.0.0.0:*\ntcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\nhello\ntcp LISTEN 0 128 nowhere\n";
		const { ast, diagnostics } = parseSs(text);
		expect(ast.statements.map(({ type }) => type)).toEqual(["unparsed", "socket", "unparsed", "unparsed"]);
		expect(diagnostics).toMatchObject([
			{ code: "sockets/syntax", start: 13, end: 14, expected: ["a number"] },
			{ code: "sockets/syntax", start: 74, end: 79 },
			{ code: "sockets/syntax", expected: ["a local and a peer address"] },
		]);
	});

	it("keeps a detail that it does not know in the socket, word for word", () => {
		const text = "tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* ino:7 QUANTUM  (entangled) sk:1\n";
		const { ast, diagnostics } = parseSs(text);
		expect(printSs(ast)).toBe(text);
		expect(diagnostics.map(({ code, start, end }) => [code, text.slice(start, end)])).toEqual([
			["sockets/unknown-word", "QUANTUM"],
			["sockets/unknown-word", "(entangled)"],
		]);
		expect(ssFacts(ast.statements[0] as SsSocket)).toMatchObject({ inode: 7, cookie: "1" });
	});
});
