import { execFileSync, spawnSync } from "node:child_process";
import {
	chmodSync,
	copyFileSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostileText } from "../packages/core/src/testing.ts";
import { parseList } from "../packages/ipvsadm/src/index.ts";
import { allCommands } from "../packages/netfossil/src/commands/index.ts";
import { Exit } from "../packages/netfossil/src/exit.ts";
import { examples } from "../packages/netfossil/src/help.ts";
import { type Output, run } from "../packages/netfossil/src/index.ts";
import { kindNames } from "../packages/netfossil/src/kinds.ts";
import { schemaNames } from "../packages/netfossil/src/schemas.ts";
import { Topology } from "../packages/topology/src/schema.ts";
import { read, root } from "./workspace.ts";

const commands = await allCommands();

const main = `${root}packages/netfossil/dist/main.js`;
const fixtures = `${root}fixtures`;
const seeds = `${fixtures}/seeds`;
const table = `${seeds}/swarm-access/manager1/netns/ingress_sbox/ipvsadm.txt`;
const packets = `${root}fixtures/tcpdump/live-any-a.live.txt`;
const documents = [
	`${seeds}/documents/000_5be509c29be0ffa5.txt`,
	`${seeds}/documents/003_aecfce794903cd84.txt`,
];

interface Result {
	readonly status: number;
	readonly out: string;
	readonly err: string;
}

/** Runs a command line in this process; without an input the standard input is a terminal. */
async function netfossil(argv: readonly string[], stdin?: string | Uint8Array): Promise<Result> {
	const out: string[] = [];
	const err: string[] = [];
	const output = (texts: string[]): Output => ({
		write: (text) => void texts.push(text),
		drained: async () => {},
		color: false,
		terminal: false,
	});
	const status = await run(argv, {
		stdin: Readable.from(stdin === undefined || stdin === "" ? [] : [Buffer.from(stdin as Uint8Array)]),
		stdinIsTerminal: stdin === undefined,
		stdout: output(out),
		stderr: output(err),
	});
	return { status, out: out.join(""), err: err.join("") };
}

