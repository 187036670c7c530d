import { captureOfText, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import { describe, expect, it } from "vitest";
import { answerFlow, compile, type FlowAnswer, follow, Links, traceText } from "../src/index.ts";

const lines = (index: number, name: string, address: string, mac: string, more = ""): string =>
	`${index}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel${more} state UP group default qlen 1000
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff
${address === "" ? "" : `    inet ${address} scope global ${name}\n       valid_lft forever preferred_lft forever\n`}`;

const session = (name: string, addresses: string, routes: string, rules = "", more = ""): string =>
	`root@${name}:~# ip addr
${addresses}root@${name}:~# ip route
${routes}root@${name}:~# iptables-save
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
${rules}COMMIT
root@${name}:~# ss -tln
State  Recv-Q Send-Q Local Address:Port Peer Address:Port
LISTEN 0      128          0.0.0.0:80        0.0.0.0:*
${more}root@${name}:~# exit
`;

const server = (routes = "default via 10.2.0.1 dev eth0 \n"): string =>
	session(
		"srv",
		lines(2, "eth0", "10.2.0.2/24", "52:54:00:02:00:02"),
		`${routes}10.2.0.0/24 dev eth0 proto kernel scope link src 10.2.0.2 \n`,
	);

const router = (name: string, last: number, rules = ""): string =>
	session(
		name,
		lines(2, "lan", `10.1.${last}.1/24`, `52:54:00:01:00:0${last}`) +
			lines(3, "dmz", `10.2.0.${last}/24`, `52:54:00:03:00:0${last}`) +
			lines(4, "wan", `203.0.${last}.2/24`, `52:54:00:04:00:0${last}`),
		`default via 203.0.${last}.1 dev wan 
10.1.${last}.0/24 dev lan proto kernel scope link src 10.1.${last}.1 
10.2.0.0/24 dev dmz proto kernel scope link src 10.2.0.${last} 
203.0.${last}.0/24 dev wan proto kernel scope link src 203.0.${last}.2 
`,
		rules,
		`root@${name}:~# sysctl -a
net.ipv4.ip_forward = 1
net.ipv4.conf.all.forwarding = 1
net.ipv4.conf.all.rp_filter = 0
`,
	);

function ask(text: string, from: string, dst = "srv"): FlowAnswer {
	const { dumps, commands, passedOver } = captureOfText("session.txt", text);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	const links = new Links(kernel);
	return answerFlow(kernel, links, { id: 1, from: { host: from }, proto: "tcp", dst, dport: 80 });
}

function explained(text: string, from: string): string {
	const { dumps, commands, passedOver } = captureOfText("session.txt", text);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	const question = { id: 1, from: { host: from }, proto: "tcp", dst: "srv", dport: 80 } as const;
	return traceText(question, follow(kernel, new Links(kernel), question), { explain: true });
}

const put = ({ assumptions = [] }: FlowAnswer): (string | undefined)[] =>
	assumptions.flatMap(({ text }) => (text.includes("to be on the LAN of") ? [text.split(":")[0]] : []));
const first = ({ hops }: FlowAnswer): string[] =>
	hops.slice(1, 3).map(({ host, iface }) => `${host} ${iface}`);

describe("a machine that no dump is of", () => {
	it("comes in by the router that the way back leads through, past its rules", () => {
		const answer = ask(server() + router("rt", 1, "-A FORWARD -i wan -j DROP\n"), "internet");
		expect(answer).toMatchObject({ outcome: "dropped", drop: { host: "rt" }, src_used: "198.51.100.1" });
		expect(put(answer)).toEqual(["internet is taken to be on the LAN of wan of rt, behind 203.0.1.1"]);
	});

	it("is on the LAN of the router's interface in whose network its address lies", () => {
		const answer = ask(server() + router("rt", 1, "-A FORWARD -i wan -j DROP\n"), "10.1.1.99");
		expect(answer).toMatchObject({ outcome: "delivered", reply: { reached_client: true } });
		expect(first(answer)).toEqual(["rt lan", "rt dmz"]);
		expect(put(answer)).toEqual(["10.1.1.99 is taken to be on the LAN of lan of rt"]);
	});

	it("is on the LAN of the target, where no router was saved", () => {
		const answer = ask(server(), "internet");
		expect(answer.outcome).toBe("delivered");
		expect(put(answer)).toEqual(["internet is taken to be on the LAN of eth0 of srv, behind 10.2.0.1"]);
	});

	it("comes in by the one router beside a target that knows no way back", () => {
		const answer = ask(server("") + router("rt", 1), "internet");
		expect(first(answer)).toEqual(["rt wan", "rt dmz"]);
		expect(answer.reply?.reached_client).not.toBe(true);
	});

	it("comes in by nobody knows which of two routers", () => {
		const answer = ask(server("") + router("rt", 1) + router("ru", 3), "internet");
		expect(answer.outcome).toBe("unknown");
		expect(answer.unknown?.gaps[0]?.text).toContain("wan of rt (203.0.1.1), wan of ru (203.0.3.1)");
	});

	it("reaches a machine by its bridge with a card, whose other ports lead nowhere else", () => {
		const text = session(
			"node",
			lines(2, "ens3", "", "52:54:00:05:00:01", " master br-ens3") +
				lines(3, "br-ens3", "10.0.0.128/24", "52:54:00:05:00:01") +
				lines(5, "veth1@if4", "", "52:54:00:05:00:05", " master br-ens3"),
			"default via 10.0.0.2 dev br-ens3 \n10.0.0.0/24 dev br-ens3 proto kernel scope link src 10.0.0.128 \n",
			"",
			`root@node:~# ip -d link
2: ens3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel master br-ens3 state UP mode DEFAULT group default qlen 1000
    link/ether 52:54:00:05:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 minmtu 68 maxmtu 65535 
    bridge_slave state forwarding priority 32 cost 100 
3: br-ens3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether 52:54:00:05:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 minmtu 68 maxmtu 65535 
    bridge forward_delay 1500 hello_time 200 max_age 2000 
5: veth1@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br-ens3 state UP mode DEFAULT group default qlen 1000
    link/ether 52:54:00:05:00:05 brd ff:ff:ff:ff:ff:ff link-netnsid 0 promiscuity 1 minmtu 68 maxmtu 65535 
    veth 
    bridge_slave state forwarding priority 32 cost 2 
root@node:~# ip neigh
10.0.0.2 dev br-ens3 lladdr 52:54:00:09:00:09 REACHABLE
`,
		);
		const answer = ask(text, "internet", "node");
		expect(answer).toMatchObject({ outcome: "delivered", reply: { reached_client: true } });
	});
});

describe("what would have to change", () => {
	it("names no address that stands for anybody", () => {
		const text = explained(server() + router("rt", 1, "-A FORWARD -i wan -j DROP\n"), "internet");
		expect(text).toContain("iptables -t filter -I FORWARD 1 -d 10.2.0.2 -p tcp --dport 80 -j ACCEPT");
	});

	it("names the router that the packet came by", () => {
		const text = explained(server("") + router("rt", 1), "internet");
		expect(text).toContain("ip route add SOURCE/32 via 10.2.0.1");
	});
});
