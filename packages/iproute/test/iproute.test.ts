import { checkLaws, hostileText, unparsedIn, validateGrammar, withoutSpans } from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectInProportion } from "../../../test/growth.ts";
import { AddressParser } from "../src/address/parser.ts";
import {
	attributeOf,
	type Interface,
	type InterfaceAddress,
	kindOf,
	netnsOf,
	parseIpAddress,
	parseIpNetns,
	parseNetnsLs,
	peerNames,
	printIpAddress,
	printIpNetns,
	printNetnsLs,
} from "../src/index.ts";
import { NetnsParser } from "../src/netns/parser.ts";
import { NetnsLsParser } from "../src/netns-ls/parser.ts";
import { IpAddressDump, IpNetnsDump, NetnsLsDump } from "../src/schema.ts";
import { ipAddressDumps, ipNetnsDumps, netnsLsDumps } from "../src/testing.ts";
import { read, recorded, recordedAddresses } from "./recordings.ts";

const seedAddresses = [
	"seeds/swarm-access/manager1/netns/ingress_sbox/ip_a.txt",
	"seeds/swarm-networking/node1/containers/a80aaba1a6d0/ip_link.txt",
	"seeds/swarm-networking/node1/netns/1-y5rtwtq7bj/ip_link.txt",
	"seeds/swarm-networking/node1/netns/ingress_sbox/ip_addr.txt",
	"seeds/swarm-vote/manager1/containers/1c06334e3589/ip_a.netshoot.txt",
	"seeds/swarm-vote/manager1/containers/1c06334e3589/ip_a.txt",
	"seeds/swarm-vote/manager1/containers/d38975856cfd/ip_a.txt",
	"seeds/swarm-vote/worker1/containers/3ab467754bf5/ip_a.txt",
];
const addressPaths = recordedAddresses();
const recordedNetns = [...recorded(/^ip_netns.*\.txt$/), "seeds/swarm-networking/node1/ip_netns.txt"];
const seedListing = "seeds/swarm-vote/manager1/ls_var_run_docker_netns.txt";

const longListing = `/var/run/docker/netns:
total 0
-r--r--r-- 1 root root 0 Apr 15 09:47 1-sh0h7as3pr
-r--r--r--    1 root     root             0 Apr  5  2019 727bc5c9f5d0
lrwxrwxrwx 1 root root 4 2024-04-15 09:47 default -> /etc
`;

// A node of a Docker Swarm: Debian 12, coreutils 9.1.
const inodeListing = `total 0
4026532466 -r--r--r-- 1 root root 0 Nov 20 23:54 0d3c5b70d730
4026532314 -r--r--r-- 1 root root 0 Nov 20 23:52 1-ieuel1sv9e
4026532192 -r--r--r-- 1 root root 0 Nov 20 23:52 1-zquwizh2fb
4026532394 -r--r--r-- 1 root root 0 Nov 20 23:54 bfffe3a5a95d
4026532131 -r--r--r-- 1 root root 0 Nov 20 23:52 ingress_sbox
4026532253 -r--r--r-- 1 root root 0 Nov 20 23:52 lb_ieuel1sv9
`;
const allListing = `total 0
      1115 drwxr-xr-x 2 root root  80 Nov 20 23:54 .
       812 drwx------ 8 root root 180 Nov 20 23:52 ..
4026532131 -r--r--r-- 1 root root   0 Nov 20 23:52 ingress_sbox
`;
// With one name in quotes, `ls` moves the others by a blank.
const quotedListing = `total 0
-r--r--r-- 1 root root 0 Nov 21 09:39  a1
-r--r--r-- 1 root root 0 Nov 21 09:39 'b"c'
-r--r--r-- 1 root root 0 Nov 21 09:39 "it's"
-r--r--r-- 1 root root 0 Nov 21 09:39 'my ns'
`;

const interfacesOf = (text: string): Interface[] =>
	parseIpAddress(text).ast.statements.filter((node) => node.type === "interface");

describe("grammars", () => {
	it("are valid for chevrotain", () => {
		validateGrammar(() => new AddressParser(false));
		validateGrammar(() => new NetnsParser(false));
		validateGrammar(() => new NetnsLsParser(false));
	});
});

