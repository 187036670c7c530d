import { captureOfFiles, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import { describe, expect, it } from "vitest";
import { compile, type FlowAnswer, follow, Links, readPremises } from "../src/index.ts";

const address = (last: number): string =>
	`1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 52:54:00:00:00:0${last} brd ff:ff:ff:ff:ff:ff
    inet 10.3.0.${last}/24 scope global eth0
       valid_lft forever preferred_lft forever
`;
const LISTENS = `Netid State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
tcp   LISTEN 0      5            0.0.0.0:80        0.0.0.0:*    users:(("httpd",pid=9,fd=3))
`;
const NO_RULES = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n";
const COLUMNS = " pkts bytes target     prot opt in     out     source               destination         \n";
const list = (chains: Readonly<Record<string, string>>): string =>
	Object.entries(chains)
		.map(([name, policy]) => `Chain ${name} (policy ${policy} 0 packets, 0 bytes)\n${COLUMNS}`)
		.join("\n");
const CLOSED = list({ INPUT: "DROP", FORWARD: "ACCEPT", OUTPUT: "ACCEPT" });
const OPEN = list({ INPUT: "ACCEPT", FORWARD: "ACCEPT", OUTPUT: "ACCEPT" });
const NO_NAT = list({ PREROUTING: "ACCEPT", INPUT: "ACCEPT", OUTPUT: "ACCEPT", POSTROUTING: "ACCEPT" });

/** a asks b, on whose port 80 something listens, and of whose rules these files tell. */
function ask(rules: Readonly<Record<string, string>>, ...assumed: string[]): FlowAnswer {
	const files = {
		"a/ip_addr": address(1),
		"a/iptables-save": NO_RULES,
		"b/ip_addr": address(2),
		"b/ss_-tulnp": LISTENS,
		...Object.fromEntries(Object.entries(rules).map(([name, text]) => [`b/${name}`, text])),
	};
	const { dumps, commands, passedOver } = captureOfFiles(
		"capture",
		Object.entries(files).map(([path, text]) => ({ path, text })),
	);
	const parsed = dumps.map((dump) => parseDump(dump));
	const kernel = compile(parsed, reconstruct(parsed, commands), passedOver);
	const question = { id: 1, from: { host: "a" }, proto: "tcp", dst: "10.3.0.2", dport: 80 } as const;
	const premises = readPremises(assumed);
	if (typeof premises === "string") throw new Error(premises);
	return follow(kernel, new Links(kernel), question, premises).answer;
}

const gaps = ({ unknown }: FlowAnswer): string[] => (unknown?.gaps ?? []).map(({ text }) => text);

describe("a list whose file name names no table", () => {
	it("is of the table filter", () => {
		const answer = ask({ "iptables_-nvL": CLOSED, "iptables_-t_nat_-nvL": NO_NAT });
		expect(answer).toMatchObject({ outcome: "dropped", drop: { host: "b", chain: "INPUT" } });
	});

	it("is not gainsaid by --assume no-rules", () => {
		expect(ask({ "iptables_-nvL": CLOSED }, "no-rules").outcome).toBe("dropped");
		expect(ask({ "iptables_-nvL": CLOSED }).outcome).toBe("unknown");
	});

	it("is also what iptables -S prints", () => {
		const text = "-P INPUT DROP\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n-A INPUT -i lo -j ACCEPT\n";
		expect(ask({ "iptables_-S": text, "iptables_-t_nat_-nvL": NO_NAT }).outcome).toBe("dropped");
	});
});

describe("a table that no dump shows", () => {
	const NO_NAT_TEXT = "no dump shows the table nat of b for IPv4";

	it.each([
		["a list", "iptables_-nvL", OPEN],
		["-S", "iptables_-S", "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n"],
		["iptables-save -t", "iptables-save_-t_filter", NO_RULES],
	])("is open beside %s of another", (_, name, text) => {
		const answer = ask({ [name]: text });
		expect(answer.outcome).toBe("unknown");
		expect(answer.unknown?.gaps).toMatchObject([{ text: NO_NAT_TEXT, command: "iptables -t nat -S" }]);
		expect(ask({ [name]: text }, "no-rules").outcome).toBe("delivered");
	});

	it("is empty where iptables-save shows others", () => {
		const answer = ask({ "iptables-save": NO_RULES });
		expect(answer.outcome).toBe("delivered");
		expect(answer.assumptions?.filter(({ text }) => text.startsWith("no dump shows"))).toEqual([]);
	});

	it("is named, but not open, if it is mangle or raw", () => {
		const answer = ask({ "iptables_-nvL": OPEN, "iptables_-t_nat_-nvL": NO_NAT });
		expect(answer.outcome).toBe("delivered");
		expect(answer.assumptions?.map(({ text }) => text)).toContain(
			"no dump shows the tables raw, mangle, security of b for IPv4: taken to be empty",
		);
	});

	it("may be the filter", () => {
		const answer = ask({ "iptables_-t_nat_-nvL": NO_NAT });
		expect(answer.outcome).toBe("unknown");
		expect(gaps(answer)).toEqual(["no dump shows the table filter of b for IPv4"]);
	});
});

describe("an iptables-save that was cut", () => {
	const CUT = "b/iptables-save is cut at line ";
	const HEAD = NO_RULES.replace("COMMIT\n", "");

	it.each([
		["behind a whole line", `${HEAD}-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n`, 5],
		[
			"within a rule, whose stump would match",
			`${HEAD}-A INPUT -p tcp -m tcp --dport 80 -j DROP\n-A INPUT -p tc`.replace("80", "22"),
			6,
		],
		["within a target", `${HEAD}-A INPUT -p tcp -m tcp --dport 80 -j ACC`, 5],
		["within the chains", "*filter\n:INPUT ACCEPT [0:0]\n:FORW", 3],
		["in another table, before the filter", "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n", 3],
	])("%s is open", (_, text, line) => {
		const answer = ask({ "iptables-save": text });
		expect(answer.outcome).toBe("unknown");
		expect(answer.rules_hit).toEqual([]);
		expect(gaps(answer)).toEqual([`${CUT}${line}: save it again`]);
	});

	it("tells what stands before the cut", () => {
		const text = `${HEAD}-A INPUT -p tcp -m tcp --dport 80 -j DROP\n-A INPUT -p tc`;
		expect(ask({ "iptables-save": text, "iptables_-t_nat_-nvL": NO_NAT }).outcome).toBe("dropped");
	});

	it("tells all of the chains before that of the last rule", () => {
		const text = `${HEAD}-A INPUT -p tcp -m tcp --dport 22 -j DROP\n-A FORWARD -p tc`;
		expect(ask({ "iptables-save": text, "iptables_-t_nat_-nvL": NO_NAT }).outcome).toBe("delivered");
	});
});

describe("two dumps of one table", () => {
	const closed = NO_RULES.replace(":INPUT ACCEPT", ":INPUT DROP");
	const said = ({ assumptions = [] }: FlowAnswer): string[] =>
		assumptions.flatMap(({ text }) => (text.startsWith("two dumps") ? [text] : []));

	it("that differ are named, with the one that is taken", () => {
		const [text] = said(ask({ "iptables-save": NO_RULES, "iptables-save_-c": closed }));
		expect(text).toMatch(/^two dumps of the table filter for IPv4 differ: .*iptables-save.* is taken, not /);
	});

	it("that say the same, counters aside, are no matter", () => {
		const counted = NO_RULES.replaceAll("[0:0]", "[7:420]");
		expect(said(ask({ "iptables-save": NO_RULES, "iptables-save_-c": counted }))).toEqual([]);
	});
});