let folder: string;
const at = (path: string): string => join(folder, path);

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "netfossil-cli-"));
	writeFileSync(at("empty.txt"), "");
	writeFileSync(at("binary.bin"), Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 1, 2]));
	writeFileSync(at("prose.md"), "# Notes\n\nNothing was saved here.\n");
	mkdirSync(at("nothing"));
	copyFileSync(table, at("ipvsadm.txt"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("parse --summary", () => {
	it("tells people what the packets of a file show", async () => {
		const { status, out, err } = await netfossil(["parse", "--summary", packets]);
		expect([status, err]).toEqual([0, ""]);
		expect(out).toContain("98 packets, 23:40:06.323454 to 23:40:08.076367 (1.8 s)");
		expect(out).toContain("HTTP: 6 questions, 6 answered");
	});

	it("gives the same to programs, of a file that is recognised, named, or piped in", async () => {
		const recognised = JSON.parse((await netfossil(["parse", "--summary", "--format", "json", packets])).out);
		expect(recognised).toMatchObject({ kind: "tcpdump", file: packets, summary: { packets: 98, unread: 0 } });
		const argv = ["parse", "--summary", "--format", "json", "--as", "tcpdump"];
		expect(JSON.parse((await netfossil([...argv, packets])).out)).toEqual(recognised);
		const text = readFileSync(packets, "utf8");
		for (const piped of [argv, argv.slice(0, -2)])
			expect(JSON.parse((await netfossil(piped, text)).out).summary).toEqual(recognised.summary);
	});

	it("refuses a kind without one", async () => {
		for (const argv of [
			["parse", "--summary", table],
			["parse", "--summary", "--as", "ipvsadm-list", table],
		]) {
			const { status, out, err } = await netfossil(argv);
			expect([status, out]).toEqual([3, ""]);
			expect(err).toContain("these have one: tcpdump");
		}
	});

	it("refuses a text that is not of the kind that was named", async () => {
		expect((await netfossil(["parse", "--summary", "--as", "tcpdump", table])).status).toBe(3);
	});
});

describe("parse", () => {
	it("reads a long file of a kind that was named in parts, with the same statements and places", async () => {
		const rules = readFileSync(`${root}fixtures/iptables/rulesets/docker-engine/nft-4/save-c.txt`, "utf8");
		const text = `${rules.repeat(Math.ceil(600_000 / rules.length))}-A INPUT ( -j\n${rules}`;
		writeFileSync(at("long.txt"), text);
		const whole = await netfossil(["parse", "--as", "iptables-save", at("long.txt")]);
		const parts = await netfossil(["parse", "--as", "iptables-save", "--format", "ndjson", at("long.txt")]);
		const statements = parts.out
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line).statement);
		expect(statements).toEqual(JSON.parse(whole.out).ast.statements);
		expect(parts.err).toBe(whole.err);
		const line = text.slice(0, text.indexOf("-A INPUT ( -j")).split("\n").length;
		expect(parts.err).toContain(`long.txt:${line}:`);
		expect([whole.status, parts.status]).toEqual([0, 0]);
		const piped = await netfossil(["parse", "--as", "iptables-save", "--format", "ndjson"], text);
		expect(piped.out.replaceAll('"file":"-"', `"file":${JSON.stringify(at("long.txt"))}`)).toBe(parts.out);
	});

	it("gives the tree of one file", async () => {
		const { status, out, err } = await netfossil(["parse", table]);
		const { ast, diagnostics } = parseList(readFileSync(table, "utf8"));
		expect({ status, err }).toEqual({ status: 0, err: "" });
		expect(JSON.parse(out)).toMatchObject({ kind: "ipvsadm-list", ast, diagnostics });
		expect(Object.keys(JSON.parse(out))).toEqual(["kind", "file", "ast", "diagnostics"]);
		expect(out.endsWith("}\n")).toBe(true);
	});

	it("gives an array for several files, and for a document with several dumps", async () => {
		const two = JSON.parse((await netfossil(["parse", table, at("ipvsadm.txt")])).out);
		expect(two.map(({ kind }: { kind: string }) => kind)).toEqual(["ipvsadm-list", "ipvsadm-list"]);
		const [, document] = documents;
		const text = readFileSync(document!, "utf8");
		const entries = JSON.parse((await netfossil(["parse", document!])).out);
		expect(entries.length).toBeGreaterThan(10);
		for (const { offset, ast } of entries) {
			expect(offset).toBeGreaterThan(0);
			expect(offset + ast.end).toBeLessThanOrEqual(text.length);
		}
	});

	it("reads the standard input, with and without a kind", async () => {
		const text = readFileSync(table, "utf8");
		const file = JSON.parse((await netfossil(["parse", table])).out).ast;
		for (const argv of [["parse"], ["parse", "-"], ["parse", "--as", "ipvsadm-list"]]) {
			const { status, out } = await netfossil(argv, text);
			expect(status).toBe(0);
			expect(JSON.parse(out)).toMatchObject({ kind: "ipvsadm-list", file: "-", ast: file });
		}
	});

	it("gives a statement a line with ndjson", async () => {
		const { out } = await netfossil(["parse", "--format", "ndjson", at("ipvsadm.txt")]);
		const { ast } = parseList(readFileSync(table, "utf8"));
		const lines = out
			.trimEnd()
			.split("\n")
			.map((line) => JSON.parse(line));
		expect(lines.map(({ statement }) => statement)).toEqual(ast.statements);
		expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(["ipvsadm-list"]));
	});

	it("shows diagnostics with the place in the file, also for a part of a document", async () => {
		const text = "FWM  2x8 rr\n  -> 10.0.0.3:0                   Masq    1      0          0         \n";
		const { status, err } = await netfossil(["parse", "--as", "ipvsadm-list"], text);
		expect(status).toBe(0);
		expect(err).toBe(
			[
				'-:1:6: warning: ipvsadm does not print "2x8" here; the line is kept as it stands [ipvsadm/syntax]',
				"  1 | FWM  2x8 rr",
				"    |      ^~~",
				"  expected a number",
				"",
			].join("\n"),
		);
	});

	it("takes no nonsense for the kind that was named", async () => {
		const text = "1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue\n    inet 127.0.0.1/8 scope host lo\n";
		const argv = ["parse", "--as", "iptables-list"];
		expect(await netfossil(argv, text)).toMatchObject({
			status: 3,
			err: expect.stringContaining(
				"netfossil: error: nothing in - could be read as iptables-list\n  leave out --as to have the kind recognised\n",
			),
		});
		const lines = "FWM  258 rr\nFWM  2x8 rr\nFWM  2x9 rr\n";
		expect((await netfossil(["parse", "--as", "ipvsadm-list"], lines)).status).toBe(3);
		expect((await netfossil(["parse"], lines)).status).toBe(0);
	});

	it("reads a text with a NUL, as iptables prints it behind the program of -m bpf", async () => {
		// iptables v1.8.9: -A INPUT -m bpf --bytecode "1,6 0 0 0" -j DROP
		const text = `Chain INPUT (policy ACCEPT)
target     prot opt source               destination         
DROP       0    --  0.0.0.0/0            0.0.0.0/0           match bpf 6 0 0 0\0
`;
		writeFileSync(at("bpf.txt"), text);
		const { out, status } = await netfossil(["parse", at("bpf.txt")]);
		expect(status).toBe(0);
		expect(JSON.parse(out).ast.statements.at(-1)).toMatchObject({ matches: [{ type: "bpf" }] });
		expect((await netfossil(["print"], out)).out).toBe(text);
	});

	it("quotes no more than the beginning of a long word", async () => {
		const { err } = await netfossil(["parse", "--as", "ip-route"], `default via ${"x".repeat(100_000)} {\n`);
		expect(err.length).toBeLessThan(1000);
	});

	it("says what a packet capture is", async () => {
		const argv = ["parse", "--as", "tcpdump", at("b.pcap")];
		writeFileSync(at("b.pcap"), Uint8Array.from([0xd4, 0xc3, 0xb2, 0xa1, 2, 0]));
		expect((await netfossil(argv)).err).toBe(
			`netfossil: error: ${at("b.pcap")} is a packet capture (pcap)\n  print it first: tcpdump -nr ${at("b.pcap")} > b.txt\n`,
		);
	});

	it("says so when a text is not of the kind that was named", async () => {
		const { status, out, err } = await netfossil(["parse", "--as", "ipvsadm-list", at("prose.md")]);
		expect(status).toBe(3);
		expect(err).toContain(`netfossil: error: nothing in ${at("prose.md")} could be read as ipvsadm-list\n`);
		expect(JSON.parse(out).ast.statements.at(-1)).toMatchObject({ type: "unparsed" });
	});
});

