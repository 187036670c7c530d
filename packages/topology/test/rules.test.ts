import { captureOfText, type ParsedDump, parseDump } from "@netfossil/capture";
import { describe, expect, it } from "vitest";
import { expectInProportion } from "../../../test/growth.ts";
import { reconstruct, toText } from "../src/index.ts";
import { Facts } from "./seeds.ts";

/** The facts of a transcript. */
function factsOf(transcript: string): Facts {
	const { dumps, commands } = captureOfText("notes.txt", transcript);
	return new Facts(reconstruct(dumps.map(parseDump), commands));
}

const link = (index: number, name: string, peer: number, mtu = 1500): string =>
	`${index}: ${name}@if${peer}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu ${mtu} qdisc noqueue state UP group default qlen 1000
    link/ether 02:42:00:00:00:0${index % 10} brd ff:ff:ff:ff:ff:ff link-netnsid 0
`;

describe("published ports", () => {
	const address = (prefix: string): string =>
		`2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq state UP group default qlen 1000
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet ${prefix} scope global eth0\n`;
	const rule = (conditions: string, to: string): string =>
		`-A PREROUTING ${conditions} -j DNAT --to-destination ${to}\n`;

	it("of one address of the host are told apart from those of another", () => {
		const facts = factsOf(
			`root@h:~# iptables-save -t nat\n*nat\n${rule("-d 192.0.2.1/32 -p tcp -m tcp --dport 80", "10.0.0.1:80")}${rule("-d 192.0.2.2/32 -p tcp -m tcp --dport 80", "10.0.0.2:80")}COMMIT\n`,
		);
		expect(facts.attribute("h/published-port/tcp/192.0.2.1:80", "targets").value).toEqual([
			{ to: "10.0.0.1:80" },
		]);
		expect(facts.attribute("h/published-port/tcp/192.0.2.2:80", "targets").value).toEqual([
			{ to: "10.0.0.2:80" },
		]);
		expect(facts.topology.conflicts).toEqual([]);
	});

	it("of a whole address are one way there; rules for some of its ports are counted", () => {
		const facts = factsOf(
			`root@h:~# ip addr\n${address("10.0.0.5/24")}root@h:~# iptables-save -t nat\n*nat\n${rule("-d 192.0.2.5/32", "10.0.0.5")}${rule("-d 192.0.2.6/32 -p tcp -m tcp --dport 1000:2000", "10.0.0.5")}${rule("-d 192.0.2.6/32 -p tcp -m multiport --dports 80,443", "10.0.0.5")}${rule("-p tcp", "10.0.0.5")}COMMIT\n`,
		);
		facts.edge("nat-to", "h/published-port/any/192.0.2.5", "h/netns/host/address/10.0.0.5");
		expect(facts.attribute("h/published-port/any/192.0.2.5", "targets").value).toEqual([{ to: "10.0.0.5" }]);
		expect(facts.attribute("h/netns/host", "DNAT rules without a port").value).toBe(3);
		expect(facts.topology.nodes.filter(({ kind }) => kind === "published-port")).toHaveLength(1);
		expect(toText(facts.topology)).toMatch(/port 192\.0\.2\.5\/any → 10\.0\.0\.5 \(eth0 of host on h\)/);
	});

	it("of several rules of one dump have several targets, which is no conflict", () => {
		const facts = factsOf(
			`root@h:~# iptables-save -t nat\n*nat\n${rule("-p tcp -m tcp --dport 80", "10.0.0.1:80")}${rule("-p tcp -m tcp --dport 80", "10.0.0.2:80")}COMMIT\n`,
		);
		expect(facts.attribute("h/published-port/tcp/80", "targets").value).toEqual([
			{ to: "10.0.0.1:80" },
			{ to: "10.0.0.2:80" },
		]);
		expect(facts.topology.conflicts).toEqual([]);
	});

	it("of two dumps that disagree are a conflict that keeps both", () => {
		const facts = factsOf(
			`root@h:~# iptables-save -t nat\n*nat\n${rule("-p tcp -m tcp --dport 80", "10.0.0.1:80")}COMMIT\nroot@h:~# iptables -t nat -S\n${rule("-p tcp -m tcp --dport 80", "10.0.0.2:80")}`,
		);
		expect(facts.topology.conflicts).toMatchObject([
			{
				about: "h/published-port/tcp/80",
				attribute: "targets",
				values: [{ value: [{ to: "10.0.0.1:80" }] }, { value: [{ to: "10.0.0.2:80" }] }],
			},
		]);
	});

	it("of a dump that was cut off, and one that was not: both are kept, and the whole one is shown", () => {
		const { dumps } = captureOfText(
			"notes.txt",
			`root@h:~# iptables-save -t nat\n*nat\n${rule("-p tcp -m tcp --dport 80", "10.0.0.1:80")}COMMIT\nroot@h:~# iptables -t nat -S\n${rule("-p tcp -m tcp --dport 80", "10.0.0.2:80")}`,
		);
		const shown = (flawed: number): unknown => {
			const flaws = [{ type: "cut", text: "the archive ends within it" }] as const;
			const parsed = dumps.map((dump, at) => parseDump(at === flawed ? { ...dump, flaws } : dump));
			const facts = new Facts(reconstruct(parsed));
			expect(facts.topology.conflicts).toHaveLength(1);
			expect(facts.topology.sources.map(({ flaws: found }) => found)[flawed]).toEqual(flaws);
			return facts.attribute("h/published-port/tcp/80", "targets").value;
		};
		expect(shown(0)).toEqual([{ to: "10.0.0.2:80" }]);
		expect(shown(1)).toEqual([{ to: "10.0.0.1:80" }]);
	});

	it("of a large rule set take time that grows with the rules", () => {
		const dumpOf = (count: number): ParsedDump => {
			const rules = Array.from({ length: count }, (_, at) =>
				rule(`-p tcp -m tcp --dport ${at + 1}`, `10.0.${at >> 8}.${at & 255}:80`),
			);
			const [dump] = captureOfText("h/iptables_save", `*nat\n${rules.join("")}COMMIT\n`).dumps;
			return parseDump(dump!);
		};
		const published = (dump: ParsedDump): number =>
			reconstruct([dump]).nodes.filter(({ kind }) => kind === "published-port").length;
		expect(published(dumpOf(10_000))).toBe(10_000);
		expectInProportion(dumpOf, published, 1000);
	}, 60_000);
});

