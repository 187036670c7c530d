import { beforeAll, expect, it } from "vitest";
import { documents, Facts, topologyOf } from "./seeds.ts";

// The gist: one node, rules and tables only, no interfaces.
let facts: Facts;
beforeAll(async () => {
	facts = new Facts(await topologyOf(documents.trace));
});

const SBOX = "host/netns/ingress_sbox";
const TASK = "host/netns/02d51fa13d84";

it("turns 8080 to 172.18.0.2 in ingress_sbox, by Docker's habit", () => {
	const edge = facts.edge("nat-to", "host/published-port/tcp/8080", `${SBOX}/address/172.18.0.2`);
	expect(edge.certainty).toBe("assumed");
});

it("marks it 0x100, which is FWM 256, and balances to 10.255.0.4", () => {
	facts.edge("marks", "host/published-port/tcp/8080", `${SBOX}/ipvs/fwmark 256`);
	const server = `${SBOX}/ipvs/fwmark 256/real-server/10.255.0.4:0`;
	const balances = facts.edge("balances-to", `${SBOX}/ipvs/fwmark 256`, server);
	// The table and what ipvsadm-save printed of it say the same.
	expect(facts.places(balances)).toEqual(["002_90cf4987254f0db4.txt:105", "002_90cf4987254f0db4.txt:109"]);
	facts.edge("same-entity", server, `${TASK}/address/10.255.0.4`);
});

it("redirects 8080 to 80 in the container", () => {
	const port = `${TASK}/published-port/tcp/10.255.0.4:8080`;
	expect(facts.node(port)).toMatchObject({ name: "10.255.0.4:8080/tcp", certainty: "observed" });
	const redirect = facts.edge("nat-to", port, `${TASK}/address/10.255.0.4`);
	expect(redirect.attributes.port).toMatchObject({ value: 80 });
	expect(facts.places(redirect)).toEqual(["002_90cf4987254f0db4.txt:124"]);
});

it("keeps the engine of 1.12.1 apart", () => {
	facts.node("host-1.12.1/netns/ingress_sbox");
	expect(
		facts.attribute("host-1.12.1/published-port/tcp/8080", "mark@host-1.12.1/netns/ingress_sbox").value,
	).toBe("0x100");
});

it("finds out that netstat ran in the container, which its place in the text denies", () => {
	const conflict = facts.topology.conflicts.find(({ attribute }) => attribute.includes("127.0.0.11:41343"));
	expect(conflict?.values.map(({ value }) => value).sort()).toEqual(["02d51fa13d84", "host"]);
});