describe("print", () => {
	/** Not byte for byte: pieces of documents, and pasted forms. What lies in an archive has no path. */
	const CHANGED = /documents\/|^captures\/|\.md$|^iptables\/forms|_color\b|_c_/;
	/** How many recordings of a kind are enough here; its own package prints them all. */
	const ENOUGH = 12;
	let found: readonly { readonly kind: string; readonly file: string }[];
	beforeAll(async () => {
		found = JSON.parse((await netfossil(["identify", "--format", "json", fixtures])).out).dumps;
	}, 60_000);

	it.each(kindNames)("gives back each recording of %s", async (kind) => {
		const files = found.filter((dump) => dump.kind === kind && !CHANGED.test(dump.file));
		expect(files.length).toBeGreaterThan(0);
		for (const { file } of files.slice(0, ENOUGH)) {
			const text = readFileSync(`${fixtures}/${file}`, "utf8");
			const { out } = await netfossil(["parse", "--as", kind, `${fixtures}/${file}`]);
			const printed = await netfossil(["print"], out);
			expect(printed).toEqual({ status: 0, out: text, err: "" });
		}
	});

	it("takes a line for each statement", async () => {
		const text = readFileSync(table, "utf8");
		const lines = await netfossil(["parse", "--format", "ndjson", table, at("ipvsadm.txt")]);
		expect((await netfossil(["print"], lines.out)).out).toBe(text + text);
		const cut = await netfossil(["print"], lines.out.slice(0, -5));
		expect(cut).toMatchObject({ status: 3, err: expect.stringContaining("is no JSON") });
	});

	it("takes a tree alone and an array", async () => {
		const text = readFileSync(table, "utf8");
		const entry = JSON.parse((await netfossil(["parse", table])).out);
		expect((await netfossil(["print"], JSON.stringify(entry.ast))).out).toBe(text);
		expect((await netfossil(["print", "-"], JSON.stringify([entry, entry]))).out).toBe(text + text);
	});

	it.each([
		["{", "- is no JSON"],
		["{}", "- is no syntax tree"],
		["[7]", "-: entry 1 is no syntax tree"],
		['{"type":"ipvsadm-lst"}', "- is of no known kind: ipvsadm-lst"],
		['{"type":"ipvsadm-list","start":0,"end":0,"statements":[{"type":"x"}]}', "ast.statements.0"],
	])("refuses %s", async (text, message) => {
		const { status, out, err } = await netfossil(["print"], text);
		expect({ status, out }).toEqual({ status: 3, out: "" });
		expect(err).toContain(message);
	});
});

describe("identify", () => {
	it("says what a file is and why", async () => {
		const { status, out } = await netfossil(["identify", at("ipvsadm.txt")]);
		expect(status).toBe(0);
		expect(out).toMatch(/^ipvsadm\.txt {2}ipvsadm-list {2}host /);
		expect(out).toMatch(/^ {2}kind {5}observed: /m);
	});

	it("knows where each session of a document ran", async () => {
		const { out } = await netfossil(["identify", "--format", "json", ...documents]);
		const { dumps, passedOver } = JSON.parse(out);
		const table = dumps.find(
			(dump: { kind: string; file: string }) => dump.kind === "ipvsadm-list" && /000/.test(dump.file),
		);
		expect(table).toMatchObject({
			command: "ipvsadm",
			scope: { host: "manager1", place: { type: "netns", name: "ingress_sbox" } },
			lines: { first: 105, last: 110 },
		});
		expect(passedOver.length).toBeGreaterThan(0);
	});

	it("reads what is compressed from the standard input", async () => {
		const { status, out } = await netfossil(["identify", "-"], gzipSync(readFileSync(table)));
		expect(status).toBe(0);
		expect(out).toContain("-  ipvsadm-list  host host");
	});

	it("lists what it passed over", async () => {
		const { status, out } = await netfossil(["identify", at("prose.md")]);
		expect(status).toBe(3);
		expect(out).toContain("passed over\n  prose.md");
	});
});

