import { fileURLToPath } from "node:url";
import { captureOfText, type ParsedDump, type Place, parseDump } from "@netfossil/capture";
import { Source } from "@netfossil/core";
import { beforeAll, describe, expect, it } from "vitest";
import { focusOn, reconstruct, type Topology, toText } from "../src/index.ts";
import { Topology as Schema } from "../src/schema.ts";
import { placedDumps } from "./recorded/placed.ts";

const swarm = fileURLToPath(new URL("../../../fixtures/networks/swarm-vote", import.meta.url));
const nodes = ["manager1", "worker1", "worker2"];

/** A dump of a file, as a capture would give it. */
function dumped(file: string, host: string, text: string, place: Place = { type: "host" }): ParsedDump {
	const [dump] = captureOfText(file, text).dumps;
	if (dump === undefined) throw new Error(`no dump in ${file}`);
	return parseDump({ ...dump, scope: { host, place } });
}

const card = (mac: string, address: string): string =>
	`2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq state UP group default qlen 1000
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff
    inet ${address} scope global eth0\n       valid_lft forever preferred_lft forever\n`;
const veth = (index: number, name: string, peer: number, mac: string): string =>
	`${index}: ${name}@if${peer}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff link-netnsid 0\n`;
const inNetns = (name: string): Place => ({ type: "netns", name });

const edgesOf = (topology: Topology, kind: string): string[] =>
	topology.edges.filter((edge) => edge.kind === kind).map(({ from, to }) => `${from} → ${to}`);

describe("two machines of one name", () => {
	const one = dumped("site-a/web1/ip_addr.txt", "web1", card("52:54:00:00:00:01", "192.0.2.1/24"));
	const two = dumped("site-b/web1/ip_addr.txt", "web1", card("52:54:00:00:00:02", "198.51.100.1/24"));

	it("stay two, when their cards have other MACs; and it is told", () => {
		const topology = reconstruct([one, two]);
		expect(topology.nodes.filter(({ kind }) => kind === "host").map(({ id }) => id)).toEqual([
			"web1",
			"web1@site-b",
		]);
		expect(edgesOf(topology, "has-address")).toEqual([
			"web1/netns/host/interface/eth0 → web1/netns/host/address/192.0.2.1",
			"web1@site-b/netns/host/interface/eth0 → web1@site-b/netns/host/address/198.51.100.1",
		]);
		expect(topology.conflicts).toEqual([]);
		expect(topology.ambiguities).toMatchObject([{ about: "web1", candidates: ["web1", "web1@site-b"] }]);
	});

	it("are one, when a card is in both captures: another address is a change, and both are kept", () => {
		const later = dumped("site-b/web1/ip_addr.txt", "web1", card("52:54:00:00:00:01", "198.51.100.1/24"));
		const topology = reconstruct([one, later]);
		expect(topology.nodes.filter(({ kind }) => kind === "host").map(({ id }) => id)).toEqual(["web1"]);
		expect(edgesOf(topology, "has-address")).toHaveLength(2);
	});
});

