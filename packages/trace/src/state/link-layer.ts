import type { ParsedDump } from "@netfossil/capture";
import type { BridgeFdb, BridgeVlan, IpNeighDump } from "@netfossil/iproute";
import { citer } from "./cite.ts";
import type { FdbEntry, Neighbour, PortVlan } from "./kernel.ts";

/** The device that a command asked for, which the output then leaves out: `bridge fdb show dev vxlan0`. */
const askedDevice = (command = ""): string | undefined => /\bdev (\S+)/.exec(command)?.[1];

export function readNeighbours(parsed: ParsedDump<IpNeighDump>): Neighbour[] {
	const cite = citer(parsed);
	return parsed.ast.statements.flatMap((node): Neighbour[] => {
		if (node.type !== "neighbour" || node.address?.type !== "ip") return [];
		const device = node.dev?.value ?? askedDevice(parsed.dump.command);
		if (device === undefined) return [];
		return [
			{
				address: node.address.value,
				device,
				...(node.lladdr?.type === "mac" && { mac: node.lladdr.value }),
				states: node.states ?? [],
				proxy: node.flags?.includes("proxy") ?? false,
				cite: cite(node.start),
			},
		];
	});
}

export function readFdb(parsed: ParsedDump<BridgeFdb>): FdbEntry[] {
	const cite = citer(parsed);
	return parsed.ast.statements.flatMap((node): FdbEntry[] => {
		if (node.type !== "entry" || node.address.type !== "mac") return [];
		const device = node.dev?.value ?? askedDevice(parsed.dump.command);
		if (device === undefined) return [];
		const self = node.flags.includes("self") && node.master === undefined;
		return [
			{
				mac: node.address.value,
				device,
				...(node.vlan && { vlan: node.vlan.value }),
				...(node.dst && { dst: node.dst.value }),
				self,
				own: !self && node.state?.value === "permanent",
				cite: cite(node.start),
			},
		];
	});
}

export function readPortVlans(parsed: ParsedDump<BridgeVlan>): PortVlan[] {
	return parsed.ast.statements.flatMap((node): PortVlan[] => {
		if (node.type !== "port") return [];
		return node.vlans.flatMap(({ id, last, flags }) =>
			Array.from({ length: Math.min(4096, (last?.value ?? id.value) - id.value + 1) }, (_, at) => ({
				device: node.name.value,
				id: id.value + at,
				pvid: flags.includes("PVID"),
				untagged: flags.includes("Egress Untagged"),
			})),
		);
	});
}