describe("topology", () => {
	it("gives the same graph from the documents, twice", async () => {
		const first = await netfossil(["topology", "--format", "json", ...documents]);
		expect(first.status).toBe(0);
		expect(await netfossil(["topology", "--format", "json", ...documents])).toEqual(first);
		const graph = JSON.parse(first.out);
		expect(Topology.parse(graph)).toEqual(graph);
		expect(
			graph.nodes
				.filter(({ kind }: { kind: string }) => kind === "host")
				.map(({ name }: { name: string }) => name),
		).toEqual(["manager1", "worker1", "worker2"]);
	});

	it("has a text, DOT and Mermaid form", async () => {
		expect((await netfossil(["topology", ...documents])).out).toMatch(/ingress_sbox/);
		expect((await netfossil(["topology", "--format", "dot", ...documents])).out).toMatch(/^(di)?graph /);
		expect((await netfossil(["topology", "--format", "mermaid", ...documents])).out).toMatch(
			/^(flowchart|graph) /,
		);
	});

	it("reads the standard input when nothing is named, and says when it is empty", async () => {
		const text = readFileSync(documents[1]!, "utf8");
		for (const verb of ["topology", "identify"]) {
			expect(await netfossil([verb], text)).toEqual(await netfossil([verb, "-"], text));
			const { status, err } = await netfossil([verb], "");
			expect({ status, err }).toEqual({
				status: 3,
				err: "netfossil: error: the standard input is empty\n  the command before it printed nothing\n",
			});
		}
	});

	it("reads once what is named twice", async () => {
		const once = await netfossil(["topology", "--format", "json", `${seeds}/swarm-vote`]);
		const twice = [`${seeds}/swarm-vote`, `${seeds}/swarm-vote`, `${seeds}/./swarm-vote/`];
		expect(await netfossil(["topology", "--format", "json", ...twice])).toEqual(once);
	});

	it("says in few lines what it did not read", async () => {
		const node = at("swarm/node1");
		mkdirSync(node, { recursive: true });
		copyFileSync(table, join(node, "ipvsadm.txt"));
		for (let index = 0; index < 30; index++) {
			writeFileSync(join(node, `empty_${index}`), "");
			writeFileSync(join(node, `nft_list_ruleset_${index}.txt`), "table ip nat {\n}\n");
		}
		writeFileSync(join(node, "ethtool_eth0"), "driver: veth\n");
		for (const each of [0, 1, 2]) symlinkSync(`empty_${each}`, join(node, `link_${each}`));
		writeFileSync(join(node, "a.pcap"), Uint8Array.from([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0]));
		writeFileSync(join(node, "ipvsadm_-L"), "FWM  2x8 rr\nFWM  258 rr\nFWM  2x9 rr\n");
		writeFileSync(join(node, "hostname"), "manager1\n");
		const { status, err } = await netfossil(["topology", at("swarm")]);
		expect(status).toBe(0);
		expect(err.split("\n").sort()).toEqual(
			[
				"netfossil: warning: node1/ipvsadm_-L: 2 lines not read in full, first at :1:6",
				"  netfossil parse FILE shows them",
				"netfossil: passed over 65 files: 31 × ethtool, nft list ruleset, 30 × an empty file, 3 × a link, 1 × a packet capture (pcap); netfossil inventory --all lists them, and why",
				"",
			].sort(),
		);
		for (const name of readdirSync(node)) if (/^(?:empty|link)_/.test(name)) rmSync(join(node, name));
		const fewer = await netfossil(["topology", at("swarm")]);
		expect(fewer.err.split("\n").filter((line) => line.includes("passed over"))).toEqual([
			"netfossil: passed over 31 files (ethtool, nft list ruleset): node1/ethtool_eth0, node1/nft_list_ruleset_0.txt, node1/nft_list_ruleset_1.txt and 28 more; netfossil does not read this format yet",
			"netfossil: passed over 1 file (a packet capture (pcap)): node1/a.pcap; print it first: tcpdump -nr a.pcap > a.txt",
		]);
		for (const index of [0, 1, 2, 3]) writeFileSync(join(node, `empty_${index}`), "");
		const named = await netfossil([
			"topology",
			...["empty_0", "empty_1", "empty_2", "empty_3", "ipvsadm.txt"].map((name) => join(node, name)),
		]);
		expect(named.err.split("\n")).toEqual([
			"netfossil: warning: empty_0, empty_1, empty_2 and 1 more: the file is empty",
			"  the command printed nothing, or it failed; run it again and look",
			"",
		]);
	});

	it.each([
		[
			"nft_list_ruleset.txt",
			"table ip nat {\n}\n",
			"nft list ruleset",
			"netfossil does not read this format yet",
		],
		[
			"a.pcap",
			"\xd4\xc3\xb2\xa1\x02\0",
			"a packet capture (pcap)",
			"print it first: tcpdump -nr a.pcap > a.txt",
		],
		["a.zip", "PK\x03\x04", "a zip archive", "unpack it first, and name the folder: unzip FILE"],
		["a.bin", "\x7fELF\0", "a binary file", "it holds NUL bytes and others that no text does"],
	])("says of %s alone what it is", async (name, text, what, reason) => {
		writeFileSync(at(name), text, "latin1");
		const { status, out, err } = await netfossil(["topology", at(name)]);
		expect({ status, out }).toEqual({ status: 3, out: "" });
		expect(err).toBe(`netfossil: error: ${name} holds no dump: ${what}\n  ${reason}\n`);
	});

	it("writes a file for each -o, in the format of its extension", async () => {
		const files = ["network.svg", "network.json", "network.txt"].map(at);
		const { status, out } = await netfossil([
			"topology",
			...files.flatMap((file) => ["-o", file]),
			...documents,
		]);
		expect({ status, out }).toEqual({ status: 0, out: "" });
		const [svg, json, text] = files.map((file) => readFileSync(file, "utf8"));
		expect(svg).toMatch(/^<svg /);
		expect(Topology.parse(JSON.parse(json!)).nodes.length).toBeGreaterThan(10);
		expect(text).toBe((await netfossil(["topology", ...documents])).out);
		const odd = await netfossil(["topology", "-o", files[0]!, "-o", at("network.pdf"), ...documents]);
		expect(odd.status).toBe(2);
		expect(odd.err).toContain("the extension says the format: .txt");
	});

	it.each([
		[["-o", "a.png"], "-o a.png: the extension names no format", ".txt .json .dot .gv .mmd .mermaid .svg"],
		[["-o", "a"], "-o a: the extension names no format", "--format FORMAT does"],
		[["-o", "a.json", "--format", "dot"], "-o a.json is for json, and --format says dot", "no format"],
	])("refuses %j", async ([option, name, ...more], message, hint) => {
		const { status, err } = await netfossil(["topology", option!, at(name!), ...more, ...documents]);
		expect(status).toBe(2);
		expect(err.replace(`${folder}/`, "").split("\n")[0]).toBe(`netfossil: error: ${message}`);
		expect(err).toContain(hint);
		expect(existsSync(at(name!))).toBe(false);
	});

	it("takes --format for the standard output and for names that say no format", async () => {
		const files = ["odd.svg", "odd.graph"].map(at);
		const outputs = [...files, "-"].flatMap((file) => ["-o", file]);
		const { status, out } = await netfossil(["topology", ...outputs, "--format", "json", ...documents]);
		expect(status).toBe(0);
		expect(Topology.parse(JSON.parse(out)).nodes.length).toBeGreaterThan(10);
		const [svg, json] = files.map((file) => readFileSync(file, "utf8"));
		expect(svg).toMatch(/^<svg /);
		expect(json).toBe(out);
	});

	it("names a few ids where one is wrong, and how to list all", async () => {
		const hintOf = async (id: string): Promise<string> => {
			const { status, err } = await netfossil(["topology", "--explain", id, ...documents]);
			expect(status).toBe(2);
			return err.slice(err.indexOf("\n  "));
		};
		for (const id of ["nope", "ingres_sbox", "VOTE", "veth-peer nope", "x".repeat(3000)]) {
			const hint = await hintOf(id);
			expect(hint).toContain("--format json lists the ids of all nodes and edges");
			expect(hint.slice(0, hint.indexOf(";")).split(", ").length, hint).toBeLessThanOrEqual(5);
		}
		expect(await hintOf("manager1/netns/ingres_sbox")).toContain("nearest are: manager1/netns/ingress_sbox;");
		expect(await hintOf("ingres_sbox")).toContain("nearest are: worker1/netns/ingress_sbox, ");
		expect(await hintOf("VOTE")).toContain("nearest are: service/vote, ");
	});

	it("narrows to what is asked for, and says what there is where the name is wrong", async () => {
		const part = await netfossil(["topology", "--host", "worker1", "--netns", "ingress_sbox", ...documents]);
		expect(part.out).toContain("namespace ingress_sbox");
		expect(part.out).not.toContain("manager1\n");
		const wrong = await netfossil(["topology", "--service", "voet", ...documents]);
		expect(wrong.status).toBe(2);
		expect(wrong.err).toContain('did you mean "vote"?');
	});

	it("explains a fact with the lines that prove it", async () => {
		const id = "manager1/netns/ingress_sbox/interface/eth0";
		const { out } = await netfossil(["topology", "--explain", id, ...documents]);
		expect(out).toContain("interface eth0");
		expect(out).toMatch(/observed by ip-address\n.*000_5be509c29be0ffa5\.txt:\d+:\d+\n.*eth0/);
		const wrong = await netfossil(["topology", "--explain", "ingress_sbox", ...documents]);
		expect(wrong.status).toBe(2);
		expect(wrong.err).toContain("manager1/netns/ingress_sbox");
	});

	it("shows the line behind each fact, unless asked not to", async () => {
		const line = "003_aecfce794903cd84.txt:";
		expect((await netfossil(["topology", ...documents])).out).toContain(line);
		expect((await netfossil(["topology", "--no-evidence", ...documents])).out).not.toContain(line);
	});
});