describe("two captures of one host at different times", () => {
	const moment = (folder: string, hostEnd: string, netns: string, inner: string): ParsedDump[] => [
		dumped(`${folder}/web1/ip_link.txt`, "web1", card("52:54:00:00:00:01", "192.0.2.1/24") + hostEnd),
		dumped(`${folder}/web1/netns/${netns}/ip_link.txt`, "web1", inner, inNetns(netns)),
	];

	it("pair what was there together, and no index of one with that of the other", () => {
		// The container was started again: its veth on the host got the index that the old one's inner end had.
		const before = moment(
			"before",
			veth(15, "vethaaa", 14, "0a:00:00:00:00:01"),
			"aaaaaaaaaaaa",
			veth(14, "eth0", 15, "0a:00:00:00:00:02"),
		);
		const after = moment(
			"after",
			veth(14, "vethbbb", 15, "0a:00:00:00:00:03"),
			"bbbbbbbbbbbb",
			veth(15, "eth0", 14, "0a:00:00:00:00:04"),
		);
		const topology = reconstruct([...before, ...after]);
		expect(edgesOf(topology, "veth-peer")).toEqual([
			"web1/netns/aaaaaaaaaaaa/interface/eth0 → web1/netns/host/interface/vethaaa",
			"web1/netns/bbbbbbbbbbbb/interface/eth0 → web1/netns/host/interface/vethbbb",
		]);
	});

	it("tell what changed apart from what contradicts", () => {
		const saved = (file: string, mtu: number): ParsedDump =>
			dumped(file, "web1", card("52:54:00:00:00:01", "192.0.2.1/24").replace("mtu 1500", `mtu ${mtu}`));
		const before = saved("before/web1/ip_addr.txt", 1500);
		const changed = reconstruct([before, saved("after/web1/ip_addr.txt", 9000)]);
		expect(changed.conflicts).toEqual([]);
		expect(changed.changes).toMatchObject([
			{
				about: "web1/netns/host/interface/eth0",
				attribute: "mtu",
				values: [{ value: 1500 }, { value: 9000 }],
			},
		]);
		expect(toText(changed)).toMatch(/CHANGED BETWEEN CAPTURES\n\nmtu of web1/);
		const disputed = reconstruct([before, saved("before/web1/ip_link.txt", 9000)]);
		expect(disputed.conflicts).toMatchObject([{ attribute: "mtu" }]);
		expect(disputed.changes).toEqual([]);
		const both = [before, saved("before/web1/ip_link.txt", 9000), saved("after/web1/ip_addr.txt", 9000)];
		expect(reconstruct(both).conflicts).toMatchObject([{ attribute: "mtu" }]);
	});

	/** A dump as a folder of `ip addr`, taken at a time if one is given. */
	const listed = (folder: string, text: string, time?: string, command = "ip addr"): ParsedDump => {
		const file = `${folder}/web1/${command.replaceAll(" ", "_")}.txt`;
		const { dump } = dumped(file, "web1", text);
		return parseDump({ ...dump, command, ...(time !== undefined && { time }) });
	};
	const eth0 = (address: string, mtu = 1500): string =>
		card("52:54:00:00:00:01", address).replace("mtu 1500", `mtu ${mtu}`);
	const vethA = veth(5, "vethA", 2, "0a:00:00:00:00:01");

	it("are both told of, by name where their times are not known", () => {
		const dumps = [listed("b", eth0("192.0.2.1/24")), listed("a", eth0("192.0.2.1/24"))];
		const topology = reconstruct(dumps);
		expect(topology.captures).toEqual([
			{ host: "web1", name: "a/web1" },
			{ host: "web1", name: "b/web1" },
		]);
		expect(topology.onlyIn).toBeUndefined();
		expect(toText(topology)).toContain("2 captures, which is older is not known: a/web1, b/web1\n");
		expect(reconstruct(dumps.slice(1)).captures).toBeUndefined();
	});

	it("tell what only one of them shows, once, and with where it is and is not", () => {
		const topology = reconstruct([
			listed("before", eth0("192.0.2.1/24") + vethA),
			listed("after", eth0("192.0.2.2/24")),
		]);
		const told = topology.onlyIn?.map(({ about, in: shown, notIn }) => [about, shown[0], notIn[0]]);
		expect(told).toEqual([
			["web1/netns/host/address/192.0.2.1", "before/web1", "after/web1"],
			["web1/netns/host/address/192.0.2.2", "after/web1", "before/web1"],
			["web1/netns/host/interface/vethA", "before/web1", "after/web1"],
		]);
		expect(topology.onlyIn?.[2]).toMatchObject({
			evidence: [{ spans: [{ file: "before/web1/ip_addr.txt", line: 5 }] }],
			missingFrom: ["after/web1/ip_addr.txt"],
		});
		expect(Schema.parse(topology)).toEqual(topology);
		const text = toText(topology, { evidence: false });
		expect(text).toContain("eth0 (2) 192.0.2.1/24 (only in before/web1) 192.0.2.2/24 (only in after/web1)");
		expect(text).toContain("vethA (5@if2) (only in before/web1)");
		expect(text).toContain(
			"only in before/web1\n├─ address 192.0.2.1/24 of eth0 of web1\n└─ interface vethA of web1\n",
		);
		expect(focusOn(topology, { hosts: ["web1"] }).onlyIn).toEqual(topology.onlyIn);
	});

	it("tell nothing of what the other has no such dump of, or one that is a part or not all read", () => {
		const before = listed("before", eth0("192.0.2.1/24") + vethA);
		const other = (after: ParsedDump): number | undefined => reconstruct([before, after]).onlyIn?.length;
		const without = listed("after", eth0("192.0.2.1/24"));
		expect(other(without)).toBe(1);
		expect(other(listed("after", eth0("192.0.2.1/24"), undefined, "ip addr show dev eth0"))).toBeUndefined();
		const flaws = [{ type: "truncated" as const, text: "cut off" }];
		expect(other({ ...without, dump: { ...without.dump, flaws } })).toBeUndefined();
		const damaged = listed("after", `${eth0("192.0.2.1/24")}5: veth#? what is\n`);
		expect(damaged.diagnostics).not.toEqual([]);
		expect(other(damaged)).toBeUndefined();
	});

	it("say which of them saved a namespace, and not that it was gone", () => {
		const inner = dumped("before/web1/netns/red/ip_addr.txt", "web1", eth0("192.0.2.9/24"), inNetns("red"));
		const topology = reconstruct([
			listed("before", eth0("192.0.2.1/24")),
			inner,
			listed("after", eth0("192.0.2.1/24")),
		]);
		expect(topology.onlyIn).toBeUndefined();
		expect(toText(topology)).toContain("namespace red (saved in before/web1 only)");
		expect(toText(topology)).not.toContain("namespace host (");
	});

	it("show the newest value, and say so, where their times are known", () => {
		const at = (clock: string): string => `2026-11-21T${clock}Z`;
		const topology = reconstruct([
			listed("a", eth0("192.0.2.1/24", 9000), at("12:00:00")),
			listed("b", eth0("192.0.2.1/24", 1500), at("10:00:00")),
			listed("c", eth0("192.0.2.1/24", 1400), at("11:00:00")),
		]);
		expect(topology.captures?.map(({ name }) => name)).toEqual(["b/web1", "c/web1", "a/web1"]);
		const eth = topology.nodes.find(({ name }) => name === "eth0");
		expect(eth?.attributes.mtu?.value).toBe(9000);
		expect(topology.changes).toMatchObject([{ attribute: "mtu", newest: "a/web1" }]);
		expect(toText(topology)).toContain(
			"mtu of web1/netns/host/interface/eth0, shown as in a/web1, the newest",
		);
		// One without a time may be the newest.
		const untimed = reconstruct([
			listed("a", eth0("192.0.2.1/24", 9000), at("12:00:00")),
			listed("b", eth0("192.0.2.1/24", 1500)),
		]);
		expect(untimed.changes[0]).not.toHaveProperty("newest");
	});

	it("of one network saved twice tell of no change", async () => {
		const dumps = await placedDumps(swarm, nodes);
		const again = dumps.map(({ dump }) => {
			const source = new Source(`again/${dump.source.name}`, dump.source.text);
			return parseDump({ ...dump, id: `again/${dump.id}`, source });
		});
		const topology = reconstruct([...dumps, ...again]);
		expect(topology.captures?.length).toBeGreaterThanOrEqual(2 * nodes.length);
		expect(topology.changes).toEqual([]);
		expect(topology.onlyIn).toBeUndefined();
	});

	it("and two managers asked one after the other see one state of a task", () => {
		const tasks = (age: string): string =>
			`ID             NAME      IMAGE          NODE      DESIRED STATE   CURRENT STATE            ERROR     PORTS\nnjrh2ofmap06   web.1     nginx:latest   web1      Running         ${age.padEnd(24)}           \n`;
		const topology = reconstruct([
			dumped("web1/docker_service_ps_web.txt", "web1", tasks("Running 59 minutes ago")),
			dumped("web2/docker_service_ps_web.txt", "web2", tasks("Running about an hour ago")),
		]);
		const states = topology.nodes.flatMap(({ attributes }) => attributes.currentState?.value ?? []);
		expect(states).toEqual(["Running 59 minutes ago"]);
		expect(topology.conflicts).toEqual([]);
	});

	it("leave an interface with a peer in each to neither", () => {
		const before = moment(
			"before",
			veth(15, "veth0", 14, "0a:00:00:00:00:01"),
			"blue",
			veth(14, "eth0", 15, "0a:00:00:00:00:02"),
		);
		const after = moment(
			"after",
			veth(15, "veth0", 14, "0a:00:00:00:00:01"),
			"red",
			veth(14, "eth0", 15, "0a:00:00:00:00:02"),
		);
		const topology = reconstruct([...before, ...after]);
		expect(edgesOf(topology, "veth-peer")).toEqual([]);
		expect(topology.ambiguities.map(({ about }) => about)).toContain("web1/netns/host/interface/veth0");
	});
});

