import { beforeAll, expect, it } from "vitest";
import { documents, Facts, topologyOf } from "./seeds.ts";

// net1: one node of a swarm, with the namespaces of an encrypted overlay and of the ingress network.
let facts: Facts;
beforeAll(async () => {
	facts = new Facts(await topologyOf(documents.networking));
});

const NET1 = "network/y5rtwtq7bj4u";
const INGRESS = "network/das46zk71z4gzja9lalsn9vs5";
const OVERLAY = "node1/netns/1-y5rtwtq7bj";
const CONTAINER = "node1/netns/acd51a308dfe";

it("finds the ports of br0 in the overlay's namespace", () => {
	for (const port of ["vxlan0", "veth0", "veth1"]) {
		const edge = facts.edge("enslaved-to", `${OVERLAY}/interface/${port}`, `${OVERLAY}/interface/br0`);
		expect(edge.certainty).toBe("observed");
	}
	facts.edge("attached-to-network", OVERLAY, NET1);
	facts.edge("attached-to-network", "node1/netns/lb_y5rtwtq7b", NET1);
});

it("takes the container's eth0 (14@if15) for the peer of veth1 (15@if14), for lb_y5rtwtq7b was not saved and may have one", () => {
	const edge = facts.edge("veth-peer", `${OVERLAY}/interface/veth1`, `${CONTAINER}/interface/eth0`);
	expect(edge.certainty).toBe("assumed");
	expect(edge.evidence[0]?.because).toMatch(/no other saved namespace of node1 .* engines/);
	expect(facts.places(edge).sort()).toEqual(["001_b1d96ae26fc24c4f.txt:72", "001_b1d96ae26fc24c4f.txt:91"]);
});

it("knows the container's sandbox by its endpoint on docker_gwbridge", () => {
	const edge = facts.edge("same-entity", "node1/container/a80aaba1a6d0", CONTAINER);
	expect(edge.evidence.map(({ rule }) => rule)).toContain("gateway-endpoint");
});

it("leaves veth0's peer open: its netnsid 1 is not `ip netns`'s id 1, which is ingress_sbox", () => {
	const peers = facts.topology.edges.filter(({ kind }) => kind === "veth-peer");
	expect(peers).toHaveLength(1);
	const gap = facts.topology.gaps.find(({ about }) => about.includes(`${OVERLAY}/interface/veth0`));
	expect(gap?.question).toMatch(/peer of veth0 .*lb_y5rtwtq7b/);
	expect(gap?.command).toMatch(/^for ns in lb_y5rtwtq7b 1-das46zk71z default;/);
});

it("knows the ingress network: peers, VXLAN id, and its leg in ingress_sbox", () => {
	expect(facts.attribute(INGRESS, "vxlanIds")).toMatchObject({ value: [4096], certainty: "observed" });
	expect(facts.attribute(INGRESS, "ingress").value).toBe(true);
	for (const peer of ["192.168.122.124", "192.168.122.127"]) {
		facts.edge("attached-to-network", `${INGRESS}/peer/${peer}`, INGRESS);
	}
	facts.edge("attached-to-network", "node1/netns/ingress_sbox/interface/eth0", INGRESS);
	facts.edge(
		"same-entity",
		`${INGRESS}/endpoint/node1/ingress-sbox`,
		"node1/netns/ingress_sbox/interface/eth0",
	);
});

it("follows port 1080 to the mark, and names the table that is missing", () => {
	facts.edge("nat-to", "node1/published-port/tcp/1080", "node1/netns/ingress_sbox/address/172.18.0.2");
	expect(facts.attribute("node1/published-port/tcp/1080", "mark@node1/netns/ingress_sbox").value).toBe(
		"0x102",
	);
	facts.edge("same-entity", "node1/netns/ingress_sbox/address/10.255.0.4", `${INGRESS}/vip/10.255.0.4`);
	const gap = facts.topology.gaps.find(({ command }) => command.endsWith("ingress_sbox ipvsadm -Sn"));
	expect(gap?.question).toMatch(/FWM 258/);
});

it("says that net1's VXLAN id is not known", () => {
	const gap = facts.topology.gaps.find(({ question }) => question === "the VXLAN id of net1");
	expect(gap?.command).toBe("sudo nsenter --net=/var/run/docker/netns/1-y5rtwtq7bj ip -d link");
});