describe("veth peers", () => {
	const namespaces = (...parts: [name: string, text: string][]): string =>
		parts.map(([name, text]) => `root@h:~# ip netns exec ${name} ip link\n${text}`).join("");

	it("are not paired by indexes alone: the peer may be in a namespace that was not saved", () => {
		const facts = factsOf(namespaces(["blue", link(5, "eth0", 7)], ["red", link(7, "eth0", 5)]));
		expect(facts.topology.edges.filter(({ kind }) => kind === "veth-peer")).toEqual([]);
		expect(facts.topology.ambiguities).toMatchObject([
			{ about: "h/netns/blue/interface/eth0", candidates: ["h/netns/red/interface/eth0"] },
			{ about: "h/netns/red/interface/eth0", candidates: ["h/netns/blue/interface/eth0"] },
		]);
	});

	it("are assumed to lead to the host's own namespace, or to be the ends of a line with one subnet", () => {
		const toHost = factsOf(
			`root@h:~# ip link\n${link(7, "vethx", 5)}${namespaces(["blue", link(5, "eth0", 7)])}`,
		);
		const ofHost = toHost.edge("veth-peer", "h/netns/blue/interface/eth0", "h/netns/host/interface/vethx");
		expect(ofHost.certainty).toBe("assumed");
		const at = (address: string): string => `    inet ${address}/30 scope global eth0\n`;
		const line = factsOf(
			namespaces(["blue", link(5, "eth0", 7) + at("10.0.0.1")], ["red", link(7, "eth0", 5) + at("10.0.0.2")]),
		);
		const ofLine = line.edge("veth-peer", "h/netns/blue/interface/eth0", "h/netns/red/interface/eth0");
		expect(ofLine.certainty).toBe("assumed");
		expect(ofLine.evidence[0]?.because).toMatch(/subnet, here of 10\.0\.0\.0\/30/);
	});

	it("are an ambiguity when two namespaces have the same pair of indexes", () => {
		const facts = factsOf(
			namespaces(["blue", link(5, "eth0", 7)], ["red", link(7, "eth0", 5)], ["green", link(7, "eth0", 5)]),
		);
		expect(facts.topology.edges.filter(({ kind }) => kind === "veth-peer")).toEqual([]);
		expect(facts.topology.ambiguities).toMatchObject([
			{
				about: "h/netns/blue/interface/eth0",
				candidates: ["h/netns/green/interface/eth0", "h/netns/red/interface/eth0"],
			},
			{ about: "h/netns/green/interface/eth0", candidates: ["h/netns/blue/interface/eth0"] },
			{ about: "h/netns/red/interface/eth0", candidates: ["h/netns/blue/interface/eth0"] },
		]);
	});

	it("are not paired across hosts", () => {
		const host = `root@h:~# ip link\n${link(7, "vethx", 5)}`;
		const other = `root@g:~# ip netns exec red ip link\n${link(5, "eth0", 7)}`;
		expect(factsOf(host + other).topology.edges.filter(({ kind }) => kind === "veth-peer")).toEqual([]);
	});

	it("with unequal MTUs are pairs, of which the text tells the MTUs; equal ones decide nothing", () => {
		const host = `root@h:~# ip link\n${link(7, "vethx", 5)}`;
		const one = factsOf(host + namespaces(["blue", link(5, "eth0", 7, 1450)]));
		one.edge("veth-peer", "h/netns/blue/interface/eth0", "h/netns/host/interface/vethx");
		const text = toText(one.topology, { evidence: false });
		expect(text).toContain("veth peer: vethx of host, mtu 1450 here, 1500 there (assumed)");
		expect(text).toContain("veth peer: eth0 of blue, mtu 1500 here, 1450 there (assumed)");
		const two = factsOf(
			host + namespaces(["blue", link(5, "eth0", 7, 1450)], ["green", link(5, "eth0", 7, 1500)]),
		);
		expect(two.topology.edges.filter(({ kind }) => kind === "veth-peer")).toEqual([]);
		expect(two.topology.ambiguities.map(({ about }) => about)).toContain("h/netns/host/interface/vethx");
	});

	/** `ip addr`, which tells no kinds, of a router's namespace of OpenStack and the one behind it. */
	const crosswise = (addresses: readonly [string, string], others: readonly [string, string]): string =>
		namespaces(
			...(["qrouter", "fip"] as const).map((name, at): [string, string] => [
				name,
				`2: ${at === 0 ? "rfp" : "fpr"}-984c22fd-6@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether be:18:38:f7:b6:5${at} brd ff:ff:ff:ff:ff:ff ${others[at]}
    inet ${addresses[at]}/31 scope global ${at === 0 ? "rfp" : "fpr"}-984c22fd-6
       valid_lft forever preferred_lft forever\n`,
			]),
		);

	it("with one index in both namespaces are pairs by the names of both, or assumed by a subnet, else undecided", () => {
		const apart = ["169.254.88.134", "169.254.90.135"] as const;
		const near = ["169.254.88.134", "169.254.88.135"] as const;
		const ends = [
			"h/netns/fip/interface/fpr-984c22fd-6",
			"h/netns/qrouter/interface/rfp-984c22fd-6",
		] as const;
		const numbers = ["link-netnsid 0", "link-netnsid 0"] as const;
		const named = factsOf(crosswise(apart, ["link-netns fip", "link-netns qrouter"]));
		expect(named.edge("veth-peer", ...ends).certainty).toBe("derived");
		const half = factsOf(crosswise(apart, ["link-netns fip", "link-netnsid 0"]));
		expect(half.edge("veth-peer", ...ends).certainty).toBe("assumed");
		const line = factsOf(crosswise(near, numbers));
		expect(line.edge("veth-peer", ...ends).certainty).toBe("assumed");
		const open = factsOf(crosswise(apart, numbers));
		expect(open.topology.edges.filter(({ kind }) => kind === "veth-peer")).toEqual([]);
		expect(open.topology.ambiguities.map(({ about }) => about)).toEqual(ends);
		expect(open.topology.gaps.map(({ command }) => command)).toEqual(
			expect.arrayContaining(["sudo ip netns exec fip ip -d link", "sudo ip netns exec qrouter ip -d link"]),
		);
	});

	it("heed `ip netns` where it was made in the namespace whose numbers these are", () => {
		// The host calls red 0, so that its veth of index 9 cannot lead to green, whatever green's indexes.
		const facts = factsOf(
			`root@h:~# ip netns\ngreen (id: 1)\nred (id: 0)\nroot@h:~# ip link\n${link(9, "vethx", 7)}${namespaces(
				["red", link(7, "eth0", 9)],
				["green", link(7, "eth0", 9)],
			)}`,
		);
		const pair = facts.edge("veth-peer", "h/netns/host/interface/vethx", "h/netns/red/interface/eth0");
		expect(pair.certainty).toBe("derived");
		expect(facts.topology.edges.filter(({ kind }) => kind === "veth-peer")).toHaveLength(1);
	});
});