describe("recordings", () => {
	it("are all here", () => {
		expect(addressPaths.length).toBeGreaterThan(350);
		expect(recordedNetns.length).toBeGreaterThan(30);
	});

	it.each([...seedAddresses, ...addressPaths])("%s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parseIpAddress(text);
		expect(diagnostics).toEqual([]);
		expect(unparsedIn(ast)).toEqual([]);
		expect(printIpAddress(ast)).toBe(text);
		expect(IpAddressDump.parse(ast)).toEqual(ast);
	});

	it.each(recorded(/^ip_color_addr\.txt$/))("%s: the colours are taken out", (path) => {
		const { ast, diagnostics } = parseIpAddress(read(path));
		expect(diagnostics.map(({ code }) => code)).toEqual(["core/control-sequences"]);
		expect(printIpAddress(ast)).toBe(read(path.replace("_color", "")));
	});

	it.each(recordedNetns)("%s: read whole, printed back, valid", (path) => {
		const text = read(path);
		const { ast, diagnostics } = parseIpNetns(text);
		expect(diagnostics).toEqual([]);
		expect(printIpNetns(ast)).toBe(text);
		expect(IpNetnsDump.parse(ast)).toEqual(ast);
	});

	it.each([
		["seed", read(seedListing)],
		["one name a line", "1-sh0h7as3pr\n727bc5c9f5d0\ningress_sbox\n"],
		["ls -l", longListing],
		["ls -li", inodeListing],
		["ls -lai", allListing],
		["ls -l on a terminal", quotedListing],
		["ls on a terminal", " a1  'b\"c'  \"it's\"  'my ns'\n"],
	])("listing, %s: read whole, printed back, valid", (_, text) => {
		const { ast, diagnostics } = parseNetnsLs(text);
		expect(diagnostics).toEqual([]);
		expect(printNetnsLs(ast)).toBe(text);
		expect(NetnsLsDump.parse(ast)).toEqual(ast);
	});
});

describe("properties", () => {
	const texts = [
		...seedAddresses,
		...recorded(/^(?:busybox_ip_a|ip_addr\.v7.1|ip_d_addr|ip_o_addr|ip_br_\w+|ip_s_s_d_link)\.txt$/),
	]
		.map(read)
		.map((text) => text.slice(0, 2500));

	it("ip addr keeps the laws on any text", () => {
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws({ parse: parseIpAddress, print: printIpAddress }, text);
			}),
			{ numRuns: 600 },
		);
	});

	it("ip netns and ls keep the laws on any text", () => {
		const lists = [...recordedNetns.map(read), read(seedListing), longListing, allListing, quotedListing];
		fc.assert(
			fc.property(hostileText(lists), (text) => {
				checkLaws({ parse: parseIpNetns, print: printIpNetns }, text);
				checkLaws({ parse: parseNetnsLs, print: printNetnsLs }, text);
			}),
			{ numRuns: 400 },
		);
	});

	it("a recording without indentation, CRLF or blanks at the ends is as much read", () => {
		const facts = (text: string): unknown =>
			JSON.parse(
				JSON.stringify(withoutSpans(parseIpAddress(text).ast.statements), (key, value) =>
					["indent", "trailing", "eol", "titles", "aligned"].includes(key) ? undefined : value,
				),
			);
		for (const path of [...seedAddresses, ...recorded(/^(?:busybox_ip_a|ip_d_addr)\.txt$/)]) {
			const text = read(path);
			expect(facts(text.replaceAll("\n", "\r\n"))).toEqual(facts(text));
			expect(facts(text.replace(/[ \t]+$/gm, ""))).toEqual(facts(text));
			expect(facts(text.replace(/^(?=.)/gm, "\t"))).toEqual(facts(text));
		}
		for (const path of seedAddresses) {
			const text = read(path);
			expect(facts(text.replace(/^ +/gm, ""))).toEqual(facts(text));
		}
	});

	it("parse(print(ast)) equals ast", () => {
		fc.assert(
			fc.property(ipAddressDumps(), (ast) => {
				expect(withoutSpans(parseIpAddress(printIpAddress(ast)).ast)).toEqual(withoutSpans(ast));
			}),
			{ numRuns: 300 },
		);
		fc.assert(
			fc.property(ipNetnsDumps(), (ast) => {
				expect(withoutSpans(parseIpNetns(printIpNetns(ast)).ast)).toEqual(withoutSpans(ast));
			}),
		);
		fc.assert(
			fc.property(netnsLsDumps(), (ast) => {
				const again = withoutSpans(parseNetnsLs(printNetnsLs(ast)).ast);
				const gapless = JSON.parse(JSON.stringify(again), (key, value) =>
					key === "gaps" ? undefined : value,
				);
				expect(gapless).toEqual(withoutSpans(ast));
			}),
		);
	});

	it("spans quote what they stand for", () => {
		for (const path of [...seedAddresses, ...recorded(/^ip_(?:d_addr|o_addr|br_addr|s_s_d_link)\.txt$/)]) {
			const text = read(path);
			const quotes: string[] = [];
			const visit = (node: unknown): void => {
				if (typeof node !== "object" || node === null) return;
				const { type, value, text: printed, start, end } = node as Record<string, never>;
				if (value !== undefined && type !== "prefix") {
					const quote = text.slice(start, end);
					if (quote !== (printed ?? String(value))) quotes.push(`${quote} is not ${printed ?? value}`);
				}
				Object.values(node).forEach(visit);
			};
			visit(parseIpAddress(text).ast);
			expect(quotes).toEqual([]);
		}
	});
});

