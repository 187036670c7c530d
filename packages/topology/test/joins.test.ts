import { fileURLToPath } from "node:url";
import { captureOfText, type ParsedDump, type Place, parseDump } from "@netfossil/capture";
import { describe, expect, it } from "vitest";
import { namespaceDumps, reconstruct, type Topology, toText } from "../src/index.ts";
import { Topology as TopologySchema } from "../src/schema.ts";
import { placedDumps } from "./recorded/placed.ts";
import { Facts } from "./seeds.ts";

/** A saved file of a host, as a capture would give it. */
function saved(host: string, file: string, text: string, netns?: string): ParsedDump {
	const [dump] = captureOfText(`${host}/${file}`, text).dumps;
	if (dump === undefined) throw new Error(`no dump in ${file}`);
	const place: Place = netns === undefined ? { type: "host" } : { type: "netns", name: netns };
	return parseDump({ ...dump, scope: { host, place } });
}

const factsOf = (...dumps: ParsedDump[]): Facts => new Facts(reconstruct(dumps));
const edges = ({ topology }: Facts, kind: string): string[] =>
	topology.edges
		.filter((edge) => edge.kind === kind)
		.map(({ from, to, certainty }) => `${from} → ${to} ${certainty}`);

const head = (index: number, name: string, mac = "52:54:00:00:00:01"): string =>
	`${index}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq state UP group default qlen 1000
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff promiscuity 0 minmtu 68 maxmtu 9000 \n`;
const inet = (address: string, name: string, more = ""): string =>
	`    inet ${address} ${more}scope global ${name}\n       valid_lft forever preferred_lft forever\n`;
const gre = (local: string, remote: string, key: number): string =>
	`9: gre1@NONE: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1476 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/gre ${local} peer ${remote} promiscuity 0 minmtu 0 maxmtu 0 
    gre remote ${remote} local ${local} ttl 64 ikey 0.0.0.${key} okey 0.0.0.${key} addrgenmode eui64 \n`;
const vxlan = (how: string, mac: string): string =>
	`7: vxlan7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff promiscuity 0 minmtu 68 maxmtu 65535 
    vxlan id 7 ${how} srcport 0 0 dstport 4789 ttl auto ageing 300 \n`;

describe("tunnels", () => {
	it("of GRE are paired by addresses and keys", () => {
		const facts = factsOf(
			saved("a", "ip_-d_link.txt", gre("192.0.2.1", "192.0.2.2", 5)),
			saved("b", "ip_-d_link.txt", gre("192.0.2.2", "192.0.2.1", 5)),
			saved("c", "ip_-d_link.txt", gre("192.0.2.2", "192.0.2.1", 6)),
		);
		expect(edges(facts, "tunnel").filter((edge) => !edge.includes("/remote/"))).toEqual([
			"a/netns/host/vtep/gre1 → b/netns/host/vtep/gre1 derived",
			"b/netns/host/vtep/gre1 → a/netns/host/vtep/gre1 derived",
		]);
	});

	it("of GRE are undecided when two fit", () => {
		const facts = factsOf(
			saved("a", "ip_-d_link.txt", gre("192.0.2.1", "192.0.2.2", 5)),
			saved("b", "ip_-d_link.txt", gre("192.0.2.2", "192.0.2.1", 5)),
			saved("c", "ip_-d_link.txt", gre("192.0.2.2", "192.0.2.1", 5)),
		);
		expect(edges(facts, "tunnel").filter((edge) => /^a.*→ [bc]/.test(edge))).toEqual([]);
		expect(facts.topology.ambiguities.map(({ about }) => about)).toContain("a/netns/host/vtep/gre1");
	});

	const node = (name: string, last: number, how: string): ParsedDump[] => [
		saved(
			name,
			"ip_addr.txt",
			head(2, "eth0", `52:54:00:00:00:0${last}`) + inet(`192.0.2.${last}/24`, "eth0"),
		),
		saved(name, "ip_-d_link.txt", vxlan(how, `0a:00:00:00:00:0${last}`)),
	];

	it("of VXLAN lead to the VTEP of the same id, surely if a forwarded MAC is there", () => {
		const bare = factsOf(
			...node("a", 1, "remote 192.0.2.2 local 192.0.2.1 dev eth0"),
			...node("b", 2, "local 192.0.2.2 dev eth0"),
		);
		expect(edges(bare, "tunnel")).toContain("a/netns/host/vtep/vxlan7 → b/netns/host/vtep/vxlan7 assumed");
		const fdb = saved(
			"a",
			"bridge_fdb_show.txt",
			"0a:00:00:00:00:02 dev vxlan7 dst 192.0.2.2 self permanent\n",
		);
		const sure = factsOf(
			...node("a", 1, "local 192.0.2.1 dev eth0"),
			...node("b", 2, "local 192.0.2.2 dev eth0"),
			fdb,
		);
		expect(edges(sure, "tunnel")).toContain("a/netns/host/vtep/vxlan7 → b/netns/host/vtep/vxlan7 derived");
	});

	it("of VXLAN stay open to an address that no dump has, or whose VTEP is set up for another", () => {
		const facts = factsOf(
			...node("a", 1, "remote 192.0.2.2 dev eth0"),
			...node("b", 2, "local 198.51.100.2 dev eth0"),
		);
		expect(edges(facts, "tunnel")).toEqual([
			"a/netns/host/vtep/vxlan7 → a/netns/host/vtep/vxlan7/remote/192.0.2.2 derived",
		]);
	});

	it("of one multicast group are assumed", () => {
		const facts = factsOf(
			...node("a", 1, "group 239.1.1.1 dev eth0"),
			...node("b", 2, "group 239.1.1.1 dev eth0"),
			...node("c", 3, "group 239.2.2.2 dev eth0"),
		);
		expect(edges(facts, "tunnel")).toEqual([
			"a/netns/host/vtep/vxlan7 → b/netns/host/vtep/vxlan7 assumed",
			"b/netns/host/vtep/vxlan7 → a/netns/host/vtep/vxlan7 assumed",
		]);
	});

	it("without a kind are lines between two addresses that name each other", () => {
		const ppp = (own: string, peer: string): string =>
			`5: ppp0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1492 qdisc fq state UNKNOWN group default qlen 3\n    link/ppp \n${inet(`${own} peer ${peer}/32`, "ppp0")}`;
		const facts = factsOf(
			saved("a", "ip_addr.txt", ppp("10.9.0.1", "10.9.0.2")),
			saved("b", "ip_addr.txt", ppp("10.9.0.2", "10.9.0.1")),
		);
		expect(edges(facts, "tunnel")).toContain("a/netns/host/vtep/ppp0 → b/netns/host/vtep/ppp0 derived");
		expect(facts.attribute("a/netns/host/address/10.9.0.1", "peer").value).toBe("10.9.0.2");
	});
});