describe("a dump in the wrong folder", () => {
	let dumps: ParsedDump[];
	beforeAll(async () => {
		dumps = await placedDumps(
			swarm,
			nodes.map((node) => `${node}/saved`),
		);
	});
	const moved = (parsed: ParsedDump, netns: string): ParsedDump => {
		const { dump } = parsed;
		return {
			...parsed,
			dump: { ...dump, id: `${dump.id} moved`, scope: { ...dump.scope, place: inNetns(netns) } },
		};
	};
	const of = (netns: string, kind: string): ParsedDump[] =>
		dumps.filter(
			({ dump }) =>
				dump.scope.place.type === "netns" && dump.scope.place.name === netns && dump.kind === kind,
		);

	it("beside the right one makes conflicts, and pairs nothing wrongly", () => {
		// The client's interfaces, saved into the folder of vote.2's namespace too.
		const [client] = of("bfffe3a5a95d", "ip-address");
		const whole = new Set(reconstruct(dumps).edges.map(({ id }) => id));
		const topology = reconstruct([...dumps, moved(client!, "0d3c5b70d730")]);
		expect(edgesOf(topology, "veth-peer").filter((pair) => !whole.has(`veth-peer ${pair}`))).toEqual([]);
		expect(topology.conflicts.map(({ about, attribute }) => `${attribute} of ${about}`)).toContain(
			"mac of manager1/netns/0d3c5b70d730/interface/eth0",
		);
	});

	it("in place of the right one is told by the endpoint that its MAC is", () => {
		const client = of("bfffe3a5a95d", "ip-address").map((parsed) => moved(parsed, "0d3c5b70d730"));
		const without = dumps.filter(({ dump }) => {
			const { place } = dump.scope;
			return place.type === "host" || (place.type === "netns" && place.name.startsWith("1-"));
		});
		const topology = reconstruct([...without, ...client]);
		const told = topology.ambiguities.filter(
			({ about }) => about === "manager1/netns/0d3c5b70d730/interface/eth0",
		);
		expect(told).not.toEqual([]);
		const endpoints = edgesOf(topology, "same-entity").filter((edge) =>
			edge.includes("/endpoint/manager1/1e2015764412"),
		);
		expect(endpoints.filter((edge) => edge.includes("0d3c5b70d730"))).toEqual([]);
	});
});

