import { captureOfText, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import { expect, it } from "vitest";
import { answerFlow, compile, type FlowAnswer, Links } from "../src/index.ts";

const UP = "<BROADCAST,MULTICAST,UP,LOWER_UP>";
const CUT = "<NO-CARRIER,BROADCAST,MULTICAST,UP>";

const machine = (name: string, last: number, flags: string, more = ""): string => `root@${name}:~# ip addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0: ${flags} mtu 1500 qdisc fq_codel state ${flags === UP ? "UP" : "DOWN"} group default qlen 1000
    link/ether 52:54:00:00:00:0${last} brd ff:ff:ff:ff:ff:ff
    inet 10.3.0.${last}/24 brd 10.3.0.255 scope global eth0
       valid_lft forever preferred_lft forever
root@${name}:~# ip route
10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.${last}${flags === UP ? "" : " linkdown"} 
root@${name}:~# iptables-save
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
${more}root@${name}:~# exit
`;

function ask(text: string, dst = "10.3.0.2"): FlowAnswer {
	const { dumps, commands, passedOver } = captureOfText("session.txt", text);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	return answerFlow(kernel, new Links(kernel), {
		id: 1,
		from: { host: "a" },
		proto: "icmp",
		dst,
		dport: null,
	});
}

const neigh = (line: string): string => `root@a:~# ip neigh\n${line}\n`;

it("what has no carrier neither asks nor is asked", () => {
	expect(ask(machine("a", 1, UP) + machine("b", 2, UP)).outcome).toBe("delivered");
	for (const text of [
		machine("a", 1, CUT) + machine("b", 2, UP),
		machine("a", 1, UP) + machine("b", 2, CUT),
		machine("a", 1, UP, neigh("10.3.0.2 dev eth0 FAILED")) + machine("b", 2, CUT),
	]) {
		const { outcome } = ask(text);
		expect(outcome).toBe("unreachable");
	}
});

it("what is sent to a neighbour whose carrier is gone is lost", () => {
	const known = neigh("10.3.0.2 dev eth0 lladdr 52:54:00:00:00:02 REACHABLE");
	expect(ask(machine("a", 1, UP, known) + machine("b", 2, CUT))).toMatchObject({
		outcome: "dropped",
		drop: { host: "b", reason: "lost-after-interface", why: "eth0 has no carrier" },
	});
});

it("an address of an interface without a carrier answers the machine itself", () => {
	expect(ask(machine("a", 1, CUT), "10.3.0.1").outcome).toBe("delivered");
});

it("routes that lead to no carrier may be forbidden", () => {
	const forbidden = "root@a:~# sysctl -a\nnet.ipv4.conf.eth0.ignore_routes_with_linkdown = 1\n";
	const answer = ask(machine("a", 1, CUT, forbidden) + machine("b", 2, UP));
	expect(answer).toMatchObject({ outcome: "no-route", no_route: { errno: "ENETUNREACH" } });
});

it("that a neighbour had not answered is said", () => {
	const answer = ask(machine("a", 1, UP, neigh("10.3.0.2 dev eth0 FAILED")) + machine("b", 2, UP));
	expect(answer.outcome).toBe("delivered");
	expect(answer.assumptions?.map(({ text }) => text)).toContainEqual(
		expect.stringMatching(/:\d+: 10\.3\.0\.2 had not answered when it was saved; it is taken to answer now$/),
	);
});