describe("second sources of links", () => {
	const bridged = saved(
		"h",
		"ip_link.txt",
		`${head(2, "eth1").replace("state UP", "master br0 state UP")}${head(3, "br0")}`,
	);

	it("agree, so that the evidence adds up", () => {
		const brctl = saved(
			"h",
			"brctl_show.txt",
			"bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.525400000001\tno\t\teth1\n",
		);
		const facts = factsOf(bridged, brctl);
		const edge = facts.edge("enslaved-to", "h/netns/host/interface/eth1", "h/netns/host/interface/br0");
		expect(edge.evidence.map(({ rule }) => rule).sort()).toEqual(["brctl-show", "ip-address"]);
		expect(facts.topology.conflicts).toEqual([]);
	});

	it("disagree, which is a conflict that keeps both", () => {
		const ifconfig = saved(
			"h",
			"ifconfig_-a.txt",
			"eth1: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 9000\n        ether 52:54:00:00:00:01  txqueuelen 1000  (Ethernet)\n\n",
		);
		expect(factsOf(bridged, ifconfig).topology.conflicts).toMatchObject([
			{ about: "h/netns/host/interface/eth1", attribute: "mtu", values: [{ value: 1500 }, { value: 9000 }] },
		]);
	});

	it("stand alone: a bond of /proc and a VLAN of /proc", () => {
		const bond = saved(
			"h",
			"proc/net/bonding/bond0",
			"Ethernet Channel Bonding Driver: v6.1.0\n\nBonding Mode: fault-tolerance (active-backup)\nPrimary Slave: None\nCurrently Active Slave: eth0\nMII Status: up\nMII Polling Interval (ms): 100\nUp Delay (ms): 0\nDown Delay (ms): 0\n\nSlave Interface: eth0\nMII Status: up\nSpeed: 1000 Mbps\nDuplex: full\nLink Failure Count: 0\nPermanent HW addr: 52:54:00:00:00:01\nSlave queue ID: 0\n",
		);
		const vlan = saved(
			"h",
			"proc/net/vlan/config",
			"VLAN Dev name\t | VLAN ID\nName-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\nbond0.5        | 5  | bond0\n",
		);
		const facts = factsOf(bond, vlan);
		facts.edge("enslaved-to", "h/netns/host/interface/eth0", "h/netns/host/interface/bond0");
		facts.edge("lower-device", "h/netns/host/interface/bond0.5", "h/netns/host/interface/bond0");
		expect(facts.attribute("h/netns/host/interface/bond0.5", "vlanId").value).toBe(5);
	});
});