describe("schema", () => {
	it.each(schemaNames)("prints the JSON Schema of %s, as it is published", async (name) => {
		const { status, out } = await netfossil(["schema", name]);
		expect(status).toBe(0);
		expect(JSON.parse(out)).toMatchObject({ title: name, $schema: expect.stringContaining("2020-12") });
		const published = readdirSync(`${root}packages`)
			.map((each) => `packages/${each}/dist/schema/${name}.schema.json`)
			.filter((path) => existsSync(root + path));
		expect(published.map(read)).toEqual([out]);
	});
});

describe("help", () => {
	it("lists the verbs, and for each its options", async () => {
		const { status, out } = await netfossil(["--help"]);
		expect(status).toBe(0);
		expect(await netfossil(["-h"])).toMatchObject({ out });
		for (const { name, options } of commands) {
			expect(out).toMatch(new RegExp(`^  ${name} `, "m"));
			const help = await netfossil([name, "--help"]);
			expect(help).toMatchObject({ status: 0, err: "" });
			expect(await netfossil(["help", name])).toEqual(help);
			for (const option of options) expect(help.out).toContain(`--${option.name}`);
			expect((await netfossil([name, "nonsense", "more", "-h"])).out).toBe(help.out);
			for (const line of (out + help.out).split("\n")) expect(line.length).toBeLessThanOrEqual(120);
		}
		const listed = out.slice(out.indexOf("Exit status")).matchAll(/^ {2}(\d+) /gm);
		expect([...listed].map(([, status]) => Number(status))).toEqual(Object.values(Exit));
	});

	it("knows its version", async () => {
		const { version } = JSON.parse(read("packages/netfossil/package.json"));
		expect((await netfossil(["--version"])).out).toBe(`${version}\n`);
		expect((await netfossil(["parse", "--version"])).out).toBe(`${version}\n`);
	});
});

const network = `${fixtures}/oracle`;
const ASKED = { proto: "tcp", dst: "10.56.217.24", dport: 22 };

