import { beforeAll, describe, expect, it } from "vitest";
import { TYPED_COMMAND } from "../src/index.ts";
import { documents, Facts, topologyOf, topologyWithCommands } from "./seeds.ts";

// The two articles of one author: client.1 and two vote tasks on an overlay, and the routing mesh.
let facts: Facts;
beforeAll(async () => {
	facts = new Facts(await topologyOf(documents.access, documents.vote));
});

const OVERLAY1 = "network/uhtur2cqnefffagaih0q5hpbp";
const INGRESS = "network/sh0h7as3prit3pd8nhqdbv6x3";
const CLIENT = "manager1/netns/727bc5c9f5d0";
const VOTE2 = "manager1/netns/container:1c06334e3589";
const VOTE1 = "worker1/netns/container:3ab467754bf5";
const SBOX = "manager1/netns/ingress_sbox";

describe("hosts and containers", () => {
	it("finds the three hosts", () => {
		const hosts = facts.topology.nodes.filter(({ kind }) => kind === "host").map(({ id }) => id);
		expect(hosts).toEqual(["manager1", "worker1", "worker2"]);
		expect(facts.places(facts.node("worker2"))).toContain("000_5be509c29be0ffa5.txt:32");
	});

	it("knows manager1's containers by id and name", () => {
		const vote = facts.attribute("manager1/container/1c06334e3589", "name");
		expect(vote).toMatchObject({ value: "vote.2.ij6fmmcx71po5sjeessn9wl0j", certainty: "observed" });
		expect(facts.places(vote)).toEqual(["003_aecfce794903cd84.txt:54"]);
		const client = facts.attribute("manager1/container/d38975856cfd", "name");
		expect(client.value).toBe("client.1.nnieiubwgj30js73iwzxfleoe");
	});

	it("knows that 727bc5c9f5d0 is the client's sandbox, by its SandboxID", () => {
		const edge = facts.edge("same-entity", "manager1/container/d38975856cfd", CLIENT);
		expect(edge.evidence.map(({ rule }) => rule)).toContain("sandbox-id");
		expect(facts.places(edge)).toContain("003_aecfce794903cd84.txt:218");
	});

	it.each([
		[CLIENT, "eth0", "10.0.0.3", 24],
		[CLIENT, "eth1", "172.18.0.3", 16],
		[CLIENT, "lo", "10.0.0.2", 32],
		[VOTE2, "eth0", "10.255.0.6", 16],
		[VOTE2, "eth2", "10.0.0.6", 24],
		[VOTE2, "lo", "10.255.0.4", 32],
		[VOTE2, "lo", "10.0.0.4", 32],
		[VOTE1, "eth0", "10.255.0.5", 16],
		[VOTE1, "eth2", "10.0.0.5", 24],
		[VOTE1, "lo", "10.0.0.4", 32],
		[SBOX, "eth0", "10.255.0.2", 16],
		[SBOX, "eth1", "172.18.0.2", 16],
	])("%s: %s has %s/%i", (netns, name, address, length) => {
		const edge = facts.edge("has-address", `${netns}/interface/${name}`, `${netns}/address/${address}`);
		expect(edge.certainty).toBe("observed");
		expect(edge.attributes.length?.value).toBe(length);
	});
});

describe("two dumps of one namespace", () => {
	it("busybox's and the toolbox's listings of vote.2 are one, without a conflict", () => {
		const eth0 = facts.node(`${VOTE2}/interface/eth0`);
		expect(facts.places(eth0)).toEqual(["003_aecfce794903cd84.txt:94", "003_aecfce794903cd84.txt:182"]);
		expect(eth0.attributes.peerNetnsid).toMatchObject({ value: 0 });
		expect(eth0.attributes.mDown?.evidence[0]?.because).toMatch(/busybox/);
		expect(facts.topology.conflicts).toEqual([]);
	});
});

