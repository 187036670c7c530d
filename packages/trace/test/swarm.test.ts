import { reconstruct } from "@netfossil/topology";
import { describe, expect, it } from "vitest";
import { answerFlow, compile, type FlowAnswer, Links } from "../src/index.ts";
import { outcomeOf, question, type Recorded, recordedFlows, SWARMS, savedDumps } from "./swarm-cases.ts";

/** What the recording cannot show, or shows of something else, is left out of both. */
function sightings({ forward_first_packet: seen = [] }: Recorded): string[] {
	return seen
		.filter(({ dir, interface: name }) => !(dir === "P" && name === "br0"))
		.map(({ node, namespace, interface: name, src, dst, vni }) =>
			[node, namespace, name, src, dst, vni ?? ""].join(" "),
		);
}

/** The same of an answer. A capture of all interfaces at once sees a packet on loopback once. */
function hops({ hops: seen }: FlowAnswer): string[] {
	const end = (address: string, port: number | null | undefined): string =>
		port == null ? address : `${address}:${port}`;
	return seen
		.filter(({ host, iface, dir }) => host !== "external" && !(iface === "lo" && dir === "out"))
		.map(({ host, netns, iface, src, dst, sport, dport, vxlan }) =>
			[host, netns ?? "host", iface, end(src, sport), end(dst, dport), vxlan?.vni ?? ""].join(" "),
		);
}

/**
 * Whether a way is the recorded one. Bridges whose tables had forgotten an address flooded the frame: then there are
 * sightings beside the way, at ports and in namespaces that did not take it.
 */
function isRecorded(way: readonly string[], recorded: readonly string[]): boolean {
	let next = 0;
	for (const seen of recorded) if (seen === way[next]) next++;
	if (next < way.length || way.length === 0) return false;
	const beside = recorded.filter((seen) => !way.includes(seen));
	return beside.every((seen) => way.some((each) => addresses(each) === addresses(seen)));
}

const addresses = (sighting: string): string => sighting.split(" ").slice(3, 5).join(" ");

describe.each(SWARMS)("%s", async (name) => {
	const dumps = await savedDumps(name);
	const kernel = compile(dumps, reconstruct(dumps));
	const links = new Links(kernel);

	it.each(recordedFlows(name).map((flow) => [flow.id, flow.command, flow] as const))(
		"%s %s",
		(id, _, flow) => {
			const answer = answerFlow(kernel, links, question(flow));
			if (id === "A19") {
				// The client outside has no route to the overlay, which only its own dumps would tell.
				expect(answer.outcome).toBe("unknown");
				return;
			}
			// The scheduler's turn decides which server it is: the recorded way is one of those found.
			const ways = [answer, ...(answer.others ?? [])];
			const recorded = sightings(flow);
			const taken = ways.find((way) => isRecorded(hops(way), recorded));
			if (name.includes("vote")) expect(taken && hops(taken)).toEqual(recorded);
			expect(taken, JSON.stringify([recorded, ...ways.map(hops)], null, 1)).toBeDefined();
			expect(taken?.outcome).toBe(outcomeOf(flow));
			// After the reset that C3.1 records, curl went on to ::1, where docker-proxy took the connection.
			expect(taken?.reply?.reached_client ?? false).toBe(flow.exit_status === 0 || flow.reply === "RST");
		},
	);
});