describe("subnets that overlap on several hosts", () => {
	it("are no LAN between them: 172.18.0.0/16 is on every node of a swarm", async () => {
		const dumps = await placedDumps(
			swarm,
			nodes.map((node) => `${node}/saved/host`),
		);
		const topology = reconstruct(dumps);
		const lans = topology.nodes.filter(({ id }) => id.startsWith("lan/")).map(({ id }) => id);
		expect(lans).toEqual(["lan/192.168.99.0/24"]);
	});

	it("are not on one LAN when two hosts have one address, or a neighbour's MAC is another's", () => {
		const host = (name: string, mac: string, address: string): ParsedDump =>
			dumped(`${name}/ip_addr.txt`, name, card(mac, address));
		const twice = reconstruct([
			host("a", "52:54:00:00:00:01", "10.0.2.15/24"),
			host("b", "52:54:00:00:00:02", "10.0.2.15/24"),
		]);
		expect(edgesOf(twice, "in-subnet")).toEqual([
			"a/netns/host/address/10.0.2.15 → lan/10.0.2.0/24@a",
			"b/netns/host/address/10.0.2.15 → lan/10.0.2.0/24@b",
		]);
		const neighbour = dumped(
			"a/ip_neigh.txt",
			"a",
			"192.0.2.2 dev eth0 lladdr 52:54:00:00:00:99 REACHABLE\n",
		);
		const pair = [
			host("a", "52:54:00:00:00:01", "192.0.2.1/24"),
			host("b", "52:54:00:00:00:02", "192.0.2.2/24"),
		];
		expect(new Set(edgesOf(reconstruct(pair), "in-subnet").map((edge) => edge.split(" → ")[1]))).toEqual(
			new Set(["lan/192.0.2.0/24"]),
		);
		expect(
			new Set(edgesOf(reconstruct([...pair, neighbour]), "in-subnet").map((edge) => edge.split(" → ")[1])),
		).toEqual(new Set(["lan/192.0.2.0/24@a", "lan/192.0.2.0/24@b"]));
	});
});