describe("the other end", () => {
	it.each([
		["eth0", "eth0", undefined],
		["eth0@if15", "eth0", { type: "ifindex", index: { value: 15 } }],
		["eth0.5@eth0", "eth0.5", { type: "name", name: { value: "eth0" } }],
		["sit0@NONE", "sit0", { type: "none" }],
		["z@z@if18", "z@z", { type: "ifindex", index: { value: 18 } }],
		["a@", "a@", undefined],
		["@a", "@a", undefined],
		["eth0:1@if7x", "eth0:1", { type: "name", name: { value: "if7x" } }],
	])("%s", (printed, name, peer) => {
		const [node] = interfacesOf(`12: ${printed}: <UP> mtu 1500 qdisc noop state UP group default qlen 1\n`);
		expect(node?.name.value).toBe(name);
		if (peer === undefined) expect(node).not.toHaveProperty("peer");
		else expect(node?.peer).toMatchObject(peer);
	});

	it("is none where the kind has none, or a label repeats the whole name", () => {
		const head = "11: x@if5: <NOARP> mtu 1500 qdisc noop state DOWN group default qlen 1000\n";
		const link = "    link/ether 36:02:f8:d5:47:e4 brd ff:ff:ff:ff:ff:ff";
		expect(interfacesOf(`${head}${link}\n`)[0]?.name.value).toBe("x");
		expect(interfacesOf(`${head}${link} promiscuity 0 \n    dummy numtxqueues 1 \n`)[0]?.name.value).toBe(
			"x@if5",
		);
		expect(interfacesOf(`${head}${link} promiscuity 0 \n    veth numtxqueues 1 \n`)[0]?.name.value).toBe("x");
		const address = "    inet 192.0.2.1/24 scope global";
		expect(interfacesOf(`${head}${link}\n${address} x@if5\n`)[0]).toMatchObject({
			name: { value: "x@if5", start: 4, end: 9 },
		});
		expect(interfacesOf(`${head}${link}\n${address} x:1\n`)[0]?.name.value).toBe("x");
	});

	it("stands on the first line where -4 leaves the link line out", () => {
		const [node] = interfacesOf(
			"2: eth0@if3: <UP> mtu 1500 qdisc noqueue state UP group default qlen 1000 link-netns node\n",
		);
		expect(node?.netnsName?.value).toBe("node");
		expect(netnsOf(node!)).toMatchObject({ netnsName: { value: "node" } });
	});

	it.each([
		["seeds/swarm-vote/manager1/containers/1c06334e3589/ip_a.txt", "misprinted", "M-DOWN"],
		["seeds/swarm-vote/manager1/containers/1c06334e3589/ip_a.netshoot.txt", "right", "link-netnsid"],
		["seeds/swarm-vote/manager1/containers/d38975856cfd/ip_a.txt", "undecided", "nothing tells"],
		["ip/addresses/h/busybox_ip_a.txt", "misprinted", "no group"],
		["ip/addresses/h/ip_d_addr.txt", "right", "details"],
		["ip-versions/flags/h/ip_addr.v2.6.39.txt", "misprinted", "M-DOWN"],
		["ip-versions/flags/h/ip_addr.v3.10.txt", "misprinted", "no group"],
		["ip-versions/flags/h/ip_addr.v7.1.txt", "right", "link-netnsid"],
	])("%s: names are %s", (path, are, because) => {
		const text = read(path);
		const judged = peerNames(parseIpAddress(text).ast);
		expect(judged.are).toBe(are);
		expect(judged.because).toContain(because);
		if (are !== "undecided") expect(judged.evidence).not.toEqual([]);
	});
});

