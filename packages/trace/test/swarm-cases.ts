import { readFileSync } from "node:fs";
import { openCapture, type ParsedDump, type Place, parseDump } from "@netfossil/capture";
import type { FlowAnswer } from "../src/index.ts";

/** The recorded Swarms: a healthy one, and two with a fault. */
export const SWARMS = [
	"networks/swarm-vote",
	"swarm-faults/C1-docker-user-drop",
	"swarm-faults/C3-mark-rule-deleted",
] as const;

/** A sighting in the recording; `P` is a frame for another link address: at a port it is on its way. */
export interface Sighting {
	readonly node: string;
	readonly namespace: string;
	readonly interface: string;
	readonly dir: "In" | "Out" | "P";
	readonly src: string;
	readonly dst: string;
	readonly vni?: number;
}

export interface Recorded {
	readonly id: string;
	readonly origin: { readonly node: string; readonly namespace: string };
	readonly command: string;
	readonly exit_status: number;
	readonly reply?: string;
	readonly forward_first_packet?: readonly Sighting[];
}

export const fixtures = new URL("../../../fixtures/", import.meta.url).pathname;

/** The dumps that were saved by hand, `NODE/saved/host` and `NODE/saved/ns/NAMESPACE`. */
export async function savedDumps(name: string): Promise<ParsedDump[]> {
	const parsed: ParsedDump[] = [];
	for (const host of ["manager1", "worker1", "worker2"]) {
		const { dumps } = await openCapture(`${fixtures}${name}/${host}/saved`);
		for (const dump of dumps) {
			const netns = /(?:^|\/)ns\/([^/]+)\//.exec(dump.source.name)?.[1];
			const place: Place = netns === undefined ? dump.scope.place : { type: "netns", name: netns };
			parsed.push(parseDump({ ...dump, id: `${host}/${dump.id}`, scope: { host, place } }));
		}
	}
	return parsed;
}

export const recordedFlows = (name: string): readonly Recorded[] =>
	(JSON.parse(readFileSync(`${fixtures}${name}/truth.json`, "utf8")) as { flows: Recorded[] }).flows;

/** What became of a flow. */
export const outcomeOf = ({ exit_status, reply }: Recorded): FlowAnswer["outcome"] =>
	exit_status === 0 ? "delivered" : reply === "RST" ? "refused" : "dropped";

const ADDRESSES: Readonly<Record<string, string>> = { localhost: "127.0.0.1", vote: "10.0.1.5" };

/** What a command sends, as far as the kernel sees it. */
export function question({ id, origin, command, forward_first_packet: [first] = [] }: Recorded) {
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