describe("what is no veth pair", () => {
	it("a macvlan whose indexes happen to fit: it stands on the host's interface", () => {
		const macvlan = `${link(4, "eth0", 2).replace(" link-netnsid 0", " link-netnsid 0 promiscuity 0")}    macvlan mode bridge addrgenmode eui64\n`;
		const facts = factsOf(
			`root@h:~# ip -d link\n${link(2, "eth0", 4)}root@h:~# ip netns exec lan ip -d link\n${macvlan}`,
		);
		expect(facts.topology.edges.filter(({ kind }) => kind === "veth-peer")).toEqual([]);
		const lower = facts.edge("lower-device", "h/netns/lan/interface/eth0", "h/netns/host/interface/eth0");
		expect(lower.certainty).toBe("assumed");
	});
});

describe("addresses of other hosts", () => {
	const address = (host: string, inet: string): string =>
		`root@${host}:~# ip a\n${link(2, "eth0", 9)}    inet ${inet} scope global eth0\n       valid_lft forever preferred_lft forever\n`;
	const balancer = `root@lvs:~# ipvsadm -Ln
IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
TCP  192.0.2.1:443 rr
  -> 192.0.2.35:443               Route   1      0          0
`;
	const server = "lvs/netns/host/ipvs/tcp 192.0.2.1:443/real-server/192.0.2.35:443";

	it("are meant where both hosts have a leg in one subnet, which is an assumption", () => {
		const facts = factsOf(balancer + address("lvs", "192.0.2.1/24") + address("rs1", "192.0.2.35/24"));
		const edge = facts.edge("same-entity", server, "rs1/netns/host/address/192.0.2.35");
		expect(edge).toMatchObject({
			certainty: "assumed",
			evidence: [{ because: expect.stringContaining("one LAN") }],
		});
	});

	it("are not meant otherwise, and the gap asks no docker", () => {
		const facts = factsOf(balancer + address("lvs", "198.51.100.1/24") + address("rs1", "192.0.2.35/24"));
		expect(facts.topology.edges.filter(({ from }) => from === server)).toEqual([]);
		const gap = facts.topology.gaps.find(({ about }) => about.includes(server));
		expect(gap?.command).toBe("sudo ip route get 192.0.2.35");
	});

	it("a router's DNAT leads to no ingress_sbox", () => {
		const facts = factsOf(
			"root@fw:~# iptables-save -t nat\n*nat\n-A PREROUTING -i eth1 -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.18.0.2:80\nCOMMIT\n",
		);
		expect(facts.topology.nodes.some(({ name }) => name === "ingress_sbox")).toBe(false);
		expect(facts.attribute("fw/published-port/tcp/80", "targets").value).toEqual([
			{ to: "172.18.0.2:80", in: "eth1" },
		]);
	});
});