describe("what stands in a block", () => {
	it("details are typed, whatever their order", () => {
		const text = read("ip/swarm/1-kj21ve6uld/ip_d_addr.txt");
		const vxlan = interfacesOf(text).find((node) => kindOf(node)?.value === "vxlan");
		expect(attributeOf(vxlan!, "vxlan", "id")).toMatchObject([{ type: "number", value: 4096 }]);
		expect(attributeOf(vxlan!, "vxlan", "dstport")).toMatchObject([{ type: "number", value: 4789 }]);
		expect(attributeOf(vxlan!, "vxlan", "nolearning")).toEqual([]);
		expect(attributeOf(vxlan!, "vxlan", "gbp")).toBeUndefined();
		expect(kindOf(vxlan!, true)?.value).toBe("bridge_slave");
		expect(attributeOf(vxlan!, "bridge_slave", "state")).toMatchObject([{ value: "forwarding" }]);
	});

	it("an attribute nobody knows stays as text, and what follows it is read", () => {
		const text = [
			"2: d0: <UP> newword 5 mtu 1500 qdisc noqueue state UP group default future qlen 1000",
			"    link/ether 3a:06:ef:2d:78:27 brd ff:ff:ff:ff:ff:ff promiscuity 0  shininess 7 of 9 minmtu 68 ",
			"    newkind glow on id 7 ",
			"",
		].join("\n");
		const { ast, diagnostics } = parseIpAddress(text);
		expect(printIpAddress(ast)).toBe(text);
		expect(diagnostics.map(({ code, start, end }) => `${code} ${text.slice(start, end)}`)).toEqual([
			"iproute/unknown-attribute newword 5",
			"iproute/unknown-attribute future",
			"iproute/unknown-attribute shininess 7 of 9",
			"iproute/unknown-attribute glow on",
		]);
		const [node] = ast.statements as Interface[];
		expect(node).toMatchObject({ mtu: { value: 1500 }, qlen: { value: 1000 } });
		expect(node?.unknown).toMatchObject([{ text: "newword 5" }, { text: "future", after: "group" }]);
		expect(node?.link?.attributes).toMatchObject([
			{ name: "promiscuity" },
			{ type: "unparsed", text: "shininess 7 of 9", gap: 2 },
			{ name: "minmtu", values: [{ value: 68 }] },
		]);
		expect(attributeOf(node!, "newkind", "id")).toMatchObject([{ value: 7 }]);
	});

	it.each([
		["inet 10.0.0.1/8 scope global eth0", { flags: [], label: { value: "eth0" } }],
		["inet 10.0.0.1/8 scope global dynamic eth0", { flags: ["dynamic"], label: { value: "eth0" } }],
		["inet 10.0.0.1/8 scope global secondary dynamic", { flags: ["secondary", "dynamic"] }],
		["inet 10.0.0.1/8 scope global flags 400 d1", { flagBits: "400", label: { value: "d1" } }],
		["inet 10.0.0.1/8 scope global flags 400", { flagBits: "400" }],
		["inet 10.0.0.1/8 scope global proto 4 d1", { proto: { value: "4" }, label: { value: "d1" } }],
		["inet6 fd00::1/64 scope global noprefixroute flags 02 ", { flags: ["noprefixroute"], flagBits: "02" }],
		["inet6 ::1/128 scope host proto kernel_lo ", { flags: [], proto: { value: "kernel_lo" } }],
		["inet6 fd00::1/64 any fd00:: mcast ff02::1 scope 100 ", { anycast: { value: "fd00::" } }],
		[
			"inet 192.0.2.1 peer 192.0.2.2/30 scope global d0",
			{
				address: { address: "192.0.2.1", length: 32 },
				peer: { address: "192.0.2.2", length: 30 },
				label: { value: "d0" },
			},
		],
	])("%s", (line, fields) => {
		const text = `    ${line}\n       valid_lft 60sec preferred_lft -12sec\n`;
		const { ast } = parseIpAddress(text);
		expect(ast.statements).toHaveLength(1);
		const node = ast.statements[0] as InterfaceAddress;
		expect(node).toMatchObject(fields);
		for (const key of ["label", "flagBits", "proto"] as const) {
			expect(key in node).toBe(key in fields);
		}
		expect(node.lifetime).toMatchObject({ valid: { value: 60 }, preferred: { value: -12 } });
		expect(printIpAddress(ast)).toBe(text);
	});

	it("statistics are read by their titles", () => {
		const text = read("ip/bond/h/ip_s_s_d_link.txt");
		const bond = interfacesOf(text).find(({ name }) => name.value === "bond0");
		const rows = bond?.properties?.filter((node) => node.type === "statistics");
		expect(rows?.map(({ of, aligned }) => `${of} ${aligned}`)).toEqual([
			"RX right",
			"RX errors right",
			"TX right",
			"TX errors right",
		]);
		const errors = rows?.[1]?.counters?.counters.map(({ name, value }) => `${name} ${value}`);
		expect(errors).toContain("nohandler 8");
		const human =
			"    RX: bytes  packets  errors  dropped overrun mcast   \n    1.20k      5        0       0       0       0       \n";
		const [node] = parseIpAddress(human).ast.statements;
		if (node?.type !== "statistics") throw new Error("no statistics");
		expect(node.counters?.counters[0]).toMatchObject({ name: "bytes", value: 1200, text: "1.20k" });
		expect(printIpAddress(parseIpAddress(human).ast)).toBe(human);
	});
});