describe("routing", () => {
	const routes = saved(
		"h",
		"ip_route_show_table_all.txt",
		"default via 192.0.2.254 dev eth0 proto dhcp src 192.0.2.1 metric 100 \nblackhole 198.51.100.0/24 table 100 \n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1 metric 100 \nlocal 192.0.2.1 dev eth0 table local proto kernel scope host src 192.0.2.1 \n",
	);

	it("is attributes of the namespace; the addresses that routes are made of are there", () => {
		const rules = saved(
			"h",
			"ip_rule.txt",
			"0:\tfrom all lookup local\n99:\tfrom 10.0.0.0/8 fwmark 0x1 lookup 100\n99:\tfrom all lookup 101\n32766:\tfrom all lookup main\n",
		);
		const facts = factsOf(routes, rules);
		const { attributes } = facts.node("h/netns/host");
		const values = Object.fromEntries(Object.entries(attributes).map(([name, { value }]) => [name, value]));
		expect(values).toMatchObject({
			"route main default metric 100": "via 192.0.2.254 dev eth0",
			"route main 192.0.2.0/24 metric 100": "dev eth0",
			"route 100 198.51.100.0/24": "blackhole",
			"rule ipv4 99": ["from 10.0.0.0/8 fwmark 0x1 lookup 100", "from all lookup 101"],
		});
		expect(Object.keys(values).filter((name) => name.startsWith("route local"))).toEqual([]);
		const address = facts.edge(
			"has-address",
			"h/netns/host/interface/eth0",
			"h/netns/host/address/192.0.2.1",
		);
		expect(address).toMatchObject({ certainty: "derived", attributes: { length: { value: 24 } } });
		expect(facts.topology.conflicts).toEqual([]);
	});

	it("by netstat, which shows no metric, is the same route; with another gateway it is another one", () => {
		const table = (gateway: string): ParsedDump =>
			saved(
				"h",
				"netstat_-rn.txt",
				`Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n0.0.0.0         ${gateway}     0.0.0.0         UG        0 0          0 eth0\n`,
			);
		const same = factsOf(routes, table("192.0.2.254"));
		expect(same.attribute("h/netns/host", "route main default metric 100").evidence).toHaveLength(2);
		const named = (facts: Facts): string[] =>
			Object.keys(facts.node("h/netns/host").attributes).filter((name) => name.includes("default"));
		expect(named(same)).toEqual(["route main default metric 100"]);
		expect(named(factsOf(routes, table("192.0.2.253")))).toEqual([
			"route main default",
			"route main default metric 100",
		]);
	});

	it("is shown in a few lines", () => {
		const text = toText(reconstruct([routes]), { evidence: false });
		expect(text).toContain("default metric 100 via 192.0.2.254 dev eth0");
		expect(text).toContain("2 routes besides");
	});
});