describe("trace", () => {
	const from = (...args: readonly string[]): Promise<Result> =>
		netfossil(["trace", `${network}/case-T10`, ...args]);

	it("says by its status what became of the packet, and by which line", async () => {
		const delivered = await from("--from", "stor4", "--to", "10.56.217.24:22");
		expect(delivered.status).toBe(0);
		expect(delivered.out).toMatch(/^DELIVERED {2}tcp from stor4 to 10\.56\.217\.24:22\n/);
		const lost = await from("--from", "swarm-mgr", "--to", "10.56.217.32:81", "--explain-drop");
		expect(lost.status).toBe(1);
		expect(lost.out).toMatch(
			/^LOST .*\n.*rule 7 of INPUT \(filter\) on swarm-wrk rejects it with tcp-reset\n.*iptables-save_-c:\d+\n/,
		);
		expect(lost.out).toContain("iptables -t filter -D INPUT 7");
		const open = await from("--from", "internet", "--to", "10.0.1.3:80");
		expect(open.status).toBe(4);
		expect(open.out).toMatch(/^UNKNOWN /);
	});

	it("knows containers by the name of their namespace, and prints JSON", async () => {
		const { status, out } = await from("--from", "task-api.1", "--to", "task-web.1", "--format", "json");
		expect(status).toBe(0);
		expect(JSON.parse(out)).toMatchObject({ outcome: "delivered", reply: { reached_client: true } });
	});

	it("is 1 if the SYN arrives but no answer comes back, as no connection comes about", async () => {
		const place = mkdtempSync(join(tmpdir(), "netfossil-answer-"));
		const sockets = "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port\n";
		for (const [name, last, file, text] of [
			[
				"ann",
				1,
				"iptables-save",
				"*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
			],
			[
				"bob",
				2,
				"ss_-tulnp",
				`${sockets}tcp   LISTEN 0      128          0.0.0.0:80        0.0.0.0:*\nudp   UNCONN 0      0            0.0.0.0:53        0.0.0.0:*\n`,
			],
		] as const) {
			mkdirSync(join(place, name));
			const mac = `52:54:00:00:00:0${last}`;
			writeFileSync(
				join(place, name, "ip_addr"),
				`2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq state UP group default qlen 1000\n    link/ether ${mac} brd ff:ff:ff:ff:ff:ff\n    inet 10.3.0.${last}/24 brd 10.3.0.255 scope global eth0\n`,
			);
			writeFileSync(join(place, name, "iptables-save"), "");
			writeFileSync(join(place, name, file), text);
		}
		const to = (...args: readonly string[]) => netfossil(["trace", place, "--from", "ann", "--to", ...args]);
		const [tcp, udp, ping] = [
			await to("10.3.0.2:80"),
			await to("10.3.0.2:53", "--proto", "udp"),
			await to("10.3.0.2"),
		];
		rmSync(place, { recursive: true });
		expect(tcp.out).toMatch(/^DELIVERED, THE ANSWER LOST /);
		expect([tcp.status, udp.status, ping.status]).toEqual([1, 0, 1]);
	});

	it("settles what is open by --assume, and says what a flow takes", async () => {
		const vote = (...args: readonly string[]) =>
			netfossil([
				"trace",
				`${fixtures}/networks/swarm-vote`,
				"--from",
				"manager1",
				"--to",
				"127.0.0.1:8080",
				...args,
			]);
		const { status, out } = await vote("--assume", "backend=10.0.0.7", "--assume", "established");
		expect(status).toBe(0);
		expect(out).toMatch(
			/^assuming that the connection is established, and that it goes to 10\.0\.0\.7:\nDELIVERED .*\n.* at 10\.0\.0\.7:80,/,
		);
		for (const word of ["backend=10.9.9.9", "banana"]) {
			const wrong = await vote("--assume", word);
			expect([wrong.status, wrong.out]).toEqual([2, ""]);
			expect(wrong.err).toContain(word);
			expect(wrong.err).toContain("this flow takes: established, backend=10.0.0.6:80, backend=10.0.0.7:80");
		}
	});

	it("shows what was captured at the places of the packet, and takes the options of captures", async () => {
		const routed = (...args: readonly string[]) =>
			netfossil([
				"trace",
				`${fixtures}/traffic/routed-later`,
				"--from",
				"client",
				"--to",
				"10.2.0.2:80",
				...args,
			]);
		const { status, out } = await routed();
		expect(status).toBe(1);
		expect(out).toMatch(/contradiction: .* captured at router eth1 .* router\/session\.txt:\d+\n/);
		const small = await routed("--max-files", "1");
		expect(small.err).toContain("--max-files");
	});

	it("answers a list of questions, with what is wrong of each", async () => {
		const list = [
			{ id: "a", from: { host: "stor4", netns: null }, ...ASKED },
			{ id: "b", from: { host: "nobody" }, ...ASKED },
			{ id: "c", from: { host: "stor4" }, ...ASKED, dport: 70_000 },
		];
		const file = join(mkdtempSync(join(tmpdir(), "netfossil-flows-")), "flows.json");
		writeFileSync(file, JSON.stringify(list));
		const { status, out } = await from("--flows", file, "--format", "json");
		rmSync(dirname(file), { recursive: true });
		expect(status).toBe(0);
		const answers = JSON.parse(out) as {
			id: string;
			outcome: string;
			unknown?: { gaps: { text: string }[] };
		}[];
		expect(answers.map(({ id, outcome, unknown }) => [id, outcome, unknown?.gaps[0]?.text])).toEqual([
			["a", "delivered", undefined],
			["b", "unknown", "nobody is no host, namespace, container or service of the capture"],
			["c", "unknown", "70000 is no port"],
		]);
	});

	it.each([
		[["--from", "stor4"], 2, "trace needs --from and --to, or --flows"],
		[["--from", "nobody", "--to", "10.0.1.3:80"], 2, "nobody is no host, namespace, container or service"],
		[["--from", "stro4", "--to", "10.0.1.3:80"], 2, 'did you mean "stor4"?'],
		[["--from", "\u001b[31m", "--to", "10.0.1.3:80"], 2, "␛[31m is no host"],
		[["--from", "stor4", "--to", "stor4:"], 2, '--to: "stor4:" has no port behind its colon'],
		[["--from", "stor4", "--to", "[::1"], 2, '"[::1" is no [ADDRESS]:PORT'],
		[["--from", "stor4", "--to", "10.0.1.3:80", "--src", "x:y"], 2, "--src: y is no port"],
		[["--from", "stor4", "--to", "10.0.1.3:99999"], 2, "99999 is no port"],
		[["--from", "stor4", "--to", "10.0.1.3", "--proto", "udp"], 2, "--proto udp needs a port"],
		[["--from", "stor4", "--to", "stor4:0"], 2, "0 is no port that a packet is sent to"],
		[
			["--from", "stor4", "--to", "10.0.1.3:80", "--summary", "--detailed"],
			2,
			"--summary and --detailed exclude each other",
		],
		[["--flows", "/nowhere.json"], 3, "/nowhere.json does not exist"],
	])("%j: status %i", async (args, status, message) => {
		const wrong = await from(...args);
		expect([wrong.status, wrong.out]).toEqual([status, ""]);
		expect(wrong.err).toContain(message);
	});
});

