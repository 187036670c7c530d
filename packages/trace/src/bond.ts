import { bitsOf } from "./address.ts";
import { slavesOf } from "./links.ts";
import { type Frame, isIcmp, type Packet } from "./packet.ts";
import type { Run } from "./run.ts";
import { type Device, type End, placeName } from "./state/kernel.ts";

/** `__bond_start_xmit` in drivers/net/bonding/bond_main.c: the slave that a frame leaves by. */
export function slaveFor(
	run: Run,
	{ namespace, device }: End,
	packet: Packet,
	frame: Frame,
): Device | undefined {
	const slaves = slavesOf(namespace, device);
	const hash = HASHED.test(device.mode ?? "") ? hashOf(device, packet, frame) : undefined;
	if (hash !== undefined) return slaves[hash % slaves.length];
	if (slaves.length > 1)
		run.assume(
			namespace,
			`${device.name} of ${placeName(namespace)} has several slaves: ${slaves[0]!.name} is taken to send`,
			`cat /proc/net/bonding/${device.name}`,
		);
	return slaves[0];
}

/** The modes that send by a hash: `balance-xor`, `IEEE 802.3ad Dynamic link aggregation`. */
const HASHED = /xor|802\.3ad/;

/** `bond_xmit_hash`; undefined where it hangs on what the walk does not know. */
function hashOf({ hashPolicy }: Device, packet: Packet, frame: Frame): number | undefined {
	const { src, dst, sport, dport } = packet;
	switch (hashPolicy?.replace(/ \(\d+\)$/, "")) {
		case "layer2":
			return macHash(packet, frame);
		case "layer2+3": {
			const hash = macHash(packet, frame);
			return hash === undefined ? undefined : folded(hash ^ addressHash(src) ^ addressHash(dst));
		}
		case "layer3+4": {
			if (packet.inner !== undefined || isIcmp(packet) || sport === null || dport === null) return undefined;
			// The ports as they stand in the packet, read as one number of a machine whose lowest byte is first.
			const ports = swapped(sport) | (swapped(dport) << 16);
			// The lowest bit is left out, for clients like to have even ports.
			return folded(ports ^ addressHash(src) ^ addressHash(dst)) >>> 1;
		}
		default:
			return undefined;
	}
}

/** `bond_eth_hash`: the last bytes of both link addresses, and the protocol. */
function macHash({ family }: Packet, { src, dst }: Frame): number | undefined {
	if (src === null || dst === null) return undefined;
	return lastByte(src) ^ lastByte(dst) ^ (family === 4 ? 0x0800 : 0x86dd);
}

const lastByte = (mac: string): number => Number.parseInt(mac.slice(-2), 16);

const swapped = (port: number): number => ((port & 0xff) << 8) | (port >>> 8);

/** `flow_get_u32_src`: the address as it stands in the packet; of IPv6 its words xored with each other. */
function addressHash(address: string): number {
	let value = bitsOf(address)?.value ?? 0n;
	let hash = 0;
	for (; value > 0n; value >>= 32n) hash ^= Number(value & 0xffffffffn);
	return swapped(hash >>> 16) | (swapped(hash & 0xffff) << 16);
}

/** The end of `bond_ip_hash`. */
function folded(hash: number): number {
	const half = hash ^ (hash >>> 16);
	return (half ^ (half >>> 8)) >>> 0;
}
