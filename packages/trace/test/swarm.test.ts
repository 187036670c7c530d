import { readFileSync } from "node:fs";
import { openCapture, type ParsedDump, type Place, parseDump } from "@netfossil/capture";
import { reconstruct } from "@netfossil/topology";
import { describe, expect, it } from "vitest";
import { answerFlow, compile, type FlowAnswer, Links } from "../src/index.ts";

/** A sighting in the recording; `P` is a frame for another link address: at a port it is on its way. */
interface Sighting {
	readonly node: string;
	readonly namespace: string;
	readonly interface: string;
	readonly dir: "In" | "Out" | "P";
	readonly src: string;
	readonly dst: string;
	readonly vni?: number;
}

interface Recorded {
	readonly id: string;
	readonly origin: { readonly node: string; readonly namespace: string };
	readonly command: string;
	readonly exit_status: number;
	readonly reply?: string;
	readonly forward_first_packet?: readonly Sighting[];
}

const fixtures = new URL("../../../fixtures/", import.meta.url).pathname;

/** The dumps that were saved by hand, `NODE/saved/host` and `NODE/saved/ns/NAMESPACE`. */
async function savedDumps(root: string): Promise<ParsedDump[]> {
	const parsed: ParsedDump[] = [];
	for (const host of ["manager1", "worker1", "worker2"]) {
		const { dumps } = await openCapture(`${root}/${host}/saved`);
		for (const dump of dumps) {
			const netns = /(?:^|\/)ns\/([^/]+)\//.exec(dump.source.name)?.[1];
			const place: Place = netns === undefined ? dump.scope.place : { type: "netns", name: netns };
			parsed.push(parseDump({ ...dump, id: `${host}/${dump.id}`, scope: { host, place } }));
		}
	}
	return parsed;
}

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

const ADDRESSES: Readonly<Record<string, string>> = { localhost: "127.0.0.1", vote: "10.0.1.5" };

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

/** What a command sends, as far as the kernel sees it. */
function question({ id, origin, command, forward_first_packet: [first] = [] }: Recorded) {
	const [, name = "", port = "80"] = /http:\/\/([\w.]+)(?::(\d+))?/.exec(command) ?? [];
	const [, pinged] = /^ping .* ([\d.]+)$/.exec(command) ?? [];
	const sport = /--local-port (\d+)/.exec(command)?.[1] ?? first?.src.split(":")[1];
	// `docker exec` runs in the container.
	const inside = /docker exec/.test(command) ? first : origin;
	const from = { host: inside!.node, netns: inside!.namespace === "host" ? null : inside!.namespace };
	const outside = origin.node === "external" ? { src: "192.168.99.1" } : {};
	if (pinged !== undefined) return { id, from, proto: "icmp" as const, dst: pinged };
	return {
		id,
		from,
		proto: "tcp" as const,
		dst: ADDRESSES[name] ?? name,
		dport: Number(port),
		...outside,
		...(sport && { sport: Number(sport) }),
	};
}

describe.each([
	"networks/swarm-vote",
	"swarm-faults/C1-docker-user-drop",
	"swarm-faults/C3-mark-rule-deleted",
])("%s", async (name) => {
	const truth = JSON.parse(readFileSync(`${fixtures}${name}/truth.json`, "utf8")) as { flows: Recorded[] };
	const dumps = await savedDumps(`${fixtures}${name}`);
	const kernel = compile(dumps, reconstruct(dumps));
	const links = new Links(kernel);

	it.each(truth.flows.map((flow) => [flow.id, flow.command, flow] as const))("%s %s", (id, _, flow) => {
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
		const came = flow.exit_status === 0 ? "delivered" : flow.reply === "RST" ? "refused" : "dropped";
		expect(taken?.outcome).toBe(came);
		// After the reset that C3.1 records, curl went on to ::1, where docker-proxy took the connection.
		expect(taken?.reply?.reached_client ?? false).toBe(flow.exit_status === 0 || flow.reply === "RST");
	});
});
