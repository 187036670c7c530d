import type { ParsedDump } from "@netfossil/capture";
import type { Endpoint, Packet, Tcpdump } from "@netfossil/tcpdump";
import type { CapturedAddress, Observations } from "../observations.ts";

/**
 * Which addresses a packet capture shows: of each its first packet to each destination, and what ARP says
 * of its MAC. Names (without `-n`) say nothing certain and are left out.
 */
export function collectTcpdump(parsed: ParsedDump<Tcpdump>, into: Observations): void {
	const seen = new Set<string>();
	const add = (row: Omit<CapturedAddress, "scope" | "quote">, packet: Packet): void => {
		const key = JSON.stringify(row);
		if (seen.has(key)) return;
		seen.add(key);
		into.captured.push({ ...row, scope: parsed.dump.scope, quote: { parsed, span: packet } });
	};
	for (const packet of parsed.ast.statements) {
		if (packet.type !== "packet") continue;
		const { network } = packet;
		if (network.type === "ip" || network.type === "ip6") {
			const { source, destination } = network;
			if (source.host.type === "ip" && destination.host.type === "ip") {
				add({ address: source.host.value, sentTo: endOf(destination) }, packet);
				add({ address: destination.host.value }, packet);
			}
		} else if (network.type === "arp" && network.operation === "reply" && network.sender.type === "ip") {
			add({ address: network.sender.value, mac: network.senderMac.mac.value }, packet);
		}
	}
}

function endOf({ host, port }: Endpoint): { address: string; port?: number } {
	return { address: host.value, ...(port?.number !== undefined && { port: port.number }) };
}