describe("networks", () => {
	it.each([
		["1-uhtur2cqne", OVERLAY1],
		["1-sh0h7as3pr", INGRESS],
	])("%s is the namespace of its network, by the id", (name, network) => {
		const edge = facts.edge("attached-to-network", `manager1/netns/${name}`, network);
		expect(edge.certainty).toBe("derived");
		expect(facts.places(edge)).toContain("003_aecfce794903cd84.txt:226");
	});

	it("places the subnets by the VIPs' lengths, and the legs by the subnets", () => {
		facts.edge("in-subnet", `${OVERLAY1}/subnet/10.0.0.0/24`, OVERLAY1);
		facts.edge("in-subnet", `${INGRESS}/subnet/10.255.0.0/16`, INGRESS);
		facts.edge("attached-to-network", `${CLIENT}/interface/eth0`, OVERLAY1);
		facts.edge("attached-to-network", `${VOTE1}/interface/eth2`, OVERLAY1);
		facts.edge("attached-to-network", `${VOTE1}/interface/eth0`, INGRESS);
		expect(facts.attribute(INGRESS, "ingress")).toMatchObject({ value: true, certainty: "derived" });
		const gateway = facts.edge(
			"attached-to-network",
			`${CLIENT}/interface/eth1`,
			"manager1/network/docker_gwbridge",
		);
		expect(gateway.certainty).toBe("assumed");
	});
});

describe("services", () => {
	it("knows the VIPs of vote by inspection and the client's by its task", () => {
		expect(facts.edge("backs", `${OVERLAY1}/vip/10.0.0.4`, "service/vote").certainty).toBe("observed");
		expect(facts.edge("backs", `${INGRESS}/vip/10.255.0.4`, "service/vote").certainty).toBe("observed");
		expect(facts.edge("backs", `${OVERLAY1}/vip/10.0.0.2`, "service/client").certainty).toBe("derived");
	});

	it("gives each task its container", () => {
		const named = facts.edge("backs", "manager1/container/1c06334e3589", "service/vote/task/ij6fmmcx71po");
		expect(named.certainty).toBe("derived");
		facts.edge("backs", "manager1/container/d38975856cfd", "service/client/task/nnieiubwgj30");
		const byVip = facts.edge("backs", "worker1/container/3ab467754bf5", "service/vote/task/njrh2ofmap06");
		expect(byVip).toMatchObject({ certainty: "derived", evidence: [{ rule: "task-vip" }] });
	});
});

describe("load balancing", () => {
	it.each([
		["10.0.0.2", "0x101", 257, 251, 265],
		["10.0.0.4", "0x103", 259, 252, 267],
	])("in the client, VIP %s is marked %s, which is FWM %i", (vip, mark, fwmark, ruleLine, serviceLine) => {
		expect(facts.attribute(`${OVERLAY1}/vip/${vip}`, `mark@${CLIENT}`).value).toBe(mark);
		const edge = facts.edge("marks", `${OVERLAY1}/vip/${vip}`, `${CLIENT}/ipvs/fwmark ${fwmark}`);
		expect(edge.certainty).toBe("derived");
		expect(facts.places(edge)).toEqual([
			`003_aecfce794903cd84.txt:${ruleLine}`,
			`003_aecfce794903cd84.txt:${serviceLine}`,
		]);
	});

	it.each([
		[`${CLIENT}/ipvs/fwmark 259`, "10.0.0.5", VOTE1],
		[`${CLIENT}/ipvs/fwmark 259`, "10.0.0.6", VOTE2],
		[`${CLIENT}/ipvs/fwmark 257`, "10.0.0.3", CLIENT],
		[`${SBOX}/ipvs/fwmark 258`, "10.255.0.5", VOTE1],
		[`${SBOX}/ipvs/fwmark 258`, "10.255.0.6", VOTE2],
	])("%s balances to %s of %s", (service, address, netns) => {
		const server = `${service}/real-server/${address}:0`;
		expect(facts.edge("balances-to", service, server).certainty).toBe("observed");
		expect(facts.edge("same-entity", server, `${netns}/address/${address}`).certainty).toBe("derived");
	});

	it("turns 8080 of each host to ingress_sbox: seen on manager1, Docker's habit on the workers", () => {
		const seen = facts.edge("nat-to", "manager1/published-port/tcp/8080", `${SBOX}/address/172.18.0.2`);
		expect(seen.certainty).toBe("derived");
		expect(facts.places(seen)).toEqual(["000_5be509c29be0ffa5.txt:26", "000_5be509c29be0ffa5.txt:51"]);
		for (const worker of ["worker1", "worker2"]) {
			const habit = facts.edge(
				"nat-to",
				`${worker}/published-port/tcp/8080`,
				`${worker}/netns/ingress_sbox/address/172.18.0.2`,
			);
			expect(habit.certainty).toBe("assumed");
			expect(habit.evidence[0]?.because).toMatch(/docker_gwbridge/);
		}
	});

	it("there marks it 0x102, which is FWM 258", () => {
		facts.edge("marks", "manager1/published-port/tcp/8080", `${SBOX}/ipvs/fwmark 258`);
		facts.edge("marks", `${INGRESS}/vip/10.255.0.4`, `${SBOX}/ipvs/fwmark 258`);
	});

	it("knows that webcache and http-alt are both 8080", () => {
		const because = facts
			.attribute("manager1/published-port/tcp/8080", "port")
			.evidence.map((each) => each.because);
		expect(because.join("; ")).toMatch(/webcache is port 8080.*http-alt is port 8080/);
	});
});

