import { captureOfText, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import { expect, it } from "vitest";
import { answerFlow, compile, type FlowAnswer, Links } from "../src/index.ts";

const machine = (
	name: string,
	address: string,
	mac: string,
	neighbours = "",
): string => `root@${name}:~# ip addr
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff
    inet ${address}/24 brd 192.168.1.255 scope global eth0
       valid_lft forever preferred_lft forever
root@${name}:~# iptables-save
*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
COMMIT
root@${name}:~# ip neigh
192.168.1.1 dev eth0 lladdr 52:54:00:00:00:01 REACHABLE
${neighbours}root@${name}:~# exit
`;

function ask(neighbours: string, more = ""): FlowAnswer {
	const session =
		machine("paris", "192.168.1.10", "52:54:00:aa:00:01", neighbours) +
		machine("tokyo", "192.168.1.20", "52:54:00:bb:00:01") +
		more;
	const { dumps, commands, passedOver } = captureOfText("session.txt", session);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	const question = { id: 1, from: { host: "paris" }, proto: "icmp", dst: "192.168.1.20" } as const;
	return answerFlow(kernel, new Links(kernel), { ...question, dport: null });
}

const lans = ({ assumptions = [] }: FlowAnswer): string[] =>
	assumptions.flatMap(({ host, text }) => (text.includes("one LAN") ? [`${host}: ${text}`] : []));

it("two machines with addresses of one network are taken to be on one LAN, and that is said", () => {
	const answer = ask("");
	expect(answer.outcome).toBe("delivered");
	expect(lans(answer)[0]).toMatch(/^paris: eth0 and eth0 of tokyo are taken to be on one LAN/);
});

it("that the one knows the other's link address tells it", () => {
	const answer = ask("192.168.1.20 dev eth0 lladdr 52:54:00:bb:00:01 STALE\n");
	expect(answer.outcome).toBe("delivered");
	expect(lans(answer)).toEqual([]);
});

const twin = machine("osaka", "192.168.1.20", "52:54:00:cc:00:01");

it("of two machines that have the address either may answer first", () => {
	const answer = ask("", twin);
	expect(answer).toMatchObject({ outcome: "delivered", delivered_to: { host: "tokyo" } });
	expect(answer.choices).toMatchObject([{ text: "tokyo and osaka both have 192.168.1.20" }]);
	expect(answer.others).toMatchObject([{ outcome: "delivered", delivered_to: { host: "osaka" } }]);
	const replies = [answer, ...(answer.others ?? [])].map(({ reply }) => reply?.reached_client);
	expect(replies).toEqual([true, true]);
});

it.each([
	["52:54:00:bb:00:01", "tokyo"],
	["52:54:00:cc:00:01", "osaka"],
])("of two machines that have the address the sender's table knows whose it is: %s", (mac, host) => {
	const answer = ask(`192.168.1.20 dev eth0 lladdr ${mac} STALE\n`, twin);
	expect(answer).toMatchObject({ outcome: "delivered", delivered_to: { host } });
});