describe("bad input", () => {
	const head = "2: eth0: <UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n";
	const link = "    link/ether 02:42:0a:ff:00:02 brd ff:ff:ff:ff:ff:ff\n";
	const inet = "    inet 10.0.0.2/24 scope global eth0\n";
	const types = (text: string): string[] => parseIpAddress(text).ast.statements.map(({ type }) => type);

	it("a broken line stays with its block, which stays whole", () => {
		const text = `${head}${link}    inet 10.0.0.2/24 scape global eth0\n${inet}`;
		const { ast, diagnostics } = parseIpAddress(text);
		const [node] = ast.statements as Interface[];
		expect(ast.statements).toHaveLength(1);
		expect(node?.addresses).toHaveLength(1);
		expect(node?.link?.rest).toMatchObject([
			{ type: "unparsed", text: "    inet 10.0.0.2/24 scape global eth0" },
		]);
		expect(diagnostics).toMatchObject([{ code: "iproute/syntax", severity: "warning" }]);
		expect(text.slice(diagnostics[0]!.start, diagnostics[0]!.end)).toBe("scape");
		expect(diagnostics[0]?.expected).toContain("'scope'");
		expect(printIpAddress(ast)).toBe(text);
	});

	it("a first line with its fields out of order is not read", () => {
		const { ast, diagnostics } = parseIpAddress("2: eth0: <UP> qdisc noqueue mtu 1500\n");
		expect(ast.statements).toMatchObject([{ type: "unparsed" }]);
		expect(diagnostics).toMatchObject([{ code: "iproute/syntax", start: 28, end: 31 }]);
		expect(diagnostics[0]?.expected).toContain("master");
	});

	it("a dump that starts in the middle keeps its lines, and tells once that they are nobody's", () => {
		const text = `${link}${inet}       valid_lft forever preferred_lft forever\n${head}${link}`;
		const { ast, diagnostics } = parseIpAddress(text);
		expect(ast.statements.map(({ type }) => type)).toEqual(["link", "inet", "interface"]);
		expect(diagnostics).toMatchObject([{ code: "iproute/orphan", severity: "info", start: 0 }]);
		expect(printIpAddress(ast)).toBe(text);
	});

	it("a link line after addresses belongs to another interface, whose first line is lost", () => {
		expect(types(`${head}${link}${inet}${link}${inet}`)).toEqual(["interface", "link", "inet"]);
	});

	it("a prompt ends a block, for what follows it was printed by another command", () => {
		const text = `${head}${link}root@h:~# ip a | grep inet\n${inet}`;
		expect(types(text)).toEqual(["interface", "unparsed", "inet"]);
	});

	it("blank lines within a block are kept there, those behind it are not its own", () => {
		const text = `${head}\n${link}\n\n${inet}\n\n3${head.slice(1)}`;
		const { ast, diagnostics } = parseIpAddress(text);
		expect(diagnostics).toEqual([]);
		expect(ast.statements.map(({ type }) => type)).toEqual(["interface", "blank", "blank", "interface"]);
		expect(printIpAddress(ast)).toBe(text);
	});

	it("a dump that ends inside a line loses that line only", () => {
		const text = `${head}${link}${inet}       valid_lft fore`;
		const { ast, diagnostics } = parseIpAddress(text);
		expect((ast.statements[0] as Interface).addresses[0]?.rest).toMatchObject([
			{ type: "unparsed", text: "       valid_lft fore", eol: "" },
		]);
		expect(diagnostics).toMatchObject([{ code: "iproute/syntax" }]);
		expect(printIpAddress(ast)).toBe(text);
	});

	it("many odd lines cost no more than their number", () => {
		const texts: ((size: number) => string)[] = [
			(n) => "\n".repeat(n * 10),
			(n) => `${head}${"\n".repeat(n * 2)}${link}`,
			(n) => `${head}${"    garbage\n".repeat(n)}`,
			(n) => `${head}${inet.repeat(n)}`,
			(n) => `1: lo: <UP>${"\\    x".repeat(n * 2)}\n`,
		];
		const read = (text: string): void => {
			expect(printIpAddress(parseIpAddress(text).ast)).toHaveLength(text.length);
		};
		for (const text of texts) expectInProportion(text, read, 1000, text(1));
	});

	it("messages of ip netns and ls are no names", () => {
		const error = "Error: Peer netns reference is invalid.";
		expect(parseIpNetns(`a (id: 1)\n${error}\n`).ast.statements).toMatchObject([
			{ type: "namespace", id: { value: 1 } },
			{ type: "unparsed", text: error },
		]);
		const missing = "ls: cannot access '/var/run/docker/netns': No such file or directory";
		expect(parseNetnsLs(`${missing}\n`)).toMatchObject({
			ast: { statements: [{ type: "unparsed", text: missing }] },
			diagnostics: [{ code: "iproute/syntax" }],
		});
		expect(parseNetnsLs("1-sh0h7as3pr default\n").diagnostics).toEqual([]);
	});

	it("a listing with numbers and quotes gives the numbers of the namespaces and the bare names", () => {
		const files = (text: string) =>
			parseNetnsLs(text).ast.statements.flatMap((node) =>
				node.type === "file" ? [[node.inode?.value, node.name.value]] : [],
			);
		expect(files(inodeListing)).toHaveLength(6);
		expect(files(inodeListing)[4]).toEqual([4026532131, "ingress_sbox"]);
		expect(files(allListing).map(([inode]) => inode)).toEqual([1115, 812, 4026532131]);
		expect(files(quotedListing).map(([, name]) => name)).toEqual(["a1", 'b"c', "it's", "my ns"]);
	});
});
