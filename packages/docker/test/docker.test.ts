import { readdirSync, readFileSync } from "node:fs";
import {
	checkLaws,
	hostileText,
	type LawfulParser,
	unparsedIn,
	validateGrammar,
	withoutSpans,
} from "@netfossil/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { expectInProportion } from "../../../test/growth.ts";
import type { DockerJson, DockerTable, View } from "../src/index.ts";
import {
	containers,
	networks,
	parseInfo,
	parseInspect,
	parseNetworkInspect,
	parseNetworkLs,
	parseNodeInspect,
	parseNodeLs,
	parsePs,
	parseServiceInspect,
	parseServiceLs,
	parseServicePs,
	parseVersion,
	plain,
	printJson,
	printTable,
	services,
	taskName,
} from "../src/index.ts";
import * as schema from "../src/schema.ts";
import { CellParser } from "../src/table/cells.ts";
import { jsons, tables } from "../src/testing.ts";

const root = new URL("../../../fixtures/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const recordings = ["docker", "seeds"]
	.flatMap((folder) =>
		readdirSync(new URL(folder, root), { recursive: true }).map((path) => `${folder}/${path}`),
	)
	.filter((path) => /\/(?:docker|podman)_[^/]*\.(?:txt|json|json\.part)$/.test(path))
	.sort();
const named = (pattern: RegExp): string[] => recordings.filter((path) => pattern.test(path));

type Json = DockerJson & LawfulAst;
type Table = DockerTable & LawfulAst;
type LawfulAst = { readonly start: number; readonly end: number };

const jsonKinds = [
	{
		kind: "docker-network-inspect" as const,
		parse: parseNetworkInspect,
		files: named(/(?:docker|podman)_network_inspect/),
		schema: schema.DockerNetworkInspect,
		object: schema.NetworkObject,
	},
	{
		kind: "docker-inspect" as const,
		parse: parseInspect,
		files: named(/docker_(?:container_)?inspect/),
		schema: schema.DockerInspect,
		object: schema.ContainerObject,
	},
	{
		kind: "docker-service-inspect" as const,
		parse: parseServiceInspect,
		files: named(/docker_service_inspect/),
		schema: schema.DockerServiceInspect,
		object: schema.ServiceObject,
	},
	{
		kind: "docker-node-inspect" as const,
		parse: parseNodeInspect,
		files: named(/docker_node_inspect/),
		schema: schema.DockerNodeInspect,
		object: schema.NodeObject,
	},
	{
		kind: "docker-info" as const,
		parse: parseInfo,
		files: named(/docker_info/),
		schema: schema.DockerInfo,
		object: schema.InfoObject,
	},
	{
		kind: "docker-version" as const,
		parse: parseVersion,
		files: named(/(?:docker|podman)_version/),
		schema: schema.DockerVersion,
		object: schema.VersionObject,
	},
];
const tableKinds = [
	{
		kind: "docker-network-ls" as const,
		parse: parseNetworkLs,
		files: named(/(?:docker|podman)_network_ls/),
		schema: schema.DockerNetworkLs,
	},
	{
		kind: "docker-node-ls" as const,
		parse: parseNodeLs,
		files: named(/docker_node_ls/),
		schema: schema.DockerNodeLs,
	},
	{ kind: "docker-ps" as const, parse: parsePs, files: named(/docker_ps/), schema: schema.DockerPs },
	{
		kind: "docker-service-ls" as const,
		parse: parseServiceLs,
		files: named(/docker_service_ls/),
		schema: schema.DockerServiceLs,
	},
	{
		kind: "docker-service-ps" as const,
		parse: parseServicePs,
		files: named(/docker_service_ps/),
		schema: schema.DockerServicePs,
	},
];
const isPiece = (path: string): boolean => /grep|\.part$/.test(path);
/** What docker prints without a title line or in place of its output says so in a diagnostic. */
const NOTES: readonly (readonly [RegExp, string])[] = [
	[/_(?:-a)?-?q\.txt$/, "docker/no-header"],
	[/net7|info_no_daemon/, "docker/error"],
	[/grep|\.part$/, "docker/cut-json"],
];
const notesOf = (path: string): string[] =>
	NOTES.filter(([pattern]) => pattern.test(path)).map(([, code]) => code);
const flat = <Kind extends { files: string[] }>(kinds: Kind[]): (readonly [string, Kind])[] =>
	kinds.flatMap((kind) => kind.files.map((path) => [path, kind] as const));

describe("grammar", () => {
	it("is valid for chevrotain", () => {
		validateGrammar(() => new CellParser(false));
	});
});

describe("recordings", () => {
	it("are all read by one of the kinds", () => {
		const files = [...jsonKinds, ...tableKinds].flatMap((kind) => kind.files);
		expect(files.sort()).toEqual(recordings);
	});

	it.each(flat(tableKinds))("%s: read whole, printed back, valid", (path, kind) => {
		const text = read(path);
		const { ast, diagnostics } = kind.parse(text);
		expect(diagnostics.map(({ code }) => code)).toEqual(notesOf(path).slice(0, 1));
		expect(unparsedIn(ast)).toEqual([]);
		expect(printTable(ast)).toBe(text);
		expect((kind.schema as z.ZodType).parse(ast)).toEqual(ast);
	});

	it.each(flat(tableKinds).filter(([path]) => !/_-a?q\.txt$|format_json/.test(path)))(
		"%s: every cell under every title stands in the tree, and nothing else",
		(path, kind) => {
			const text = read(path);
			const [header = "", ...rows] = text.split("\n").filter((line) => line !== "");
			// Docker's columns are counted in code points; a title begins behind two blanks.
			const starts = [...header.matchAll(/(?:^| {2,})(?=\S)/g)].map((match) => match.index + match[0].length);
			const cells = [header, ...rows].flatMap((line) =>
				starts.map((from, index) =>
					[...line]
						.slice(from, starts[index + 1])
						.join("")
						.trim(),
				),
			);
			const seen = cellsOf(kind.parse(text).ast).map(({ start, end }) => text.slice(start, end));
			expect(seen).toEqual(
				cells
					.filter((cell) => cell !== "")
					.map((cell) => cell.replace(/^"(.*)"$|^\\_ |(?<=^\w{25}) \*$/, "$1")),
			);
		},
	);

	it.each(flat(jsonKinds))("%s: read whole, printed back, valid", (path, kind) => {
		const text = read(path);
		const { ast, diagnostics } = kind.parse(text);
		expect(diagnostics.map(({ code }) => code)).toEqual(notesOf(path));
		if (isPiece(path)) expect(diagnostics).toMatchObject([{ severity: "info", start: 12 }]);
		expect(unparsedIn(ast)).toEqual([]);
		expect(printJson(ast)).toBe(text);
		expect((kind.schema as z.ZodType).parse(ast)).toEqual(ast);
	});

	it.each(flat(jsonKinds).filter(([path]) => !isPiece(path) && !isOutline(path) && !isFaulty(path)))(
		"%s: the tree is what JSON.parse gives, free of layout, each leaf at its place",
		(path, kind) => {
			const text = read(path);
			const { ast } = kind.parse(text);
			const inLines = path.includes("format_json");
			const documents = ast.statements.map((node) => {
				if (node.type !== "document") throw new Error(`a ${node.type}`);
				return node.value;
			});
			const texts = inLines ? text.trimEnd().split("\n") : [text];
			expect(documents.map(plain)).toEqual(texts.map((each) => JSON.parse(each)));
			// Podman indents by five blanks, `--format` not at all; that is all there is to say of the layout.
			const layout = JSON.stringify(ast).replaceAll(/"unit":"(?: {5})?",?/g, "");
			expect(layout).not.toMatch(/"(?:before|colon|separator|close|unit|trailing)":/);
			for (const leaf of documents.flatMap(leavesOf)) {
				expect(JSON.parse(text.slice(leaf.start, leaf.end))).toBe(leaf.value);
			}
			if (path.includes("podman")) return;
			for (const object of documents.flatMap(plain)) {
				expect(kind.object.parse(object)).toEqual(object);
			}
		},
	);
});

const isOutline = (path: string): boolean => /--pretty|_(?:info|version)(?:_no_daemon)?\.txt$/.test(path);
const isFaulty = (path: string): boolean => /net7|nothere/.test(path);

describe("outlines", () => {
	it.each(flat(jsonKinds).filter(([path]) => isOutline(path)))(
		"%s: every line is a setting or an item, each with its words",
		(path, kind) => {
			const text = read(path);
			const lines = text.split("\n").filter((line) => line.trim() !== "");
			const nodes = kind.parse(text).ast.statements.filter(({ type }) => type !== "blank");
			expect(nodes).toHaveLength(lines.length);
			for (const [index, node] of nodes.entries()) {
				const line = lines[index]!;
				if (node.type === "setting") {
					// Independent of the parser: what stands before the first colon, and what stands behind it.
					const [, name, value] = /^\s*(.+?)(?::| =)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
					expect([node.name.value, node.value?.value ?? ""]).toEqual([name, value ?? ""]);
					expect(text.slice(node.name.start, node.name.end)).toBe(name);
					if (node.value) expect(text.slice(node.value.start, node.value.end)).toBe(value);
				} else if (node.type === "item") expect(node.value.value).toBe(line.trim());
				else expect(node.type).toBe("error");
			}
		},
	);
});

/** The leaves of a listing that bear text, in the order of the text; the list of ports and names as one. */
function cellsOf(ast: DockerTable): { start: number; end: number }[] {
	return ast.statements.flatMap((node) => {
		if (node.type === "columns") return [...node.columns];
		return Object.entries(node)
			.flatMap(([name, value]: [string, unknown]) => {
				if (name === "others") return value as { start: number; end: number }[];
				if (Array.isArray(value) && value.length > 0) return [{ ...value[0], end: value.at(-1).end }];
				return typeof value === "object" && value !== null ? [value] : [];
			})
			.sort((a, b) => a.start - b.start);
	});
}

function leavesOf(node: unknown): { start: number; end: number; value: unknown }[] {
	if (typeof node !== "object" || node === null) return [];
	const { type } = node as { type?: string };
	if (type === "string" || type === "number" || type === "boolean") {
		return [node as { start: number; end: number; value: unknown }];
	}
	return Object.values(node).flatMap(leavesOf);
}

describe("properties", () => {
	it.each(jsonKinds)("$kind keeps the laws on any text, and prints it back", ({ parse, files }) => {
		const texts = files.map(read).map((text) => text.slice(0, 2500));
		const lawful = { parse, print: printJson } as unknown as LawfulParser<Json>;
		fc.assert(
			fc.property(hostileText(texts), (text) => {
				checkLaws(lawful, text);
				const { ast, diagnostics } = lawful.parse(text);
				if (!diagnostics.some(({ code }) => code === "core/control-sequences")) {
					expect(printJson(ast)).toBe(text);
				}
			}),
			{ numRuns: 400 },
		);
	});

	it.each(tableKinds)("$kind keeps the laws on any text, and prints it back", ({ parse, files }) => {
		const lawful = { parse, print: printTable } as unknown as LawfulParser<Table>;
		fc.assert(
			fc.property(hostileText(files.map(read)), (text) => {
				checkLaws(lawful, text);
				const { ast, diagnostics } = lawful.parse(text);
				if (!diagnostics.some(({ code }) => code === "core/control-sequences")) {
					expect(printTable(ast)).toBe(text);
				}
			}),
			{ numRuns: 300 },
		);
	});

	it.each(tableKinds)("$kind: parse(print(ast)) equals ast", ({ kind, parse, schema: valid }) => {
		fc.assert(
			fc.property(tables(kind), (ast) => {
				const again = parse(printTable(ast));
				expect(again.diagnostics).toEqual([]);
				expect(withoutSpans(again.ast)).toEqual(withoutSpans(ast));
				expect((valid as z.ZodType).safeParse(again.ast).success).toBe(true);
			}),
		);
	});

	it.each(jsonKinds)("$kind: parse(print(ast)) equals ast", ({ kind, parse }) => {
		fc.assert(
			fc.property(jsons(kind), (ast) => {
				expect(withoutSpans(parse(printJson(ast)).ast)).toEqual(withoutSpans(ast));
			}),
			{ numRuns: 300 },
		);
	});

	it.each([
		["docker/swarm/manager1/docker_network_inspect_-v_ingress.txt", parseNetworkInspect, networks],
		["docker/swarm/worker1/docker_inspect_ALL.txt", parseInspect, containers],
		["docker/swarm/manager1/docker_service_inspect_vote.txt", parseServiceInspect, services],
	] as const)("%s: cut anywhere, the view says nothing that the whole does not", (path, parse, view) => {
		const text = read(path);
		// Each parser goes with its view.
		const see = (text: string): readonly View[] => view(parse(text).ast as never);
		const whole = new Set(leavesIn(see(text)));
		for (let length = 0; length < text.trimEnd().length; length += length < 5000 ? 1 : 3) {
			const views = see(text.slice(0, length));
			for (const leaf of leavesIn(views)) if (!whole.has(leaf)) expect.fail(`${length}: ${leaf}`);
			expect(views.every(({ complete, end }) => !complete || text[end - 1] === "}")).toBe(true);
			expect(parse(text.slice(0, length)).diagnostics.length > 0).toBe(length > 0);
		}
	});
});

/** The words, numbers and addresses of a view; a service says some of its own twice, so not their places. */
function leavesIn(node: unknown): string[] {
	if (typeof node !== "object" || node === null) return [];
	const children = Object.values(node).filter((child) => typeof child === "object");
	if (children.length > 0 || Array.isArray(node)) return children.flatMap(leavesIn);
	return "value" in node || "length" in node ? [JSON.stringify(withoutSpans(node))] : [];
}

describe("views", () => {
	it("networks: the ingress network with its marks", () => {
		const text = read("docker/swarm/manager1/docker_network_inspect_-v_ingress.txt");
		const [view] = networks(parseNetworkInspect(text).ast);
		expect(withoutSpans(view)).toMatchObject({
			name: { value: "ingress" },
			ingress: { value: true },
			internal: { value: false },
			subnets: [{ subnet: { address: "10.0.0.0", length: 24 }, gateway: { family: 4, value: "10.0.0.1" } }],
			vxlanIds: [{ value: 4096 }],
			peers: [
				{ name: { value: "351de07b57d1" }, ip: { value: "192.168.99.101" } },
				{ ip: { value: "192.168.99.102" } },
				{ ip: { value: "192.168.99.103" } },
			],
			complete: true,
		});
		expect(view?.containers.map(({ key, name }) => [key.value.slice(0, 12), name?.value])).toEqual([
			["5f9b9170dfb9", "vote.2.dl8echykqq7qfkmbq9sqiw9yg"],
			["ingress-sbox", "ingress-endpoint"],
		]);
		const vote = view?.services.find(({ name }) => name.value === "vote");
		expect(vote?.localLbIndex).toMatchObject({ value: 257 });
		expect(vote?.vip?.value).toBe("10.0.0.5");
		expect(vote?.tasks.map(({ endpointIp, hostIp }) => [endpointIp?.value, hostIp?.value])).toEqual([
			["10.0.0.7", "192.168.99.101"],
			["10.0.0.6", "192.168.99.102"],
		]);
		const [vni] = view?.vxlanIds ?? [];
		expect(text.slice(vni?.start, vni?.end)).toBe("4096");
	});

	it("containers: of a whole inspect and of two grepped lines", () => {
		const [first] = containers(parseInspect(read("docker/swarm/worker1/docker_inspect_ALL.txt")).ast);
		expect(first).toMatchObject({
			name: { value: "vote.1.5n9ep2ts1eomcqczegdvadcpa" },
			hostname: { value: "c3ac85c050b8" },
			pid: { value: 3064 },
			sandboxKey: { value: "/var/run/docker/netns/172336375e86" },
			networks: [
				{ name: { value: "ingress" }, address: { value: "10.0.0.6" }, prefixLength: { value: 24 } },
				{ name: { value: "overlay1" }, mac: { value: "02:42:0a:00:01:06" } },
			],
			ports: [{ target: { value: "80/tcp" }, bindings: [] }],
			complete: true,
		});
		expect(first?.networks[0]).not.toHaveProperty("gateway");
		const piece = read("seeds/swarm-vote/manager1/docker_container_inspect_d38975856cfd_grep_sandbox.txt");
		expect(containers(parseInspect(piece).ast)).toEqual([
			{
				sandboxId: {
					value: "727bc5c9f5d0099c1c119e8faead35c9eee37159eeb8017bebd31c5e0f815944",
					start: 26,
					end: 90,
				},
				sandboxKey: { value: "/var/run/docker/netns/727bc5c9f5d0", start: 120, end: 154 },
				labels: [],
				ports: [],
				networks: [],
				complete: false,
				start: 12,
				end: 155,
			},
		]);
	});

	it("containers: a grep over several is several", () => {
		const text = `"SandboxID": "aa",\n"SandboxKey": "/a",\n"SandboxID": "bb",\n"SandboxKey": "/b",\n`;
		const views = containers(parseInspect(text).ast);
		expect(views.map(({ sandboxId, sandboxKey }) => [sandboxId?.value, sandboxKey?.value])).toEqual([
			["aa", "/a"],
			["bb", "/b"],
		]);
	});

	it("services: of a whole inspect and of its middle", () => {
		const [vote] = services(
			parseServiceInspect(read("docker/swarm/manager1/docker_service_inspect_vote.txt")).ast,
		);
		expect(vote).toMatchObject({
			name: { value: "vote" },
			mode: { value: "Replicated" },
			replicas: { value: 2 },
			endpointMode: { value: "vip" },
			networks: [{ value: "ieuel1sv9eog9i3ren8g1f5hv" }],
			ports: [
				{ targetPort: { value: 80 }, publishedPort: { value: 8080 }, publishMode: { value: "ingress" } },
			],
			virtualIps: [{ address: { address: "10.0.0.5" } }, { address: { address: "10.0.1.5", length: 24 } }],
		});
		const piece = read("seeds/swarm-vote/manager1/docker_service_inspect_vote.json.part");
		const [fragment] = services(parseServiceInspect(piece).ast);
		expect(fragment?.complete).toBe(false);
		expect(
			fragment?.virtualIps.map(({ networkId, address }) => [networkId?.value, address?.address]),
		).toEqual([
			["sh0h7as3prit3pd8nhqdbv6x3", "10.255.0.4"],
			["uhtur2cqnefffagaih0q5hpbp", "10.0.0.4"],
		]);
	});
});

describe("task names", () => {
	it.each([
		["vote.2.ij6fmmcx71po5sjeessn9wl0j", { service: "vote", slot: 2, taskId: "ij6fmmcx71po5sjeessn9wl0j" }],
		["my.app.1", { service: "my.app", slot: 1 }],
		["agent.ch8p6o13dzmrpvvdngn6d42dq", { service: "agent", nodeId: "ch8p6o13dzmrpvvdngn6d42dq" }],
		[
			"agent.ch8p6o13dzmrpvvdngn6d42dq.ij6fmmcx71po5sjeessn9wl0j",
			{ service: "agent", nodeId: "ch8p6o13dzmrpvvdngn6d42dq", taskId: "ij6fmmcx71po5sjeessn9wl0j" },
		],
		["quirky_darwin", undefined],
	])("%s", (name, expected) => {
		expect(taskName(name)).toEqual(expected);
	});
});

describe("JSON in pieces", () => {
	const whole = read("seeds/swarm-networking/node1/docker_network_inspect_ingress.json");

	it("cut at the end: what stands there is read, and the missing brackets are named", () => {
		const text = whole.slice(0, whole.indexOf('"Gateway"'));
		const { ast, diagnostics } = parseNetworkInspect(text);
		expect(printJson(ast)).toBe(text);
		expect(diagnostics).toEqual([
			{
				code: "docker/cut-json",
				severity: "warning",
				message: 'the JSON is cut here: "} ] } } ]" is missing',
				start: text.length,
				end: text.length,
				expected: ["} ] } } ]"],
			},
		]);
		expect(networks(ast)).toMatchObject([
			{ name: { value: "ingress" }, subnets: [{ subnet: { address: "10.255.0.0" } }], complete: false },
		]);
	});

	it("cut in the middle of a value, and another command's output behind", () => {
		const at = whole.indexOf("10.255.0.1");
		const text = `${whole.slice(0, at + 4)}\nroot@node1:~# docker network inspect bridge\n${whole}`;
		const { ast, diagnostics } = parseNetworkInspect(text);
		expect(printJson(ast)).toBe(text);
		expect(ast.statements.map(({ type }) => type)).toEqual(["document", "unparsed", "document"]);
		expect(diagnostics.map(({ code }) => code)).toEqual([
			"docker/cut-json",
			"docker/cut-json",
			"docker/syntax",
		]);
		expect(networks(ast).map(({ complete, subnets }) => [complete, subnets[0]?.gateway?.type])).toEqual([
			[false, undefined],
			[true, "ip"],
		]);
	});

	it("from the middle to the end: loose members and closing brackets, one note", () => {
		const text = whole.slice(whole.indexOf('        "Ingress"'));
		const { ast, diagnostics } = parseNetworkInspect(text);
		expect(printJson(ast)).toBe(text);
		expect(diagnostics).toHaveLength(1);
		expect(ast.statements.map(({ type }) => type).join(" ")).toBe(
			"fragment fragment fragment fragment fragment fragment fragment close close",
		);
		expect(networks(ast)).toMatchObject([{ ingress: { value: true }, vxlanIds: [{ value: 4096 }] }]);
	});

	it("grepped, with brackets that never close: the indentation says what belongs where", () => {
		const text = [
			'            "NetworkMode": "overlay1",',
			'        "NetworkSettings": {',
			'            "Networks": {',
			'                    "NetworkID": "zquwizh2fb0mhtzr39otkwcj3",',
			'        "Id": "5f9b",',
			"",
		].join("\n");
		const { ast, diagnostics } = parseInspect(text);
		expect(printJson(ast)).toBe(text);
		expect(diagnostics.map(({ severity, expected }) => [severity, expected])).toEqual([
			["info", undefined],
			["warning", ["} }"]],
		]);
		expect(ast.statements.map((node) => node.type === "fragment" && node.member.key.value)).toEqual([
			"NetworkMode",
			"NetworkSettings",
			"Id",
		]);
		expect(containers(ast)).toMatchObject([{ networkMode: { value: "overlay1" }, id: { value: "5f9b" } }]);
	});

	it("without its indentation a whole document is still whole", () => {
		const text = whole.replace(/^ +/gm, "");
		const { ast, diagnostics } = parseNetworkInspect(text);
		expect(diagnostics).toEqual([]);
		expect(printJson(ast)).toBe(text);
		expect(networks(ast)).toMatchObject([{ complete: true, peers: [{}, {}] }]);
	});

	it("several documents, and what was not found", () => {
		const text = "[]\nError: No such network: net7\n[] [\n    {}\n]\n";
		const { ast, diagnostics } = parseNetworkInspect(text);
		expect(printJson(ast)).toBe(text);
		expect(ast.statements.map(({ type }) => type)).toEqual(["document", "error", "document", "document"]);
		expect(ast.statements[1]).toMatchObject({
			meaning: "not-found",
			subject: { value: "net7", start: 27, end: 31 },
		});
		expect(diagnostics).toEqual([
			{
				code: "docker/error",
				severity: "warning",
				message: "docker knows nothing of that name or id on this host",
				start: 3,
				end: 31,
			},
		]);
	});

	it("one line by --format, CRLF, other indentation", () => {
		const value = JSON.parse(whole);
		for (const [text, layout] of [
			[`${JSON.stringify(value)}\n`, { unit: "" }],
			[`${JSON.stringify(value, null, 2)}\n`, { unit: "  " }],
			[whole.replaceAll("\n", "\r\n"), { newline: "\r\n", eol: "\r\n" }],
		] as const) {
			const { ast, diagnostics } = parseNetworkInspect(text);
			expect(diagnostics).toEqual([]);
			expect(printJson(ast)).toBe(text);
			expect(ast.statements).toMatchObject([layout]);
			expect(JSON.stringify(ast)).not.toMatch(/"(?:before|colon|separator|close)":/);
		}
	});

	it("keeps what is no JSON at the smallest place", () => {
		const text = '{\n    "Pid": oops,\n    "Name": "x"\n}\n';
		const { ast, diagnostics } = parseInspect(text);
		expect(unparsedIn(ast).map((node) => node.text)).toEqual(["oops"]);
		expect(diagnostics).toMatchObject([
			{ code: "docker/cut-json", start: 12, end: 12, expected: ["a value"] },
			{ code: "docker/syntax", start: 13, end: 17, expected: ["a name"] },
		]);
		expect(printJson(ast)).toBe(text);
	});

	it("a loose member on one line, with blanks of its own", () => {
		const text = '  "Labels": {"a":"b", "c" :1 } ,\n';
		const { ast } = parseInspect(text);
		expect(printJson(ast)).toBe(text);
		expect(ast.statements).toMatchObject([
			{ unit: "", indent: "  ", separator: " ,", member: { colon: ": ", value: { close: " " } } },
		]);
	});

	it("numbers and strings that JavaScript would print in another way", () => {
		const text = '[\n    18446744073709551615,\n    1.50,\n    -0,\n    "a\\u003cb\\/"\n]\n';
		const { ast, diagnostics } = parseInspect(text);
		expect(diagnostics).toEqual([]);
		expect(printJson(ast)).toBe(text);
		expect(ast.statements[0]).toMatchObject({
			value: { items: [{ value: 2 ** 64 }, { value: 1.5, text: "1.50" }, { value: 0 }, { value: "a<b/" }] },
		});
	});

	it("depth without end does not end the stack, nor many pieces the day", () => {
		const texts: ((size: number) => string)[] = [
			(n) => "[".repeat(n * 10),
			(n) => "]".repeat(n * 5),
			(n) => "{}".repeat(n * 5),
			(n) => '{"a":'.repeat(n * 2),
			(n) => '{"a":\n'.repeat(n),
			(n) => "[\n".repeat(n),
		];
		const read = (text: string): void => {
			expect(printJson(parseInspect(text).ast)).toBe(text);
		};
		for (const text of texts) expectInProportion(text, read, 1000, text(1));
	});
});

describe("tables as found", () => {
	const ps = read("seeds/swarm-vote/manager1/docker_ps.txt");

	it("types the cells", () => {
		const ports = "0.0.0.0:8080->80/tcp, :::8080->80/tcp, [::1]:53-54->53-54/udp   ";
		const row =
			`CONTAINER ID   IMAGE     COMMAND   CREATED       STATUS       ${"PORTS".padEnd(ports.length)}NAMES\n` +
			`a80aaba1a6d0   nginx     "a  b…"   3 hours ago   Up 3 hours   ${ports}a,b/c\n`;
		const { ast, diagnostics } = parsePs(row);
		expect(diagnostics).toEqual([]);
		expect(printTable(ast)).toBe(row);
		expect(withoutSpans(ast).statements[1]).toEqual({
			type: "container",
			id: { value: "a80aaba1a6d0" },
			image: { value: "nginx" },
			command: { value: "a  b…" },
			created: { value: "3 hours ago" },
			status: { value: "Up 3 hours" },
			ports: [
				{
					type: "published-port",
					address: { type: "ip", family: 4, value: "0.0.0.0" },
					published: { first: 8080, last: 8080 },
					target: { first: 80, last: 80 },
					protocol: "tcp",
				},
				{
					type: "published-port",
					address: { type: "ip", family: 6, value: "::" },
					published: { first: 8080, last: 8080 },
					target: { first: 80, last: 80 },
					protocol: "tcp",
				},
				{
					type: "published-port",
					address: { type: "ip", family: 6, value: "::1" },
					brackets: true,
					published: { first: 53, last: 54 },
					target: { first: 53, last: 54 },
					protocol: "udp",
				},
			],
			names: [{ value: "a" }, { value: "b/c" }],
		});
	});

	it("reads a copy whose columns became tabs, and one that was reflowed", () => {
		const wanted = withoutSpans(parsePs(ps).ast.statements.filter(({ type }) => type === "container"));
		for (const text of [ps.replace(/ {2,}/g, "\t"), ps.replace(/ {2,}/g, "  ")]) {
			const { ast, diagnostics } = parsePs(text);
			expect(diagnostics).toEqual([]);
			expect(printTable(ast)).toBe(text);
			const rows = ast.statements.filter(({ type }) => type === "container");
			expect(withoutSpans(rows).map((row) => ({ ...row, gaps: undefined }))).toEqual(
				wanted.map((row) => ({ ...row, gaps: undefined })),
			);
		}
	});

	it("reads rows whose header was grepped away, and says so once", () => {
		const text = ps.slice(ps.indexOf("\n") + 1);
		const { ast, diagnostics } = parsePs(text);
		expect(printTable(ast)).toBe(text);
		expect(diagnostics).toMatchObject([{ code: "docker/no-header", severity: "info", start: 0 }]);
		expect(ast.statements).toMatchObject([
			{ id: { value: "1c06334e3589" }, ports: [{ target: { first: 80 } }] },
			{ id: { value: "d38975856cfd" }, names: [{ value: "client.1.nnieiubwgj30js73iwzxfleoe" }] },
		]);
	});

	it("keeps columns that it does not know", () => {
		const text = "NETWORK ID     NAME      LABELS\n62a0995662ed   bridge    a=b,c=d\n";
		const { ast, diagnostics } = parseNetworkLs(text);
		expect(diagnostics).toEqual([]);
		expect(printTable(ast)).toBe(text);
		expect(ast.statements[1]).toMatchObject({ others: [{ title: "LABELS", value: "a=b,c=d" }] });
	});

	it("reads earlier tasks, errors and replicas with a note", () => {
		const tasks =
			"ID             NAME          IMAGE     NODE      DESIRED STATE   CURRENT STATE        ERROR                       PORTS\n" +
			"njrh2ofmap06   vote.1        vote:v2   w1        Running         Running 1 hour ago                               \n" +
			'ij6fmmcx71po    \\_ vote.1    vote:v1   w1        Shutdown        Failed 2 hours ago   "task: non-zero exit (1)"   \n';
		const read = parseServicePs(tasks);
		expect(read.diagnostics).toEqual([]);
		expect(printTable(read.ast)).toBe(tasks);
		expect(read.ast.statements[2]).toMatchObject({
			name: { value: "vote.1" },
			earlier: true,
			error: { value: "task: non-zero exit (1)" },
		});
		const text =
			"ID             NAME      MODE         REPLICAS               IMAGE     PORTS\n" +
			"2z5g8tn1ohnp   vote      replicated   2/2 (max 1 per node)   vote:v1   *:8080->80/tcp\n" +
			"mnaihkfak6kq   client    replicated   two                    vote:v1   *:http->80/tcp\n";
		const { ast, diagnostics } = parseServiceLs(text);
		expect(printTable(ast)).toBe(text);
		expect(ast.statements[1]).toMatchObject({ replicas: { running: 2, desired: 2, maxPerNode: 1 } });
		expect(unparsedIn(ast).map((node) => node.text)).toEqual(["two", "*:http->80/tcp"]);
		expect(diagnostics.map(({ code }) => code)).toEqual(["docker/syntax", "docker/syntax"]);
	});

	it("reads the ports of a task, which no blank parts, and an earlier task that stands under no title", () => {
		const text =
			"ID             NAME      NODE      DESIRED STATE   CURRENT STATE          ERROR     PORTS\n" +
			"q7cmwqwf1x5v   web.1     worker1   Running         Running 1 minute ago             *:8080->80/tcp,*:8443->443/tcp\n" +
			"bk658fpbex0d   \\_ web.1   worker1  Shutdown   Failed 3 seconds ago\n";
		const { ast, diagnostics } = parseServicePs(text);
		expect(diagnostics).toEqual([]);
		expect(printTable(ast)).toBe(text);
		expect(ast.statements.slice(1)).toMatchObject([
			{
				ports: [
					{ published: { first: 8080 }, target: { first: 80 } },
					{ published: { first: 8443 }, target: { first: 443 } },
				],
				portsJoint: ",",
			},
			{ name: { value: "web.1" }, earlier: true, desiredState: { value: "Shutdown" } },
		]);
	});

	it("reads a listing that a mail quotes, and keeps the marks", () => {
		const text =
			"> CONTAINER ID   IMAGE     COMMAND   CREATED       STATUS       PORTS     NAMES\n" +
			'> 5f9b9170dfb9   nginx     "x"       2 hours ago   Up 2 hours             web\n';
		const { ast, diagnostics } = parsePs(text);
		expect(diagnostics).toEqual([]);
		expect(printTable(ast)).toBe(text);
		expect(ast.statements).toMatchObject([
			{ indent: "> ", columns: [{ title: "CONTAINER ID", at: 0 }, {}, {}, {}, {}, {}, {}] },
			{ indent: "> ", id: { value: "5f9b9170dfb9" }, names: [{ value: "web" }] },
		]);
	});

	it("takes no cells for columns that they have not the form of", () => {
		// docker network ls --format '{{.ID}}\t{{.Name}}\t{{.Scope}}\t{{.Driver}}'
		const text = "5f9b9170dfb9\tmynet\tlocal\toverlay\n";
		const { ast, diagnostics } = parseNetworkLs(text);
		expect(ast.statements).toMatchObject([{ type: "unparsed" }]);
		expect(diagnostics).toMatchObject([
			{ code: "docker/syntax", hint: expect.stringContaining("{{json .}}") },
		]);
		expect(parseNetworkLs("5f9b9170dfb9\tmynet\toverlay\tswarm\n").ast.statements).toMatchObject([
			{ driver: { value: "overlay" }, scope: { value: "swarm" } },
		]);
	});

	it("keeps a strange line, points at it, and goes on", () => {
		const text = ps.replace("d38975856cfd", "docker@manager1:~$ date\nd38975856cfd");
		const { ast, diagnostics } = parsePs(text);
		expect(printTable(ast)).toBe(text);
		expect(unparsedIn(ast).map((node) => node.text)).toEqual(["docker@manager1:~$ date"]);
		expect(diagnostics).toMatchObject([{ code: "docker/syntax", start: 297, end: 320 }]);
		expect(ast.statements).toHaveLength(4);
	});

	it.each([
		["docker/swarm/worker1/docker_node_ls.stderr", undefined, "not-a-manager"],
		[
			undefined,
			"Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n",
			"no-daemon",
		],
		[
			undefined,
			"Got permission denied while trying to connect to the Docker daemon socket\n",
			"permission-denied",
		],
		[undefined, "Error response from daemon: network net7 not found\n", "not-found"],
		[undefined, "WARNING: No swap limit support\n", "warning"],
		[undefined, "Error response from daemon: rpc error\n", "other"],
		[undefined, "bash: docker: command not found\n", "no-command"],
		[undefined, "-bash: line 1: docker: command not found\n", "no-command"],
		[undefined, "sudo: docker: command not found\n", "no-command"],
		[undefined, "sh: 1: docker: not found\n", "no-command"],
		[undefined, "/bin/sh: nerdctl: not found\n", "no-command"],
		[undefined, "zsh: command not found: podman\n", "no-command"],
		[undefined, "Command 'docker' not found, but can be installed with:\n", "no-command"],
		[undefined, "bash: /usr/bin/docker: No such file or directory\n", "no-command"],
		[undefined, "bash: /usr/bin/docker: Permission denied\n", "permission-denied"],
		[undefined, "sudo: a password is required\n", "permission-denied"],
		// A shell in German says that it found no docker, but only the name is certain.
		[undefined, "bash: docker: Kommando nicht gefunden.\n", "other"],
		[undefined, "docker: 'network-ls' is not a docker command.\n", "usage"],
		[undefined, "See 'docker --help'\n", "usage"],
		[undefined, "unknown flag: --foo\n", "usage"],
		[undefined, '"docker network inspect" requires at least 1 argument.\n', "usage"],
		[undefined, "no such service: vote\n", "not-found"],
		[undefined, "client version 1.44 is too new. Maximum supported API version is 1.41\n", "other"],
		[undefined, "Cannot connect to Podman. Please verify your connection to the Linux system\n", "no-daemon"],
		[
			undefined,
			"Get http:///var/run/docker.sock/v1.19/containers/json: dial unix /var/run/docker.sock: no such file or directory\n",
			"no-daemon",
		],
		// It could not read its own file, but asked the daemon all the same.
		[
			undefined,
			"WARNING: Error loading config file: /root/.docker/config.json: open /root/.docker/config.json: permission denied\n",
			"warning",
		],
		[undefined, 'time="2024-05-02T10:11:12Z" level=warning msg="network not found"\n', "warning"],
		[undefined, "FATA[0000] no such container: web\n", "not-found"],
		[
			undefined,
			"Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.\n",
			"warning",
		],
	])("docker's message %s %s means %s", (path, message, meaning) => {
		const text = message ?? read(path!);
		for (const { parse } of [...jsonKinds, ...tableKinds]) {
			const { ast, diagnostics } = parse(text);
			expect(ast.statements).toMatchObject([{ type: "error", meaning }]);
			expect(diagnostics).toMatchObject([{ code: "docker/error", start: 0, end: text.trimEnd().length }]);
		}
	});
});
