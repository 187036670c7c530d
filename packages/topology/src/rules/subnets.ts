import type { AddressLine } from "../observations.ts";

/** Whether an address tells of the subnet that its interface is on: not loopback, link-local or a VIP. */
export function ownSubnet(row: AddressLine): boolean {
	if (row.interface === "lo") return false;
	if (row.family === 6) return row.length < 128 && !row.address.startsWith("fe80:");
	return row.length < 32 && !row.address.startsWith("127.") && !row.address.startsWith("169.254.");
}