describe("listings with other columns", () => {
	const table = (titles: string, lines: string): string =>
		`IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port ${titles}\n  -> RemoteAddress:Port\n${lines}`;

	it("of ipvsadm say what they show, and nothing against the usual one", () => {
		const stats = table(
			"Conns InPkts OutPkts InBytes OutBytes",
			"FWM  257       9   54   48   3619   4839\n  -> 10.0.0.6:0    4   23   22   1562   2207\n",
		);
		const thresholds = table(
			"Uthreshold Lthreshold ActiveConn InActConn",
			"FWM  257 rr\n  -> 10.0.0.6:0    0   0   1   2\n",
		);
		const usual = table("Scheduler Flags", "FWM  257 rr\n  -> 10.0.0.6:0    Masq    1   1   2\n");
		const service = "h/netns/host/ipvs/fwmark 257";
		const server = `${service}/real-server/10.0.0.6:0`;

		const alone = factsOf(`root@h:~# ipvsadm -Ln --stats\n${stats}`);
		alone.edge("balances-to", service, server);
		expect(alone.node(service).attributes).not.toHaveProperty("scheduler");
		expect(alone.node(server).attributes).toEqual({});

		const facts = factsOf(
			`root@h:~# ipvsadm -Ln --stats\n${stats}root@h:~# ipvsadm -Ln --thresholds\n${thresholds}root@h:~# ipvsadm -Ln\n${usual}`,
		);
		expect(facts.attribute(service, "scheduler").value).toBe("rr");
		expect(facts.attribute(server, "weight").value).toBe(1);
		expect(facts.edge("balances-to", service, server).evidence).toHaveLength(3);
		expect(facts.topology.conflicts).toEqual([]);
	});

	it("of ls -lai show the namespaces, and not the folder as one", () => {
		const { topology } = factsOf(
			`root@h:~# ls -lai /var/run/docker/netns
total 0
      1115 drwxr-xr-x 2 root root  80 Nov 20 23:54 .
       812 drwx------ 8 root root 180 Nov 20 23:52 ..
4026532466 -r--r--r-- 1 root root   0 Nov 20 23:54 0d3c5b70d730
4026532131 -r--r--r-- 1 root root   0 Nov 20 23:52 ingress_sbox
root@h:~#
`,
		);
		const names = topology.nodes.filter(({ kind }) => kind === "netns").map(({ name }) => name);
		expect(names.sort()).toEqual(["0d3c5b70d730", "host", "ingress_sbox"]);
	});
});