describe("Docker's own", () => {
	const network = (more: string): ParsedDump =>
		saved(
			"h",
			"docker_network_inspect_web.txt",
			`[{"Name":"web","Id":"${"ab".repeat(32)}","Scope":"local","Driver":"bridge","IPAM":{"Config":[{"Subnet":"172.20.0.0/16"}]},"Containers":{"${"c".repeat(64)}":{"Name":"app","EndpointID":"e","MacAddress":"02:42:ac:14:00:02","IPv4Address":"172.20.0.2/16","IPv6Address":""}},"Options":{${more}}}]`,
		);
	const bridge = (name: string): ParsedDump =>
		saved("h", "ip_-d_link.txt", `${head(3, name)}    bridge forward_delay 1500 \n`);

	it("bridges are named by the option, else by the id", () => {
		const byId = factsOf(network(""), bridge("br-abababababab"));
		byId.edge("attached-to-network", "h/netns/host/interface/br-abababababab", "h/network/web");
		const byName = factsOf(network('"com.docker.network.bridge.name":"webbr"'), bridge("webbr"));
		byName.edge("attached-to-network", "h/netns/host/interface/webbr", "h/network/web");
		expect(
			edges(
				factsOf(network('"com.docker.network.bridge.name":"webbr"'), bridge("br-abababababab")),
				"attached-to-network",
			).filter((edge) => edge.includes("interface")),
		).toEqual([]);
	});

	it("endpoints are behind the port that their MAC was learned on, and in their container", () => {
		const fdb = saved("h", "bridge_fdb_show.txt", "02:42:ac:14:00:02 dev vethabc master br-abababababab \n");
		const link = saved(
			"h",
			"ip_link.txt",
			`${head(9, "vethabc", "0a:00:00:00:00:09").replace("state UP", "master br-abababababab state UP")}${head(3, "br-abababababab")}`,
		);
		const facts = factsOf(network(""), fdb, link);
		const endpoint = `h/network/web/endpoint/h/${"c".repeat(12)}`;
		expect(facts.attribute(endpoint, "behind").value).toBe("h/netns/host/interface/vethabc");
		facts.edge("contains", `h/container/${"c".repeat(12)}`, endpoint);
	});

	it("proxies show published ports, and conntrack a rule at work", () => {
		const sockets = saved(
			"h",
			"ss_-tulnp.txt",
			'Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\ntcp   LISTEN 0      4096         0.0.0.0:8080      0.0.0.0:*    users:(("docker-proxy",pid=1573,fd=4))\n',
		);
		const proxied = factsOf(sockets);
		expect(proxied.node("h/published-port/tcp/8080").certainty).toBe("derived");
		const rules = saved(
			"h",
			"iptables-save.txt",
			"*nat\n-A DOCKER ! -i br-abababababab -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.20.0.2:80\nCOMMIT\n",
		);
		const inside = saved(
			"h",
			"ip_addr.txt",
			head(4, "eth0", "02:42:ac:14:00:02") + inet("172.20.0.2/16", "eth0"),
			"cccccccccccc",
		);
		const tracked = saved(
			"h",
			"conntrack_-L.txt",
			"tcp      6 431999 ESTABLISHED src=198.51.100.9 dst=192.0.2.1 sport=51000 dport=8080 src=172.20.0.2 dst=198.51.100.9 sport=80 dport=51000 [ASSURED] mark=0 use=1\n",
		);
		const facts = factsOf(rules, inside, tracked);
		const edge = facts.edge("nat-to", "h/published-port/tcp/8080", "h/netns/cccccccccccc/address/172.20.0.2");
		expect(edge.evidence.map(({ rule }) => rule)).toContain("tracked-connection");
	});

	it("services of one name in two swarms are two; a task's id joins its node to its own", () => {
		const listing = (id: string, task: string): string =>
			`ID             NAME      IMAGE          NODE      DESIRED STATE   CURRENT STATE        ERROR     PORTS\n${task.slice(0, 12)}   web.1     nginx:latest   ${id}1       Running         Running 2 days ago             \n`;
		const container = (task: string): string =>
			`CONTAINER ID   IMAGE          COMMAND   CREATED      STATUS      PORTS     NAMES\n${"1".repeat(12)}   nginx:latest   "nginx"   2 days ago   Up 2 days             web.1.${task}\n`;
		const [one, two] = ["a".repeat(25), "b".repeat(25)] as const;
		const facts = factsOf(
			saved("x0", "docker_service_ps_web.txt", listing("x", one)),
			saved("y0", "docker_service_ps_web.txt", listing("y", two)),
			saved("y1", "docker_ps.txt", container(two)),
		);
		expect(edges(facts, "backs")).toEqual([
			`service/web/task/${"a".repeat(12)} → service/web observed`,
			`service/web@y0/task/${"b".repeat(12)} → service/web@y0 observed`,
			`y1/container/${"1".repeat(12)} → service/web@y0/task/${"b".repeat(12)} derived`,
		]);
	});
});

describe("the recorded Swarm", async () => {
	const root = fileURLToPath(new URL("../../../fixtures/networks/swarm-vote", import.meta.url));
	const dumps = await placedDumps(root, ["manager1/saved", "worker1/saved", "worker2/saved"]);
	const topology: Topology = reconstruct(dumps);

	it("gives each IPVS service its own by the engine's marks, which differ from node to node", () => {
		const facts = new Facts(topology);
		for (const [node, mark] of [
			["manager1", 257],
			["worker1", 256],
			["worker2", 256],
		]) {
			const edge = facts.edge("backs", `${node}/netns/ingress_sbox/ipvs/fwmark ${mark}`, "service/vote");
			expect(edge.evidence.map(({ rule }) => rule)).toContain("local-mark");
		}
	});

	it("leads from a namespace to what was saved in it, each dump with its tree", () => {
		const byNetns = namespaceDumps(topology, dumps);
		const task = byNetns.get("worker1/netns/172336375e86")!;
		// What `docker exec` showed of the container is of its namespace, too.
		expect(task.dumps.map(({ dump }) => dump.source.name).some((name) => name.includes("docker_exec"))).toBe(
			true,
		);
		expect(task.of("ip-route")[0]?.ast.statements[0]).toMatchObject({ type: "route" });
		expect(task.of("iptables-save").length).toBeGreaterThan(0);
		expect(task.of("ipvsadm-save")).toEqual([]);
		const all = [...byNetns.values()].reduce((sum, each) => sum + each.dumps.length, 0);
		expect(all).toBe(dumps.length);
	});

	it("is plain JSON that the schema knows", () => {
		expect(TopologySchema.parse(JSON.parse(JSON.stringify(topology)))).toEqual(topology);
	});
});