describe("what is not known", () => {
	it("keeps the captured client that no dump owns", () => {
		const client = facts.node(`${INGRESS}/external/10.255.0.3`);
		expect(facts.places(client)).toContain("000_5be509c29be0ffa5.txt:122");
		expect(client.attributes.mac?.value).toBe("02:42:0a:ff:00:03");
	});

	it("names what was not saved, with the command", () => {
		const inside = facts.topology.gaps.find(
			({ host, place }) => host === "manager1" && place.type === "netns" && place.name === "1-uhtur2cqne",
		);
		expect(inside?.question).toMatch(/VXLAN id/);
		expect(inside?.command).toBe("sudo nsenter --net=/var/run/docker/netns/1-uhtur2cqne ip -d addr");
		expect(inside?.about).toContain(`${CLIENT}/interface/eth0`);
	});

	it("pairs no veth, for no other end was saved", () => {
		expect(facts.topology.edges.filter(({ kind }) => kind === "veth-peer")).toEqual([]);
	});
});

describe("the commands that were typed", () => {
	let typed: Facts;
	beforeAll(async () => {
		typed = new Facts(await topologyWithCommands(documents.access, documents.vote));
	});

	it("name the network that the services were created on", () => {
		const name = typed.attribute(OVERLAY1, "name");
		expect(name).toMatchObject({ value: "overlay1", certainty: "derived" });
		expect(typed.places(name)).toContain("000_5be509c29be0ffa5.txt:19");
		expect(typed.attribute(INGRESS, "name").value).toBe("ingress");
	});

	it("tell where the captured client came in: curl ran on worker1", () => {
		const edge = typed.edge("same-entity", `${INGRESS}/external/10.255.0.3`, "worker1/netns/ingress_sbox");
		expect(edge.certainty).toBe("assumed");
		expect(typed.places(edge)).toEqual(["000_5be509c29be0ffa5.txt:122", "000_5be509c29be0ffa5.txt:116"]);
	});

	it("without them it may be either worker's", () => {
		expect(facts.topology.ambiguities).toMatchObject([
			{
				about: `${INGRESS}/external/10.255.0.3`,
				candidates: ["worker1/netns/ingress_sbox", "worker2/netns/ingress_sbox"],
			},
		]);
	});

	it("are sources like dumps, those that prove something", () => {
		const sources = typed.topology.sources.filter(({ kind }) => kind === TYPED_COMMAND);
		expect(sources.map(({ command }) => command?.split(" ").slice(0, 3).join(" "))).toEqual([
			"docker service create",
			"curl localhost:8080",
		]);
	});
});
