import { captureOfFiles, parseDump } from "@netfossil/capture";
import { describe, expect, it } from "vitest";
import { reconstruct, toText } from "../src/index.ts";
import { Facts } from "./seeds.ts";

/* What speaks against a conclusion, or for less than it: small captures, as somebody would save them. */

const factsOf = (files: Readonly<Record<string, string>>): Facts => {
	const named = Object.entries(files).map(([path, text]) => ({ path, text }));
	return new Facts(reconstruct(captureOfFiles("t", named).dumps.map(parseDump)));
};
const text = ({ topology }: Facts): string => toText(topology, { evidence: false });
const outside = ({ topology }: Facts): string[] =>
	topology.nodes.filter(({ kind }) => kind === "external").map(({ id }) => id);

const LO = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n`;
const link = (name: string, mac: string, address?: string, more = ""): string =>
	`${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue ${more}state UP group default qlen 1000
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff
${address === undefined ? "" : `    inet ${address} scope global ${/ ([\w-]+)/.exec(name)![1]}\n       valid_lft forever preferred_lft forever\n`}`;
const card = (mac: string, address: string): string => LO + link("2: ens3", mac, address);

describe("the name of a host", () => {
	const address = card("52:54:00:aa:00:01", "192.0.2.10/24");

	it("of a folder is assumed, and the text says so; of a file `hostname` it is observed", () => {
		const folder = factsOf({ "Desktop/ip_addr.txt": address });
		expect(folder.node("Desktop")).toMatchObject({
			certainty: "assumed",
			evidence: [{ rule: "scope", because: 'the folder "Desktop" is taken for the host\'s name' }],
		});
		expect(text(folder)).toContain("\nDesktop (assumed)\n");
		const file = factsOf({ "Desktop/ip_addr.txt": address, "Desktop/hostname": "web1\n" });
		expect(file.node("web1").certainty).toBe("observed");
		expect(text(file)).toContain("\nweb1\n");
	});
});

describe("a REDIRECT for one address", () => {
	const rules = (conditions: string): string =>
		`*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 203.0.113.80/32 ${conditions}-p tcp -m tcp --dport 80 -j REDIRECT --to-ports 3128\nCOMMIT\n`;
	const addresses = ({ topology }: Facts): string[] =>
		topology.nodes
			.filter(({ kind, name }) => kind === "address" && name === "203.0.113.80")
			.map(({ id }) => id);

	it("gives no address to a host or a router, which redirects what passes by", () => {
		expect(addresses(factsOf({ "h/iptables-save.txt": rules("-i eth1 ") }))).toEqual([]);
		expect(addresses(factsOf({ "h/iptables-save.txt": rules("") }))).toEqual([]);
		expect(addresses(factsOf({ "h/netns/qrouter-1/iptables-save.txt": rules("") }))).toEqual([]);
	});

	it("gives one, assumed, to a container of which nobody saved the addresses", () => {
		const saved = { "h/containers/1c06334e3589/iptables-save.txt": rules("") };
		const facts = factsOf(saved);
		const [address] = addresses(facts);
		expect(facts.node(address!).certainty).toBe("assumed");
		const inside = card("02:42:0a:00:00:05", "10.0.0.5/24");
		expect(addresses(factsOf({ ...saved, "h/containers/1c06334e3589/ip_addr.txt": inside }))).toEqual([]);
	});
});

describe("addresses outside of the dumps", () => {
	const packets = (...pairs: readonly (readonly [string, string])[]): string =>
		pairs
			.map(([from, to], at) =>
				from.includes(":")
					? `12:00:0${at}.000000 IP6 ${from} > ${to}: ICMP6, router solicitation, length 16\n`
					: `12:00:0${at}.000000 IP ${from}.40000 > ${to}.53: UDP, length 30\n`,
			)
			.join("");
	const arp = (address: string, mac: string): string =>
		`12:00:09.000000 ARP, Reply ${address} is-at ${mac}, length 28\n`;
	const web = card("52:54:00:63:00:01", "192.168.99.101/24");
	const db = card("52:54:00:63:00:02", "192.168.99.102/24");

	it("are not those of saved namespaces, seen from a host of which only packets were saved; nor loopback or multicast", () => {
		const seen =
			packets(
				["192.168.99.101", "192.168.99.102"],
				["fe80::5054:ff:fe63:1", "ff02::2"],
				["127.0.0.1", "127.0.0.11"],
				["192.168.99.101", "192.168.99.1"],
			) + arp("192.168.99.101", "52:54:00:63:00:01");
		const facts = factsOf({
			"web/ip_addr.txt": web,
			"db/ip_addr.txt": db,
			"probe/tcpdump_-n.txt": seen,
		});
		expect(outside(facts)).toEqual(["lan/192.168.99.0/24/external/192.168.99.1"]);
	});

	it("are one for the hosts of a LAN, and one for each LAN where two have one subnet", () => {
		const seen = (from: string): string => packets([from, "192.168.99.1"], [from, "198.51.100.9"]);
		const files = {
			"web/ip_addr.txt": web,
			"db/ip_addr.txt": db,
			"web/tcpdump_-n.txt": seen("192.168.99.101"),
			"db/tcpdump_-n.txt": seen("192.168.99.102"),
		};
		expect(outside(factsOf(files))).toEqual([
			"db/external/198.51.100.9",
			"lan/192.168.99.0/24/external/192.168.99.1",
			"web/external/198.51.100.9",
		]);
		const gateways = {
			"web/ip_neigh.txt": "192.168.99.1 dev ens3 lladdr 00:11:22:33:44:55 REACHABLE\n",
			"db/ip_neigh.txt": "192.168.99.1 dev ens3 lladdr 66:77:88:99:aa:bb REACHABLE\n",
		};
		const apart = factsOf({ ...files, ...gateways });
		expect(outside(apart)).toEqual([
			"db/external/198.51.100.9",
			"lan/192.168.99.0/24@db/external/192.168.99.1",
			"lan/192.168.99.0/24@web/external/192.168.99.1",
			"web/external/198.51.100.9",
		]);
		expect(text(apart)).toContain("192.168.99.1 in 192.168.99.0/24, the LAN of db\n");
		expect(text(apart)).toContain("198.51.100.9 seen on web\n");
	});

	it("are those for which a router of the dumps answers ARP, and those with a strange MAC", () => {
		const proxied = factsOf({
			"web/ip_addr.txt": web,
			"db/ip_addr.txt": db,
			"web/tcpdump_-n.txt":
				arp("192.168.99.7", "52:54:00:63:00:02") + arp("192.168.99.8", "0a:00:00:00:00:01"),
		});
		expect(outside(proxied)).toEqual([
			"lan/192.168.99.0/24/external/192.168.99.7",
			"lan/192.168.99.0/24/external/192.168.99.8",
		]);
	});
});

describe("one subnet on two sites", () => {
	const files = {
		"paris/ip_addr.txt": card("52:54:00:aa:00:01", "192.168.1.10/24"),
		"paris/iptables-save.txt":
			"*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination 192.168.1.20:8443\nCOMMIT\n",
		"tokyo/ip_addr.txt": card("52:54:00:bb:00:01", "192.168.1.20/24"),
	};
	const neighbours = (paris: string, tokyo: string) => ({
		...files,
		"paris/ip_neigh.txt": paris,
		"tokyo/ip_neigh.txt": tokyo,
	});
	const lans = ({ topology }: Facts): string[] =>
		topology.nodes.filter(({ id }) => id.startsWith("lan/")).map(({ id }) => id);
	const turned = ({ topology }: Facts): string[] =>
		topology.edges.filter(({ kind }) => kind === "nat-to").map(({ to }) => to);
	const gateway = (mac: string): string => `192.168.1.1 dev ens3 lladdr ${mac} REACHABLE\n`;

	it("is one LAN by assumption, and by a gateway that both know by the same MAC", () => {
		expect(lans(factsOf(files))).toEqual(["lan/192.168.1.0/24"]);
		const same = gateway("00:11:22:33:44:55");
		const facts = factsOf(neighbours(same, same));
		expect(lans(facts)).toEqual(["lan/192.168.1.0/24"]);
		expect(turned(facts)).toEqual(["tokyo/netns/host/address/192.168.1.20"]);
	});

	it("is two where each knows the gateway by another MAC, and DNAT to the other's address is a question", () => {
		const facts = factsOf(neighbours(gateway("00:11:22:33:44:55"), gateway("66:77:88:99:aa:bb")));
		expect(lans(facts)).toEqual(["lan/192.168.1.0/24@paris", "lan/192.168.1.0/24@tokyo"]);
		expect(turned(facts)).toEqual([]);
		expect(facts.topology.gaps).toMatchObject([
			{
				about: ["paris/published-port/tcp/443"],
				command: "sudo ip route get 192.168.1.20; sudo ip neigh show 192.168.1.20",
			},
		]);
	});

	it("is undecided where the one asked for the other in vain, and the command that decides is told", () => {
		const facts = factsOf(neighbours("192.168.1.20 dev ens3 FAILED\n", gateway("66:77:88:99:aa:bb")));
		expect(lans(facts)).toEqual(["lan/192.168.1.0/24@paris", "lan/192.168.1.0/24@tokyo"]);
		expect(facts.topology.ambiguities).toMatchObject([
			{ candidates: ["paris/netns/host/interface/ens3", "tokyo/netns/host/interface/ens3"] },
		]);
		expect(facts.topology.gaps.map(({ command }) => command)).toContain(
			"sudo ping -c 1 192.168.1.20; sudo ip neigh show 192.168.1.20",
		);
		const answered = neighbours(
			"192.168.1.20 dev ens3 FAILED\n",
			"192.168.1.10 dev ens3 lladdr 52:54:00:aa:00:01 STALE\n",
		);
		expect(lans(factsOf(answered))).toEqual(["lan/192.168.1.0/24"]);
	});
});

describe("DNAT to a pod of another host", () => {
	const vxlan = (mac: string, local: string, remote: string): string =>
		`4: vx42: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue master br-pod state UNKNOWN group default qlen 1000
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff promiscuity 1 minmtu 68 maxmtu 65535
    vxlan id 42 remote ${remote} local ${local} dev eth0 srcport 0 0 dstport 4789 ttl auto ageing 300\n`;
	const host = (last: number, far: number, pods: string, more: string): string =>
		LO +
		link("2: eth0", `f6:96:f1:e0:03:0${last}`, `192.0.2.${last}/24`) +
		link("3: br-pod", `56:8e:80:16:58:0${last}`, pods) +
		vxlan(`96:89:bf:6d:83:0${last}`, `192.0.2.${last}`, `192.0.2.${far}`) +
		more;
	const files = {
		"hA/ip_-d_addr.txt": host(1, 2, "10.7.0.254/24", ""),
		"hA/iptables-save.txt":
			"*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.7.0.3:80\nCOMMIT\n",
		"hB/ip_-d_addr.txt": host(
			2,
			1,
			"10.7.0.253/24",
			link("5: vB1@if2", "ca:8f:22:78:44:bd", undefined, "master br-pod "),
		),
		"hB/netns/cB1/ip_-d_addr.txt": LO + link("2: eth0@if5", "1a:6f:d3:aa:a0:b5", "10.7.0.3/24"),
	};

	it("is followed over the tunnel that is a port of the bridge", () => {
		const facts = factsOf(files);
		const edge = facts.edge("nat-to", "hA/published-port/tcp/8080", "hB/netns/cB1/address/10.7.0.3");
		expect(edge.evidence[0]?.because).toMatch(/bridge and a tunnel lead to eth0/);
		expect(edge.certainty).toBe("assumed");
		expect(facts.topology.gaps.filter(({ about }) => about[0]?.includes("published-port"))).toEqual([]);
	});

	it("is a question where no tunnel leads there", () => {
		const facts = factsOf({ ...files, "hA/ip_-d_addr.txt": host(1, 9, "10.7.0.254/24", "") });
		expect(facts.topology.edges.filter(({ kind }) => kind === "nat-to")).toEqual([]);
		expect(facts.topology.gaps.map(({ about }) => about)).toContainEqual(["hA/published-port/tcp/8080"]);
	});
});

describe("a dump in the wrong place", () => {
	const looksLike = ({ topology }: Facts): unknown[] =>
		topology.conflicts
			.filter(({ attribute }) => attribute === "host")
			.map(({ about, values }) => [about, ...values.map(({ value }) => value)]);
	const veth = (name: string, mac: string): string => link(name, mac, undefined, "master br-pod ");
	const pod = LO + link("2: eth0@if5", "1a:6f:d3:aa:a0:b5", "10.7.0.3/24");
	const files = {
		"hA/ip_addr.txt": card("f6:96:f1:e0:03:d4", "192.0.2.11/24") + veth("5: vA1@if2", "56:8e:80:16:58:cb"),
		"hA/bridge_fdb.txt":
			"1a:6f:d3:aa:a0:b5 dev vx42 master br-pod \n1a:6f:d3:aa:a0:b5 dev vx42 dst 192.0.2.12 self \n",
		"hA/iptables-save.txt":
			"*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 10.7.0.3:80\nCOMMIT\n",
		"hB/ip_addr.txt": card("96:a7:8b:ce:bc:3b", "192.0.2.12/24") + veth("5: vB1@if2", "ca:8f:22:78:44:bd"),
		"hB/bridge_fdb.txt": "1a:6f:d3:aa:a0:b5 dev vB1 master br-pod \n",
	};

	it("is told by the tables of two hosts, and what rests on it is assumed", () => {
		const wrong = factsOf({ ...files, "hA/netns/cB1/ip_addr.txt": pod });
		expect(looksLike(wrong)).toEqual([["hA/netns/cB1", "hA", "hB"]]);
		expect(text(wrong)).toContain("looks like the dump of hB: hA forwards 1a:6f:d3:aa:a0:b5 to 192.0.2.12");
		const turned = wrong.edge("nat-to", "hA/published-port/tcp/8080", "hA/netns/cB1/address/10.7.0.3");
		expect(turned.certainty).toBe("assumed");
		expect(looksLike(factsOf({ ...files, "hB/netns/cB1/ip_addr.txt": pod }))).toEqual([]);
	});

	it("is told by the host's own neighbours", () => {
		const neighbours = "192.0.2.12 dev ens3 lladdr 96:a7:8b:ce:bc:3b STALE\n";
		const route =
			"192.0.2.0/24 dev ens3 proto kernel scope link src 192.0.2.12 \nlocal 192.0.2.12 dev ens3 table local proto kernel scope host src 192.0.2.12 \n";
		const wrong = factsOf({
			"hA/ip_addr.txt": files["hA/ip_addr.txt"],
			"hA/ip_addr_2.txt": files["hB/ip_addr.txt"],
			"hA/ip_neigh.txt": neighbours,
			"hB/ip_route_show_table_all.txt": route,
		});
		expect(looksLike(wrong)).toEqual([["hA/netns/host", "hA", "hB"]]);
		const right = factsOf({
			"hA/ip_addr.txt": files["hA/ip_addr.txt"],
			"hB/ip_addr.txt": files["hB/ip_addr.txt"],
			"hA/ip_neigh.txt": neighbours,
		});
		expect(looksLike(right)).toEqual([]);
	});

	it("that is a copy of another host's is told", () => {
		const task =
			LO +
			link("20: eth0@if21", "02:42:0a:00:01:06", "10.0.1.6/24") +
			link("22: eth1@if23", "02:42:ac:12:00:03", "172.18.0.3/16");
		const copied = factsOf({
			"w1/netns/172336375e86/ip_addr.txt": task,
			"w2/netns/172336375e86/ip_addr.txt": task,
		});
		expect(looksLike(copied)).toEqual([
			["w1/netns/172336375e86", "w1", "w2"],
			["w2/netns/172336375e86", "w2", "w1"],
		]);
		const other = task.replaceAll("@if21", "@if31");
		expect(
			looksLike(
				factsOf({ "w1/netns/172336375e86/ip_addr.txt": task, "w2/netns/9f1a2b3c4d5e/ip_addr.txt": other }),
			),
		).toEqual([]);
	});
});

describe("an endpoint with the MAC of an interface", () => {
	const id = "636163686563".padEnd(64, "0");
	const inspect = JSON.stringify([
		{
			Name: "bridge",
			Id: "f".repeat(64),
			Scope: "local",
			Driver: "bridge",
			IPAM: { Driver: "default", Config: [{ Subnet: "172.17.0.0/16", Gateway: "172.17.0.1" }] },
			Containers: {
				[id]: {
					Name: "cache",
					EndpointID: "e".repeat(64),
					MacAddress: "02:42:ac:11:00:02",
					IPv4Address: "172.17.0.2/16",
				},
			},
		},
	]);
	const inside = LO + link("2: eth0@if4", "02:42:ac:11:00:02", "172.17.0.2/16");

	it("tells whose namespace the interface's is", () => {
		const facts = factsOf({
			"h/docker_network_inspect.txt": inspect,
			"h/netns/cache/ip_addr.txt": inside,
		});
		expect(facts.edge("same-entity", "h/container/636163686563", "h/netns/cache").certainty).toBe("derived");
	});

	it("does not put the container into the host's own namespace", () => {
		const facts = factsOf({ "h/docker_network_inspect.txt": inspect, "h/ip_addr.txt": inside });
		const homes = facts.topology.edges.filter(
			({ kind, from }) => kind === "same-entity" && from.startsWith("h/container/"),
		);
		expect(homes).toEqual([]);
	});
});
