import type { Match } from "@netfossil/iptables";
import { bitsOf, holds, prefixOf } from "./address.ts";
import { balancedFor } from "./ipvs.ts";
import { type Packet, protocolName, tupleOf } from "./packet.ts";
import type { Run } from "./run.ts";
import type { Namespace } from "./state/kernel.ts";

type IpvsMatch = Extract<Match, { type: "ipvs" }>;

/** `--vmethod` by what `ipvsadm` calls it. */
const METHODS: Readonly<Record<string, string>> = { GATE: "route", IPIP: "tunnel", MASQ: "masquerade" };

/**
 * `ipvs_mt` in net/netfilter/xt_ipvs.c: `--ipvs` asks whether the packet is IPVS's, the other options of what
 * connection it is, which is found for packets to a server only. Undefined: that is not followed.
 */
export function matchesIpvs(
	run: Run,
	namespace: Namespace,
	packet: Packet,
	match: IpvsMatch,
): boolean | undefined {
	const { ipvs, protocol, virtualAddress, virtualPort, method, direction, controlPort } = match;
	if (
		[protocol, virtualAddress, virtualPort, method, direction, controlPort].every(
			(each) => each === undefined,
		)
	)
		return packet.ipvs !== (ipvs?.negated === true);
	if (!packet.ipvs) return false;
	if (direction !== undefined || controlPort !== undefined) return undefined;
	const connection = balancedFor(run, namespace, tupleOf(packet));
	if (connection === undefined) return false;
	const { virtual, by } = connection;
	const fits = (option: { readonly negated?: boolean } | undefined, is: boolean): boolean =>
		option === undefined || is !== (option.negated === true);
	return (
		fits(
			protocol,
			[protocolName(connection.protocol), String(connection.protocol)].includes(protocol?.value ?? ""),
		) &&
		fits(virtualAddress, virtualAddress !== undefined && isIn(virtualAddress, virtual.address)) &&
		fits(virtualPort, virtualPort?.value === String(virtual.port)) &&
		fits(method, METHODS[method?.value ?? ""] === by.forwarding)
	);
}

function isIn(network: NonNullable<IpvsMatch["virtualAddress"]>, address: string): boolean {
	if (network.type === "ip") return network.value === address;
	const [prefix, bits] = [
		network.type === "prefix" ? prefixOf(network.address, network.length) : undefined,
		bitsOf(address),
	];
	return prefix !== undefined && bits !== undefined && holds(prefix, bits);
}