describe("examples of the help", () => {
	let place: string;

	beforeAll(async () => {
		if (!existsSync(main)) throw new Error("run `npm run setup` first: there is no build");
		place = mkdtempSync(join(tmpdir(), "netfossil-examples-"));
		mkdirSync(join(place, "bin"));
		writeFileSync(join(place, "bin/netfossil"), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
		chmodSync(join(place, "bin/netfossil"), 0o755);
		cpSync(`${seeds}/swarm-vote`, join(place, "capture"), { recursive: true });
		cpSync(`${network}/case-T10`, join(place, "network"), { recursive: true });
		writeFileSync(
			join(place, "questions.json"),
			JSON.stringify([{ id: 1, from: { host: "stor4" }, ...ASKED }]),
		);
		cpSync(documents[1]!, join(place, "notes.md"));
		cpSync(table, join(place, "ipvsadm.txt"));
		cpSync(packets, join(place, "tcpdump.txt"));
		writeFileSync(join(place, "ipvsadm.json"), (await netfossil(["parse", table])).out);
	});
	afterAll(() => rmSync(place, { recursive: true, force: true }));

	it.each([...examples, ...commands.flatMap((command) => command.examples)].map(({ line }) => line))(
		"%s",
		(line) => {
			const PATH = `${join(place, "bin")}:${process.env.PATH}`;
			const before = new Set(readdirSync(place));
			const { status, stdout } = spawnSync("bash", ["-o", "pipefail", "-c", line], {
				cwd: place,
				env: { ...process.env, PATH },
				encoding: "utf8",
			});
			const written = readdirSync(place).filter((name) => !before.has(name));
			expect(status).toBe(0);
			const outputs = Array.from(line.matchAll(/ -o (\S+)/g), ([, output]) => output!);
			expect(stdout === "").toBe(outputs.length > 0);
			for (const output of outputs) expect(readFileSync(join(place, output), "utf8")).not.toBe("");
			for (const name of written) rmSync(join(place, name));
		},
	);
});

describe("a wrong command line", () => {
	it.each([
		[[], "no verb given", "netfossil --help lists them"],
		[["prase"], 'there is no verb "prase"', 'did you mean "parse"?'],
		[["--verbose"], 'the first argument is a verb, not "--verbose"', "valid are: topology"],
		[["parse", "--fromat", "json"], "parse has no option --fromat", 'did you mean "--format"?'],
		[["parse", "--format", "jsn"], '--format does not know "jsn"', 'did you mean "json"?'],
		[["parse", "--as", "ipvsadm"], 'there is no kind "ipvsadm"', '"ipvsadm-list" or "ipvsadm-save"'],
		[["schema", "iptable-save"], 'there is no schema of "iptable-save"', '"iptables-save"'],
		[["schema"], "schema needs KIND", "netfossil schema KIND"],
		[["print", "a", "b"], 'print does not take "b"', "netfossil print [FILE]"],
		[["topology"], "topology needs CAPTURE…", "netfossil topology CAPTURE…"],
		[["-v"], 'the first argument is a verb, not "-v"', "-V shows the version"],
		[["parse", "-v"], "parse has no option -v", "-V shows the version"],
		[["help", "topolgy"], 'there is no verb "topolgy"', 'did you mean "topology"?'],
	])("%j: status 2 and the nearest valid form", async (argv, message, hint) => {
		const { status, out, err } = await netfossil(argv);
		expect({ status, out }).toEqual({ status: 2, out: "" });
		expect(err.split("\n")[0]).toBe(`netfossil: error: ${message}`);
		expect(err).toContain(hint);
	});

	it("names an output that cannot be written", async () => {
		const { status, err } = await netfossil(["parse", table, "-o", at("no/such/folder.json")]);
		expect(status).toBe(2);
		expect(err).toBe(
			`netfossil: error: cannot write ${at("no/such/folder.json")}: there is no folder ${at("no/such")}\n` +
				`  make it first: mkdir -p ${at("no/such")}\n`,
		);
		expect((await netfossil(["parse", table, "-o", folder])).err).toContain(`cannot write ${folder}: EISDIR`);
	});
});

describe("bad input", () => {
	it.each([
		["missing.txt", "does not exist"],
		["nothing", "is a folder"],
		["empty.txt", "is empty"],
		["binary.bin", "is no text (byte 5 is a NUL)"],
	])("parse --as, %s: %s", async (name, message) => {
		const { status, out, err } = await netfossil(["parse", "--as", "ipvsadm-list", at(name)]);
		expect({ status, out }).toEqual({ status: 3, out: "" });
		expect(err).toBe(`netfossil: error: ${at(name)} ${message}\n  ${err.split("\n  ")[1]}`);
	});

	it.each(["missing.txt", "nothing", "empty.txt", "binary.bin", "prose.md"])(
		"topology, parse and identify of %s: status 3, the name, and nothing on stdout but the list",
		async (name) => {
			for (const verb of ["topology", "parse", "identify"]) {
				const { status, out, err } = await netfossil([verb, at(name)]);
				expect({ verb, status }).toEqual({ verb, status: 3 });
				expect(out + err).toContain(name);
				if (verb !== "identify") expect(out).toBe("");
			}
		},
	);

	it("still reads whatever else is readable", async () => {
		const argv = ["parse", at("missing.txt"), at("binary.bin"), at("empty.txt"), table];
		const { status, out, err } = await netfossil(argv);
		expect(status).toBe(0);
		expect(JSON.parse(out)).toMatchObject([{ kind: "ipvsadm-list" }]);
		for (const name of ["missing.txt", "binary.bin", "empty.txt"]) expect(err).toContain(name);
		const named = await netfossil(["parse", "--as", "ipvsadm-list", at("missing.txt"), table]);
		expect(named).toMatchObject({ status: 0, err: expect.stringContaining("missing.txt does not exist") });
	});

	it("reads the UTF-16 that Windows saves", async () => {
		const text = "FWM  258 rr\r\n";
		writeFileSync(at("utf16.txt"), Buffer.from(`\ufeff${text}`, "utf16le"));
		for (const argv of [["parse", "--as", "ipvsadm-list"], ["parse"]]) {
			const { status, out } = await netfossil([...argv, at("utf16.txt")]);
			expect(status).toBe(0);
			expect((await netfossil(["print"], out)).out).toBe(text);
		}
	});

	it("ends every verb in a status of the contract, whatever the input", async () => {
		const recordings = [table, documents[0]!].map((path) => readFileSync(path, "utf8").slice(0, 3000));
		await fc.assert(
			fc.asyncProperty(hostileText(recordings), fc.constantFrom(...commands), async (text, { name }) => {
				const argv = name === "schema" ? [name, text] : [name, "-"];
				const { status, err } = await netfossil(argv, text);
				expect({ status, err }).toMatchObject({ status: expect.toBeOneOf([0, 2, 3]) });
				expect(status === 0 || err !== "" || name === "identify").toBe(true);
			}),
			{ numRuns: 200 },
		);
	});

	it("leaves no output file behind", async () => {
		await netfossil(["parse", "-o", at("left.json"), at("missing.txt")]);
		expect(existsSync(at("left.json"))).toBe(false);
	});

	it("does not read a line of 100 MB, but what is beside it", async () => {
		const text = `${readFileSync(table, "utf8")}\n${"x".repeat(100_000_000)}\n`;
		writeFileSync(at("long.txt"), text);
		const { status, err } = await netfossil([
			"parse",
			"--as",
			"ipvsadm-list",
			"--format",
			"ndjson",
			at("long.txt"),
		]);
		const capture = await netfossil(["topology", at("long.txt"), at("ipvsadm.txt")]);
		rmSync(at("long.txt"));
		expect(capture).toMatchObject({
			status: 0,
			err: expect.stringContaining("long.txt: the file has more than the 64 MiB that are read"),
		});
		expect(status).toBe(0);
		expect(err).toContain("core/line-too-long");
		expect(err.length).toBeLessThan(1000);
	});

	it("follows no link out of the folder", async () => {
		mkdirSync(at("linked"));
		copyFileSync(table, at("linked/ipvsadm.txt"));
		symlinkSync("/etc/hostname", at("linked/out.txt"));
		const { status, err } = await netfossil(["topology", at("linked")]);
		expect(status).toBe(0);
		expect(err).toMatch(/out\.txt.*link/);
	});

	it("shows no control characters of names and dumps", async () => {
		const { err } = await netfossil(["parse", "--as", "ipvsadm-list"], "FWM  \x1b]0;title\x07 rr\n\x1b[31m");
		expect(err).not.toContain("\x1b");
		expect((await netfossil(["parse", "\x1b[31mname"])).err).not.toContain("\x1b");
	});
});

describe("the built program", () => {
	const program = (argv: readonly string[], input = ""): Result => {
		const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...argv], {
			input,
			encoding: "utf8",
		});
		return { status: status ?? -1, out: stdout, err: stderr };
	};

	it("gives the data, the messages and the status", async () => {
		const same = ["parse", table];
		expect(program(same)).toEqual(await netfossil(same));
		expect(program(["parse", "--as", "ipvsadm-list", "-"], "nonsense\n").status).toBe(3);
		expect(program(["prase"])).toEqual(await netfossil(["prase"]));
	});

	it("is silent when its reader goes away", () => {
		const line = `"${process.execPath}" "${main}" schema topology | head -c 1; echo "\${PIPESTATUS[0]}"`;
		const { stdout, stderr } = spawnSync("bash", ["-c", line], { encoding: "utf8" });
		expect({ stdout, stderr }).toEqual({ stdout: "{0\n", stderr: "" });
	});

	it("writes colours to no file and no pipe", () => {
		const out = execFileSync(process.execPath, [main, "topology", ...documents], {
			encoding: "utf8",
			stdio: "pipe",
		});
		expect(out).not.toContain("\x1b");
	});
});