describe("dumps that contradict each other", () => {
	const inspect = (sandbox: string): string =>
		`root@h:~# docker inspect aaaaaaaaaaaa\n[\n    {\n        "Id": "${"a".repeat(64)}",\n        "NetworkSettings": {\n            "SandboxID": "${sandbox.padEnd(64, "0")}"\n        }\n    }\n]\n`;

	it("on the index of a veth's peer decide for neither", () => {
		const facts = factsOf(
			`root@h:~# ip netns exec a ip link\n${link(4, "eth0", 5)}root@h:~# ip netns exec a ip link\n${link(4, "eth0", 7)}root@h:~# ip link\n${link(5, "v5", 4)}${link(7, "v7", 4)}`,
		);
		expect(facts.topology.edges.filter(({ kind }) => kind === "veth-peer")).toEqual([]);
		expect(facts.topology.ambiguities).toMatchObject([
			{
				about: "h/netns/a/interface/eth0",
				candidates: ["h/netns/host/interface/v5", "h/netns/host/interface/v7"],
			},
			{ about: "h/netns/host/interface/v5", candidates: ["h/netns/a/interface/eth0"] },
			{ about: "h/netns/host/interface/v7", candidates: ["h/netns/a/interface/eth0"] },
		]);
		expect(facts.topology.conflicts).toMatchObject([{ attribute: "peerIndex" }]);
	});

	it("on the sandbox of a container leave what was seen inside it to neither", () => {
		const facts = factsOf(
			`${inspect("bbbbbbbbbbbb")}${inspect("cccccccccccc")}root@h:~# docker exec aaaaaaaaaaaa ip link\n${link(4, "eth0", 5)}`,
		);
		expect(facts.topology.conflicts).toMatchObject([
			{
				about: "h/container/aaaaaaaaaaaa",
				attribute: "sandbox",
				values: [{ value: "bbbbbbbbbbbb" }, { value: "cccccccccccc" }],
			},
		]);
		const interfaces = facts.topology.nodes.filter(({ kind }) => kind === "interface");
		expect(interfaces.map(({ id }) => id)).toEqual(["h/netns/container:aaaaaaaaaaaa/interface/eth0"]);
		for (const sandbox of ["bbbbbbbbbbbb", "cccccccccccc"]) {
			const id = `same-entity h/container/aaaaaaaaaaaa → h/netns/${sandbox}`;
			const edge = facts.topology.edges.find((each) => each.id === id);
			expect(edge?.evidence.map(({ spans }) => spans.length)).toEqual([1]);
		}
	});

	it("on the network of a subnet place an address in neither, unless its prefix length decides", () => {
		const network = (name: string, id: string, subnet: string): string =>
			`root@h:~# docker network inspect ${name}\n[\n    {\n        "Name": "${name}",\n        "Id": "${id.repeat(25)}",\n        "Scope": "swarm",\n        "Driver": "overlay",\n        "IPAM": {\n            "Config": [\n                {\n                    "Subnet": "${subnet}"\n                }\n            ]\n        }\n    }\n]\n`;
		const inside = `root@h:~# docker exec aaaaaaaaaaaa ip addr\n${link(4, "eth0", 5)}    inet 10.0.0.7/24 scope global eth0\n`;
		const attached = ({ topology }: Facts): string[] =>
			topology.edges.filter(({ kind }) => kind === "attached-to-network").map(({ to }) => to);

		const equal = factsOf(network("one", "x", "10.0.0.0/24") + network("two", "y", "10.0.0.0/24") + inside);
		expect(attached(equal)).toEqual([]);
		expect(equal.topology.ambiguities).toMatchObject([
			{ candidates: [`network/${"x".repeat(25)}`, `network/${"y".repeat(25)}`] },
		]);

		const wider = factsOf(network("one", "x", "10.0.0.0/16") + network("two", "y", "10.0.0.0/24") + inside);
		expect(attached(wider)).toEqual([`network/${"y".repeat(25)}`]);
		expect(wider.topology.ambiguities).toEqual([]);
	});

	it("on whose MAC an endpoint's is decide for none, unless its address does", () => {
		const network = `root@h:~# docker network inspect one\n[\n    {\n        "Name": "one",\n        "Id": "${"x".repeat(25)}",\n        "Scope": "swarm",\n        "Driver": "overlay",\n        "Containers": {\n            "${"a".repeat(64)}": {\n                "Name": "c",\n                "MacAddress": "02:42:00:00:00:04",\n                "IPv4Address": "10.0.0.7/24"\n            }\n        }\n    }\n]\n`;
		const inside = (netns: string, address = ""): string =>
			`root@h:~# ip netns exec ${netns} ip addr\n${link(4, "eth0", 5)}${address}`;
		const interfaces = ({ topology }: Facts): string[] =>
			topology.edges
				.filter(({ kind, from }) => kind === "same-entity" && from.includes("/endpoint/"))
				.map(({ to }) => to)
				.filter((id) => id.includes("/interface/"));

		const open = factsOf(network + inside("one") + inside("two"));
		expect(interfaces(open)).toEqual([]);
		expect(open.topology.ambiguities).toMatchObject([
			{ candidates: ["h/netns/one/interface/eth0", "h/netns/two/interface/eth0"] },
		]);

		const told = factsOf(network + inside("one") + inside("two", "    inet 10.0.0.7/24 scope global eth0\n"));
		expect(interfaces(told)).toEqual(["h/netns/two/interface/eth0"]);
		expect(told.topology.ambiguities).toEqual([]);
	});

	it("of two swarms do not prove each other's ports", () => {
		const service = (host: string, name: string): string =>
			`root@${host}:~# docker service ls\nID                  NAME                MODE                REPLICAS            IMAGE               PORTS\nabcdefghijkl        ${name}                 replicated          1/1                 nginx:latest        *:80->80/tcp\n`;
		const port = `root@y:~# iptables -t nat -S\n-A DOCKER-INGRESS -p tcp -m tcp --dport 80 -j DNAT --to-destination 172.18.0.2:80\n`;
		const backed = ({ topology }: Facts): string[] =>
			topology.edges
				.filter(({ kind }) => kind === "backs")
				.map(({ from, to, certainty }) => `${from} ${to} ${certainty}`);

		expect(backed(factsOf(service("x", "one") + service("y", "two") + port))).toEqual([
			"y/published-port/tcp/80 service/two derived",
		]);
		expect(backed(factsOf(service("x", "one") + port))).toEqual([
			"y/published-port/tcp/80 service/one assumed",
		]);
	});
});
