import { openCapture, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import { expect, it } from "vitest";
import { compile, follow, Links } from "../src/index.ts";
import { assumptionOf, joinPeers, type Pair } from "../src/state/peers.ts";
import { ask, asked, networkOf } from "./seed-network.ts";

const fixtures = new URL("../../../fixtures/", import.meta.url).pathname;
const BEFORE = "veths/before";
const AFTER = "veths/after";

it.each([
	[BEFORE, "veth5", "2@if5 and 5@if2"],
	[AFTER, "veth9", "4@if9 and 9@if4"],
])("a pair that nothing proves is an assumption of what goes by it: %s", async (folder, veth, indexes) => {
	const { answer } = ask(await networkOf(folder), "web1", "10.5.0.2", null);
	const assumed = answer.assumptions?.filter(({ text }) => text.includes("two ends of a veth"));
	// Forth and back it is one.
	expect(assumed).toMatchObject([{ host: "web1", netns: "c1", command: "ip -d link" }]);
	expect(assumed?.[0]?.text).toContain(
		`eth0 of web1/c1 and ${veth} of web1 are taken to be the two ends of a veth: ${indexes} name each other`,
	);
});

it("a pair that is proven is none", async () => {
	const network = await networkOf("traffic/routed");
	const { answer } = ask(network, "client", "10.2.0.2", 80);
	expect(answer.hops.length).toBeGreaterThan(2);
	expect(answer.assumptions ?? []).not.toContainEqual(
		expect.objectContaining({ text: expect.stringContaining("two ends of a veth") }),
	);
});

it.each([[[BEFORE, AFTER]], [[AFTER, BEFORE]]])(
	"of two captures' veths the one counts whose index the interface names: %j",
	async (folders) => {
		const network = await networkOf(...folders);
		const devices = network.kernel.namespaces.flatMap((namespace) => [...namespace.devices.values()]);
		const eth0 = devices.find(({ name }) => name === "eth0")!;
		expect(eth0.peer?.device.index).toBe(eth0.peerIndex);
		// An end whose other end has another peer has none.
		for (const device of devices) if (device.peer) expect(device.peer.device.peer?.device).toBe(device);
		const { answer } = ask(network, "web1", "10.5.0.2", null);
		const ways = answer.hops.map(({ iface }) => iface);
		expect(answer.reply).toMatchObject({ reached_client: true });
		expect(answer.reply?.hops.map(({ iface }) => iface)).toEqual(ways.toReversed());
	},
);

it.each([
	[BEFORE, "veth5"],
	[AFTER, "veth9"],
])("the newer of two captures is believed, where they tell their time: %s", async (newer, veth) => {
	const { dumps } = await openCapture([BEFORE, AFTER].map((folder) => `${fixtures}${folder}`));
	const parsed = dumps.map((dump, at) =>
		parseDump({
			...dump,
			time: `2026-11-2${Number((newer === BEFORE) === at < dumps.length / 2)}T10:00:00Z`,
		}),
	);
	const kernel = compile(parsed, reconstruct(parsed));
	const { answer } = follow(kernel, new Links(kernel), asked("web1", "10.5.0.2", null));
	expect(answer.hops.map(({ iface }) => iface)).toEqual([veth, "eth0"]);
});

it("of two peers with that index the proven one counts, whichever comes first", async () => {
	const { kernel } = await networkOf(BEFORE);
	const ends = kernel.namespaces.flatMap((namespace) =>
		[...namespace.devices.values()].map((device) => ({ namespace, device: { ...device } })),
	);
	const [veth, eth0] = ["veth5", "eth0"].map((name) => ends.find(({ device }) => device.name === name)!);
	const twin = { ...eth0!, device: { ...eth0!.device, name: "eth1" } };
	const proven: Pair = { one: veth!, other: eth0! };
	const assumed: Pair = { one: veth!, other: twin, habit: "it fits" };
	for (const pairs of [
		[proven, assumed],
		[assumed, proven],
	]) {
		for (const { device } of [veth!, eth0!, twin]) delete device.peer;
		joinPeers(pairs);
		expect(veth!.device.peer?.device).toBe(eth0!.device);
		expect(veth!.device.peer?.assumed).toBeUndefined();
		expect(twin.device.peer).toBeUndefined();
	}
});

it("an edge is an assumption if it is assumed", () => {
	const edge = { id: "", kind: "veth-peer", from: "", to: "", attributes: {} } as const;
	const evidence = [{ rule: "veth-peer", certainty: "assumed", because: "why", spans: [] }] as const;
	expect(assumptionOf({ ...edge, certainty: "assumed", evidence })).toEqual({ habit: "why" });
	expect(assumptionOf({ ...edge, certainty: "derived", evidence: [] })).toEqual({});
});