describe("reports that sos clean went through", () => {
	/** Every address of the report gets another one; MACs stay, as sos leaves them. */
	const cleaned = (parsed: ParsedDump, shift: number): ParsedDump => {
		const { dump } = parsed;
		const text = dump.source.text
			.slice(dump.start, dump.end)
			.replace(
				/\b(10\.0\.[01]|192\.168\.99|172\.18\.0)\.(\d+)(?!\d|\.\d)/g,
				(whole, net: string, last: string) => (last === "0" ? whole : `${net}.${Number(last) + shift}`),
			);
		return parseDump({ ...dump, source: new Source(dump.source.name, text), start: 0, end: text.length });
	};

	it("join no addresses of two hosts that were cleaned apart, and make none of MACs", async () => {
		const dumps = await placedDumps(
			swarm,
			nodes.map((node) => `${node}/saved`),
		);
		// In worker1's report each address is called as its successor: its own is worker2's for the others.
		const mixed = dumps.map((parsed) => (parsed.dump.scope.host === "worker1" ? cleaned(parsed, 1) : parsed));
		const topology = reconstruct(mixed);
		const crossing = topology.edges.filter(({ from, to }) => {
			const [a, b] = [from, to].map((id) => id.split("/")[0]!);
			return a !== b && [a, b].every((host) => nodes.includes(host!)) && [a, b].includes("worker1");
		});
		// Ids of networks are not replaced: that manager1 is a peer of worker1's networks is told by itself.
		expect(crossing.map(({ id }) => id)).toEqual([
			"tunnel worker1/netns/1-ieuel1sv9e/vtep/vxlan0 → manager1/netns/1-ieuel1sv9e/vtep/vxlan0",
			"tunnel worker1/netns/1-zquwizh2fb/vtep/vxlan0 → manager1/netns/1-zquwizh2fb/vtep/vxlan0",
		]);
		expect(
			topology.nodes.filter(({ evidence }) => evidence.some(({ rule }) => rule === "overlay-mac")),
		).toEqual([]);
		const lans = topology.edges.filter(
			({ from, to }) => from.startsWith("worker1/") && to.startsWith("lan/"),
		);
		expect(lans.map(({ to }) => to)).toEqual(["lan/192.168.99.0/24@worker1"]);
	});

	it("join them when they were cleaned together", async () => {
		const dumps = await placedDumps(
			swarm,
			nodes.map((node) => `${node}/saved`),
		);
		const topology = reconstruct(dumps.map((parsed) => cleaned(parsed, 1)));
		const tunnels = topology.edges.filter(
			({ kind, from, to }) => kind === "tunnel" && /vxlan0$/.test(from) && /vxlan0$/.test(to),
		);
		expect(tunnels).toHaveLength(8);
	});
});
